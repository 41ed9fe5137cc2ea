//! Moments through the interface: posted once, read, changed, liked, talked about, reported, deleted; and what races do.

use domain::accounts::UserRole;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::id;
use testkit::http::{png, send};
use testkit::{Person, TestApp};

fn moment(name: &str, visibility: &str) -> Value {
    json!({"client_moment_id": name, "text": format!("The sea of {name}"), "visibility": visibility})
}

/// Posts one, and gives its path.
async fn post(person: &Person<'_>, name: &str, visibility: &str) -> String {
    format!("/moments/{}", id(&person.tell("POST /moments", moment(name, visibility)).await.with(201)))
}

async fn befriend(one: (&Person<'_>, &str), two: (&Person<'_>, &str)) {
    one.0.ask(&format!("PUT /people/{}/friend", two.1)).await.with(200);
    two.0.ask(&format!("PUT /people/{}/friend", one.1)).await.with(200);
}

fn texts(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap().to_owned()).collect()
}

/// The notifications of a kind, once there are some.
async fn told(person: &Person<'_>, kind: &str) -> Vec<Value> {
    all_told(person, kind, 1).await
}

/// The notifications of a kind, once there are so many.
async fn all_told(person: &Person<'_>, kind: &str, count: usize) -> Vec<Value> {
    for _ in 0..500 {
        let page = person.get("/notifications").await;
        let found: Vec<Value> =
            page["items"].as_array().unwrap().iter().filter(|one| one["kind"] == kind).cloned().collect();
        if found.len() >= count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nothing was told");
}

#[tokio::test]
async fn a_moment_has_a_life() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let new = json!({"client_moment_id": "one", "text": " The sea \n", "visibility": "public", "characters_may_comment": false});
    let posted = aya.tell("POST /moments", new.clone()).await.with(201);
    let path = format!("/moments/{}", id(&posted));
    assert_eq!((posted["text"].as_str(), posted["is_mine"].as_bool()), (Some("The sea"), Some(true)));
    assert_eq!(posted["author"]["kind"], "person");
    assert_eq!((posted["author"]["handle"].as_str(), posted["author"]["name"].as_str()), (Some("aya"), Some("aya")));
    assert_eq!(aya.tell("POST /moments", new).await.with(200), posted, "the first one is answered");
    let seen = ren.get(&path).await;
    assert_eq!((&seen["is_mine"], &seen["liked"], &seen["edited_at"]), (&json!(false), &json!(false), &Value::Null));

    // Liked, with right counts, and told once.
    for _ in 0..2 {
        assert_eq!(ren.ask(&format!("PUT {path}/like")).await.with(200), json!({"liked": true, "likes": 1}));
    }
    assert_eq!(ren.ask(&format!("DELETE {path}/like")).await.with(200), json!({"liked": false, "likes": 0}));
    ren.ask(&format!("PUT {path}/like")).await.with(200);
    let news = told(&aya, "moment_liked").await;
    assert_eq!((news[0]["count"].as_u64(), news[0]["path"].as_str()), (Some(1), Some(path.as_str())));
    assert_eq!(news[0]["actors"][0]["name"], "ren");
    assert_eq!(ren.get(&format!("{path}/likes")).await["items"][0]["person"]["handle"], "ren");

    // Talked about; what answers an answer stands beside it.
    let first = ren.tell(&format!("POST {path}/comments"), json!({"text": "Blue"})).await.with(201);
    let answer = json!({"text": "Very", "reply_to": first["id"], "client_comment_id": "a"});
    let answered = aya.tell(&format!("POST {path}/comments"), answer.clone()).await.with(201);
    assert_eq!(aya.tell(&format!("POST {path}/comments"), answer).await.with(200), answered);
    let beside = json!({"text": "Indeed", "reply_to": answered["id"]});
    let beside = ren.tell(&format!("POST {path}/comments"), beside).await.with(201);
    assert_eq!(beside["reply_to"], first["id"]);
    assert_eq!(texts(&aya.get(&format!("{path}/comments")).await), ["Blue", "Very", "Indeed"]);
    assert_eq!(told(&aya, "moment_commented").await[0]["path"], path.as_str());
    assert_eq!(told(&ren, "moment_commented").await[0]["actors"][0]["name"], "aya", "who is answered learns of it");

    // Changed by nobody else.
    ren.tell(&format!("PATCH {path}"), json!({"text": "Mine"})).await.problem(404, "not_found");
    let changed = aya.tell(&format!("PATCH {path}"), json!({"text": "Fog"})).await.with(200);
    assert!(changed["edited_at"].is_string() && changed["text"] == "Fog" && changed["comments"] == 3);
    aya.tell(&format!("PATCH {path}"), json!({"text": "  "})).await.problem(422, "validation_failed");
    ren.ask(&format!("DELETE {path}")).await.problem(404, "not_found");

    // Comments go by their author or the moment's.
    let comment = |of: &Value| format!("DELETE {path}/comments/{}", id(of));
    ren.ask(&comment(&answered)).await.problem(404, "not_found");
    ren.ask(&comment(&beside)).await.with(204);
    aya.ask(&comment(&first)).await.with(204);
    assert_eq!(aya.get(&path).await["comments"], 0);

    // Deleted, with what was told of it; and it does not come back.
    aya.ask(&format!("DELETE {path}")).await.with(204);
    ren.ask(&format!("GET {path}")).await.problem(404, "not_found");
    assert!(
        aya.get("/notifications").await["items"].as_array().unwrap().iter().all(|one| one["path"] != path.as_str())
    );
    let again = json!({"client_moment_id": "one", "text": "The sea", "visibility": "public"});
    aya.tell("POST /moments", again).await.problem(409, "moment_deleted");
}

#[tokio::test]
async fn what_is_sent_is_checked() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("public").await;
    let none = format!("med_{}", "0".repeat(32));
    for (body, field) in [
        (json!({"client_moment_id": "", "text": "x", "visibility": "public"}), "client_moment_id"),
        (json!({"client_moment_id": "a", "text": "", "visibility": "public"}), "text"),
        (json!({"client_moment_id": "a", "text": "x".repeat(4001), "visibility": "public"}), "text"),
        (json!({"client_moment_id": "a", "text": "x", "visibility": "all"}), "visibility"),
        (
            json!({"client_moment_id": "a", "text": "x", "visibility": "public", "image_ids": vec![&none; 10]}),
            "image_ids",
        ),
        (
            json!({"client_moment_id": "a", "text": "x", "visibility": "public", "image_ids": [none, none]}),
            "image_ids.1",
        ),
        (json!({"client_moment_id": "a", "text": "x", "visibility": "public", "more": 1}), "more"),
    ] {
        for path in ["/moments".to_owned(), format!("/characters/{rin}/moments")] {
            let problem = aya.tell(&format!("POST {path}"), body.clone()).await.problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field);
        }
    }
    let unknown = json!({"client_moment_id": "a", "text": "x", "visibility": "public", "image_ids": [none]});
    aya.tell("POST /moments", unknown).await.problem(409, "image_unavailable");
    let path = post(&aya, "a", "public").await;
    for body in
        [json!({"text": " "}), json!({"text": "x".repeat(1001)}), json!({"text": "x", "client_comment_id": "ä"})]
    {
        aya.tell(&format!("POST {path}/comments"), body).await.problem(422, "validation_failed");
    }
    let nothing = json!({"text": "x", "reply_to": format!("cmt_{}", "0".repeat(32))});
    let problem = aya.tell(&format!("POST {path}/comments"), nothing).await.problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "reply_to");
    for path in ["/feed", "/people/aya/moments", &format!("/characters/{rin}/moments"), &format!("{path}/comments")] {
        aya.ask(&format!("GET {path}?cursor=x")).await.problem(400, "invalid_cursor");
    }
    let ren = app.person("ren").await;
    let body = moment("mine", "public");
    ren.tell(&format!("POST /characters/{rin}/moments"), body).await.problem(404, "not_found");
    ren.tell(&format!("PUT /characters/{rin}/moments/settings"), json!({"posts": true}))
        .await
        .problem(404, "not_found");
    ren.ask(&format!("GET /characters/{rin}/moments/settings")).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_happens_at_once_is_counted_right() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let again = aya.clone();
    let (one, two) = tokio::join!(
        aya.tell("POST /moments", moment("x", "public")),
        again.tell("POST /moments", moment("x", "public"))
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!((statuses, id(&one.body)), ([200, 201], id(&two.body)));
    let path = format!("/moments/{}", id(&one.body));
    let like = format!("PUT {path}/like");
    let (a, b, c, d) = tokio::join!(aya.ask(&like), ren.ask(&like), ren.ask(&like), aya.ask(&like));
    for answer in [a, b, c, d] {
        answer.with(200);
    }
    assert_eq!(aya.get(&path).await["likes"], 2);
    let said = json!({"text": "Blue", "client_comment_id": "c"});
    let comments = format!("POST {path}/comments");
    let (one, two) = tokio::join!(ren.tell(&comments, said.clone()), ren.tell(&comments, said.clone()));
    assert_eq!(id(&one.body), id(&two.body));
    assert_eq!(aya.get(&path).await["comments"], 1);
}

#[tokio::test]
async fn a_feed_is_stable_and_a_block_counts_at_once() {
    let app = TestApp::start().await;
    let (aya, ren, mio) = (app.person("aya").await, app.person("ren").await, app.person("mio").await);
    befriend((&aya, "aya"), (&ren, "ren")).await;
    aya.ask("PUT /people/mio/follow").await.with(200);
    let kai = app.person("kai").await;
    let rin = kai.character("public").await;
    aya.ask(&format!("PUT /characters/{rin}/follow")).await.with(200);
    for n in 0..3 {
        post(&aya, &format!("aya{n}"), "private").await;
        post(&ren, &format!("ren{n}"), "friends").await;
        post(&mio, &format!("mio{n}"), "followers").await;
        post(&mio, &format!("mio-friends{n}"), "friends").await;
        let body = moment(&format!("rin{n}"), "public");
        kai.tell(&format!("POST /characters/{rin}/moments"), body).await.with(201);
    }
    let names = |page: &Value| -> Vec<String> {
        texts(page).iter().map(|text| text.rsplit(' ').next().unwrap().to_owned()).collect()
    };
    let expected: Vec<String> =
        (0..3).rev().flat_map(|n| ["rin", "mio", "ren", "aya"].map(|who| format!("{who}{n}"))).collect();
    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = aya.get(&format!("/feed?limit=5{cursor}")).await;
        met.extend(names(&page));
        post(&ren, &format!("late{}", met.len()), "public").await;
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(met, expected, "no gap and no repeat, whoever posts meanwhile");
    // A block between two pages.
    let first = aya.get("/feed?limit=4").await;
    mio.ask("PUT /people/aya/block").await.with(204);
    let rest = aya.get(&format!("/feed?limit=50&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert!(names(&rest).iter().all(|name| !name.starts_with("mio")), "{rest}");
    assert!(names(&rest).contains(&"ren0".to_owned()));
    // Who is muted is in no feed, but there.
    aya.ask("PUT /people/ren/mute").await.with(204);
    assert!(names(&aya.get("/feed?limit=50").await).iter().all(|name| !name.starts_with("ren")));
    assert!(!texts(&aya.get("/people/ren/moments").await).is_empty());
}

#[tokio::test]
async fn who_is_muted_or_blocked_is_not_heard_of() {
    let app = TestApp::start().await;
    let (aya, ren, mio) = (app.person("aya").await, app.person("ren").await, app.person("mio").await);
    let path = post(&aya, "one", "public").await;
    aya.ask("PUT /people/ren/mute").await.with(204);
    ren.ask(&format!("PUT {path}/like")).await.with(200);
    let said = ren.tell(&format!("POST {path}/comments"), json!({"text": "Hear me"})).await.with(201);
    mio.ask(&format!("PUT {path}/like")).await.with(200);
    let news = told(&aya, "moment_liked").await;
    assert_eq!((news[0]["count"].as_u64(), news[0]["actors"][0]["name"].as_str()), (Some(1), Some("mio")));
    assert_eq!(aya.get("/notifications/unread").await["unread"], 1);
    // Their comment is there all the same, until they are blocked: then also what one had with the other.
    assert_eq!(texts(&aya.get(&format!("{path}/comments")).await), ["Hear me"]);
    ren.ask("PUT /people/mio/block").await.with(204);
    assert_eq!(texts(&mio.get(&format!("{path}/comments")).await), [""; 0]);
    assert_eq!(mio.get(&format!("{path}/likes")).await["items"].as_array().unwrap().len(), 1);
    let answer = json!({"text": "No", "reply_to": said["id"]});
    mio.tell(&format!("POST {path}/comments"), answer).await.problem(422, "validation_failed");
    aya.ask("PUT /people/ren/block").await.with(204);
    ren.ask(&format!("GET {path}")).await.problem(404, "not_found");
    ren.ask(&format!("GET {path}/comments")).await.problem(404, "not_found");
    ren.ask(&format!("PUT {path}/like")).await.problem(404, "not_found");
}

async fn upload(person: &Person<'_>, bytes: Vec<u8>) -> Value {
    send(person.request(Method::POST, "/media").header("content-type", "image/png").body(bytes)).await.with(201)
}

#[tokio::test]
async fn an_image_is_seen_by_those_who_see_its_moment() {
    let app = TestApp::start().await;
    let (aya, ren, mio) = (app.person("aya").await, app.person("ren").await, app.person("mio").await);
    befriend((&aya, "aya"), (&ren, "ren")).await;
    let image = upload(&aya, png(2000, 500)).await;
    assert_eq!((image["width"].as_u64(), image["height"].as_u64()), (Some(1600), Some(400)));
    let plain = format!("GET /media/{}", id(&image));
    aya.ask(&plain).await;
    assert_eq!(aya.ask(&plain).await.status, 200, "until it stands somewhere it is its owner's");
    ren.ask(&plain).await.problem(404, "not_found");
    app.ask(&plain).await.problem(404, "not_found");
    let new = json!({"client_moment_id": "a", "image_ids": [image["id"]], "visibility": "friends"});
    let posted = aya.tell("POST /moments", new.clone()).await.with(201);
    assert_eq!(posted["text"], "");
    let taken = json!({"client_moment_id": "b", "image_ids": [image["id"]], "visibility": "friends"});
    aya.tell("POST /moments", taken).await.problem(409, "image_unavailable");
    let path = format!("/moments/{}", id(&posted));
    let his = ren.get(&path).await["images"][0]["url"].as_str().unwrap().to_owned();
    // A page sends no token with an image: its address has the leave in it, of this person and no other.
    let shown = app.ask(&format!("GET {his}")).await;
    assert_eq!((shown.status.as_u16(), shown.header("cache-control")), (200, "private, no-cache"));
    assert_eq!(image::load_from_memory(&shown.bytes).unwrap().width(), 1600);
    app.ask(&format!("GET {}", his.split('?').next().unwrap())).await.problem(404, "not_found");
    app.ask(&format!("GET {}", his.replacen("ticket=s.", "ticket=m.", 1))).await.problem(404, "not_found");
    mio.ask(&plain).await.problem(404, "not_found");
    assert_eq!(ren.ask(&plain).await.status, 200);
    // It is asked every time: whoever sees the moment no more sees its image no more.
    aya.tell(&format!("PATCH {path}"), json!({"visibility": "private"})).await.with(200);
    app.ask(&format!("GET {his}")).await.problem(404, "not_found");
    aya.tell(&format!("PATCH {path}"), json!({"visibility": "public"})).await.with(200);
    assert_eq!(app.ask(&format!("GET {his}")).await.status, 200);
    aya.ask("PUT /people/ren/block").await.with(204);
    app.ask(&format!("GET {his}")).await.problem(404, "not_found");
    let theirs = mio.get(&path).await["images"][0]["url"].as_str().unwrap().to_owned();
    aya.ask(&format!("DELETE {path}")).await.with(204);
    app.ask(&format!("GET {theirs}")).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_is_reported_is_shown_through_its_report_alone() {
    let app = TestApp::start().await;
    let (aya, ren, mio) = (app.person("aya").await, app.person("ren").await, app.person("mio").await);
    app.grant("mio", UserRole::Moderator).await;
    befriend((&aya, "aya"), (&ren, "ren")).await;
    let image = upload(&aya, png(30, 20)).await;
    let new = json!({"client_moment_id": "a", "text": "Look", "image_ids": [image["id"]], "visibility": "friends"});
    let posted = aya.tell("POST /moments", new).await.with(201);
    let path = format!("/moments/{}", id(&posted));
    let said = aya.tell(&format!("POST {path}/comments"), json!({"text": "Bad words"})).await.with(201);
    let report = |kind: &str, of: &Value| json!({"target": {"kind": kind, "id": of["id"]}, "reason": "harassment"});
    // Nobody reports what they do not see, and a moderator sees no more than anybody.
    mio.tell("POST /reports", report("moment", &posted)).await.problem(404, "not_found");
    mio.ask(&format!("GET {path}")).await.problem(404, "not_found");
    ren.tell("POST /reports", report("moment", &posted)).await.with(201);
    ren.tell("POST /reports", report("moment_comment", &said)).await.with(201);
    ren.ask("PUT /people/aya/block").await.with(204);
    let case = async |kind: &str| {
        let cases = mio.get(&format!("/admin/cases?kind={kind}&state=open")).await;
        (format!("/admin/cases/{}", id(&cases["items"][0])), cases["items"][0]["actions"].clone())
    };
    let (of_comment, actions) = case("moment_comment").await;
    assert_eq!(actions, json!(["dismiss", "disable_person", "remove_comment"]));
    let words = mio.ask(&format!("POST {of_comment}/moment")).await.with(200);
    assert_eq!((words["text"].as_str(), words["author"]["handle"].as_str()), (Some("Bad words"), Some("aya")));
    ren.ask(&format!("POST {of_comment}/moment")).await.problem(403, "forbidden");
    let (of_moment, actions) = case("moment").await;
    assert_eq!(actions, json!(["dismiss", "disable_person", "remove_moment"]));
    let words = mio.ask(&format!("POST {of_moment}/moment")).await.with(200);
    let shown = app.ask(&format!("GET {}", words["images"][0]["url"].as_str().unwrap())).await;
    assert_eq!(shown.status, 200);
    let resolve = |case: &str, action: &str| (format!("POST {case}/resolve"), json!({"action": action}));
    let (call, body) = resolve(&of_comment, "remove_moment");
    mio.tell(&call, body).await.problem(422, "validation_failed");
    let (call, body) = resolve(&of_comment, "remove_comment");
    mio.tell(&call, body).await.with(200);
    assert_eq!(aya.get(&path).await["comments"], 0);
    let (call, body) = resolve(&of_moment, "remove_moment");
    mio.tell(&call, body).await.with(200);
    aya.ask(&format!("GET {path}")).await.problem(404, "not_found");
    all_told(&ren, "report_resolved", 2).await;
    let log = app.admin("kai").await.get("/admin/audit?limit=50").await;
    let done: Vec<&str> =
        log["items"].as_array().unwrap().iter().filter_map(|entry| entry["action"].as_str()).collect();
    for action in ["reported_moment_read", "moment_removed", "comment_removed"] {
        assert!(done.contains(&action), "{action} is not among {done:?}");
    }
    assert!(!log.to_string().contains("Bad words"));
}

#[tokio::test]
async fn nobody_does_it_too_often() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    for n in 0..60 {
        post(&aya, &format!("n{n}"), "private").await;
    }
    aya.tell("POST /moments", moment("more", "private")).await.problem(429, "rate_limited");
    let path = format!("/moments/{}", id(&aya.get("/feed?limit=1").await["items"][0]));
    for n in 0..200 {
        aya.tell(&format!("POST {path}/comments"), json!({"text": n.to_string()})).await.with(201);
    }
    aya.tell(&format!("POST {path}/comments"), json!({"text": "more"})).await.problem(429, "rate_limited");
    // An hour later it may go on.
    app.clock.advance(std::time::Duration::from_secs(60));
    aya.ask(&format!("PUT {path}/like")).await.with(200);
}
