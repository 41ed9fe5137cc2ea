//! Cards: kept with the characters that came from them, so that these can leave as they came.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::cards::{CardFile, KeptCard};
use domain::characters::Character;
use domain::ids::{CharacterId, UserId};
use domain::lore::shelves::Lorebook;
use domain::media::Media;
use domain::routes::Route;

use crate::StoreResult;

/// A character to keep, with all that came with her.
#[derive(Debug, Clone, Copy)]
pub struct NewImport<'a> {
    /// She.
    pub character: &'a Character,
    /// Her picture.
    pub avatar: Option<&'a Media>,
    /// The card she came from.
    pub card: &'a KeptCard,
    /// The book that `card` names; it stands open with her.
    pub book: Option<&'a Lorebook>,
    /// What came beside the card.
    pub files: &'a [CardFile],
    /// The story she carries.
    pub route: Option<&'a Route>,
    /// The images of its pictures, by their keys.
    pub images: &'a BTreeMap<String, Media>,
}

/// What became of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// Nothing was kept: this character came from the same file.
    Known(CharacterId),
    /// She was.
    Made {
        /// Whether her book was, if she had one: there may be too many already.
        with_book: bool,
        /// Whether her files were, if she had some: there may be too many bytes already.
        with_files: bool,
    },
}

/// Keeps cards.
#[async_trait]
pub trait CardStore: Send + Sync {
    /// Keeps a new character of a person with what came with her. Where `once`, and they have one from the same file, nothing is
    /// kept. Conflicts: `TooManyCharacters`, `TooManyRouteImages`.
    async fn import_character(&self, import: NewImport<'_>, once: bool) -> StoreResult<Imported>;
    /// The card that a person's own character came from.
    async fn find_card(&self, owner: UserId, character: CharacterId) -> StoreResult<Option<KeptCard>>;
    /// What came beside it, in its order.
    async fn card_files(&self, owner: UserId, character: CharacterId) -> StoreResult<Vec<CardFile>>;
    /// The first of a person's characters that came from this file.
    async fn find_imported(&self, owner: UserId, digest: &str) -> StoreResult<Option<CharacterId>>;
}
