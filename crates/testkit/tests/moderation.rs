//! Reports and what moderators make of them, over HTTP.

use domain::accounts::UserRole;
use serde_json::{Value, json};
use testkit::app::id;
use testkit::talk::Talk;
use testkit::{Person, TestApp};

async fn me(person: &Person<'_>) -> String {
    id(&person.get("/users/me").await)
}

fn about(kind: &str, id: &str) -> Value {
    json!({"target": {"kind": kind, "id": id}, "reason": "harassment", "note": "Look at this."})
}

async fn moderator<'a>(app: &'a TestApp, name: &str) -> Person<'a> {
    let person = app.person(name).await;
    app.grant(name, UserRole::Moderator).await;
    person
}

/// The only case that waits.
async fn case(moderator: &Person<'_>) -> String {
    let page = moderator.get("/admin/cases?state=open").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    id(&page["items"][0])
}

async fn actions(admin: &Person<'_>) -> Vec<String> {
    let log = admin.get("/admin/audit").await;
    log["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_people_report_is_checked_counted_once_and_bounded() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let (a, r) = (me(&aya).await, me(&ren).await);
    let first = aya.tell("POST /reports", about("person", &r)).await.with(201);
    assert_eq!(first["repeated"], false);
    let again = aya.tell("POST /reports", about("person", &r)).await.with(201);
    assert_eq!((&again["id"], &again["repeated"]), (&first["id"], &json!(true)));
    assert_eq!(aya.tell("POST /reports", about("person", &a)).await.fields(), ["target"]);
    for (body, field) in [
        (json!({"target": {"kind": "person", "id": "aya"}, "reason": "spam"}), "target.id"),
        (json!({"target": {"kind": "moment", "id": r}, "reason": "spam"}), "target.id"),
        (json!({"target": {"kind": "place", "id": r}, "reason": "spam"}), "target.kind"),
        (json!({"target": {"kind": "person", "id": r}, "reason": "dislike"}), "reason"),
        (json!({"target": {"kind": "person", "id": r}, "reason": "spam", "note": "x".repeat(1_001)}), "note"),
        (json!({"target": {"kind": "person", "id": r}}), "reason"),
    ] {
        assert_eq!(aya.tell("POST /reports", body).await.fields(), [field]);
    }
    // What one does not see, one does not report.
    let secret = ren.character("private").await;
    let mut talk = Talk::begin(&ren).await;
    let reply = id(&talk.say("Hello").await.reply);
    for (kind, target) in [("character", &secret), ("message", &reply), ("person", &format!("usr_{}", "0".repeat(32)))]
    {
        aya.tell("POST /reports", about(kind, target)).await.problem(404, "not_found");
    }
    // Whom one has blocked can still be reported; whoever is blocked cannot.
    aya.ask("PUT /people/ren/block").await.with(204);
    aya.tell("POST /reports", about("person", &r)).await.with(201);
    ren.tell("POST /reports", about("person", &a)).await.problem(404, "not_found");
    let mut last = None;
    for _ in 0..20 {
        last = Some(aya.tell("POST /reports", about("person", &r)).await);
    }
    last.unwrap().problem(429, "rate_limited");
}

#[tokio::test]
async fn a_message_is_read_through_its_report_alone_and_that_is_written_down() {
    let app = TestApp::start().await;
    let (mio, kai) = (app.admin("mio").await, moderator(&app, "kai").await);
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let said = talk.say("Say something unkind.").await;
    let reply = id(&said.reply);
    aya.tell("POST /reports", about("message", &reply)).await.with(201);
    let case = case(&kai).await;
    let whole = kai.get(&format!("/admin/cases/{case}")).await;
    assert_eq!(
        (&whole["case"]["target"]["id"], &whole["reports"][0]["note"]),
        (&json!(reply), &json!("Look at this."))
    );
    assert_eq!(whole["case"]["actions"], json!(["dismiss", "hide_character"]));
    let text = said.reply["content"].as_str().unwrap();
    assert!(!whole.to_string().contains(text) && !kai.get("/admin/cases").await.to_string().contains(text));
    assert_eq!(actions(&mio).await[0], "role_changed");
    let read = kai.ask(&format!("POST /admin/cases/{case}/message")).await.with(200);
    assert_eq!((&read["content"], &read["role"]), (&json!(text), &json!("character")));
    let log = mio.get("/admin/audit?action=reported_message_read").await;
    let entry = &log["items"][0];
    assert_eq!(
        (&entry["actor"]["id"], &entry["target"]),
        (&json!(me(&kai).await), &json!({"kind": "case", "id": case}))
    );
    assert!(entry["detail"]["message"] == json!(reply) && !log.to_string().contains(text));
    // Nothing else of the chat can be reached, and what its person deletes is gone.
    kai.ask(&format!("GET {}", talk.messages)).await.problem(404, "not_found");
    aya.ask(&format!("DELETE {}/{}", talk.messages, id(&said.message))).await.with(204);
    kai.ask(&format!("POST /admin/cases/{case}/message")).await.problem(404, "not_found");
    aya.ask(&format!("POST /admin/cases/{case}/message")).await.problem(403, "forbidden");
}

#[tokio::test]
async fn one_moderator_looks_at_a_case_and_decides_it_once() {
    let app = TestApp::start().await;
    let (mio, kai, ren) = (app.admin("mio").await, moderator(&app, "kai").await, moderator(&app, "ren").await);
    let (aya, eve) = (app.person("aya").await, app.person("eve").await);
    let maker = app.person("maker").await;
    let rin = maker.character("public").await;
    aya.tell("POST /reports", about("character", &rin)).await.with(201);
    eve.tell("POST /reports", about("character", &rin)).await.with(201);
    let case = case(&kai).await;
    let path = format!("/admin/cases/{case}");
    let claimed = kai.ask(&format!("POST {path}/claim")).await.with(200);
    assert_eq!(
        (&claimed["state"], &claimed["reports"], &claimed["character"]["name"]),
        (&json!("claimed"), &json!(2), &json!("Rin"))
    );
    kai.ask(&format!("POST {path}/claim")).await.with(200);
    ren.ask(&format!("POST {path}/claim")).await.problem(409, "case_claimed");
    ren.tell(&format!("POST {path}/resolve"), json!({"action": "dismiss"})).await.problem(409, "case_claimed");
    assert_eq!(kai.tell(&format!("POST {path}/resolve"), json!({"action": "forgive"})).await.fields(), ["action"]);
    assert_eq!(actions(&mio).await[0], "case_claimed");
    let session = eve.session_with(&rin).await;
    let done = kai.tell(&format!("POST {path}/resolve"), json!({"action": "hide_character"})).await.with(200);
    assert_eq!((&done["state"], &done["outcome"]["action"]), (&json!("resolved"), &json!("hide_character")));
    kai.tell(&format!("POST {path}/resolve"), json!({"action": "dismiss"})).await.problem(409, "case_resolved");
    let mut log = actions(&mio).await[..3].to_vec();
    log.sort_unstable();
    assert_eq!(log, ["case_claimed", "case_resolved", "character_hidden"]);
    assert!(!mio.get("/admin/audit").await.to_string().contains("Look at this."), "notes are words of people");
    // Nobody new meets her; who knows her goes on, and her maker sees her.
    aya.ask(&format!("GET /characters/{rin}")).await.problem(404, "not_found");
    aya.tell("POST /sessions", json!({"character_id": rin})).await.problem(404, "not_found");
    assert_eq!(aya.get("/characters").await["items"], json!([]));
    eve.get(&format!("/sessions/{session}")).await;
    maker.get(&format!("/characters/{rin}")).await;
    maker.tell(&format!("PATCH /characters/{rin}"), json!({"visibility": "public"})).await.with(200);
    aya.ask(&format!("GET /characters/{rin}")).await.problem(404, "not_found");
    let hidden = format!("DELETE /admin/characters/{rin}/hidden");
    aya.ask(&hidden).await.problem(403, "forbidden");
    kai.ask(&hidden).await.with(204);
    kai.ask(&hidden).await.problem(404, "not_found");
    aya.get(&format!("/characters/{rin}")).await;
    // Reported again it is another case, and an admin need not wait for whoever claimed it.
    assert_eq!(aya.tell("POST /reports", about("character", &rin)).await.with(201)["repeated"], false);
    let again = kai.get("/admin/cases?state=open").await;
    let path = format!("/admin/cases/{}", id(&again["items"][0]));
    kai.ask(&format!("POST {path}/claim")).await.with(200);
    mio.tell(&format!("POST {path}/resolve"), json!({"action": "dismiss"})).await.with(200);
    assert_eq!(kai.get("/admin/cases?state=resolved&kind=character").await["items"].as_array().unwrap().len(), 2);
    kai.ask("GET /admin/cases?state=lost").await.problem(422, "validation_failed");
    kai.ask(&format!("GET /admin/cases/cas_{}", "0".repeat(32))).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_moderator_keeps_members_out_and_nobody_above() {
    let app = TestApp::start().await;
    let (mio, kai) = (app.admin("mio").await, moderator(&app, "kai").await);
    let (aya, eve) = (app.person("aya").await, app.person("eve").await);
    for target in [&mio, &kai, &eve] {
        aya.tell("POST /reports", about("person", &me(target).await)).await.with(201);
    }
    let cases = kai.get("/admin/cases?state=open&kind=person").await;
    let path = |n: usize| format!("POST /admin/cases/{}/resolve", id(&cases["items"][n]));
    let disable = json!({"action": "disable_person"});
    assert_eq!(kai.tell(&path(2), json!({"action": "hide_character"})).await.fields(), ["action"]);
    kai.tell(&path(0), disable.clone()).await.problem(403, "forbidden");
    kai.tell(&path(1), disable.clone()).await.problem(403, "forbidden");
    mio.tell(&path(0), disable.clone()).await.problem(409, "last_admin");
    let mut socket = eve.socket().await;
    kai.tell(&path(2), disable.clone()).await.with(200);
    assert_eq!(socket.closed().await, Some(4403));
    eve.ask("GET /users/me").await.problem(401, "unauthenticated");
    mio.tell(&path(1), disable).await.with(200);
    kai.ask("GET /admin/cases").await.problem(401, "unauthenticated");
    let log = mio.get("/admin/audit?action=account_disabled").await;
    assert_eq!(
        (log["items"].as_array().unwrap().len(), &log["items"][1]["detail"]["case"]),
        (2, &cases["items"][2]["id"])
    );
}
