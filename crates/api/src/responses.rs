//! What is liked and said of moments.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::{CommentId, MomentId};
use domain::moments::SeenComment;
use serde::{Deserialize, Serialize};
use service::Liked;
use service::moments::SayComment;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::friends::PageQuery;
use crate::moments::{MomentAuthorOut, made};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::profiles::ListedPersonOut;
use crate::wire::{WireCommentId, WireMomentId};

/// How a moment is liked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MomentLikes)]
pub struct LikedOut {
    /// Whether the caller likes it.
    liked: bool,
    /// How many people do.
    likes: u64,
}

impl From<Liked> for LikedOut {
    fn from(liked: Liked) -> Self {
        Self { liked: liked.liked, likes: liked.likes }
    }
}

/// A comment on a moment, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentOut {
    #[schema(value_type = WireCommentId)]
    id: CommentId,
    author: MomentAuthorOut,
    text: String,
    /// The comment it answers, which answers none itself. It may be by somebody whom the caller does not see.
    #[schema(value_type = Option<WireCommentId>, required)]
    reply_to: Option<CommentId>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Whether the caller said it, or made the character who did.
    is_mine: bool,
}

impl From<SeenComment> for CommentOut {
    fn from(seen: SeenComment) -> Self {
        let SeenComment { comment, by, mine } = seen;
        Self {
            id: comment.id,
            author: by.into(),
            text: comment.text,
            reply_to: comment.reply_to,
            created_at: comment.created_at,
            is_mine: mine,
        }
    }
}

/// Something to say about a moment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentIn {
    /// The client's own id of it, 1 to 64 printable ASCII characters: sent again, it is said once.
    #[schema(min_length = 1, max_length = 64)]
    client_comment_id: Option<String>,
    /// 1 to 1,000 characters.
    #[schema(min_length = 1, max_length = 1000)]
    text: String,
    /// The comment it answers. One that answers an answer stands beside it.
    #[schema(value_type = Option<WireCommentId>)]
    reply_to: Option<CommentId>,
}

// The macro of routes takes a plain name only.
type CommentPage = PageOut<CommentOut>;
type ListedPersonPage = PageOut<ListedPersonOut>;

/// Likes a moment. Repeats change nothing.
#[utoipa::path(
    put, path = "/moments/{moment_id}/like", tag = "moments",
    params(("moment_id" = WireMomentId, Path)), responses((status = 200, body = LikedOut)),
)]
pub(crate) async fn like_moment(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<MomentId>,
) -> Result<Json<LikedOut>, Problem> {
    Ok(Json(state.app.moments.set_like(caller.user_id, id, true).await?.into()))
}

/// Likes a moment no more. Repeats change nothing.
#[utoipa::path(
    delete, path = "/moments/{moment_id}/like", tag = "moments",
    params(("moment_id" = WireMomentId, Path)), responses((status = 200, body = LikedOut)),
)]
pub(crate) async fn unlike_moment(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<MomentId>,
) -> Result<Json<LikedOut>, Problem> {
    Ok(Json(state.app.moments.set_like(caller.user_id, id, false).await?.into()))
}

/// Who likes a moment, the newest first. A page may be short, or empty, though another follows.
#[utoipa::path(
    get, path = "/moments/{moment_id}/likes", tag = "moments",
    params(("moment_id" = WireMomentId, Path), PageQuery), responses((status = 200, body = ListedPersonPage)),
)]
pub(crate) async fn page_moment_likes(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<MomentId>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<ListedPersonOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    Ok(Json(PageOut::of(state.app.moments.page_likes(caller.user_id, id, &page).await?, ListedPersonOut::from)))
}

/// The comments on a moment, the oldest first. A page may be short, or empty, though another follows.
#[utoipa::path(
    get, path = "/moments/{moment_id}/comments", tag = "moments",
    params(("moment_id" = WireMomentId, Path), PageQuery), responses((status = 200, body = CommentPage)),
)]
pub(crate) async fn page_comments(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<MomentId>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<CommentOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    Ok(Json(PageOut::of(state.app.moments.page_comments(caller.user_id, id, &page).await?, CommentOut::from)))
}

/// Says something about a moment. Sent again with the same `client_comment_id`, the first one is answered.
#[utoipa::path(
    post, path = "/moments/{moment_id}/comments", tag = "moments", request_body = CommentIn,
    params(("moment_id" = WireMomentId, Path)),
    responses((status = 201, body = CommentOut), (status = 200, body = CommentOut, description = "It was said before")),
)]
pub(crate) async fn post_comment(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<MomentId>,
    ApiJson(body): ApiJson<CommentIn>,
) -> Result<(StatusCode, Json<CommentOut>), Problem> {
    let CommentIn { client_comment_id, text, reply_to } = body;
    let said = state.app.moments.comment(caller.user_id, id, SayComment { client_comment_id, text, reply_to }).await?;
    Ok((made(said.repeated), Json(said.seen.into())))
}

/// Deletes a comment with what answers it: one's own, or one on a moment of one's own.
#[utoipa::path(
    delete, path = "/moments/{moment_id}/comments/{comment_id}", tag = "moments",
    params(("moment_id" = WireMomentId, Path), ("comment_id" = WireCommentId, Path)), responses((status = 204)),
)]
pub(crate) async fn delete_comment(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((moment, id)): ApiPath<(MomentId, CommentId)>,
) -> Result<StatusCode, Problem> {
    state.app.moments.delete_comment(caller.user_id, moment, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
