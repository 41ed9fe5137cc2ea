//! The events of a session: taking the next place, and telling what stands there by the messages as they are now.

use std::collections::HashMap;

use domain::ClosedSet;
use domain::chats::Message;
use domain::events::{EventBody, EventKind, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use uuid::Uuid;

use super::entities::{events, sessions};
use super::views::{self, View};
use super::{query, rows};
use crate::{StoreError, StoreResult};

/// Takes the session's next place, and with it the session's row until the transaction ends.
pub(super) async fn next(tx: &DatabaseTransaction, owner: UserId, session: SessionId) -> StoreResult<sessions::Model> {
    let sql = "UPDATE sessions SET seq = seq + 1 WHERE id = $1 AND owner_id = $2 RETURNING *";
    query::model(tx, sql, [session.0.into(), owner.0.into()]).await?.ok_or(StoreError::NotFound)
}

/// What an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About {
    pub message: Option<MessageId>,
    pub reply: Option<MessageId>,
}

impl About {
    pub(super) fn message(id: MessageId) -> Self {
        Self { message: Some(id), reply: None }
    }

    pub(super) fn reply(id: MessageId) -> Self {
        Self { message: None, reply: Some(id) }
    }
}

/// Keeps an event at the place that [`next`] took.
pub(super) async fn append(
    tx: &DatabaseTransaction,
    session: &sessions::Model,
    kind: EventKind,
    about: About,
    now: i64,
) -> StoreResult<()> {
    let sql =
        "INSERT INTO events (session_id, seq, kind, message_id, reply_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [
        session.id.into(),
        session.seq.into(),
        kind.as_str().into(),
        about.message.map(|id| id.0).into(),
        about.reply.map(|id| id.0).into(),
        now.into(),
    ];
    query::run(tx, sql, values).await.map(|_| ())
}

/// An event that has just been kept.
pub(crate) fn event(session: &sessions::Model, now: i64, body: EventBody) -> StoreResult<SessionEvent> {
    Ok(SessionEvent { session_id: SessionId(session.id), seq: rows::number(session.seq)?, at: rows::time(now)?, body })
}

/// Tells kept events; `session` is as it is now.
pub(super) async fn tell<C: ConnectionTrait>(
    conn: &C,
    session: &sessions::Model,
    kept: &[events::Model],
) -> StoreResult<Vec<SessionEvent>> {
    let ids: Vec<Uuid> = kept.iter().flat_map(|event| [event.message_id, event.reply_id]).flatten().collect();
    told(session, kept, &views::by_ids(conn, ids).await?)
}

/// Tells kept events by the messages they name.
pub(crate) fn told(
    session: &sessions::Model,
    kept: &[events::Model],
    found: &HashMap<MessageId, View>,
) -> StoreResult<Vec<SessionEvent>> {
    // Rows of messages vanish with their session only.
    let view = |id: Option<Uuid>| id.and_then(|id| found.get(&MessageId(id))).ok_or(StoreError::NotFound);
    kept.iter()
        .map(|event| {
            let kind: EventKind = rows::closed(&event.kind)?;
            let body = match kind {
                EventKind::MessageAccepted => {
                    let reply = event.reply_id.map(|id| view(Some(id))).transpose()?;
                    accepted(view(event.message_id)?, reply, session)
                }
                EventKind::ReplyQueued => {
                    unless_deleted(view(event.reply_id)?, session, |reply| EventBody::ReplyQueued { reply })
                }
                EventKind::ReplyStarted => {
                    unless_deleted(view(event.reply_id)?, session, |reply| EventBody::ReplyStarted { reply })
                }
                EventKind::ReplyCompleted => {
                    unless_deleted(view(event.reply_id)?, session, |reply| EventBody::ReplyCompleted { reply })
                }
                EventKind::ReplyFailed => {
                    unless_deleted(view(event.reply_id)?, session, |reply| EventBody::ReplyFailed { reply })
                }
                EventKind::MessageEdited => {
                    unless_deleted(view(event.message_id)?, session, |message| EventBody::MessageEdited { message })
                }
                EventKind::MessageDeleted => deleted(view(event.message_id)?, session),
                EventKind::SessionUpdated => EventBody::SessionUpdated { session: rows::session(session)? },
                EventKind::SessionDeleted => EventBody::SessionDeleted,
            };
            Ok(SessionEvent {
                session_id: SessionId(session.id),
                seq: rows::number(event.seq)?,
                at: rows::time(event.created_at)?,
                body,
            })
        })
        .collect()
}

/// A reply that was deleted since while its message stands is told blank: its own deletion has a later place.
fn accepted(message: &View, reply: Option<&View>, session: &sessions::Model) -> EventBody {
    let reply = reply.map(|reply| reply.message.clone());
    unless_deleted(message, session, |message| EventBody::MessageAccepted { message, reply })
}

fn unless_deleted(view: &View, session: &sessions::Model, body: impl FnOnce(Message) -> EventBody) -> EventBody {
    if view.deleted { deleted(view, session) } else { body(view.message.clone()) }
}

fn deleted(view: &View, session: &sessions::Model) -> EventBody {
    EventBody::MessageDeleted { message_id: view.message.id, leaf_id: session.leaf_id.map(MessageId) }
}
