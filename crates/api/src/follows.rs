//! Following people and characters.

use axum::Json;
use axum::extract::State;
use domain::follows::CharacterFollow;
use domain::ids::CharacterId;
use serde::Serialize;
use service::FollowSide;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::characters::CharacterOut;
use crate::extract::{ApiPath, ApiQuery};
use crate::friends::PageQuery;
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::profiles::{ListedPersonOut, PersonName, RelationOut};
use crate::wire::WireCharacterId;

/// How the caller stands to a character.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterFollow)]
pub struct CharacterFollowOut {
    /// Whether they follow her.
    following: bool,
    /// How many people do.
    followers: u64,
}

impl From<CharacterFollow> for CharacterFollowOut {
    fn from(follow: CharacterFollow) -> Self {
        Self { following: follow.following, followers: follow.followers }
    }
}

// The macro of routes takes a plain name only.
type ListedPersonPage = PageOut<ListedPersonOut>;
type CharacterPage = PageOut<CharacterOut>;

/// Follows somebody.
#[utoipa::path(
    put, path = "/people/{person}/follow", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 200, body = RelationOut)),
)]
pub(crate) async fn follow_person(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<Json<RelationOut>, Problem> {
    Ok(Json(RelationOut::of(&state.app.social.follow(caller.user_id, &person).await?)))
}

/// Follows somebody no more.
#[utoipa::path(
    delete, path = "/people/{person}/follow", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 200, body = RelationOut)),
)]
pub(crate) async fn unfollow_person(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<Json<RelationOut>, Problem> {
    Ok(Json(RelationOut::of(&state.app.social.unfollow(caller.user_id, &person).await?)))
}

/// Who follows somebody, the newest first. A page may be short, or empty, though another follows.
#[utoipa::path(
    get, path = "/people/{person}/followers", tag = "people",
    params(("person" = String, Path, description = "Their handle or id"), PageQuery), responses((status = 200, body = ListedPersonPage)),
)]
pub(crate) async fn page_followers(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<ListedPersonOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.social.page_follows(caller.user_id, &person, FollowSide::Followers, &page).await?;
    Ok(Json(PageOut::of(found, ListedPersonOut::from)))
}

/// Whom somebody follows, the newest first. A page may be short, or empty, though another follows.
#[utoipa::path(
    get, path = "/people/{person}/following", tag = "people",
    params(("person" = String, Path, description = "Their handle or id"), PageQuery), responses((status = 200, body = ListedPersonPage)),
)]
pub(crate) async fn page_following(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<ListedPersonOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.social.page_follows(caller.user_id, &person, FollowSide::Following, &page).await?;
    Ok(Json(PageOut::of(found, ListedPersonOut::from)))
}

/// The characters that somebody follows and the caller finds, the newest first. A page may be short, or empty, though another
/// follows.
#[utoipa::path(
    get, path = "/people/{person}/following/characters", tag = "people",
    params(("person" = String, Path, description = "Their handle or id"), PageQuery), responses((status = 200, body = CharacterPage)),
)]
pub(crate) async fn page_followed_characters(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<CharacterOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.social.page_followed_characters(caller.user_id, &person, &page).await?;
    Ok(Json(PageOut::of(found, |character| CharacterOut::of(character, caller.user_id))))
}

/// Whether the caller follows a character, and how many do.
#[utoipa::path(
    get, path = "/characters/{character_id}/follow", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = CharacterFollowOut)),
)]
pub(crate) async fn get_character_follow(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<CharacterFollowOut>, Problem> {
    Ok(Json(state.app.social.character_follow(caller.user_id, id).await?.into()))
}

/// Follows a character.
#[utoipa::path(
    put, path = "/characters/{character_id}/follow", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = CharacterFollowOut)),
)]
pub(crate) async fn follow_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<CharacterFollowOut>, Problem> {
    Ok(Json(state.app.social.set_character_follow(caller.user_id, id, true).await?.into()))
}

/// Follows a character no more.
#[utoipa::path(
    delete, path = "/characters/{character_id}/follow", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = CharacterFollowOut)),
)]
pub(crate) async fn unfollow_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<CharacterFollowOut>, Problem> {
    Ok(Json(state.app.social.set_character_follow(caller.user_id, id, false).await?.into()))
}
