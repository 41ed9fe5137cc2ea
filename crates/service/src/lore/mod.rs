//! Lorebooks: a person's own, kept, changed and opened; and what of them stands open where a reply is made.
//!
//! A book is read by its owner alone. What stands open with a character, or in a session, reaches the model for whoever talks there,
//! and nobody else.

mod books;
mod near;
mod shelves;

use std::sync::Arc;

use domain::ids::LorebookId;
use domain::lore::activation::LoreSettings;
use domain::lore::shelves::{LoreTarget, Lorebook};
use store::Stores;

use crate::app::AppParts;
use crate::clock::Clock;
use crate::embedding::Embedding;
use crate::mint::Mint;

pub use books::{EntryChange, LorebookPatch};
use shelves::Ready;
pub(crate) use shelves::{Open, sources};

/// How keys match, and how far back, where books and entries say nothing.
pub(crate) const SETTINGS: LoreSettings = LoreSettings {
    scan_depth: 4,
    recursive: false,
    min_activations: 0,
    min_activations_depth: 0,
    group_scoring: false,
    strategy: domain::lore::activation::LoreStrategy::Evenly,
    matching: domain::lore::matching::MatchDefaults { case_sensitive: false, whole_words: false },
};

/// The use cases of lorebooks.
#[derive(Clone)]
pub struct Lore {
    stores: Stores,
    clock: Arc<dyn Clock>,
    mint: Mint,
    ready: Arc<Ready>,
    embedding: Embedding,
    vectors: Arc<near::Vectors>,
}

/// A book, as its owner sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct LorebookView {
    /// The book.
    pub lorebook: Lorebook,
    /// Where it stands open.
    pub open_at: Vec<LoreTarget>,
}

impl Lore {
    /// The service.
    pub(crate) fn new(parts: &AppParts, mint: Mint, embedding: Embedding) -> Self {
        Self {
            stores: parts.stores.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            ready: Arc::default(),
            embedding,
            vectors: Arc::default(),
        }
    }

    async fn view(&self, lorebook: Lorebook) -> crate::ServiceResult<LorebookView> {
        let open_at = self.stores.lore_shelves.lorebook_targets(lorebook.owner, lorebook.id).await?;
        Ok(LorebookView { lorebook, open_at })
    }
}

/// Which entry of a book.
pub(crate) type EntryKey = (LorebookId, u32);
