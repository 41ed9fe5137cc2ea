//! How text becomes index terms, for every script.
//!
//! Words between spaces are lower-cased, folded (NFKC, accents dropped), cleared of stop words and, in English, stemmed
//! (Snowball, Porter 2001). Scripts that write no spaces, and Korean, whose particles cling to words, are taken in
//! overlapping pairs of characters, which finds words without a dictionary (Nie & Ren, 1999); characters that are words
//! by themselves also stand alone.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::stop_words;

/// How many characters of a text are read.
pub const TEXT: usize = 64_000;
/// How long a term is, in bytes; the rest of a longer word is dropped.
pub const TERM: usize = 48;

/// What a term is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// A word, or a character that stands by itself.
    Word,
    /// Two neighbouring characters of a script without spaces.
    Pair,
    /// One character out of several.
    Character,
}

/// A term.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// How it stands in the index.
    pub text: String,
    /// What it is.
    pub kind: TermKind,
}

impl Term {
    /// How long it makes a text, in half words: a word of Chinese or Japanese has two characters on average.
    pub(crate) fn halves(&self) -> u32 {
        match self.kind {
            TermKind::Word => 2,
            TermKind::Pair => 1,
            TermKind::Character => 0,
        }
    }
}

/// The terms of a text, in their order, repeats included.
#[must_use]
pub fn terms(text: &str) -> Vec<Term> {
    let mut splitter = Splitter::default();
    if text.is_ascii() {
        text.chars().take(TEXT).for_each(|c| splitter.push(c.to_ascii_lowercase()));
    } else {
        text.nfkc().take(TEXT).flat_map(char::to_lowercase).for_each(|c| splitter.push(c));
    }
    splitter.finish()
}

/// Whether a character belongs to a script that is read in pairs.
pub(crate) fn is_dense(c: char) -> bool {
    stands_alone(c)
        || matches!(c,
            '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}'           // Hiragana
            | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'         // Katakana
            | '\u{31F0}'..='\u{31FF}'
            | '\u{0E01}'..='\u{0E4E}' | '\u{0E81}'..='\u{0ECE}'         // Thai, Lao
            | '\u{1000}'..='\u{103F}' | '\u{1780}'..='\u{17D3}') // Burmese, Khmer
}

/// Whether one character may be a whole word: Han, and the syllables of Korean.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}'
        | '々' | '〇' | '\u{AC00}'..='\u{D7A3}')
}

fn is_stop_word(word: &str) -> bool {
    stop_words::ENGLISH.binary_search(&word).is_ok()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{02BC}')
}

/// Reads a text once, character by character.
struct Splitter {
    terms: Vec<Term>,
    stemmer: Stemmer,
    /// The word that is being read.
    word: String,
    /// Whether an apostrophe joins it to the one before: "it's".
    joined: bool,
    /// The stretch without spaces that is being read.
    run: Vec<char>,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            terms: Vec::new(),
            stemmer: Stemmer::create(Algorithm::English),
            word: String::new(),
            joined: false,
            run: Vec::new(),
        }
    }
}

impl Splitter {
    fn push(&mut self, c: char) {
        if is_apostrophe(c) {
            self.end_run();
            let follows_word = !self.word.is_empty();
            self.clip_negation();
            self.end_word();
            self.joined = follows_word;
        } else if is_dense(c) {
            self.end_word();
            self.run.push(c);
        } else if c.is_alphanumeric() || (is_combining_mark(c) && !self.word.is_empty()) {
            self.end_run();
            if self.word.len() < TERM {
                self.word.push(c);
            }
        } else {
            self.end_run();
            self.end_word();
        }
    }

    fn finish(mut self) -> Vec<Term> {
        self.end_run();
        self.end_word();
        self.terms
    }

    /// Takes "didn't" for "did", as both are stop words and "didn" is none.
    fn clip_negation(&mut self) {
        if self.word.strip_suffix('n').is_some_and(is_stop_word) {
            self.word.pop();
        }
    }

    fn end_word(&mut self) {
        let clitic =
            std::mem::take(&mut self.joined) && matches!(&*self.word, "s" | "re" | "ve" | "ll" | "d" | "m" | "t");
        if !self.word.is_empty() && !clitic && !is_stop_word(&self.word) {
            let folded = if self.word.is_ascii() {
                std::mem::take(&mut self.word)
            } else {
                self.word.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36F}')).collect()
            };
            let text = if folded.bytes().all(|b| b.is_ascii_alphabetic()) {
                self.stemmer.stem(&folded).into_owned()
            } else {
                folded
            };
            if !text.is_empty() {
                self.terms.push(Term { text, kind: TermKind::Word });
            }
        }
        self.word.clear();
    }

    fn end_run(&mut self) {
        let common = |c: char| stop_words::CHARACTERS.contains(c);
        if let [only] = *self.run {
            if !common(only) {
                self.terms.push(Term { text: only.to_string(), kind: TermKind::Word });
            }
        } else {
            for (index, &c) in self.run.iter().enumerate() {
                if stands_alone(c) && !common(c) {
                    self.terms.push(Term { text: c.to_string(), kind: TermKind::Character });
                }
                let Some(&next) = self.run.get(index + 1) else { continue };
                let text: String = [c, next].iter().collect();
                let particles = [c, next].iter().all(|&c| stands_alone(c) && common(c));
                if !particles && !stop_words::PAIRS.contains(&&*text) {
                    self.terms.push(Term { text, kind: TermKind::Pair });
                }
            }
        }
        self.run.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        terms(text).into_iter().map(|term| term.text).collect()
    }

    #[test]
    fn english_is_stemmed_and_cleared_of_stop_words() {
        assert_eq!(texts("She didn't say that Caroline's running to the PARKS"), ["say", "carolin", "run", "park"]);
        assert_eq!(texts("I can\u{2019}t, we\u{2019}ll, it's; rock'n'roll"), ["rock", "n", "roll"]);
    }

    #[test]
    fn spellings_of_one_word_meet() {
        assert_eq!(texts("Ｃａｆé"), texts("cafe"));
        assert_eq!(texts("ﾈｺ"), texts("ネコ"));
        assert_eq!(texts("Äpfel 2023"), ["apfel", "2023"]);
    }

    #[test]
    fn chinese_and_japanese_words_of_one_and_two_characters_are_terms() {
        assert!(texts("我养了一只黑色的猫。").contains(&"猫".to_owned()));
        assert!(texts("来週東京へ行きます").contains(&"東京".to_owned()));
        assert!(texts("ねこがかわいい").contains(&"ねこ".to_owned()));
        assert_eq!(terms("猫"), [Term { text: "猫".to_owned(), kind: TermKind::Word }]);
        assert!(texts("고양이는 집에 있다").contains(&"집".to_owned()));
        assert!(texts("แมวดำ").contains(&"แม".to_owned()));
    }

    #[test]
    fn pairs_of_particles_are_no_terms() {
        assert!(texts("你是的").is_empty());
        assert!(texts("です").is_empty());
    }

    proptest! {
        #[test]
        fn every_text_has_terms_of_bounded_length(text in "\\PC{0,200}") {
            for term in terms(&text) {
                prop_assert!(!term.text.is_empty() && term.text.len() <= 4 * TERM);
            }
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<char>(), 0..300)) {
            let text: String = bytes.into_iter().collect();
            prop_assert!(terms(&text).len() <= 2 * text.chars().count() * 18);
        }
    }

    #[test]
    fn a_long_text_is_read_to_its_bound() {
        assert_eq!(terms(&"xy ".repeat(TEXT)).len(), TEXT / 3 + 1);
        assert_eq!(terms(&"x".repeat(TEXT)).len(), 1);
        assert!(terms(&"漢".repeat(TEXT * 2)).len() < TEXT * 2);
    }
}
