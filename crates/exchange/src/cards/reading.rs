//! From JSON to a card. People's cards are not what the specifications say, and none of these is a reason to refuse one:
//! books that are null, names that are empty, a text where a list should be, tags as one text, fields beside `data`, versions
//! as numbers. What is mended is said, and stays in the object as it came.

use domain::cards::{CardNotice, CardVersion, CardWarning};
use domain::characters::DepthPrompt;
use domain::prompt::PromptRole;
use serde_json::{Map, Value};

use super::{Card, CardFields};
use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::{json, limits};

/// The fields of the first version, and of what was before it.
const FLAT: [&str; 11] = [
    "name",
    "description",
    "personality",
    "scenario",
    "first_mes",
    "mes_example",
    "char_name",
    "char_persona",
    "world_scenario",
    "char_greeting",
    "example_dialogue",
];

impl Card {
    /// The card in a JSON text.
    ///
    /// # Errors
    /// Those of [`json::parse`]; `Form`, `Empty` where no card is in it.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ExchangeError> {
        let (raw, mended) = json::parse_object(bytes, limits::CARD_JSON)?;
        let mut card = Self::from_object(raw)?;
        if mended {
            card.warnings.push(CardWarning::new(CardNotice::TextMended, ""));
        }
        Ok(card)
    }

    /// The card in an object.
    ///
    /// # Errors
    /// `Empty` where it is no card.
    pub fn from_object(raw: Map<String, Value>) -> Result<Self, ExchangeError> {
        let mut warnings = Vec::new();
        let version = version(&raw, &mut warnings)?;
        let fields = match version {
            CardVersion::Agnai => agnai(&raw, &mut warnings),
            _ => fields(&raw, &mut warnings),
        };
        if fields.name.trim().is_empty() {
            warnings.push(CardWarning::new(CardNotice::NameMissing, "name"));
        }
        Ok(Self { version, raw, fields, warnings })
    }
}

fn version(raw: &Map<String, Value>, warnings: &mut Vec<CardWarning>) -> ExchangeResult<CardVersion> {
    let spec = raw.get("spec").and_then(Value::as_str).unwrap_or_default();
    if raw.get("data").is_some_and(Value::is_object) {
        if spec == "lorebook_v3" {
            return Err(ExchangeError::new(Fault::Empty, "spec", "is of a lorebook, not of a card"));
        }
        if spec.is_empty() && raw.get("data").and_then(|data| data.get("message")).is_some_and(Value::is_array) {
            return Err(ExchangeError::new(Fault::Empty, "data.message", "is of a chat, not of a card"));
        }
        let number = spec_version(raw);
        let known = matches!(spec, "chara_card_v2" | "chara_card_v3");
        if !known && spec.is_empty() {
            warnings.push(CardWarning::new(CardNotice::VersionMissing, "spec"));
        } else if !known || number.is_some_and(|number| number >= 4.0) {
            warnings.push(CardWarning::new(CardNotice::VersionNewer, "spec"));
        }
        let third = spec == "chara_card_v3" || (!known && number.is_some_and(|number| number >= 3.0));
        return Ok(if third { CardVersion::V3 } else { CardVersion::V2 });
    }
    let has = |key: &str| raw.get(key).is_some_and(|value| value.is_string() || value.is_null());
    if has("greeting") && raw.get("persona").is_some_and(Value::is_object) {
        return Ok(CardVersion::Agnai);
    }
    if raw.get("messages").is_some_and(Value::is_array) {
        return Err(ExchangeError::new(Fault::Empty, "messages", "is of a chat, not of a card"));
    }
    // Whatever else has a name is no card: it takes a second field.
    if FLAT.iter().filter(|key| has(key)).count() >= 2 {
        return Ok(CardVersion::V1);
    }
    Err(ExchangeError::new(Fault::Empty, "", "has no card in it"))
}

fn spec_version(raw: &Map<String, Value>) -> Option<f64> {
    match raw.get("spec_version")? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Reads the fields of an object, or of what stands beside it.
struct Reader<'a> {
    body: &'a Map<String, Value>,
    beside: Option<&'a Map<String, Value>>,
    warnings: &'a mut Vec<CardWarning>,
}

fn fields(raw: &Map<String, Value>, warnings: &mut Vec<CardWarning>) -> CardFields {
    let body = raw.get("data").and_then(Value::as_object);
    let mut reader = Reader { body: body.unwrap_or(raw), beside: body.map(|_| raw), warnings };
    CardFields {
        name: reader.text(&["name", "char_name"]),
        nickname: reader.text(&["nickname"]),
        description: reader.text(&["description", "char_persona"]),
        personality: reader.text(&["personality"]),
        scenario: reader.text(&["scenario", "world_scenario"]),
        first_mes: reader.text(&["first_mes", "char_greeting"]),
        mes_example: reader.text(&["mes_example", "example_dialogue"]),
        creator_notes: reader.text(&["creator_notes", "creatorcomment"]),
        system_prompt: reader.text(&["system_prompt"]),
        post_history_instructions: reader.text(&["post_history_instructions"]),
        depth_prompt: reader.depth_prompt(),
        alternate_greetings: reader.list("alternate_greetings", false),
        group_only_greetings: reader.list("group_only_greetings", false),
        tags: reader.list("tags", true),
        creator: reader.text(&["creator"]),
        character_version: reader.text(&["character_version"]),
    }
}

/// A character of Agnai. Who she is stands there as attributes, each a list of texts.
fn agnai(raw: &Map<String, Value>, warnings: &mut Vec<CardWarning>) -> CardFields {
    let mut persona = Vec::new();
    let attributes = raw.get("persona").and_then(|persona| persona.get("attributes")).and_then(Value::as_object);
    for (name, texts) in attributes.into_iter().flatten() {
        let texts = match texts {
            Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            Value::String(text) => text.clone(),
            _ => continue,
        };
        persona.push(if name == "text" { texts } else { format!("{name}: {texts}") });
    }
    let mut reader = Reader { body: raw, beside: None, warnings };
    CardFields {
        name: reader.text(&["name"]),
        description: persona.join("\n"),
        scenario: reader.text(&["scenario"]),
        first_mes: reader.text(&["greeting"]),
        mes_example: reader.text(&["sampleChat"]),
        creator_notes: reader.text(&["description"]),
        system_prompt: reader.text(&["systemPrompt"]),
        post_history_instructions: reader.text(&["postHistoryInstructions"]),
        alternate_greetings: reader.list("alternateGreetings", false),
        tags: reader.list("tags", true),
        creator: reader.text(&["creator"]),
        character_version: reader.text(&["characterVersion"]),
        ..CardFields::default()
    }
}

impl Reader<'_> {
    /// The note that SillyTavern keeps below the extensions.
    fn depth_prompt(&mut self) -> DepthPrompt {
        let found = self.find("extensions").and_then(|extensions| extensions.get("depth_prompt"));
        let Some(Value::Object(note)) = found else { return DepthPrompt::default() };
        let depth = note.get("depth").and_then(plain).and_then(|depth| depth.trim().parse::<f64>().ok());
        let role = note.get("role").and_then(Value::as_str).and_then(|role| role.parse().ok());
        DepthPrompt {
            text: note.get("prompt").and_then(plain).unwrap_or_default(),
            depth: depth.map_or(DepthPrompt::DEPTH, |depth| depth.clamp(0.0, f64::from(u32::MAX)) as u32),
            role: role.unwrap_or(PromptRole::System),
        }
    }

    fn find(&self, key: &str) -> Option<&Value> {
        let given = |object: &'_ Map<String, Value>| object.get(key).is_some_and(|value| !value.is_null());
        if given(self.body) { self.body.get(key) } else { self.beside.and_then(|beside| beside.get(key)) }
    }

    /// The first of these that is there.
    fn text(&mut self, keys: &[&str]) -> String {
        let found = keys.iter().find_map(|key| self.find(key).map(|value| (*key, value)));
        let (key, text) = match found {
            None | Some((_, Value::Null)) => return String::new(),
            Some((_, Value::String(text))) => return text.clone(),
            Some((key, Value::Array(lines))) => (key, lines.iter().filter_map(plain).collect::<Vec<_>>().join("\n")),
            Some((key, value)) => (key, plain(value).unwrap_or_default()),
        };
        self.warnings.push(CardWarning::new(CardNotice::TypeMended, key));
        text
    }

    fn list(&mut self, key: &str, by_commas: bool) -> Vec<String> {
        let (items, mut mended) = match self.find(key) {
            None | Some(Value::Null) => (Vec::new(), false),
            Some(Value::Array(items)) => {
                (items.iter().filter_map(plain).collect(), items.iter().any(|item| !item.is_string()))
            }
            Some(Value::Object(items)) => (items.values().filter_map(plain).collect(), true),
            Some(Value::String(text)) if by_commas => {
                (text.split([',', '、', '，']).map(str::to_owned).collect(), true)
            }
            Some(value) => (plain(value).into_iter().collect::<Vec<_>>(), true),
        };
        let mut items: Vec<String> = if mended || by_commas {
            items.into_iter().filter(|item| !item.trim().is_empty()).collect()
        } else {
            items
        };
        if items.len() > limits::LIST {
            items.truncate(limits::LIST);
            self.warnings.push(CardWarning::new(CardNotice::ListCut, key));
            mended = false;
        }
        if mended {
            self.warnings.push(CardWarning::new(CardNotice::TypeMended, key));
        }
        items
    }
}

/// A text, or what stands for one.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
