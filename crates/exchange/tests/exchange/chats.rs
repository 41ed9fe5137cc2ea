//! Chats of every program, in; SillyTavern's, out again as they came.

use domain::imports::ChatSource;
use exchange::chats::{self, Chat, Speaker};
use serde_json::Value;

use crate::making::golden;

fn read(name: &str) -> Chat {
    chats::read(&golden(&format!("chats/{name}"))).unwrap().remove(0)
}

fn said(chat: &Chat) -> Vec<(Speaker, &str)> {
    chat.way().into_iter().map(|at| (chat.nodes[at].speaker, chat.nodes[at].text.as_str())).collect()
}

fn values(text: &[u8]) -> Vec<Value> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

#[test]
fn a_chat_of_silly_tavern_comes_in_whole() {
    let chat = read("silly_tavern.jsonl");
    assert_eq!((chat.user_name.as_str(), chat.character_name.as_str()), ("Mara", "Iris"));
    assert_eq!(
        said(&chat),
        [
            (Speaker::Character, "Good morning, Mara."),
            (Speaker::Person, "Is it far?"),
            (Speaker::Narrator, "A comment for nobody."),
            (Speaker::Character, "Everything is, from here."),
        ]
    );
    let hidden: Vec<bool> = chat.way().into_iter().map(|at| chat.nodes[at].hidden).collect();
    assert_eq!(hidden, [false, false, true, false]);
    assert_eq!((chat.nodes.len(), chat.swipes()), (5, 1));
    assert_eq!((chat.nodes[0].text.as_str(), chat.nodes[0].parent), ("Come in.", None), "swipes keep their order");
}

#[test]
fn chats_of_silly_tavern_leave_as_they_came() {
    for name in ["silly_tavern.jsonl", "silly_tavern_unused.jsonl", "silly_tavern_group.jsonl"] {
        let given = golden(&format!("chats/{name}"));
        let out = chats::write_jsonl(&chats::read(&given).unwrap()[0]);
        assert_eq!(values(out.as_bytes()), values(&given), "{name}");
    }
    // Byte for byte, where it was written as SillyTavern does.
    let given = golden("chats/silly_tavern.jsonl");
    assert_eq!(chats::write_jsonl(&read("silly_tavern.jsonl")).as_bytes(), given.trim_ascii_end());
}

#[test]
fn another_swipe_in_view_leaves_as_the_one_that_is_shown() {
    let mut chat = read("silly_tavern.jsonl");
    // Only the greeting, and the other one of it.
    chat.leaf = Some(0);
    let out = values(chats::write_jsonl(&chat).as_bytes());
    assert_eq!(out.len(), 2);
    assert_eq!((&out[1]["mes"], &out[1]["swipe_id"]), (&"Come in.".into(), &0.into()));
    assert_eq!(out[1]["swipes"], serde_json::json!(["Come in.", "Good morning, Mara."]));
    assert_eq!(out[1]["force_avatar"], "/thumbnail?type=persona");
    assert_eq!(out[1]["extra"], serde_json::json!({}), "what was said of the other swipe is not said of this one");
}

#[test]
fn names_are_of_the_rows_where_the_head_has_none() {
    let chat = read("silly_tavern_unused.jsonl");
    assert_eq!((chat.user_name.as_str(), chat.character_name.as_str()), ("Mara", "Iris"));
    let times: Vec<Option<i64>> = chat.nodes.iter().map(|node| node.at.map(|at| at.unix_timestamp())).collect();
    assert_eq!(times, [Some(1_727_536_920), Some(1_727_536_980)]);
    let group = read("silly_tavern_group.jsonl");
    assert_eq!((group.user_name.as_str(), group.character_name.as_str()), ("Mara", ""), "several speak");
    assert_eq!(group.header, None);
}

#[test]
fn words_and_swipes_that_disagree_are_both_kept() {
    let row = br#"{"mes":"edited","swipes":["first","second"],"swipe_id":1}"#;
    let chat = chats::read(row).unwrap().remove(0);
    let texts: Vec<&str> = chat.nodes.iter().map(|node| node.text.as_str()).collect();
    assert_eq!(texts, ["first", "edited"]);
    let row = br#"{"mes":"edited","swipes":["first","second"],"swipe_id":9}"#;
    let chat = chats::read(row).unwrap().remove(0);
    assert_eq!((chat.nodes.len(), said(&chat)), (3, vec![(Speaker::Character, "edited")]));
}

#[test]
fn chats_of_other_programs_come_in() {
    use Speaker::{Character, Person};
    let three = vec![(Character, "Come in."), (Person, "Thank you."), (Character, "Sit down.")];
    let cases = [
        ("agnai.json", ChatSource::Agnai, three.clone()),
        ("risu.json", ChatSource::Risu, three.clone()),
        ("cai.json", ChatSource::CaiTools, three[..2].to_vec()),
        ("ooba.json", ChatSource::Ooba, [three.clone(), vec![(Person, "Gladly.")]].concat()),
        ("kobold.json", ChatSource::Kobold, [three.clone(), vec![(Person, "Gladly."), (Character, "Tea?")]].concat()),
        ("chub.jsonl", ChatSource::Chub, vec![(Character, "Come in."), (Person, "No.")]),
    ];
    for (name, source, expected) in cases {
        let chat = read(name);
        assert_eq!((chat.source, said(&chat)), (source, expected), "{name}");
        // What comes out is read as the same again.
        let again = chats::read(chats::write_jsonl(&chat).as_bytes()).unwrap().remove(0);
        assert_eq!(said(&again), said(&chat), "{name}");
        assert_eq!(again.nodes.len(), chat.nodes.len(), "{name}");
    }
    assert_eq!(chats::read(&golden("chats/cai.json")).unwrap().len(), 2, "a chat without a word is none");
    let kobold = read("kobold.json");
    assert_eq!((kobold.user_name.as_str(), kobold.character_name.as_str()), ("Mara", "Iris"));
    let agnai = values(chats::write_jsonl(&read("agnai.json")).as_bytes());
    assert_eq!(agnai[3]["extra"]["agnai"]["retries"], serde_json::json!(["Stand up."]), "what is unknown is kept");
}

#[test]
fn a_tree_comes_in_as_a_tree() {
    let chat = read("open_webui.json");
    assert_eq!(chat.title, "A storm");
    assert_eq!(
        said(&chat),
        [(Speaker::Person, "Is anybody there?"), (Speaker::Character, "Come in."), (Speaker::Person, "Thank you.")]
    );
    assert_eq!((chat.nodes.len(), chat.swipes()), (4, 1));
    let out = values(chats::write_jsonl(&chat).as_bytes());
    assert_eq!(out[2]["swipes"], serde_json::json!(["Come in.", "No."]));
}
