//! What is no route of its own against every kind of viewer: what somebody leaves in another's moment, images, notifications, and
//! every frame of the socket. The objects come from the sets they belong to, so that a new one without a row fails.

mod frames;
mod table;

use std::collections::BTreeSet;

use domain::ClosedSet;
use domain::ids::UserId;
use domain::moments::MomentVisibility;
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use domain::privacy::{Facet, Onlooker, Owner, Privacy, Viewer as Looker, ViewerKind, sees, sees_moment};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::id;
use testkit::contract::{Way, contract};
use testkit::http::{png, send};
use testkit::openapi::document;
use testkit::{Person, TestApp};

use crate::moments_privacy::crowded;
use crate::privacy_routes::scene::{Kind, Viewer, born, viewers};
use table::{FRAMES, Guard, THINGS};

#[test]
fn every_kind_of_thing_is_guarded_by_a_walk() {
    let rows: BTreeSet<&str> = THINGS.iter().map(|(prefix, _)| *prefix).collect();
    let kinds: BTreeSet<&str> = domain::ids::PREFIXES.iter().copied().collect();
    assert_eq!((rows.len(), &rows), (THINGS.len(), &kinds), "a kind of thing without a row, or a row without one");
    let routes = &document().operations;
    for (prefix, guard) in THINGS {
        let there = match guard {
            Guard::Routes(part) | Guard::Moments(part) => routes.iter().any(|route| route.path.contains(part)),
            Guard::Listed(name) => routes.iter().any(|route| route.id == *name),
            Guard::Never => !routes.iter().any(|route| route.path.contains(&format!("{{{prefix}"))),
            Guard::Facets | Guard::Here => true,
        };
        assert!(there, "{prefix} is not where {guard:?} says");
    }
}

#[test]
fn every_frame_stands_in_the_table_once() {
    let rows: BTreeSet<String> = FRAMES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let frames: BTreeSet<String> = contract().kinds(Way::Received).collect();
    assert_eq!((rows.len(), rows), (FRAMES.len(), frames), "a frame without a row, or a row without a frame");
}

/// Something of the owner's that shows where others look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object {
    /// What they said about a moment of somebody else.
    Comment,
    /// That they like it.
    Like,
    /// How many like it, and how much was said about it: a number that names nobody.
    Counted,
    /// An image in a moment of theirs.
    Image(MomentVisibility),
    /// A notification in their inbox.
    Notification(NotificationKind),
    /// That another hears what they did.
    News(NotificationKind),
    /// Their name in a notification that another has already.
    Named(NotificationKind),
}

fn objects() -> Vec<Object> {
    let mut all = vec![Object::Comment, Object::Like, Object::Counted];
    all.extend(MomentVisibility::ALL.iter().copied().map(Object::Image));
    for kind in NotificationKind::ALL.iter().copied() {
        all.extend([Object::Notification(kind), Object::News(kind), Object::Named(kind)]);
    }
    all
}

/// Whether a viewer is shown it.
fn shown(object: Object, kind: Kind, owner: &Owner) -> bool {
    let looker = looker(kind);
    match object {
        Object::Comment | Object::Like => sees(looker, owner, Facet::Card),
        Object::Counted => kind != Kind::Known(ViewerKind::SignedOut),
        Object::Image(visibility) => sees_moment(&Onlooker::OfPerson(looker, *owner), visibility),
        Object::Notification(_) => kind.is_owner(),
        // A block silences both; that one is muted one does not notice.
        Object::News(_) | Object::Named(_) => !kind.is_apart() && kind != Kind::Known(ViewerKind::SignedOut),
    }
}

/// A viewer, as privacy knows them.
fn looker(kind: Kind) -> Looker {
    let known = match kind {
        Kind::Known(known) => known,
        Kind::Member | Kind::Invited => ViewerKind::Friend,
        Kind::Minor | Kind::Grown => ViewerKind::Stranger,
    };
    let follows = known == ViewerKind::Follower;
    Looker { kind: known, minor: kind == Kind::Minor, near: false, follows }
}

/// What the objects are, once they are there.
struct Left {
    owner: UserId,
    handle: &'static str,
    /// The moment of somebody else.
    moment: String,
    comment: String,
    images: Vec<(MomentVisibility, String)>,
    notifications: Vec<(NotificationKind, String)>,
}

fn news(user: UserId, kind: NotificationKind, by: Option<UserId>, source: String) -> News {
    News { user, kind, subject: Subject::Person(user), by: by.map(Notifier::Person), source }
}

async fn leave(
    app: &TestApp,
    owner: &Person<'_>,
    handle: &'static str,
    host: &Person<'_>,
    viewers: &[Viewer<'_>],
) -> Left {
    let user: UserId = id(&owner.get("/users/me").await).parse().unwrap();
    let new = json!({"client_moment_id": "a", "text": "The sea", "visibility": "public"});
    let moment = id(&host.post("/moments", new).await);
    owner.ask(&format!("PUT /moments/{moment}/like")).await.with(200);
    let comment = id(&owner.post(&format!("/moments/{moment}/comments"), json!({"text": "Hm."})).await);
    let mut images = Vec::new();
    for visibility in MomentVisibility::ALL.iter().copied() {
        let upload = owner.request(Method::POST, "/media").header("content-type", "image/png").body(png(8, 8));
        let image = id(&send(upload).await.with(201));
        let new =
            json!({"client_moment_id": image, "text": "", "image_ids": [image], "visibility": visibility.as_str()});
        owner.post("/moments", new).await;
        images.push((visibility, image));
    }
    let (told, stores) = (&app.app.notifications, app.store.stores());
    let mut notifications = Vec::new();
    for kind in NotificationKind::ALL.iter().copied() {
        told.tell(&news(user, kind, None, format!("own:{kind}"))).await.unwrap();
        let inbox = owner.get("/notifications?limit=100").await;
        let of_kind = inbox["items"].as_array().unwrap().iter().find(|item| item["kind"] == kind.as_str());
        notifications.push((kind, id(of_kind.expect("it was told"))));
        for viewer in viewers.iter().filter(|viewer| !viewer.kind.is_owner()) {
            let Some(person) = &viewer.person else { continue };
            let to: UserId = id(&person.get("/users/me").await).parse().unwrap();
            // What they heard before: from the store, which asks nobody.
            let heard = News { subject: Subject::Person(user), ..news(to, kind, Some(user), format!("named:{kind}")) };
            let ntf = service::mint::Mint::new(app.clock.clone()).id();
            stores.notifications.tell_news(ntf, &heard, service::clock::Clock::now(&*app.clock)).await.unwrap();
            told.tell(&news(to, kind, Some(user), format!("news:{kind}"))).await.unwrap();
        }
    }
    Left { owner: user, handle, moment, comment, images, notifications }
}

/// Whether a viewer is shown it, as the server answers.
async fn finds(app: &TestApp, viewer: &Viewer<'_>, object: Object, left: &Left) -> bool {
    let (kind, moment) = (viewer.kind, &left.moment);
    let Some(person) = &viewer.person else {
        // Whoever is signed out is asked to sign in, whatever it is, and of an image hears nothing.
        let (path, status) = match object {
            Object::Comment => (format!("/moments/{moment}/comments"), 401),
            Object::Like => (format!("/moments/{moment}/likes"), 401),
            Object::Counted => (format!("/moments/{moment}"), 401),
            Object::Image(visibility) => (format!("/media/{}", image(left, visibility)), 404),
            Object::Notification(_) | Object::News(_) | Object::Named(_) => ("/notifications".to_owned(), 401),
        };
        assert_eq!(app.ask(&format!("GET {path}")).await.status, status, "{object:?}");
        return false;
    };
    let listed = async |path: String, is_it: &dyn Fn(&Value) -> bool| {
        let page = person.get(&path).await;
        page["items"].as_array().unwrap().iter().any(is_it)
    };
    let inbox = || "/notifications?limit=100".to_owned();
    let by_owner = |item: &Value| {
        item["actors"].as_array().is_some_and(|all| all.iter().any(|by| by["id"] == left.owner.to_string()))
    };
    match object {
        Object::Comment => {
            listed(format!("/moments/{moment}/comments"), &|item| item["id"] == left.comment.as_str()).await
        }
        Object::Like => {
            listed(format!("/moments/{moment}/likes"), &|item| item["person"]["handle"] == left.handle).await
        }
        Object::Counted => {
            let seen = person.get(&format!("/moments/{moment}")).await;
            assert_eq!((&seen["likes"], &seen["comments"]), (&json!(1), &json!(1)), "{kind:?}");
            true
        }
        Object::Image(visibility) => {
            let status = person.ask(&format!("GET /media/{}", image(left, visibility))).await.status;
            assert!([200, 404].contains(&status.as_u16()), "{status}");
            status == 200
        }
        Object::Notification(of) => {
            let ntf = &left.notifications.iter().find(|(kind, _)| *kind == of).unwrap().1;
            let seen = listed(inbox(), &|item| item["id"] == ntf.as_str()).await;
            if !kind.is_owner() {
                person.tell("POST /notifications/read", json!({"ids": [ntf]})).await.with(200);
                person.ask(&format!("DELETE /notifications/{ntf}")).await.problem(404, "not_found");
            }
            seen
        }
        _ if kind.is_owner() => true,
        Object::News(of) => {
            let own = |item: &Value| item["subject"]["id"] != left.owner.to_string();
            listed(inbox(), &|item| item["kind"] == of.as_str() && own(item) && by_owner(item)).await
        }
        Object::Named(of) => {
            let named = |item: &Value| item["actors"].as_array().unwrap().iter().any(|by| by["name"].is_string());
            let about = |item: &Value| item["kind"] == of.as_str() && item["subject"]["id"] == left.owner.to_string();
            assert!(listed(inbox(), &|item| about(item) && by_owner(item)).await, "{kind:?} has heard it");
            listed(inbox(), &|item| about(item) && named(item)).await
        }
    }
}

fn image(left: &Left, visibility: MomentVisibility) -> &str {
    &left.images.iter().find(|(of, _)| *of == visibility).expect("one of each").1
}

async fn walk(minor: bool) {
    let app = crowded().await;
    let owner = born(&app, "owner", if minor { "2010-06-01" } else { "1990-06-01" }).await;
    let host = born(&app, "host", "1980-06-01").await;
    let viewers = viewers(&app, &owner).await;
    let left = leave(&app, &owner, "owner", &host, &viewers).await;
    let owned = Owner { minor, disabled: false, privacy: Privacy::usual(minor) };
    for viewer in &viewers {
        for object in objects() {
            let expected = shown(object, viewer.kind, &owned);
            assert_eq!(finds(&app, viewer, object, &left).await, expected, "{object:?} to {:?}", viewer.kind);
        }
    }
    // Nothing was read or taken away by those who tried.
    let inbox = owner.get("/notifications?unread=true&limit=100").await;
    let unread: BTreeSet<String> = inbox["items"].as_array().unwrap().iter().map(id).collect();
    assert!(left.notifications.iter().all(|(_, ntf)| unread.contains(ntf)), "{inbox}");
}

#[tokio::test]
async fn what_an_adult_leaves_is_shown_as_the_rules_say() {
    walk(false).await;
}

#[tokio::test]
async fn what_a_minor_leaves_is_shown_as_the_rules_say() {
    walk(true).await;
}
