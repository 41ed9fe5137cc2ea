//! Who answers in a group, and that nobody speaks for another.
//!
//! [`speakers`] is a pure rule: the same scene has the same speakers, and each of them a reason that is kept with the reply.
//! [`Voice`] watches the words of one speaker and ends them where the model goes on as somebody else.

use crate::groups::ReplyMode;
use crate::ids::CharacterId;

closed_set! {
    /// Why a character speaks.
    pub enum SpeakingReason {
        /// Her name was said, or everybody was addressed.
        Addressed = "addressed",
        /// It was her turn.
        Turn = "turn",
        /// In this group all answer.
        All = "all",
        /// A person asked her to.
        Asked = "asked",
    }
}

/// A character who could speak.
#[derive(Debug, Clone, Copy)]
pub struct Present<'a> {
    /// Who.
    pub id: CharacterId,
    /// Her name.
    pub name: &'a str,
    /// How readily she speaks, 0 to 100.
    pub talkativeness: u8,
}

/// What a person has just said, and among whom.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The words.
    pub text: &'a str,
    /// The characters who could answer, in the order of the list.
    pub characters: &'a [Present<'a>],
    /// The names of the other people.
    pub people: &'a [&'a str],
    /// Who of the characters spoke last.
    pub spoke_last: Option<CharacterId>,
    /// Whether the message before was another person's.
    pub among_people: bool,
    /// The group's rule.
    pub mode: ReplyMode,
    /// How many answer at most where nobody is addressed.
    pub at_most: u8,
    /// Where chance comes from.
    pub seed: u64,
}

/// A character who is to speak, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker {
    /// Who.
    pub id: CharacterId,
    /// Why.
    pub reason: SpeakingReason,
}

/// Words that address everybody.
const EVERYBODY: [&str; 3] = ["@all", "@everyone", "@everybody"];

/// Who answers, in the order in which they speak.
#[must_use]
pub fn speakers(scene: &Scene<'_>) -> Vec<Speaker> {
    let speaker = |reason| move |id| Speaker { id, reason };
    let all = || scene.characters.iter().map(|present| present.id);
    if scene.mode == ReplyMode::Manual {
        return Vec::new();
    }
    let addressed = addressed(scene);
    if !addressed.is_empty() {
        return addressed.into_iter().map(speaker(SpeakingReason::Addressed)).collect();
    }
    match scene.mode {
        ReplyMode::Manual | ReplyMode::Addressed => Vec::new(),
        ReplyMode::All => all().map(speaker(SpeakingReason::All)).collect(),
        ReplyMode::Natural => by_turns(scene).into_iter().map(speaker(SpeakingReason::Turn)).collect(),
    }
}

/// Those whose names were said, in the order of the words.
fn addressed(scene: &Scene<'_>) -> Vec<CharacterId> {
    let text = Text::of(scene.text);
    if EVERYBODY.iter().any(|word| text.place_of(word).is_some()) {
        return scene.characters.iter().map(|present| present.id).collect();
    }
    let mut found: Vec<(usize, CharacterId)> = scene
        .characters
        .iter()
        .filter_map(|present| text.place_of_name(present.name, scene).map(|place| (place, present.id)))
        .collect();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, id)| id).collect()
}

/// As people take turns. Whoever talks with nobody but characters is always answered.
fn by_turns(scene: &Scene<'_>) -> Vec<CharacterId> {
    let text = Text::of(scene.text);
    let to_a_person = scene.people.iter().any(|name| text.place_of_name(name, scene).is_some());
    // People among themselves are seldom interrupted, and never by many.
    let (share, at_most) = match (to_a_person, scene.among_people) {
        (true, _) => (20, 1),
        (false, true) => (50, 1),
        (false, false) => (100, usize::from(scene.at_most)),
    };
    let mut chance = Chance(scene.seed);
    let mut drawn: Vec<(u64, u64, CharacterId)> = scene
        .characters
        .iter()
        .map(|present| {
            let waits = if scene.spoke_last == Some(present.id) { 2 } else { 1 };
            let readiness = u64::from(present.talkativeness) * share / 100 / waits;
            (chance.below(100), readiness, present.id)
        })
        .collect();
    // Who wants to most, compared with what chance asked of her, comes first.
    drawn.sort_by_key(|(asked, readiness, _)| i128::from(*asked) - i128::from(*readiness));
    let willing: Vec<CharacterId> =
        drawn.iter().filter(|(asked, readiness, _)| asked < readiness).map(|(_, _, id)| *id).take(at_most).collect();
    let must = !to_a_person && !scene.among_people;
    match drawn.first() {
        Some((_, _, first)) if willing.is_empty() && must => vec![*first],
        _ => willing,
    }
}

/// A text in which names are looked for, whatever their case.
struct Text(Vec<char>);

impl Text {
    fn of(text: &str) -> Self {
        Self(text.chars().flat_map(char::to_lowercase).collect())
    }

    /// Where a name is said: whole, or its first word where nobody else has the same.
    fn place_of_name(&self, name: &str, scene: &Scene<'_>) -> Option<usize> {
        let whole = self.place_of(name.trim());
        let first = first_word(name);
        let all = scene.characters.iter().map(|present| present.name).chain(scene.people.iter().copied());
        let is_one = all.filter(|other| lower(first_word(other)) == lower(first)).count() <= 1;
        let short = if is_one && first.chars().count() > 1 { self.place_of(first) } else { None };
        match (whole, short) {
            (Some(whole), Some(short)) => Some(whole.min(short)),
            (whole, short) => whole.or(short),
        }
    }

    /// Where a word stands for itself: not within another one. Scripts that are written without spaces have no such bounds.
    fn place_of(&self, word: &str) -> Option<usize> {
        let word: Vec<char> = lower(word);
        let (first, last) = (*word.first()?, *word.last()?);
        let joins = |a: char, b: char| is_spaced(a) && is_spaced(b);
        self.0.windows(word.len()).enumerate().find_map(|(place, found)| {
            let before = place.checked_sub(1).and_then(|before| self.0.get(before));
            let after = self.0.get(place + word.len());
            let stands = found == word.as_slice()
                && before.is_none_or(|before| !joins(*before, first))
                && after.is_none_or(|after| !joins(last, *after));
            stands.then_some(place)
        })
    }
}

fn lower(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn first_word(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

/// Whether a letter or digit is of a script that sets spaces between words.
pub(crate) fn is_spaced(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(u32::from(c), 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x1100..=0x11ff
            | 0x3040..=0x30ff | 0x3130..=0x318f | 0x3400..=0x9fff | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x20000..=0x3ffff)
}

/// Numbers that look like chance, the same for the same seed (`SplitMix64`).
#[derive(Debug)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end.max(1)
    }
}

/// The words of one speaker as a model writes them: a line that begins with another's name and a colon ends them, and her own
/// name before her words is left out.
///
/// Only the beginning of a line is held back, and only for as long as it may become a name.
#[derive(Debug)]
pub struct Voice {
    own: Vec<char>,
    others: Vec<Vec<char>>,
    held: String,
    /// Signs of emphasis around her own name that are still to come.
    skip: usize,
    at_start: bool,
    cut: bool,
}

impl Voice {
    /// Watches the words of `own` among `others`.
    #[must_use]
    pub fn new<'a>(own: &str, others: impl IntoIterator<Item = &'a str>) -> Self {
        let others = others.into_iter().map(lower).filter(|name| !name.is_empty()).collect();
        Self { own: lower(own), others, held: String::new(), skip: 0, at_start: true, cut: false }
    }

    /// Whether somebody else began to speak: nothing more is to be heard.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// What of `text`, and of what was held back before it, is hers for certain.
    #[must_use]
    pub fn pass(&mut self, text: &str) -> String {
        let mut said = String::new();
        for c in text.chars() {
            if self.cut {
                break;
            }
            if !self.at_start {
                if self.skip > 0 && is_emphasis(c) {
                    self.skip -= 1;
                    continue;
                }
                self.skip = 0;
                said.push(c);
                self.at_start = c == '\n';
                continue;
            }
            self.held.push(c);
            match self.look() {
                Look::Another => {
                    self.cut = true;
                    self.held.clear();
                }
                Look::Herself => {
                    let opened = self.held.trim_start().chars().take_while(|c| is_emphasis(*c)).count();
                    let all = self.held.chars().filter(|c| is_emphasis(*c)).count();
                    self.skip = (opened * 2).saturating_sub(all);
                    self.held.clear();
                    self.at_start = false;
                }
                Look::Nobody => {
                    said.push_str(&self.held);
                    self.held.clear();
                    self.at_start = c == '\n';
                }
                Look::Perhaps => {}
            }
        }
        said
    }

    /// What was held back to the end: it has become no name.
    #[must_use]
    pub fn rest(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// Whose line begins with what is held.
    fn look(&self) -> Look {
        let plain: String = self.held.chars().filter(|c| !is_emphasis(*c)).collect();
        if plain.contains('\n') {
            return Look::Nobody;
        }
        let begun = lower(plain.trim_start_matches(|c: char| c.is_whitespace() || is_opening(c)));
        let is_whole = |name: &[char]| {
            let rest = begun.strip_prefix(name);
            rest.is_some_and(|rest| matches!(rest.iter().find(|c| !is_closing(**c)), Some(':' | '：')))
        };
        if self.others.iter().any(|name| is_whole(name)) {
            return Look::Another;
        }
        if is_whole(&self.own) {
            return Look::Herself;
        }
        let may_become = |name: &[char]| match begun.strip_prefix(name) {
            Some(rest) => rest.iter().all(|c| is_closing(*c)) && rest.len() < 3,
            None => name.starts_with(&begun),
        };
        let is_possible = may_become(&self.own) || self.others.iter().any(|name| may_become(name));
        if is_possible { Look::Perhaps } else { Look::Nobody }
    }
}

fn is_emphasis(c: char) -> bool {
    matches!(c, '*' | '_')
}

/// What models put before a name: a quote, an item of a list, a bracket.
fn is_opening(c: char) -> bool {
    matches!(c, '>' | '-' | '•' | '[' | '(' | '"' | '“' | '「' | '【' | '#')
}

/// What may stand between a name and its colon.
fn is_closing(c: char) -> bool {
    matches!(c, ' ' | ']' | ')' | '"' | '”' | '」' | '】')
}

enum Look {
    Another,
    Herself,
    Nobody,
    Perhaps,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> CharacterId {
        CharacterId(Uuid::from_u128(n))
    }

    fn cast() -> Vec<Present<'static>> {
        let names = ["Mira Sol", "Kai", "海斗"];
        (1..).zip(names).map(|(n, name)| Present { id: id(n), name, talkativeness: 50 }).collect()
    }

    fn scene<'a>(text: &'a str, characters: &'a [Present<'a>], mode: ReplyMode) -> Scene<'a> {
        Scene {
            text,
            characters,
            people: &["Aya", "Bo"],
            spoke_last: None,
            among_people: false,
            mode,
            at_most: 2,
            seed: 7,
        }
    }

    fn who(scene: &Scene<'_>) -> Vec<u128> {
        speakers(scene).iter().map(|speaker| speaker.id.0.as_u128()).collect()
    }

    #[test]
    fn those_who_are_addressed_answer_in_the_order_of_the_words() {
        let cast = cast();
        for (text, expected) in [
            ("kai, and you, MIRA?", vec![2, 1]),
            ("@Mira Sol: is it you?", vec![1]),
            ("What does海斗think?", vec![3]),
            ("海斗さんは?", vec![3]),
            ("The kaiser and the miracle", vec![]),
            ("Kai's house", vec![2]),
            ("@all, come here", vec![1, 2, 3]),
            ("hello", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(who(&scene(text, &cast, ReplyMode::Addressed)), expected, "{text}");
        }
    }

    #[test]
    fn a_first_name_that_two_have_addresses_neither() {
        let names = ["Mira Sol", "Mira Vale"];
        let cast: Vec<Present<'_>> =
            (1..).zip(names).map(|(n, name)| Present { id: id(n), name, talkativeness: 50 }).collect();
        assert_eq!(who(&scene("Mira?", &cast, ReplyMode::Addressed)), Vec::<u128>::new());
        assert_eq!(who(&scene("Mira Vale?", &cast, ReplyMode::Addressed)), [2]);
    }

    #[test]
    fn the_modes_differ_when_nobody_is_addressed() {
        let cast = cast();
        assert_eq!(who(&scene("Well.", &cast, ReplyMode::All)), [1, 2, 3]);
        assert_eq!(who(&scene("Kai?", &cast, ReplyMode::All)), [2]);
        assert_eq!(who(&scene("Kai?", &cast, ReplyMode::Manual)), Vec::<u128>::new());
        assert_eq!(who(&scene("Well.", &[], ReplyMode::Natural)), Vec::<u128>::new());
    }

    #[test]
    fn turns_are_taken_by_chance_within_the_cap_and_nobody_is_left_without_an_answer() {
        let cast = cast();
        let mut spoken = [0_u32; 4];
        for seed in 0..2_000 {
            let alone = Scene { seed, spoke_last: Some(id(1)), ..scene("Well.", &cast, ReplyMode::Natural) };
            let chosen = who(&alone);
            assert_eq!(chosen, who(&alone), "the same scene has the same speakers");
            assert!((1..=2).contains(&chosen.len()), "{chosen:?}");
            for n in chosen {
                spoken[usize::try_from(n).unwrap()] += 1;
            }
            let quiet = Scene { among_people: true, ..alone };
            assert!(who(&quiet).len() <= 1);
        }
        assert!(spoken[1] < spoken[2] && spoken[1] < spoken[3], "who spoke last waits: {spoken:?}");
        let interrupted = (0..2_000)
            .filter(|seed| !who(&Scene { seed: *seed, ..scene("Bo, and you?", &cast, ReplyMode::Natural) }).is_empty());
        assert!(interrupted.count() < 700, "people are let talk");
    }

    fn heard(pieces: &[&str]) -> (String, bool) {
        let mut voice = Voice::new("Mira", ["Kai", "Aya", "海斗"]);
        let mut said: String = pieces.iter().map(|piece| voice.pass(piece)).collect();
        said += &voice.rest();
        (said, voice.is_cut())
    }

    #[test]
    fn a_voice_ends_where_another_begins() {
        for (text, expected, cut) in [
            ("Hello there.\nKai: No!", "Hello there.\n", true),
            ("Mira: Hello.\nShe waits.", " Hello.\nShe waits.", false),
            ("**Mira:** Hello.", " Hello.", false),
            ("**Mira**: *waves*", " *waves*", false),
            ("Mira: *waves*", " *waves*", false),
            ("Hm.\n**Aya**: I say", "Hm.\n", true),
            ("Hm.\n海斗：はい", "Hm.\n", true),
            ("Kai is late.\nKai", "Kai is late.\nKai", false),
            ("I told Kai: go.", "I told Kai: go.", false),
            ("kai : what", "", true),
        ] {
            assert_eq!(heard(&[text]), (expected.to_owned(), cut), "{text}");
            let pieces: Vec<String> = text.chars().map(String::from).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            assert_eq!(heard(&pieces), (expected.to_owned(), cut), "in pieces: {text}");
        }
    }

    #[test]
    fn nothing_is_held_that_cannot_become_a_name() {
        let mut voice = Voice::new("Mira", ["Kai"]);
        assert_eq!(voice.pass("Hel"), "Hel");
        assert_eq!(voice.pass("lo\nK"), "lo\n");
        assert_eq!(voice.pass("ind"), "Kind");
    }
}
