//! Characters at work: who has something to say, and that she says it once, in bounds, to those who want to hear it.

use std::collections::HashSet;
use std::time::Duration;

use domain::chats::{Author, SessionFilter};
use domain::ids::{CharacterId, CommentId, MomentId, UserId};
use domain::moments::{MomentVisibility, NewComment, NewMoment};
use domain::pages::PageRequest;
use domain::taking_part::{as_written, commenters, next_post};
use domain::{limits, moments};
use llm::ChatModel;
use store::taking_part::{CharacterComment, Cue, Scene};
use store::{Conflict, StoreError, StoreResult};
use time::OffsetDateTime;

use super::{Inner, prompts};
use crate::asking::{self, Meter, NoAnswer};
use crate::jobs::{JobFault, Run};

/// How many of the latest chats are looked at for characters who may have something to say.
const CHATS: u32 = 30;

/// For how long after a talk a character takes an interest.
const INTEREST: time::Duration = time::Duration::days(14);

/// What is older than this is past: nobody says anything more about it.
const PAST: time::Duration = time::Duration::days(1);

/// How much of what was said before a character is shown.
const LINES: u32 = 8;

/// The longest comment of a character, and the longest moment.
const COMMENT: usize = 400;
const MOMENT: usize = 800;

/// How many of her last moments a character is shown, so that she does not repeat herself.
const BEFORE: u32 = 3;

/// How long a character who could not post waits.
const RESTS: time::Duration = time::Duration::hours(6);

/// What a character says, when nothing came of it.
enum Said {
    /// It is there.
    Spoken,
    /// She says nothing to this.
    Silent,
}

fn day_before(now: OffsetDateTime) -> OffsetDateTime {
    now - time::Duration::DAY
}

impl Inner {
    /// Lets characters say something about a moment, one at a time.
    pub(super) async fn comment_moment(&self, id: MomentId) -> Result<Run, JobFault> {
        let Some((scene, person)) = self.open_scene(Cue::Moment(id)).await? else { return Ok(Run::Done) };
        let candidates = self.acquaintances(person).await?;
        let config = &self.config;
        let chosen = commenters(id.0, &candidates, config.eagerness, config.caps.commenters, config.pause);
        for (character, after) in chosen {
            let now = self.clock.now();
            let name = format!("to:{id}");
            let place = self.stores.taking_part.find_place(id, character, person, &name, day_before(now)).await?;
            if place.said || !place.welcome || !config.caps.allow(&place.part) {
                continue;
            }
            let due = scene.posted_at + after;
            if now < due {
                return Ok(Run::Again(Duration::try_from(due - now).unwrap_or_default()));
            }
            if let Said::Spoken = self.say(character, person, &scene, name).await? {
                // Others get their turn, and the next one hears what she said.
                return Ok(Run::Again(Duration::ZERO));
            }
        }
        Ok(Run::Done)
    }

    /// Lets the character who is spoken to answer a comment.
    pub(super) async fn answer_comment(&self, id: CommentId) -> Result<Run, JobFault> {
        let Some((scene, person)) = self.open_scene(Cue::Comment(id)).await? else { return Ok(Run::Done) };
        let Some(character) = scene.addressed else { return Ok(Run::Done) };
        let (name, since) = (format!("to:{id}"), day_before(self.clock.now()));
        let place = self.stores.taking_part.find_place(scene.moment, character, person, &name, since).await?;
        if !place.said && place.welcome && self.config.caps.allow(&place.part) {
            self.say(character, person, &scene, name).await?;
        }
        Ok(Run::Done)
    }

    /// What stands around a cue to which characters may say something, and for whom that is counted.
    async fn open_scene(&self, cue: Cue) -> Result<Option<(Scene, UserId)>, JobFault> {
        let Some(scene) = self.stores.taking_part.find_scene(cue, LINES).await? else { return Ok(None) };
        let open = self.config.take_part
            && scene.characters_may_comment
            && scene.visibility != MomentVisibility::Private
            && (scene.comment.is_some() || scene.posted_at + PAST > self.clock.now());
        Ok(scene.person.filter(|_| open).map(|person| (scene, person)))
    }

    /// The characters with whom a person talked lately, and whom they have not put away.
    async fn acquaintances(&self, person: UserId) -> StoreResult<Vec<CharacterId>> {
        let page = PageRequest { cursor: None, limit: CHATS };
        let chats = self.stores.sessions.page_sessions(person, SessionFilter::default(), &page).await?;
        let since = self.clock.now() - INTEREST;
        let mut met = HashSet::new();
        let recent = chats.items.into_iter().filter(|chat| chat.session.last_message_at >= since);
        let known = recent.filter_map(|chat| chat.character).filter(|character| !character.deleted);
        Ok(known.map(|character| character.id).filter(|id| met.insert(*id)).collect())
    }

    /// Lets a character say something to a scene.
    async fn say(&self, id: CharacterId, person: UserId, scene: &Scene, client_id: String) -> Result<Said, JobFault> {
        let Some(character) = self.stores.characters.find_character(person, id).await? else { return Ok(Said::Silent) };
        let Some(model) = self.writer(character.profile.model.as_deref(), person).await? else {
            return Ok(Said::Silent);
        };
        let request = prompts::of_comment(&character.profile, scene);
        let meter = Meter { usages: &self.usages, user: person };
        let words = match asking::answer(model.as_ref(), request, meter).await {
            Ok(words) => words,
            Err(NoAnswer::Refused) => return Ok(Said::Silent),
            Err(NoAnswer::Fault(fault)) => return Err(fault),
        };
        let Some(text) = as_written(&words, &character.profile.name, COMMENT) else { return Ok(Said::Silent) };
        let Ok(text) = moments::comment_text(&text) else { return Ok(Said::Silent) };
        if !self.moderation.may_say_in_public(&text).await {
            return Ok(Said::Silent);
        }
        let now = self.clock.now();
        let comment = CharacterComment {
            character: id,
            person,
            caps: (self.config.caps, day_before(now)),
            new: NewComment {
                id: self.mint.id(),
                moment: scene.moment,
                text,
                reply_to: scene.reply_to,
                client_id,
                at: now,
            },
        };
        match self.stores.taking_part.add_character_comment(&comment).await {
            Ok(true) => {}
            Ok(false) => return Ok(Said::Spoken),
            // She was put away meanwhile, the moment is gone, or another node was faster.
            Err(StoreError::Conflict(Conflict::CharactersSilent) | StoreError::NotFound) => return Ok(Said::Silent),
            Err(error) => return Err(error.into()),
        }
        self.tell_spoken(person, id, scene.moment, comment.new.id);
        Ok(Said::Spoken)
    }

    /// The model that writes for a character, where one is trusted with it and the person's limits allow it.
    async fn writer(&self, wanted: Option<&str>, person: UserId) -> StoreResult<Option<std::sync::Arc<dyn ChatModel>>> {
        let model = self.catalog.choose([wanted]);
        let able = !model.info().tiny && self.usages.may_learn(person).await?;
        Ok(able.then_some(model))
    }

    /// Lets a character whose time has come post a moment of her own.
    pub(super) async fn post_moment(&self, id: CharacterId) -> Result<Run, JobFault> {
        let now = self.clock.now();
        let posting = self.stores.posting.find_posting(id).await?;
        let may = self.config.take_part && self.config.posts_per_week > 0;
        let Some(posting) = posting.filter(|posting| posting.due_at <= now && may) else {
            return Ok(Run::Done);
        };
        let written = self.write_moment(id, posting.owner, now).await?;
        let next = match &written {
            Some(_) => next_post(id, now, self.config.posts_per_week),
            None => now + RESTS,
        };
        let passed = self.stores.posting.pass_post(id, posting.due_at, next, written.as_ref()).await;
        match passed {
            // Her maker lets her no more, or another node was faster.
            Ok(()) | Err(StoreError::NotFound) => Ok(Run::Done),
            Err(error) => Err(error.into()),
        }
    }

    async fn write_moment(
        &self,
        id: CharacterId,
        owner: UserId,
        now: OffsetDateTime,
    ) -> Result<Option<NewMoment>, JobFault> {
        let found = self.stores.characters.find_character(owner, id).await?;
        let Some(character) = found.filter(|character| !character.deleted) else { return Ok(None) };
        let Some(model) = self.writer(character.profile.model.as_deref(), owner).await? else { return Ok(None) };
        let page = PageRequest { cursor: None, limit: BEFORE };
        let before = self.stores.moments.page_moments(owner, Author::Character(id), &page, now.date()).await?;
        let before: Vec<String> = before.items.into_iter().map(|seen| seen.moment.text).collect();
        let request = prompts::of_moment(&character.profile, id.0.as_u128(), &before, now);
        let words = match asking::answer(model.as_ref(), request, Meter { usages: &self.usages, user: owner }).await {
            Ok(words) => words,
            Err(NoAnswer::Refused) => return Ok(None),
            Err(NoAnswer::Fault(fault)) => return Err(fault),
        };
        let text = as_written(&words, &character.profile.name, MOMENT.min(limits::MOMENT));
        let Some(text) = text.and_then(|text| moments::moment_text(&text, false).ok()) else { return Ok(None) };
        if !self.moderation.may_say_in_public(&text).await {
            return Ok(None);
        }
        let moment: MomentId = self.mint.id();
        Ok(Some(NewMoment {
            id: moment,
            sender: owner,
            client_id: moment.to_string(),
            character: Some(id),
            text,
            images: Vec::new(),
            visibility: MomentVisibility::Public,
            characters_may_comment: true,
            at: now,
        }))
    }
}
