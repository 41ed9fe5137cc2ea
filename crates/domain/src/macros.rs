//! The names in a character's texts: `{{char}}` and `{{user}}`, and their old forms `<BOT>` and `<USER>`.
//!
//! One pass from left to right; what is put in is not read again. Only the character's own texts are expanded, never what
//! a person says: nobody writes into the instructions by saying a macro.

/// The two names.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The character's.
    pub char: &'a str,
    /// The person's.
    pub user: &'a str,
}

/// `text` with the macros replaced, in any case of letters; unknown macros stay as they are.
#[must_use]
pub fn expand(text: &str, names: Names<'_>) -> String {
    expand_with(text, |name| match name {
        "{{char}}" | "<bot>" => Some(names.char),
        "{{user}}" | "<user>" => Some(names.user),
        _ => None,
    })
}

/// `text` with `{{original}}` replaced by `original`, and the names expanded in both.
#[must_use]
pub fn expand_over(text: &str, original: &str, names: Names<'_>) -> String {
    let original = expand(original, names);
    expand_with(text, |name| match name {
        "{{original}}" => Some(original.as_str()),
        "{{char}}" | "<bot>" => Some(names.char),
        "{{user}}" | "<user>" => Some(names.user),
        _ => None,
    })
}

/// The longest macro known, in bytes.
const LONGEST: usize = "{{original}}".len();

fn expand_with<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['{', '<']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        match macro_at(from).and_then(|name| value(&name.to_ascii_lowercase()).map(|value| (name.len(), value))) {
            Some((length, value)) => {
                out.push_str(value);
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                out.push_str(from.get(..1).unwrap_or_default());
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text from `{{` to `}}`, or from `<` to `>`, at the start of `text`.
fn macro_at(text: &str) -> Option<&str> {
    let close = if text.starts_with("{{") {
        "}}"
    } else if text.starts_with('<') {
        ">"
    } else {
        return None;
    };
    let end = text.find(close)? + close.len();
    if end > LONGEST { None } else { text.get(..end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'static> = Names { char: "Rin", user: "{{char}}" };

    #[test]
    fn names_are_put_in_once_and_in_any_case() {
        assert_eq!(
            expand("{{Char}} waits for <USER>, {{ {<b> {{x}}漢", NAMES),
            "Rin waits for {{char}}, {{ {<b> {{x}}漢"
        );
        assert_eq!(expand("<BOT>{{", NAMES), "Rin{{");
        assert_eq!(expand_over("A. {{original}} B.", "{{char}}!", NAMES), "A. Rin! B.");
    }
}
