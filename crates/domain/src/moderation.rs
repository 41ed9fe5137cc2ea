//! What people may not write here, and what no character may say: rules that whoever runs the server owns.
//!
//! A rule is a list of phrases, heard as [`crate::safety`] hears them: whole words whatever stands between them, and runs of
//! characters in scripts without spaces. What a moderation model finds beside them is judged by the same [`Policy`].

use crate::ClosedSet;
use crate::limits;
use crate::safety::Heard;
use crate::validation::FieldError;

closed_set! {
    /// What is wrong with a text. The names are those of OpenAI's moderation, as far as it has them.
    pub enum Harm {
        /// Minors and sexuality.
        SexualMinors = "sexual_minors",
        /// Sexuality.
        Sexual = "sexual",
        /// Hate of a group of people.
        Hate = "hate",
        /// Harassing somebody.
        Harassment = "harassment",
        /// Hurting oneself.
        SelfHarm = "self_harm",
        /// Violence.
        Violence = "violence",
        /// How to do what the law forbids.
        Illicit = "illicit",
        /// What is not wanted on this server.
        Banned = "banned",
    }
}

closed_set! {
    /// Whose words they are.
    pub enum Side {
        /// A person's.
        Person = "person",
        /// A character's.
        Character = "character",
    }
}

/// Phrases that are not let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What is wrong with them.
    pub harm: Harm,
    /// Whose words are held against it.
    pub sides: Vec<Side>,
    /// Whether it holds only where somebody reads or writes who is not known to be an adult.
    pub minors_only: bool,
    phrases: Vec<Sought>,
}

/// A phrase as it is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sought {
    /// Whole words.
    Words(String),
    /// Characters of a script without spaces.
    Run(String),
}

/// What is not let through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    rules: Vec<Rule>,
    /// What a model finds and nobody may write or say.
    refused: Vec<Harm>,
    /// What it finds and is let through among adults alone.
    refused_for_minors: Vec<Harm>,
    /// Whether nothing passes while the model cannot be asked.
    strict: bool,
}

/// Between whom words pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Among {
    /// Whose words they are.
    pub side: Side,
    /// Whether somebody is there who is not known to be an adult.
    pub minors: bool,
}

impl Rule {
    /// Phrases that are not let through.
    ///
    /// # Errors
    /// When there are none, too many, or one that says nothing.
    pub fn new(harm: Harm, sides: Vec<Side>, minors_only: bool, phrases: &[String]) -> Result<Self, FieldError> {
        if phrases.is_empty() || phrases.len() > limits::MODERATED_PHRASES {
            let bound = limits::MODERATED_PHRASES;
            return Err(FieldError::new("phrases", format!("must be 1 to {bound} phrases")));
        }
        if sides.is_empty() {
            return Err(FieldError::new("sides", "must name whose words are meant: person, character"));
        }
        let phrases = phrases.iter().map(|phrase| Sought::of(phrase)).collect::<Result<_, _>>()?;
        Ok(Self { harm, sides, minors_only, phrases })
    }

    fn holds(&self, among: Among) -> bool {
        self.sides.contains(&among.side) && (among.minors || !self.minors_only)
    }
}

impl Sought {
    fn of(phrase: &str) -> Result<Self, FieldError> {
        if phrase.chars().count() > limits::MODERATED_PHRASE {
            let bound = limits::MODERATED_PHRASE;
            return Err(FieldError::new("phrases", format!("must be at most {bound} characters each")));
        }
        let heard = Heard::of(phrase);
        let words = heard.words().trim();
        if words.is_empty() {
            return Err(FieldError::new("phrases", "must each have a letter or a digit"));
        }
        Ok(match words.chars().any(is_unspaced) {
            true => Self::Run(heard.dense().to_owned()),
            false => Self::Words(words.to_owned()),
        })
    }

    fn is_in(&self, heard: &Heard) -> bool {
        match self {
            Self::Words(words) => heard.says(words, &[], &[]),
            Self::Run(run) => heard.has(run, &[]),
        }
    }
}

/// Whether a character belongs to a script that is written without spaces: Han, Kana, Thai, Lao, Khmer, Burmese.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

impl Policy {
    /// What is not let through: these phrases, and of what a model finds these harms, for everybody and for minors. `strict`: nothing
    /// passes while a model is named and cannot be asked.
    ///
    /// # Errors
    /// When there are too many rules.
    pub fn new(
        rules: Vec<Rule>,
        refused: Vec<Harm>,
        refused_for_minors: Vec<Harm>,
        strict: bool,
    ) -> Result<Self, FieldError> {
        if rules.len() > limits::MODERATION_RULES {
            return Err(FieldError::new("rule", format!("must be at most {} rules", limits::MODERATION_RULES)));
        }
        Ok(Self { rules, refused, refused_for_minors, strict })
    }

    /// Whether a rule could hold back anything among these.
    #[must_use]
    pub fn has_rules(&self, side: Side) -> bool {
        self.rules.iter().any(|rule| rule.sides.contains(&side))
    }

    /// Whether it matters who is an adult.
    #[must_use]
    pub fn tells_minors(&self) -> bool {
        !self.refused_for_minors.is_empty() || self.rules.iter().any(|rule| rule.minors_only)
    }

    /// Whether nothing passes while the model cannot be asked.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// What the rules hold against a text.
    #[must_use]
    pub fn judge(&self, text: &str, among: Among) -> Option<Harm> {
        let mut rules = self.rules.iter().filter(|rule| rule.holds(among)).peekable();
        rules.peek()?;
        let heard = Heard::of(text);
        rules.find(|rule| rule.phrases.iter().any(|phrase| phrase.is_in(&heard))).map(|rule| rule.harm)
    }

    /// What of all that a model found is held against a text. Words of somebody in danger are never: they are answered with help.
    #[must_use]
    pub fn weigh(&self, found: &[Harm], among: Among) -> Option<Harm> {
        let is_refused = |harm: &Harm| {
            let is_plea = *harm == Harm::SelfHarm && among.side == Side::Person;
            !is_plea && (self.refused.contains(harm) || (among.minors && self.refused_for_minors.contains(harm)))
        };
        Harm::ALL.iter().copied().find(|harm| found.contains(harm) && is_refused(harm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: Among = Among { side: Side::Person, minors: false };

    fn rule(minors_only: bool, phrases: &[&str]) -> Rule {
        let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
        Rule::new(Harm::Banned, vec![Side::Person], minors_only, &phrases).unwrap()
    }

    fn policy(rules: Vec<Rule>) -> Policy {
        Policy::new(rules, vec![Harm::SexualMinors, Harm::SelfHarm], vec![Harm::Violence], false).unwrap()
    }

    #[test]
    fn phrases_are_heard_as_words_and_as_runs() {
        let policy = policy(vec![rule(false, &["red herring", "禁語", "ต้องห้าม"])]);
        for bad in ["A *Red*, HERRING!", "red\nherring", "ここで 禁、語 だ", "มันต้องห้ามนะ"]
        {
            assert_eq!(policy.judge(bad, PERSON), Some(Harm::Banned), "{bad}");
        }
        for good in ["tired herring", "red herrings", "herring red", "語禁", ""] {
            assert_eq!(policy.judge(good, PERSON), None, "{good}");
        }
    }

    #[test]
    fn a_rule_holds_for_those_for_whom_it_is() {
        let policy = policy(vec![rule(true, &["wine"])]);
        assert_eq!(policy.judge("wine", PERSON), None);
        assert_eq!(policy.judge("wine", Among { minors: true, ..PERSON }), Some(Harm::Banned));
        assert_eq!(policy.judge("wine", Among { minors: true, side: Side::Character }), None);
        assert!(policy.has_rules(Side::Person) && !policy.has_rules(Side::Character) && policy.tells_minors());
    }

    #[test]
    fn what_a_model_finds_is_weighed_and_a_plea_is_never_refused() {
        let policy = policy(Vec::new());
        let her = Among { side: Side::Character, minors: false };
        assert_eq!(policy.weigh(&[Harm::Violence, Harm::SexualMinors], PERSON), Some(Harm::SexualMinors));
        assert_eq!(policy.weigh(&[Harm::Violence], PERSON), None);
        assert_eq!(policy.weigh(&[Harm::Violence], Among { minors: true, ..PERSON }), Some(Harm::Violence));
        assert_eq!(policy.weigh(&[Harm::SelfHarm], PERSON), None);
        assert_eq!(policy.weigh(&[Harm::SelfHarm], her), Some(Harm::SelfHarm));
    }

    #[test]
    fn what_is_no_rule_is_told() {
        let make = |phrases: &[&str]| {
            let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
            Rule::new(Harm::Banned, vec![Side::Person], false, &phrases)
        };
        assert!(make(&[]).is_err() && make(&["…!"]).is_err() && make(&[&"x".repeat(201)]).is_err());
        assert!(Rule::new(Harm::Banned, Vec::new(), false, &["x".into()]).is_err());
    }
}
