//! Changing the tree: each change takes the session's next place first, and with it the session.

use async_trait::async_trait;
use domain::chats::{MessageStatus, RegenerateMode, Role};
use domain::events::{EventBody, EventKind, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use domain::limits;
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;

use super::entities::{events as event_rows, messages, sessions};
use super::events::{self, About};
use super::rows::NewRow;
use super::tree::{self, Place};
use super::{SqlStore, following, query, rows, views};
use crate::chats::{Accepted, ChatStore, NewMessage, Parent};
use crate::{Conflict, StoreError, StoreResult};

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
        let sql = "UPDATE sessions SET seq = seq + 1, leaf_id = $1, last_message_at = $2 WHERE id = $3 AND owner_id = $4 RETURNING *";
        let values = [message.reply_id.0.into(), now.into(), session.0.into(), owner.0.into()];
        let kept: sessions::Model = query::model(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        let place = tree::place(&tx, session.0, message.parent, Some(&message.client_message_id)).await?;
        if let Some(first) = &place.first {
            tx.rollback().await?;
            self.settle().await?;
            return match first.event_seq {
                Some(seq) if !first.deleted => self.accepted_before(owner, session, seq).await,
                _ => Err(StoreError::Conflict(Conflict::MessageDeleted)),
            };
        }
        refuse_crowds(&place)?;
        if !place.is_end {
            let turned = tree::end_at(&tx, session.0, place.parent).await?;
            following::turned(&tx, session.0, turned).await?;
        }
        let said = NewRow {
            id: message.id,
            role: Role::User,
            status: MessageStatus::Complete,
            content: &message.content,
            client_message_id: Some(&message.client_message_id),
            created_at: now,
        };
        let parent = place.parent.map(|parent| (parent.id, parent.depth));
        let mut said = rows::message_row(session, parent, &said);
        said.active_child_id = Some(message.reply_id.0);
        said.event_seq = Some(kept.seq);
        let reply = rows::message_row(session, Some((said.id, said.depth)), &queued(message.reply_id, "", now));
        tree::hang(&tx, session.0, place.parent, vec![said.clone(), reply.clone()]).await?;
        let about = About { message: Some(message.id), reply: Some(message.reply_id) };
        events::append(&tx, &kept, EventKind::MessageAccepted, about, now).await?;
        let siblings = siblings(&tx, &place, &said).await?;
        tx.commit().await?;
        let body = EventBody::MessageAccepted {
            message: rows::message(said, siblings)?,
            reply: rows::message(reply, vec![message.reply_id])?,
        };
        Ok(Accepted { event: events::event(&kept, now, body)?, repeated: false })
    }

    async fn queue_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        mode: RegenerateMode,
        reply_id: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let tx = self.begin().await?;
        let kept = events::next(&tx, owner, session).await?;
        let target = tree::live(&tx, session, message).await?;
        let is_reply = rows::closed::<Role>(&target.role)? == Role::Character;
        if mode == RegenerateMode::Continue && !is_reply {
            return Err(StoreError::Conflict(Conflict::NotAReply));
        }
        if !views::is_final(&target)? {
            return Err(StoreError::Conflict(Conflict::ReplyRunning));
        }
        let parent = if is_reply { target.parent_id.map(MessageId) } else { Some(message) };
        let place = tree::place(&tx, session.0, Parent::Message(parent), None).await?;
        refuse_crowds(&place)?;
        if !place.is_end {
            let turned = tree::end_at(&tx, session.0, place.parent).await?;
            following::turned(&tx, session.0, turned).await?;
        }
        let begins_with = if mode == RegenerateMode::Continue { target.content.as_str() } else { "" };
        let parent = place.parent.map(|parent| (parent.id, parent.depth));
        let reply = rows::message_row(session, parent, &queued(reply_id, begins_with, now));
        tree::hang(&tx, session.0, place.parent, vec![reply.clone()]).await?;
        tree::set_leaf(&tx, session.0, Some(reply_id.0)).await?;
        events::append(&tx, &kept, EventKind::ReplyQueued, About::reply(reply_id), now).await?;
        let siblings = siblings(&tx, &place, &reply).await?;
        tx.commit().await?;
        events::event(&kept, now, EventBody::ReplyQueued { reply: rows::message(reply, siblings)? })
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
        let tx = self.begin().await?;
        let kept = events::next(&tx, owner, session).await?;
        let before = tree::live(&tx, session, message).await?;
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
        let tx = self.begin().await?;
        let kept = events::next(&tx, owner, session).await?;
        let gone = tree::live(&tx, session, message).await?;
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

    async fn select_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let tx = self.begin().await?;
        let mut kept = events::next(&tx, owner, session).await?;
        let target = tree::live(&tx, session, message).await?;
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

fn queued(id: MessageId, begins_with: &str, now: i64) -> NewRow<'_> {
    NewRow {
        id,
        role: Role::Character,
        status: MessageStatus::Queued,
        content: begins_with,
        client_message_id: None,
        created_at: now,
    }
}

fn refuse_crowds(place: &Place) -> StoreResult<()> {
    if place.queued >= limits::QUEUED_REPLIES {
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
    async fn accepted_before(&self, owner: UserId, session: SessionId, seq: i64) -> StoreResult<Accepted> {
        let event = self.event_at(session, seq).await?;
        match event {
            Some((kept, event)) if kept.owner_id == owner.0 => Ok(Accepted { event, repeated: true }),
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
