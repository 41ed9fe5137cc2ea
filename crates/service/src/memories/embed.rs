//! Vectors: made for every memory that has none by the embedder of today.
//!
//! What is missing is asked of the data, so new memories and a new embedder are the same work, and a run that ends early is
//! gone on from where it was. Until a vector is there, its memory is found by its words.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use domain::chats::Role;
use domain::memories::{Memory, MemoryKind, Scope};
use llm::{Embedder, ModelError, Urgency};
use recall::Names;
use store::StoreResult;
use store::remembering::{NewVector, Unembedded};
use tokio::time::Instant;

use super::Inner;
use super::workshop::Makers;
use crate::jobs::{JobFault, Run};
use crate::measures;

/// How many memories go through the embedder at a time.
const BATCH: u32 = 64;

/// How long a run that is not done leaves to others.
const PAUSE: Duration = Duration::from_millis(200);

/// How much of a text is embedded, in characters; what follows changes little.
const TEXT: usize = 1_500;

/// How many batches one run makes before others get their turn.
const BATCHES: u32 = 32;

/// Whether any memory lacks its vector.
pub(super) async fn is_behind(inner: &Inner) -> StoreResult<bool> {
    let Some(embedder) = &inner.embedder else { return Ok(false) };
    Ok(!inner.stores.remembering.unembedded(&embedder.info().name, 1).await?.is_empty())
}

/// Makes vectors that are missing.
pub(super) async fn run(makers: &Makers) -> Result<Run, JobFault> {
    let inner = &makers.inner;
    let Some(embedder) = &inner.embedder else { return Ok(Run::Done) };
    let name = embedder.info().name;
    let mut names = HashMap::new();
    for _ in 0..BATCHES {
        let missing = inner.stores.remembering.unembedded(&name, BATCH).await?;
        if missing.is_empty() {
            return Ok(Run::Done);
        }
        let mut texts = Vec::with_capacity(missing.len());
        for memory in &missing {
            texts.push(text_of(&memory.memory, names_of(inner, &mut names, memory).await));
        }
        let vectors: Vec<NewVector> = missing
            .iter()
            .zip(vectors(embedder.as_ref(), texts).await?)
            .map(|(memory, vector)| NewVector { memory: memory.memory.id, revision: memory.revision, vector })
            .collect();
        inner.stores.remembering.save_vectors(&name, &vectors).await?;
        for scope in missing.iter().map(|memory| memory.memory.scope).collect::<HashSet<_>>() {
            inner.indexes.refresh(scope).await;
        }
    }
    Ok(Run::Again(PAUSE))
}

/// One vector for each text. A text that the embedder refuses by itself gets an empty one, which nothing is like: it is found by its
/// words, and all others get theirs.
async fn vectors(embedder: &dyn Embedder, texts: Vec<String>) -> Result<Vec<Vec<f32>>, JobFault> {
    let count = texts.len();
    match measured(embedder.embed(texts.clone(), Urgency::Background)).await {
        Ok(vectors) if vectors.len() == count => return Ok(vectors),
        Err(error) if is_away(&error) => return Err(JobFault::Passing(error.to_string())),
        _ => {}
    }
    let mut vectors = Vec::with_capacity(count);
    for text in texts {
        vectors.push(match measured(embedder.embed(vec![text], Urgency::Background)).await {
            Ok(mut made) if made.len() == 1 => made.pop().unwrap_or_default(),
            Err(error) if is_away(&error) => return Err(JobFault::Passing(error.to_string())),
            _ => Vec::new(),
        });
    }
    if count > 1 && vectors.iter().all(Vec::is_empty) {
        return Err(JobFault::Passing("the embedder makes no vectors".to_owned()));
    }
    Ok(vectors)
}

/// A call of the embedder, counted and timed. One that is given up is not counted.
pub(super) async fn measured<T, E>(call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let began = Instant::now();
    let answer = call.await;
    measures::embedding(answer.is_ok(), began.elapsed());
    answer
}

/// Whether the embedder is to blame, not the text.
fn is_away(error: &ModelError) -> bool {
    !matches!(error, ModelError::ContentRefused(_) | ModelError::ContextTooLong(_) | ModelError::Internal(_))
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
