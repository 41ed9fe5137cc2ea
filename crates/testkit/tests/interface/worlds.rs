//! What comes with a character of another program: her lorebook, instructions behind the history, a note in it, greetings of groups,
//! the files of her archive; how it is used here, and that it leaves again.

use std::path::Path;

use llm::ChatRequest;
use llm::scripted::Script;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::{Options, id};
use testkit::http::send;
use testkit::talk::Talk;
use testkit::{Person, TestApp};

/// A file as other programs write it.
fn golden(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exchange/tests/golden/cards");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

async fn import(person: &Person<'_>, bytes: Vec<u8>) -> Value {
    let request = person.request(Method::POST, "/characters/import?again=true");
    send(request.header("content-type", "application/octet-stream").body(bytes)).await.with(201)
}

async fn export(person: &Person<'_>, character: &str, format: &str) -> Vec<u8> {
    let answer = person.ask(&format!("GET /characters/{character}/export?format={format}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.bytes
}

fn object(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The one lorebook of a person.
async fn lorebook(person: &Person<'_>) -> Value {
    let books = person.get("/lorebooks").await;
    assert_eq!(books["items"].as_array().unwrap().len(), 1, "{books}");
    person.get(&format!("/lorebooks/{}", id(&books["items"][0]))).await
}

/// Whether an entry of a person's book fires before the next reply of a session, after these words.
async fn fires(person: &Person<'_>, session: &str, text: &str) -> bool {
    let asked = json!({"session_id": session, "text": text});
    let explained = person.tell("POST /lorebooks/explain", asked).await.with(200);
    explained["entries"].as_array().unwrap().iter().any(|entry| entry["fires"] == json!(true))
}

/// All that a model was told, message by message.
fn told(request: &ChatRequest) -> Vec<String> {
    request.messages.iter().map(|message| message.content.clone()).collect()
}

#[tokio::test]
async fn the_book_of_a_card_is_a_book_of_hers_and_leaves_as_it_came() {
    for (file, format, words, mode) in [
        ("v2.json", "json_v2", "The lamp, please.", "st"),
        ("v3.json", "json_v3", "What a storm.", "risu"),
        ("both.png", "png", "What a storm.", "risu"),
        ("risu_module.charx", "charx", "What a gale.", "risu"),
    ] {
        let app = TestApp::start().await;
        let aya = app.person("aya").await;
        let come = import(&aya, golden(file)).await;
        let iris = id(&come["character"]);
        let book = lorebook(&aya).await;
        assert_eq!((&book["mode"], &book["open_at"]["character_ids"]), (&json!(mode), &json!([iris])), "{file}");
        let session = aya.session_with(&iris).await;
        assert!(fires(&aya, &session, words).await, "{file}");
        assert!(!fires(&aya, &session, "Nothing.").await, "{file}");
        let preview = |bytes: Vec<u8>| {
            let request = aya.request(Method::POST, "/characters/import/preview");
            send(request.header("content-type", "application/octet-stream").body(bytes))
        };
        let out = export(&aya, &iris, format).await;
        let again = preview(out.clone()).await.with(200);
        assert_eq!(again["book_entries"], preview(golden(file)).await.with(200)["book_entries"], "{file}");
        if format == "json_v2" {
            assert_eq!(object(&out), object(&golden(file)), "{file}");
        }
        if format == "json_v3" {
            let mut given = object(&golden(file));
            given["data"]["modification_date"] = object(&out)["data"]["modification_date"].clone();
            assert_eq!(object(&out), given, "{file}");
        }
        // What was changed here leaves changed, and with it what nobody here knows.
        let uid = &book["entries"][0]["uid"];
        let changed = json!({"keys": ["kraken"], "content": "Many arms."});
        aya.tell(&format!("PUT /lorebooks/{}/entries/{uid}", id(&book)), changed).await.with(200);
        let ben = app.person("ben").await;
        let theirs = id(&import(&ben, export(&aya, &iris, format).await).await["character"]);
        let session = ben.session_with(&theirs).await;
        assert!(fires(&ben, &session, "A kraken!").await, "{file}");
        let card = object(&export(&ben, &theirs, "json_v3").await);
        let entry = &card["data"]["character_book"]["entries"][0];
        assert_eq!(entry["content"], "Many arms.", "{file}");
        if file == "v2.json" {
            assert_eq!((&entry["unknown_in_the_entry"], &entry["use_regex"]), (&json!({"a": []}), &json!(false)));
        }
        // Closed here, it is hers no more.
        aya.ask(&format!("DELETE /lorebooks/{}/characters/{iris}", id(&book))).await.with(200);
        let card = object(&export(&aya, &iris, "json_v3").await);
        assert_eq!(card["data"].get("character_book"), None, "{file}");
    }
}

#[tokio::test]
async fn the_files_of_an_archive_leave_with_her() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    for file in ["risu.charx", "risu_module.charx", "polyglot.jpg"] {
        let come = import(&aya, golden(file)).await;
        let notices: Vec<&Value> =
            come["warnings"].as_array().unwrap().iter().map(|warning| &warning["notice"]).collect();
        let expected = if file == "risu_module.charx" { vec![] } else { vec!["module_not_read"] };
        assert_eq!(notices, expected, "{file}");
        let out = exchange::cards::read(&export(&aya, &id(&come["character"]), "charx").await).unwrap();
        let given = exchange::cards::read(&golden(file)).unwrap();
        for asset in given.assets.iter().filter(|asset| asset.path != "assets/icon/images/main.png") {
            assert!(out.assets.contains(asset), "{}", asset.path);
        }
        assert_eq!(out.module, given.module);
        let named = |raw: &serde_json::Map<String, Value>| raw["data"]["assets"].clone();
        assert_eq!(named(&out.card.raw), named(&given.card.raw), "{file}");
        aya.ask(&format!("DELETE /characters/{}", id(&come["character"]))).await.with(204);
    }
}

#[tokio::test]
async fn what_a_maker_wants_behind_the_history_and_in_it_stands_there() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let come = import(&aya, golden("v2.json")).await;
    let iris = id(&come["character"]);
    let character = aya.get(&format!("/characters/{iris}")).await;
    assert_eq!(character["post_history_instructions"], "Keep the storm in mind.");
    assert_eq!(character["depth_prompt"], json!({"text": "She is tired.", "depth": 4, "role": "system"}));
    let patch = json!({
        "post_history_instructions": "{{original}}Keep {{user}} dry, {{char}}.",
        "depth_prompt": {"text": "{{char}} is tired.", "depth": 1, "role": "user"},
    });
    aya.tell(&format!("PATCH /characters/{iris}"), patch).await.with(200);
    let mut talk = Talk::within(&aya, aya.session_with(&iris).await).await;
    talk.say("Hello.").await;
    let request = app.model.last_request().unwrap();
    let told = told(&request);
    let name = aya.get("/users/me").await["display_name"].as_str().unwrap().to_owned();
    assert_eq!(told.last().unwrap(), &format!("Keep {name} dry, Iris."));
    let at = told.iter().position(|message| message == "Iris is tired.").unwrap();
    assert!(told[at + 1..].contains(&"Hello.".to_owned()) && at + 3 >= told.len() - 1, "{told:?}");
    assert!(!told.concat().contains("Be patient with her."), "notes of a maker are for people");
    let too_deep = json!({"depth_prompt": {"text": "x", "depth": 2_001}});
    assert_eq!(aya.tell(&format!("PATCH /characters/{iris}"), too_deep).await.fields(), ["depth_prompt.depth"]);
    let out = object(&export(&aya, &iris, "json_v2").await);
    assert_eq!(
        out["data"]["extensions"]["depth_prompt"],
        json!({"prompt": "{{char}} is tired.", "depth": 1, "role": "user"})
    );
    assert_eq!(out["data"]["post_history_instructions"], "{{original}}Keep {{user}} dry, {{char}}.");
}

#[tokio::test]
async fn greetings_of_groups_are_offered_in_groups_alone() {
    let app = TestApp::answering(Options::default(), |_| Script::say("Hm.")).await;
    let aya = app.person("aya").await;
    let iris = id(&import(&aya, golden("v3.json")).await["character"]);
    let patch = json!({"group_greetings": ["You are many tonight, {{user}}.", "All of you!"]});
    aya.tell(&format!("PATCH /characters/{iris}"), patch).await.with(200);
    let rin = aya.character("private").await;
    let group = id(&aya.post("/groups", json!({"title": "Crew", "characters": [rin, iris]})).await);
    let messages = aya.messages(&group).await;
    let name = aya.get("/users/me").await["display_name"].as_str().unwrap().to_owned();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0]["content"], format!("You are many tonight, {name}."));
    assert_eq!(messages[0]["author"]["id"].as_str().or(messages[0]["author_id"].as_str()), Some(iris.as_str()));
    assert_eq!(messages[0]["siblings"].as_array().unwrap().len(), 2);
    let quiet = id(&aya.post("/groups", json!({"title": "Quiet", "characters": [rin]})).await);
    assert!(aya.messages(&quiet).await.is_empty(), "who has none says nothing");
    let alone = aya.session_with(&iris).await;
    assert_eq!(aya.messages(&alone).await[0]["content"], "Come in.");
}
