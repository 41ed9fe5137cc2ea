//! Characters: made, changed, found, deleted.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::characters::{CharacterFilter, CharacterProfile, ContentRating, DepthPrompt, Translation, Visibility};
use domain::ids::{CharacterId, UserId};
use domain::prompt::PromptRole;
use domain::recommendations::Reaction;
use domain::safety::Tongue;
use domain::validation::FieldError;
use serde::{Deserialize, Serialize};
use service::characters::{CharacterPatch, CharacterView};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::bond_rules::RulesBody;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::media::{ImageBody, ImageBytes, ImageForm};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::routine::RoutineBody;
use crate::sampling::SamplingBody;
use crate::wire::{
    WireCharacterId, WireContentRating, WirePromptRole, WireReaction, WireTongue, WireUserId, WireVisibility,
    media_url, present,
};

/// A character.
#[derive(Debug, Serialize, ToSchema)]
pub struct CharacterOut {
    #[schema(value_type = WireCharacterId)]
    id: CharacterId,
    /// Who made her; null when she came with Talker.
    #[schema(value_type = Option<WireUserId>, required)]
    owner_id: Option<UserId>,
    name: String,
    /// One line about her.
    tagline: String,
    /// Who she is, for the model.
    persona: String,
    /// Where and when the two meet, for the model.
    scenario: String,
    /// Her first message.
    greeting: String,
    /// Other first messages.
    alternate_greetings: Vec<String>,
    /// First messages in groups alone.
    group_greetings: Vec<String>,
    /// How she talks: dialogues, each begun by a line `<START>`.
    examples: String,
    /// Instructions in place of the server's own; `{{original}}` puts those in.
    system_prompt: String,
    /// Instructions behind the history; `{{original}}` puts the server's own in.
    post_history_instructions: String,
    /// A note in the history.
    depth_prompt: DepthPromptBody,
    /// Words for her players; never in a prompt.
    creator_notes: String,
    tags: Vec<String>,
    #[schema(value_type = WireVisibility)]
    visibility: Visibility,
    /// For whom she is: what is mature is there for nobody but her maker and adults who want it.
    #[schema(value_type = WireContentRating)]
    rating: ContentRating,
    /// The model she speaks with; null is the server's default.
    #[schema(required)]
    model: Option<String>,
    sampling: SamplingBody,
    /// How bonds with her grow; null is the usual way.
    #[schema(required)]
    bond: Option<RulesBody>,
    /// Her week; null: nothing is known of it.
    #[schema(required)]
    routine: Option<RoutineBody>,
    /// What people read of her in other languages.
    translations: Vec<TranslationBody>,
    /// Where her picture is.
    #[schema(required)]
    avatar_url: Option<String>,
    /// Whether the caller made her.
    mine: bool,
    /// Whether her maker deleted her: she answers no more.
    deleted: bool,
    /// How many people like her.
    likes: u64,
    /// What the caller says of her.
    #[schema(value_type = Option<WireReaction>, required)]
    reaction: Option<Reaction>,
    /// Whether the caller has hidden her: she is in none of their lists, searches and recommendations.
    hidden: bool,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    updated_at: OffsetDateTime,
}

impl CharacterOut {
    /// A character as `viewer` sees her.
    #[must_use]
    pub fn of(view: CharacterView, viewer: UserId) -> Self {
        let CharacterView { character, regard } = view;
        let profile = character.profile;
        Self {
            id: character.id,
            owner_id: character.owner,
            name: profile.name,
            tagline: profile.tagline,
            persona: profile.persona,
            scenario: profile.scenario,
            greeting: profile.greeting,
            alternate_greetings: profile.alternate_greetings,
            group_greetings: profile.group_greetings,
            examples: profile.examples,
            system_prompt: profile.system_prompt,
            post_history_instructions: profile.post_history_instructions,
            depth_prompt: profile.depth_prompt.into(),
            creator_notes: profile.creator_notes,
            tags: profile.tags,
            visibility: profile.visibility,
            rating: profile.rating,
            model: profile.model,
            sampling: profile.sampling.into(),
            bond: profile.bond.map(RulesBody::from),
            routine: profile.routine.map(RoutineBody::from),
            translations: profile.translations.into_iter().map(Into::into).collect(),
            avatar_url: character.avatar.map(media_url),
            mine: character.owner == Some(viewer),
            deleted: character.deleted,
            likes: regard.likes,
            reaction: regard.reaction,
            hidden: regard.hidden,
            created_at: character.created_at,
            updated_at: character.updated_at,
        }
    }
}

/// A note of a character's maker that stands in the history.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DepthPrompt)]
pub struct DepthPromptBody {
    /// What it says; there is none where it is blank.
    text: String,
    /// How many messages stand behind it; 4 if absent.
    #[serde(default = "usual_depth")]
    #[schema(maximum = 2000)]
    depth: u32,
    /// Who says it; `system` if absent.
    #[serde(default = "usual_role")]
    #[schema(value_type = WirePromptRole)]
    role: PromptRole,
}

fn usual_depth() -> u32 {
    DepthPrompt::DEPTH
}

fn usual_role() -> PromptRole {
    PromptRole::System
}

impl From<DepthPrompt> for DepthPromptBody {
    fn from(prompt: DepthPrompt) -> Self {
        let DepthPrompt { text, depth, role } = prompt;
        Self { text, depth, role }
    }
}

impl From<DepthPromptBody> for DepthPrompt {
    fn from(body: DepthPromptBody) -> Self {
        let DepthPromptBody { text, depth, role } = body;
        Self { text, depth, role }
    }
}

/// What people read of a character in a language beside her own. A text that is absent or blank is read as she has it; no model reads it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Translation)]
pub struct TranslationBody {
    /// Which language; each stands once.
    #[schema(value_type = WireTongue)]
    language: Tongue,
    #[serde(default)]
    persona: String,
    #[serde(default)]
    scenario: String,
    #[serde(default)]
    greeting: String,
    /// Where there are none, those she has.
    #[serde(default)]
    alternate_greetings: Vec<String>,
    #[serde(default)]
    creator_notes: String,
}

impl From<Translation> for TranslationBody {
    fn from(translation: Translation) -> Self {
        let Translation { language, persona, scenario, greeting, alternate_greetings, creator_notes } = translation;
        Self { language, persona, scenario, greeting, alternate_greetings, creator_notes }
    }
}

impl From<TranslationBody> for Translation {
    fn from(body: TranslationBody) -> Self {
        let TranslationBody { language, persona, scenario, greeting, alternate_greetings, creator_notes } = body;
        Self { language, persona, scenario, greeting, alternate_greetings, creator_notes }
    }
}

/// A character to make.
#[derive(Deserialize, ToSchema)]
pub struct CharacterIn {
    name: String,
    tagline: Option<String>,
    persona: Option<String>,
    scenario: Option<String>,
    greeting: Option<String>,
    alternate_greetings: Option<Vec<String>>,
    group_greetings: Option<Vec<String>>,
    examples: Option<String>,
    system_prompt: Option<String>,
    post_history_instructions: Option<String>,
    depth_prompt: Option<DepthPromptBody>,
    creator_notes: Option<String>,
    tags: Option<Vec<String>>,
    /// `private` if absent.
    #[schema(value_type = Option<WireVisibility>)]
    visibility: Option<Visibility>,
    /// `general` if absent; `mature` is for adults to say.
    #[schema(value_type = Option<WireContentRating>)]
    rating: Option<ContentRating>,
    model: Option<String>,
    sampling: Option<SamplingBody>,
    /// How bonds with her grow; the usual way if absent.
    bond: Option<RulesBody>,
    routine: Option<RoutineBody>,
    translations: Option<Vec<TranslationBody>>,
}

impl TryFrom<CharacterIn> for CharacterProfile {
    type Error = FieldError;

    fn try_from(body: CharacterIn) -> Result<Self, FieldError> {
        Ok(Self {
            name: body.name,
            tagline: body.tagline.unwrap_or_default(),
            persona: body.persona.unwrap_or_default(),
            scenario: body.scenario.unwrap_or_default(),
            greeting: body.greeting.unwrap_or_default(),
            alternate_greetings: body.alternate_greetings.unwrap_or_default(),
            group_greetings: body.group_greetings.unwrap_or_default(),
            examples: body.examples.unwrap_or_default(),
            system_prompt: body.system_prompt.unwrap_or_default(),
            post_history_instructions: body.post_history_instructions.unwrap_or_default(),
            depth_prompt: body.depth_prompt.map(Into::into).unwrap_or_default(),
            creator_notes: body.creator_notes.unwrap_or_default(),
            tags: body.tags.unwrap_or_default(),
            visibility: body.visibility.unwrap_or(Visibility::Private),
            rating: body.rating.unwrap_or_default(),
            model: body.model,
            sampling: body.sampling.map(Into::into).unwrap_or_default(),
            bond: body.bond.map(Into::into),
            routine: body.routine.map(RoutineBody::read).transpose()?,
            translations: body.translations.unwrap_or_default().into_iter().map(Into::into).collect(),
        })
    }
}

/// What her maker changes; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = CharacterPatch)]
pub struct CharacterPatchIn {
    name: Option<String>,
    tagline: Option<String>,
    persona: Option<String>,
    scenario: Option<String>,
    greeting: Option<String>,
    alternate_greetings: Option<Vec<String>>,
    group_greetings: Option<Vec<String>>,
    examples: Option<String>,
    system_prompt: Option<String>,
    post_history_instructions: Option<String>,
    depth_prompt: Option<DepthPromptBody>,
    creator_notes: Option<String>,
    tags: Option<Vec<String>>,
    #[schema(value_type = Option<WireVisibility>)]
    visibility: Option<Visibility>,
    #[schema(value_type = Option<WireContentRating>)]
    rating: Option<ContentRating>,
    /// Null is the server's default.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    model: Option<Option<String>>,
    sampling: Option<SamplingBody>,
    /// Null is the usual way.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RulesBody>)]
    bond: Option<Option<RulesBody>>,
    /// Null: nothing is known of her week.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RoutineBody>)]
    routine: Option<Option<RoutineBody>>,
    translations: Option<Vec<TranslationBody>>,
}

impl TryFrom<CharacterPatchIn> for CharacterPatch {
    type Error = FieldError;

    fn try_from(body: CharacterPatchIn) -> Result<Self, FieldError> {
        Ok(Self {
            name: body.name,
            tagline: body.tagline,
            persona: body.persona,
            scenario: body.scenario,
            greeting: body.greeting,
            alternate_greetings: body.alternate_greetings,
            group_greetings: body.group_greetings,
            examples: body.examples,
            system_prompt: body.system_prompt,
            post_history_instructions: body.post_history_instructions,
            depth_prompt: body.depth_prompt.map(Into::into),
            creator_notes: body.creator_notes,
            tags: body.tags,
            visibility: body.visibility,
            rating: body.rating,
            model: body.model,
            sampling: body.sampling.map(Into::into),
            bond: body.bond.map(|bond| bond.map(Into::into)),
            routine: body.routine.map(|routine| routine.map(RoutineBody::read).transpose()).transpose()?,
            translations: body.translations.map(|all| all.into_iter().map(Into::into).collect()),
        })
    }
}

/// Which characters are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CharactersQuery {
    /// Words that her name, tagline or tags hold.
    search: Option<String>,
    /// A tag she has.
    tag: Option<String>,
    /// Only those the caller made.
    mine: Option<bool>,
    /// Only those the caller has hidden; otherwise none of them.
    hidden: Option<bool>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type CharacterPage = PageOut<CharacterOut>;

/// Public characters and the caller's own, the newest first.
#[utoipa::path(
    get, path = "/characters", tag = "characters", params(CharactersQuery), responses((status = 200, body = CharacterPage)),
)]
pub(crate) async fn page_characters(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<CharactersQuery>,
) -> Result<Json<PageOut<CharacterOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let filter = CharacterFilter {
        search: query.search,
        tag: query.tag,
        mine: query.mine.unwrap_or(false),
        hidden: query.hidden.unwrap_or(false),
    };
    let found = state.app.characters.page(caller.user_id, filter, &page).await?;
    Ok(Json(PageOut::of(found, |character| CharacterOut::of(character, caller.user_id))))
}

/// Makes a character.
#[utoipa::path(
    post, path = "/characters", tag = "characters", request_body = CharacterIn, responses((status = 201, body = CharacterOut)),
)]
pub(crate) async fn create_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<CharacterIn>,
) -> Result<(StatusCode, Json<CharacterOut>), Problem> {
    let character = state.app.characters.create(caller.user_id, body.try_into()?).await?;
    Ok((StatusCode::CREATED, Json(CharacterOut::of(character.into(), caller.user_id))))
}

/// A character that the caller may see.
#[utoipa::path(
    get, path = "/characters/{character_id}", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = CharacterOut)),
)]
pub(crate) async fn get_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<CharacterOut>, Problem> {
    let character = state.app.characters.view(caller.user_id, id).await?;
    Ok(Json(CharacterOut::of(character, caller.user_id)))
}

/// Changes one's own character.
#[utoipa::path(
    patch, path = "/characters/{character_id}", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), request_body = CharacterPatchIn, responses((status = 200, body = CharacterOut)),
)]
pub(crate) async fn update_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<CharacterPatchIn>,
) -> Result<Json<CharacterOut>, Problem> {
    let character = state.app.characters.update(caller.user_id, id, body.try_into()?).await?;
    Ok(Json(CharacterOut::of(character, caller.user_id)))
}

/// Deletes one's own character; name and picture stay for those who have sessions with her.
#[utoipa::path(
    delete, path = "/characters/{character_id}", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 204)),
)]
pub(crate) async fn delete_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<StatusCode, Problem> {
    state.app.characters.delete(caller.user_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives one's own character a picture: PNG, JPEG or WebP, as the field `file` of a form or as the body itself.
#[utoipa::path(
    put, path = "/characters/{character_id}/avatar", tag = "characters",
    params(("character_id" = WireCharacterId, Path)),
    request_body(content((ImageForm = "multipart/form-data"), (ImageBytes = "image/png"), (ImageBytes = "image/jpeg"), (ImageBytes = "image/webp"))),
    responses((status = 200, body = CharacterOut)),
)]
pub(crate) async fn set_avatar(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ImageBody(bytes): ImageBody,
) -> Result<Json<CharacterOut>, Problem> {
    let character = state.app.characters.set_avatar(caller.user_id, id, bytes).await?;
    Ok(Json(CharacterOut::of(character, caller.user_id)))
}

/// Takes the picture of one's own character away.
#[utoipa::path(
    delete, path = "/characters/{character_id}/avatar", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = CharacterOut)),
)]
pub(crate) async fn remove_avatar(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<CharacterOut>, Problem> {
    let character = state.app.characters.remove_avatar(caller.user_id, id).await?;
    Ok(Json(CharacterOut::of(character, caller.user_id)))
}
