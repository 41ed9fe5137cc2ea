//! Profiles: one's own, those of others, and how they are found.

use axum::Json;
use axum::extract::State;
use domain::ids::UserId;
use domain::privacy::{AskAudience, Audience, Facet, Privacy, PrivacyChoice};
use domain::profiles::{PersonRef, ProfilePatch, Relation, SeenPerson, Suggestion, WholeProfile, person_ref};
use serde::{Deserialize, Deserializer, Serialize};
use service::social::{ListedView, PersonView};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::media::{ImageBody, ImageBytes, ImageForm};
use crate::page::{PageOut, page_limit};
use crate::problem::Problem;
use crate::wire::{WireAskAudience, WireAudience, WireUserId, media_url};

/// The person of a path, by id or handle. What can be neither is the name of nobody.
pub struct PersonName(pub PersonRef);

impl<'de> Deserialize<'de> for PersonName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        person_ref(&text).map(Self).ok_or_else(|| serde::de::Error::custom("neither an id nor a handle"))
    }
}

/// A person in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonCardOut {
    #[schema(value_type = WireUserId)]
    id: UserId,
    /// The name by which they are found.
    handle: String,
    display_name: String,
    /// Where their picture is.
    #[schema(required)]
    avatar_url: Option<String>,
    /// Whether they are here; null where that is not told.
    #[schema(required)]
    online: Option<bool>,
    /// How the caller stands to them.
    relation: RelationOut,
}

impl PersonCardOut {
    pub(crate) fn of(person: SeenPerson, online: Option<bool>) -> Self {
        let relation = RelationOut::of(&person);
        let profile = person.profile;
        Self {
            id: profile.user,
            handle: profile.handle,
            display_name: profile.display_name,
            avatar_url: profile.avatar.map(media_url),
            online,
            relation,
        }
    }
}

/// A person in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedPersonOut {
    person: PersonCardOut,
    /// Since when they stand in it.
    #[serde(with = "time::serde::rfc3339")]
    since: OffsetDateTime,
}

impl From<ListedView> for ListedPersonOut {
    fn from(view: ListedView) -> Self {
        let ListedView { listed, online } = view;
        Self { person: PersonCardOut::of(listed.person, online), since: listed.since }
    }
}

/// How the caller stands to a person, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationOut {
    /// It is they themselves.
    me: bool,
    friend: bool,
    /// The caller has asked for their friendship.
    asked: bool,
    /// They ask for the caller's friendship.
    asks: bool,
    /// The caller follows them.
    follows: bool,
    /// They follow the caller.
    followed: bool,
    /// The caller has muted them.
    muted: bool,
    /// The caller has blocked them.
    blocked: bool,
    /// The caller may ask for their friendship, or give them their own.
    may_ask: bool,
    /// The caller may follow them.
    may_follow: bool,
    /// The caller may write to them.
    may_message: bool,
    /// The caller sees who their friends are.
    may_see_friends: bool,
    /// The caller sees who follows them, and whom they follow.
    may_see_follows: bool,
}

impl RelationOut {
    pub(crate) fn of(person: &SeenPerson) -> Self {
        let Relation { me, friend, asked, asks, follows, followed, mutes, blocks, .. } = person.relation;
        Self {
            me,
            friend,
            asked,
            asks,
            follows,
            followed,
            muted: mutes,
            blocked: blocks,
            may_ask: person.shows(Facet::Ask),
            may_follow: person.shows(Facet::Follow),
            may_message: person.shows(Facet::Message),
            may_see_friends: person.shows(Facet::Friends),
            may_see_follows: person.shows(Facet::Follows),
        }
    }
}

/// A person's profile, as the caller may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileOut {
    person: PersonCardOut,
    /// What they say of themselves; null where that is not for the caller.
    #[schema(required)]
    about: Option<AboutOut>,
}

/// What a person says of themselves, and how many they have to do with.
#[derive(Debug, Serialize, ToSchema)]
pub struct AboutOut {
    bio: String,
    friends: u64,
    followers: u64,
    /// People they follow.
    following: u64,
    /// Characters they follow.
    characters: u64,
    #[serde(with = "time::serde::rfc3339")]
    joined_at: OffsetDateTime,
}

impl AboutOut {
    fn of(profile: &WholeProfile) -> Self {
        let WholeProfile { person, reach } = profile;
        Self {
            bio: person.profile.bio.clone(),
            friends: reach.friends,
            followers: reach.followers,
            following: reach.following,
            characters: reach.characters,
            joined_at: person.profile.joined_at,
        }
    }
}

impl ProfileOut {
    fn of(profile: WholeProfile, online: Option<bool>) -> Self {
        let about = profile.person.shows(Facet::About).then(|| AboutOut::of(&profile));
        Self { about, person: PersonCardOut::of(profile.person, online) }
    }
}

/// One's own profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnProfileOut {
    person: PersonCardOut,
    about: AboutOut,
    /// What holds now, chosen or usual.
    privacy: PrivacyOut,
}

/// What a person lets others see and do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Privacy)]
pub struct PrivacyOut {
    /// Who reads what they say of themselves, follows them, and finds them.
    #[schema(value_type = WireAudience)]
    profile: Audience,
    /// Who sees whether they are here.
    #[schema(value_type = WireAudience)]
    presence: Audience,
    /// Who sees who their friends are.
    #[schema(value_type = WireAudience)]
    friends: Audience,
    /// Who may ask for their friendship.
    #[schema(value_type = WireAskAudience)]
    requests: AskAudience,
    /// Who may write to them.
    #[schema(value_type = WireAudience)]
    messages: Audience,
}

impl From<Privacy> for PrivacyOut {
    fn from(privacy: Privacy) -> Self {
        let Privacy { profile, presence, friends, requests, messages } = privacy;
        Self { profile, presence, friends, requests, messages }
    }
}

impl From<WholeProfile> for OwnProfileOut {
    fn from(profile: WholeProfile) -> Self {
        let (about, privacy) = (AboutOut::of(&profile), profile.person.profile.privacy().into());
        Self { person: PersonCardOut::of(profile.person, None), about, privacy }
    }
}

/// What a person changes about their profile; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProfilePatch)]
pub struct ProfilePatchIn {
    /// 3 to 32 of a-z, 0-9, dot, dash and underscore.
    handle: Option<String>,
    /// Up to 1,000 characters.
    bio: Option<String>,
    privacy: Option<PrivacyPatchIn>,
}

/// What a person shows from now on; what is absent stays.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = PrivacyPatch)]
pub struct PrivacyPatchIn {
    #[schema(value_type = Option<WireAudience>)]
    profile: Option<Audience>,
    #[schema(value_type = Option<WireAudience>)]
    presence: Option<Audience>,
    #[schema(value_type = Option<WireAudience>)]
    friends: Option<Audience>,
    #[schema(value_type = Option<WireAskAudience>)]
    requests: Option<AskAudience>,
    #[schema(value_type = Option<WireAudience>)]
    messages: Option<Audience>,
}

impl From<ProfilePatchIn> for ProfilePatch {
    fn from(body: ProfilePatchIn) -> Self {
        let PrivacyPatchIn { profile, presence, friends, requests, messages } = body.privacy.unwrap_or_default();
        let choice = PrivacyChoice { profile, presence, friends, requests, messages };
        Self { handle: body.handle, bio: body.bio, choice }
    }
}

/// Somebody whom the caller may know.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionOut {
    person: PersonCardOut,
    /// Friends the two have in common, among the newest of the caller's.
    common_friends: u64,
    /// Characters both follow, among the newest that the caller follows.
    common_characters: u64,
}

impl From<Suggestion> for SuggestionOut {
    fn from(suggestion: Suggestion) -> Self {
        let Suggestion { person, common_friends, common_characters } = suggestion;
        Self { person: PersonCardOut::of(person, None), common_friends, common_characters }
    }
}

/// Who is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleSearchQuery {
    /// How their handle or name begins.
    search: String,
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// How many are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LimitQuery {
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type PersonCardPage = PageOut<PersonCardOut>;
type SuggestionPage = PageOut<SuggestionOut>;

/// One's own profile.
#[utoipa::path(get, path = "/users/me/profile", tag = "people", responses((status = 200, body = OwnProfileOut)))]
pub(crate) async fn get_own_profile(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<OwnProfileOut>, Problem> {
    Ok(Json(state.app.social.own_profile(caller.user_id).await?.into()))
}

/// Changes one's own handle, words and privacy. The name is that of the account.
#[utoipa::path(
    patch, path = "/users/me/profile", tag = "people", request_body = ProfilePatchIn, responses((status = 200, body = OwnProfileOut)),
)]
pub(crate) async fn update_own_profile(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<ProfilePatchIn>,
) -> Result<Json<OwnProfileOut>, Problem> {
    Ok(Json(state.app.social.update_profile(caller.user_id, body.into()).await?.into()))
}

/// Gives oneself a picture: PNG, JPEG or WebP, as the field `file` of a form or as the body itself.
#[utoipa::path(
    put, path = "/users/me/avatar", tag = "people",
    request_body(content((ImageForm = "multipart/form-data"), (ImageBytes = "image/png"), (ImageBytes = "image/jpeg"), (ImageBytes = "image/webp"))),
    responses((status = 200, body = OwnProfileOut)),
)]
pub(crate) async fn set_portrait(
    State(state): State<AppState>,
    caller: Caller,
    ImageBody(bytes): ImageBody,
) -> Result<Json<OwnProfileOut>, Problem> {
    Ok(Json(state.app.social.set_portrait(caller.user_id, bytes).await?.into()))
}

/// Takes one's own picture away.
#[utoipa::path(delete, path = "/users/me/avatar", tag = "people", responses((status = 200, body = OwnProfileOut)))]
pub(crate) async fn remove_portrait(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<OwnProfileOut>, Problem> {
    Ok(Json(state.app.social.remove_portrait(caller.user_id).await?.into()))
}

/// People whom one may know, each with the reason; those with most in common first.
#[utoipa::path(
    get, path = "/users/me/suggestions", tag = "people", params(LimitQuery), responses((status = 200, body = SuggestionPage)),
)]
pub(crate) async fn list_suggestions(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<LimitQuery>,
) -> Result<Json<PageOut<SuggestionOut>>, Problem> {
    let found = state.app.social.suggestions(caller.user_id, page_limit(query.limit)?).await?;
    Ok(Json(PageOut::whole(found.into_iter().map(SuggestionOut::from).collect())))
}

/// People whose handle or name begins so, friends first. One page is all there is: who is looked for has a longer name.
#[utoipa::path(get, path = "/people", tag = "people", params(PeopleSearchQuery), responses((status = 200, body = PersonCardPage)))]
pub(crate) async fn search_people(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<PeopleSearchQuery>,
) -> Result<Json<PageOut<PersonCardOut>>, Problem> {
    let limit = page_limit(query.limit)?;
    let found = state.app.social.search_people(caller.user_id, &query.search, limit).await?;
    let card = |PersonView { person, online }| PersonCardOut::of(person, online);
    Ok(Json(PageOut::whole(found.into_iter().map(card).collect())))
}

/// Somebody's profile, by id or handle.
#[utoipa::path(
    get, path = "/people/{person}", tag = "people",
    params(("person" = String, Path, description = "Their handle or id")), responses((status = 200, body = ProfileOut)),
)]
pub(crate) async fn get_profile(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(PersonName(person)): ApiPath<PersonName>,
) -> Result<Json<ProfileOut>, Problem> {
    let (profile, online) = state.app.social.profile(caller.user_id, &person).await?;
    Ok(Json(ProfileOut::of(profile, online)))
}
