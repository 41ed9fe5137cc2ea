//! Entries that come to mind by what is meant, and entries that are for some replies alone.

use serde_json::{Value, json};
use testkit::app::{Options, id};
use testkit::talk::Talk;
use testkit::{Person, TestApp};

use crate::lorebooks::{book, open, told};

const BEAM: &str = "The keeper lights the great beam every evening";

/// What became of the entries of one's own books before a reply, by their names.
async fn reasons(person: &Person<'_>, reply: &Value) -> Vec<(String, String)> {
    let trace = person.get(&format!("/messages/{}/trace", id(reply))).await;
    let entries = trace["lore"].as_array().cloned().unwrap_or_default();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    entries.iter().map(|entry| (text(entry, "name"), text(entry, "reason"))).collect()
}

async fn explained(person: &Person<'_>, asked: Value) -> Vec<String> {
    let found = person.tell("POST /lorebooks/explain", asked).await.with(200);
    found["entries"].as_array().unwrap().iter().map(|entry| entry["reason"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_near_in_meaning_comes_to_mind_without_a_key() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let entries = [
        json!({"name": "Beam", "keys": ["pharos"], "content": BEAM, "vectorized": true}),
        json!({"name": "Plain", "keys": ["pharos"], "content": BEAM}),
        json!({"name": "Off", "content": BEAM, "vectorized": true, "enabled": false}),
        json!({"name": "Far", "content": "Whales sleep upright", "vectorized": true}),
    ];
    let mine = book(&aya, "Mine", &entries).await;
    open(&aya, &mine, "me").await;
    let near = talk.say("Who lights the great beam every evening, the keeper?").await;
    assert!(told(&app.model.last_request().unwrap()).concat().contains(BEAM));
    assert_eq!(reasons(&aya, &near.reply).await, [("Beam".to_owned(), "near".to_owned())]);
    talk.say("Soup.").await;
    let far = talk.say("More soup.").await;
    assert!(!told(&app.model.last_request().unwrap()).concat().contains(BEAM), "only what was said last counts");
    assert_eq!(reasons(&aya, &far.reply).await, []);
    // The key counts all the same, and the editor tells the same as the chat.
    let by_key = talk.say("The pharos!").await;
    assert_eq!(reasons(&aya, &by_key.reply).await.len(), 2);
    let of_text = |text: &str| json!({"text": text, "lorebook_ids": [mine]});
    let question = "The keeper lights the great beam every evening?";
    assert_eq!(explained(&aya, of_text(question)).await, ["near", "no_key", "disabled", "far"]);
    assert_eq!(explained(&aya, of_text("Soup")).await, ["far", "no_key", "disabled", "far"]);
    let in_chat = json!({"session_id": talk.session, "text": question});
    assert_eq!(explained(&aya, in_chat).await, ["key", "key", "disabled", "far"]);
    // What an entry says now counts, not what it said.
    let other = json!({"name": "Beam", "keys": ["pharos"], "content": "Cats purr", "vectorized": true});
    aya.tell(&format!("PUT /lorebooks/{mine}/entries/0"), other).await.with(200);
    assert_eq!(explained(&aya, of_text(question)).await[0], "far");
    assert_eq!(explained(&aya, of_text("Do cats purr")).await[0], "near");
}

#[tokio::test]
async fn only_the_nearest_come_and_where_nobody_makes_vectors_keys_alone_count() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let entry = |n: usize| json!({"name": n.to_string(), "content": format!("The harbour at night {}", "boat ".repeat(n)), "vectorized": true});
    let entries: Vec<Value> = (0..8).map(entry).collect();
    let many = book(&aya, "Many", &entries).await;
    let asked = json!({"text": "The harbour at night", "lorebook_ids": [many]});
    let found = explained(&aya, asked.clone()).await;
    assert_eq!(found[..5], ["near"; 5].map(str::to_owned), "{found:?}");
    assert_eq!(found[5..], ["far"; 3].map(str::to_owned), "{found:?}");

    let blind = TestApp::with(Options { embedder: Some(None), ..Options::default() }).await;
    let ben = blind.person("ben").await;
    let one = book(&ben, "One", &[json!({"keys": ["boat"], "content": BEAM, "vectorized": true})]).await;
    open(&ben, &one, "me").await;
    let asked = |text: &str| json!({"text": text, "lorebook_ids": [one]});
    assert_eq!(explained(&ben, asked(BEAM)).await, ["no_vectors"]);
    assert_eq!(explained(&ben, asked("A boat")).await, ["key"]);
    let mut talk = Talk::begin(&ben).await;
    talk.say(BEAM).await;
    let prompt = told(&blind.model.last_request().unwrap());
    assert_eq!(prompt.iter().filter(|text| text.contains(BEAM)).count(), 1, "{prompt:?}");
}

#[tokio::test]
async fn entries_are_for_the_replies_that_they_name() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let kinds = ["normal", "continue", "swipe", "regenerate", "impersonate", "quiet"];
    let entries: Vec<Value> = kinds
        .iter()
        .map(|kind| json!({"name": kind, "content": format!("LORE-{kind}."), "constant": true, "triggers": [kind]}))
        .chain([json!({"name": "all", "content": "LORE-all.", "constant": true, "triggers": []})])
        .collect();
    let mine = book(&aya, "Mine", &entries).await;
    open(&aya, &mine, "me").await;
    let said = || {
        let prompt = told(&app.model.last_request().unwrap()).concat();
        let mut found: Vec<&str> =
            kinds.iter().copied().chain(["all"]).filter(|kind| prompt.contains(&format!("LORE-{kind}."))).collect();
        found.sort_unstable();
        found
    };
    let reply = id(&talk.say("Hello").await.reply);
    assert_eq!(said(), ["all", "normal"]);
    let again = format!("POST {}/{reply}/regenerate", talk.messages);
    let swipe = aya.tell(&again, json!({})).await.with(202);
    talk.ended(&swipe["reply"]["id"]).await;
    assert_eq!(said(), ["all", "regenerate", "swipe"]);
    let on = aya.tell(&again, json!({"mode": "continue"})).await.with(202);
    talk.ended(&on["reply"]["id"]).await;
    assert_eq!(said(), ["all", "continue"]);
    talk.say("And then?").await;
    assert_eq!(said(), ["all", "normal"]);
    let entry = json!({"content": "x", "triggers": ["dance"]});
    assert_eq!(aya.tell(&format!("POST /lorebooks/{mine}/entries"), entry).await.fields(), ["triggers[0]"]);
}

#[tokio::test]
async fn what_other_programs_say_of_it_comes_in_and_leaves() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let world = json!({"entries": {
        "0": {"uid": 0, "key": ["sea"], "comment": "Sea", "content": "Salt.", "vectorized": true, "triggers": ["continue", "normal"]},
        "1": {"uid": 1, "key": ["sky"], "comment": "Sky", "content": "Blue."}
    }});
    let lorebook = id(&aya.tell("POST /lorebooks/import", world).await.with(201));
    let entries = aya.get(&format!("/lorebooks/{lorebook}")).await["entries"].clone();
    assert_eq!((&entries[0]["vectorized"], &entries[0]["triggers"]), (&json!(true), &json!(["normal", "continue"])));
    assert_eq!((&entries[1]["vectorized"], &entries[1]["triggers"]), (&json!(false), &json!([])));
    let out = aya.get(&format!("/lorebooks/{lorebook}/export?format=world")).await;
    let sea = &out["entries"]["0"];
    assert_eq!((&sea["vectorized"], &sea["triggers"]), (&json!(true), &json!(["normal", "continue"])));
    let card = aya.get(&format!("/lorebooks/{lorebook}/export?format=character_book")).await;
    assert_eq!(card["entries"][0]["extensions"]["vectorized"], true);
    assert_eq!(card["entries"][1]["extensions"].get("vectorized"), None, "what is usual is not said");
}
