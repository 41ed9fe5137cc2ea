//! People among each other over HTTP: profiles, friends, follows, blocks, suggestions.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::{PASSWORD, id};
use testkit::http::send;
use testkit::{Person, TestApp};

fn handles(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item.pointer("/person/handle").or(item.get("handle")).unwrap().as_str().unwrap()).collect()
}

async fn befriend(one: &Person<'_>, two: &Person<'_>) {
    let name = |profile: Value| profile["person"]["handle"].as_str().unwrap().to_owned();
    let (a, b) = (name(one.get("/users/me/profile").await), name(two.get("/users/me/profile").await));
    one.ask(&format!("PUT /people/{b}/friend")).await.with(200);
    assert_eq!(two.ask(&format!("PUT /people/{a}/friend")).await.with(200)["friend"], true);
}

#[tokio::test]
async fn a_profile_begins_with_the_account_and_is_ones_own_to_change() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("Ren.K").await);
    let mine = aya.get("/users/me/profile").await;
    assert_eq!((&mine["person"]["handle"], &mine["person"]["display_name"]), (&json!("aya"), &json!("aya")));
    assert_eq!((&mine["person"]["relation"]["me"], &mine["about"]["bio"]), (&json!(true), &json!("")));
    assert_eq!(
        mine["privacy"],
        json!({"profile": "everyone", "presence": "friends", "friends": "friends", "requests": "everyone", "messages": "friends"})
    );
    for (body, field) in [
        (json!({"handle": "Admin"}), "handle"),
        (json!({"handle": "a"}), "handle"),
        (json!({"handle": "x".repeat(33)}), "handle"),
        (json!({"bio": "x".repeat(1_001)}), "bio"),
        (json!({"bio": "a\u{0}b"}), "bio"),
        (json!({"privacy": {"profile": "few"}}), "privacy.profile"),
        (json!({"privacy": {"requests": "friends"}}), "privacy.requests"),
    ] {
        assert_eq!(aya.tell("PATCH /users/me/profile", body.clone()).await.fields(), [field], "{body}");
    }
    aya.tell("PATCH /users/me/profile", json!({"handle": "ren.k"})).await.problem(409, "handle_taken");
    let change =
        json!({"handle": " Aya.Sea ", "bio": "Tea and rain.\nMostly rain.", "privacy": {"presence": "everyone"}});
    let changed = aya.tell("PATCH /users/me/profile", change).await.with(200);
    assert_eq!(
        (&changed["person"]["handle"], &changed["privacy"]["presence"]),
        (&json!("aya.sea"), &json!("everyone"))
    );
    aya.tell("PATCH /users/me", json!({"display_name": "Áya"})).await.with(200);

    ren.ask("GET /people/aya").await.problem(404, "not_found");
    let seen = ren.get("/people/AYA.Sea").await;
    assert_eq!(
        (&seen["about"]["bio"], &seen["person"]["display_name"]),
        (&json!("Tea and rain.\nMostly rain."), &json!("Áya"))
    );
    assert_eq!(seen, ren.get(&format!("/people/{}", seen["person"]["id"].as_str().unwrap())).await);
    assert!(!seen.to_string().contains("example.org"), "nor where they can be written to");
    assert_eq!(seen["person"]["online"], false);
    let _here = aya.socket().await;
    assert_eq!(ren.get("/people/aya.sea").await["person"]["online"], true);
    for nobody in ["nobody", "x", "usr_0", "%00", &format!("usr_{}", "0".repeat(32))] {
        ren.ask(&format!("GET /people/{nobody}")).await.problem(404, "not_found");
    }
    assert_eq!(handles(&ren.get("/people?search=%40AYA").await), ["aya.sea"]);
    assert_eq!(handles(&ren.get("/people?search=%C3%A1y").await), ["aya.sea"]);
    assert_eq!(handles(&ren.get("/people?search=ay%25").await), [""; 0]);
    ren.ask("GET /people?search=").await.problem(422, "validation_failed");
    ren.ask("GET /people").await.problem(422, "validation_failed");
    ren.ask("GET /people?search=a&limit=0").await.problem(422, "validation_failed");
}

#[tokio::test]
async fn who_signs_up_under_a_reserved_or_taken_name_gets_another_handle() {
    let app = TestApp::start().await;
    let (aya, admin) = (app.person("aya").await, app.person("admin").await);
    let handle = admin.get("/users/me/profile").await["person"]["handle"].as_str().unwrap().to_owned();
    assert!(handle.starts_with("admin_") && handle.len() == 12, "{handle}");
    aya.tell("PATCH /users/me/profile", json!({"handle": "kai"})).await.with(200);
    let kai = app.person("kai").await;
    assert!(kai.get("/users/me/profile").await["person"]["handle"].as_str().unwrap().starts_with("kai_"));
    assert_eq!(handles(&kai.get("/people?search=kai").await)[0], "kai");
}

#[tokio::test]
async fn a_picture_is_drawn_anew_and_goes_with_its_person() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let mut png = Vec::new();
    image::RgbImage::new(900, 600).write_to(&mut std::io::Cursor::new(&mut png), ImageFormat::Png).unwrap();
    let put = |bytes: Vec<u8>| {
        send(aya.request(Method::PUT, "/users/me/avatar").header("content-type", "image/png").body(bytes))
    };
    assert_eq!(put(b"no picture".to_vec()).await.fields(), ["file"]);
    let url = put(png).await.with(200)["person"]["avatar_url"].as_str().unwrap().to_owned();
    assert_eq!(ren.get("/people/aya").await["person"]["avatar_url"], json!(url));
    let picture = image::load_from_memory(&app.ask(&format!("GET {url}")).await.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (512, 512));
    let without = aya.ask("DELETE /users/me/avatar").await.with(200);
    assert_eq!(without["person"]["avatar_url"], Value::Null);
    app.ask(&format!("GET {url}")).await.problem(404, "not_found");
}

#[tokio::test]
async fn friends_are_asked_for_and_both_say_yes() {
    let app = TestApp::start().await;
    let (aya, ren, mio) = (app.person("aya").await, app.person("ren").await, app.person("mio").await);
    aya.ask("PUT /people/aya/friend").await.problem(403, "forbidden");
    let asked = aya.ask("PUT /people/ren/friend").await.with(200);
    assert_eq!((&asked["asked"], &asked["friend"], &asked["may_ask"]), (&json!(true), &json!(false), &json!(true)));
    aya.ask("PUT /people/ren/friend").await.with(200);
    assert_eq!(handles(&ren.get("/users/me/friend-requests").await), ["aya"]);
    assert_eq!(handles(&aya.get("/users/me/friend-requests?direction=outgoing").await), ["ren"]);
    ren.ask("GET /users/me/friend-requests?direction=sideways").await.problem(422, "validation_failed");
    mio.ask("POST /people/aya/friend/accept").await.problem(404, "not_found");
    assert_eq!(ren.ask("POST /people/aya/friend/accept").await.with(200)["friend"], true);
    let _here = ren.socket().await;
    let friends = aya.get("/people/aya/friends").await;
    assert_eq!((handles(&friends), &friends["items"][0]["person"]["online"]), (vec!["ren"], &json!(true)));
    assert_eq!(mio.ask("GET /people/aya/friends").await.status, 403);
    assert_eq!(mio.get("/people/aya").await["about"]["friends"], 1);
    assert_eq!(ren.ask("DELETE /people/aya/friend").await.with(200)["friend"], false);
    assert_eq!(handles(&aya.get("/people/aya/friends").await), [""; 0]);

    // A request that is taken back cannot be accepted; one that is declined is not told of.
    mio.ask("PUT /people/aya/friend").await.with(200);
    mio.ask("DELETE /people/aya/friend").await.with(200);
    aya.ask("POST /people/mio/friend/accept").await.problem(404, "not_found");
    mio.ask("PUT /people/aya/friend").await.with(200);
    assert_eq!(aya.ask("DELETE /people/mio/friend").await.with(200)["asks"], false);
    assert_eq!(handles(&aya.get("/users/me/friend-requests").await), [""; 0]);
    assert_eq!(mio.ask("PUT /people/aya/friend").await.with(200)["asked"], true);
    assert_eq!(handles(&aya.get("/users/me/friend-requests").await), [""; 0]);
    assert_eq!(
        aya.ask("PUT /people/mio/friend").await.with(200)["friend"],
        true,
        "who declined has changed their mind"
    );

    // Both at once; more often than this one person does not ask another.
    for _ in 0..2 {
        aya.ask("DELETE /people/ren/friend").await.with(200);
        let (one, two) = tokio::join!(aya.ask("PUT /people/ren/friend"), ren.ask("PUT /people/aya/friend"));
        assert!(one.with(200)["friend"] == true || two.with(200)["friend"] == true);
        assert_eq!(handles(&aya.get("/people/aya/friends").await)[0], "ren");
    }
    ren.tell("PATCH /users/me/profile", json!({"privacy": {"requests": "nobody"}})).await.with(200);
    mio.ask("PUT /people/ren/friend").await.problem(403, "forbidden");
    ren.tell("PATCH /users/me/profile", json!({"privacy": {"requests": "friends_of_friends"}})).await.with(200);
    mio.ask("PUT /people/ren/friend").await.with(200);
}

#[tokio::test]
async fn one_person_is_not_asked_over_and_over() {
    let app = TestApp::start().await;
    let (aya, _ren) = (app.person("aya").await, app.person("ren").await);
    for _ in 0..3 {
        aya.ask("PUT /people/ren/friend").await.with(200);
        aya.ask("DELETE /people/ren/friend").await.with(200);
    }
    let refused = aya.ask("PUT /people/ren/friend").await;
    assert!(!refused.header("retry-after").is_empty());
    refused.problem(429, "rate_limited");
}

#[tokio::test]
async fn people_and_characters_are_followed() {
    let app = TestApp::start().await;
    let (aya, ren, mio) = (app.person("aya").await, app.person("ren").await, app.person("mio").await);
    assert_eq!(aya.ask("PUT /people/ren/follow").await.with(200)["follows"], true);
    aya.ask("PUT /people/ren/follow").await.with(200);
    mio.ask("PUT /people/ren/follow").await.with(200);
    aya.ask("PUT /people/aya/follow").await.problem(403, "forbidden");
    let profile = aya.get("/people/ren").await;
    assert_eq!((&profile["about"]["followers"], &profile["person"]["relation"]["follows"]), (&json!(2), &json!(true)));
    let first = ren.get("/people/ren/followers?limit=1").await;
    let next = first["next_cursor"].as_str().unwrap();
    let second = ren.get(&format!("/people/ren/followers?limit=1&cursor={next}")).await;
    assert_eq!((handles(&first), handles(&second), &second["next_cursor"]), (vec!["mio"], vec!["aya"], &Value::Null));
    assert_eq!(handles(&mio.get("/people/aya/following").await), ["ren"]);
    ren.ask("GET /people/ren/followers?cursor=x").await.problem(400, "invalid_cursor");
    assert_eq!(aya.ask("DELETE /people/ren/follow").await.with(200)["follows"], false);
    assert_eq!(aya.get("/people/ren").await["about"]["followers"], 1);
    // Whoever shows themselves to friends only is followed by friends only.
    mio.tell("PATCH /users/me/profile", json!({"privacy": {"profile": "friends"}})).await.with(200);
    aya.ask("PUT /people/mio/follow").await.problem(403, "forbidden");

    let rin = ren.character("public").await;
    let secret = ren.character("private").await;
    let follow = format!("/characters/{rin}/follow");
    assert_eq!(aya.get(&follow).await, json!({"following": false, "followers": 0}));
    assert_eq!(aya.ask(&format!("PUT {follow}")).await.with(200), json!({"following": true, "followers": 1}));
    mio.ask(&format!("PUT {follow}")).await.with(200);
    assert_eq!(aya.get("/people/aya").await["about"]["characters"], 1);
    let followed = ren.get("/people/aya/following/characters").await;
    assert_eq!((id(&followed["items"][0]), &followed["items"][0]["mine"]), (rin.clone(), &json!(true)));
    aya.ask(&format!("PUT /characters/{secret}/follow")).await.problem(404, "not_found");
    aya.ask(&format!("GET /characters/{secret}/follow")).await.problem(404, "not_found");
    assert_eq!(aya.ask(&format!("DELETE {follow}")).await.with(200), json!({"following": false, "followers": 1}));
    ren.tell(&format!("PATCH /characters/{rin}"), json!({"visibility": "private"})).await.with(200);
    assert_eq!(mio.get("/people/mio/following/characters").await["items"], json!([]));
    assert_eq!(mio.ask(&format!("DELETE {follow}")).await.with(200)["followers"], 0, "what is hidden can be left");
}

/// Everywhere one may meet somebody.
async fn meets(person: &Person<'_>, handle: &str) -> Vec<String> {
    let mut met = Vec::new();
    let me = person.get("/users/me/profile").await["person"]["handle"].as_str().unwrap().to_owned();
    for list in [
        format!("/people/{me}/friends"),
        format!("/people/{me}/followers"),
        format!("/people/{me}/following"),
        "/people/mio/friends".into(),
        "/people/mio/followers".into(),
        "/people/mio/following".into(),
        "/users/me/friend-requests".into(),
        "/users/me/friend-requests?direction=outgoing".into(),
        "/users/me/suggestions".into(),
        format!("/people?search={handle}"),
    ] {
        if person.get(&list).await.to_string().contains(&format!("\"handle\":\"{handle}\"")) {
            met.push(list);
        }
    }
    for path in ["", "/friends", "/followers", "/following", "/following/characters"] {
        if person.ask(&format!("GET /people/{handle}{path}")).await.status != 404 {
            met.push(path.to_owned());
        }
    }
    met
}

#[tokio::test]
async fn a_block_makes_two_people_invisible_to_each_other_at_once() {
    let app = TestApp::start().await;
    let (aya, eve, mio) = (app.person("aya").await, app.person("eve").await, app.person("mio").await);
    for person in [&aya, &eve, &mio] {
        person.tell("PATCH /users/me/profile", json!({"privacy": {"friends": "everyone"}})).await.with(200);
    }
    befriend(&aya, &eve).await;
    befriend(&mio, &eve).await;
    befriend(&mio, &aya).await;
    for (who, whom) in [(&aya, "eve"), (&eve, "aya"), (&aya, "mio"), (&eve, "mio"), (&mio, "aya"), (&mio, "eve")] {
        who.ask(&format!("PUT /people/{whom}/follow")).await.with(200);
    }
    assert_eq!(meets(&aya, "eve").await.len(), 12);
    aya.ask("PUT /people/aya/block").await.problem(404, "not_found");
    aya.ask("PUT /people/eve/block").await.with(204);
    aya.ask("PUT /people/eve/block").await.with(204);
    assert_eq!((meets(&aya, "eve").await, meets(&eve, "aya").await), (vec![], vec![]));
    for (who, whom) in [(&aya, "eve"), (&eve, "aya")] {
        for call in ["PUT friend", "DELETE friend", "PUT follow", "DELETE follow", "PUT mute"] {
            let (method, what) = call.split_once(' ').unwrap();
            who.ask(&format!("{method} /people/{whom}/{what}")).await.problem(404, "not_found");
        }
        who.ask(&format!("POST /people/{whom}/friend/accept")).await.problem(404, "not_found");
    }
    eve.ask("PUT /people/aya/block").await.problem(404, "not_found");
    eve.ask("DELETE /people/aya/block").await.problem(404, "not_found");
    let of_mio = mio.get("/people/mio/friends").await;
    assert_eq!(handles(&of_mio), ["aya", "eve"], "others go on seeing both");
    assert_eq!(handles(&aya.get("/users/me/blocked").await), ["eve"]);
    assert_eq!(handles(&eve.get("/users/me/blocked").await), [""; 0]);
    aya.ask("DELETE /people/eve/block").await.with(204);
    aya.ask("DELETE /people/eve/block").await.problem(404, "not_found");
    let again = eve.get("/people/aya").await;
    assert_eq!((&again["person"]["relation"]["friend"], &again["about"]["friends"]), (&json!(false), &json!(1)));
}

#[tokio::test]
async fn who_is_muted_does_not_notice() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    befriend(&aya, &ren).await;
    let before = ren.get("/people/aya").await;
    aya.ask("PUT /people/ren/mute").await.with(204);
    assert_eq!(ren.get("/people/aya").await, before);
    assert_eq!(aya.get("/people/ren").await["person"]["relation"]["muted"], true);
    assert_eq!(handles(&aya.get("/users/me/muted").await), ["ren"]);
    let me = id(&aya.get("/users/me").await).parse().unwrap();
    let other = id(&ren.get("/users/me").await).parse().unwrap();
    assert_eq!(app.app.notifications.hears_of(me, other).await, Ok(false));
    assert_eq!(app.app.notifications.hears_of(other, me).await, Ok(true));
    aya.ask("DELETE /people/ren/mute").await.with(204);
    assert_eq!(app.app.notifications.hears_of(me, other).await, Ok(true));
    aya.ask("DELETE /people/ren/mute").await.problem(404, "not_found");
}

#[tokio::test]
async fn suggestions_tell_why_and_never_name_who_must_not_be_seen() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    assert_eq!(aya.get("/users/me/suggestions").await["items"], json!([]));
    let (mio, kai) = (app.person("mio").await, app.person("kai").await);
    befriend(&aya, &mio).await;
    befriend(&aya, &kai).await;
    let mut others = Vec::new();
    for name in ["close", "far", "hidden", "blocked", "muted", "asked", "shy"] {
        let other = app.person(name).await;
        befriend(&mio, &other).await;
        if name != "far" {
            befriend(&kai, &other).await;
        }
        others.push(other);
    }
    let rin = mio.character("public").await;
    let fan = app.person("fan").await;
    for person in [&aya, &fan, &others[1]] {
        person.ask(&format!("PUT /characters/{rin}/follow")).await.with(200);
    }
    others[2].tell("PATCH /users/me/profile", json!({"privacy": {"profile": "friends"}})).await.with(200);
    others[3].ask("PUT /people/aya/block").await.with(204);
    aya.ask("PUT /people/muted/mute").await.with(204);
    aya.ask("PUT /people/asked/friend").await.with(200);
    others[6].tell("PATCH /users/me/profile", json!({"privacy": {"friends": "nobody"}})).await.with(200);
    let found = aya.get("/users/me/suggestions").await;
    let told: Vec<(&str, u64, u64)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let count = |name: &str| one[name].as_u64().unwrap();
            (one["person"]["handle"].as_str().unwrap(), count("common_friends"), count("common_characters"))
        })
        .collect();
    assert_eq!(told, [("close", 2, 0), ("far", 1, 1), ("fan", 0, 1)]);
    assert_eq!(aya.get("/users/me/suggestions?limit=1").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_minor_is_not_there_for_adults_who_do_not_know_them() {
    let app = TestApp::start().await;
    let body = json!({"username": "yui", "email": "yui@example.org", "password": PASSWORD, "birth_date": "2011-05-01"});
    app.tell("POST /auth/register", body).await.with(201);
    let (yui, ren) = (app.sign_in("yui").await, app.person("ren").await);
    let mine = yui.get("/users/me/profile").await["privacy"].clone();
    assert_eq!(
        mine,
        json!({"profile": "friends", "presence": "friends", "friends": "friends", "requests": "friends_of_friends", "messages": "friends"})
    );
    // Also when they would show themselves to everybody.
    yui.tell("PATCH /users/me/profile", json!({"privacy": {"profile": "everyone", "requests": "everyone"}}))
        .await
        .with(200);
    assert_eq!(handles(&ren.get("/people?search=yui").await), [""; 0]);
    for call in ["GET /people/yui", "PUT /people/yui/friend", "PUT /people/yui/follow", "PUT /people/yui/mute"] {
        ren.ask(call).await.problem(404, "not_found");
    }
    // Whom the minor asks knows them, and may say yes.
    yui.ask("PUT /people/ren/friend").await.with(200);
    assert_eq!(handles(&ren.get("/users/me/friend-requests").await), ["yui"]);
    assert_eq!(ren.ask("POST /people/yui/friend/accept").await.with(200)["friend"], true);
    assert_eq!(handles(&ren.get("/people?search=yui").await), ["yui"]);
}

#[tokio::test]
async fn characters_of_somebody_blocked_are_met_by_neither_and_chats_with_them_stay() {
    let app = TestApp::start().await;
    let (aya, eve, mio) = (app.person("aya").await, app.person("eve").await, app.person("mio").await);
    let (of_aya, of_eve) = (aya.character("public").await, eve.character("public").await);
    let session = aya.session_with(&of_eve).await;
    aya.ask("PUT /people/eve/block").await.with(204);
    let meets = async |person: &Person<'_>, character: &str| {
        let lists = ["/characters?limit=100", "/characters?search=lighthouse&limit=100", "/recommendations?limit=100"];
        let mut met = false;
        for list in lists {
            met |= person.get(list).await.to_string().contains(character);
        }
        met
    };
    assert!(!meets(&aya, &of_eve).await && !meets(&eve, &of_aya).await);
    assert!(meets(&mio, &of_eve).await && meets(&mio, &of_aya).await, "others go on meeting both");
    eve.ask(&format!("GET /characters/{of_aya}")).await.problem(404, "not_found");
    eve.tell("POST /sessions", json!({"character_id": of_aya})).await.problem(404, "not_found");
    eve.ask(&format!("PUT /characters/{of_aya}/follow")).await.problem(404, "not_found");
    assert_eq!(aya.get(&format!("/sessions/{session}")).await["character"]["id"], of_eve, "a chat that began goes on");
    aya.ask("DELETE /people/eve/block").await.with(204);
    assert!(meets(&aya, &of_eve).await && meets(&eve, &of_aya).await);
}
