//! What was said is never lost and never doubled: repeated sends, failing stores, restarts, killed processes.

use std::time::Duration;

use futures_util::StreamExt;
use llm::scripted::{Gate, Script};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::Store;
use testkit::app::Options;
use testkit::faults::When;
use testkit::store::stride;
use testkit::{Person, TestApp};

async fn restarted(store: Store) -> TestApp {
    TestApp::with(Options { store: Some(store), ..Options::default() }).await
}

/// The history once nothing in it is queued or being written.
async fn settled(person: &Person<'_>, session: &str) -> Vec<Value> {
    for _ in 0..1_000 {
        let (status, page) = person.call(Method::GET, &format!("/sessions/{session}/messages?limit=100"), None).await;
        assert!(status.is_success() || status == StatusCode::SERVICE_UNAVAILABLE, "{status} {page}");
        let messages = page["items"].as_array().cloned().unwrap_or_default();
        if status.is_success()
            && messages.iter().all(|message| !matches!(message["status"].as_str(), Some("queued" | "streaming")))
        {
            return messages;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("replies never ended")
}

fn contents(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["content"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_send_is_exactly_once() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let (mut phone, mut laptop) = (aya.socket().await, aya.socket().await);
    phone.say(&session, "same", "Hello").await;
    laptop.say(&session, "same", "Hello, again").await;
    let first = phone.expect("reply.completed").await;
    phone.say(&session, "same", "Hello").await;
    let repeated = phone.expect("message.accepted").await;
    assert_eq!((repeated["repeated"].as_bool(), repeated["seq"].as_u64()), (Some(true), Some(1)));
    assert_eq!(repeated["reply"]["id"], first["message"]["id"]);
    let path = format!("/sessions/{session}/messages");
    let body = json!({"client_message_id": "same", "content": "Hello"});
    let (a, b) = tokio::join!(aya.post(&path, body.clone()), aya.post(&path, body));
    assert_eq!((a["repeated"].as_bool(), &a["message"]["id"]), (Some(true), &b["message"]["id"]));
    assert_eq!(settled(&aya, &session).await.len(), 3);
    assert_eq!(app.model.calls(), 1);
}

#[tokio::test]
async fn many_identical_sends_at_once_are_one() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let path = format!("/sessions/{session}/messages");
    let sends = (0..12).map(|_| aya.post(&path, json!({"client_message_id": "same", "content": "Hello"})));
    let answers = futures_util::future::join_all(sends).await;
    assert_eq!(answers.iter().filter(|answer| answer["repeated"] == false).count(), 1);
    assert!(answers.iter().all(|answer| answer["reply"]["id"] == answers[0]["reply"]["id"]));
    assert_eq!(settled(&aya, &session).await.len(), 3);
}

#[tokio::test]
async fn a_deleted_message_is_not_said_again_by_a_late_repeat() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let path = format!("/sessions/{session}/messages");
    let body = json!({"client_message_id": "same", "content": "Hello"});
    let sent = aya.post(&path, body.clone()).await;
    settled(&aya, &session).await;
    aya.good(Method::DELETE, &format!("{path}/{}", sent["message"]["id"].as_str().unwrap()), None).await;
    let (status, problem) = aya.call(Method::POST, &path, Some(body)).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("message_deleted")));
}

#[tokio::test]
async fn what_was_written_survives_a_crash_and_the_turn_ends_visibly() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let gate = Gate::new();
    app.model.push(Script::new().text("The storm took the ").text("lamp").wait(&gate));
    let mut socket = aya.socket().await;
    socket.say(&session, "a", "What happened?").await;
    gate.reached().await;
    socket.say(&session, "b", "Tell me!").await;
    while socket.expect("message.accepted").await["client_message_id"] != "b" {}
    tokio::time::sleep(Duration::from_millis(200)).await;
    let app = restarted(app.crash().await).await;
    let aya = app.sign_in("aya").await;
    let messages = settled(&aya, &session).await;
    assert_eq!(contents(&messages)[1..4], ["What happened?", "The storm took the lamp", "Tell me!"]);
    assert_eq!(
        (messages[2]["status"].as_str(), messages[2]["failure"]["code"].as_str()),
        (Some("failed"), Some("interrupted"))
    );
    assert_eq!(messages[4]["status"], "complete", "what waited was answered after the restart");

    let path = format!("/sessions/{session}/messages");
    let repeated = aya.post(&path, json!({"client_message_id": "a", "content": "What happened?"})).await;
    assert_eq!((repeated["repeated"].as_bool(), &repeated["reply"]["id"]), (Some(true), &messages[2]["id"]));
    app.model.push(Script::say("All is well."));
    aya.post(&format!("{path}/{}/regenerate", messages[2]["id"].as_str().unwrap()), json!({})).await;
    let messages = settled(&aya, &session).await;
    assert_eq!(contents(&messages)[2], "All is well.");
    let mut socket = aya.socket().await;
    socket.send(json!({"type": "session.resume", "session_id": session, "after_seq": 0})).await;
    let seqs: Vec<u64> =
        socket.until("session.resumed").await.iter().filter_map(|frame| frame["seq"].as_u64()).collect();
    assert_eq!(seqs[..seqs.len() - 1], (1..seqs.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_orderly_stop_lets_replies_finish_and_ends_the_rest() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (quick, endless) = (aya.session().await, aya.session().await);
    let gate = Gate::new();
    app.model.push(Script::new().text("Soon").delay(Duration::from_millis(300)).text(" done."));
    aya.post(&format!("/sessions/{quick}/messages"), json!({"client_message_id": "a", "content": "Hello"})).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    app.model.push(Script::new().text("Never").wait(&gate));
    aya.post(&format!("/sessions/{endless}/messages"), json!({"client_message_id": "a", "content": "Hello"})).await;
    gate.reached().await;
    let mut socket = aya.socket().await;
    let store = app.stop_while(Duration::from_millis(1_500), async {
        let mut ended = [socket.expect("reply.completed").await, socket.expect("reply.failed").await];
        assert_eq!(ended[0]["message"]["content"], "Soon done.");
        assert_eq!(ended[1]["code"].take(), "interrupted");
        assert_eq!(socket.closed().await, Some(1001));
    });
    let app = restarted(store.await).await;
    let aya = app.sign_in("aya").await;
    assert_eq!(contents(&aya.messages(&endless).await)[2], "Never");
}

/// A short conversation during which one call of the store fails; afterwards everything that was accepted is there once,
/// in order, and answered or visibly failed.
async fn converse_with_fault(call: u64, when: When) -> bool {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let path = format!("/sessions/{session}/messages");
    app.faults.fail_call(call, when);
    for n in 0..3 {
        app.model.push(Script::new().text(format!("Answer {n} ")).delay(Duration::from_millis(30)).text("ends."));
        let body = json!({"client_message_id": format!("m{n}"), "content": format!("Question {n}")});
        // A client tries until its message is accepted.
        let mut accepted = false;
        for _ in 0..20 {
            let (status, _) = aya.call(Method::POST, &path, Some(body.clone())).await;
            if status == StatusCode::ACCEPTED {
                accepted = true;
                break;
            }
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "call {call} {when:?}");
        }
        assert!(accepted, "call {call} {when:?}: never accepted");
    }
    let messages = settled(&aya, &session).await;
    let happened = app.faults.happened();
    let said: Vec<&str> = messages
        .iter()
        .filter(|message| message["role"] == "user")
        .map(|message| message["content"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["Question 0", "Question 1", "Question 2"], "call {call} {when:?}");
    assert_eq!(messages.len(), 7, "call {call} {when:?}");
    for reply in messages.iter().skip(1).filter(|message| message["role"] == "character") {
        let whole = reply["status"] == "complete" && reply["content"].as_str().unwrap().ends_with("ends.");
        assert!(whole || reply["status"] == "failed", "call {call} {when:?}: {reply}");
    }
    happened
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_failing_call_of_the_store_loses_an_accepted_message() {
    for when in [When::Before, When::After] {
        // Some at a time: each conversation waits more than it works.
        let calls = futures_util::stream::iter((0..200).step_by(stride()));
        let conversations = calls.map(|call| converse_with_fault(call, when)).buffered(4);
        let failed = conversations.take_while(|happened| std::future::ready(*happened)).count().await * stride();
        assert!(failed < 200, "the conversation never ends");
        assert!(failed > 15, "only {failed} calls were made to fail");
    }
}

#[tokio::test]
async fn a_store_that_is_away_for_a_while_loses_nothing() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let gate = Gate::new();
    app.model.push(Script::new().text("Before").wait(&gate).text(" and after"));
    aya.post(&format!("/sessions/{session}/messages"), json!({"client_message_id": "a", "content": "Hello"})).await;
    gate.reached().await;
    app.faults.fail_everything();
    gate.open();
    let (status, problem) = aya.call(Method::GET, &format!("/sessions/{session}/messages"), None).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, Some("unavailable")),
        "never an empty chat"
    );
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.faults.heal();
    assert_eq!(contents(&settled(&aya, &session).await)[2], "Before and after");
}
