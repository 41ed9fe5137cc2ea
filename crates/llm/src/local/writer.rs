//! From tokens to text: whole characters only, nothing of a stop string, no blanks before the first word.

use crate::stops::StopStrings;

/// What was found in the text so far.
pub(super) struct Written {
    /// Text that may be shown.
    pub(super) text: String,
    /// Whether a stop string ended the reply.
    pub(super) stopped: bool,
}

/// Puts the text of one reply together.
pub(super) struct Writer {
    /// The beginning of a character whose rest has not come yet.
    bytes: Vec<u8>,
    stops: StopStrings,
    trim: Trim,
}

/// Which blanks at the beginning are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trim {
    /// None: the text goes on where another ended.
    Nothing,
    /// One space, because the text before it ended in one.
    OneSpace,
    /// All.
    All,
}

impl Writer {
    pub(super) fn new(stops: Vec<String>, trim: Trim) -> Self {
        Self { bytes: Vec::new(), stops: StopStrings::new(stops), trim }
    }

    /// Takes the bytes of one token.
    pub(super) fn push(&mut self, piece: &[u8]) -> Written {
        self.bytes.extend_from_slice(piece);
        let text = take_characters(&mut self.bytes);
        let text = self.trimmed(&text);
        let (text, stopped) = self.stops.push(text);
        Written { text, stopped }
    }

    /// What was held back, now that nothing follows.
    pub(super) fn finish(&mut self) -> String {
        self.stops.finish()
    }

    fn trimmed<'t>(&mut self, text: &'t str) -> &'t str {
        let text = match self.trim {
            Trim::Nothing => text,
            Trim::OneSpace => text.strip_prefix(' ').unwrap_or(text),
            Trim::All => text.trim_start(),
        };
        if self.trim == Trim::OneSpace || !text.is_empty() {
            self.trim = Trim::Nothing;
        }
        text
    }
}

/// Takes the whole characters from the front and leaves what may still become one. Bytes that never can are dropped.
fn take_characters(bytes: &mut Vec<u8>) -> String {
    let mut text = String::new();
    let mut rest = std::mem::take(bytes);
    loop {
        let (valid, broken) = match std::str::from_utf8(&rest) {
            Ok(_) => (rest.len(), None),
            Err(error) => (error.valid_up_to(), Some(error.error_len())),
        };
        let tail = rest.split_off(valid);
        text.push_str(&String::from_utf8_lossy(&rest));
        match broken {
            Some(Some(length)) => rest = tail.into_iter().skip(length).collect(),
            _ => {
                *bytes = tail;
                return text;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(writer: &mut Writer, pieces: &[&[u8]]) -> Vec<String> {
        pieces.iter().map(|piece| writer.push(piece).text).collect()
    }

    #[test]
    fn characters_are_never_broken() {
        let mut writer = Writer::new(Vec::new(), Trim::All);
        let heart = "❤️".as_bytes();
        let texts = write(&mut writer, &[b" \n", b" a", &heart[..2], &heart[2..], &[0xff], b"b", &heart[..1]]);
        assert_eq!(texts, ["", "a", "", "❤️", "", "b", ""]);
    }

    #[test]
    fn a_continued_text_keeps_its_blanks_but_not_twice() {
        let mut writer = Writer::new(Vec::new(), Trim::OneSpace);
        assert_eq!(write(&mut writer, &[b" and", b" so"]).concat(), "and so");
        let mut writer = Writer::new(Vec::new(), Trim::Nothing);
        assert_eq!(write(&mut writer, &[b" and", b" so"]).concat(), " and so");
    }
}
