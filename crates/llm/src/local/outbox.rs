//! Between the thread that writes and the stream that is read: a text that grows until someone takes it.
//!
//! It is bounded by the length of the reply, so a slow reader never holds up the thread, and no token is a message of
//! its own when nobody is quick enough for it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use domain::models::{FinishReason, TokenUsage};
use futures_util::Stream;
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;

use crate::{ChatDelta, ModelError};

type End = Result<(FinishReason, TokenUsage), ModelError>;

#[derive(Default)]
struct Outbox {
    state: Mutex<State>,
    waker: AtomicWaker,
    cancelled: AtomicBool,
}

#[derive(Default)]
struct State {
    text: String,
    end: Option<End>,
}

/// The writing end. Dropped without an end, the reader learns that the thread is gone.
pub(super) struct Pen(Arc<Outbox>);

/// The reading end; dropping it cancels.
pub(super) struct Reader {
    outbox: Arc<Outbox>,
    ended: bool,
}

pub(super) fn pair() -> (Pen, Reader) {
    let outbox = Arc::new(Outbox::default());
    (Pen(Arc::clone(&outbox)), Reader { outbox, ended: false })
}

impl Pen {
    /// Whether nobody reads any more.
    pub(super) fn cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    pub(super) fn write(&self, text: &str) {
        if !text.is_empty() {
            self.0.state.lock().text.push_str(text);
            self.0.waker.wake();
        }
    }

    pub(super) fn end(self, end: End) {
        self.finish(end);
    }

    fn finish(&self, end: End) {
        self.0.state.lock().end.get_or_insert(end);
        self.0.waker.wake();
    }
}

impl Drop for Pen {
    fn drop(&mut self) {
        self.finish(Err(ModelError::Internal("the model's thread ended".into())));
    }
}

impl Stream for Reader {
    type Item = Result<ChatDelta, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        self.outbox.waker.register(context.waker());
        let mut state = self.outbox.state.lock();
        if !state.text.is_empty() {
            return Poll::Ready(Some(Ok(ChatDelta::Text(std::mem::take(&mut state.text)))));
        }
        let Some(end) = state.end.take() else {
            return Poll::Pending;
        };
        drop(state);
        self.ended = true;
        Poll::Ready(Some(end.map(|(finish, usage)| ChatDelta::Done { finish, usage })))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.outbox.cancelled.store(true, Ordering::Release);
    }
}
