//! Where chats came from, as rows.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{MessageId, SessionId, UserId};
use domain::imports::{ChatOrigin, MessageOrigin};
use sea_orm::Value;

use super::{SqlStore, query, rows};
use crate::origins::OriginStore;
use crate::{StoreError, StoreResult};

/// What a message takes of a row.
const COLUMNS: usize = 4;

#[async_trait]
impl OriginStore for SqlStore {
    async fn keep_origin(&self, owner: UserId, session: SessionId, origin: &ChatOrigin) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = format!("SELECT 1 FROM sessions WHERE id = $1 AND owner_id = $2{}", super::for_update(&tx));
        query::row(&tx, sql, [session.0.into(), owner.0.into()]).await?.ok_or(StoreError::NotFound)?;
        let sql = "INSERT INTO chat_origins (session_id, source, header) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let values: [Value; 3] = [session.0.into(), origin.source.as_str().into(), origin.header.clone().into()];
        if query::run(&tx, sql, values).await? == 0 {
            return Ok(());
        }
        for block in query::blocks(&origin.messages, COLUMNS) {
            let rows = query::tuples(1, COLUMNS, block.len());
            let sql =
                format!("INSERT INTO message_origins (message_id, session_id, row_text, swipe_text) VALUES {rows}");
            let values = block.iter().flat_map(|message| -> [Value; COLUMNS] {
                [message.id.0.into(), session.0.into(), message.row.clone().into(), message.swipe.clone().into()]
            });
            query::run(&tx, sql, values.collect::<Vec<_>>()).await?;
        }
        tx.commit().await
    }

    async fn find_origin(&self, owner: UserId, session: SessionId) -> StoreResult<Option<ChatOrigin>> {
        let sql = "SELECT o.source, o.header FROM chat_origins o JOIN sessions s ON s.id = o.session_id
            WHERE o.session_id = $1 AND s.owner_id = $2";
        let Some(row) = query::row(self.read(), sql, [session.0.into(), owner.0.into()]).await? else {
            return Ok(None);
        };
        let sql = "SELECT message_id, row_text, swipe_text FROM message_origins WHERE session_id = $1";
        let messages = query::rows(self.read(), sql, [session.0.into()]).await?;
        let messages = messages.iter().map(|row| {
            let id = MessageId(row.try_get("", "message_id")?);
            Ok(MessageOrigin { id, row: row.try_get("", "row_text")?, swipe: row.try_get("", "swipe_text")? })
        });
        Ok(Some(ChatOrigin {
            source: rows::closed(&row.try_get::<String>("", "source")?)?,
            header: row.try_get("", "header")?,
            messages: messages.collect::<StoreResult<_>>()?,
        }))
    }
}
