//! Blocks and mutes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::blocks::Shunning;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiPath, ApiQuery};
use crate::friends::PageQuery;
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::profiles::{ListedPersonOut, PersonName};

// The macro of routes takes a plain name only.
type ListedPersonPage = PageOut<ListedPersonOut>;

/// Blocks somebody: the two are invisible to each other at once, and friendship, requests and follows between them end.
#[utoipa::path(
    put, path = "/people/{person}/block", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 204)),
)]
pub(crate) async fn block_person(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<StatusCode, Problem> {
    state.app.social.block(caller.user_id, &person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a block. What it ended does not come back.
#[utoipa::path(
    delete, path = "/people/{person}/block", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 204)),
)]
pub(crate) async fn unblock_person(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<StatusCode, Problem> {
    state.app.social.unshun(caller.user_id, &person, Shunning::Block).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mutes somebody: nothing of theirs is told or suggested any more, and they do not notice.
#[utoipa::path(
    put, path = "/people/{person}/mute", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 204)),
)]
pub(crate) async fn mute_person(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<StatusCode, Problem> {
    state.app.social.mute(caller.user_id, &person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a mute.
#[utoipa::path(
    delete, path = "/people/{person}/mute", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 204)),
)]
pub(crate) async fn unmute_person(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<StatusCode, Problem> {
    state.app.social.unshun(caller.user_id, &person, Shunning::Mute).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom the caller has blocked, the newest first.
#[utoipa::path(get, path = "/users/me/blocked", tag = "people", params(PageQuery), responses((status = 200, body = ListedPersonPage)))]
pub(crate) async fn page_blocked(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<ListedPersonOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.social.page_shunned(caller.user_id, Shunning::Block, &page).await?;
    Ok(Json(PageOut::of(found, ListedPersonOut::from)))
}

/// Whom the caller has muted, the newest first.
#[utoipa::path(get, path = "/users/me/muted", tag = "people", params(PageQuery), responses((status = 200, body = ListedPersonPage)))]
pub(crate) async fn page_muted(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<ListedPersonOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.social.page_shunned(caller.user_id, Shunning::Mute, &page).await?;
    Ok(Json(PageOut::of(found, ListedPersonOut::from)))
}
