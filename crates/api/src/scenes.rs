//! Scenes of a route, played in a session.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::{MessageId, SessionId};
use serde::{Deserialize, Serialize};
use service::routes::{ChoiceView, PlayedView};
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath};
use crate::messages::{AcceptedOut, accepted};
use crate::problem::Problem;
use crate::route_document::EndingBody;
use crate::route_progress::PictureOut;
use crate::wire::{WireMessageId, WireSessionId};

/// What is played in a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SceneNow)]
pub struct SceneNowOut {
    /// Null: no scene is played.
    #[schema(required)]
    scene: Option<PlayedSceneOut>,
}

/// A scene that is played.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlayedScene)]
pub struct PlayedSceneOut {
    id: String,
    title: String,
    /// What she said first.
    #[schema(value_type = WireMessageId)]
    opening_id: MessageId,
    /// What can be chosen now; none once something was.
    choices: Vec<PlayedChoiceOut>,
    /// The choice that was taken: the scene is over.
    #[schema(required)]
    chose: Option<String>,
    /// The ending that it is.
    #[schema(required)]
    ending: Option<EndingBody>,
    #[schema(required)]
    background: Option<PictureOut>,
    /// The pictures that it shows.
    images: Vec<PictureOut>,
}

/// Something that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlayedChoice)]
pub struct PlayedChoiceOut {
    id: String,
    label: String,
    /// Whether the caller took it before.
    taken: bool,
}

/// A scene to begin.
#[derive(Deserialize, ToSchema)]
#[schema(as = BeginScene)]
pub struct BeginSceneIn {
    /// The client's own id of it: the same id again is the same beginning.
    client_message_id: String,
    /// The id of the scene.
    scene: String,
}

/// A choice to take.
#[derive(Deserialize, ToSchema)]
#[schema(as = TakeChoice)]
pub struct TakeChoiceIn {
    /// The client's own id of the message by which it is said: the same id again is the same choice.
    client_message_id: String,
    /// The id of the choice.
    choice: String,
}

impl From<PlayedView> for PlayedSceneOut {
    fn from(view: PlayedView) -> Self {
        let PlayedView { id, title, opening, choices, chose, ending, background, images } = view;
        let choice = |ChoiceView { id, label, taken }| PlayedChoiceOut { id, label, taken };
        Self {
            id,
            title,
            opening_id: opening,
            choices: choices.into_iter().map(choice).collect(),
            chose,
            ending: ending.map(EndingBody::from),
            background: background.map(PictureOut::from),
            images: images.into_iter().map(PictureOut::from).collect(),
        }
    }
}

/// The scene that is played in a session of the caller's with one character.
#[utoipa::path(
    get, path = "/sessions/{session_id}/scene", tag = "routes",
    params(("session_id" = WireSessionId, Path)), responses((status = 200, body = SceneNowOut)),
)]
pub(crate) async fn get_scene(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(session): ApiPath<SessionId>,
) -> Result<Json<SceneNowOut>, Problem> {
    let scene = state.app.chats.scene(caller.user_id, session).await?;
    Ok(Json(SceneNowOut { scene: scene.map(PlayedSceneOut::from) }))
}

/// Begins a scene that is unlocked: she says its opening, as a reply.
#[utoipa::path(
    post, path = "/sessions/{session_id}/scene", tag = "routes",
    params(("session_id" = WireSessionId, Path)), request_body = BeginSceneIn, responses((status = 202, body = SceneNowOut)),
)]
pub(crate) async fn begin_scene(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(session): ApiPath<SessionId>,
    ApiJson(body): ApiJson<BeginSceneIn>,
) -> Result<(StatusCode, Json<SceneNowOut>), Problem> {
    let chats = &state.app.chats;
    chats.begin_scene(caller.user_id, session, &body.scene, &body.client_message_id).await?;
    let scene = chats.scene(caller.user_id, session).await?;
    Ok((StatusCode::ACCEPTED, Json(SceneNowOut { scene: scene.map(PlayedSceneOut::from) })))
}

/// Leaves the scene that is played: the talk goes on as before.
#[utoipa::path(
    delete, path = "/sessions/{session_id}/scene", tag = "routes",
    params(("session_id" = WireSessionId, Path)), responses((status = 204)),
)]
pub(crate) async fn leave_scene(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(session): ApiPath<SessionId>,
) -> Result<StatusCode, Problem> {
    state.app.chats.leave_scene(caller.user_id, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a choice of the scene that is played: the caller says it, and she answers, or the next scene begins.
#[utoipa::path(
    post, path = "/sessions/{session_id}/choices", tag = "routes",
    params(("session_id" = WireSessionId, Path)), request_body = TakeChoiceIn, responses((status = 202, body = AcceptedOut)),
)]
pub(crate) async fn take_choice(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(session): ApiPath<SessionId>,
    ApiJson(body): ApiJson<TakeChoiceIn>,
) -> Result<(StatusCode, Json<AcceptedOut>), Problem> {
    let chosen = state.app.chats.choose(caller.user_id, session, &body.choice, &body.client_message_id).await?;
    accepted(&chosen)
}
