//! Characters: who one talks to.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::bonds::BondRules;
use crate::ids::{CharacterId, MediaId, UserId};
use crate::limits;
use crate::prompt::PromptRole;
use crate::routine::Routine;
use crate::safety::Tongue;
use crate::sampling::Sampling;
use crate::validation::{FieldError, line, optional_line, text};

closed_set! {
    /// Who may meet a character.
    pub enum Visibility {
        /// Her maker alone.
        Private = "private",
        /// Whoever knows her id.
        Unlisted = "unlisted",
        /// Everybody; she stands in lists and searches.
        Public = "public",
    }
}

closed_set! {
    /// For whom a character is, as her maker says.
    #[derive(Default)]
    pub enum ContentRating {
        /// Everybody.
        #[default]
        General = "general",
        /// Adults who want it; to all others she is not there.
        Mature = "mature",
    }
}

impl ContentRating {
    /// Whether this is for somebody who sees what is mature, or does not.
    #[must_use]
    pub fn is_for(self, sees_mature: bool) -> bool {
        match self {
            Self::General => true,
            Self::Mature => sees_mature,
        }
    }
}

/// A character.
#[derive(Debug, Clone, PartialEq)]
pub struct Character {
    /// Her id.
    pub id: CharacterId,
    /// Who made her; `None` when she came with Talker.
    pub owner: Option<UserId>,
    /// What she is.
    pub profile: CharacterProfile,
    /// Her picture.
    pub avatar: Option<MediaId>,
    /// When she was made.
    pub created_at: OffsetDateTime,
    /// When she was last changed.
    pub updated_at: OffsetDateTime,
    /// Whether her maker deleted her: she answers no more, and only her name and picture are left.
    pub deleted: bool,
}

impl Character {
    /// Whether `viewer` may find her in a list or a search.
    #[must_use]
    pub fn found_by(&self, viewer: UserId) -> bool {
        !self.deleted && (self.profile.visibility == Visibility::Public || self.owner == Some(viewer))
    }

    /// Whether `viewer` may see her by her id.
    #[must_use]
    pub fn visible_to(&self, viewer: UserId) -> bool {
        !self.deleted && (self.profile.visibility != Visibility::Private || self.owner == Some(viewer))
    }
}

/// What stands of a character beside a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharacterBrief {
    /// Her id.
    pub id: CharacterId,
    /// Her name.
    pub name: String,
    /// The line under it.
    pub tagline: String,
    /// Her picture.
    pub avatar: Option<MediaId>,
    /// Whether she answers no more.
    pub deleted: bool,
    /// The model she speaks with; `None` is the server's default.
    pub model: Option<String>,
    /// Who made her; `None` when she came with Talker.
    pub owner: Option<UserId>,
    /// For whom she is.
    pub rating: ContentRating,
}

impl CharacterBrief {
    /// Whether she is for this person: her maker, or whoever sees what she is rated.
    #[must_use]
    pub fn is_for(&self, user: UserId, sees_mature: bool) -> bool {
        self.rating.is_for(sees_mature) || self.owner == Some(user)
    }
}

impl From<&Character> for CharacterBrief {
    fn from(character: &Character) -> Self {
        Self {
            id: character.id,
            name: character.profile.name.clone(),
            tagline: character.profile.tagline.clone(),
            avatar: character.avatar,
            deleted: character.deleted,
            model: character.profile.model.clone(),
            owner: character.owner,
            rating: character.profile.rating,
        }
    }
}

/// A note of a character's maker that stands in the history, so many messages from its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DepthPrompt {
    /// What it says; blank: there is none.
    pub text: String,
    /// How many messages stand behind it.
    pub depth: u32,
    /// Who says it.
    pub role: PromptRole,
}

impl DepthPrompt {
    /// Where it stands when nothing is said of that.
    pub const DEPTH: u32 = 4;

    /// Whether it says nothing.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl Default for DepthPrompt {
    fn default() -> Self {
        Self { text: String::new(), depth: Self::DEPTH, role: PromptRole::System }
    }
}

/// What people read of a character in a language beside her own. A text that is blank is read as she has it.
///
/// No model reads it: in prompts she is one and the same, whoever talks with her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// Which language; each stands once.
    pub language: Tongue,
    /// Who she is.
    #[serde(default)]
    pub persona: String,
    /// Where and when the two meet.
    #[serde(default)]
    pub scenario: String,
    /// Her first message.
    #[serde(default)]
    pub greeting: String,
    /// Other first messages; where there are none, those she has.
    #[serde(default)]
    pub alternate_greetings: Vec<String>,
    /// Words for her players.
    #[serde(default)]
    pub creator_notes: String,
}

/// What the maker of a character writes.
#[derive(Debug, Clone, PartialEq)]
pub struct CharacterProfile {
    /// Her name; `{{char}}` in her texts.
    pub name: String,
    /// One line about her, for lists.
    pub tagline: String,
    /// Who she is, for the model.
    pub persona: String,
    /// Where and when the two meet, for the model.
    pub scenario: String,
    /// Her first message.
    pub greeting: String,
    /// Other first messages; swipes of the greeting.
    pub alternate_greetings: Vec<String>,
    /// First messages in groups alone; swipes of each other.
    pub group_greetings: Vec<String>,
    /// How she talks: dialogues, each begun by a line `<START>`.
    pub examples: String,
    /// Instructions in place of the server's own; `{{original}}` puts those in.
    pub system_prompt: String,
    /// Instructions behind the history; `{{original}}` puts the server's own in.
    pub post_history_instructions: String,
    /// A note in the history.
    pub depth_prompt: DepthPrompt,
    /// Words for her players; never in a prompt.
    pub creator_notes: String,
    /// What she is found by.
    pub tags: Vec<String>,
    /// Who may meet her.
    pub visibility: Visibility,
    /// For whom she is.
    pub rating: ContentRating,
    /// The model she speaks with; `None` is the server's default.
    pub model: Option<String>,
    /// How her words are chosen.
    pub sampling: Sampling,
    /// How bonds with her grow; `None` is the usual way.
    pub bond: Option<BondRules>,
    /// Her week; `None`: nothing is known of it.
    pub routine: Option<Routine>,
    /// What people read of her in other languages.
    pub translations: Vec<Translation>,
}

impl CharacterProfile {
    /// With what she begins a chat with somebody who reads this language.
    pub fn greetings(&self, language: Option<Tongue>) -> impl Iterator<Item = &String> {
        let read = self.translations.iter().find(|translation| Some(translation.language) == language);
        let greeting = read.map(|read| &read.greeting).filter(|greeting| !greeting.trim().is_empty());
        let others = read.map(|read| &read.alternate_greetings).filter(|others| !others.is_empty());
        std::iter::once(greeting.unwrap_or(&self.greeting)).chain(others.unwrap_or(&self.alternate_greetings))
    }

    /// How bonds with her grow.
    #[must_use]
    pub fn bond_rules(&self) -> &BondRules {
        self.bond.as_ref().unwrap_or_else(|| BondRules::usual())
    }

    /// The profile, trimmed, when every field is in its bounds.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self) -> Result<Self, FieldError> {
        let alternate_greetings = greetings("alternate_greetings", &self.alternate_greetings)?;
        let group_greetings = greetings("group_greetings", &self.group_greetings)?;
        if self.depth_prompt.depth > limits::LORE_DEPTH {
            return Err(FieldError::new("depth_prompt.depth", format!("must be at most {}", limits::LORE_DEPTH)));
        }
        Ok(Self {
            name: line("name", &self.name, limits::CHARACTER_NAME)?,
            tagline: optional_line("tagline", &self.tagline, limits::CHARACTER_TAGLINE)?,
            persona: text("persona", &self.persona, limits::CHARACTER_TEXT)?,
            scenario: text("scenario", &self.scenario, limits::CHARACTER_TEXT)?,
            greeting: text("greeting", &self.greeting, limits::GREETING)?,
            alternate_greetings,
            group_greetings,
            examples: text("examples", &self.examples, limits::CHARACTER_TEXT)?,
            system_prompt: text("system_prompt", &self.system_prompt, limits::CHARACTER_TEXT)?,
            post_history_instructions: text(
                "post_history_instructions",
                &self.post_history_instructions,
                limits::CHARACTER_TEXT,
            )?,
            depth_prompt: DepthPrompt {
                text: text("depth_prompt.text", &self.depth_prompt.text, limits::CHARACTER_TEXT)?,
                ..self.depth_prompt
            },
            creator_notes: text("creator_notes", &self.creator_notes, limits::CHARACTER_TEXT)?,
            tags: tags(&self.tags)?,
            visibility: self.visibility,
            rating: self.rating,
            model: self.model.map(|model| line("model", &model, limits::MODEL_NAME)).transpose()?,
            sampling: self.sampling.checked()?,
            bond: self.bond.map(BondRules::checked).transpose()?,
            routine: self.routine.map(Routine::checked).transpose()?,
            translations: translations(self.translations)?,
        })
    }
}

fn greetings(field: &str, given: &[String]) -> Result<Vec<String>, FieldError> {
    if given.len() > limits::ALTERNATE_GREETINGS {
        return Err(FieldError::new(field, "must be at most 32 greetings"));
    }
    let checked = given.iter().enumerate();
    checked.map(|(index, greeting)| text(&format!("{field}.{index}"), greeting, limits::GREETING)).collect()
}

/// Translations as they are stored: each language once, every text in the bounds of the one that it stands for.
///
/// # Errors
/// The first field that is not.
pub fn translations(given: Vec<Translation>) -> Result<Vec<Translation>, FieldError> {
    let mut kept: Vec<Translation> = Vec::new();
    for (index, given) in given.into_iter().enumerate() {
        let field = |name: &str| format!("translations.{index}.{name}");
        if kept.iter().any(|known| known.language == given.language) {
            return Err(FieldError::new(field("language"), "must not stand twice"));
        }
        kept.push(Translation {
            language: given.language,
            persona: text(&field("persona"), &given.persona, limits::CHARACTER_TEXT)?,
            scenario: text(&field("scenario"), &given.scenario, limits::CHARACTER_TEXT)?,
            greeting: text(&field("greeting"), &given.greeting, limits::GREETING)?,
            alternate_greetings: greetings(&field("alternate_greetings"), &given.alternate_greetings)?,
            creator_notes: text(&field("creator_notes"), &given.creator_notes, limits::CHARACTER_TEXT)?,
        });
    }
    Ok(kept)
}

/// Tags as they are stored: trimmed, lower case, each once, in the order given.
///
/// # Errors
/// When there are too many, or one is not in its bounds.
pub fn tags(given: &[String]) -> Result<Vec<String>, FieldError> {
    if given.len() > limits::TAGS {
        return Err(FieldError::new("tags", "must be at most 24 tags"));
    }
    let mut kept: Vec<String> = Vec::with_capacity(given.len());
    for (index, tag) in given.iter().enumerate() {
        let tag = line(&format!("tags.{index}"), &tag.to_lowercase(), limits::TAG)?;
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    Ok(kept)
}

/// Which characters are wanted in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CharacterFilter {
    /// Words that her name, tagline or tags hold, in any case.
    pub search: Option<String>,
    /// A tag she has.
    pub tag: Option<String>,
    /// Only those that the viewer made.
    pub mine: bool,
    /// Only those that the viewer has hidden; without it, none of them.
    pub hidden: bool,
}
