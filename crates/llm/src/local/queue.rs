//! The requests that wait for a slot: bounded, and shared by the callers and the model's thread.

use std::collections::VecDeque;

use domain::sampling::Sampling;
use parking_lot::{Condvar, Mutex};

use super::outbox::Pen;
use super::prompt::WrittenPrompt;
use crate::ModelError;

/// A reply to be written.
pub(super) struct Job {
    /// The conversation it belongs to.
    pub(super) key: u64,
    pub(super) prompt: WrittenPrompt,
    pub(super) sampling: Sampling,
    pub(super) pen: Pen,
}

pub(super) struct Queue {
    state: Mutex<State>,
    arrival: Condvar,
    limit: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    free_slots: usize,
    closed: bool,
    dead: bool,
}

/// What the thread does next.
pub(super) enum Next {
    /// Writes these replies too, and goes on.
    Jobs(Vec<Job>),
    /// Ends.
    Stop,
}

impl Queue {
    /// A queue in which `limit` jobs may wait beside those for which a slot is free.
    pub(super) fn new(limit: usize) -> Self {
        Self { state: Mutex::default(), arrival: Condvar::new(), limit }
    }

    pub(super) fn push(&self, job: Job) -> Result<(), ModelError> {
        let mut state = self.state.lock();
        if state.dead {
            return Err(ModelError::Internal("the model's thread ended".into()));
        }
        state.waiting.retain(|job| !job.pen.cancelled());
        if state.waiting.len() >= state.free_slots + self.limit {
            return Err(ModelError::Busy("too many replies wait for the model".into()));
        }
        state.waiting.push_back(job);
        drop(state);
        self.arrival.notify_one();
        Ok(())
    }

    /// No more jobs; those that are here are still done.
    pub(super) fn close(&self) {
        self.state.lock().closed = true;
        self.arrival.notify_one();
    }

    /// The thread has ended, however it did; whoever waits learns it.
    pub(super) fn abandon(&self) {
        let mut state = self.state.lock();
        state.dead = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        drop(waiting);
    }

    /// The jobs for `free` slots. Waits for one when all `total` slots are free, because then there is nothing to do.
    pub(super) fn take(&self, free: usize, total: usize) -> Next {
        let mut state = self.state.lock();
        loop {
            state.waiting.retain(|job| !job.pen.cancelled());
            state.free_slots = free;
            if free < total || !state.waiting.is_empty() {
                let count = state.waiting.len().min(free);
                let jobs: Vec<Job> = state.waiting.drain(..count).collect();
                state.free_slots = free - jobs.len();
                return Next::Jobs(jobs);
            }
            if state.closed {
                return Next::Stop;
            }
            self.arrival.wait(&mut state);
        }
    }
}
