//! Characters as cards: what she is now, laid over the card she came from. The images of her story go along as far as the form has room,
//! and as far as such a file is taken in again.

use domain::cards::CardFormat;
use domain::characters::Character;
use domain::ids::{CharacterId, UserId};
use domain::lore::shelves::{LoreTarget, Lorebook};
use domain::routes::Route;
use exchange::cards::{Asset, Card, MODULE, Picture, RisuModule, Versions};

use super::books::Leaving;
use super::{Cards, fault, mapping};
use crate::ServiceResult;

/// What names a picture in a card, beside its image, at most, in bytes.
const AROUND: usize = 512;

/// A character as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedCharacter {
    /// What to call the file, in ASCII.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A character on her way out, but for the images of her story.
pub(super) struct Outgoing {
    name: String,
    format: CardFormat,
    card: Card,
    files: Vec<Asset>,
    /// Her portrait, as PNG.
    portrait: Option<Vec<u8>>,
    modified: Option<i64>,
}

impl Outgoing {
    fn written(&self, pictures: &[Picture]) -> ServiceResult<Vec<u8>> {
        let (card, modified, portrait) = (&self.card, self.modified, self.portrait.as_deref());
        let written = match self.format {
            CardFormat::JsonV2 => Ok(exchange::cards::write_json(card, Versions::V2, pictures, None)),
            CardFormat::JsonV3 => Ok(exchange::cards::write_json(card, Versions::V3, pictures, modified)),
            CardFormat::Png => exchange::cards::write_png(card, portrait.unwrap_or_default(), pictures, modified),
            CardFormat::Charx => {
                let icon = portrait.map(|image| (image, "png"));
                exchange::cards::write_charx(card, icon, &self.files, pictures, modified)
            }
        };
        written.map_err(fault)
    }

    /// What it has room for beside so many bytes.
    pub(super) fn room(&self, written: usize) -> usize {
        let most = match self.format {
            CardFormat::JsonV2 => 0,
            CardFormat::JsonV3 => exchange::limits::CARD_JSON,
            CardFormat::Png | CardFormat::Charx => exchange::limits::CARD_FILE,
        };
        most.saturating_sub(written)
    }

    /// How many pictures have a place in it, beside the card, its portrait and its files.
    pub(super) fn places(&self) -> usize {
        exchange::limits::ARCHIVE_ENTRIES.saturating_sub(self.files.len() + 2)
    }

    /// What a picture takes in it.
    pub(super) fn weight(&self, picture: &Picture) -> usize {
        let image = picture.bytes.len();
        let written = match self.format {
            CardFormat::JsonV2 | CardFormat::JsonV3 | CardFormat::Png => image.div_ceil(3) * 4,
            CardFormat::Charx => image,
        };
        written + AROUND
    }

    fn named(&self, bytes: Vec<u8>) -> ExportedCharacter {
        let extension = match self.format {
            CardFormat::JsonV2 | CardFormat::JsonV3 => "json",
            CardFormat::Png => "png",
            CardFormat::Charx => "charx",
        };
        ExportedCharacter { file_name: format!("{}.{extension}", file_stem(&self.name)), bytes }
    }
}

impl Cards {
    /// One's own character as a file: what she is now, laid over the card she came from.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn export(&self, owner: UserId, id: CharacterId, format: CardFormat) -> ServiceResult<ExportedCharacter> {
        let (outgoing, route) = self.outgoing(owner, id, format).await?;
        let bare = outgoing.written(&[])?;
        let pictures = match route {
            Some(route) => self.pictures(owner, id, &route, &outgoing, bare.len()).await?,
            None => Vec::new(),
        };
        Ok(outgoing.named(if pictures.is_empty() { bare } else { outgoing.written(&pictures)? }))
    }

    /// The same without the images of her story, for where these stand beside it.
    pub(crate) async fn export_bare(
        &self,
        owner: UserId,
        id: CharacterId,
        format: CardFormat,
    ) -> ServiceResult<ExportedCharacter> {
        let (outgoing, _) = self.outgoing(owner, id, format).await?;
        Ok(outgoing.named(outgoing.written(&[])?))
    }

    async fn outgoing(
        &self,
        owner: UserId,
        id: CharacterId,
        format: CardFormat,
    ) -> ServiceResult<(Outgoing, Option<Route>)> {
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
        let card = mapping::with_translations(card, &character.profile)?;
        let route = self.stores.routes.find_route(id).await?.map(|kept| kept.route);
        let card = mapping::with_route(card, route.as_ref(), character.profile.bond_rules())?;
        let there = files.iter_mut().find(|file| file.path == MODULE);
        let module = there.as_deref().and_then(|file| RisuModule::read(&file.bytes).ok());
        let was = module.clone();
        let Leaving { card, module } = Leaving { card, module }.with_books(book, self.open_with(owner, id).await?);
        if let (Some(file), Some(module)) = (there, module.filter(|module| Some(module) != was.as_ref())) {
            file.bytes = module.write();
        }
        let portrait = match format {
            CardFormat::JsonV2 | CardFormat::JsonV3 => None,
            // Something must hold the card.
            CardFormat::Png => Some(self.images.as_png(self.avatar(&character).await?).await?),
            CardFormat::Charx => match self.avatar(&character).await? {
                Some(image) => Some(self.images.as_png(Some(image)).await?),
                None => None,
            },
        };
        let files = files.into_iter().map(|file| Asset { path: file.path, bytes: file.bytes }).collect();
        let (name, modified) = (character.profile.name, Some(self.clock.now().unix_timestamp()));
        Ok((Outgoing { name, format, card, files, portrait, modified }, route))
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
}

/// A name as the name of a file: what every system takes.
fn file_stem(name: &str) -> String {
    let kept: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
    let trimmed = kept.trim_matches('-');
    if trimmed.is_empty() { "character".to_owned() } else { trimmed.to_owned() }
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
