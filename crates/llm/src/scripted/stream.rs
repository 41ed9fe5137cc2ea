//! Plays a script as a stream. One future per reply, one timer reused for all its tokens: hundreds of paced replies at
//! once are a benchmark's everyday.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::models::{FinishReason, TokenUsage};
use futures_util::stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::{Step, TokenMaker};
use crate::{ChatDelta, ChatStream, ModelError};

struct Play {
    steps: VecDeque<Step>,
    usage: TokenUsage,
    pace: Option<Pace>,
    ended: bool,
    _alive: Alive,
}

struct Pace {
    made: u32,
    tokens: u32,
    began: Instant,
    interval: Option<Duration>,
    timer: Pin<Box<Sleep>>,
    make: TokenMaker,
}

/// Counts the streams that live.
struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

pub(super) fn play(steps: VecDeque<Step>, usage: TokenUsage, active: Arc<AtomicUsize>) -> ChatStream {
    active.fetch_add(1, Ordering::AcqRel);
    let play = Play { steps, usage, pace: None, ended: false, _alive: Alive(active) };
    Box::pin(stream::unfold(play, |mut play| async move {
        let item = play.next().await?;
        Some((item, play))
    }))
}

impl Play {
    async fn next(&mut self) -> Option<Result<ChatDelta, ModelError>> {
        if self.ended {
            return None;
        }
        loop {
            if let Some(pace) = &mut self.pace {
                if let Some(token) = pace.next().await {
                    return Some(Ok(self.text(token)));
                }
                self.pace = None;
            }
            match self.steps.pop_front() {
                Some(Step::Text(text)) if text.is_empty() => {}
                Some(Step::Text(text)) => return Some(Ok(self.text(text))),
                Some(Step::Delay(pause)) => tokio::time::sleep(pause).await,
                Some(Step::Wait(gate)) => gate.wait().await,
                Some(Step::Fail(error)) => {
                    self.ended = true;
                    return Some(Err(error));
                }
                Some(Step::Finish(finish)) => return Some(Ok(self.done(finish))),
                Some(Step::Paced { tokens, per_second, make }) => self.pace = Some(Pace::new(tokens, per_second, make)),
                None => return Some(Ok(self.done(FinishReason::Stop))),
            }
        }
    }

    fn text(&mut self, text: String) -> ChatDelta {
        self.usage.completion_tokens += 1;
        ChatDelta::Text(text)
    }

    fn done(&mut self, finish: FinishReason) -> ChatDelta {
        self.ended = true;
        ChatDelta::Done { finish, usage: self.usage }
    }
}

impl Pace {
    fn new(tokens: u32, per_second: Option<f64>, make: TokenMaker) -> Self {
        let began = Instant::now();
        let interval = per_second.and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok());
        Self { made: 0, tokens, began, interval, timer: Box::pin(sleep_until(began)), make }
    }

    async fn next(&mut self) -> Option<String> {
        if self.made >= self.tokens {
            return None;
        }
        if let Some(interval) = self.interval {
            // The time of a token follows from the beginning, so that lateness does not add up.
            let due = self.began + interval * self.made;
            if due > Instant::now() {
                self.timer.as_mut().reset(due);
                self.timer.as_mut().await;
            }
        }
        let token = (self.make)(self.made);
        self.made += 1;
        Some(token)
    }
}
