//! Pictures of the story that a character carries: assets of a type of our own, each named by its key. Who does not know the type keeps
//! them, as the third version of cards asks for. PNG holds them as RisuAI's does, in chunks that are numbered.

use std::collections::{BTreeSet, HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::cards::CardContainer;
use domain::limits::ROUTE_IMAGES;
use serde_json::{Map, Value, json};

use super::assets::{AssetPlace, embedded_path};
use super::{Asset, CardFile, ImageKind};
use crate::limits;

/// The type of these assets.
const KIND: &str = "x_talker_picture";

/// A picture with its image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its key.
    pub key: String,
    /// What the image seems to be.
    pub kind: ImageKind,
    /// The image, as it came.
    pub bytes: Vec<u8>,
}

impl Picture {
    /// The picture of this key; `None` where the bytes do not begin as an image that is taken.
    #[must_use]
    pub fn new(key: String, bytes: Vec<u8>) -> Option<Self> {
        let kind = ImageKind::of(&bytes)?;
        Some(Self { key, kind, bytes })
    }

    /// Where its image stands in a container, the `n`th of its kind; and the file that it is there, unless it is in the card itself.
    fn placed(&self, n: usize, container: CardContainer) -> (String, Option<String>) {
        let extension = self.kind.extension();
        match container {
            CardContainer::Json => {
                (format!("data:{};base64,{}", self.kind.media_type(), STANDARD.encode(&self.bytes)), None)
            }
            CardContainer::Png => (format!("__asset:{n}"), Some(n.to_string())),
            CardContainer::Charx | CardContainer::JpegCharx => {
                let path = format!("assets/{KIND}/images/{}.{extension}", self.key);
                (format!("embeded://{path}"), Some(path))
            }
        }
    }
}

/// The key of an asset that is such a picture.
fn key(asset: &Value) -> Option<&str> {
    asset.get("type").filter(|kind| *kind == KIND).and_then(|_| asset.get("name")?.as_str())
}

fn uri(asset: &Value) -> &str {
    asset.get("uri").and_then(Value::as_str).unwrap_or_default()
}

/// Names these pictures among the assets of a card, in place of those before; and the files that it speaks of then.
pub(super) fn put(card: &mut Map<String, Value>, pictures: &[Picture], container: CardContainer) -> Vec<Asset> {
    let Some(Value::Object(data)) = card.get_mut("data").filter(|_| !pictures.is_empty()) else { return Vec::new() };
    let mut named = match data.get_mut("assets") {
        Some(Value::Array(named)) => std::mem::take(named),
        // No list stands for this one.
        _ => vec![json!({"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"})],
    };
    let keys: HashSet<&str> = pictures.iter().map(|picture| picture.key.as_str()).collect();
    named.retain(|asset| key(asset).is_none_or(|key| !keys.contains(key)));
    let mut files = Vec::new();
    for (n, picture) in pictures.iter().enumerate() {
        let (uri, path) = picture.placed(n, container);
        named.push(json!({"type": KIND, "uri": uri, "name": picture.key, "ext": picture.kind.extension()}));
        files.extend(path.map(|path| Asset { path, bytes: picture.bytes.clone() }));
    }
    data.insert("assets".to_owned(), Value::Array(named));
    files
}

impl CardFile {
    /// Takes the images of the pictures with these keys out of the file, the first of each: they are the card's own no more. What does
    /// not begin as an image, or is too much with all others, stays a file beside the card.
    pub fn take_pictures(&mut self, keys: &BTreeSet<&str>) -> Vec<Picture> {
        let Some(body) = body_mut(&mut self.card.raw) else { return Vec::new() };
        let Some(Value::Array(named)) = body.get_mut("assets") else { return Vec::new() };
        // Of two files with one path the first counts.
        let files: HashMap<&str, &[u8]> =
            self.assets.iter().rev().map(|file| (bare(&file.path), file.bytes.as_slice())).collect();
        let (mut taken, mut paths, mut room) = (Vec::<Picture>::new(), HashSet::new(), limits::CARD_FILE);
        named.retain(|asset| {
            let wanted = key(asset).filter(|key| keys.contains(key) && !taken.iter().any(|one| one.key == *key));
            let Some(key) = wanted.filter(|_| (taken.len() as u64) < ROUTE_IMAGES) else { return true };
            let place = AssetPlace::of(uri(asset));
            let bytes = match &place {
                AssetPlace::Embedded(path) => files.get(path.as_str()).copied(),
                AssetPlace::Inline(bytes) => Some(bytes.as_slice()),
                AssetPlace::Container | AssetPlace::Remote | AssetPlace::Unknown => None,
            };
            // Many names may stand for one file, and each is another image here.
            let Some(bytes) = bytes.filter(|bytes| bytes.len() <= room && ImageKind::of(bytes).is_some()) else {
                return true;
            };
            room -= bytes.len();
            taken.extend(Picture::new(key.to_owned(), bytes.to_vec()));
            if let AssetPlace::Embedded(path) = place {
                paths.insert(path);
            }
            false
        });
        for path in named.iter().filter_map(|asset| embedded_path(uri(asset))) {
            paths.remove(path);
        }
        if named.is_empty() {
            body.shift_remove("assets");
        }
        self.assets.retain(|file| !paths.contains(bare(&file.path)));
        taken
    }
}

fn bare(path: &str) -> &str {
    path.trim_start_matches('/')
}

/// The object that holds the fields.
fn body_mut(raw: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    if raw.get("data").is_some_and(Value::is_object) { raw.get_mut("data")?.as_object_mut() } else { Some(raw) }
}
