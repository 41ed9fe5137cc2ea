//! Vectors of characters. SQLite reads all that the viewer may find; PostgreSQL has an index for it.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::characters::CharacterFilter;
use domain::ids::{CharacterId, UserId};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Value};
use uuid::Uuid;

use super::characters::{character, narrow};
use super::entities::characters;
use super::{SqlStore, query, rows, vectors};
use crate::discovery::{DiscoveryStore, Near, Nearby, NewCharacterVector, Undiscovered};
use crate::{StoreError, StoreResult};

/// The longest vector that pgvector's index takes in halves.
const INDEXED: u32 = 4_000;

/// The lock of whoever makes an index: only one does.
const LOCK: i64 = 0x7461_6c6b_6572_0002;

#[async_trait]
impl DiscoveryStore for SqlStore {
    async fn characters_without_vector(&self, embedder: &str, limit: u32) -> StoreResult<Vec<Undiscovered>> {
        let sql = "SELECT c.* FROM characters c LEFT JOIN character_vectors v ON v.character_id = c.id
            WHERE NOT c.deleted AND (v.character_id IS NULL OR v.embedder <> $1 OR v.revision <> c.updated_at)
            ORDER BY c.created_at, c.id LIMIT $2";
        let found: Vec<characters::Model> =
            query::models(self.read(), sql, [embedder.into(), i64::from(limit).into()]).await?;
        let without = |row: &characters::Model| {
            Ok(Undiscovered { character: character(row)?, revision: rows::number(row.updated_at)? })
        };
        found.iter().map(without).collect()
    }

    async fn save_character_vectors(&self, embedder: &str, new: &[NewCharacterVector]) -> StoreResult<()> {
        let tx = self.begin().await?;
        let backend = tx.get_database_backend();
        // In one order for all nodes, so that no two wait for each other.
        let mut new: Vec<&NewCharacterVector> = new.iter().collect();
        new.sort_unstable_by_key(|vector| vector.character.0);
        for vector in new {
            let sql = format!(
                "INSERT INTO character_vectors (character_id, embedder, revision, vector)
                SELECT c.id, $2, $3, {} FROM characters c WHERE c.id = $1 AND NOT c.deleted
                ON CONFLICT (character_id) DO UPDATE
                    SET embedder = excluded.embedder, revision = excluded.revision, vector = excluded.vector",
                vectors::place(backend, 4)
            );
            let values = [
                vector.character.0.into(),
                embedder.into(),
                rows::signed(vector.revision).into(),
                vectors::value(backend, &vector.vector),
            ];
            query::run(&tx, sql, values).await?;
        }
        // Lost, they are made again.
        tx.commit_unsettled().await
    }

    async fn nearest_characters(
        &self,
        viewer: UserId,
        filter: &CharacterFilter,
        near: Near<'_>,
        limit: u32,
    ) -> StoreResult<Vec<Nearby>> {
        let near = match self.read().get_database_backend() {
            DbBackend::Sqlite => self.scan(viewer, filter, near, limit).await?,
            _ => self.search(viewer, filter, near, limit).await?,
        };
        let ids: Vec<Uuid> = near.iter().map(|(id, _)| *id).collect();
        let mut found = HashMap::with_capacity(ids.len());
        for list in query::lists(&ids) {
            let sql = format!("SELECT * FROM characters WHERE id IN ({})", query::places(1, list.len()));
            for row in query::models::<characters::Model, _>(self.read(), sql, list).await? {
                found.insert(CharacterId(row.id), character(&row)?);
            }
        }
        // Who went between the two looks is left out.
        let visible = near.into_iter().filter_map(|(id, distance)| {
            let character = found.remove(&CharacterId(id)).filter(|character| character.found_by(viewer))?;
            Some(Nearby { character, distance })
        });
        Ok(visible.collect())
    }

    async fn prepare_search(&self, dimensions: u32) -> StoreResult<()> {
        if self.read().get_database_backend() == DbBackend::Sqlite || dimensions == 0 || dimensions > INDEXED {
            return Ok(());
        }
        let name = format!("character_vectors_near_{dimensions}");
        if self.has_index(&name).await? {
            return Ok(());
        }
        // Held on a connection of its own: what makes the index must stand in no transaction.
        let tx = self.begin().await?;
        let row = query::row(&tx, "SELECT pg_try_advisory_xact_lock($1) AS ours", [LOCK.into()]).await?;
        if !row.map_or(Ok(false), |row| row.try_get("", "ours"))? {
            return Ok(());
        }
        // One that was not finished is of no use.
        self.inner.write.execute_unprepared(&format!("DROP INDEX CONCURRENTLY IF EXISTS {name}")).await?;
        let sql = format!(
            "CREATE INDEX CONCURRENTLY {name} ON character_vectors
            USING hnsw ((vector::halfvec({dimensions})) halfvec_cosine_ops) WHERE vector_dims(vector) = {dimensions}"
        );
        self.inner.write.execute_unprepared(&sql).await?;
        tx.rollback().await
    }
}

impl SqlStore {
    async fn has_index(&self, name: &str) -> StoreResult<bool> {
        let sql = "SELECT i.indisvalid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = $1";
        let row = query::row(self.read(), sql, [name.into()]).await?;
        Ok(row.map_or(Ok(false), |row| row.try_get("", "indisvalid"))?)
    }

    /// All that the viewer may find, compared one by one.
    async fn scan(
        &self,
        viewer: UserId,
        filter: &CharacterFilter,
        near: Near<'_>,
        limit: u32,
    ) -> StoreResult<Vec<(Uuid, f64)>> {
        let mut values: Vec<Value> = vec![viewer.0.into(), near.embedder.into()];
        let narrowed = narrow(filter, false, &mut values);
        let sql = format!(
            "SELECT c.id, v.vector FROM character_vectors v JOIN characters c ON c.id = v.character_id
            WHERE v.embedder = $2 AND {narrowed}"
        );
        let found = query::rows(self.read(), sql, values).await?;
        let (vector, within) = (near.vector.to_vec(), near.within);
        let compared = tokio::task::spawn_blocking(move || compare(&found, &vector, within, limit)).await;
        compared.map_err(|_| StoreError::Unavailable("a search broke off".into()))?
    }

    /// The nearest by the index, which goes on until enough of them may be found.
    async fn search(
        &self,
        viewer: UserId,
        filter: &CharacterFilter,
        near: Near<'_>,
        limit: u32,
    ) -> StoreResult<Vec<(Uuid, f64)>> {
        let Some(vector) = vectors::text(near.vector) else { return Ok(Vec::new()) };
        let dimensions = near.vector.len();
        let mut values: Vec<Value> = vec![viewer.0.into(), near.embedder.into(), vector.into()];
        let narrowed = narrow(filter, false, &mut values);
        let distance = format!("(v.vector::halfvec({dimensions})) <=> CAST($3 AS halfvec({dimensions}))");
        let sql = format!(
            "SELECT c.id, {distance} AS distance FROM character_vectors v JOIN characters c ON c.id = v.character_id
            WHERE vector_dims(v.vector) = {dimensions} AND v.embedder = $2 AND {narrowed}
            ORDER BY {distance} LIMIT {limit}"
        );
        let tx = self.begin().await?;
        query::run(&tx, "SET LOCAL hnsw.iterative_scan = strict_order", []).await?;
        let rows = query::rows(&tx, sql, values).await?;
        tx.rollback().await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push((row.try_get("", "id")?, row.try_get::<f64>("", "distance")?));
        }
        Ok(nearest(found, near.within, limit))
    }
}

fn compare(rows: &[QueryResult], vector: &[f32], within: f64, limit: u32) -> StoreResult<Vec<(Uuid, f64)>> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(bytes) = row.try_get::<Option<Vec<u8>>>("", "vector")? else { continue };
        let other = vectors::whole(&bytes)?;
        if other.len() == vector.len() {
            let likeness: f32 = vector.iter().zip(&other).map(|(one, other)| one * other).sum();
            found.push((row.try_get("", "id")?, 1.0 - f64::from(likeness)));
        }
    }
    Ok(nearest(found, within, limit))
}

/// The nearest first; of those that are as near, the one with the lower id.
fn nearest(mut found: Vec<(Uuid, f64)>, within: f64, limit: u32) -> Vec<(Uuid, f64)> {
    found.retain(|(_, distance)| *distance <= within);
    found.sort_unstable_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
    found.truncate(limit as usize);
    found
}
