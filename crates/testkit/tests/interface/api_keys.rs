//! API keys: told once, good for what they say, and dead when they ought to be.

use std::time::Duration;

use domain::accounts::UserRole;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::TestApp;
use testkit::app::{PASSWORD, id};
use testkit::http::send;
use testkit::keyed::Program;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_key_is_told_once_and_listed_without_its_secret() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let wanted = json!({
        "name": " The editor ", "scopes": ["sessions", "chat", "chat"], "characters": [rin, rin], "expires_at": "2027-01-01T00:00:00Z",
    });
    let made = aya.tell("POST /api-keys", wanted).await.with(201);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("talker_") && secret.len() > 40, "{secret}");
    let mut key = made["key"].clone();
    assert!(secret.starts_with(key["hint"].as_str().unwrap()) && id(&key).starts_with("key_"));
    key["hint"].take();
    let expected = json!({
        "id": key["id"], "hint": null, "name": "The editor", "scopes": ["chat", "sessions"], "characters": [rin],
        "created_at": key["created_at"], "expires_at": "2027-01-01T00:00:00Z", "last_used_at": null,
    });
    assert_eq!(key, expected);
    let plain = aya.tell("POST /api-keys", json!({"name": "A game"})).await.with(201);
    let usual = (&plain["key"]["scopes"], &plain["key"]["characters"], &plain["key"]["expires_at"]);
    assert_eq!(usual, (&json!(["chat", "recall"]), &Value::Null, &Value::Null));
    let listed = aya.get("/api-keys").await;
    assert_eq!(listed["items"], json!([plain["key"], made["key"]]), "the newest first");
    assert!(!listed.to_string().contains(&secret[20..]), "the secret is told once");

    // Another person's is not there.
    let ren = app.person("ren").await;
    assert_eq!(ren.get("/api-keys").await["items"], json!([]));
    let path = format!("/api-keys/{}", id(&made["key"]));
    ren.tell(&format!("PATCH {path}"), json!({"name": "x"})).await.problem(404, "not_found");
    ren.ask(&format!("DELETE {path}")).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_a_key_is_wanted_for_is_looked_at() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let hidden = ren.character("private").await;
    for (wrong, field) in [
        (json!({}), "name"),
        (json!({"name": " "}), "name"),
        (json!({"name": "x".repeat(81)}), "name"),
        (json!({"name": "a\nb"}), "name"),
        (json!({"name": "x", "scopes": []}), "scopes"),
        (json!({"name": "x", "scopes": ["admin"]}), "scopes[0]"),
        (json!({"name": "x", "characters": []}), "characters"),
        (json!({"name": "x", "characters": [hidden]}), "characters.0"),
        (json!({"name": "x", "characters": ["Rin"]}), "characters[0]"),
        (json!({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
        (json!({"name": "x", "expires_at": "tomorrow"}), "expires_at"),
    ] {
        assert_eq!(aya.tell("POST /api-keys", wrong.clone()).await.fields(), [field], "{wrong}");
    }
    for n in 0..32 {
        aya.tell("POST /api-keys", json!({"name": n.to_string()})).await.with(201);
    }
    app.clock.advance(DAY);
    let aya = app.sign_in("aya").await;
    aya.tell("POST /api-keys", json!({"name": "one more"})).await.problem(409, "too_many_api_keys");
}

#[tokio::test]
async fn a_key_opens_its_own_interface_and_nothing_else() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let program = Program::of(&app, &aya, json!({"name": "x"})).await;
    program.get("/models").await.with(200);
    let stranger = aya.showing(&program.secret);
    for line in ["GET /users/me", "GET /api-keys", "GET /sessions", "POST /auth/logout-all"] {
        stranger.ask(line).await.problem(401, "unauthenticated");
    }
    let mut socket = testkit::Socket::open(app.address, Some(&program.secret)).await.unwrap();
    assert_eq!(socket.closed().await, Some(4401), "the socket is the devices'");
    // Nor does the token of a device open what keys open.
    for wrong in [aya.access.as_str(), aya.refresh.as_str(), "talker_", "talker_AAAA", &program.secret[..20]] {
        let refused = app.program(wrong).get("/models").await;
        assert_eq!(refused.refusal(401, "invalid_api_key")["type"], "authentication_error");
        assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="talker""#);
    }
    send(app.root(Method::GET, "/v1/models")).await.refusal(401, "invalid_api_key");
}

#[tokio::test]
async fn a_key_is_changed_and_its_use_is_known_to_the_hour() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let program = Program::of(&app, &aya, json!({"name": "x"})).await;
    let last = async || aya.get("/api-keys").await["items"][0]["last_used_at"].clone();
    assert_eq!(last().await, Value::Null);
    program.get("/models").await.with(200);
    let first = last().await;
    assert!(first.is_string());
    app.clock.advance(Duration::from_secs(10));
    program.get("/models").await.with(200);
    assert_eq!(last().await, first, "not a write for each request");
    app.clock.advance(Duration::from_secs(60 * 60));
    let aya = app.sign_in("aya").await;
    program.get("/models").await.with(200);
    let used = aya.get("/api-keys").await["items"][0]["last_used_at"].clone();
    assert_ne!(used, first);

    let path = format!("PATCH /api-keys/{}", program.id);
    let changed = aya.tell(&path, json!({"name": "y", "expires_at": "2026-04-07T00:00:00Z"})).await.with(200);
    assert_eq!((&changed["name"], &changed["scopes"]), (&json!("y"), &json!(["chat", "recall"])));
    assert_eq!(aya.tell(&path, json!({"scopes": []})).await.fields(), ["scopes"]);
    program.get("/models").await.with(200);
    app.clock.advance(DAY);
    program.get("/models").await.refusal(401, "invalid_api_key");
    let aya = app.sign_in("aya").await;
    aya.tell(&path, json!({"expires_at": null})).await.with(200);
    program.get("/models").await.with(200);
}

#[tokio::test]
async fn a_key_dies_with_what_it_hangs_on() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let dead = async |program: &Program<'_>| drop(program.get("/models").await.refusal(401, "invalid_api_key"));
    let wanted = || json!({"name": "x"});

    let revoked = Program::of(&app, &aya, wanted()).await;
    let other = Program::of(&app, &aya, wanted()).await;
    aya.ask(&format!("DELETE /api-keys/{}", revoked.id)).await.with(204);
    aya.ask(&format!("DELETE /api-keys/{}", revoked.id)).await.problem(404, "not_found");
    dead(&revoked).await;
    other.get("/models").await.with(200);
    // Signing one device out says nothing of keys; signing out everywhere and another password do.
    app.sign_in("aya").await.ask("POST /auth/logout").await.with(204);
    other.get("/models").await.with(200);
    aya.tell("POST /users/me/password", json!({"current_password": PASSWORD, "new_password": "another harbour"}))
        .await
        .with(204);
    dead(&other).await;
    aya.tell("POST /users/me/password", json!({"current_password": "another harbour", "new_password": PASSWORD}))
        .await
        .with(204);
    let everywhere = Program::of(&app, &aya, wanted()).await;
    aya.ask("POST /auth/logout-all").await.with(204);
    dead(&everywhere).await;

    // While the account is disabled, and for good when it is gone.
    let aya = app.sign_in("aya").await;
    let program = Program::of(&app, &aya, wanted()).await;
    let admin = app.admin("mio").await;
    let disabled = format!("/admin/people/{}/disabled", id(&aya.get("/users/me").await));
    admin.tell(&format!("PUT {disabled}"), json!({"reason": "x"})).await.with(200);
    dead(&program).await;
    admin.ask(&format!("DELETE {disabled}")).await.with(200);
    program.get("/models").await.with(200);
    app.grant("aya", UserRole::Member).await;
    app.sign_in("aya").await.tell("DELETE /users/me", json!({"password": PASSWORD})).await.with(204);
    dead(&program).await;
}
