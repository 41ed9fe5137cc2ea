//! From rows to nouns and back. What cannot be read is a fault of ours: `Corrupt`, named, without the value.

use std::str::FromStr;

use domain::ClosedSet;
use domain::chats::{Author, Message, Session};
use domain::ids::{CharacterId, EntityId, MessageId, SessionId, UserId};
use domain::models::TokenUsage;
use domain::speaking::SpeakingReason;
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use uuid::Uuid;

use super::entities::{messages, sessions};
use crate::{StoreError, StoreResult};

/// Microseconds since 1970.
pub(crate) fn micros(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(i64::MAX)
}

pub(crate) fn time(micros: i64) -> StoreResult<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
        .map_err(|_| StoreError::Corrupt("a time out of range".into()))
}

pub(crate) fn closed<T: ClosedSet + FromStr>(text: &str) -> StoreResult<T> {
    text.parse().map_err(|_| StoreError::Corrupt(format!("an unknown {}", T::NAME)))
}

pub(crate) fn json<T: Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|_| StoreError::Corrupt("a value that JSON cannot hold".into()))
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> StoreResult<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("JSON of another form".into()))
}

/// A number that is never negative and fits.
pub(crate) fn number<T: TryFrom<i64>>(value: i64) -> StoreResult<T> {
    T::try_from(value).map_err(|_| StoreError::Corrupt("a number out of range".into()))
}

/// A small number of either sign.
pub(crate) fn small(value: i64) -> StoreResult<i32> {
    i32::try_from(value).map_err(|_| StoreError::Corrupt("a number out of range".into()))
}

/// A place or fence as the database holds it.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn session(row: &sessions::Model) -> StoreResult<Session> {
    Ok(Session {
        id: SessionId(row.id),
        owner: UserId(row.owner_id),
        character_id: row.character_id.map(CharacterId),
        title: row.title.clone(),
        pinned: row.pinned,
        archived: row.archived,
        model: row.model.clone(),
        sampling: from_json(&row.sampling)?,
        leaf_id: row.leaf_id.map(MessageId),
        seq: number(row.seq)?,
        created_at: time(row.created_at)?,
        last_message_at: time(row.last_message_at)?,
    })
}

pub(crate) fn session_row(session: &Session) -> StoreResult<sessions::Model> {
    Ok(sessions::Model {
        id: session.id.uuid(),
        owner_id: session.owner.uuid(),
        character_id: session.character_id.map(|id| id.0),
        title: session.title.clone(),
        pinned: session.pinned,
        archived: session.archived,
        model: session.model.clone(),
        sampling: json(&session.sampling)?,
        active_root_id: None,
        leaf_id: None,
        seq: signed(session.seq),
        created_at: micros(session.created_at),
        last_message_at: micros(session.last_message_at),
    })
}

/// The message of a row, with the siblings found elsewhere.
pub(crate) fn message(row: messages::Model, siblings: Vec<MessageId>) -> StoreResult<Message> {
    let count = |value: Option<i64>| value.map_or(Ok(0), number::<u32>);
    let usage = match row.prompt_tokens {
        None => None,
        Some(prompt) => Some(TokenUsage {
            prompt_tokens: number(prompt)?,
            cached_tokens: count(row.cached_tokens)?,
            completion_tokens: count(row.completion_tokens)?,
        }),
    };
    let role = closed(&row.role)?;
    Ok(Message {
        id: MessageId(row.id),
        session_id: SessionId(row.session_id),
        parent_id: row.parent_id.map(MessageId),
        depth: number(row.depth)?,
        role,
        author: row.author_id.map(|id| Author::of(role, id)),
        reason: row.author_reason.as_deref().map(closed).transpose()?,
        content: row.content,
        status: closed(&row.status)?,
        failure: row.failure.as_deref().map(closed).transpose()?,
        client_message_id: row.client_message_id.map(|key| client_id_of(row.author_id, key)),
        model: row.model,
        finish_reason: row.finish_reason.as_deref().map(closed).transpose()?,
        usage,
        revision: number(row.revision)?,
        place: row.event_seq.map(number).transpose()?,
        siblings,
        hidden: row.hidden,
        created_at: time(row.created_at)?,
        edited_at: row.edited_at.map(time).transpose()?,
    })
}

/// A new message below `parent`, given by id and depth, as a row that nothing has happened to.
pub(crate) fn message_row(session_id: SessionId, parent: Option<(Uuid, i64)>, message: &NewRow<'_>) -> messages::Model {
    messages::Model {
        id: message.id.uuid(),
        session_id: session_id.uuid(),
        parent_id: parent.map(|(id, _)| id),
        branch_id: parent.map_or(session_id.uuid(), |(id, _)| id),
        depth: parent.map_or(0, |(_, depth)| depth + 1),
        role: message.role.as_str().to_owned(),
        author_id: message.author.map(Author::uuid),
        author_reason: message.reason.map(|reason| reason.as_str().to_owned()),
        status: message.status.as_str().to_owned(),
        failure: None,
        content: message.content.to_owned(),
        client_message_id: message.client_message_id.map(|id| client_key(message.author.map(Author::uuid), id)),
        model: None,
        finish_reason: None,
        prompt_tokens: None,
        cached_tokens: None,
        completion_tokens: None,
        revision: 0,
        active_child_id: None,
        in_view: true,
        event_seq: None,
        created_at: message.created_at,
        edited_at: None,
        deleted_at: None,
        lease_node: None,
        lease_until: None,
        fence: 0,
        hidden: false,
    }
}

/// A client's id as it is kept: where several talk, each has their own.
pub(crate) fn client_key(author: Option<Uuid>, client_message_id: &str) -> String {
    match author {
        Some(author) => format!("{}/{client_message_id}", author.simple()),
        None => client_message_id.to_owned(),
    }
}

/// A client's id as it was given.
fn client_id_of(author: Option<Uuid>, key: String) -> String {
    match (author, key.split_once('/')) {
        (Some(_), Some((_, given))) => given.to_owned(),
        _ => key,
    }
}

/// What differs between new messages.
pub(crate) struct NewRow<'a> {
    pub id: MessageId,
    pub role: domain::chats::Role,
    pub author: Option<Author>,
    pub reason: Option<SpeakingReason>,
    pub status: domain::chats::MessageStatus,
    pub content: &'a str,
    pub client_message_id: Option<&'a str>,
    pub created_at: i64,
}
