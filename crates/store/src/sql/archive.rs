//! Tables as records.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Value};
use uuid::Uuid;

use super::{SqlStore, query, rows, vectors};
use crate::archive::{Archive, Cell, Column, Kind, Mark, Record, TABLES, Table};
use crate::{StoreError, StoreResult};

#[async_trait]
impl Archive for SqlStore {
    async fn read(&self, table: &Table, after: Option<&[Cell]>, limit: u32) -> StoreResult<Vec<Record>> {
        let backend = self.read().get_database_backend();
        let columns: Vec<String> = table.columns.iter().map(|column| selected(backend, table, *column)).collect();
        let key: Vec<&str> = table.columns.iter().take(table.key).map(|column| column.name).collect();
        let key = key.join(", ");
        let mut values: Vec<Value> = vec![i64::from(limit).into()];
        let mut follows = String::new();
        if let Some(after) = after {
            follows = format!("WHERE ({key}) > ({})", query::places(2, after.len()));
            for (cell, column) in after.iter().zip(table.columns) {
                values.push(value(backend, *column, cell));
            }
        }
        let sql = format!("SELECT {} FROM {} v {follows} ORDER BY {key} LIMIT $1", columns.join(", "), table.name);
        let found = query::rows(self.read(), sql, values).await?;
        found.iter().map(|row| record(backend, table, row)).collect()
    }

    async fn write(&self, table: &Table, records: &[Record], mark: Option<&Mark>) -> StoreResult<()> {
        let tx = self.begin().await?;
        for block in query::blocks(records, table.columns.len()) {
            insert(&tx, table, block).await?;
        }
        if let Some(mark) = mark {
            let sql = "INSERT INTO moves (id, source, place, after) VALUES (1, $1, $2, $3)
                ON CONFLICT (id) DO UPDATE SET source = excluded.source, place = excluded.place, after = excluded.after";
            let place = rows::signed(mark.place as u64);
            query::run(&tx, sql, [mark.source.clone().into(), place.into(), mark.after.clone().into()]).await?;
        }
        tx.commit().await
    }

    async fn count(&self, table: &Table) -> StoreResult<u64> {
        let row = query::row(self.read(), format!("SELECT COUNT(*) AS records FROM {}", table.name), []).await?;
        rows::number(row.map_or(Ok(0), |row| row.try_get("", "records"))?)
    }

    async fn mark(&self) -> StoreResult<Option<Mark>> {
        let row = query::row(self.read(), "SELECT source, place, after FROM moves WHERE id = 1", []).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Mark {
            source: row.try_get("", "source")?,
            place: rows::number(row.try_get("", "place")?)?,
            after: row.try_get("", "after")?,
        }))
    }

    async fn finish(&self) -> StoreResult<()> {
        let tx = self.begin().await?;
        query::run(&tx, "DELETE FROM moves", []).await?;
        tx.commit().await?;
        // The planner knows nothing of tables that came at once.
        query::run(&self.inner.write, "ANALYZE", []).await.map(|_| ())
    }

    async fn others(&self) -> StoreResult<u64> {
        if self.read().get_database_backend() == DbBackend::Sqlite {
            // Its file has a lock.
            return Ok(0);
        }
        let sql = "SELECT COUNT(*) AS others FROM pg_stat_activity WHERE datname = current_database()
            AND usename = current_user AND backend_type = 'client backend'
            AND application_name <> current_setting('application_name')";
        let row = query::row(self.read(), sql, []).await?;
        rows::number(row.map_or(Ok(0), |row| row.try_get("", "others"))?)
    }
}

/// What is read for a column.
fn selected(backend: DbBackend, table: &Table, column: Column) -> String {
    match (column.kind, backend) {
        (Kind::Vector, DbBackend::Sqlite) => column.name.to_owned(),
        (Kind::Vector, _) if table.name == "memory_vectors" => vectors::column(backend).to_owned(),
        (Kind::Vector, _) => format!(r"'\x01'::bytea || halfvec_send({})", column.name),
        _ => column.name.to_owned(),
    }
}

/// Where a column is written.
fn written(backend: DbBackend, table: &Table, column: Column) -> &'static str {
    match (table.name, column.kind, backend) {
        ("memory_vectors", Kind::Vector, DbBackend::Postgres) => "half",
        _ => column.name,
    }
}

fn record(backend: DbBackend, table: &Table, row: &QueryResult) -> StoreResult<Record> {
    table.columns.iter().enumerate().map(|(n, column)| cell(backend, *column, row, n)).collect()
}

fn cell(backend: DbBackend, column: Column, row: &QueryResult, n: usize) -> StoreResult<Cell> {
    let cell = match column.kind {
        Kind::Bool => row.try_get_by_index::<Option<bool>>(n)?.map(Cell::Bool),
        Kind::Int => row.try_get_by_index::<Option<i64>>(n)?.map(Cell::Int),
        Kind::Text => row.try_get_by_index::<Option<String>>(n)?.map(Cell::Text),
        Kind::Uuid => row.try_get_by_index::<Option<Uuid>>(n)?.map(Cell::Uuid),
        Kind::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(n)?.map(Cell::Bytes),
        // A vector without numbers is NULL to some and empty to others.
        Kind::Vector => {
            let bytes = row.try_get_by_index::<Option<Vec<u8>>>(n)?;
            let vector = bytes.map(|bytes| vectors::read(backend, &bytes)).transpose()?;
            Some(Cell::Vector(vector.unwrap_or_default()))
        }
    };
    Ok(cell.unwrap_or(Cell::Null))
}

fn value(backend: DbBackend, column: Column, cell: &Cell) -> Value {
    match cell {
        Cell::Bool(value) => (*value).into(),
        Cell::Int(value) => (*value).into(),
        Cell::Text(value) => value.clone().into(),
        Cell::Uuid(value) => (*value).into(),
        Cell::Bytes(value) => value.clone().into(),
        Cell::Vector(value) => vectors::value(backend, value),
        Cell::Null => match column.kind {
            Kind::Bool => None::<bool>.into(),
            Kind::Int => None::<i64>.into(),
            Kind::Text => None::<String>.into(),
            Kind::Uuid => None::<Uuid>.into(),
            Kind::Bytes => None::<Vec<u8>>.into(),
            Kind::Vector => vectors::value(backend, &[]),
        },
    }
}

async fn insert(tx: &DatabaseTransaction, table: &Table, records: &[Record]) -> StoreResult<()> {
    let backend = tx.get_database_backend();
    let width = table.columns.len();
    if records.iter().any(|record| record.len() != width) {
        return Err(StoreError::Corrupt(format!("a record of {} without all its columns", table.name)));
    }
    let place = |n: usize, kind: Kind| match kind {
        Kind::Vector => vectors::place(backend, n),
        _ => format!("${n}"),
    };
    let row = |record: usize| {
        let first = record * width + 1;
        let places: Vec<String> =
            table.columns.iter().enumerate().map(|(n, column)| place(first + n, column.kind)).collect();
        format!("({})", places.join(", "))
    };
    let columns: Vec<&str> = table.columns.iter().map(|column| written(backend, table, *column)).collect();
    let replaced: Vec<String> =
        columns.iter().skip(table.key).map(|column| format!("{column} = excluded.{column}")).collect();
    let conflict = if replaced.is_empty() { "NOTHING".into() } else { format!("UPDATE SET {}", replaced.join(", ")) };
    let sql = format!(
        "INSERT INTO {} ({}) VALUES {} ON CONFLICT ({}) DO {conflict}",
        table.name,
        columns.join(", "),
        (0..records.len()).map(row).collect::<Vec<_>>().join(", "),
        columns.iter().take(table.key).copied().collect::<Vec<_>>().join(", "),
    );
    let mut values = Vec::with_capacity(records.len() * width);
    for record in records {
        for (cell, column) in record.iter().zip(table.columns) {
            values.push(value(backend, *column, cell));
        }
    }
    query::run(tx, sql, values).await.map(|_| ())
}

impl SqlStore {
    /// Whether nothing is kept.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_empty(&self) -> StoreResult<bool> {
        for table in TABLES {
            let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
            if query::row(self.read(), sql, []).await?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
