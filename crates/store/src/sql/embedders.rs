//! The embedder of this deployment, as a row.

use async_trait::async_trait;
use sea_orm::QueryResult;

use super::{SqlStore, query, rows};
use crate::embedders::{EmbedderStore, KeptEmbedder};
use crate::{StoreError, StoreResult};

const FIND: &str = "SELECT name, dimensions FROM embedder WHERE id = 1";

fn kept(row: &QueryResult) -> StoreResult<KeptEmbedder> {
    Ok(KeptEmbedder { name: row.try_get("", "name")?, dimensions: rows::number(row.try_get("", "dimensions")?)? })
}

#[async_trait]
impl EmbedderStore for SqlStore {
    async fn find_embedder(&self) -> StoreResult<Option<KeptEmbedder>> {
        query::row(self.read(), FIND, []).await?.as_ref().map(kept).transpose()
    }

    async fn claim_embedder(&self, embedder: &KeptEmbedder) -> StoreResult<KeptEmbedder> {
        if let Some(found) = self.find_embedder().await? {
            return Ok(found);
        }
        let tx = self.begin().await?;
        let sql = "INSERT INTO embedder (id, name, dimensions) VALUES (1, $1, $2) ON CONFLICT DO NOTHING";
        query::run(&tx, sql, [embedder.name.clone().into(), i64::from(embedder.dimensions).into()]).await?;
        let row = query::row(&tx, FIND, []).await?;
        let found = row.as_ref().map(kept).transpose()?;
        tx.commit().await?;
        found.ok_or_else(|| StoreError::Unavailable("the embedder changes at this moment".into()))
    }

    async fn use_embedder(&self, embedder: &KeptEmbedder) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "INSERT INTO embedder (id, name, dimensions) VALUES (1, $1, $2)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, dimensions = excluded.dimensions";
        query::run(&tx, sql, [embedder.name.clone().into(), i64::from(embedder.dimensions).into()]).await?;
        tx.commit().await
    }
}
