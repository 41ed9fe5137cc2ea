//! Images: taken as a form or as they are; pictures are given to all who know their id, images of moments to who sees those.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::ClosedSet;
use domain::ids::MediaId;
use domain::limits;
use serde::Deserialize;
use service::media::{Given, Looker, Looking};
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::{Caller, bearer};
use crate::extract::{ApiPath, ApiQuery};
use crate::files;
use crate::moments::ImageOut;
use crate::problem::Problem;
use crate::wire::WireMediaId;

/// What a request with an image may have in all: the image, and what a form writes around it.
pub(crate) const UPLOAD_BYTES: usize = limits::IMAGE_BYTES + 64 * 1024;

/// Whether somebody still sees it is asked every time, also when they have a copy.
const ASKED: &str = "private, no-cache";

/// An image never changes: another one has another id.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A picture may be opened by itself; whatever is in it then does nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it stands in the document only")]
pub struct ImageForm {
    /// The image, at most 8 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The bytes of an image.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it stands in the document only")]
pub struct ImageBytes(Vec<u8>);

/// The types under which images come.
const TYPES: [&str; 2] = ["image/", "application/octet-stream"];

/// An uploaded image: the field `file` of a form, or the body itself.
#[derive(Debug)]
pub struct ImageBody(pub Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for ImageBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let wanted = "send an image, or a form with the field `file`";
        let (bytes, _) = files::read(request, state, &TYPES, wanted, limits::IMAGE_BYTES).await?;
        Ok(Self(bytes.into()))
    }
}

/// Takes an image for a moment. Until it stands in one, only the caller sees it; after two days without one it is forgotten.
#[utoipa::path(
    post, path = "/media", tag = "media",
    request_body(content((ImageForm = "multipart/form-data"), (ImageBytes = "image/png"), (ImageBytes = "image/jpeg"), (ImageBytes = "image/webp"))),
    responses((status = 201, body = ImageOut)),
)]
pub(crate) async fn upload_media(
    State(state): State<AppState>,
    caller: Caller,
    ImageBody(bytes): ImageBody,
) -> Result<(StatusCode, Json<ImageOut>), Problem> {
    Ok((StatusCode::CREATED, Json(state.app.media.upload(caller.user_id, bytes).await?.into())))
}

/// By what somebody may look at an image.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MediaQuery {
    /// The ticket in the address of an image of a moment; or send the token, as everywhere.
    ticket: Option<String>,
}

/// An image. Pictures of people and characters need no token, so that a page can show them; their ids cannot be guessed. Images of
/// moments need the ticket in their address, or a token, and are there for who sees the moment.
#[utoipa::path(
    get, path = "/media/{media_id}", tag = "media", params(("media_id" = WireMediaId, Path), MediaQuery),
    responses(
        (status = 200, content((ImageBytes = "image/png"), (ImageBytes = "image/jpeg"), (ImageBytes = "image/webp"), (ImageBytes = "image/svg+xml"))),
        (status = 304, description = "The copy at hand is good"),
    ),
)]
pub(crate) async fn get_media(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<MediaId>,
    ApiQuery(query): ApiQuery<MediaQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let looker = match (query.ticket, bearer(&headers)) {
        (Some(ticket), _) => state.app.media.looker(id, &ticket),
        (None, Some(token)) => {
            let caller = state.app.accounts.authenticate(token).await.ok();
            caller.map(|caller| Looker { user: caller.user_id, looking: Looking::Seeing })
        }
        (None, None) => None,
    };
    let Given { media, public } = state.app.media.get(id, looker).await?;
    let tag = format!("\"{id}\"");
    let known = matches_tag(&headers, &tag);
    let head: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media.media_type.as_str())),
        (header::CACHE_CONTROL, HeaderValue::from_static(if public { FOREVER } else { ASKED })),
        (header::ETAG, HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok(if known { (StatusCode::NOT_MODIFIED, head).into_response() } else { (head, media.bytes).into_response() })
}

/// Whether the client has this version.
pub(crate) fn matches_tag(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}
