//! Every route of the contract against every kind of viewer: what is somebody's is found by nobody else. A route that stands in
//! no row of the table fails: whoever adds one says there whose it is.

pub(super) mod scene;
mod table;

use std::collections::BTreeSet;

use domain::privacy::ViewerKind;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::TestApp;
use testkit::app::id;
use testkit::http::{Answer, png, send};
use testkit::openapi::{Operation, document};

use scene::{At, Kind, MATURE, SECRET, SHARED, Things, Viewer, born, things, viewers};
use table::{Says, TABLE, Whose, may_meet, says, whose};

#[test]
fn every_route_stands_in_the_table_once() {
    let named: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    let rows: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(rows.len(), named.len(), "a route stands there twice");
    let routes: BTreeSet<&str> = document().operations.iter().map(|operation| operation.id.as_str()).collect();
    let missing: Vec<&&str> = routes.difference(&rows).collect();
    let gone: Vec<&&str> = rows.difference(&routes).collect();
    assert_eq!((missing, gone), (vec![], vec![]), "routes without a row, and rows without a route");
    for operation in &document().operations {
        let is_open = whose(operation) == Whose::Anybodys;
        assert_eq!(operation.signed_in(), !is_open, "{}", operation.id);
    }
}

/// What a viewer is answered.
async fn answer(app: &TestApp, viewer: &Viewer<'_>, operation: &Operation, path: &str, body: Value) -> Answer {
    let mut request = match (&viewer.person, &viewer.program, path.strip_prefix("/v1")) {
        (_, Some(program), Some(path)) => program.request(operation.method.clone(), path),
        (_, None, Some(_)) => app.root(operation.method.clone(), path),
        (Some(person), _, None) => person.request(operation.method.clone(), path),
        (None, _, None) => app.request(operation.method.clone(), path),
    };
    if ["set_avatar", "set_route_image"].contains(&operation.id.as_str()) {
        request = request.header("content-type", "image/png").body(png(8, 8));
    } else if !body.is_null() {
        request = request.json(&body);
    }
    send(request).await
}

/// A request and its answer are held against the table. What would succeed and change something is not sent: other tests do that.
async fn hold(app: &TestApp, viewer: &Viewer<'_>, operation: &Operation, at: At, things: &Things, character: &str) {
    let said = says(whose(operation), viewer.kind, at, things, character);
    let is_read = operation.method == Method::GET;
    if !is_read && matches!(said, Says::There | Says::Elsewhere) {
        return;
    }
    let path = things.path(operation, at, character);
    // Whoever blocks may end that, or do it once more.
    let is_block = ["block_person", "unblock_person"].contains(&operation.id.as_str());
    if is_block && viewer.kind == Kind::Known(ViewerKind::Blocking) {
        return;
    }
    // Of a chat of one person no mark is kept: the caller's own devices are told, whatever they name.
    if operation.id == "mark_read" && at == At::Alone && viewer.person.is_some() {
        return;
    }
    let found = answer(app, viewer, operation, &path, things.body(&operation.id)).await;
    let (status, text) = (found.status.as_u16(), String::from_utf8_lossy(&found.bytes).into_owned());
    let context = format!("{} {path} for {:?}: {status} {text}", operation.id, viewer.kind);
    match said {
        Says::There => assert!(status < 400 || text.contains("no_trace"), "{context}"),
        Says::Forbidden => assert_eq!(status, 403, "{context}"),
        Says::Nowhere => assert_eq!(status, 404, "{context}"),
        Says::SignIn => assert_eq!(status, 401, "{context}"),
        Says::Elsewhere => {}
    }
    // Moderators read what was reported and why.
    let reads = viewer.kind.is_owner() || (whose(operation) == Whose::Moderators && said == Says::There);
    assert!(reads || !text.contains(SECRET), "{context}");
    assert!(viewer.kind.is_owner() || viewer.kind == Kind::Grown || !text.contains(MATURE), "{context}");
    let shares = matches!(viewer.kind, Kind::Member | Kind::Invited) || viewer.kind.is_owner();
    assert!(shares || !text.contains(SHARED), "{context}");
}

#[tokio::test]
async fn nothing_is_found_by_whom_it_is_not_for() {
    let app = TestApp::start().await;
    let owner = born(&app, "owner", "1990-06-01").await;
    let viewers = viewers(&app, &owner).await;
    let things = things(&app, &owner, &viewers).await;
    for operation in &document().operations {
        // What is outside of the interface has no viewers.
        if !operation.path.starts_with("/api/v1") && !operation.path.starts_with("/v1") {
            continue;
        }
        let places: &[At] = if operation.path.contains("{session_id}") || operation.path.contains("{message_id}") {
            &[At::Alone, At::Group]
        } else {
            &[At::Alone]
        };
        let characters = [&things.public, &things.private, &things.mature];
        let many = if whose(operation) == Whose::Characters || whose(operation) == Whose::Makers { 3 } else { 1 };
        for viewer in &viewers {
            for at in places {
                for character in &characters[..many] {
                    hold(&app, viewer, operation, *at, &things, character).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_named_in_a_body_is_found_as_if_it_were_asked_for() {
    let app = TestApp::start().await;
    let owner = born(&app, "owner", "1990-06-01").await;
    let viewers = viewers(&app, &owner).await;
    let things = things(&app, &owner, &viewers).await;
    for viewer in &viewers {
        let Some(person) = viewer.person.as_ref().filter(|_| !viewer.kind.is_owner()) else { continue };
        let is_friend = matches!(viewer.kind, Kind::Known(ViewerKind::Friend) | Kind::Member | Kind::Invited);
        let mut asked: Vec<(&str, Value, bool)> = vec![
            ("/direct-sessions", json!({"user_id": things.owner}), is_friend),
            ("/groups", json!({"people": [things.owner]}), is_friend),
        ];
        for character in [&things.public, &things.private, &things.mature] {
            let may = may_meet(viewer.kind, &things, character);
            let target = json!({"target": {"kind": "character", "id": character}, "reason": "other"});
            asked.push(("/sessions", json!({"character_id": character}), may));
            let program = viewer.program.as_ref().unwrap();
            let answered = program.ask(character, "Hello").await;
            assert_eq!(answered.status == 200, may, "{character} for {:?}: {}", viewer.kind, answered.body);
            if !may {
                answered.refusal(404, "model_not_found");
                let bound = json!({"name": "x", "characters": [character]});
                assert_eq!(person.tell("POST /api-keys", bound).await.fields(), ["characters.0"]);
            }
            asked.push(("/groups", json!({"characters": [character]}), may));
            asked.push(("/reports", target, may));
        }
        let program = viewer.program.as_ref().unwrap();
        let said = json!([{"role": "user", "content": "x"}]);
        let elsewhere = json!({"model": things.public, "session_id": things.session, "messages": said});
        let answered = program.complete(elsewhere).await;
        assert_eq!(answered.status, 404, "{:?}: {}", viewer.kind, answered.body);
        for (message, may) in [(&things.message, false), (&things.said, viewer.kind == Kind::Member)] {
            let target = json!({"target": {"kind": "message", "id": message}, "reason": "other"});
            asked.push(("/reports", target, may));
        }
        for (path, body, may) in asked {
            let found = person.tell(&format!("POST {path}"), body.clone()).await;
            let expected = if may { found.status.is_success() } else { found.status == 404 };
            assert!(expected, "{path} {body} by {:?}: {} {}", viewer.kind, found.status, found.body);
        }
        // What is told of whom one does not see is not believed, and what one takes back of them tells nothing.
        let event = json!({"event_id": "e", "kind": "click", "character_id": things.private});
        let told = person.tell("POST /recommendations/events", json!({"events": [event]})).await.with(200);
        assert_eq!(told["refused"][0]["reason"], "not_found", "{:?}", viewer.kind);
        for what in ["follow", "hidden", "reaction"] {
            let taken = person.ask(&format!("DELETE /characters/{}/{what}", things.private)).await;
            assert!([200, 404].contains(&taken.status.as_u16()), "{what}: {}", taken.body);
            assert!(!taken.body.to_string().contains(SECRET), "{what}: {}", taken.body);
        }
        // Read by another, it is as unread as before.
        person.tell("POST /notifications/read", json!({"ids": [things.notification]})).await.with(200);
    }
    let unread = owner.get("/notifications?unread=true&limit=100").await;
    assert!(unread["items"].as_array().unwrap().iter().any(|one| id(one) == things.notification), "{unread}");
}
