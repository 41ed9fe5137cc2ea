//! What a reply is made from: the character, the way to it, what is remembered, and a model, brought together for
//! `domain::prompt`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::characters::{Character, CharacterProfile};
use domain::chats::{Author, FailureCode, Role, Session};
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::lore::LoreState;
use domain::lore::book::LoreTrigger;
use domain::macros::Seeds;
use domain::models::{ModelInfo, ModelProvider};
use domain::prompt::{Beside, MemoryLine, Prompt, PromptInput, PromptTooLong, Spoken};
use domain::safety::Danger;
use domain::sampling::Sampling;
use domain::speaking::Voice;
use domain::traces::{ReplyTrace, TracedLore};
use futures_util::StreamExt;
use llm::{ChatModel, ChatRequest};
use recall::Names;
use store::transcripts::Said;
use store::turns::Claim;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::lore::Searched;
use super::past::{Past, past};
use super::present::Present;
use super::{Inner, lore, trace};
use crate::bonds::romance_for;
use crate::lore::{EntryKey, Open};
use crate::memories::{Asking, Gathering};
use crate::routes::{Stage, Staged};
use crate::routine::Presence;
use crate::{ServiceError, zones};

/// How long a store that is away is waited for.
const READ_WITHIN: Duration = Duration::from_secs(20);

/// Names of others that the model is told to stop at.
const STOPS: usize = 4;

/// The longest reply in tokens where nothing else is set.
const REPLY_TOKENS: u32 = 512;

/// The same for a tiny model, which loses the thread in longer ones.
const REPLY_TOKENS_TINY: u32 = 160;

/// A model and what it is asked.
pub(super) struct Asked {
    /// Who writes.
    pub(super) model: Arc<dyn ChatModel>,
    /// What it is told.
    pub(super) request: ChatRequest,
    /// What that was made from.
    pub(super) trace: ReplyTrace,
    /// Among several: whose words are let through.
    pub(super) voice: Option<Voice>,
}

/// What a reply is to be.
pub(super) enum ToWrite {
    /// A model is asked.
    Asked(Box<Asked>),
    /// The server speaks itself: somebody may be in danger.
    Care {
        /// Of what.
        danger: Danger,
        /// The whole reply.
        text: String,
    },
    /// It is the opening of a scene, which the character's maker wrote.
    Opening(String),
}

/// A reply that is wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Where.
    pub(super) session: &'a Session,
    /// What it answers; `None` when it is to be the first message.
    pub(super) parent: Option<MessageId>,
    /// What it begins with.
    pub(super) begun: &'a str,
    /// Who speaks, where several could.
    pub(super) speaker: Option<CharacterId>,
    /// The reply, where there is one already: chance is asked for it, so that the same reply is made from the same prompt.
    pub(super) reply: Option<MessageId>,
    /// What was said before, where it is not the session that holds it.
    pub(super) given: Option<&'a Given>,
    /// Why she writes of her own accord, in words for the model; empty: she answers.
    pub(super) cue: &'a str,
    /// Whether another reply stands beside it already.
    pub(super) again: bool,
}

/// A conversation that somebody else holds.
pub(super) struct Given {
    /// What was said, oldest first.
    pub(super) said: Vec<Said>,
    /// What the character is told besides, beside her scenario.
    pub(super) instructions: String,
    /// Whether she has in mind what she remembers of the person.
    pub(super) recalls: bool,
}

impl<'a> Wanted<'a> {
    /// A reply to what was said there, and nothing else known of it.
    pub(super) fn after(session: &'a Session, parent: Option<MessageId>) -> Self {
        Self { session, parent, begun: "", speaker: None, reply: None, given: None, cue: "", again: false }
    }

    /// The reply of a claim.
    pub(super) fn of(claim: &'a Claim) -> Self {
        let speaker = match claim.reply.author {
            Some(Author::Character(character)) => Some(character),
            _ => None,
        };
        let (begun, reply) = (claim.reply.content.as_str(), Some(claim.reply.id));
        let again = claim.reply.siblings.len() > 1;
        Self { begun, speaker, reply, again, ..Self::after(&claim.session, claim.reply.parent_id) }
    }
}

/// Who is in a scene, as the character who speaks sees it.
pub(super) struct Company {
    pub(super) character: Character,
    /// The person who is spoken to; in a group the last who said something.
    pub(super) person: String,
    zone: Option<String>,
    /// Whether romance is there for the person; not before several.
    romance: bool,
    /// The others, in a group.
    pub(super) others: Vec<String>,
    /// The people of a group.
    pub(super) people: Option<Vec<UserId>>,
    /// The name of everybody in a group, also of those who are gone.
    pub(super) names: HashMap<Author, String>,
    /// In a group: she may look back on what was said since.
    since: Option<OffsetDateTime>,
}

impl Company {
    /// Of whom and where a reply is wanted, for the route of the two.
    fn stage<'a>(&'a self, wanted: Wanted<'a>) -> Stage<'a> {
        Stage {
            session: wanted.session,
            parent: wanted.parent,
            reply: wanted.reply,
            profile: &self.character.profile,
            person: &self.person,
            zone: self.zone.as_deref(),
            romance: self.romance,
        }
    }

    /// Before whom she answers in a group.
    fn gathering(&self) -> Option<Gathering<'_>> {
        Some(Gathering { speaker: self.character.id, since: self.since?, names: &self.names })
    }
}

/// The two of a session, or the group around whoever speaks.
pub(super) async fn company(inner: &Inner, wanted: Wanted<'_>) -> Result<Company, ServiceError> {
    let session = wanted.session;
    if let Some(scope) = session.scope() {
        let (character, user) = tokio::join!(
            inner.characters.get(scope.user, scope.character),
            inner.stores.accounts.find_user(session.owner)
        );
        let user = user?;
        let romance = user.as_ref().is_some_and(|user| romance_for(user, inner.clock.now()));
        let (person, zone) = user.map(|user| (user.display_name, user.timezone)).unwrap_or_default();
        let mut character = character?;
        if let Some(given) = wanted.given.filter(|given| !given.instructions.is_empty()) {
            let scenario = &mut character.profile.scenario;
            *scenario = format!("{}\n\n{}", scenario.trim(), given.instructions);
        }
        let (others, names) = (Vec::new(), HashMap::new());
        return Ok(Company { character, person, zone, romance, others, people: None, names, since: None });
    }
    let group = inner.group(session.id).await?.ok_or(ServiceError::NotFound)?;
    let speaker = wanted.speaker.ok_or(ServiceError::NotFound)?;
    // Seen with the eyes of whoever brought her, unless she is not for them any more.
    let is_out = |user: &UserId| group.member(*user).is_some_and(|member| !group.is_for(member));
    let brought = group.character(speaker).ok_or(ServiceError::NotFound)?.added_by.filter(|by| !is_out(by));
    let by = brought.or_else(|| group.attending().next().map(|member| member.user_id)).unwrap_or(session.owner);
    let character = inner.characters.get(by, speaker).await?;
    let cast = group.characters.iter().map(|present| &present.character);
    let people = group.present().map(|member| member.name.clone());
    let others = people.chain(cast.clone().filter(|other| other.id != speaker).map(|other| other.name.clone()));
    let others = others.filter(|name| !name.is_empty()).collect();
    let known = group.people.iter().map(|member| (Author::Person(member.user_id), member.name.clone()));
    let names = known.chain(cast.map(|brief| (Author::Character(brief.id), brief.name.clone()))).collect();
    let people = Some(group.attending().map(|member| member.user_id).collect());
    // Where each of them lives is not for the others.
    let since = group.heard_since(speaker);
    Ok(Company { character, person: String::new(), zone: None, romance: false, others, people, names, since })
}

/// Why no model is asked.
pub(super) enum Unasked {
    /// Somebody may be in danger.
    Care { danger: Danger, text: String },
    /// It is written already, by the character's maker.
    Opening(String),
    /// What it is made from could not be read.
    Unread(ServiceError),
    /// It would not fit the model.
    TooLong,
}

impl<E: Into<ServiceError>> From<E> for Unasked {
    fn from(error: E) -> Self {
        Self::Unread(error.into())
    }
}

/// The request for a reply. A store that is away for a moment is waited for: the person has been told that an answer comes.
pub(super) async fn ask(inner: &Inner, wanted: Wanted<'_>) -> Result<ToWrite, FailureCode> {
    let give_up = Instant::now() + READ_WITHIN;
    let mut wait = Duration::from_millis(50);
    loop {
        match make(inner, wanted).await {
            Ok(asked) => return Ok(ToWrite::Asked(Box::new(asked))),
            Err(Unasked::Care { danger, text }) => return Ok(ToWrite::Care { danger, text }),
            Err(Unasked::Opening(text)) => return Ok(ToWrite::Opening(text)),
            Err(Unasked::TooLong) => return Err(FailureCode::ContextTooLong),
            Err(Unasked::Unread(ServiceError::Unavailable(_))) if Instant::now() + wait < give_up => {
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(1));
            }
            Err(Unasked::Unread(error)) => {
                tracing::error!(error = %error, "a prompt could not be made");
                return Err(FailureCode::Internal);
            }
        }
    }
}

async fn make(inner: &Inner, wanted: Wanted<'_>) -> Result<Asked, Unasked> {
    let began = Instant::now();
    let session = wanted.session;
    let company = company(inner, wanted).await?;
    let profile = &company.character.profile;
    let user_name = company.person.clone();
    let model = inner.catalog.choose([session.model.as_deref(), profile.model.as_deref()]);
    let info = model.info();
    let sampling = sampling(&session.sampling, &profile.sampling, &info, &company);
    let reply_tokens = sampling.max_tokens.unwrap_or(REPLY_TOKENS).min(info.context_tokens / 2);
    let budget = info.context_tokens.saturating_sub(reply_tokens);
    let names = Names { person: user_name, character: profile.name.clone() };
    let (parent, zone, gathering) = (wanted.parent, company.zone.as_deref(), company.gathering());
    let given = wanted.given.map(|given| given.said.as_slice());
    let asking = Asking { session, parent, given, names: &names, zone, gathering };
    let recall = async {
        match wanted.given.is_none_or(|given| given.recalls) {
            true => inner.memories.recall(asking).await,
            false => inner.memories.only_the_time(&asking),
        }
    };
    // Whoever does not have the past in mind does not have what it made of the two either.
    let bond = async {
        match session.scope().filter(|_| wanted.given.is_none_or(|given| given.recalls)) {
            Some(scope) => inner.bonds.for_reply(scope).await,
            None => None,
        }
    };
    let staged = async {
        match session.scope().filter(|_| wanted.given.is_none()) {
            Some(scope) => inner.routes.staged(scope, company.stage(wanted)).await,
            None => Ok(Staged::default()),
        }
    };
    let (past, recalled, books, bond, staged) = tokio::join!(
        past(inner, wanted, &company, model.as_ref(), budget),
        recall,
        lore::open(inner, wanted, &company),
        bond,
        staged
    );
    let bond = bond.and_then(|history| inner.bonds.told(&history, profile, company.romance, info.tiny));
    let (past, mut books, staged) = (past?, books?, staged?);
    if let Some(opening) = staged.opening.filter(|_| wanted.begun.is_empty()) {
        return Err(Unasked::Opening(opening));
    }
    books.extend(staged.lore);
    let present = present(inner, &company, &past);
    let cue = cue(wanted, &past, &profile.name);
    let history = past.spoken;
    let (state, near) = tokio::join!(lore::state(inner, wanted, &history, &books), inner.lore.near(&books, &history));
    let state = state?;
    let spoken_to = history.iter().rev().find(|said| said.role == Role::User).and_then(|said| said.speaker.clone());
    let chat = session.id.0.as_u64_pair().1;
    let now = present.told(&recalled.now, &profile.name, &names.person, info.tiny);
    let making = Making {
        profile: profile.clone(),
        user_name: spoken_to.unwrap_or(names.person),
        company: company.others.clone(),
        history,
        memories: recalled.memories.iter().map(|memory| memory.line.clone()).collect(),
        now,
        idle: present.gap,
        cue,
        bond: bond.as_ref().map(|told| told.words.clone()).unwrap_or_default(),
        scene: staged.scene,
        begun: wanted.begun.to_owned(),
        seeds: Seeds { turn: wanted.reply.map_or(chat, lore::seed_of), chat },
        clock: zones::local(inner.clock.now(), company.zone.as_deref()),
        model: Arc::clone(&model),
        reply_tokens,
        books,
        state,
        session: session.id,
        triggers: lore::triggers(wanted),
        near,
    };
    let (prompt, lore) = making.made().await?.map_err(|PromptTooLong { .. }| Unasked::TooLong)?;
    let mut trace = trace::of(&prompt, lore, &recalled, budget, began.elapsed());
    trace.bond = bond.filter(|_| prompt.tells_bond()).map(|told| told.traced);
    let trace = ReplyTrace { present: present.traced(), ..trace };
    let request = ChatRequest {
        // The low half of a UUIDv7 is random: as good as a hash.
        cache_key: chat,
        messages: prompt.messages,
        continue_last: !wanted.begun.is_empty(),
        sampling: Sampling { max_tokens: Some(reply_tokens), ..sampling },
        format: None,
    };
    let voice =
        (!company.others.is_empty()).then(|| Voice::new(&profile.name, company.others.iter().map(String::as_str)));
    Ok(Asked { model, request, trace, voice })
}

/// Whether she goes on from what she said herself, in a chat of the two: nobody asked her anything.
fn follows_her(wanted: Wanted<'_>, past: &Past) -> bool {
    let hers = past.spoken.last().is_some_and(|said| said.role == Role::Character);
    hers && wanted.session.character_id.is_some() && wanted.begun.is_empty() && wanted.reply.is_some()
}

/// What stands in place of something that the person said, where they said nothing.
fn cue(wanted: Wanted<'_>, past: &Past, name: &str) -> String {
    match wanted.cue {
        "" if follows_her(wanted, past) => format!("(Write {name}'s next message.)"),
        cue => cue.to_owned(),
    }
}

/// What she knows of the present. Where several talk, or a program holds the conversation, nobody was away.
fn present(inner: &Inner, company: &Company, past: &Past) -> Present {
    let now = inner.clock.now();
    let answers = past.spoken.last().is_some_and(|said| said.role == Role::User);
    let routine = company.character.profile.routine.as_ref();
    Present {
        presence: routine.map(|routine| Presence::of(routine, now)),
        gap: past.gap(now, answers).filter(|_| company.people.is_none()),
    }
}

/// All that a prompt is made from.
struct Making {
    profile: CharacterProfile,
    user_name: String,
    company: Vec<String>,
    history: Vec<Spoken>,
    memories: Vec<MemoryLine>,
    now: String,
    bond: String,
    scene: String,
    idle: Option<time::Duration>,
    cue: String,
    begun: String,
    seeds: Seeds,
    clock: OffsetDateTime,
    model: Arc<dyn ChatModel>,
    reply_tokens: u32,
    books: Vec<Open>,
    state: LoreState,
    session: SessionId,
    triggers: &'static [LoreTrigger],
    near: Option<HashSet<EntryKey>>,
}

impl Making {
    /// The prompt. Where searching lore may take long, no task that others wait for does it.
    async fn made(self) -> Result<Result<(Prompt, Option<TracedLore>), PromptTooLong>, ServiceError> {
        if !self.books.iter().any(|open| open.book.is_costly()) {
            return Ok(self.assemble());
        }
        let making = tokio::task::spawn_blocking(move || self.assemble());
        making.await.map_err(|_| ServiceError::Internal("lore could not be searched".into()))
    }

    fn assemble(&self) -> Result<(Prompt, Option<TracedLore>), PromptTooLong> {
        let info = self.model.info();
        let input = PromptInput {
            profile: &self.profile,
            user_name: &self.user_name,
            company: &self.company,
            history: &self.history,
            memories: &self.memories,
            now: &self.now,
            continued: Some(self.begun.as_str()).filter(|text| !text.is_empty()),
            context_tokens: info.context_tokens,
            reply_tokens: self.reply_tokens,
            tiny: info.tiny,
            beside: Beside {
                lore: &[],
                seeds: self.seeds,
                model: &info.name,
                clock: Some(self.clock),
                idle: self.idle,
                cue: &self.cue,
                bond: &self.bond,
                scene: &self.scene,
            },
        };
        let searched = Searched {
            books: &self.books,
            state: &self.state,
            session: self.session,
            triggers: self.triggers,
            near: self.near.as_ref(),
        };
        lore::assemble_with_lore(input, &searched, &|text| self.model.count_tokens(text))
    }
}

/// The session's settings over the character's, and what keeps the model from speaking for anybody else.
fn sampling(session: &Sampling, character: &Sampling, info: &ModelInfo, company: &Company) -> Sampling {
    let mut sampling = session.clone().over(character);
    if info.tiny {
        sampling.max_tokens = Some(sampling.max_tokens.unwrap_or(REPLY_TOKENS_TINY));
    }
    // A provider takes few of them; what it lets through is cut by the voice.
    let others = std::iter::once(&company.person).chain(&company.others).filter(|name| !name.is_empty());
    sampling.stop.extend(others.take(STOPS).map(|name| format!("\n{name}:")));
    sampling
}

/// Lets a model in this process read a session's prompt before anybody asks: the person still reads the greeting, and the
/// first answer then begins at once. Costs a provider's model nothing: it is not asked.
pub(super) async fn warm(inner: &Inner, session: &Session) {
    let Ok(ToWrite::Asked(asked)) = ask(inner, Wanted::after(session, session.leaf_id)).await else { return };
    if asked.model.info().provider != ModelProvider::Local {
        return;
    }
    let sampling = Sampling { max_tokens: Some(1), ..asked.request.sampling };
    // One token, which nobody hears; what was read stays in the model's cache.
    if let Ok(mut stream) = asked.model.chat(ChatRequest { sampling, ..asked.request }).await {
        while let Some(Ok(_)) = stream.next().await {}
    }
}
