//! Books that stand open where a reply is made, ready to be searched. Those that were read stay ready as long as nobody changes them.

use std::collections::HashMap;
use std::sync::Arc;

use domain::characters::CharacterProfile;
use domain::ids::LorebookId;
use domain::limits;
use domain::lore::activation::LoreSource;
use domain::lore::book::ScanSource;
use domain::lore::matching::Compiled;
use domain::lore::shelves::LoreTarget;
use parking_lot::Mutex;
use store::lorebooks::Shelved;

use super::{Lore, SETTINGS};
use crate::ServiceResult;

/// Bytes of books that stay ready; their machines take a few times as much.
const READY_BYTES: usize = 16 * limits::LORE_BYTES;

/// From how many entries on a book is made ready beside the tasks that must not wait.
const LARGE: usize = 200;

/// A book that stands open.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    /// Where, and whose.
    pub(crate) shelved: Shelved,
    /// The book.
    pub(crate) book: Arc<Compiled>,
}

impl Open {
    /// Through what it came in.
    pub(crate) fn source(&self) -> LoreSource {
        match self.shelved.target {
            LoreTarget::Session(_) => LoreSource::Session,
            LoreTarget::Person(_) => LoreSource::Person,
            LoreTarget::Character(_) => LoreSource::Character,
        }
    }
}

#[derive(Debug)]
struct Kept {
    revision: u32,
    book: Arc<Compiled>,
    bytes: usize,
    used: u64,
}

/// Books that are ready.
#[derive(Debug, Default)]
pub(super) struct Ready {
    kept: Mutex<(HashMap<LorebookId, Kept>, u64)>,
}

impl Ready {
    fn find(&self, id: LorebookId, revision: u32) -> Option<Arc<Compiled>> {
        let mut kept = self.kept.lock();
        let (books, turn) = &mut *kept;
        *turn += 1;
        let found = books.get_mut(&id).filter(|kept| kept.revision == revision)?;
        found.used = *turn;
        Some(Arc::clone(&found.book))
    }

    /// Keeps a book; those that were not asked for the longest go.
    fn keep(&self, id: LorebookId, revision: u32, book: &Arc<Compiled>) {
        let bytes = book.book().entries.iter().map(|entry| entry.content.len() + 200).sum();
        let mut kept = self.kept.lock();
        let (books, turn) = &mut *kept;
        *turn += 1;
        books.insert(id, Kept { revision, book: Arc::clone(book), bytes, used: *turn });
        while books.values().map(|kept| kept.bytes).sum::<usize>() > READY_BYTES {
            let Some(oldest) = books.iter().min_by_key(|(_, kept)| kept.used).map(|(id, _)| *id) else { break };
            books.remove(&oldest);
        }
    }
}

impl Lore {
    /// What stands open at these places, in their order. A book that stands open at several counts at the first.
    pub(crate) async fn open_at(&self, targets: &[LoreTarget]) -> ServiceResult<Vec<Open>> {
        let mut open: Vec<Open> = Vec::new();
        for shelved in self.stores.lore_shelves.shelf(targets).await? {
            if open.iter().any(|known| known.shelved.id == shelved.id) {
                continue;
            }
            if let Some(book) = self.ready(shelved).await? {
                open.push(Open { shelved, book });
            }
        }
        Ok(open)
    }

    async fn ready(&self, shelved: Shelved) -> ServiceResult<Option<Arc<Compiled>>> {
        if let Some(book) = self.ready.find(shelved.id, shelved.revision) {
            return Ok(Some(book));
        }
        let found = self.stores.lore_shelves.shelved_book(shelved.target, shelved.id).await?;
        let Some((revision, book)) = found else { return Ok(None) };
        let book = if book.entries.len() < LARGE {
            Compiled::new(book, SETTINGS.matching)
        } else {
            let making = tokio::task::spawn_blocking(move || Compiled::new(book, SETTINGS.matching));
            making.await.map_err(|_| crate::ServiceError::Internal("a lorebook could not be made ready".into()))?
        };
        let book = Arc::new(book);
        self.ready.keep(shelved.id, revision, &book);
        Ok(Some(book))
    }
}

/// What entries may be searched for besides what was said.
pub(crate) fn sources(profile: &CharacterProfile) -> [(ScanSource, &str); 4] {
    [
        (ScanSource::CharacterDescription, profile.persona.as_str()),
        (ScanSource::Scenario, profile.scenario.as_str()),
        (ScanSource::CharacterDepthPrompt, profile.depth_prompt.text.as_str()),
        (ScanSource::CreatorNotes, profile.creator_notes.as_str()),
    ]
}
