//! A message that moderators take away: gone for everybody, with all that was made of it, and nothing else is.

use serde_json::{Value, json};
use testkit::app::id;
use testkit::faults::When;
use testkit::remembering::texts;
use testkit::{Person, TestApp};

use crate::moderation::{about, actions, case, gathering, moderator};

fn remove() -> Value {
    json!({"action": "remove_message"})
}

async fn texts_of(person: &Person<'_>, session: &str) -> Vec<String> {
    let text = |message: &Value| message["content"].as_str().unwrap().to_owned();
    person.messages(session).await.iter().map(text).collect()
}

#[tokio::test]
async fn what_is_removed_from_a_chat_is_gone_with_its_texts_and_memories_and_what_stands_beside_it_stays() {
    let app = TestApp::start().await;
    let (mio, kai, aya) = (app.admin("mio").await, moderator(&app, "kai").await, app.person("aya").await);
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    let (said, reply) = aya.say(&session, "My cat Miso is afraid of thunder.").await;
    aya.say(&session, "The bakery opens at seven.").await;
    app.remembered().await;
    assert!(texts(&aya.book(&character, "").await).contains(&"My cat Miso is afraid of thunder."));
    let path = format!("/sessions/{session}/messages/{said}");
    let before = aya.get(&path).await;
    // Beside her reply another, and below it what was said then: neither is what was reported.
    let mut socket = aya.socket().await;
    let again = id(&aya.ask(&format!("POST /sessions/{session}/messages/{reply}/regenerate")).await.with(202)["reply"]);
    let other = socket.expect("reply.completed").await["message"].clone();
    assert_eq!(id(&other), again);
    aya.tell("POST /reports", about("message", &said)).await.with(201);
    let waits = case(&kai).await;
    let done = kai.tell(&format!("POST /admin/cases/{waits}/resolve"), remove()).await.with(200);
    assert_eq!((&done["state"], &done["outcome"]["action"]), (&json!("resolved"), &json!("remove_message")));
    let told = socket.expect("message.edited").await;
    assert_eq!((&told["message"]["id"], &told["message"]["content"]), (&json!(said), &json!("")));
    let after = aya.get(&path).await;
    assert_eq!((&after["content"], &after["siblings"]), (&json!(""), &before["siblings"]));
    assert!(after["edited_at"].is_string());
    assert_eq!(aya.get(&format!("{path}/revisions")).await["items"], json!([]));
    // A swipe that was reported goes alone.
    aya.tell("POST /reports", about("message", &reply)).await.with(201);
    let waits = case(&kai).await;
    kai.tell(&format!("POST /admin/cases/{waits}/resolve"), remove()).await.with(200);
    let gone = aya.get(&format!("/sessions/{session}/messages/{reply}")).await;
    assert_eq!((&gone["content"], &gone["siblings"]), (&json!(""), &json!([reply, again])));
    aya.ask(&format!("GET /messages/{reply}/trace")).await.problem(404, "no_trace");
    assert_eq!(aya.get(&format!("/sessions/{session}/messages/{again}")).await["content"], other["content"]);
    // Nothing was made of it, neither now nor later, and the tree is the one it was.
    app.remembered().await;
    assert!(!texts(&aya.book(&character, "").await).iter().any(|text| text.contains("Miso")));
    aya.tell(&format!("PUT /sessions/{session}/leaf"), json!({"message_id": reply})).await.with(200);
    let texts = texts_of(&aya, &session).await;
    assert_eq!((texts[texts.len() - 4].as_str(), texts[texts.len() - 3].as_str()), ("", ""));
    assert_eq!(texts[texts.len() - 2], "The bakery opens at seven.");
    let later = aya.session_with(&character).await;
    aya.say(&later, "Do you remember what my cat is afraid of?").await;
    assert!(!app.told().contains("Miso"), "{}", app.told());
    let log = mio.get("/admin/audit?action=message_removed").await;
    assert_eq!(log["items"].as_array().unwrap().len(), 2);
    assert_eq!(log["items"][1]["target"], json!({"kind": "message", "id": said}));
    assert!(!log.to_string().contains("Miso"));
}

#[tokio::test]
async fn what_is_removed_among_several_is_gone_for_all_who_are_there() {
    let app = TestApp::start().await;
    let kai = moderator(&app, "kai").await;
    let here = gathering(&app).await;
    let said = here.says(&here.aya, "Nobody wants you here").await;
    here.aya
        .tell(&format!("PATCH /sessions/{}/messages/{said}", here.group), json!({"content": "Go away"}))
        .await
        .with(200);
    let then = here.says(&here.ben, "That was unkind").await;
    here.ben.tell("POST /reports", about("message", &said)).await.with(201);
    let waits = case(&kai).await;
    let path = format!("POST /admin/cases/{waits}/resolve");
    // Only who looks after the server may, and only about what fits.
    for person in [&here.ben, &here.aya] {
        person.tell(&path, remove()).await.problem(403, "forbidden");
    }
    assert_eq!(kai.tell(&path, json!({"action": "remove_moment"})).await.fields(), ["action"]);
    let (mut hers, mut his) = (here.aya.socket().await, here.ben.socket().await);
    kai.tell(&path, remove()).await.with(200);
    for socket in [&mut hers, &mut his] {
        let told = socket.expect("message.edited").await;
        assert_eq!((&told["message"]["id"], &told["message"]["content"]), (&json!(said), &json!("")));
    }
    for person in [&here.aya, &here.ben] {
        assert_eq!(texts_of(person, &here.group).await, ["", "That was unkind"]);
        let revisions = person.get(&format!("/sessions/{}/messages/{said}/revisions", here.group)).await;
        assert_eq!(revisions["items"], json!([]));
    }
    // A person cannot be reported for what nobody reads any more twice over; what was reported meanwhile is decided all the same.
    here.ben.tell("POST /reports", about("message", &said)).await.with(201);
    let waits = case(&kai).await;
    kai.tell(&format!("POST /admin/cases/{waits}/resolve"), remove()).await.with(200);
    assert_eq!(here.ben.get(&format!("/sessions/{}/messages/{then}", here.group)).await["content"], "That was unkind");
}

#[tokio::test]
async fn a_removal_that_breaks_off_is_written_down_and_goes_on_when_it_is_decided_again() {
    let app = TestApp::start().await;
    let (mio, kai, ren) = (app.admin("mio").await, moderator(&app, "kai").await, moderator(&app, "ren").await);
    let here = gathering(&app).await;
    for (n, when) in [(1, When::Before), (1, When::After)] {
        let said = here.says(&here.aya, &format!("Nobody wants you {when:?}")).await;
        here.ben.tell("POST /reports", about("message", &said)).await.with(201);
        let waits = case(&kai).await;
        let path = format!("POST /admin/cases/{waits}/resolve");
        // The second call of the store of chats finds the message once more, the next takes its words.
        app.faults.fail_call(n + 1, when);
        let failed = kai.tell(&path, remove()).await;
        assert!(failed.status.is_server_error(), "{}", failed.body);
        assert!(app.faults.happened());
        app.faults.heal();
        // Nobody else decides otherwise meanwhile, and what was begun is in the log.
        ren.tell(&path, json!({"action": "dismiss"})).await.problem(409, "case_claimed");
        assert_eq!(actions(&mio).await[..2], ["message_removed", "case_claimed"]);
        kai.tell(&path, remove()).await.with(200);
        let path = format!("/sessions/{}/messages/{said}", here.group);
        assert_eq!(here.ben.get(&path).await["content"], "");
    }
    // What its author deletes first leaves nothing to do, and the case waits.
    let aya = app.person("alone").await;
    let session = aya.session().await;
    let (said, _) = aya.say(&session, "Hello").await;
    aya.tell("POST /reports", about("message", &said)).await.with(201);
    let waits = case(&kai).await;
    aya.ask(&format!("DELETE /sessions/{session}/messages/{said}")).await.with(204);
    kai.tell(&format!("POST /admin/cases/{waits}/resolve"), remove()).await.problem(404, "not_found");
    // An admin need not wait for whoever claimed it.
    assert_eq!(case(&mio).await, waits);
}
