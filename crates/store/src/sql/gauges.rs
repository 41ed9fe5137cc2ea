//! How busy the database is kept: for whoever watches over the server, not for the product.

use domain::jobs::{JobKind, JobState};
use sea_orm::{DatabaseConnection, DbBackend};
use time::OffsetDateTime;

use super::{SqlStore, query, rows};
use crate::StoreResult;

/// Jobs of one kind in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueGauge {
    /// Their kind.
    pub kind: JobKind,
    /// Their state.
    pub state: JobState,
    /// How many.
    pub jobs: u64,
    /// When the first of them was or is due. Of running ones it is when the lease of the first ends.
    pub oldest_due: OffsetDateTime,
}

/// The connections of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolGauge {
    /// What it is for: `read`, `write`, or `all`.
    pub pool: &'static str,
    /// Those that do something.
    pub in_use: u32,
    /// Those that are open and do nothing.
    pub idle: u32,
    /// How many there may be.
    pub max: u32,
}

impl SqlStore {
    /// The queue of background work, by kind and state; what is empty is left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn queue_gauges(&self) -> StoreResult<Vec<QueueGauge>> {
        let sql = "SELECT kind, state, COUNT(*) AS jobs, MIN(due_at) AS oldest FROM jobs GROUP BY kind, state";
        let found = query::rows(self.read(), sql, []).await?;
        let gauge = |row: &sea_orm::QueryResult| {
            Ok(QueueGauge {
                kind: rows::closed(&row.try_get::<String>("", "kind")?)?,
                state: rows::closed(&row.try_get::<String>("", "state")?)?,
                jobs: rows::number(row.try_get("", "jobs")?)?,
                oldest_due: rows::time(row.try_get("", "oldest")?)?,
            })
        };
        found.iter().map(gauge).collect()
    }

    /// The pools as they are now; asks nobody.
    #[must_use]
    pub fn pool_gauges(&self) -> Vec<PoolGauge> {
        match self.inner.write.get_database_backend() {
            DbBackend::Postgres => vec![pool("all", &self.inner.write)],
            _ => vec![pool("read", &self.inner.read), pool("write", &self.inner.write)],
        }
    }
}

fn pool(name: &'static str, connection: &DatabaseConnection) -> PoolGauge {
    let (size, idle, max) = match connection.get_database_backend() {
        DbBackend::Postgres => {
            let pool = connection.get_postgres_connection_pool();
            (pool.size(), pool.num_idle(), pool.options().get_max_connections())
        }
        _ => {
            let pool = connection.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle(), pool.options().get_max_connections())
        }
    };
    let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(size);
    PoolGauge { pool: name, in_use: size - idle, idle, max }
}
