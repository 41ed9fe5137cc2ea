//! Chats of other programs over HTTP: in as sessions with all their swipes, out as SillyTavern and others write them.

use std::path::Path;

use llm::ChatRequest;
use llm::scripted::Script;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::{Options, id};
use testkit::http::{Answer, send};
use testkit::{Person, TestApp};

/// A file as other programs write it.
fn golden(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exchange/tests/golden/chats");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

async fn bring(person: &Person<'_>, character: &str, bytes: Vec<u8>) -> Answer {
    let request = person.request(Method::POST, &format!("/sessions/import?character_id={character}"));
    send(request.header("content-type", "application/octet-stream").body(bytes)).await
}

async fn session_of(person: &Person<'_>, character: &str, name: &str) -> String {
    id(&bring(person, character, golden(name)).await.with(201)["sessions"][0])
}

fn lines(text: &[u8]) -> Vec<Value> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

#[tokio::test]
async fn a_chat_comes_in_with_its_swipes_and_what_was_hidden() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let come = bring(&aya, &rin, golden("silly_tavern.jsonl")).await.with(201);
    assert_eq!((&come["source"], &come["messages"], &come["hidden"]), (&json!("silly_tavern"), &json!(5), &json!(1)));
    let session = id(&come["sessions"][0]);
    let messages = aya.messages(&session).await;
    let said: Vec<(&str, &str, bool)> = messages
        .iter()
        .map(|message| {
            let text = |field: &str| message[field].as_str().unwrap();
            (text("role"), text("content"), message["hidden"].as_bool().unwrap())
        })
        .collect();
    let expected = [
        ("character", "Good morning, Mara.", false),
        ("user", "Is it far?", false),
        ("character", "A comment for nobody.", true),
        ("character", "Everything is, from here.", false),
    ];
    assert_eq!(said, expected);
    assert_eq!(messages[1]["created_at"], "2024-09-28T15:22:00Z");
    // The other greeting is a swipe that can be brought into view.
    let swipes = messages[0]["siblings"].as_array().unwrap();
    assert_eq!((swipes.len(), &swipes[1]), (2, &messages[0]["id"]));
    let turned = aya.tell(&format!("PUT /sessions/{session}/leaf"), json!({"message_id": swipes[0]})).await.with(200);
    assert_eq!(turned["leaf_id"], swipes[0]);
    let back = json!({"message_id": messages[0]["id"]});
    assert_eq!(aya.tell(&format!("PUT /sessions/{session}/leaf"), back).await.with(200)["leaf_id"], messages[3]["id"]);
}

#[tokio::test]
async fn a_chat_of_every_program_comes_in_and_leaves_again() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    for (name, source, sessions, messages) in [
        ("silly_tavern_unused.jsonl", "silly_tavern", 1, 2),
        ("silly_tavern_group.jsonl", "silly_tavern", 1, 3),
        ("chub.jsonl", "chub", 1, 3),
        ("agnai.json", "agnai", 1, 3),
        ("risu.json", "risu", 1, 3),
        ("cai.json", "cai_tools", 2, 3),
        ("ooba.json", "ooba", 1, 4),
        ("kobold.json", "kobold", 1, 5),
        ("open_webui.json", "open_webui", 1, 4),
    ] {
        let come = bring(&aya, &rin, golden(name)).await.with(201);
        assert_eq!((&come["source"], &come["messages"]), (&json!(source), &json!(messages)), "{name}");
        assert_eq!(come["sessions"].as_array().unwrap().len(), sessions, "{name}");
        let session = id(&come["sessions"][0]);
        let out = aya.ask(&format!("GET /sessions/{session}/export")).await;
        assert_eq!(out.status, 200, "{name}");
        let again = bring(&aya, &rin, out.bytes).await.with(201);
        let words = async |session: &str| {
            let messages = aya.messages(session).await;
            messages.iter().map(|message| message["content"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(words(&session).await, words(&id(&again["sessions"][0])).await, "{name}");
    }
    let group = session_of(&aya, &rin, "silly_tavern_group.jsonl").await;
    assert_eq!(aya.messages(&group).await[1]["content"], "Tomas: Only me.", "where several spoke, who did");
}

#[tokio::test]
async fn what_leaves_has_swipes_and_what_is_hidden() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = session_of(&aya, &rin, "silly_tavern.jsonl").await;
    let out = lines(&aya.ask(&format!("GET /sessions/{session}/export")).await.bytes);
    assert_eq!(out.len(), 5);
    assert!(out[0]["chat_metadata"].is_object());
    assert_eq!(out[1]["swipes"], json!(["Come in.", "Good morning, Mara."]));
    assert_eq!((&out[1]["swipe_id"], &out[1]["mes"]), (&json!(1), &json!("Good morning, Mara.")));
    assert_eq!((&out[2]["is_user"], &out[3]["is_system"]), (&json!(true), &json!(true)));
    assert_eq!(out, lines(&golden("silly_tavern.jsonl")), "with all that nobody here knows");
    let ren = app.person("ren").await;
    ren.ask(&format!("GET /sessions/{session}/export")).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_other_programs_said_of_a_message_stays_with_it() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    for name in ["silly_tavern.jsonl", "silly_tavern_unused.jsonl", "silly_tavern_group.jsonl"] {
        let session = session_of(&aya, &rin, name).await;
        let out = lines(&aya.ask(&format!("GET /sessions/{session}/export")).await.bytes);
        assert_eq!(out, lines(&golden(name)), "{name}");
    }
    let header =
        json!({"user_name": "Mara", "character_name": "Rin", "chat_metadata": {"note_prompt": "Rain.", "odd": [null]}});
    let row = |mes: &str, user: bool, extra: Value| json!({"name": if user { "Mara" } else { "Rin" }, "is_user": user, "mes": mes, "extra": extra, "odd": 1});
    let rows = [
        row("Come in.", false, json!({"api": "x", "display_text": "Herein.", "reasoning": "She is wet."})),
        row("Thank you.", true, json!({"bias": null})),
        row("Sit.", false, json!({"odd": {"a": 1}})),
    ];
    let file: Vec<String> = std::iter::once(&header).chain(&rows).map(Value::to_string).collect();
    let come = bring(&aya, &rin, file.join("\n").into_bytes()).await.with(201);
    let session = id(&come["sessions"][0]);
    let messages = aya.messages(&session).await;
    let path = |n: usize| format!("/sessions/{session}/messages/{}", messages[n]["id"].as_str().unwrap());
    aya.tell(&format!("PATCH {}", path(0)), json!({"content": "Do come in."})).await.with(200);
    aya.ask(&format!("DELETE {}", path(2))).await.with(204);
    let out = lines(&aya.ask(&format!("GET /sessions/{session}/export")).await.bytes);
    assert_eq!((&out[0], &out[2], out.len()), (&header, &rows[1], 3));
    assert_eq!(out[1]["extra"], json!({"api": "x", "reasoning": "She is wet."}), "what was shown was of other words");
    assert_eq!((&out[1]["mes"], &out[1]["odd"]), (&json!("Do come in."), &json!(1)));
}

/// What a file says: who speaks, under which name, and the words.
fn told(format: &str, file: &Value) -> Vec<(bool, String, String)> {
    let messages = match format {
        "agnai" => &file["messages"],
        "risu" => &file["data"]["message"],
        _ => &file["histories"]["histories"][0]["msgs"],
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |message: &Value| match format {
        "agnai" => (message["userId"].is_string(), text(&message["handle"]), text(&message["msg"])),
        "risu" => (message["role"] == "user", text(&message["name"]), text(&message["data"])),
        _ => (message["src"]["is_human"] == true, text(&message["src"]["name"]), text(&message["text"])),
    };
    messages.as_array().unwrap().iter().map(one).collect()
}

#[tokio::test]
async fn a_chat_leaves_in_every_format_and_comes_in_again() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = session_of(&aya, &rin, "silly_tavern.jsonl").await;
    let said = async |session: &str| {
        let messages = aya.messages(session).await;
        let one = |message: &Value| ["role", "content", "hidden"].map(|field| message[field].clone());
        messages.iter().map(one).collect::<Vec<_>>()
    };
    let expected = [
        (false, "Iris", "Good morning, Mara."),
        (true, "Mara", "Is it far?"),
        (false, "System", "A comment for nobody."),
        (false, "Iris", "Everything is, from here."),
    ]
    .map(|(user, name, words)| (user, name.to_owned(), words.to_owned()));
    for (format, source) in [("agnai", "agnai"), ("risu", "risu"), ("character_ai", "cai_tools")] {
        let export = async |session: &str| {
            let out = aya.ask(&format!("GET /sessions/{session}/export?format={format}")).await;
            assert_eq!(out.header("content-type"), "application/octet-stream", "{format}");
            assert_eq!(out.header("content-disposition"), "attachment; filename=\"chat.json\"", "{format}");
            (out.bytes.clone(), out.with(200))
        };
        let (bytes, file) = export(&session).await;
        assert_eq!(told(format, &file), expected, "{format}");
        let come = bring(&aya, &rin, bytes).await.with(201);
        assert_eq!((&come["source"], &come["messages"]), (&json!(source), &json!(4)), "{format}");
        let again = id(&come["sessions"][0]);
        let mut held = said(&session).await;
        if format == "character_ai" {
            // It has no room for what is hidden.
            held.iter_mut().for_each(|message| message[2] = json!(false));
        }
        assert_eq!(said(&again).await, held, "{format}");
        assert_eq!(told(format, &export(&again).await.1), expected, "{format}");
    }
    let whole = aya.ask(&format!("GET /sessions/{session}/export?format=silly_tavern")).await;
    assert_eq!(whole.header("content-disposition"), "attachment; filename=\"chat.jsonl\"");
    assert_eq!(
        whole.bytes,
        aya.ask(&format!("GET /sessions/{session}/export")).await.bytes,
        "that is what is given unasked"
    );
    assert_eq!(aya.ask(&format!("GET /sessions/{session}/export?format=txt")).await.fields(), ["format"]);
}

/// Says whether the model was told what it should be, and nothing else.
fn heard(request: &ChatRequest) -> Script {
    let told: Vec<&str> = request.messages.iter().map(|message| message.content.as_str()).collect();
    let told = told.join("\n");
    let right = told.contains("Is it far?") && !told.contains("for nobody");
    Script::say(if right { "as it should be" } else { "not as it should be" })
}

#[tokio::test]
async fn what_was_hidden_reaches_no_prompt_and_no_memory() {
    let app = TestApp::answering(Options::default(), heard).await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = session_of(&aya, &rin, "silly_tavern.jsonl").await;
    app.remembered().await;
    let book = aya.get(&format!("/characters/{rin}/memories?kind=episode")).await;
    let remembered: Vec<&str> =
        book["items"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert!(remembered.contains(&"Everything is, from here."), "{remembered:?}");
    assert!(!remembered.iter().any(|text| text.contains("for nobody")), "{remembered:?}");

    let mut socket = aya.socket().await;
    socket.say(&session, "now", "And now?").await;
    let told = socket.until("reply.completed").await;
    assert_eq!(told.last().unwrap()["message"]["content"], "as it should be");
}

#[tokio::test]
async fn a_long_chat_comes_in_whole_and_a_hostile_one_is_refused() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let rows: Vec<String> = (0..1_000)
        .map(|n| json!({"mes": format!("line {n}"), "is_user": n % 2 == 1, "swipes": [format!("line {n}"), "other"], "swipe_id": 0}).to_string())
        .collect();
    let come = bring(&aya, &rin, rows.join("\n").into_bytes()).await.with(201);
    assert_eq!(come["messages"], 2_000);
    let session = id(&come["sessions"][0]);
    let out = lines(&aya.ask(&format!("GET /sessions/{session}/export")).await.bytes);
    // It came without a head, and goes without one.
    assert_eq!((out.len(), &out[999]["mes"]), (1_000, &json!("line 999")));

    let refused = async |bytes: &[u8]| {
        let problem = bring(&aya, &rin, bytes.to_vec()).await.problem(422, "file_refused");
        problem["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(b"{\"mes\":\"a\"}\n{\"mes\":\"secret words").await, "line 2, line 1, column 20: is not JSON");
    assert_eq!(refused(b"{}").await, "is none of the formats of chats");
    assert_eq!(refused(b"{\"user_name\":\"a\",\"chat_metadata\":{}}").await, "has no message in it");
    let ren = app.person("ren").await;
    bring(&ren, &rin, golden("agnai.json")).await.problem(404, "not_found");
    let nowhere = aya.request(Method::POST, "/sessions/import").header("content-type", "application/json").body("{}");
    assert_eq!(send(nowhere).await.fields(), ["character_id"]);
}
