//! How far the caller has come on a character's route. Of what is locked no more is told than that it is there, and its hint.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::{CharacterId, SessionId};
use serde::Serialize;
use service::routes::{ChapterView, PictureView, ProgressView, SceneView, UnlockedView};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::ApiPath;
use crate::problem::Problem;
use crate::route_document::{EndingBody, LoreBody};
use crate::wire::{WireCharacterId, WireSessionId, ticket_url};

/// How far the caller has come with a character.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouteProgress)]
pub struct ProgressOut {
    #[schema(value_type = WireCharacterId)]
    character_id: CharacterId,
    /// None where she has no route.
    chapters: Vec<ChapterOut>,
    unlocked: UnlockedOut,
    scenes: CountOut,
    endings: CountOut,
}

/// How many there are for the caller, and how many of them they have reached.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouteCount)]
pub struct CountOut {
    all: u64,
    reached: u64,
}

/// A chapter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChapterProgress)]
pub struct ChapterOut {
    id: String,
    /// Null while all of it is locked.
    #[schema(required)]
    title: Option<String>,
    scenes: Vec<SceneProgressOut>,
}

/// A scene.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SceneProgress)]
pub struct SceneProgressOut {
    id: String,
    /// Null while it is locked.
    #[schema(required)]
    title: Option<String>,
    /// What is told of it while it is locked; may be empty.
    hint: String,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    unlocked_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    seen_at: Option<OffsetDateTime>,
    /// How often the caller began it.
    plays: u32,
    /// The choices they took, as they are called.
    chosen: Vec<String>,
    /// How many choices it has; null until they have seen it.
    #[schema(required)]
    choices: Option<u64>,
    /// The ending that it is, once they have reached it.
    #[schema(required)]
    ending: Option<EndingBody>,
    /// The sessions in which it is played now.
    #[schema(value_type = Vec<WireSessionId>)]
    playing: Vec<SessionId>,
    /// Null while it is locked, or where it has none.
    #[schema(required)]
    background: Option<PictureOut>,
}

/// What is the caller's by now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouteUnlocked)]
pub struct UnlockedOut {
    /// First messages with which their new chats can begin.
    greetings: Vec<UnlockedGreetingOut>,
    backgrounds: Vec<PictureOut>,
    images: Vec<PictureOut>,
    lore: Vec<LoreBody>,
    endings: Vec<ReachedEndingOut>,
    /// How many images there are to unlock.
    images_in_all: u64,
}

/// A first message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnlockedGreeting)]
pub struct UnlockedGreetingOut {
    id: String,
    title: String,
}

/// An ending that was reached.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReachedEnding)]
pub struct ReachedEndingOut {
    ending: EndingBody,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

/// A picture of a route.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShownPicture)]
pub struct PictureOut {
    key: String,
    /// May be empty.
    title: String,
    /// Where its image is for the caller, for some hours; null where it has none.
    #[schema(required)]
    url: Option<String>,
}

impl From<PictureView> for PictureOut {
    fn from(view: PictureView) -> Self {
        let PictureView { key, title, image } = view;
        Self { key, title, url: image.map(|(id, ticket)| ticket_url(id, &ticket)) }
    }
}

impl From<SceneView> for SceneProgressOut {
    fn from(view: SceneView) -> Self {
        Self {
            id: view.id,
            title: view.title,
            hint: view.hint,
            unlocked_at: view.unlocked_at,
            seen_at: view.seen_at,
            plays: view.plays,
            chosen: view.chosen,
            choices: view.choices.map(|choices| choices as u64),
            ending: view.ending.map(EndingBody::from),
            playing: view.playing,
            background: view.background.map(PictureOut::from),
        }
    }
}

impl From<UnlockedView> for UnlockedOut {
    fn from(view: UnlockedView) -> Self {
        let UnlockedView { greetings, backgrounds, images, lore, endings, images_in_all } = view;
        let pictures = |of: Vec<PictureView>| of.into_iter().map(PictureOut::from).collect();
        Self {
            greetings: greetings.into_iter().map(|(id, title)| UnlockedGreetingOut { id, title }).collect(),
            backgrounds: pictures(backgrounds),
            images: pictures(images),
            lore: lore.into_iter().map(LoreBody::from).collect(),
            endings: endings.into_iter().map(|(one, at)| ReachedEndingOut { ending: one.into(), at }).collect(),
            images_in_all: images_in_all as u64,
        }
    }
}

impl From<ProgressView> for ProgressOut {
    fn from(view: ProgressView) -> Self {
        let ProgressView { character, chapters, unlocked, scenes, endings } = view;
        let chapter = |ChapterView { id, title, scenes }| ChapterOut {
            id,
            title,
            scenes: scenes.into_iter().map(SceneProgressOut::from).collect(),
        };
        let count = |(all, reached): (usize, usize)| CountOut { all: all as u64, reached: reached as u64 };
        Self {
            character_id: character,
            chapters: chapters.into_iter().map(chapter).collect(),
            unlocked: unlocked.into(),
            scenes: count(scenes),
            endings: count(endings),
        }
    }
}

/// How far the caller has come with a character, told from what counts now. Nobody else sees it.
#[utoipa::path(
    get, path = "/characters/{character_id}/progress", tag = "routes",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = ProgressOut)),
)]
pub(crate) async fn get_progress(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<Json<ProgressOut>, Problem> {
    Ok(Json(state.app.routes.progress(caller.user_id, character).await?.into()))
}

/// Begins the route anew: what happened to the caller on it is forgotten. The chats stay.
#[utoipa::path(
    delete, path = "/characters/{character_id}/progress", tag = "routes",
    params(("character_id" = WireCharacterId, Path)), responses((status = 204)),
)]
pub(crate) async fn reset_progress(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<StatusCode, Problem> {
    state.app.routes.begin_anew(caller.user_id, character).await?;
    Ok(StatusCode::NO_CONTENT)
}
