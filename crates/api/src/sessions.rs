//! Sessions: begun, listed, named, put away, deleted; and the leaf each points at.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::characters::CharacterBrief;
use domain::chats::{SessionFilter, SessionPatch};
use domain::events::EventBody;
use domain::groups::SessionKind;
use domain::ids::{CharacterId, MessageId, SessionId};
use domain::imports::{ChatFormat, ChatSource};
use domain::safety::Tongue;
use serde::{Deserialize, Serialize};
use service::ServiceError;
use service::chats::SessionView;
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::files::{FileBody, FileBytes, FileForm, give};
use crate::groups::GroupOut;
use crate::messages::MessageOut;
use crate::models::ModelOut;
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::sampling::SamplingBody;
use crate::wire::{
    WireCharacterId, WireChatFormat, WireChatSource, WireMessageId, WireSessionId, WireSessionKind, WireTongue,
    media_url, present,
};

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOut {
    #[schema(value_type = WireSessionId)]
    id: SessionId,
    /// Who talks here: one person with a character, two people, or a group.
    #[schema(value_type = WireSessionKind)]
    kind: SessionKind,
    /// Who answers; null where that is nobody, or several.
    #[schema(required)]
    character: Option<CharacterBriefOut>,
    /// Who shares it; null in a session of one person.
    #[schema(required)]
    group: Option<GroupOut>,
    /// Empty until somebody names it.
    title: String,
    /// Kept at the top of the list.
    pinned: bool,
    /// Out of the list.
    archived: bool,
    /// The model chosen here; null is the character's, else the server's.
    #[schema(required)]
    model: Option<String>,
    /// The model that answers now.
    #[schema(required)]
    speaks: Option<ModelOut>,
    sampling: SamplingBody,
    /// The last message in view.
    #[schema(value_type = Option<WireMessageId>, required)]
    leaf_id: Option<MessageId>,
    /// The place of the newest event.
    seq: u64,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    last_message_at: OffsetDateTime,
    /// The message in view at its end; in lists, and when it was just begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message: Option<MessageOut>,
}

/// What is shown of a character beside a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterBrief)]
pub struct CharacterBriefOut {
    #[schema(value_type = WireCharacterId)]
    id: CharacterId,
    name: String,
    tagline: String,
    #[schema(required)]
    avatar_url: Option<String>,
    /// Whether she answers no more.
    deleted: bool,
}

impl From<CharacterBrief> for CharacterBriefOut {
    fn from(brief: CharacterBrief) -> Self {
        let CharacterBrief { id, name, tagline, avatar, deleted, model: _, owner: _, rating: _ } = brief;
        Self { id, name, tagline, avatar_url: avatar.map(media_url), deleted }
    }
}

impl From<SessionView> for SessionOut {
    fn from(view: SessionView) -> Self {
        let SessionView { session, character, speaks, group, last_message } = view;
        Self {
            id: session.id,
            kind: group.as_ref().map_or(SessionKind::Solo, |view| view.group.kind),
            character: character.map(Into::into),
            group: group.map(Into::into),
            title: session.title,
            pinned: session.pinned,
            archived: session.archived,
            model: session.model,
            speaks: speaks.map(Into::into),
            sampling: session.sampling.into(),
            leaf_id: session.leaf_id,
            seq: session.seq,
            created_at: session.created_at,
            last_message_at: session.last_message_at,
            last_message: last_message.as_ref().map(MessageOut::from),
        }
    }
}

/// A session to begin.
#[derive(Deserialize, ToSchema)]
pub struct SessionIn {
    #[schema(value_type = WireCharacterId)]
    character_id: CharacterId,
    title: Option<String>,
    /// What the person reads: she greets them in it where she can, and as her maker wrote it otherwise.
    #[schema(value_type = Option<WireTongue>)]
    language: Option<Tongue>,
}

/// What changes about a session; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = SessionPatch)]
pub struct SessionPatchIn {
    title: Option<String>,
    pinned: Option<bool>,
    archived: Option<bool>,
    /// Null is the character's own, else the server's.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    model: Option<Option<String>>,
    sampling: Option<SamplingBody>,
}

/// The message to bring into view.
#[derive(Deserialize, ToSchema)]
pub struct LeafIn {
    #[schema(value_type = WireMessageId)]
    message_id: MessageId,
}

/// Which sessions are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SessionsQuery {
    /// Those put away instead of the others.
    archived: Option<bool>,
    /// Only those with this character.
    #[param(value_type = Option<WireCharacterId>)]
    character_id: Option<CharacterId>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type SessionPage = PageOut<SessionOut>;

/// Begins a session; the character's greetings are there as siblings.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = SessionIn, responses((status = 201, body = SessionOut)))]
pub(crate) async fn create_session(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<SessionIn>,
) -> Result<(StatusCode, Json<SessionOut>), Problem> {
    let title = body.title.unwrap_or_default();
    let view = state.app.chats.create_session(caller.user_id, body.character_id, &title, body.language).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// The caller's sessions, pinned first, then the last talked in.
#[utoipa::path(get, path = "/sessions", tag = "sessions", params(SessionsQuery), responses((status = 200, body = SessionPage)))]
pub(crate) async fn page_sessions(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<SessionsQuery>,
) -> Result<Json<PageOut<SessionOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let filter = SessionFilter { archived: query.archived.unwrap_or(false), character_id: query.character_id };
    let found = state.app.chats.page_sessions(caller.user_id, filter, &page).await?;
    Ok(Json(PageOut::of(found, SessionOut::from)))
}

/// A session.
#[utoipa::path(
    get, path = "/sessions/{session_id}", tag = "sessions",
    params(("session_id" = WireSessionId, Path)), responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn get_session(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
) -> Result<Json<SessionOut>, Problem> {
    Ok(Json(state.app.chats.get_session(caller.user_id, id).await?.into()))
}

/// Changes title, place, model or sampling.
#[utoipa::path(
    patch, path = "/sessions/{session_id}", tag = "sessions",
    params(("session_id" = WireSessionId, Path)), request_body = SessionPatchIn, responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn update_session(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
    ApiJson(body): ApiJson<SessionPatchIn>,
) -> Result<Json<SessionOut>, Problem> {
    let patch = SessionPatch {
        title: body.title,
        pinned: body.pinned,
        archived: body.archived,
        model: body.model,
        sampling: body.sampling.map(Into::into),
        owner: None,
    };
    Ok(Json(state.app.chats.update_session(caller.user_id, id, patch).await?.into()))
}

/// Deletes a session with all that was said in it.
#[utoipa::path(
    delete, path = "/sessions/{session_id}", tag = "sessions",
    params(("session_id" = WireSessionId, Path)), responses((status = 204)),
)]
pub(crate) async fn delete_session(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
) -> Result<StatusCode, Problem> {
    state.app.chats.delete_session(caller.user_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For whom chats are imported.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SessionImportQuery {
    /// With whom they were.
    #[param(value_type = WireCharacterId)]
    character_id: CharacterId,
}

/// Chats that were imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedSessionsOut {
    #[schema(value_type = WireChatSource)]
    source: ChatSource,
    sessions: Vec<SessionOut>,
    /// The messages in them, swipes included.
    messages: u32,
    /// Those of them that were hidden, and are kept from the model.
    hidden: u32,
}

/// Makes sessions with a character from the chats in a file: of SillyTavern, Chub, Agnai, RisuAI, Character.AI's tools, Oobabooga,
/// Kobold or Open WebUI, as the field `file` of a form or as the body itself. Swipes are siblings; what was hidden stays hidden.
#[utoipa::path(
    post, path = "/sessions/import", tag = "sessions", params(SessionImportQuery),
    request_body(content((FileForm = "multipart/form-data"), (FileBytes = "application/octet-stream"))),
    responses((status = 201, body = ImportedSessionsOut)),
)]
pub(crate) async fn import_sessions(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<SessionImportQuery>,
    FileBody { bytes, .. }: FileBody,
) -> Result<(StatusCode, Json<ImportedSessionsOut>), Problem> {
    let imported = state.app.chats.import_sessions(caller.user_id, query.character_id, bytes).await?;
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let body = ImportedSessionsOut {
        source: imported.source,
        messages: count(imported.messages),
        hidden: count(imported.hidden),
        sessions: imported.sessions.into_iter().map(SessionOut::from).collect(),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// How far a session is remembered.
#[derive(Debug, Serialize, ToSchema)]
pub struct RememberingOut {
    /// So many of its messages in view.
    done: u32,
    /// Of so many.
    total: u32,
}

/// How far a session is remembered: a chat that came in is read in the background, and `remembering` tells of it over the socket. Of
/// one that several share nothing is.
#[utoipa::path(
    get, path = "/sessions/{session_id}/remembering", tag = "sessions",
    params(("session_id" = WireSessionId, Path)), responses((status = 200, body = RememberingOut)),
)]
pub(crate) async fn get_remembering(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
) -> Result<Json<RememberingOut>, Problem> {
    let found = state.app.chats.remembering(caller.user_id, id).await?;
    Ok(Json(RememberingOut { done: found.done, total: found.total }))
}

/// As what a chat leaves.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SessionExportQuery {
    /// `silly_tavern` if absent.
    #[param(value_type = Option<WireChatFormat>)]
    format: Option<ChatFormat>,
}

/// A session as a file of another program: the way in view, as far as the caller sees it. That of SillyTavern has one JSON object a
/// line, with the swipes; those of Agnai, RisuAI and tools of Character.AI are one JSON object without them.
#[utoipa::path(
    get, path = "/sessions/{session_id}/export", tag = "sessions",
    params(("session_id" = WireSessionId, Path), SessionExportQuery),
    responses((status = 200, content((FileBytes = "application/octet-stream")))),
)]
pub(crate) async fn export_session(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
    ApiQuery(query): ApiQuery<SessionExportQuery>,
) -> Result<Response, Problem> {
    let format = query.format.unwrap_or_default();
    let exported = state.app.chats.export_session(caller.user_id, id, format).await?;
    Ok(give("application/octet-stream", &format!("chat.{}", format.extension()), exported.into_bytes()))
}

/// Brings a message into view: a swipe, or another branch.
#[utoipa::path(
    put, path = "/sessions/{session_id}/leaf", tag = "sessions",
    params(("session_id" = WireSessionId, Path)), request_body = LeafIn, responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn set_leaf(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
    ApiJson(body): ApiJson<LeafIn>,
) -> Result<Json<SessionOut>, Problem> {
    let chats = &state.app.chats;
    match chats.select(caller.user_id, id, body.message_id).await?.body {
        EventBody::SessionUpdated { session } => Ok(Json(chats.view_session(caller.user_id, session).await?.into())),
        _ => Err(ServiceError::Internal("a swipe told another event".into()).into()),
    }
}
