//! Recall: what comes to a character's mind before she answers.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ::recall::{Hit, Names, Question};
use domain::ClosedSet;
use domain::chats::{Author, Role, Session};
use domain::ids::{MemoryId, MessageId, UserId};
use domain::memories::{Memory, SummaryScale};
use domain::prompt::MemoryLine;
use domain::traces::{RecallKind, RecallReason, TracedReason};
use store::StoreResult;
use store::transcripts::Said;
use time::OffsetDateTime;
use tokio::time::Instant;
use tracing::Instrument;

use super::heard::{Gathering, Hearer};
use super::indexes::{ScopeIndex, Whose};
use super::{Inner, Memories, lines};
use crate::{measures, spans, zones};

/// How many memories are considered for a reply.
const CONSIDERED: usize = 40;

/// The last messages before a reply are in its history however small the model is: they need not come to mind.
const FRESH: u32 = 4;

/// From how many memories on a search runs outside the async runtime: it takes longer than a task may.
const ASIDE: usize = 20_000;

/// A question of fewer characters is looked for together with the end of what it answers.
const SHORT: usize = 60;

/// How much of what a question answers is looked at, in characters, from its end.
const BEFORE: usize = 400;

/// How much of a question is looked at, in characters.
const QUESTION: usize = 1_500;

/// A reply that is to be made.
pub struct Asking<'a> {
    /// Where.
    pub session: &'a Session,
    /// What it answers.
    pub parent: Option<MessageId>,
    /// What was said before, where it is not the session that holds it.
    pub given: Option<&'a [Said]>,
    /// Who the two are.
    pub names: &'a Names,
    /// Where the person lives.
    pub zone: Option<&'a str>,
    /// Who else is there, in a group.
    pub gathering: Option<Gathering<'a>>,
}

impl Asking<'_> {
    /// Whose words something was, as she who answers sees it: her own, or those of anybody else.
    fn role_of(&self, said: &Said) -> Role {
        match self.gathering {
            Some(gathering) if said.author == Some(Author::Character(gathering.speaker)) => Role::Character,
            Some(_) => Role::User,
            None => said.role,
        }
    }

    /// The name of whoever said what is remembered; empty where it is not known.
    fn speaker(&self, memory: &Memory) -> &str {
        let of_several = self.gathering.zip(memory.author).and_then(|(gathering, author)| gathering.names.get(&author));
        of_several.map_or_else(|| memory.speaker.map_or("", |role| self.names.of(role)), String::as_str)
    }
}

/// A memory that came to mind.
#[derive(Debug, Clone, PartialEq)]
pub struct RecalledMemory {
    /// In words for the model.
    pub line: MemoryLine,
    /// How well it fits.
    pub score: f32,
    /// Why it was found.
    pub reasons: Vec<TracedReason>,
}

/// What came to mind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recalled {
    /// How it was found.
    pub kind: RecallKind,
    /// What time it is for the person, as a sentence.
    pub now: String,
    /// The memories, the most wanted first.
    pub memories: Vec<RecalledMemory>,
    /// How long it took.
    pub took: Duration,
    /// How long the vector of the question took.
    pub embedding: Duration,
}

impl Memories {
    /// What comes to mind before a reply. It is bounded in time and never fails: a reply without memories is better than none.
    pub async fn recall(&self, asking: Asking<'_>) -> Recalled {
        let began = Instant::now();
        let (inner, span) = (&self.inner, spans::recall());
        let local = zones::local(inner.clock.now(), asking.zone);
        let found = tokio::time::timeout(inner.config.recall_within, inner.recall(&asking, local));
        let found = found.instrument(span.clone()).await;
        let mut recalled = match found {
            Ok(Ok(recalled)) => recalled,
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "nothing could be recalled");
                Recalled { kind: RecallKind::Late, ..Recalled::default() }
            }
            Err(_) => Recalled { kind: RecallKind::Late, ..Recalled::default() },
        };
        recalled.now = lines::now(local, asking.names);
        recalled.took = began.elapsed();
        measures::recall(recalled.kind, recalled.took);
        span.record("talker.recall.kind", recalled.kind.as_str());
        span.record("talker.recall.memories", i64::try_from(recalled.memories.len()).unwrap_or(i64::MAX));
        recalled
    }
}

impl Memories {
    /// What time it is, where nothing of the past shall come to mind.
    pub(crate) fn only_the_time(&self, asking: &Asking<'_>) -> Recalled {
        let local = zones::local(self.inner.clock.now(), asking.zone);
        Recalled { now: lines::now(local, asking.names), ..Recalled::default() }
    }
}

impl Inner {
    async fn recall(&self, asking: &Asking<'_>, now: OffsetDateTime) -> StoreResult<Recalled> {
        let session = asking.session;
        let whose = match (session.scope(), asking.gathering) {
            (Some(scope), _) => Whose::Scope(scope),
            // What a character knows of one of several is not for the others to hear: she has what was said before them all.
            (None, Some(Gathering { speaker: character, .. })) => {
                Whose::Hearer(Hearer { session: session.id, owner: session.owner, character })
            }
            (None, None) => return Ok(Recalled::default()),
        };
        let (index, said) = tokio::join!(self.indexes.fresh(whose, asking.names), self.said_last(asking));
        let (index, said) = (index?, said?);
        let depth = said.last().map_or(0, |question| question.depth);
        let fresh_from = depth.saturating_sub(FRESH);
        let is_fresh = |memory: &Memory| {
            memory.session_id == Some(session.id) && memory.place.is_some_and(|place| place.depth >= fresh_from)
        };
        if index.read(|index| index.memories().all(is_fresh)) {
            return Ok(Recalled::default());
        }

        let began = Instant::now();
        let (text, before) = question(&said);
        let vector = match whose {
            Whose::Scope(_) if !text.is_empty() => self.vector(&text, before.as_deref()).await,
            // What is kept nowhere has no vectors.
            Whose::Scope(_) | Whose::Hearer(_) => None,
        };
        let embedding = began.elapsed();
        let kind = if vector.is_some() { RecallKind::Hybrid } else { RecallKind::Words };
        let asked_by = said.last().map(|question| asking.role_of(question));
        let since = asking.gathering.map(|gathering| gathering.since);
        let sought = Sought { session: session.id, fresh_from, since, text, before, vector, asked_by, now };
        let (always, hits) = search(index, sought).await;
        let memories = self.come_to_mind(session.owner, always, hits).await?;
        let mut heard = HashSet::new();
        let memories = memories
            .into_iter()
            // Of a long message in a group the piece that fits best is enough: a trace names messages there.
            .filter(|(memory, ..)| memory.author.is_none() || heard.insert(memory.anchors().to_vec()))
            .map(|(memory, score, reasons)| {
                let text = lines::line(&memory, asking.speaker(&memory), now);
                let anchors = memory.anchors().to_vec();
                // The story and summaries say more than the messages they hang on.
                let anchors = if memory.scale.is_some() { Vec::new() } else { anchors };
                let id = match (memory.author, anchors.first()) {
                    (Some(_), Some(message)) => MemoryId(message.0),
                    _ => memory.id,
                };
                let line = MemoryLine { id, text, at: memory.happened_at, anchors };
                RecalledMemory { line, score, reasons }
            })
            .collect();
        Ok(Recalled { kind, memories, embedding, ..Recalled::default() })
    }

    /// What was said last, the question at the end.
    async fn said_last(&self, asking: &Asking<'_>) -> StoreResult<Vec<Said>> {
        match (asking.given, asking.parent) {
            (Some(given), _) => Ok(given.get(given.len().saturating_sub(2)..).unwrap_or_default().to_vec()),
            (None, None) => Ok(Vec::new()),
            (None, Some(parent)) => {
                let session = asking.session;
                self.stores.transcripts.said_before(session.owner, session.id, parent, 2).await
            }
        }
    }

    /// The vector of a question; `None` without an embedder, or when it does not answer in time.
    pub(super) async fn vector(&self, text: &str, before: Option<&str>) -> Option<Vec<f32>> {
        let text = match before {
            // "And where was that?" means nothing alone.
            Some(before) if text.chars().count() < SHORT => format!("{before}\n{text}"),
            _ => text.to_owned(),
        };
        self.embedding.of_question(text).await
    }

    /// What is always told, then what was found, as far as it stands.
    async fn come_to_mind(
        &self,
        owner: UserId,
        always: Vec<Memory>,
        hits: Vec<(Memory, Hit)>,
    ) -> StoreResult<Vec<Standing>> {
        let standing = self.standing(owner, always.iter().chain(hits.iter().map(|(memory, _)| memory))).await?;
        let pinned = |memory| (memory, 1.0, vec![TracedReason { reason: RecallReason::Pinned, weight: 1.0 }]);
        let known: HashSet<_> = always.iter().map(|memory| memory.id).collect();
        let found = hits
            .into_iter()
            .filter(|(memory, _)| !known.contains(&memory.id))
            .map(|(memory, hit)| (memory, hit.score, hit.reasons));
        Ok(always.into_iter().map(pinned).chain(found).filter(|(memory, ..)| standing.contains(&memory.id)).collect())
    }

    /// Those of these memories whose messages still stand: nothing that was deleted or swiped away is shown or told, whatever
    /// the jobs have got to.
    pub(super) async fn standing<'m>(
        &self,
        owner: UserId,
        memories: impl Iterator<Item = &'m Memory> + Clone,
    ) -> StoreResult<HashSet<MemoryId>> {
        let anchors: HashSet<MessageId> =
            memories.clone().flat_map(|memory| memory.anchors().iter().copied()).collect();
        let anchors: Vec<MessageId> = anchors.into_iter().collect();
        let standing: HashSet<MessageId> = match anchors.is_empty() {
            true => HashSet::new(),
            false => self.stores.transcripts.standing(owner, &anchors).await?.into_iter().collect(),
        };
        let stands = |memory: &&Memory| memory.anchors().iter().all(|anchor| standing.contains(anchor));
        Ok(memories.filter(stands).map(|memory| memory.id).collect())
    }
}

/// A memory that stands, how well it fits, and why.
type Standing = (Memory, f32, Vec<TracedReason>);

/// What is looked for in an index.
struct Sought {
    session: domain::ids::SessionId,
    fresh_from: u32,
    /// What was said before is not to come to mind.
    since: Option<OffsetDateTime>,
    text: String,
    before: Option<String>,
    vector: Option<Vec<f32>>,
    asked_by: Option<Role>,
    now: OffsetDateTime,
}

/// What is always told, and what is found.
async fn search(index: Arc<ScopeIndex>, sought: Sought) -> (Vec<Memory>, Vec<(Memory, Hit)>) {
    if index.read(::recall::Index::len) < ASIDE {
        return look(&index, &sought);
    }
    tokio::task::spawn_blocking(move || look(&index, &sought)).await.unwrap_or_default()
}

fn look(index: &ScopeIndex, sought: &Sought) -> (Vec<Memory>, Vec<(Memory, Hit)>) {
    let elsewhere = |memory: &Memory| {
        let is_past = memory.session_id != Some(sought.session)
            || memory.place.is_none_or(|place| place.depth < sought.fresh_from);
        is_past && sought.since.is_none_or(|since| since <= memory.happened_at)
    };
    let question = Question {
        text: &sought.text,
        before: sought.before.as_deref(),
        vector: sought.vector.as_deref(),
        now: sought.now,
        asked_by: sought.asked_by,
        ended: false,
        keep: &elsewhere,
    };
    index.look(|index, always| {
        let always = always.iter().filter_map(|id| index.get(*id));
        let is_here = |memory: &&Memory| {
            memory.pinned || memory.scale != Some(SummaryScale::Session) || memory.session_id == Some(sought.session)
        };
        let mut always: Vec<Memory> = always.filter(is_here).cloned().collect();
        always.sort_by_key(|memory| std::cmp::Reverse((memory.importance, memory.happened_at)));
        always.truncate(CONSIDERED);
        let hits = index.search(&question, CONSIDERED).into_iter();
        (always, hits.filter_map(|hit| Some((index.get(hit.id)?.clone(), hit))).collect())
    })
}

/// The question, and what it answers.
fn question(said: &[Said]) -> (String, Option<String>) {
    let mut said = said.iter().rev();
    let text = said.next().map(|question| question.content.trim().chars().take(QUESTION).collect()).unwrap_or_default();
    let before = said.next().map(|before| end_of(before.content.trim(), BEFORE).to_owned());
    (text, before.filter(|before| !before.is_empty()))
}

/// The last `length` characters of a text.
fn end_of(text: &str, length: usize) -> &str {
    let from = text.char_indices().rev().take(length).last().map_or(0, |(at, _)| at);
    text.get(from..).unwrap_or(text)
}
