//! What a character writes first: made before anybody hears of it, looked through, and only then put into the session: whole, because
//! nobody asked for it, and so nobody shall see it fail.

use domain::ClosedSet;
use domain::chats::Session;
use domain::ids::{MessageId, UserId};
use domain::initiatives::{FirstMessage, InitiativeReason, Unfit, first_words};
use domain::models::FinishReason;
use domain::traces::{ReplyTrace, TracedPresent};
use llm::ChatRequest;
use store::initiatives::Draft;
use store::{Conflict, StoreError, StoreResult};

use super::Chats;
use super::prompts::{ToWrite, Wanted, ask};
use crate::asking::{self, Meter, NoAnswer};
use crate::jobs::JobFault;

/// The longest thing that is asked for, in tokens.
const TOKENS: u32 = 220;

/// What became of words that a character was to write first.
pub(crate) enum Thought {
    /// They can be sent.
    Draft(Box<Draft>),
    /// There are none now: no model that is trusted with it, a limit of the day, nothing came of it, or it
    /// is not let through.
    Nothing,
    /// They would have pressed the person.
    Withheld,
}

impl Chats {
    /// Lets a character think of what she writes first, at the end of a session; `told` says why, for the model.
    pub(crate) async fn think(
        &self,
        session: &Session,
        id: MessageId,
        reason: InitiativeReason,
        told: &str,
    ) -> Result<Thought, JobFault> {
        let inner = &self.inner;
        let parent = session.leaf_id;
        let wanted = Wanted { reply: Some(id), cue: told, ..Wanted::after(session, parent) };
        let asked = match ask(inner, wanted).await {
            Ok(ToWrite::Asked(asked)) => asked,
            // Whoever spoke of danger last is not written to as if nothing were.
            Ok(ToWrite::Care { .. } | ToWrite::Opening(_)) => return Ok(Thought::Nothing),
            Err(code) if code.retryable() => return Err(JobFault::Passing(code.as_str().to_owned())),
            Err(_) => return Ok(Thought::Nothing),
        };
        let info = asked.model.info();
        if info.tiny || !inner.usages.may_learn(session.owner).await? {
            return Ok(Thought::Nothing);
        }
        let mut sampling = asked.request.sampling.clone();
        sampling.max_tokens = Some(sampling.max_tokens.map_or(TOKENS, |most| most.min(TOKENS)));
        let request = ChatRequest { sampling, ..asked.request };
        let meter = Meter { usages: &inner.usages, user: session.owner };
        let words = match asking::answer(asked.model.as_ref(), request, meter).await {
            Ok(words) => words,
            Err(NoAnswer::Refused) => return Ok(Thought::Nothing),
            Err(NoAnswer::Fault(fault)) => return Err(fault),
        };
        let name = match session.character_id {
            Some(character) => inner.characters.get(session.owner, character).await.map(|found| found.profile.name),
            None => return Ok(Thought::Nothing),
        };
        let content = match first_words(&words, &name.unwrap_or_default()) {
            Ok(content) => content,
            Err(Unfit::Presses) => return Ok(Thought::Withheld),
            Err(Unfit::Empty) => return Ok(Thought::Nothing),
        };
        if !inner.moderation.may_say(&content, &[session.owner]).await? {
            return Ok(Thought::Nothing);
        }
        let present = TracedPresent { wrote_first: Some(reason), ..asked.trace.present.unwrap_or_default() };
        Ok(Thought::Draft(Box::new(Draft {
            content,
            model: info.name,
            finish_reason: FinishReason::Stop,
            usage: None,
            trace: ReplyTrace { present: Some(present), ..asked.trace },
        })))
    }

    /// Puts what a character wrote first at the end of its session, unless it was put there before. `false` when the two have gone on
    /// since, or the session is gone: then it is not said.
    pub(crate) async fn say_first(&self, owner: UserId, first: &FirstMessage, draft: &Draft) -> StoreResult<bool> {
        let inner = &self.inner;
        let _turn = inner.gates.enter(first.session).await;
        let (written, now) = (draft.ended(first.id), inner.clock.now());
        match inner.stores.chats.put_reply(owner, first.session, first.after, &written, now).await {
            Ok(events) => {
                for event in &events {
                    inner.tell(owner, event).await;
                }
            }
            Err(StoreError::NotFound) => return Ok(false),
            Err(StoreError::Conflict(Conflict::ReplyRunning | Conflict::TooManyQueued | Conflict::TooManySiblings)) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        inner.memories.touched(first.session);
        Ok(true)
    }
}
