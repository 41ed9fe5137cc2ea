//! Places, by keys and by the index of the list of sessions: many in one statement.

use async_trait::async_trait;
use domain::ids::{MessageId, SessionId, UserId};
use sea_orm::{QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SqlStore, query, rows, views};
use crate::StoreResult;
use crate::places::{Place, PlaceStore, Written};

fn place(row: &QueryResult) -> StoreResult<Place> {
    Ok(Place {
        session_id: SessionId(row.try_get("", "id")?),
        owner: UserId(row.try_get("", "owner_id")?),
        seq: rows::number(row.try_get("", "seq")?)?,
    })
}

#[async_trait]
impl PlaceStore for SqlStore {
    async fn places(&self, sessions: &[SessionId]) -> StoreResult<Vec<Place>> {
        let ids: Vec<Uuid> = sessions.iter().map(|session| session.0).collect();
        let mut found = Vec::with_capacity(ids.len());
        for list in query::lists(&ids) {
            let sql = format!("SELECT id, owner_id, seq FROM sessions WHERE id IN ({})", query::places(1, list.len()));
            for row in query::rows(self.read(), sql, list).await? {
                found.push(place(&row)?);
            }
        }
        Ok(found)
    }

    async fn lately(&self, people: &[UserId], since: OffsetDateTime) -> StoreResult<Vec<Place>> {
        let ids: Vec<Uuid> = people.iter().map(|user| user.0).collect();
        let mut found = Vec::new();
        for list in query::lists(&ids) {
            // Both values of `pinned`, so that the index leads to the time.
            let sql = format!(
                "SELECT id, owner_id, seq FROM sessions WHERE owner_id IN ({}) AND archived = $1 AND pinned IN ($2, $3) AND last_message_at > $4",
                query::places(5, list.len())
            );
            let values = [false.into(), false.into(), true.into(), Value::from(rows::micros(since))];
            for row in query::rows(self.read(), sql, values.into_iter().chain(list)).await? {
                found.push(place(&row)?);
            }
        }
        Ok(found)
    }

    async fn written(&self, replies: &[MessageId]) -> StoreResult<Vec<Written>> {
        let found = views::by_ids(self.read(), replies.iter().map(|reply| reply.0).collect()).await?;
        let standing = found.into_values().filter(|view| !view.deleted);
        Ok(standing
            .map(|view| Written {
                reply_id: view.message.id,
                content: view.message.content,
                status: view.message.status,
            })
            .collect())
    }
}
