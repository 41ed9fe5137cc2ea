//! Sessions over HTTP: begun, listed, named, put away, deleted.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::app::id;
use testkit::talk::Talk;
use testkit::{Person, TestApp};

/// Gives a session a title that a test tells it by.
async fn titled(person: &Person<'_>, session: &str, title: &str) {
    person.tell(&format!("PATCH /sessions/{session}"), json!({"title": title})).await.with(200);
}

/// A session with this title.
async fn begun(person: &Person<'_>, character: &str, title: &str) -> String {
    id(&person.tell("POST /sessions", json!({"character_id": character, "title": title})).await.with(201))
}

/// The titles in a list.
async fn titles(person: &Person<'_>, query: &str) -> Vec<String> {
    let page = person.get(&format!("/sessions{query}")).await;
    page["items"].as_array().unwrap().iter().map(|session| session["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_session_begins_with_the_greeting() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    aya.tell("PATCH /users/me", json!({"display_name": "Aya K"})).await.with(200);
    let rin = aya.character("private").await;
    let session = aya.tell("POST /sessions", json!({"character_id": rin, "title": " By the sea "})).await.with(201);
    assert!(id(&session).starts_with("ses_"));
    let greeting = &session["last_message"];
    assert_eq!(
        (greeting["content"].as_str(), greeting["role"].as_str(), greeting["status"].as_str()),
        (Some("*waves* Hello, Aya K."), Some("character"), Some("complete"))
    );
    assert_eq!((&session["leaf_id"], greeting["siblings"].as_array().unwrap().len()), (&greeting["id"], 2));
    let character =
        json!({"id": rin, "name": "Rin", "tagline": "keeps the lighthouse", "avatar_url": null, "deleted": false});
    for (field, value) in [
        ("character", character),
        ("title", json!("By the sea")),
        ("pinned", json!(false)),
        ("archived", json!(false)),
        ("model", Value::Null),
        ("sampling", json!({})),
        ("seq", json!(0)),
    ] {
        assert_eq!(session[field], value, "{field}");
    }
    assert_eq!(session["speaks"]["name"], "scripted/model");

    let mut alone = session.clone();
    alone.as_object_mut().unwrap().remove("last_message");
    assert_eq!(aya.get(&format!("/sessions/{}", id(&session))).await, alone);
    assert_eq!(aya.get("/sessions").await["items"], json!([session]), "in a list the last message is told, too");
}

#[tokio::test]
async fn a_session_begins_in_the_language_that_is_read() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    aya.tell("PATCH /users/me", json!({"display_name": "Aya"})).await.with(200);
    let rin = json!({"name": "Rin", "greeting": "Hello, {{user}}.", "alternate_greetings": ["You again?"], "translations": [
        {"language": "zh", "greeting": "你好，{{user}}。"},
        {"language": "ja", "greeting": " ", "alternate_greetings": ["また{{user}}さん？", "おや。"]},
    ]});
    let rin = id(&aya.tell("POST /characters", rin).await.with(201));
    let begins = async |language: Value| {
        let body = json!({"character_id": rin, "language": language});
        let session = id(&aya.tell("POST /sessions", body).await.with(201));
        let first = aya.messages(&session).await.remove(0);
        let mut said = Vec::new();
        for sibling in first["siblings"].as_array().unwrap() {
            let path = format!("/sessions/{session}/messages/{}", sibling.as_str().unwrap());
            said.push(aya.get(&path).await["content"].as_str().unwrap().to_owned());
        }
        said
    };
    assert_eq!(begins(json!("zh")).await, ["你好，Aya。", "You again?"], "what she has not in it is as she has it");
    assert_eq!(begins(json!("ja")).await, ["Hello, Aya.", "またAyaさん？", "おや。"]);
    for other in [json!("en"), Value::Null] {
        assert_eq!(begins(other).await, ["Hello, Aya.", "You again?"]);
    }
}

#[tokio::test]
async fn a_character_without_a_greeting_waits_to_be_spoken_to() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mute = id(&aya
        .tell("POST /characters", json!({"name": "Mute", "greeting": " \n", "alternate_greetings": [""]}))
        .await
        .with(201));
    let session = aya.tell("POST /sessions", json!({"character_id": mute})).await.with(201);
    assert_eq!((&session["leaf_id"], session.get("last_message")), (&Value::Null, None));
    let path = format!("/sessions/{}/messages", id(&session));
    assert_eq!(aya.get(&path).await, json!({"items": [], "has_before": false, "has_after": false, "seq": 0}));
    let sent = aya.tell(&format!("POST {path}"), json!({"client_message_id": "a", "content": "Hello"})).await.with(202);
    assert_eq!((&sent["message"]["parent_id"], &sent["message"]["depth"]), (&Value::Null, &json!(0)));
}

#[tokio::test]
async fn a_session_needs_a_character_that_is_there() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    for (body, field) in [
        (json!({}), "character_id"),
        (json!({"character_id": null}), "character_id"),
        (json!({"character_id": "chr_1"}), "character_id"),
        (json!({"character_id": rin.replace("chr_", "ses_")}), "character_id"),
        (json!({"character_id": rin, "title": "x".repeat(121)}), "title"),
        (json!({"character_id": rin, "title": "two\nlines"}), "title"),
        (json!({"character_id": rin, "language": "xx"}), "language"),
    ] {
        assert_eq!(aya.tell("POST /sessions", body.clone()).await.fields(), [field], "{body}");
    }
    aya.tell("POST /sessions", json!({"character_id": format!("chr_{}", "0".repeat(32))}))
        .await
        .problem(404, "not_found");
    assert_eq!(aya.get("/sessions").await["items"], json!([]));
}

#[tokio::test]
async fn sessions_are_listed_pinned_first_then_by_the_last_word() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let mut ids = Vec::new();
    for title in ["a", "b", "c", "d"] {
        ids.push(begun(&aya, &rin, title).await);
        app.clock.advance(Duration::from_secs(60));
    }
    assert_eq!(titles(&aya, "").await, ["d", "c", "b", "a"]);
    let mut talk = Talk::begin(&aya).await;
    titled(&aya, &talk.session, "talk").await;
    app.clock.advance(Duration::from_secs(60));
    let late = begun(&aya, &rin, "late").await;
    assert_eq!(titles(&aya, "?limit=2").await, ["late", "talk"]);
    app.clock.advance(Duration::from_secs(60));
    let said = talk.say("Hello").await;
    let listed = aya.get("/sessions?limit=1").await;
    assert_eq!(
        (&listed["items"][0]["title"], &listed["items"][0]["last_message"]["content"]),
        (&json!("talk"), &said.reply["content"])
    );

    for (session, pinned) in [(&ids[0], true), (&ids[2], true)] {
        aya.tell(&format!("PATCH /sessions/{session}"), json!({"pinned": pinned})).await.with(200);
    }
    assert_eq!(titles(&aya, "").await, ["c", "a", "talk", "late", "d", "b"]);
    aya.tell(&format!("PATCH /sessions/{late}"), json!({"title": "renamed"})).await.with(200);
    assert_eq!(titles(&aya, "").await, ["c", "a", "talk", "renamed", "d", "b"], "a title is no word");
}

#[tokio::test]
async fn pages_of_sessions_follow_each_other() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    for n in 0..7 {
        let session = begun(&aya, &rin, &n.to_string()).await;
        if n % 3 == 0 {
            aya.tell(&format!("PATCH /sessions/{session}"), json!({"pinned": true})).await.with(200);
        }
    }
    for limit in [1, 2, 3, 7] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = aya.get(&format!("/sessions?limit={limit}{cursor}")).await;
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            seen.extend(items.iter().map(|session| session["title"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ["6", "3", "0", "5", "4", "2", "1"], "in pages of {limit}");
    }
}

#[tokio::test]
async fn what_is_put_away_is_in_a_list_of_its_own() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let (rin, ran) = (aya.character("public").await, aya.character("public").await);
    let old = begun(&aya, &rin, "old").await;
    begun(&aya, &ran, "new").await;
    begun(&ben, &rin, "Ben's").await;
    let put_away = aya.tell(&format!("PATCH /sessions/{old}"), json!({"archived": true})).await.with(200);
    assert_eq!(put_away["archived"], true);
    assert_eq!(titles(&aya, "").await, ["new"]);
    assert_eq!(titles(&aya, "?archived=false").await, ["new"]);
    assert_eq!(titles(&aya, "?archived=true").await, ["old"]);
    assert_eq!(titles(&aya, &format!("?character_id={ran}")).await, ["new"]);
    assert_eq!(titles(&aya, &format!("?character_id={rin}")).await, [""; 0]);
    assert_eq!(titles(&aya, &format!("?character_id={rin}&archived=true")).await, ["old"]);
    aya.tell(&format!("PATCH /sessions/{old}"), json!({"archived": false})).await.with(200);
    assert_eq!(titles(&aya, "").await, ["new", "old"]);
    for (query, field) in [("archived=perhaps", "archived"), ("character_id=rin", "character_id")] {
        assert_eq!(aya.ask(&format!("GET /sessions?{query}")).await.fields(), [field]);
    }
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_tells_the_devices() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    let patch = async |body: Value| aya.tell(&format!("PATCH /sessions/{session}"), body).await.with(200);
    let changed = patch(json!({"title": " A title ", "pinned": true, "model": "scripted/model", "sampling": {"temperature": 0.3, "stop": ["x"]}})).await;
    assert_eq!(
        (&changed["title"], &changed["pinned"], &changed["model"]),
        (&json!("A title"), &json!(true), &json!("scripted/model"))
    );
    assert_eq!(changed["sampling"], json!({"temperature": 0.3, "stop": ["x"]}));
    let told = socket.expect("session.updated").await;
    assert_eq!((&told["session"], &told["seq"]), (&changed, &changed["seq"]));
    let after = patch(json!({"pinned": false, "model": null})).await;
    assert_eq!(
        (&after["title"], &after["pinned"], &after["model"], &after["sampling"]),
        (&json!("A title"), &json!(false), &Value::Null, &changed["sampling"])
    );
    assert_eq!(patch(json!({"title": "", "sampling": {}})).await["sampling"], json!({}));
}

#[tokio::test]
async fn what_a_session_cannot_be_is_named_by_its_field() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    for (body, field) in [
        (json!({"title": "x".repeat(121)}), "title"),
        (json!({"title": "a\tb"}), "title"),
        (json!({"pinned": "yes"}), "pinned"),
        (json!({"archived": 1}), "archived"),
        (json!({"model": "no such model"}), "model"),
        (json!({"model": ""}), "model"),
        (json!({"sampling": {"temperature": -0.1}}), "sampling.temperature"),
        (json!({"sampling": {"temperature": 2.01}}), "sampling.temperature"),
        (json!({"sampling": {"top_p": 0}}), "sampling.top_p"),
        (json!({"sampling": {"top_p": 1.1}}), "sampling.top_p"),
        (json!({"sampling": {"top_k": 0}}), "sampling.top_k"),
        (json!({"sampling": {"top_k": -1}}), "sampling.top_k"),
        (json!({"sampling": {"top_k": 1001}}), "sampling.top_k"),
        (json!({"sampling": {"min_p": 1.5}}), "sampling.min_p"),
        (json!({"sampling": {"repeat_penalty": 0.4}}), "sampling.repeat_penalty"),
        (json!({"sampling": {"frequency_penalty": 2.5}}), "sampling.frequency_penalty"),
        (json!({"sampling": {"presence_penalty": -2.5}}), "sampling.presence_penalty"),
        (json!({"sampling": {"max_tokens": 0}}), "sampling.max_tokens"),
        (json!({"sampling": {"max_tokens": 8193}}), "sampling.max_tokens"),
        (json!({"sampling": {"seed": -1}}), "sampling.seed"),
        (json!({"sampling": {"stop": vec!["x"; 9]}}), "sampling.stop"),
        (json!({"sampling": {"stop": [""]}}), "sampling.stop"),
        (json!({"sampling": {"stop": ["x".repeat(65)]}}), "sampling.stop"),
        (json!({"sampling": {"unknown": 1}}), "sampling.unknown"),
        (json!({"sampling": 7}), "sampling"),
    ] {
        assert_eq!(aya.tell(&format!("PATCH /sessions/{session}"), body.clone()).await.fields(), [field], "{body}");
    }
    let untouched = aya.get(&format!("/sessions/{session}")).await;
    assert_eq!((&untouched["seq"], &untouched["title"]), (&json!(0), &json!("")), "what was refused changed nothing");
    let edges = json!({"temperature": 2, "top_p": 1, "top_k": 1000, "min_p": 0, "repeat_penalty": 0.5, "max_tokens": 8192, "seed": 4_294_967_295_u32, "stop": vec!["字".repeat(64); 8]});
    aya.tell(&format!("PATCH /sessions/{session}"), json!({"sampling": edges})).await.with(200);
}

#[tokio::test]
async fn words_are_chosen_as_the_session_says_and_else_the_character() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let character = id(&aya.get(&format!("/sessions/{}", talk.session)).await["character"]);
    aya.tell(&format!("PATCH /characters/{character}"), json!({"sampling": {"temperature": 0.25, "top_k": 7}}))
        .await
        .with(200);
    aya.tell(&format!("PATCH /sessions/{}", talk.session), json!({"sampling": {"temperature": 0.75}})).await.with(200);
    talk.say("Hello").await;
    let asked = app.model.last_request().unwrap().sampling;
    assert_eq!((asked.temperature, asked.top_k), (Some(0.75), Some(7)));
}

#[tokio::test]
async fn a_deleted_session_is_gone_with_all_that_was_said() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let said = talk.say("Hello").await;
    let (session, other) = (talk.session.clone(), aya.session().await);
    let mut socket = aya.socket().await;
    aya.ask(&format!("DELETE /sessions/{session}")).await.with(204);
    assert_eq!(socket.expect("session.deleted").await["session_id"], session);
    let message = format!("/sessions/{session}/messages/{}", id(&said.reply));
    for line in [
        format!("GET /sessions/{session}"),
        format!("DELETE /sessions/{session}"),
        format!("GET /sessions/{session}/messages"),
        format!("GET /sessions/{session}/events"),
        format!("GET {message}"),
        format!("GET {message}/revisions"),
        format!("POST {message}/stop"),
    ] {
        aya.ask(&line).await.problem(404, "not_found");
    }
    let body = json!({"client_message_id": "late", "content": "Hello?"});
    aya.tell(&format!("POST /sessions/{session}/messages"), body).await.problem(404, "not_found");
    let left = aya.get("/sessions").await;
    assert_eq!(left["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), [other]);
}

#[tokio::test]
async fn the_models_that_can_be_chosen_are_named() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let models = aya.get("/models").await;
    let only = json!({"name": "scripted/model", "label": "Scripted", "provider": "scripted", "context_tokens": 8192, "tiny": false});
    assert_eq!(models, json!({"default": "scripted/model", "items": [only]}));
}
