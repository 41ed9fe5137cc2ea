//! Whoever deletes their account leaves nothing: no row of any table, and no document, holds their words or names them.

use std::time::Duration;

use llm::scripted::Script;
use reqwest::Method;
use serde_json::json;
use store::archive::{Archive, Cell, TABLES, Table};
use testkit::app::{Options, PASSWORD, id};
use testkit::http::{png, send};
use testkit::talk::Talk;
use testkit::{Person, TestApp};
use uuid::Uuid;

use super::diaries::bring_entry;

/// What stands in every text of hers, and in nobody else's.
const MARK: &str = "Zinnober";

/// Where her id alone stands on, which leads to nobody: the place of her words, now gone, in chats of others, and by whom and for what
/// others were notified once.
const KEPT: [(&str, &str); 4] = [
    ("messages", "author_id"),
    ("messages", "client_message_id"),
    ("notifications", "notifiers"),
    ("notification_sources", "source"),
];

fn uuid_of(id: &str) -> Uuid {
    Uuid::parse_str(id.split_once('_').unwrap().1).unwrap()
}

/// Every value of every table that names one of these ids, or holds the mark.
async fn traces_of(archive: &dyn Archive, ids: &[Uuid]) -> Vec<String> {
    let mut found = Vec::new();
    let texts: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
    let names = |text: &str| text.contains(MARK) || texts.iter().any(|id| text.contains(id));
    for table in TABLES {
        let mut after: Option<Vec<Cell>> = None;
        loop {
            let records = archive.read(table, after.as_deref(), table.block).await.unwrap();
            let Some(last) = records.last() else { break };
            after = Some(table.key_of(last).to_vec());
            for (column, cell) in records.iter().flat_map(|record| table.columns.iter().zip(record)) {
                let is_hers = match cell {
                    Cell::Text(text) => names(text),
                    Cell::Uuid(id) => ids.contains(id),
                    Cell::Bytes(bytes) => bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes()),
                    Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::Vector(_) => false,
                };
                if is_hers && !KEPT.contains(&(table.name, column.name)) {
                    found.push(format!("{}.{}: {cell:?}", table.name, column.name));
                }
            }
        }
    }
    found
}

fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.name == name).unwrap()
}

async fn upload(person: &Person<'_>) -> String {
    let request = person.request(Method::POST, "/media").header("content-type", "image/png");
    id(&send(request.body(png(8, 8))).await.with(201))
}

#[tokio::test]
async fn nothing_of_a_person_is_left() {
    let app = TestApp::answering(Options::default(), |_| Script::say("Zinnober, yes.")).await;
    let (zoe, ben) = (app.person("zoe").await, app.person("ben").await);
    let marked = |text: &str| format!("{MARK} {text}");
    zoe.tell("PATCH /users/me", json!({"display_name": marked("Zoe"), "timezone": "Asia/Tokyo"})).await.with(200);
    zoe.tell("PATCH /users/me/profile", json!({"bio": marked("bio")})).await.with(200);
    send(zoe.request(Method::PUT, "/users/me/avatar").header("content-type", "image/png").body(png(9, 9)))
        .await
        .with(200);

    // Characters, worlds, chats, memories.
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../exchange/tests/golden");
    let card = std::fs::read(golden.join("cards/risu_module.charx")).unwrap();
    let request = zoe.request(Method::POST, "/characters/import").header("content-type", "application/octet-stream");
    let iris = id(&send(request.body(card)).await.with(201)["character"]);
    let patch = json!({"persona": marked("persona"), "depth_prompt": {"text": marked("note")}, "group_greetings": [marked("all")],
        "post_history_instructions": marked("last"), "tags": ["zinnober"], "translations": [{"language": "ja", "persona": marked("persona")}]});
    zoe.tell(&format!("PATCH /characters/{iris}"), patch).await.with(200);
    let book = id(&zoe.post("/lorebooks", json!({"name": marked("book")})).await);
    zoe.tell(&format!("POST /lorebooks/{book}/entries"), json!({"keys": ["sea"], "content": marked("lore")}))
        .await
        .with(201);
    zoe.ask(&format!("PUT /lorebooks/{book}/me")).await.with(200);
    let scene = json!({"id": "rain", "title": marked("rain"), "opening": marked("opening"), "when": {"kind": "said", "phrases": ["sea"]},
        "ending": {"id": "end", "title": "End"}, "unlocks": {"images": [{"key": "rain", "title": marked("picture")}]}});
    let route = json!({"chapters": [{"id": "one", "title": "One", "scenes": [scene]}]});
    zoe.tell(&format!("PUT /characters/{iris}/route"), route).await.with(200);
    let picture = zoe.request(Method::PUT, &format!("/characters/{iris}/route/images/rain"));
    send(picture.header("content-type", "image/png").body(png(7, 7))).await.with(200);
    let mut talk = Talk::within(&zoe, zoe.session_with(&iris).await).await;
    let said = talk.say(&marked("sea")).await;
    let path = format!("{}/{}", talk.messages, id(&said.message));
    zoe.tell(&format!("PATCH {path}"), json!({"content": marked("edited")})).await.with(200);
    talk.say(&marked("to the sea")).await;
    zoe.tell(&format!("POST /characters/{iris}/memories"), json!({"text": marked("memory")})).await.with(201);
    bring_entry(&app, &zoe, (&iris, &talk.session, &id(&said.message)), &marked("diary")).await;
    for on in [false, true] {
        zoe.tell(&format!("PUT /characters/{iris}/diary/settings"), json!({"on": on})).await.with(200);
    }
    let rows = json!({"name": marked("name"), "is_user": true, "mes": marked("old"), "extra": {"x": marked("extra")}});
    let head = json!({"user_name": "Zoe", "character_name": "Iris", "chat_metadata": {"note_prompt": marked("head")}});
    let request = zoe.request(Method::POST, &format!("/sessions/import?character_id={iris}"));
    let chat = format!("{head}\n{rows}");
    send(request.header("content-type", "application/octet-stream").body(chat)).await.with(201);
    zoe.tell("POST /api-keys", json!({"name": marked("key")})).await.with(201);

    // People.
    for (one, other) in [(&zoe, "ben"), (&ben, "zoe")] {
        one.ask(&format!("PUT /people/{other}/friend")).await.with(200);
        one.ask(&format!("PUT /people/{other}/follow")).await.with(200);
    }
    let hers = id(&zoe.get("/users/me").await);
    let direct =
        id(&zoe.tell("POST /direct-sessions", json!({"user_id": id(&ben.get("/users/me").await)})).await.with(200));
    let message = json!({"client_message_id": "d", "content": marked("to ben")});
    zoe.tell(&format!("POST /sessions/{direct}/messages"), message).await.with(202);
    let image = upload(&zoe).await;
    let new = json!({"client_moment_id": "a", "text": marked("moment"), "image_ids": [image], "visibility": "public"});
    zoe.tell("POST /moments", new).await.with(201);
    let his = id(&ben
        .tell("POST /moments", json!({"client_moment_id": "b", "text": "Fog", "visibility": "public"}))
        .await
        .with(201));
    zoe.ask(&format!("PUT /moments/{his}/like")).await.with(200);
    zoe.tell(&format!("POST /moments/{his}/comments"), json!({"text": marked("comment")})).await.with(201);
    let target = json!({"kind": "moment", "id": his});
    zoe.tell("POST /reports", json!({"target": target, "reason": "spam", "note": marked("report")})).await.with(201);
    app.remembered().await;

    let archive = app.store.archive();
    let ids = [uuid_of(&hers), uuid_of(&iris), uuid_of(&book), uuid_of(&talk.session)];
    let before = traces_of(archive, &ids).await;
    for name in [
        "users",
        "characters",
        "cards",
        "lorebooks",
        "messages",
        "message_revisions",
        "message_origins",
        "chat_origins",
        "memories",
        "consents",
        "diaries",
        "diary_entries",
        "diary_sources",
        "moments",
        "moment_comments",
        "profiles",
        "reports",
        "api_keys",
        "routes",
        "route_images",
        "route_events",
        "route_unlocks",
    ] {
        assert!(before.iter().any(|found| found.starts_with(&format!("{name}."))), "{name} holds something of her");
    }
    assert!(archive.count(table("card_files")).await.unwrap() > 0);
    zoe.tell("DELETE /users/me", json!({"password": PASSWORD})).await.with(204);
    // What is told and counted in the background ends.
    app.remembered().await;
    let mut left = traces_of(archive, &ids).await;
    for _ in 0..50 {
        if left.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        left = traces_of(archive, &ids).await;
    }
    assert_eq!(left, [""; 0], "nothing is left of her");
    for name in ["card_files", "routes", "route_images", "route_events", "route_unlocks"] {
        assert_eq!(archive.count(table(name)).await.unwrap(), 0, "{name}");
    }
    let pictures = archive.read(table("media"), None, 100).await.unwrap();
    assert!(!pictures.iter().flatten().any(|cell| *cell == Cell::Uuid(uuid_of(&hers))));
    assert!(!ben.messages(&direct).await.iter().any(|message| message.to_string().contains(MARK)));
}
