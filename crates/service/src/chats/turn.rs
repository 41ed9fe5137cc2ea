//! A turn: from a claimed reply to its end, whatever happens to the sockets that watch.

use std::sync::Arc;
use std::time::Duration;

use domain::ClosedSet;
use domain::chats::{FailureCode, MessageStatus, Session};
use domain::ids::UserId;
use domain::limits;
use domain::models::{FinishReason, ModelProvider, TokenUsage};
use domain::routes::SCENE;
use domain::safety::CARE;
use domain::speaking::Voice;
use domain::traces::{ReplyTrace, TracedTimes};
use domain::usage::{Day, Usage, UsageEntry};
use futures_util::StreamExt;
use llm::{ChatDelta, ChatModel, ChatRequest, ChatStream};
use store::turns::{Claim, Finish};
use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::prompts::{ToWrite, Wanted, ask};
use super::runner::{Active, Cut};
use super::trace::{cost, micros};
use super::{ChatsConfig, Inner, answering};
use crate::moderation::{Guard, Stopped};
use crate::{ServiceResult, measures, spans};

/// How long the end of a turn is tried to be stored, before its lease is left to expire.
const FINISH_WITHIN: Duration = Duration::from_secs(60);

/// Who is asked what, and whose words are let through.
struct Asking {
    model: Arc<dyn ChatModel>,
    request: ChatRequest,
    voice: Option<Voice>,
    guard: Option<Guard>,
}

/// What words go through before they are said.
struct Filters {
    voice: Option<Voice>,
    guard: Option<Guard>,
}

/// How the writing ended.
struct Ended {
    status: MessageStatus,
    failure: Option<FailureCode>,
    finish_reason: Option<FinishReason>,
    usage: Option<TokenUsage>,
}

impl Ended {
    fn failed(code: FailureCode) -> Self {
        Self { status: MessageStatus::Failed, failure: Some(code), finish_reason: None, usage: None }
    }

    fn complete(reason: FinishReason, usage: Option<TokenUsage>) -> Self {
        Self { status: MessageStatus::Complete, failure: None, finish_reason: Some(reason), usage }
    }
}

/// Writes a claimed reply to its end and stores it. Nothing is stored when the turn has passed to another.
pub(super) async fn run(inner: &Inner, config: &ChatsConfig, claim: Claim, active: &Active) {
    let (began, span, _running) = (Instant::now(), spans::turn(), measures::running());
    let (mut model, mut trace, mut named) = (None, None, None);
    let wanted = Wanted::of(&claim);
    let payer = answering::payer(inner, claim.session.owner, &claim.reply).await;
    let ended = tokio::select! {
        biased;
        cut = active.cut() => ended_by(cut),
        asked = ask(inner, wanted).instrument(span.clone()) => match asked {
            Ok(ToWrite::Care { danger, text }) => {
                measures::care(danger);
                inner.sittings.cared(danger);
                named = Some(CARE.to_owned());
                // One that is continued stands as it is.
                if active.writer.content().is_empty() {
                    active.writer.push(&text);
                }
                Some(Ended::complete(FinishReason::Stop, None))
            }
            Ok(ToWrite::Opening(text)) => {
                active.writer.push(&text);
                named = Some(SCENE.to_owned());
                Some(Ended::complete(FinishReason::Stop, None))
            }
            Ok(ToWrite::Asked(asked)) => {
                let info = asked.model.info();
                model = Some(Arc::clone(&asked.model));
                span.record("gen_ai.request.model", info.name.as_str());
                let trace = trace.insert(asked.trace);
                let watched = Watched { claimed: began, span: span.in_scope(|| spans::chat(&info)) };
                match guard(inner, &claim.session).await {
                    Ok(guard) => {
                        let asking = Asking { model: asked.model, request: asked.request, voice: asked.voice, guard };
                        let ended = write(config, asking, active, &mut trace.times, &watched);
                        let ended = ended.instrument(watched.span.clone()).await;
                        watched.answered(info.provider, ended.as_ref());
                        ended
                    }
                    Err(error) => {
                        tracing::warn!(error = %error, "who reads a reply could not be read");
                        Some(Ended::failed(FailureCode::Internal))
                    }
                }
            }
            Err(code) => Some(Ended::failed(code)),
        },
    };
    let took = took(inner, &claim, payer, active, model.as_ref(), trace.as_ref(), ended.as_ref());
    let failure = ended.as_ref().and_then(|ended| ended.failure);
    let outcome = measures::outcome(ended.as_ref().map(|ended| ended.status), failure);
    measures::turn(outcome, ended.as_ref().and_then(|ended| ended.usage), began.elapsed());
    spans::ended(&span, outcome, failure.is_some());
    if let Some(ended) = ended {
        let speaks = model.as_ref().map(|model| model.info());
        let finish = Finish {
            reply_id: claim.reply.id,
            fence: claim.fence,
            content: active.writer.content(),
            status: ended.status,
            failure: ended.failure,
            trace: trace.map(|trace| ReplyTrace { cost_usd: cost(config, speaks.as_ref(), ended.usage), ..trace }),
            model: speaks.map(|info| info.name).or(named),
            finish_reason: ended.finish_reason,
            usage: ended.usage,
        };
        let stored = store_end(inner, &claim, &finish).instrument(span).await;
        if stored && finish.status == MessageStatus::Complete {
            inner.notifications.reply_ready(&claim.session, claim.reply.id);
        }
        inner.memories.touched(claim.session.id);
    }
    inner.usages.count(took);
}

/// What a turn took, however it ended. A model that was cut short does not say: then what it read and wrote is counted here.
fn took(
    inner: &Inner,
    claim: &Claim,
    payer: UserId,
    active: &Active,
    model: Option<&Arc<dyn ChatModel>>,
    trace: Option<&ReplyTrace>,
    ended: Option<&Ended>,
) -> UsageEntry {
    let content = active.writer.content();
    let written = content.get(claim.reply.content.len()..).unwrap_or_default();
    let estimated = |model: &Arc<dyn ChatModel>| {
        // A model that failed before its first word took nothing.
        let stopped = ended.is_none_or(|ended| ended.status == MessageStatus::Stopped);
        (stopped || !written.is_empty()).then(|| TokenUsage {
            prompt_tokens: trace.map_or(0, |trace| trace.prompt_tokens),
            cached_tokens: 0,
            completion_tokens: model.count_tokens(written),
        })
    };
    let tokens = model.and_then(|model| {
        let usage = ended.and_then(|ended| ended.usage).or_else(|| estimated(model))?;
        Some(Usage::of(usage, inner.usages.cost(&model.info(), usage)))
    });
    // What the server says itself is no reply of a day.
    let is_reply = model.is_some()
        && !written.is_empty()
        && ended.is_some_and(|ended| matches!(ended.status, MessageStatus::Complete | MessageStatus::Stopped));
    UsageEntry {
        id: claim.reply.id,
        user: payer,
        day: Day::of(claim.reply.created_at),
        usage: Usage { replies: u64::from(is_reply), ..tokens.unwrap_or_default() },
    }
}

/// Who watches what is written in a session.
async fn guard(inner: &Inner, session: &Session) -> ServiceResult<Option<Guard>> {
    if !session.id.is_shared() {
        return inner.moderation.guard(&[session.owner]).await;
    }
    let group = inner.group(session.id).await?;
    let readers: Vec<UserId> = group.iter().flat_map(|group| group.present()).map(|member| member.user_id).collect();
    inner.moderation.guard(&readers).await
}

/// How a reply ends whose words are not let through.
pub(super) fn failure_of(stopped: Stopped) -> FailureCode {
    match stopped {
        Stopped::Refused(_) => FailureCode::ContentRefused,
        Stopped::Unjudged => FailureCode::ModelUnavailable,
    }
}

/// What is counted and traced while a model writes.
struct Watched {
    claimed: Instant,
    span: Span,
}

impl Watched {
    fn first_word(&self) {
        measures::first_token(self.claimed.elapsed());
        spans::first_token(&self.span, self.claimed.elapsed());
    }

    /// How the model ended; one that was cut by us has answered.
    fn answered(&self, provider: ModelProvider, ended: Option<&Ended>) {
        let failure = ended.and_then(|ended| ended.failure).filter(|code| *code != FailureCode::Interrupted);
        measures::model_call(provider, failure);
        let (finish, usage) = (ended.and_then(|ended| ended.finish_reason), ended.and_then(|ended| ended.usage));
        spans::answered(&self.span, finish, usage, failure.map(|code| code.as_str()));
    }
}

/// What a cut makes of a turn; nothing when it is another's now.
fn ended_by(cut: Cut) -> Option<Ended> {
    match cut {
        Cut::Stopped => Some(Ended { status: MessageStatus::Stopped, failure: None, finish_reason: None, usage: None }),
        Cut::Shutdown => Some(Ended::failed(FailureCode::Interrupted)),
        Cut::Lost => None,
    }
}

/// Asks the model and writes what it says.
async fn write(
    config: &ChatsConfig,
    asking: Asking,
    active: &Active,
    times: &mut TracedTimes,
    watched: &Watched,
) -> Option<Ended> {
    let Asking { model, request, voice, guard } = asking;
    let began = Instant::now();
    let deadline = Instant::now() + config.reply_limit;
    let stream = tokio::select! {
        biased;
        cut = active.cut() => return ended_by(cut),
        () = tokio::time::sleep_until(deadline) => return Some(Ended::failed(FailureCode::ModelTimeout)),
        stream = model.chat(request) => stream,
    };
    match stream {
        Ok(stream) => {
            let mut first_word = || {
                watched.first_word();
                times.first_word = Some(micros(began.elapsed()));
            };
            copy(stream, active, Filters { voice, guard }, deadline, &mut first_word).await
        }
        Err(error) => {
            tracing::warn!(model = model.info().name, error = %error, "the model did not answer");
            Some(Ended::failed(error.failure()))
        }
    }
}

/// Copies the model's words to the reply until either ends.
async fn copy(
    mut stream: ChatStream,
    active: &Active,
    Filters { mut voice, mut guard }: Filters,
    deadline: Instant,
    first_word: &mut (dyn FnMut() + Send),
) -> Option<Ended> {
    let mut silent = true;
    let mut words = Words::after(&active.writer.content());
    let timeout = tokio::time::sleep_until(deadline);
    let cut = active.cut();
    tokio::pin!(timeout, cut);
    loop {
        let item = tokio::select! {
            biased;
            cut = &mut cut => return ended_by(cut),
            item = stream.next() => item,
            () = &mut timeout => return Some(Ended::failed(FailureCode::ModelTimeout)),
        };
        match item {
            Some(Ok(ChatDelta::Text(text))) => {
                let text = match &mut voice {
                    Some(voice) => voice.pass(&text),
                    None => text,
                };
                let passed = tokio::select! {
                    biased;
                    cut = &mut cut => return ended_by(cut),
                    () = &mut timeout => return Some(Ended::failed(FailureCode::ModelTimeout)),
                    passed = Guard::let_through(&mut guard, text) => passed,
                };
                let text = match passed {
                    Ok(text) => text,
                    Err(stopped) => return Some(Ended::failed(failure_of(stopped))),
                };
                if say(text, &mut words, active) && std::mem::take(&mut silent) {
                    first_word();
                }
                if words.length >= limits::REPLY {
                    return Some(Ended::complete(FinishReason::Length, None));
                }
                if voice.as_ref().is_some_and(Voice::is_cut) {
                    // She spoke, and the model went on as somebody else; or it was somebody else from the start.
                    match Guard::let_rest(&mut guard).await {
                        Ok(rest) => drop(say(rest, &mut words, active)),
                        Err(stopped) => return Some(Ended::failed(failure_of(stopped))),
                    }
                    let nothing = active.writer.content().is_empty();
                    let ended = Ended::complete(FinishReason::Stop, None);
                    return Some(if nothing { Ended::failed(FailureCode::ModelUnavailable) } else { ended });
                }
            }
            Some(Ok(ChatDelta::Done { finish: FinishReason::ContentFilter, usage })) => {
                return Some(Ended {
                    usage: Some(usage),
                    finish_reason: Some(FinishReason::ContentFilter),
                    ..Ended::failed(FailureCode::ContentRefused)
                });
            }
            Some(Ok(ChatDelta::Done { finish, usage })) => {
                let last = voice.as_mut().map(Voice::rest).unwrap_or_default();
                let (passed, rest) = (Guard::let_through(&mut guard, last).await, Guard::let_rest(&mut guard).await);
                for held in [passed, rest] {
                    match held {
                        Ok(text) => drop(say(text, &mut words, active)),
                        Err(stopped) => {
                            return Some(Ended { usage: Some(usage), ..Ended::failed(failure_of(stopped)) });
                        }
                    }
                }
                if words.length > 0 {
                    return Some(Ended::complete(finish, Some(usage)));
                }
                return Some(Ended { usage: Some(usage), ..Ended::failed(FailureCode::ModelUnavailable) });
            }
            Some(Err(error)) => {
                tracing::warn!(error = %error, "the model broke off");
                return Some(Ended::failed(error.failure()));
            }
            None => return Some(Ended::failed(FailureCode::ModelUnavailable)),
        }
        // A model that always has its next word ready must not keep others from the core.
        tokio::task::consume_budget().await;
    }
}

/// Writes what can be said of a text now; whether that was anything.
fn say(text: String, words: &mut Words, active: &Active) -> bool {
    let said = words.pass(text);
    if let Some(text) = &said {
        active.writer.push(text);
    }
    said.is_some()
}

/// Lets a reply's words through, but for white space at its start and its end: so that what was streamed and what is
/// stored are the same text.
pub(super) struct Words {
    begun: bool,
    held: String,
    /// Characters until now.
    pub(super) length: usize,
}

impl Words {
    /// What follows `content`.
    pub(super) fn after(content: &str) -> Self {
        Self { begun: !content.is_empty(), held: String::new(), length: content.chars().count() }
    }

    /// What of `text`, and of what was held back before it, can be said now.
    pub(super) fn pass(&mut self, mut text: String) -> Option<String> {
        if !self.begun {
            text = text.trim_start().to_owned();
        }
        let said = text.trim_end().len();
        if said == 0 {
            if self.begun {
                self.held.push_str(&text);
            }
            return None;
        }
        self.begun = true;
        let tail = text.split_off(said);
        if !self.held.is_empty() {
            text.insert_str(0, &self.held);
        }
        self.held = tail;
        self.length += text.chars().count();
        Some(text)
    }
}

/// Stores the end of a turn and tells it; whether this turn has ended it. Tries again while the store is away, for as long
/// as that makes sense.
async fn store_end(inner: &Inner, claim: &Claim, finish: &Finish) -> bool {
    let give_up = Instant::now() + FINISH_WITHIN;
    let mut wait = Duration::from_millis(50);
    loop {
        let result = {
            let _turn = inner.gates.enter(claim.session.id).await;
            let result = inner.stores.turns.finish_reply(finish, inner.clock.now()).await;
            if let Ok(Some(event)) = &result {
                inner.tell(claim.session.owner, event).await;
            }
            result
        };
        match result {
            Ok(event) => return event.is_some(),
            Err(error) if Instant::now() + wait < give_up => {
                tracing::warn!(reply.id = %finish.reply_id, error = %error, "the end of a reply could not be stored yet");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(5));
            }
            Err(error) => {
                tracing::error!(reply.id = %finish.reply_id, error = %error, "the end of a reply could not be stored; its lease will expire");
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    fn said(start: &str, pieces: &[&str]) -> (String, Vec<String>) {
        let mut words = Words::after(start);
        let passed: Vec<String> = pieces.iter().filter_map(|piece| words.pass((*piece).to_owned())).collect();
        (passed.concat(), passed)
    }

    #[test]
    fn white_space_is_kept_inside_and_dropped_at_both_ends() {
        assert_eq!(said("", &["\n ", " Hi", " ", "\n", "you ", " "]).0, "Hi \nyou");
        assert_eq!(said("She", &[" ", "waits. "]).0, " waits.");
        assert_eq!(said("", &["a", "b"]).1, ["a", "b"], "nothing is held back without need");
    }
}
