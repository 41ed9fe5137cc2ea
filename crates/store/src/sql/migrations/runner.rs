//! Applies steps and takes them back, once, however many nodes begin at the same time.
//!
//! Everything happens in one transaction under one lock: PostgreSQL's advisory lock, or SQLite's own for writing. A database that a
//! newer version has brought on is left as it is, and used if it says that it still serves this one.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait, SchemaManager};

use super::{MigrationState, Migrator, SERVES};
use crate::sql::query;
use crate::{StoreError, StoreResult};

/// How long one waits for another who is at it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often one looks whether the other is done.
const LOOK: Duration = Duration::from_millis(100);

/// The advisory lock of migrations: "talker" and a number.
const LOCK: i64 = 0x7461_6c6b_6572_0001;

const TABLE: &str = "seaql_migrations";

type Steps = Vec<Box<dyn MigrationTrait>>;

/// Applies what is missing.
pub(in crate::sql) async fn up(conn: &DatabaseConnection) -> StoreResult<()> {
    up_with(conn, &Migrator::migrations(), SERVES, PATIENCE).await
}

/// Takes back the last `steps` steps; their names, the last first.
pub(in crate::sql) async fn down(conn: &DatabaseConnection, steps: u32) -> StoreResult<Vec<String>> {
    let known = Migrator::migrations();
    let tx = locked(conn, PATIENCE).await?;
    let applied = applied(&tx).await?;
    if let Some(unknown) = unknown(&applied, &known).first() {
        return Err(StoreError::Refused(format!(
            "only the newer Talker that applied {unknown} can take it back; run `talker migrate down` of that one"
        )));
    }
    let mut gone = Vec::new();
    for step in known.iter().rev().filter(|step| applied.contains(step.name())).take(steps as usize) {
        step.down(&SchemaManager::new(&tx)).await?;
        query::run(&tx, format!("DELETE FROM {TABLE} WHERE version = $1"), [step.name().into()]).await?;
        gone.push(step.name().to_owned());
    }
    tx.commit().await?;
    Ok(gone)
}

/// Every step that is known or applied.
pub(in crate::sql) async fn status(conn: &DatabaseConnection) -> StoreResult<Vec<MigrationState>> {
    let applied = applied(conn).await?;
    let known = Migrator::migrations();
    let mut states: Vec<MigrationState> = known
        .iter()
        .map(|step| MigrationState {
            name: step.name().to_owned(),
            applied: applied.contains(step.name()),
            known: true,
        })
        .collect();
    let newer = unknown(&applied, &known).into_iter();
    states.extend(newer.map(|name| MigrationState { name, applied: true, known: false }));
    Ok(states)
}

async fn up_with(conn: &DatabaseConnection, known: &Steps, serves: &str, patience: Duration) -> StoreResult<()> {
    // The usual start finds everything done, and waits for nobody.
    if is_done(conn, &applied(conn).await?, known).await? {
        return Ok(());
    }
    let tx = locked(conn, patience).await?;
    // Whoever had the lock before may have done it meanwhile.
    let applied = applied(&tx).await?;
    if is_done(&tx, &applied, known).await? {
        return Ok(());
    }
    let install = format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (version varchar NOT NULL PRIMARY KEY, applied_at bigint NOT NULL);
        CREATE TABLE IF NOT EXISTS schema_compat (id bigint NOT NULL PRIMARY KEY, serves text NOT NULL);"
    );
    tx.execute_unprepared(&install).await?;
    let now = match tx.get_database_backend() {
        DbBackend::Sqlite => "unixepoch()",
        _ => "CAST(EXTRACT(EPOCH FROM now()) AS bigint)",
    };
    for step in known.iter().filter(|step| !applied.contains(step.name())) {
        step.up(&SchemaManager::new(&tx)).await?;
        tracing::info!(step = step.name(), "the tables were brought on");
        let sql = format!("INSERT INTO {TABLE} (version, applied_at) VALUES ($1, {now})");
        query::run(&tx, sql, [step.name().into()]).await?;
    }
    let sql =
        "INSERT INTO schema_compat (id, serves) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET serves = excluded.serves";
    query::run(&tx, sql, [serves.into()]).await?;
    Ok(tx.commit().await?)
}

/// Whether there is nothing to do. Refuses a database that a newer version has brought on and that does not serve this one.
async fn is_done<C: ConnectionTrait>(conn: &C, applied: &BTreeSet<String>, known: &Steps) -> StoreResult<bool> {
    let missing = known.iter().find(|step| !applied.contains(step.name()));
    let Some(newest) = unknown(applied, known).pop() else { return Ok(missing.is_none()) };
    if let Some(missing) = missing {
        return Err(StoreError::Refused(format!(
            "a newer Talker has brought it to {newest}, without {}: use a version that knows both",
            missing.name()
        )));
    }
    let serves = match exists(conn, "schema_compat").await? {
        true => query::row(conn, "SELECT serves FROM schema_compat WHERE id = 1", []).await?,
        false => None,
    };
    let serves = serves.map(|row| row.try_get::<String>("", "serves")).transpose()?;
    let ours = known.last().map(|step| step.name().to_owned()).unwrap_or_default();
    match serves {
        Some(serves) if serves <= ours => {
            tracing::warn!(newest, "a newer version has brought the tables on; they still serve this one");
            Ok(true)
        }
        _ => Err(StoreError::Refused(format!(
            "a newer Talker has brought it to {newest}, which this version cannot use any more: use that version, or let \
             it take the step back with `talker migrate down`"
        ))),
    }
}

fn unknown(applied: &BTreeSet<String>, known: &Steps) -> Vec<String> {
    applied.iter().filter(|name| known.iter().all(|step| step.name() != name.as_str())).cloned().collect()
}

/// The names of the steps that are applied, in order.
async fn applied<C: ConnectionTrait>(conn: &C) -> StoreResult<BTreeSet<String>> {
    if !exists(conn, TABLE).await? {
        return Ok(BTreeSet::new());
    }
    let found = query::rows(conn, format!("SELECT version FROM {TABLE}"), []).await?;
    Ok(found.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>()?)
}

async fn exists<C: ConnectionTrait>(conn: &C, table: &str) -> StoreResult<bool> {
    let sql = match conn.get_database_backend() {
        DbBackend::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
        _ => "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1",
    };
    Ok(query::row(conn, sql, [table.into()]).await?.is_some())
}

/// A transaction that nobody else can have at the same time. Dropped, it changes nothing and lets the next one in.
async fn locked(conn: &DatabaseConnection, patience: Duration) -> StoreResult<DatabaseTransaction> {
    let deadline = Instant::now() + patience;
    loop {
        match try_locked(conn).await {
            Ok(Some(tx)) => return Ok(tx),
            Err(StoreError::Unavailable(_)) | Ok(None) if Instant::now() < deadline => tokio::time::sleep(LOOK).await,
            Ok(None) => {
                return Err(StoreError::Refused(format!(
                    "another node has been bringing the tables up to date for more than {} seconds; look at that one, \
                     then start again",
                    patience.as_secs()
                )));
            }
            Err(error) => return Err(error),
        }
    }
}

async fn try_locked(conn: &DatabaseConnection) -> StoreResult<Option<DatabaseTransaction>> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let tx = conn.begin_with_options(options).await?;
    if tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(Some(tx));
    }
    let row = query::row(&tx, "SELECT pg_try_advisory_xact_lock($1) AS ours", [LOCK.into()]).await?;
    let ours = row.map_or(Ok(false), |row| row.try_get("", "ours"))?;
    Ok(ours.then_some(tx))
}

#[cfg(test)]
#[path = "runner_tests.rs"]
mod tests;
