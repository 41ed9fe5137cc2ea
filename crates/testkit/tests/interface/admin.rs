//! Administration over HTTP: who may, roles, closed accounts, the queue, the models, and the log of it all.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::ClosedSet;
use domain::accounts::UserRole;
use domain::ids::{NodeId, SessionId};
use domain::jobs::{JobKind, Task};
use llm::scripted::{Gate, Script};
use serde_json::{Value, json};
use service::audit::Acting;
use store::jobs::{JobOutcome, Wanted};
use testkit::app::{OPERATOR_KEY, Options, PASSWORD, id};
use testkit::http::send;
use testkit::openapi::document;
use testkit::{Person, TestApp};
use time::Duration as Span;
use uuid::Uuid;

async fn user_id(person: &Person<'_>) -> String {
    id(&person.get("/users/me").await)
}

fn usernames(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|person| person["username"].as_str().unwrap()).collect()
}

fn actions(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

/// What each route answers to an admin who asks for somebody who is there, and a job, a case and a character that are not.
const ANSWERS: [(&str, u16); 21] = [
    ("get_overview", 200),
    ("page_people", 200),
    ("get_person", 200),
    ("set_role", 200),
    ("disable_person", 200),
    ("enable_person", 200),
    ("set_quota", 200),
    ("page_jobs", 200),
    ("retry_job", 404),
    ("discard_job", 404),
    ("list_admin_models", 200),
    ("choose_model", 200),
    ("page_audit", 200),
    ("list_care_counts", 200),
    ("page_cases", 200),
    ("get_case", 404),
    ("read_message", 404),
    ("read_reported_moment", 404),
    ("claim_case", 404),
    ("resolve_case", 404),
    ("restore_character", 404),
];

#[tokio::test]
async fn every_route_is_for_admins_and_for_nobody_else() {
    let app = TestApp::start().await;
    let (mio, ren) = (app.admin("mio").await, app.admin("ren").await);
    let (aya, kai) = (app.person("aya").await, app.person("kai").await);
    app.grant("kai", UserRole::Moderator).await;
    let somebody = user_id(&app.person("somebody").await).await;
    mio.tell(&format!("PUT /admin/people/{}/disabled", user_id(&ren).await), json!({})).await.with(200);
    let bodies = BTreeMap::from([
        ("set_role", json!({"role": "moderator"})),
        ("disable_person", json!({"reason": "a test"})),
        ("set_quota", json!({})),
        ("choose_model", json!({"name": "scripted/model"})),
        ("resolve_case", json!({"action": "dismiss"})),
    ]);
    let answers = BTreeMap::from(ANSWERS);
    let mut met = 0;
    for operation in document().operations.iter().filter(|operation| operation.path.starts_with("/api/v1/admin/")) {
        met += 1;
        let name = operation.id.as_str();
        let nothing = |kind: &str| format!("{kind}_{}", "0".repeat(32));
        let path = operation
            .path
            .replace("{user_id}", &somebody)
            .replace("{job_id}", &nothing("job"))
            .replace("{case_id}", &nothing("cas"))
            .replace("{character_id}", &nothing("chr"));
        let ask = async |token: Option<&str>| {
            let mut request = app.root(operation.method.clone(), &path);
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            if let Some(body) = bodies.get(name) {
                request = request.json(body);
            }
            send(request).await
        };
        ask(None).await.problem(401, "unauthenticated");
        for nobody in [ren.access.as_str(), OPERATOR_KEY, aya.refresh.as_str(), "nonsense"] {
            ask(Some(nobody)).await.problem(401, "unauthenticated");
        }
        ask(Some(&aya.access)).await.problem(403, "forbidden");
        let moderator = ask(Some(&kai.access)).await;
        match name {
            "page_people" | "get_person" | "page_cases" => drop(moderator.with(200)),
            "get_case"
            | "read_message"
            | "read_reported_moment"
            | "claim_case"
            | "resolve_case"
            | "restore_character" => {
                drop(moderator.problem(404, "not_found"));
            }
            _ => drop(moderator.problem(403, "forbidden")),
        }
        let answer = ask(Some(&mio.access)).await;
        assert_eq!(Some(&answer.status.as_u16()), answers.get(name), "{name}: {}", answer.body);
    }
    assert_eq!(met, ANSWERS.len());
    for path in ["people/x", "people/usr_x/role", "jobs/x/retry", "nothing"] {
        mio.ask(&format!("GET /admin/{path}")).await;
    }
    mio.ask(&format!("GET /admin/people/usr_{}", "0".repeat(32))).await.problem(404, "not_found");
}

#[tokio::test]
async fn roles_are_given_and_taken_and_one_admin_always_stays() {
    let app = TestApp::start().await;
    let (mio, aya) = (app.admin("mio").await, app.person("aya").await);
    let (me, other) = (user_id(&mio).await, user_id(&aya).await);
    assert_eq!(
        (mio.get("/users/me").await["role"].clone(), aya.get("/users/me").await["role"].clone()),
        (json!("admin"), json!("member"))
    );
    let role = |user: &str| format!("PUT /admin/people/{user}/role");
    mio.tell(&role(&me), json!({"role": "member"})).await.problem(409, "last_admin");
    mio.tell(&format!("PUT /admin/people/{me}/disabled"), json!({})).await.problem(409, "last_admin");
    assert_eq!(mio.tell(&role(&other), json!({"role": "queen"})).await.fields(), ["role"]);
    assert_eq!(mio.tell(&role(&other), json!({"role": "admin"})).await.with(200)["role"], "admin");
    mio.tell(&role(&other), json!({"role": "admin"})).await.with(200);
    aya.ask("GET /admin/overview").await.with(200);
    // It holds at once, for tokens that are there already.
    aya.tell(&role(&me), json!({"role": "moderator"})).await.with(200);
    mio.ask("GET /admin/overview").await.problem(403, "forbidden");
    aya.tell(&role(&other), json!({"role": "member"})).await.problem(409, "last_admin");

    let log = aya.get("/admin/audit?action=role_changed").await;
    let first: Vec<Value> = log["items"].as_array().unwrap().clone();
    let told: Vec<_> =
        first.iter().map(|entry| (&entry["actor"]["kind"], &entry["target"]["id"], &entry["detail"])).collect();
    assert_eq!(
        told,
        [
            (&json!("user"), &json!(me), &json!({"from": "admin", "to": "moderator"})),
            (&json!("user"), &json!(other), &json!({"from": "member", "to": "admin"})),
            (&json!("cli"), &json!(me), &json!({"from": "member", "to": "admin"})),
        ]
    );
    assert_eq!((&first[0]["actor"]["id"], &first[0]["address"]), (&json!(other), &json!("127.0.0.1")));
    assert!(first[0]["request_id"].is_string() && first[2]["request_id"].is_null());
    let page = aya.get("/admin/audit?limit=1").await;
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(aya.get(&format!("/admin/audit?limit=1&cursor={next}")).await["items"][0], first[1]);
    let of = aya.get(&format!("/admin/audit?user={other}")).await;
    assert_eq!(actions(&of), ["role_changed", "role_changed"]);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_loses_nothing() {
    let gate = Gate::new();
    let app = TestApp::start().await;
    let (mio, aya) = (app.admin("mio").await, app.person("aya").await);
    let other = user_id(&aya).await;
    let session = aya.session().await;
    app.model.push(Script::say("It is ").wait(&gate).text("late."));
    let mut socket = aya.socket().await;
    socket.say(&session, "one", "What time is it?").await;
    socket.expect("reply.delta").await;

    let disabled = format!("/admin/people/{other}/disabled");
    let reason = "x".repeat(201);
    assert_eq!(mio.tell(&format!("PUT {disabled}"), json!({"reason": reason})).await.fields(), ["reason"]);
    let person = mio.tell(&format!("PUT {disabled}"), json!({"reason": "spam"})).await.with(200);
    assert_eq!((&person["disabled"]["reason"], &person["devices"]), (&json!("spam"), &json!(0)));
    assert_eq!(socket.closed().await, Some(4403));
    aya.ask("GET /users/me").await.problem(401, "unauthenticated");
    let sign_in = [("grant_type", "password"), ("username", "aya"), ("password", PASSWORD)];
    let refused = app.token(&sign_in).await;
    assert_eq!((refused.status.as_u16(), &refused.body["error"]), (403, &json!("account_disabled")));
    let refresh = app.token(&[("grant_type", "refresh_token"), ("refresh_token", &aya.refresh)]).await;
    assert_eq!((refresh.status.as_u16(), &refresh.body["error"]), (400, &json!("invalid_grant")));
    // Who does not know the password learns nothing of it.
    let guess = app.token(&[("grant_type", "password"), ("username", "aya"), ("password", "a guess at it")]).await;
    assert_eq!(guess.body["error"], "invalid_grant");
    assert_eq!(usernames(&mio.get("/admin/people?disabled=true").await), ["aya"]);
    gate.open();

    assert_eq!(mio.ask(&format!("DELETE {disabled}")).await.with(200)["disabled"], Value::Null);
    let aya = app.sign_in("aya").await;
    for _ in 0..100 {
        if aya.messages(&session).await.last().unwrap()["status"] == "complete" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(aya.messages(&session).await.last().unwrap()["content"], "It is late.");
    let log = mio.get(&format!("/admin/audit?user={other}")).await;
    assert_eq!(actions(&log), ["account_enabled", "account_disabled"]);
    assert!(!log.to_string().contains("spam"), "reasons are words about people");
}

#[tokio::test]
async fn who_is_disabled_by_a_command_hears_of_it_in_a_moment() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut socket = aya.socket().await;
    let desk = app.desk();
    let id = desk.find_by_name("aya").await.unwrap().id;
    desk.disable(&Acting::cli(), id, "").await.unwrap();
    assert_eq!(socket.closed().await, Some(4403));
    aya.ask("GET /users/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn people_are_found_and_nothing_they_say_is_shown() {
    let app = TestApp::start().await;
    let mio = app.admin("mio").await;
    for name in ["ren", "rena", "re.x", "aya"] {
        let person = app.person(name).await;
        person.session().await;
    }
    let found = mio.get("/admin/people?search=%20REN").await;
    assert_eq!(usernames(&found), ["rena", "ren"]);
    let person = &found["items"][0];
    assert_eq!((&person["sessions"], &person["devices"], &person["role"]), (&json!(1), &json!(1), &json!("member")));
    assert!(person["last_seen_at"].is_string() && person["usage_today"]["replies"] == 0);
    assert!(!found.to_string().contains("example.org"), "nor where they can be written to");
    assert_eq!(usernames(&mio.get("/admin/people?role=admin").await), ["mio"]);
    assert_eq!(usernames(&mio.get("/admin/people?search=re%25").await), [""; 0]);
    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = mio.get(&format!("/admin/people?limit=2{cursor}")).await;
        met.extend(usernames(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(met, ["aya", "re.x", "rena", "ren", "mio"]);
    mio.ask("GET /admin/people?cursor=x").await.problem(400, "invalid_cursor");
    mio.ask("GET /admin/people?role=queen").await.problem(422, "validation_failed");
    let numbers = mio.get("/admin/overview").await;
    assert_eq!((&numbers["people"], &numbers["admins"], &numbers["disabled"]), (&json!(5), &json!(1), &json!(0)));
    assert_eq!((&numbers["sessions_today"], &numbers["date"]), (&json!(4), &json!("2026-04-06")));
}

#[tokio::test]
async fn a_job_that_is_stuck_is_tried_again_or_discarded() {
    let app = TestApp::start().await;
    let mio = app.admin("mio").await;
    app.remembered().await;
    let (store, node) = (app.store.stores().jobs, NodeId(Uuid::from_u128(7)));
    let now = time::macros::datetime!(2026-04-07 09:00 UTC);
    let wanted: Vec<Wanted> = [JobKind::Learn, JobKind::Retell]
        .map(|kind| Wanted { task: Task::on(kind, SessionId(Uuid::from_u128(9))), run_at: now })
        .into();
    store.want_jobs(&wanted, now).await.unwrap();
    for job in store.claim_jobs(JobKind::ALL, node, now, now + Span::minutes(1), 10).await.unwrap() {
        store.finish_job(&job, &JobOutcome::Parked("no model answers".into()), now).await.unwrap();
    }
    let queue = mio.get("/admin/overview").await["queue"].clone();
    assert_eq!(
        queue,
        json!([{"kind": "learn", "state": "parked", "jobs": 1}, {"kind": "retell", "state": "parked", "jobs": 1}])
    );
    let page = mio.get("/admin/jobs?state=parked&kind=learn").await;
    let job = &page["items"][0];
    assert_eq!(
        (&job["fault"], &job["attempts"], page["items"].as_array().unwrap().len()),
        (&json!("no model answers"), &json!(1), 1)
    );
    let learn = id(job);
    let retell = id(&mio.get("/admin/jobs?kind=retell").await["items"][0]);
    assert_eq!(mio.ask(&format!("POST /admin/jobs/{learn}/retry")).await.with(200)["state"], "waiting");
    // There is no such session, so it is soon done.
    for _ in 0..200 {
        if mio.get("/admin/jobs?kind=learn").await["items"] == json!([]) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    mio.ask(&format!("DELETE /admin/jobs/{retell}")).await.with(204);
    mio.ask(&format!("DELETE /admin/jobs/{retell}")).await.problem(404, "not_found");
    assert_eq!(mio.get("/admin/jobs").await["items"], json!([]));
    store.want_jobs(&wanted[..1], now).await.unwrap();
    store.claim_jobs(JobKind::ALL, node, now, now + Span::minutes(1), 10).await.unwrap();
    mio.ask(&format!("POST /admin/jobs/{learn}/retry")).await.problem(409, "job_running");
    let log = mio.get("/admin/audit").await;
    assert_eq!(actions(&log)[..2], ["job_discarded", "job_retried"]);
    assert_eq!(log["items"][0]["target"], json!({"kind": "job", "id": retell}));
}

#[tokio::test]
async fn the_choice_of_the_model_and_the_use_of_the_key_are_written_down() {
    let app = TestApp::start().await;
    let mio = app.admin("mio").await;
    assert_eq!(mio.get("/admin/models").await, mio.get("/models").await);
    let choice = json!({"name": "scripted/model"});
    assert_eq!(mio.tell("PUT /admin/models/default", choice.clone()).await.with(200)["default"], "scripted/model");
    assert_eq!(mio.tell("PUT /admin/models/default", json!({"name": "none"})).await.fields(), ["name"]);
    let operator = mio.showing(OPERATOR_KEY);
    operator.ask("GET /operator/models").await.with(200);
    operator.ask("GET /operator/models").await.with(200);
    operator.tell("PUT /operator/models/default", choice).await.with(200);
    let log = mio.get("/admin/audit").await;
    assert_eq!(actions(&log), ["model_chosen", "operator_key_used", "model_chosen", "role_changed"]);
    assert_eq!(log["items"][0]["actor"], json!({"kind": "operator_key", "id": null}));
    assert_eq!(log["items"][0]["target"], json!({"kind": "model", "id": "scripted/model"}));
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_the_log_goes_on() {
    let app = TestApp::start().await;
    app.admin("mio").await;
    app.clock.advance(Duration::from_secs(399 * 86_400));
    let mio = app.sign_in("mio").await;
    let me = user_id(&mio).await;
    mio.tell(&format!("PUT /admin/people/{me}/quota"), json!({})).await.with(200);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(actions(&mio.get("/admin/audit").await), ["quota_changed", "role_changed"]);
    app.clock.advance(Duration::from_secs(2 * 86_400));
    let mio = app.sign_in("mio").await;
    for _ in 0..100 {
        if actions(&mio.get("/admin/audit").await) == ["quota_changed"] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("what is older than 400 days is still there");
}

#[tokio::test]
async fn passwords_tried_too_often_are_written_down_once() {
    let options = Options { accounts: Some(|accounts| accounts.logins_per_account.burst = 3), ..Options::default() };
    let app = TestApp::with(options).await;
    let (mio, aya) = (app.admin("mio").await, app.person("aya").await);
    for login in ["aya", "nobody-here"] {
        for _ in 0..8 {
            app.token(&[("grant_type", "password"), ("username", login), ("password", "a guess at it")]).await;
        }
    }
    let log = mio.get("/admin/audit?action=sign_in_throttled").await;
    let targets: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|entry| &entry["target"]).collect();
    let known = json!({"kind": "user", "id": user_id(&aya).await});
    assert_eq!(targets, [&json!({"kind": "address", "id": "127.0.0.1"}), &known]);
    assert_eq!(log["items"][0]["actor"], json!({"kind": "stranger", "id": null}));
    assert!(!log.to_string().contains("nobody-here"), "what was typed may be a password in the wrong field");
}
