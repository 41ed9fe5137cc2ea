//! Reading along the way to the leaf: by depth, through the index of what is in view, whatever the length of the chat.
//!
//! The head, the stretch and the siblings are read one after the other, and somebody may change the session in between. So
//! a stretch counts only if its messages hang on each other and it begins and ends where the head says; else it is read
//! again.

use async_trait::async_trait;
use domain::chats::{History, HistoryAnchor, Message};
use domain::ids::{MessageId, SessionId, UserId};
use domain::traces::ReplyTrace;
use mongodb::bson::doc;
use serde::Deserialize;

use super::MongoStore;
use super::documents::{HeadDoc, Id, MessageDoc, id, uuid};
use super::heads::Attempts;
use super::tree::Link;
use super::views::{by_id, is_one_way, there};
use crate::history::{HistoryStore, Revision};
use crate::sql::rows;
use crate::{StoreError, StoreResult};

const TORN: &str = "a way in view with a gap";

#[async_trait]
impl HistoryStore for MongoStore {
    async fn history(
        &self,
        owner: UserId,
        session: SessionId,
        anchor: HistoryAnchor,
        limit: u32,
    ) -> StoreResult<History> {
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            if let Some(found) = self.stretch_at(&head, anchor, i64::from(limit)).await? {
                let views = self.views(found).await?;
                let messages: Vec<Message> = views.into_iter().map(|view| view.message).collect();
                let (has_before, has_after) = match (messages.first(), messages.last()) {
                    (Some(first), Some(last)) => {
                        (first.depth > 0, head.leaf_depth.is_some_and(|leaf| i64::from(last.depth) < leaf))
                    }
                    // Nothing beyond the anchor; but the anchor itself is on the other side.
                    _ => (matches!(anchor, HistoryAnchor::After(_)), matches!(anchor, HistoryAnchor::Before(_))),
                };
                return Ok(History { messages, has_before, has_after, seq: rows::number(head.seq)? });
            }
            attempts.torn(TORN).await?;
        }
    }

    async fn find_message(&self, owner: UserId, id: MessageId) -> StoreResult<Option<Message>> {
        let Some(found) = self.owned(owner, id).await? else { return Ok(None) };
        Ok(self.views(vec![found]).await?.into_iter().next().map(|view| view.message))
    }

    async fn ancestry(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<Message>> {
        let found = self.way_to(owner, session, message, limit).await?;
        Ok(self.views(found).await?.into_iter().map(|view| view.message).collect())
    }

    async fn tree(&self, owner: UserId, session: SessionId) -> StoreResult<Vec<MessageId>> {
        let Some(head) = self.head(owner, session).await? else { return Ok(Vec::new()) };
        let query = doc! {
            "session_id": head.id, "deleted_at": { "$exists": false }, "status": { "$nin": ["queued", "streaming"] },
        };
        let ids = self.db().messages.clone_with_type::<Named>();
        let found = self.db().all(ids.find(query).projection(doc! { "_id": 1 })).await?;
        let mut ids: Vec<MessageId> = found.iter().map(|message| MessageId(uuid(message.id))).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    async fn messages_of(&self, owner: UserId, session: SessionId, ids: &[MessageId]) -> StoreResult<Vec<Message>> {
        let Some(head) = self.head(owner, session).await? else { return Ok(Vec::new()) };
        let ids: Vec<Id> = ids.iter().map(|message| id(message.0)).collect();
        let mut messages = Vec::with_capacity(ids.len());
        for found in self.messages(&ids).await? {
            if found.session_id == head.id && found.deleted_at.is_none() {
                messages.push(rows::message(found.row(), Vec::new())?);
            }
        }
        messages.sort_unstable_by_key(|message| message.id);
        Ok(messages)
    }

    async fn revisions(&self, owner: UserId, id: MessageId) -> StoreResult<Vec<Revision>> {
        let message = there(self.owned(owner, id).await?)?;
        let query = doc! { "session_id": message.session_id, "message_id": message.id };
        let found = self.db().all(self.db().revisions.find(query).sort(doc! { "revision": 1 })).await?;
        found
            .into_iter()
            .map(|row| {
                Ok(Revision {
                    revision: rows::number(row.revision)?,
                    content: row.content,
                    replaced_at: rows::time(row.replaced_at)?,
                })
            })
            .collect()
    }

    async fn trace(&self, owner: UserId, id: MessageId) -> StoreResult<Option<ReplyTrace>> {
        let message = there(self.owned(owner, id).await?)?;
        let query = doc! { "_id": message.id, "session_id": message.session_id };
        let found = self.db().run(self.db().traces.find_one(query)).await?;
        found.map(|found| rows::from_json(&found.trace)).transpose()
    }
}

/// A message, as far as it is only named.
#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "_id")]
    id: Id,
}

impl MongoStore {
    /// A message of this person's, that is not deleted.
    pub(super) async fn owned(&self, owner: UserId, message: MessageId) -> StoreResult<Option<MessageDoc>> {
        let find = || self.db().run(async { self.db().messages.find_one(by_id(message)).await });
        let Some(found) = find().await? else { return Ok(None) };
        let session = SessionId(uuid(found.session_id));
        let query = doc! { "_id": found.session_id, "owner_id": id(owner.0) };
        let found = match self.db().run(self.db().heads.find_one(query)).await? {
            None => None,
            Some(head) if head.pending.is_none() => Some(found),
            // What is left to do may be about this message.
            Some(_) => match self.head(owner, session).await? {
                None => None,
                Some(_) => find().await?,
            },
        };
        Ok(found.filter(|message| message.deleted_at.is_none()))
    }

    /// The stretch that an anchor means; `None` when it was read while it changed.
    async fn stretch_at(
        &self,
        head: &HeadDoc,
        anchor: HistoryAnchor,
        limit: i64,
    ) -> StoreResult<Option<Vec<MessageDoc>>> {
        let end = head.leaf_depth.unwrap_or(-1);
        let (from, to, above, below) = match anchor {
            HistoryAnchor::Newest => ((end - limit + 1).max(0), end, None, None),
            HistoryAnchor::Before(before) => {
                let anchor = self.anchor(head, before).await?;
                ((anchor.depth - limit).max(0), anchor.depth - 1, None, Some(anchor))
            }
            HistoryAnchor::After(after) => {
                let anchor = self.anchor(head, after).await?;
                (anchor.depth + 1, (anchor.depth.saturating_add(limit)).min(end), Some(anchor.id), None)
            }
        };
        if from > to {
            return Ok(Some(Vec::new()));
        }
        let found = self.stretch(head.id, from, to).await?;
        let last = match (anchor, &below) {
            (_, Some(anchor)) => anchor.parent_id,
            (HistoryAnchor::Newest, _) => head.leaf_id,
            // Where it ends is known only if that is the end of all.
            _ => head.leaf_id.filter(|_| to == end).or_else(|| found.last().map(|last| last.id)),
        };
        let is_whole = i64::try_from(found.len()).is_ok_and(|length| length == to - from + 1)
            && is_one_way(&found)
            && found.last().map(|last| last.id) == last
            && above.is_none_or(|above| found.first().is_some_and(|first| first.parent_id == Some(above)));
        Ok(is_whole.then_some(found))
    }

    /// An anchor, which must be in view.
    async fn anchor(&self, head: &HeadDoc, anchor: MessageId) -> StoreResult<MessageDoc> {
        let found = self.db().messages.find_one(doc! { "_id": id(anchor.0), "session_id": head.id });
        self.db().run(found).await?.filter(|found| found.in_view).ok_or(StoreError::NotFound)
    }

    /// The messages that lead to one, itself included: the last `limit`.
    pub(super) async fn way_to(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<MessageDoc>> {
        let limit = i64::from(limit.max(1));
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            let target = self.live(session, message).await?;
            let highest = (target.depth - limit + 1).max(0);
            let (aside, stretch) = if target.in_view {
                let stretch = self.stretch(head.id, highest, target.depth).await?;
                (Vec::new(), stretch)
            } else {
                // Up to the first message in view; from there the rest is one stretch of what is in view.
                let turn = self.climb(head.id, Link::of(&target), Some(limit)).await?;
                let aside: Vec<Id> = turn.links.iter().map(|link| link.id).collect();
                tokio::try_join!(self.messages(&aside), self.stretch(head.id, highest, turn.stays))?
            };
            let mut way = stretch;
            way.extend(aside);
            way.sort_unstable_by_key(|message| message.depth);
            let is_whole = i64::try_from(way.len()).is_ok_and(|length| length == target.depth - highest + 1);
            if is_whole && is_one_way(&way) && way.last().is_some_and(|last| last.id == target.id) {
                return Ok(way);
            }
            attempts.torn(TORN).await?;
        }
    }
}
