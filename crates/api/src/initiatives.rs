//! Characters who write first: what the caller allows each of them.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use domain::ids::CharacterId;
use domain::initiatives::{InitiativeReason, InitiativeSettings};
use serde::{Deserialize, Serialize};
use service::initiatives::InitiativeView;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath};
use crate::problem::Problem;
use crate::wire::{WireCharacterId, WireInitiativeReason};

/// What the caller allows a character.
#[derive(Debug, Serialize, ToSchema)]
pub struct InitiativeOut {
    /// Whether she writes first.
    enabled: bool,
    /// How often in 24 hours, at most.
    per_day: u8,
    /// How often in seven days, at most.
    per_week: u8,
    /// For which reasons.
    #[schema(value_type = Vec<WireInitiativeReason>)]
    reasons: BTreeSet<InitiativeReason>,
    /// Whether it can be switched on: by adults, where the server lets characters write first.
    available: bool,
}

impl From<InitiativeView> for InitiativeOut {
    fn from(view: InitiativeView) -> Self {
        let InitiativeView { settings, available } = view;
        let InitiativeSettings { enabled, per_day, per_week, reasons } = settings;
        Self { enabled, per_day, per_week, reasons, available }
    }
}

/// What the caller allows a character; what is absent is as at first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InitiativeIn {
    /// Whether she writes first.
    enabled: bool,
    /// How often in 24 hours, at most; 1 if absent.
    #[schema(minimum = 1, maximum = 3)]
    per_day: Option<u8>,
    /// How often in seven days, at most; 3 if absent.
    #[schema(minimum = 1, maximum = 14)]
    per_week: Option<u8>,
    /// For which reasons; all if absent.
    #[schema(value_type = Option<Vec<WireInitiativeReason>>)]
    reasons: Option<BTreeSet<InitiativeReason>>,
}

impl From<InitiativeIn> for InitiativeSettings {
    fn from(body: InitiativeIn) -> Self {
        let usual = Self::default();
        Self {
            enabled: body.enabled,
            per_day: body.per_day.unwrap_or(usual.per_day),
            per_week: body.per_week.unwrap_or(usual.per_week),
            reasons: body.reasons.unwrap_or(usual.reasons),
        }
    }
}

/// Whether a character writes first to the caller.
#[utoipa::path(
    get, path = "/characters/{character_id}/initiative", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = InitiativeOut)),
)]
pub(crate) async fn get_initiative(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<InitiativeOut>, Problem> {
    Ok(Json(state.app.initiatives.get(caller.user_id, id).await?.into()))
}

/// Lets a character write first to the caller, or no more. She writes by day, within these limits, never in quiet hours, and not again
/// until she was answered. For adults alone.
#[utoipa::path(
    put, path = "/characters/{character_id}/initiative", tag = "characters", request_body = InitiativeIn,
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = InitiativeOut)),
)]
pub(crate) async fn set_initiative(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<InitiativeIn>,
) -> Result<Json<InitiativeOut>, Problem> {
    Ok(Json(state.app.initiatives.set(caller.user_id, id, body.into()).await?.into()))
}
