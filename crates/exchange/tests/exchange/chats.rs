//! Chats of every program, in; and out again as they came, to those that are written.

use domain::imports::{ChatFormat, ChatSource};
use exchange::chats::{self, Chat, Speaker};
use exchange::{Fault, cards};
use serde_json::{Value, json};

use crate::making::golden;

fn read(name: &str) -> Chat {
    chats::read(&golden(&format!("chats/{name}"))).unwrap().remove(0)
}

fn as_silly_tavern(chat: &Chat) -> String {
    chats::write(chat, ChatFormat::SillyTavern)
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
        let out = as_silly_tavern(&chats::read(&given).unwrap()[0]);
        assert_eq!(values(out.as_bytes()), values(&given), "{name}");
    }
    // Byte for byte, where it was written as SillyTavern does.
    let given = golden("chats/silly_tavern.jsonl");
    assert_eq!(as_silly_tavern(&read("silly_tavern.jsonl")).as_bytes(), given.trim_ascii_end());
}

#[test]
fn another_swipe_in_view_leaves_as_the_one_that_is_shown() {
    let mut chat = read("silly_tavern.jsonl");
    // Only the greeting, and the other one of it.
    chat.leaf = Some(0);
    let out = values(as_silly_tavern(&chat).as_bytes());
    assert_eq!(out.len(), 2);
    assert_eq!((&out[1]["mes"], &out[1]["swipe_id"]), (&"Come in.".into(), &0.into()));
    assert_eq!(out[1]["swipes"], json!(["Come in.", "Good morning, Mara."]));
    assert_eq!(out[1]["force_avatar"], "/thumbnail?type=persona");
    assert_eq!(out[1]["extra"], json!({}), "what was said of the other swipe is not said of this one");
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
        let again = chats::read(as_silly_tavern(&chat).as_bytes()).unwrap().remove(0);
        assert_eq!(said(&again), said(&chat), "{name}");
        assert_eq!(again.nodes.len(), chat.nodes.len(), "{name}");
    }
    assert_eq!(chats::read(&golden("chats/cai.json")).unwrap().len(), 2, "a chat without a word is none");
    let kobold = read("kobold.json");
    assert_eq!((kobold.user_name.as_str(), kobold.character_name.as_str()), ("Mara", "Iris"));
    let agnai = values(as_silly_tavern(&read("agnai.json")).as_bytes());
    assert_eq!(agnai[3]["extra"]["agnai"]["retries"], json!(["Stand up."]), "what is unknown is kept");
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
    let out = values(as_silly_tavern(&chat).as_bytes());
    assert_eq!(out[2]["swipes"], json!(["Come in.", "No."]));
}

fn written(chat: &Chat, format: ChatFormat) -> Value {
    serde_json::from_str(&chats::write(chat, format)).unwrap()
}

#[test]
fn chats_leave_to_the_program_they_came_from_as_they_came() {
    let given = |name: &str| -> Value { serde_json::from_slice(&golden(&format!("chats/{name}"))).unwrap() };
    let agnai = given("agnai.json");
    let out = written(&read("agnai.json"), ChatFormat::Agnai);
    assert_eq!(out["messages"], agnai["messages"]);
    assert_eq!((&out["name"], &out["greeting"]), (&agnai["name"], &agnai["greeting"]));
    let risu = given("risu.json");
    let out = written(&read("risu.json"), ChatFormat::Risu);
    assert_eq!(out["data"]["message"], risu["data"]["message"]);
    assert_eq!(
        (&out["type"], &out["ver"], &out["data"]["name"]),
        (&json!("risuChat"), &json!(1), &risu["data"]["name"])
    );
    let mut cai = given("cai.json");
    for message in cai["histories"]["histories"][0]["msgs"].as_array_mut().unwrap() {
        message["is_alternative"] = json!(false);
    }
    let out = written(&read("cai.json"), ChatFormat::CharacterAi);
    assert_eq!(out["info"]["character"]["name"], "Iris");
    assert_eq!(out["histories"]["histories"], json!([{"msgs": cai["histories"]["histories"][0]["msgs"]}]));
}

#[test]
fn a_chat_of_silly_tavern_leaves_to_others() {
    let chat = read("silly_tavern.jsonl");
    let agnai = written(&chat, ChatFormat::Agnai);
    assert_eq!(agnai["greeting"], "Good morning, Mara.");
    let messages = agnai["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 4, "the way in view, without swipes");
    assert_eq!((&messages[0]["characterId"], &messages[0]["handle"]), (&json!("imported"), &json!("Iris")));
    assert_eq!((&messages[1]["userId"], &messages[1]["handle"]), (&json!("anon"), &json!("Mara")));
    assert_eq!((&messages[1]["createdAt"], &messages[2]["ooc"]), (&json!("2024-09-28T15:22:00Z"), &json!(true)));
    let risu = written(&chat, ChatFormat::Risu);
    assert_eq!(
        risu["data"]["message"][1],
        json!({"role": "user", "data": "Is it far?", "time": 1_727_536_920_000_i64, "name": "Mara"})
    );
    assert_eq!(
        (&risu["data"]["message"][2]["role"], &risu["data"]["message"][2]["disabled"]),
        (&json!("char"), &json!(true))
    );
    let cai = written(&chat, ChatFormat::CharacterAi);
    assert_eq!(
        cai["histories"]["histories"][0]["msgs"][1],
        json!({"text": "Is it far?", "created": "2024-09-28T15:22:00Z", "is_alternative": false, "src": {"is_human": true, "name": "Mara"}})
    );
}

#[test]
fn what_is_hidden_stays_hidden() {
    let hidden = |text: &str| -> Vec<bool> {
        chats::read(text.as_bytes()).unwrap()[0].nodes.iter().map(|node| node.hidden).collect()
    };
    let agnai = r#"{"messages":[{"msg":"a","ooc":true},{"msg":"b","ooc":false},{"msg":"c","userId":"u"}]}"#;
    assert_eq!(hidden(agnai), [true, false, false]);
    let risu = r#"{"data":{"message":[{"data":"a"},{"data":"b","disabled":"allBefore"},{"data":"c","isComment":true},{"data":"d","disabled":false}]}}"#;
    assert_eq!(hidden(risu), [true, true, true, false]);
    // What is shown to the model again says so there, too.
    let mut chat = chats::read(risu.as_bytes()).unwrap().remove(0);
    for node in &mut chat.nodes {
        node.hidden = false;
    }
    let out = written(&chat, ChatFormat::Risu);
    let messages = &out["data"]["message"];
    assert_eq!(messages[1], json!({"role": "char", "data": "b"}));
    assert_eq!(messages[3], json!({"role": "char", "data": "d", "disabled": false}));
}

#[test]
fn a_chat_is_no_card() {
    for format in [ChatFormat::Agnai, ChatFormat::Risu, ChatFormat::CharacterAi] {
        let file = chats::write(&read("silly_tavern.jsonl"), format);
        assert_eq!(cards::read(file.as_bytes()).unwrap_err().fault, Fault::Empty, "{format}");
    }
}
