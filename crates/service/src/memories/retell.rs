//! The story: all that was between the two, told short, from the summaries of their sessions.

use std::sync::{Arc, LazyLock};

use domain::ids::{MessageId, SessionId};
use domain::limits;
use domain::memories::{Learning, Memory, MemoryKind, SummaryScale};
use domain::validation::required_text;
use llm::JsonFormat;
use recall::{Index, Names};
use serde::Deserialize;
use serde_json::{Value, json};
use store::remembering::{NewMemory, Step};
use store::{Conflict, StoreError};
use time::OffsetDateTime;

use super::learn::{self, OUTDATED};
use super::workshop::Makers;
use crate::jobs::{JobFault, Run};
use crate::structured::{self, Meter, NoAnswer};

/// How many sessions the story is told from; of older ones the story before remembers.
const SESSIONS: usize = 24;

#[derive(Debug, Deserialize)]
struct Told {
    story: String,
}

static FORMAT: LazyLock<Arc<Value>> = LazyLock::new(|| {
    Arc::new(json!({
        "type": "object",
        "properties": {"story": {"type": "string"}},
        "required": ["story"],
        "additionalProperties": false,
    }))
});

const TASK: &str = "You keep the memory of {char}. From the summaries of {char}'s sessions with {person}, the oldest first, tell in at \
most 150 words what {char} must know of their story: how they met, what they went through, how they stand to each other now, what is \
still open. In the third person, in the language of the summaries; nothing that is not in them. Answer with one JSON object and \
nothing else: {\"story\": \"...\"}";

/// Tells the story of the two in a session anew, if a session was summed up since.
pub(super) async fn run(makers: &Makers, id: SessionId) -> Result<Run, JobFault> {
    let inner = &makers.inner;
    let Some(session) = learn::find(inner, id).await? else { return Ok(Run::Done) };
    let (model, learning) = inner.learner(&session).await?;
    if learning != Learning::On {
        return Ok(Run::Done);
    }
    if !inner.usages.may_learn(session.owner).await? {
        return Ok(Run::Again(learn::SPENT));
    }
    let Some(scope) = session.scope() else { return Ok(Run::Done) };
    // Read before the summaries: what changes between the two makes the step outdated.
    let from = inner.stores.remembering.remembered(id).await?.watermark;
    let names = inner.names(scope).await?;
    let index = inner.indexes.fresh(scope, &names).await?;
    let Some(telling) = index.read(Telling::from) else { return Ok(Run::Done) };
    let Names { person, character } = &names;
    let system = TASK.replace("{char}", character).replace("{person}", person);
    let told = structured::ask(
        model.as_ref(),
        id.0.as_u64_pair().1 ^ 2,
        system,
        telling.text(),
        JsonFormat { name: "story", schema: Arc::clone(&FORMAT) },
        Meter { usages: &inner.usages, user: session.owner },
    )
    .await;
    let told: Told = match told {
        Ok(told) => told,
        // A story that may not be told is not told; the summaries are there.
        Err(NoAnswer::Refused) => return Ok(Run::Done),
        Err(NoAnswer::Fault(fault)) => return Err(fault),
    };
    let Ok(text) = required_text("story", &told.story, limits::SUMMARY) else { return Ok(Run::Done) };
    if !inner.moderation.may_say(&text, &[session.owner]).await? {
        return Ok(Run::Done);
    }
    let now = inner.clock.now();
    let memory = Memory {
        id: inner.mint.id(),
        scope,
        kind: MemoryKind::Summary,
        subject: None,
        scale: Some(SummaryScale::Story),
        speaker: None,
        author: None,
        place: None,
        text,
        importance: 4,
        pinned: false,
        happened_at: telling.last,
        ended: None,
        session_id: None,
        sources: telling.anchors,
        model: Some(model.info().name),
        created_at: now,
    };
    let step = Step {
        session: id,
        scope,
        from,
        to: from,
        withdraw_from: None,
        withdraw: Vec::new(),
        add: vec![NewMemory { memory, depth: None, supersedes: Vec::new() }],
    };
    match inner.stores.remembering.step(&step).await {
        Ok(()) => inner.changed(scope).await,
        Err(StoreError::Conflict(Conflict::Outdated)) => return Err(JobFault::Passing(OUTDATED.to_owned())),
        Err(StoreError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Run::Done)
}

/// What the story is told from.
struct Telling {
    summaries: Vec<Memory>,
    anchors: Vec<MessageId>,
    before: Option<Memory>,
    last: OffsetDateTime,
}

impl Telling {
    /// The summaries of the newest sessions; `None` when there are not two yet, or the story has them all.
    fn from(index: &Index) -> Option<Self> {
        let of = |scale| {
            index.memories().filter(move |memory| memory.scale == Some(scale) && memory.ended.is_none()).cloned()
        };
        let mut summaries: Vec<Memory> = of(SummaryScale::Session).collect();
        summaries.sort_by_key(|summary| summary.happened_at);
        summaries.drain(..summaries.len().saturating_sub(SESSIONS));
        let before = of(SummaryScale::Story).next();
        let anchors: Vec<MessageId> = summaries.iter().flat_map(|summary| summary.anchors().to_vec()).collect();
        let last = summaries.last()?.happened_at;
        let is_told = before.as_ref().is_some_and(|story| story.sources == anchors);
        (summaries.len() > 1 && !is_told).then_some(Self { summaries, anchors, before, last })
    }

    fn text(&self) -> String {
        let before = self.before.as_ref().map(|story| format!("The story as it was told before: {}\n\n", story.text));
        let summaries =
            self.summaries.iter().map(|summary| format!("({}) {}\n", summary.happened_at.date(), summary.text));
        before.into_iter().chain(summaries).collect()
    }
}
