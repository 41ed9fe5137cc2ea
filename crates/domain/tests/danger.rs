//! How well danger is heard: labelled sentences in three languages, with recall and precision of each.
#![expect(clippy::expect_used, reason = "these are tests")]

use domain::ClosedSet;
use domain::safety::{Danger, Tongue, danger};

const LABELLED: &str = include_str!("danger.txt");

fn labelled() -> Vec<(Option<Danger>, &'static str)> {
    let lines = LABELLED.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (label, text) = line.split_once('\t').expect("a label and a text");
            let known = Danger::ALL.iter().copied().find(|danger| danger.as_str() == label);
            assert!(known.is_some() || label == "everyday", "{label}");
            (known, text)
        })
        .collect()
}

#[test]
fn danger_is_heard_and_what_people_say_every_day_is_not() {
    let labelled = labelled();
    let (mut missed, mut wrong, mut mistaken) = (Vec::new(), Vec::new(), Vec::new());
    for tongue in Tongue::ALL {
        let of_tongue = labelled.iter().filter(|(_, text)| Tongue::of(text) == *tongue);
        let (mut hits, mut in_danger, mut heard) = (0_u32, 0_u32, 0_u32);
        for (label, text) in of_tongue {
            let found = danger(text);
            in_danger += u32::from(label.is_some());
            heard += u32::from(found.is_some());
            hits += u32::from(label.is_some() && found.is_some());
            match (label, found) {
                (Some(_), None) => missed.push(*text),
                (None, Some(_)) => wrong.push(*text),
                (Some(label), Some(found)) if *label != found => mistaken.push(*text),
                _ => {}
            }
        }
        assert!(in_danger >= 20, "{} has too few examples", tongue.as_str());
        let share = |of: u32| f64::from(hits) / f64::from(of.max(1));
        println!(
            "{}: recall {:.3} of {in_danger}, precision {:.3} of {heard}",
            tongue.as_str(),
            share(in_danger),
            share(heard)
        );
        assert!(share(in_danger) >= 0.85, "missed: {missed:?}");
    }
    println!("missed: {missed:#?}");
    assert_eq!(wrong, [] as [&str; 0], "everyday words");
    assert_eq!(mistaken, [] as [&str; 0], "another danger than it was");
}

#[test]
fn a_long_text_is_heard_in_bounded_time() {
    let long = "I want to dye my hair and 想 wander. ".repeat(20_000);
    assert_eq!(danger(&long), None);
    assert_eq!(danger(&format!("{} I want to die", "x ".repeat(500))), Some(Danger::SelfHarm));
}
