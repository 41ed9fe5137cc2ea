//! Reports and what moderators make of them, over HTTP.

use domain::accounts::UserRole;
use serde_json::{Value, json};
use testkit::app::id;
use testkit::talk::Talk;
use testkit::{Person, TestApp};

pub(super) async fn me(person: &Person<'_>) -> String {
    id(&person.get("/users/me").await)
}

pub(super) fn about(kind: &str, id: &str) -> Value {
    json!({"target": {"kind": kind, "id": id}, "reason": "harassment", "note": "Look at this."})
}

pub(super) async fn moderator<'a>(app: &'a TestApp, name: &str) -> Person<'a> {
    let person = app.person(name).await;
    app.grant(name, UserRole::Moderator).await;
    person
}

/// The only case that waits.
pub(super) async fn case(moderator: &Person<'_>) -> String {
    let page = moderator.get("/admin/cases?state=open").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    id(&page["items"][0])
}

pub(super) async fn actions(admin: &Person<'_>) -> Vec<String> {
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
    assert_eq!(whole["case"]["actions"], json!(["dismiss", "hide_character", "remove_message"]));
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

/// Two friends and a group of theirs with a character, to which a third comes later.
pub(super) struct Gathering<'a> {
    pub(super) aya: Person<'a>,
    pub(super) ben: Person<'a>,
    pub(super) late: Person<'a>,
    pub(super) mira: String,
    pub(super) group: String,
}

pub(super) async fn gathering(app: &TestApp) -> Gathering<'_> {
    let (aya, ben, late) = (app.person("aya").await, app.person("ben").await, app.person("late").await);
    for friend in [&ben, &late] {
        friend.ask("PUT /people/aya/friend").await.with(200);
    }
    for name in ["ben", "late"] {
        aya.ask(&format!("PUT /people/{name}/friend")).await.with(200);
    }
    let mira = aya.character("private").await;
    let new = json!({"people": [me(&ben).await], "characters": [mira], "reply_mode": "manual"});
    let group = id(&aya.post("/groups", new).await);
    ben.ask(&format!("POST /sessions/{group}/join")).await.with(200);
    Gathering { aya, ben, late, mira, group }
}

impl Gathering<'_> {
    pub(super) async fn comes_late(&self, app: &TestApp) {
        app.clock.advance(std::time::Duration::from_secs(1));
        self.aya.ask(&format!("PUT /sessions/{}/members/{}", self.group, me(&self.late).await)).await.with(200);
        self.late.ask(&format!("POST /sessions/{}/join", self.group)).await.with(200);
    }

    pub(super) async fn says(&self, person: &Person<'_>, content: &str) -> String {
        let body = json!({"client_message_id": content.replace(' ', "-"), "content": content});
        id(&person.post(&format!("/sessions/{}/messages", self.group), body).await["message"])
    }

    /// Has the character answer; her reply once it is whole.
    pub(super) async fn answers(&self) -> Value {
        let body = json!({"character_id": self.mira});
        let reply = id(&self.aya.post(&format!("/sessions/{}/replies", self.group), body).await["reply"]);
        for _ in 0..500 {
            let said = self.aya.get(&format!("/sessions/{}/messages/{reply}", self.group)).await;
            if said["status"] == "complete" {
                return said;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("she never answered");
    }
}

#[tokio::test]
async fn a_message_among_several_is_reported_by_whoever_saw_it_and_read_through_that_alone() {
    let app = TestApp::start().await;
    let kai = moderator(&app, "kai").await;
    let here = gathering(&app).await;
    let (aya, ben, late, group) = (&here.aya, &here.ben, &here.late, &here.group);
    let said = here.says(aya, "Nobody wants you here").await;
    let kept = here.says(aya, "This is for nobody else").await;
    here.comes_late(&app).await;
    for outsider in [late, &kai, &app.person("stranger").await] {
        outsider.tell("POST /reports", about("message", &said)).await.problem(404, "not_found");
    }
    assert_eq!(aya.tell("POST /reports", about("message", &said)).await.fields(), ["target"]);
    ben.tell("POST /reports", about("message", &said)).await.with(201);
    let path = format!("/admin/cases/{}", case(&kai).await);
    let whole = kai.get(&path).await["case"].clone();
    assert_eq!((&whole["character"], &whole["person"]["id"]), (&Value::Null, &json!(me(aya).await)));
    assert_eq!(whole["actions"], json!(["dismiss", "disable_person", "remove_message"]));
    let read = kai.ask(&format!("POST {path}/message")).await.with(200);
    assert_eq!((&read["id"], &read["content"]), (&json!(said), &json!("Nobody wants you here")));
    // That message, and nothing else of the group.
    for call in [
        format!("GET /sessions/{group}"),
        format!("GET /sessions/{group}/messages"),
        format!("GET /sessions/{group}/events"),
        format!("GET /sessions/{group}/messages/{said}"),
        format!("GET /sessions/{group}/messages/{kept}"),
        format!("GET /sessions/{group}/messages/{said}/revisions"),
        format!("GET /messages/{said}/trace"),
        format!("GET /characters/{}", here.mira),
    ] {
        kai.ask(&call).await.problem(404, "not_found");
    }
    assert_eq!(kai.get("/sessions").await["items"], json!([]));
    let mut socket = kai.socket().await;
    socket.send(json!({"type": "session.resume", "session_id": group, "after_seq": 0})).await;
    assert_eq!(socket.expect("error").await["code"], "not_found");
    // Who is not there any more reports nothing of it; and what they said stays reported.
    ben.ask(&format!("DELETE /sessions/{group}/members/{}", me(ben).await)).await.with(204);
    ben.tell("POST /reports", about("message", &kept)).await.problem(404, "not_found");
    kai.ask(&format!("POST {path}/message")).await.with(200);
    let done = kai.tell(&format!("POST {path}/resolve"), json!({"action": "disable_person"})).await.with(200);
    assert_eq!(done["outcome"]["action"], "disable_person");
    aya.ask("GET /users/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn what_a_character_says_among_several_is_hers() {
    let app = TestApp::start().await;
    let kai = moderator(&app, "kai").await;
    let here = gathering(&app).await;
    here.says(&here.aya, "Mira, what do you think of Ben").await;
    let reply = here.answers().await;
    // She is private, and Ben sees her in the group alone.
    here.ben.tell("POST /reports", about("message", &id(&reply))).await.with(201);
    let path = format!("/admin/cases/{}", case(&kai).await);
    let whole = kai.get(&path).await["case"].clone();
    assert_eq!((&whole["character"]["id"], &whole["person"]["id"]), (&json!(here.mira), &json!(me(&here.aya).await)));
    assert_eq!(
        whole["actions"],
        json!(["dismiss", "hide_character", "remove_message"]),
        "what she says is not her maker's doing"
    );
    let read = kai.ask(&format!("POST {path}/message")).await.with(200);
    assert_eq!((&read["content"], &read["role"]), (&reply["content"], &json!("character")));
}

#[tokio::test]
async fn why_a_character_says_so_among_several_all_may_know_who_see_it() {
    let app = TestApp::start().await;
    let kai = moderator(&app, "kai").await;
    let here = gathering(&app).await;
    here.says(&here.aya, "I am afraid of storms").await;
    let before = id(&here.answers().await);
    here.comes_late(&app).await;
    here.says(&here.ben, "And now").await;
    let after = id(&here.answers().await);
    let trace = async |person: &Person<'_>, reply: &str| person.ask(&format!("GET /messages/{reply}/trace")).await;
    for person in [&here.aya, &here.ben] {
        let told = trace(person, &before).await.with(200);
        assert_eq!(
            (&told["message_id"], &told["memories"], &told["recall"]),
            (&json!(before), &json!([]), &json!("nothing"))
        );
        assert!(told["prompt_tokens"].as_u64() > Some(0) && told["history_from"].is_string(), "{told}");
        assert!(!told.to_string().contains("storms"), "no words of anybody");
    }
    // Whoever came later knows of what was said since, and not with which message it began.
    trace(&here.late, &before).await.problem(404, "not_found");
    let told = trace(&here.late, &after).await.with(200);
    assert_eq!((&told["history_from"], &told["memories"]), (&Value::Null, &json!([])));
    for outsider in [&kai, &app.person("stranger").await] {
        trace(outsider, &after).await.problem(404, "not_found");
    }
}
