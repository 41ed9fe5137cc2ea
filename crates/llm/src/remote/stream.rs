//! The reply of a remote model as a stream: waits no longer than it may, tries again while nothing has been said, and
//! keeps thinking and stop strings out.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use domain::models::{FinishReason, TokenUsage};
use futures_util::{StreamExt, stream};
use genai::chat::{ChatMessage, ChatOptions, ChatStreamEvent, StopReason, StreamEnd};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Dispatch;
use tracing::instrument::WithSubscriber;

use super::failure::Failure;
use super::think::ThinkFilter;
use super::{RemoteModel, body};
use crate::stops::StopStrings;
use crate::{ChatDelta, ChatRequest, ChatStream, ModelError, estimate_tokens};

/// How often a request is made when nothing came of it.
const TRIES: u32 = 3;

/// The pause before the second try; doubled before the third.
const PAUSE: Duration = Duration::from_millis(250);

/// A provider that wants to be left alone for longer is not waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

struct Conversation {
    model: RemoteModel,
    messages: Vec<ChatMessage>,
    options: ChatOptions,
    open: Option<genai::chat::ChatStream>,
    tries: u32,
    /// Whether the provider has sent anything of the reply.
    begun: bool,
    /// When it must have sent the next thing.
    deadline: Instant,
    /// What it costs, where the provider does not say.
    estimate: TokenUsage,
    think: ThinkFilter,
    stops: StopStrings,
    ready: VecDeque<ChatDelta>,
    ended: bool,
}

pub(super) fn open(model: RemoteModel, request: ChatRequest) -> ChatStream {
    let server = &model.server.0;
    // Ours are the limits that count; genai's only frees the connection.
    let silence = server.options.first_token.max(server.options.next_token);
    let conversation = Conversation {
        messages: body::messages(&request.messages),
        options: body::options(&model.name, &request, server.lenient, silence),
        open: None,
        tries: 0,
        begun: false,
        deadline: Instant::now(),
        estimate: TokenUsage {
            prompt_tokens: request.messages.iter().map(|message| estimate_tokens(&message.content)).sum(),
            ..TokenUsage::default()
        },
        think: ThinkFilter::default(),
        stops: StopStrings::new(request.sampling.stop),
        ready: VecDeque::new(),
        ended: false,
        model,
    };
    Box::pin(stream::unfold(conversation, |mut conversation| async move {
        let item = conversation.next().await?;
        Some((item, conversation))
    }))
}

impl Conversation {
    async fn next(&mut self) -> Option<Result<ChatDelta, ModelError>> {
        loop {
            if let Some(delta) = self.ready.pop_front() {
                return Some(Ok(delta));
            }
            if self.ended {
                return None;
            }
            // genai logs the bodies of errors, and those may quote the conversation.
            let step = self.step().with_subscriber(Dispatch::none()).await;
            let Err(failure) = step else { continue };
            self.open = None;
            match self.pause(&failure) {
                Some(pause) => {
                    tracing::debug!(error = %failure.error, tries = self.tries, "model request is tried again");
                    sleep(pause).await;
                }
                None => {
                    self.ended = true;
                    return Some(Err(failure.error));
                }
            }
        }
    }

    /// Waits for one event.
    async fn step(&mut self) -> Result<(), Failure> {
        let limits = &self.model.server.0.options;
        let (first_token, next_token) = (limits.first_token, limits.next_token);
        if self.open.is_none() {
            self.tries += 1;
            self.deadline = Instant::now() + first_token;
            let asked = self.model.ask(self.messages.clone(), &self.options).await;
            self.open = Some(asked.map_err(|error| Failure::of(&error))?);
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        let event = timeout_at(self.deadline, open.next()).await;
        let event = event.map_err(|_| ModelError::Timeout("the provider did not answer in time".into()))?;
        let event = event.ok_or_else(|| ModelError::Unavailable("the connection ended early".into()))?;
        match event.map_err(|error| Failure::of(&error))? {
            ChatStreamEvent::Chunk(chunk) => {
                self.alive(next_token);
                self.estimate.completion_tokens += 1;
                let text = self.think.push(&chunk.content);
                self.say(&text);
            }
            ChatStreamEvent::ReasoningChunk(_)
            | ChatStreamEvent::ThoughtSignatureChunk(_)
            | ChatStreamEvent::ToolCallChunk(_) => {
                self.alive(next_token);
            }
            ChatStreamEvent::End(end) => self.end(&end),
            ChatStreamEvent::Start | ChatStreamEvent::Heartbeat => {}
        }
        Ok(())
    }

    fn alive(&mut self, next_token: Duration) {
        self.begun = true;
        self.deadline = Instant::now() + next_token;
    }

    fn say(&mut self, text: &str) {
        let (text, stopped) = self.stops.push(text);
        self.give(text);
        if stopped {
            // The provider did not stop there itself, so it has not told what it cost.
            self.done(FinishReason::Stop, None);
        }
    }

    fn give(&mut self, text: String) {
        if !text.is_empty() {
            self.ready.push_back(ChatDelta::Text(text));
        }
    }

    fn end(&mut self, end: &StreamEnd) {
        let rest = self.think.finish();
        self.say(&rest);
        if self.ended {
            return;
        }
        let held = self.stops.finish();
        self.give(held);
        let finish = match end.captured_stop_reason {
            Some(StopReason::MaxTokens(_)) => FinishReason::Length,
            Some(StopReason::ContentFilter(_)) => FinishReason::ContentFilter,
            _ => FinishReason::Stop,
        };
        self.done(finish, usage(end));
    }

    fn done(&mut self, finish: FinishReason, told: Option<TokenUsage>) {
        let usage = told.unwrap_or(self.estimate);
        self.ready.push_back(ChatDelta::Done { finish, usage });
        self.ended = true;
        self.open = None;
    }

    /// How long to wait before another try; nothing when there is none.
    fn pause(&self, failure: &Failure) -> Option<Duration> {
        if self.begun || self.tries >= TRIES || !failure.passing() {
            return None;
        }
        match failure.retry_after {
            Some(pause) => (pause <= LONGEST_PAUSE).then_some(pause),
            None => {
                let pause = PAUSE * 2_u32.pow(self.tries.saturating_sub(1));
                // Up to half more, so that many who failed together do not come back together.
                let jitter = u32::try_from(RandomState::new().hash_one(self.tries) % 50).unwrap_or(0);
                Some(pause + pause * jitter / 100)
            }
        }
    }
}

fn usage(end: &StreamEnd) -> Option<TokenUsage> {
    let count = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
    end.captured_usage.as_ref().map(|usage| TokenUsage {
        prompt_tokens: count(usage.prompt_tokens),
        cached_tokens: count(usage.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens)),
        completion_tokens: count(usage.completion_tokens),
    })
}
