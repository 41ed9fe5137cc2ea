//! Friends: asked for, accepted, declined, left, listed.

use axum::Json;
use axum::extract::State;
use domain::friends::RequestDirection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::profiles::{ListedPersonOut, PersonName, RelationOut};
use crate::wire::WireRequestDirection;

/// Which part of a list is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// Which requests are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RequestsQuery {
    /// Those of others, or one's own; `incoming` if absent.
    #[param(value_type = Option<WireRequestDirection>)]
    direction: Option<RequestDirection>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type ListedPersonPage = PageOut<ListedPersonOut>;

/// Asks for somebody's friendship. When they have asked as well, the two are friends at once. Repeats change nothing.
#[utoipa::path(
    put, path = "/people/{person}/friend", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 200, body = RelationOut)),
)]
pub(crate) async fn ask_friend(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<Json<RelationOut>, Problem> {
    Ok(Json(RelationOut::of(&state.app.social.ask_friend(caller.user_id, &person).await?)))
}

/// Ends what there is: the friendship, one's own request (it is taken back), or theirs (it is declined, which they do not learn).
#[utoipa::path(
    delete, path = "/people/{person}/friend", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 200, body = RelationOut)),
)]
pub(crate) async fn part_friend(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<Json<RelationOut>, Problem> {
    Ok(Json(RelationOut::of(&state.app.social.part_friends(caller.user_id, &person).await?)))
}

/// Says yes to a request, and asks for nothing when it was taken back meanwhile.
#[utoipa::path(
    post, path = "/people/{person}/friend/accept", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 200, body = RelationOut)),
)]
pub(crate) async fn accept_friend(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<Json<RelationOut>, Problem> {
    Ok(Json(RelationOut::of(&state.app.social.accept_friend(caller.user_id, &person).await?)))
}

/// The friends of somebody, also one's own, the newest first. A page may be short, or empty, though another follows.
#[utoipa::path(
    get, path = "/people/{person}/friends", tag = "people",
    params(("person" = String, Path, description = "Their handle or id"), PageQuery), responses((status = 200, body = ListedPersonPage)),
)]
pub(crate) async fn page_friends(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<ListedPersonOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.social.page_friends(caller.user_id, &person, &page).await?;
    Ok(Json(PageOut::of(found, ListedPersonOut::from)))
}

/// Requests that wait for an answer, the newest first.
#[utoipa::path(
    get, path = "/users/me/friend-requests", tag = "people", params(RequestsQuery), responses((status = 200, body = ListedPersonPage)),
)]
pub(crate) async fn page_friend_requests(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<RequestsQuery>,
) -> Result<Json<PageOut<ListedPersonOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let direction = query.direction.unwrap_or(RequestDirection::Incoming);
    let found = state.app.social.page_requests(caller.user_id, direction, &page).await?;
    Ok(Json(PageOut::of(found, ListedPersonOut::from)))
}
