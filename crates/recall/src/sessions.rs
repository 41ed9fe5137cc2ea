//! The order of what was said, session by session: which turn stands before and which after.

use std::collections::HashMap;

use domain::ids::{MemoryId, SessionId};
use domain::memories::EpisodePlace;

use crate::traits::{NONE, Traits};

/// An episode in its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seat {
    place: EpisodePlace,
    id: MemoryId,
    slot: u32,
}

/// One session.
#[derive(Debug, Default)]
struct Session {
    seats: Vec<Seat>,
}

/// All sessions of a scope.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    numbers: HashMap<SessionId, u32>,
    rows: Vec<Session>,
    free: Vec<u32>,
    /// How long each session is, in half words.
    halves: Vec<u32>,
}

impl Sessions {
    /// How many sessions there are.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// How long each session is, in half words, by number; 0 where there is none.
    pub(crate) fn halves(&self) -> &[u32] {
        &self.halves
    }

    /// Seats an episode and tells its neighbours.
    pub(crate) fn insert(
        &mut self,
        session: SessionId,
        place: EpisodePlace,
        id: MemoryId,
        slot: u32,
        traits: &mut [Traits],
    ) {
        let number = *self.numbers.entry(session).or_insert_with(|| {
            self.free.pop().unwrap_or_else(|| {
                self.rows.push(Session::default());
                self.halves.push(0);
                u32::try_from(self.rows.len() - 1).unwrap_or(NONE)
            })
        });
        let (Some(row), Some(halves), Some(own)) =
            (self.rows.get_mut(number as usize), self.halves.get_mut(number as usize), traits.get_mut(slot as usize))
        else {
            return;
        };
        own.session = number;
        *halves += own.halves;
        let seat = Seat { place, id, slot };
        let at = row.seats.partition_point(|other| *other < seat);
        row.seats.insert(at, seat);
        row.link_around(place, traits);
    }

    /// Takes an episode out and joins its neighbours.
    pub(crate) fn remove(
        &mut self,
        session: SessionId,
        place: EpisodePlace,
        id: MemoryId,
        slot: u32,
        traits: &mut [Traits],
    ) {
        let Some(&number) = self.numbers.get(&session) else { return };
        let (Some(row), Some(halves)) = (self.rows.get_mut(number as usize), self.halves.get_mut(number as usize))
        else {
            return;
        };
        *halves -= traits.get(slot as usize).map_or(0, |own| own.halves);
        row.seats.retain(|seat| seat.id != id);
        row.link_around(place, traits);
        if row.seats.is_empty() {
            self.numbers.remove(&session);
            self.free.push(number);
        }
    }

    /// Roughly the bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.rows.iter().map(|row| row.seats.capacity() * size_of::<Seat>() + size_of::<Session>()).sum::<usize>()
            + self.numbers.len() * 32
    }
}

impl Session {
    /// Links anew the seats at `place`, at the one before and at the one after. Siblings, which share a place, have the
    /// same neighbours: of several at a neighbouring place the newest, as the one most likely in view.
    fn link_around(&self, place: EpisodePlace, traits: &mut [Traits]) {
        let here = self.seats.partition_point(|seat| seat.place < place);
        let beyond = self.seats.partition_point(|seat| seat.place <= place);
        let first = here.checked_sub(1).map_or(here, |last| self.group_start(last));
        let end = self.group_end(beyond);
        let mut index = first;
        while index < end {
            let next = self.group_end(index);
            let before = index.checked_sub(1).and_then(|last| self.seats.get(last));
            let after = self
                .group_end(next)
                .checked_sub(1)
                .and_then(|last| self.seats.get(last))
                .filter(|_| next < self.seats.len());
            for seat in self.seats.get(index..next).unwrap_or_default() {
                if let Some(own) = traits.get_mut(seat.slot as usize) {
                    own.before = before.map_or(NONE, |seat| seat.slot);
                    own.after = after.map_or(NONE, |seat| seat.slot);
                }
            }
            index = next;
        }
    }

    /// Where the seats begin that share a place with this one.
    fn group_start(&self, index: usize) -> usize {
        self.seats.get(index).map_or(index, |own| self.seats.partition_point(|seat| seat.place < own.place))
    }

    /// Where they end.
    fn group_end(&self, index: usize) -> usize {
        self.seats.get(index).map_or(index, |own| self.seats.partition_point(|seat| seat.place <= own.place))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// Episodes at these places, and what stands before and after each.
    fn linked(places: &[(u32, u32)], removed: &[u32]) -> Vec<(Option<u32>, Option<u32>)> {
        let session = SessionId(Uuid::nil());
        let place = |(depth, part)| EpisodePlace { depth, part };
        let id = |slot: u32| MemoryId(Uuid::from_u128(u128::from(slot)));
        let mut traits = vec![Traits::EMPTY; places.len()];
        let mut sessions = Sessions::default();
        for (slot, &at) in (0..).zip(places) {
            sessions.insert(session, place(at), id(slot), slot, &mut traits);
        }
        for &slot in removed {
            sessions.remove(session, place(places[slot as usize]), id(slot), slot, &mut traits);
        }
        assert_eq!(sessions.len(), usize::from(removed.len() < places.len()));
        let some = |slot: u32| (slot != NONE).then_some(slot);
        traits.iter().map(|own| (some(own.before), some(own.after))).collect()
    }

    #[test]
    fn turns_are_linked_in_the_order_of_their_places() {
        let places = [(4, 0), (0, 0), (2, 1), (2, 0)];
        assert_eq!(linked(&places, &[]), [(Some(2), None), (None, Some(3)), (Some(3), Some(0)), (Some(1), Some(2))]);
    }

    #[test]
    fn siblings_share_their_neighbours_and_the_newest_stands_for_them() {
        let places = [(0, 0), (1, 0), (1, 0), (2, 0)];
        assert_eq!(linked(&places, &[]), [(None, Some(2)), (Some(0), Some(3)), (Some(0), Some(3)), (Some(2), None)]);
    }

    #[test]
    fn a_gap_is_closed() {
        let links = linked(&[(0, 0), (1, 0), (2, 0)], &[1]);
        assert_eq!((links[0], links[2]), ((None, Some(2)), (Some(0), None)));
        linked(&[(0, 0)], &[0]);
    }
}
