//! How a text is read for phrases: its words as they are heard, whatever is between them.

/// A text, in lower case and without marks between the words.
pub(crate) struct Heard {
    /// The words, each with a space before and after.
    words: String,
    /// All of it without any space, for scripts that have none.
    dense: String,
}

/// How much of a text is read, in characters: as much as a message may have, whatever the limits become.
const LENGTH: usize = 40_000;

impl Heard {
    pub(crate) fn of(text: &str) -> Self {
        let mut words = String::from(" ");
        for c in text.chars().take(LENGTH).flat_map(char::to_lowercase) {
            match c {
                // Letters of full width, as some keyboards write them.
                '\u{ff41}'..='\u{ff5a}' => words.extend(char::from_u32(u32::from(c) - 0xfee0)),
                '\'' | '’' | 'ʼ' | '＇' | '`' => {}
                // What cannot be seen divides nothing.
                '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '*' | '_' => {}
                c if c.is_alphanumeric() => words.push(c),
                _ if words.ends_with(' ') => {}
                _ => words.push(' '),
            }
        }
        if !words.ends_with(' ') {
            words.push(' ');
        }
        let dense = words.replace(' ', "");
        Self { words, dense }
    }

    /// The words, in lower case, with a space before, between and behind.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }

    /// The same without spaces.
    pub(crate) fn dense(&self) -> &str {
        &self.dense
    }

    /// Whether it holds a phrase of whole words without one of these words right before it, or right behind; `…` at the end of the
    /// phrase stands for any end of its last word.
    pub(crate) fn says(&self, phrase: &str, before: &[&str], behind: &[&str]) -> bool {
        self.places(phrase).any(|(from, to)| {
            let (head, tail) = (self.words.get(..from).unwrap_or_default(), self.words.get(to..).unwrap_or_default());
            let (head, tail) = (head.trim_end(), tail.trim_start());
            let ends = |word: &&str| head.strip_suffix(*word).is_some_and(|rest| rest.ends_with(' '));
            let begins = |word: &&str| tail.strip_prefix(*word).is_some_and(|rest| rest.starts_with(' '));
            !before.iter().any(ends) && !behind.iter().any(begins)
        })
    }

    fn places<'a>(&'a self, phrase: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        let open = phrase.strip_suffix('…');
        let sought = open.map_or_else(|| format!(" {phrase} "), |stem| format!(" {stem}"));
        let inner = sought.trim_end().len();
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = from + self.words.get(from..)?.find(&sought)?;
            from = at + 1;
            Some((at, at + inner))
        })
    }

    /// Whether it holds a run of characters, in a script without spaces, and none of `unless` over it.
    pub(crate) fn has(&self, run: &str, unless: &[&str]) -> bool {
        self.dense.match_indices(run).any(|(at, _)| {
            !unless.iter().any(|other| {
                // One that reaches over this place.
                other.match_indices(run).any(|(within, _)| {
                    at.checked_sub(within)
                        .and_then(|from| self.dense.get(from..))
                        .is_some_and(|rest| rest.starts_with(other))
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Heard;

    #[test]
    fn words_are_heard_whatever_is_between_them() {
        let heard = Heard::of("I don’t … want\u{200b} to\n*LIVE*, Ａｎｙｍｏｒｅ!");
        assert!(heard.says("dont want to live anymore", &[], &[]));
        assert!(!heard.says("want to liv", &[], &[]) && heard.says("want to liv…", &[], &[]));
        assert!(!Heard::of("").says("live", &[], &[]) && !Heard::of("olive").says("live", &[], &[]));
    }

    #[test]
    fn what_stands_beside_takes_a_meaning_away() {
        let heard = Heard::of("I want to die of laughter");
        assert!(!heard.says("want to die", &[], &["of"]));
        assert!(Heard::of("I want to die").says("want to die", &["dont"], &["of"]));
        assert!(!Heard::of("I don't want to die").says("want to die", &["dont"], &[]));
        // One of two places is enough.
        assert!(Heard::of("want to die of shame, no: want to die").says("want to die", &[], &["of"]));
    }

    #[test]
    fn runs_of_characters_are_not_heard_inside_of_others() {
        assert!(Heard::of("我 想、死").has("想死", &["想死你", "不想死"]));
        assert!(!Heard::of("想死你了").has("想死", &["想死你"]));
        assert!(!Heard::of("我不想死").has("想死", &["不想死"]));
        assert!(Heard::of("不想死？想死。").has("想死", &["不想死"]));
    }
}
