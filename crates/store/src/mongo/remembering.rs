//! How far sessions are remembered, where the chat log is here and the memories are there.
//!
//! A step names messages it remembers. Whether they are in view is asked here, before its transaction there begins. A change
//! that takes one out of view is told to the memories before it is done here (`Pending::follow`), and moves the version
//! that the step must find: so either the step is outdated, or what it made is withdrawn.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::ids::{MessageId, SessionId};
use mongodb::bson::{Document, doc};
use serde::Deserialize;
use uuid::Uuid;

use super::MongoStore;
use super::documents::{Id, ids, uuid};
use crate::remembering::{Behind, Lag, NewVector, Remembered, RememberingStore, Step, Trail, Unembedded, behind};
use crate::sql::rows;
use crate::transcripts::TranscriptStore;
use crate::{Conflict, StoreError, StoreResult};

/// A session, as far as it is asked whether memory has to look at it.
#[derive(Debug, Clone, Deserialize)]
struct Touched {
    #[serde(rename = "_id")]
    id: Id,
    seq: i64,
    last_message_at: i64,
}

fn fields() -> Document {
    doc! { "seq": 1, "last_message_at": 1 }
}

#[async_trait]
impl RememberingStore for MongoStore {
    async fn behind(&self, lag: Lag, limit: u32) -> StoreResult<Vec<Behind>> {
        let unseen = self.unseen(limit).await?;
        Ok(behind(unseen, self.unlearned(lag, (limit / 5).max(1)).await?))
    }

    async fn remembered(&self, session: SessionId) -> StoreResult<Remembered> {
        self.sql().remembered(session).await
    }

    async fn trail(&self, session: SessionId, depth: u32) -> StoreResult<Option<Trail>> {
        self.sql().trail(session, depth).await
    }

    async fn step(&self, step: &Step) -> StoreResult<()> {
        let head = self.transcript(step.session).await?.ok_or(StoreError::NotFound)?;
        let anchors: HashSet<MessageId> = step.add.iter().flat_map(|new| new.memory.anchors()).copied().collect();
        let anchors: Vec<MessageId> = anchors.into_iter().collect();
        if self.standing(step.scope.user, &anchors).await?.len() < anchors.len() {
            return Err(StoreError::Conflict(Conflict::Outdated));
        }
        let said_at = rows::micros(head.last_message_at);
        self.db().step(self.sql().take_step(step, Some(said_at))).await
    }

    async fn unembedded(&self, embedder: &str, limit: u32) -> StoreResult<Vec<Unembedded>> {
        self.sql().unembedded(embedder, limit).await
    }

    async fn save_vectors(&self, embedder: &str, vectors: &[NewVector]) -> StoreResult<()> {
        self.sql().save_vectors(embedder, vectors).await
    }
}

impl MongoStore {
    /// Sessions of which memory has not seen the newest event, the most recent first. What it has seen loses its mark.
    async fn unseen(&self, limit: u32) -> StoreResult<Vec<Uuid>> {
        let mut unseen = Vec::new();
        let mut beyond: Option<Touched> = None;
        while unseen.len() < limit as usize {
            let wanted = (limit as usize - unseen.len()).max(16);
            let touched = self.touched(beyond.as_ref(), wanted).await?;
            let sessions: Vec<Uuid> = touched.iter().map(|head| uuid(head.id)).collect();
            let looked_at = self.sql().looked_at(&sessions).await?;
            let is_seen = |head: &Touched| {
                rows::number::<u64>(head.seq)
                    .is_ok_and(|seq| seq <= looked_at.get(&uuid(head.id)).copied().unwrap_or(0))
            };
            let (seen, new): (Vec<&Touched>, Vec<&Touched>) = touched.iter().partition(|head| is_seen(head));
            self.unmark(&seen).await?;
            unseen.extend(new.into_iter().map(|head| uuid(head.id)));
            if touched.len() < wanted {
                break;
            }
            beyond = touched.last().cloned();
        }
        unseen.truncate(limit as usize);
        Ok(unseen)
    }

    async fn touched(&self, beyond: Option<&Touched>, limit: usize) -> StoreResult<Vec<Touched>> {
        let mut query = doc! { "behind": true };
        if let Some(beyond) = beyond {
            let at = beyond.last_message_at;
            let more = [
                doc! { "last_message_at": { "$lt": at } },
                doc! { "last_message_at": at, "_id": { "$lt": beyond.id } },
            ];
            query.insert("$or", more.to_vec());
        }
        let heads = self.db().heads.clone_with_type::<Touched>();
        let found = heads.find(query).projection(fields()).sort(doc! { "last_message_at": -1, "_id": -1 });
        self.db().all(found.limit(i64::try_from(limit).unwrap_or(i64::MAX))).await
    }

    async fn unmark(&self, seen: &[&Touched]) -> StoreResult<()> {
        if seen.is_empty() {
            return Ok(());
        }
        // Unless something happened meanwhile.
        let unmark =
            |head: &&Touched| doc! { "q": { "_id": head.id, "seq": head.seq }, "u": { "$unset": { "behind": "" } } };
        let updates: Vec<Document> = seen.iter().map(unmark).collect();
        self.db().update("sessions", &updates, false).await.map(|_| ())
    }

    /// Sessions of which facts are to be learned, as asked.
    async fn unlearned(&self, lag: Lag, limit: u32) -> StoreResult<Vec<Uuid>> {
        let mut found = self.sql().unlearned(lag, limit).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let query = doc! { "_id": { "$in": ids(found.iter().map(|unlearned| unlearned.session)) } };
        let heads = self.db().heads.clone_with_type::<Quiet>();
        let heads = self.db().all(heads.find(query).projection(fields())).await?;
        let quiet_since = rows::micros(lag.quiet_since);
        found.retain(|unlearned| {
            let head = heads.iter().find(|head| uuid(head.id) == unlearned.session);
            let said_at = head.and_then(|head| head.last_message_at);
            said_at.is_some_and(|said_at| unlearned.is_much || said_at <= quiet_since)
        });
        Ok(found.into_iter().map(|unlearned| unlearned.session).collect())
    }
}

/// When something was last said in a session that may be gone.
#[derive(Debug, Deserialize)]
struct Quiet {
    #[serde(rename = "_id")]
    id: Id,
    #[serde(default)]
    last_message_at: Option<i64>,
}
