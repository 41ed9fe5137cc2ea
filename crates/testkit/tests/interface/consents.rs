//! Consents: asked for where the operator wants so, written down with their version, withdrawn at any time, and never in the way of what is
//! one's own.

use domain::consents::{Document, Documents};
use serde_json::{Value, json};
use service::accounts::AccountsConfig;
use testkit::app::{Options, PASSWORD};
use testkit::keyed::Program;
use testkit::{Person, TestApp};

fn document(version: &str) -> Option<Document> {
    let texts = [format!("Be kind ({version})."), String::new(), "やさしく。".to_owned()];
    Document::new(version, texts, |bytes| format!("{:064x}", bytes.len())).ok()
}

fn required(config: &mut AccountsConfig) {
    config.documents = Documents { required: true, terms: document("2026-03"), privacy: document("1") };
}

/// Texts that nobody must agree to.
pub(crate) fn offered(config: &mut AccountsConfig) {
    required(config);
    config.documents.required = false;
}

fn changed(config: &mut AccountsConfig) {
    config.documents = Documents { required: true, terms: document("2026-04"), privacy: document("1") };
}

async fn start(accounts: fn(&mut AccountsConfig), store: Option<store::Store>) -> TestApp {
    TestApp::with(Options { accounts: Some(accounts), store, ..Options::default() }).await
}

fn registration(accepts: &Value) -> Value {
    json!({"username": "aya", "email": "aya@example.org", "password": PASSWORD, "birth_date": "2000-02-29", "accepts": accepts})
}

fn both() -> Value {
    json!([{"kind": "terms", "version": "2026-03"}, {"kind": "privacy", "version": "1"}])
}

async fn acts(person: &Person<'_>) -> Vec<(String, String, Value)> {
    let page = person.get("/users/me/consents?limit=100").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| (text(&one["kind"]), text(&one["act"]), one["version"].clone())).collect()
}

fn did(kind: &str, act: &str, version: Value) -> (String, String, Value) {
    (kind.to_owned(), act.to_owned(), version)
}

#[tokio::test]
async fn who_signs_up_agrees_and_it_is_written_down() {
    let app = start(required, None).await;
    let legal = app.ask("GET /legal?language=zh").await.with(200);
    assert_eq!((&legal["required"], legal["documents"].as_array().unwrap().len()), (&json!(true), 2));
    let terms = &legal["documents"][0];
    assert_eq!(
        (&terms["kind"], &terms["version"], &terms["language"], &terms["text"]),
        (&json!("terms"), &json!("2026-03"), &json!("en"), &json!("Be kind (2026-03)."))
    );
    assert_eq!(app.ask("GET /legal?language=ja").await.with(200)["documents"][0]["text"], "やさしく。");
    assert_eq!(app.ask("GET /legal?language=xx").await.fields(), ["language"]);
    for (accepts, status, code) in [
        (json!([]), 403, "consent_required"),
        (json!([{"kind": "terms", "version": "2026-03"}]), 403, "consent_required"),
    ] {
        app.tell("POST /auth/register", registration(&accepts)).await.problem(status, code);
    }
    let old = json!([{"kind": "terms", "version": "2025"}, {"kind": "privacy", "version": "1"}]);
    assert_eq!(app.tell("POST /auth/register", registration(&old)).await.fields(), ["accepts.0.version"]);
    let switch = json!([{"kind": "bond", "version": "1"}]);
    assert_eq!(app.tell("POST /auth/register", registration(&switch)).await.fields(), ["accepts.0.kind"]);
    app.tell("POST /auth/register", registration(&both())).await.with(201);
    let aya = app.sign_in("aya").await;
    let consents = aya.get("/users/me/consents").await;
    assert_eq!((&consents["required"], &consents["pending"]), (&json!(true), &json!([])));
    let given = &consents["items"][0];
    assert_eq!((&given["kind"], &given["act"], &given["version"]), (&json!("privacy"), &json!("given"), &json!("1")));
    assert_eq!(given["digest"].as_str().unwrap().len(), 64);
    let session = aya.session().await;
    aya.say(&session, "Hello!").await;
    // A new version is asked for, and then used.
    let app = start(changed, Some(app.stop(std::time::Duration::from_secs(5)).await)).await;
    app.clock.advance(std::time::Duration::from_secs(60 * 60));
    let aya = app.sign_in("aya").await;
    assert_eq!(aya.get("/users/me/consents").await["pending"], json!(["terms"]));
    let new = json!({"client_message_id": "n", "content": "And now?"});
    let path = format!("POST /sessions/{session}/messages");
    aya.tell(&path, new.clone()).await.problem(403, "consent_required");
    let stale = json!({"kind": "terms", "version": "2026-03"});
    assert_eq!(aya.tell("POST /users/me/consents", stale).await.fields(), ["version"]);
    let agreement = json!({"kind": "terms", "version": "2026-04"});
    for _ in 0..2 {
        aya.tell("POST /users/me/consents", agreement.clone()).await.with(204);
    }
    aya.tell(&path, new).await.with(202);
    assert_eq!(
        acts(&aya).await,
        [
            did("terms", "given", json!("2026-04")),
            did("privacy", "given", json!("1")),
            did("terms", "given", json!("2026-03"))
        ]
    );
}

#[tokio::test]
async fn who_does_not_agree_reads_takes_along_and_erases_and_nothing_else() {
    let app = start(required, None).await;
    app.tell("POST /auth/register", registration(&both())).await.with(201);
    let aya = app.sign_in("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    let (said, _) = aya.say(&session, "Hello!").await;
    let program = Program::of(&app, &aya, json!({"name": "x"})).await;
    aya.ask("DELETE /users/me/consents/terms").await.with(204);
    assert_eq!(aya.get("/users/me/consents").await["pending"], json!(["terms"]));
    assert_eq!(acts(&aya).await[0], did("terms", "withdrawn", json!("2026-03")));
    // Nothing is said, by no way.
    let new = json!({"client_message_id": "n", "content": "And now?"});
    aya.tell(&format!("POST /sessions/{session}/messages"), new).await.problem(403, "consent_required");
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"name": "x"})).await.problem(403, "consent_required");
    aya.tell("PATCH /users/me", json!({"display_name": "x"})).await.problem(403, "consent_required");
    let asked = json!({"model": rin, "messages": [{"role": "user", "content": "Hello"}]});
    program.complete(asked).await.refusal(403, "consent_required");
    let mut socket = aya.socket().await;
    socket.say(&session, "w", "Over the socket?").await;
    assert_eq!(socket.expect("error").await["code"], "consent_required");
    // What is one's own stays one's own.
    assert_eq!(aya.messages(&session).await.len(), 3);
    socket.send(json!({"type": "session.resume", "session_id": session, "after_seq": 0})).await;
    socket.expect("message.accepted").await;
    assert_eq!(aya.ask("POST /users/me/export").await.status.as_u16(), 200);
    aya.ask(&format!("DELETE /sessions/{session}/messages/{said}")).await.with(204);
    let change = json!({"current_password": PASSWORD, "new_password": "another harbour"});
    aya.tell("POST /users/me/password", change).await.with(204);
    aya.tell("DELETE /users/me", json!({"password": "another harbour"})).await.with(204);
}

#[tokio::test]
async fn where_nothing_is_asked_for_switches_are_written_down_all_the_same() {
    let app = TestApp::start().await;
    assert_eq!(app.ask("GET /legal").await.with(200), json!({"required": false, "documents": []}));
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    for on in [false, true] {
        aya.tell(&format!("PATCH /characters/{rin}/bond"), json!({"on": on})).await.with(200);
    }
    aya.tell(&format!("PUT /characters/{rin}/initiative"), json!({"enabled": true})).await.with(200);
    aya.tell(&format!("PUT /characters/{rin}/diary/settings"), json!({"on": false})).await.with(200);
    aya.tell("PATCH /users/me", json!({"sees_mature": true})).await.with(200);
    let page = aya.get("/users/me/consents?limit=2").await;
    let rest = aya.get(&format!("/users/me/consents?cursor={}", page["next_cursor"].as_str().unwrap())).await;
    let all = page["items"].as_array().unwrap().iter().chain(rest["items"].as_array().unwrap());
    let found: Vec<Value> = all.map(|one| json!([one["kind"], one["act"], one["subject"]])).collect();
    let expected = [
        json!(["mature", "given", null]),
        json!(["diary", "withdrawn", rin]),
        json!(["writes_first", "given", rin]),
        json!(["bond", "given", rin]),
        json!(["bond", "withdrawn", rin]),
    ];
    assert_eq!(found, expected);
    assert_eq!(aya.ask("DELETE /users/me/consents/bond").await.fields(), ["kind"]);
    assert_eq!(aya.tell("POST /users/me/consents", json!({"kind": "terms", "version": "1"})).await.fields(), ["kind"]);
    aya.ask("GET /users/me/consents?cursor=x").await.problem(400, "invalid_cursor");
    aya.ask("DELETE /users/me/consents/nothing").await.problem(404, "not_found");
}
