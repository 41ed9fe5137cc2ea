//! The player's client, carried in the binary: what `web/` was built into.
//!
//! Paths of the client itself (`/chats/…`) are all its first page. Without a built client a small page says so.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::media::matches_tag;
use crate::problem::{Problem, ProblemCode};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

const INDEX: &str = "index.html";

/// Under this the names hold a hash of what is in the file: another content has another name.
const HASHED: &str = "assets/";

const FOREVER: &str = "public, max-age=31536000, immutable";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Talker</title>\
    <p>Talker is running. The web client is not part of this build; the interface is described at <a href=\"/docs\">/docs</a>.</p></html>\n";

/// Answers what no route answers: a file of the client, its first page, or that there is nothing.
pub(crate) async fn serve_web(request: Request) -> Response {
    let missing = || Problem::new(ProblemCode::NotFound).into_response();
    if !matches!(*request.method(), Method::GET | Method::HEAD) || is_api(request.uri()) {
        return missing();
    }
    let path = request.uri().path().trim_start_matches('/');
    match Files::get(if path.is_empty() { INDEX } else { path }) {
        Some(file) => file_response(path, &file, request.headers()),
        None if path.is_empty() => {
            ([(header::CACHE_CONTROL, "no-cache")], axum::response::Html(NOT_BUILT)).into_response()
        }
        None if path.starts_with(HASHED) || !accepts_html(request.headers()) => missing(),
        None => match Files::get(INDEX) {
            Some(index) => file_response(INDEX, &index, request.headers()),
            None => missing(),
        },
    }
}

fn is_api(uri: &Uri) -> bool {
    let path = uri.path();
    path == "/api" || path.starts_with("/api/")
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|accept| accept.to_str().ok())
        .any(|accept| accept.contains("text/html"))
}

fn file_response(path: &str, file: &EmbeddedFile, request: &HeaderMap) -> Response {
    let hash: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{hash}\"");
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(if path.is_empty() { INDEX } else { path })),
    );
    let caching = if path.starts_with(HASHED) { FOREVER } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, value);
    }
    if matches_tag(request, &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, file.data.clone().into_owned()).into_response()
}

/// The type of a file by its name; text is UTF-8.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    async fn get(path: &str, accept: &str) -> Response {
        let request = Request::builder().uri(path).header(header::ACCEPT, accept).body(Body::empty());
        serve_web(request.unwrap()).await
    }

    #[tokio::test]
    async fn the_interface_is_never_answered_with_a_page() {
        for path in ["/api", "/api/v1/nothing", "/assets/gone.js"] {
            assert_eq!(get(path, "text/html").await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(get("/nothing.png", "image/*").await.status(), StatusCode::NOT_FOUND);
        let page = get("/", "*/*").await;
        assert_eq!(
            (page.status(), &page.headers()[header::CACHE_CONTROL]),
            (StatusCode::OK, &HeaderValue::from_static("no-cache"))
        );
    }

    #[test]
    fn types_are_precise() {
        assert_eq!(content_type("assets/a.b.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("icon.svg"), "image/svg+xml");
        assert_eq!(content_type("font.woff2"), "font/woff2");
        assert_eq!(content_type("thing"), "application/octet-stream");
    }
}
