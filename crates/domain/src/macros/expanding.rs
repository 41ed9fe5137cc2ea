//! Expanding: from left to right, what is inside first, within limits.

use std::collections::BTreeMap;

use super::Env;
use super::chance::Dice;
use super::parsing::{self, Call};
use super::values::{self, Value};

/// Macros of one prompt; what comes after stays as it is.
const MACROS: u32 = 4_000;

/// How deep macros put in texts with macros.
const DEEPEST: u32 = 8;

/// What macros make of one text, in bytes at most.
const OUTPUT: usize = 256 * 1024;

/// Variables of one prompt.
const VARIABLES: usize = 200;

/// The value of a variable, in bytes.
const VARIABLE: usize = 8 * 1024;

/// What became of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text.
    pub text: String,
    /// What `{{hidden_key}}` holds: not told, but searched for the keys of others.
    pub hidden: Vec<String>,
    /// Whether it may be another with the next reply.
    pub is_volatile: bool,
}

/// Expands the texts of one prompt, which share variables and limits.
#[derive(Debug)]
pub struct Expander<'a> {
    pub(super) env: Env<'a>,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) dice: Dice,
    left: u32,
    hidden: Vec<String>,
    is_volatile: bool,
}

impl<'a> Expander<'a> {
    /// An expander that knows `env`.
    #[must_use]
    pub fn new(env: Env<'a>) -> Self {
        Self {
            env,
            variables: BTreeMap::new(),
            dice: Dice::new(env.seeds, 0),
            left: MACROS,
            hidden: Vec::new(),
            is_volatile: false,
        }
    }

    /// From here on `{{original}}` stands for nothing.
    pub fn forget_original(&mut self) {
        self.env.original = None;
    }

    /// The text with its macros replaced.
    pub fn expand(&mut self, text: &str) -> Expanded {
        self.expand_at(text, 0)
    }

    /// The same, for one of several texts that may say the same: chance is another in each `place`.
    pub fn expand_at(&mut self, text: &str, place: u64) -> Expanded {
        if !text.contains(['{', '<', '\\']) {
            return Expanded { text: text.to_owned(), ..Expanded::default() };
        }
        self.dice = Dice::new(self.env.seeds, place);
        self.is_volatile = false;
        self.hidden.clear();
        let mut out = String::with_capacity(text.len());
        self.run(text, 0, &mut out);
        Expanded { text: trimmed(out), hidden: std::mem::take(&mut self.hidden), is_volatile: self.is_volatile }
    }

    /// An argument, expanded.
    pub(super) fn inner(&mut self, text: &str, depth: u32) -> String {
        let mut out = String::new();
        self.run(text, depth + 1, &mut out);
        out
    }

    pub(super) fn hide(&mut self, key: String) {
        if self.hidden.len() < VARIABLES {
            self.hidden.push(key);
        }
    }

    pub(super) fn note_volatile(&mut self) {
        self.is_volatile = true;
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        let has_room = self.variables.len() < VARIABLES || self.variables.contains_key(name);
        if has_room && value.len() <= VARIABLE && name.len() <= VARIABLE {
            self.variables.insert(name.to_owned(), value.to_owned());
        }
    }

    fn run(&mut self, text: &str, depth: u32, out: &mut String) {
        let mut rest = text;
        while let Some(start) = rest.find(['{', '<', '\\']) {
            let (before, from) = rest.split_at(start);
            push(out, before);
            rest = self.step(from, depth, out);
        }
        push(out, rest);
    }

    /// Takes what stands at the beginning of `from`, which is one of the letters that macros begin with; what comes after it.
    fn step<'t>(&mut self, from: &'t str, depth: u32, out: &mut String) -> &'t str {
        for (written, meant) in [("\\{\\{", "{{"), ("\\}\\}", "}}")] {
            if let Some(rest) = from.strip_prefix(written) {
                push(out, meant);
                return rest;
            }
        }
        if self.left > 0 && depth <= DEEPEST && out.len() < OUTPUT {
            let done =
                if from.starts_with('<') { self.old(from, depth, out) } else { self.new_style(from, depth, out) };
            if let Some(rest) = done {
                return rest;
            }
        }
        let (letter, rest) = from.split_at_checked(1).unwrap_or((from, ""));
        push(out, letter);
        rest
    }

    fn old<'t>(&mut self, from: &'t str, depth: u32, out: &mut String) -> Option<&'t str> {
        let (name, rest) = parsing::old_name(from)?;
        let call = Call { name: name.to_owned(), args: Vec::new() };
        self.put(&call, depth, out).then_some(rest)
    }

    fn new_style<'t>(&mut self, from: &'t str, depth: u32, out: &mut String) -> Option<&'t str> {
        let (inside, rest) = parsing::braces(from)?;
        self.left -= 1;
        if let Some(mut call) = parsing::call(inside) {
            if call.name == "if" {
                let (body, after) = parsing::scope(rest, "if")?;
                self.branch(&call, body, depth, out);
                return Some(after);
            }
            let scope =
                if values::takes_scope(&call.name, call.args.len()) { parsing::scope(rest, &call.name) } else { None };
            if let Some((body, after)) = scope {
                call.args.push(body);
                if self.put(&call, depth, out) {
                    return Some(after);
                }
                call.args.pop();
            }
            if self.put(&call, depth, out) {
                return Some(rest);
            }
        }
        // What is unknown stays, but not what stands in it.
        push(out, "{{");
        if inside.contains(['{', '<', '\\']) {
            self.run(inside, depth + 1, out);
        } else {
            push(out, inside);
        }
        push(out, "}}");
        Some(rest)
    }

    /// Puts in what a macro stands for; false when it is not known.
    fn put(&mut self, call: &Call<'_>, depth: u32, out: &mut String) -> bool {
        match values::value(self, call, depth) {
            Some(Value::Plain(value)) => push(out, &value),
            // What the maker wrote elsewhere is read like this text.
            Some(Value::Text(value)) => self.run(value, depth + 1, out),
            Some(Value::Trim) => out.push(TRIM),
            None => return false,
        }
        true
    }

    fn branch(&mut self, call: &Call<'_>, body: &str, depth: u32, out: &mut String) {
        let asked = call.args.first().copied().unwrap_or_default().trim();
        let (negated, asked) = asked.strip_prefix('!').map_or((false, asked), |asked| (true, asked.trim()));
        let mut value = self.inner(asked, depth);
        // A bare name asks for what stands behind it.
        if let Some(call) = parsing::call(asked).filter(|call| call.args.is_empty() && !asked.contains('{')) {
            let mut known = String::new();
            if self.put(&call, depth + 1, &mut known) {
                value = known;
            }
        }
        let (then, otherwise) = parsing::otherwise(body);
        let chosen = if is_true(&value) == negated { otherwise } else { then };
        self.run(chosen.trim_matches('\n'), depth + 1, out);
    }
}

fn is_true(value: &str) -> bool {
    !matches!(value.trim().to_ascii_lowercase().as_str(), "" | "false" | "0" | "off" | "no")
}

fn push(out: &mut String, text: &str) {
    if out.len() + text.len() <= OUTPUT {
        out.push_str(text);
    }
}

/// Where `{{trim}}` stood; no text holds this letter.
const TRIM: char = '\u{fdd0}';

/// The text without the line breaks around each `{{trim}}`.
fn trimmed(text: String) -> String {
    if !text.contains(TRIM) {
        return text;
    }
    let parts: Vec<&str> = text.split(TRIM).collect();
    let last = parts.len() - 1;
    let is_break = |c: char| matches!(c, '\n' | '\r');
    let cut = parts.iter().enumerate().map(|(index, part)| {
        let part = if index > 0 { part.trim_start_matches(is_break) } else { part };
        if index < last { part.trim_end_matches(is_break) } else { part }
    });
    cut.collect()
}
