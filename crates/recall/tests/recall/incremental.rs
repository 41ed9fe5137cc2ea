//! An index that was changed step by step is the index of what is left.

use std::collections::BTreeMap;

use crate::common::{at, episode, fact, id, index, note, question};
use domain::chats::Role;
use domain::memories::{EndReason, Ended, EpisodePlace, FactSubject};
use proptest::prelude::*;
use recall::{Entry, Hit, Index, Question};
use time::Duration;

#[derive(Debug, Clone)]
enum Step {
    Insert(Box<Entry>),
    Remove(u32),
    Clear,
}

const WORDS: &[&str] =
    &["cat", "dog", "green", "kitchen", "sister", "猫", "东京", "去年", "yesterday", "the", "painted", "我", "?"];

fn entries() -> impl Strategy<Value = Entry> {
    let text = proptest::collection::vec(proptest::sample::select(WORDS), 0..8).prop_map(|words| words.join(" "));
    let vector = proptest::option::of(prop_oneof![
        proptest::collection::vec(-1.0_f32..1.0, 4),
        proptest::collection::vec(-1.0_f32..1.0, 3)
    ]);
    (0..24_u32, 0..4_u32, 0..6_u32, 0..8_u8, text, vector, -200..200_i64, 1..=5_u8).prop_map(
        |(number, session, depth, kind, text, vector, days, importance)| {
            let mut entry = match kind {
                0 => fact(number, FactSubject::Person, &text),
                1 => note(number, &text),
                _ => episode(number, session, if depth % 2 == 0 { Role::User } else { Role::Character }, &text),
            };
            if let Some(place) = &mut entry.memory.place {
                *place = EpisodePlace { depth, part: u32::from(kind % 2) };
            }
            if kind == 0 && depth < 2 {
                let reason = if depth == 0 { EndReason::Superseded } else { EndReason::Corrected };
                entry.memory.ended = Some(Ended { at: crate::common::NOW, reason, by: id(0) });
            }
            entry.memory.importance = importance;
            at(Entry { vector, ..entry }, crate::common::NOW - Duration::days(days))
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => entries().prop_map(|entry| Step::Insert(Box::new(entry))),
        5 => (0..24_u32).prop_map(Step::Remove),
        1 => Just(Step::Clear),
    ];
    proptest::collection::vec(step, 0..80)
}

fn hits(index: &Index) -> Vec<Vec<Hit>> {
    ["my cat in the green kitchen", "When did I paint it last year?", "我去年的猫", "what did you say before, Mia?"]
        .into_iter()
        .flat_map(|text| {
            let vector = [0.3_f32, -0.2, 0.9, 0.1];
            let all = [vector.get(..4), vector.get(..3), None];
            all.map(|vector| index.search(&Question { vector, before: Some("a dog"), ..question(text) }, 12))
        })
        .collect()
}

proptest! {
    #[test]
    fn the_way_to_an_index_does_not_matter(steps in steps(), order in any::<u64>()) {
        let mut changed = index();
        let mut left: BTreeMap<u32, Entry> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Insert(entry) => {
                    left.insert(u32::try_from(entry.memory.id.0.as_u128()).unwrap(), (*entry).clone());
                    changed.insert(*entry);
                }
                Step::Remove(number) => {
                    left.remove(&number);
                    changed.remove(id(number));
                }
                Step::Clear => {
                    left.clear();
                    changed.clear();
                }
            }
        }
        let mut fresh = index();
        let mut entries: Vec<Entry> = left.into_values().collect();
        entries.sort_by_key(|entry| (entry.memory.id.0.as_u128() as u64).wrapping_mul(order | 1) >> 7);
        entries.into_iter().for_each(|entry| fresh.insert(entry));
        prop_assert_eq!(changed.len(), fresh.len());
        prop_assert_eq!(changed.embedded(), fresh.embedded());
        prop_assert_eq!(hits(&changed), hits(&fresh));
    }

    #[test]
    fn any_question_is_answered(entries in proptest::collection::vec(entries(), 0..10), text in "\\PC{0,60}") {
        let index = crate::common::filled(entries);
        for hit in index.search(&question(&text), 5) {
            prop_assert!(hit.score.is_finite());
            prop_assert!(index.get(hit.id).is_some());
        }
    }
}
