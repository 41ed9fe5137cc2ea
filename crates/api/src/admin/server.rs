//! The server as a whole: its numbers of today, and who speaks.

use axum::Json;
use axum::extract::State;
use domain::jobs::{JobKind, JobState};
use serde::Serialize;
use service::QueueCount;
use service::admin::Overview;
use time::Date;
use utoipa::ToSchema;

use super::Admin;
use crate::AppState;
use crate::extract::ApiJson;
use crate::models::{ModelsOut, models_out};
use crate::operator::DefaultModelIn;
use crate::problem::Problem;
use crate::usage::{DayUsageOut, QuotaOut};
use crate::wire::{WireJobKind, WireJobState};

/// The installation in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewOut {
    /// The day that is told of, in UTC.
    #[serde(serialize_with = "crate::wire::write_date")]
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// Accounts.
    people: u64,
    /// Admins who can sign in.
    admins: u64,
    /// Disabled accounts.
    disabled: u64,
    /// People who took something today.
    active_today: u64,
    /// Chats begun today.
    sessions_today: u64,
    /// What all people together took today.
    usage_today: DayUsageOut,
    /// What everybody may take in a day.
    daily_quota: QuotaOut,
    /// The queue, by kind and state; what there is none of is not told.
    queue: Vec<QueueCountOut>,
}

/// How many jobs of a kind stand so.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QueueCount)]
pub struct QueueCountOut {
    #[schema(value_type = WireJobKind)]
    kind: JobKind,
    #[schema(value_type = WireJobState)]
    state: JobState,
    /// How many.
    jobs: u64,
}

impl From<QueueCount> for QueueCountOut {
    fn from(count: QueueCount) -> Self {
        Self { kind: count.kind, state: count.state, jobs: count.jobs }
    }
}

/// The installation in numbers, today.
#[utoipa::path(get, path = "/admin/overview", tag = "admin", responses((status = 200, body = OverviewOut)))]
pub(crate) async fn get_overview(State(state): State<AppState>, _: Admin) -> Result<Json<OverviewOut>, Problem> {
    let Overview { day, people, used, queue } = state.app.admin.overview().await?;
    Ok(Json(OverviewOut {
        date: day.date(),
        people: people.people,
        admins: people.admins,
        disabled: people.disabled,
        active_today: people.active,
        sessions_today: people.sessions,
        usage_today: used.into(),
        daily_quota: state.app.daily_quota().into(),
        queue: queue.into_iter().map(QueueCountOut::from).collect(),
    }))
}

/// The models that an admin can let speak.
#[utoipa::path(get, path = "/admin/models", tag = "admin", responses((status = 200, body = ModelsOut)))]
pub(crate) async fn list_admin_models(State(state): State<AppState>, _: Admin) -> Json<ModelsOut> {
    Json(models_out(&state.app.catalog))
}

/// Lets another model speak where nothing was chosen: at once, and after a restart.
#[utoipa::path(put, path = "/admin/models/default", tag = "admin", request_body = DefaultModelIn, responses((status = 200, body = ModelsOut)))]
pub(crate) async fn choose_model(
    State(state): State<AppState>,
    Admin(acting): Admin,
    ApiJson(choice): ApiJson<DefaultModelIn>,
) -> Result<Json<ModelsOut>, Problem> {
    state.app.operator.use_model(&acting, &choice.name).await?;
    Ok(Json(models_out(&state.app.catalog)))
}
