//! Cards: characters as files that other programs write and read.
//!
//! The files themselves are read in the crate `exchange`; here is what is said of them.

use crate::ids::LorebookId;

closed_set! {
    /// The form of a card.
    pub enum CardVersion {
        /// One flat object of six texts.
        V1 = "v1",
        /// `chara_card_v2`.
        V2 = "v2",
        /// `chara_card_v3`.
        V3 = "v3",
        /// A character as Agnai writes it.
        Agnai = "agnai",
    }
}

closed_set! {
    /// What a card came in.
    pub enum CardContainer {
        /// JSON, bare.
        Json = "json",
        /// A PNG or APNG image.
        Png = "png",
        /// An archive with images and more.
        Charx = "charx",
        /// The same behind a JPEG image.
        JpegCharx = "jpeg_charx",
    }
}

closed_set! {
    /// As what a character leaves.
    pub enum CardFormat {
        /// A card of the second version, as JSON.
        JsonV2 = "json_v2",
        /// A card of the third version, as JSON.
        JsonV3 = "json_v3",
        /// Her picture with both inside.
        Png = "png",
        /// An archive with a card of the third version and her picture.
        Charx = "charx",
    }
}

closed_set! {
    /// What a card has of its own that is taken in another way than it stands there, or only kept.
    pub enum CardNotice {
        /// She has no name; another one is found.
        NameMissing = "name_missing",
        /// A field has another type than it should, and is taken for what it means.
        TypeMended = "type_mended",
        /// The card says it is newer than what is known.
        VersionNewer = "version_newer",
        /// The card does not say its version.
        VersionMissing = "version_missing",
        /// A text is too long, and taken as far as it fits; the card is kept whole.
        TextCut = "text_cut",
        /// A list is too long, and taken as far as it fits; the card is kept whole.
        ListCut = "list_cut",
        /// Characters that cannot be shown are left out.
        TextCleaned = "text_cleaned",
        /// Something stands on another server; it is never fetched.
        RemoteAsset = "remote_asset",
        /// Something that the card names is not in the file.
        AssetMissing = "asset_missing",
        /// Images and more that are not the portrait are too large together, and not kept.
        AssetsNotKept = "assets_not_kept",
        /// A module of RisuAI is in the archive that cannot be read; it is only kept.
        ModuleNotRead = "module_not_read",
        /// The portrait cannot be taken.
        PortraitNotTaken = "portrait_not_taken",
        /// Pictures of her story have no image: the file holds none for them that can be taken.
        PicturesMissing = "pictures_missing",
        /// Broken halves of characters in a text were replaced.
        TextMended = "text_mended",
        /// Its lorebook is kept with the card only: it cannot be read, or there are too many lorebooks already.
        BookNotKept = "book_not_kept",
    }
}

/// Something to know about a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardWarning {
    /// What.
    pub notice: CardNotice,
    /// Where: a field (`data.tags`), or empty for all of it.
    pub field: String,
}

impl CardWarning {
    /// A warning about `field`.
    pub fn new(notice: CardNotice, field: impl Into<String>) -> Self {
        Self { notice, field: field.into() }
    }
}

/// The card that a character came from, as it is kept with her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCard {
    /// Its form.
    pub version: CardVersion,
    /// The card itself, as JSON, with everything that nobody here knows.
    pub raw: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
    /// The lorebook that was made of its own, though that may be gone; `None`: none was.
    pub book: Option<LorebookId>,
}

/// A file that came beside a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFile {
    /// Its path in the archive.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}
