//! How SQLite goes about the statements it is asked, so that tests see where it would read a whole table.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use sea_orm::{ConnectionTrait, Statement};

use super::SqlStore;
use crate::StoreResult;

/// The texts of statements, each once.
pub(super) type Statements = Mutex<BTreeSet<String>>;

/// A statement, and the steps in which it is answered, as `EXPLAIN QUERY PLAN` tells them.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The text.
    pub sql: String,
    /// Such as `SEARCH m USING INDEX messages_branch (branch_id=?)`.
    pub steps: Vec<String>,
}

pub(super) fn note(statements: Option<&Statements>, sql: &str) {
    if let Some(statements) = statements {
        let mut known = statements.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(sql) {
            known.insert(sql.to_owned());
        }
    }
}

impl SqlStore {
    /// The plans of all that a temporary store was asked until now, of tables of which nothing is known, as those of a new server.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn plans(&self) -> StoreResult<Vec<Plan>> {
        let asked =
            self.inner.statements.as_ref().map(|known| known.lock().unwrap_or_else(PoisonError::into_inner).clone());
        let mut plans = Vec::new();
        for sql in asked.unwrap_or_default() {
            let verb = sql.split_whitespace().next().unwrap_or_default();
            if !["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].contains(&verb) {
                continue;
            }
            let conn = self.read();
            let explain = Statement::from_string(conn.get_database_backend(), format!("EXPLAIN QUERY PLAN {sql}"));
            let rows = conn.query_all_raw(explain).await?;
            let steps = rows.iter().map(|row| row.try_get("", "detail")).collect::<Result<_, _>>()?;
            plans.push(Plan { sql, steps });
        }
        Ok(plans)
    }
}
