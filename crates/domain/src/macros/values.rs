//! What each macro stands for.

use super::expanding::Expander;
use super::parsing::Call;
use super::times;

/// What a macro stands for.
pub(super) enum Value<'a> {
    /// This, as it is.
    Plain(String),
    /// This text of the maker, in which macros are expanded.
    Text(&'a str),
    /// No line breaks around it.
    Trim,
}

/// The longest that a macro is repeated or turned round, in bytes.
const LONGEST: usize = 16 * 1024;

/// Whether a macro with so many arguments may take its last one from what stands before its end, `{{x}}…{{/x}}`.
pub(super) fn takes_scope(name: &str, args: usize) -> bool {
    match name {
        "reverse" | "comment" | "hidden_key" | "//" | "trim" => args == 0,
        "setvar" | "addvar" | "setglobalvar" | "addglobalvar" => args == 1,
        _ => false,
    }
}

/// What `call` stands for; `None` when it is not known, or is given what it cannot use.
pub(super) fn value<'a>(expander: &mut Expander<'a>, call: &Call<'_>, depth: u32) -> Option<Value<'a>> {
    let env = expander.env;
    let plain = |text: &str| Some(Value::Plain(text.to_owned()));
    if call.args.is_empty() {
        let card = env.card;
        match call.name.as_str() {
            "char" | "bot" => return plain(env.char),
            "user" => return plain(env.user),
            "charifnotgroup" if env.company.is_empty() => return plain(env.char),
            "group" | "groupnotmuted" | "charifnotgroup" => {
                let names = std::iter::once(env.char).chain(env.company.iter().map(String::as_str));
                return Some(Value::Plain(names.collect::<Vec<_>>().join(", ")));
            }
            "notchar" if env.company.is_empty() => return plain(env.user),
            "notchar" | "company" => return Some(Value::Plain(env.company.join(", "))),
            "description" => return Some(Value::Text(card.description)),
            "personality" => return Some(Value::Text(card.personality)),
            "scenario" => return Some(Value::Text(card.scenario)),
            "mesexamples" | "mesexamplesraw" => return Some(Value::Text(card.examples)),
            "charfirstmessage" | "charfirstmes" => return Some(Value::Text(card.first_message)),
            "original" => return env.original.map(Value::Text),
            "persona" => return plain(env.persona),
            "summary" => return plain(""),
            "model" => return plain(env.model),
            "maxprompt" | "maxprompttokens" => return Some(Value::Plain(env.max_prompt.to_string())),
            "newline" => return plain("\n"),
            "space" => return plain(" "),
            "noop" | "else" => return plain(""),
            "trim" => return Some(Value::Trim),
            "lastmessage" | "lastusermessage" | "lastcharmessage" => {
                expander.note_volatile();
                return plain(match call.name.as_str() {
                    "lastusermessage" => env.last.by_user,
                    "lastcharmessage" => env.last.by_char,
                    _ => env.last.message,
                });
            }
            _ => {}
        }
    }
    if let Some(text) = times::value(call, &env) {
        expander.note_volatile();
        return Some(Value::Plain(text));
    }
    with_arguments(expander, call, depth).map(Value::Plain)
}

fn with_arguments(expander: &mut Expander<'_>, call: &Call<'_>, depth: u32) -> Option<String> {
    match call.name.as_str() {
        "//" | "comment" => Some(String::new()),
        "hidden_key" => {
            let key = expander.inner(call.args.first()?, depth);
            expander.hide(key.trim().to_owned());
            Some(String::new())
        }
        "random" | "pick" => {
            let choices = choices(&call.args);
            let end = u64::try_from(choices.len()).ok().filter(|end| *end > 0)?;
            let chosen = if call.name == "pick" {
                expander.dice.pick(end, &call.args.join("::"))
            } else {
                expander.note_volatile();
                expander.dice.random(end)
            };
            let chosen = choices.get(usize::try_from(chosen).ok()?)?;
            Some(expander.inner(chosen, depth))
        }
        "roll" => {
            let formula = expander.inner(call.args.first()?, depth);
            expander.note_volatile();
            expander.dice.roll(formula.trim()).map(|thrown| thrown.to_string())
        }
        "reverse" => {
            let text = expander.inner(call.args.first()?, depth);
            (text.len() <= LONGEST).then(|| text.trim().chars().rev().collect())
        }
        "trim" => Some(expander.inner(call.args.first()?, depth).trim().to_owned()),
        "newline" | "space" => {
            let count: usize = call.args.first()?.trim().parse().ok().filter(|count| *count <= 100)?;
            Some(if call.name == "space" { " " } else { "\n" }.repeat(count))
        }
        "outlet" => {
            let name = expander.inner(call.args.first()?, depth);
            let found = expander.env.outlets.and_then(|outlets| outlets.get(name.trim()));
            Some(found.cloned().unwrap_or_default())
        }
        _ => variable(expander, call, depth),
    }
}

/// Choices: between `::`, or in one text between commas, of which `\,` is none.
fn choices(args: &[&str]) -> Vec<String> {
    let [one] = args else { return args.iter().map(|choice| choice.trim().to_owned()).collect() };
    let mut choices = vec![String::new()];
    let mut letters = one.chars().peekable();
    let mut depth = 0_i32;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&',') => {
                letters.next();
                push(&mut choices, ',');
            }
            ',' if depth == 0 => choices.push(String::new()),
            letter => {
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                push(&mut choices, letter);
            }
        }
    }
    choices.iter().map(|choice| choice.trim().to_owned()).collect()
}

fn push(choices: &mut [String], letter: char) {
    if let Some(last) = choices.last_mut() {
        last.push(letter);
    }
}

/// Variables; they live as long as the prompt, so that one text can set what another reads.
fn variable(expander: &mut Expander<'_>, call: &Call<'_>, depth: u32) -> Option<String> {
    let action = call.name.replace("global", "");
    if !matches!(action.as_str(), "getvar" | "setvar" | "addvar" | "incvar" | "decvar" | "hasvar" | "deletevar") {
        return None;
    }
    // Those of all chats are another set; a prompt has one chat.
    let scope = if call.name == action { "" } else { "global:" };
    let name = format!("{scope}{}", expander.inner(call.args.first()?, depth).trim());
    let given = call.args.get(1).map(|value| expander.inner(value, depth));
    let now = expander.variables.get(&name).cloned();
    let number = |text: Option<&String>| text.map_or(Some(0.0), |text| text.trim().parse::<f64>().ok());
    let step = |by: f64| number(now.as_ref()).map(|value| written(value + by));
    match action.as_str() {
        "getvar" => Some(now.unwrap_or_default()),
        "hasvar" => Some(now.is_some().to_string()),
        "deletevar" => {
            expander.variables.remove(&name);
            Some(String::new())
        }
        "setvar" => {
            expander.set(&name, &given?);
            Some(String::new())
        }
        "addvar" => {
            let given = given?;
            let sum =
                number(now.as_ref()).zip(given.trim().parse::<f64>().ok()).map(|(one, other)| written(one + other));
            expander.set(&name, &sum.unwrap_or_else(|| now.unwrap_or_default() + &given));
            Some(String::new())
        }
        _ => {
            let value = step(if action == "incvar" { 1.0 } else { -1.0 })?;
            expander.set(&name, &value);
            Some(value)
        }
    }
}

/// A number as people write it.
fn written(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { value.to_string() }
}
