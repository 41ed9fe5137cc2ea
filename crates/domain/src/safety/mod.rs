//! What comes before every story: that somebody who may be in danger hears of help.
//!
//! Rules alone decide it, so it works with any model and with none. They are in [`danger`], in English, Chinese and Japanese, and rather
//! hear danger where there is none than the other way round.

mod danger;
mod listening;
mod phrases;
mod pressing;
mod words;

use serde::{Deserialize, Serialize};

use crate::ClosedSet;
use crate::limits;
use crate::validation::{FieldError, required_text};

pub use danger::danger;
pub(crate) use listening::Heard;
pub use pressing::{Technique, technique};

closed_set! {
    /// What somebody may be in danger of.
    pub enum Danger {
        /// Taking their life, or hurting themselves.
        SelfHarm = "self_harm",
        /// An eating disorder.
        EatingDisorder = "eating_disorder",
    }
}

closed_set! {
    /// The languages that are told apart: danger is heard in them, and what the server says itself is said in them.
    pub enum Tongue {
        /// English, and whatever is none of the others.
        English = "en",
        /// Chinese.
        Chinese = "zh",
        /// Japanese.
        Japanese = "ja",
    }
}

impl Tongue {
    /// The language of a text, by its script: Kana are Japanese, Han without Kana Chinese.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let is_kana = |c: char| ('\u{3041}'..='\u{30ff}').contains(&c);
        let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
        match (text.chars().any(is_kana), text.chars().any(is_han)) {
            (true, _) => Self::Japanese,
            (false, true) => Self::Chinese,
            (false, false) => Self::English,
        }
    }
}

/// What is said in one language, by the server and not by a character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// To somebody who may hurt themselves.
    pub self_harm: String,
    /// To somebody with an eating disorder.
    pub eating_disorder: String,
    /// Who helps: one line each, with where and how.
    pub lines: Vec<String>,
    /// The last sentence.
    pub close: String,
}

/// What is said where danger is heard, in all languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Care {
    english: Words,
    chinese: Words,
    japanese: Words,
}

/// By which model the words of the server are written, where a message names its model.
pub const CARE: &str = "talker/care";

/// How many lines of help there may be in one language.
const LINES: usize = 20;

impl Care {
    /// The words in every language.
    ///
    /// # Errors
    /// When there are none in one, when a text is blank, or all of it is too long for a message.
    pub fn new(words: impl Fn(Tongue) -> Option<Words>) -> Result<Self, FieldError> {
        let all = |tongue: Tongue| {
            let missing = || FieldError::new(tongue.as_str(), "is missing");
            words(tongue).ok_or_else(missing).and_then(|words| words.checked(tongue))
        };
        Ok(Self { english: all(Tongue::English)?, chinese: all(Tongue::Chinese)?, japanese: all(Tongue::Japanese)? })
    }

    /// What is said to somebody who wrote `text`.
    #[must_use]
    pub fn answer(&self, danger: Danger, text: &str) -> String {
        self.words(Tongue::of(text)).told(danger)
    }
}

impl Words {
    fn checked(self, tongue: Tongue) -> Result<Self, FieldError> {
        let in_tongue = |error: FieldError| FieldError::new(tongue.as_str(), error.message);
        for text in [&self.self_harm, &self.eating_disorder, &self.close].into_iter().chain(&self.lines) {
            required_text("text", text, limits::MESSAGE).map_err(in_tongue)?;
        }
        if self.lines.is_empty() || self.lines.len() > LINES {
            return Err(FieldError::new(tongue.as_str(), format!("must name 1 to {LINES} who help")));
        }
        if Danger::ALL.iter().any(|danger| self.told(*danger).chars().count() > limits::MESSAGE) {
            return Err(FieldError::new(tongue.as_str(), "is too long for a message"));
        }
        Ok(self)
    }

    fn told(&self, danger: Danger) -> String {
        let first = match danger {
            Danger::SelfHarm => &self.self_harm,
            Danger::EatingDisorder => &self.eating_disorder,
        };
        let lines = self.lines.iter().map(|line| format!("• {}", line.trim())).collect::<Vec<_>>().join("\n");
        format!("{}\n\n{lines}\n\n{}", first.trim(), self.close.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_script() {
        assert_eq!(Tongue::of("I do not want to live"), Tongue::English);
        assert_eq!(Tongue::of("我不想活了"), Tongue::Chinese);
        assert_eq!(Tongue::of("もう消えたい"), Tongue::Japanese);
        assert_eq!(Tongue::of("😔"), Tongue::English);
    }

    fn words(name: &str) -> Words {
        Words {
            self_harm: format!("{name}: I am a program."),
            eating_disorder: format!("{name}: you are enough."),
            lines: vec!["112".into(), "988".into()],
            close: "I am here.".into(),
        }
    }

    #[test]
    fn help_is_told_in_the_language_that_was_written() {
        let care = Care::new(|tongue| Some(words(tongue.as_str()))).unwrap();
        assert_eq!(care.answer(Danger::SelfHarm, "我不想活了"), "zh: I am a program.\n\n• 112\n• 988\n\nI am here.");
        assert!(care.answer(Danger::EatingDisorder, "x").starts_with("en: you are enough."));
    }

    #[test]
    fn what_comes_along_may_be_said() {
        let care = Care::default();
        assert_eq!(Care::new(|tongue| Some(care.words(tongue).clone())).unwrap(), care);
        for (tongue, line) in [(Tongue::English, "988"), (Tongue::Chinese, "12356"), (Tongue::Japanese, "0120-061-338")]
        {
            assert!(care.words(tongue).told(Danger::SelfHarm).contains(line));
        }
    }

    #[test]
    fn a_language_that_is_missing_or_says_nothing_is_refused() {
        let without = Care::new(|tongue| (tongue != Tongue::Japanese).then(|| words("x")));
        assert_eq!(without.unwrap_err().field, "ja");
        let blank = Care::new(|tongue| Some(Words { close: " ".into(), ..words(tongue.as_str()) }));
        assert_eq!(blank.unwrap_err().field, "en");
        let nobody = Care::new(|tongue| Some(Words { lines: Vec::new(), ..words(tongue.as_str()) }));
        assert_eq!(nobody.unwrap_err().field, "en");
    }
}
