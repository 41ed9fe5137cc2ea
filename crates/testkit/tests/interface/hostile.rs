//! What the socket does with frames it should not get, and with people who are not theirs.

use std::time::Duration;

use api::SocketLimits;
use reqwest::{Method, StatusCode};
use serde_json::json;
use testkit::app::Options;
use testkit::{Socket, TestApp};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

#[tokio::test]
async fn a_malformed_frame_is_answered_and_the_socket_stays() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    let send = |more: serde_json::Value| {
        let mut frame = json!({"type": "message.send", "id": "x", "session_id": session, "client_message_id": "a", "content": "Hello"});
        frame.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        frame
    };
    let cases = [
        (send(json!({"content": "  \n"})), "validation_failed", "content"),
        (send(json!({"content": "x".repeat(16_001)})), "validation_failed", "content"),
        (send(json!({"content": "a\u{0}b"})), "validation_failed", "content"),
        (send(json!({"content": 7})), "validation_failed", "content"),
        (send(json!({"client_message_id": ""})), "validation_failed", "client_message_id"),
        (send(json!({"client_message_id": "é"})), "validation_failed", "client_message_id"),
        (send(json!({"session_id": "ses_1"})), "validation_failed", "session_id"),
        (json!({"type": "reply.stop", "id": "x", "session_id": session}), "validation_failed", "message_id"),
        (
            json!({"type": "session.resume", "id": "x", "session_id": session, "after_seq": -1}),
            "validation_failed",
            "after_seq",
        ),
    ];
    for (frame, code, field) in cases {
        socket.send_unchecked(frame.clone()).await;
        let error = socket.expect("error").await;
        assert_eq!(
            (error["code"].as_str(), error["ref"].as_str(), error["errors"][0]["field"].as_str()),
            (Some(code), Some("x"), Some(field)),
            "{frame}"
        );
    }
    socket.send_unchecked(json!({"type": "dance", "id": "y"})).await;
    assert_eq!(socket.expect("error").await["code"], "unknown_frame");
    let unknown = format!("ses_{}", "0".repeat(32));
    socket.send(json!({"type": "session.resume", "session_id": unknown, "after_seq": 0})).await;
    assert_eq!(socket.expect("error").await["code"], "not_found");
    socket.say(&session, "a", "Hello").await;
    socket.expect("reply.completed").await;
}

#[tokio::test]
async fn what_is_no_frame_closes_the_socket() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    for (message, code) in [
        (Message::Binary(vec![1, 2, 3].into()), 4400),
        (Message::Text("not json".into()), 4400),
        (Message::Text("[1]".into()), 4400),
        (Message::Text("{\"no\":\"type\"}".into()), 4400),
        (Message::Text("[".repeat(50_000).into()), 4400),
        (Message::Text("x".repeat(200_000).into()), 1009),
    ] {
        let mut socket = aya.socket().await;
        socket.send_raw(message).await;
        assert_eq!(socket.closed().await, Some(code));
    }
}

#[tokio::test]
async fn a_socket_needs_a_good_token_in_time() {
    let sockets = SocketLimits { auth_within: Duration::from_millis(200), per_person: 2, ..SocketLimits::default() };
    let app = TestApp::with(Options { sockets: Some(sockets), ..Options::default() }).await;
    let aya = app.person("aya").await;
    let mut silent = Socket::open(app.address, None).await.unwrap();
    assert_eq!(silent.closed().await, Some(4408));
    let mut hasty = Socket::open(app.address, None).await.unwrap();
    hasty.send(json!({"type": "ping"})).await;
    assert_eq!(hasty.closed().await, Some(4401), "nothing before the token");
    for token in ["", "nonsense", aya.refresh.as_str(), &format!("{}x", aya.access)] {
        let mut socket = Socket::open(app.address, Some(token)).await.unwrap();
        assert_eq!(socket.closed().await, Some(4401));
    }
    let mut request = format!("ws://{}/api/v1/chat/ws/", app.address).into_client_request().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", format!("talker.v1, bearer.{}", aya.access).parse().unwrap());
    let mut browser = Socket::connect(request).await.unwrap();
    browser.expect("ready").await;
    let _second = aya.socket().await;
    let mut third = Socket::open(app.address, Some(&aya.access)).await.unwrap();
    assert_eq!(third.closed().await, Some(4409));
    let in_url = format!("ws://{}/api/v1/chat/ws?token={}", app.address, aya.access).into_client_request().unwrap();
    assert_eq!(Socket::connect(in_url).await.unwrap().closed().await, Some(4408), "a token in the URL is none");
}

#[tokio::test]
async fn signing_out_and_the_end_of_a_token_close_sockets() {
    let heartbeat = SocketLimits { heartbeat: Duration::from_secs(1), ..SocketLimits::default() };
    let app = TestApp::with(Options { sockets: Some(heartbeat), ..Options::default() }).await;
    let (aya, laptop) = (app.person("aya").await, app.sign_in("aya").await);
    let (mut phone, mut desk) = (aya.socket().await, laptop.socket().await);
    aya.good(Method::POST, "/auth/logout", None).await;
    assert_eq!(phone.closed().await, Some(4403));
    assert_eq!(
        Socket::open(app.address, Some(&aya.access)).await.unwrap().closed().await,
        Some(4401),
        "its token is dead at once"
    );
    desk.send(json!({"type": "ping"})).await;
    desk.expect("pong").await;

    let other = app.sign_in("aya").await;
    app.clock.advance(Duration::from_secs(10 * 60));
    let fresh = app.sign_in("aya").await;
    desk.send(json!({"type": "auth", "token": fresh.access})).await;
    desk.expect("ready").await;
    let mut stale = other.socket().await;
    app.clock.advance(Duration::from_secs(6 * 60));
    assert_eq!(stale.closed().await, Some(4401), "its token has ended");
    desk.send(json!({"type": "ping"})).await;
    desk.expect("pong").await;
}

#[tokio::test]
async fn a_flood_of_frames_is_ended() {
    let limits = SocketLimits { frames_burst: 50, frames_per_second: 1, ..SocketLimits::default() };
    let app = TestApp::with(Options { sockets: Some(limits), ..Options::default() }).await;
    let mut socket = app.person("aya").await.socket().await;
    for _ in 0..60 {
        socket.send(json!({"type": "ping"})).await;
    }
    assert_eq!(socket.closed().await, Some(4429));
}

#[tokio::test]
async fn what_is_anothers_is_as_if_it_were_not_there() {
    let app = TestApp::start().await;
    let (aya, eve) = (app.person("aya").await, app.person("eve").await);
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    let mut hers = aya.socket().await;
    hers.say(&session, "a", "My secret").await;
    let reply = hers.expect("reply.completed").await["message"]["id"].as_str().unwrap().to_owned();

    let message = format!("/sessions/{session}/messages/{reply}");
    let requests = [
        (Method::GET, format!("/characters/{character}"), None),
        (Method::PATCH, format!("/characters/{character}"), Some(json!({"name": "Eve"}))),
        (Method::DELETE, format!("/characters/{character}"), None),
        (Method::POST, "/sessions".into(), Some(json!({"character_id": character}))),
        (Method::GET, format!("/sessions/{session}"), None),
        (Method::PATCH, format!("/sessions/{session}"), Some(json!({"title": "Eve"}))),
        (Method::DELETE, format!("/sessions/{session}"), None),
        (Method::GET, format!("/sessions/{session}/messages"), None),
        (Method::GET, format!("/sessions/{session}/events"), None),
        (
            Method::POST,
            format!("/sessions/{session}/messages"),
            Some(json!({"client_message_id": "b", "content": "Hi"})),
        ),
        (Method::PUT, format!("/sessions/{session}/leaf"), Some(json!({"message_id": reply}))),
        (Method::GET, message.clone(), None),
        (Method::PATCH, message.clone(), Some(json!({"content": "Eve"}))),
        (Method::DELETE, message.clone(), None),
        (Method::GET, format!("{message}/revisions"), None),
        (Method::POST, format!("{message}/regenerate"), Some(json!({}))),
        (Method::POST, format!("{message}/stop"), None),
    ];
    for (method, path, body) in requests {
        let (status, problem) = eve.call(method.clone(), &path, body.clone()).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::NOT_FOUND, Some("not_found")), "{method} {path}");
        let (status, _) = testkit::app::answer(app.request(method, &path)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path} without a token");
    }
    let own = eve.session().await;
    let (status, _) = eve.call(Method::GET, &format!("/sessions/{own}/messages/{reply}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "also through one's own session");

    let mut socket = eve.socket().await;
    for frame in [
        json!({"type": "message.send", "session_id": session, "client_message_id": "b", "content": "Hi"}),
        json!({"type": "session.resume", "session_id": session, "after_seq": 0, "message_id": reply, "offset": 0}),
        json!({"type": "session.resume", "session_id": own, "after_seq": 0, "message_id": reply, "offset": 0}),
        json!({"type": "reply.stop", "session_id": session, "message_id": reply}),
        json!({"type": "reply.regenerate", "session_id": session, "message_id": reply}),
        json!({"type": "message.send", "session_id": own, "client_message_id": "b", "content": "Hi", "parent_id": reply}),
    ] {
        socket.send(frame.clone()).await;
        let answer = socket.frame().await;
        assert!(answer["code"] == "not_found" || answer["type"] == "session.resumed", "{frame} -> {answer}");
    }
    hers.say(&session, "c", "Another secret").await;
    hers.expect("reply.completed").await;
    assert_eq!(socket.within(Duration::from_millis(200)).await, None, "nothing of hers is heard");
    assert_eq!(aya.messages(&session).await.len(), 5, "nothing of hers was changed");
}
