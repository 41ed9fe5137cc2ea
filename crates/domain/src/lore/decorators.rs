//! Decorators of V3: lines `@@name value` that stand before what an entry says.
//!
//! A line `@@@name value` is tried when the one above it is not understood, and so on down the chain. Of a name that stands twice
//! the first counts. What has no meaning in a chat (places counted in tokens, icons) is not understood.

use crate::lore::book::LorePosition;
use crate::prompt::PromptRole;

closed_set! {
    /// A slot of the prompt that a decorator names.
    pub enum DecoratedSlot {
        /// Before what is told of the character.
        BeforeDesc = "before_desc",
        /// After it.
        AfterDesc = "after_desc",
        /// With what she is like, which stands there, too.
        Personality = "personality",
        /// With where the two meet.
        Scenario = "scenario",
    }
}

closed_set! {
    /// What a match does to all later messages of a chat.
    pub enum Latch {
        /// The entry fires always.
        On = "on",
        /// The entry fires never again.
        Off = "off",
    }
}

closed_set! {
    /// A prompt of the server that an entry stands in for.
    pub enum UiPrompt {
        /// How to answer.
        SystemPrompt = "system_prompt",
        /// What stands after the history.
        PostHistoryInstructions = "post_history_instructions",
    }
}

/// What the decorators of an entry say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decorators {
    /// From so many messages of the character on.
    pub only_after: Option<u32>,
    /// With every so many messages of the character.
    pub only_every: Option<u32>,
    /// What a match does to later messages.
    pub latch: Option<Latch>,
    /// So many messages from the end.
    pub depth: Option<u32>,
    /// So many messages from the beginning.
    pub reverse_depth: Option<u32>,
    /// Who says it.
    pub role: Option<PromptRole>,
    /// How many messages are searched.
    pub scan_depth: Option<u32>,
    /// With which greeting alone; 0 is the first.
    pub is_greeting: Option<u32>,
    /// Where it stands.
    pub slot: Option<DecoratedSlot>,
    /// Whether it goes first when the budget is over.
    pub ignore_on_max_context: bool,
    /// Of each of these lists one is to be found, too.
    pub additional_keys: Vec<Vec<String>>,
    /// None of these is to be found.
    pub exclude_keys: Vec<String>,
    /// Not all of these are to be found.
    pub exclude_keys_all: Vec<String>,
    /// Whether it fires without a key.
    pub activate: bool,
    /// Whether it does not fire, whatever is found.
    pub dont_activate: bool,
    /// Which prompt it stands in for.
    pub disables: Option<UiPrompt>,
    /// Whether keys are whole words.
    pub whole_words: Option<bool>,
    /// Of a hundred times, how often it fires.
    pub probability: Option<u8>,
    /// Which goes first when the budget is over: the lowest.
    pub priority: Option<i32>,
    /// Whether it wakes others.
    pub recursive: Option<bool>,
    /// Whether others cannot wake it.
    pub no_recursive_search: bool,
    /// Whether the first line that could not be understood had nothing below it that could.
    pub is_unclear: bool,
}

impl Decorators {
    /// Where the entry is to stand, by name; a position beats a depth.
    #[must_use]
    pub fn position(&self) -> Option<LorePosition> {
        match self.slot? {
            DecoratedSlot::BeforeDesc => Some(LorePosition::BeforeChar),
            DecoratedSlot::AfterDesc | DecoratedSlot::Personality => Some(LorePosition::AfterChar),
            DecoratedSlot::Scenario => None,
        }
    }
}

/// The decorators of `content`, and what it says without them.
#[must_use]
pub fn parse(content: &str) -> (Decorators, &str) {
    let mut found = Decorators::default();
    let mut rest = content;
    // Whether the line above was understood: then what is there in its stead is not needed.
    let mut done = true;
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let trimmed = line.trim();
        let Some(decorator) = trimmed.strip_prefix("@@") else {
            if trimmed.is_empty() && !rest.is_empty() {
                rest = after;
                continue;
            }
            found.is_unclear |= !done;
            return (found, rest.trim_end());
        };
        match decorator.strip_prefix('@') {
            Some(_) if done => {}
            Some(instead) => done = apply(&mut found, instead).is_some(),
            None => {
                found.is_unclear |= !done;
                done = apply(&mut found, decorator).is_some();
            }
        }
        rest = after;
    }
}

/// Takes one decorator in; `None` when it is not understood.
fn apply(found: &mut Decorators, line: &str) -> Option<()> {
    let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (name, value) = (name.to_ascii_lowercase(), value.trim());
    let count = || value.parse::<u32>().ok();
    match name.as_str() {
        "activate_only_after" => first(&mut found.only_after, count()?),
        "activate_only_every" => first(&mut found.only_every, count().filter(|every| *every > 0)?),
        "keep_activate_after_match" => first(&mut found.latch, Latch::On),
        "dont_activate_after_match" => first(&mut found.latch, Latch::Off),
        "depth" => first(&mut found.depth, count()?),
        "end" => first(&mut found.depth, 0),
        "reverse_depth" => first(&mut found.reverse_depth, count()?),
        "role" => first(&mut found.role, value.to_ascii_lowercase().parse().ok()?),
        "scan_depth" => first(&mut found.scan_depth, count()?),
        "is_greeting" => first(&mut found.is_greeting, count()?),
        "position" => first(&mut found.slot, value.to_ascii_lowercase().parse().ok()?),
        "ignore_on_max_context" => found.ignore_on_max_context = true,
        "additional_keys" => found.additional_keys.push(list(value)?),
        "exclude_keys" => found.exclude_keys.extend(list(value)?),
        "exclude_keys_all" => found.exclude_keys_all.extend(list(value)?),
        "activate" => found.activate = true,
        "dont_activate" => found.dont_activate = true,
        "disable_ui_prompt" => first(&mut found.disables, value.to_ascii_lowercase().parse().ok()?),
        "match_full_word" => first(&mut found.whole_words, true),
        "match_partial_word" => first(&mut found.whole_words, false),
        "probability" => first(&mut found.probability, value.parse().ok().filter(|percent| *percent <= 100)?),
        "priority" => first(&mut found.priority, value.parse().ok()?),
        "recursive" => first(&mut found.recursive, true),
        "unrecursive" => first(&mut found.recursive, false),
        "no_recursive_search" => found.no_recursive_search = true,
        _ => return None,
    }
    Some(())
}

fn first<T>(slot: &mut Option<T>, value: T) {
    slot.get_or_insert(value);
}

fn list(value: &str) -> Option<Vec<String>> {
    let values: Vec<String> =
        value.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
    (!values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decorators_are_read_and_taken_off() {
        let (found, rest) = parse(
            "\n@@depth 2\n@@role user\n@@additional_keys a, b\n@@additional_keys c\n\n\nSays this.\n@@depth 9\n\n",
        );
        assert_eq!((found.depth, found.role), (Some(2), Some(PromptRole::User)));
        assert_eq!(found.additional_keys, [vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]]);
        assert_eq!(rest, "Says this.\n@@depth 9");
        assert!(!found.is_unclear);
    }

    #[test]
    fn a_chain_stops_at_the_first_that_is_understood() {
        let chain = "@@of_another_app 1\n@@@depth many\n@@@neither\n@@@nor\n@@@not_yet\n@@@depth 3\n@@@depth 4\n@@@scan_depth 9\nX";
        let (found, rest) = parse(chain);
        assert_eq!((found.depth, found.scan_depth, rest), (Some(3), None, "X"));
        assert!(!found.is_unclear);
        let (found, _) = parse("@@activate\n@@@depth 3\n@@unknown\nX");
        assert_eq!((found.activate, found.depth, found.is_unclear), (true, None, true));
    }

    #[test]
    fn of_a_name_that_stands_twice_the_first_counts() {
        let (found, _) =
            parse("@@depth 1\n@@depth 2\n@@end\n@@keep_activate_after_match\n@@dont_activate_after_match\nX");
        assert_eq!((found.depth, found.latch), (Some(1), Some(Latch::On)));
    }

    #[test]
    fn what_is_nothing_but_decorators_says_nothing() {
        assert_eq!(parse("@@activate").1, "");
        assert_eq!(parse("").1, "");
        assert_eq!(parse("   \n  Text").1, "  Text");
    }

    #[test]
    fn what_has_no_meaning_in_a_chat_leaves_room_for_what_has() {
        let (found, _) = parse(
            "@@instruct_depth 400\n@@@depth 6\n@@is_user_icon hat\n@@@dont_activate\n@@position pt_top\n@@@position scenario\nX",
        );
        assert_eq!((found.depth, found.dont_activate, found.slot), (Some(6), true, Some(DecoratedSlot::Scenario)));
    }
}
