//! The chat log as memory reads it, from as few columns as that takes.

use async_trait::async_trait;
use domain::chats::{Author, MessageStatus};
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::memories::Scope;
use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use super::{SqlStore, query, rows};
use crate::transcripts::{Said, TranscriptHead, TranscriptStore};
use crate::{StoreError, StoreResult};

const SAID: &str = "m.id, m.depth, m.role, m.content, m.status, m.created_at, m.author_id, m.hidden";

fn said(row: &QueryResult) -> StoreResult<Said> {
    let role = rows::closed(&row.try_get_by_index::<String>(2)?)?;
    Ok(Said {
        id: MessageId(row.try_get_by_index(0)?),
        depth: rows::number(row.try_get_by_index(1)?)?,
        role,
        author: row.try_get_by_index::<Option<Uuid>>(6)?.map(|id| Author::of(role, id)),
        // What is hidden was not said, for those who read it here.
        content: if row.try_get_by_index(7)? { String::new() } else { row.try_get_by_index(3)? },
        is_final: rows::closed::<MessageStatus>(&row.try_get_by_index::<String>(4)?)?.is_final(),
        created_at: rows::time(row.try_get_by_index(5)?)?,
    })
}

#[async_trait]
impl TranscriptStore for SqlStore {
    async fn transcript(&self, session: SessionId) -> StoreResult<Option<TranscriptHead>> {
        let sql = "SELECT owner_id, character_id, seq, last_message_at FROM sessions WHERE id = $1";
        let Some(row) = query::row(self.read(), sql, [session.0.into()]).await? else { return Ok(None) };
        let user = UserId(row.try_get("", "owner_id")?);
        let Some(character) = row.try_get::<Option<Uuid>>("", "character_id")?.map(CharacterId) else {
            return Ok(None);
        };
        Ok(Some(TranscriptHead {
            scope: Scope { user, character },
            seq: rows::number(row.try_get("", "seq")?)?,
            last_message_at: rows::time(row.try_get("", "last_message_at")?)?,
        }))
    }

    async fn said_from(&self, owner: UserId, session: SessionId, depth: u32, limit: u32) -> StoreResult<Vec<Said>> {
        let sql = format!(
            "SELECT {SAID} FROM messages m JOIN sessions s ON s.id = m.session_id
            WHERE s.id = $1 AND s.owner_id = $2 AND m.in_view AND m.depth >= $3 ORDER BY m.depth LIMIT $4"
        );
        let values: [Value; 4] = [session.0.into(), owner.0.into(), i64::from(depth).into(), i64::from(limit).into()];
        query::rows(self.read(), sql, values).await?.iter().map(said).collect()
    }

    async fn said_before(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<Said>> {
        // Up to the first message in view, if the walk is that long; from there the rest is one stretch of what is in view.
        let sql = format!(
            "WITH RECURSIVE up (id, parent_id, depth, in_view, low) AS (
                SELECT m.id, m.parent_id, m.depth, m.in_view, m.depth - $4 FROM messages m JOIN sessions s ON s.id = m.session_id
                WHERE m.id = $1 AND m.session_id = $2 AND s.owner_id = $3 AND m.deleted_at IS NULL
                UNION ALL
                SELECT m.id, m.parent_id, m.depth, m.in_view, u.low FROM up u JOIN messages m ON m.id = u.parent_id
                WHERE NOT u.in_view AND m.depth > u.low)
            SELECT {SAID} FROM up u CROSS JOIN messages m WHERE m.id = u.id AND NOT u.in_view
            UNION ALL
            SELECT {SAID} FROM up u CROSS JOIN messages m
            WHERE m.session_id = $2 AND m.in_view AND m.depth > u.low AND m.depth <= u.depth AND u.in_view
            ORDER BY 2"
        );
        let values = [message.0.into(), session.0.into(), owner.0.into(), i64::from(limit.max(1)).into()];
        let found = query::rows(self.read(), sql, values).await?;
        if found.is_empty() {
            return Err(StoreError::NotFound);
        }
        found.iter().map(said).collect()
    }

    async fn standing(&self, owner: UserId, messages: &[MessageId]) -> StoreResult<Vec<MessageId>> {
        let ids: Vec<_> = messages.iter().map(|id| id.0).collect();
        let mut standing = Vec::with_capacity(ids.len());
        for list in query::lists(&ids) {
            // What is deleted is out of view. Asked message by message: from the sessions, all that is in view would be read.
            let sql = format!(
                "SELECT m.id FROM messages m WHERE m.id IN ({}) AND m.in_view
                    AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = m.session_id AND s.owner_id = $1)",
                query::places(2, list.len())
            );
            let found = query::rows(self.read(), sql, std::iter::once(owner.0.into()).chain(list)).await?;
            standing.extend(query::ids(&found, "id")?.into_iter().map(MessageId));
        }
        Ok(standing)
    }
}
