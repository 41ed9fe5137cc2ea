//! Reads settings one by one out of all layers, and collects what is wrong in sentences instead of stopping at the first.

use std::path::Path;

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::environment::{Environment, Given, nearest};
use super::redact;
use super::settings::{self, Setting, Shown};

/// One value as a layer of its own, so that it is known where it came from.
struct Layer {
    key: &'static str,
    given: Given,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.given.from.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        match figment::util::nest(self.key, Value::from(self.given.text.clone())) {
            Value::Dict(_, dict) => Ok(Profile::Default.collect(dict)),
            _ => Ok(Map::new()),
        }
    }
}

/// All layers, and what was found wrong in them so far.
pub(super) struct Reader {
    figment: Figment,
    file: String,
    /// What must be mended before Talker runs.
    pub problems: Vec<String>,
    /// What does no harm.
    pub warnings: Vec<String>,
}

impl Reader {
    /// The environment alone.
    pub(super) fn new(environment: &Environment) -> Self {
        let mut reader = Self {
            figment: Figment::new(),
            file: String::new(),
            problems: Vec::new(),
            warnings: environment.warnings(),
        };
        for setting in settings::all() {
            match environment.find(setting) {
                Ok(Some(given)) => {
                    let layer = Layer { key: key(setting), given };
                    reader.figment = std::mem::take(&mut reader.figment).merge(layer);
                }
                Ok(None) => {}
                Err(problem) => reader.problems.push(problem),
            }
        }
        reader
    }

    /// Puts a file below what is there.
    pub(super) fn under(&mut self, path: &Path) {
        let shown = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return self.problems.push(format!("{shown} cannot be read: {}.", super::reason(&error))),
        };
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            // Only the place: the line itself may hold a secret.
            Err(error) => {
                let line =
                    error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
                return self.problems.push(format!("{shown} is not valid TOML: see line {line}."));
            }
        };
        self.warnings.extend(unknown_keys(&table).map(|key| {
            match nearest(&key, settings::all().map(|setting| setting.key)) {
                Some(meant) => {
                    format!("{key} in {shown} is not a setting and does nothing; {meant} was perhaps meant.")
                }
                None => format!("{key} in {shown} is not a setting and does nothing."),
            }
        }));
        self.file = shown;
        self.figment = std::mem::take(&mut self.figment).join(Toml::string(&text));
    }

    /// What holds for a setting: said, or by default.
    pub(super) fn given(&self, setting: &Setting) -> Option<Given> {
        let said = self.figment.find_value(key(setting)).ok().and_then(|value| Some((text(&value)?, value.tag())));
        if let Some((text, tag)) = said.filter(|(text, _)| !text.trim().is_empty()) {
            let from = match self.figment.get_metadata(tag) {
                Some(metadata) if metadata.name == "TOML source string" => format!("{} in {}", setting.key, self.file),
                Some(metadata) => metadata.name.to_string(),
                None => setting.env.to_owned(),
            };
            return Some(Given { text: text.trim().to_owned(), from });
        }
        (!setting.default.is_empty()).then(|| Given { text: setting.default.to_owned(), from: String::new() })
    }

    /// The setting read by `parse`; what cannot be read is noted.
    pub(super) fn read<T>(&mut self, setting: &Setting, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let given = self.given(setting)?;
        let parsed = parse(&given.text);
        if parsed.is_none() {
            let Given { text, from } = given;
            self.problems.push(match setting.shown {
                Shown::Open => format!("{from} is \"{text}\"; it must be {}.", setting.expects),
                Shown::Url => format!("{from} is \"{}\"; it must be {}.", redact::url(&text), setting.expects),
                Shown::Never => format!("{from} is not as it must be: {}.", setting.expects),
            });
        }
        parsed
    }

    /// A whole number between bounds; `low` stands in for what is wrong, and is noted.
    pub(super) fn number(&mut self, setting: &Setting, low: u64, high: u64) -> u64 {
        self.read(setting, |text| text.replace('_', "").parse().ok().filter(|number| (low..=high).contains(number)))
            .unwrap_or(low)
    }

    /// Items separated by commas.
    pub(super) fn list<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let items = |text: &str| {
            text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(parse).collect::<Option<Vec<T>>>()
        };
        self.read(setting, items).unwrap_or_default()
    }
}

/// Where a setting stands among the layers; those without a key have a place no file reaches.
fn key(setting: &Setting) -> &'static str {
    if setting.key.is_empty() { setting.env } else { setting.key }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, truth) => Some(truth.to_string()),
        Value::Num(_, number) => {
            number.to_i128().map(|number| number.to_string()).or_else(|| Some(number.to_f64()?.to_string()))
        }
        Value::Array(_, items) => items.iter().map(text).collect::<Option<Vec<_>>>().map(|items| items.join(",")),
        _ => None,
    }
}

/// Keys of a file that are none of ours, as they stand below their tables.
fn unknown_keys(table: &toml::Table) -> impl Iterator<Item = String> + '_ {
    table
        .iter()
        .flat_map(|(name, value)| match value {
            toml::Value::Table(inner) => inner.keys().map(|key| format!("{name}.{key}")).collect(),
            _ => vec![name.clone()],
        })
        .filter(|key| settings::by_key(key).is_none())
}
