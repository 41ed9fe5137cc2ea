//! Chats that came in and are read in the background: how far, over the socket and at any time.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::TestApp;
use testkit::app::{Options, id, remembering};
use testkit::http::send;

const MESSAGES: usize = 400;

/// A chat as SillyTavern writes it.
fn chat() -> String {
    let mut lines = vec![json!({"user_name": "Aya", "character_name": "Rin", "chat_metadata": {}}).to_string()];
    for n in 0..MESSAGES {
        let is_user = n % 2 == 0;
        let name = if is_user { "Aya" } else { "Rin" };
        lines.push(
            json!({"name": name, "is_user": is_user, "mes": format!("Word {n}"), "send_date": n * 1_000}).to_string(),
        );
    }
    lines.join("\n")
}

fn told(frame: &Value) -> (u64, u64) {
    (frame["done"].as_u64().unwrap(), frame["total"].as_u64().unwrap())
}

#[tokio::test]
async fn how_far_a_chat_that_came_in_is_read_is_told_and_can_be_asked() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let character = aya.character("private").await;
    let (mut socket, mut others) = (aya.socket().await, ben.socket().await);
    let request = aya.request(Method::POST, &format!("/sessions/import?character_id={character}"));
    let came = send(request.header("content-type", "application/octet-stream").body(chat())).await.with(201);
    let session = id(&came["sessions"][0]);
    let mut steps = Vec::new();
    while steps.last().is_none_or(|(done, total)| done < total) {
        let frame = socket.expect("remembering").await;
        assert_eq!((&frame["session_id"], &frame["character_id"]), (&json!(session), &json!(character)));
        steps.push(told(&frame));
    }
    assert_eq!(steps, [(128, 400), (256, 400), (384, 400), (400, 400)]);
    let path = format!("GET /sessions/{session}/remembering");
    assert_eq!(aya.ask(&path).await.with(200), json!({"done": 400, "total": 400}));
    // It is nobody else's.
    ben.ask(&path).await.problem(404, "not_found");
    others.send(json!({"type": "ping"})).await;
    assert!(others.until("pong").await.iter().all(|frame| frame["type"] != "remembering"));
    // A chat that goes on as chats do says nothing of it.
    let short = aya.session_with(&character).await;
    aya.say(&short, "Hello").await;
    app.remembered().await;
    socket.send(json!({"type": "ping"})).await;
    assert!(socket.until("pong").await.iter().all(|frame| frame["type"] != "remembering"));
}

#[tokio::test]
async fn whoever_comes_back_asks_how_far_it_is() {
    let mut idle = remembering(false);
    idle.jobs.works = false;
    let app = TestApp::with(Options { memories: Some(idle), ..Options::default() }).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let request = aya.request(Method::POST, &format!("/sessions/import?character_id={character}"));
    let came = send(request.header("content-type", "application/octet-stream").body(chat())).await.with(201);
    let path = format!("GET /sessions/{}/remembering", id(&came["sessions"][0]));
    assert_eq!(aya.ask(&path).await.with(200), json!({"done": 0, "total": 400}), "nobody has begun");
    // Somebody does, elsewhere or later: the same question tells it.
    let store = Some(app.stop(std::time::Duration::ZERO).await);
    let next = TestApp::with(Options { store, ..Options::default() }).await;
    next.remembered().await;
    let aya = next.sign_in("aya").await;
    assert_eq!(aya.ask(&path).await.with(200), json!({"done": 400, "total": 400}));
}
