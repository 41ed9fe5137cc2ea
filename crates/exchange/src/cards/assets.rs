//! Assets: what a card names beside its texts, and where it is. Nothing that stands elsewhere is fetched.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::cards::{CardNotice, CardWarning};
use serde_json::Value;

use super::Card;
use crate::limits;

/// A file that comes with a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its path in the archive.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Asset {
    /// Whether it can stand in an archive under its path.
    #[must_use]
    pub fn has_safe_path(&self) -> bool {
        crate::archive::check_path(&self.path).is_ok()
    }
}

/// Where an asset is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetPlace {
    /// In the file of the card, under this path.
    Embedded(String),
    /// The image that the card stands in.
    Container,
    /// In the card itself.
    Inline(Vec<u8>),
    /// On another server.
    Remote,
    /// Nowhere that is known.
    Unknown,
}

/// An asset as a card names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAsset {
    /// What it is for, such as `icon` or `emotion`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: AssetPlace,
}

/// The ways to name what is in the file of the card.
const EMBEDDED: [&str; 3] = ["embeded://", "embedded://", "__asset:"];

pub(super) fn is_embedded(uri: &str) -> bool {
    EMBEDDED.iter().any(|scheme| uri.starts_with(scheme))
}

/// Whether this address is the one of a file with this path.
pub(super) fn names(uri: &str, path: &str) -> bool {
    embedded_path(uri).is_some_and(|named| named == path.trim_start_matches('/'))
}

/// The path of a file, where this is the address of one.
pub(super) fn embedded_path(uri: &str) -> Option<&str> {
    EMBEDDED.iter().find_map(|scheme| uri.strip_prefix(scheme)).map(|path| path.trim_start_matches('/'))
}

impl AssetPlace {
    pub(super) fn of(uri: &str) -> Self {
        if let Some(path) = embedded_path(uri) {
            return Self::Embedded(path.to_owned());
        }
        let lower = uri.get(..12).unwrap_or(uri).to_ascii_lowercase();
        match lower.split(':').next() {
            Some("ccdefault") => Self::Container,
            Some("http" | "https" | "ftp" | "file") => Self::Remote,
            Some("data") => inline(uri).map_or(Self::Unknown, Self::Inline),
            _ => Self::Unknown,
        }
    }
}

fn inline(uri: &str) -> Option<Vec<u8>> {
    let (head, data) = uri.split_once(',')?;
    if !head.to_ascii_lowercase().ends_with(";base64") {
        return None;
    }
    STANDARD.decode(data.trim()).ok()
}

impl Card {
    /// What the card names. Without a list it is one: the image it stands in.
    #[must_use]
    pub fn assets(&self) -> Vec<NamedAsset> {
        let Some(Value::Array(named)) = self.body().get("assets") else {
            return vec![NamedAsset { kind: "icon".into(), name: "main".into(), place: AssetPlace::Container }];
        };
        let text = |asset: &Value, key: &str| asset.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        named
            .iter()
            .take(limits::ASSETS)
            .filter(|asset| asset.is_object())
            .map(|asset| NamedAsset {
                kind: text(asset, "type"),
                name: text(asset, "name"),
                place: AssetPlace::of(asset.get("uri").and_then(Value::as_str).unwrap_or_default()),
            })
            .collect()
    }

    /// The asset that is her portrait: the main icon, else the first.
    pub(super) fn icon(&self) -> Option<NamedAsset> {
        let mut icons = self.assets().into_iter().filter(|asset| asset.kind == "icon");
        let first = icons.next()?;
        if first.name == "main" { Some(first) } else { Some(icons.find(|asset| asset.name == "main").unwrap_or(first)) }
    }

    /// Notes what of the assets is not here.
    pub(super) fn note_assets(&mut self, files: &[Asset]) {
        let (mut remote, mut missing) = (false, false);
        for asset in self.assets() {
            match asset.place {
                AssetPlace::Remote => remote = true,
                AssetPlace::Embedded(path) => {
                    missing |= !files.iter().any(|file| file.path.trim_start_matches('/') == path);
                }
                AssetPlace::Container | AssetPlace::Inline(_) | AssetPlace::Unknown => {}
            }
        }
        if remote {
            self.warnings.push(CardWarning::new(CardNotice::RemoteAsset, "assets"));
        }
        if missing {
            self.warnings.push(CardWarning::new(CardNotice::AssetMissing, "assets"));
        }
    }
}
