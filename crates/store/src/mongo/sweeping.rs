//! What is done on the side, every now and then: to finish what others left, and to remove what nobody can find any more.
//!
//! A deleted session leaves a tombstone: its id, a number of a change that no head reaches, and when it was. Somebody who
//! slept in the midst of a change of that session may yet write a message of it, which nobody would find; so everything of
//! it is removed once more when nobody can sleep that long, and then the tombstone. The same holds for people.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::ids::{SessionId, UserId};
use futures_util::{StreamExt, TryStreamExt};
use mongodb::Collection;
use mongodb::bson::{Document, doc};
use serde::Deserialize;
use uuid::Uuid;

use super::MongoStore;
use super::documents::{HeadDoc, Id, id, ids, uuid};
use crate::{StoreError, StoreResult};

/// How long nobody sleeps in the midst of a change, in microseconds: statements are bounded by seconds.
const ASLEEP: i64 = 10 * 60 * 1_000_000;

/// How often removed things are looked for.
const EVERY: i64 = 60 * 1_000_000;

/// A shadow that is so old has its session by now.
const BEING_MADE: i64 = 60 * 60 * 1_000_000;

/// How much one look takes up.
const LOOK: u32 = 200;

/// How many are cleared at the same time.
const AT_ONCE: usize = 4;

/// A number that no head reaches.
const LAST_CHANGE: i64 = i64::MAX;

/// When removed things were last looked for, and how far shadows were.
#[derive(Debug, Default)]
pub(super) struct Sweeping {
    looked_at: AtomicI64,
    shadow: std::sync::Mutex<Uuid>,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "_id")]
    id: Id,
}

impl MongoStore {
    async fn named(&self, of: &Collection<Document>, query: Document) -> StoreResult<Vec<Id>> {
        let named = of.clone_with_type::<Named>();
        let found = self.db().all(named.find(query).projection(doc! { "_id": 1 }).limit(i64::from(LOOK))).await?;
        Ok(found.into_iter().map(|named| named.id).collect())
    }

    /// Replaces a session by its tombstone, if it is as it was read: from then on it is not there.
    pub(super) async fn bury(&self, head: &HeadDoc, now: i64) -> StoreResult<bool> {
        let query = doc! { "_id": head.id, "change": head.change };
        let replaced = self.db().tombstones.replace_one(query, tombstone(head.id, now));
        Ok(self.db().run(replaced).await?.matched_count > 0)
    }

    /// Removes all that is left of a session that is not there.
    pub(super) async fn clear(&self, session: Id) -> StoreResult<()> {
        self.db().step(self.sql().drop_shadow(uuid(session))).await?;
        self.remove(session).await?;
        let done = self.db().tombstones.update_one(
            doc! { "_id": session, "gone_at": { "$exists": true } },
            doc! { "$unset": { "unfinished": "" } },
        );
        self.db().run(done).await.map(|_| ())
    }

    async fn remove(&self, session: Id) -> StoreResult<()> {
        let (db, of) = (self.db(), doc! { "session_id": session });
        tokio::try_join!(
            db.run(db.messages.delete_many(of.clone())),
            db.run(db.events.delete_many(of.clone())),
            db.run(db.revisions.delete_many(of.clone())),
            db.run(db.traces.delete_many(of.clone())),
        )?;
        Ok(())
    }

    /// Notes that a person leaves.
    pub(super) async fn note_departure(&self, person: UserId, at: i64) -> StoreResult<()> {
        let noted = self.db().departures.update_one(doc! { "_id": id(person.0) }, doc! { "$set": { "at": at } });
        self.db().run(noted.upsert(true)).await.map(|_| ())
    }

    async fn forget_departure(&self, person: UserId) -> StoreResult<()> {
        self.db().run(self.db().departures.delete_one(doc! { "_id": id(person.0) })).await.map(|_| ())
    }

    pub(super) async fn has_sessions(&self, person: UserId) -> StoreResult<bool> {
        let found = self.db().tombstones.find_one(doc! { "owner_id": id(person.0) });
        Ok(self.db().run(found).await?.is_some())
    }

    /// Removes all sessions of a person who is not there.
    pub(super) async fn clear_person(&self, person: UserId, now: i64) -> StoreResult<()> {
        let owned = doc! { "owner_id": id(person.0) };
        loop {
            let sessions = self.named(&self.db().tombstones, owned.clone()).await?;
            if sessions.is_empty() {
                return Ok(());
            }
            let clear = |session: Id| async move {
                // Whatever is being changed there: nobody is left to see it.
                let query = doc! { "_id": session, "owner_id": id(person.0) };
                self.db().run(self.db().tombstones.replace_one(query, tombstone(session, now))).await?;
                self.clear(session).await
            };
            futures_util::stream::iter(sessions.into_iter().map(clear))
                .buffer_unordered(AT_ONCE)
                .try_collect::<Vec<()>>()
                .await?;
        }
    }

    /// Finishes changes that were left, and now and then removes what nobody can find any more.
    pub(super) async fn sweep(&self, now: i64) -> StoreResult<()> {
        for session in self.named(&self.db().tombstones, doc! { "unfinished": true }).await? {
            // Of a deleted one there is none.
            self.any_head(SessionId(uuid(session))).await?;
        }
        let last = self.sweeping().looked_at.load(Ordering::Relaxed);
        if now.saturating_sub(last) < EVERY {
            return Ok(());
        }
        self.sweeping().looked_at.store(now, Ordering::Relaxed);
        self.remove_what_is_gone(now).await
    }

    /// Removes what is left of sessions and people that are gone.
    ///
    /// # Errors
    /// When a database cannot be reached.
    pub(super) async fn remove_what_is_gone(&self, now: i64) -> StoreResult<()> {
        let left = doc! { "unfinished": true, "gone_at": { "$exists": true } };
        for session in self.named(&self.db().tombstones, left).await? {
            self.clear(session).await?;
        }
        let old = doc! { "gone_at": { "$lte": now.saturating_sub(ASLEEP) } };
        for session in self.named(&self.db().tombstones, old).await? {
            self.clear(session).await?;
            let tombstone = self.db().tombstones.delete_one(doc! { "_id": session, "gone_at": { "$exists": true } });
            self.db().run(tombstone).await?;
        }
        let old = doc! { "at": { "$lte": now.saturating_sub(ASLEEP) } };
        for person in self.named(&self.db().departures, old).await? {
            let person = UserId(uuid(person));
            if !self.sql().is_person(person).await? {
                self.clear_person(person, now).await?;
            }
            self.forget_departure(person).await?;
        }
        self.remove_shadows(now).await
    }

    /// Looks at a few shadows, and removes those whose sessions were never made.
    async fn remove_shadows(&self, now: i64) -> StoreResult<()> {
        let lock = || self.sweeping().shadow.lock().map_err(|_| StoreError::Corrupt("a sweep that panicked".into()));
        let from = *lock()?;
        let shadows = self.sql().shadows_after(from, now.saturating_sub(BEING_MADE), LOOK).await?;
        *lock()? = shadows.last().copied().filter(|_| shadows.len() == LOOK as usize).unwrap_or_default();
        if shadows.is_empty() {
            return Ok(());
        }
        let query = doc! { "_id": { "$in": ids(shadows.iter().copied()) } };
        let there = self.named(&self.db().tombstones, query).await?;
        for shadow in shadows {
            if !there.contains(&id(shadow)) {
                self.sql().drop_shadow(shadow).await?;
            }
        }
        Ok(())
    }
}

fn tombstone(session: Id, now: i64) -> Document {
    doc! { "_id": session, "change": LAST_CHANGE, "gone_at": now, "unfinished": true }
}
