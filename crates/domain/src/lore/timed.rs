//! What stays of an entry that fired: it is sticky for some messages, rests for some, or is latched for good.
//!
//! A chat remembers when such entries fired; all else follows from that and from how long the chat is now. The record belongs to
//! the reply before which it was made and is read from the nearest reply above, so it follows branches, swipes and deletions.

use serde::{Deserialize, Serialize};

use super::book::Entry;
use super::decorators::{Decorators, Latch};
use crate::ids::LorebookId;

/// When an entry fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiredAt {
    /// Of which book.
    pub book: LorebookId,
    /// Which entry.
    pub uid: u32,
    /// What the entry was then: one that was changed since begins anew.
    pub hash: u64,
    /// How many messages the chat had.
    pub length: u32,
}

/// What a chat remembers of its lore.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoreState(pub Vec<FiredAt>);

/// How many firings a chat remembers; the oldest go.
pub const REMEMBERED: usize = 500;

/// Where an entry stands in its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It is as if it had never fired.
    Free,
    /// It stays.
    Sticky,
    /// It rests.
    Resting,
    /// It stays for good.
    On,
    /// It is spent.
    Off,
}

/// Whether firing leaves anything behind.
#[must_use]
pub fn is_timed(entry: &Entry, decorators: &Decorators) -> bool {
    entry.sticky > 0 || entry.cooldown > 0 || decorators.latch.is_some()
}

/// Where an entry stands that fired when the chat had `fired` messages, now that it has `length`.
#[must_use]
pub fn phase(entry: &Entry, decorators: &Decorators, fired: u32, length: u32) -> Phase {
    // A chat that did not go on since has not seen it fire: the same reply is made again.
    if length <= fired {
        return Phase::Free;
    }
    match decorators.latch {
        Some(Latch::On) => return Phase::On,
        Some(Latch::Off) => return Phase::Off,
        None => {}
    }
    let stays = fired.saturating_add(entry.sticky);
    if length < stays {
        Phase::Sticky
    } else if length < stays.saturating_add(entry.cooldown) {
        Phase::Resting
    } else {
        Phase::Free
    }
}

impl LoreState {
    /// When an entry fired last, unless it was changed since.
    #[must_use]
    pub fn find(&self, book: LorebookId, uid: u32, hash: u64) -> Option<u32> {
        self.0
            .iter()
            .find(|fired| fired.book == book && fired.uid == uid && fired.hash == hash)
            .map(|fired| fired.length)
    }

    /// Notes that an entry fired.
    pub fn note(&mut self, fired: FiredAt) {
        self.0.retain(|known| (known.book, known.uid) != (fired.book, fired.uid));
        self.0.push(fired);
        let over = self.0.len().saturating_sub(REMEMBERED);
        self.0.drain(..over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_entry_stays_then_rests_then_is_free() {
        let entry = Entry { sticky: 3, cooldown: 2, ..Entry::new(1) };
        let phases: Vec<Phase> = (10..17).map(|length| phase(&entry, &Decorators::default(), 10, length)).collect();
        use Phase::{Free, Resting, Sticky};
        assert_eq!(phases, [Free, Sticky, Sticky, Resting, Resting, Free, Free]);
        let rests = Entry { cooldown: 2, ..Entry::new(1) };
        assert_eq!(phase(&rests, &Decorators::default(), 10, 11), Resting);
        assert_eq!(phase(&rests, &Decorators::default(), 10, 12), Free);
        let off = Decorators { latch: Some(Latch::Off), ..Decorators::default() };
        assert_eq!((phase(&rests, &off, 10, 10), phase(&rests, &off, 10, 9_999)), (Free, Phase::Off));
    }

    #[test]
    fn a_chat_remembers_the_last_time_of_each_and_not_without_end() {
        let mut state = LoreState::default();
        let book = LorebookId(Uuid::from_u128(1));
        for uid in 0..u32::try_from(REMEMBERED).unwrap() + 5 {
            state.note(FiredAt { book, uid, hash: 1, length: uid });
        }
        state.note(FiredAt { book, uid: 9, hash: 1, length: 700 });
        assert_eq!(
            (state.0.len(), state.find(book, 9, 1), state.find(book, 9, 2), state.find(book, 0, 1)),
            (REMEMBERED, Some(700), None, None)
        );
    }
}
