//! A thread of llama.cpp, and who waits for it: nobody may end while it computes, or the process ends under its feet.

use std::thread::{self, JoinHandle};

use crate::ModelError;

/// A running thread. Dropped, it is waited for: for as long as one step takes, when it was told to end before.
pub(super) struct OwnThread {
    thread: Option<JoinHandle<()>>,
}

impl OwnThread {
    /// Runs `body` on a thread of that name and waits until it says that it is ready, or why it never will be.
    pub(super) fn start<F>(name: &str, body: F) -> Result<Self, ModelError>
    where
        F: FnOnce(Ready) + Send + 'static,
    {
        let (ready, answer) = std::sync::mpsc::sync_channel(1);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || body(Ready(ready)))
            .map_err(|_| ModelError::Internal("no thread for the model".into()))?;
        // Whatever the answer: a thread that failed has ended, and is waited for as well.
        let own = Self { thread: Some(thread) };
        answer.recv().unwrap_or_else(|_| Err(ModelError::Internal("the model's thread ended".into())))?;
        Ok(own)
    }
}

impl Drop for OwnThread {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has told its callers already.
            drop(thread.join());
        }
    }
}

/// Through which a thread says that it is ready.
pub(super) struct Ready(std::sync::mpsc::SyncSender<Result<(), ModelError>>);

impl Ready {
    pub(super) fn say(self, answer: Result<(), ModelError>) {
        // When nobody listens any more, the thread finds its queue closed.
        drop(self.0.send(answer));
    }
}
