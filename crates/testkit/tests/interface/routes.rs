//! Routes: written by a character's maker, played by whoever talks to her, told from what happened and undone with it, once over all
//! nodes, without romance for who is no adult, and with no word of what is locked.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::Duration;

use image::{ImageFormat, Rgba, RgbaImage};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::app::{Options, PASSWORD, answer, id};
use testkit::http::{png, send};
use testkit::nodes::TestCluster;
use testkit::socket::Socket;
use testkit::{Person, TestApp};

/// What an opening holds that nobody reads before it is said.
const SECRET: &str = "the drowned bell";

fn scene(id: &str, when: Value, more: Value) -> Value {
    let mut scene = json!({
        "id": id, "title": format!("The {id}"), "hint": format!("A hint of {id}"), "when": when,
        "setting": format!("{{{{char}}}} stands in the {id}."), "opening": format!("*in the {id}, with {SECRET}* Hello, {{{{user}}}}."),
    });
    scene.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    scene
}

fn always() -> Value {
    json!({"kind": "always"})
}

fn ending(id: &str, kind: &str) -> Value {
    json!({"ending": {"id": format!("end_{id}"), "title": format!("End of the {id}"), "kind": kind}})
}

/// A route of two chapters and three ends.
pub(super) fn route() -> Value {
    let choices = json!([
        {"id": "stay", "label": "I stay with you.", "then": "cellar", "moves": {"trust": 3}},
        {"id": "ask", "label": "What is that sound?"},
        {"id": "kiss", "label": "May I hold your hand?", "when": {"kind": "dimension", "dimension": "trust", "at_least": 90}, "then": "pier"},
    ]);
    let unlocks = json!({
        "greetings": [{"id": "wet", "title": "Wet hair", "text": "You are dripping, {{user}}!"}],
        "images": [{"key": "rain_cg", "title": "Rain"}],
        "backgrounds": [{"key": "rain_bg", "title": "The window"}],
        "lore": [
            {"id": "bell", "title": "The bell", "text": "It rings under water.", "keys": ["bell"]},
            {"id": "always", "title": "The keeper", "text": "Her father kept the light."},
        ],
    });
    let asked = json!({"kind": "chose", "scene": "rain", "choice": "ask"});
    let said = json!({"kind": "said", "phrases": ["show me the light", "灯台を見たい"]});
    json!({"chapters": [
        {"id": "one", "title": "Low tide", "scenes": [
            scene("rain", always(), json!({"choices": choices, "unlocks": unlocks, "background": "rain_bg"})),
            scene("light", json!({"kind": "all", "of": [said, asked]}), ending("light", "happy")),
        ]},
        {"id": "two", "title": "High tide", "scenes": [
            scene("cellar", Value::Null, json!({"choices": [{"id": "down", "label": "Down.", "then": "dark"}]})),
            scene("dark", Value::Null, ending("dark", "sad")),
            scene("pier", json!({"kind": "days_known", "days": 7}), json!({"romantic": true, "aside": true})),
        ]},
    ]})
}

/// Somebody with a character who has this route, and a chat with her.
async fn storied(aya: &Person<'_>, visibility: &str, route: Value) -> (String, String) {
    let rin = aya.character(visibility).await;
    aya.tell(&format!("PUT /characters/{rin}/route"), route).await.with(200);
    let session = aya.session_with(&rin).await;
    (rin, session)
}

/// A private character of somebody's who has this route, and the images of its pictures.
pub(super) async fn illustrated(maker: &Person<'_>) -> String {
    let rin = maker.character("private").await;
    let path = format!("/characters/{rin}/route");
    maker.tell(&format!("PUT {path}"), route()).await.with(200);
    for (key, image) in [("rain_cg", shining()), ("rain_bg", noise())] {
        let request = maker.request(Method::PUT, &format!("{path}/images/{key}")).header("content-type", "image/png");
        send(request.body(image)).await.with(200);
    }
    rin
}

fn png_of(image: &RgbaImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// An image that shines through: whoever keeps that keeps every pixel.
pub(super) fn shining() -> Vec<u8> {
    png_of(&RgbaImage::from_fn(48, 32, |x, y| Rgba([x * 5, y * 7, x + y, 100 + x].map(|n| n.to_le_bytes()[0]))))
}

/// An image that is smaller where some of it is lost.
fn noise() -> Vec<u8> {
    png_of(&RgbaImage::from_fn(96, 64, |x, y| {
        let n = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_mul(x | 1);
        Rgba([(n >> 8).to_le_bytes()[0], (n >> 16).to_le_bytes()[0], (n >> 24).to_le_bytes()[0], 255])
    }))
}

/// What her maker is shown of the images of a character's route, by their keys.
pub(super) async fn images(app: &TestApp, maker: &Person<'_>, character: &str) -> BTreeMap<String, RgbaImage> {
    let kept = maker.get(&format!("/characters/{character}/route")).await;
    let mut images = BTreeMap::new();
    for picture in kept["images"].as_array().unwrap() {
        let (key, url) = (picture["key"].as_str().unwrap(), picture["url"].as_str().unwrap());
        let answer = reqwest::get(format!("http://{}{url}", app.address)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{key}");
        let drawn = image::load_from_memory(&answer.bytes().await.unwrap()).unwrap();
        images.insert(key.to_owned(), drawn.into_rgba8());
    }
    images
}

/// Whether two sets of images are the same, as far as they can be that were drawn anew.
#[track_caller]
pub(super) fn assert_same(came: &BTreeMap<String, RgbaImage>, given: &BTreeMap<String, RgbaImage>) {
    assert!(came.keys().eq(given.keys()), "{:?}", came.keys());
    assert_eq!(came["rain_cg"], given["rain_cg"], "every pixel");
    let (came, given) = (&came["rain_bg"], &given["rain_bg"]);
    assert_eq!(came.dimensions(), given.dimensions());
    let apart: u64 = came.iter().zip(given.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    let mean = apart / u64::from(came.width() * came.height() * 4);
    assert!(mean <= 4, "{mean}");
}

async fn progress(person: &Person<'_>, character: &str) -> Value {
    person.get(&format!("/characters/{character}/progress")).await
}

/// The scenes of a map: those that are unlocked, and those that were seen.
fn open_and_seen(map: &Value) -> (Vec<&str>, Vec<&str>) {
    let chapters = map["chapters"].as_array().unwrap();
    let scenes: Vec<&Value> = chapters.iter().flat_map(|chapter| chapter["scenes"].as_array().unwrap()).collect();
    let which = |field: &str| {
        scenes.iter().filter(|scene| !scene[field].is_null()).map(|scene| scene["id"].as_str().unwrap()).collect()
    };
    (which("unlocked_at"), which("seen_at"))
}

async fn scene_now(person: &Person<'_>, session: &str) -> Value {
    person.get(&format!("/sessions/{session}/scene")).await["scene"].clone()
}

async fn begin(person: &Person<'_>, session: &str, scene: &str, client: &str) -> testkit::http::Answer {
    person.tell(&format!("POST /sessions/{session}/scene"), json!({"client_message_id": client, "scene": scene})).await
}

async fn choose(person: &Person<'_>, session: &str, choice: &str, client: &str) -> testkit::http::Answer {
    let body = json!({"client_message_id": client, "choice": choice});
    person.tell(&format!("POST /sessions/{session}/choices"), body).await
}

/// Begins a scene, and waits until she has said its opening.
async fn played(person: &Person<'_>, socket: &mut Socket, session: &str, scene: &str) -> Value {
    begin(person, session, scene, &format!("begin-{scene}")).await.with(202);
    socket.expect("reply.completed").await["message"].clone()
}

#[tokio::test]
async fn a_story_is_written_played_and_comes_to_its_end() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (rin, session) = storied(&aya, "private", route()).await;
    let kept = aya.get(&format!("/characters/{rin}/route")).await;
    assert_eq!(
        kept["route"]["chapters"][0]["scenes"][1]["when"]["of"][1],
        json!({"kind": "chose", "scene": "rain", "choice": "ask"})
    );
    let map = progress(&aya, &rin).await;
    assert_eq!(open_and_seen(&map), (vec!["rain"], vec![]));
    assert_eq!((&map["scenes"], &map["endings"]), (&json!({"all": 5, "reached": 0}), &json!({"all": 2, "reached": 0})));
    let locked = &map["chapters"][1];
    assert_eq!(
        (&locked["title"], &locked["scenes"][0]["title"]),
        (&Value::Null, &Value::Null),
        "nothing is told before its time"
    );
    assert_eq!(locked["scenes"][0]["hint"], "A hint of cellar");
    assert!(!map.to_string().contains(SECRET) && !map.to_string().contains("High tide"), "{map}");

    let mut socket = aya.socket().await;
    let opening = played(&aya, &mut socket, &session, "rain").await;
    assert_eq!(opening["content"], format!("*in the rain, with {SECRET}* Hello, aya."));
    assert_eq!((&opening["model"], &opening["role"]), (&json!("talker/scene"), &json!("character")));
    let now = scene_now(&aya, &session).await;
    assert_eq!((&now["id"], &now["opening_id"], &now["chose"]), (&json!("rain"), &opening["id"], &Value::Null));
    let offered: Vec<&str> = now["choices"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(offered, ["stay", "ask"], "what waits for trust is not there");
    assert_eq!(app.model.requests().len(), 0, "the words are the maker's");

    // The scene is told to the model, and what came to light; a talk within it goes on in it.
    aya.say(&session, "Do you hear the bell?").await;
    let told = app.told();
    assert!(told.contains("stands in the rain.") && told.contains("It rings under water."), "{told}");
    let system = &app.model.requests()[0].messages[0].content;
    assert!(system.contains("Her father kept the light."), "{system}");
    app.remembered().await;

    // A choice is said, and answered in the scene; then the scene is over.
    let taken = choose(&aya, &session, "ask", "c-ask").await.with(202);
    assert_eq!((&taken["message"]["content"], &taken["repeated"]), (&json!("What is that sound?"), &json!(false)));
    while socket.expect("reply.completed").await["message"]["id"] != taken["reply"]["id"] {}
    assert!(app.told().contains("stands in the rain."), "{}", app.told());
    assert_eq!(scene_now(&aya, &session).await["chose"], "ask");
    choose(&aya, &session, "stay", "c-late").await.problem(409, "choice_unavailable");
    aya.say(&session, "Well.").await;
    assert!(!app.told().contains("stands in the rain."), "{}", app.told());
    app.remembered().await;
    assert_eq!(open_and_seen(&progress(&aya, &rin).await), (vec!["rain"], vec!["rain"]));

    // What she listened for is said: the unlock moment.
    aya.say(&session, "Please, SHOW me… the light!").await;
    let unlocked = socket.expect("route.unlocked").await;
    assert_eq!(
        (&unlocked["character_id"], &unlocked["scene_id"], &unlocked["title"]),
        (&json!(rin), &json!("light"), &json!("The light"))
    );
    app.remembered().await;
    let map = progress(&aya, &rin).await;
    assert_eq!(open_and_seen(&map).0, ["rain", "light"]);
    assert_eq!(map["unlocked"]["images"][0]["key"], "rain_cg");
    assert_eq!(map["unlocked"]["lore"][0]["title"], "The bell");

    let last = played(&aya, &mut socket, &session, "light").await;
    assert!(last["content"].as_str().unwrap().starts_with("*in the light"));
    let now = scene_now(&aya, &session).await;
    assert_eq!((&now["ending"]["id"], &now["choices"]), (&json!("end_light"), &json!([])));
    let map = progress(&aya, &rin).await;
    assert_eq!(
        (&map["endings"]["reached"], &map["unlocked"]["endings"][0]["ending"]["kind"]),
        (&json!(1), &json!("happy"))
    );
    // Left, it colours nothing more.
    aya.ask(&format!("DELETE /sessions/{session}/scene")).await.with(204);
    assert_eq!(scene_now(&aya, &session).await, Value::Null);
    // A new chat may begin with what was unlocked.
    let other = aya.session_with(&rin).await;
    let first = &aya.messages(&other).await[0];
    assert_eq!(first["siblings"].as_array().unwrap().len(), 3, "{first}");
}

#[tokio::test]
async fn a_choice_leads_on_and_moves_the_bond_once() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (rin, session) = storied(&aya, "private", route()).await;
    let mut socket = aya.socket().await;
    played(&aya, &mut socket, &session, "rain").await;
    let taken = choose(&aya, &session, "stay", "c-stay").await.with(202);
    let next = socket.expect("reply.completed").await["message"].clone();
    assert_eq!((&next["id"], &next["model"]), (&taken["reply"]["id"], &json!("talker/scene")));
    assert!(next["content"].as_str().unwrap().starts_with("*in the cellar"), "{next}");
    assert_eq!(scene_now(&aya, &session).await["id"], "cellar");
    let bond = aya.get(&format!("/characters/{rin}/bond/events")).await;
    assert_eq!(
        (&bond["items"][0]["cause"]["kind"], &bond["items"][0]["moved"]),
        (&json!("choice"), &json!({"trust": 3}))
    );
    assert_eq!(bond["items"][0]["cause"]["message_id"], taken["message"]["id"]);
    choose(&aya, &session, "down", "c-down").await.with(202);
    socket.expect("reply.completed").await;
    assert_eq!(progress(&aya, &rin).await["unlocked"]["endings"][0]["ending"]["id"], "end_dark");
    // Played again, the same choice gives nothing more.
    begin(&aya, &session, "rain", "again").await.with(202);
    socket.expect("reply.completed").await;
    let now = scene_now(&aya, &session).await;
    assert_eq!((&now["choices"][0]["taken"], &now["choices"][1]["taken"]), (&json!(true), &json!(false)));
    choose(&aya, &session, "stay", "c-again").await.with(202);
    socket.expect("reply.completed").await;
    app.remembered().await;
    let bond = aya.get(&format!("/characters/{rin}/bond/events")).await;
    let choices = bond["items"].as_array().unwrap().iter().filter(|event| event["cause"]["kind"] == "choice").count();
    assert_eq!(choices, 1);
    // Begun anew, nothing has happened.
    aya.ask(&format!("DELETE /characters/{rin}/progress")).await.with(204);
    assert_eq!(open_and_seen(&progress(&aya, &rin).await), (vec!["rain"], vec![]));
}

#[tokio::test]
async fn what_is_asked_again_happens_once() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (rin, session) = storied(&aya, "private", route()).await;
    let mut socket = aya.socket().await;
    begin(&aya, &session, "light", "b").await.problem(409, "scene_locked");
    begin(&aya, &session, "moon", "b").await.problem(404, "not_found");
    choose(&aya, &session, "stay", "c").await.problem(409, "choice_unavailable");
    let (one, two) = tokio::join!(begin(&aya, &session, "rain", "b1"), begin(&aya, &session, "rain", "b1"));
    one.with(202);
    two.with(202);
    socket.expect("reply.completed").await;
    begin(&aya, &session, "rain", "b1").await.with(202);
    assert_eq!(aya.messages(&session).await.len(), 2);
    assert_eq!(progress(&aya, &rin).await["chapters"][0]["scenes"][0]["plays"], 1);
    let (one, two) = tokio::join!(choose(&aya, &session, "stay", "c1"), choose(&aya, &session, "stay", "c1"));
    let (one, two) = (one.with(202), two.with(202));
    assert_eq!((id(&one["message"]), id(&one["reply"])), (id(&two["message"]), id(&two["reply"])));
    socket.expect("reply.completed").await;
    let again = choose(&aya, &session, "stay", "c1").await.with(202);
    assert_eq!((id(&again["message"]), &again["repeated"]), (id(&one["message"]), &json!(true)));
    choose(&aya, &session, "ask", "c1").await.problem(409, "choice_unavailable");
    assert_eq!(aya.messages(&session).await.len(), 4);
    // Words that were said under this id are no choice.
    let said = json!({"client_message_id": "c2", "content": "Hm."});
    aya.tell(&format!("POST /sessions/{session}/messages"), said).await.with(202);
    socket.expect("reply.completed").await;
    choose(&aya, &session, "down", "c2").await.problem(409, "choice_unavailable");
    assert_eq!(scene_now(&aya, &session).await["chose"], Value::Null, "nothing was chosen");
    choose(&aya, &session, "down", "c3").await.with(202);
    for (body, field) in [
        (json!({"scene": "rain"}), "client_message_id"),
        (json!({"client_message_id": " ", "scene": "rain"}), "client_message_id"),
    ] {
        assert_eq!(aya.tell(&format!("POST /sessions/{session}/scene"), body).await.fields(), [field]);
    }
    // Where nothing was said there is nothing to begin below.
    let mute = id(&aya.post("/characters", json!({"name": "Mute"})).await);
    aya.tell(&format!("PUT /characters/{mute}/route"), route()).await.with(200);
    let empty = aya.session_with(&mute).await;
    begin(&aya, &empty, "rain", "b").await.problem(409, "nothing_said");
}

#[tokio::test]
async fn what_is_taken_back_never_happened() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (rin, session) = storied(&aya, "private", route()).await;
    let mut socket = aya.socket().await;
    played(&aya, &mut socket, &session, "rain").await;
    let asked = choose(&aya, &session, "ask", "c").await.with(202);
    socket.expect("reply.completed").await;
    let (wish, _) = aya.say(&session, "灯台を見たい。").await;
    assert_eq!(socket.expect("route.unlocked").await["scene_id"], "light");
    app.remembered().await;
    assert_eq!(open_and_seen(&progress(&aya, &rin).await).0, ["rain", "light"]);
    let path = format!("/sessions/{session}/messages");
    aya.tell(&format!("PATCH {path}/{wish}"), json!({"content": "Never mind."})).await.with(200);
    app.remembered().await;
    assert_eq!(open_and_seen(&progress(&aya, &rin).await).0, ["rain"], "it was not said");
    aya.tell(&format!("PATCH {path}/{wish}"), json!({"content": "Show me the light"})).await.with(200);
    assert_eq!(socket.expect("route.unlocked").await["scene_id"], "light", "said again, it is told again");
    // Another way is chosen, and chosen back.
    let other = json!({"client_message_id": "x", "content": "Hm.", "parent_id": asked["reply"]["id"]});
    aya.tell(&format!("POST {path}"), other).await.with(202);
    socket.expect("reply.completed").await;
    app.remembered().await;
    assert_eq!(open_and_seen(&progress(&aya, &rin).await).0, ["rain"]);
    aya.tell(&format!("PUT /sessions/{session}/leaf"), json!({"message_id": wish})).await.with(200);
    assert_eq!(open_and_seen(&progress(&aya, &rin).await).0, ["rain", "light"]);
    // Without the choice nothing of it is left, and the scene is open once more.
    aya.ask(&format!("DELETE {path}/{}", id(&asked["message"]))).await.with(204);
    let map = progress(&aya, &rin).await;
    assert_eq!(
        (open_and_seen(&map), &map["chapters"][0]["scenes"][0]["chosen"]),
        ((vec!["rain"], vec!["rain"]), &json!([]))
    );
    assert_eq!(scene_now(&aya, &session).await["choices"].as_array().unwrap().len(), 2);
    aya.ask(&format!("DELETE /sessions/{session}")).await.with(204);
    let map = progress(&aya, &rin).await;
    assert_eq!((open_and_seen(&map), &map["unlocked"]["lore"]), ((vec!["rain"], vec![]), &json!([])));
}

#[tokio::test]
async fn days_bonds_and_dates_unlock() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let stage = json!({"kind": "stage", "stage": "acquainted"});
    let day = json!({"kind": "date", "from": "01-01", "to": "12-31"});
    let trust = json!({"kind": "any", "of": [{"kind": "dimension", "dimension": "trust", "at_least": 2}, {"kind": "not", "of": day}]});
    let more = json!({"aside": true});
    let route = json!({"chapters": [{"id": "one", "title": "One", "scenes": [
        scene("near", stage, more.clone()), scene("trust", trust, more.clone()),
        scene("week", json!({"kind": "days_known", "days": 7}), more.clone()),
        scene("year", json!({"kind": "date", "from": "01-01", "to": "12-31"}), more.clone()),
        scene("after", json!({"kind": "seen", "scene": "year"}), ending("after", "open")),
    ]}]});
    let (rin, session) = storied(&aya, "private", route).await;
    assert_eq!(open_and_seen(&progress(&aya, &rin).await).0, ["year"]);
    let mut socket = aya.socket().await;
    aya.say(&session, "I've never told anybody this.").await;
    assert_eq!(socket.expect("route.unlocked").await["scene_id"], "trust");
    app.remembered().await;
    assert_eq!(open_and_seen(&progress(&aya, &rin).await).0, ["trust", "year"]);
    begin(&aya, &session, "year", "begin-year").await.with(202);
    assert_eq!(socket.expect("route.unlocked").await["scene_id"], "after", "by what was played");
    app.remembered().await;
    app.clock.advance(Duration::from_secs(7 * 24 * 3_600));
    let aya = app.sign_in("aya").await;
    assert_eq!(open_and_seen(&progress(&aya, &rin).await).0, ["trust", "week", "year", "after"]);
    aya.say(&session, "A week!").await;
    app.remembered().await;
    let mut later = aya.socket().await;
    aya.say(&session, "Hello again.").await;
    app.remembered().await;
    assert!(
        later
            .within(Duration::from_millis(300))
            .await
            .is_none_or(|next| !format!("{next:?}").contains("route.unlocked")),
        "it is told once"
    );
}

#[tokio::test]
async fn romance_is_not_there_for_who_is_no_adult() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut story = route();
    story["chapters"][1]["scenes"][2]["when"] = always();
    let (rin, _) = storied(&aya, "public", story).await;
    let teen =
        json!({"username": "teen", "email": "teen@example.org", "password": PASSWORD, "birth_date": "2012-06-01"});
    answer(app.request(Method::POST, "/auth/register").json(&teen)).await;
    let teen = app.sign_in("teen").await;
    let map = progress(&teen, &rin).await;
    assert_eq!((open_and_seen(&map).0, &map["scenes"]["all"]), (vec!["rain"], &json!(4)));
    assert!(!map.to_string().contains("pier"), "{map}");
    let session = teen.session_with(&rin).await;
    begin(&teen, &session, "pier", "b").await.problem(404, "not_found");
    let adult = app.person("ben").await;
    assert_eq!(open_and_seen(&progress(&adult, &rin).await).0, ["rain", "pier"]);
}

#[tokio::test]
async fn a_route_is_its_makers_and_progress_is_nobody_elses() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let (rin, _) = storied(&aya, "public", route()).await;
    let path = format!("/characters/{rin}/route");
    for line in [format!("GET {path}"), format!("DELETE {path}"), format!("DELETE {path}/images/rain_cg")] {
        ben.ask(&line).await.problem(404, "not_found");
    }
    for line in [format!("PUT {path}"), format!("POST {path}/check")] {
        ben.tell(&line, route()).await.problem(404, "not_found");
    }
    let seen = ben.get(&format!("/characters/{rin}")).await.to_string();
    assert!(!seen.contains(SECRET), "{seen}");
    // Ben plays, and Aya's map stays as it is.
    let session = ben.session_with(&rin).await;
    let mut socket = ben.socket().await;
    played(&ben, &mut socket, &session, "rain").await;
    assert_eq!(open_and_seen(&progress(&ben, &rin).await).1, ["rain"]);
    assert_eq!(open_and_seen(&progress(&aya, &rin).await).1, [""; 0]);
    for line in [format!("GET /sessions/{session}/scene"), format!("DELETE /sessions/{session}/scene")] {
        aya.ask(&line).await.problem(404, "not_found");
    }
    choose(&aya, &session, "stay", "c").await.problem(404, "not_found");

    // An image is for its maker, and for whoever has unlocked it.
    let image = |person: &Person<'_>| {
        person
            .request(Method::PUT, &format!("{path}/images/rain_cg"))
            .header("content-type", "image/png")
            .body(png(16, 9))
    };
    send(image(&ben)).await.problem(404, "not_found");
    let set = send(image(&aya)).await.with(200);
    assert!(set["url"].as_str().unwrap().contains("ticket="));
    let map = progress(&ben, &rin).await;
    let url = map["unlocked"]["images"][0]["url"].as_str().unwrap().to_owned();
    let (with, without) = (url.clone(), url.split('?').next().unwrap().to_owned());
    let status = async |url: &str| reqwest::get(format!("http://{}{url}", app.address)).await.unwrap().status();
    assert_eq!((status(&with).await, status(&without).await), (StatusCode::OK, StatusCode::NOT_FOUND));
    assert_eq!(progress(&aya, &rin).await["unlocked"]["images"], json!([]), "the map is a player's, also her maker's");
    aya.ask(&format!("DELETE {path}/images/rain_cg")).await.with(204);
    assert_eq!(status(&with).await, StatusCode::NOT_FOUND);
    let bad = aya
        .request(Method::PUT, &format!("{path}/images/Not-A-Key"))
        .header("content-type", "image/png")
        .body(png(2, 2));
    assert_eq!(send(bad).await.fields(), ["key"]);

    aya.ask(&format!("DELETE {path}")).await.with(204);
    aya.ask(&format!("GET {path}")).await.problem(404, "not_found");
    assert_eq!(progress(&ben, &rin).await["chapters"], json!([]));
    assert_eq!(scene_now(&ben, &session).await, Value::Null);
}

#[tokio::test]
async fn a_check_says_what_is_wrong_and_where() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let path = format!("/characters/{rin}/route");
    let report = aya.tell(&format!("POST {path}/check"), route()).await.with(200);
    let missing = report["findings"].as_array().unwrap();
    assert!(missing.iter().all(|finding| finding["kind"] == "image_missing") && missing.len() == 2, "{report}");
    assert_eq!((&report["reachable"], &report["complete"], &report["scenes"]), (&json!(5), &json!(true), &json!(5)));
    let dark = &report["endings"].as_array().unwrap().iter().find(|way| way["ending"] == "end_dark").unwrap()["steps"];
    assert_eq!(dark[0], json!({"kind": "begin", "scene": "rain"}));
    assert_eq!(dark[1], json!({"kind": "choose", "scene": "rain", "choice": "stay"}));
    let mut lost = route();
    lost["chapters"][0]["scenes"][0]["choices"][0]["then"] = json!("light");
    let report = aya.tell(&format!("POST {path}/check"), lost).await.with(200);
    let kinds: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["kind"].as_str().unwrap(), one["path"].as_str().unwrap()))
        .collect();
    for wanted in [
        "unreachable_scene chapters[1].scenes[0]",
        "unreachable_scene chapters[1].scenes[1]",
        "unreachable_ending chapters[1].scenes[1].ending",
    ] {
        assert!(kinds.iter().any(|kind| kind == wanted), "{wanted}: {kinds:?}");
    }
    let mut wrong = route();
    wrong["chapters"][1]["scenes"][0]["choices"][0]["then"] = json!("nowhere");
    wrong["chapters"][0]["title"] = json!("");
    let faults = ["chapters[0].title", "chapters[1].scenes[0].choices[0].then"];
    let report = aya.tell(&format!("POST {path}/check"), wrong.clone()).await.with(200);
    let told: Vec<&str> =
        report["faults"].as_array().unwrap().iter().map(|fault| fault["path"].as_str().unwrap()).collect();
    assert_eq!((told, &report["fine"]), (faults.to_vec(), &json!(false)));
    let nowhere = json!({"code": "unknown_scene", "path": faults[1], "least": null, "most": null, "message": "must be the id of a scene"});
    assert_eq!(report["faults"][1], nowhere);
    assert_eq!(aya.tell(&format!("PUT {path}"), wrong).await.fields(), faults);
    aya.ask(&format!("GET {path}")).await.problem(404, "not_found");
    let unknown = |change: fn(&mut Value)| {
        let mut story = route();
        change(&mut story);
        story
    };
    for (story, field) in [
        (unknown(|story| story["chapters"][0]["scenes"][0]["colour"] = json!("red")), "chapters[0].scenes[0].colour"),
        (
            unknown(|story| {
                story["chapters"][0]["scenes"][0]["when"] = json!({"kind": "date", "from": "02-30", "to": "03-01"})
            }),
            "chapters[0].scenes[0].when.from",
        ),
    ] {
        assert_eq!(aya.tell(&format!("PUT {path}"), story).await.fields(), [field]);
    }
}

/// The same choice on two nodes at once is one, and what it unlocks is told once.
async fn two_nodes(cluster: TestCluster) {
    let (a, b) = cluster.pair();
    let aya = a.person("aya").await;
    let (rin, session) = storied(&aya, "private", route()).await;
    let there = aya.at(b);
    let (mut near, mut far) = (aya.socket().await, there.socket().await);
    let (one, two) = tokio::join!(begin(&aya, &session, "rain", "b"), begin(&there, &session, "rain", "b"));
    one.with(202);
    two.with(202);
    near.expect("reply.completed").await;
    far.expect("reply.completed").await;
    let (one, two) = tokio::join!(choose(&aya, &session, "ask", "c"), choose(&there, &session, "ask", "c"));
    let (one, two) = (one.with(202), two.with(202));
    assert_eq!((id(&one["message"]), id(&one["reply"])), (id(&two["message"]), id(&two["reply"])));
    near.expect("reply.completed").await;
    there.say(&session, "Show me the light.").await;
    a.remembered().await;
    for person in [&aya, &there] {
        let map = progress(person, &rin).await;
        assert_eq!(
            (open_and_seen(&map), &map["chapters"][0]["scenes"][0]["plays"]),
            ((vec!["rain", "light"], vec!["rain"]), &json!(1))
        );
    }
    let scope = domain::memories::Scope { user: user(&aya).await, character: rin.parse().unwrap() };
    let (one, two) = tokio::join!(
        a.app.routes.progress(scope.user, scope.character),
        b.app.routes.progress(scope.user, scope.character)
    );
    assert_eq!(one.unwrap().scenes, two.unwrap().scenes);
}

async fn user(person: &Person<'_>) -> domain::ids::UserId {
    id(&person.get("/users/me").await).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_play_one_story_by_the_store() {
    two_nodes(TestCluster::deaf().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_play_one_story_over_redis() {
    if let Some(cluster) = TestCluster::redis("two nodes play one story over Redis").await {
        two_nodes(cluster).await;
    }
}

/// A process that dies between what is kept and what is said leaves nothing that counts, and whoever asks again goes on from it.
#[tokio::test]
async fn a_choice_survives_a_crash() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (rin, session) = storied(&aya, "private", route()).await;
    let mut socket = aya.socket().await;
    played(&aya, &mut socket, &session, "rain").await;
    choose(&aya, &session, "stay", "c").await.with(202);
    let before = aya.messages(&session).await.len();
    let store = app.crash().await;
    let app = TestApp::with(Options { store: Some(store), ..Options::default() }).await;
    let aya = app.sign_in("aya").await;
    let again = choose(&aya, &session, "stay", "c").await.with(202);
    assert_eq!(again["repeated"], true);
    assert_eq!(aya.messages(&session).await.len(), before);
    assert_eq!(progress(&aya, &rin).await["chapters"][0]["scenes"][0]["chosen"], json!(["I stay with you."]));
}

#[tokio::test]
async fn a_route_goes_with_its_character() {
    let app = TestApp::start().await;
    let (aya, mia) = (app.person("aya").await, app.person("mia").await);
    let (rin, _) = storied(&aya, "private", route()).await;
    let kept = aya.get(&format!("/characters/{rin}/route")).await["route"].clone();
    for format in ["json_v2", "json_v3", "png", "charx"] {
        let file = aya.ask(&format!("GET /characters/{rin}/export?format={format}")).await.bytes;
        let request =
            mia.request(Method::POST, "/characters/import").header("content-type", "application/octet-stream");
        let made = id(&send(request.body(file)).await.with(201)["character"]);
        assert_eq!(mia.get(&format!("/characters/{made}/route")).await["route"], kept, "{format}");
    }
    let archive = aya.ask("POST /users/me/export").await.bytes;
    let noa = app.person("noa").await;
    let request = noa.request(Method::POST, "/users/me/import").header("content-type", "application/zip");
    send(request.body(archive)).await.with(200);
    let hers = id(&noa.get("/characters?mine=true").await["items"][0]);
    assert_eq!(noa.get(&format!("/characters/{hers}/route")).await["route"], kept);
}

#[tokio::test]
async fn a_file_is_checked_in_the_terminal() {
    let Some(binary) = testkit::process::binary() else { return };
    let folder = tempfile::tempdir().unwrap();
    let check = async |name: &str, content: &str, more: &[&str]| {
        std::fs::write(folder.path().join(name), content).unwrap();
        let mut command = tokio::process::Command::new(&binary);
        command.args(["route", "check", name]).args(more).current_dir(folder.path()).env_clear();
        let output = command.output().await.unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said, _) = check("good.json", &route().to_string(), &[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("5 of 5 scenes can be reached, and 2 endings.")
            && said.contains("ending end_dark: begin rain > choose stay in rain"),
        "{said}"
    );
    let mut lost = route();
    lost["chapters"][0]["scenes"][0]["choices"][0]["then"] = json!("light");
    let (code, said, _) = check("lost.json", &lost.to_string(), &[]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("chapters[1].scenes[0]: nothing leads to the scene cellar"), "{said}");
    let (code, said, _) = check("lost.json", &lost.to_string(), &["--json"]).await;
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (code, &report["fine"], &report["findings"][0]["kind"]),
        (Some(1), &json!(false), &json!("unreachable_scene"))
    );
    for (content, wanted) in
        [("{\"chapters\": [{\"id\": 1}]}", "chapters[0].id"), ("{", "EOF"), ("{\"chapters\": []}", "must hold a scene")]
    {
        let (code, said, _) = check("bad.json", content, &[]).await;
        assert!(code == Some(1) && said.contains(wanted), "{content}: {said}");
    }
    // By the rules of her own bond: what they do not know is no dimension.
    let rules = json!({
        "dimensions": [{"key": "respect", "label": "Respect", "min": 0, "max": 50, "start": 5, "per_event": 3, "per_day": 6}],
        "stages": [{"key": "rivals", "label": "Rivals"}], "mood_hours": 6,
    });
    std::fs::write(folder.path().join("bond.json"), rules.to_string()).unwrap();
    let (code, said, _) = check("good.json", &route().to_string(), &["--bond", "bond.json"]).await;
    assert!(
        code == Some(1)
            && said.contains("chapters[0].scenes[0].choices[0].moves.trust: must be the key of a dimension"),
        "{said}"
    );
    let (code, _, complaint) = check("good.json", &route().to_string(), &["--bond", "none.json"]).await;
    assert!(code == Some(1) && complaint.contains("none.json cannot be read"), "{complaint}");
}
