//! Moments: posted, read, changed and deleted, of people and of characters.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::chats::Author;
use domain::ids::{CharacterId, MediaId, MomentId};
use domain::moments::{AuthorFace, MomentPatch, MomentVisibility};
use domain::notifications::NotifierKind;
use serde::{Deserialize, Serialize};
use service::media::ImageView;
use service::moments::{MomentView, PostMoment};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::friends::PageQuery;
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::profiles::PersonName;
use crate::wire::{
    WireCharacterId, WireMediaId, WireMomentId, WireMomentVisibility, WireNotifierKind, media_url, ticket_url,
};

/// Whoever posted or said something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MomentAuthor)]
pub struct MomentAuthorOut {
    #[schema(value_type = WireNotifierKind)]
    kind: NotifierKind,
    id: String,
    /// The name by which a person is found; null of a character.
    #[schema(required)]
    handle: Option<String>,
    name: String,
    #[schema(required)]
    avatar_url: Option<String>,
}

impl From<AuthorFace> for MomentAuthorOut {
    fn from(face: AuthorFace) -> Self {
        let (kind, id) = match face.author {
            Author::Person(id) => (NotifierKind::Person, id.to_string()),
            Author::Character(id) => (NotifierKind::Character, id.to_string()),
        };
        Self { kind, id, handle: face.handle, name: face.name, avatar_url: face.avatar.map(media_url) }
    }
}

/// An image of a moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImageOut {
    #[schema(value_type = WireMediaId)]
    id: MediaId,
    /// Where it is, for the caller alone. The address is another one after some hours.
    url: String,
    /// Its width in pixels.
    width: u32,
    /// Its height in pixels.
    height: u32,
}

impl From<ImageView> for ImageOut {
    fn from(view: ImageView) -> Self {
        let ImageView { image, ticket } = view;
        Self { id: image.id, url: ticket_url(image.id, &ticket), width: image.size.width, height: image.size.height }
    }
}

/// A moment, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MomentOut {
    #[schema(value_type = WireMomentId)]
    id: MomentId,
    author: MomentAuthorOut,
    /// What it says; may be empty where it has images.
    text: String,
    /// At most nine, in order.
    images: Vec<ImageOut>,
    #[schema(value_type = WireMomentVisibility)]
    visibility: MomentVisibility,
    /// How many people like it.
    likes: u64,
    /// Whether the caller does.
    liked: bool,
    /// How many comments there are; the caller may not see all of them.
    comments: u64,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When its words, or who sees it, were last changed.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    edited_at: Option<OffsetDateTime>,
    /// Whether the caller posted it, or made the character who did.
    is_mine: bool,
    /// Whether characters may say something about it.
    characters_may_comment: bool,
}

impl From<MomentView> for MomentOut {
    fn from(view: MomentView) -> Self {
        let MomentView { seen, images } = view;
        let moment = seen.moment;
        Self {
            id: moment.id,
            author: seen.by.into(),
            text: moment.text,
            images: images.into_iter().map(ImageOut::from).collect(),
            visibility: moment.visibility,
            likes: moment.likes,
            liked: seen.liked,
            comments: moment.comments,
            created_at: moment.created_at,
            edited_at: moment.edited_at,
            is_mine: seen.mine,
            characters_may_comment: moment.characters_may_comment,
        }
    }
}

/// A moment to post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MomentIn {
    /// The client's own id of it, 1 to 64 printable ASCII characters: sent again, it is posted once.
    #[schema(min_length = 1, max_length = 64)]
    client_moment_id: String,
    /// Up to 4,000 characters; may be empty where there are images.
    #[serde(default)]
    #[schema(max_length = 4000)]
    text: String,
    /// Up to nine images that were uploaded with `POST /media` and stand in no moment yet.
    #[serde(default)]
    #[schema(value_type = Vec<WireMediaId>, max_items = 9)]
    image_ids: Vec<MediaId>,
    #[schema(value_type = WireMomentVisibility)]
    visibility: MomentVisibility,
    /// Whether characters may say something about it; they may if absent.
    #[serde(default = "they_may")]
    characters_may_comment: bool,
}

fn they_may() -> bool {
    true
}

impl From<MomentIn> for PostMoment {
    fn from(body: MomentIn) -> Self {
        let MomentIn { client_moment_id, text, image_ids, visibility, characters_may_comment } = body;
        Self { client_moment_id, text, image_ids, visibility, characters_may_comment }
    }
}

/// What to change of a moment; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MomentPatchIn {
    /// Up to 4,000 characters.
    #[schema(max_length = 4000)]
    text: Option<String>,
    #[schema(value_type = Option<WireMomentVisibility>)]
    visibility: Option<MomentVisibility>,
    characters_may_comment: Option<bool>,
}

// The macro of routes takes a plain name only.
type MomentPage = PageOut<MomentOut>;

/// The caller's own moments, and those of friends and of the people and characters they follow, the newest first. A page may be
/// short, or empty, though another follows. Whom the caller has muted is left out.
#[utoipa::path(get, path = "/feed", tag = "moments", params(PageQuery), responses((status = 200, body = MomentPage)))]
pub(crate) async fn page_feed(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<MomentOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    Ok(Json(PageOut::of(state.app.moments.feed(caller.user_id, &page).await?, MomentOut::from)))
}

/// Posts a moment. Sent again with the same `client_moment_id`, the first one is answered.
#[utoipa::path(
    post, path = "/moments", tag = "moments", request_body = MomentIn,
    responses((status = 201, body = MomentOut), (status = 200, body = MomentOut, description = "It was posted before")),
)]
pub(crate) async fn post_moment(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<MomentIn>,
) -> Result<(StatusCode, Json<MomentOut>), Problem> {
    let posted = state.app.moments.post(caller.user_id, None, body.into()).await?;
    Ok((made(posted.repeated), Json(posted.view.into())))
}

/// The status of something that is there now.
pub(crate) fn made(repeated: bool) -> StatusCode {
    if repeated { StatusCode::OK } else { StatusCode::CREATED }
}

/// A moment.
#[utoipa::path(
    get, path = "/moments/{moment_id}", tag = "moments",
    params(("moment_id" = WireMomentId, Path)), responses((status = 200, body = MomentOut)),
)]
pub(crate) async fn get_moment(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<MomentId>,
) -> Result<Json<MomentOut>, Problem> {
    Ok(Json(state.app.moments.get(caller.user_id, id).await?.into()))
}

/// Changes a moment of one's own.
#[utoipa::path(
    patch, path = "/moments/{moment_id}", tag = "moments", request_body = MomentPatchIn,
    params(("moment_id" = WireMomentId, Path)), responses((status = 200, body = MomentOut)),
)]
pub(crate) async fn update_moment(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<MomentId>,
    ApiJson(body): ApiJson<MomentPatchIn>,
) -> Result<Json<MomentOut>, Problem> {
    let MomentPatchIn { text, visibility, characters_may_comment } = body;
    let patch = MomentPatch { text, visibility, characters_may_comment };
    Ok(Json(state.app.moments.update(caller.user_id, id, patch).await?.into()))
}

/// Deletes a moment of one's own, with all that was liked and said of it.
#[utoipa::path(
    delete, path = "/moments/{moment_id}", tag = "moments",
    params(("moment_id" = WireMomentId, Path)), responses((status = 204)),
)]
pub(crate) async fn delete_moment(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<MomentId>,
) -> Result<StatusCode, Problem> {
    state.app.moments.delete(caller.user_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The moments of somebody that the caller sees, also one's own, the newest first.
#[utoipa::path(
    get, path = "/people/{person}/moments", tag = "moments",
    params(("person" = String, Path, description = "Their handle or id"), PageQuery), responses((status = 200, body = MomentPage)),
)]
pub(crate) async fn page_person_moments(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<MomentOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    Ok(Json(PageOut::of(state.app.moments.page_of_person(caller.user_id, &person, &page).await?, MomentOut::from)))
}

/// The moments of a character that the caller sees, the newest first.
#[utoipa::path(
    get, path = "/characters/{character_id}/moments", tag = "moments",
    params(("character_id" = WireCharacterId, Path), PageQuery), responses((status = 200, body = MomentPage)),
)]
pub(crate) async fn page_character_moments(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<MomentOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    Ok(Json(PageOut::of(state.app.moments.page_of_character(caller.user_id, id, &page).await?, MomentOut::from)))
}

/// Posts a moment of a character of one's own. `friends` are those of her maker.
#[utoipa::path(
    post, path = "/characters/{character_id}/moments", tag = "moments", request_body = MomentIn,
    params(("character_id" = WireCharacterId, Path)),
    responses((status = 201, body = MomentOut), (status = 200, body = MomentOut, description = "It was posted before")),
)]
pub(crate) async fn post_character_moment(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<MomentIn>,
) -> Result<(StatusCode, Json<MomentOut>), Problem> {
    let posted = state.app.moments.post(caller.user_id, Some(id), body.into()).await?;
    Ok((made(posted.repeated), Json(posted.view.into())))
}

/// Whether a character posts moments by herself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CharacterPosting)]
#[serde(deny_unknown_fields)]
pub struct CharacterPostingBody {
    /// Whether she does, a few times a week.
    posts: bool,
}

/// Whether a character of one's own posts moments by herself. At first she does not.
#[utoipa::path(
    get, path = "/characters/{character_id}/moments/settings", tag = "moments",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = CharacterPostingBody)),
)]
pub(crate) async fn get_character_posting(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<CharacterPostingBody>, Problem> {
    Ok(Json(CharacterPostingBody { posts: state.app.moments.posts_herself(caller.user_id, id).await? }))
}

/// Lets a character of one's own post moments by herself, or no more. What it takes is counted for the caller.
#[utoipa::path(
    put, path = "/characters/{character_id}/moments/settings", tag = "moments", request_body = CharacterPostingBody,
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = CharacterPostingBody)),
)]
pub(crate) async fn set_character_posting(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<CharacterPostingBody>,
) -> Result<Json<CharacterPostingBody>, Problem> {
    state.app.moments.let_post(caller.user_id, id, body.posts).await?;
    Ok(Json(body))
}
