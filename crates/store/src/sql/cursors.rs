//! Cursors of pages: the sort key of the last item, as hex digits. Opaque to clients, and stable whatever is added.

use uuid::Uuid;

use crate::{StoreError, StoreResult};

/// Where a page ended: a flag that sorts before all else, a time, an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub first: bool,
    pub time: i64,
    pub id: Uuid,
}

impl Cursor {
    pub(crate) fn write(self) -> String {
        format!("{:01x}{:016x}{}", u8::from(self.first), self.time, self.id.simple())
    }

    pub(crate) fn read(text: &str) -> StoreResult<Self> {
        let parts = text.get(..1).zip(text.get(1..17)).zip(text.get(17..));
        let ((first, time), id) = parts.ok_or(StoreError::InvalidCursor)?;
        let first = match first {
            "0" => false,
            "1" => true,
            _ => return Err(StoreError::InvalidCursor),
        };
        // What `write` writes: lower-case digits only, no sign.
        if id.len() != 32 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(StoreError::InvalidCursor);
        }
        let time = u64::from_str_radix(time, 16).map_err(|_| StoreError::InvalidCursor)?.cast_signed();
        Ok(Self { first, time, id: Uuid::try_parse(id).map_err(|_| StoreError::InvalidCursor)? })
    }
}

/// The items of a page of which one more than `limit` was read, and the cursor that leads on.
pub(crate) fn cut<T>(items: Vec<T>, limit: u32, key: impl Fn(&T) -> Cursor) -> (Vec<T>, Option<String>) {
    cut_at(items, limit, |last| key(last).write())
}

/// The same of items that are sorted by something else, with the text form of what the last is sorted by.
pub(crate) fn cut_at<T>(mut items: Vec<T>, limit: u32, place: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let limit = limit as usize;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(place);
    (items, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text_form_and_nothing_else_is_one() {
        for time in [0, 1, -1, i64::MAX, i64::MIN] {
            let cursor = Cursor { first: time > 0, time, id: Uuid::from_u128(7) };
            assert_eq!(Cursor::read(&cursor.write()), Ok(cursor));
        }
        let good = Cursor { first: true, time: 5, id: Uuid::from_u128(7) }.write();
        for bad in [
            "",
            "é",
            "2",
            &good[1..],
            &good[..48],
            &format!("{good}0"),
            &good.replacen('0', "+", 1),
            &good.to_uppercase().replace('0', "F"),
        ] {
            assert_eq!(Cursor::read(bad), Err(StoreError::InvalidCursor), "{bad}");
        }
    }
}
