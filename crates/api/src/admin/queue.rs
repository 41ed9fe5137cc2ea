//! The queue of background work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::JobId;
use domain::jobs::{JobKind, JobState, QueueFilter, QueuedJob};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::Admin;
use crate::AppState;
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::wire::{WireJobId, WireJobKind, WireJobState};

/// A job. For whom it is done is not told.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobOut {
    #[schema(value_type = WireJobId)]
    id: JobId,
    #[schema(value_type = WireJobKind)]
    kind: JobKind,
    #[schema(value_type = WireJobState)]
    state: JobState,
    /// How often it was tried.
    attempts: u32,
    /// When it runs next; of a running one, when its lease ends; of a parked one, when it was parked.
    #[serde(with = "time::serde::rfc3339")]
    due_at: OffsetDateTime,
    /// Why it failed last.
    #[schema(required)]
    fault: Option<String>,
    /// When it was first wanted.
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<QueuedJob> for JobOut {
    fn from(job: QueuedJob) -> Self {
        let QueuedJob { id, task, state, attempts, due_at, fault, created_at } = job;
        Self { id, kind: task.kind, state, attempts, due_at, fault, created_at }
    }
}

/// Which jobs are looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// How they stand.
    #[param(value_type = Option<WireJobState>)]
    state: Option<JobState>,
    /// What they do.
    #[param(value_type = Option<WireJobKind>)]
    kind: Option<JobKind>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type JobPage = PageOut<JobOut>;

/// The jobs of the queue, the longest due first.
#[utoipa::path(get, path = "/admin/jobs", tag = "admin", params(JobsQuery), responses((status = 200, body = JobPage)))]
pub(crate) async fn page_jobs(
    State(state): State<AppState>,
    _: Admin,
    ApiQuery(query): ApiQuery<JobsQuery>,
) -> Result<Json<PageOut<JobOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let filter = QueueFilter { state: query.state, kind: query.kind };
    Ok(Json(PageOut::of(state.app.admin.page_jobs(filter, &page).await?, JobOut::from)))
}

/// Lets a job run at once, as good as new.
#[utoipa::path(
    post, path = "/admin/jobs/{job_id}/retry", tag = "admin",
    params(("job_id" = WireJobId, Path)), responses((status = 200, body = JobOut)),
)]
pub(crate) async fn retry_job(
    State(state): State<AppState>,
    Admin(acting): Admin,
    ApiPath(job): ApiPath<JobId>,
) -> Result<Json<JobOut>, Problem> {
    Ok(Json(state.app.admin.retry_job(&acting, job).await?.into()))
}

/// Takes a job off the queue. What the data says is behind comes back, as good as new.
#[utoipa::path(
    delete, path = "/admin/jobs/{job_id}", tag = "admin",
    params(("job_id" = WireJobId, Path)), responses((status = 204)),
)]
pub(crate) async fn discard_job(
    State(state): State<AppState>,
    Admin(acting): Admin,
    ApiPath(job): ApiPath<JobId>,
) -> Result<StatusCode, Problem> {
    state.app.admin.discard_job(&acting, job).await?;
    Ok(StatusCode::NO_CONTENT)
}
