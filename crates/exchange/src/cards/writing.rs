//! From a card to JSON, PNG and CHARX, as SillyTavern and RisuAI read them.

use domain::ClosedSet;
use domain::cards::{CardContainer, CardVersion};
use domain::characters::DepthPrompt;
use serde_json::{Map, Value, json};

use super::assets::{Asset, is_embedded};
use super::{Card, CardFields, Picture, charx, pictures, png};
use crate::error::ExchangeError;
use crate::json;

/// What a card of the second version says beside one of the third: programs that know the third never read it.
pub(super) const BACKFILL: &str = "This is the second version of a card whose third version is in the same file. If you read this, \
your program does not know the third one, and parts of the card may be missing.";

/// The versions that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// `chara_card_v2`.
    V2,
    /// `chara_card_v3`.
    V3,
}

/// The texts of a card, by their keys.
fn texts(fields: &CardFields) -> [(&'static str, &str); 12] {
    [
        ("name", &fields.name),
        ("description", &fields.description),
        ("personality", &fields.personality),
        ("scenario", &fields.scenario),
        ("first_mes", &fields.first_mes),
        ("mes_example", &fields.mes_example),
        ("creator_notes", &fields.creator_notes),
        ("system_prompt", &fields.system_prompt),
        ("post_history_instructions", &fields.post_history_instructions),
        ("creator", &fields.creator),
        ("character_version", &fields.character_version),
        ("nickname", &fields.nickname),
    ]
}

fn lists(fields: &CardFields) -> [(&'static str, &[String]); 3] {
    [
        ("alternate_greetings", &fields.alternate_greetings),
        ("tags", &fields.tags),
        ("group_only_greetings", &fields.group_only_greetings),
    ]
}

/// Fields that are left out where they are empty.
const OPTIONAL: [&str; 2] = ["nickname", "group_only_greetings"];

impl Card {
    /// A card of a character that came from nowhere.
    #[must_use]
    pub fn new(fields: CardFields) -> Self {
        let mut raw = with_data(&Map::new(), &fields);
        if !fields.depth_prompt.is_blank() {
            put_note(&mut raw, &fields.depth_prompt);
        }
        Self { version: CardVersion::V3, raw, fields, warnings: Vec::new() }
    }

    /// The card with what differs between `before` and `now`. Everything else is as it came, also where what was read of it
    /// is not what stands there.
    #[must_use]
    pub fn laid_over(self, before: &CardFields, now: &CardFields) -> Self {
        let mut fields = self.fields.clone();
        let changed = |key: &str| {
            let text =
                |of: &CardFields| texts(of).iter().find(|(known, _)| *known == key).map(|(_, text)| (*text).to_owned());
            let list =
                |of: &CardFields| lists(of).iter().find(|(known, _)| *known == key).map(|(_, list)| list.to_vec());
            text(before) != text(now) || list(before) != list(now)
        };
        let mut raw = with_data(&self.raw, &self.fields);
        let keys = texts(now).map(|(key, _)| key).into_iter().chain(lists(now).map(|(key, _)| key));
        for key in keys.filter(|key| changed(key)) {
            set(&mut fields, key, now);
            put(&mut raw, key, now);
        }
        if before.depth_prompt != now.depth_prompt {
            fields.depth_prompt.clone_from(&now.depth_prompt);
            put_note(&mut raw, &now.depth_prompt);
        }
        Self { version: self.version, raw, fields, warnings: self.warnings }
    }

    /// The card with this lorebook in place of its own, or without any.
    #[must_use]
    pub fn with_book(mut self, book: Option<Map<String, Value>>) -> Self {
        self.raw = with_data(&self.raw, &self.fields);
        for beside in ["character_book", "characterBook"] {
            self.raw.shift_remove(beside);
        }
        if let Some(Value::Object(data)) = self.raw.get_mut("data") {
            match book {
                Some(book) => drop(data.insert("character_book".to_owned(), Value::Object(book))),
                None => drop(data.shift_remove("character_book")),
            }
        }
        self
    }
}

/// Writes the note where SillyTavern keeps it; what else is said of it there stays.
fn put_note(raw: &mut Map<String, Value>, note: &DepthPrompt) {
    let Some(Value::Object(data)) = raw.get_mut("data") else { return };
    let Some(Value::Object(extensions)) = data.get_mut("extensions") else { return };
    let mut written = match extensions.get("depth_prompt") {
        Some(Value::Object(written)) => written.clone(),
        _ => Map::new(),
    };
    written.insert("prompt".to_owned(), Value::from(note.text.as_str()));
    written.insert("depth".to_owned(), Value::from(note.depth));
    written.insert("role".to_owned(), Value::from(note.role.as_str()));
    extensions.insert("depth_prompt".to_owned(), Value::Object(written));
}

/// Takes one field from `now`.
fn set(fields: &mut CardFields, key: &str, now: &CardFields) {
    let CardFields { name, nickname, description, personality, scenario, first_mes, mes_example, .. } = fields;
    match key {
        "name" => name.clone_from(&now.name),
        "nickname" => nickname.clone_from(&now.nickname),
        "description" => description.clone_from(&now.description),
        "personality" => personality.clone_from(&now.personality),
        "scenario" => scenario.clone_from(&now.scenario),
        "first_mes" => first_mes.clone_from(&now.first_mes),
        "mes_example" => mes_example.clone_from(&now.mes_example),
        "creator_notes" => fields.creator_notes.clone_from(&now.creator_notes),
        "system_prompt" => fields.system_prompt.clone_from(&now.system_prompt),
        "post_history_instructions" => {
            fields.post_history_instructions.clone_from(&now.post_history_instructions);
        }
        "creator" => fields.creator.clone_from(&now.creator),
        "character_version" => fields.character_version.clone_from(&now.character_version),
        "alternate_greetings" => fields.alternate_greetings.clone_from(&now.alternate_greetings),
        "group_only_greetings" => fields.group_only_greetings.clone_from(&now.group_only_greetings),
        _ => fields.tags.clone_from(&now.tags),
    }
}

fn value(fields: &CardFields, key: &str) -> Value {
    let text = texts(fields).into_iter().find(|(known, _)| *known == key).map(|(_, text)| Value::from(text));
    let list = || lists(fields).into_iter().find(|(known, _)| *known == key).map(|(_, list)| Value::from(list));
    text.or_else(list).unwrap_or_default()
}

/// Writes one field into `data`, and beside it where the same stands there.
fn put(raw: &mut Map<String, Value>, key: &str, fields: &CardFields) {
    let value = value(fields, key);
    if raw.contains_key(key) {
        raw.insert(key.to_owned(), value.clone());
    }
    if let Some(Value::Object(data)) = raw.get_mut("data") {
        data.insert(key.to_owned(), value);
    }
}

/// The object with `data` in it, in which every field of the second version is there and has its type.
fn with_data(raw: &Map<String, Value>, fields: &CardFields) -> Map<String, Value> {
    let mut whole = raw.clone();
    let mut data = match whole.get_mut("data") {
        Some(Value::Object(data)) => std::mem::take(data),
        _ => Map::new(),
    };
    // What stands beside `data` by the name of such a field, and is none where it comes from, must not be read in its place.
    let needless = |key: &str| OPTIONAL.contains(&key) && raw.get(key).is_none_or(Value::is_null);
    for (key, text) in texts(fields) {
        let there = data.get(key).is_some_and(Value::is_string);
        let unneeded = text.is_empty() && needless(key);
        if !there && !unneeded {
            data.insert(key.to_owned(), Value::from(text));
        }
    }
    for (key, list) in lists(fields) {
        let strings = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
        let unneeded = list.is_empty() && needless(key);
        if !data.get(key).is_some_and(strings) && !unneeded {
            data.insert(key.to_owned(), Value::from(list));
        }
    }
    if !data.get("extensions").is_some_and(Value::is_object) {
        data.insert("extensions".to_owned(), json!({}));
    }
    match data.get("character_book") {
        Some(Value::Object(_)) => {}
        Some(_) => {
            data.shift_remove("character_book");
        }
        // Flat cards, and those of Agnai, have it beside.
        None => {
            if let Some(book) =
                raw.get("character_book").or_else(|| raw.get("characterBook")).filter(|book| book.is_object())
            {
                data.insert("character_book".to_owned(), book.clone());
            }
        }
    }
    whole.insert("data".to_owned(), Value::Object(data));
    whole
}

/// The object as a card of this version. `modified` is when it was last changed, in seconds since 1970.
fn versioned(card: &Card, versions: Versions, modified: Option<i64>) -> Map<String, Value> {
    let whole = with_data(&card.raw, &card.fields);
    let (spec, number) = match versions {
        Versions::V2 => ("chara_card_v2", "2.0"),
        Versions::V3 => ("chara_card_v3", "3.0"),
    };
    // What names a version newer than ours keeps its number within it.
    let kept = match card.version {
        CardVersion::V3 if versions == Versions::V3 => card.raw.get("spec_version").filter(|value| value.is_string()),
        _ => None,
    };
    let mut out = Map::new();
    out.insert("spec".to_owned(), Value::from(spec));
    out.insert("spec_version".to_owned(), kept.cloned().unwrap_or_else(|| Value::from(number)));
    for (key, value) in whole {
        if key != "spec" && key != "spec_version" {
            out.insert(key, value);
        }
    }
    if let (Versions::V3, Some(Value::Object(data))) = (versions, out.get_mut("data")) {
        if !data.contains_key("group_only_greetings") {
            data.insert("group_only_greetings".to_owned(), json!([]));
        }
        if let Some(modified) = modified {
            data.insert("modification_date".to_owned(), Value::from(modified));
        }
    }
    out
}

/// The card as JSON. The second version knows no assets, and so none of the pictures.
#[must_use]
pub fn write_json(card: &Card, versions: Versions, pictures: &[Picture], modified: Option<i64>) -> Vec<u8> {
    let mut object = versioned(card, versions, modified);
    keep_assets(&mut object, &[]);
    if versions == Versions::V3 {
        pictures::put(&mut object, pictures, CardContainer::Json);
    }
    json::write_pretty(&object).into_bytes()
}

/// The card in a PNG image, in both versions; the third one has the pictures.
///
/// # Errors
/// When `image` is no PNG.
pub fn write_png(
    card: &Card,
    image: &[u8],
    pictures: &[Picture],
    modified: Option<i64>,
) -> Result<Vec<u8>, ExchangeError> {
    let mut third = versioned(card, Versions::V3, modified);
    let mut second = versioned(card, Versions::V2, None);
    for object in [&mut third, &mut second] {
        if let Some(Value::Object(data)) = object.get_mut("data").filter(|data| data.get("assets").is_some()) {
            name_icon(data, "ccdefault:", "png");
        }
        keep_assets(object, &[]);
    }
    backfill(&mut second);
    let files = pictures::put(&mut third, pictures, CardContainer::Png);
    png::write(image, &json::write(&second), &json::write(&third), &files)
}

/// The card as CHARX, with its files and pictures. `icon` is her portrait and what its file is called behind the dot.
///
/// # Errors
/// When a path leads out of the archive.
pub fn write_charx(
    card: &Card,
    icon: Option<(&[u8], &str)>,
    assets: &[Asset],
    pictures: &[Picture],
    modified: Option<i64>,
) -> Result<Vec<u8>, ExchangeError> {
    let mut object = versioned(card, Versions::V3, modified);
    let mut assets = assets.to_vec();
    if let Some((bytes, extension)) = icon {
        let path = format!("assets/icon/images/main.{extension}");
        assets.retain(|asset| asset.path != path);
        if let Some(Value::Object(data)) = object.get_mut("data") {
            name_icon(data, &format!("embeded://{path}"), extension);
        }
        assets.push(Asset { path, bytes: bytes.to_vec() });
    }
    keep_assets(&mut object, &assets);
    let files = pictures::put(&mut object, pictures, CardContainer::Charx);
    assets.retain(|asset| !files.iter().any(|file| file.path == asset.path));
    assets.extend(files);
    charx::write(&json::write_pretty(&object), &assets)
}

/// Names the picture as the main icon, in place of the one before.
fn name_icon(data: &mut Map<String, Value>, uri: &str, extension: &str) {
    let icon = json!({"type": "icon", "uri": uri, "name": "main", "ext": extension});
    let mut named = match data.get("assets") {
        Some(Value::Array(named)) => named.clone(),
        _ => Vec::new(),
    };
    let is_main = |asset: &Value| asset["type"] == "icon" && asset["name"] == "main";
    match named.iter_mut().find(|asset| is_main(asset)) {
        Some(main) => *main = icon,
        None => named.insert(0, icon),
    }
    data.insert("assets".to_owned(), Value::Array(named));
}

/// Leaves out of the list what stands in no file here: nobody can follow it any more.
fn keep_assets(object: &mut Map<String, Value>, here: &[Asset]) {
    let Some(Value::Object(data)) = object.get_mut("data") else { return };
    let Some(Value::Array(named)) = data.get_mut("assets") else { return };
    named.retain(|asset| {
        let uri = asset.get("uri").and_then(Value::as_str).unwrap_or_default();
        !is_embedded(uri) || here.iter().any(|file| super::assets::names(uri, &file.path))
    });
    if named.is_empty() {
        data.shift_remove("assets");
    }
}

/// Makes a card of the second version one that stands beside the third: a warning first, and no decorators, which its readers
/// would take for text.
fn backfill(object: &mut Map<String, Value>) {
    let Some(Value::Object(data)) = object.get_mut("data") else { return };
    let notes = data.get("creator_notes").and_then(Value::as_str).unwrap_or_default();
    let notes = if notes.is_empty() { BACKFILL.to_owned() } else { format!("{BACKFILL}\n\n{notes}") };
    data.insert("creator_notes".to_owned(), Value::from(notes));
    let entries = data.get_mut("character_book").and_then(|book| book.get_mut("entries"));
    for entry in entries.and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(Value::String(content)) = entry.get_mut("content") else { continue };
        if content.trim_start().starts_with("@@") {
            *content = undecorated(content);
        }
    }
}

/// A content without the lines of decorators at its beginning.
fn undecorated(content: &str) -> String {
    let lines = content.lines().skip_while(|line| line.trim().is_empty() || line.trim_start().starts_with("@@"));
    lines.collect::<Vec<_>>().join("\n")
}
