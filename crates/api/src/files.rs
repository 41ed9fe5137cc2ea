//! Files that other programs wrote: taken as a form or as they are, and given to be kept.

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::limits;
use utoipa::ToSchema;

use crate::extract::unread_body;
use crate::problem::{Problem, ProblemCode};

/// What a request with a file may have in all: the file, and what a form writes around it.
pub(crate) const FILE_BYTES: usize = limits::CARD_BYTES + 64 * 1024;

/// A file as a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it stands in the document only")]
pub struct FileForm {
    /// The file, at most 32 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it stands in the document only")]
pub struct FileBytes(Vec<u8>);

/// A file of at most so many bytes: the field `file` of a form, or the body itself. What it is, its bytes say.
#[derive(Debug)]
pub struct FileBody<const MOST: usize = { limits::CARD_BYTES }> {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is called, where a form says so.
    pub name: Option<String>,
}

/// The types under which files of other programs come.
const TYPES: [&str; 6] =
    ["application/octet-stream", "application/json", "application/zip", "image/", "text/plain", "application/x-ndjson"];

impl<S: Send + Sync, const MOST: usize> FromRequest<S> for FileBody<MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (bytes, name) = read(request, state, &TYPES, "send a file, or a form with the field `file`", MOST).await?;
        Ok(Self { bytes: bytes.into(), name })
    }
}

/// What was sent as a body of one of these kinds, or as the field `file` of a form, with its name there: at most so many bytes. Whoever
/// sends anything else is told what is `wanted`.
pub(crate) async fn read<S: Send + Sync>(
    request: Request,
    state: &S,
    kinds: &[&str],
    wanted: &'static str,
    most: usize,
) -> Result<(Bytes, Option<String>), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let (bytes, name) = if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, state).await;
        field_of(form.map_err(|_| Problem::new(ProblemCode::Malformed).because("the form cannot be read"))?).await?
    } else if kinds.iter().any(|taken| kind.starts_with(taken)) {
        (Bytes::from_request(request, state).await.map_err(unread_body)?, None)
    } else {
        return Err(Problem::new(ProblemCode::UnsupportedMediaType).because(wanted));
    };
    if bytes.len() > most {
        return Err(Problem::new(ProblemCode::PayloadTooLarge));
    }
    Ok((bytes, name))
}

async fn field_of(mut form: Multipart) -> Result<(Bytes, Option<String>), Problem> {
    while let Some(field) = form.next_field().await.map_err(unread_form)? {
        if field.name() == Some("file") {
            let name = field.file_name().map(str::to_owned);
            return Ok((field.bytes().await.map_err(unread_form)?, name));
        }
    }
    Err(Problem::field("file", "is required"))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` takes")]
fn unread_form(error: MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(ProblemCode::PayloadTooLarge),
        _ => Problem::new(ProblemCode::Malformed).because("the form cannot be read"),
    }
}

/// A file to keep, under this name; nothing of it is shown or run where it comes from.
pub(crate) fn give(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    (headers, bytes).into_response()
}
