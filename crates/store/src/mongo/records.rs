//! Documents as the records of tables: the same fields by the same names, absent where a column is NULL.

use mongodb::bson::{Bson, Document, doc};

use super::documents::{id, uuid};
use crate::archive::{Cell, Column, Kind, Record, Table};
use crate::{StoreError, StoreResult};

/// The number of the change that everything seems to be of that was moved here.
const MOVED: i64 = 1;

/// A table of the chat log, by what its records are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Heads; each has its shadow in the relational store.
    Sessions,
    /// Documents of their own, as the two after it.
    Messages,
    Revisions,
    Events,
    Traces,
    /// In the documents of their messages.
    Chunks,
}

impl Kept {
    /// What is kept here of a table; nothing of one that is kept in the relational store.
    pub(super) fn of(table: &Table) -> Option<Self> {
        match table.name {
            "sessions" => Some(Self::Sessions),
            "messages" => Some(Self::Messages),
            "message_revisions" => Some(Self::Revisions),
            "events" => Some(Self::Events),
            "reply_traces" => Some(Self::Traces),
            "reply_chunks" => Some(Self::Chunks),
            _ => None,
        }
    }

    /// The collection.
    pub(super) fn collection(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Messages | Self::Chunks => "messages",
            Self::Revisions => "message_revisions",
            Self::Events => "events",
            Self::Traces => "reply_traces",
        }
    }

    /// The fields of an index, in the order of which all documents can be read.
    pub(super) fn order(self) -> &'static [&'static str] {
        match self {
            Self::Sessions | Self::Messages | Self::Traces | Self::Chunks => &["_id"],
            Self::Revisions => &["session_id", "message_id", "revision"],
            Self::Events => &["session_id", "seq"],
        }
    }

    /// Which documents of the collection count.
    pub(super) fn there(self) -> Document {
        match self {
            // Of a deleted session a tombstone is left.
            Self::Sessions => doc! { "owner_id": { "$exists": true } },
            // Whatever is being written has what was saved of it.
            Self::Chunks => doc! { "status": "streaming", "chunks": { "$exists": true } },
            Self::Messages | Self::Revisions | Self::Events | Self::Traces => Document::new(),
        }
    }

    /// The field of a column.
    fn field(self, column: &'static str) -> &'static str {
        match (self, column) {
            (Self::Sessions | Self::Messages, "id") | (Self::Traces, "message_id") => "_id",
            _ => column,
        }
    }

    /// The document of a record, as it stands before anything else is known of it.
    pub(super) fn document(self, table: &Table, record: &[Cell]) -> StoreResult<Document> {
        if record.len() != table.columns.len() {
            return Err(StoreError::Corrupt(format!("a record of {} without all its columns", table.name)));
        }
        let mut document = Document::new();
        for (column, cell) in table.columns.iter().zip(record) {
            if let Some(value) = value(cell)? {
                document.insert(self.field(column.name), value);
            }
        }
        match self {
            Self::Sessions => {
                // A mark, where the relational store compares two numbers. What several share is in nobody's memory.
                let remembered = document.remove("remembered_seq").and_then(|seq| seq.as_i64()).unwrap_or_default();
                if document.contains_key("character_id") && number(&document, "seq")? > remembered {
                    document.insert("behind", true);
                }
                document.insert("change", MOVED);
            }
            Self::Messages => {
                // Said of the few that are.
                if document.get("hidden") == Some(&Bson::Boolean(false)) {
                    document.remove("hidden");
                }
                document.insert("change", MOVED);
            }
            Self::Revisions | Self::Events | Self::Traces | Self::Chunks => {}
        }
        Ok(document)
    }

    /// The record of a document. What stands beside it is not known here: NULL.
    pub(super) fn record(self, table: &Table, document: &Document) -> StoreResult<Record> {
        let of_column = |column: &Column| match (self, column.name, document.get(self.field(column.name))) {
            // Said of the few that are.
            (Self::Messages, "hidden", None) => Ok(Cell::Bool(false)),
            (.., value) => cell(column.kind, value),
        };
        table.columns.iter().map(of_column).collect()
    }

    /// By what a document is found: with its session, so that a sharded collection knows where to look.
    pub(super) fn key(self, document: &Document) -> Document {
        let mut fields = self.order().to_vec();
        if self != Self::Sessions {
            fields.push("session_id");
        }
        let part = |field: &str| document.get(field).map(|value| (field.to_owned(), value.clone()));
        fields.into_iter().filter_map(part).collect()
    }
}

/// A value as BSON.
pub(super) fn value(cell: &Cell) -> StoreResult<Option<Bson>> {
    Ok(match cell {
        Cell::Null => None,
        Cell::Bool(value) => Some((*value).into()),
        Cell::Int(value) => Some((*value).into()),
        Cell::Text(value) => Some(value.as_str().into()),
        Cell::Uuid(value) => Some(id(*value).into()),
        Cell::Bytes(_) | Cell::Vector(_) => return Err(StoreError::Corrupt("a value that no chat log holds".into())),
    })
}

fn cell(kind: Kind, value: Option<&Bson>) -> StoreResult<Cell> {
    match (kind, value) {
        (_, None | Some(Bson::Null)) => Ok(Cell::Null),
        (Kind::Bool, Some(Bson::Boolean(value))) => Ok(Cell::Bool(*value)),
        (Kind::Int, Some(Bson::Int64(value))) => Ok(Cell::Int(*value)),
        (Kind::Text, Some(Bson::String(value))) => Ok(Cell::Text(value.clone())),
        (Kind::Uuid, Some(Bson::Binary(value))) => value.to_uuid().map(|id| Cell::Uuid(uuid(id))).map_err(|_| other()),
        _ => Err(other()),
    }
}

/// A number that a document must have.
pub(super) fn number(document: &Document, field: &str) -> StoreResult<i64> {
    document.get_i64(field).map_err(|_| other())
}

/// Gives a column of a record another value.
pub(super) fn set(table: &Table, record: &mut [Cell], column: &str, cell: Cell) {
    let place = table.columns.iter().position(|known| known.name == column);
    if let Some(there) = place.and_then(|place| record.get_mut(place)) {
        *there = cell;
    }
}

/// The shadow of a session, as [`crate::sql::SqlStore`] keeps it of a new one. What its memories followed was told by other
/// numbers: they begin anew.
pub(super) fn shadow(table: &Table, session: &[Cell]) -> Record {
    let mut shadow = session.to_vec();
    let blank = [
        ("title", Cell::Text(String::new())),
        ("pinned", Cell::Bool(false)),
        ("archived", Cell::Bool(false)),
        ("model", Cell::Null),
        ("sampling", Cell::Text("{}".to_owned())),
        ("active_root_id", Cell::Null),
        ("leaf_id", Cell::Null),
        ("seq", Cell::Int(0)),
    ];
    for (column, cell) in blank {
        set(table, &mut shadow, column, cell);
    }
    shadow
}

/// How far memory was in a session when it was last found to have seen all of it: what the mark in its head says, and what its
/// shadow has kept of the time before the mark.
pub(super) fn remembered(head: &Document, kept: i64) -> StoreResult<i64> {
    let seq = number(head, "seq")?;
    Ok(match (head.contains_key("character_id"), head.get_bool("behind").unwrap_or(false)) {
        (false, _) => kept,
        (true, true) => kept.min(seq - 1),
        (true, false) => kept.max(seq),
    })
}

fn other() -> StoreError {
    StoreError::Corrupt("a document of another form".into())
}

#[cfg(test)]
#[path = "records_tests.rs"]
mod tests;
