//! Bonds: moved by what is said, undone with it, shown with every reason, switched off at once, and without romance for who is no adult.

use std::time::Duration;

use domain::bonds::BondJudge;
use domain::models::{ModelInfo, ModelProvider};
use llm::scripted::{Script, ScriptedModel};
use llm::{ChatRequest, ModelError};
use serde_json::{Value, json};
use service::moderation::ModerationConfig;
use testkit::app::{Options, PASSWORD, id};
use testkit::{Person, TestApp};

use super::groups::{character, friends, group};
use super::moderated::never_said;

const KIND: &str = "How was your day, Rin?";
const SHARED: &str = "I've never told anybody this.";

async fn bond(person: &Person<'_>, character: &str) -> Value {
    person.get(&format!("/characters/{character}/bond")).await
}

async fn events(person: &Person<'_>, character: &str) -> Vec<Value> {
    let page = person.get(&format!("/characters/{character}/bond/events?limit=100")).await;
    assert_eq!(page["next_cursor"], Value::Null);
    page["items"].as_array().cloned().unwrap()
}

/// The value of a dimension; `None` where there is no such.
fn value(bond: &Value, key: &str) -> Option<i64> {
    let dimensions = bond["dimensions"].as_array().unwrap();
    dimensions.iter().find(|dimension| dimension["key"] == key).map(|dimension| dimension["value"].as_i64().unwrap())
}

fn closeness_and_trust(bond: &Value) -> (i64, i64) {
    (value(bond, "closeness").unwrap(), value(bond, "trust").unwrap())
}

/// A server whose model judges so, and speaks otherwise.
async fn judged_by(judge: impl Fn(&ChatRequest) -> Script + Send + Sync + 'static) -> TestApp {
    judged_among(ModerationConfig::default(), judge).await
}

async fn judged_among(
    moderation: ModerationConfig,
    judge: impl Fn(&ChatRequest) -> Script + Send + Sync + 'static,
) -> TestApp {
    let answer = move |request: &ChatRequest| match &request.format {
        Some(format) if format.name == "bond" => judge(request),
        _ => Script::say("I see."),
    };
    let model = Some(ScriptedModel::new().otherwise(answer));
    TestApp::with(Options { model, moderation, bond_judge: Some(BondJudge::Model), ..Options::default() }).await
}

/// What the model was asked to judge.
fn asked(app: &TestApp) -> Vec<ChatRequest> {
    let is_bond = |request: &ChatRequest| request.format.as_ref().is_some_and(|format| format.name == "bond");
    app.model.requests().into_iter().filter(is_bond).collect()
}

fn judgement(turn: usize, by: i64, why: &str) -> Value {
    let moves = [json!({"dimension": "trust", "by": by}), json!({"dimension": "luck", "by": 3})];
    json!({"turn": turn, "reason": "sharing", "moves": moves, "mood": 2, "why": why})
}

#[tokio::test]
async fn what_is_said_moves_it_and_every_reason_is_shown() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    let before = bond(&aya, &rin).await;
    assert_eq!((&before["on"], &before["usual"], &before["judge"]), (&json!(true), &json!(true), &json!("words")));
    assert_eq!((&before["stage"], &before["next"]["stage"]), (&json!("just_met"), &json!("acquainted")));
    assert_eq!((&before["mood"], &before["events"]), (&json!({"name": "calm", "level": 0.0}), &json!(0)));
    let mut socket = aya.socket().await;
    socket.hears_of_bonds = true;
    let (message, _) = aya.say(&session, KIND).await;
    assert!(!app.told().contains("stand:"), "nothing has happened yet: {}", app.told());
    let told = socket.expect("bond.changed").await;
    assert_eq!((&told["character_id"], &told["reached"]), (&json!(rin), &Value::Null));
    app.remembered().await;
    let after = bond(&aya, &rin).await;
    assert_eq!((closeness_and_trust(&after), value(&after, "affection")), ((1, 1), Some(1)));
    assert_eq!((&after["mood"]["name"], &after["events"]), (&json!("warm"), &json!(1)));
    assert!((after["next"]["progress"].as_f64().unwrap() - 0.125).abs() < 1e-9, "{after}");
    let events = events(&aya, &rin).await;
    let cause = json!({"kind": "message", "session_id": session, "message_id": message});
    assert_eq!((&events[0]["cause"], &events[0]["reason"]), (&cause, &json!("kindness")));
    assert_eq!(events[0]["moved"], json!({"closeness": 1, "trust": 1, "affection": 1}));
    assert_eq!((&events[0]["model"], &events[0]["turned_to"]), (&Value::Null, &Value::Null));
    // It colours the next reply, and the trace of that says so.
    let (_, reply) = aya.say(&session, "Tell me of the sea.").await;
    assert!(app.told().contains("They have only just met") && app.told().contains("in a warm mood"), "{}", app.told());
    let trace = aya.get(&format!("/messages/{reply}/trace")).await;
    assert_eq!(trace["bond"], json!({"stage": "just_met", "mood": "warm"}));
    assert!(trace["parts"].as_array().unwrap().iter().any(|part| part["part"] == "bond"), "{trace}");
    // What moved nothing is nowhere; a mood fades, and nothing else does.
    app.remembered().await;
    app.clock.advance(Duration::from_secs(300 * 24 * 3_600));
    let aya = app.sign_in("aya").await;
    let later = bond(&aya, &rin).await;
    assert_eq!((closeness_and_trust(&later), &later["mood"]["name"]), ((1, 1), &json!("calm")));
    assert_eq!(later["events"], 1);
}

#[tokio::test]
async fn what_is_taken_back_was_never_so() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    let (kind, reply) = aya.say(&session, KIND).await;
    let (shared, _) = aya.say(&session, SHARED).await;
    app.remembered().await;
    assert_eq!(closeness_and_trust(&bond(&aya, &rin).await), (2, 3));
    // Another reply to the same words changes nothing: they are judged once.
    let again = format!("POST /sessions/{session}/messages/{reply}/regenerate");
    aya.tell(&again, json!({"mode": "new"})).await.with(202);
    app.remembered().await;
    assert_eq!(closeness_and_trust(&bond(&aya, &rin).await), (1, 1), "what was said below is out of view");
    aya.tell(&format!("PUT /sessions/{session}/leaf"), json!({"message_id": shared})).await.with(200);
    assert_eq!(closeness_and_trust(&bond(&aya, &rin).await), (2, 3), "and back");
    // Edited, it is judged as what it says now.
    let path = format!("/sessions/{session}/messages");
    aya.tell(&format!("PATCH {path}/{kind}"), json!({"content": "Shut up."})).await.with(200);
    app.remembered().await;
    let moved = events(&aya, &rin).await;
    assert_eq!(moved.iter().map(|event| &event["reason"]).collect::<Vec<_>>(), ["sharing", "rudeness"]);
    aya.ask(&format!("DELETE {path}/{shared}")).await.with(204);
    assert_eq!(events(&aya, &rin).await.len(), 1);
    let other = aya.session_with(&rin).await;
    aya.say(&other, SHARED).await;
    app.remembered().await;
    assert_eq!(events(&aya, &rin).await.len(), 2, "two sessions, one bond");
    for session in [&session, &other] {
        aya.ask(&format!("DELETE /sessions/{session}")).await.with(204);
    }
    let empty = bond(&aya, &rin).await;
    assert_eq!(
        (closeness_and_trust(&empty), &empty["events"], &empty["mood"]["level"]),
        ((0, 0), &json!(0), &json!(0.0))
    );
}

#[tokio::test]
async fn switched_off_nothing_is_judged_and_nothing_is_told() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    let path = format!("/characters/{rin}/bond");
    aya.say(&session, KIND).await;
    app.remembered().await;
    let off = aya.tell(&format!("PATCH {path}"), json!({"on": false})).await.with(200);
    assert_eq!((&off["on"], &off["events"]), (&json!(false), &json!(1)));
    aya.say(&session, SHARED).await;
    assert!(!app.told().contains("stand:"), "{}", app.told());
    app.remembered().await;
    app.clock.advance(Duration::from_secs(1));
    let on = aya.tell(&format!("PATCH {path}"), json!({"on": true})).await.with(200);
    assert!(on["since"].is_string());
    app.clock.advance(Duration::from_secs(1));
    aya.say(&session, "Thank you.").await;
    app.remembered().await;
    let reasons = |events: &[Value]| events.iter().map(|event| event["reason"].clone()).collect::<Vec<_>>();
    assert_eq!(reasons(&events(&aya, &rin).await), ["thanks", "kindness"], "not what was said meanwhile");
    // Anew, and without what was before.
    app.clock.advance(Duration::from_secs(1));
    aya.ask(&format!("DELETE {path}")).await.with(204);
    assert!(events(&aya, &rin).await.is_empty());
    app.clock.advance(Duration::from_secs(1));
    aya.say(&session, "Haha!").await;
    app.remembered().await;
    assert_eq!(reasons(&events(&aya, &rin).await), ["play"]);
    assert_eq!(aya.tell(&format!("PATCH {path}"), json!({})).await.status.as_u16(), 422);
    assert_eq!(aya.ask(&format!("GET {path}/events?cursor=x")).await.problem(400, "invalid_cursor")["status"], 400);
    // To others she stands as to nobody.
    let ben = app.person("ben").await;
    ben.ask(&format!("GET {path}")).await.problem(404, "not_found");
}

#[tokio::test]
async fn pages_of_events_have_neither_gap_nor_repeat() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    for _ in 0..5 {
        aya.say(&session, KIND).await;
        app.clock.advance(Duration::from_secs(60));
    }
    app.remembered().await;
    let all: Vec<String> = events(&aya, &rin).await.iter().map(id).collect();
    assert_eq!(all.len(), 5);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = aya.get(&format!("/characters/{rin}/bond/events?limit=2{cursor}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(id));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_model_judges_within_the_rules() {
    let app = judged_by(|_| {
        let turns = [
            judgement(1, 900, "She told\na secret."),
            judgement(1, -3, "again"),
            judgement(7, 3, "no turn"),
            json!("x"),
        ];
        Script::say(format!("Of course:\n{}", json!({"turns": turns})))
    })
    .await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    aya.say(&session, "The lighthouse was my grandfather's.").await;
    app.remembered().await;
    let now = bond(&aya, &rin).await;
    assert_eq!((closeness_and_trust(&now), &now["judge"]), ((0, 3), &json!("model")));
    let events = events(&aya, &rin).await;
    assert_eq!((&events[0]["why"], &events[0]["model"]), (&json!("She told a secret."), &json!("scripted/model")));
    assert_eq!(events.len(), 1);
    let asked = asked(&app);
    let (system, user) = (&asked[0].messages[0].content, &asked[0].messages[1].content);
    assert!(system.contains("- trust (-3 to 3)") && system.contains("affection"), "{system}");
    assert!(user.contains("[1] aya: The lighthouse was") && user.contains("Rin: I see."), "{user}");
}

#[tokio::test]
async fn what_is_not_let_through_moves_all_the_same_and_is_not_repeated() {
    let unkind = |_: &ChatRequest| Script::say(json!({"turns": [judgement(1, 2, "A red herring.")]}).to_string());
    let app = judged_among(never_said("red herring"), unkind).await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    aya.say(&aya.session_with(&rin).await, "The lighthouse was my grandfather's.").await;
    app.remembered().await;
    let events = events(&aya, &rin).await;
    assert_eq!((events.len(), &events[0]["reason"], &events[0]["why"]), (1, &json!("sharing"), &json!("")));
}

#[tokio::test]
async fn where_a_model_answers_nonsense_words_tell() {
    for nonsense in [
        Script::say("I would say three."),
        Script::say(json!({"verdict": "good"}).to_string()),
        Script::refuse(ModelError::ContentRefused("no".into())),
        Script::refuse(ModelError::Unavailable("away".into())),
    ] {
        let app = judged_by(move |_| nonsense.clone()).await;
        let aya = app.person("aya").await;
        let rin = aya.character("private").await;
        let session = aya.session_with(&rin).await;
        aya.say(&session, SHARED).await;
        app.remembered().await;
        let moved = events(&aya, &rin).await;
        assert_eq!((&moved[0]["reason"], &moved[0]["model"]), (&json!("sharing"), &Value::Null));
    }
    // A tiny one is not asked.
    let info = ModelInfo {
        name: "scripted/tiny".into(),
        label: "Tiny".into(),
        provider: ModelProvider::Scripted,
        context_tokens: 2_048,
        tiny: true,
    };
    let model = Some(ScriptedModel::new().with_info(info));
    let app = TestApp::with(Options { model, bond_judge: Some(BondJudge::Model), ..Options::default() }).await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    aya.say(&aya.session_with(&rin).await, SHARED).await;
    app.remembered().await;
    assert_eq!(bond(&aya, &rin).await["judge"], "words");
    assert!(app.model.requests().iter().all(|request| request.format.is_none()));
    assert_eq!(events(&aya, &rin).await.len(), 1);
}

#[tokio::test]
async fn romance_is_nowhere_for_who_is_no_adult() {
    let app = judged_by(|_| {
        let moves = [json!({"dimension": "affection", "by": 3}), json!({"dimension": "trust", "by": 1})];
        let turn = json!({"turn": 1, "reason": "affection", "moves": moves, "mood": 1, "why": "She was kind."});
        Script::say(json!({"turns": [turn]}).to_string())
    })
    .await;
    for (name, born) in [("teen", "2010-06-01"), ("child", "2016-06-01")] {
        let body =
            json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": born});
        app.tell("POST /auth/register", body).await.with(201);
        let teen = app.sign_in(name).await;
        let mut rules = usual_rules();
        // Even where the maker forgot to say that the stage is of romance.
        rules["stages"][1]["romantic"] = json!(false);
        let made = json!({"name": "Rin", "greeting": "Hello.", "bond": rules});
        let rin = id(&teen.post("/characters", made).await);
        let session = teen.session_with(&rin).await;
        teen.say(&session, "I love you").await;
        app.remembered().await;
        let seen = bond(&teen, &rin).await;
        let events = events(&teen, &rin).await;
        assert_eq!((value(&seen, "trust"), value(&seen, "affection")), (Some(3), None), "{seen} {events:?}");
        assert_eq!((&events[0]["reason"], &events[0]["moved"]), (&json!("kindness"), &json!({"trust": 1})));
        for text in [seen.to_string(), json!(events).to_string()] {
            assert!(
                !text.contains("affection") && !text.contains("sweethearts") && !text.contains("romantic\":true"),
                "{text}"
            );
        }
        teen.say(&session, "Good night.").await;
        assert!(app.told().contains("stand:") && !app.told().contains("love"), "{}", app.told());
    }
    let asked = asked(&app);
    assert!(asked.len() >= 2);
    for request in asked {
        let all: String = request.messages.iter().map(|message| message.content.as_str()).collect();
        assert!(!all.contains("affection") && all.contains("There is no romance"), "{all}");
        assert!(!request.format.unwrap().schema.to_string().contains("affection"));
    }
}

#[tokio::test]
async fn nobody_is_judged_in_danger() {
    let app = judged_by(|_| Script::say(json!({"turns": [judgement(1, 3, "x")]}).to_string())).await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    let (_, reply) = aya.say(&session, "Thank you for everything. I don't want to live anymore.").await;
    assert_eq!(aya.get(&format!("/sessions/{session}/messages/{reply}")).await["model"], "talker/care");
    app.remembered().await;
    assert!(events(&aya, &rin).await.is_empty() && asked(&app).is_empty());
}

fn usual_rules() -> Value {
    let dimension = |key: &str, romantic: bool| json!({"key": key, "label": key, "min": 0, "max": 10, "start": 2, "per_event": 3, "per_day": 5, "romantic": romantic});
    let stage = |key: &str, needs: Value, romantic: bool| json!({"key": key, "label": key, "needs": needs, "romantic": romantic});
    let need = |key: &str, at: i64| json!([{"dimension": key, "at_least": at}]);
    let stages = [
        stage("strangers", json!([]), false),
        stage("sweethearts", need("affection", 4), true),
        stage("allies", need("trust", 4), false),
    ];
    json!({"dimensions": [dimension("trust", false), dimension("affection", true)], "stages": stages, "mood_hours": 2})
}

#[tokio::test]
async fn a_character_declares_what_can_grow() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let made = json!({"name": "Rin", "greeting": "Hello.", "visibility": "public", "bond": usual_rules()});
    let made = aya.post("/characters", made).await;
    let rin = id(&made);
    assert_eq!(made["bond"]["stages"][2]["key"], "allies");
    let session = aya.session_with(&rin).await;
    aya.say(&session, "I love you").await;
    app.remembered().await;
    let seen = bond(&aya, &rin).await;
    assert_eq!(
        (&seen["usual"], value(&seen, "affection"), &seen["stage"]),
        (&json!(false), Some(4), &json!("sweethearts"))
    );
    assert_eq!(events(&aya, &rin).await[0]["turned_to"], "sweethearts");
    // Another change leaves it as it is; null is the usual way, told from the same events.
    let path = format!("PATCH /characters/{rin}");
    assert!(aya.tell(&path, json!({"tagline": "x"})).await.with(200)["bond"].is_object());
    assert_eq!(aya.tell(&path, json!({"bond": null})).await.with(200)["bond"], Value::Null);
    let seen = bond(&aya, &rin).await;
    assert_eq!(
        (&seen["usual"], value(&seen, "affection"), &seen["stage"]),
        (&json!(true), Some(2), &json!("just_met"))
    );
    let mut wrong = usual_rules();
    wrong["stages"][2]["needs"][0]["dimension"] = json!("luck");
    assert_eq!(aya.tell(&path, json!({"bond": wrong})).await.fields(), ["bond.stages.2.needs.0.dimension"]);
    let mut wrong = usual_rules();
    wrong["dimensions"][0]["min"] = json!(10);
    assert_eq!(
        aya.tell("POST /characters", json!({"name": "x", "bond": wrong})).await.fields(),
        ["bond.dimensions.0.max"]
    );
}

#[tokio::test]
async fn what_is_said_before_several_moves_nothing() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let rin = character(&people[0], "Rin", "public").await;
    let session = group(&people, json!({"characters": [rin], "reply_mode": "all"})).await;
    people[0].say(&session, KIND).await;
    app.remembered().await;
    for person in &people {
        assert!(events(person, &rin).await.is_empty());
    }
}
