//! Background work as the database knows it: looked at, and brought forward, because no test waits for tomorrow, or for
//! a lease.

use std::time::Duration;

use domain::jobs::JobKind;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tokio::time::Instant;

use super::Cluster;

/// So many looks, one after the other, must find nothing to do: what is wanted is written down half a second later.
const CALM: u32 = 15;
const LOOK: Duration = Duration::from_millis(100);

/// What is left to do of all that follows from what was said. Other work comes and goes in its own time.
const LEFT: &str = "SELECT COUNT(*) AS jobs FROM jobs
    WHERE kind IN ('remember', 'learn', 'judge', 'keep_diary', 'write_first')";

impl Cluster {
    /// Changes what is kept, past all lines; how many rows.
    pub async fn change(&self, sql: &str) -> u64 {
        let database = self.database().await;
        let changed = database.execute_unprepared(sql).await.expect("it can be changed").rows_affected();
        database.close().await.expect("the connection closes");
        changed
    }

    /// Lets the leases of whoever runs a job of this kind end now, and says how many: those of a dead process end by
    /// themselves within half a minute.
    pub async fn leases_end(&self, kind: JobKind) -> u64 {
        let theirs = format!("SELECT lease_node FROM jobs WHERE state = 'running' AND kind = '{kind}'");
        self.change(&format!("UPDATE jobs SET due_at = 0 WHERE state = 'running' AND lease_node IN ({theirs})")).await
    }

    /// Waits until nothing of that is left to do, and nothing more comes of it.
    pub async fn idle(&self, limit: Duration) {
        let database = self.database().await;
        let give_up = Instant::now() + limit;
        let mut calm = 0;
        while calm < CALM {
            let row = database.query_one_raw(Statement::from_string(DbBackend::Postgres, LEFT)).await;
            let row = row.expect("jobs are counted").expect("a count is a row");
            let jobs: i64 = row.try_get("", "jobs").expect("a number");
            calm = if jobs == 0 { calm + 1 } else { 0 };
            assert!(Instant::now() < give_up, "{jobs} jobs are left after {limit:?}\n{}", self.warnings(30));
            tokio::time::sleep(LOOK).await;
        }
        database.close().await.expect("the connection closes");
    }

    /// A connection past all lines.
    pub(super) async fn database(&self) -> DatabaseConnection {
        let postgres = self.postgres();
        let mut options = ConnectOptions::new(postgres.url_by(postgres.address));
        options.max_connections(1);
        Database::connect(options).await.expect("PostgreSQL is there")
    }
}
