//! What the database's errors mean to a caller. Their texts may quote values, so only codes are passed on.

use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};

use crate::{Conflict, StoreError};

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::ConnectionAcquire(reason) => Self::Unavailable(reason.to_string()),
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => of_driver(error),
            DbErr::Conn(_) => Self::Unavailable("no connection".into()),
            DbErr::Migration(text) => Self::Refused(text.clone()),
            DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => {
                Self::Corrupt("a value of another type".into())
            }
            _ => Self::Corrupt("an unexpected answer of the database".into()),
        }
    }
}

fn of_driver(error: &SqlxError) -> StoreError {
    match error {
        SqlxError::Database(error) => {
            let code = error.code().unwrap_or_default();
            if passes(&code) {
                return StoreError::Unavailable(format!("database error {code}"));
            }
            // A faulty statement is told with the place of the fault: it quotes our text, never a value.
            let of_statement = code == "1" || code.starts_with("42");
            StoreError::Corrupt(if of_statement {
                format!("database error {code}: {}", error.message())
            } else {
                format!("database error {code}")
            })
        }
        SqlxError::Io(error) => StoreError::Unavailable(error.kind().to_string()),
        SqlxError::Tls(_) => StoreError::Unavailable("TLS with the database failed".into()),
        SqlxError::PoolTimedOut => StoreError::Unavailable("all connections are busy".into()),
        SqlxError::PoolClosed | SqlxError::WorkerCrashed => StoreError::Unavailable("the connection is closed".into()),
        SqlxError::Protocol(_) => StoreError::Unavailable("the database speaks another protocol".into()),
        SqlxError::ColumnDecode { index, .. } => StoreError::Corrupt(format!("column {index} holds another type")),
        _ => StoreError::Corrupt("an unexpected answer of the database".into()),
    }
}

/// Whether the same call may succeed later.
fn passes(code: &str) -> bool {
    if code.len() == 5 {
        // PostgreSQL: connection, rollback by concurrency, resources, operator's intervention, system.
        return ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class));
    }
    // SQLite: busy, locked, read-only, I/O error, full, cannot open; the upper bits say more.
    code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}

/// A broken unique constraint of an account, as the conflict it is.
pub(super) fn account_conflict(error: DbErr) -> StoreError {
    match error.sql_err() {
        // SQLite names the column, PostgreSQL the constraint, which is named after the column.
        Some(SqlErr::UniqueConstraintViolation(text)) if text.contains("username") => {
            StoreError::Conflict(Conflict::UsernameTaken)
        }
        Some(SqlErr::UniqueConstraintViolation(text)) if text.contains("email") => {
            StoreError::Conflict(Conflict::EmailTaken)
        }
        _ => error.into(),
    }
}

/// A broken unique constraint, where there is but one that can break, as the conflict it is.
pub(super) fn unique(error: DbErr, conflict: Conflict) -> StoreError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::Conflict(conflict),
        _ => error.into(),
    }
}

/// A reference to what is not there.
pub(super) fn missing(error: DbErr) -> StoreError {
    match error.sql_err() {
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => StoreError::NotFound,
        _ => error.into(),
    }
}
