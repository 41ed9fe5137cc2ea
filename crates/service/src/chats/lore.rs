//! Lore before a reply: which books stand open there, what the chat remembers of them, and the scan; the same for whoever asks why an
//! entry fires.

use std::collections::HashSet;

use domain::chats::{Role, Session};
use domain::ids::{CharacterId, LorebookId, MessageId, SessionId, UserId};
use domain::lore::activation::{Activation, Line, Scan, Shelf, activate};
use domain::lore::book::LoreTrigger;
use domain::lore::shelves::{LoreTarget, Lorebook};
use domain::lore::timed::is_timed;
use domain::lore::{LoreState, Verdict};
use domain::macros::{Expander, expand_greeting};
use domain::prompt::{Prompt, PromptInput, PromptTooLong, Spoken, assemble};
use domain::traces::TracedLore;

use super::prompts::{Company, Wanted};
use super::{Chats, Inner};
use crate::lore::{EntryKey, LorebookView, Open, SETTINGS, sources};
use crate::{ServiceError, ServiceResult};

/// The share of a prompt that lore may take, in hundredths.
const BUDGET_PERCENT: u32 = 25;

/// The same for a tiny model, which takes much that it is told for the conversation.
const BUDGET_PERCENT_TINY: u32 = 10;

/// How many of the character's replies are asked for what the chat remembers: more than one may have failed.
const REPLIES_ASKED: usize = 6;

/// The most verdicts that a trace holds.
const TRACED: usize = 200;

/// The books that stand open for a reply.
pub(super) async fn open(inner: &Inner, wanted: Wanted<'_>, company: &Company) -> ServiceResult<Vec<Open>> {
    let session = wanted.session;
    let mut targets = vec![LoreTarget::Session(session.id)];
    // What a person keeps for themselves is told where they are alone with her; among several, only what was opened for all.
    if !session.id.is_shared() {
        targets.push(LoreTarget::Person(session.owner));
    }
    targets.push(LoreTarget::Character(company.character.id));
    let mut open = inner.lore.open_at(&targets).await?;
    if let Some(people) = &company.people {
        // Whoever went took their books along; her maker's book is hers wherever she is.
        open.retain(|open| {
            matches!(open.shelved.target, LoreTarget::Character(_)) || people.contains(&open.shelved.owner)
        });
    }
    Ok(open)
}

/// What the chat remembers of these books: as of the nearest reply of the character above that was made with lore.
pub(super) async fn state(
    inner: &Inner,
    wanted: Wanted<'_>,
    history: &[Spoken],
    books: &[Open],
) -> ServiceResult<LoreState> {
    let is_any = books.iter().any(|open| open.book.entries().any(|(entry, ready)| is_timed(entry, &ready.decorators)));
    // A conversation that somebody else holds remembers nothing.
    if !is_any || wanted.given.is_some() {
        return Ok(LoreState::default());
    }
    let own = history.iter().rev().filter(|said| said.role == Role::Character);
    for reply in own.take(REPLIES_ASKED) {
        let trace = inner.stores.history.trace(wanted.session.owner, reply.id).await;
        match trace {
            Ok(Some(trace)) => {
                if let Some(lore) = trace.lore {
                    return Ok(lore.state);
                }
            }
            Ok(None) | Err(store::StoreError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(LoreState::default())
}

/// What is searched, beside what the prompt is made from.
pub(super) struct Searched<'a> {
    /// The books.
    pub(super) books: &'a [Open],
    /// What the chat remembers of them.
    pub(super) state: &'a LoreState,
    /// Where.
    pub(super) session: SessionId,
    /// For what the reply is made.
    pub(super) triggers: &'a [LoreTrigger],
    /// Which entries are near in meaning to what was said last; `None` where that cannot be told.
    pub(super) near: Option<&'a HashSet<EntryKey>>,
}

/// For what a reply is made. Another beside one that is there is a swipe to some programs, and made anew to others.
pub(super) fn triggers(wanted: Wanted<'_>) -> &'static [LoreTrigger] {
    match wanted {
        Wanted { cue, .. } if !cue.is_empty() => &[LoreTrigger::Quiet],
        Wanted { begun, .. } if !begun.is_empty() => &[LoreTrigger::Continue],
        Wanted { again: true, .. } => &[LoreTrigger::Swipe, LoreTrigger::Regenerate],
        _ => &[LoreTrigger::Normal],
    }
}

/// The prompt, with the lore that fires in it. Where no book stands open, that costs nothing.
pub(super) fn assemble_with_lore(
    input: PromptInput<'_>,
    searched: &Searched<'_>,
    count: &dyn Fn(&str) -> u32,
) -> Result<(Prompt, Option<TracedLore>), PromptTooLong> {
    if searched.books.is_empty() {
        return Ok((assemble(input, count)?, None));
    }
    let found = scan(&input, searched, count);
    let mut with = input;
    with.beside.lore = &found.fired;
    let prompt = assemble(with, count)?;
    let trace = traced(&found, &prompt);
    Ok((prompt, Some(trace)))
}

/// Which entries fire before a reply that is made from `input`.
pub(super) fn scan(input: &PromptInput<'_>, searched: &Searched<'_>, count: &dyn Fn(&str) -> u32) -> Activation {
    let own = input.profile.name.as_str();
    let name = |said: &Spoken| match said.role {
        Role::Character => own.to_owned(),
        Role::User => said.speaker.clone().unwrap_or_else(|| input.user_name.to_owned()),
    };
    let named: Vec<(String, &Spoken)> = input.history.iter().map(|said| (name(said), said)).collect();
    let lines: Vec<Line<'_>> = named.iter().map(|(name, said)| Line { name, text: &said.content }).collect();
    let books: Vec<Shelf<'_>> = searched
        .books
        .iter()
        .map(|open| Shelf { id: open.shelved.id, source: open.source(), book: &open.book })
        .collect();
    let sources = sources(input.profile);
    let first = input.history.first().map_or(0, |said| said.depth);
    let own_read = input.history.iter().filter(|said| said.role == Role::Character).count();
    let percent = if input.tiny { BUDGET_PERCENT_TINY } else { BUDGET_PERCENT };
    let available = input.context_tokens.saturating_sub(input.reply_tokens);
    let scan = Scan {
        books: &books,
        messages: &lines,
        sources: &sources,
        character: own,
        tags: &input.profile.tags,
        triggers: searched.triggers,
        near: searched.near,
        length: input.history.last().map_or(0, |said| said.depth + 1),
        // Of what was not read, every other message is hers.
        own_messages: u32::try_from(own_read).unwrap_or(u32::MAX).saturating_add(first / 2),
        greeting: greeting(input, searched.session),
        state: searched.state,
        settings: SETTINGS,
        budget: (u64::from(available) * u64::from(percent) / 100) as u32,
        seed: input.beside.seeds.turn,
    };
    activate(&scan, &mut Expander::new(input.env()), count)
}

/// With which of her greetings the chat began, in whichever language, where that is known.
fn greeting(input: &PromptInput<'_>, session: SessionId) -> Option<u32> {
    let root = input.history.first().filter(|said| said.depth == 0 && said.role == Role::Character)?;
    let profile = input.profile;
    let names = domain::macros::Names { char: &profile.name, user: input.user_name };
    let said = |text: &String| expand_greeting(text, names, session).trim() == root.content.trim();
    let others = profile.translations.iter().map(|translation| Some(translation.language));
    let place = std::iter::once(None).chain(others).find_map(|language| profile.greetings(language).position(said))?;
    u32::try_from(place).ok()
}

/// What is kept of a scan: what fired, and what nearly did.
fn traced(found: &Activation, prompt: &Prompt) -> TracedLore {
    use domain::lore::LoreReason::NoRoom;
    let left_out = |verdict: &Verdict| prompt.lore_left_out.contains(&(verdict.book, verdict.uid));
    let told =
        |verdict: &Verdict| Verdict { reason: if left_out(verdict) { NoRoom } else { verdict.reason }, ..*verdict };
    let mut entries: Vec<Verdict> =
        found.verdicts.iter().filter(|verdict| verdict.reason.is_close()).map(told).collect();
    entries.sort_by_key(|verdict| !verdict.reason.fires());
    entries.truncate(TRACED);
    TracedLore { entries, state: found.state.clone() }
}

/// What is asked about lore.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExplainLore {
    /// In which session; the next reply there is looked at.
    pub session: Option<SessionId>,
    /// Who would answer, in a group.
    pub character: Option<CharacterId>,
    /// What would be said before it; alone where there is no session.
    pub text: String,
    /// Which books of one's own are searched besides, or alone where there is no session.
    pub books: Vec<LorebookId>,
}

/// Why each entry of the caller's own books fires, or does not.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedLore {
    /// The books, of which the verdicts speak.
    pub books: Vec<Lorebook>,
    /// What becomes of each entry.
    pub verdicts: Vec<Verdict>,
    /// How many tokens lore may take.
    pub budget: u32,
}

impl ExplainedLore {
    /// The verdicts, each with what the entry is called.
    #[must_use]
    pub fn named(&self) -> Vec<TracedLoreView> {
        named(&self.books, &self.verdicts)
    }
}

/// An entry of a trace, as its owner sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedLoreView {
    /// What became of it.
    pub verdict: Verdict,
    /// Its name.
    pub name: String,
    /// The key that was found.
    pub key: Option<String>,
}

/// The verdicts on entries of these books, each with what the entry is called.
fn named(books: &[Lorebook], verdicts: &[Verdict]) -> Vec<TracedLoreView> {
    let view = |verdict: &Verdict| {
        let (name, key) = words_of(books, verdict)?;
        Some(TracedLoreView { verdict: *verdict, name, key })
    };
    verdicts.iter().filter_map(view).collect()
}

/// What an entry is called, and which of its keys was found, as they are now.
fn words_of(books: &[Lorebook], verdict: &Verdict) -> Option<(String, Option<String>)> {
    let (id, uid): EntryKey = (verdict.book, verdict.uid);
    let book = books.iter().find(|book| book.id == id)?;
    let entry = book.book.entries.iter().find(|entry| entry.uid == uid)?;
    let name = [&entry.name, &entry.comment].into_iter().find(|name| !name.trim().is_empty());
    let name = name.or(entry.keys.first()).cloned().unwrap_or_default();
    let key = verdict.key.and_then(|key| entry.keys.get(key as usize)).cloned();
    Some((name.chars().take(domain::limits::LORE_NAME).collect(), key))
}

impl Inner {
    /// The books that these verdicts speak of, as far as they are a person's own.
    pub(super) async fn own_books(&self, user: UserId, verdicts: &[Verdict]) -> ServiceResult<Vec<Lorebook>> {
        let mut ids: Vec<LorebookId> = verdicts.iter().map(|verdict| verdict.book).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut books = Vec::with_capacity(ids.len());
        for id in ids {
            books.extend(self.stores.lorebooks.find_lorebook(user, id).await?);
        }
        Ok(books)
    }

    /// The entries of a trace that are of a person's own books.
    pub(super) async fn own_lore(&self, user: UserId, lore: &TracedLore) -> ServiceResult<Vec<TracedLoreView>> {
        let books = self.own_books(user, &lore.entries).await?;
        Ok(named(&books, &lore.entries))
    }
}

impl Chats {
    /// Has a book of one's own stand open in a session, or no more. Among several, those who look after the group may.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`; the conflict `TooManyLorebooks`.
    pub async fn set_open_lorebook(
        &self,
        user: UserId,
        id: LorebookId,
        session: SessionId,
        is_open: bool,
    ) -> ServiceResult<LorebookView> {
        // A book can always be taken back, also by whoever has left.
        if is_open {
            self.inner.lore.find(user, id).await?;
            let access = self.inner.access(user, session).await?;
            let found = self.inner.stores.sessions.find_session(access.owner, session).await?;
            found.ok_or(ServiceError::NotFound)?;
            if access.shared.is_some() {
                access.must_moderate()?;
            }
        }
        self.inner.lore.set_open(user, id, LoreTarget::Session(session), is_open).await
    }

    /// Why each entry of the caller's own books fires before the next reply of a session, or after a text. Chance is asked as it
    /// would be of one reply; the next may be another.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when there is nothing to search.
    pub async fn explain_lore(&self, user: UserId, asked: ExplainLore) -> ServiceResult<ExplainedLore> {
        let text = domain::validation::text("text", &asked.text, domain::limits::MESSAGE)?;
        let mut books = Vec::new();
        for id in &asked.books {
            books.push(self.inner.lore.find(user, *id).await?);
        }
        match asked.session {
            Some(session) => {
                let access = self.inner.access(user, session).await?;
                let found = self.inner.stores.sessions.find_session(access.owner, session).await?;
                let session: Session = found.ok_or(ServiceError::NotFound)?;
                let mut speaker = asked.character;
                if let Some(shared) = &access.shared {
                    let speaks =
                        speaker.or_else(|| shared.group.characters.first().map(|present| present.character.id));
                    speaker =
                        Some(speaks.filter(|id| shared.group.character(*id).is_some()).ok_or(ServiceError::NotFound)?);
                }
                let wanted = Wanted { speaker, ..Wanted::after(&session, session.leaf_id) };
                self.inner.explain_in(user, &access, wanted, &text, books).await
            }
            None if books.is_empty() => {
                Err(domain::validation::FieldError::new("lorebook_ids", "must name a book where there is no session")
                    .into())
            }
            None => super::explaining::of_text(&self.inner.lore, books, text).await,
        }
    }
}

/// The number that stands for a message wherever chance is asked.
pub(super) fn seed_of(id: MessageId) -> u64 {
    // The low half of a UUIDv7 is random.
    id.0.as_u64_pair().1
}
