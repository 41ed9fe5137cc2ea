//! A snapshot as bytes: a head with name, version, length and SHA-256, then flat arrays, all little-endian.
//!
//! What is read is believed only after the checksum agrees, every length fits into what is there, and every number points at
//! something: a snapshot from anywhere makes a bad page at worst.

use domain::ids::CharacterId;
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

use crate::content::{Content, Signature};
use crate::parameters::Recency;
use crate::snapshot::{Snapshot, Stored};

const NAME: &[u8; 8] = b"TALKRREC";
const VERSION: u32 = 1;
const HEAD: usize = 8 + 4 + 8 + 32;
/// The most characters a snapshot has.
const CHARACTERS: usize = 4_000_000;
/// The longest vector.
const VECTOR: usize = 8_192;
/// The most different tags.
const TAGS: usize = 1_000_000;

/// Why bytes are no snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SnapshotError {
    /// They begin with something else.
    #[error("these bytes are not a snapshot of recommendations")]
    Foreign,
    /// Another release wrote them.
    #[error("the snapshot has version {0}, this program reads version {VERSION}; train again")]
    Version(u32),
    /// They were cut or changed.
    #[error("the snapshot is damaged; train again")]
    Damaged,
}

impl Snapshot {
    /// The snapshot as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let stored = &self.stored;
        let mut out = Vec::with_capacity(HEAD + stored.row_targets.len() * 6 + stored.content.codes.len());
        out.extend_from_slice(&[0; HEAD]);
        out.extend(stored.as_of.to_le_bytes());
        out.extend(stored.recency.power.to_le_bytes());
        out.extend(stored.recency.half_life_days.to_le_bytes());
        write(&mut out, &stored.ids, |id| id.0.into_bytes());
        write(&mut out, &stored.created, |value| value.to_le_bytes());
        for values in [&stored.trending, &stored.shown, &stored.taken, &stored.row_scales, &stored.content.scales] {
            write(&mut out, values, |value| value.to_le_bytes());
        }
        let numbers = [&stored.tag_starts, &stored.tag_numbers, &stored.row_starts, &stored.row_targets];
        for values in numbers {
            write(&mut out, values, |value| value.to_le_bytes());
        }
        write(&mut out, &stored.row_codes, |value| value.to_le_bytes());
        out.extend((stored.content.length as u64).to_le_bytes());
        write(&mut out, &stored.content.codes, |value| value.to_le_bytes());
        let words: Vec<u64> = stored.content.signatures.iter().flatten().copied().collect();
        write(&mut out, &words, |value| value.to_le_bytes());
        out.extend((stored.tags.len() as u64).to_le_bytes());
        for tag in &stored.tags {
            write(&mut out, tag.as_bytes(), |byte| [*byte]);
        }
        seal(&mut out);
        out
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// When the bytes are something else, of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut read = Reader(bytes);
        if read.take(NAME.len()).map_err(|_| SnapshotError::Foreign)? != NAME {
            return Err(SnapshotError::Foreign);
        }
        let version = u32::from_le_bytes(read.array()?);
        if version != VERSION {
            return Err(SnapshotError::Version(version));
        }
        let (length, sum) = (u64::from_le_bytes(read.array()?), read.take(32)?);
        if length != read.0.len() as u64 || Sha256::digest(read.0)[..] != *sum {
            return Err(SnapshotError::Damaged);
        }
        let stored = read.stored()?;
        if !read.0.is_empty() || !is_sound(&stored) {
            return Err(SnapshotError::Damaged);
        }
        Ok(Self::from_stored(stored))
    }
}

/// Writes the head in front of what was written.
fn seal(out: &mut [u8]) {
    let (head, body) = out.split_at_mut(HEAD);
    let mut begin = Vec::with_capacity(HEAD);
    begin.extend_from_slice(NAME);
    begin.extend(VERSION.to_le_bytes());
    begin.extend((body.len() as u64).to_le_bytes());
    begin.extend_from_slice(&Sha256::digest(body));
    head.copy_from_slice(&begin);
}

fn write<T, const N: usize>(out: &mut Vec<u8>, values: &[T], bytes: impl Fn(&T) -> [u8; N]) {
    out.extend((values.len() as u64).to_le_bytes());
    values.iter().for_each(|value| out.extend_from_slice(&bytes(value)));
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], SnapshotError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(SnapshotError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        self.take(N)?.try_into().map_err(|_| SnapshotError::Damaged)
    }

    fn count(&mut self) -> Result<usize, SnapshotError> {
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| SnapshotError::Damaged)
    }

    /// A list; nothing is reserved before it is known that there is as much to read.
    fn list<T, const N: usize>(&mut self, value: impl Fn([u8; N]) -> T) -> Result<Vec<T>, SnapshotError> {
        let count = self.count()?;
        let bytes = self.take(count.checked_mul(N).ok_or(SnapshotError::Damaged)?)?;
        let (values, _) = bytes.as_chunks::<N>();
        Ok(values.iter().map(|bytes| value(*bytes)).collect())
    }

    fn stored(&mut self) -> Result<Stored, SnapshotError> {
        let as_of = i64::from_le_bytes(self.array()?);
        let recency =
            Recency { power: f32::from_le_bytes(self.array()?), half_life_days: f32::from_le_bytes(self.array()?) };
        let ids = self.list(|bytes| CharacterId(Uuid::from_bytes(bytes)))?;
        let created = self.list(i64::from_le_bytes)?;
        let (trending, shown) = (self.list(f32::from_le_bytes)?, self.list(f32::from_le_bytes)?);
        let (taken, row_scales) = (self.list(f32::from_le_bytes)?, self.list(f32::from_le_bytes)?);
        let scales = self.list(f32::from_le_bytes)?;
        let (tag_starts, tag_numbers) = (self.list(u32::from_le_bytes)?, self.list(u32::from_le_bytes)?);
        let (row_starts, row_targets) = (self.list(u32::from_le_bytes)?, self.list(u32::from_le_bytes)?);
        let row_codes = self.list(i16::from_le_bytes)?;
        let length = self.count()?;
        let codes = self.list(i8::from_le_bytes)?;
        let words = self.list(u64::from_le_bytes)?;
        let (signatures, odd) = words.as_chunks();
        let signatures: Vec<Signature> = if odd.is_empty() { signatures.to_vec() } else { Vec::new() };
        let tags = self.count().and_then(|count| if count > TAGS { Err(SnapshotError::Damaged) } else { Ok(count) })?;
        let tag =
            |read: &mut Self| String::from_utf8(read.list(u8::from_le_bytes)?).map_err(|_| SnapshotError::Damaged);
        let tags = (0..tags).map(|_| tag(self)).collect::<Result<_, _>>()?;
        let content = Content { length, codes, scales, signatures };
        Ok(Stored {
            as_of,
            recency,
            ids,
            created,
            trending,
            shown,
            taken,
            tags,
            tag_starts,
            tag_numbers,
            row_starts,
            row_targets,
            row_codes,
            row_scales,
            content,
        })
    }
}

/// Whether everything fits together.
fn is_sound(stored: &Stored) -> bool {
    let count = stored.ids.len();
    let content = &stored.content;
    let numbers = [&stored.trending, &stored.shown, &stored.taken, &stored.row_scales, &content.scales];
    let starts = |starts: &[u32], end: usize| {
        starts.len() == count + 1
            && starts.first() == Some(&0)
            && starts.is_sorted()
            && starts.last().is_some_and(|last| *last as usize == end)
    };
    count <= CHARACTERS
        && stored.ids.is_sorted_by(|a, b| a < b)
        && stored.created.len() == count
        && numbers
            .iter()
            .all(|values| values.len() == count && values.iter().all(|value| *value >= 0.0 && value.is_finite()))
        && stored.recency.power.is_finite()
        && stored.recency.half_life_days.is_finite()
        && starts(&stored.tag_starts, stored.tag_numbers.len())
        && starts(&stored.row_starts, stored.row_targets.len())
        && stored.row_codes.len() == stored.row_targets.len()
        && stored.row_targets.iter().all(|target| (*target as usize) < count)
        && stored.tag_numbers.iter().all(|tag| (*tag as usize) < stored.tags.len())
        && stored.tags.is_sorted_by(|a, b| a < b)
        && content.length <= VECTOR
        && content.signatures.len() == count
        && content.codes.len() == count * content.length
}
