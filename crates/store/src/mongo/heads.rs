//! The heads of sessions: where every change is made, and where it is seen whether one is made entirely.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use domain::chats::Session;
use domain::ids::{SessionId, UserId};
use mongodb::bson::{Document, doc};

use super::MongoStore;
use super::documents::{EventDoc, HeadDoc, id};
use super::pending::{Known, Pending};
use crate::sql::rows;
use crate::{StoreError, StoreResult};
use domain::ClosedSet;
use domain::events::EventKind;

/// How often a change is planned anew that others were faster than.
const ATTEMPTS: u32 = 40;

/// How often an unfinished change is left to whoever made it, and how long each time.
const PATIENCE: [Duration; 2] = [Duration::from_millis(2), Duration::from_millis(8)];

/// How often something was tried that others came in between of.
#[derive(Debug, Default)]
pub(super) struct Attempts(u32);

impl Attempts {
    /// Waits a moment, another one for each who waits.
    ///
    /// # Errors
    /// After too many.
    pub(super) async fn again(&mut self) -> StoreResult<()> {
        self.0 += 1;
        if self.0 > ATTEMPTS {
            return Err(StoreError::Unavailable("others change this session all the time".into()));
        }
        let most = 4_000_u64 << self.0.min(4);
        let chance = RandomState::new().hash_one(self.0);
        tokio::time::sleep(Duration::from_micros(500 + chance % most)).await;
        Ok(())
    }

    /// The same after an answer that is a mixture of before and after a change; a fault of ours when it does not pass.
    pub(super) async fn torn(&mut self, fault: &str) -> StoreResult<()> {
        if self.0 >= ATTEMPTS / 2 { Err(StoreError::Corrupt(fault.into())) } else { self.again().await }
    }
}

impl MongoStore {
    /// The head of a person's session, with nothing left to do.
    pub(super) async fn head(&self, owner: UserId, session: SessionId) -> StoreResult<Option<HeadDoc>> {
        self.settled(doc! { "_id": id(session.0), "owner_id": id(owner.0) }).await
    }

    /// The same for whoever is no person.
    pub(super) async fn any_head(&self, session: SessionId) -> StoreResult<Option<HeadDoc>> {
        self.settled(doc! { "_id": id(session.0), "owner_id": { "$exists": true } }).await
    }

    async fn settled(&self, query: Document) -> StoreResult<Option<HeadDoc>> {
        let mut patience = PATIENCE.into_iter();
        let mut attempts = Attempts::default();
        loop {
            let Some(head) = self.db().run(self.db().heads.find_one(query.clone())).await? else { return Ok(None) };
            if head.pending.is_none() {
                return Ok(Some(head));
            }
            match patience.next() {
                // Most of the time somebody is about to finish it.
                Some(moment) => tokio::time::sleep(moment).await,
                None => match self.settle(head).await {
                    // Others went on while it was read.
                    Err(StoreError::Corrupt(fault)) => attempts.torn(&fault).await?,
                    settled => return settled.map(Some),
                },
            }
        }
    }

    /// Finishes what a head says is unfinished.
    pub(super) async fn settle(&self, head: HeadDoc) -> StoreResult<HeadDoc> {
        self.apply(&head, Known::default()).await?;
        Ok(HeadDoc { pending: None, unfinished: None, ..head })
    }

    /// Makes a change, if nobody was faster: from then on it is made, whatever happens to this process.
    pub(super) async fn commit(
        &self,
        before: &HeadDoc,
        after: HeadDoc,
        pending: Pending,
        known: Known,
    ) -> StoreResult<Option<HeadDoc>> {
        let change = before.change + 1;
        // What several share is in nobody's memory.
        let behind = if after.seq > before.seq && after.character_id.is_some() { Some(true) } else { before.behind };
        let mut after = HeadDoc { change, behind, pending: Some(Box::new(pending)), unfinished: Some(true), ..after };
        let query = doc! { "_id": before.id, "change": before.change };
        let replaced = self.db().run(self.db().heads.replace_one(query, &after)).await?;
        if replaced.matched_count == 0 {
            return Ok(None);
        }
        self.apply(&after, known).await?;
        (after.pending, after.unfinished) = (None, None);
        Ok(Some(after))
    }
}

/// The session of a head.
pub(super) fn session(head: &HeadDoc) -> StoreResult<Session> {
    rows::session(&head.row())
}

/// The next event of a session.
pub(super) fn next_event(head: &HeadDoc, kind: EventKind, now: i64) -> EventDoc {
    EventDoc {
        session_id: head.id,
        seq: head.seq + 1,
        kind: kind.as_str().to_owned(),
        message_id: None,
        reply_id: None,
        created_at: now,
    }
}
