//! The frames of the socket, as `asyncapi.yaml` describes them. Events of sessions are in [`crate::events`].

use domain::chats::RegenerateMode;
use domain::ids::{CharacterId, DeviceId, MessageId, SessionId, UserId};
use domain::validation::FieldError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use crate::notifications::NotificationOut;
use crate::sittings::ReminderOut;
use crate::usage::QuotaReachedOut;

/// The longest `id` of a client's frame.
const FRAME_ID: usize = 64;

/// A frame from the client with the id by which it is referred to.
#[derive(Debug)]
pub(super) struct Received {
    /// Comes back as `ref`.
    pub(super) id: Option<String>,
    /// What is asked, or what is wrong with it.
    pub(super) frame: Result<ClientFrame, FrameError>,
}

/// What a client asks.
#[derive(Debug)]
pub(super) enum ClientFrame {
    Auth(Auth),
    Send(Send),
    Stop(Stop),
    Regenerate(Regenerate),
    Resume(Resume),
    Typing(Typing),
    Read(Read),
    Ping,
}

#[derive(Debug, Deserialize)]
pub(super) struct Auth {
    pub(super) token: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Send {
    pub(super) session_id: SessionId,
    pub(super) client_message_id: String,
    pub(super) content: String,
    #[serde(default, deserialize_with = "present")]
    pub(super) parent_id: Option<Option<MessageId>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Stop {
    pub(super) session_id: SessionId,
    pub(super) message_id: MessageId,
}

#[derive(Debug, Deserialize)]
pub(super) struct Regenerate {
    pub(super) session_id: SessionId,
    pub(super) message_id: MessageId,
    pub(super) mode: Option<RegenerateMode>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Resume {
    pub(super) session_id: SessionId,
    pub(super) after_seq: u64,
    pub(super) message_id: Option<MessageId>,
    pub(super) offset: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Typing {
    pub(super) session_id: SessionId,
}

#[derive(Debug, Deserialize)]
pub(super) struct Read {
    pub(super) session_id: SessionId,
    pub(super) seq: u64,
}

/// Tells an absent field from one that is `null`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What is wrong with a frame.
#[derive(Debug)]
pub(super) enum FrameError {
    /// Its `type` is none of ours.
    UnknownType,
    /// A field is missing or has another form.
    Invalid(FieldError),
}

/// The frame in a text; `None` when it is no JSON object with a `type`.
pub(super) fn parse(text: &str) -> Option<Received> {
    let value: Value = serde_json::from_str(text).ok()?;
    let object = value.as_object()?;
    let kind = object.get("type")?.as_str()?.to_owned();
    let id = object.get("id").and_then(Value::as_str).filter(|id| id.len() <= FRAME_ID).map(str::to_owned);
    let frame = match kind.as_str() {
        "auth" => fields(value).map(ClientFrame::Auth),
        "message.send" => fields(value).map(ClientFrame::Send),
        "reply.stop" => fields(value).map(ClientFrame::Stop),
        "reply.regenerate" => fields(value).map(ClientFrame::Regenerate),
        "session.resume" => fields(value).map(ClientFrame::Resume),
        "typing" => fields(value).map(ClientFrame::Typing),
        "read" => fields(value).map(ClientFrame::Read),
        "ping" => Ok(ClientFrame::Ping),
        _ => Err(FrameError::UnknownType),
    };
    Some(Received { id, frame })
}

/// The fields of a frame. What is wrong is told by the field's name, never by its value.
fn fields<T: DeserializeOwned>(value: Value) -> Result<T, FrameError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        FrameError::Invalid(match missing {
            Some(field) => FieldError::new(field, "is missing"),
            None => FieldError::new(path, "has another form"),
        })
    })
}

/// What the server says besides events.
#[derive(Debug, Serialize)]
#[serde(tag = "type")]
pub(super) enum ServerFrame<'a> {
    #[serde(rename = "ready")]
    Ready {
        user_id: UserId,
        device_id: DeviceId,
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
        heartbeat_seconds: u64,
        protocol: u32,
        unread: u64,
    },
    #[serde(rename = "reply.delta")]
    Delta { session_id: SessionId, message_id: MessageId, offset: u64, delta: &'a str },
    #[serde(rename = "session.resumed")]
    Resumed { session_id: SessionId, seq: u64 },
    #[serde(rename = "typing")]
    Typing {
        session_id: SessionId,
        /// Who, in a session that several share.
        #[serde(skip_serializing_if = "Option::is_none")]
        user_id: Option<UserId>,
    },
    #[serde(rename = "read")]
    // No `seq`: that is the place of an event.
    Read { session_id: SessionId, user_id: UserId, read_seq: u64 },
    #[serde(rename = "invited")]
    Invited { session_id: SessionId },
    #[serde(rename = "friends.changed")]
    // Not who: one of the two may see less of it than the other.
    FriendsChanged {},
    #[serde(rename = "presence")]
    Presence {
        user_id: UserId,
        /// Nothing when the person is not to know it any more.
        online: Option<bool>,
    },
    #[serde(rename = "remembering")]
    Remembering { session_id: SessionId, character_id: CharacterId, done: u32, total: u32 },
    #[serde(rename = "memory.changed")]
    MemoryChanged { character_id: CharacterId },
    #[serde(rename = "bond.changed")]
    BondChanged {
        character_id: CharacterId,
        /// The key of the stage that was reached.
        #[serde(skip_serializing_if = "Option::is_none")]
        reached: Option<&'a str>,
    },
    #[serde(rename = "route.unlocked")]
    RouteUnlocked {
        character_id: CharacterId,
        /// The id of the scene.
        scene_id: &'a str,
        title: &'a str,
    },
    #[serde(rename = "notification")]
    Notification { notification: &'a NotificationOut, unread: u64 },
    #[serde(rename = "notifications.read")]
    NotificationsRead { up_to: u64, unread: u64 },
    #[serde(rename = "reminder")]
    Reminder { reminder: &'a ReminderOut },
    #[serde(rename = "pong")]
    Pong {},
    #[serde(rename = "error")]
    Error {
        code: &'a str,
        message: &'a str,
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<&'a str>,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        errors: &'a [ErrorField],
        #[serde(skip_serializing_if = "Option::is_none")]
        quota: Option<QuotaReachedOut>,
    },
}

/// One field that is wrong.
#[derive(Debug, Serialize)]
pub(super) struct ErrorField {
    field: String,
    message: String,
}

impl From<FieldError> for ErrorField {
    fn from(error: FieldError) -> Self {
        Self { field: error.field, message: error.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_parent_is_not_a_null_one() {
        let base = r#""type":"message.send","session_id":"ses_018f0000000070008000000000000001","client_message_id":"a","content":"b""#;
        let parent = |more: &str| match parse(&format!("{{{base}{more}}}")).unwrap().frame.unwrap() {
            ClientFrame::Send(send) => send.parent_id,
            _ => unreachable!(),
        };
        assert_eq!(parent(""), None);
        assert_eq!(parent(r#","parent_id":null"#), Some(None));
    }

    #[test]
    fn what_is_wrong_is_named_without_the_value() {
        let received = parse(r#"{"type":"reply.stop","id":"7","session_id":"secret"}"#).unwrap();
        assert_eq!(received.id.as_deref(), Some("7"));
        let Err(FrameError::Invalid(error)) = received.frame else { unreachable!() };
        assert!(!format!("{error}").contains("secret"));
        assert!(parse("[]").is_none() && parse("{}").is_none() && parse("nonsense").is_none());
        assert!(matches!(parse(r#"{"type":"dance"}"#).unwrap().frame, Err(FrameError::UnknownType)));
    }
}
