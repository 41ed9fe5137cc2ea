//! Snapshots as bytes, from friend and foe.

use proptest::prelude::*;
use recommend::{Character, Snapshot, SnapshotError};
use sha2::{Digest, Sha256};

use crate::common::*;

fn snapshot() -> Snapshot {
    let mut catalogue: Vec<Character> = bare(1..=20);
    for (nth, character) in catalogue.iter_mut().enumerate() {
        character.tags = vec![format!("tag-{}", nth % 3)];
        character.vector = (nth % 4 != 0).then(|| vec![nth as f32, 1.0, -2.0]);
        character.created_at = (nth % 2 == 0).then_some(NOW);
    }
    trained(&two_camps()).snapshot(&catalogue)
}

/// The bytes with a checksum that agrees: damage that only a forger does.
#[expect(clippy::indexing_slicing, reason = "a helper of tests")]
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let (head, body) = bytes.split_at_mut(52);
    let sealed = [&head[..12], &(body.len() as u64).to_le_bytes(), Sha256::digest(&body).as_ref()].concat();
    head.copy_from_slice(&sealed);
    bytes
}

#[test]
fn a_snapshot_survives_its_bytes() {
    let made = snapshot();
    let read = Snapshot::from_bytes(&made.to_bytes()).unwrap();
    assert_eq!(read, made);
    assert_eq!(read.to_bytes(), made.to_bytes());
    let empty = trained(&[]).snapshot(&[]);
    assert_eq!(Snapshot::from_bytes(&empty.to_bytes()), Ok(empty));
}

#[test]
fn other_bytes_say_why_they_are_refused() {
    let bytes = snapshot().to_bytes();
    assert_eq!(Snapshot::from_bytes(b""), Err(SnapshotError::Foreign));
    assert_eq!(Snapshot::from_bytes(b"SQLite format 3\0"), Err(SnapshotError::Foreign));
    assert_eq!(Snapshot::from_bytes(&bytes[..bytes.len() - 1]), Err(SnapshotError::Damaged));
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert_eq!(Snapshot::from_bytes(&newer), Err(SnapshotError::Version(2)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn one_wrong_bit_anywhere_is_noticed(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = snapshot().to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(Snapshot::from_bytes(&bytes).is_err());
    }

    #[test]
    fn a_forged_snapshot_is_refused_or_harmless(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = snapshot().to_bytes();
        let body = bytes.len() - 52;
        for (at, value) in changes {
            bytes[52 + at.index(body)] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(52 + cut.index(body));
        }
        if let Ok(read) = Snapshot::from_bytes(&sealed(bytes)) {
            let profile = recommend::Profile::of(&likes(99, &[1, 12])).with_tags(vec!["tag-1".into()]);
            let shown = page_with(&read, &profile, 10, 7, &recommend::Weights::default());
            prop_assert!(shown.len() <= 10);
        }
    }

    #[test]
    fn lengths_that_promise_too_much_reserve_nothing(huge in (1_u64 << 30)..) {
        let mut bytes = snapshot().to_bytes();
        // The first list, the ids, begins after the time and the recency.
        bytes[68..76].copy_from_slice(&huge.to_le_bytes());
        prop_assert_eq!(Snapshot::from_bytes(&sealed(bytes)), Err(SnapshotError::Damaged));
    }
}
