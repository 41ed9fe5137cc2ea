//! Bonds: how the caller stands with a character, what moved it, and whether it is judged at all.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::bonds::{BondCause, BondJudge, BondMood, BondReason};
use domain::ids::{BondEventId, CharacterId, MessageId, SessionId};
use serde::{Deserialize, Serialize};
use service::bonds::{BondEventView, BondView};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::bond_rules::NeedBody;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::wire::{
    WireBondCause, WireBondEventId, WireBondJudge, WireBondMood, WireBondReason, WireCharacterId, WireMessageId,
    WireSessionId,
};

/// How the caller stands with a character.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bond)]
pub struct BondOut {
    #[schema(value_type = WireCharacterId)]
    character_id: CharacterId,
    /// Whether what the caller says is judged. Off, it stays as it is, and colours nothing.
    on: bool,
    /// What was said until then is not judged: the bond was switched on or begun anew then. Null: from the beginning.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    since: Option<OffsetDateTime>,
    /// Whether the labels are the server's own, which clients know in every language by their keys.
    usual: bool,
    /// Who judges: the model that speaks, or rules on words.
    #[schema(value_type = WireBondJudge)]
    judge: BondJudge,
    dimensions: Vec<DimensionOut>,
    /// In order.
    stages: Vec<StageOut>,
    /// The key of the stage that is reached.
    stage: String,
    /// The stage that comes next; null at the last one.
    #[schema(required)]
    next: Option<NextOut>,
    mood: MoodOut,
    /// How many events it is told from.
    events: u64,
}

/// Something that can move between the two.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BondDimension)]
pub struct DimensionOut {
    key: String,
    label: String,
    /// What it means.
    about: String,
    min: i32,
    max: i32,
    /// Where it begins.
    start: i32,
    value: i32,
    /// Whether it is of romance; there for adults alone.
    romantic: bool,
}

/// A stage of the bond.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BondStage)]
pub struct StageOut {
    key: String,
    label: String,
    /// Whether it is reached.
    reached: bool,
    /// What must be reached for it, beside the stages before it.
    needs: Vec<NeedBody>,
    /// Whether it is of romance; there for adults alone.
    romantic: bool,
}

/// The stage that comes next.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BondNext)]
pub struct NextOut {
    /// The key of the stage.
    stage: String,
    /// How much of what it needs is there.
    #[schema(minimum = 0, maximum = 1)]
    progress: f64,
}

/// Her mood with the caller, faded until now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BondMoodNow)]
pub struct MoodOut {
    #[schema(value_type = WireBondMood)]
    name: BondMood,
    #[schema(minimum = -1, maximum = 1)]
    level: f64,
}

/// To three places: more would only tell the time.
fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

impl From<BondView> for BondOut {
    fn from(view: BondView) -> Self {
        let BondView { character, rules, usual, settings, bond, judge } = view;
        let key_of = |place: usize| rules.stages.get(place).map(|stage| stage.key.clone()).unwrap_or_default();
        let (stage, next) = (key_of(bond.stage), bond.next.map(|next| (key_of(next.stage), next.progress)));
        let mood = MoodOut { name: bond.mood(), level: rounded(bond.mood) };
        let dimensions = rules.dimensions.into_iter().zip(&bond.values).map(|(dimension, value)| DimensionOut {
            key: dimension.key,
            label: dimension.label,
            about: dimension.about,
            min: dimension.min,
            max: dimension.max,
            start: dimension.start,
            value: *value,
            romantic: dimension.romantic,
        });
        let stages = rules.stages.into_iter().enumerate().map(|(place, stage)| StageOut {
            key: stage.key,
            label: stage.label,
            reached: place <= bond.stage,
            needs: stage.needs.into_iter().map(NeedBody::from).collect(),
            romantic: stage.romantic,
        });
        Self {
            character_id: character,
            on: settings.on,
            since: settings.since,
            usual,
            judge,
            dimensions: dimensions.collect(),
            stages: stages.collect(),
            stage,
            next: next.map(|(stage, progress)| NextOut { stage, progress: rounded(progress) }),
            mood,
            events: bond.events as u64,
        }
    }
}

/// What an event follows from, and is undone with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BondEventCause)]
pub struct CauseOut {
    #[schema(value_type = WireBondCause)]
    kind: BondCause,
    #[schema(value_type = WireSessionId)]
    session_id: SessionId,
    #[schema(value_type = WireMessageId)]
    message_id: MessageId,
}

/// Something that moved a bond.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BondEvent)]
pub struct BondEventOut {
    #[schema(value_type = WireBondEventId)]
    id: BondEventId,
    cause: CauseOut,
    #[schema(value_type = WireBondReason)]
    reason: BondReason,
    /// By how much each dimension moved, by its key, after all limits; empty when a limit of the day was reached.
    moved: BTreeMap<String, i32>,
    /// How it changed her mood.
    #[schema(minimum = -3, maximum = 3)]
    mood: i32,
    /// Why, in the words of the model that judged; may be empty.
    why: String,
    /// The model that judged; null where rules on words did.
    #[schema(required)]
    model: Option<String>,
    /// The stage that the bond had after it, where it is another than before.
    #[schema(required)]
    turned_to: Option<String>,
    /// When it was said.
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

impl From<BondEventView> for BondEventOut {
    fn from(view: BondEventView) -> Self {
        let BondEventView { event, moved, turned_to } = view;
        let cause = CauseOut { kind: event.cause, session_id: event.session_id, message_id: event.message_id };
        let judgement = event.judgement;
        Self {
            id: event.id,
            cause,
            reason: judgement.reason,
            moved,
            mood: judgement.mood,
            why: judgement.why,
            model: event.model,
            turned_to,
            at: event.at,
        }
    }
}

/// How the caller wants the bond.
#[derive(Deserialize, ToSchema)]
#[schema(as = BondPatch)]
pub struct BondPatchIn {
    /// Whether what they say is judged.
    on: bool,
}

/// Which part of the events.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BondEventsQuery {
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type BondEventPage = PageOut<BondEventOut>;

/// How the caller stands with a character, told from what counts now.
#[utoipa::path(
    get, path = "/characters/{character_id}/bond", tag = "bonds",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = BondOut)),
)]
pub(crate) async fn get_bond(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<Json<BondOut>, Problem> {
    Ok(Json(state.app.bonds.view(caller.user_id, character).await?.into()))
}

/// What moved the bond, the newest first. What was edited, erased or left for another branch is not there.
#[utoipa::path(
    get, path = "/characters/{character_id}/bond/events", tag = "bonds",
    params(("character_id" = WireCharacterId, Path), BondEventsQuery), responses((status = 200, body = BondEventPage)),
)]
pub(crate) async fn page_bond_events(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiQuery(query): ApiQuery<BondEventsQuery>,
) -> Result<Json<PageOut<BondEventOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.bonds.events(caller.user_id, character, &page).await?;
    Ok(Json(PageOut::of(found, BondEventOut::from)))
}

/// Switches the bond on or off. What was said before it was switched on is never judged.
#[utoipa::path(
    patch, path = "/characters/{character_id}/bond", tag = "bonds",
    params(("character_id" = WireCharacterId, Path)), request_body = BondPatchIn, responses((status = 200, body = BondOut)),
)]
pub(crate) async fn update_bond(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<BondPatchIn>,
) -> Result<Json<BondOut>, Problem> {
    Ok(Json(state.app.bonds.switch(caller.user_id, character, body.on).await?.into()))
}

/// Begins the bond anew: all that moved it is forgotten. The chats stay, and nothing in them is judged again.
#[utoipa::path(
    delete, path = "/characters/{character_id}/bond", tag = "bonds",
    params(("character_id" = WireCharacterId, Path)), responses((status = 204)),
)]
pub(crate) async fn reset_bond(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<StatusCode, Problem> {
    state.app.bonds.begin_anew(caller.user_id, character).await?;
    Ok(StatusCode::NO_CONTENT)
}
