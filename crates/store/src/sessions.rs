//! Sessions: the chats of a person, and what happened in each, in order.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use domain::characters::CharacterBrief;
use domain::chats::{Message, Session, SessionFilter, SessionPatch};
use domain::events::SessionEvent;
use domain::ids::{MessageId, SessionId, UserId};
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// A session as it stands in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionListing {
    /// The session.
    pub session: Session,
    /// Who answers in it, where that is one.
    pub character: Option<CharacterBrief>,
    /// The message in view at its end.
    pub last_message: Option<Message>,
}

/// How a tree of messages hangs together.
pub(crate) struct Tree {
    /// Where the way in view ends.
    pub leaf: Option<MessageId>,
    /// What is in view.
    pub in_view: HashSet<MessageId>,
    /// The child of each that was last in view: on the way it is the next, elsewhere the newest.
    pub active: HashMap<MessageId, MessageId>,
}

impl Tree {
    pub(crate) fn of(session: &Session, messages: &[Message]) -> Self {
        let parents: HashMap<MessageId, Option<MessageId>> =
            messages.iter().map(|message| (message.id, message.parent_id)).collect();
        let named = session.leaf_id.filter(|leaf| parents.contains_key(leaf));
        let leaf = named.or_else(|| messages.first().map(|first| first.id));
        let mut active: HashMap<MessageId, MessageId> =
            messages.iter().filter_map(|message| Some((message.parent_id?, message.id))).collect();
        let mut in_view = HashSet::new();
        let mut next = leaf;
        // Each is entered once, so a circle ends, too.
        while let Some(id) = next.filter(|id| in_view.insert(*id)) {
            next = parents.get(&id).copied().flatten();
            if let Some(parent) = next {
                active.insert(parent, id);
            }
        }
        Self { leaf, in_view, active }
    }

    /// The root of the way in view.
    pub(crate) fn root(&self, messages: &[Message]) -> Option<MessageId> {
        let is_root = |message: &&Message| message.parent_id.is_none() && self.in_view.contains(&message.id);
        messages.iter().find(is_root).map(|root| root.id)
    }
}

/// Keeps sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Keeps a new session; `messages` are its tree, all said, parents before their children, those of the person each with a
    /// client's id of its own. The way in view ends at the session's
    /// leaf, else at the first root. One that several share may be there already: then it stays as it is.
    async fn create_session(&self, session: &Session, messages: &[Message]) -> StoreResult<()>;
    /// The person's session with this id.
    async fn find_session(&self, owner: UserId, id: SessionId) -> StoreResult<Option<Session>>;
    /// The sessions in which the person talks, pinned first, then by the last message, the newest first. What is pinned or put
    /// away of a shared one is so for this member.
    async fn page_sessions(
        &self,
        owner: UserId,
        filter: SessionFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<SessionListing>>;
    /// Changes a session. The event is `SessionUpdated`.
    async fn update_session(
        &self,
        owner: UserId,
        id: SessionId,
        patch: &SessionPatch,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent>;
    /// Deletes a session with all its messages. The event is `SessionDeleted`, one place after the last.
    async fn delete_session(&self, owner: UserId, id: SessionId, now: OffsetDateTime) -> StoreResult<SessionEvent>;
    /// Up to `limit` events after `after_seq`, in order, told by the messages as they are now: events of messages deleted
    /// since are told as `MessageDeleted`, so that no place is missing.
    async fn events_after(
        &self,
        owner: UserId,
        id: SessionId,
        after_seq: u64,
        limit: u32,
    ) -> StoreResult<Vec<SessionEvent>>;
}
