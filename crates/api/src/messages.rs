//! Messages: said, read, changed, deleted, answered again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::chats::{Author, FailureCode, History, HistoryAnchor, Message, MessageStatus, RegenerateMode, Role};
use domain::events::EventBody;
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::models::{FinishReason, TokenUsage};
use domain::speaking::SpeakingReason;
use serde::{Deserialize, Serialize};
use service::chats::{SendMessage, SendOutcome};
use service::{Revision, ServiceError};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::page::{PageOut, page_limit};
use crate::problem::Problem;
use crate::wire::{
    WireCharacterId, WireFailureCode, WireFinishReason, WireMessageId, WireMessageStatus, WireRegenerateMode, WireRole,
    WireSessionId, WireSpeakingReason, WireUserId, present,
};

/// A message: a node in the tree of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageOut {
    #[schema(value_type = WireMessageId)]
    id: MessageId,
    #[schema(value_type = WireSessionId)]
    session_id: SessionId,
    /// What it follows; null at the root.
    #[schema(value_type = Option<WireMessageId>, required)]
    parent_id: Option<MessageId>,
    /// How many messages stand above it.
    depth: u32,
    #[schema(value_type = WireRole)]
    role: Role,
    /// Who said it, in a session that several share; their names stand with the session.
    #[schema(required)]
    author: Option<AuthorOut>,
    /// Why this character speaks, in a group.
    #[schema(value_type = Option<WireSpeakingReason>, required)]
    reason: Option<SpeakingReason>,
    /// What it says, as far as it is written.
    content: String,
    #[schema(value_type = WireMessageStatus)]
    status: MessageStatus,
    /// Why it failed.
    #[schema(required)]
    failure: Option<FailureOut>,
    /// The id the client gave it.
    #[schema(required)]
    client_message_id: Option<String>,
    /// The model that wrote it.
    #[schema(required)]
    model: Option<String>,
    /// Why the model ended.
    #[schema(value_type = Option<WireFinishReason>, required)]
    finish_reason: Option<FinishReason>,
    #[schema(required)]
    usage: Option<UsageOut>,
    /// How often it was edited.
    revision: u32,
    /// It and its siblings, oldest first.
    #[schema(value_type = Vec<WireMessageId>)]
    siblings: Vec<MessageId>,
    /// Whether it is kept from the model: it is shown, and stands in no prompt and no memory.
    hidden: bool,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    edited_at: Option<OffsetDateTime>,
}

/// Who said a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Author)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuthorOut {
    /// A person.
    Person {
        #[schema(value_type = WireUserId)]
        id: UserId,
    },
    /// A character.
    Character {
        #[schema(value_type = WireCharacterId)]
        id: CharacterId,
    },
}

impl From<Author> for AuthorOut {
    fn from(author: Author) -> Self {
        match author {
            Author::Person(id) => Self::Person { id },
            Author::Character(id) => Self::Character { id },
        }
    }
}

/// Why a reply could not be finished.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failure)]
pub struct FailureOut {
    #[schema(value_type = WireFailureCode)]
    code: FailureCode,
    /// Whether the same request may succeed later.
    retryable: bool,
}

/// What a reply cost in tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Usage)]
pub struct UsageOut {
    prompt_tokens: u32,
    /// Those of the prompt that a cache spared.
    cached_tokens: u32,
    completion_tokens: u32,
}

impl From<TokenUsage> for UsageOut {
    fn from(usage: TokenUsage) -> Self {
        let TokenUsage { prompt_tokens, cached_tokens, completion_tokens } = usage;
        Self { prompt_tokens, cached_tokens, completion_tokens }
    }
}

impl From<&Message> for MessageOut {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id,
            session_id: message.session_id,
            parent_id: message.parent_id,
            depth: message.depth,
            role: message.role,
            author: message.author.map(AuthorOut::from),
            reason: message.reason,
            content: message.content.clone(),
            status: message.status,
            failure: message.failure.map(|code| FailureOut { code, retryable: code.retryable() }),
            client_message_id: message.client_message_id.clone(),
            model: message.model.clone(),
            finish_reason: message.finish_reason,
            usage: message.usage.map(UsageOut::from),
            revision: message.revision,
            siblings: message.siblings.clone(),
            hidden: message.hidden,
            created_at: message.created_at,
            edited_at: message.edited_at,
        }
    }
}

/// A stretch of the way from the root to the leaf.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryOut {
    /// Oldest first.
    items: Vec<MessageOut>,
    /// Whether there are older ones.
    has_before: bool,
    /// Whether there are newer ones.
    has_after: bool,
    /// The session's newest event when this was read: resume from here.
    seq: u64,
}

impl From<History> for HistoryOut {
    fn from(history: History) -> Self {
        let items = history.messages.iter().map(MessageOut::from).collect();
        Self { items, has_before: history.has_before, has_after: history.has_after, seq: history.seq }
    }
}

/// Which stretch is wanted; without an anchor the newest.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Those above this message.
    #[param(value_type = Option<WireMessageId>)]
    before: Option<MessageId>,
    /// Those below this message.
    #[param(value_type = Option<WireMessageId>)]
    after: Option<MessageId>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// What a person says.
#[derive(Deserialize, ToSchema)]
pub struct MessageIn {
    /// The client's own id of it; the same id again is the same message.
    #[schema(min_length = 1, max_length = 64)]
    client_message_id: String,
    #[schema(min_length = 1, max_length = 16000)]
    content: String,
    /// What it follows; the leaf if absent, nothing (a new beginning) if null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<WireMessageId>)]
    parent_id: Option<Option<MessageId>>,
}

/// A message that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedOut {
    message: MessageOut,
    /// The first reply queued for it; null where nobody answers.
    #[schema(required)]
    reply: Option<MessageOut>,
    /// The place of the event.
    seq: u64,
    /// Whether it had been taken before.
    repeated: bool,
}

/// A reply that was queued.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueuedOut {
    reply: MessageOut,
    /// The place of the event.
    seq: u64,
}

impl QueuedOut {
    pub(crate) fn of(reply: &Message, seq: u64) -> Self {
        Self { reply: reply.into(), seq }
    }
}

/// Another text.
#[derive(Deserialize, ToSchema)]
#[schema(as = MessagePatch)]
pub struct MessagePatchIn {
    content: String,
}

/// How a reply is made again.
#[derive(Default, Deserialize, ToSchema)]
pub struct RegenerateIn {
    /// `new` if absent.
    #[schema(value_type = Option<WireRegenerateMode>)]
    mode: Option<RegenerateMode>,
}

/// A text that a message had before an edit.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionOut {
    /// Its number; the first text is 0.
    revision: u32,
    content: String,
    #[serde(with = "time::serde::rfc3339")]
    replaced_at: OffsetDateTime,
}

impl From<Revision> for RevisionOut {
    fn from(revision: Revision) -> Self {
        let Revision { revision, content, replaced_at } = revision;
        Self { revision, content, replaced_at }
    }
}

// The macro of routes takes a plain name only.
type RevisionPage = PageOut<RevisionOut>;

/// What was said on the way to the leaf.
#[utoipa::path(
    get, path = "/sessions/{session_id}/messages", tag = "messages",
    params(("session_id" = WireSessionId, Path), HistoryQuery), responses((status = 200, body = HistoryOut)),
)]
pub(crate) async fn get_history(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(session): ApiPath<SessionId>,
    ApiQuery(query): ApiQuery<HistoryQuery>,
) -> Result<Json<HistoryOut>, Problem> {
    let limit = page_limit(query.limit)?;
    let anchor = match (query.before, query.after) {
        (None, None) => HistoryAnchor::Newest,
        (Some(before), None) => HistoryAnchor::Before(before),
        (None, Some(after)) => HistoryAnchor::After(after),
        (Some(_), Some(_)) => return Err(Problem::field("after", "cannot be given together with before")),
    };
    Ok(Json(state.app.chats.history(caller.user_id, session, anchor, limit).await?.into()))
}

/// Says something; the character answers on her own time. Sent again with the same id it is not said again.
#[utoipa::path(
    post, path = "/sessions/{session_id}/messages", tag = "messages",
    params(("session_id" = WireSessionId, Path)), request_body = MessageIn, responses((status = 202, body = AcceptedOut)),
)]
pub(crate) async fn send_message(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(session): ApiPath<SessionId>,
    ApiJson(body): ApiJson<MessageIn>,
) -> Result<(StatusCode, Json<AcceptedOut>), Problem> {
    let message =
        SendMessage { client_message_id: body.client_message_id, content: body.content, parent_id: body.parent_id };
    accepted(&state.app.chats.send(caller.user_id, session, message).await?)
}

/// What is answered to a message that was taken.
pub(crate) fn accepted(outcome: &SendOutcome) -> Result<(StatusCode, Json<AcceptedOut>), Problem> {
    match &outcome.event.body {
        EventBody::MessageAccepted { message, reply } => {
            let out = AcceptedOut {
                message: message.into(),
                reply: reply.as_ref().map(MessageOut::from),
                seq: outcome.event.seq,
                repeated: outcome.repeated,
            };
            Ok((StatusCode::ACCEPTED, Json(out)))
        }
        _ => Err(ServiceError::Internal("a message told another event".into()).into()),
    }
}

/// One message.
#[utoipa::path(
    get, path = "/sessions/{session_id}/messages/{message_id}", tag = "messages",
    params(("session_id" = WireSessionId, Path), ("message_id" = WireMessageId, Path)), responses((status = 200, body = MessageOut)),
)]
pub(crate) async fn get_message(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((session, message)): ApiPath<(SessionId, MessageId)>,
) -> Result<Json<MessageOut>, Problem> {
    let found = state.app.chats.message(caller.user_id, session, message).await?;
    Ok(Json((&found).into()))
}

/// Changes a text; the one before is kept as a revision.
#[utoipa::path(
    patch, path = "/sessions/{session_id}/messages/{message_id}", tag = "messages",
    params(("session_id" = WireSessionId, Path), ("message_id" = WireMessageId, Path)),
    request_body = MessagePatchIn, responses((status = 200, body = MessageOut)),
)]
pub(crate) async fn edit_message(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((session, message)): ApiPath<(SessionId, MessageId)>,
    ApiJson(body): ApiJson<MessagePatchIn>,
) -> Result<Json<MessageOut>, Problem> {
    let edited = state.app.chats.edit(caller.user_id, session, message, &body.content).await?;
    Ok(Json((&edited).into()))
}

/// Deletes a message and all below it; in a session that several share, its words only.
#[utoipa::path(
    delete, path = "/sessions/{session_id}/messages/{message_id}", tag = "messages",
    params(("session_id" = WireSessionId, Path), ("message_id" = WireMessageId, Path)), responses((status = 204)),
)]
pub(crate) async fn delete_message(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((session, message)): ApiPath<(SessionId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.chats.delete_message(caller.user_id, session, message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The texts a message had before, oldest first.
#[utoipa::path(
    get, path = "/sessions/{session_id}/messages/{message_id}/revisions", tag = "messages",
    params(("session_id" = WireSessionId, Path), ("message_id" = WireMessageId, Path)),
    responses((status = 200, body = RevisionPage)),
)]
pub(crate) async fn list_revisions(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((session, message)): ApiPath<(SessionId, MessageId)>,
) -> Result<Json<PageOut<RevisionOut>>, Problem> {
    let revisions = state.app.chats.revisions(caller.user_id, session, message).await?;
    Ok(Json(PageOut::whole(revisions.into_iter().map(RevisionOut::from).collect())))
}

/// Has a reply made again, or one made to the person's own message.
#[utoipa::path(
    post, path = "/sessions/{session_id}/messages/{message_id}/regenerate", tag = "messages",
    params(("session_id" = WireSessionId, Path), ("message_id" = WireMessageId, Path)),
    request_body = Option<RegenerateIn>, responses((status = 202, body = QueuedOut)),
)]
pub(crate) async fn regenerate_reply(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((session, message)): ApiPath<(SessionId, MessageId)>,
    body: Option<ApiJson<Option<RegenerateIn>>>,
) -> Result<(StatusCode, Json<QueuedOut>), Problem> {
    let mode = body.and_then(|ApiJson(body)| body?.mode).unwrap_or(RegenerateMode::New);
    let event = state.app.chats.regenerate(caller.user_id, session, message, mode).await?;
    match &event.body {
        EventBody::ReplyQueued { reply } => Ok((StatusCode::ACCEPTED, Json(QueuedOut::of(reply, event.seq)))),
        _ => Err(ServiceError::Internal("a queued reply told another event".into()).into()),
    }
}

/// Stops a queued or running reply; what is written stays.
#[utoipa::path(
    post, path = "/sessions/{session_id}/messages/{message_id}/stop", tag = "messages",
    params(("session_id" = WireSessionId, Path), ("message_id" = WireMessageId, Path)), responses((status = 202)),
)]
pub(crate) async fn stop_reply(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((session, message)): ApiPath<(SessionId, MessageId)>,
) -> Result<StatusCode, Problem> {
    state.app.chats.stop(caller.user_id, session, message).await?;
    Ok(StatusCode::ACCEPTED)
}
