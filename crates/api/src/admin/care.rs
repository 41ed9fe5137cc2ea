//! How often care was taken, for the reports of a year: counted by month, without anybody's name.

use axum::Json;
use axum::extract::State;
use domain::sittings::{Count, Counted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Admin;
use crate::AppState;
use crate::extract::ApiQuery;
use crate::problem::Problem;
use crate::wire::WireCounted;

/// Which year is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CareCountsQuery {
    /// The year; this one if absent.
    #[param(minimum = 2000, maximum = 9999)]
    year: Option<i32>,
}

/// How often something was counted in a month.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CareCount)]
pub struct CareCountOut {
    /// The month, like `2026-05`, in UTC.
    month: String,
    #[schema(value_type = WireCounted)]
    counted: Counted,
    /// How often.
    times: u64,
}

impl From<Count> for CareCountOut {
    fn from(count: Count) -> Self {
        Self { month: count.month, counted: count.counted, times: count.times }
    }
}

/// What was counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct CareCountsOut {
    /// By month; what did not happen is not told.
    items: Vec<CareCountOut>,
}

/// How often care was taken in a year, by month. It names nobody.
#[utoipa::path(
    get, path = "/admin/care", tag = "admin", params(CareCountsQuery), responses((status = 200, body = CareCountsOut)),
)]
pub(crate) async fn list_care_counts(
    State(state): State<AppState>,
    _: Admin,
    ApiQuery(query): ApiQuery<CareCountsQuery>,
) -> Result<Json<CareCountsOut>, Problem> {
    let counts = state.app.sittings.counts(query.year).await?;
    Ok(Json(CareCountsOut { items: counts.into_iter().map(CareCountOut::from).collect() }))
}
