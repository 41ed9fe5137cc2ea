//! The operator's page: only their key opens it, and what they choose speaks at once.

use llm::scripted::ScriptedModel;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;
use testkit::TestApp;
use testkit::app::{OPERATOR_KEY, answer, Options};

#[tokio::test]
async fn only_the_key_of_the_server_opens_the_operators_page() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    for key in ["", "nonsense", aya.access.as_str(), &OPERATOR_KEY[1..]] {
        for (method, path) in [(Method::GET, "/operator/models"), (Method::PUT, "/operator/models/default")] {
            let (status, problem) = answer(app.request(method, path).bearer_auth(key).json(&json!({"name": "scripted/model"}))).await;
            assert_eq!((status, problem["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("unauthenticated")), "{path}");
        }
    }
    let (status, _) = aya.call(Method::GET, "/users/me", None).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = answer(app.request(Method::GET, "/users/me").bearer_auth(OPERATOR_KEY)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the operator is no person");
}

#[tokio::test]
async fn what_the_operator_chooses_speaks_from_the_next_reply_on() {
    let other = Arc::new(ScriptedModel::named("scripted/other"));
    other.push(llm::scripted::Script::say("Another voice."));
    let app = TestApp::with(Options { models: vec![other], ..Options::default() }).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let choose = |name: &'static str| answer(app.request(Method::PUT, "/operator/models/default").bearer_auth(OPERATOR_KEY).json(&json!({"name": name})));
    let (status, problem) = choose("nobody/there").await;
    assert_eq!((status, problem["errors"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("name")));
    let (status, models) = choose("scripted/other").await;
    assert_eq!((status, models["default"].as_str()), (StatusCode::OK, Some("scripted/other")));
    assert_eq!(aya.get(&format!("/sessions/{session}")).await["speaks"]["name"], "scripted/other");
    let mut socket = aya.socket().await;
    socket.say(&session, "a", "Who is there?").await;
    let reply = socket.expect("reply.completed").await["message"].clone();
    assert_eq!((reply["content"].as_str(), reply["model"].as_str()), (Some("Another voice."), Some("scripted/other")));
}
