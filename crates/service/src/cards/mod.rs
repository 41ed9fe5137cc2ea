//! Cards: characters of other programs, in as new characters and out as what they are now, laid over the card they came from.
//!
//! A file is read off the async threads, few at a time, because it may unpack to many times its size. Nothing that it names
//! elsewhere is fetched, and nobody's character is ever overwritten. Her book becomes one of the person's own, open with her; the images
//! of the story that she carries become images like those that are uploaded.

mod books;
mod exporting;
mod mapping;
mod pictures;

use std::sync::Arc;

use domain::cards::{CardContainer, CardNotice, CardVersion, CardWarning, KeptCard};
use domain::characters::{Character, CharacterProfile};
use domain::ids::{CharacterId, UserId};
use domain::limits;
use domain::lore::Book;
use domain::lore::shelves::Lorebook;
use domain::media::Media;
use domain::routes::Route;
use exchange::cards::{Asset, CardFile, Picture, Portrait};
use exchange::{ExchangeError, json};
use sha2::{Digest, Sha256};
use store::Stores;
use store::cards::{Imported, NewImport};
use tokio::sync::Semaphore;

use crate::app::AppParts;
use crate::characters::{CharacterView, Characters};
use crate::clock::Clock;
use crate::media::Images;
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

pub use exporting::ExportedCharacter;

/// How many files are read at a time.
const READ_AT_ONCE: usize = 2;

/// The use cases of cards.
#[derive(Clone)]
pub struct Cards {
    stores: Stores,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
    images: Images,
    reading: Arc<Semaphore>,
}

/// What an import would make.
#[derive(Debug, Clone, PartialEq)]
pub struct CardPreview {
    /// Her form as a file.
    pub container: CardContainer,
    /// The form of the card.
    pub version: CardVersion,
    /// The character.
    pub profile: CharacterProfile,
    /// Entries of the card's lorebook.
    pub book_entries: usize,
    /// Files beside the card.
    pub assets: usize,
    /// Whether a picture comes along.
    pub portrait: bool,
    /// What to know about it.
    pub warnings: Vec<CardWarning>,
    /// The person's first character from the same file.
    pub known: Option<CharacterId>,
}

/// A character that was imported.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedCharacter {
    /// She.
    pub view: CharacterView,
    /// What to know about the card.
    pub warnings: Vec<CardWarning>,
}

/// A file that was read.
struct ReadCard {
    file: CardFile,
    profile: CharacterProfile,
    warnings: Vec<CardWarning>,
    book: Option<Book>,
    route: Option<Route>,
    /// The images of its pictures, as they came.
    pictures: Vec<Picture>,
    /// How many files came beside the card.
    assets: usize,
    /// Those that are kept as they came.
    files: Vec<domain::cards::CardFile>,
    digest: String,
}

impl Cards {
    pub(crate) fn new(parts: &AppParts, mint: Mint, characters: Characters) -> Self {
        Self {
            stores: parts.stores.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            characters,
            images: Images::default(),
            reading: Arc::new(Semaphore::new(READ_AT_ONCE)),
        }
    }

    /// What importing a file would make. `name` is what the file is called, for a card without a name.
    ///
    /// # Errors
    /// `Unreadable`.
    pub async fn preview(&self, person: UserId, bytes: Vec<u8>, name: Option<String>) -> ServiceResult<CardPreview> {
        let mut read = self.read(bytes, name).await?;
        let portrait = match read.file.portrait.take() {
            Some(portrait) => self.drawn(portrait, &mut read.warnings).await?.is_some(),
            None => false,
        };
        let came = |key: &str| read.pictures.iter().any(|picture| picture.key == key);
        read.warnings.extend(pictures::missing(read.route.as_ref(), came));
        Ok(CardPreview {
            container: read.file.container,
            version: read.file.card.version,
            profile: read.profile,
            book_entries: books::entries(&read.file.card, read.file.module.as_ref()),
            assets: read.assets,
            portrait,
            warnings: read.warnings,
            known: self.stores.cards.find_imported(person, &read.digest).await?,
        })
    }

    /// Makes a new character from a file. Of a file that the person brought before only where `again`.
    ///
    /// # Errors
    /// `Unreadable`, `KnownCard`, `Conflict(TooManyCharacters)`.
    pub async fn import(
        &self,
        person: UserId,
        bytes: Vec<u8>,
        name: Option<String>,
        again: bool,
    ) -> ServiceResult<ImportedCharacter> {
        let mut read = self.read(bytes, name).await?;
        if !again && let Some(first) = self.stores.cards.find_imported(person, &read.digest).await? {
            return Err(ServiceError::KnownCard(first));
        }
        let drawn = match read.file.portrait.take() {
            Some(portrait) => self.drawn(portrait, &mut read.warnings).await?,
            None => None,
        };
        let images = self.draw(person, &read.pictures).await?;
        read.warnings.extend(pictures::missing(read.route.as_ref(), |key| images.contains_key(key)));
        let now = self.clock.now();
        let avatar = drawn.map(|(media_type, bytes)| Media {
            id: self.mint.id(),
            owner: Some(person),
            media_type,
            bytes,
            created_at: now,
        });
        let character = Character {
            id: self.mint.id(),
            owner: Some(person),
            profile: read.profile,
            avatar: avatar.as_ref().map(|image| image.id),
            created_at: now,
            updated_at: now,
            deleted: false,
        };
        let book = read.book.map(|book| Lorebook {
            id: self.mint.id(),
            owner: person,
            book,
            revision: 0,
            created_at: now,
            updated_at: now,
        });
        let card = &read.file.card;
        let kept = KeptCard {
            version: card.version,
            raw: json::write(&card.raw),
            digest: read.digest,
            book: book.as_ref().map(|book| book.id),
        };
        let (avatar, book, files) = (avatar.as_ref(), book.as_ref(), read.files.as_slice());
        let route = read.route.as_ref();
        let import = NewImport { character: &character, avatar, card: &kept, book, files, route, images: &images };
        match self.stores.cards.import_character(import, !again).await? {
            Imported::Known(first) => Err(ServiceError::KnownCard(first)),
            Imported::Made { with_book, with_files } => {
                if book.is_some() && !with_book {
                    read.warnings.push(books::not_kept());
                }
                if !files.is_empty() && !with_files {
                    read.warnings.push(CardWarning::new(CardNotice::AssetsNotKept, "assets"));
                }
                Ok(ImportedCharacter { view: character.into(), warnings: read.warnings })
            }
        }
    }

    async fn read(&self, bytes: Vec<u8>, name: Option<String>) -> ServiceResult<ReadCard> {
        let permit = Arc::clone(&self.reading).acquire_owned().await.map_err(fault)?;
        let task = tokio::task::spawn_blocking(move || {
            let read = read(&bytes, name.as_deref());
            drop(permit);
            read
        });
        task.await.map_err(fault)?.map_err(ServiceError::Unreadable)
    }

    /// The portrait drawn anew. One that cannot be taken is said, and does not keep her from coming.
    async fn drawn(
        &self,
        portrait: Portrait,
        warnings: &mut Vec<CardWarning>,
    ) -> ServiceResult<Option<(domain::media::MediaType, Vec<u8>)>> {
        match self.images.avatar(portrait.bytes).await {
            Ok(image) => Ok(Some((image.media_type, image.bytes))),
            Err(ServiceError::Invalid(_)) => {
                warnings.push(CardWarning::new(CardNotice::PortraitNotTaken, ""));
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}

fn read(bytes: &[u8], name: Option<&str>) -> Result<ReadCard, ExchangeError> {
    let mut file = exchange::cards::read(bytes)?;
    let mut warnings = file.card.warnings.clone();
    let mut profile = mapping::profile(&file.card.fields, name, &mut warnings);
    profile.bond = mapping::bond(&file.card);
    profile.translations = mapping::translations(&file.card);
    let route = mapping::route(&file.card, profile.bond_rules());
    let book = books::to_keep(&file.card, file.module.as_ref(), &mut warnings);
    let assets = file.assets.len();
    // They become images like those that are uploaded; in the card they would stand once more.
    let pictures = route.as_ref().map(|route| file.take_pictures(&route.pictures())).unwrap_or_default();
    let files = files(&file, &mut warnings);
    let digest = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(ReadCard { file, profile, warnings, book, route, pictures, assets, files, digest })
}

/// What came beside a card, as far as it is kept.
fn files(file: &exchange::cards::CardFile, warnings: &mut Vec<CardWarning>) -> Vec<domain::cards::CardFile> {
    let beside: Vec<&Asset> = file.beside().collect();
    let size: usize = beside.iter().map(|asset| asset.bytes.len()).sum();
    // What can stand in no archive cannot leave in one.
    let kept: Vec<&Asset> = beside.iter().copied().filter(|asset| asset.has_safe_path()).collect();
    if size > limits::CARD_FILES || kept.len() < beside.len() {
        warnings.push(CardWarning::new(CardNotice::AssetsNotKept, "assets"));
    }
    if size > limits::CARD_FILES {
        return Vec::new();
    }
    let file = |asset: &Asset| domain::cards::CardFile { path: asset.path.clone(), bytes: asset.bytes.clone() };
    kept.into_iter().map(file).collect()
}

fn fault(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(error.to_string())
}
