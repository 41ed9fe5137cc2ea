//! The OpenAPI document, and a page to read and try it on, without anything from elsewhere.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    Flow, HttpAuthScheme, HttpBuilder, OAuth2, Password, Scopes, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa_swagger_ui::{Config, SwaggerFile};

use crate::auth::SCOPE;
use crate::problem::{PROBLEM_JSON, Problem, ProblemBody, ProblemCode};
use crate::routes;
use crate::wire::{WireCardFormat, WireChatFormat, WireLoreFormat, WireMediaId, WireRequestDirection};

/// The name of the way to sign in.
const OAUTH2: &str = "oauth2";

/// The name of API keys.
const API_KEY: &str = "api_key";

/// The name of the operator's key.
const OPERATOR: &str = "operator";

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Public,
    /// People who are signed in.
    SignedIn,
    /// Programs that show an API key.
    Keyed,
    /// The operator.
    Operator,
}

/// The page runs scripts of its own files and styles written in it.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Talker", description = "Talk with characters who answer as they stream, and remember. How a chat, its events and the socket work is in `docs/protocol.md` and `asyncapi.yaml`."),
    components(schemas(
        ProblemBody, WireCardFormat, WireChatFormat, WireLoreFormat, WireMediaId, WireRequestDirection,
    )),
    tags(
        (name = "auth", description = "Signing up, in and out"),
        (name = "users", description = "One's own account and devices"),
        (name = "api_keys", description = "Keys of programs that talk with characters for a person"),
        (name = "people", description = "People among each other: profiles, friends, follows, blocks and reports"),
        (name = "moments", description = "What people and characters show of their days, and what is said of it"),
        (name = "recommendations", description = "Whom one may like, and what that is learned from"),
        (name = "characters", description = "Who one talks to"),
        (name = "sessions", description = "Chats"),
        (name = "groups", description = "Sessions that several share"),
        (name = "messages", description = "What is said in them"),
        (name = "memories", description = "What characters remember"),
        (name = "bonds", description = "How one stands with characters, and what moved it"),
        (name = "diaries", description = "What characters wrote down of days with one"),
        (name = "routes", description = "The stories that characters carry, and how far one has come in them"),
        (name = "consents", description = "What one agreed to, and when no more"),
        (name = "lorebooks", description = "What a world holds, told when the talk comes to it"),
        (name = "notifications", description = "What happened while one was away, and which devices it wakes"),
        (name = "models", description = "Who speaks for the characters"),
        (name = "openai", description = "Characters as models, in the interface of OpenAI: at `/v1`, by API keys"),
        (name = "media", description = "Images"),
        (name = "admin", description = "Who looks after people, limits, the queue and the models"),
        (name = "operator", description = "Who runs the server"),
        (name = "health", description = "For whoever watches over the server"),
    ),
)]
struct Head;

/// The OpenAPI document, as `openapi.json` holds it.
#[must_use]
pub fn openapi() -> String {
    let document = routes::table().into_openapi();
    // A document of plain data always becomes JSON.
    let mut json = document.to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

/// The head of the document: what it is about, and how one signs in.
pub(crate) fn head() -> OpenApi {
    let mut head = Head::openapi();
    let scopes = Scopes::one(SCOPE, "everything the person may do");
    let password = Flow::Password(Password::with_refresh_url("/api/v1/auth/token", scopes, "/api/v1/auth/token"));
    let components = head.components.get_or_insert_default();
    components.add_security_scheme(OAUTH2, SecurityScheme::OAuth2(OAuth2::new([password])));
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The key in `operator_key` of the data folder"))
        .build();
    components.add_security_scheme(OPERATOR, SecurityScheme::Http(key));
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key, made by `POST /api/v1/api-keys`; it is good for `/v1` alone"))
        .build();
    components.add_security_scheme(API_KEY, SecurityScheme::Http(key));
    head
}

/// Says of every operation that it answers problems, and who may use it.
pub(crate) fn complete(document: &mut OpenApi, access: Access) {
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        operation.security = match access {
            Access::Public => None,
            Access::SignedIn => Some(vec![SecurityRequirement::new(OAUTH2, [SCOPE])]),
            Access::Keyed => Some(vec![SecurityRequirement::new(API_KEY, [] as [&str; 0])]),
            Access::Operator => Some(vec![SecurityRequirement::new(OPERATOR, [] as [&str; 0])]),
        };
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new().description("A problem").content(PROBLEM_JSON, problem).build();
        operation.responses.responses.entry("default".to_owned()).or_insert(RefOr::T(response));
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response
                && response.description.is_empty()
            {
                described(status).clone_into(&mut response.description);
            }
        }
    }
}

fn described(status: &str) -> &'static str {
    match status {
        "200" => "Done",
        "201" => "Made",
        "202" => "Taken; it goes on",
        "204" => "Done; there is nothing to tell",
        _ => "It was not done",
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    [get, put, post, delete, options, head, patch, trace].into_iter().filter_map(Option::as_mut)
}

/// The document as it is served.
#[derive(Clone)]
pub(crate) struct Document(pub(crate) Arc<str>);

pub(crate) async fn get_openapi(axum::Extension(Document(json)): axum::Extension<Document>) -> Response {
    let head = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (head, json.to_string()).into_response()
}

/// The page.
pub(crate) async fn get_docs() -> Response {
    serve("index.html")
}

/// A file of the page.
pub(crate) async fn get_docs_file(Path(file): Path<String>) -> Response {
    serve(&file)
}

fn serve(name: &str) -> Response {
    let config = Arc::new(Config::from("/api/v1/openapi.json"));
    let Ok(Some(file)) = utoipa_swagger_ui::serve(name, config) else {
        return Problem::new(ProblemCode::NotFound).into_response();
    };
    let SwaggerFile { bytes, content_type, gzpipped, .. } = file;
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(&content_type).unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if gzpipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if name == "index.html" {
        // It names its files as beside itself; with or without a slash at the end they are under /docs.
        let page = String::from_utf8_lossy(&bytes)
            .replace("./", "/docs/")
            .replace("href=\"index.css\"", "href=\"/docs/index.css\"");
        return (headers, page).into_response();
    }
    (headers, bytes.into_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    found.insert(reference.clone());
                }
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn the_document_is_whole() {
        let document: Value = serde_json::from_str(&openapi()).unwrap();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
        }
        let mut ids = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap().to_owned();
                assert!(ids.insert(id.clone()), "{id} stands twice");
                let public = ["get_health", "get_readiness", "get_media", "get_legal", "register", "issue_token"]
                    .contains(&id.as_str());
                assert_eq!(operation["security"].is_null(), public, "{method} {path}");
                assert!(operation["responses"]["default"].is_object(), "{method} {path} says nothing of problems");
            }
        }
        assert_eq!(
            document["components"]["securitySchemes"][OAUTH2]["flows"]["password"]["tokenUrl"],
            "/api/v1/auth/token"
        );
    }
}
