//! The places a socket has reached: in each session the last event it was told.

use std::collections::HashMap;

use domain::ids::SessionId;
use service::chats::Watch;

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

/// The place of a session that is gone: whatever is told of it later is old.
const GONE: u64 = u64::MAX;

/// The last event told, by session.
#[derive(Default)]
pub(super) struct Places {
    last: HashMap<SessionId, u64>,
    watch: Watch,
}

impl Places {
    /// No places yet; `watch` is told of which sessions there will be.
    pub(super) fn new(watch: Watch) -> Self {
        Self { last: HashMap::new(), watch }
    }

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
            for (session, _) in self.last.drain() {
                self.watch.remove(session);
            }
        }
        if self.last.insert(session, seq).is_none_or(|before| before == GONE) && seq != GONE {
            self.watch.add(session);
        }
    }

    /// The session is gone.
    pub(super) fn end(&mut self, session: SessionId) {
        self.reach(session, GONE);
        self.watch.remove(session);
    }

    /// All places in sessions that are still there.
    pub(super) fn all(&self) -> Vec<(SessionId, u64)> {
        let there = self.last.iter().filter(|(_, seq)| **seq != GONE);
        there.map(|(session, seq)| (*session, *seq)).collect()
    }

    /// The place in one session that is still there.
    pub(super) fn get(&self, session: SessionId) -> Option<u64> {
        self.last.get(&session).copied().filter(|seq| *seq != GONE)
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
        // Of a session that is gone nothing is told, whoever was slow to say it.
        places.end(session);
        assert_eq!((places.step(session, 9), places.all()), (Step::Old, vec![]));
    }
}
