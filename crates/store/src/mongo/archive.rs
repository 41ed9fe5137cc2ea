//! The chat log as records. All else, the mark of a move among it, is in the relational store, which is written after the
//! documents: so a move that dies repeats the last block at most, and finds each document by its key.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::{Bson, Document, doc};
use serde::Deserialize;
use uuid::Uuid;

use super::MongoStore;
use super::documents::{ChunkDoc, Id, id, uuid};
use super::records::{Kept, number, remembered, set, shadow, value};
use super::schema;
use crate::archive::{Archive, Cell, Mark, Record, Table};
use crate::{StoreError, StoreResult};

/// How long counting may take: it goes through all there is.
const COUNTING: Duration = Duration::from_secs(600);

/// A message, as far as it is asked in which session it is.
#[derive(Debug, Deserialize)]
struct Within {
    #[serde(rename = "_id")]
    id: Id,
    session_id: Id,
}

/// A session, as far as it is asked where its way ends.
#[derive(Debug, Deserialize)]
struct Ending {
    #[serde(rename = "_id")]
    id: Id,
    leaf_id: Id,
}

/// A reply that is being written.
#[derive(Debug, Deserialize)]
struct Written {
    #[serde(rename = "_id")]
    id: Id,
    #[serde(default)]
    chunks: Vec<ChunkDoc>,
}

impl Written {
    /// What was saved of it, once for each place: what was saved again is longer.
    fn records(self) -> impl Iterator<Item = Record> {
        let mut places: BTreeMap<i64, String> = BTreeMap::new();
        for chunk in self.chunks {
            let there = places.entry(chunk.position).or_default();
            if chunk.text.len() > there.len() {
                *there = chunk.text;
            }
        }
        let id = uuid(self.id);
        places.into_iter().map(move |(position, text)| vec![Cell::Uuid(id), Cell::Int(position), Cell::Text(text)])
    }
}

fn of_another_table() -> StoreError {
    StoreError::Corrupt("a key of another table".into())
}

fn without_message() -> StoreError {
    StoreError::Corrupt("what belongs to a message that is not there".into())
}

#[async_trait]
impl Archive for MongoStore {
    async fn read(&self, table: &Table, after: Option<&[Cell]>, limit: u32) -> StoreResult<Vec<Record>> {
        let Some(kept) = Kept::of(table) else { return self.sql().read(table, after, limit).await };
        if kept == Kept::Chunks {
            return self.saved_after(after, limit).await;
        }
        let found = self.documents_after(kept, after, limit).await?;
        let records = found.iter().map(|document| kept.record(table, document));
        let mut records = records.collect::<StoreResult<Vec<Record>>>()?;
        if kept == Kept::Sessions {
            let sessions: Vec<Uuid> = records.iter().filter_map(|record| first_id(record)).collect();
            let shadows = self.sql().remembered_seqs(&sessions).await?;
            for (record, head) in records.iter_mut().zip(&found) {
                let kept = first_id(record).and_then(|id| shadows.get(&id)).copied().unwrap_or_default();
                set(table, record, "remembered_seq", Cell::Int(remembered(head, kept)?));
            }
        }
        Ok(records)
    }

    async fn write(&self, table: &Table, records: &[Record], mark: Option<&Mark>) -> StoreResult<()> {
        let Some(kept) = Kept::of(table) else { return self.sql().write(table, records, mark).await };
        match kept {
            Kept::Chunks => self.save_chunks(records).await?,
            _ => self.keep_documents(kept, table, records).await?,
        }
        let shadows: Vec<Record> = match kept {
            Kept::Sessions => records.iter().map(|record| shadow(table, record)).collect(),
            _ => Vec::new(),
        };
        self.sql().write(table, &shadows, mark).await
    }

    async fn count(&self, table: &Table) -> StoreResult<u64> {
        let Some(kept) = Kept::of(table) else { return self.sql().count(table).await };
        if kept == Kept::Chunks {
            let found = self.db().all(self.db().messages.clone_with_type::<Written>().find(kept.there())).await?;
            return Ok(found.into_iter().map(|reply| reply.records().count() as u64).sum());
        }
        let documents = self.db().database.collection::<Document>(kept.collection());
        self.db().run_within(COUNTING, documents.count_documents(kept.there())).await
    }

    async fn mark(&self) -> StoreResult<Option<Mark>> {
        self.sql().mark().await
    }

    async fn finish(&self) -> StoreResult<()> {
        let endless = doc! { "leaf_id": { "$exists": true }, "leaf_depth": { "$exists": false } };
        let endless = self.db().tombstones.find_one(endless).projection(doc! { "_id": 1 });
        if self.db().run_within(COUNTING, endless).await?.is_some() {
            return Err(StoreError::Corrupt("a session whose last message is not there".into()));
        }
        self.sql().finish().await
    }

    /// Whoever uses the chat log uses the relational store, too.
    async fn others(&self) -> StoreResult<u64> {
        self.sql().others().await
    }
}

/// The id that a key begins with.
fn first_id(record: &[Cell]) -> Option<Uuid> {
    match record.first() {
        Some(Cell::Uuid(id)) => Some(*id),
        _ => None,
    }
}

impl MongoStore {
    /// Whether there is nothing here, nor in the relational store.
    ///
    /// # Errors
    /// When a database cannot be read.
    pub async fn is_empty(&self) -> StoreResult<bool> {
        for name in schema::names() {
            let found = self.db().database.collection::<Document>(name);
            if self.db().run(found.find_one(Document::new()).projection(doc! { "_id": 1 })).await?.is_some() {
                return Ok(false);
            }
        }
        self.sql().is_empty().await
    }

    /// Documents that follow a key, in the order of an index.
    async fn documents_after(&self, kept: Kept, after: Option<&[Cell]>, limit: u32) -> StoreResult<Vec<Document>> {
        let order = kept.order();
        let sort: Document = order.iter().map(|field| ((*field).to_owned(), Bson::from(1))).collect();
        let documents = self.db().database.collection::<Document>(kept.collection());
        let queries = match after {
            None => vec![Document::new()],
            Some(key) => following(order, &self.place_of_key(kept, key).await?),
        };
        let mut found = Vec::new();
        for mut query in queries {
            let left = i64::from(limit).saturating_sub_unsigned(found.len() as u64);
            if left <= 0 {
                break;
            }
            query.extend(kept.there());
            found.extend(self.db().all(documents.find(query).sort(sort.clone()).limit(left)).await?);
        }
        Ok(found)
    }

    /// Where a key stands in the order in which documents are read.
    async fn place_of_key(&self, kept: Kept, key: &[Cell]) -> StoreResult<Vec<Bson>> {
        let mut place = Vec::with_capacity(kept.order().len());
        if kept == Kept::Revisions {
            // The index begins with what the key does not name.
            let message = first_id(key).ok_or_else(of_another_table)?;
            let session = self.sessions_of(&[id(message)]).await?.remove(&id(message));
            place.push(session.ok_or_else(without_message)?.into());
        }
        for cell in key {
            place.push(value(cell)?.ok_or_else(of_another_table)?);
        }
        Ok(place)
    }

    /// The sessions of these messages.
    async fn sessions_of(&self, messages: &[Id]) -> StoreResult<HashMap<Id, Id>> {
        let within = self.db().messages.clone_with_type::<Within>();
        let query = within.find(doc! { "_id": { "$in": messages } }).projection(doc! { "session_id": 1 });
        Ok(self.db().all(query).await?.into_iter().map(|message| (message.id, message.session_id)).collect())
    }

    /// What was saved of replies that are being written, of which there are few, after a key.
    async fn saved_after(&self, after: Option<&[Cell]>, limit: u32) -> StoreResult<Vec<Record>> {
        let written = self.db().messages.clone_with_type::<Written>();
        let mut query = Kept::Chunks.there();
        let mut records = Vec::new();
        match after {
            None => {}
            Some([Cell::Uuid(message), Cell::Int(position)]) => {
                // The rest of that one first.
                let same = self.db().run(written.find_one(doc! { "_id": id(*message) })).await?;
                let is_after = |record: &Record| matches!(record.get(1), Some(Cell::Int(place)) if place > position);
                records.extend(same.into_iter().flat_map(Written::records).filter(is_after));
                query.insert("_id", doc! { "$gt": id(*message) });
            }
            Some(_) => return Err(of_another_table()),
        }
        let found = written.find(query).projection(doc! { "chunks": 1 }).sort(doc! { "_id": 1 });
        let found = self.db().all(found.limit(i64::from(limit))).await?;
        records.extend(found.into_iter().flat_map(Written::records));
        records.truncate(limit as usize);
        Ok(records)
    }

    async fn keep_documents(&self, kept: Kept, table: &Table, records: &[Record]) -> StoreResult<()> {
        if records.is_empty() {
            return Ok(());
        }
        let documents = records.iter().map(|record| kept.document(table, record));
        let mut documents = documents.collect::<StoreResult<Vec<Document>>>()?;
        if matches!(kept, Kept::Revisions | Kept::Traces) {
            let messages: Vec<Id> = records.iter().filter_map(|record| first_id(record)).map(id).collect();
            let sessions = self.sessions_of(&messages).await?;
            for (document, message) in documents.iter_mut().zip(&messages) {
                document.insert("session_id", sessions.get(message).copied().ok_or_else(without_message)?);
            }
        }
        let update = |document: &Document| doc! { "q": kept.key(document), "u": document.clone(), "upsert": true };
        let updates: Vec<Document> = documents.iter().map(update).collect();
        if self.db().update(kept.collection(), &updates, false).await? != updates.len() as u64 {
            return Err(StoreError::Corrupt("documents that were neither found nor made".into()));
        }
        if kept == Kept::Messages { self.note_leaves(&documents).await } else { Ok(()) }
    }

    /// Notes in the heads of sessions at which depth their ways end, where one of these messages is that end.
    async fn note_leaves(&self, messages: &[Document]) -> StoreResult<()> {
        let field = |name: &'static str| messages.iter().filter_map(move |message| message.get(name).cloned());
        let query = doc! {
            "_id": { "$in": field("session_id").collect::<Vec<Bson>>() },
            "leaf_id": { "$in": field("_id").collect::<Vec<Bson>>() },
        };
        let heads = self.db().heads.clone_with_type::<Ending>();
        let ending = self.db().all(heads.find(query).projection(doc! { "leaf_id": 1 })).await?;
        let mut updates = Vec::with_capacity(ending.len());
        for head in ending {
            let leaf = Bson::from(head.leaf_id);
            let leaf = messages.iter().find(|message| message.get("_id") == Some(&leaf));
            let depth = number(leaf.ok_or_else(without_message)?, "depth")?;
            let query = doc! { "_id": head.id, "leaf_id": head.leaf_id };
            updates.push(doc! { "q": query, "u": { "$set": { "leaf_depth": depth } } });
        }
        self.db().update("sessions", &updates, false).await.map(|_| ())
    }

    /// Puts what was saved of replies into their documents, in place of what was saved at the same places.
    async fn save_chunks(&self, records: &[Record]) -> StoreResult<()> {
        let mut replies: BTreeMap<Uuid, Vec<(i64, &str)>> = BTreeMap::new();
        for record in records {
            let [Cell::Uuid(message), Cell::Int(position), Cell::Text(text)] = record.as_slice() else {
                return Err(of_another_table());
            };
            replies.entry(*message).or_default().push((*position, text));
        }
        let mut updates = Vec::with_capacity(2 * replies.len());
        for (message, chunks) in &replies {
            let places: Vec<i64> = chunks.iter().map(|(position, _)| *position).collect();
            let chunk = |(position, text): &(i64, &str)| doc! { "position": position, "text": *text };
            let chunks: Vec<Document> = chunks.iter().map(chunk).collect();
            let reply = doc! { "_id": id(*message) };
            let taken = doc! { "$pull": { "chunks": { "position": { "$in": places } } } };
            updates.push(doc! { "q": reply.clone(), "u": taken });
            updates.push(doc! { "q": reply, "u": { "$push": { "chunks": { "$each": chunks } } } });
        }
        match self.db().update("messages", &updates, true).await? {
            found if found == updates.len() as u64 => Ok(()),
            _ => Err(without_message()),
        }
    }
}

/// What follows a place: first what shares all of it but the last part, then what shares less. Each is one stretch of the index.
fn following(order: &[&str], place: &[Bson]) -> Vec<Document> {
    let parts: Vec<(&str, &Bson)> = order.iter().copied().zip(place).collect();
    let stretches = (0..parts.len()).rev().filter_map(|shared| {
        let (same, rest) = parts.split_at_checked(shared)?;
        let (field, value) = rest.first()?;
        let mut query: Document = same.iter().map(|(field, value)| ((*field).to_owned(), (*value).clone())).collect();
        query.insert(*field, doc! { "$gt": (*value).clone() });
        Some(query)
    });
    stretches.collect()
}
