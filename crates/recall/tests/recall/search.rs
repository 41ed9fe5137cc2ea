//! What is found, and why.

use crate::common::{NOW, at, episode, fact, filled, found, id, ids, index, note, question};
use domain::chats::Role::{self, Character, User};
use domain::memories::{EndReason, Ended, FactSubject, MemoryKind};
use domain::traces::RecallReason;
use recall::{Entry, Hit, Names, Question};
use time::macros::datetime;

/// Talk of other things, so that words have frequencies.
fn talk() -> Vec<Entry> {
    [
        "Good morning! How did you sleep?",
        "The train was late again, and it rained all the way.",
        "That sounds tiring. Have a cup of tea.",
        "My sister Anna moved to Lisbon with her two children.",
        "How lovely, does she like it there?",
        "She does. I painted the kitchen green while she was here.",
        "Green is a brave colour for a kitchen.",
        "我昨天带我的猫去看了医生，它的生日是五月八日。",
        "希望它很快好起来。",
        "来週、東京でライブがあります。",
        "ねこがとてもかわいいです。",
        "내 생일은 팔월이고 고양이가 두 마리 있어.",
    ]
    .into_iter()
    .zip(1..)
    .map(|(text, number)| episode(number, number / 4, if number % 2 == 0 { User } else { Character }, text))
    .collect()
}

fn first(hits: &[Hit]) -> Option<&Hit> {
    hits.first()
}

#[test]
fn words_are_found_in_every_script() {
    let index = filled(talk());
    for (text, number) in [
        ("Where does Anna live?", 4),
        ("what colour did I paint the kitchens", 6),
        ("猫", 8),
        ("你记得我的猫吗", 8),
        ("你记得我的生日吗", 8),
        ("東京に行くのはいつ？", 10),
        ("ライブ", 10),
        ("ねこ", 11),
        ("ﾗｲﾌﾞ", 10),
        ("고양이", 12),
    ] {
        assert_eq!(found(&index, text).first(), Some(&id(number)), "{text}");
    }
}

#[test]
fn what_has_nothing_in_common_is_no_hit() {
    let index = filled(talk());
    assert!(found(&index, "quantum physics").is_empty());
    assert!(found(&index, "").is_empty());
    assert!(index.search(&question("Lisbon"), 0).is_empty());
    assert!(found(&self::index(), "Lisbon").is_empty());
}

#[test]
fn the_one_who_is_asked_about_comes_first() {
    let index = filled([
        episode(1, 1, User, "My sister plays the violin."),
        episode(2, 2, Character, "My sister plays the violin."),
    ]);
    assert_eq!(found(&index, "What did I tell you about my sister?"), [id(1), id(2)]);
    assert_eq!(found(&index, "What did you tell me about your sister?"), [id(2), id(1)]);
    let by_character = Question { asked_by: Some(Character), ..question("Your sister plays something, I think") };
    assert_eq!(index.search(&by_character, 10).len(), 2);
    let outsider = Question { asked_by: None, ..question("What does Mia's sister play?") };
    assert_eq!(ids(&index.search(&outsider, 10)), [id(2), id(1)]);
    let hits = index.search(&question("What did I tell you about my sister?"), 1);
    assert!(first(&hits).is_some_and(|hit| hit.reasons.iter().any(|why| why.reason == RecallReason::Speaker)));
}

#[test]
fn an_answer_is_found_by_the_question_before_it() {
    let mut entries = talk();
    entries.push(episode(40, 9, Character, "What is the name of your dog?"));
    entries.push(episode(41, 9, User, "Biscuit, since he looks like one."));
    let index = filled(entries);
    let hits = index.search(&question("What is my dog called?"), 5);
    let answer = hits.iter().find(|hit| hit.id == id(41)).unwrap();
    assert_eq!(answer.reasons[0].reason, RecallReason::Speaker);
    assert_eq!(answer.reasons[1].reason, RecallReason::Neighbours);
}

#[test]
fn what_it_is_stands_in_the_turn_before() {
    let index = filled(talk());
    assert!(found(&index, "Why is that?").is_empty());
    let with = Question { before: Some("I like the green kitchen"), ..question("Why is that?") };
    assert_eq!(index.search(&with, 1).first().map(|hit| hit.id), Some(id(6)));
}

#[test]
fn the_time_asked_about_counts() {
    let index = filled([
        at(episode(1, 1, User, "We went hiking."), datetime!(2023-11-15 18:00 UTC)),
        at(episode(2, 2, User, "We went hiking."), datetime!(2023-05-08 18:00 UTC)),
        at(episode(3, 3, User, "We went hiking."), datetime!(2022-07-09 18:00 UTC)),
    ]);
    for (text, number) in [
        ("Where did I go hiking last week?", 1),
        ("the hiking on 8 May", 2),
        ("hiking in May", 2),
        ("hiking last year", 3),
        ("hiking in the summer of 2022", 3),
    ] {
        let hits = index.search(&question(text), 1);
        assert_eq!(hits[0].id, id(number), "{text}");
        assert!(hits[0].reasons.iter().any(|why| why.reason == RecallReason::Time), "{text}");
    }
    assert_eq!(found(&index, "去年").first(), Some(&id(3)));
    assert_eq!(found(&index, "先週").first(), Some(&id(1)));
    // Nothing else being different, the newer one.
    assert_eq!(found(&index, "hiking"), [id(1), id(2), id(3)]);
}

#[test]
fn a_question_for_a_time_wants_one() {
    let index = filled([
        episode(1, 1, User, "I started the pottery class and it is fun."),
        episode(2, 2, User, "I started the pottery class yesterday, fun."),
    ]);
    assert_eq!(found(&index, "When did I start pottery?"), [id(2), id(1)]);
}

#[test]
fn what_ended_is_told_when_the_past_is_asked_for() {
    let ended = |mut entry: Entry, reason| {
        entry.memory.ended = Some(Ended { at: datetime!(2023-09-01 0:00 UTC), reason, by: id(1) });
        entry
    };
    let index = filled([
        at(fact(1, FactSubject::Person, "Ben lives in Lisbon"), datetime!(2023-09-01 0:00 UTC)),
        ended(fact(2, FactSubject::Person, "Ben lives in Berlin"), EndReason::Superseded),
        ended(fact(3, FactSubject::Person, "Ben lives in Paris"), EndReason::Corrected),
    ]);
    assert_eq!(found(&index, "Where do I live?"), [id(1)]);
    for text in
        ["Where did I live before?", "where did I use to live", "我以前 live 在哪里", "Where did I live in July?"]
    {
        let mut hits = found(&index, text);
        hits.sort();
        assert_eq!(hits, [id(1), id(2)], "{text}");
    }
    assert_eq!(index.search(&Question { ended: true, ..question("Where do I live?") }, 10).len(), 2);
}

#[test]
fn a_fact_is_about_level_with_what_was_said() {
    let direction = |angle: f32| {
        let mut vector = vec![0.0_f32; 16];
        vector[0] = angle.cos();
        vector[1] = angle.sin();
        Some(vector)
    };
    let text = "Ben plays the violin in an orchestra every Thursday evening";
    let mut entries: Vec<Entry> = talk()
        .into_iter()
        .zip(0_u8..)
        .map(|(entry, number)| Entry { vector: direction(1.3 + f32::from(number) / 50.0), ..entry })
        .collect();
    let near = |entry: Entry| Entry { vector: direction(0.2), ..entry };
    entries.push(near(episode(50, 2, User, text)));
    entries.push(near(fact(51, FactSubject::Person, text)));
    entries.push(near(note(52, text)));
    let index = filled(entries);
    let vector = direction(0.0);
    let asked = Question { vector: vector.as_deref(), ..question("Which instrument do I play in the orchestra?") };
    let hits = index.search(&asked, 3);
    let score = |kind: MemoryKind| hits.iter().find(|hit| index.get(hit.id).unwrap().kind == kind).unwrap().score;
    let (said, settled, written) = (score(MemoryKind::Episode), score(MemoryKind::Fact), score(MemoryKind::Note));
    assert!(settled >= said && settled < said * 1.15, "{settled} {said}");
    assert!((written - settled).abs() < 1e-4);
}

#[test]
fn meaning_finds_what_words_do_not() {
    let mut entries = talk();
    for (number, entry) in (0_u8..).zip(&mut entries) {
        entry.vector = Some(vec![f32::from(number) / 10.0, 1.0, 0.0]);
    }
    entries[1].vector = Some(vec![0.0, 0.0, 1.0]);
    let index = filled(entries);
    assert_eq!(index.embedded(), 12);
    let hits = index.search(&Question { vector: Some(&[0.0, 0.1, 1.0]), ..question("commuting trouble") }, 3);
    assert_eq!(hits[0].id, id(2));
    assert_eq!(hits[0].reasons[0].reason, RecallReason::Meaning);
    // A vector of another embedder is as none.
    assert!(index.search(&Question { vector: Some(&[1.0; 4]), ..question("commuting trouble") }, 3).is_empty());
}

#[test]
fn reasons_are_shares_of_the_score() {
    let index = filled(talk());
    for hit in index.search(&question("Where does my sister Anna live since last year?"), 5) {
        let sum: f32 = hit.reasons.iter().map(|why| why.weight).sum();
        assert!((sum - hit.score).abs() < 0.02, "{hit:?}");
        assert!(hit.reasons.is_sorted_by(|a, b| a.weight >= b.weight));
    }
}

#[test]
fn what_is_not_to_be_kept_is_not_found_and_others_move_up() {
    let index = filled(talk());
    let keep = |memory: &domain::memories::Memory| memory.id != id(6);
    let hits = index.search(&Question { keep: &keep, ..question("the green kitchen") }, 1);
    assert_eq!(ids(&hits), [id(7)]);
}

#[test]
fn importance_and_recency_decide_between_equals() {
    let mut important = episode(2, 2, User, "We talked about gardening.");
    important.memory.importance = 5;
    let index = filled([episode(1, 1, User, "We talked about gardening."), important]);
    assert_eq!(found(&index, "gardening"), [id(2), id(1)]);
}

#[test]
fn the_book_keeping_is_right() {
    let mut index = filled(talk());
    let full = index.bytes();
    assert_eq!((index.len(), index.is_empty(), index.embedded()), (12, false, 0));
    assert!(index.get(id(4)).is_some_and(|memory| memory.text.contains("Lisbon")));
    assert_eq!(index.memories().count(), 12);
    index.insert(episode(4, 1, User, "My sister Anna moved to Porto."));
    assert_eq!(index.len(), 12);
    assert!(found(&index, "Lisbon").is_empty());
    assert_eq!(found(&index, "Porto").first(), Some(&id(4)));
    index.remove(id(4));
    index.remove(id(4));
    assert_eq!((index.len(), index.get(id(4))), (11, None));
    index.clear();
    assert!(index.is_empty() && index.bytes() < full);
    index.insert(episode(1, 1, User, "Ben said so"));
    assert_eq!(found(&index, "what was said"), [id(1)]);
}

#[test]
fn names_are_no_words() {
    let index = recall::Index::new(Names { person: "小明".to_owned(), character: "林雪".to_owned() });
    let mut index = index;
    index.insert(episode(1, 1, Role::User, "小明今天很开心"));
    let hits = |text: &str| ids(&index.search(&Question { now: NOW, asked_by: None, ..question(text) }, 5));
    assert!(hits("林雪").is_empty());
    assert_eq!(hits("小明开心吗"), [id(1)]);
}
