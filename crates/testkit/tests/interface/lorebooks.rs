//! Lorebooks, through the real router: kept, taken in and given out, opened; and what of them a reply is told, alone and among several.

use llm::ChatRequest;
use llm::scripted::Script;
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::app::{Options, id};
use testkit::talk::Talk;
use testkit::{Person, TestApp};

pub(super) async fn book(person: &Person<'_>, name: &str, entries: &[Value]) -> String {
    let book = id(&person.post("/lorebooks", json!({"name": name})).await);
    for entry in entries {
        person.tell(&format!("POST /lorebooks/{book}/entries"), entry.clone()).await.with(201);
    }
    book
}

pub(super) async fn open(person: &Person<'_>, book: &str, target: &str) {
    person.ask(&format!("PUT /lorebooks/{book}/{target}")).await.with(200);
}

async fn character(person: &Person<'_>, name: &str, visibility: &str) -> String {
    let body = json!({"name": name, "persona": "{{char}} is there.", "visibility": visibility});
    id(&person.post("/characters", body).await)
}

/// All that a model was told, message by message.
pub(super) fn told(request: &ChatRequest) -> Vec<String> {
    request.messages.iter().map(|message| message.content.clone()).collect()
}

async fn character_of(person: &Person<'_>, session: &str) -> String {
    id(&person.get(&format!("/sessions/{session}")).await["character"])
}

#[tokio::test]
async fn a_book_goes_in_and_out_and_is_its_owners_alone() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let file = json!({"spec": "lorebook_v3", "data": {
        "name": "Harbour", "extensions": {"theirs": [1, null]}, "x": {"y": 1},
        "entries": [{"keys": ["sea"], "content": "Salt.", "enabled": true, "insertion_order": 5, "use_regex": false, "id": 3,
                     "extensions": {"sticky": 2, "vectorized": true}, "odd": "kept"}]
    }});
    let made = aya.tell("POST /lorebooks/import", file.clone()).await.with(201);
    let path = format!("/lorebooks/{}", id(&made));
    assert_eq!(
        (&made["name"], &made["entries"][0]["uid"], &made["entries"][0]["sticky"]),
        (&json!("Harbour"), &json!(3), &json!(2))
    );
    assert_eq!(aya.get(&format!("{path}/export")).await, file, "what nobody changed is the value it was");
    aya.tell(&format!("PUT {path}/entries/3"), json!({"keys": ["fog"], "content": "Grey.", "insertion_order": 5}))
        .await
        .with(200);
    let out = aya.get(&format!("{path}/export?format=character_book")).await;
    let entry = &out["entries"][0];
    assert_eq!(
        (&entry["keys"], &entry["odd"], &entry["extensions"]["vectorized"]),
        (&json!(["fog"]), &json!("kept"), &json!(false))
    );
    assert_eq!(entry["extensions"]["sticky"], 0);
    let added = aya.tell(&format!("POST {path}/entries"), json!({"keys": ["a"]})).await.with(201);
    assert_eq!(added["uid"], 4);
    for (bad, field) in [
        (json!({"keys": ["k".repeat(501)]}), "keys.0"),
        (json!({"probability": 101}), "probability"),
        (json!({"scan_depth": 9_999}), "scan_depth"),
    ] {
        let problem = aya.tell(&format!("POST {path}/entries"), bad).await.problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], field);
    }
    aya.tell("POST /lorebooks/import", json!({"no": "book"})).await.problem(422, "validation_failed");
    for request in
        [format!("GET {path}"), format!("GET {path}/export"), format!("DELETE {path}"), format!("PUT {path}/me")]
    {
        ben.ask(&request).await.problem(404, "not_found");
    }
    assert_eq!(ben.get("/lorebooks").await["items"], json!([]));
    aya.ask(&format!("DELETE {path}/entries/3")).await.with(204);
    aya.ask(&format!("DELETE {path}/entries/3")).await.problem(404, "not_found");
    assert_eq!(aya.get("/lorebooks").await["items"][0]["entry_count"], 1);
}

#[tokio::test]
async fn what_the_talk_comes_to_is_told_and_the_trace_says_why() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let rin = character_of(&aya, &talk.session).await;
    let of_character = book(
        &aya,
        "Hers",
        &[
            json!({"name": "World", "content": "CONSTANT of {{char}} and {{user}}", "constant": true}),
            json!({"name": "Lamp", "keys": ["lamp"], "content": "LAMP lore"}),
            json!({"name": "Never", "keys": ["unsaid"], "content": "NEVER told"}),
        ],
    )
    .await;
    let of_person = book(
        &aya,
        "Mine",
        &[json!({"keys": ["/\\bsea\\b/i"], "content": "SEA lore", "position": "at_depth", "depth": 1})],
    )
    .await;
    let of_session =
        book(&aya, "Here", &[json!({"keys": ["lamp"], "content": "HERE lore", "position": "after_char"})]).await;
    open(&aya, &of_character, &format!("characters/{rin}")).await;
    open(&aya, &of_person, "me").await;
    open(&aya, &of_session, &format!("sessions/{}", talk.session)).await;

    let said = talk.say("The lamp by the SEA?").await;
    let prompt = told(&app.model.last_request().unwrap());
    assert!(
        prompt[0].contains("CONSTANT of ") && !prompt[0].contains("LAMP"),
        "what changes is not in the stable part: {}",
        prompt[0]
    );
    let question = prompt.iter().rposition(|text| text == "The lamp by the SEA?").unwrap();
    let late = prompt[..question].join("\n");
    assert!(late.contains("LAMP lore") && late.contains("HERE lore") && late.contains("SEA lore"), "{prompt:?}");
    assert!(!prompt.concat().contains("NEVER"));

    let trace = aya.get(&format!("/messages/{}/trace", id(&said.reply))).await;
    let lore: Vec<(&str, &str, &Value)> = trace["lore"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["name"].as_str().unwrap(), entry["reason"].as_str().unwrap(), &entry["key"]))
        .collect();
    assert_eq!(lore.len(), 4, "{lore:?}");
    assert!(
        lore.contains(&("World", "constant", &Value::Null)) && lore.contains(&("Lamp", "key", &json!("lamp"))),
        "{lore:?}"
    );
    assert!(trace["parts"].as_array().unwrap().iter().any(|part| part["part"] == "lore"));

    let asked = json!({"session_id": talk.session, "text": "What was unsaid."});
    let explained = aya.tell("POST /lorebooks/explain", asked).await.with(200);
    let of = |name: &str| {
        explained["entries"].as_array().unwrap().iter().find(|entry| entry["name"] == name).cloned().unwrap()
    };
    assert_eq!((&of("Never")["fires"], &of("Never")["key"]), (&json!(true), &json!("unsaid")));
    let asked = json!({"text": "No lamp", "lorebook_ids": [of_character]});
    let explained = aya.tell("POST /lorebooks/explain", asked).await.with(200);
    let reasons: Vec<&Value> = explained["entries"].as_array().unwrap().iter().map(|entry| &entry["reason"]).collect();
    assert_eq!(reasons, ["constant", "key", "no_key"]);

    for target in [format!("characters/{rin}"), "me".to_owned(), format!("sessions/{}", talk.session)] {
        for book in [&of_character, &of_person, &of_session] {
            aya.ask(&format!("DELETE /lorebooks/{book}/{target}")).await.with(200);
        }
    }
    talk.say("The lamp by the sea?").await;
    assert!(!told(&app.model.last_request().unwrap()).concat().contains("lore"));
}

#[tokio::test]
async fn a_chat_remembers_its_lore_along_the_way_that_is_in_view() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let book = book(
        &aya,
        "Mine",
        &[json!({"keys": ["storm"], "content": "STORM lore", "sticky": 4, "cooldown": 50, "scan_depth": 1})],
    )
    .await;
    open(&aya, &book, "me").await;
    let told_of_it = || told(&app.model.last_request().unwrap()).concat().contains("STORM lore");
    let before = talk.say("Hello.").await;
    assert!(!told_of_it());
    talk.say("A storm!").await;
    assert!(told_of_it());
    talk.say("And then?").await;
    assert!(told_of_it(), "it stays");
    talk.say("And then?").await;
    assert!(!told_of_it(), "it rests");
    talk.say("A storm again.").await;
    assert!(!told_of_it());
    // Another way, on which it never fired.
    talk.say_below(Some(&id(&before.reply)), "A calm.").await;
    assert!(!told_of_it());
    talk.say("A storm!").await;
    assert!(told_of_it(), "there it does not rest");
}

#[tokio::test]
async fn the_maker_of_a_public_character_keeps_her_book_to_herself() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let kai = character(&aya, "Kai", "public").await;
    let hers = book(&aya, "Hers", &[json!({"name": "Inner", "keys": ["lamp"], "content": "LAMP lore"})]).await;
    open(&aya, &hers, &format!("characters/{kai}")).await;
    let own = book(&ben, "Bens", &[json!({"name": "Own", "keys": ["lamp"], "content": "OWN lore"})]).await;
    open(&ben, &own, "me").await;
    ben.ask(&format!("PUT /lorebooks/{own}/characters/{kai}")).await.problem(404, "not_found");

    let session = id(&ben.post("/sessions", json!({"character_id": kai})).await);
    let mut socket = ben.socket().await;
    socket.say(&session, "a", "The lamp?").await;
    let ended = socket.until("reply.completed").await.pop().unwrap();
    let prompt = told(&app.model.last_request().unwrap()).concat();
    assert!(prompt.contains("LAMP lore") && prompt.contains("OWN lore"), "{prompt}");
    let trace = ben.get(&format!("/messages/{}/trace", id(&ended["message"]))).await;
    assert_eq!(trace["lore"].as_array().unwrap().len(), 1);
    assert!(!trace.to_string().contains("Inner") && !trace.to_string().contains(&hers));
    let asked = json!({"session_id": session, "text": "The lamp"});
    let explained = ben.tell("POST /lorebooks/explain", asked).await.with(200);
    assert_eq!(explained["entries"].as_array().unwrap().len(), 1, "{explained}");
    // She is erased, and her books with her.
    aya.ask(&format!("DELETE /characters/{kai}")).await.with(204);
    let kept = aya.get(&format!("/lorebooks/{hers}")).await;
    assert_eq!(kept["open_at"]["character_ids"], json!([]));
}

#[tokio::test]
async fn in_a_group_each_character_has_her_own_books() {
    let app = TestApp::answering(Options::default(), |_| Script::say("Hm.")).await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    for (one, other) in [(&aya, "ben"), (&ben, "aya")] {
        one.ask(&format!("PUT /people/{other}/friend")).await.with(200);
    }
    let (mira, kai) = (character(&aya, "Mira", "private").await, character(&aya, "Kai", "private").await);
    let entry = |content: &str| json!({"name": content, "keys": ["lamp"], "content": content});
    for (who, content) in [(&mira, "MIRA lore"), (&kai, "KAI lore")] {
        let book = book(&aya, content, &[entry(content)]).await;
        open(&aya, &book, &format!("characters/{who}")).await;
    }
    let private = book(&aya, "Private", &[entry("PRIVATE lore")]).await;
    open(&aya, &private, "me").await;
    let ben_id = id(&ben.get("/users/me").await);
    let group = json!({"title": "x", "characters": [mira, kai], "reply_mode": "addressed", "people": [ben_id]});
    let session = id(&aya.post("/groups", group).await);
    ben.ask(&format!("POST /sessions/{session}/join")).await.with(200);
    let shared = book(&aya, "Shared", &[entry("SHARED lore")]).await;
    open(&aya, &shared, &format!("sessions/{session}")).await;
    let bens = book(&ben, "Bens", &[entry("BENS lore")]).await;
    let refused = ben.ask(&format!("PUT /lorebooks/{bens}/sessions/{session}")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    open(&ben, &bens, "me").await;

    let mut socket = ben.socket().await;
    socket.say(&session, "a", "Kai, and then Mira: where is the lamp?").await;
    let mut ended = Vec::new();
    for _ in 0..2 {
        ended.push(socket.until("reply.completed").await.pop().unwrap());
    }
    let requests = app.model.requests();
    let of = |name: &str| {
        let mut found = requests
            .iter()
            .filter(|request| request.messages[0].content.starts_with(&format!("You are {name} in a group")));
        told(found.next_back().unwrap()).concat()
    };
    for (name, own, other) in [("Kai", "KAI lore", "MIRA lore"), ("Mira", "MIRA lore", "KAI lore")] {
        let prompt = of(name);
        assert!(prompt.contains(own) && prompt.contains("SHARED lore"), "{prompt}");
        assert!(!prompt.contains(other) && !prompt.contains("PRIVATE") && !prompt.contains("BENS"), "{prompt}");
    }
    // What fired is told to whose book it is, not to those beside them.
    let path = format!("/messages/{}/trace", id(&ended[0]["message"]));
    assert_eq!(ben.get(&path).await["lore"], json!([]));
    assert_eq!(aya.get(&path).await["lore"].as_array().unwrap().len(), 2);
    let explained = ben.tell("POST /lorebooks/explain", json!({"session_id": session, "text": "lamp"})).await.with(200);
    assert_eq!(explained["entries"], json!([]));
}
