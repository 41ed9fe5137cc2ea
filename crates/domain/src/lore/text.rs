//! The text that is searched for keys, in the spellings that books want: as it is, in lower case, without spaces.

use std::sync::OnceLock;

use crate::speaking::is_spaced;

/// What stands between two messages: no key holds it.
const SEPARATOR: &str = "\n\u{1}";

/// The most bytes that are searched; what is older is not.
pub(super) const SEARCHED_BYTES: usize = 1024 * 1024;

/// A spelling of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    /// Whether capitals are kept.
    pub(super) exact: bool,
    /// Whether spaces are left out.
    pub(super) squeezed: bool,
}

/// Messages in one spelling, one after the other.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    text: String,
    ends: Vec<usize>,
}

impl Spelled {
    /// All of it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// In which message a place stands; 0 is the newest.
    pub(super) fn message_at(&self, end: usize) -> u32 {
        u32::try_from(self.ends.partition_point(|message| *message < end)).unwrap_or(u32::MAX)
    }

    /// The newest messages alone.
    pub(super) fn newest(&self, count: u32) -> &str {
        let end = match (count as usize).checked_sub(1) {
            Some(last) => self.ends.get(last).or(self.ends.last()).copied().unwrap_or(0),
            None => 0,
        };
        self.text.get(..end).unwrap_or_default()
    }
}

/// Messages to be searched, the newest first; each spelling is made when it is asked for.
#[derive(Debug, Default)]
pub(super) struct Haystack {
    messages: Vec<String>,
    spelled: [OnceLock<Spelled>; 4],
}

impl Haystack {
    /// These messages, the newest first.
    pub(super) fn new(messages: impl IntoIterator<Item = String>) -> Self {
        let mut room = SEARCHED_BYTES;
        let fits = |message: &String| {
            let left = room.checked_sub(message.len() + SEPARATOR.len());
            room = left.unwrap_or(0);
            left.is_some()
        };
        Self { messages: messages.into_iter().take_while(fits).collect(), spelled: Default::default() }
    }

    /// How many messages there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.messages.len()).unwrap_or(u32::MAX)
    }

    /// The text in a spelling.
    pub(super) fn text(&self, variant: Variant) -> &Spelled {
        static NOTHING: Spelled = Spelled { text: String::new(), ends: Vec::new() };
        let slot = usize::from(variant.exact) * 2 + usize::from(variant.squeezed);
        let Some(slot) = self.spelled.get(slot) else { return &NOTHING };
        slot.get_or_init(|| {
            let mut all = Spelled::default();
            for message in &self.messages {
                if variant.exact {
                    push(&mut all.text, message, variant.squeezed);
                } else {
                    push(&mut all.text, &fold(message), variant.squeezed);
                }
                all.ends.push(all.text.len());
                all.text.push_str(SEPARATOR);
            }
            all
        })
    }
}

fn push(all: &mut String, text: &str, squeeze: bool) {
    if squeeze {
        all.extend(text.chars().filter(|c| !c.is_whitespace()));
    } else {
        all.push_str(text);
    }
}

/// A text whose capitals do not count.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // One letter, whether it ends a word or not.
    let one = |c| if c == 'ς' { 'σ' } else { c };
    text.chars().flat_map(char::to_lowercase).map(one).collect()
}

/// A text without its spaces.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether what was found stands for itself, not within a longer word. Scripts that are written without spaces have no such bounds.
pub(super) fn is_whole_word(text: &str, start: usize, end: usize) -> bool {
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let (found, after) = rest.split_at_checked(end.saturating_sub(start)).unwrap_or((rest, ""));
    let joins = |a: Option<char>, b: Option<char>| a.zip(b).is_some_and(|(a, b)| is_word(a) && is_word(b));
    let (mut inside, next) = (found.chars(), after.chars().next());
    !joins(before.chars().next_back(), inside.clone().next()) && !joins(inside.next_back(), next)
}

fn is_word(c: char) -> bool {
    c == '_' || is_spaced(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str, key: &str) -> bool {
        let start = text.find(key).unwrap();
        is_whole_word(text, start, start + key.len())
    }

    #[test]
    fn a_word_has_bounds_where_its_script_has_them() {
        for (text, key, is_whole) in [
            ("the ring fell", "rin", false),
            ("rin fell", "rin", true),
            ("to rin.", "rin", true),
            ("rin_2", "rin", false),
            ("rinは来た", "rin", true),
            ("黒い竜が来た", "竜", true),
            ("สวัสดีเมืองท่า", "เมือง", true),
            ("서울은 밤이다", "서울", true),
            ("ночью", "ночь", false),
            ("éclair", "clair", false),
            ("ключ здесь", "ключ", true),
        ] {
            if text.contains(key) {
                assert_eq!(whole(text, key), is_whole, "{key} in {text}");
            }
        }
    }

    #[test]
    fn a_place_is_in_the_message_that_holds_it() {
        let haystack = Haystack::new(["New words".to_owned(), "old ΣΑΣ".to_owned()]);
        let text = haystack.text(Variant { exact: false, squeezed: false });
        let at = |word: &str| text.message_at(text.text().find(word).unwrap() + word.len());
        assert_eq!((at("new"), at("words"), at("old"), at("σασ")), (0, 0, 1, 1));
        assert_eq!((text.newest(0), text.newest(1), haystack.len()), ("", "new words", 2));
        assert!(text.newest(9).ends_with("σασ"));
        assert_eq!(haystack.text(Variant { exact: true, squeezed: true }).newest(1), "Newwords");
    }
}
