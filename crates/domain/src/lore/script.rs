//! Keys that are regular expressions, written as JavaScript has them: `/pattern/flags`.
//!
//! They are translated for an engine whose time grows with the text alone, whatever the pattern. What it does not have (to look
//! ahead or behind, to refer back) cannot be translated: such a key is found nowhere, and the explanation says so.

use regex::{Regex, RegexBuilder};

use super::book::{Entry, LoreMode};

/// Sizes of programs in bytes, and what searching with one costs for each character, compared with the smallest. Larger ones are
/// refused: the size bounds the time.
const PROGRAMS: [(usize, u32); 3] = [(4 * 1024, 1), (16 * 1024, 4), (64 * 1024, 16)];

/// How deep groups nest.
const NESTING: u32 = 24;

/// An expression that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untranslatable;

/// The parts of `/pattern/flags`.
fn parts(key: &str) -> Option<(&str, &str)> {
    let inner = key.trim().strip_prefix('/')?;
    let (pattern, flags) = inner.rsplit_once('/')?;
    let is_flag = |c: char| matches!(c, 'd' | 'g' | 'i' | 'm' | 's' | 'u' | 'v' | 'y');
    (!pattern.is_empty() && flags.chars().all(is_flag) && !has_bare_slash(pattern)).then_some((pattern, flags))
}

fn has_bare_slash(pattern: &str) -> bool {
    let (mut escaped, mut class) = (false, false);
    pattern.chars().any(|c| {
        let bare = c == '/' && !escaped && !class;
        if !escaped {
            class = c == '[' || (class && c != ']');
        }
        escaped = c == '\\' && !escaped;
        bare
    })
}

/// Whether a key is written as a regular expression.
pub(super) fn looks_like_one(key: &str) -> bool {
    parts(key).is_some()
}

/// Whether a key of an entry is a regular expression: where it is written as one, and in V3 where the entry says so.
pub(super) fn is_pattern(mode: LoreMode, entry: &Entry, key: &str) -> bool {
    looks_like_one(key) || (mode == LoreMode::V3 && entry.use_regex)
}

/// The expression of such a key, and what searching for it costs; whether capitals count is for its flags to say, or, without any, for the entry.
///
/// # Errors
/// When it is wrong, too large, or wants what cannot be done in bounded time.
pub(super) fn compile(key: &str, case_sensitive: bool) -> Result<(Regex, u32), Untranslatable> {
    let (pattern, flags, ignore_case) = match parts(key) {
        Some((pattern, flags)) => (pattern, flags, flags.contains('i')),
        None => (key, "", !case_sensitive),
    };
    let pattern = translate(pattern).ok_or(Untranslatable)?;
    let build = |(bytes, cost): (usize, u32)| {
        let mut builder = RegexBuilder::new(&pattern);
        builder.case_insensitive(ignore_case).multi_line(flags.contains('m')).dot_matches_new_line(flags.contains('s'));
        let regex = builder.size_limit(bytes).dfa_size_limit(16 * bytes).nest_limit(NESTING).build();
        regex.ok().map(|regex| (regex, cost))
    };
    PROGRAMS.into_iter().find_map(build).ok_or(Untranslatable)
}

/// A pattern of JavaScript in the words of the engine; `None` where it has none for it.
fn translate(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = Chars { rest: pattern };
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => escape(&mut chars, in_class, &mut out)?,
            '[' if in_class => out.push_str("\\["),
            '[' if chars.take("^]") => out.push_str("[\\s\\S]"),
            '[' if chars.take("]") => out.push_str("[^\\s\\S]"),
            '[' => {
                in_class = true;
                out.push('[');
                if chars.take("^") {
                    out.push('^');
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            // What a class of the engine takes for an operation.
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
            }
            '-' if in_class && chars.rest.starts_with('-') => out.push_str("\\-"),
            '(' if chars.rest.starts_with('?') && !in_class => {
                let allowed = ["?:", "?<"].iter().any(|start| chars.rest.starts_with(start));
                let looks = ["?<=", "?<!"].iter().any(|start| chars.rest.starts_with(start));
                if !allowed || looks {
                    return None;
                }
                out.push('(');
            }
            '{' if !in_class && !is_count(chars.rest) => out.push_str("\\{"),
            _ => out.push(c),
        }
    }
    Some(out)
}

/// Whether what follows a brace makes it a count: `3}`, `3,}`, `3,5}`.
fn is_count(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

fn escape(chars: &mut Chars<'_>, in_class: bool, out: &mut String) -> Option<()> {
    let c = chars.next()?;
    let known = match (c, in_class) {
        // JavaScript means ASCII by these.
        ('d', false) => "[0-9]",
        ('d', true) => "0-9",
        ('w', false) => "[0-9A-Za-z_]",
        ('w', true) => "0-9A-Za-z_",
        ('W', false) => "[^0-9A-Za-z_]",
        ('D', false) => "[^0-9]",
        ('W', true) => "[^0-9A-Za-z_]",
        ('D', true) => "[^0-9]",
        ('b', false) => "(?-u:\\b)",
        ('b', true) => "\\x08",
        ('0', _) => "\\x00",
        ('s', _) => "\\s",
        ('S', _) => "\\S",
        ('n', _) => "\\n",
        ('r', _) => "\\r",
        ('t', _) => "\\t",
        ('v', _) => "\\x0B",
        ('f', _) => "\\x0C",
        ('B', false) => "\\B",
        ('p' | 'P' | 'u' | 'x', _) => {
            out.push('\\');
            out.push(c);
            return Some(());
        }
        ('1'..='9' | 'k', _) => return None,
        _ => {
            // Whatever else is escaped means itself.
            out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
            return Some(());
        }
    };
    out.push_str(known);
    Some(())
}

struct Chars<'a> {
    rest: &'a str,
}

impl Chars<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..)?;
        Some(c)
    }

    fn take(&mut self, start: &str) -> bool {
        match self.rest.strip_prefix(start) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(key: &str, text: &str) -> Option<bool> {
        compile(key, false).ok().map(|(regex, _)| regex.is_match(text))
    }

    #[test]
    fn what_is_written_as_one_is_one() {
        for (key, is_one) in [
            ("/a+b/", true),
            (" /dragon/i ", true),
            ("/a\\/b/gi", true),
            ("/[/]/", true),
            ("/a/b/", false),
            ("and/or", false),
            ("//", false),
            ("/home/user", false),
            ("/x/q", false),
        ] {
            assert_eq!(looks_like_one(key), is_one, "{key}");
        }
    }

    #[test]
    fn javascript_is_understood() {
        for (key, text, found) in [
            ("/dragon/", "A Dragon", false),
            ("/dragon/i", "A Dragon", true),
            ("/^rin$/m", "a\nrin\nb", true),
            ("/^rin$/", "a\nrin\nb", false),
            ("/a.b/", "a\nb", false),
            ("/a.b/s", "a\nb", true),
            ("/\\bcafe\\b/i", "the CAFE.", true),
            ("/[^]x/", "\nx", true),
            ("/a{,2}/", "a{,2}", true),
            ("/a{2}/", "caab", true),
            ("/[a&&b]/", "&", true),
            ("/[\\w-]+!/", "ab-c!", true),
            ("/\\u6f22/", "漢", true),
            ("/竜|龍/", "黒い龍", true),
            ("/(?<who>rin|bo)\\s+\\d+/", "bo 12", true),
            ("/\\d/", "٣", false),
            ("/\\-\\_\\</", "-_<", true),
            ("/[]/", "anything", false),
            ("/[[]/", "[", true),
        ] {
            assert_eq!(finds(key, text), Some(found), "{key} in {text}");
        }
    }

    #[test]
    fn what_cannot_be_done_in_bounded_time_is_refused() {
        for key in [
            "/(?=a)b/",
            "/(?!a)b/",
            "/(?<=a)b/",
            "/(?<!a)b/",
            "/(a)\\1/",
            "/(?<x>a)\\k<x>/",
            "/(/",
            "/a{9999}{999}/",
            "/[z-a]/",
        ] {
            assert_eq!(finds(key, "b"), None, "{key}");
        }
    }
}
