//! What happens in a session, as JSON: the same for `GET /sessions/{id}/events` and for the socket.

use axum::Json;
use axum::extract::State;
use domain::chats::FailureCode;
use domain::events::{EventBody, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use service::chats::Chats;
use service::{ServiceError, ServiceResult};
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiPath, ApiQuery};
use crate::messages::MessageOut;
use crate::page::{PageOut, page_limit};
use crate::problem::Problem;
use crate::sessions::SessionOut;
use crate::wire::{WireFailureCode, WireMessageId, WireSessionId};

/// An event of a session, with its place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionEvent)]
pub struct EventFrame {
    #[schema(value_type = WireSessionId)]
    session_id: SessionId,
    /// Its place; grows by one with each.
    seq: u64,
    #[serde(flatten)]
    body: EventFrameBody,
}

/// What an event tells.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type")]
#[schema(as = SessionEventBody)]
pub enum EventFrameBody {
    /// A person's message was taken, and a reply queued for it.
    #[serde(rename = "message.accepted")]
    MessageAccepted {
        #[schema(required)]
        client_message_id: Option<String>,
        message: Box<MessageOut>,
        /// The first reply; null where nobody answers. Those of further characters follow as `reply.queued`.
        #[schema(required)]
        reply: Option<Box<MessageOut>>,
        /// Only when it had been taken before, and only to the one who asks.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        repeated: bool,
    },
    /// A reply was queued.
    #[serde(rename = "reply.queued")]
    ReplyQueued { reply: Box<MessageOut> },
    /// A reply begins; its content is what it begins with.
    #[serde(rename = "reply.started")]
    ReplyStarted { message: Box<MessageOut> },
    /// A reply is there, whole or stopped.
    #[serde(rename = "reply.completed")]
    ReplyCompleted { message: Box<MessageOut> },
    /// A reply could not be finished.
    #[serde(rename = "reply.failed")]
    ReplyFailed {
        message: Box<MessageOut>,
        #[schema(value_type = WireFailureCode)]
        code: FailureCode,
        retryable: bool,
    },
    /// A text was changed.
    #[serde(rename = "message.edited")]
    MessageEdited { message: Box<MessageOut> },
    /// A message and all below it are gone.
    #[serde(rename = "message.deleted")]
    MessageDeleted {
        #[schema(value_type = WireMessageId)]
        message_id: MessageId,
        /// The leaf now in view.
        #[schema(value_type = Option<WireMessageId>, required)]
        leaf_id: Option<MessageId>,
    },
    /// Title, leaf or settings changed.
    #[serde(rename = "session.updated")]
    SessionUpdated { session: Box<SessionOut> },
    /// The session is gone.
    #[serde(rename = "session.deleted")]
    SessionDeleted {},
}

/// An event as it is told to `viewer`.
///
/// # Errors
/// When the session's character cannot be read.
pub(crate) async fn event_frame(chats: &Chats, viewer: UserId, event: &SessionEvent) -> ServiceResult<EventFrame> {
    let body = match &event.body {
        EventBody::MessageAccepted { message, reply } => EventFrameBody::MessageAccepted {
            client_message_id: message.client_message_id.clone(),
            message: boxed(message),
            reply: reply.as_ref().map(boxed),
            repeated: false,
        },
        EventBody::ReplyQueued { reply } => EventFrameBody::ReplyQueued { reply: boxed(reply) },
        EventBody::ReplyStarted { reply } => EventFrameBody::ReplyStarted { message: boxed(reply) },
        EventBody::ReplyCompleted { reply } => EventFrameBody::ReplyCompleted { message: boxed(reply) },
        EventBody::ReplyFailed { reply } => {
            let code = reply.failure.unwrap_or(FailureCode::Internal);
            EventFrameBody::ReplyFailed { message: boxed(reply), code, retryable: code.retryable() }
        }
        EventBody::MessageEdited { message } => EventFrameBody::MessageEdited { message: boxed(message) },
        EventBody::MessageDeleted { message_id, leaf_id } => {
            EventFrameBody::MessageDeleted { message_id: *message_id, leaf_id: *leaf_id }
        }
        EventBody::SessionUpdated { session } => {
            let view = chats.view_session(viewer, session.clone()).await?;
            EventFrameBody::SessionUpdated { session: Box::new(view.into()) }
        }
        EventBody::SessionDeleted => EventFrameBody::SessionDeleted {},
    };
    Ok(EventFrame { session_id: event.session_id, seq: event.seq, body })
}

/// The answer to a message that had been taken before; `None` for another event.
pub(crate) fn repeated_frame(event: &SessionEvent) -> Option<EventFrame> {
    let EventBody::MessageAccepted { message, reply } = &event.body else { return None };
    let body = EventFrameBody::MessageAccepted {
        client_message_id: message.client_message_id.clone(),
        message: boxed(message),
        reply: reply.as_ref().map(boxed),
        repeated: true,
    };
    Some(EventFrame { session_id: event.session_id, seq: event.seq, body })
}

fn boxed(message: &domain::chats::Message) -> Box<MessageOut> {
    Box::new(message.into())
}

/// Which events are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Those after this place; 0 is the beginning.
    #[param(format = "uint64")]
    after_seq: Option<u64>,
    /// The `next_cursor` of the page before, in place of `after_seq`.
    cursor: Option<String>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type EventPage = PageOut<EventFrame>;

/// What happened in a session after a place, in order; for clients without a socket.
#[utoipa::path(
    get, path = "/sessions/{session_id}/events", tag = "sessions",
    params(("session_id" = WireSessionId, Path), EventsQuery), responses((status = 200, body = EventPage)),
)]
pub(crate) async fn page_events(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(session): ApiPath<SessionId>,
    ApiQuery(query): ApiQuery<EventsQuery>,
) -> Result<Json<PageOut<EventFrame>>, Problem> {
    let limit = page_limit(query.limit)?;
    // A cursor of this list is the place of the last event seen.
    let after = match query.cursor {
        Some(cursor) => cursor.parse().map_err(|_| ServiceError::InvalidCursor)?,
        None => query.after_seq.unwrap_or(0),
    };
    let chats = &state.app.chats;
    let events = chats.events_after(caller.user_id, session, after, limit).await?;
    let full = u32::try_from(events.len()).is_ok_and(|count| count == limit);
    let next_cursor = events.last().filter(|_| full).map(|event| event.seq.to_string());
    let mut items = Vec::with_capacity(events.len());
    for event in &events {
        items.push(event_frame(chats, caller.user_id, event).await?);
    }
    Ok(Json(PageOut { items, next_cursor }))
}
