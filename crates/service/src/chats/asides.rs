//! Asides: answers to conversations that programs hold. A character is asked as in a chat, with all that makes her who she is, and counted
//! as in a chat; but nothing of it is stored, told to devices, or remembered. Whoever asks holds the answer: when they go, it ends.

use std::collections::HashMap;
use std::sync::Arc;

use domain::chats::{FailureCode, MessageStatus, Role, Session};
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::limits;
use domain::models::{FinishReason, TokenUsage};
use domain::safety::danger;
use domain::sampling::Sampling;
use domain::usage::{Day, Usage, UsageEntry};
use futures_util::StreamExt;
use llm::ChatDelta;
use parking_lot::Mutex;
use store::transcripts::Said;
use time::OffsetDateTime;
use tokio::sync::mpsc;
use tokio::time::Instant;
use uuid::Uuid;

use super::prompts::{Asked, Given, ToWrite, Wanted, ask};
use super::runner::Runner;
use super::turn::{Words, failure_of};
use super::{Chats, Inner};
use crate::moderation::Guard;
use crate::usage::Admission;
use crate::{ServiceError, ServiceResult, measures, spans};

/// Pieces that wait for a slow reader; then the model waits, too.
const PIECES: usize = 64;

/// When to come again with one more than may be asked at once.
const COME_AGAIN: std::time::Duration = std::time::Duration::from_secs(1);

/// A conversation that a program holds, and what is to follow it.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Who is asked.
    pub character: CharacterId,
    /// What was said, oldest first.
    pub said: Vec<(Role, String)>,
    /// What she is told besides, beside her scenario.
    pub instructions: String,
    /// What the answer begins with; it is not said again.
    pub begun: String,
    /// How her words are chosen, over her own settings.
    pub sampling: Sampling,
    /// Whether she has in mind what she remembers of the person.
    pub recalls: bool,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerPart {
    /// Words that follow those before.
    Text(String),
    /// The end; nothing follows.
    Ended {
        /// Why it ended.
        finish: FinishReason,
        /// What it cost; `None` is not known.
        usage: Option<TokenUsage>,
    },
    /// It could not be finished; nothing follows.
    Failed(FailureCode),
}

/// An answer as it is written. Dropping it ends an aside; a reply of a session goes on.
pub struct Answer {
    /// Its id; that of its message, where it has one.
    pub id: MessageId,
    parts: mpsc::Receiver<AnswerPart>,
}

impl Answer {
    /// An answer that somebody else writes.
    pub(super) fn new(id: MessageId) -> (Self, mpsc::Sender<AnswerPart>) {
        let (writer, parts) = mpsc::channel(PIECES);
        (Self { id, parts }, writer)
    }

    /// The next piece. Safe to cancel.
    pub async fn next(&mut self) -> AnswerPart {
        // Whoever writes it says how it ended, unless they break.
        self.parts.recv().await.unwrap_or(AnswerPart::Failed(FailureCode::Internal))
    }
}

/// How many asides are being written for each person here.
#[derive(Clone, Default)]
pub(super) struct Asides {
    running: Arc<Mutex<HashMap<UserId, usize>>>,
}

/// One of them, counted while it lives.
struct Running {
    asides: Asides,
    user: UserId,
}

impl Asides {
    fn enter(&self, user: UserId) -> ServiceResult<Running> {
        let mut running = self.running.lock();
        let here = running.entry(user).or_default();
        if *here >= limits::ANSWERS_AT_ONCE {
            return Err(ServiceError::Throttled { retry_after: COME_AGAIN });
        }
        *here += 1;
        Ok(Running { asides: self.clone(), user })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = self.asides.running.lock();
        if let Some(here) = running.get_mut(&self.user) {
            *here -= 1;
            if *here == 0 {
                running.remove(&self.user);
            }
        }
    }
}

/// What one aside is written with.
struct Aside {
    inner: Arc<Inner>,
    runner: Runner,
    id: MessageId,
    user: UserId,
    asked_at: OffsetDateTime,
    session: Session,
    given: Given,
    begun: String,
    _running: Running,
}

/// How it ended.
enum Ended {
    Well(FinishReason, TokenUsage),
    Badly(FailureCode, Option<TokenUsage>),
    /// Nobody listens any more.
    Left,
}

impl Chats {
    /// An answer to a conversation that is kept nowhere here.
    ///
    /// # Errors
    /// `NotFound`, `CharacterUnavailable`, `Invalid`, `Refused`, `QuotaReached`, `Throttled`.
    pub async fn answer(&self, user: UserId, conversation: Conversation) -> ServiceResult<Answer> {
        let Conversation { character, said, instructions, begun, sampling, recalls } = conversation;
        let sampling = sampling.checked()?;
        if self.inner.characters.get(user, character).await?.deleted {
            return Err(ServiceError::CharacterUnavailable);
        }
        let last = said.iter().rev().find(|(role, _)| *role == Role::User);
        if let Some((_, words)) = last.filter(|(_, words)| danger(words).is_none()) {
            self.inner.moderation.must_pass("messages", words, &[user]).await?;
        }
        let running = self.asides.enter(user)?;
        let (id, now) = (self.inner.mint.id::<MessageId>(), self.inner.clock.now());
        let admission = self.inner.usages.admit(user, id).await?;
        let said = (0..).zip(said).map(|(depth, (role, content))| Said {
            id: self.inner.mint.id(),
            depth,
            role,
            author: None,
            content,
            is_final: true,
            created_at: now,
        });
        let given = Given { said: said.collect(), instructions, recalls };
        let aside = Aside {
            inner: Arc::clone(&self.inner),
            runner: self.runner.clone(),
            id,
            user,
            asked_at: now,
            session: nowhere(user, character, sampling, now),
            given,
            begun,
            _running: running,
        };
        let (answer, parts) = Answer::new(id);
        self.runner.aside(aside.write(parts, admission))?;
        Ok(answer)
    }
}

/// A session that is kept nowhere, between these two: what a prompt is made for. Its id is always the same for the two, so that a model in
/// this process finds what it has read of the character.
fn nowhere(user: UserId, character: CharacterId, sampling: Sampling, now: OffsetDateTime) -> Session {
    Session {
        id: SessionId(Uuid::from_u128(user.0.as_u128() ^ character.0.as_u128())),
        owner: user,
        character_id: Some(character),
        title: String::new(),
        pinned: false,
        archived: false,
        model: None,
        sampling,
        leaf_id: None,
        seq: 0,
        created_at: now,
        last_message_at: now,
    }
}

impl Aside {
    /// Writes the answer to its end, says how it ended, and counts it.
    async fn write(self, parts: mpsc::Sender<AnswerPart>, admission: Admission) {
        let (began, span, _counted) = (Instant::now(), spans::turn(), measures::running());
        let (mut asked, mut written) = (None, String::new());
        let cutting = self.runner.cutting();
        let deadline = began + self.runner.reply_limit();
        let ended = tokio::select! {
            biased;
            () = parts.closed() => Ended::Left,
            () = cutting.cancelled() => Ended::Badly(FailureCode::Interrupted, None),
            () = tokio::time::sleep_until(deadline) => Ended::Badly(FailureCode::ModelTimeout, None),
            ended = self.ask(&parts, &mut asked, &mut written) => ended,
        };
        let usage = match &ended {
            Ended::Well(_, usage) | Ended::Badly(_, Some(usage)) => Some(*usage),
            // A model that was cut short does not say; one that failed before its first word took nothing.
            Ended::Left => asked.as_ref().map(|asked| estimated(asked, &written)),
            Ended::Badly(_, None) => {
                asked.as_ref().filter(|_| !written.is_empty()).map(|asked| estimated(asked, &written))
            }
        };
        self.count(asked.as_ref(), usage, &ended, &written, admission);
        let (status, failure) = match &ended {
            Ended::Well(..) => (MessageStatus::Complete, None),
            Ended::Badly(code, _) => (MessageStatus::Failed, Some(*code)),
            Ended::Left => (MessageStatus::Stopped, None),
        };
        if let Some(asked) = &asked {
            // One that was cut by us has answered.
            let of_model = failure.filter(|code| *code != FailureCode::Interrupted);
            measures::model_call(asked.model.info().provider, of_model);
        }
        let outcome = measures::outcome(Some(status), failure);
        measures::turn(outcome, usage, began.elapsed());
        spans::ended(&span, outcome, failure.is_some());
        let end = match ended {
            Ended::Well(finish, usage) => AnswerPart::Ended { finish, usage: Some(usage) },
            Ended::Badly(code, _) => AnswerPart::Failed(code),
            Ended::Left => return,
        };
        // What nobody takes is not said.
        let _ = tokio::time::timeout(COME_AGAIN, parts.send(end)).await;
    }

    async fn ask(&self, parts: &mpsc::Sender<AnswerPart>, kept: &mut Option<Asked>, written: &mut String) -> Ended {
        let began = Instant::now();
        let Some(_place) = self.runner.place().await else {
            return Ended::Badly(FailureCode::Interrupted, None);
        };
        let (session, begun, given) = (&self.session, self.begun.as_str(), Some(&self.given));
        let wanted = Wanted { begun, given, ..Wanted::after(session, None) };
        let asked = match ask(&self.inner, wanted).await {
            Ok(ToWrite::Asked(asked)) => kept.insert(*asked),
            Ok(ToWrite::Care { danger, text }) => {
                measures::care(danger);
                self.inner.sittings.cared(danger);
                let told = parts.send(AnswerPart::Text(text)).await.is_ok();
                return if told { Ended::Well(FinishReason::Stop, TokenUsage::default()) } else { Ended::Left };
            }
            Ok(ToWrite::Opening(_)) => return Ended::Badly(FailureCode::Internal, None),
            Err(code) => return Ended::Badly(code, None),
        };
        let mut stream = match asked.model.chat(asked.request.clone()).await {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(model = asked.model.info().name, error = %error, "the model did not answer");
                return Ended::Badly(error.failure(), None);
            }
        };
        let mut words = Words::after(begun);
        let Ok(mut guard) = self.inner.moderation.guard(&[self.user]).await else {
            return Ended::Badly(FailureCode::Internal, None);
        };
        while let Some(item) = stream.next().await {
            match item {
                Ok(ChatDelta::Text(text)) => {
                    let text = match Guard::let_through(&mut guard, text).await {
                        Ok(text) => text,
                        Err(stopped) => return Ended::Badly(failure_of(stopped), None),
                    };
                    let Some(text) = words.pass(text) else { continue };
                    if written.is_empty() {
                        measures::first_token(began.elapsed());
                    }
                    written.push_str(&text);
                    if parts.send(AnswerPart::Text(text)).await.is_err() {
                        return Ended::Left;
                    }
                    if words.length >= limits::REPLY {
                        return Ended::Well(FinishReason::Length, estimated(asked, written));
                    }
                }
                Ok(ChatDelta::Done { finish: FinishReason::ContentFilter, usage }) => {
                    return Ended::Badly(FailureCode::ContentRefused, Some(usage));
                }
                // She may say nothing: a stop string can come first.
                Ok(ChatDelta::Done { finish, usage }) => {
                    let rest = match Guard::let_rest(&mut guard).await {
                        Ok(rest) => words.pass(rest),
                        Err(stopped) => return Ended::Badly(failure_of(stopped), Some(usage)),
                    };
                    if let Some(rest) = rest {
                        written.push_str(&rest);
                        if parts.send(AnswerPart::Text(rest)).await.is_err() {
                            return Ended::Left;
                        }
                    }
                    return Ended::Well(finish, usage);
                }
                Err(error) => {
                    tracing::warn!(error = %error, "the model broke off");
                    return Ended::Badly(error.failure(), None);
                }
            }
            // A model that always has its next word ready must not keep others from the core.
            tokio::task::consume_budget().await;
        }
        Ended::Badly(FailureCode::ModelUnavailable, None)
    }

    /// Counts what was taken, as of a reply in a chat.
    fn count(
        &self,
        asked: Option<&Asked>,
        usage: Option<TokenUsage>,
        ended: &Ended,
        written: &str,
        admission: Admission,
    ) {
        admission.keep();
        let tokens =
            asked.zip(usage).map(|(asked, usage)| Usage::of(usage, self.inner.usages.cost(&asked.model.info(), usage)));
        let is_reply = !written.is_empty() && !matches!(ended, Ended::Badly(..));
        self.inner.usages.count(UsageEntry {
            id: self.id,
            user: self.user,
            day: Day::of(self.asked_at),
            usage: Usage { replies: u64::from(is_reply), ..tokens.unwrap_or_default() },
        });
    }
}

/// What was read and written, as it is counted here.
fn estimated(asked: &Asked, written: &str) -> TokenUsage {
    TokenUsage {
        prompt_tokens: asked.trace.prompt_tokens,
        cached_tokens: 0,
        completion_tokens: asked.model.count_tokens(written),
    }
}
