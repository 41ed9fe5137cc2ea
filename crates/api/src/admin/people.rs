//! People: found, given roles and limits, kept out and let in again.

use axum::Json;
use axum::extract::State;
use domain::accounts::{Disabled, UserRole};
use domain::ids::UserId;
use domain::usage::{Limit, LimitRule, PeopleFilter, Person, QuotaOverride};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::{Admin, Moderator};
use crate::AppState;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::usage::DayUsageOut;
use crate::wire::{WireLimitRule, WireUserId, WireUserRole};

/// A person, as those see them who look after the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonOut {
    #[schema(value_type = WireUserId)]
    id: UserId,
    /// The name they sign in with.
    username: String,
    #[schema(value_type = WireUserRole)]
    role: UserRole,
    /// Whether they cannot sign in.
    #[schema(required)]
    disabled: Option<DisabledOut>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When one of the devices that are signed in last got tokens.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    last_seen_at: Option<OffsetDateTime>,
    /// Devices that are signed in.
    devices: u64,
    /// Their chats.
    sessions: u64,
    /// What they took today.
    usage_today: DayUsageOut,
    /// Their limits.
    quota: QuotaOverrideOut,
}

/// That somebody cannot sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Disabled)]
pub struct DisabledOut {
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    /// Why, in an admin's words.
    reason: String,
}

impl From<Disabled> for DisabledOut {
    fn from(disabled: Disabled) -> Self {
        Self { at: disabled.at, reason: disabled.reason }
    }
}

/// The limits of a person where they differ from everybody's.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = QuotaOverride)]
pub struct QuotaOverrideOut {
    /// Replies in a day.
    #[serde(default)]
    replies: LimitOut,
    /// Tokens in a day.
    #[serde(default)]
    tokens: LimitOut,
    /// Cost in a day, in millionths of a US dollar.
    #[serde(default)]
    cost: LimitOut,
}

/// One limit.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Limit)]
pub struct LimitOut {
    /// Where it comes from.
    #[schema(value_type = WireLimitRule)]
    rule: Rule,
    /// The number, for `at_most`.
    #[serde(default)]
    at_most: Option<u64>,
}

/// The rule that holds where none is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Rule(LimitRule);

impl Default for Rule {
    fn default() -> Self {
        Self(LimitRule::Default)
    }
}

impl From<Limit> for LimitOut {
    fn from(limit: Limit) -> Self {
        Self { rule: Rule(limit.rule()), at_most: limit.at_most() }
    }
}

impl LimitOut {
    fn read(&self, field: &str) -> Result<Limit, Problem> {
        match (self.rule.0, self.at_most) {
            (LimitRule::Default, None) => Ok(Limit::Default),
            (LimitRule::Unlimited, None) => Ok(Limit::Unlimited),
            (LimitRule::AtMost, Some(most)) => Ok(Limit::AtMost(most)),
            (LimitRule::AtMost, None) => Err(Problem::field(format!("{field}.at_most"), "is missing")),
            (_, Some(_)) => Err(Problem::field(format!("{field}.at_most"), "belongs to the rule at_most")),
        }
    }
}

impl From<Person> for PersonOut {
    fn from(person: Person) -> Self {
        let Person { user, last_seen_at, devices, sessions, used, own } = person;
        Self {
            id: user.id,
            username: user.username,
            role: user.role,
            disabled: user.disabled.map(DisabledOut::from),
            created_at: user.created_at,
            last_seen_at,
            devices,
            sessions,
            usage_today: used.into(),
            quota: QuotaOverrideOut { replies: own.replies.into(), tokens: own.tokens.into(), cost: own.cost.into() },
        }
    }
}

/// Which people are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    /// How their user name begins.
    search: Option<String>,
    /// Their role.
    #[param(value_type = Option<WireUserRole>)]
    role: Option<UserRole>,
    /// Those who are disabled, or those who are not.
    disabled: Option<bool>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type PersonPage = PageOut<PersonOut>;

/// People, the newest first. Moderators may ask as well.
#[utoipa::path(get, path = "/admin/people", tag = "admin", params(PeopleQuery), responses((status = 200, body = PersonPage)))]
pub(crate) async fn page_people(
    State(state): State<AppState>,
    _: Moderator,
    ApiQuery(query): ApiQuery<PeopleQuery>,
) -> Result<Json<PageOut<PersonOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let filter = PeopleFilter { prefix: query.search, role: query.role, disabled: query.disabled };
    Ok(Json(PageOut::of(state.app.admin.page_people(filter, &page).await?, PersonOut::from)))
}

/// One person. Moderators may ask as well.
#[utoipa::path(
    get, path = "/admin/people/{user_id}", tag = "admin",
    params(("user_id" = WireUserId, Path)), responses((status = 200, body = PersonOut)),
)]
pub(crate) async fn get_person(
    State(state): State<AppState>,
    _: Moderator,
    ApiPath(user): ApiPath<UserId>,
) -> Result<Json<PersonOut>, Problem> {
    Ok(Json(state.app.admin.person(user).await?.into()))
}

/// Another role.
#[derive(Deserialize, ToSchema)]
pub struct RoleIn {
    /// What they may do from now on.
    #[schema(value_type = WireUserRole)]
    role: UserRole,
}

/// Gives a person a role.
#[utoipa::path(
    put, path = "/admin/people/{user_id}/role", tag = "admin", request_body = RoleIn,
    params(("user_id" = WireUserId, Path)), responses((status = 200, body = PersonOut)),
)]
pub(crate) async fn set_role(
    State(state): State<AppState>,
    Admin(acting): Admin,
    ApiPath(user): ApiPath<UserId>,
    ApiJson(body): ApiJson<RoleIn>,
) -> Result<Json<PersonOut>, Problem> {
    Ok(Json(state.app.admin.set_role(&acting, user, body.role).await?.into()))
}

/// Why somebody is kept out.
#[derive(Default, Deserialize, ToSchema)]
pub struct DisableIn {
    /// For other admins: a line of at most 200 characters.
    #[serde(default)]
    #[schema(max_length = 200)]
    reason: String,
}

/// Keeps a person out: signs them out everywhere, and lets them sign in no more. Nothing of theirs is deleted.
#[utoipa::path(
    put, path = "/admin/people/{user_id}/disabled", tag = "admin", request_body = DisableIn,
    params(("user_id" = WireUserId, Path)), responses((status = 200, body = PersonOut)),
)]
pub(crate) async fn disable_person(
    State(state): State<AppState>,
    Admin(acting): Admin,
    ApiPath(user): ApiPath<UserId>,
    ApiJson(body): ApiJson<DisableIn>,
) -> Result<Json<PersonOut>, Problem> {
    Ok(Json(state.app.admin.disable(&acting, user, &body.reason).await?.into()))
}

/// Lets a person in again.
#[utoipa::path(
    delete, path = "/admin/people/{user_id}/disabled", tag = "admin",
    params(("user_id" = WireUserId, Path)), responses((status = 200, body = PersonOut)),
)]
pub(crate) async fn enable_person(
    State(state): State<AppState>,
    Admin(acting): Admin,
    ApiPath(user): ApiPath<UserId>,
) -> Result<Json<PersonOut>, Problem> {
    Ok(Json(state.app.admin.enable(&acting, user).await?.into()))
}

/// Sets where the limits of a person differ from everybody's; what is absent does not differ.
#[utoipa::path(
    put, path = "/admin/people/{user_id}/quota", tag = "admin", request_body = QuotaOverrideOut,
    params(("user_id" = WireUserId, Path)), responses((status = 200, body = PersonOut)),
)]
pub(crate) async fn set_quota(
    State(state): State<AppState>,
    Admin(acting): Admin,
    ApiPath(user): ApiPath<UserId>,
    ApiJson(body): ApiJson<QuotaOverrideOut>,
) -> Result<Json<PersonOut>, Problem> {
    let own = QuotaOverride {
        replies: body.replies.read("replies")?,
        tokens: body.tokens.read("tokens")?,
        cost: body.cost.read("cost")?,
    };
    Ok(Json(state.app.admin.set_quota(&acting, user, own).await?.into()))
}
