//! No statement waits for ever. A connection whose other end is gone without a word, behind a gateway that forgot it say,
//! is silent for as long as it is let.
//!
//! PostgreSQL only: SQLite is in this process.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::{PgConnection, PgPoolOptions};
use sea_orm::sqlx::{Connection, Error, Executor};
use sea_orm::{DbBackend, DbErr, RuntimeErr};

/// How long a statement may take. The longest of ours take milliseconds; one waits for a lock, or for a busy server.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// How long the server waits for the next statement of a transaction: less than others wait for its rows.
const SILENT_TRANSACTION: &str = "SET idle_in_transaction_session_timeout = '10s'";

/// How long a connection that comes back to the pool may take to answer.
const SIGN_WITHIN: Duration = Duration::from_secs(3);

/// How long after a statement was given up every connection that comes back is asked for a sign of life.
const DOUBTED_FOR: Duration = Duration::from_secs(60);

static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Until when connections are doubted, in milliseconds of [`BEGUN`].
static DOUBTED_UNTIL: AtomicU64 = AtomicU64::new(0);

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A statement under way. Given up, by whomever, it leaves a connection of which nobody knows whether it answers.
struct UnderWay;

impl Drop for UnderWay {
    fn drop(&mut self) {
        DOUBTED_UNTIL.fetch_max(millis(BEGUN.elapsed() + DOUBTED_FOR), Ordering::Relaxed);
    }
}

/// Runs a statement, but not for ever.
pub(super) async fn within<T>(
    backend: DbBackend,
    statement: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    if backend != DbBackend::Postgres {
        return statement.await;
    }
    let under_way = UnderWay;
    match tokio::time::timeout(ANSWER_WITHIN, statement).await {
        Ok(answer) => {
            std::mem::forget(under_way);
            answer
        }
        Err(_) => Err(DbErr::Conn(RuntimeErr::Internal("no answer in time".into()))),
    }
}

/// Waits for the end of all connections of a pool, but not for one that never says goodbye.
pub(super) async fn closed(backend: DbBackend, close: impl Future<Output = Result<(), DbErr>>) -> Result<(), DbErr> {
    if backend != DbBackend::Postgres {
        return close.await;
    }
    tokio::time::timeout(SIGN_WITHIN, close).await.unwrap_or(Ok(()))
}

/// A pool that, once a statement was given up, asks connections for a sign of life before it gives them to others. Its own
/// way of asking waits for ever, and the place of the connection is lost with it.
pub(super) fn doubting(pool: PgPoolOptions) -> PgPoolOptions {
    pool.after_connect(|connection, _| Box::pin(let_go(connection)))
        .after_release(|connection, _| Box::pin(is_alive(connection)))
}

/// Has the server end a transaction whose node says nothing more: paused, or cut off without a word, it would hold the
/// rows of its sessions until the server notices, which may take hours.
async fn let_go(connection: &mut PgConnection) -> Result<(), Error> {
    connection.execute(SILENT_TRANSACTION).await.map(|_| ())
}

async fn is_alive(connection: &mut PgConnection) -> Result<bool, Error> {
    if millis(BEGUN.elapsed()) > DOUBTED_UNTIL.load(Ordering::Relaxed) {
        return Ok(true);
    }
    match tokio::time::timeout(SIGN_WITHIN, connection.ping()).await {
        Ok(answer) => answer.map(|()| true),
        Err(_) => Err(Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}
