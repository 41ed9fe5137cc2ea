//! Who sees which moments, walked through the real router: every kind of viewer, of either age, at every visibility, at every place
//! where a moment shows.

use domain::ClosedSet;
use domain::accounts::UserRole;
use domain::blocks::Shunning;
use domain::ids::UserId;
use domain::moments::MomentVisibility;
use domain::privacy::{CharacterViewer, Onlooker, Owner, Privacy, Viewer, ViewerKind, sees_moment};
use serde_json::{Value, json};
use service::accounts::AccountsConfig;
use testkit::app::{Options, PASSWORD, id};
use testkit::{Person, TestApp};
use time::macros::datetime;

async fn born<'a>(app: &'a TestApp, name: &str, minor: bool) -> (Person<'a>, UserId) {
    let birth_date = if minor { "2010-06-01" } else { "1990-06-01" };
    let body = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": birth_date});
    let user = app.tell("POST /auth/register", body).await.with(201);
    (app.sign_in(name).await, id(&user).parse().unwrap())
}

/// Makes somebody what this kind of viewer is to the owner; some follow besides.
async fn become_a(app: &TestApp, (kind, follows): (ViewerKind, bool), viewer: (&str, UserId), owner: UserId) {
    let (stores, now) = (app.store.stores(), datetime!(2026-04-06 8:00 UTC));
    let (name, viewer) = viewer;
    if follows {
        stores.follows.set_follow(viewer, owner, true, now).await.unwrap();
    }
    match kind {
        ViewerKind::Friend => {
            stores.friends.ask_friend(viewer, owner, now).await.unwrap();
            stores.friends.ask_friend(owner, viewer, now).await.unwrap();
        }
        ViewerKind::Asked => {
            stores.friends.ask_friend(owner, viewer, now).await.unwrap();
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
        ViewerKind::Follower | ViewerKind::Myself | ViewerKind::Stranger | ViewerKind::SignedOut => {}
    }
}

fn listed(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(id).collect()
}

/// Whether a moment shows at each place where it could; all must agree, but for the feed, which has only whom one reads.
async fn shows(viewer: &Person<'_>, list: &str, moment: &str, in_feed: bool) -> bool {
    let path = format!("/moments/{moment}");
    let one = viewer.ask(&format!("GET {path}")).await;
    assert!([200, 404].contains(&one.status.as_u16()), "{}", one.body);
    let seen = one.status == 200;
    let status = if seen { 200 } else { 404 };
    for call in ["likes", "comments"] {
        assert_eq!(viewer.ask(&format!("GET {path}/{call}")).await.status, status, "{call}");
    }
    for (call, body) in [("PUT", "like"), ("DELETE", "like")] {
        assert_eq!(viewer.ask(&format!("{call} {path}/{body}")).await.status, status);
    }
    let said = viewer.tell(&format!("POST {path}/comments"), json!({"text": "Hm"})).await;
    assert_eq!(said.status, if seen { 201 } else { 404 }, "{}", said.body);
    if seen {
        viewer.ask(&format!("DELETE {path}/comments/{}", id(&said.body))).await.with(204);
    }
    let target = json!({"kind": "moment", "id": moment});
    let reported = viewer.tell("POST /reports", json!({"target": target, "reason": "other"})).await;
    assert_eq!(reported.status == 404, !seen, "{}", reported.body);
    let page = viewer.ask(&format!("GET {list}?limit=100")).await;
    let stands = page.status == 200 && listed(&page.body).iter().any(|id| id == moment);
    assert_eq!(stands, seen, "in {list}");
    let feed = viewer.get("/feed?limit=100").await;
    assert_eq!(listed(&feed).iter().any(|id| id == moment), seen && in_feed, "in the feed");
    seen
}

async fn walk(app: &TestApp, minor: bool) {
    let handle = if minor { "mio" } else { "aya" };
    let (owner, owner_id) = born(app, handle, minor).await;
    let mut moments = Vec::new();
    for visibility in MomentVisibility::ALL.iter().copied() {
        let new =
            json!({"client_moment_id": visibility.as_str(), "text": "The sea", "visibility": visibility.as_str()});
        moments.push((visibility, id(&owner.tell("POST /moments", new).await.with(201))));
    }
    let mut viewers = Vec::new();
    for viewer_minor in [false, true] {
        for kind in ViewerKind::ALL.iter().copied() {
            for follows in [false, true] {
                // A block ends that one follows, and whoever only follows follows.
                let cannot = matches!(kind, ViewerKind::Blocking | ViewerKind::Blocked | ViewerKind::Myself) && follows;
                let must = kind == ViewerKind::Follower && !follows;
                if cannot
                    || must
                    || kind == ViewerKind::SignedOut
                    || (kind == ViewerKind::Myself && viewer_minor != minor)
                {
                    continue;
                }
                let viewer = Viewer { kind, minor: viewer_minor, near: false, follows };
                if kind == ViewerKind::Myself {
                    viewers.push((viewer, owner.clone()));
                    continue;
                }
                let name = format!(
                    "{handle}{}{}{}",
                    kind.as_str().replace('_', ""),
                    u8::from(viewer_minor),
                    u8::from(follows)
                );
                let (person, id) = born(app, &name, viewer_minor).await;
                become_a(app, (kind, follows), (&name, id), owner_id).await;
                viewers.push((viewer, person));
            }
        }
    }
    let list = format!("/people/{handle}/moments");
    let mut looked = 0;
    for profile in [None, Some("everyone"), Some("friends"), Some("nobody")] {
        let mut privacy = Privacy::usual(minor);
        if let Some(audience) = profile {
            owner.tell("PATCH /users/me/profile", json!({"privacy": {"profile": audience}})).await.with(200);
            privacy.profile = audience.parse().unwrap();
        }
        let owned = Owner { minor, disabled: false, privacy };
        for (kind, viewer) in &viewers {
            let reads = kind.follows || matches!(kind.kind, ViewerKind::Friend | ViewerKind::Myself);
            for (visibility, moment) in &moments {
                let expected = sees_moment(&Onlooker::OfPerson(*kind, owned), *visibility);
                let seen = shows(viewer, &list, moment, reads).await;
                assert_eq!(seen, expected, "{visibility} of {handle} to {kind:?} at {profile:?}");
                looked += 1;
            }
        }
    }
    assert_eq!(looked, 4 * 4 * viewers.len());
    for (_, moment) in &moments {
        for call in ["", "/likes", "/comments"] {
            app.ask(&format!("GET /moments/{moment}{call}")).await.problem(401, "unauthenticated");
        }
    }
}

/// A server at which as many sign up from one address as a table has rows.
pub(crate) async fn crowded() -> TestApp {
    let accounts = |config: &mut AccountsConfig| {
        config.registrations_per_address.burst = 200;
        config.logins_per_address.burst = 200;
    };
    TestApp::with(Options { accounts: Some(accounts), ..Options::default() }).await
}

#[tokio::test]
async fn moments_of_adults_are_seen_as_the_table_says() {
    walk(&crowded().await, false).await;
}

#[tokio::test]
async fn moments_of_minors_are_seen_as_the_table_says() {
    walk(&crowded().await, true).await;
}

/// Somebody who looks at characters' moments, and what of it counts.
struct Looker<'a> {
    kind: ViewerKind,
    sees_mature: bool,
    person: Person<'a>,
    about: String,
}

/// Every kind of viewer of a maker's characters, of either age; adults who meet what is mature, and such who do not.
async fn lookers<'a>(app: &'a TestApp, maker: &Person<'a>, maker_id: UserId) -> Vec<Looker<'a>> {
    let mut lookers = Vec::new();
    for (age, minor, sees_mature) in [("adult", false, false), ("open", false, true), ("minor", true, false)] {
        for kind in ViewerKind::ALL.iter().copied().filter(|kind| *kind != ViewerKind::SignedOut) {
            if kind == ViewerKind::Myself {
                if age == "adult" {
                    let about = "her maker".to_owned();
                    lookers.push(Looker { kind, sees_mature, person: maker.clone(), about });
                }
                continue;
            }
            let name = format!("{age}{}", kind.as_str().replace('_', ""));
            let (person, id) = born(app, &name, minor).await;
            if sees_mature {
                person.tell("PATCH /users/me", json!({"sees_mature": true})).await.with(200);
            }
            become_a(app, (kind, kind == ViewerKind::Follower), (&name, id), maker_id).await;
            lookers.push(Looker { kind, sees_mature, person, about: name });
        }
    }
    lookers
}

#[tokio::test]
async fn moments_of_characters_are_seen_by_those_who_see_her() {
    let app = crowded().await;
    let (maker, maker_id) = born(&app, "aya", false).await;
    let lookers = lookers(&app, &maker, maker_id).await;
    let kinds = [("public", "general"), ("unlisted", "general"), ("private", "general"), ("public", "mature")];
    let mut looked = 0;
    for (n, (visibility, rating)) in kinds.into_iter().enumerate() {
        let new = json!({"name": "Rin", "visibility": visibility, "rating": rating});
        let character = id(&maker.post("/characters", new).await);
        let list = format!("/characters/{character}/moments");
        let mut stands = Vec::new();
        for (m, looker) in lookers.iter().enumerate() {
            let is_maker = looker.kind == ViewerKind::Myself;
            let is_parted = matches!(looker.kind, ViewerKind::Blocked | ViewerKind::Blocking);
            let met = visibility != "private" && !is_parted && (rating == "general" || looker.sees_mature);
            // One half follows this one, the other half the next.
            let follows = met && !is_maker && (n + m).is_multiple_of(2);
            if follows {
                looker.person.ask(&format!("PUT /characters/{character}/follow")).await.with(200);
            }
            let friend = looker.kind == ViewerKind::Friend;
            stands.push(CharacterViewer { maker: is_maker, shown: is_maker || met, follows, friend });
        }
        for moment_visibility in MomentVisibility::ALL.iter().copied() {
            let name = format!("{visibility}-{rating}-{moment_visibility}");
            let new = json!({"client_moment_id": name, "text": "The sea", "visibility": moment_visibility.as_str()});
            let moment = id(&maker.tell(&format!("POST {list}"), new).await.with(201));
            for (looker, stands) in lookers.iter().zip(&stands) {
                let expected = sees_moment(&Onlooker::OfCharacter(*stands), moment_visibility);
                let seen = shows(&looker.person, &list, &moment, stands.maker || stands.follows).await;
                assert_eq!(seen, expected, "{moment_visibility} of a {visibility}, {rating} one to {}", looker.about);
                looked += 1;
            }
            app.ask(&format!("GET /moments/{moment}")).await.problem(401, "unauthenticated");
        }
    }
    assert_eq!(looked, kinds.len() * MomentVisibility::ALL.len() * lookers.len());
}
