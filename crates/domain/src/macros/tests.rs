use std::collections::BTreeMap;

use proptest::prelude::*;
use time::macros::datetime;

use super::*;

const NAMES: Names<'static> = Names { char: "Rin", user: "{{char}}" };

fn env() -> Env<'static> {
    Env {
        char: "Rin",
        user: "{{char}}",
        card: CardTexts {
            description: "{{char}} keeps the light.",
            scenario: "{{scenario}}x{{scenario}}",
            ..CardTexts::default()
        },
        last: LastSaid { message: "{{description}}", by_user: "{{roll:6}}", by_char: "Hm." },
        now: Some(datetime!(2026-04-06 21:05:09 UTC)),
        idle: Some(Duration::hours(3)),
        seeds: Seeds { turn: 1, chat: 2 },
        ..Env::default()
    }
}

fn text(given: &str) -> String {
    Expander::new(env()).expand(given).text
}

#[test]
fn names_are_put_in_once_and_in_any_case() {
    assert_eq!(expand("{{Char}} waits for <USER>, {{ {<b> {{x}}漢", NAMES), "Rin waits for {{char}}, {{ {<b> {{x}}漢");
    assert_eq!(expand("<BOT>{{", NAMES), "Rin{{");
    assert_eq!(expand_over("A. {{original}} B.", "{{char}}!", NAMES), "A. Rin! B.");
}

#[test]
fn what_a_person_said_or_is_called_is_never_read_as_a_macro() {
    assert_eq!(text("{{user}}|{{lastMessage}}|{{lastUserMessage}}"), "{{char}}|{{description}}|{{roll:6}}");
    assert_eq!(text("{{reverse::{{user}}}}"), "}}rahc{{");
    let env = Env { persona: "{{char}}", company: &["{{char}}".to_owned()], ..env() };
    assert_eq!(Expander::new(env).expand("{{persona}} {{notChar}} {{group}}").text, "{{char}} {{char}} Rin, {{char}}");
}

#[test]
fn the_macros_of_v3() {
    for (given, expected) in [
        ("a{{// gone {{char}}}}b", "ab"),
        ("a{{comment: gone}}b", "ab"),
        ("a{{hidden_key:sea}}b", "ab"),
        ("{{reverse:abc}}", "cba"),
        ("{{random:x}}", "x"),
        ("{{random:a\\,b}}", "a,b"),
        ("{{pick::only}}", "only"),
        ("{{roll:1}} {{roll:d1}} {{roll 2d1+3}}", "1 1 5"),
        ("{{roll:d0}} {{roll:x}}", "{{roll:d0}} {{roll:x}}"),
    ] {
        assert_eq!(text(given), expected, "{given}");
    }
    assert_eq!(Expander::new(env()).expand("{{hidden_key: the {{char}} }}").hidden, ["the Rin"]);
}

#[test]
fn the_macros_of_sillytavern() {
    for (given, expected) in [
        ("{{description}}", "Rin keeps the light."),
        ("\\{\\{char\\}\\}", "{{char}}"),
        ("a{{newline}}b{{noop}}", "a\nb"),
        ("a\n{{trim}}\nb", "ab"),
        ("{{if char}}yes{{else}}no{{/if}}", "yes"),
        ("{{if persona}}yes{{else}}no{{/if}}", "no"),
        ("{{if !persona}}yes{{/if}}", "yes"),
        ("{{if 0}}a{{else}}{{if x}}b{{else}}c{{/if}}{{/if}}", "b"),
        ("{{if off}}a{{/if}}.", "."),
        ("{{setvar::n::2}}{{addvar::n::3}}{{incvar::n}} {{getvar::n}}", "6 6"),
        ("{{setvar::s}}x{{char}}{{/setvar}}{{getvar::s}}", "xRin"),
        ("{{setglobalvar::s::g}}{{getvar::s}}{{getglobalvar::s}}", "g"),
        ("{{reverse}}abc{{/reverse}}", "cba"),
        ("{{time}} {{date}} {{weekday}} {{isotime}} {{isodate}}", "9:05 PM April 6, 2026 Monday 21:05 2026-04-06"),
        ("{{datetimeformat::dd. MMM YYYY, HH:mm:ss [h]}}", "dd. Apr 2026, 21:05:09 h"),
        ("{{idleDuration}}", "3 hours"),
        ("{{timeDiff::2026-04-06::2026-04-08}}", "2 days"),
        ("{{group}} {{notChar}}", "Rin {{char}}"),
        ("{{unknown::{{char}}}} {{unknown}}", "{{unknown::Rin}} {{unknown}}"),
        ("<CHARIFNOTGROUP> <GROUP>", "Rin Rin"),
    ] {
        assert_eq!(text(given), expected, "{given}");
    }
}

#[test]
fn a_pick_stays_and_chance_is_another_with_each_turn() {
    let choices = "{{pick::a::b::c::d::e::f::g::h}} {{pick::a::b::c::d::e::f::g::h}} {{pick:1,2,3,4,5,6,7,8,9}}";
    let of = |turn, given: &str| Expander::new(Env { seeds: Seeds { turn, chat: 7 }, ..env() }).expand(given);
    assert_eq!(of(1, choices), of(2, choices));
    assert!(!of(1, choices).is_volatile);
    let chance = "{{random::a::b::c}}{{roll:1000}}";
    assert_eq!(of(1, chance), of(1, chance), "the same turn is the same prompt");
    assert!((2..20).any(|turn| of(turn, chance) != of(1, chance)));
    assert!(of(1, chance).is_volatile);
    let mut expander = Expander::new(env());
    let places: std::collections::HashSet<String> =
        (0..20).map(|place| expander.expand_at(choices, place).text).collect();
    assert!(places.len() > 1, "each place has a chance of its own");
}

#[test]
fn outlets_are_filled_and_empty_where_there_is_nothing() {
    let outlets = BTreeMap::from([("map".to_owned(), "North. {{x}}".to_owned())]);
    let env = Env { outlets: Some(&outlets), ..env() };
    assert_eq!(Expander::new(env).expand("[{{outlet::map}}][{{outlet::none}}]").text, "[North. {{x}}][]");
}

#[test]
fn a_text_that_holds_itself_ends() {
    let endless = text("{{scenario}}");
    assert!(endless.len() <= 256 * 1024 && endless.contains('x'));
    let deep = format!("{}char{}", "{{".repeat(500), "}}".repeat(500));
    assert!(text(&deep).len() <= 256 * 1024);
    let many = "{{char}}".repeat(50_000);
    assert!(text(&many).len() <= 256 * 1024 + many.len());
}

proptest! {
    #[test]
    fn no_text_breaks_it(given in "(\\{\\{|\\}\\}|::|:|/|if|else|char|roll|random|setvar| |,|\\\\|<|user>|d|9|漢|\\PC){0,40}") {
        let expanded = text(&given);
        prop_assert!(expanded.len() <= 256 * 1024);
        prop_assert_eq!(text(&given), expanded);
    }

    #[test]
    fn a_text_without_macros_is_itself(given in "[a-z \n漢]{0,40}") {
        prop_assert_eq!(text(&given), given);
    }
}
