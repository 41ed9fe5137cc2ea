//! Extractors whose refusals are problems that name the field.

use std::error::Error;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::problem::{Problem, ProblemCode};

/// A JSON body.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

/// The query.
#[derive(Debug)]
pub struct ApiQuery<T>(pub T);

/// The ids in a path. What is no id is the id of nothing.
#[derive(Debug)]
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(ProblemCode::UnsupportedMediaType).because("send application/json"));
        }
        let body = Bytes::from_request(request, state).await.map_err(unread_body)?;
        read_json(&body).map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Problem> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            return <Self as FromRequest<S>>::from_request(request, state).await.map(Some);
        }
        let body = Bytes::from_request(request, state).await.map_err(unread_body)?;
        if body.is_empty() {
            Ok(None)
        } else {
            Err(Problem::new(ProblemCode::UnsupportedMediaType).because("send application/json"))
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(query)) => Ok(Self(query)),
            Err(rejection) => {
                let found = path_error::<serde::de::value::Error>(&rejection);
                let (path, message) = found.unwrap_or_else(|| (String::new(), "the query cannot be read".to_owned()));
                Err(field_problem(&path, &message))
            }
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(ids)| Self(ids)).map_err(|_| Problem::new(ProblemCode::NotFound))
    }
}

/// Why a body was not read.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` takes")]
pub(crate) fn unread_body(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(ProblemCode::PayloadTooLarge)
    } else {
        Problem::new(ProblemCode::Malformed).because("the body did not come to its end")
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let essence = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    essence.map(|essence| essence.trim().to_ascii_lowercase()).is_some_and(|essence| {
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Serde would take the fields from an array, too, in the order in which they happen to stand in the code.
    if body.trim_ascii_start().starts_with(b"[") {
        let whole = serde_json::from_slice::<serde::de::IgnoredAny>(body);
        return Err(whole.map_or_else(
            |_| Problem::new(ProblemCode::Malformed).because("the body is not JSON"),
            |_| Problem::field("body", "must be an object"),
        ));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value =
        serde_path_to_error::deserialize(&mut deserializer).map_err(|error| match error.inner().classify() {
            serde_json::error::Category::Data => field_problem(&error.path().to_string(), &error.inner().to_string()),
            _ => Problem::new(ProblemCode::Malformed).because("the body is not JSON"),
        })?;
    deserializer.end().map_err(|_| Problem::new(ProblemCode::Malformed).because("something follows the JSON"))?;
    Ok(value)
}

/// Where in a request the value of an error stands, and what serde says of it.
fn path_error<E: Error + 'static>(error: &(dyn Error + 'static)) -> Option<(String, String)> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<serde_path_to_error::Error<E>>() {
            return Some((found.path().to_string(), found.inner().to_string()));
        }
        next = error.source();
    }
    None
}

/// What serde says, as a problem that names the field and does not repeat the value.
fn field_problem(path: &str, message: &str) -> Problem {
    let at = if path == "." { "" } else { path };
    let named = message.split('`').nth(1).unwrap_or_default();
    let below = if at.is_empty() { named.to_owned() } else { format!("{at}.{named}") };
    // The path already ends with the name of an unknown field.
    let of_name = if at == named || at.ends_with(&format!(".{named}")) { at.to_owned() } else { below };
    if message.starts_with("missing field") {
        return Problem::field(of_name, "is required");
    }
    if message.starts_with("unknown field") {
        return Problem::field(of_name, "is not a field here");
    }
    if message.starts_with("duplicate field") {
        return Problem::field(of_name, "must be given once");
    }
    let field = if at.is_empty() { "body" } else { at };
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    match message.rsplit_once("expected ").map(|(_, expected)| expected) {
        Some("u8" | "u16" | "u32" | "u64" | "usize") => Problem::field(field, "must be a whole number, 0 or above"),
        Some("f32" | "f64") => Problem::field(field, "must be a number"),
        Some(expected) => Problem::field(field, format!("must be {}", expected.replace('`', ""))),
        // Our own types say it without the value.
        None if message.starts_with("not an id") => Problem::field(field, format!("is {message}")),
        None => Problem::field(field, "has another form than is taken here"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its reading is looked at")]
    struct Body {
        name: String,
        #[serde(default)]
        inner: Inner,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Inner {
        kind: Option<domain::chats::Role>,
        count: Option<u32>,
    }

    fn wrong(body: &str) -> (ProblemCode, String, String) {
        let problem = read_json::<Body>(body.as_bytes()).unwrap_err();
        let first = problem.errors.first().cloned();
        let (field, message) =
            first.map_or((String::new(), problem.detail.to_string()), |first| (first.field, first.message));
        (problem.code, field, message)
    }

    #[test]
    fn a_wrong_body_is_told_by_field_and_without_the_value() {
        let invalid =
            |field: &str, message: &str| (ProblemCode::ValidationFailed, field.to_owned(), message.to_owned());
        assert_eq!(wrong("{}"), invalid("name", "is required"));
        assert_eq!(wrong(r#"{"name":7}"#), invalid("name", "must be a string"));
        assert_eq!(
            wrong(r#"{"name":"a","inner":{"count":"secret"}}"#),
            invalid("inner.count", "must be a whole number, 0 or above")
        );
        assert_eq!(
            wrong(r#"{"name":"a","inner":{"kind":"secret"}}"#),
            invalid("inner.kind", "must be user or character")
        );
        assert_eq!(wrong(r#"{"name":"a","inner":{"mood":1}}"#), invalid("inner.mood", "is not a field here"));
        assert_eq!(wrong(r#" ["a", {}]"#), invalid("body", "must be an object"));
        for malformed in ["", "{", "[", "nonsense", r#"{"name":"a"} more"#] {
            assert_eq!(wrong(malformed).0, ProblemCode::Malformed, "{malformed}");
        }
    }

    #[test]
    fn json_is_told_by_its_type() {
        let json = |value: &'static str| {
            is_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, axum::http::HeaderValue::from_static(value))]))
        };
        assert!(
            json("application/json") && json("Application/JSON; charset=utf-8") && json("application/merge-patch+json")
        );
        assert!(!json("text/plain") && !json("application/x-www-form-urlencoded") && !is_json(&HeaderMap::new()));
    }
}
