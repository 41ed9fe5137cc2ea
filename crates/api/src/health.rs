//! Whether this process lives, and whether it is ready to be asked.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::{Extension, Json};
use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

/// How one part of the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartStatus {
    /// The part: `store`, `chat_log`, `bus`, `model`, `embedder`.
    pub name: &'static str,
    /// Whether it can be used.
    pub ready: bool,
    /// Whether all goes on without it, but slower.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub degraded: bool,
    /// More, for the operator; nothing secret, for everybody may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Asks every part how it is.
pub type Readiness = Arc<dyn Fn() -> BoxFuture<'static, Vec<PartStatus>> + Send + Sync>;

/// A server without parts that could fail.
pub(crate) fn always_ready() -> Readiness {
    Arc::new(|| Box::pin(std::future::ready(Vec::new())))
}

/// Whether the server is ready.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadyOut {
    /// Whether all parts are.
    ready: bool,
    /// Each part.
    parts: Vec<PartStatus>,
}

/// Whether the process lives.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthOut {
    /// `ok`.
    status: &'static str,
}

/// Answers while the process lives.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = HealthOut)))]
pub(crate) async fn get_health() -> Json<HealthOut> {
    Json(HealthOut { status: "ok" })
}

/// Says what the server is ready for.
#[utoipa::path(
    get, path = "/readyz", tag = "health",
    responses((status = 200, body = ReadyOut), (status = 503, description = "Not now", body = ReadyOut)),
)]
pub(crate) async fn get_readiness(Extension(readiness): Extension<Readiness>) -> (StatusCode, Json<ReadyOut>) {
    let parts = readiness().await;
    let ready = parts.iter().all(|part| part.ready);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(ReadyOut { ready, parts }))
}
