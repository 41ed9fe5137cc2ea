//! Millions of messages: what one person's talk has left in the databases, copied for many others.
//!
//! The rows are the product's own, column for column, so whatever a turn writes is copied too. Of each copy the ids and times
//! are others: the time in an id moves by a millisecond from copy to copy, and what follows it stays.

use std::collections::HashSet;
use std::ops::Range;

use mongodb::Client;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, doc};
use sea_orm::ConnectionTrait;
use store::archive::{Archive, Cell, Column, Kind, Record, TABLES, Table};
use store::sql::Durability;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::stores::Place;
use crate::talker::MODEL;

/// The tables that are copied, each after those it refers to.
const COPIED: [&str; 12] = [
    "users",
    "characters",
    "sessions",
    "messages",
    "events",
    "reply_traces",
    "memory_scopes",
    "memories",
    "memory_sources",
    "memory_vectors",
    "memory_watermarks",
    "usage_days",
];

/// The collections that are.
const COLLECTIONS: [&str; 4] = ["sessions", "messages", "events", "reply_traces"];

/// How far before the first the copies begin, in milliseconds: as many as there can be.
const SPAN: u64 = 1_000_000;

/// Copies that are made in one transaction: as much as the caches of the databases hold.
const AT_ONCE: u64 = 200;

/// Documents that are sent at a time.
const DOCUMENTS: usize = 1_000;

/// What one person's talk has left.
pub struct Copies {
    tables: Vec<(&'static Table, Vec<Record>)>,
    documents: Vec<(&'static str, Vec<Document>)>,
    /// The ids that are others in each copy.
    own: HashSet<Uuid>,
}

impl Copies {
    /// Reads it: of one of their sessions, `first`, with memories and traces, of the others without.
    pub async fn of(place: &Place, first: Uuid) -> Self {
        let store = place.open(Durability::Relaxed, None).await;
        let mut copies = Self { tables: Vec::new(), documents: Vec::new(), own: HashSet::new() };
        let mut dropped = HashSet::new();
        for name in COPIED {
            let table = TABLES.iter().find(|table| table.name == name).expect("a table");
            let records = read(store.sql(), table).await;
            copies.keep(table, records, first, &mut dropped);
        }
        if let Some(url) = &place.mongo {
            copies.read_documents(url, first, &mut dropped).await;
        }
        store.close().await.expect("the store closes");
        copies
    }

    /// Keeps of these records what is to be copied. What belongs to somebody dropped is dropped as well.
    fn keep(&mut self, table: &'static Table, records: Vec<Record>, first: Uuid, dropped: &mut HashSet<Uuid>) {
        let place_of = |name: &str| table.columns.iter().position(|column| column.name == name);
        let session = place_of("session_id");
        let mut kept = Vec::with_capacity(records.len());
        for record in records {
            let key = uuid(record.first());
            let of_session = session.and_then(|at| uuid(record.get(at)));
            let is_elsewhere = match table.name {
                // Whoever is there beside the one who is copied.
                "users" => !record.contains(&Cell::Text(MODEL.to_owned())),
                "memories" => of_session.is_some_and(|session| session != first),
                "reply_traces" => key.is_some_and(|reply| !self.is_of(reply, first)),
                _ => false,
            };
            if is_elsewhere || record.iter().any(|cell| uuid(Some(cell)).is_some_and(|id| dropped.contains(&id))) {
                dropped.extend(key.filter(|_| table.key == 1));
                continue;
            }
            if matches!(table.name, "users" | "characters" | "sessions" | "messages" | "memories") {
                self.own.extend(key);
            }
            kept.push(record);
        }
        self.tables.push((table, kept));
    }

    /// Whether a message is of this session.
    fn is_of(&self, message: Uuid, session: Uuid) -> bool {
        let rows = self.tables.iter().filter(|(table, _)| table.name == "messages").flat_map(|(_, records)| records);
        let mut rows = rows.filter(|record| uuid(record.first()) == Some(message));
        rows.any(|record| uuid(record.get(1)) == Some(session))
    }

    async fn read_documents(&mut self, url: &str, first: Uuid, dropped: &mut HashSet<Uuid>) {
        let client = Client::with_uri_str(url).await.expect("the chat log opens");
        let database = client.default_database().expect("it has a name");
        for name in COLLECTIONS {
            let found = database.collection::<Document>(name).find(doc! {}).await.expect("it is read");
            let all: Vec<Document> = futures_util::TryStreamExt::try_collect(found).await.expect("it is read");
            let mut kept = Vec::with_capacity(all.len());
            for document in all {
                let of_session = document.get("session_id").and_then(bson_id);
                let is_elsewhere = name == "reply_traces" && of_session != Some(first);
                if is_elsewhere || document.values().any(|value| bson_id(value).is_some_and(|id| dropped.contains(&id)))
                {
                    dropped.extend(document.get("_id").and_then(bson_id).filter(|_| name == "sessions"));
                    continue;
                }
                if name != "reply_traces" {
                    self.own.extend(document.get("_id").and_then(bson_id).filter(|_| name != "events"));
                }
                kept.push(document);
            }
            self.documents.push((name, kept));
        }
    }

    /// How many rows or documents of this kind one copy has.
    pub fn number(&self, name: &str) -> u64 {
        let rows = self.tables.iter().find(|(table, _)| table.name == name).map_or(0, |(_, records)| records.len());
        let documents = self.documents.iter().find(|(of, _)| *of == name).map_or(0, |(_, documents)| documents.len());
        rows.max(documents) as u64
    }

    /// An id as the `n`-th copy has it.
    pub fn id(id: Uuid, n: u64) -> Uuid {
        let (time, rest) = split(id);
        let moved = time - SPAN + n;
        let text = format!("{moved:012x}{rest}");
        Uuid::parse_str(&text).expect("an id")
    }

    /// What the `n`-th copy is called.
    pub fn name(n: u64) -> String {
        format!("{MODEL}{n}")
    }

    /// Makes these copies.
    pub async fn make(&self, place: &Place, copies: Range<u64>) {
        let dialect = Dialect::of(place);
        let database = dialect.connect(place).await;
        database.execute_unprepared("CREATE TEMPORARY TABLE copies (n bigint)").await.expect("a table for numbers");
        let rows = self.tables.iter().flat_map(|(table, records)| records.iter().map(move |record| (*table, record)));
        let inserts: Vec<String> = rows.map(|(table, record)| self.insert(dialect, table, record)).collect();
        let inserts = format!("BEGIN; {}; COMMIT", inserts.join(";\n"));
        for first in copies.clone().step_by(AT_ONCE as usize) {
            let last = copies.end.min(first + AT_ONCE) - 1;
            let numbers = dialect.numbers(first, last);
            let numbers =
                format!("DELETE FROM copies; WITH RECURSIVE {numbers} INSERT INTO copies SELECT n FROM numbers");
            database.execute_unprepared(&numbers).await.expect("the numbers are there");
            database.execute_unprepared(&inserts).await.expect("the copies are made");
        }
        database.execute_unprepared("DROP TABLE copies").await.expect("the numbers go");
        dialect.close(database).await;
        if let Some(url) = &place.mongo {
            self.make_documents(url, copies).await;
        }
    }

    /// A statement that makes of one record as many as there are numbers.
    fn insert(&self, dialect: Dialect, table: &Table, record: &Record) -> String {
        let columns: Vec<&str> = table.columns.iter().map(|column| written(dialect, *column)).collect();
        let values: Vec<String> =
            record.iter().zip(table.columns).map(|(cell, column)| self.value(dialect, table, *column, cell)).collect();
        format!("INSERT INTO {} ({}) SELECT {} FROM copies", table.name, columns.join(", "), values.join(", "))
    }

    fn value(&self, dialect: Dialect, table: &Table, column: Column, cell: &Cell) -> String {
        match cell {
            Cell::Null => "NULL".to_owned(),
            Cell::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            Cell::Int(time) if is_time(column.name) => format!("{} + n * 1000", time - SPAN as i64 * 1_000),
            Cell::Int(value) => value.to_string(),
            Cell::Text(text) if table.name == "users" => quoted(text).replace(MODEL, &format!("{MODEL}' || n || '")),
            Cell::Text(text) => quoted(text),
            Cell::Uuid(id) if self.own.contains(id) => {
                let (time, rest) = split(*id);
                dialect.made_id("", &format!("{} + n", time - SPAN), 12, &rest)
            }
            Cell::Uuid(id) => dialect.id(*id),
            Cell::Bytes(bytes) => hex(dialect, bytes),
            Cell::Vector(vector) if vector.is_empty() && dialect == Dialect::Postgres => "NULL".to_owned(),
            Cell::Vector(vector) if dialect == Dialect::Postgres => {
                let numbers: Vec<String> = vector.iter().map(f32::to_string).collect();
                format!("CAST('[{}]' AS halfvec)", numbers.join(","))
            }
            Cell::Vector(vector) => {
                hex(dialect, &vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())
            }
        }
    }

    async fn make_documents(&self, url: &str, copies: Range<u64>) {
        let client = Client::with_uri_str(url).await.expect("the chat log opens");
        let database = client.default_database().expect("it has a name");
        for n in copies {
            for (name, documents) in &self.documents {
                let copies: Vec<Document> = documents.iter().map(|document| self.document(document, n)).collect();
                let into = database.collection::<Document>(name);
                for block in copies.chunks(DOCUMENTS) {
                    into.insert_many(block).await.expect("the copies are made");
                }
            }
        }
    }

    fn document(&self, document: &Document, n: u64) -> Document {
        document.iter().map(|(name, value)| (name.clone(), self.bson(name, value, n))).collect()
    }

    fn bson(&self, name: &str, value: &Bson, n: u64) -> Bson {
        match (value, bson_id(value)) {
            (_, Some(id)) if self.own.contains(&id) => {
                let bytes = Self::id(id, n).into_bytes().to_vec();
                Bson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes })
            }
            (Bson::Int64(time), _) if is_time(name) => Bson::Int64(time - (SPAN as i64 - n as i64) * 1_000),
            _ => value.clone(),
        }
    }
}

async fn read(archive: &dyn Archive, table: &Table) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let after = records.last().map(|record| table.key_of(record).to_vec());
        let more = archive.read(table, after.as_deref(), table.block).await.expect("it is read");
        if more.is_empty() {
            return records;
        }
        records.extend(more);
    }
}

/// Where a column is written.
fn written(dialect: Dialect, column: Column) -> &'static str {
    if column.kind == Kind::Vector && dialect == Dialect::Postgres { "half" } else { column.name }
}

fn is_time(column: &str) -> bool {
    column.ends_with("_at")
}

fn uuid(cell: Option<&Cell>) -> Option<Uuid> {
    if let Some(Cell::Uuid(id)) = cell { Some(*id) } else { None }
}

fn bson_id(value: &Bson) -> Option<Uuid> {
    match value {
        Bson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes }) => Uuid::from_slice(bytes).ok(),
        _ => None,
    }
}

/// The milliseconds in an id, and its other digits.
fn split(id: Uuid) -> (u64, String) {
    let text = id.simple().to_string();
    let (time, rest) = text.split_at(12);
    (u64::from_str_radix(time, 16).expect("digits"), rest.to_owned())
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn hex(dialect: Dialect, bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match dialect {
        Dialect::Sqlite => format!("x'{digits}'"),
        Dialect::Postgres => format!("'\\x{digits}'::bytea"),
    }
}
