//! Recommendations: what clients tell, what a person makes of characters, and whom they may like.

use axum::Json;
use axum::extract::State;
use domain::ids::CharacterId;
use domain::recommendations::{
    Reaction, ReasonKind, RecommendationEventType, RefusalReason, Regard, RegardChange, Surface,
};
use serde::{Deserialize, Serialize};
use service::recommendations::{RecommendedView, Recorded, ToldEvent};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::characters::CharacterOut;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::page::{PageOut, page_limit, page_request};
use crate::problem::Problem;
use crate::wire::{
    WireCharacterId, WireReaction, WireReasonKind, WireRecommendationEventType, WireRefusalReason, WireSurface,
};

/// Something the caller did with a character.
#[derive(Deserialize, ToSchema)]
pub struct EventIn {
    /// The client's own name for it, 1 to 64 of `A-Z a-z 0-9 - _`: told again under this name, it counts once.
    event_id: String,
    #[schema(value_type = WireRecommendationEventType)]
    kind: RecommendationEventType,
    #[schema(value_type = WireCharacterId)]
    character_id: CharacterId,
    /// When; now if absent. Believed within the last week.
    #[serde(default, with = "time::serde::rfc3339::option")]
    at: Option<OffsetDateTime>,
    /// Where the character was shown.
    #[schema(value_type = Option<WireSurface>)]
    surface: Option<Surface>,
}

impl From<EventIn> for ToldEvent {
    fn from(body: EventIn) -> Self {
        let EventIn { event_id, kind, character_id, at, surface } = body;
        Self { id: event_id, kind, character: character_id, at, surface }
    }
}

/// A batch of events.
#[derive(Deserialize, ToSchema)]
pub struct EventsIn {
    /// 1 to 100 of them.
    #[schema(min_items = 1, max_items = 100)]
    events: Vec<EventIn>,
}

/// An event that is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedEventOut {
    event_id: String,
    #[schema(value_type = WireRefusalReason)]
    reason: RefusalReason,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventsOut {
    /// How many are kept.
    kept: usize,
    /// How many were kept before, or say nothing new.
    repeated: usize,
    /// Those that are not kept: to tell them again is of no use.
    refused: Vec<RefusedEventOut>,
}

impl From<Recorded> for EventsOut {
    fn from(recorded: Recorded) -> Self {
        let refused = recorded.refused.into_iter();
        Self {
            kept: recorded.kept,
            repeated: recorded.repeated,
            refused: refused.map(|event| RefusedEventOut { event_id: event.id, reason: event.reason }).collect(),
        }
    }
}

/// A character that is a reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct BecauseOut {
    #[schema(value_type = WireCharacterId)]
    id: CharacterId,
    name: String,
}

/// Why a character is recommended.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecommendationReasonOut {
    #[schema(value_type = WireReasonKind)]
    kind: ReasonKind,
    /// The character of the caller's that it comes from.
    #[schema(required)]
    character: Option<BecauseOut>,
    /// The tag of the caller's that it has.
    #[schema(required)]
    tag: Option<String>,
}

/// A recommended character.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecommendationOut {
    character: CharacterOut,
    reason: RecommendationReasonOut,
}

impl RecommendationOut {
    fn of(view: RecommendedView, caller: &Caller) -> Self {
        let kind = view.reason.kind();
        let tag = match view.reason {
            domain::recommendations::Reason::MatchesYourTags { tag } => Some(tag),
            _ => None,
        };
        let character = view.because.map(|because| BecauseOut { id: because.id, name: because.name });
        Self {
            character: CharacterOut::of(view.character, caller.user_id),
            reason: RecommendationReasonOut { kind, character, tag },
        }
    }
}

/// What the caller makes of a character, and how many like it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegardOut {
    /// How many people like it.
    likes: u64,
    /// What the caller says of it.
    #[schema(value_type = Option<WireReaction>, required)]
    reaction: Option<Reaction>,
    /// Whether it is in none of the caller's lists, searches and recommendations.
    hidden: bool,
}

impl From<Regard> for RegardOut {
    fn from(regard: Regard) -> Self {
        Self { likes: regard.likes, reaction: regard.reaction, hidden: regard.hidden }
    }
}

/// What the caller says of a character.
#[derive(Deserialize, ToSchema)]
pub struct ReactionIn {
    #[schema(value_type = WireReaction)]
    reaction: Reaction,
}

/// Tags the caller names as theirs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Tastes {
    /// At most 24.
    tags: Vec<String>,
}

/// Which part of the recommendations is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecommendationsQuery {
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// How many are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShortListQuery {
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type RecommendationPage = PageOut<RecommendationOut>;
type CharacterPage = PageOut<CharacterOut>;

/// Keeps what the caller did with characters, each event once.
#[utoipa::path(
    post, path = "/recommendations/events", tag = "recommendations", request_body = EventsIn,
    responses((status = 200, body = EventsOut)),
)]
pub(crate) async fn tell_events(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<EventsIn>,
) -> Result<Json<EventsOut>, Problem> {
    let events = body.events.into_iter().map(Into::into).collect();
    Ok(Json(state.app.recommendations.record(caller.user_id, events).await?.into()))
}

/// Characters that the caller may like, and why. The pages of one cursor follow each other, whatever is done meanwhile.
#[utoipa::path(
    get, path = "/recommendations", tag = "recommendations", params(RecommendationsQuery),
    responses((status = 200, body = RecommendationPage)),
)]
pub(crate) async fn page_recommendations(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<RecommendationsQuery>,
) -> Result<Json<PageOut<RecommendationOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.recommendations.page(caller.user_id, &page).await?;
    Ok(Json(PageOut::of(found, |view| RecommendationOut::of(view, &caller))))
}

/// The tags that the caller named as theirs.
#[utoipa::path(
    get, path = "/recommendations/tastes", tag = "recommendations", responses((status = 200, body = Tastes)),
)]
pub(crate) async fn get_tastes(State(state): State<AppState>, caller: Caller) -> Result<Json<Tastes>, Problem> {
    Ok(Json(Tastes { tags: state.app.recommendations.tastes(caller.user_id).await? }))
}

/// Names the tags that are the caller's.
#[utoipa::path(
    put, path = "/recommendations/tastes", tag = "recommendations", request_body = Tastes,
    responses((status = 200, body = Tastes)),
)]
pub(crate) async fn set_tastes(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<Tastes>,
) -> Result<Json<Tastes>, Problem> {
    Ok(Json(Tastes { tags: state.app.recommendations.set_tastes(caller.user_id, &body.tags).await? }))
}

/// Characters that many people like these days, the most liked first; a list of one page.
#[utoipa::path(
    get, path = "/characters/trending", tag = "characters", params(ShortListQuery),
    responses((status = 200, body = CharacterPage)),
)]
pub(crate) async fn list_trending(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ShortListQuery>,
) -> Result<Json<PageOut<CharacterOut>>, Problem> {
    let limit = page_limit(query.limit)?;
    let found = state.app.recommendations.trending(caller.user_id, limit).await?;
    Ok(Json(PageOut::whole(found.into_iter().map(|view| CharacterOut::of(view, caller.user_id)).collect())))
}

/// Characters that are like this one, the likest first; a list of one page.
#[utoipa::path(
    get, path = "/characters/{character_id}/similar", tag = "characters",
    params(("character_id" = WireCharacterId, Path), ShortListQuery), responses((status = 200, body = CharacterPage)),
)]
pub(crate) async fn list_similar(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ApiQuery(query): ApiQuery<ShortListQuery>,
) -> Result<Json<PageOut<CharacterOut>>, Problem> {
    let limit = page_limit(query.limit)?;
    let found = state.app.recommendations.similar(caller.user_id, id, limit).await?;
    Ok(Json(PageOut::whole(found.into_iter().map(|view| CharacterOut::of(view, caller.user_id)).collect())))
}

/// Says that the caller likes a character, or does not.
#[utoipa::path(
    put, path = "/characters/{character_id}/reaction", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), request_body = ReactionIn, responses((status = 200, body = RegardOut)),
)]
pub(crate) async fn set_reaction(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<ReactionIn>,
) -> Result<Json<RegardOut>, Problem> {
    let change = RegardChange::React(body.reaction);
    Ok(Json(state.app.recommendations.change_regard(caller.user_id, id, change).await?.into()))
}

/// Takes back what the caller said of a character.
#[utoipa::path(
    delete, path = "/characters/{character_id}/reaction", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = RegardOut)),
)]
pub(crate) async fn remove_reaction(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<RegardOut>, Problem> {
    let change = RegardChange::Unreact(None);
    Ok(Json(state.app.recommendations.change_regard(caller.user_id, id, change).await?.into()))
}

/// Hides a character from the caller's lists, searches and recommendations.
#[utoipa::path(
    put, path = "/characters/{character_id}/hidden", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = RegardOut)),
)]
pub(crate) async fn hide_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<RegardOut>, Problem> {
    Ok(Json(state.app.recommendations.change_regard(caller.user_id, id, RegardChange::Hide).await?.into()))
}

/// Shows a character that the caller had hidden again.
#[utoipa::path(
    delete, path = "/characters/{character_id}/hidden", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = RegardOut)),
)]
pub(crate) async fn unhide_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<RegardOut>, Problem> {
    Ok(Json(state.app.recommendations.change_regard(caller.user_id, id, RegardChange::Unhide).await?.into()))
}
