//! Cards in PNG and APNG: chunks of text before the end.
//!
//! The chunks are walked here and no pixel is decoded. A length is believed only as far as there are bytes, and what is read
//! has its checksum checked; all other chunks are passed over.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::Asset;
use crate::archive;
use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::limits;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What the keyword of an asset begins with; some write it without the colon.
const ASSET: &str = "chara-ext-asset_";

/// The text chunks of a PNG that are of cards.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The card of the second version.
    pub(super) chara: Option<Vec<u8>>,
    /// The card of the third version.
    pub(super) ccv3: Option<Vec<u8>>,
    /// Files beside it.
    pub(super) assets: Vec<Asset>,
    /// The image without them.
    pub(super) image: Vec<u8>,
}

struct Chunk<'a> {
    index: usize,
    kind: [u8; 4],
    data: &'a [u8],
    crc: u32,
    /// All of it, with its head and checksum.
    whole: &'a [u8],
}

impl Chunk<'_> {
    fn place(&self) -> String {
        format!("chunk {}", self.index)
    }

    fn check(&self) -> ExchangeResult<()> {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&self.kind);
        hasher.update(self.data);
        if hasher.finalize() == self.crc {
            return Ok(());
        }
        Err(ExchangeError::new(Fault::Checksum, self.place(), "has a wrong checksum"))
    }

    /// Keyword and text of a chunk of text.
    fn text(&self) -> Option<(String, &[u8])> {
        if !matches!(&self.kind, b"tEXt" | b"iTXt") {
            return None;
        }
        let end = self.data.iter().take(80).position(|byte| *byte == 0)?;
        let (keyword, rest) = self.data.split_at(end);
        let keyword = String::from_utf8_lossy(keyword).into_owned();
        if &self.kind == b"tEXt" {
            return Some((keyword, rest.get(1..)?));
        }
        // Not compressed, then a language and a translated keyword.
        let rest = rest.get(1..)?.strip_prefix(b"\0\0")?;
        let mut parts = rest.splitn(3, |byte| *byte == 0);
        Some((keyword, parts.nth(2)?))
    }

    fn is_of_a_card(&self) -> bool {
        self.text().is_some_and(|(keyword, _)| Purpose::of(&keyword).is_some())
    }
}

/// What a chunk of text is for.
enum Purpose {
    Chara,
    Ccv3,
    Asset(String),
}

impl Purpose {
    fn of(keyword: &str) -> Option<Self> {
        if keyword.eq_ignore_ascii_case("chara") {
            return Some(Self::Chara);
        }
        if keyword.eq_ignore_ascii_case("ccv3") {
            return Some(Self::Ccv3);
        }
        let (head, path) = keyword.split_at_checked(ASSET.len())?;
        head.eq_ignore_ascii_case(ASSET).then(|| Self::Asset(path.trim_start_matches(':').to_owned()))
    }
}

/// Every chunk up to the end.
fn chunks(bytes: &[u8]) -> ExchangeResult<Vec<Chunk<'_>>> {
    let Some(mut rest) = bytes.strip_prefix(SIGNATURE) else {
        return Err(ExchangeError::new(Fault::Unrecognised, "", "is not a PNG"));
    };
    let mut chunks = Vec::new();
    loop {
        let index = chunks.len();
        let place = format!("chunk {index}");
        if index >= limits::PNG_CHUNKS {
            return Err(ExchangeError::new(Fault::TooMany, place, "is one chunk too many"));
        }
        let broken = || ExchangeError::new(Fault::Broken, place.clone(), "ends early, or is shorter than it says");
        let (head, after) = rest.split_at_checked(8).ok_or_else(broken)?;
        let (length, kind) = head.split_at(4);
        let length = length.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
        let kind: [u8; 4] = kind.try_into().map_err(|_| broken())?;
        let (data, after) = after.split_at_checked(length).ok_or_else(broken)?;
        let (crc, after) = after.split_at_checked(4).ok_or_else(broken)?;
        let crc = crc.iter().fold(0_u32, |crc, byte| crc << 8 | u32::from(*byte));
        let whole = rest.get(..length + 12).ok_or_else(broken)?;
        chunks.push(Chunk { index, kind, data, crc, whole });
        if &kind == b"IEND" {
            return Ok(chunks);
        }
        rest = after;
    }
}

/// The texts of cards in a PNG.
pub(super) fn read(bytes: &[u8]) -> ExchangeResult<Texts> {
    let mut texts = Texts { image: SIGNATURE.to_vec(), ..Texts::default() };
    for chunk in chunks(bytes)? {
        let of_a_card = chunk.text().and_then(|(keyword, text)| Some((Purpose::of(&keyword)?, text)));
        let Some((purpose, text)) = of_a_card else {
            texts.image.extend_from_slice(chunk.whole);
            continue;
        };
        chunk.check()?;
        let decoded = decode(text)
            .ok_or_else(|| ExchangeError::new(Fault::NotText, chunk.place(), "holds a card that is not in base64"))?;
        match purpose {
            // The first of each counts, as for most readers.
            Purpose::Chara => _ = texts.chara.get_or_insert(decoded),
            Purpose::Ccv3 => _ = texts.ccv3.get_or_insert(decoded),
            Purpose::Asset(path) => {
                archive::check_path(path.trim_end_matches('/')).map_err(|error| error.within(&chunk.place()))?;
                if texts.assets.len() >= limits::ASSETS {
                    return Err(ExchangeError::new(Fault::TooMany, chunk.place(), "is one asset too many"));
                }
                texts.assets.push(Asset { path, bytes: decoded });
            }
        }
    }
    Ok(texts)
}

/// Base64, with or without padding and line breaks; or the JSON itself, as some write it.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    if text.trim_ascii_start().starts_with(b"{") {
        return Some(text.to_vec());
    }
    let packed: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace() && *byte != 0).collect();
    let bare = packed.strip_suffix(b"==").or_else(|| packed.strip_suffix(b"=")).unwrap_or(&packed);
    STANDARD_NO_PAD.decode(bare).ok()
}

/// `image` with a card in both versions and files beside it, and none that was in it before.
pub(super) fn write(image: &[u8], second: &str, third: &str, files: &[Asset]) -> ExchangeResult<Vec<u8>> {
    let mut out = SIGNATURE.to_vec();
    for chunk in chunks(image)? {
        if &chunk.kind == b"IEND" {
            for file in files {
                push(&mut out, &format!("{ASSET}:{}", file.path), &file.bytes);
            }
            push(&mut out, "chara", second.as_bytes());
            push(&mut out, "ccv3", third.as_bytes());
        }
        if !chunk.is_of_a_card() {
            out.extend_from_slice(chunk.whole);
        }
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, keyword: &str, text: &[u8]) {
    let mut body = b"tEXt".to_vec();
    body.extend_from_slice(keyword.as_bytes());
    body.push(0);
    body.extend_from_slice(STANDARD.encode(text).as_bytes());
    let length = u32::try_from(body.len() - 4).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&body);
    out.extend_from_slice(&crc32fast::hash(&body).to_be_bytes());
}
