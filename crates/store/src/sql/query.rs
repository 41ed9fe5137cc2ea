//! Statements as text with `$1` parameters: the same text for every call, so that it is prepared once a connection.

use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement, Value};
use uuid::Uuid;

use super::errors;
use super::patience::within;
use crate::{Conflict, StoreResult};

fn statement<C: ConnectionTrait>(
    conn: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

/// Runs a statement that returns no rows; the number of rows it changed.
pub(super) async fn run<C: ConnectionTrait>(
    conn: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> StoreResult<u64> {
    Ok(within(conn.get_database_backend(), conn.execute_raw(statement(conn, sql, values))).await?.rows_affected())
}

/// The same, where a broken unique constraint is this conflict.
pub(super) async fn run_unique<C: ConnectionTrait>(
    conn: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
    conflict: Conflict,
) -> StoreResult<u64> {
    let done = within(conn.get_database_backend(), conn.execute_raw(statement(conn, sql, values))).await;
    Ok(done.map_err(|error| errors::unique(error, conflict))?.rows_affected())
}

/// All rows of a statement.
pub(super) async fn rows<C: ConnectionTrait>(
    conn: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> StoreResult<Vec<QueryResult>> {
    Ok(within(conn.get_database_backend(), conn.query_all_raw(statement(conn, sql, values))).await?)
}

/// The first row of a statement. All are taken: a statement that writes must run to its end.
pub(super) async fn row<C: ConnectionTrait>(
    conn: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> StoreResult<Option<QueryResult>> {
    Ok(rows(conn, sql, values).await?.into_iter().next())
}

/// The first row of a statement, as `M`.
pub(super) async fn model<M: FromQueryResult, C: ConnectionTrait>(
    conn: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> StoreResult<Option<M>> {
    Ok(row(conn, sql, values).await?.map(|row| M::from_query_result(&row, "")).transpose()?)
}

/// All rows of a statement, each as `M`.
pub(super) async fn models<M: FromQueryResult, C: ConnectionTrait>(
    conn: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> StoreResult<Vec<M>> {
    let rows = rows(conn, sql, values).await?;
    Ok(rows.iter().map(|row| M::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

/// `$first, $first+1, …`, `count` of them.
pub(super) fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// `(a row of width places), …`, `count` rows, numbered from `first`.
pub(super) fn tuples(first: usize, width: usize, count: usize) -> String {
    (0..count).map(|n| format!("({})", places(first + n * width, width))).collect::<Vec<_>>().join(", ")
}

/// How many rows one statement takes: few sizes, so that each is prepared once.
const BLOCKS: [usize; 5] = [256, 64, 16, 4, 1];

/// How many parameters one statement takes: SQLite looks for each from the first on.
const PARAMETERS: usize = 1_024;

/// `items`, each as many parameters as `width`, in blocks of those sizes.
pub(super) fn blocks<T>(mut items: &[T], width: usize) -> Vec<&[T]> {
    let mut blocks = Vec::new();
    for size in BLOCKS.into_iter().filter(|size| size * width <= PARAMETERS) {
        while let Some((block, rest)) = items.split_at_checked(size) {
            blocks.push(block);
            items = rest;
        }
    }
    blocks
}

/// How many ids one list holds.
const LIST: usize = 512;

/// `ids` in lists for `IN`. They are of few lengths, so that they make few statements to prepare; nil fills them up.
pub(super) fn lists(ids: &[Uuid]) -> impl Iterator<Item = Vec<Value>> {
    ids.chunks(LIST).map(|ids| {
        let length = ids.len().next_power_of_two();
        ids.iter().copied().chain(std::iter::repeat(Uuid::nil())).take(length).map(Value::from).collect()
    })
}

/// The column of ids in these rows.
pub(super) fn ids(found: &[QueryResult], column: &str) -> StoreResult<Vec<Uuid>> {
    Ok(found.iter().map(|row| row.try_get("", column)).collect::<Result<_, _>>()?)
}
