//! Nothing intimate in logs, at any level: everything that can be said is said, and the log is searched for it.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use llm::ModelError;
use llm::scripted::{Gate, Script};
use reqwest::Method;
use serde_json::json;
use testkit::TestApp;
use testkit::app::{OPERATOR_KEY, PASSWORD, id};
use testkit::http::send;
use testkit::keyed::Program;
use testkit::talk::Talk;
use tracing_subscriber::filter::LevelFilter;

/// A log that is kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_that_people_say_or_prove_themselves_with_is_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    aya.tell("PATCH /users/me", json!({"display_name": "SECRET-shown", "email": "secret-address@example.org"}))
        .await
        .with(200);
    let refreshed = app.token(&[("grant_type", "refresh_token"), ("refresh_token", &aya.refresh)]).await.with(200);
    app.token(&[("grant_type", "password"), ("username", "secret-guessed"), ("password", "SECRET-guess")]).await;
    app.token(&[("grant_type", "refresh_token"), ("refresh_token", "tlk_r_SECRET-token")]).await;
    aya.showing("SECRET.access.token").ask("GET /users/me").await.problem(401, "unauthenticated");
    aya.showing("SECRET-operator").ask("GET /operator/models").await.problem(401, "unauthenticated");
    aya.showing(OPERATOR_KEY).ask("GET /operator/models").await.with(200);
    send(app.request(Method::GET, "/SECRET-path?token=SECRET-query")).await;
    aya.ask("GET /characters?search=SECRET-search&cursor=SECRET-cursor").await;
    aya.tell(
        "POST /auth/register",
        json!({"username": "SECRET name", "email": "SECRET-mail", "password": "SECRET", "birth_date": "SECRET-date"}),
    )
    .await
    .fields();

    let mut talk = Talk::begin(&aya).await;
    let character = id(&aya.get(&format!("/sessions/{}", talk.session)).await["character"]);
    let profile = json!({"persona": "SECRET-persona", "scenario": "SECRET-scenario", "examples": "SECRET-examples", "greeting": "SECRET-greeting"});
    aya.tell(&format!("PATCH /characters/{character}"), profile).await.with(200);
    app.model.push(Script::words("SECRET-reply in several words"));
    let said = talk.say("SECRET-message").await;
    aya.tell(&format!("PATCH {}/{}", talk.messages, id(&said.message)), json!({"content": "SECRET-edit"}))
        .await
        .with(200);
    aya.tell(&format!("PATCH /sessions/{}", talk.session), json!({"title": "SECRET-title"})).await.with(200);
    app.model.push(Script::new().text("SECRET-half").fail(ModelError::Timeout("no answer in time".into())));
    talk.say("SECRET-second").await;
    app.model.push(Script::refuse(ModelError::ContentRefused("refused".into())));
    talk.say("SECRET-third").await;

    let program = Program::of(&app, &aya, json!({"name": "SECRET-key"})).await;
    app.model.push(Script::words("SECRET-answer in several words"));
    let asked = json!([{"role": "system", "content": "SECRET-system"}, {"role": "user", "content": "SECRET-question"}]);
    program.complete(json!({"model": character, "messages": asked, "stream": true})).await.events();
    program.complete(json!({"model": character, "messages": "SECRET-none"})).await.refusal(400, "invalid_value");
    app.model.push(Script::new().text("SECRET-piece").fail(ModelError::Timeout("no answer in time".into())));
    program.complete(json!({"model": character, "messages": asked})).await.refusal(503, "model_timeout");
    let key = program.secret.clone();

    let gate = Gate::new();
    app.model.push(Script::new().text("SECRET-running").wait(&gate));
    let mut socket = aya.socket().await;
    socket.say(&talk.session, "SECRET-client-id", "SECRET-fourth").await;
    gate.reached().await;
    socket.send_unchecked(json!({"type": "SECRET-type", "content": "SECRET-frame"})).await;
    socket.expect("error").await;
    app.faults.fail_everything();
    aya.tell(&format!("POST {}", talk.messages), json!({"client_message_id": "x", "content": "SECRET-unstored"})).await;
    app.faults.heal();
    gate.open();
    socket.expect("reply.completed").await;
    socket.send_text("SECRET-nonsense").await;
    assert_eq!(socket.closed().await, Some(4400));
    // Too late for an answer that was lost.
    app.clock.advance(Duration::from_secs(6 * 60));
    app.token(&[("grant_type", "refresh_token"), ("refresh_token", &aya.refresh)]).await;
    let (access, refresh) = (aya.access.clone(), aya.refresh.clone());
    app.stop(Duration::from_secs(5)).await;

    let bytes = log.0.lock().unwrap().clone();
    let text = String::from_utf8(bytes).unwrap();
    for expected in [
        " TRACE ",
        "answered",
        "http.route=/api/v1/sessions/{session_id}/messages",
        "http.route=/v1/chat/completions",
        "the model broke off",
        "a refresh token was shown twice",
        "a request could not be answered",
    ] {
        assert!(text.contains(expected), "the log does not tell of {expected:?}");
    }
    let newest = refreshed["refresh_token"].as_str().unwrap();
    let forbidden = [
        "SECRET",
        "secret",
        PASSWORD,
        OPERATOR_KEY,
        "quiet+harbour",
        "aya@example.org",
        "aya%40example",
        &access,
        &refresh,
        &key,
        newest,
        access.rsplit('.').next().unwrap(),
        "Bearer ey",
    ];
    for line in text.lines() {
        for word in forbidden {
            assert!(!line.contains(word), "{word} stands in the log: {line}");
        }
    }
}
