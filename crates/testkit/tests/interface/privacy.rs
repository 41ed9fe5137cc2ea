//! The table of `domain::privacy`, walked through the real router: every kind of viewer, of either age, at every setting.

use domain::ClosedSet;
use domain::accounts::UserRole;
use domain::blocks::Shunning;
use domain::ids::UserId;
use domain::privacy::{AskAudience, Audience, Facet, Owner, Privacy, Viewer, ViewerKind, sees};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::{PASSWORD, id};
use testkit::{Person, TestApp};
use time::macros::datetime;

/// Somebody of this age, and their id.
async fn born<'a>(app: &'a TestApp, name: &str, minor: bool) -> (Person<'a>, UserId) {
    let birth_date = if minor { "2010-06-01" } else { "1990-06-01" };
    let body = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": birth_date});
    let user = app.tell("POST /auth/register", body).await.with(201);
    (app.sign_in(name).await, id(&user).parse().unwrap())
}

/// Makes somebody what this kind of viewer is to the owner.
async fn become_a(app: &TestApp, kind: ViewerKind, viewer: (&str, UserId), owner: UserId) {
    let (stores, now) = (app.store.stores(), datetime!(2026-04-06 8:00 UTC));
    let (name, viewer) = viewer;
    match kind {
        ViewerKind::Friend => {
            stores.friends.ask_friend(viewer, owner, now).await.unwrap();
            stores.friends.ask_friend(owner, viewer, now).await.unwrap();
        }
        ViewerKind::Asked => {
            stores.friends.ask_friend(owner, viewer, now).await.unwrap();
        }
        ViewerKind::Follower => {
            stores.follows.set_follow(viewer, owner, true, now).await.unwrap();
        }
        ViewerKind::Muted => {
            stores.blocks.shun(owner, viewer, Shunning::Mute, now).await.unwrap();
        }
        ViewerKind::Moderator => app.grant(name, UserRole::Moderator).await,
        ViewerKind::Blocking => {
            stores.blocks.shun(viewer, owner, Shunning::Block, now).await.unwrap();
        }
        ViewerKind::Blocked => {
            stores.blocks.shun(owner, viewer, Shunning::Block, now).await.unwrap();
        }
        ViewerKind::Myself | ViewerKind::Stranger | ViewerKind::SignedOut => {}
    }
}

/// What an answer to a request for a list means: there, not for the caller, or nobody there.
fn opened(status: u16) -> bool {
    assert!([200, 403, 404].contains(&status), "{status}");
    status == 200
}

/// Whether the viewer sees this facet, as the server answers.
async fn finds(viewer: &Person<'_>, owner: (&str, UserId), facet: Facet) -> bool {
    let (handle, owner) = owner;
    let path = format!("/people/{handle}");
    let profile = viewer.ask(&format!("GET {path}")).await;
    let seen = profile.status == 200;
    assert!(seen || profile.status == 404, "{}", profile.body);
    let person = &profile.body["person"];
    let may = |what: &str| seen && person["relation"][what] == true;
    match facet {
        Facet::Card => seen,
        Facet::About => seen && !profile.body["about"].is_null(),
        Facet::Presence => seen && person["online"] == true,
        Facet::Friends => {
            let open = opened(viewer.ask(&format!("GET {path}/friends")).await.status.as_u16());
            assert_eq!(open, may("may_see_friends"));
            open
        }
        Facet::Follows => {
            let mut open = Vec::new();
            for list in ["followers", "following", "following/characters"] {
                open.push(opened(viewer.ask(&format!("GET {path}/{list}")).await.status.as_u16()));
            }
            assert!(open.iter().all(|one| *one == may("may_see_follows")), "{open:?}");
            open[0]
        }
        Facet::Found => {
            let found = viewer.get(&format!("/people?search={handle}")).await;
            found["items"].as_array().unwrap().iter().any(|person| person["handle"] == handle)
        }
        // What is not allowed is tried; what is would make another kind of viewer.
        Facet::Ask | Facet::Follow => {
            let (what, call) = if facet == Facet::Ask { ("may_ask", "friend") } else { ("may_follow", "follow") };
            let relation = &person["relation"];
            let done = relation["friend"] == true && facet == Facet::Ask || relation["follows"] == true;
            if !may(what) && !done {
                let refused = viewer.ask(&format!("PUT {path}/{call}")).await;
                assert!(!opened(refused.status.as_u16()), "{call}: {}", refused.body);
            }
            may(what)
        }
        Facet::Message => may("may_message"),
        Facet::Report => {
            let target = json!({"kind": "person", "id": owner.to_string()});
            let answer = viewer.tell("POST /reports", json!({"target": target, "reason": "other"})).await;
            assert!([201, 404, 422].contains(&answer.status.as_u16()), "{}", answer.body);
            answer.status == 201
        }
    }
}

fn settings() -> Vec<Option<Privacy>> {
    let all = |audience, requests| Privacy {
        profile: audience,
        presence: audience,
        friends: audience,
        requests,
        messages: audience,
    };
    vec![
        None,
        Some(all(Audience::Everyone, AskAudience::Everyone)),
        Some(all(Audience::Friends, AskAudience::FriendsOfFriends)),
        Some(all(Audience::Nobody, AskAudience::Nobody)),
    ]
}

fn written(privacy: &Privacy) -> Value {
    json!({
        "profile": privacy.profile.as_str(), "presence": privacy.presence.as_str(), "friends": privacy.friends.as_str(),
        "requests": privacy.requests.as_str(), "messages": privacy.messages.as_str(),
    })
}

async fn walk(app: &TestApp, minor: bool) {
    let handle = if minor { "mio" } else { "aya" };
    let (owner, owner_id) = born(app, handle, minor).await;
    let _here = owner.socket().await;
    let mut viewers = Vec::new();
    for viewer_minor in [false, true] {
        for kind in ViewerKind::ALL.iter().copied() {
            let viewer = match kind {
                ViewerKind::Myself if viewer_minor == minor => owner.clone(),
                // Nobody has an age of their own twice; and who is signed out has none.
                ViewerKind::Myself | ViewerKind::SignedOut => continue,
                _ => {
                    let name = format!("{handle}{}{}", kind.as_str().replace('_', ""), u8::from(viewer_minor));
                    let (viewer, id) = born(app, &name, viewer_minor).await;
                    become_a(app, kind, (&name, id), owner_id).await;
                    viewer
                }
            };
            viewers.push((
                Viewer { kind, minor: viewer_minor, near: false, follows: kind == ViewerKind::Follower },
                viewer,
            ));
        }
    }
    for setting in settings() {
        if let Some(privacy) = &setting {
            let body = json!({"privacy": written(privacy)});
            assert_eq!(owner.tell("PATCH /users/me/profile", body).await.with(200)["privacy"], written(privacy));
        }
        let privacy = setting.unwrap_or(Privacy::usual(minor));
        let owned = Owner { minor, disabled: false, privacy };
        for (kind, viewer) in &viewers {
            for facet in Facet::ALL.iter().copied() {
                let seen = finds(viewer, (handle, owner_id), facet).await;
                assert_eq!(seen, sees(*kind, &owned, facet), "{facet} of {handle} to {kind:?} at {privacy:?}");
            }
        }
    }
    for path in ["", "/friends", "/followers", "/following"] {
        app.ask(&format!("GET /people/{handle}{path}")).await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn adults_are_seen_as_the_table_says() {
    walk(&TestApp::start().await, false).await;
}

#[tokio::test]
async fn minors_are_seen_as_the_table_says() {
    walk(&TestApp::start().await, true).await;
}

#[tokio::test]
async fn who_is_disabled_is_not_there() {
    let app = TestApp::start().await;
    let (mio, (aya, aya_id), (ren, _)) =
        (app.admin("mio").await, born(&app, "aya", false).await, born(&app, "ren", false).await);
    aya.good(Method::PUT, "/people/ren/friend", None).await;
    ren.good(Method::POST, "/people/aya/friend/accept", None).await;
    mio.tell(&format!("PUT /admin/people/{aya_id}/disabled"), json!({})).await.with(200);
    ren.ask("GET /people/aya").await.problem(404, "not_found");
    assert_eq!(ren.get("/people/ren/friends").await["items"], json!([]));
    mio.ask("GET /people/aya").await.with(200);
    // A friendship with somebody who is not shown can be left.
    assert_eq!(ren.ask("DELETE /people/aya/friend").await.with(200)["friend"], false);
}
