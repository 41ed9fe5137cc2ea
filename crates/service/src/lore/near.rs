//! Which entries are near in meaning to what was said last. What an entry says gets its vector from this node's embedder when it is
//! first asked for, and keeps it in memory as long as there is room: it is made again from the book whenever it is missing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::prompt::Spoken;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::{EntryKey, Lore, Open};

/// How many of the last messages are what was said last.
const SAID: usize = 2;

/// Of these so many characters, the last.
const QUESTION: usize = 2_000;

/// How near is near: the cosine of the two vectors.
const NEAR: f32 = 0.25;

/// How many entries are the nearest.
const NEAREST: usize = 5;

/// How many vectors stay in memory; one of 384 numbers takes 1.5 KiB.
const KEPT: usize = 8_192;

/// How many texts the embedder is asked for together.
const AT_ONCE: usize = 32;

/// A text, and whose vector of it.
type TextKey = [u8; 16];

fn key(embedder: &str, text: &str) -> TextKey {
    let digest = Sha256::new().chain_update(embedder).chain_update([0]).chain_update(text).finalize();
    let mut key = [0; 16];
    key.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    key
}

/// A vector, and the turn in which it was last asked for.
struct Kept {
    vector: Arc<[f32]>,
    used: u64,
}

/// Vectors of what entries say. Those that were not asked for the longest go first.
#[derive(Default)]
pub(super) struct Vectors {
    kept: Mutex<(HashMap<TextKey, Kept>, u64)>,
    /// Held by whoever asks the embedder, so that nobody asks it for the same.
    asking: Arc<tokio::sync::Mutex<()>>,
}

impl Vectors {
    fn find(&self, key: &TextKey) -> Option<Arc<[f32]>> {
        let mut kept = self.kept.lock();
        let (vectors, turn) = &mut *kept;
        *turn += 1;
        let found = vectors.get_mut(key)?;
        found.used = *turn;
        Some(Arc::clone(&found.vector))
    }

    fn has(&self, key: &TextKey) -> bool {
        self.kept.lock().0.contains_key(key)
    }

    fn keep(&self, made: impl IntoIterator<Item = (TextKey, Vec<f32>)>) {
        let mut kept = self.kept.lock();
        let (vectors, turn) = &mut *kept;
        for (key, vector) in made {
            *turn += 1;
            vectors.insert(key, Kept { vector: vector.into(), used: *turn });
        }
        if vectors.len() > KEPT {
            let mut used: Vec<u64> = vectors.values().map(|kept| kept.used).collect();
            used.sort_unstable();
            // A tenth more than must go, so that this is not done each time.
            let oldest = used.get(vectors.len() - KEPT + KEPT / 10).copied().unwrap_or(u64::MAX);
            vectors.retain(|_, kept| kept.used >= oldest);
        }
    }
}

impl Lore {
    /// Which entries that want to be asked so are near in meaning to the last of `said`; `None` where that cannot be told: there is
    /// no embedder, or it did not answer in time. What it answers later counts for the next reply.
    pub(crate) async fn near(&self, books: &[Open], said: &[Spoken]) -> Option<HashSet<EntryKey>> {
        let info = self.embedding.info()?;
        let mut wanted: Vec<(EntryKey, TextKey, &str)> = Vec::new();
        for open in books {
            for (entry, ready) in open.book.entries() {
                let text = ready.content.trim();
                if entry.vectorized && entry.enabled && !text.is_empty() {
                    wanted.push(((open.shelved.id, entry.uid), key(&info.name, text), text));
                }
            }
        }
        if wanted.is_empty() {
            return Some(HashSet::new());
        }
        let missing = wanted.iter().filter(|(_, key, _)| !self.vectors.has(key));
        let missing: Vec<(TextKey, String)> = missing.map(|(_, key, text)| (*key, (*text).to_owned())).collect();
        let (asked, ()) = tokio::join!(self.embedding.of_question(question(said)), self.make(missing));
        let asked = asked.filter(|vector| !vector.is_empty())?;
        let mut found: Vec<(f32, EntryKey)> = Vec::new();
        let mut is_known = false;
        for (entry, key, _) in wanted {
            let Some(vector) = self.vectors.find(&key) else { continue };
            is_known = true;
            let likeness = cosine(&asked, &vector);
            if likeness >= NEAR {
                found.push((likeness, entry));
            }
        }
        // The nearest first; of two that are as near, always the same.
        found.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(one.cmp(other)));
        is_known.then(|| found.into_iter().take(NEAREST).map(|(_, entry)| entry).collect())
    }

    /// Makes vectors that are missing, as far as that goes in time. It is finished also when nobody waits any more.
    async fn make(&self, missing: Vec<(TextKey, String)>) {
        if missing.is_empty() {
            return;
        }
        let (vectors, embedding) = (Arc::clone(&self.vectors), self.embedding.clone());
        let making = tokio::spawn(async move {
            let _asking = Arc::clone(&vectors.asking).lock_owned().await;
            let missing: Vec<(TextKey, String)> = missing.into_iter().filter(|(key, _)| !vectors.has(key)).collect();
            for some in missing.chunks(AT_ONCE) {
                let texts = some.iter().map(|(_, text)| text.clone()).collect();
                match embedding.of_all(texts).await {
                    Ok(made) => vectors.keep(some.iter().map(|(key, _)| *key).zip(made)),
                    Err(fault) => {
                        tracing::warn!(fault = %fault, "what lorebooks say got no vectors; the next reply asks again");
                        return;
                    }
                }
            }
        });
        drop(tokio::time::timeout(self.embedding.within(), making).await);
    }
}

/// What was said last.
fn question(said: &[Spoken]) -> String {
    let last = said.iter().rev().filter(|said| !said.content.trim().is_empty()).take(SAID);
    let mut last: Vec<&str> = last.map(|said| said.content.trim()).collect();
    last.reverse();
    let text = last.join("\n");
    let from = text.char_indices().rev().nth(QUESTION - 1).map_or(0, |(at, _)| at);
    text.get(from..).unwrap_or_default().to_owned()
}

/// How alike two vectors are, from -1 to 1; those of different length, and those of nothing, are not.
fn cosine(one: &[f32], other: &[f32]) -> f32 {
    if one.len() != other.len() {
        return 0.0;
    }
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let length = (dot(one, one) * dot(other, other)).sqrt();
    if length > 0.0 { dot(one, other) / length } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use domain::chats::Role;
    use domain::ids::MessageId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn likeness_is_of_direction() {
        assert!((cosine(&[1.0, 2.0], &[2.0, 4.0]) - 1.0).abs() < 1e-6);
        assert!(cosine(&[1.0, 0.0], &[0.0, 1.0]).abs() < 1e-6);
        assert_eq!((cosine(&[0.0, 0.0], &[1.0, 1.0]), cosine(&[1.0], &[1.0, 1.0]), cosine(&[], &[])), (0.0, 0.0, 0.0));
    }

    #[test]
    fn what_is_asked_is_the_end_of_what_was_said() {
        let said = |content: &str| Spoken {
            id: MessageId(Uuid::nil()),
            depth: 0,
            role: Role::User,
            speaker: None,
            content: content.to_owned(),
        };
        assert_eq!(question(&[said("one"), said("two "), said(" "), said("three")]), "two\nthree");
        let long = question(&[said(&"海".repeat(QUESTION + 7)), said("end")]);
        assert_eq!((long.chars().count(), long.ends_with("海\nend")), (QUESTION, true));
        assert_eq!(question(&[]), "");
    }

    #[test]
    fn only_so_many_vectors_stay_and_those_that_are_asked_for() {
        let vectors = Vectors::default();
        let key_of = |n: usize| key("e", &n.to_string());
        vectors.keep((0..KEPT).map(|n| (key_of(n), vec![1.0])));
        assert!(vectors.find(&key_of(0)).is_some());
        vectors.keep([(key_of(KEPT), vec![1.0])]);
        assert!(vectors.kept.lock().0.len() <= KEPT);
        assert!(vectors.has(&key_of(0)) && vectors.has(&key_of(KEPT)) && !vectors.has(&key_of(1)));
        assert_ne!(key("a", "b"), key("b", "b"));
    }
}
