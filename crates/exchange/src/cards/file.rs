//! A file with a card, whatever it is: told by its bytes, never by a name.

use domain::cards::{CardContainer, CardNotice, CardWarning};

use super::assets::AssetPlace;
use super::risum::RisuModule;
use super::writing::BACKFILL;
use super::{Asset, Card, charx, png};
use crate::error::{ExchangeError, Fault};
use crate::limits;

/// The encodings an image may have that is taken as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// PNG or APNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

impl ImageKind {
    /// What it seems to be, by its first bytes.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(png::SIGNATURE) {
            Some(Self::Png)
        } else if bytes.starts_with(JPEG) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else {
            None
        }
    }

    /// What its file is called behind the dot.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
        }
    }

    /// Its type, as servers name it.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

/// The picture of a character, as it came. Nothing of it is believed but its first bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portrait {
    /// What it seems to be.
    pub kind: ImageKind,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A file with a card in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CardFile {
    /// What it is.
    pub container: CardContainer,
    /// The card.
    pub card: Card,
    /// Her picture.
    pub portrait: Option<Portrait>,
    /// What of RisuAI's stands beside the card.
    pub module: Option<RisuModule>,
    /// The files beside the card, the portrait among them where it is one.
    pub assets: Vec<Asset>,
}

impl CardFile {
    /// The files beside the card that are more than its portrait.
    pub fn beside(&self) -> impl Iterator<Item = &Asset> {
        let named = self.card.assets();
        let portrait = match self.card.icon().map(|icon| icon.place) {
            // Another asset may be the same file.
            Some(AssetPlace::Embedded(path)) if self.portrait.is_some() => {
                let at = AssetPlace::Embedded(path.clone());
                (named.iter().filter(|asset| asset.place == at).count() == 1).then_some(path)
            }
            _ => None,
        };
        let is_portrait = move |asset: &Asset| portrait.as_deref() == Some(asset.path.trim_start_matches('/'));
        self.assets.iter().filter(move |asset| !is_portrait(asset))
    }
}

const JPEG: &[u8] = b"\xff\xd8\xff";
const ZIP: &[u8] = b"PK\x03\x04";

/// The card in a file.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(bytes: &[u8]) -> Result<CardFile, ExchangeError> {
    if bytes.len() > limits::CARD_FILE {
        return Err(ExchangeError::new(Fault::TooLarge, "", format!("has more than {} bytes", limits::CARD_FILE)));
    }
    if bytes.starts_with(png::SIGNATURE) {
        return in_png(bytes);
    }
    if bytes.starts_with(ZIP) {
        return in_archive(CardContainer::Charx, bytes, None);
    }
    if bytes.starts_with(JPEG) {
        let Some(start) = bytes.windows(ZIP.len()).position(|window| window == ZIP) else {
            return Err(ExchangeError::new(Fault::Empty, "", "is an image without a card"));
        };
        return in_archive(CardContainer::JpegCharx, bytes, bytes.get(..start));
    }
    let trimmed = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if !trimmed.starts_with(b"{") {
        return Err(ExchangeError::new(Fault::Unrecognised, "", "is none of the formats of cards"));
    }
    let card = Card::from_json(bytes)?;
    Ok(finish(CardContainer::Json, card, None, Vec::new()))
}

fn in_png(bytes: &[u8]) -> Result<CardFile, ExchangeError> {
    let texts = png::read(bytes)?;
    let card = match (texts.ccv3, texts.chara) {
        (Some(third), _) => Card::from_json(&third).map_err(|error| error.within("ccv3"))?,
        (None, Some(second)) => {
            let mut card = Card::from_json(&second).map_err(|error| error.within("chara"))?;
            forget_backfill(&mut card);
            card
        }
        (None, None) => return Err(ExchangeError::new(Fault::Empty, "", "is an image without a card")),
    };
    let image = Portrait { kind: ImageKind::Png, bytes: texts.image };
    Ok(finish(CardContainer::Png, card, Some(image), texts.assets))
}

/// The warning that the third version is in the same file is not a note of the maker.
fn forget_backfill(card: &mut Card) {
    let Some(notes) = card.fields.creator_notes.strip_prefix(BACKFILL) else { return };
    let mut now = card.fields.clone();
    now.creator_notes = notes.trim_start().to_owned();
    let before = card.fields.clone();
    *card = card.clone().laid_over(&before, &now);
}

fn in_archive(container: CardContainer, bytes: &[u8], image: Option<&[u8]>) -> Result<CardFile, ExchangeError> {
    let (card, module, assets) = charx::read(bytes)?;
    let image = image.map(|image| Portrait { kind: ImageKind::Jpeg, bytes: image.to_vec() });
    Ok(CardFile { module, ..finish(container, card, image, assets) })
}

/// Finds the portrait among what there is.
fn finish(container: CardContainer, mut card: Card, image: Option<Portrait>, assets: Vec<Asset>) -> CardFile {
    card.note_assets(&assets);
    let named = match card.icon().map(|icon| icon.place) {
        Some(AssetPlace::Embedded(path)) => {
            assets.iter().find(|asset| asset.path.trim_start_matches('/') == path).map(|asset| asset.bytes.clone())
        }
        Some(AssetPlace::Inline(bytes)) => Some(bytes),
        Some(AssetPlace::Container | AssetPlace::Remote | AssetPlace::Unknown) | None => None,
    };
    // SVG, which may hold scripts, and whatever else is no picture is not taken as one.
    let portrait = match named {
        Some(bytes) => match ImageKind::of(&bytes) {
            Some(kind) => Some(Portrait { kind, bytes }),
            None => {
                card.warnings.push(CardWarning::new(CardNotice::PortraitNotTaken, "assets"));
                image
            }
        },
        None => image,
    };
    CardFile { container, card, portrait, module: None, assets }
}
