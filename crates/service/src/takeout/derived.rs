//! Ids of what comes in, which follow from whose it becomes and what it was.

use domain::ids::{EntityId, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The bits of an id by which a mint counts within one millisecond (RFC 9562, 6.2): 12 behind the version, 30 behind the variant.
const COUNT: u32 = 42;
const LOW: u32 = 30;

/// The id that something becomes. Its time and its place among others of the same millisecond stay in order, moved by as much for all of
/// one person; the rest is as good as chance.
pub(super) fn derived<T: EntityId + Copy>(person: UserId, id: Uuid, make: impl Fn(Uuid) -> T) -> T {
    let moved = u128::from(chance(&[b"talker takeout of", person.0.as_bytes()])) >> 24;
    let last = u128::from(chance(&[b"talker takeout", person.0.as_bytes(), id.as_bytes()])) >> 32;
    let bits = id.as_u128();
    let low = (1_u128 << LOW) - 1;
    let count = (((bits >> 64) & 0xfff) << LOW) | ((bits >> 32) & low);
    // A mint begins to count in the lower half, so that this goes over no edge.
    let count = (count + moved) & ((1 << COUNT) - 1);
    let made = (bits >> 80 << 80) | ((count >> LOW) << 64) | ((count & low) << 32) | last;
    let mut builder = uuid::Builder::from_u128(made);
    builder.set_variant(uuid::Variant::RFC4122).set_version(uuid::Version::SortRand);
    make(builder.into_uuid())
}

fn chance(of: &[&[u8]]) -> u64 {
    let mut hash = Sha256::new();
    of.iter().for_each(|part| hash.update(part));
    hash.finalize().iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use domain::ids::SessionId;

    use super::*;

    #[test]
    fn the_same_becomes_the_same_and_stays_in_its_order() {
        let (aya, ren) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let old = |time: u128| Uuid::from_u128((time << 80) | 0x7000_8000_0000_0000_0001);
        let new = |person, id| derived(person, id, SessionId);
        assert_eq!(new(aya, old(5)), new(aya, old(5)));
        assert_ne!(new(aya, old(5)), new(ren, old(5)));
        assert!(new(aya, old(5)) < new(aya, old(6)));
        let mint = crate::mint::Mint::new(std::sync::Arc::new(crate::clock::SystemClock));
        let made: Vec<SessionId> = (0..1_000).map(|_| new(aya, mint.id::<SessionId>().0)).collect();
        assert!(made.is_sorted_by(|a, b| a < b), "also what was made within a millisecond");
        assert!(!new(aya, SessionId(old(5)).shared().0).is_shared());
    }
}
