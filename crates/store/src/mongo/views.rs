//! Messages as they are shown: with their siblings, and with what is saved so far of a reply that is being written.

use std::collections::{BTreeSet, HashMap};

use domain::chats::Message;
use domain::ids::{MessageId, SessionId};
use mongodb::bson::{Document, doc};
use uuid::Uuid;

use super::MongoStore;
use super::documents::{EventDoc, HeadDoc, Id, MessageDoc, id, ids, uuid};
use super::tree::Link;
use crate::sql::entities::{events, messages};
use crate::sql::views::View;
use crate::sql::{events as telling, rows};
use crate::{StoreError, StoreResult};
use domain::events::SessionEvent;

impl MongoStore {
    /// Messages with their siblings, in their order.
    pub(super) async fn views(&self, found: Vec<MessageDoc>) -> StoreResult<Vec<View>> {
        let mut siblings = self.siblings(&found).await?;
        found
            .into_iter()
            .map(|message| {
                let deleted = message.deleted_at.is_some();
                let siblings = siblings.get_mut(&message.branch_id.bytes()).map(|of| sorted(of)).unwrap_or_default();
                Ok(View { message: rows::message(message.row(), siblings)?, deleted })
            })
            .collect()
    }

    /// These messages by their ids, also those deleted since.
    pub(super) async fn by_ids(&self, wanted: Vec<Uuid>) -> StoreResult<HashMap<MessageId, View>> {
        let wanted: Vec<Id> = ids(wanted.into_iter().collect::<BTreeSet<_>>());
        let mut found = HashMap::with_capacity(wanted.len());
        for block in wanted.chunks(1_000) {
            let messages = self.db().all(self.db().messages.find(doc! { "_id": { "$in": block } })).await?;
            found.extend(self.views(messages).await?.into_iter().map(|view| (view.message.id, view)));
        }
        Ok(found)
    }

    async fn siblings(&self, found: &[MessageDoc]) -> StoreResult<HashMap<[u8; 16], Vec<(i64, Id)>>> {
        let sessions: BTreeSet<[u8; 16]> = found.iter().map(|message| message.session_id.bytes()).collect();
        let branches: BTreeSet<[u8; 16]> = found.iter().map(|message| message.branch_id.bytes()).collect();
        let mut siblings: HashMap<[u8; 16], Vec<(i64, Id)>> = HashMap::with_capacity(branches.len());
        let sessions: Vec<Id> = sessions.into_iter().map(Id::from_bytes).collect();
        let branches: Vec<Id> = branches.into_iter().map(Id::from_bytes).collect();
        for block in branches.chunks(1_000) {
            let hung = match sessions.as_slice() {
                [session] => self.hanging(*session, block).await?,
                sessions => self.hanging_in(sessions, block).await?,
            };
            for link in hung {
                siblings.entry(link.branch_id.bytes()).or_default().push((link.created_at, link.id));
            }
        }
        Ok(siblings)
    }

    /// What hangs on these in several sessions.
    async fn hanging_in(&self, sessions: &[Id], branches: &[Id]) -> StoreResult<Vec<Link>> {
        let links = self.db().messages.clone_with_type::<Link>();
        let query = doc! { "session_id": { "$in": sessions }, "branch_id": { "$in": branches } };
        let fields = doc! { "branch_id": 1, "depth": 1, "created_at": 1, "deleted_at": 1, "change": 1 };
        let mut found = self.db().all(links.find(query).projection(fields)).await?;
        found.retain(|link| link.deleted_at.is_none());
        Ok(found)
    }

    /// Tells kept events by the messages as they are now.
    pub(super) async fn tell(&self, head: &HeadDoc, kept: &[EventDoc]) -> StoreResult<Vec<SessionEvent>> {
        let kept: Vec<events::Model> = kept.iter().map(EventDoc::row).collect();
        let mut named = Vec::with_capacity(kept.len() * 2);
        for event in &kept {
            named.extend([event.message_id, event.reply_id].into_iter().flatten());
        }
        let found = self.by_ids(named).await?;
        telling::told(&head.row(), &kept, &found)
    }

    /// The event at a place, as it is told now.
    pub(super) async fn event_at(&self, session: Uuid, seq: i64) -> StoreResult<Option<(HeadDoc, SessionEvent)>> {
        let Some(head) = self.any_head(SessionId(session)).await? else { return Ok(None) };
        let kept = self.db().events.find_one(doc! { "session_id": head.id, "seq": seq });
        let kept: Vec<EventDoc> = self.db().run(kept).await?.into_iter().collect();
        Ok(self.tell(&head, &kept).await?.into_iter().next().map(|event| (head, event)))
    }

    /// A stretch of what is in view, both ends included; whether it is one way is the caller's to see.
    pub(super) async fn stretch(&self, session: Id, from: i64, to: i64) -> StoreResult<Vec<MessageDoc>> {
        let query = doc! { "session_id": session, "in_view": true, "depth": { "$gte": from, "$lte": to } };
        self.db().all(self.db().messages.find(query).sort(doc! { "depth": 1 })).await
    }

    /// Messages by their ids, as documents.
    pub(super) async fn messages(&self, wanted: &[Id]) -> StoreResult<Vec<MessageDoc>> {
        let mut found = Vec::with_capacity(wanted.len());
        for block in wanted.chunks(1_000) {
            found.extend(self.db().all(self.db().messages.find(doc! { "_id": { "$in": block } })).await?);
        }
        Ok(found)
    }
}

/// Siblings, the oldest first.
pub(super) fn sorted(siblings: &mut [(i64, Id)]) -> Vec<MessageId> {
    siblings.sort_unstable_by_key(|(created_at, id)| (*created_at, id.bytes()));
    siblings.iter().map(|(_, id)| MessageId(uuid(*id))).collect()
}

/// Whether each of these hangs on the one before.
pub(super) fn is_one_way(messages: &[MessageDoc]) -> bool {
    messages.windows(2).all(|pair| matches!(pair, [above, below] if below.parent_id == Some(above.id)))
}

/// The message of a new row.
pub(super) fn message(row: &messages::Model, siblings: Vec<MessageId>) -> StoreResult<Message> {
    rows::message(row.clone(), siblings)
}

/// A message by its id, in whichever session.
pub(super) fn by_id(message: MessageId) -> Document {
    doc! { "_id": id(message.0) }
}

/// What a message must have.
pub(super) fn there<T>(found: Option<T>) -> StoreResult<T> {
    found.ok_or(StoreError::NotFound)
}
