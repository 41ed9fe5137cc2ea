//! A gate before a table of the database: whoever writes there stands still in the midst of it, so that a test can kill them
//! between two steps that nothing else holds apart.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use tokio::time::Instant;

use super::Cluster;

/// The lock that whoever comes to a gate waits for.
const GATE: i64 = 7;

const LOOK: Duration = Duration::from_millis(50);

/// A gate that is closed until it is opened.
pub struct Gate {
    /// Has the lock, and loses it when it closes.
    database: DatabaseConnection,
}

impl Cluster {
    /// Closes a gate before a table: no row gets into it.
    pub async fn gate(&self, table: &str) -> Gate {
        let database = self.database().await;
        let sql = format!(
            "CREATE FUNCTION stand_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NEW; END $$;
            CREATE TRIGGER gate BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION stand_at_the_gate();
            SELECT pg_advisory_lock({GATE})"
        );
        database.execute_unprepared(&sql).await.expect("a gate");
        Gate { database }
    }
}

impl Gate {
    /// Waits until somebody stands there.
    pub async fn reached(&self, limit: Duration) {
        let sql = format!(
            "SELECT COUNT(*) AS standing FROM pg_locks WHERE locktype = 'advisory' AND objid = {GATE} AND NOT granted"
        );
        let give_up = Instant::now() + limit;
        loop {
            let row = self.database.query_one_raw(Statement::from_string(DbBackend::Postgres, &sql)).await;
            let row = row.expect("locks are counted").expect("a count is a row");
            let standing: i64 = row.try_get("", "standing").expect("a number");
            if standing > 0 {
                return;
            }
            assert!(Instant::now() < give_up, "nobody came to the gate within {limit:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Lets everybody through, from now on.
    pub async fn open(self) {
        self.database.close().await.expect("the connection closes");
    }
}
