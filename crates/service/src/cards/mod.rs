//! Cards: characters of other programs, in as new characters and out as what they are now, laid over the card they came from.
//!
//! A file is read off the async threads, few at a time, because it may unpack to many times its size. Nothing that it names
//! elsewhere is fetched, and nobody's character is ever overwritten. Her book becomes one of the person's own, open with her.

mod books;
mod mapping;

use std::sync::Arc;

use domain::cards::{CardContainer, CardFormat, CardNotice, CardVersion, CardWarning, KeptCard};
use domain::characters::{Character, CharacterProfile};
use domain::ids::{CharacterId, UserId};
use domain::limits;
use domain::lore::Book;
use domain::lore::shelves::{LoreTarget, Lorebook};
use domain::media::Media;
use domain::routes::Route;
use exchange::cards::{Asset, Card, CardFile, MODULE, Portrait, RisuModule, Versions};
use exchange::{ExchangeError, json};
use sha2::{Digest, Sha256};
use store::Stores;
use store::cards::{Imported, NewImport};
use tokio::sync::Semaphore;

use self::books::Leaving;
use crate::app::AppParts;
use crate::characters::{CharacterView, Characters};
use crate::clock::Clock;
use crate::media::Images;
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

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

/// A character as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedCharacter {
    /// What to call the file, in ASCII.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A file that was read.
struct ReadCard {
    file: CardFile,
    profile: CharacterProfile,
    warnings: Vec<CardWarning>,
    book: Option<Book>,
    route: Option<Route>,
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
        Ok(CardPreview {
            container: read.file.container,
            version: read.file.card.version,
            profile: read.profile,
            book_entries: books::entries(&read.file.card, read.file.module.as_ref()),
            assets: read.file.assets.len(),
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
        let import = NewImport { character: &character, avatar, card: &kept, book, files, route };
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

    /// One's own character as a file: what she is now, laid over the card she came from.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn export(&self, owner: UserId, id: CharacterId, format: CardFormat) -> ServiceResult<ExportedCharacter> {
        let character = self.characters.own(owner, id).await?;
        let (card, mut files, book) = match self.stores.cards.find_card(owner, id).await? {
            Some(kept) => {
                let card = Card::from_json(kept.raw.as_bytes()).map_err(fault)?;
                let files = self.stores.cards.card_files(owner, id).await?;
                (mapping::laid_over(card, &character.profile), files, kept.book)
            }
            None => (Card::new(mapping::fields(&character.profile)), Vec::new(), None),
        };
        let card = mapping::with_bond(card, &character.profile)?;
        let route = self.stores.routes.find_route(id).await?.map(|kept| kept.route);
        let card = mapping::with_route(card, route.as_ref(), character.profile.bond_rules())?;
        let there = files.iter_mut().find(|file| file.path == MODULE);
        let module = there.as_deref().and_then(|file| RisuModule::read(&file.bytes).ok());
        let was = module.clone();
        let Leaving { card, module } = Leaving { card, module }.with_books(book, self.open_with(owner, id).await?);
        if let (Some(file), Some(module)) = (there, module.filter(|module| Some(module) != was.as_ref())) {
            file.bytes = module.write();
        }
        let modified = Some(self.clock.now().unix_timestamp());
        let (bytes, extension) = match format {
            CardFormat::JsonV2 => (exchange::cards::write_json(&card, Versions::V2, None), "json"),
            CardFormat::JsonV3 => (exchange::cards::write_json(&card, Versions::V3, modified), "json"),
            CardFormat::Png => {
                let image = self.images.as_png(self.avatar(&character).await?).await?;
                (exchange::cards::write_png(&card, &image, modified).map_err(fault)?, "png")
            }
            CardFormat::Charx => {
                let image = match self.avatar(&character).await? {
                    Some(image) => Some(self.images.as_png(Some(image)).await?),
                    None => None,
                };
                let icon = image.as_deref().map(|image| (image, "png"));
                let files: Vec<Asset> =
                    files.into_iter().map(|file| Asset { path: file.path, bytes: file.bytes }).collect();
                (exchange::cards::write_charx(&card, icon, &files, modified).map_err(fault)?, "charx")
            }
        };
        Ok(ExportedCharacter { file_name: format!("{}.{extension}", file_stem(&character.profile.name)), bytes })
    }

    /// The owner's books that stand open with a character, the first first.
    async fn open_with(&self, owner: UserId, id: CharacterId) -> ServiceResult<Vec<Lorebook>> {
        let mut open = Vec::new();
        for shelved in self.stores.lore_shelves.shelf(&[LoreTarget::Character(id)]).await? {
            open.extend(self.stores.lorebooks.find_lorebook(owner, shelved.id).await?);
        }
        Ok(open)
    }

    async fn avatar(&self, character: &Character) -> ServiceResult<Option<Vec<u8>>> {
        let Some(id) = character.avatar else { return Ok(None) };
        Ok(self.stores.media.find_media(id).await?.map(|media| media.bytes))
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
    let file = exchange::cards::read(bytes)?;
    let mut warnings = file.card.warnings.clone();
    let mut profile = mapping::profile(&file.card.fields, name, &mut warnings);
    profile.bond = mapping::bond(&file.card);
    let route = mapping::route(&file.card, profile.bond_rules());
    let book = books::to_keep(&file.card, file.module.as_ref(), &mut warnings);
    let files = files(&file, &mut warnings);
    let digest = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(ReadCard { file, profile, warnings, book, route, files, digest })
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

/// A name as the name of a file: what every system takes.
fn file_stem(name: &str) -> String {
    let kept: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
    let trimmed = kept.trim_matches('-');
    if trimmed.is_empty() { "character".to_owned() } else { trimmed.to_owned() }
}

fn fault(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::file_stem;

    #[test]
    fn every_name_is_a_name_of_a_file() {
        assert_eq!(file_stem("Iris \"of\"\r\n/the/ sea"), "Iris--of----the--sea");
        assert_eq!(file_stem("../凛"), "character");
        assert_eq!(file_stem(&"a".repeat(99)).len(), 40);
    }
}
