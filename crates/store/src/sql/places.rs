//! Places, by keys and by the index of the list of sessions: many in one statement.

use async_trait::async_trait;
use domain::ids::{MessageId, SessionId, UserId};
use sea_orm::{QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SqlStore, query, rows, views};
use crate::StoreResult;
use crate::places::{Place, PlaceStore, Written};

/// How many events beyond what was read are looked at.
const LOOKED_AT: u32 = 400;

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

    async fn place_of_shared(&self, message: MessageId) -> StoreResult<Option<Place>> {
        let sql = "SELECT s.id, s.owner_id, s.seq FROM messages m JOIN sessions s ON s.id = m.session_id
            WHERE m.id = $1 AND m.deleted_at IS NULL";
        let found = query::row(self.read(), sql, [message.0.into()]).await?.as_ref().map(place).transpose()?;
        Ok(found.filter(|place| place.session_id.is_shared()))
    }

    async fn unread(&self, since: &[(SessionId, u64)]) -> StoreResult<Vec<(SessionId, u64)>> {
        let mut found = Vec::with_capacity(since.len());
        for block in query::blocks(since, 2) {
            let sql = format!(
                "WITH read (id, seq) AS (VALUES {}) SELECT r.id, COUNT(*) AS unread FROM read r
                JOIN events e ON e.session_id = r.id AND e.seq > r.seq AND e.seq <= r.seq + {LOOKED_AT}
                    AND e.kind IN ('message_accepted', 'reply_completed')
                GROUP BY r.id",
                query::tuples(1, 2, block.len())
            );
            let values = block.iter().flat_map(|(id, seq)| [Value::from(id.0), rows::signed(*seq).into()]);
            for row in query::rows(self.read(), sql, values).await? {
                found.push((SessionId(row.try_get("", "id")?), rows::number(row.try_get("", "unread")?)?));
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
                "SELECT id, owner_id, seq FROM sessions WHERE owner_id IN ({}) AND character_id IS NOT NULL AND archived = $1 AND pinned IN ($2, $3) AND last_message_at > $4",
                query::places(5, list.len())
            );
            let values = [false.into(), false.into(), true.into(), Value::from(rows::micros(since))];
            for row in query::rows(self.read(), sql, values.into_iter().chain(list.clone())).await? {
                found.push(place(&row)?);
            }
            let sql = format!(
                "SELECT s.id, m.user_id AS owner_id, s.seq FROM session_members m JOIN sessions s ON s.id = m.session_id
                WHERE m.user_id IN ({}) AND m.state = 'joined' AND s.last_message_at > $1",
                query::places(2, list.len())
            );
            let values = std::iter::once(Value::from(rows::micros(since))).chain(list);
            for row in query::rows(self.read(), sql, values).await? {
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
