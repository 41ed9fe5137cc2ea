use std::collections::BTreeSet;

use mongodb::bson;
use uuid::Uuid;

use super::*;
use crate::archive::TABLES;
use crate::mongo::documents::{ChunkDoc, EventDoc, HeadDoc, MessageDoc, RevisionDoc, TraceDoc};

fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.name == name).unwrap()
}

/// A record in which nothing is NULL.
fn full(table: &Table) -> Record {
    let cell = |kind| match kind {
        Kind::Bool => Cell::Bool(true),
        Kind::Int => Cell::Int(7),
        Kind::Text => Cell::Text("streaming".into()),
        Kind::Uuid => Cell::Uuid(Uuid::from_u128(7)),
        Kind::Bytes | Kind::Vector => unreachable!("no chat log has such a column"),
    };
    table.columns.iter().map(|column| cell(column.kind)).collect()
}

fn written<T: serde::Serialize + serde::de::DeserializeOwned>(kept: Kept, document: &Document) -> Document {
    let of_a_session = kept != Kept::Sessions && kept != Kept::Chunks;
    let mut document = document.clone();
    if of_a_session {
        document.insert("session_id", id(Uuid::from_u128(7)));
    }
    let read: T = bson::deserialize_from_document(document).unwrap();
    bson::serialize_to_document(&read).unwrap()
}

/// Writes a document as the store does that has read it.
type Written = fn(Kept, &Document) -> Document;

/// What is moved here is what is written here otherwise, field by field: whoever adds a column adds it to both.
#[test]
fn a_moved_document_is_one_that_the_store_writes() {
    // With their sessions, which their tables do not name; a chunk stands in the document of its message.
    let documents: [(&str, Written, Option<&str>, Option<&str>); 6] = [
        ("sessions", written::<HeadDoc>, None, None),
        ("messages", written::<MessageDoc>, None, None),
        ("message_revisions", written::<RevisionDoc>, Some("session_id"), None),
        ("events", written::<EventDoc>, None, None),
        ("reply_traces", written::<TraceDoc>, Some("session_id"), None),
        ("reply_chunks", written::<ChunkDoc>, None, Some("message_id")),
    ];
    for (name, written, more, less) in documents {
        let table = table(name);
        let kept = Kept::of(table).unwrap();
        let record = full(table);
        let document = kept.document(table, &record).unwrap();
        let fields = |document: &Document| document.keys().cloned().collect::<BTreeSet<String>>();
        let mut expected = fields(&document);
        expected.extend(more.map(str::to_owned));
        expected.retain(|field| Some(field.as_str()) != less);
        assert_eq!(fields(&written(kept, &document)), expected, "{name}");
        let mut again = kept.record(table, &document).unwrap();
        set(table, &mut again, "remembered_seq", Cell::Int(7));
        assert_eq!(again, record, "{name}");
    }
    assert_eq!(Kept::of(table("memories")), None);
}

#[test]
fn what_is_not_there_is_null_and_what_is_of_another_form_is_refused() {
    let table = table("messages");
    let empty = Kept::Messages.record(table, &Document::new()).unwrap();
    // But for what is said of few.
    let said = |(column, cell): (&Column, &Cell)| (*cell != Cell::Null).then(|| (column.name, cell.clone()));
    let said: Vec<_> = table.columns.iter().zip(&empty).filter_map(said).collect();
    assert_eq!(said, [("hidden", Cell::Bool(false))]);
    for bad in [doc! { "depth": 1_i32 }, doc! { "content": 7_i64 }, doc! { "in_view": "yes" }, doc! { "_id": "text" }] {
        assert!(Kept::Messages.record(table, &bad).is_err(), "{bad}");
    }
    assert!(Kept::Messages.document(table, &[]).is_err());
}

/// The mark in the head and the number in the row say the same, there and back.
#[test]
fn the_mark_of_a_session_survives() {
    let table = table("sessions");
    let session = |character: bool, seq: i64, remembered_seq: i64| {
        let mut record = full(table);
        set(table, &mut record, "seq", Cell::Int(seq));
        set(table, &mut record, "remembered_seq", Cell::Int(remembered_seq));
        if !character {
            set(table, &mut record, "character_id", Cell::Null);
        }
        Kept::Sessions.document(table, &record).unwrap()
    };
    for (seq, kept) in [(0, 0), (1, 0), (9, 4), (9, 9), (3, 5)] {
        let head = session(true, seq, kept);
        assert_eq!(head.contains_key("behind"), seq > kept);
        assert_eq!(remembered(&head, kept).unwrap(), kept, "{seq}");
    }
    let shared = session(false, 9, 0);
    assert!(!shared.contains_key("behind"));
    assert_eq!(remembered(&shared, 0).unwrap(), 0);
    // As the running store leaves it: the mark alone.
    let mut head = session(true, 9, 0);
    assert_eq!(remembered(&head, 0).unwrap(), 0);
    assert_eq!(remembered(&head, 12).unwrap(), 8);
    head.remove("behind");
    assert_eq!(remembered(&head, 4).unwrap(), 9);
}
