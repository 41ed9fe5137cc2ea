//! Between what a card says and what a character is here: what is too long is cut and said, never refused, and the card is kept
//! whole. On the way out only what was changed here is written.

use domain::bonds::BondRules;
use domain::cards::{CardNotice, CardWarning};
use domain::characters::{self, CharacterProfile, ContentRating, DepthPrompt, Translation, Visibility};
use domain::limits;
use domain::routes::Route;
use domain::sampling::Sampling;
use exchange::cards::{Card, CardFields};

use crate::{ServiceError, ServiceResult};

/// Under which key a card holds what a character declares about bonds.
const BOND: &str = "bond";

/// Under which key it holds the story that she carries.
const ROUTE: &str = "route";

/// Under which key it holds what people read of her in other languages.
const TRANSLATIONS: &str = "translations";

/// What a character without a name is called.
const UNNAMED: &str = "Unnamed";

/// What stands before the personality, which is a part of the persona here.
const PERSONALITY: &str = "Personality: ";

/// The character that a card describes: private, and for her maker to show. `file` is what the file is called.
pub(super) fn profile(fields: &CardFields, file: Option<&str>, warnings: &mut Vec<CardWarning>) -> CharacterProfile {
    let mut fitting = Fitting { warnings };
    // `{{char}}` stands for the nickname where there is one; the whole name is the line under it then.
    let (name, tagline) = match (one_line(&fields.nickname), one_line(&fields.name)) {
        (nickname, name) if nickname.is_empty() || nickname == name => (name, String::new()),
        (nickname, name) => (nickname, name),
    };
    let name = [name, file.map(stem).unwrap_or_default(), UNNAMED.to_owned()].into_iter().find(|name| !name.is_empty());
    CharacterProfile {
        name: fitting.cut("name", name.unwrap_or_default(), limits::CHARACTER_NAME).trim().to_owned(),
        tagline: fitting.cut("name", tagline, limits::CHARACTER_TAGLINE).trim().to_owned(),
        persona: fitting.text("description", &persona(fields), limits::CHARACTER_TEXT),
        scenario: fitting.text("scenario", &fields.scenario, limits::CHARACTER_TEXT),
        greeting: fitting.text("first_mes", &fields.first_mes, limits::GREETING),
        alternate_greetings: fitting.greetings("alternate_greetings", &fields.alternate_greetings),
        group_greetings: fitting.greetings("group_only_greetings", &fields.group_only_greetings),
        examples: fitting.text("mes_example", &fields.mes_example, limits::CHARACTER_TEXT),
        system_prompt: fitting.text("system_prompt", &fields.system_prompt, limits::CHARACTER_TEXT),
        post_history_instructions: fitting.text(
            "post_history_instructions",
            &fields.post_history_instructions,
            limits::CHARACTER_TEXT,
        ),
        depth_prompt: DepthPrompt {
            text: fitting.text("depth_prompt", &fields.depth_prompt.text, limits::CHARACTER_TEXT),
            depth: fields.depth_prompt.depth.min(limits::LORE_DEPTH),
            role: fields.depth_prompt.role,
        },
        creator_notes: fitting.text("creator_notes", &fields.creator_notes, limits::CHARACTER_TEXT),
        tags: fitting.tags(&fields.tags),
        visibility: Visibility::Private,
        rating: ContentRating::default(),
        model: None,
        sampling: Sampling::default(),
        bond: None,
        routine: None,
        translations: Vec::new(),
    }
}

fn persona(fields: &CardFields) -> String {
    let parts = [
        fields.description.clone(),
        match fields.personality.trim() {
            "" => String::new(),
            personality => format!("{PERSONALITY}{personality}"),
        },
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The fields of a character that came from no card.
pub(super) fn fields(profile: &CharacterProfile) -> CardFields {
    CardFields {
        name: profile.name.clone(),
        description: profile.persona.clone(),
        scenario: profile.scenario.clone(),
        first_mes: profile.greeting.clone(),
        mes_example: profile.examples.clone(),
        creator_notes: profile.creator_notes.clone(),
        system_prompt: profile.system_prompt.clone(),
        post_history_instructions: profile.post_history_instructions.clone(),
        depth_prompt: profile.depth_prompt.clone(),
        alternate_greetings: profile.alternate_greetings.clone(),
        group_only_greetings: profile.group_greetings.clone(),
        tags: profile.tags.clone(),
        ..CardFields::default()
    }
}

/// The card with what differs now from what it made of her then.
pub(super) fn laid_over(card: Card, profile: &CharacterProfile) -> Card {
    let before = card.fields.clone();
    let then = self::profile(&before, None, &mut Vec::new());
    let (now, was) = (fields(profile), fields(&then));
    let mut changed = before.clone();
    if now.name != was.name {
        let name = if before.nickname.is_empty() { &mut changed.name } else { &mut changed.nickname };
        name.clone_from(&now.name);
    }
    if now.description != was.description {
        changed.description = now.description;
        changed.personality = String::new();
    }
    let pairs = [
        (&mut changed.scenario, now.scenario, was.scenario),
        (&mut changed.first_mes, now.first_mes, was.first_mes),
        (&mut changed.mes_example, now.mes_example, was.mes_example),
        (&mut changed.creator_notes, now.creator_notes, was.creator_notes),
        (&mut changed.system_prompt, now.system_prompt, was.system_prompt),
        (&mut changed.post_history_instructions, now.post_history_instructions, was.post_history_instructions),
    ];
    for (field, now, was) in pairs {
        if now != was {
            *field = now;
        }
    }
    if now.depth_prompt != was.depth_prompt {
        changed.depth_prompt = now.depth_prompt;
    }
    if now.alternate_greetings != was.alternate_greetings {
        changed.alternate_greetings = now.alternate_greetings;
    }
    if now.group_only_greetings != was.group_only_greetings {
        changed.group_only_greetings = now.group_only_greetings;
    }
    if now.tags != was.tags {
        changed.tags = now.tags;
    }
    card.laid_over(&before, &changed)
}

/// What of itself this program wrote into the card about bonds; what is not in its bounds stays in the card alone.
pub(super) fn bond(card: &Card) -> Option<BondRules> {
    let rules: BondRules = serde_json::from_value(card.own(BOND)?.clone()).ok()?;
    rules.checked().ok()
}

/// The card with what the character declares about bonds now.
pub(super) fn with_bond(card: Card, profile: &CharacterProfile) -> ServiceResult<Card> {
    if bond(&card) == profile.bond {
        return Ok(card);
    }
    let rules = profile.bond.as_ref().map(serde_json::to_value).transpose();
    let rules = rules.map_err(|error| ServiceError::Internal(error.to_string()))?;
    Ok(card.with_own(BOND, rules))
}

/// What people read of her in other languages, as this program wrote it into the card; what is not in its bounds stays in the card alone.
pub(super) fn translations(card: &Card) -> Vec<Translation> {
    let written = card.own(TRANSLATIONS).cloned().and_then(|written| serde_json::from_value::<Vec<_>>(written).ok());
    written.and_then(|written| characters::translations(written).ok()).unwrap_or_default()
}

/// The card with what people read of the character in other languages now.
pub(super) fn with_translations(card: Card, profile: &CharacterProfile) -> ServiceResult<Card> {
    let now = &profile.translations;
    if translations(&card) == *now {
        return Ok(card);
    }
    let written = (!now.is_empty()).then(|| serde_json::to_value(now)).transpose();
    Ok(card.with_own(TRANSLATIONS, written.map_err(|error| ServiceError::Internal(error.to_string()))?))
}

/// The story that this program wrote into the card; what is not in its bounds stays in the card alone.
pub(super) fn route(card: &Card, rules: &BondRules) -> Option<Route> {
    let route: Route = serde_json::from_value(card.own(ROUTE)?.clone()).ok()?;
    route.checked(rules).ok()
}

/// The card with the story that the character carries now.
pub(super) fn with_route(card: Card, now: Option<&Route>, rules: &BondRules) -> ServiceResult<Card> {
    if route(&card, rules).as_ref() == now {
        return Ok(card);
    }
    let written = now.map(serde_json::to_value).transpose();
    Ok(card.with_own(ROUTE, written.map_err(|error| ServiceError::Internal(error.to_string()))?))
}

/// The name of a file without what stands behind the last dot.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    one_line(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ").trim().to_owned()
}

/// Makes texts fit, and says where it had to.
struct Fitting<'a> {
    warnings: &'a mut Vec<CardWarning>,
}

impl Fitting<'_> {
    fn note(&mut self, notice: CardNotice, field: &str) {
        let warning = CardWarning::new(notice, field);
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn cut(&mut self, field: &str, text: String, most: usize) -> String {
        match text.char_indices().nth(most) {
            None => text,
            Some((end, _)) => {
                self.note(CardNotice::TextCut, field);
                text.get(..end).unwrap_or_default().to_owned()
            }
        }
    }

    fn text(&mut self, field: &str, text: &str, most: usize) -> String {
        let unshown = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let cleaned: String = text.chars().filter(|c| !unshown(*c)).collect();
        if cleaned.len() != text.len() {
            self.note(CardNotice::TextCleaned, field);
        }
        self.cut(field, cleaned, most)
    }

    fn greetings(&mut self, field: &str, greetings: &[String]) -> Vec<String> {
        let said: Vec<&String> = greetings.iter().filter(|greeting| !greeting.trim().is_empty()).collect();
        if said.len() > limits::ALTERNATE_GREETINGS {
            self.note(CardNotice::ListCut, field);
        }
        let kept = said.into_iter().take(limits::ALTERNATE_GREETINGS);
        kept.map(|greeting| self.text(field, greeting, limits::GREETING)).collect()
    }

    fn tags(&mut self, tags: &[String]) -> Vec<String> {
        let mut kept: Vec<String> = Vec::new();
        for tag in tags {
            let tag = self.cut("tags", one_line(&tag.to_lowercase()), limits::TAG).trim().to_owned();
            if tag.is_empty() || kept.contains(&tag) {
                continue;
            }
            if kept.len() == limits::TAGS {
                self.note(CardNotice::ListCut, "tags");
                break;
            }
            kept.push(tag);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(fields: CardFields) -> Card {
        Card::new(fields)
    }

    #[test]
    fn whatever_a_card_says_makes_a_character_that_may_be_kept() {
        let long = "字\u{0}".repeat(limits::CHARACTER_TEXT + 1);
        let fields = CardFields {
            name: long.clone(),
            nickname: "\n".into(),
            description: long.clone(),
            personality: long.clone(),
            first_mes: long.clone(),
            alternate_greetings: vec![long.clone(); 40],
            group_only_greetings: vec![long.clone(); 40],
            post_history_instructions: long.clone(),
            depth_prompt: DepthPrompt { text: long.clone(), depth: u32::MAX, ..DepthPrompt::default() },
            tags: (0..40).map(|n| format!(" Tag\t{n} {long}")).collect(),
            ..CardFields::default()
        };
        let mut warnings = Vec::new();
        let made = profile(&fields, None, &mut warnings);
        assert_eq!(made.clone().checked(), Ok(made.clone()), "nothing is left to refuse or trim");
        assert_eq!((made.alternate_greetings.len(), made.tags.len()), (limits::ALTERNATE_GREETINGS, 24));
        for expected in [
            CardWarning::new(CardNotice::TextCut, "description"),
            CardWarning::new(CardNotice::TextCleaned, "description"),
            CardWarning::new(CardNotice::ListCut, "alternate_greetings"),
            CardWarning::new(CardNotice::ListCut, "tags"),
        ] {
            assert!(warnings.contains(&expected), "{expected:?}");
        }
        // What was cut here leaves whole, unless somebody changed it.
        assert_eq!(laid_over(card(fields.clone()), &made).fields, fields);
    }

    #[test]
    fn names_are_found_where_there_are_none() {
        let named = |name: &str, nickname: &str, file: Option<&str>| {
            let fields = CardFields { name: name.into(), nickname: nickname.into(), ..CardFields::default() };
            let made = profile(&fields, file, &mut Vec::new());
            (made.name, made.tagline)
        };
        assert_eq!(named("Iris", "", None), ("Iris".into(), String::new()));
        assert_eq!(named("Iris of the Sea", "Iris", None), ("Iris".into(), "Iris of the Sea".into()));
        assert_eq!(named(" ", "", Some("C:\\cards\\iris.v2.png")), ("iris.v2".into(), String::new()));
        assert_eq!(named("", "", Some(".png")), (UNNAMED.into(), String::new()));
    }

    #[test]
    fn what_she_declares_of_bonds_goes_with_her() {
        let mut made = profile(&CardFields::default(), None, &mut Vec::new());
        let plain = with_bond(card(fields(&made)), &made).unwrap();
        assert_eq!((bond(&plain), plain.own(BOND)), (None, None));
        made.bond = Some(BondRules { mood_hours: 9, ..BondRules::usual().clone() });
        let carried = with_bond(plain, &made).unwrap();
        assert_eq!(bond(&carried), made.bond);
        made.bond = None;
        assert_eq!(with_bond(carried, &made).unwrap().own(BOND), None);
        let wrong = card(CardFields::default())
            .with_own(BOND, Some(serde_json::json!({"dimensions": [], "stages": [], "mood_hours": 0})));
        assert_eq!(bond(&wrong), None);
        assert!(with_bond(wrong, &made).unwrap().own(BOND).is_some(), "it is kept as it came");
    }

    #[test]
    fn what_she_says_in_other_languages_goes_with_her() {
        let mut made = profile(&CardFields::default(), None, &mut Vec::new());
        let plain = with_translations(card(fields(&made)), &made).unwrap();
        assert_eq!((translations(&plain), plain.own(TRANSLATIONS)), (Vec::new(), None));
        let japanese = serde_json::json!({"language": "ja", "greeting": "こんばんは。"});
        made.translations = vec![serde_json::from_value(japanese.clone()).unwrap()];
        let carried = with_translations(plain, &made).unwrap();
        assert_eq!(translations(&carried), made.translations);
        made.translations.clear();
        assert_eq!(with_translations(carried, &made).unwrap().own(TRANSLATIONS), None);
        let twice = card(CardFields::default()).with_own(TRANSLATIONS, Some(serde_json::json!([japanese, japanese])));
        assert_eq!(translations(&twice), []);
        assert!(with_translations(twice, &made).unwrap().own(TRANSLATIONS).is_some(), "it is kept as it came");
    }

    #[test]
    fn the_story_she_carries_goes_with_her() {
        let rules = BondRules::usual();
        let made = profile(&CardFields::default(), None, &mut Vec::new());
        let plain = card(fields(&made));
        let story = serde_json::json!({"chapters": [{"id": "one", "title": "One", "scenes": [
            {"id": "rain", "title": "Rain", "opening": "It rains.", "when": {"kind": "always"}, "ending": {"id": "end", "title": "End"}},
        ]}]});
        let story: Route = serde_json::from_value(story).unwrap();
        let carried = with_route(plain, Some(&story), rules).unwrap();
        assert_eq!(route(&carried, rules), Some(story.clone()));
        assert_eq!(with_route(carried.clone(), Some(&story), rules).unwrap().raw, carried.raw);
        assert_eq!(with_route(carried, None, rules).unwrap().own(ROUTE), None);
        let wrong = card(fields(&made)).with_own(ROUTE, Some(serde_json::json!({"chapters": []})));
        assert_eq!(route(&wrong, rules), None);
        assert!(with_route(wrong, None, rules).unwrap().own(ROUTE).is_some(), "it is kept as it came");
    }

    #[test]
    fn only_what_was_changed_is_written() {
        let fields = CardFields {
            name: "Iris of the Sea".into(),
            nickname: "Iris".into(),
            description: "Keeps the light.".into(),
            personality: "calm".into(),
            tags: vec!["Sea".into()],
            ..CardFields::default()
        };
        let mut now = profile(&fields, None, &mut Vec::new());
        assert_eq!(now.persona, "Keeps the light.\n\nPersonality: calm");
        assert_eq!(laid_over(card(fields.clone()), &now).fields, fields);
        now.name = "Irena".into();
        now.scenario = "Rain.".into();
        now.group_greetings = vec!["All of you!".into()];
        now.depth_prompt.text = "She is tired.".into();
        let changed = laid_over(card(fields.clone()), &now);
        assert_eq!(
            changed.raw["data"]["extensions"]["depth_prompt"],
            serde_json::json!({"prompt": "She is tired.", "depth": 4, "role": "system"})
        );
        let changed = changed.fields;
        let expected = CardFields {
            nickname: "Irena".into(),
            scenario: "Rain.".into(),
            group_only_greetings: vec!["All of you!".into()],
            depth_prompt: DepthPrompt { text: "She is tired.".into(), ..DepthPrompt::default() },
            ..fields.clone()
        };
        assert_eq!(changed, expected, "the tags keep their capitals");
        now.persona = "Left the light.".into();
        let changed = laid_over(card(fields), &now).fields;
        assert_eq!((changed.description.as_str(), changed.personality.as_str()), ("Left the light.", ""));
    }
}
