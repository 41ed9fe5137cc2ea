//! Sessions and their events, as documents.

use async_trait::async_trait;
use domain::chats::{Message, Session, SessionFilter, SessionPatch};
use domain::events::{EventBody, EventKind, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use domain::pages::{Page, PageRequest};
use mongodb::bson::{Document, doc};
use time::OffsetDateTime;

use super::documents::{HeadDoc, MessageDoc, id, ids, uuid};
use super::pending::{Known, Pending};
use super::views::there;
use super::{MongoStore, heads};
use crate::groups::{GroupStore, Membership};
use crate::sessions::{SessionListing, SessionStore, Tree};
use crate::sql::cursors::{self, Cursor};
use crate::sql::sessions::said_row;
use crate::sql::{events as telling, rows};
use crate::{StoreError, StoreResult};

#[async_trait]
impl SessionStore for MongoStore {
    async fn create_session(&self, session: &Session, messages: &[Message]) -> StoreResult<()> {
        let tree = Tree::of(session, messages);
        let depth_of = |leaf| messages.iter().find(|message| message.id == leaf).map(|leaf| i64::from(leaf.depth));
        let documents = messages.iter().map(|message| MessageDoc::of(&said_row(session.id, message, &tree), 1));
        let mut insert: Vec<MessageDoc> = documents.collect();
        // What a head has left to do fits in a document. Messages without a head are nothing to anyone, so of many they stand first.
        let first = if insert.len() > WITH_HEAD { std::mem::take(&mut insert) } else { Vec::new() };
        let head = HeadDoc {
            active_root_id: tree.root(messages).map(|root| id(root.0)),
            leaf_id: tree.leaf.map(|leaf| id(leaf.0)),
            leaf_depth: tree.leaf.and_then(depth_of),
            change: 1,
            pending: Some(Box::new(Pending { insert, ..Pending::default() })),
            unfinished: Some(true),
            ..HeadDoc::of(&rows::session_row(session)?)
        };
        if session.id.is_shared() && self.any_head(session.id).await?.is_some() {
            return Ok(());
        }
        // What memories hang on stands first: without a head it is nothing to anyone.
        self.db().step(self.sql().keep_shadow(session)).await?;
        for block in first.chunks(AT_ONCE) {
            self.db().run(self.db().messages.insert_many(block)).await?;
        }
        match self.db().run(self.db().heads.insert_one(&head)).await {
            // Another made it at the same moment.
            Err(_) if session.id.is_shared() && self.any_head(session.id).await?.is_some() => return Ok(()),
            made => made?,
        };
        self.apply(&head, Known::default()).await
    }

    async fn find_session(&self, owner: UserId, id: SessionId) -> StoreResult<Option<Session>> {
        self.head(owner, id).await?.as_ref().map(heads::session).transpose()
    }

    async fn page_sessions(
        &self,
        owner: UserId,
        filter: SessionFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<SessionListing>> {
        let query = page_query(owner, filter, page)?;
        let order = doc! { "pinned": -1, "last_message_at": -1, "_id": -1 };
        let own = self.db().heads.find(query).sort(order).limit(i64::from(page.limit) + 1);
        let (own, shared) = tokio::try_join!(self.db().all(own), self.shared_heads(owner, filter, page))?;
        let mut found: Vec<HeadDoc> = own.into_iter().chain(shared).collect();
        found.sort_by_key(|head| std::cmp::Reverse((head.pinned, head.last_message_at, head.id.bytes())));
        let key = |head: &HeadDoc| Cursor { first: head.pinned, time: head.last_message_at, id: uuid(head.id) };
        let (found, next_cursor) = cursors::cut(found, page.limit, key);
        for head in found.iter().filter(|head| head.pending.is_some()) {
            // So that the end of its way is there.
            self.settle(head.clone()).await?;
        }
        let leaves = self.by_ids(found.iter().filter_map(|head| head.leaf_id.map(uuid)).collect());
        let briefs = self.sql().briefs(found.iter().filter_map(|head| head.character_id.map(uuid)).collect());
        let (mut leaves, briefs) = tokio::try_join!(leaves, briefs)?;
        let items = found.iter().map(|head| {
            let leaf = head.leaf_id.map(|leaf| MessageId(uuid(leaf)));
            let last = leaf.and_then(|leaf| leaves.remove(&leaf)).filter(|view| !view.deleted);
            let gone = || StoreError::Corrupt("a session without its character".into());
            let brief = |id| briefs.get(&uuid(id)).cloned().ok_or_else(gone);
            let character = head.character_id.map(brief).transpose()?;
            Ok(SessionListing {
                session: heads::session(head)?,
                character,
                last_message: last.map(|view| view.message),
            })
        });
        Ok(Page { items: items.collect::<StoreResult<_>>()?, next_cursor })
    }

    async fn update_session(
        &self,
        owner: UserId,
        id: SessionId,
        patch: &SessionPatch,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let mut attempts = heads::Attempts::default();
        loop {
            let head = there(self.head(owner, id).await?)?;
            let event = heads::next_event(&head, EventKind::SessionUpdated, now);
            let after = HeadDoc { seq: event.seq, ..patched(&head, patch)? };
            let pending = Pending { event: Some(event), ..Pending::default() };
            if let Some(kept) = self.commit(&head, after, pending, Known::default()).await? {
                return telling::event(&kept.row(), now, EventBody::SessionUpdated { session: heads::session(&kept)? });
            }
            attempts.again().await?;
        }
    }

    async fn delete_session(&self, owner: UserId, id: SessionId, now: OffsetDateTime) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let mut attempts = heads::Attempts::default();
        loop {
            let head = there(self.head(owner, id).await?)?;
            if self.bury(&head, now).await? {
                self.clear(head.id).await?;
                let last = HeadDoc { seq: head.seq + 1, ..head };
                return telling::event(&last.row(), now, EventBody::SessionDeleted);
            }
            attempts.again().await?;
        }
    }

    async fn events_after(
        &self,
        owner: UserId,
        id: SessionId,
        after_seq: u64,
        limit: u32,
    ) -> StoreResult<Vec<SessionEvent>> {
        // What is read later is newer: told events may run ahead of the session, whose later events then repeat it.
        let head = there(self.head(owner, id).await?)?;
        let after = rows::signed(after_seq);
        if after >= head.seq || limit == 0 {
            return Ok(Vec::new());
        }
        let query = doc! { "session_id": head.id, "seq": { "$gt": after, "$lte": head.seq } };
        let found = self.db().events.find(query).sort(doc! { "seq": 1 }).limit(i64::from(limit));
        let found = self.db().all(found).await?;
        self.tell(&head, &found).await
    }
}

/// Messages that a new session is made with in one document.
const WITH_HEAD: usize = 64;

/// Messages in one request.
const AT_ONCE: usize = 500;

fn patched(head: &HeadDoc, patch: &SessionPatch) -> StoreResult<HeadDoc> {
    let mut after = head.clone();
    if let Some(title) = &patch.title {
        after.title.clone_from(title);
    }
    if let Some(owner) = patch.owner {
        after.owner_id = id(owner.0);
    }
    after.pinned = patch.pinned.unwrap_or(after.pinned);
    after.archived = patch.archived.unwrap_or(after.archived);
    if let Some(model) = &patch.model {
        after.model.clone_from(model);
    }
    if let Some(sampling) = &patch.sampling {
        after.sampling = rows::json(sampling)?;
    }
    Ok(after)
}

fn page_query(owner: UserId, filter: SessionFilter, page: &PageRequest) -> StoreResult<Document> {
    let mut query = doc! { "owner_id": id(owner.0), "archived": filter.archived };
    match filter.character_id {
        Some(character) => query.insert("character_id", id(character.0)),
        None => query.insert("character_id", doc! { "$exists": true }),
    };
    if let Some(Cursor { first, time, id: last }) = page.cursor.as_deref().map(Cursor::read).transpose()? {
        let mut beyond = vec![
            doc! { "pinned": first, "last_message_at": { "$lt": time } },
            doc! { "pinned": first, "last_message_at": time, "_id": { "$lt": id(last) } },
        ];
        if first {
            beyond.push(doc! { "pinned": false });
        }
        query.insert("$or", beyond);
    }
    Ok(query)
}

impl MongoStore {
    /// The sessions that a person shares, as they stand in their list after the cursor. There are few enough to be read at once.
    async fn shared_heads(
        &self,
        member: UserId,
        filter: SessionFilter,
        page: &PageRequest,
    ) -> StoreResult<Vec<HeadDoc>> {
        let mut memberships = self.sql().memberships(&[member]).await?;
        memberships.retain(|membership| membership.archived == filter.archived);
        if let Some(character) = filter.character_id {
            let sessions: Vec<SessionId> = memberships.iter().map(|membership| membership.session_id).collect();
            let groups = self.sql().find_groups(&sessions).await?;
            let has = |membership: &Membership| {
                let group = groups.iter().find(|group| group.session_id == membership.session_id);
                group.is_some_and(|group| group.character(character).is_some())
            };
            memberships.retain(has);
        }
        if memberships.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = ids(memberships.iter().map(|membership| membership.session_id.0));
        let query = doc! { "_id": { "$in": wanted }, "owner_id": { "$exists": true } };
        let mut found = self.db().all(self.db().heads.find(query)).await?;
        for head in &mut found {
            let of = memberships.iter().find(|membership| membership.session_id.0 == uuid(head.id));
            (head.pinned, head.archived) = of.map_or((false, false), |of| (of.pinned, of.archived));
        }
        if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
            let end = (cursor.first, cursor.time, cursor.id.into_bytes());
            found.retain(|head| (head.pinned, head.last_message_at, head.id.bytes()) < end);
        }
        Ok(found)
    }
}
