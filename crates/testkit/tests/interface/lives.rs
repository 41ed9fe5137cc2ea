//! A month of scripted days, lived through the real server: the same days make the same life, what is taken back never was, clocks that are
//! put forward or back wake nobody, and what two nodes do at once, or one of them dies of, is done once.

use std::time::Duration;

use domain::bonds::{BondJudge, BondRules, tell};
use domain::memories::Scope;
use domain::sittings::Policy;
use llm::ChatRequest;
use llm::scripted::{Gate, Script, ScriptedModel};
use serde_json::{Value, json};
use service::accounts::AccountsConfig;
use service::clock::Clock;
use testkit::app::{Options, id, writing_first};
use testkit::nodes::NodeOptions;
use testkit::{Person, TestApp, TestCluster};
use time::OffsetDateTime;
use time::macros::datetime;

use super::reminders::{talk_for_hours, times_reminded};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// On this day, the one of a single good morning, they go on talking for more than three hours.
const LONG_DAY: i64 = 16;

/// What is said on each day, and nothing where nobody is there.
const MONTH: [&[&str]; 30] = [
    &["Hello!", "How was your day, Rin?"],
    &["Thank you for being here.", "Tell me of the sea."],
    &["I've never told anybody this.", "It rains."],
    &["Haha, that was fun!", "And the gulls?"],
    &["Shut up.", "I'm sorry, I didn't mean it."],
    &["How was your day, Rin?"],
    // A week away.
    &[],
    &[],
    &[],
    &[],
    &[],
    &[],
    &[],
    &["I am back.", "Thank you for waiting with the story."],
    &["How are you today?", "Tell me more."],
    &["I've never told anybody this.", "I trust you."],
    &["Good morning!"],
    &["Haha, that was fun!"],
    &["Thank you, Rin.", "Thank you.", "Thank you so much.", "Thank you again.", "Thank you for all."],
    &["I love you."],
    &["It rains again.", "How was your day, Rin?"],
    // And another.
    &[],
    &[],
    &[],
    &[],
    &[],
    &[],
    &[],
    &["Here I am.", "I missed the sea."],
    &["Thank you for this month."],
];

fn answer(request: &ChatRequest) -> Script {
    let writes_first = request.messages.last().is_some_and(|last| last.content.contains("writes first now"));
    Script::words(if writes_first { "The sea was silver today." } else { "I see." })
}

/// Waits until nothing is left to do, and all that is due was looked at.
async fn quiet(app: &TestApp) {
    let stores = app.store.stores();
    let mut calm = 0;
    for _ in 0..3_000 {
        let now = app.clock.now();
        let due = stores.initiatives.initiatives_due(now, now - time::Duration::MINUTE, 100).await.unwrap();
        let jobs: u64 = stores.jobs.count_jobs().await.unwrap().iter().map(|count| count.jobs).sum();
        calm = if due.is_empty() && jobs == 0 { calm + 1 } else { 0 };
        if calm > 6 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is never quiet: {:?}", stores.jobs.count_jobs().await);
}

/// Lets time pass up to then.
fn pass_to(app: &TestApp, at: OffsetDateTime) {
    if let Ok(left) = Duration::try_from(at - app.clock.now()) {
        app.clock.advance(left);
    }
}

/// Tokens and devices live for as long as it takes.
fn patient(config: &mut AccountsConfig) {
    (config.access_ttl, config.refresh_ttl) = (500 * 24 * HOUR, 500 * 24 * HOUR);
}

/// Where people are reminded of a break after so many minutes of talk.
async fn start(minutes: u32) -> TestApp {
    let policy = Policy { adult_minutes: minutes, ..Policy::default() };
    let options = Options {
        initiatives: Some(writing_first()),
        accounts: Some(patient),
        policy: Some(policy),
        ..Options::default()
    };
    TestApp::answering(options, answer).await
}

/// All messages in view: more than a page holds.
async fn all_messages(person: &Person<'_>, session: &str) -> Vec<Value> {
    let (mut messages, mut anchor): (Vec<Value>, _) = (Vec::new(), String::new());
    loop {
        let page = person.get(&format!("/sessions/{session}/messages?limit=100{anchor}")).await;
        let items = page["items"].as_array().cloned().unwrap();
        anchor = format!("&before={}", id(&items[0]));
        messages.splice(0..0, items);
        if page["has_before"] == false {
            return messages;
        }
    }
}

/// How two stand, once all that was said is judged.
async fn stands(app: &TestApp, person: &Person<'_>, rin: &str) -> [Value; 3] {
    quiet(app).await;
    let bond = person.get(&format!("/characters/{rin}/bond")).await;
    ["dimensions", "stage", "events"].map(|of_it| bond[of_it].clone())
}

/// What is left of a month.
#[derive(Debug, PartialEq)]
struct Life {
    bond: Value,
    /// What moved it: why, by how much, to which stage, on which day.
    moved: Vec<(Value, Value, Value, String)>,
    /// On which days she wrote first.
    wrote_first: Vec<String>,
    told: Vec<(String, u64)>,
    doing: Vec<Value>,
}

/// Lives through the month, with a character who has a week of her own and may write first. `reminds`: whether people
/// are reminded of a break on the day of the long talk.
async fn live(app: &TestApp, reminds: bool) -> (Person<'_>, String, String, Life) {
    let aya = app.person("aya").await;
    aya.tell("PATCH /users/me", json!({"timezone": "Europe/Berlin"})).await.with(200);
    let rin = aya.character("public").await;
    let hours = json!([{"days": ["monday", "wednesday", "friday"], "from": "08:00", "to": "12:00", "activity": "working"},
        {"days": ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], "from": "23:00", "to": "06:30", "activity": "sleeping"}]);
    let routine = json!({"timezone": "Europe/Berlin", "hours": hours});
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"routine": routine})).await.with(200);
    let session = aya.session_with(&rin).await;
    aya.say(&session, "Hello!").await;
    aya.tell(&format!("PUT /characters/{rin}/initiative"), json!({"enabled": true, "reasons": ["thought"]}))
        .await
        .with(200);
    let begin = datetime!(2026-04-07 10:00 UTC);
    let mut doing = Vec::new();
    for (day, said) in (0..).zip(MONTH) {
        let morning = begin + time::Duration::days(day);
        pass_to(app, morning);
        quiet(app).await;
        doing.push(aya.get(&format!("/characters/{rin}/presence")).await["activity"].clone());
        for words in said {
            aya.say(&session, words).await;
            app.clock.advance(Duration::from_secs(60));
        }
        if day == LONG_DAY {
            let before = stands(app, &aya, &rin).await;
            talk_for_hours(app, &aya, &session, reminds).await;
            assert_eq!(stands(app, &aya, &rin).await, before, "that is nothing between the two");
            let said = all_messages(&aya, &session).await;
            assert!(said.iter().all(|message| !message["content"].as_str().unwrap().contains("human being")));
        }
        // In the afternoon, at dusk, and at night.
        for hours in [5, 9, 16] {
            pass_to(app, morning + time::Duration::hours(hours));
            quiet(app).await;
        }
    }
    let day = |value: &Value| value.as_str().unwrap()[..10].to_owned();
    let mut bond = aya.get(&format!("/characters/{rin}/bond")).await;
    for of_the_run in ["character_id", "mood"] {
        bond[of_the_run].take();
    }
    let page = aya.get(&format!("/characters/{rin}/bond/events?limit=100")).await;
    let events = page["items"].as_array().unwrap().iter().rev();
    let moved = events
        .map(|event| (event["reason"].clone(), event["moved"].clone(), event["turned_to"].clone(), day(&event["at"])));
    let messages = all_messages(&aya, &session).await;
    let first = messages.iter().filter(|message| message["content"] == "The sea was silver today.");
    let news = aya.get("/notifications?limit=100").await;
    let mut told: Vec<(String, u64)> = Vec::new();
    for one in news["items"].as_array().unwrap() {
        told.push((one["kind"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap()));
    }
    told.sort_unstable();
    let life = Life {
        bond,
        moved: moved.collect(),
        wrote_first: first.map(|message| day(&message["created_at"])).collect(),
        told,
        doing,
    };
    (aya, rin, session, life)
}

#[tokio::test]
async fn a_month_lived_twice_is_the_same_and_what_is_taken_back_never_was() {
    // That they are reminded of a break in one of the two makes no difference.
    let (one, two) = (start(180).await, start(24 * 60).await);
    let ((aya, rin, session, first), (.., second)) = tokio::join!(live(&one, true), live(&two, false));
    assert_eq!((times_reminded(&one).await, times_reminded(&two).await), (1, 0), "on no other day");
    assert_eq!(first.bond, second.bond);
    assert_eq!(first.moved, second.moved);
    assert_eq!(first.doing, second.doing);
    // She wrote once in each week of silence, by day, and not again until she was answered.
    assert_eq!(
        (first.wrote_first.len(), second.wrote_first.len()),
        (2, 2),
        "{:?} {:?}",
        first.wrote_first,
        second.wrote_first
    );
    assert_eq!(first.told, second.told);
    assert!(first.moved.len() >= 12, "{:?}", first.moved);
    assert!(first.moved.iter().any(|(reason, ..)| reason == "rudeness"));
    assert!(first.moved.iter().any(|(.., stage, _)| !stage.is_null()), "a stage was reached");
    // What a day allows holds, also for who says thanks five times.
    let of_day = first.moved.iter().filter(|(.., day)| day == "2026-04-25").count();
    assert!(of_day >= 2, "{:?}", first.moved);

    // Each of what moved it is taken back, one after the other: the bond is then as if it had never been.
    let stores = one.store.stores();
    let user = id(&aya.get("/users/me").await).parse().unwrap();
    let scope = Scope { user, character: rin.parse().unwrap() };
    let rules = BondRules::usual().for_one(true);
    let mut left = stores.bonds.bond(scope).await.unwrap().events;
    // From the middle outwards, so that something is always before and behind it.
    while !left.is_empty() {
        let gone = left.remove(left.len() / 2);
        let path = format!("/sessions/{session}/messages/{}", gone.message_id);
        aya.tell(&format!("PATCH {path}"), json!({"content": "The lamp is lit."})).await.with(200);
        let (expected, _) = tell(&rules, &left, one.clock.now());
        let bond = aya.get(&format!("/characters/{rin}/bond")).await;
        let dimensions = bond["dimensions"].as_array().unwrap();
        let values: Vec<i64> = dimensions.iter().map(|dimension| dimension["value"].as_i64().unwrap()).collect();
        assert_eq!(values, expected.values.iter().map(|value| i64::from(*value)).collect::<Vec<_>>());
        assert_eq!(bond["stage"], json!(rules.stages[expected.stage].key));
        assert_eq!(bond["events"], json!(left.len()));
    }
    one.stop(Duration::from_secs(5)).await;
    two.stop(Duration::from_secs(5)).await;
}

/// Somebody in a time zone, left alone from nine in the morning to eight in the evening; she writes by day, so from eight to nine.
async fn resting<'a>(app: &'a TestApp, name: &str, zone: &str) -> (Person<'a>, String) {
    let person = app.person(name).await;
    person.tell("PATCH /users/me", json!({"timezone": zone})).await.with(200);
    let rest = json!({"quiet_hours": {"from": "09:00", "to": "20:00"}});
    person.tell("PUT /notifications/settings", rest).await.with(200);
    let rin = person.character("public").await;
    let session = person.session_with(&rin).await;
    person.say(&session, "Hello!").await;
    let settings = json!({"enabled": true, "reasons": ["thought"]});
    person.tell(&format!("PUT /characters/{rin}/initiative"), settings).await.with(200);
    (person, session)
}

/// On the day on which clocks change, and the day after.
struct Change {
    who: usize,
    /// Half past seven in the evening of that day, by the clocks as they go now.
    quiet_at: OffsetDateTime,
    /// Half past eight in the evening of the next.
    free_at: OffsetDateTime,
}

#[tokio::test]
async fn quiet_hours_go_by_the_clocks_also_when_these_are_changed() {
    let options = Options { initiatives: Some(writing_first()), accounts: Some(patient), ..Options::default() };
    let app = TestApp::answering(options, answer).await;
    let people = [resting(&app, "aya", "Europe/Berlin").await, resting(&app, "ben", "America/New_York").await];
    for Change { who, quiet_at, free_at } in [
        // Back by an hour: who went by the old clock would write too early.
        Change { who: 0, quiet_at: datetime!(2026-10-25 18:30 UTC), free_at: datetime!(2026-10-26 19:30 UTC) },
        Change { who: 1, quiet_at: datetime!(2026-11-02 0:30 UTC), free_at: datetime!(2026-11-03 1:30 UTC) },
        // Forward by an hour: who went by the old clock would be silent still.
        Change { who: 1, quiet_at: datetime!(2027-03-14 23:30 UTC), free_at: datetime!(2027-03-16 0:30 UTC) },
        Change { who: 0, quiet_at: datetime!(2027-03-28 17:30 UTC), free_at: datetime!(2027-03-29 18:30 UTC) },
    ] {
        let (person, session) = &people[who];
        pass_to(&app, quiet_at - time::Duration::days(6));
        person.say(session, "A word.").await;
        let before = person.messages(session).await.len();
        pass_to(&app, quiet_at);
        quiet(&app).await;
        assert_eq!(person.messages(session).await.len(), before, "{quiet_at}");
        pass_to(&app, free_at);
        quiet(&app).await;
        let after = person.messages(session).await;
        assert_eq!(after.len(), before + 1, "{free_at}");
        assert_eq!(after.last().unwrap()["content"], "The sea was silver today.");
    }
    app.stop(Duration::from_secs(5)).await;
}

/// One node dies while the model judges, before anything is kept: the other judges each turn, once.
#[tokio::test]
async fn what_a_node_judged_that_died_before_it_kept_it_is_judged_once_by_another() {
    let gate = Gate::new();
    let waits = gate.clone();
    let judge = move |request: &ChatRequest| match request.format.as_ref().map(|format| format.name) {
        Some("bond") => {
            let moves = json!([{"dimension": "trust", "by": 2}]);
            let turns: Vec<Value> = (1..=2)
                .map(|turn| json!({"turn": turn, "reason": "sharing", "moves": moves, "mood": 1, "why": ""}))
                .collect();
            Script::new().wait(&waits).text(json!({"turns": turns}).to_string())
        }
        _ => Script::words("I see."),
    };
    let mut cluster = TestCluster::without_nodes().await;
    cluster.model = std::sync::Arc::new(ScriptedModel::new().otherwise(judge));
    cluster.add(NodeOptions { judge: Some(BondJudge::Model), ..NodeOptions::default() }).await;
    let rin;
    let session;
    {
        let one = &cluster.nodes[0];
        let aya = one.person("aya").await;
        rin = aya.character("private").await;
        session = aya.session_with(&rin).await;
        aya.say(&session, "I've never told anybody this.").await;
        // It was asked, and has not answered: nothing is kept yet.
        tokio::time::timeout(Duration::from_secs(20), gate.reached()).await.expect("it is judged");
    }
    cluster.nodes.remove(0).crash().await;
    cluster.add(NodeOptions { judge: Some(BondJudge::Model), ahead: HOUR, ..NodeOptions::default() }).await;
    gate.open();
    let two = &cluster.nodes[0];
    let aya = two.sign_in("aya").await;
    aya.say(&session, "And this neither.").await;
    let mut events = Vec::new();
    for _ in 0..1_500 {
        let page = aya.get(&format!("/characters/{rin}/bond/events?limit=100")).await;
        events = page["items"].as_array().cloned().unwrap();
        if events.len() >= 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    two.remembered().await;
    let page = aya.get(&format!("/characters/{rin}/bond/events?limit=100")).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2, "each turn once: {events:?}");
    let bond = aya.get(&format!("/characters/{rin}/bond")).await;
    let trust = bond["dimensions"].as_array().unwrap().iter().find(|dimension| dimension["key"] == "trust").unwrap();
    assert_eq!(trust["value"], 4);
}

/// One node dies while the words of a diary are found: another writes the page, and one.
#[tokio::test]
async fn a_page_whose_writer_died_is_written_once_by_another() {
    let gate = Gate::new();
    let waits = gate.clone();
    let write = move |request: &ChatRequest| match &request.format {
        Some(_) => Script::say(r#"{"facts": [], "summary": ""}"#),
        None if request.messages.last().is_some_and(|last| last.content.contains("'s diary entry")) => {
            Script::new().wait(&waits).text("We spoke of the sea.")
        }
        None => Script::words("I see."),
    };
    let mut cluster = TestCluster::without_nodes().await;
    cluster.model = std::sync::Arc::new(ScriptedModel::new().otherwise(write));
    cluster.add(NodeOptions { learns: true, ..NodeOptions::default() }).await;
    let rin;
    {
        let one = &cluster.nodes[0];
        let aya = one.person("aya").await;
        rin = aya.character("private").await;
        let session = aya.session_with(&rin).await;
        for words in ["How was your day, Rin?", "Tell me of the sea."] {
            aya.say(&session, words).await;
        }
        one.learned().await;
        one.clock.advance(24 * HOUR);
        tokio::time::timeout(Duration::from_secs(20), gate.reached()).await.expect("it is written");
    }
    cluster.nodes.remove(0).crash().await;
    cluster.add(NodeOptions { learns: true, ahead: 26 * HOUR, ..NodeOptions::default() }).await;
    gate.open();
    let two = &cluster.nodes[0];
    let aya = two.sign_in("aya").await;
    let mut entries = Vec::new();
    for _ in 0..1_500 {
        entries = aya.get(&format!("/characters/{rin}/diary")).await["items"].as_array().cloned().unwrap();
        if !entries.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    two.remembered().await;
    assert_eq!((entries.len(), &entries[0]["text"]), (1, &json!("We spoke of the sea.")));
    let news = aya.get("/notifications").await;
    let told = news["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "diary_written");
    assert_eq!(told.map(|one| one["count"].as_u64().unwrap()).sum::<u64>(), 1);
}
