//! Snapshots, in pieces.

use async_trait::async_trait;
use sea_orm::{QueryResult, Value};

use super::{SqlStore, query, rows};
use crate::recommendations::{SnapshotHead, SnapshotStore};
use crate::{Conflict, StoreError, StoreResult};

/// The bytes of a piece.
const PIECE: usize = 512 * 1024;

#[async_trait]
impl SnapshotStore for SqlStore {
    async fn newest_snapshot(&self) -> StoreResult<Option<SnapshotHead>> {
        let sql = "SELECT version, made_at, mark, tuning FROM recommendation_snapshots ORDER BY version DESC LIMIT 1";
        query::row(self.read(), sql, []).await?.as_ref().map(head).transpose()
    }

    async fn read_snapshot(&self, version: u64) -> StoreResult<Option<Vec<u8>>> {
        let sql = "SELECT s.size, p.bytes FROM recommendation_snapshots s
            JOIN recommendation_snapshot_pieces p ON p.version = s.version WHERE s.version = $1 ORDER BY p.n";
        let pieces = query::rows(self.read(), sql, [rows::signed(version).into()]).await?;
        let Some(first) = pieces.first() else { return Ok(None) };
        let size: usize = rows::number::<u64>(first.try_get("", "size")?)?.try_into().unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        for piece in &pieces {
            bytes.extend_from_slice(&piece.try_get::<Vec<u8>>("", "bytes")?);
        }
        if bytes.len() == size { Ok(Some(bytes)) } else { Err(StoreError::Corrupt("a snapshot lacks a piece".into())) }
    }

    async fn keep_snapshot(&self, head: &SnapshotHead, bytes: &[u8]) -> StoreResult<()> {
        let tx = self.begin().await?;
        let version = rows::signed(head.version);
        let sql =
            "INSERT INTO recommendation_snapshots (version, made_at, mark, tuning, size) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (version) DO NOTHING";
        let values: [Value; 5] = [
            version.into(),
            rows::micros(head.made_at).into(),
            rows::json(&head.mark)?.into(),
            head.tuning.clone().into(),
            rows::signed(bytes.len() as u64).into(),
        ];
        if query::run(&tx, sql, values).await? == 0 {
            return Err(StoreError::Conflict(Conflict::Outdated));
        }
        for (n, piece) in (0_i64..).zip(bytes.chunks(PIECE)) {
            let sql = "INSERT INTO recommendation_snapshot_pieces (version, n, bytes) VALUES ($1, $2, $3)";
            query::run(&tx, sql, [version.into(), n.into(), piece.to_vec().into()]).await?;
        }
        // Whoever reads the one before comes to its end.
        let sql = "DELETE FROM recommendation_snapshots WHERE version < $1";
        query::run(&tx, sql, [(version - 1).into()]).await?;
        tx.commit().await
    }
}

fn head(row: &QueryResult) -> StoreResult<SnapshotHead> {
    Ok(SnapshotHead {
        version: rows::number(row.try_get("", "version")?)?,
        made_at: rows::time(row.try_get("", "made_at")?)?,
        mark: rows::from_json(&row.try_get::<String>("", "mark")?)?,
        tuning: row.try_get("", "tuning")?,
    })
}
