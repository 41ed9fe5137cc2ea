//! How macros are written: where one begins and ends, its name, and what is given to it.

/// The old names between angle brackets, and what they are called now.
pub(super) const OLD_NAMES: [(&str, &str); 5] = [
    ("<bot>", "char"),
    ("<char>", "char"),
    ("<user>", "user"),
    ("<group>", "group"),
    ("<charifnotgroup>", "charifnotgroup"),
];

/// How deep braces are looked into.
const DEEPEST: usize = 32;

/// A macro, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call<'a> {
    /// Its name, in lower case.
    pub(super) name: String,
    /// What is given to it, not expanded yet.
    pub(super) args: Vec<&'a str>,
}

/// What stands between `{{` at the beginning of `text` and the braces that end it, and what comes after.
pub(super) fn braces(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix("{{")?;
    let mut depth = 1_usize;
    let mut at = 0;
    while let Some(rest) = inside.get(at..) {
        let next = rest.find(['{', '}'])?;
        at += next;
        let here = inside.get(at..)?;
        if here.starts_with("}}") {
            depth -= 1;
            if depth == 0 {
                return Some((inside.get(..at)?, here.get(2..)?));
            }
            at += 2;
        } else if here.starts_with("{{") {
            depth += 1;
            if depth > DEEPEST {
                return None;
            }
            at += 2;
        } else {
            at += 1;
        }
    }
    None
}

/// An old name at the beginning of `text`, as it is called now, and what comes after.
pub(super) fn old_name(text: &str) -> Option<(&'static str, &str)> {
    OLD_NAMES.iter().find_map(|(old, name)| {
        let (found, rest) = text.split_at_checked(old.len())?;
        found.eq_ignore_ascii_case(old).then_some((*name, rest))
    })
}

/// The macro that stands between braces; `None` when it is none.
pub(super) fn call(inside: &str) -> Option<Call<'_>> {
    let inside = inside.trim_start();
    if let Some(comment) = inside.strip_prefix("//") {
        return Some(Call { name: "//".to_owned(), args: vec![comment] });
    }
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
    let (name, rest) = inside.split_at(end);
    if name.is_empty() {
        return None;
    }
    let args = match rest.strip_prefix("::") {
        Some(args) => split(args),
        None => match rest.strip_prefix(':') {
            Some(arg) => vec![arg],
            None if rest.trim().is_empty() => Vec::new(),
            None if rest.starts_with(char::is_whitespace) => split(rest.trim()),
            None => return None,
        },
    };
    Some(Call { name: name.to_ascii_lowercase(), args })
}

/// The parts between `::`, where these do not stand within braces.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut at, mut depth) = (Vec::new(), 0, 0, 0_usize);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let step = match rest {
            rest if rest.starts_with("{{") => {
                depth += 1;
                2
            }
            rest if rest.starts_with("}}") => {
                depth = depth.saturating_sub(1);
                2
            }
            rest if rest.starts_with("::") && depth == 0 => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + 2;
                2
            }
            rest => rest.chars().next().map_or(1, char::len_utf8),
        };
        at += step;
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

/// What stands before the `{{/name}}` that closes a macro whose braces have just ended, and what comes after.
pub(super) fn scope<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let mut depth = 1_usize;
    let mut at = 0;
    loop {
        at += text.get(at..)?.find("{{")?;
        let rest = text.get(at..)?;
        let inside = rest.get(2..)?.trim_start();
        let (closes, word) = inside.strip_prefix('/').map_or((false, inside), |word| (true, word.trim_start()));
        let is_it = word.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
            && word
                .get(name.len()..)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
        if is_it && closes {
            depth -= 1;
            if depth == 0 {
                let end = rest.find("}}")? + 2;
                return Some((text.get(..at)?, rest.get(end..)?));
            }
        } else if is_it {
            depth += 1;
        }
        at += 2;
    }
}

/// A text at its `{{else}}`, where that stands for itself and not within another condition.
pub(super) fn otherwise(body: &str) -> (&str, &str) {
    let mut at = 0;
    let mut depth = 0_usize;
    while let Some(found) = body.get(at..).and_then(|rest| rest.find("{{")) {
        at += found;
        let Some((inside, rest)) = body.get(at..).and_then(braces) else { break };
        let word = inside.trim().to_ascii_lowercase();
        if word == "else" && depth == 0 {
            return (body.get(..at).unwrap_or_default(), rest);
        }
        if word == "/if" {
            depth = depth.saturating_sub(1);
        } else if word == "if" || word.starts_with("if ") || word.starts_with("if:") {
            depth += 1;
        }
        at = body.len() - rest.len();
    }
    (body, "")
}
