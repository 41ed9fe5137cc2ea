//! What stands in the files of an archive: every noun of an account with its own fields, so that an archive outlives how things are kept.
//! What is read was written by anybody, so all of it is checked once more by the noun itself.

use std::collections::BTreeMap;
use std::str::FromStr;

use domain::ClosedSet;
use domain::bonds::BondRules;
use domain::characters::{Character, CharacterProfile, ContentRating, DepthPrompt, Translation, Visibility};
use domain::chats::{Message, Role, Session};
use domain::diaries::DiaryEntry;
use domain::ids::{CharacterId, DiaryEntryId, LorebookId, MemoryId, MessageId, SessionId, UserId};
use domain::lore::Book;
use domain::memories::{FactSubject, Memory, MemoryKind, SummaryScale};
use domain::routes::Route;
use domain::routine::Routine;
use domain::sampling::Sampling;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// The form of archives that this version writes; it reads those up to it.
pub(super) const VERSION: u32 = 1;

/// Microseconds since 1970, as times are kept.
pub(super) type Micros = i64;

pub(super) fn micros(time: OffsetDateTime) -> Micros {
    i64::try_from(time.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

/// A time of an archive, never after `now`.
pub(super) fn time(micros: Micros, now: OffsetDateTime) -> OffsetDateTime {
    let nanos = i128::from(micros.max(0)) * 1_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(now).min(now)
}

/// The word of a closed set, or what is usual where nobody here knows it.
pub(super) fn closed<T: ClosedSet + FromStr>(word: &str, usual: T) -> T {
    word.parse().unwrap_or(usual)
}

/// The first file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// `talker`.
    pub(super) program: String,
    pub(super) version: u32,
    pub(super) exported_at: Micros,
    /// Whose it was.
    pub(super) person: UserId,
}

/// Where the images of a story stand, beside its character.
pub(super) const PICTURES: &str = "pictures/";

/// `characters/ID/character.json`: a character of the person's own.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct CharacterRecord {
    pub(super) id: CharacterId,
    pub(super) name: String,
    pub(super) tagline: String,
    pub(super) persona: String,
    pub(super) scenario: String,
    pub(super) greeting: String,
    pub(super) alternate_greetings: Vec<String>,
    pub(super) group_greetings: Vec<String>,
    pub(super) examples: String,
    pub(super) system_prompt: String,
    pub(super) post_history_instructions: String,
    pub(super) depth_prompt: DepthPrompt,
    pub(super) creator_notes: String,
    pub(super) tags: Vec<String>,
    pub(super) visibility: String,
    pub(super) rating: String,
    pub(super) model: Option<String>,
    pub(super) sampling: Sampling,
    pub(super) bond: Option<BondRules>,
    pub(super) routine: Option<Routine>,
    pub(super) translations: Vec<Translation>,
    /// The story she carries.
    pub(super) route: Option<Route>,
    /// The files of the images of its pictures, beside this one, by the keys of the pictures.
    pub(super) pictures: BTreeMap<String, String>,
    pub(super) created_at: Micros,
    /// The file of her picture, beside this one.
    pub(super) avatar: Option<String>,
    /// The card she came from.
    pub(super) card: Option<CardRecord>,
}

impl Default for CharacterRecord {
    fn default() -> Self {
        Self {
            id: CharacterId(Uuid::nil()),
            name: String::new(),
            tagline: String::new(),
            persona: String::new(),
            scenario: String::new(),
            greeting: String::new(),
            alternate_greetings: Vec::new(),
            group_greetings: Vec::new(),
            examples: String::new(),
            system_prompt: String::new(),
            post_history_instructions: String::new(),
            depth_prompt: DepthPrompt::default(),
            creator_notes: String::new(),
            tags: Vec::new(),
            visibility: String::new(),
            rating: String::new(),
            model: None,
            sampling: Sampling::default(),
            bond: None,
            routine: None,
            translations: Vec::new(),
            route: None,
            pictures: BTreeMap::new(),
            created_at: 0,
            avatar: None,
            card: None,
        }
    }
}

/// The card of a character, with what came beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CardRecord {
    pub(super) version: String,
    pub(super) raw: String,
    pub(super) digest: String,
    pub(super) book: Option<LorebookId>,
    /// The paths of its files, each under `files/N`.
    #[serde(default)]
    pub(super) files: Vec<String>,
}

impl CharacterRecord {
    pub(super) fn of(character: &Character) -> Self {
        let profile = character.profile.clone();
        Self {
            id: character.id,
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
            depth_prompt: profile.depth_prompt,
            creator_notes: profile.creator_notes,
            tags: profile.tags,
            visibility: profile.visibility.as_str().to_owned(),
            rating: profile.rating.as_str().to_owned(),
            model: profile.model,
            sampling: profile.sampling,
            bond: profile.bond,
            routine: profile.routine,
            translations: profile.translations,
            route: None,
            pictures: BTreeMap::new(),
            created_at: micros(character.created_at),
            avatar: None,
            card: None,
        }
    }

    /// What her maker wrote. She comes back to her maker alone: whom else she is for, they say anew.
    pub(super) fn profile(self) -> CharacterProfile {
        CharacterProfile {
            name: self.name,
            tagline: self.tagline,
            persona: self.persona,
            scenario: self.scenario,
            greeting: self.greeting,
            alternate_greetings: self.alternate_greetings,
            group_greetings: self.group_greetings,
            examples: self.examples,
            system_prompt: self.system_prompt,
            post_history_instructions: self.post_history_instructions,
            depth_prompt: self.depth_prompt,
            creator_notes: self.creator_notes,
            tags: self.tags,
            visibility: Visibility::Private,
            rating: closed(&self.rating, ContentRating::General),
            model: None,
            sampling: self.sampling,
            bond: self.bond,
            routine: self.routine,
            translations: self.translations,
        }
    }
}

/// `lorebooks/ID.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BookRecord {
    pub(super) id: LorebookId,
    pub(super) book: Book,
    pub(super) created_at: Micros,
    /// With which characters it stands open, and in which sessions.
    #[serde(default)]
    pub(super) characters: Vec<CharacterId>,
    #[serde(default)]
    pub(super) sessions: Vec<SessionId>,
    /// Whether it does wherever the person talks alone with a character.
    #[serde(default)]
    pub(super) with_me: bool,
}

/// `chats/ID/session.json`: one person with one character.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SessionRecord {
    pub(super) id: SessionId,
    pub(super) character: CharacterId,
    /// What she is called, should she not be there.
    #[serde(default)]
    pub(super) character_name: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) pinned: bool,
    #[serde(default)]
    pub(super) archived: bool,
    #[serde(default)]
    pub(super) leaf: Option<MessageId>,
    pub(super) created_at: Micros,
    pub(super) last_message_at: Micros,
    /// The program that wrote it, and the head of its file.
    #[serde(default)]
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) header: Option<String>,
}

impl SessionRecord {
    pub(super) fn of(session: &Session, character: CharacterId, character_name: &str) -> Self {
        Self {
            id: session.id,
            character,
            character_name: character_name.to_owned(),
            title: session.title.clone(),
            pinned: session.pinned,
            archived: session.archived,
            leaf: session.leaf_id,
            created_at: micros(session.created_at),
            last_message_at: micros(session.last_message_at),
            source: None,
            header: None,
        }
    }
}

/// A line of `chats/ID/messages-N.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MessageRecord {
    pub(super) id: MessageId,
    pub(super) parent: Option<MessageId>,
    pub(super) depth: u32,
    pub(super) role: Role,
    pub(super) content: String,
    #[serde(default)]
    pub(super) hidden: bool,
    pub(super) created_at: Micros,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) edited_at: Option<Micros>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    /// What another program said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) row: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) swipe: Option<String>,
}

impl MessageRecord {
    pub(super) fn of(message: Message) -> Self {
        Self {
            id: message.id,
            parent: message.parent_id,
            depth: message.depth,
            role: message.role,
            content: message.content,
            hidden: message.hidden,
            created_at: micros(message.created_at),
            edited_at: message.edited_at.map(micros),
            model: message.model,
            row: None,
            swipe: None,
        }
    }
}

/// A line of `memories/CHARACTER-N.jsonl`; what was said word for word is in the chats, and no memory here.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MemoryRecord {
    pub(super) id: MemoryId,
    pub(super) kind: MemoryKind,
    pub(super) subject: Option<FactSubject>,
    pub(super) scale: Option<SummaryScale>,
    pub(super) text: String,
    pub(super) importance: u8,
    pub(super) pinned: bool,
    pub(super) happened_at: Micros,
    pub(super) created_at: Micros,
    /// When it ended, if it counts no more.
    pub(super) ended_at: Option<Micros>,
    pub(super) session: Option<SessionId>,
    pub(super) sources: Vec<MessageId>,
    pub(super) model: Option<String>,
}

impl MemoryRecord {
    pub(super) fn of(memory: Memory) -> Self {
        Self {
            id: memory.id,
            kind: memory.kind,
            subject: memory.subject,
            scale: memory.scale,
            text: memory.text,
            importance: memory.importance,
            pinned: memory.pinned,
            happened_at: micros(memory.happened_at),
            created_at: micros(memory.created_at),
            ended_at: memory.ended.map(|ended| micros(ended.at)),
            session: memory.session_id,
            sources: memory.sources,
            model: memory.model,
        }
    }
}

/// A line of `diaries/CHARACTER.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DiaryRecord {
    pub(super) id: DiaryEntryId,
    /// The day, such as `2026-03-05`.
    #[serde(with = "day")]
    pub(super) day: Date,
    pub(super) text: String,
    pub(super) written_at: Micros,
    pub(super) model: Option<String>,
    pub(super) sources: Vec<DiarySourceRecord>,
}

/// A message that an entry of a diary was written from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DiarySourceRecord {
    pub(super) session: SessionId,
    pub(super) message: MessageId,
}

time::serde::format_description!(day, Date, "[year]-[month]-[day]");

impl DiaryRecord {
    pub(super) fn of(entry: DiaryEntry) -> Self {
        let source = |source: domain::diaries::DiarySource| DiarySourceRecord {
            session: source.session,
            message: source.message,
        };
        Self {
            id: entry.id,
            day: entry.day,
            text: entry.text,
            written_at: micros(entry.written_at),
            model: entry.model,
            sources: entry.sources.into_iter().map(source).collect(),
        }
    }
}
