//! Changing the tree: each change takes the session's next place first, and with it the session.

use async_trait::async_trait;
use domain::chats::{Author, Message, MessageStatus, RegenerateMode, Role};
use domain::events::{EventBody, EventKind, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use domain::limits;
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;
use uuid::Uuid;

use super::entities::{events as event_rows, messages, sessions};
use super::events::{self, About};
use super::rows::NewRow;
use super::tree::{self, Place};
use super::writing::Writing;
use super::{SqlStore, following, query, rows, turns, views};
use crate::chats::{Accepted, ChatStore, NewMessage, NewReply, Parent, Queueing};
use crate::turns::Finish;
use crate::{Conflict, StoreError, StoreResult};

/// A change that has begun: it has its place, and with it the session, until it ends.
struct Opened {
    tx: Writing,
    kept: sessions::Model,
    /// The message that it is about.
    message: messages::Model,
}

#[async_trait]
impl ChatStore for SqlStore {
    async fn accept_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: &NewMessage,
        now: OffsetDateTime,
    ) -> StoreResult<Accepted> {
        let now = rows::micros(now);
        let tx = self.begin().await?;
        // One place for the message with its first reply, and one for each further reply.
        let (leaf, places) = (leaf_of(message), message.replies.len().max(1));
        let sql = "UPDATE sessions SET seq = seq + $5, leaf_id = $1, last_message_at = $2 WHERE id = $3 AND owner_id = $4 RETURNING *";
        let values = [leaf.0.into(), now.into(), session.0.into(), owner.0.into(), (places as i64).into()];
        let kept: sessions::Model = query::model(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        let kept = sessions::Model { seq: kept.seq - (places as i64) + 1, ..kept };
        let key = rows::client_key(message.author.map(|author| author.0), &message.client_message_id);
        let place = tree::place(&tx, session.0, message.parent, Some(&key)).await?;
        if let Some(first) = &place.first {
            tx.rollback().await?;
            self.settle().await?;
            return match first.event_seq {
                Some(seq) if !first.deleted => self.accepted_before(owner, session, seq).await,
                _ => Err(StoreError::Conflict(Conflict::MessageDeleted)),
            };
        }
        refuse_crowds(&place, message.replies.len() as u64)?;
        if !place.is_end {
            let turned = tree::end_at(&tx, session.0, place.parent).await?;
            following::turned(&tx, session.0, turned).await?;
        }
        let said = NewRow {
            id: message.id,
            role: Role::User,
            author: message.author.map(Author::Person),
            reason: None,
            status: MessageStatus::Complete,
            content: &message.content,
            client_message_id: Some(&message.client_message_id),
            created_at: now,
        };
        let parent = place.parent.map(|parent| (parent.id, parent.depth));
        let mut said = rows::message_row(session, parent, &said);
        said.active_child_id = message.replies.first().map(|reply| reply.id.0);
        said.event_seq = Some(kept.seq);
        let replies = chain(session, &said, &message.replies, now);
        let new = std::iter::once(said.clone()).chain(replies.iter().cloned()).collect();
        tree::hang(&tx, session.0, place.parent, new).await?;
        let about = About { message: Some(message.id), reply: message.replies.first().map(|reply| reply.id) };
        events::append(&tx, &kept, EventKind::MessageAccepted, about, now).await?;
        for (place, reply) in (1..).zip(message.replies.iter().skip(1)) {
            let kept = sessions::Model { seq: kept.seq + place, ..kept.clone() };
            events::append(&tx, &kept, EventKind::ReplyQueued, About::reply(reply.id), now).await?;
        }
        let siblings = siblings(&tx, &place, &said).await?;
        tx.commit().await?;
        accepted(&kept, rows::message(said, siblings)?, replies, now)
    }

    async fn queue_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        how: Queueing,
        reply: NewReply,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let opened = self.begin_at(owner, session, message).await?;
        let event = queue_in(&opened, how, reply, rows::micros(now)).await?;
        opened.tx.commit().await?;
        Ok(event)
    }

    async fn put_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        written: &Finish,
        now: OffsetDateTime,
    ) -> StoreResult<Vec<SessionEvent>> {
        let now = rows::micros(now);
        let opened = self.begin_at(owner, session, message).await?;
        if tree::is_taken(&opened.tx, written.reply_id).await? {
            opened.tx.rollback().await?;
            return Ok(Vec::new());
        }
        let reply = NewReply::of_the_character(written.reply_id);
        let queued = queue_in(&opened, Queueing::Last, reply, now).await?;
        let ended = turns::finish_in(&opened.tx, written, now).await?;
        let ended = ended.ok_or_else(|| StoreError::Corrupt("a queued reply that cannot be ended".into()))?;
        opened.tx.commit().await?;
        Ok(vec![queued, ended])
    }

    async fn edit_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        content: &str,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let Opened { tx, kept, message: before } = self.begin_at(owner, session, message).await?;
        if !views::is_final(&before)? {
            return Err(StoreError::Conflict(Conflict::ReplyRunning));
        }
        let sql = "INSERT INTO message_revisions (message_id, revision, content, replaced_at) VALUES ($1, $2, $3, $4)";
        query::run(&tx, sql, [before.id.into(), before.revision.into(), before.content.into(), now.into()]).await?;
        let sql = "UPDATE messages SET content = $1, revision = revision + 1, edited_at = $2 WHERE id = $3 RETURNING *";
        let edited: Option<messages::Model> =
            query::model(&tx, sql, [content.into(), now.into(), message.0.into()]).await?;
        let edited = edited.ok_or(StoreError::NotFound)?;
        following::edited(&tx, &kept, &edited).await?;
        events::append(&tx, &kept, EventKind::MessageEdited, About::message(message), now).await?;
        let siblings = views::siblings(&tx, edited.branch_id).await?;
        tx.commit().await?;
        events::event(&kept, now, EventBody::MessageEdited { message: rows::message(edited, siblings)? })
    }

    async fn delete_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let Opened { tx, kept, message: gone } = self.begin_at(owner, session, message).await?;
        following::erased(&tx, &kept, &gone).await?;
        let leaf = match tree::erase(&tx, &gone, now).await? {
            Some(leaf) => {
                tree::set_leaf(&tx, session.0, leaf).await?;
                leaf
            }
            None => kept.leaf_id,
        };
        events::append(&tx, &kept, EventKind::MessageDeleted, About::message(message), now).await?;
        tx.commit().await?;
        events::event(&kept, now, EventBody::MessageDeleted { message_id: message, leaf_id: leaf.map(MessageId) })
    }

    async fn retract_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let Opened { tx, kept, message: before } = self.begin_at(owner, session, message).await?;
        if !views::is_final(&before)? {
            return Err(StoreError::Conflict(Conflict::ReplyRunning));
        }
        for table in ["message_revisions", "reply_traces", "message_origins"] {
            query::run(&tx, format!("DELETE FROM {table} WHERE message_id = $1"), [before.id.into()]).await?;
        }
        let sql = "UPDATE messages SET content = '', revision = revision + 1, edited_at = $1 WHERE id = $2 RETURNING *";
        let blank: Option<messages::Model> = query::model(&tx, sql, [now.into(), message.0.into()]).await?;
        let blank = blank.ok_or(StoreError::NotFound)?;
        following::edited(&tx, &kept, &blank).await?;
        events::append(&tx, &kept, EventKind::MessageEdited, About::message(message), now).await?;
        let siblings = views::siblings(&tx, blank.branch_id).await?;
        tx.commit().await?;
        events::event(&kept, now, EventBody::MessageEdited { message: rows::message(blank, siblings)? })
    }

    async fn select_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let Opened { tx, mut kept, message: target } = self.begin_at(owner, session, message).await?;
        if !target.in_view {
            let (leaf, turned) = tree::select(&tx, session.0, target.id).await?;
            following::turned(&tx, session.0, turned).await?;
            kept.leaf_id = Some(leaf);
            tree::set_leaf(&tx, session.0, kept.leaf_id).await?;
        }
        events::append(&tx, &kept, EventKind::SessionUpdated, About::default(), now).await?;
        tx.commit().await?;
        events::event(&kept, now, EventBody::SessionUpdated { session: rows::session(&kept)? })
    }
}

/// Where the way ends with a new message and its replies.
pub(crate) fn leaf_of(message: &NewMessage) -> MessageId {
    message.replies.last().map_or(message.id, |reply| reply.id)
}

/// The replies to a message, each below the one before.
pub(crate) fn chain(
    session: SessionId,
    said: &messages::Model,
    replies: &[NewReply],
    now: i64,
) -> Vec<messages::Model> {
    let mut above = (said.id, said.depth);
    let mut rows = Vec::with_capacity(replies.len());
    for (n, reply) in replies.iter().enumerate() {
        let mut row = rows::message_row(session, Some(above), &queued(*reply, "", now));
        row.active_child_id = replies.get(n + 1).map(|next| next.id.0);
        above = (row.id, row.depth);
        rows.push(row);
    }
    rows
}

/// What is told of a message and its replies; `kept` has the place of the first event.
pub(crate) fn accepted(
    kept: &sessions::Model,
    message: Message,
    replies: Vec<messages::Model>,
    now: i64,
) -> StoreResult<Accepted> {
    let alone = |row: messages::Model| {
        let id = MessageId(row.id);
        rows::message(row, vec![id])
    };
    let mut replies = replies.into_iter().map(alone);
    let body = EventBody::MessageAccepted { message, reply: replies.next().transpose()? };
    let event = events::event(kept, now, body)?;
    let queued = (1..).zip(replies).map(|(place, reply)| {
        let kept = sessions::Model { seq: kept.seq + place, ..kept.clone() };
        events::event(&kept, now, EventBody::ReplyQueued { reply: reply? })
    });
    Ok(Accepted { event, queued: queued.collect::<StoreResult<_>>()?, repeated: false })
}

/// A reply that is queued once more, or next.
pub(crate) struct Requeued<'a> {
    /// What it hangs on.
    pub parent: Option<MessageId>,
    /// What it begins with.
    pub begins_with: &'a str,
    /// The reply, with its author.
    pub reply: NewReply,
}

/// Where and how a reply is queued at `target`, if it may be.
pub(crate) fn requeued(
    target: &messages::Model,
    leaf: Option<Uuid>,
    how: Queueing,
    reply: NewReply,
) -> StoreResult<Requeued<'_>> {
    if how == Queueing::Last && leaf != Some(target.id) {
        return Err(StoreError::NotFound);
    }
    let is_reply = rows::closed::<Role>(&target.role)? == Role::Character;
    if how == Queueing::Again(RegenerateMode::Continue) && !is_reply {
        return Err(StoreError::Conflict(Conflict::NotAReply));
    }
    if !views::is_final(target)? {
        return Err(StoreError::Conflict(Conflict::ReplyRunning));
    }
    let beside = is_reply && matches!(how, Queueing::Again(_));
    let by_the_same = NewReply {
        author: reply.author.or(target.author_id.map(domain::ids::CharacterId)),
        reason: reply.reason.or(target.author_reason.as_deref().map(rows::closed).transpose()?),
        ..reply
    };
    Ok(Requeued {
        parent: if beside { target.parent_id.map(MessageId) } else { Some(MessageId(target.id)) },
        begins_with: if how == Queueing::Again(RegenerateMode::Continue) { &target.content } else { "" },
        reply: if beside { by_the_same } else { reply },
    })
}

/// Queues a reply in a change that has begun.
async fn queue_in(opened: &Opened, how: Queueing, reply: NewReply, now: i64) -> StoreResult<SessionEvent> {
    let Opened { tx, kept, message: target } = opened;
    let session = SessionId(kept.id);
    let planned = requeued(target, kept.leaf_id, how, reply)?;
    let place = tree::place(tx, session.0, Parent::Message(planned.parent), None).await?;
    refuse_crowds(&place, 1)?;
    if !place.is_end {
        let turned = tree::end_at(tx, session.0, place.parent).await?;
        following::turned(tx, session.0, turned).await?;
    }
    let parent = place.parent.map(|parent| (parent.id, parent.depth));
    let row = rows::message_row(session, parent, &queued(planned.reply, planned.begins_with, now));
    tree::hang(tx, session.0, place.parent, vec![row.clone()]).await?;
    tree::set_leaf(tx, session.0, Some(row.id)).await?;
    events::append(tx, kept, EventKind::ReplyQueued, About::reply(reply.id), now).await?;
    let siblings = siblings(tx, &place, &row).await?;
    events::event(kept, now, EventBody::ReplyQueued { reply: rows::message(row, siblings)? })
}

/// A reply that waits.
pub(crate) fn queued(reply: NewReply, begins_with: &str, now: i64) -> NewRow<'_> {
    NewRow {
        id: reply.id,
        role: Role::Character,
        author: reply.author.map(Author::Character),
        reason: reply.reason,
        status: MessageStatus::Queued,
        content: begins_with,
        client_message_id: None,
        created_at: now,
    }
}

fn refuse_crowds(place: &Place, more: u64) -> StoreResult<()> {
    if place.queued + more > limits::QUEUED_REPLIES {
        return Err(StoreError::Conflict(Conflict::TooManyQueued));
    }
    if place.siblings >= limits::SIBLINGS {
        return Err(StoreError::Conflict(Conflict::TooManySiblings));
    }
    Ok(())
}

/// The siblings of a new message; there is nothing to ask where it hangs alone.
async fn siblings(tx: &DatabaseTransaction, place: &Place, new: &messages::Model) -> StoreResult<Vec<MessageId>> {
    if place.siblings == 0 { Ok(vec![MessageId(new.id)]) } else { views::siblings(tx, new.branch_id).await }
}

impl SqlStore {
    /// Begins a change of the tree at a message that is there.
    async fn begin_at(&self, owner: UserId, session: SessionId, message: MessageId) -> StoreResult<Opened> {
        let tx = self.begin().await?;
        let kept = events::next(&tx, owner, session).await?;
        let message = tree::live(&tx, session, message).await?;
        Ok(Opened { tx, kept, message })
    }

    async fn accepted_before(&self, owner: UserId, session: SessionId, seq: i64) -> StoreResult<Accepted> {
        let event = self.event_at(session, seq).await?;
        match event {
            Some((kept, event)) if kept.owner_id == owner.0 => {
                Ok(Accepted { event, queued: Vec::new(), repeated: true })
            }
            _ => Err(StoreError::NotFound),
        }
    }

    /// The event at a place, as it is told now.
    pub(super) async fn event_at(
        &self,
        session: SessionId,
        seq: i64,
    ) -> StoreResult<Option<(sessions::Model, SessionEvent)>> {
        let kept: Option<sessions::Model> =
            query::model(self.read(), "SELECT * FROM sessions WHERE id = $1", [session.0.into()]).await?;
        let Some(kept) = kept else { return Ok(None) };
        let sql = "SELECT * FROM events WHERE session_id = $1 AND seq = $2";
        let rows: Vec<event_rows::Model> = query::models(self.read(), sql, [session.0.into(), seq.into()]).await?;
        let told = events::tell(self.read(), &kept, &rows).await?;
        Ok(told.into_iter().next().map(|event| (kept, event)))
    }
}
