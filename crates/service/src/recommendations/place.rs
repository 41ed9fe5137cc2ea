//! Where a page of recommendations ended. It names everything a page is made from, so that the next follows it without a gap or a
//! repeat, whatever happens meanwhile: the snapshot, the last event that counts, the time, and how many have been shown.

use crate::{ServiceError, ServiceResult};

/// What begins a cursor of this kind.
const MARK: char = 'r';

/// Digits of a number.
const DIGITS: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) version: u64,
    pub(super) seq: u64,
    /// In seconds since 1970.
    pub(super) at: i64,
    pub(super) seed: u64,
    pub(super) shown: u64,
}

impl Place {
    pub(super) fn write(self) -> String {
        let numbers = [self.version, self.seq, self.at.cast_unsigned(), self.seed, self.shown];
        std::iter::once(MARK.to_string()).chain(numbers.iter().map(|number| format!("{number:016x}"))).collect()
    }

    pub(super) fn read(text: &str) -> ServiceResult<Self> {
        let number = |n: usize| {
            let digits = text.strip_prefix(MARK)?.get(n * DIGITS..(n + 1) * DIGITS)?;
            u64::from_str_radix(digits, 16).ok()
        };
        let read = || {
            let [version, seq, at, seed, shown] = [number(0)?, number(1)?, number(2)?, number(3)?, number(4)?];
            Some(Self { version, seq, at: at.cast_signed(), seed, shown })
        };
        // Only what was written is read: no other spelling, no place nobody came to.
        read().filter(|place| place.write() == text && is_sound(place)).ok_or(ServiceError::InvalidCursor)
    }
}

fn is_sound(place: &Place) -> bool {
    let latest = time::OffsetDateTime::from_unix_timestamp(place.at);
    latest.is_ok() && i64::try_from(place.seq).is_ok() && i64::try_from(place.version).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_text_form_and_nothing_else_is_one() {
        let place = Place { version: 7, seq: 123_456, at: 1_775_466_000, seed: u64::MAX, shown: 30 };
        let good = place.write();
        assert_eq!(Place::read(&good), Ok(place));
        let far = Place { at: i64::MAX, ..place }.write();
        let lost = Place { seq: u64::MAX, ..place }.write();
        for bad in ["", "r", "é", &good[1..], &format!("{good}0"), &good.to_uppercase(), &far, &lost] {
            assert_eq!(Place::read(bad), Err(ServiceError::InvalidCursor), "{bad}");
        }
    }
}
