//! Notices as they go from node to node: JSON that says its version, who sent it, and, of an event, where it stands. So a
//! node that does not know what it is can still tell its devices to look.

use std::sync::Arc;

use domain::chats::{Author, FailureCode, Message, MessageStatus, Role, Session};
use domain::events::{EventBody, SessionEvent};
use domain::ids::{CharacterId, DeviceId, MessageId, NodeId, SessionId, UserId};
use domain::models::{FinishReason, TokenUsage};
use domain::sampling::Sampling;
use domain::speaking::SpeakingReason;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::serde::rfc3339;

use crate::Notice;

/// The version of this form. Another one is not read, but for its place.
const VERSION: u32 = 1;

/// Events longer than this are read from the store.
const LONGEST: usize = 16 * 1024;

/// What a message is to this node.
pub(super) enum Read {
    /// It was sent from here.
    Own,
    /// A notice.
    Notice(Notice),
    /// Something that this version does not know.
    Unknown,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    v: u32,
    node: NodeId,
    /// Where an event stands, for those that cannot read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<T>,
}

#[derive(Serialize, Deserialize)]
struct Place {
    session_id: SessionId,
    seq: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum WireNotice {
    Event(Box<WireEvent>),
    Typing {
        session_id: SessionId,
        device_id: DeviceId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<UserId>,
    },
    Invited {
        session_id: SessionId,
    },
    Read {
        session_id: SessionId,
        user_id: UserId,
        seq: u64,
    },
    FriendsChanged,
    Presence {
        user_id: UserId,
        online: Option<bool>,
    },
    Remembering {
        session_id: SessionId,
        character_id: CharacterId,
        done: u32,
        total: u32,
    },
    MemoryChanged {
        character_id: CharacterId,
    },
    BondChanged {
        character_id: CharacterId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reached: Option<String>,
    },
    RouteUnlocked {
        character_id: CharacterId,
        scene_id: String,
        title: String,
    },
    Inbox {
        seq: u64,
    },
    Reminder,
    SignedOut {
        device_id: Option<DeviceId>,
    },
}

#[derive(Serialize, Deserialize)]
struct WireEvent {
    session_id: SessionId,
    seq: u64,
    #[serde(with = "rfc3339")]
    at: OffsetDateTime,
    body: WireBody,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "body", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "it is read or written once, and never kept")]
enum WireBody {
    MessageAccepted { message: WireMessage, reply: Option<WireMessage> },
    ReplyQueued { reply: WireMessage },
    ReplyStarted { reply: WireMessage },
    ReplyCompleted { reply: WireMessage },
    ReplyFailed { reply: WireMessage },
    MessageEdited { message: WireMessage },
    MessageDeleted { message_id: MessageId, leaf_id: Option<MessageId> },
    SessionUpdated { session: WireSession },
    SessionDeleted,
}

macro_rules! twin {
    ($wire:ident of $noun:ident { $( $(#[$meta:meta])* $field:ident: $type:ty, )+ }) => {
        #[derive(Serialize, Deserialize)]
        struct $wire { $( $(#[$meta])* $field: $type, )+ }

        impl From<$noun> for $wire {
            fn from($noun { $( $field, )+ }: $noun) -> Self { Self { $( $field, )+ } }
        }

        impl From<$wire> for $noun {
            fn from($wire { $( $field, )+ }: $wire) -> Self { Self { $( $field, )+ } }
        }
    };
}

twin!(WireMessage of Message {
    id: MessageId,
    session_id: SessionId,
    parent_id: Option<MessageId>,
    depth: u32,
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    author: Option<Author>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<SpeakingReason>,
    content: String,
    status: MessageStatus,
    failure: Option<FailureCode>,
    client_message_id: Option<String>,
    model: Option<String>,
    finish_reason: Option<FinishReason>,
    usage: Option<TokenUsage>,
    revision: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<u64>,
    siblings: Vec<MessageId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339::option")]
    edited_at: Option<OffsetDateTime>,
});

twin!(WireSession of Session {
    id: SessionId,
    owner: UserId,
    character_id: Option<CharacterId>,
    title: String,
    pinned: bool,
    archived: bool,
    model: Option<String>,
    sampling: Sampling,
    leaf_id: Option<MessageId>,
    seq: u64,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    last_message_at: OffsetDateTime,
});

impl From<EventBody> for WireBody {
    fn from(body: EventBody) -> Self {
        match body {
            EventBody::MessageAccepted { message, reply } => {
                Self::MessageAccepted { message: message.into(), reply: reply.map(Into::into) }
            }
            EventBody::ReplyQueued { reply } => Self::ReplyQueued { reply: reply.into() },
            EventBody::ReplyStarted { reply } => Self::ReplyStarted { reply: reply.into() },
            EventBody::ReplyCompleted { reply } => Self::ReplyCompleted { reply: reply.into() },
            EventBody::ReplyFailed { reply } => Self::ReplyFailed { reply: reply.into() },
            EventBody::MessageEdited { message } => Self::MessageEdited { message: message.into() },
            EventBody::MessageDeleted { message_id, leaf_id } => Self::MessageDeleted { message_id, leaf_id },
            EventBody::SessionUpdated { session } => Self::SessionUpdated { session: session.into() },
            EventBody::SessionDeleted => Self::SessionDeleted,
        }
    }
}

impl From<WireBody> for EventBody {
    fn from(body: WireBody) -> Self {
        match body {
            WireBody::MessageAccepted { message, reply } => {
                Self::MessageAccepted { message: message.into(), reply: reply.map(Into::into) }
            }
            WireBody::ReplyQueued { reply } => Self::ReplyQueued { reply: reply.into() },
            WireBody::ReplyStarted { reply } => Self::ReplyStarted { reply: reply.into() },
            WireBody::ReplyCompleted { reply } => Self::ReplyCompleted { reply: reply.into() },
            WireBody::ReplyFailed { reply } => Self::ReplyFailed { reply: reply.into() },
            WireBody::MessageEdited { message } => Self::MessageEdited { message: message.into() },
            WireBody::MessageDeleted { message_id, leaf_id } => Self::MessageDeleted { message_id, leaf_id },
            WireBody::SessionUpdated { session } => Self::SessionUpdated { session: session.into() },
            WireBody::SessionDeleted => Self::SessionDeleted,
        }
    }
}

/// A notice in words for other nodes; nothing when it cannot be said.
pub(super) fn write(node: NodeId, notice: &Notice) -> Option<String> {
    let said = |place, notice| serde_json::to_string(&Envelope { v: VERSION, node, place, notice }).ok();
    let place = |session_id, seq| Some(Place { session_id, seq });
    match notice {
        Notice::Event(event) => {
            let SessionEvent { session_id, seq, at, body } = SessionEvent::clone(event);
            let wire = WireNotice::Event(Box::new(WireEvent { session_id, seq, at, body: body.into() }));
            let whole = said(place(session_id, seq), Some(wire))?;
            if whole.len() <= LONGEST { Some(whole) } else { said(place(session_id, seq), None) }
        }
        Notice::Moved { session_id, seq } => said(place(*session_id, *seq), None),
        Notice::Typing { session_id, device_id, user_id } => {
            let typing = WireNotice::Typing { session_id: *session_id, device_id: *device_id, user_id: *user_id };
            said(None, Some(typing))
        }
        Notice::Invited { session_id } => said(None, Some(WireNotice::Invited { session_id: *session_id })),
        Notice::Read { session_id, user_id, seq } => {
            said(None, Some(WireNotice::Read { session_id: *session_id, user_id: *user_id, seq: *seq }))
        }
        Notice::FriendsChanged => said(None, Some(WireNotice::FriendsChanged)),
        Notice::Presence { user_id, online } => {
            said(None, Some(WireNotice::Presence { user_id: *user_id, online: *online }))
        }
        Notice::Remembering { session_id, character_id, done, total } => {
            let (session_id, character_id, done, total) = (*session_id, *character_id, *done, *total);
            said(None, Some(WireNotice::Remembering { session_id, character_id, done, total }))
        }
        Notice::MemoryChanged { character_id } => {
            said(None, Some(WireNotice::MemoryChanged { character_id: *character_id }))
        }
        Notice::BondChanged { character_id, reached } => {
            said(None, Some(WireNotice::BondChanged { character_id: *character_id, reached: reached.clone() }))
        }
        Notice::RouteUnlocked { character_id, scene_id, title } => {
            let (character_id, scene_id, title) = (*character_id, scene_id.clone(), title.clone());
            said(None, Some(WireNotice::RouteUnlocked { character_id, scene_id, title }))
        }
        Notice::Reminder => said(None, Some(WireNotice::Reminder)),
        Notice::Inbox { seq } => said(None, Some(WireNotice::Inbox { seq: *seq })),
        Notice::SignedOut { device_id } => said(None, Some(WireNotice::SignedOut { device_id: *device_id })),
    }
}

/// Reads what another node wrote, also one of another version as far as that goes.
pub(super) fn read(text: &[u8], node: NodeId) -> Read {
    let Ok(envelope) = serde_json::from_slice::<Envelope<serde_json::Value>>(text) else { return Read::Unknown };
    if envelope.node == node {
        return Read::Own;
    }
    let known = envelope.notice.filter(|_| envelope.v == VERSION);
    match (known.and_then(|notice| serde_json::from_value(notice).ok()), envelope.place) {
        (Some(notice), _) => Read::Notice(of_wire(notice)),
        (None, Some(Place { session_id, seq })) => Read::Notice(Notice::Moved { session_id, seq }),
        (None, None) => Read::Unknown,
    }
}

fn of_wire(notice: WireNotice) -> Notice {
    match notice {
        WireNotice::Event(event) => {
            let WireEvent { session_id, seq, at, body } = *event;
            Notice::Event(Arc::new(SessionEvent { session_id, seq, at, body: body.into() }))
        }
        WireNotice::Typing { session_id, device_id, user_id } => Notice::Typing { session_id, device_id, user_id },
        WireNotice::Invited { session_id } => Notice::Invited { session_id },
        WireNotice::Read { session_id, user_id, seq } => Notice::Read { session_id, user_id, seq },
        WireNotice::FriendsChanged => Notice::FriendsChanged,
        WireNotice::Presence { user_id, online } => Notice::Presence { user_id, online },
        WireNotice::Remembering { session_id, character_id, done, total } => {
            Notice::Remembering { session_id, character_id, done, total }
        }
        WireNotice::MemoryChanged { character_id } => Notice::MemoryChanged { character_id },
        WireNotice::BondChanged { character_id, reached } => Notice::BondChanged { character_id, reached },
        WireNotice::RouteUnlocked { character_id, scene_id, title } => {
            Notice::RouteUnlocked { character_id, scene_id, title }
        }
        WireNotice::Reminder => Notice::Reminder,
        WireNotice::Inbox { seq } => Notice::Inbox { seq },
        WireNotice::SignedOut { device_id } => Notice::SignedOut { device_id },
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
