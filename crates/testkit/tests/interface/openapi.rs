//! The OpenAPI document: whole, true to the server, and as it stands in the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::{OPERATOR_KEY, Options, PASSWORD, id};
use testkit::http::{png, send};
use testkit::keyed::Program;
use testkit::openapi::document;
use testkit::talk::Talk;
use testkit::{Person, TestApp};

use super::consents::offered;
use super::diaries::bring_entry;

/// What every OpenAPI 3.1 document must be, as far as it concerns this one.
fn essentials() -> Value {
    json!({
        "type": "object",
        "required": ["openapi", "info", "paths", "components", "tags"],
        "properties": {
            "openapi": {"pattern": "^3\\.1\\.\\d+$"},
            "info": {"type": "object", "required": ["title", "version", "description"], "properties": {"version": {"pattern": "^\\d+\\.\\d+\\.\\d+$"}}},
            "paths": {
                "type": "object",
                "propertyNames": {"pattern": "^/"},
                "additionalProperties": {
                    "type": "object",
                    "propertyNames": {"enum": ["get", "put", "post", "delete", "patch", "parameters", "summary", "description"]},
                    "additionalProperties": {"$ref": "#/$defs/operation"},
                },
            },
            "components": {
                "type": "object",
                "propertyNames": {"enum": ["schemas", "securitySchemes", "responses", "parameters", "headers"]},
                "properties": {"schemas": {"propertyNames": {"pattern": "^[A-Za-z0-9._-]+$"}, "additionalProperties": {"$ref": "#/$defs/schema"}}},
            },
            "tags": {"type": "array", "items": {"type": "object", "required": ["name", "description"]}},
        },
        "$defs": {
            "operation": {
                "type": "object",
                "required": ["operationId", "responses", "tags", "summary"],
                "properties": {
                    "tags": {"type": "array", "minItems": 1, "maxItems": 1},
                    "responses": {
                        "type": "object",
                        "propertyNames": {"pattern": "^([1-5]\\d\\d|default)$"},
                        "required": ["default"],
                        "additionalProperties": {
                            "type": "object",
                            "required": ["description"],
                            "properties": {"description": {"minLength": 1}, "content": {"additionalProperties": {"$ref": "#/$defs/media"}}},
                        },
                    },
                    "requestBody": {"type": "object", "required": ["content"], "properties": {"content": {"minProperties": 1, "additionalProperties": {"$ref": "#/$defs/media"}}}},
                    "parameters": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["name", "in", "schema"],
                            "properties": {"in": {"enum": ["path", "query", "header"]}, "schema": {"$ref": "#/$defs/schema"}},
                            "if": {"properties": {"in": {"const": "path"}}},
                            "then": {"required": ["required"], "properties": {"required": {"const": true}}},
                        },
                    },
                },
            },
            "media": {"type": "object", "properties": {"schema": {"$ref": "#/$defs/schema"}}},
            // `nullable` and single examples were left behind with 3.0.
            "schema": {"type": ["object", "boolean"], "not": {"anyOf": [{"required": ["nullable"]}, {"required": ["example"]}]}},
        },
    })
}

/// Calls `look` on every value of a document.
fn walk<'a>(value: &'a Value, look: &mut impl FnMut(&'a Value)) {
    look(value);
    match value {
        Value::Object(fields) => fields.values().for_each(|value| walk(value, look)),
        Value::Array(values) => values.iter().for_each(|value| walk(value, look)),
        _ => {}
    }
}

#[test]
fn the_document_is_a_whole_one() {
    let json = &document().json;
    let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&essentials()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(json).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");

    let mut references = BTreeSet::new();
    walk(json, &mut |value| references.extend(value["$ref"].as_str()));
    for reference in &references {
        assert!(json.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    for name in json["components"]["schemas"].as_object().unwrap().keys() {
        assert!(references.contains(format!("#/components/schemas/{name}").as_str()), "nothing refers to {name}");
        document().validator(&json!({"$ref": format!("#/components/schemas/{name}")}));
    }
    let tags: BTreeSet<&str> = json["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    let used: BTreeSet<&str> =
        document().operations.iter().filter_map(|operation| operation.text["tags"][0].as_str()).collect();
    assert_eq!(used, tags);
}

#[test]
fn a_path_names_the_parameters_it_has() {
    for operation in &document().operations {
        let named: BTreeSet<&str> =
            operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let parameters = operation.text["parameters"].as_array().cloned().unwrap_or_default();
        let told: BTreeSet<&str> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(named, told, "{}", operation.id);
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_that_says_what_it_does() {
    let mut ids = BTreeSet::new();
    for operation in &document().operations {
        assert!(ids.insert(&operation.id), "{} is there twice", operation.id);
        let words: Vec<&str> = operation.id.split('_').collect();
        assert!(
            words.len() >= 2 || ["register", "logout"].contains(&words[0]),
            "{} is no verb with its noun",
            operation.id
        );
        assert!(
            words.iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())),
            "{}",
            operation.id
        );
    }
}

/// The types of a file that go into the document under their own names.
fn described(source: &str) -> Vec<&str> {
    let mut lines = source.lines();
    let mut names = Vec::new();
    while let Some(line) = lines.next() {
        if !(line.starts_with("#[derive(") && line.contains("ToSchema")) {
            continue;
        }
        let declared = lines
            .by_ref()
            .find(|line| line.starts_with("pub ") || line.starts_with("struct ") || line.starts_with("enum "));
        let name = declared.and_then(|line| {
            line.split(['{', '<', '(', ';', ' ']).skip_while(|word| !["struct", "enum"].contains(word)).nth(1)
        });
        names.extend(name);
    }
    names
}

#[test]
fn no_two_types_are_described_under_one_name() {
    // The later would silently take the place of the earlier.
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src")];
    let mut places: BTreeMap<String, PathBuf> = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            for name in described(&std::fs::read_to_string(&path).unwrap()) {
                let before = places.insert(name.to_owned(), path.clone());
                assert!(before.is_none(), "{name} is in {} and in {}", before.unwrap().display(), path.display());
            }
        }
    }
    assert!(places.len() > 100 && places.contains_key("MessageOut"), "{places:?}");
}

#[test]
fn what_the_repository_holds_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    let kept = std::fs::read_to_string(path).expect("openapi.json stands at the root of the repository");
    assert!(kept == api::openapi(), "openapi.json is stale: run `make openapi`");
}

#[tokio::test]
async fn the_server_serves_the_document() {
    let app = TestApp::start().await;
    let answer = app.ask("GET /openapi.json").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(String::from_utf8(answer.bytes).unwrap(), api::openapi());
}

#[tokio::test]
async fn every_operation_is_there_and_asks_for_a_token_unless_it_is_open_to_all() {
    let app = TestApp::start().await;
    let mut open = BTreeSet::new();
    for operation in &document().operations {
        let path = operation
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let answer = send(app.root(operation.method.clone(), &path)).await;
        assert_ne!(answer.status, 405, "{}", operation.id);
        if operation.signed_in() {
            assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="talker""#, "{}", operation.id);
            if operation.path.starts_with("/v1/") {
                answer.refusal(401, "invalid_api_key");
            } else {
                answer.problem(401, "unauthenticated");
            }
        } else {
            assert_ne!(answer.status, 401, "{}", operation.id);
            open.insert(operation.id.as_str());
        }
    }
    assert_eq!(
        open,
        BTreeSet::from(["get_health", "get_legal", "get_media", "get_readiness", "issue_token", "register"])
    );
}

/// What an admin can do, to somebody.
async fn administration(app: &TestApp, somebody: &str) {
    let admin = app.admin("mio").await;
    let person = format!("/admin/people/{somebody}");
    for path in ["overview", "people?limit=1", "jobs?state=parked", "models", "audit?limit=1"] {
        admin.ask(&format!("GET /admin/{path}")).await.with(200);
    }
    admin.ask(&format!("GET {person}")).await.with(200);
    admin.tell(&format!("PUT {person}/role"), json!({"role": "moderator"})).await.with(200);
    admin.tell(&format!("PUT {person}/quota"), json!({"tokens": {"rule": "unlimited"}})).await.with(200);
    admin.tell("PUT /admin/models/default", json!({"name": "scripted/model"})).await.with(200);
    let other = id(&app.person("kai").await.ask("GET /users/me").await.with(200));
    admin.tell(&format!("PUT /admin/people/{other}/disabled"), json!({"reason": "x"})).await.with(200);
    admin.ask(&format!("DELETE /admin/people/{other}/disabled")).await.with(200);
    let later = time::macros::datetime!(2100-01-01 0:00 UTC);
    let jobs = app.store.stores().jobs;
    let task = domain::jobs::Task::on(domain::jobs::JobKind::Retell, domain::ids::SessionId(uuid::Uuid::from_u128(9)));
    jobs.want_jobs(&[store::jobs::Wanted { task, run_at: later }], later).await.unwrap();
    let job = id(&admin.ask("GET /admin/jobs?kind=retell").await.with(200)["items"][0]);
    admin.ask(&format!("POST /admin/jobs/{job}/retry")).await.with(200);
    jobs.want_jobs(&[store::jobs::Wanted { task, run_at: later }], later).await.unwrap();
    // It may have been done, or be done just now.
    for _ in 0..100 {
        if admin.ask(&format!("DELETE /admin/jobs/{job}")).await.status == 204 {
            return;
        }
        jobs.want_jobs(&[store::jobs::Wanted { task, run_at: later }], later).await.unwrap();
    }
}

/// What people do among each other, and what is reported; `character` is one that both see.
async fn company(app: &TestApp, aya: &Person<'_>, character: &str) {
    let ren = app.person("ren").await;
    aya.ask("GET /users/me/profile").await.with(200);
    aya.tell("PATCH /users/me/profile", json!({"bio": "Tea", "privacy": {"friends": "everyone"}})).await.with(200);
    send(aya.request(Method::PUT, "/users/me/avatar").header("content-type", "image/png").body(png(8, 8)))
        .await
        .with(200);
    ren.ask("GET /people?search=aya").await.with(200);
    let profile = ren.ask("GET /people/aya").await.with(200);
    ren.ask("PUT /people/aya/friend").await.with(200);
    aya.ask("GET /users/me/friend-requests").await.with(200);
    aya.ask("POST /people/ren/friend/accept").await.with(200);
    aya.ask("GET /people/aya/friends").await.with(200);
    aya.ask("GET /users/me/suggestions").await.with(200);
    ren.ask("PUT /people/aya/follow").await.with(200);
    for verb in ["PUT", "GET"] {
        ren.ask(&format!("{verb} /characters/{character}/follow")).await.with(200);
    }
    for list in ["followers", "following", "following/characters"] {
        ren.ask(&format!("GET /people/ren/{list}")).await.with(200);
    }
    ren.ask(&format!("DELETE /characters/{character}/follow")).await.with(200);
    ren.ask("DELETE /people/aya/follow").await.with(200);
    ren.ask("DELETE /people/aya/friend").await.with(200);
    for (what, list) in [("mute", "muted"), ("block", "blocked")] {
        ren.ask(&format!("PUT /people/aya/{what}")).await.with(204);
        ren.ask(&format!("GET /users/me/{list}")).await.with(200);
        ren.ask(&format!("DELETE /people/aya/{what}")).await.with(204);
    }
    aya.ask("DELETE /users/me/avatar").await.with(200);
    let person = json!({"kind": "person", "id": profile["person"]["id"]});
    ren.tell("POST /reports", json!({"target": person, "reason": "spam"})).await.with(201);
}

/// What somebody shows of their day, and what is said of it; `character` is theirs.
async fn moments(app: &TestApp, aya: &Person<'_>, character: &str) {
    let (ren, admin) = (app.sign_in("ren").await, app.sign_in("mio").await);
    let upload = aya.request(Method::POST, "/media").header("content-type", "image/png").body(png(8, 8));
    let image = send(upload).await.with(201);
    send(aya.request(Method::GET, image["url"].as_str().unwrap())).await;
    let new = json!({"client_moment_id": "sea", "text": "The sea", "image_ids": [image["id"]], "visibility": "public"});
    let moment = aya.tell("POST /moments", new.clone()).await.with(201);
    aya.tell("POST /moments", new).await.with(200);
    let path = format!("/moments/{}", id(&moment));
    ren.ask(&format!("GET {path}")).await.with(200);
    aya.tell(&format!("PATCH {path}"), json!({"text": "The sea!"})).await.with(200);
    let hers =
        json!({"client_moment_id": "fog", "text": "Fog", "visibility": "followers", "characters_may_comment": false});
    let of_character = format!("/characters/{character}/moments");
    aya.tell(&format!("POST {of_character}"), hers).await.with(201);
    aya.ask(&format!("GET {of_character}")).await.with(200);
    aya.tell(&format!("PUT {of_character}/settings"), json!({"posts": true})).await.with(200);
    aya.ask(&format!("GET {of_character}/settings")).await.with(200);
    aya.ask("GET /feed?limit=5").await.with(200);
    ren.ask("GET /people/aya/moments").await.with(200);
    ren.ask(&format!("PUT {path}/like")).await.with(200);
    ren.ask(&format!("GET {path}/likes")).await.with(200);
    ren.ask(&format!("DELETE {path}/like")).await.with(200);
    let said = ren.tell(&format!("POST {path}/comments"), json!({"text": "Blue"})).await.with(201);
    let answer = json!({"client_comment_id": "a", "text": "Very", "reply_to": said["id"]});
    aya.tell(&format!("POST {path}/comments"), answer).await.with(201);
    ren.ask(&format!("GET {path}/comments")).await.with(200);
    ren.ask(&format!("DELETE {path}/comments/{}", id(&said))).await.with(204);
    let target = json!({"kind": "moment", "id": moment["id"]});
    ren.tell("POST /reports", json!({"target": target, "reason": "spam"})).await.with(201);
    let cases = admin.ask("GET /admin/cases?state=open&kind=moment").await.with(200);
    admin.ask(&format!("POST /admin/cases/{}/moment", id(&cases["items"][0]))).await.with(200);
    aya.ask(&format!("DELETE {path}")).await.with(204);
}

/// What a world holds; `character` and `session` are theirs.
async fn lore(aya: &Person<'_>, character: &str, session: &str) {
    let book = aya.tell("POST /lorebooks", json!({"name": "Harbour", "mode": "v3", "scan_depth": 3})).await.with(201);
    let path = format!("/lorebooks/{}", id(&book));
    let entry = json!({"keys": ["sea"], "content": "Salt.", "constant": true});
    let entry = aya.tell(&format!("POST {path}/entries"), entry).await.with(201);
    let at = format!("{path}/entries/{}", entry["uid"]);
    aya.tell(&format!("PUT {at}"), json!({"keys": ["sea", "/fog/i"], "content": "Fog.", "sticky": 2})).await.with(200);
    aya.tell(&format!("PATCH {path}"), json!({"description": "Old", "scan_depth": null})).await.with(200);
    for target in [format!("characters/{character}"), format!("sessions/{session}"), "me".to_owned()] {
        aya.ask(&format!("PUT {path}/{target}")).await.with(200);
    }
    aya.ask(&format!("GET {path}")).await.with(200);
    aya.ask("GET /lorebooks?limit=1").await.with(200);
    let file = aya.ask(&format!("GET {path}/export?format=world")).await.with(200);
    let again = aya.tell("POST /lorebooks/import?name=Again", file).await.with(201);
    let asked = json!({"session_id": session, "text": "The sea?", "lorebook_ids": [again["id"]]});
    aya.tell("POST /lorebooks/explain", asked).await.with(200);
    for target in [format!("characters/{character}"), format!("sessions/{session}"), "me".to_owned()] {
        aya.ask(&format!("DELETE {path}/{target}")).await.with(200);
    }
    aya.ask(&format!("DELETE {at}")).await.with(204);
    aya.ask(&format!("DELETE {path}")).await.with(204);
}

/// A story of a character; `character` and `session` are theirs.
async fn story(aya: &Person<'_>, character: &str, session: &str) {
    let path = format!("/characters/{character}/route");
    let conditions = json!([
        {"kind": "always"}, {"kind": "any", "of": [{"kind": "stage", "stage": "friends"}]}, {"kind": "not", "of": {"kind": "seen", "scene": "b"}},
        {"kind": "dimension", "dimension": "trust", "at_least": 0}, {"kind": "days_known", "days": 1}, {"kind": "said", "phrases": ["sea"]},
        {"kind": "date", "from": "12-24", "to": "01-06"}, {"kind": "chose", "scene": "a", "choice": "go"}, {"kind": "ended", "ending": "end"},
    ]);
    let unlocks = json!({
        "greetings": [{"id": "hi", "title": "Hi", "text": "Hi!"}], "backgrounds": [{"key": "fog", "title": "Fog"}],
        "images": [{"key": "fog", "title": "Fog"}], "lore": [{"id": "old", "title": "Old", "text": "Salt.", "keys": ["sea"]}],
    });
    let choice = json!({"id": "go", "label": "Go.", "then": "b", "moves": {"trust": 1}, "when": {"kind": "always"}});
    let first = json!({"id": "a", "title": "A", "opening": "A.", "when": {"kind": "always"}, "background": "fog", "choices": [choice], "unlocks": unlocks});
    let last = json!({"id": "b", "title": "B", "opening": "B.", "setting": "b", "ending": {"id": "end", "title": "End", "kind": "open"}});
    let other = json!({"id": "c", "title": "C", "hint": "?", "opening": "C.", "when": {"kind": "all", "of": conditions}, "aside": true, "romantic": true});
    let route = json!({"chapters": [{"id": "one", "title": "One", "scenes": [first, last, other]}]});
    aya.tell(&format!("POST {path}/check"), route.clone()).await.with(200);
    aya.tell(&format!("PUT {path}"), route).await.with(200);
    let image =
        aya.request(Method::PUT, &format!("{path}/images/fog")).header("content-type", "image/png").body(png(8, 8));
    send(image).await.with(200);
    aya.ask(&format!("GET {path}")).await.with(200);
    let scene = format!("/sessions/{session}/scene");
    let begun = json!({"client_message_id": "begin-a", "scene": "a"});
    let mut answered = aya.tell(&format!("POST {scene}"), begun.clone()).await;
    while answered.status == 409 {
        // Something is still being said.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        answered = aya.tell(&format!("POST {scene}"), begun.clone()).await;
    }
    answered.with(202);
    aya.ask(&format!("GET {scene}")).await.with(200);
    let chosen = json!({"client_message_id": "choose-go", "choice": "go"});
    aya.tell(&format!("POST /sessions/{session}/choices"), chosen).await.with(202);
    aya.ask(&format!("GET /characters/{character}/progress")).await.with(200);
    aya.ask(&format!("DELETE {scene}")).await.with(204);
    aya.ask(&format!("DELETE /characters/{character}/progress")).await.with(204);
    aya.ask(&format!("DELETE {path}/images/fog")).await.with(204);
    aya.ask(&format!("DELETE {path}")).await.with(204);
}

/// What several share; `character` is one that both see.
async fn gatherings(app: &TestApp, aya: &Person<'_>, character: &str) {
    let (ren, kai) = (app.sign_in("ren").await, app.sign_in("kai").await);
    for friend in [&ren, &kai] {
        friend.ask("PUT /people/aya/friend").await.with(200);
        let name = friend.ask("GET /users/me").await.with(200)["username"].as_str().unwrap().to_owned();
        aya.ask(&format!("PUT /people/{name}/friend")).await.with(200);
    }
    let (r, k) = (id(&ren.ask("GET /users/me").await.with(200)), id(&kai.ask("GET /users/me").await.with(200)));
    aya.tell("POST /direct-sessions", json!({"user_id": r})).await.with(200);
    let new = json!({"title": "Tea", "people": [r], "reply_mode": "manual", "speakers": 1, "newcomers_see": "all"});
    let group = format!("/sessions/{}", id(&aya.tell("POST /groups", new).await.with(201)));
    ren.ask("GET /invitations").await.with(200);
    ren.ask(&format!("POST {group}/join")).await.with(200);
    aya.ask(&format!("PUT {group}/members/{k}")).await.with(200);
    aya.tell(&format!("PUT {group}/members/{r}/role"), json!({"role": "moderator"})).await.with(200);
    aya.tell(&format!("PATCH {group}/group"), json!({"speakers": 2})).await.with(200);
    aya.tell(&format!("PATCH {group}/membership"), json!({"muted": true})).await.with(200);
    aya.tell(&format!("PUT {group}/characters/{character}"), json!({"talkativeness": 80})).await.with(200);
    let said = json!({"client_message_id": "tea", "content": "Tea?"});
    aya.tell(&format!("POST {group}/messages"), said).await.with(202);
    aya.tell(&format!("POST {group}/replies"), json!({"character_id": character})).await.with(202);
    ren.tell(&format!("PUT {group}/read"), json!({"seq": 3})).await.with(204);
    aya.ask(&format!("GET {group}/events")).await.with(200);
    aya.ask("GET /sessions").await.with(200);
    aya.ask(&format!("DELETE {group}/characters/{character}")).await.with(204);
    ren.ask(&format!("DELETE {group}/members/{r}")).await.with(204);
}

/// What a program does with a key of somebody's; `character` is theirs.
async fn keys(app: &TestApp, aya: &Person<'_>, character: &str) {
    let program = Program::of(app, aya, json!({"name": "x"})).await;
    aya.ask("GET /api-keys").await.with(200);
    program.get("/models").await.with(200);
    program.get(&format!("/models/{character}")).await.with(200);
    program.ask(character, "Hello").await.with(200);
    let messages = json!([{"role": "user", "content": "Hello"}]);
    program.complete(json!({"model": character, "messages": messages, "stream": true})).await.events();
    let key = format!("/api-keys/{}", program.id);
    aya.tell(&format!("PATCH {key}"), json!({"scopes": ["sessions"], "characters": [character]})).await.with(200);
    aya.ask(&format!("DELETE {key}")).await.with(204);
}

/// A message is reported, and a character hidden for it.
async fn moderation(app: &TestApp, aya: &Person<'_>, message: &str) {
    let admin = app.sign_in("mio").await;
    let target = json!({"kind": "message", "id": message});
    aya.tell("POST /reports", json!({"target": target, "reason": "other", "note": "x"})).await.with(201);
    let cases = admin.ask("GET /admin/cases?state=open&kind=message").await.with(200);
    let case = format!("/admin/cases/{}", id(&cases["items"][0]));
    admin.ask(&format!("GET {case}")).await.with(200);
    admin.ask(&format!("POST {case}/message")).await.with(200);
    admin.ask(&format!("POST {case}/claim")).await.with(200);
    let done = admin.tell(&format!("POST {case}/resolve"), json!({"action": "hide_character"})).await.with(200);
    admin.ask(&format!("DELETE /admin/characters/{}/hidden", id(&done["character"]))).await.with(204);
}

/// Whom a person may like, and what they make of them.
async fn discovery(aya: &Person<'_>, character: &str) {
    aya.ask("GET /recommendations").await.with(200);
    aya.ask("GET /recommendations/tastes").await.with(200);
    aya.tell("PUT /recommendations/tastes", json!({"tags": ["sea"]})).await.with(200);
    let shown = json!({"event_id": "e1", "kind": "click", "character_id": character, "surface": "search"});
    aya.tell("POST /recommendations/events", json!({"events": [shown]})).await.with(200);
    aya.ask("GET /characters/trending").await.with(200);
    aya.ask(&format!("GET /characters/{character}/similar")).await.with(200);
    aya.tell(&format!("PUT /characters/{character}/reaction"), json!({"reaction": "like"})).await.with(200);
    aya.ask(&format!("DELETE /characters/{character}/reaction")).await.with(200);
    aya.ask(&format!("PUT /characters/{character}/hidden")).await.with(200);
    aya.ask(&format!("DELETE /characters/{character}/hidden")).await.with(200);
}

/// A character comes as a file, and leaves as one.
async fn exchange(aya: &Person<'_>) {
    let card =
        json!({"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": "Iris", "first_mes": "Come in."}});
    let preview = aya.tell("POST /characters/import/preview", card.clone()).await.with(200);
    assert_eq!(preview["name"], "Iris");
    let iris = id(&aya.tell("POST /characters/import", card.clone()).await.with(201)["character"]);
    aya.tell("POST /characters/import", card).await.problem(409, "card_known");
    for format in ["json_v2", "json_v3", "png", "charx"] {
        aya.ask(&format!("GET /characters/{iris}/export?format={format}")).await.with(200);
    }
    let chat = json!([{"mes": "Come in.", "is_user": false}, {"mes": "Thank you.", "is_user": true}]);
    let come = aya.tell(&format!("POST /sessions/import?character_id={iris}"), chat).await.with(201);
    aya.ask(&format!("GET /sessions/{}/export", id(&come["sessions"][0]))).await.with(200);
    aya.ask(&format!("GET /sessions/{}/remembering", id(&come["sessions"][0]))).await.with(200);
}

/// All of an account leaves, and comes in again.
async fn takeout(aya: &Person<'_>) {
    let archive = aya.ask("POST /users/me/export").await;
    assert_eq!(archive.status, 200, "{}", archive.body);
    let request = aya.request(Method::POST, "/users/me/import").header("content-type", "application/zip");
    let came = send(request.body(archive.bytes)).await.with(200);
    assert_eq!((&came["characters"], &came["not_taken"]), (&json!(0), &json!([])), "what is here stays as it is");
}

/// What a person does with their inbox; that they signed in twice stands in it.
async fn inbox(aya: &testkit::Person<'_>) {
    let list = async || aya.ask("GET /notifications").await.with(200)["items"].as_array().cloned().unwrap();
    while list().await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    aya.ask("GET /notifications/unread").await.with(200);
    aya.tell("POST /notifications/read", json!({"up_to": 1})).await.with(200);
    aya.ask(&format!("DELETE /notifications/{}", id(&list().await[0]))).await.with(204);
    aya.ask("GET /notifications/settings").await.with(200);
    let quiet =
        json!({"kinds": [{"kind": "new_follower", "push": false}], "quiet_hours": {"from": "22:00", "to": "07:00"}});
    aya.tell("PUT /notifications/settings", quiet).await.with(200);
    aya.ask("GET /notifications/push/key").await.with(200);
    let service = push::testing::PushService::start().await;
    let browser = service.browser("phone");
    let keys = json!({"p256dh": browser.p256dh(), "auth": browser.auth()});
    let subscription = json!({"endpoint": browser.endpoint, "keys": keys});
    aya.tell("POST /notifications/push/subscriptions", subscription).await.with(201);
    aya.ask("POST /notifications/push/test").await.with(200);
    aya.ask("DELETE /notifications/push/subscriptions").await.with(204);
}

/// Somebody who has talked for long, and what is counted.
async fn reminders(app: &TestApp, aya: &Person<'_>, somebody: &str) {
    let (sittings, user) = (app.store.stores().sittings, somebody.parse().unwrap());
    let id = service::mint::Mint::new(app.clock.clone()).id::<domain::ids::ReminderId>();
    let now = service::clock::Clock::now(app.clock.as_ref());
    for minutes in [-5, 0] {
        let at = now + time::Duration::minutes(minutes);
        sittings.note_use(user, at, time::Duration::HOUR, time::Duration::MINUTE, id).await.unwrap();
    }
    let open = aya.ask("GET /users/me/reminder").await.with(200);
    assert_eq!(open["reminder"]["id"], id.to_string());
    aya.ask(&format!("POST /users/me/reminders/{id}/acknowledge")).await.with(204);
    aya.ask("GET /users/me/reminder").await.with(200);
    app.sign_in("mio").await.ask("GET /admin/care").await.with(200);
}

#[tokio::test]
async fn a_walk_through_the_interface_is_as_the_document_says() {
    let app = TestApp::with(Options { accounts: Some(offered), ..Options::default() }).await;
    let aya = app.person("aya").await;
    send(app.root(Method::GET, "/healthz")).await.with(200);
    send(app.root(Method::GET, "/readyz")).await.with(200);
    aya.tell("PATCH /users/me", json!({"timezone": "Asia/Tokyo"})).await.with(200);
    aya.ask("GET /users/me").await.with(200);
    aya.tell("POST /users/me/password", json!({"current_password": PASSWORD, "new_password": "another harbour"}))
        .await
        .with(204);
    aya.tell("POST /users/me/password", json!({"current_password": "another harbour", "new_password": PASSWORD}))
        .await
        .with(204);
    let other = app.sign_in("aya").await;
    let devices = other.ask("GET /users/me/devices").await.with(200);
    let current = devices["items"].as_array().unwrap().iter().find(|device| device["current"] == true).unwrap();
    other.ask(&format!("DELETE /users/me/devices/{}", id(current))).await.with(204);
    app.sign_in("aya").await.ask("POST /auth/logout").await.with(204);
    aya.ask("GET /models").await.with(200);

    aya.ask("GET /users/me/usage").await.with(200);
    app.ask("GET /legal?language=ja").await.with(200);
    aya.ask("GET /users/me/consents?limit=1").await.with(200);
    aya.tell("POST /users/me/consents", json!({"kind": "terms", "version": "2026-03"})).await.with(204);
    aya.ask("DELETE /users/me/consents/terms").await.with(204);
    let somebody = id(&aya.ask("GET /users/me").await.with(200));
    administration(&app, &somebody).await;
    reminders(&app, &aya, &somebody).await;

    inbox(&aya).await;
    exchange(&aya).await;
    takeout(&aya).await;

    let operator = aya.showing(OPERATOR_KEY);
    operator.ask("GET /operator/models").await.with(200);
    operator.tell("PUT /operator/models/default", json!({"name": "scripted/model"})).await.with(200);

    let mut talk = Talk::begin(&aya).await;
    let (session, messages) = (format!("/sessions/{}", talk.session), talk.messages.clone());
    let rin = id(&aya.ask(&format!("GET {session}")).await.with(200)["character"]);
    let week =
        json!({"days": ["monday"], "from": "22:00", "to": "06:00", "activity": "sleeping", "note": "by the sea"});
    let routine = json!({"timezone": "Asia/Tokyo", "hours": [week]});
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"routine": routine})).await.with(200);
    aya.ask(&format!("GET /characters/{rin}/presence")).await.with(200);
    aya.ask(&format!("GET /characters/{rin}/initiative")).await.with(200);
    let initiative = json!({"enabled": true, "per_day": 2, "per_week": 5, "reasons": ["thought"]});
    aya.tell(&format!("PUT /characters/{rin}/initiative"), initiative).await.with(200);
    let avatar = aya
        .request(Method::PUT, &format!("/characters/{rin}/avatar"))
        .header("content-type", "image/png")
        .body(png(8, 8));
    let character = send(avatar).await.with(200);
    app.ask(&format!("GET {}", character["avatar_url"].as_str().unwrap())).await;
    aya.ask("GET /characters?limit=1").await.with(200);
    aya.ask(&format!("GET /characters/{rin}")).await.with(200);
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"sampling": {"temperature": 0.5}})).await.with(200);

    let said = talk.say("Hello").await;
    let reply = format!("{messages}/{}", id(&said.reply));
    aya.ask(&format!("GET {reply}")).await.with(200);
    let queued = aya.ask(&format!("POST {reply}/regenerate")).await.with(202);
    talk.ended(&queued["reply"]["id"]).await;
    aya.ask(&format!("POST {reply}/stop")).await.with(202);
    aya.tell(&format!("PATCH {reply}"), json!({"content": "Edited"})).await.with(200);
    aya.ask(&format!("GET {reply}/revisions")).await.with(200);
    aya.ask(&format!("GET {messages}")).await.with(200);
    aya.tell(&format!("PUT {session}/leaf"), json!({"message_id": said.reply["id"]})).await.with(200);
    aya.tell(&format!("PATCH {session}"), json!({"title": "A title", "model": "scripted/model"})).await.with(200);
    aya.ask("GET /sessions").await.with(200);
    let second = talk.say("Again").await;
    aya.ask(&format!("DELETE {messages}/{}", id(&second.message))).await.with(204);
    aya.ask(&format!("GET {session}/events?limit=100")).await.with(200);
    aya.ask(&format!("GET /messages/{}/trace", id(&said.reply))).await.with(200);
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"visibility": "public"})).await.with(200);
    keys(&app, &aya, &rin).await;
    discovery(&aya, &rin).await;
    company(&app, &aya, &rin).await;
    moments(&app, &aya, &rin).await;
    lore(&aya, &rin, &talk.session).await;
    story(&aya, &rin, &talk.session).await;
    gatherings(&app, &aya, &rin).await;
    moderation(&app, &aya, &id(&said.reply)).await;

    app.remembered().await;
    let bond = format!("/characters/{rin}/bond");
    aya.ask(&format!("GET {bond}")).await.with(200);
    aya.ask(&format!("GET {bond}/events?limit=1")).await.with(200);
    aya.tell(&format!("PATCH {bond}"), json!({"on": false})).await.with(200);
    aya.ask(&format!("DELETE {bond}")).await.with(204);
    let diary = format!("/characters/{rin}/diary");
    aya.ask(&format!("GET {diary}?limit=1")).await.with(200);
    aya.ask(&format!("GET {diary}/settings")).await.with(200);
    aya.tell(&format!("PUT {diary}/settings"), json!({"on": false})).await.with(200);
    let entry = bring_entry(&app, &aya, (&rin, &talk.session, &id(&said.message)), "A day.").await;
    aya.ask(&format!("GET {diary}?limit=1")).await.with(200);
    aya.ask(&format!("DELETE {diary}/{entry}")).await.with(204);
    let book = format!("/characters/{rin}/memories");
    let note = aya.tell(&format!("POST {book}"), json!({"text": "Tea at five", "pinned": true})).await.with(201);
    aya.ask(&format!("GET {book}?kind=episode&limit=1")).await.with(200);
    aya.ask(&format!("GET {book}/search?q=tea")).await.with(200);
    aya.ask(&format!("GET {book}/state")).await.with(200);
    aya.ask(&format!("GET {book}/export")).await.with(200);
    let right = aya.tell(&format!("PATCH {book}/{}", id(&note)), json!({"text": "Tea at four"})).await.with(200);
    aya.ask(&format!("GET {book}/{}", id(&right))).await.with(200);
    aya.ask(&format!("GET {book}?ended=true")).await.with(200);
    aya.ask(&format!("DELETE {book}/{}", id(&right))).await.with(200);
    aya.ask(&format!("DELETE {book}")).await.with(200);
    aya.ask(&format!("DELETE {session}")).await.with(204);
    aya.ask(&format!("DELETE /characters/{rin}/avatar")).await.with(200);
    aya.ask(&format!("DELETE /characters/{rin}")).await.with(204);
    app.sign_in("aya").await.ask("POST /auth/logout-all").await.with(204);
    app.sign_in("aya").await.tell("DELETE /users/me", json!({"password": PASSWORD})).await.with(204);
    assert_eq!(document().unseen(), [""; 0], "every operation was met");
}
