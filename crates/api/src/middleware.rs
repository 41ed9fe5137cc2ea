//! What happens around every request: its id, its line in the log, its time limit, the headers that keep browsers safe.

use std::any::Any;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::layer::util::Identity;
use tower::util::{Either, option_layer};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::problem::{Problem, ProblemCode};
use crate::{measures, openai, takeout};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id of a request that is taken over from a proxy.
const REQUEST_ID: usize = 64;

/// What the client's own pages may do. Pictures may come as data, and from memory while one is chosen.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that is being answered.
pub(crate) fn request_id() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Names the request, and writes down how it went: the route, never the path or the query, which may name people.
pub(crate) async fn name_and_log(request: Request, next: Next) -> Response {
    let id = given_id(request.headers()).unwrap_or_else(new_id);
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let begun = Instant::now();
    let mut response = CURRENT.scope(id.clone(), next.run(request)).await;
    let status = response.status().as_u16();
    let known = Some(route.as_str()).filter(|route| *route != "-");
    measures::request(known, &method, response.status(), begun.elapsed());
    trace(known, response.status());
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    tracing::info!(http.method = %method, http.route = %route, http.status = status, took_ms = %format_args!("{took:.1}"), request.id = %id, "answered");
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// Says of the span that the server put around this request, if it did, what is known only here.
fn trace(route: Option<&str>, status: StatusCode) {
    let span = tracing::Span::current();
    if let Some(route) = route {
        span.record("http.route", route);
    }
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// An id that a proxy gave, when it is a plain one.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (!id.is_empty() && id.len() <= REQUEST_ID && id.bytes().all(plain)).then(|| id.to_owned())
}

/// An id unlike any other of late. It need not be secret, only different: a count, beginning somewhere.
fn new_id() -> String {
    use std::collections::hash_map::RandomState;
    use std::hash::BuildHasher;
    use std::sync::atomic::{AtomicU64, Ordering};
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("process"));
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}-{:08x}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Ends what takes too long.
pub(crate) async fn limit_time(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    // These take as long as a reply may, and an archive; and bound themselves.
    if [openai::COMPLETIONS, takeout::IMPORT].contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let problem = Problem::new(ProblemCode::Unavailable).because("this took too long");
            Problem { retry_after: Some(Duration::from_secs(2)), ..problem }.into_response()
        }
    }
}

/// Sets the headers that keep browsers safe, but for those that the answer sets itself.
pub(crate) async fn protect(request: Request, next: Next) -> Response {
    let (api, keyed) = (request.uri().path().starts_with("/api/"), openai::is_here(request.uri().path()));
    let mut response = next.run(request).await;
    if api && is_plain_error(&response) {
        response = Problem::new(ProblemCode::of_status(response.status())).into_response();
    }
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if api || keyed {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

/// Whether this is an error in plain words: a library's own, for what no handler of ours saw.
fn is_plain_error(response: &Response) -> bool {
    let status = response.status();
    let plain = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/plain");
    (status.is_client_error() || status.is_server_error())
        && response.headers().get(header::CONTENT_TYPE).is_none_or(plain)
}

/// Answers for a handler that broke. What broke it is in the log of the panic, not here.
pub(crate) fn answer_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request broke its handler");
    Problem::new(ProblemCode::Internal).into_response()
}

/// Lets web pages of these origins call; without any, nothing is said of it.
pub(crate) fn cors(origins: &[String]) -> Either<CorsLayer, Identity> {
    let origins: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin.trim_end_matches('/')).ok()).collect();
    option_layer((!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, X_REQUEST_ID])
            .expose_headers([X_REQUEST_ID, header::RETRY_AFTER])
            .max_age(Duration::from_secs(3600))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::{from_fn, from_fn_with_state};
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    fn router() -> Router {
        Router::new()
            .route("/api/fine", get(async || "fine"))
            .route("/api/plain", get(async || (StatusCode::UPGRADE_REQUIRED, "in plain words")))
            .route(
                "/api/broken",
                get(async || {
                    if true {
                        panic!("broken")
                    }
                }),
            )
            .route("/api/slow", get(std::future::pending::<()>))
            .layer(from_fn_with_state(Duration::from_millis(20), limit_time))
            .layer(CatchPanicLayer::custom(answer_panic))
            .layer(cors(&["https://app.example.org/".to_owned()]))
            .layer(from_fn(protect))
            .layer(from_fn(name_and_log))
    }

    async fn ask(path: &str, head: &[(&str, &str)]) -> (HeaderMap, StatusCode, String) {
        let request =
            head.iter().fold(Request::builder().uri(path), |request, (name, value)| request.header(*name, *value));
        let response = router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        (parts.headers, parts.status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn what_goes_wrong_around_a_handler_is_a_problem_with_the_id_of_the_request() {
        for (path, status, code) in
            [("/api/plain", 400, "malformed"), ("/api/broken", 500, "internal"), ("/api/slow", 503, "unavailable")]
        {
            let (headers, answered, body) = ask(path, &[("x-request-id", "mine-1")]).await;
            let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(
                (answered.as_u16(), &problem["code"], &problem["request_id"]),
                (status, &code.into(), &"mine-1".into()),
                "{path}"
            );
            assert_eq!(
                (&headers["x-request-id"], &headers["content-type"]),
                (&HeaderValue::from_static("mine-1"), &HeaderValue::from_static("application/problem+json"))
            );
        }
    }

    #[tokio::test]
    async fn answers_keep_browsers_safe_and_only_named_origins_may_read_them() {
        let (headers, _, body) = ask("/api/fine", &[("origin", "https://app.example.org")]).await;
        assert_eq!(body, "fine");
        assert_eq!(
            (&headers["cache-control"], &headers["x-content-type-options"]),
            (&HeaderValue::from_static("no-store"), &HeaderValue::from_static("nosniff"))
        );
        assert_eq!(headers["access-control-allow-origin"], "https://app.example.org");
        let (headers, ..) = ask("/api/fine", &[("origin", "https://elsewhere.example.org")]).await;
        assert!(!headers.contains_key("access-control-allow-origin"));
    }

    #[test]
    fn only_a_plain_id_is_taken_over() {
        let given = |id: &'static str| given_id(&HeaderMap::from_iter([(X_REQUEST_ID, HeaderValue::from_static(id))]));
        assert_eq!(given("a-1_B.2").as_deref(), Some("a-1_B.2"));
        for bad in ["", "a b", "a\"b", "0123456789012345678901234567890123456789012345678901234567890123456789"] {
            assert_eq!(given(bad), None, "{bad}");
        }
        assert_ne!(new_id(), new_id());
    }
}
