//! Traces: spans of our own target, sent to an OpenTelemetry collector over HTTP with protobuf.
//!
//! The exporter has a thread of its own and knows no runtime, so each request is handed to the server's.

use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData};
use tokio::runtime::Handle;
use tracing::{Instrument, Metadata};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;

use crate::config::{SamplerKind, TracesConfig};
use crate::logging::Traced;

/// How long the collector may take for one batch.
const WITHIN: Duration = Duration::from_secs(10);

/// How long the last batch may take when the process ends.
const GOODBYE: Duration = Duration::from_secs(3);

/// The one attribute that the conventions want as a list, which a field of a span cannot be.
const FINISH_REASONS: &str = "gen_ai.response.finish_reasons";

/// What a request is called until its route is known.
const REQUEST: &str = "request";

/// Who sends traces.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends what is left.
    pub(crate) async fn end(self) {
        let provider = self.0;
        // It waits for its own thread.
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(GOODBYE)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last traces could not be sent");
        }
    }
}

/// Begins to trace. Must be called within a Tokio runtime.
///
/// # Errors
/// A sentence.
pub(crate) fn begin(config: &TracesConfig) -> Result<(Traces, Traced), String> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new()?)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", config.endpoint))
        .with_timeout(WITHIN)
        .with_headers(config.headers.0.iter().cloned().collect())
        .build()
        .map_err(|error| format!("Traces cannot be sent: {error}."))?;
    let resource = Resource::builder()
        .with_service_name(config.service_name.clone())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(Conventional(exporter))
        .with_sampler(sampler(config))
        .with_resource(resource)
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("talker"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_target(false)
        .with_level(false)
        .with_filter(FilterFn::new(is_ours));
    Ok((Traces(provider), layer.boxed()))
}

/// Spans of others may say what we never would.
pub(crate) fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target() == service::spans::TARGET
}

fn sampler(config: &TracesConfig) -> Sampler {
    let sampler = match config.sampler {
        SamplerKind::All => Sampler::AlwaysOn,
        SamplerKind::None => Sampler::AlwaysOff,
        SamplerKind::Share(share) => Sampler::TraceIdRatioBased(share),
    };
    if config.parent_based { Sampler::ParentBased(Box::new(sampler)) } else { sampler }
}

/// The router with a span around each request, below the one that its `traceparent` names.
pub(crate) fn around(router: Router) -> Router {
    Router::new().fallback_service(router).layer(from_fn(trace))
}

async fn trace(request: Request, next: Next) -> Response {
    use tracing::field::Empty;
    let span = tracing::info_span!(
        target: service::spans::TARGET,
        REQUEST,
        otel.kind = "server",
        http.request.method = method(request.method()),
        http.route = Empty,
        http.response.status_code = Empty,
        otel.status_code = Empty
    );
    if !span.is_disabled() {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
        // Only a span that has begun to record cannot take one, and this has not.
        let _ = span.set_parent(parent);
    }
    next.run(request).instrument(span).await
}

/// The method, unless somebody has invented it.
fn method(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "_OTHER",
    }
}

/// Brings spans into the form of the conventions, as far as fields of a span cannot have it.
#[derive(Debug)]
struct Conventional(SpanExporter);

/// `GET /api/v1/models`, once it has a route; a span that has begun cannot be renamed.
fn name_request(span: &mut SpanData) {
    let text = |key: &str| span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    if span.name == REQUEST
        && let (Some(method), Some(route)) = (text("http.request.method"), text("http.route"))
    {
        span.name = format!("{} {}", method.value.as_str(), route.value.as_str()).into();
    }
}

impl opentelemetry_sdk::trace::SpanExporter for Conventional {
    fn export(&self, mut batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        batch.iter_mut().for_each(name_request);
        for attribute in batch.iter_mut().flat_map(|span| span.attributes.iter_mut()) {
            if attribute.key.as_str() == FINISH_REASONS
                && let Value::String(reason) = &attribute.value
            {
                let reasons: Vec<StringValue> = vec![reason.clone()];
                attribute.value = Value::Array(Array::String(reasons));
            }
        }
        self.0.export(batch)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

/// The HTTP client that the server has anyway, for an exporter that waits on a thread of its own.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: Handle,
}

impl Client {
    fn new() -> Result<Self, String> {
        let http = reqwest::Client::builder().timeout(WITHIN).build();
        let http = http.map_err(|_| "Traces cannot be sent: the HTTP client could not be made.".to_owned())?;
        Ok(Self { http, runtime: Handle::current() })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(
        &self,
        request: opentelemetry_http::Request<Bytes>,
    ) -> Result<opentelemetry_http::Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move {
            let request = reqwest::Request::try_from(request)?;
            let mut answer = http.execute(request).await?;
            let mut response = opentelemetry_http::Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                *headers = std::mem::take(answer.headers_mut());
            }
            Ok::<_, HttpError>(response.body(answer.bytes().await?)?)
        });
        sent.await?
    }
}
