//! Episodes: what was said in a session, word for word, as far as it stands.
//!
//! Goes on from the session's watermark. Where the way in view has turned off since, what was made beyond the fork is taken
//! away first.

use std::collections::HashSet;

use bus::Notice;
use domain::characters::CharacterProfile;
use domain::chats::{HistoryAnchor, Role};
use domain::ids::SessionId;
use domain::jobs::{JobKind, Task};
use domain::macros;
use domain::memories::{EpisodePlace, Memory, MemoryKind, Scope, stretches, weight_of};
use store::jobs::Wanted;
use store::remembering::{NewMemory, Remembered, Step, Trail, Watermark};
use store::transcripts::{Said, TranscriptHead};
use store::{Conflict, StoreError, StoreResult};

use super::Inner;
use super::workshop::Makers;
use crate::jobs::{JobFault, Run};

/// How many messages one step takes up.
const STEP: u32 = 128;

/// How often a step is taken anew because another went on from there meanwhile.
const ATTEMPTS: u32 = 8;

/// How far a step came.
enum Came {
    /// To the end of what is said.
    ToTheEnd,
    /// To this depth, and there is more.
    Further(u32),
}

/// Remembers a session up to its end.
pub(super) async fn run(makers: &Makers, session: SessionId) -> Result<Run, JobFault> {
    let inner = &makers.inner;
    let mut changed = false;
    let mut outdated = 0;
    let mut reading = Reading { inner, session, total: None };
    loop {
        let Some(head) = inner.stores.transcripts.transcript(session).await? else { return Ok(Run::Done) };
        match step(inner, session, head, &mut changed).await {
            Ok(Came::Further(done)) => reading.came(head.scope, done).await,
            Ok(Came::ToTheEnd) => {
                reading.ended(head.scope);
                if changed {
                    inner.changed(head.scope).await;
                }
                follow_up(makers, session, head, changed).await?;
                return Ok(Run::Done);
            }
            Err(StoreError::Conflict(Conflict::Outdated)) if outdated < ATTEMPTS => outdated += 1,
            Err(StoreError::NotFound) => return Ok(Run::Done),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Tells a person how far a chat is read that takes more than one step: one that came in from elsewhere, or that nobody looked at for
/// long. What gets lost, they ask for.
struct Reading<'a> {
    inner: &'a Inner,
    session: SessionId,
    /// How many messages are in view, once that is of interest.
    total: Option<u32>,
}

impl Reading<'_> {
    async fn came(&mut self, scope: Scope, done: u32) {
        if self.total.is_none() {
            let history = &self.inner.stores.history;
            let newest = history.history(scope.user, self.session, HistoryAnchor::Newest, 1).await;
            self.total = newest.ok().and_then(|found| found.messages.last().map(|message| message.depth + 1));
        }
        if let Some(total) = self.total {
            self.tell(scope, done.min(total), total);
        }
    }

    fn ended(&self, scope: Scope) {
        if let Some(total) = self.total {
            self.tell(scope, total, total);
        }
    }

    fn tell(&self, scope: Scope, done: u32, total: u32) {
        let (session_id, character_id) = (self.session, scope.character);
        let notice = Notice::Remembering { session_id, character_id, done, total };
        self.inner.bus.notices.publish(scope.user, notice);
    }
}

/// What follows from new episodes: how they moved the bond and vectors at once, facts when there is enough to learn from, or silence.
async fn follow_up(makers: &Makers, session: SessionId, head: TranscriptHead, changed: bool) -> StoreResult<()> {
    let inner = &makers.inner;
    let now = inner.clock.now();
    let mut wanted = vec![Wanted { task: Task::on(JobKind::Judge, session), run_at: now }];
    if changed && inner.embedding.info().is_some() {
        wanted.push(Wanted { task: Task::embed(), run_at: now });
    }
    let watermark = inner.stores.remembering.remembered(session).await?.watermark;
    let waiting = watermark.episodes.saturating_sub(watermark.facts);
    if waiting >= inner.config.learn_every && super::learn::can(inner, session).await {
        wanted.push(Wanted { task: Task::on(JobKind::Learn, session), run_at: now });
    }
    makers.diaries.open(head.scope, head.last_message_at).await?;
    makers.jobs.want(&wanted).await
}

async fn step(inner: &Inner, session: SessionId, head: TranscriptHead, changed: &mut bool) -> StoreResult<Came> {
    let remembered = inner.stores.remembering.remembered(session).await?;
    let from = remembered.watermark;
    let fork = fork(inner, session, head.scope).await?;
    let begin = fork.map_or(from.episodes, |fork| fork.min(from.episodes));
    let said = inner.stores.transcripts.said_from(head.scope.user, session, begin, STEP).await?;
    let read_all = said.len() < STEP as usize;
    // A reply that is being written comes when it is finished; what hangs below it comes after it.
    let settled: Vec<&Said> = said.iter().take_while(|said| said.is_final).collect();
    let stopped = settled.len() < said.len();
    let greetings = if begin == 0 { greetings(inner, head.scope, session).await? } else { HashSet::new() };
    let add: Vec<NewMemory> = settled
        .iter()
        .filter(|said| is_worth_it(said, &remembered, &greetings))
        .flat_map(|said| episodes(inner, head.scope, session, said))
        .collect();
    let next = settled.last().map_or(begin, |said| said.depth + 1);
    let at_the_end = read_all || stopped;
    let to = Watermark {
        seq: if at_the_end { head.seq } else { from.seq },
        episodes: next,
        facts: from.facts.min(fork.unwrap_or(u32::MAX)),
        version: from.version,
    };
    if to == from && add.is_empty() && fork.is_none() {
        return Ok(Came::ToTheEnd);
    }
    *changed |= fork.is_some() || !add.is_empty();
    let step = Step { session, scope: head.scope, from, to, withdraw_from: fork, withdraw: Vec::new(), add };
    inner.stores.remembering.step(&step).await?;
    Ok(if at_the_end { Came::ToTheEnd } else { Came::Further(next) })
}

/// The first depth that is remembered otherwise than it is in view; `None` when all that is remembered stands.
async fn fork(inner: &Inner, session: SessionId, scope: Scope) -> StoreResult<Option<u32>> {
    let stands = async |trail: Trail| -> StoreResult<bool> {
        Ok(!inner.stores.transcripts.standing(scope.user, &[trail.message]).await?.is_empty())
    };
    let trail = |depth| inner.stores.remembering.trail(session, depth);
    let Some(deepest) = trail(u32::MAX).await? else { return Ok(None) };
    if stands(deepest).await? {
        return Ok(None);
    }
    // All above `good` stands, nothing from `bad` on does.
    let (mut good, mut bad) = (0, deepest.depth);
    while good < bad {
        let middle = good + (bad - good) / 2;
        match trail(middle).await? {
            Some(found) if stands(found).await? => good = middle + 1,
            Some(found) => bad = found.depth,
            None => good = middle + 1,
        }
    }
    Ok(Some(bad))
}

/// What the character's own greetings say to this person: the same in every session, so not worth remembering.
async fn greetings(inner: &Inner, scope: Scope, session: SessionId) -> StoreResult<HashSet<String>> {
    let Some(character) = inner.stores.characters.find_character(scope.user, scope.character).await? else {
        return Ok(HashSet::new());
    };
    let user = inner.stores.accounts.find_user(scope.user).await?;
    let person = user.map(|user| user.display_name).unwrap_or_default();
    let profile: &CharacterProfile = &character.profile;
    let names = macros::Names { char: &profile.name, user: &person };
    let greetings = std::iter::once(&profile.greeting)
        .chain(&profile.alternate_greetings)
        .map(|greeting| macros::expand_greeting(greeting, names, session).trim().to_owned())
        .collect();
    Ok(greetings)
}

fn is_worth_it(said: &Said, remembered: &Remembered, greetings: &HashSet<String>) -> bool {
    let text = said.content.trim();
    let is_greeting = said.depth == 0 && said.role == Role::Character && greetings.contains(text);
    let is_forgotten = remembered.forgotten_until.is_some_and(|until| said.created_at <= until);
    !text.is_empty() && !is_greeting && !is_forgotten && !remembered.omitted.contains(&said.id)
}

/// A message as episodes: one, or several when it is long.
fn episodes(inner: &Inner, scope: Scope, session: SessionId, said: &Said) -> Vec<NewMemory> {
    let now = inner.clock.now();
    let episode = |(part, text): (u32, &str)| NewMemory {
        memory: Memory {
            id: inner.mint.id(),
            scope,
            kind: MemoryKind::Episode,
            subject: None,
            scale: None,
            speaker: Some(said.role),
            author: None,
            place: Some(EpisodePlace { depth: said.depth, part }),
            text: text.to_owned(),
            importance: weight_of(text),
            pinned: false,
            happened_at: said.created_at,
            ended: None,
            session_id: Some(session),
            sources: vec![said.id],
            model: None,
            created_at: now,
        },
        depth: Some(said.depth),
        supersedes: Vec::new(),
    };
    (0..).zip(stretches(&said.content)).map(episode).collect()
}
