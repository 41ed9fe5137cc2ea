//! The places a socket has reached: in each session the last event it was told.

use std::collections::HashMap;

use domain::ids::SessionId;

/// Sessions a socket keeps a place in. Beyond, the oldest knowledge is dropped, and the client sees a gap and resumes.
const MOST: usize = 1_024;

/// What to do with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It is the next one.
    Next,
    /// It was told before.
    Old,
    /// Those after this place are missing.
    Gap(u64),
}

/// The last event told, by session.
#[derive(Debug, Default)]
pub(super) struct Places {
    last: HashMap<SessionId, u64>,
}

impl Places {
    /// Where an event stands beside what was told. The first event of a session is always the next one.
    pub(super) fn step(&self, session: SessionId, seq: u64) -> Step {
        match self.last.get(&session) {
            Some(last) if seq <= *last => Step::Old,
            Some(last) if seq > last + 1 => Step::Gap(*last),
            _ => Step::Next,
        }
    }

    /// Everything up to `seq` has been told.
    pub(super) fn reach(&mut self, session: SessionId, seq: u64) {
        if self.last.len() >= MOST && !self.last.contains_key(&session) {
            self.last.clear();
        }
        self.last.insert(session, seq);
    }

    /// The session is gone.
    pub(super) fn forget(&mut self, session: SessionId) {
        self.last.remove(&session);
    }

    /// All places.
    pub(super) fn all(&self) -> Vec<(SessionId, u64)> {
        self.last.iter().map(|(session, seq)| (*session, *seq)).collect()
    }

    /// The place in one session.
    pub(super) fn get(&self, session: SessionId) -> Option<u64> {
        self.last.get(&session).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn events_are_next_old_or_leave_a_gap() {
        let (mut places, session) = (Places::default(), SessionId(Uuid::from_u128(1)));
        assert_eq!(places.step(session, 7), Step::Next);
        places.reach(session, 7);
        assert_eq!(
            (places.step(session, 7), places.step(session, 8), places.step(session, 10)),
            (Step::Old, Step::Next, Step::Gap(7))
        );
        places.forget(session);
        assert_eq!(places.step(session, 1), Step::Next);
    }
}
