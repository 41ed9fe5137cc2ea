//! A character's own week: kept with her, shown as what she does now, and told to the model with the time and the pause.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::app::id;
use testkit::{Person, TestApp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Nights in Tokyo, and a bakery in the afternoon.
fn week() -> Value {
    json!({"timezone": "Asia/Tokyo", "hours": [
        {"days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], "from": "23:00", "to": "07:00", "activity": "sleeping", "note": ""},
        {"days": ["monday"], "from": "12:00", "to": "20:30", "activity": "working", "note": "at the bakery"},
    ]})
}

async fn rin(person: &Person<'_>) -> String {
    let body = json!({"name": "Rin", "persona": "keeps a lighthouse", "visibility": "public", "routine": week()});
    id(&person.post("/characters", body).await)
}

#[tokio::test]
async fn a_week_is_kept_as_it_was_given_and_taken_away_again() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = rin(&aya).await;
    let path = format!("/characters/{rin}");
    assert_eq!(aya.get(&path).await["routine"], week());
    // Another change leaves it.
    aya.tell(&format!("PATCH {path}"), json!({"tagline": "The light"})).await.with(200);
    assert_eq!(aya.get(&path).await["routine"], week());
    aya.tell(&format!("PATCH {path}"), json!({"routine": null})).await.with(200);
    assert_eq!(aya.get(&path).await["routine"], Value::Null);
    let nothing = json!({"activity": null, "note": null, "until": null, "local_time": null});
    assert_eq!(aya.get(&format!("{path}/presence")).await, nothing);
}

#[tokio::test]
async fn what_is_wrong_with_a_week_is_named() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let path = format!("/characters/{}", rin(&aya).await);
    let hours = |from: &str, to: &str| json!({"days": ["sunday"], "from": from, "to": to, "activity": "free"});
    for (routine, field) in [
        (json!({"timezone": "Mars/Olympus", "hours": []}), "routine.timezone"),
        (json!({"timezone": "not a zone", "hours": []}), "routine.timezone"),
        (json!({"timezone": "UTC", "hours": [hours("9:00", "10:00")]}), "routine.hours.0.from"),
        (json!({"timezone": "UTC", "hours": [hours("09:00", "09:00")]}), "routine.hours.0.to"),
        (json!({"timezone": "UTC", "hours": [hours("09:00", "11:00"), hours("10:00", "12:00")]}), "routine.hours.1"),
        (json!({"timezone": "UTC", "hours": vec![hours("09:00", "09:01"); 33]}), "routine.hours"),
    ] {
        let refused = aya.tell(&format!("PATCH {path}"), json!({"routine": routine})).await;
        assert_eq!(refused.fields(), [field], "{routine}");
    }
    assert_eq!(aya.get(&path).await["routine"], week());
}

#[tokio::test]
async fn what_she_does_now_goes_by_the_clocks_where_she_lives() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let path = format!("/characters/{}/presence", rin(&aya).await);
    // Nine in the morning in UTC is six in the evening of that Monday.
    let now = ren.get(&path).await;
    assert_eq!((&now["activity"], &now["note"]), (&json!("working"), &json!("at the bakery")));
    assert_eq!(now["until"], "2026-04-06T11:30:00Z");
    assert!(now["local_time"].as_str().unwrap().starts_with("2026-04-06T18:0"), "{now}");
    app.clock.advance(Duration::from_secs(6 * 60 * 60));
    let ren = app.sign_in("ren").await;
    let now = ren.get(&path).await;
    assert_eq!((&now["activity"], &now["until"]), (&json!("sleeping"), &json!("2026-04-06T22:00:00Z")));
}

#[tokio::test]
async fn the_model_is_told_of_the_hour_and_the_pause_and_of_no_fault() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = rin(&aya).await;
    let session = aya.session_with(&character).await;
    let (_, reply) = aya.say(&session, "Good morning!").await;
    let told = |app: &TestApp| -> String {
        let request = app.model.last_request().unwrap();
        request.messages.iter().map(|message| message.content.clone() + "\n").collect()
    };
    assert!(told(&app).contains("Where Rin lives it is Monday, 18:0"), "{}", told(&app));
    assert!(told(&app).contains("is at work, and answers in between (at the bakery)"));
    assert!(!told(&app).contains("Nothing was said for"));
    let trace = aya.get(&format!("/messages/{reply}/trace")).await;
    assert_eq!((&trace["activity"], &trace["away_seconds"]), (&json!("working"), &Value::Null));
    app.clock.advance(3 * DAY);
    let aya = app.sign_in("aya").await;
    let (_, reply) = aya.say(&session, "I am back.").await;
    assert!(told(&app).contains("Nothing was said for 3 days."), "{}", told(&app));
    assert!(told(&app).contains("never reproaches it"));
    let trace = aya.get(&format!("/messages/{reply}/trace")).await;
    assert_eq!((&trace["activity"], &trace["wrote_first"]), (&json!("free"), &Value::Null));
    assert!(trace["away_seconds"].as_u64().unwrap() >= 3 * 24 * 60 * 60, "{trace}");
}
