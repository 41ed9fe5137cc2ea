//! Where metrics are read: an address of their own, and, for who has the token, the server's.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::{PartStatus, Readiness};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use service::clock::Clock;
use sha2::{Digest, Sha256};
use store::sql::SqlStore;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::gauges::{Gauges, Page};
use super::metrics;
use crate::config::ObserveConfig;

/// How often what was timed is put into its buckets, whether somebody reads it or not: until then it takes memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// How long the last reader may take when the process ends.
const GOODBYE: Duration = Duration::from_secs(1);

/// The text format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Who shows how this process is.
pub(crate) struct Watch {
    address: Option<SocketAddr>,
    shown: Option<Arc<Shown>>,
    readiness: Readiness,
    stop: CancellationToken,
    tasks: TaskTracker,
}

struct Shown {
    handle: PrometheusHandle,
    gauges: Gauges,
    clock: Arc<dyn Clock>,
    token: Option<[u8; 32]>,
}

impl Watch {
    /// Begins to count, if anybody may read it. Before anything happens, so that everything is counted.
    pub(crate) fn begin(config: &ObserveConfig, store: SqlStore, clock: Arc<dyn Clock>, readiness: Readiness) -> Self {
        let is_wanted = config.metrics_address.is_some() || config.metrics_token.is_some();
        let shown = is_wanted.then(metrics::handle).flatten().map(|handle| {
            let token = config.metrics_token.as_ref().map(|token| Sha256::digest(token.0.as_bytes()).into());
            Arc::new(Shown { handle, gauges: Gauges::new(store, Arc::clone(&readiness)), clock, token })
        });
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        if let Some(shown) = &shown {
            tasks.spawn(keep_up(shown.handle.clone(), stop.clone()));
        }
        Self { address: config.metrics_address, shown, readiness, stop, tasks }
    }

    /// Listens on its own address, if it has one.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub(crate) async fn listen(&self) -> Result<(), (SocketAddr, std::io::Error)> {
        let Some(address) = self.address else { return Ok(()) };
        let listener = TcpListener::bind(address).await.map_err(|error| (address, error))?;
        tracing::info!(address = %listener.local_addr().unwrap_or(address), "metrics are shown");
        let readiness = Arc::clone(&self.readiness);
        let mut router = Router::new()
            .route("/healthz", get(async || Json(serde_json::json!({"status": "ok"}))))
            .route("/readyz", get(move || ready(Arc::clone(&readiness))));
        if let Some(shown) = &self.shown {
            router = router.merge(Router::new().route("/metrics", get(page)).with_state(Arc::clone(shown)));
        }
        let serving = axum::serve(listener, router).with_graceful_shutdown(self.stop.clone().cancelled_owned());
        self.tasks.spawn(async move {
            if let Err(error) = serving.await {
                tracing::warn!(error = %error, "metrics are shown no more");
            }
        });
        Ok(())
    }

    /// Shows nothing more.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        // Who still reads then is left alone with it.
        let _ = tokio::time::timeout(GOODBYE, self.tasks.wait()).await;
    }
}

/// The router, with `/metrics` beside it for who shows the token; without a token, as it was.
pub(crate) fn with_metrics(router: Router, watch: &Watch) -> Router {
    match &watch.shown {
        Some(shown) if shown.token.is_some() => {
            let guarded = Router::new().route("/metrics", get(guarded_page)).with_state(Arc::clone(shown));
            guarded.fallback_service(router)
        }
        _ => router,
    }
}

async fn keep_up(handle: PrometheusHandle, stop: CancellationToken) {
    let mut every = tokio::time::interval(UPKEEP);
    loop {
        tokio::select! {
            _ = every.tick() => handle.run_upkeep(),
            () = stop.cancelled() => return,
        }
    }
}

async fn page(State(shown): State<Arc<Shown>>) -> Response {
    let mut page = Page::default();
    shown.gauges.write(&mut page, shown.clock.now()).await;
    let text = shown.handle.render() + &page.into_text();
    ([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

async fn guarded_page(shown: State<Arc<Shown>>, headers: HeaderMap) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // Of hashes, so that the time tells nothing of the token.
    let given: Option<[u8; 32]> = bearer.map(|token| Sha256::digest(token.as_bytes()).into());
    if given.is_some() && given == shown.token {
        return page(shown).await;
    }
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "The token of TALKER_METRICS_TOKEN is needed.\n")
        .into_response()
}

async fn ready(readiness: Readiness) -> (StatusCode, Json<serde_json::Value>) {
    let parts: Vec<PartStatus> = readiness().await;
    let ready = parts.iter().all(|part| part.ready);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(serde_json::json!({"ready": ready, "parts": parts})))
}
