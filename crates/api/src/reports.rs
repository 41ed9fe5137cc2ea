//! Reports: what people ask moderators to look at.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::ReportId;
use domain::reports::{ReportReason, Reported, ReportedKind};
use serde::{Deserialize, Serialize};
use service::social::ReportIn;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::ApiJson;
use crate::problem::Problem;
use crate::wire::{WireReportId, WireReportReason, WireReportedKind};

/// What is reported.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Reported)]
pub struct ReportedOut {
    #[schema(value_type = WireReportedKind)]
    kind: ReportedKind,
    /// Its id: of a message that one sees, a character, a person, a moment, or a comment on one.
    id: String,
}

impl From<Reported> for ReportedOut {
    fn from(target: Reported) -> Self {
        Self { kind: target.kind(), id: target.to_string() }
    }
}

/// Something that should be looked at.
#[derive(Deserialize, ToSchema)]
#[schema(as = ReportIn)]
pub struct ReportBody {
    target: ReportedOut,
    #[schema(value_type = WireReportReason)]
    reason: ReportReason,
    /// In one's own words, up to 1,000 characters.
    #[serde(default)]
    #[schema(max_length = 1000)]
    note: String,
}

/// A report that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportOut {
    #[schema(value_type = WireReportId)]
    id: ReportId,
    /// Whether the caller had reported this before, and nobody has decided since.
    repeated: bool,
}

/// Reports a message, a character, a person, a moment or a comment to those who moderate.
#[utoipa::path(post, path = "/reports", tag = "people", request_body = ReportBody, responses((status = 201, body = ReportOut)))]
pub(crate) async fn send_report(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<ReportBody>,
) -> Result<(StatusCode, Json<ReportOut>), Problem> {
    let target = Reported::read(body.target.kind, &body.target.id)?;
    let report = ReportIn { target, reason: body.reason, note: body.note };
    let filed = state.app.social.report(caller.user_id, report).await?;
    Ok((StatusCode::CREATED, Json(ReportOut { id: filed.id, repeated: filed.repeated })))
}
