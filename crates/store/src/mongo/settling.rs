//! Before a chat log is moved: whether it is the one of the relational store beside it, and what processes that died have left to
//! do. A record hangs on nothing that is half made or half gone.
//!
//! Nobody else may use either database meanwhile.

use domain::ids::{SessionId, UserId};
use mongodb::bson::{Document, doc};
use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::MongoStore;
use super::documents::{Id, id, ids, uuid};
use super::records::Kept;
use crate::sql::rows;
use crate::{StoreError, StoreResult};

/// How much is looked at in one go.
const LOOK: u32 = 500;

/// A session, as far as it is asked to whom it belongs.
#[derive(Debug, Deserialize)]
struct Owned {
    #[serde(rename = "_id")]
    id: Id,
    owner_id: Id,
    #[serde(default)]
    character_id: Option<Id>,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "_id")]
    id: Id,
}

impl MongoStore {
    /// Does what is left to do, once it is sure that this is the chat log of the relational store.
    ///
    /// # Errors
    /// `Refused` when it is another's, with nothing changed.
    pub async fn put_in_order(&self, now: OffsetDateTime) -> StoreResult<()> {
        let has_any = self.refuse_strangers().await?;
        self.each_block_of_strays(async |strays| {
            if !strays.is_empty() && (!has_any || self.sql().is_any_remembered(strays).await?) {
                return Err(StoreError::Refused("it has not the sessions that are known there".into()));
            }
            Ok(())
        })
        .await?;
        let heads = "sessions";
        let unfinished = doc! { "unfinished": true, "gone_at": { "$exists": false } };
        self.each(heads, unfinished, async |session| self.any_head(SessionId(uuid(session))).await.map(|_| ())).await?;
        self.each(heads, doc! { "gone_at": { "$exists": true } }, async |session| self.clear(session).await).await?;
        self.each("departures", Document::new(), async |person| {
            let person = UserId(uuid(person));
            if self.sql().is_person(person).await? {
                Ok(())
            } else {
                self.clear_person(person, rows::micros(now)).await
            }
        })
        .await?;
        // Of sessions that were never made.
        self.each_block_of_strays(async |strays| {
            for stray in strays {
                self.sql().drop_shadow(*stray).await?;
            }
            Ok(())
        })
        .await
    }

    /// Refuses a chat log with sessions that are not known in the relational store; whether there are any.
    async fn refuse_strangers(&self) -> StoreResult<bool> {
        let heads = self.db().heads.clone_with_type::<Owned>();
        let mut last: Option<Id> = None;
        loop {
            let query = heads.find(beyond(Kept::Sessions.there(), last));
            let query = query.projection(doc! { "owner_id": 1, "character_id": 1 }).sort(doc! { "_id": 1 });
            let found = self.db().all(query.limit(i64::from(LOOK))).await?;
            let known: Vec<Uuid> = found.iter().map(|head| uuid(head.id)).collect();
            let known = self.sql().remembered_seqs(&known).await?;
            for head in found.iter().filter(|head| !known.contains_key(&uuid(head.id))) {
                if !self.may_lack_its_shadow(head).await? {
                    return Err(StoreError::Refused("it has sessions that are not known there".into()));
                }
            }
            match found.last() {
                Some(head) => last = Some(head.id),
                None => return Ok(last.is_some()),
            }
        }
    }

    /// The shadow of a session goes with whoever made it: also of one that others still share.
    async fn may_lack_its_shadow(&self, head: &Owned) -> StoreResult<bool> {
        let is_person = self.sql().is_person(UserId(uuid(head.owner_id))).await?;
        if is_person && head.character_id.is_none() {
            return Ok(true);
        }
        let departure = self.db().departures.find_one(doc! { "_id": head.owner_id });
        Ok(!is_person && self.db().run(departure).await?.is_some())
    }

    /// Shadows of which there is neither session nor tombstone, a block at a time.
    async fn each_block_of_strays(&self, mut act: impl AsyncFnMut(&[Uuid]) -> StoreResult<()>) -> StoreResult<()> {
        let named = self.db().tombstones.clone_with_type::<Named>();
        let mut last = Uuid::nil();
        loop {
            let shadows = self.sql().shadows_after(last, i64::MAX, LOOK).await?;
            let Some(end) = shadows.last() else { return Ok(()) };
            last = *end;
            let query = named.find(doc! { "_id": { "$in": ids(shadows.iter().copied()) } });
            let there = self.db().all(query.projection(doc! { "_id": 1 })).await?;
            let is_stray = |shadow: &Uuid| !there.iter().any(|named| named.id == id(*shadow));
            let strays: Vec<Uuid> = shadows.into_iter().filter(is_stray).collect();
            act(&strays).await?;
        }
    }

    /// Does something with each document that a query finds, once.
    async fn each(
        &self,
        collection: &str,
        query: Document,
        mut act: impl AsyncFnMut(Id) -> StoreResult<()>,
    ) -> StoreResult<()> {
        let named = self.db().database.collection::<Named>(collection);
        let mut last: Option<Id> = None;
        loop {
            let found = named.find(beyond(query.clone(), last)).projection(doc! { "_id": 1 }).sort(doc! { "_id": 1 });
            let found = self.db().all(found.limit(i64::from(LOOK))).await?;
            for named in &found {
                act(named.id).await?;
            }
            match found.last() {
                Some(named) => last = Some(named.id),
                None => return Ok(()),
            }
        }
    }
}

/// The same query, of what follows an id.
fn beyond(mut query: Document, last: Option<Id>) -> Document {
    if let Some(last) = last {
        query.insert("_id", doc! { "$gt": last });
    }
    query
}
