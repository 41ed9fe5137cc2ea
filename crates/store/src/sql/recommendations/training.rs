//! What is learned from, read in the order in which it came.

use async_trait::async_trait;
use domain::ids::{CharacterId, UserId};
use sea_orm::DbBackend;
use time::OffsetDateTime;

use super::super::vectors;
use super::{SqlStore, event, query, rows};
use crate::recommendations::{Offered, PlacedEvent, TrainingMark, TrainingStore};
use crate::{StoreError, StoreResult};

#[async_trait]
impl TrainingStore for SqlStore {
    async fn training_mark(&self, embedder: &str) -> StoreResult<TrainingMark> {
        let sql = "SELECT k.seq, k.erased,
                (SELECT COUNT(*) FROM characters
                    WHERE visibility = 'public' AND hidden_at IS NULL AND NOT deleted) AS characters,
                (SELECT CAST(SUM(updated_at % 1000003) AS bigint) FROM characters) AS changed,
                (SELECT COUNT(*) FROM character_vectors v JOIN characters c ON c.id = v.character_id
                    WHERE v.embedder = $1 AND v.revision = c.updated_at) AS vectors
            FROM (SELECT 1 AS one) o LEFT JOIN recommendation_clock k ON k.id = 1";
        let row = query::row(self.read(), sql, [embedder.into()]).await?;
        let row = row.ok_or_else(|| StoreError::Corrupt("a statement that gives one row gave none".into()))?;
        let number =
            |column: &str| -> StoreResult<u64> { row.try_get::<Option<i64>>("", column)?.map_or(Ok(0), rows::number) };
        Ok(TrainingMark {
            seq: number("seq")?,
            erased: number("erased")?,
            characters: number("characters")?,
            changed: row.try_get::<Option<i64>>("", "changed")?.unwrap_or_default(),
            vectors: number("vectors")?,
        })
    }

    async fn placed_events(&self, after: u64, limit: u32) -> StoreResult<Vec<PlacedEvent>> {
        let sql = "SELECT seq, person_id, kind, character_id, at FROM recommendation_events
            WHERE seq > $1 AND layer <> 2 ORDER BY seq LIMIT $2";
        let found = query::rows(self.read(), sql, [rows::signed(after).into(), i64::from(limit).into()]).await?;
        let placed = found.iter().map(|row| {
            let person = UserId(row.try_get("", "person_id")?);
            Ok(PlacedEvent { seq: rows::number(row.try_get("", "seq")?)?, event: event(person, row)? })
        });
        placed.collect()
    }

    async fn offered_after(&self, after: CharacterId, embedder: &str, limit: u32) -> StoreResult<Vec<Offered>> {
        let backend = self.read().get_database_backend();
        let vector = match backend {
            DbBackend::Sqlite => "v.vector",
            _ => "halfvec_send(v.vector)",
        };
        let sql = format!(
            "SELECT c.id, c.created_at, c.tags, {vector} AS vector FROM characters c
            LEFT JOIN character_vectors v ON v.character_id = c.id AND v.embedder = $2
            WHERE c.id > $1 AND c.visibility = 'public' AND c.hidden_at IS NULL AND NOT c.deleted
            ORDER BY c.id LIMIT $3"
        );
        let found = query::rows(self.read(), sql, [after.0.into(), embedder.into(), i64::from(limit).into()]).await?;
        let offered = found.iter().map(|row| {
            let bytes: Option<Vec<u8>> = row.try_get("", "vector")?;
            let read = |bytes: Vec<u8>| match backend {
                DbBackend::Sqlite => vectors::whole(&bytes),
                _ => Ok(vectors::received(&bytes)),
            };
            Ok(Offered {
                id: CharacterId(row.try_get("", "id")?),
                created_at: rows::time(row.try_get("", "created_at")?)?,
                tags: rows::from_json(&row.try_get::<String>("", "tags")?)?,
                vector: bytes.map(read).transpose()?.filter(|vector| !vector.is_empty()),
            })
        });
        offered.collect()
    }

    async fn sweep_shown(&self, before: OffsetDateTime, limit: u32) -> StoreResult<u64> {
        let before = rows::micros(before);
        let old = "SELECT 1 FROM recommendation_events WHERE layer = 0 AND at < $1 LIMIT 1";
        if query::row(self.read(), old, [before.into()]).await?.is_none() {
            return Ok(0);
        }
        let tx = self.begin().await?;
        let sql = "DELETE FROM recommendation_events WHERE (person_id, event_id) IN
            (SELECT person_id, event_id FROM recommendation_events WHERE layer = 0 AND at < $1 ORDER BY at LIMIT $2)";
        let gone = query::run(&tx, sql, [before.into(), i64::from(limit).into()]).await?;
        tx.commit_unsettled().await?;
        Ok(gone)
    }
}
