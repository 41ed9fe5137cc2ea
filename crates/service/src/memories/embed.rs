//! Vectors: made for every memory and every character that has none by the embedder of today.
//!
//! What is missing is asked of the data, so new memories and a new embedder are the same work, and a run that ends early is
//! gone on from where it was. Until a vector is there, its memory is found by its words.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use domain::chats::Role;
use domain::memories::{Memory, MemoryKind, Scope};
use recall::Names;
use store::StoreResult;
use store::remembering::{NewVector, Unembedded};

use super::Inner;
use super::workshop::Makers;
use crate::discovery;
use crate::jobs::{JobFault, Run};

/// How many memories go through the embedder at a time.
const BATCH: u32 = 64;

/// How long a run that is not done leaves to others.
const PAUSE: Duration = Duration::from_millis(200);

/// How much of a text is embedded, in characters; what follows changes little.
const TEXT: usize = 1_500;

/// How many batches one run makes before others get their turn.
const BATCHES: u32 = 32;

/// Whether any memory or character lacks its vector.
pub(super) async fn is_behind(inner: &Inner) -> StoreResult<bool> {
    let Some(name) = inner.embedding.ours().await? else { return Ok(false) };
    Ok(!inner.stores.remembering.unembedded(&name, 1).await?.is_empty()
        || discovery::is_behind(&inner.stores, &name).await?)
}

/// Makes vectors that are missing: those of memories first, which a reply may want soon.
pub(super) async fn run(makers: &Makers) -> Result<Run, JobFault> {
    let inner = &makers.inner;
    let Some(name) = inner.embedding.ours().await? else { return Ok(Run::Done) };
    let mut names = HashMap::new();
    for _ in 0..BATCHES {
        let missing = inner.stores.remembering.unembedded(&name, BATCH).await?;
        if missing.is_empty() {
            match discovery::run(&inner.stores, &inner.embedding, &name).await? {
                Run::Done => return Ok(Run::Done),
                Run::Again(_) => continue,
            }
        }
        let mut texts = Vec::with_capacity(missing.len());
        for memory in &missing {
            texts.push(text_of(&memory.memory, names_of(inner, &mut names, memory).await));
        }
        let vectors = inner.embedding.of_all(texts).await?;
        if !inner.embedding.claim(&vectors).await? {
            return Ok(Run::Done);
        }
        let vectors: Vec<NewVector> = missing
            .iter()
            .zip(vectors)
            .map(|(memory, vector)| NewVector { memory: memory.memory.id, revision: memory.revision, vector })
            .collect();
        inner.stores.remembering.save_vectors(&name, &vectors).await?;
        for scope in missing.iter().map(|memory| memory.memory.scope).collect::<HashSet<_>>() {
            inner.indexes.refresh(scope).await;
        }
    }
    Ok(Run::Again(PAUSE))
}

async fn names_of<'a>(inner: &Inner, known: &'a mut HashMap<Scope, Names>, memory: &Unembedded) -> &'a Names {
    match known.entry(memory.memory.scope) {
        Entry::Occupied(names) => names.into_mut(),
        // Somebody who is gone meanwhile takes the memory along; until then a name more or less is no matter.
        Entry::Vacant(place) => place.insert(inner.names(memory.memory.scope).await.unwrap_or_default()),
    }
}

/// What stands for a memory: who says it belongs to what is said.
fn text_of(memory: &Memory, names: &Names) -> String {
    let speaker = match memory.kind {
        MemoryKind::Episode => names.of(memory.speaker.unwrap_or(Role::User)),
        _ => "",
    };
    let text: String = memory.text.chars().take(TEXT).collect();
    if speaker.is_empty() { text } else { format!("{speaker}: {text}") }
}
