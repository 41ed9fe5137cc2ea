//! The collections, their indexes and what their documents must be. Made anew at every start, by as many nodes at once as
//! there are: what is there already is left as it is.

use std::time::Duration;

use mongodb::IndexModel;
use mongodb::bson::{Document, doc};
use mongodb::error::ErrorKind;
use mongodb::options::IndexOptions;

use super::MongoStore;
use crate::StoreResult;

/// The form of the documents. Grows when an old server could no longer read them.
pub(super) const VERSION: i32 = 2;

/// The collection is there.
const EXISTS: i32 = 48;

/// Another node changes the same collection at the same moment.
const AT_ONCE: i32 = 117;

/// How often what another node does at the same moment is tried again.
const ATTEMPTS: u32 = 20;

struct Shape {
    name: &'static str,
    validator: Document,
    indexes: Vec<IndexModel>,
}

fn index(name: &str, keys: Document) -> IndexModel {
    IndexModel::builder().keys(keys).options(IndexOptions::builder().name(name.to_owned()).build()).build()
}

fn unique(name: &str, keys: Document, only: Option<Document>) -> IndexModel {
    let options = IndexOptions::builder().name(name.to_owned()).unique(true).partial_filter_expression(only).build();
    IndexModel::builder().keys(keys).options(options).build()
}

fn partial(name: &str, keys: Document, only: Document) -> IndexModel {
    let options = IndexOptions::builder().name(name.to_owned()).partial_filter_expression(only).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// A validator: these fields must be there, and are of these types.
fn validator(required: &[&str], types: &[(&str, &[&str])]) -> Document {
    let properties: Document = types
        .iter()
        .flat_map(|(kind, fields)| {
            fields.iter().map(move |field| ((*field).to_owned(), doc! { "bsonType": *kind }.into()))
        })
        .collect();
    doc! { "$jsonSchema": { "bsonType": "object", "required": required, "properties": properties } }
}

fn shapes() -> [Shape; 6] {
    let head = validator(
        &["_id", "change"],
        &[
            ("binData", &["_id", "owner_id", "character_id", "active_root_id", "leaf_id"]),
            ("string", &["title", "model", "sampling"]),
            ("bool", &["pinned", "archived", "behind", "unfinished"]),
            ("long", &["seq", "created_at", "last_message_at", "change", "leaf_depth", "gone_at"]),
        ],
    );
    let message = validator(
        &["_id", "session_id", "branch_id", "depth", "role", "status", "content", "in_view", "change", "fence"],
        &[
            ("binData", &["_id", "session_id", "parent_id", "branch_id", "active_child_id", "lease_node", "author_id"]),
            ("string", &["role", "status", "failure", "content", "client_message_id", "model", "finish_reason"]),
            ("string", &["author_reason"]),
            ("bool", &["in_view", "stop", "hidden"]),
            ("long", &["depth", "revision", "event_seq", "created_at", "edited_at", "deleted_at", "lease_until"]),
            ("long", &["fence", "change", "prompt_tokens", "cached_tokens", "completion_tokens"]),
        ],
    );
    let event = validator(
        &["session_id", "seq", "kind", "created_at"],
        &[
            ("binData", &["session_id", "message_id", "reply_id"]),
            ("string", &["kind"]),
            ("long", &["seq", "created_at"]),
        ],
    );
    let revision = validator(
        &["session_id", "message_id", "revision", "content", "replaced_at"],
        &[("binData", &["session_id", "message_id"]), ("string", &["content"]), ("long", &["revision", "replaced_at"])],
    );
    let trace =
        validator(&["_id", "session_id", "trace"], &[("binData", &["_id", "session_id"]), ("string", &["trace"])]);
    [
        Shape { name: "sessions", validator: head, indexes: of_heads() },
        Shape { name: "messages", validator: message, indexes: of_messages() },
        Shape {
            name: "events",
            validator: event,
            indexes: vec![unique("place", doc! { "session_id": 1, "seq": 1 }, None)],
        },
        Shape {
            name: "message_revisions",
            validator: revision,
            indexes: vec![unique("revision", doc! { "session_id": 1, "message_id": 1, "revision": 1 }, None)],
        },
        Shape { name: "reply_traces", validator: trace, indexes: vec![index("session", doc! { "session_id": 1 })] },
        Shape {
            name: "departures",
            validator: validator(&["_id", "at"], &[("binData", &["_id"]), ("long", &["at"])]),
            indexes: Vec::new(),
        },
    ]
}

/// The names of the collections.
pub(super) fn names() -> [&'static str; 6] {
    shapes().map(|shape| shape.name)
}

fn of_heads() -> Vec<IndexModel> {
    let list = doc! { "owner_id": 1, "archived": 1, "pinned": 1, "last_message_at": 1, "_id": 1 };
    vec![
        index("list", list),
        partial("behind", doc! { "behind": 1, "last_message_at": 1, "_id": 1 }, doc! { "behind": true }),
        partial("unfinished", doc! { "unfinished": 1 }, doc! { "unfinished": true }),
        partial("gone", doc! { "gone_at": 1 }, doc! { "gone_at": { "$exists": true } }),
    ]
}

// Every unique index begins with `session_id`, so that the collection can be sharded by it.
fn of_messages() -> Vec<IndexModel> {
    vec![
        index("way", doc! { "session_id": 1, "in_view": 1, "depth": 1 }),
        unique("view", doc! { "session_id": 1, "depth": 1 }, Some(doc! { "in_view": true })),
        index("branch", doc! { "session_id": 1, "branch_id": 1 }),
        unique("client", doc! { "session_id": 1, "client_message_id": 1 }, Some(doc! { "role": "user" })),
        partial("author", doc! { "author_id": 1 }, doc! { "author_id": { "$exists": true } }),
        partial("queued", doc! { "status": 1, "session_id": 1, "created_at": 1 }, doc! { "status": "queued" }),
        partial("streaming", doc! { "status": 1, "session_id": 1, "lease_until": 1 }, doc! { "status": "streaming" }),
    ]
}

impl MongoStore {
    pub(super) async fn make_collections(&self) -> StoreResult<()> {
        for shape in shapes() {
            let database = &self.db().database;
            let create = doc! { "create": shape.name, "validator": shape.validator.clone() };
            let is_new = self.patiently(|| async { database.run_command(create.clone()).await.map(|_| ()) }).await?;
            if !is_new {
                let change = doc! { "collMod": shape.name, "validator": shape.validator };
                self.patiently(|| async { database.run_command(change.clone()).await.map(|_| ()) }).await?;
            }
            if !shape.indexes.is_empty() {
                let of = database.collection::<Document>(shape.name);
                self.patiently(|| async { of.create_indexes(shape.indexes.clone()).await.map(|_| ()) }).await?;
            }
        }
        let schema = self.db().database.collection::<Document>("talker_schema");
        let version = schema.update_one(doc! { "_id": "chat_log" }, doc! { "$max": { "version": VERSION } });
        self.db().run(version.upsert(true)).await.map(|_| ())
    }

    /// The form of the documents that is there.
    pub(super) async fn version(&self) -> StoreResult<Option<i32>> {
        let schema = self.db().database.collection::<Document>("talker_schema");
        let found = self.db().run(schema.find_one(doc! { "_id": "chat_log" })).await?;
        Ok(found.and_then(|found| found.get_i32("version").ok()))
    }

    /// Does something that other nodes may be doing too; whether it was new.
    async fn patiently<F>(&self, act: impl Fn() -> F) -> StoreResult<bool>
    where
        F: Future<Output = mongodb::error::Result<()>>,
    {
        let mut attempts = 0;
        loop {
            // An index over many messages takes its time.
            let error = match act().await {
                Ok(()) => return Ok(true),
                Err(error) => error,
            };
            attempts += 1;
            match &*error.kind {
                ErrorKind::Command(command) if command.code == EXISTS => return Ok(false),
                ErrorKind::Command(command) if command.code == AT_ONCE && attempts < ATTEMPTS => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                _ => return Err(error.into()),
            }
        }
    }
}
