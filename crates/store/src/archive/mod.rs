//! Everything that is kept, as records: for moving it from one store to another.
//!
//! A record has the columns of its table in SQL, in values that mean the same in every store. Whoever keeps a table in another way
//! (documents, say) gives and takes the same records.

mod checksum;
mod tables;

use async_trait::async_trait;
use uuid::Uuid;

pub use checksum::Checksum;
pub use tables::{Column, Kind, LEFT_BEHIND, TABLES, Table};

use crate::StoreResult;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number, a time in microseconds, a place.
    Int(i64),
    /// A text.
    Text(String),
    /// An id.
    Uuid(Uuid),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A vector. Stores keep its numbers with four or with two bytes; empty is one that nothing is like.
    Vector(Vec<f32>),
}

/// The values of a row, in the order of the table's columns; those of the key come first.
pub type Record = Vec<Cell>;

/// How far a move into a store has come. Kept in that store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What is moved: the same for the same source in the same state.
    pub source: String,
    /// The place of the table in [`TABLES`].
    pub place: usize,
    /// The key of the last record that was written, as [`Table::write_key`] writes it; empty before the first.
    pub after: String,
}

/// Reads and writes records.
#[async_trait]
pub trait Archive: Send + Sync {
    /// Up to `limit` records whose keys follow `after`, in one order of this store's.
    async fn read(&self, table: &Table, after: Option<&[Cell]>, limit: u32) -> StoreResult<Vec<Record>>;
    /// Keeps records; those whose keys are there take their place. What they refer to must be there. With `mark`, that is kept in
    /// the same transaction, or after everything else where there is none.
    async fn write(&self, table: &Table, records: &[Record], mark: Option<&Mark>) -> StoreResult<()>;
    /// How many records there are.
    async fn count(&self, table: &Table) -> StoreResult<u64>;
    /// The move that goes on, if one does.
    async fn mark(&self) -> StoreResult<Option<Mark>>;
    /// The move is over.
    async fn finish(&self) -> StoreResult<()>;
    /// How many others use the store now, as far as it knows.
    async fn others(&self) -> StoreResult<u64>;
}

/// The sum over a table, read in blocks; `told` hears how many records each had.
///
/// # Errors
/// When the store cannot be read.
pub async fn checksum(archive: &dyn Archive, table: &Table, mut told: impl FnMut(u64) + Send) -> StoreResult<Checksum> {
    let mut sum = Checksum::default();
    let mut after: Option<Vec<Cell>> = None;
    loop {
        let records = archive.read(table, after.as_deref(), table.block).await?;
        let Some(last) = records.last() else { return Ok(sum) };
        after = Some(table.key_of(last).to_vec());
        records.iter().for_each(|record| sum.add(record));
        told(records.len() as u64);
    }
}
