//! Every frame of the socket, heard by those whom it is for.

use std::collections::BTreeSet;

use bus::Notice;
use domain::ids::ReminderId;
use domain::notifications::NotificationKind;
use domain::privacy::ViewerKind;
use llm::scripted::Script;
use serde_json::{Value, json};
use testkit::app::id;
use testkit::{Person, Socket, TestApp};

use super::news;
use super::table::{FRAMES, Hearers, Place, hears};
use crate::privacy_routes::scene::{Kind, SECRET, SHARED, born, things, viewers};

/// A socket that hears everything, and what it has heard.
struct Ear {
    kind: Kind,
    socket: Socket,
    heard: Vec<Value>,
}

impl Ear {
    async fn of(kind: Kind, person: &Person<'_>) -> Self {
        let mut socket = person.socket().await;
        socket.hears_of_memories = true;
        socket.hears_of_bonds = true;
        socket.hears_of_presence = true;
        socket.hears_of_notifications = true;
        Self { kind, socket, heard: Vec::new() }
    }

    async fn until(&mut self, kind: &str) {
        self.heard.extend(self.socket.until(kind).await);
    }

    /// All that was told until now.
    async fn all(&mut self) {
        self.socket.send(json!({"type": "ping"})).await;
        self.until("pong").await;
    }
}

/// Does with a chat all that is told of it, and hears it.
async fn talk(
    app: &TestApp,
    owner: &Person<'_>,
    (session, place): (&str, Place),
    character: &str,
    hand: &mut Socket,
    ear: &mut Ear,
) {
    let path = format!("/sessions/{session}/messages");
    let words = if place == Place::Group { SHARED } else { "Thank you. I've never told anybody this." };
    let say = |n: &str| json!({"client_message_id": n, "content": words});
    let asks = json!({"character_id": character});
    app.model.push(Script::say("Oh."));
    let said = id(&owner.post(&path, say("heard")).await["message"]);
    if place == Place::Group {
        owner.post(&format!("/sessions/{session}/replies"), asks.clone()).await;
    }
    ear.until("reply.completed").await;
    let reply = id(&ear.heard.last().unwrap()["message"]);
    if place == Place::Alone {
        ear.until("bond.changed").await;
    }
    app.model.push(Script::refuse(llm::ModelError::Unavailable("in this test".into())));
    owner.tell(&format!("POST {path}/{reply}/regenerate"), json!({})).await.with(202);
    ear.until("reply.failed").await;
    owner.tell(&format!("PATCH {path}/{said}"), json!({"content": format!("No {SHARED}.")})).await.with(200);
    ear.until("message.edited").await;
    if place == Place::Group {
        owner.tell(&format!("PATCH /sessions/{session}"), json!({"title": "Ours"})).await.with(200);
    } else {
        owner.tell(&format!("PATCH /sessions/{session}"), json!({"title": "Mine"})).await.with(200);
    }
    ear.until("session.updated").await;
    for frame in
        [json!({"type": "typing", "session_id": session}), json!({"type": "read", "session_id": session, "seq": 3})]
    {
        hand.send(frame).await;
    }
    hand.send(json!({"type": "ping"})).await;
    hand.expect("pong").await;
    owner.ask(&format!("DELETE {path}/{said}")).await.with(204);
    ear.until(if place == Place::Group { "message.edited" } else { "message.deleted" }).await;
}

/// What of the heard is about the owner: its kind, and where.
fn about(
    frames: &[Value],
    owner: &str,
    notifications: &BTreeSet<String>,
    places: [(&str, Place); 2],
) -> BTreeSet<(String, Place)> {
    let mut found = BTreeSet::new();
    for frame in frames {
        let kind = frame["type"].as_str().unwrap();
        let counted = match kind {
            "presence" => frame["user_id"] == owner,
            "notification" => notifications.contains(&id(&frame["notification"])),
            _ => {
                !FRAMES.iter().any(|(name, rows)| *name == kind && rows.iter().all(|(_, whom)| *whom == Hearers::Asker))
            }
        };
        let place = match frame["session_id"].as_str() {
            None => Some(Place::Nowhere),
            Some(session) => places.iter().find(|(of, _)| *of == session).map(|(_, place)| *place),
        };
        if let (true, Some(place)) = (counted, place) {
            found.insert((kind.to_owned(), place));
        }
    }
    found
}

#[tokio::test]
async fn every_frame_is_heard_by_whom_it_is_for_and_by_nobody_else() {
    let app = TestApp::start().await;
    let owner = born(&app, "owner", "1990-06-01").await;
    let all = viewers(&app, &owner).await;
    let things = things(&app, &owner, &all).await;
    let (user, places) =
        (things.owner.clone(), [(things.session.as_str(), Place::Alone), (things.group.as_str(), Place::Group)]);
    let mut ears = Vec::new();
    for viewer in all.iter().filter(|viewer| !viewer.kind.is_owner()) {
        if let Some(person) = &viewer.person {
            ears.push(Ear::of(viewer.kind, person).await);
        }
    }
    let mut ear = Ear::of(Kind::Known(ViewerKind::Myself), &app.sign_in("owner").await).await;
    let mut hand = owner.socket().await;
    for (session, place) in places {
        talk(&app, &owner, (session, place), &things.public, &mut hand, &mut ear).await;
    }
    owner.post(&format!("/characters/{}/memories", things.public), json!({"text": "Tea at four."})).await;
    ear.until("memory.changed").await;
    // Only what is told to the owner counts below, so it must be told again where it came before.
    app.app
        .notifications
        .tell(&news(user.parse().unwrap(), NotificationKind::System, None, "heard".into()))
        .await
        .unwrap();
    ear.until("notification").await;
    owner.post("/notifications/read", json!({"ids": [things.notification]})).await;
    ear.until("notifications.read").await;
    let (stores, now) = (app.store.stores(), service::clock::Clock::now(&*app.clock));
    let reminder: ReminderId = service::mint::Mint::new(app.clock.clone()).id();
    let later = now + time::Duration::minutes(5);
    let (pause, every) = (time::Duration::HOUR, time::Duration::MINUTE);
    let noted = stores.sittings.note_use(user.parse().unwrap(), later, pause, every, reminder).await.unwrap();
    assert!(noted.is_some());
    app.bus.notices.publish(user.parse().unwrap(), Notice::Reminder);
    let (session_id, character_id) = (things.session.parse().unwrap(), things.public.parse().unwrap());
    let remembering = Notice::Remembering { session_id, character_id, done: 1, total: 2 };
    app.bus.notices.publish(user.parse().unwrap(), remembering);
    let unlocked = Notice::RouteUnlocked { character_id, scene_id: "rain".to_owned(), title: "Rain".to_owned() };
    app.bus.notices.publish(user.parse().unwrap(), unlocked);
    let friend = async |kind: Kind| {
        let person = all.iter().find(|viewer| viewer.kind == kind).and_then(|viewer| viewer.person.as_ref());
        id(&person.unwrap().get("/users/me").await)
    };
    let member = format!("/sessions/{}/members/{}", things.group, friend(Kind::Invited).await);
    owner.ask(&format!("DELETE {member}")).await.with(204);
    owner.ask(&format!("PUT {member}")).await.with(200);
    let parted = friend(Kind::Known(ViewerKind::Friend)).await;
    owner.ask(&format!("DELETE /people/{parted}/friend")).await.with(200);
    ear.until("friends.changed").await;
    for (session, _) in places {
        owner.ask(&format!("DELETE /sessions/{session}")).await.with(204);
        ear.until("session.deleted").await;
    }
    let own: BTreeSet<String> =
        owner.get("/notifications?limit=100").await["items"].as_array().unwrap().iter().map(id).collect();
    ears.push(ear);
    for ear in &mut ears {
        ear.all().await;
        let heard = about(&ear.heard, &user, &own, places);
        let rows = FRAMES.iter().flat_map(|(name, rows)| rows.iter().map(move |(place, whom)| (*name, *place, *whom)));
        let expected: BTreeSet<(String, Place)> = rows
            .filter(|(_, _, whom)| hears(*whom, ear.kind))
            .map(|(name, place, _)| (name.to_owned(), place))
            .collect();
        assert_eq!(heard, expected, "{:?}", ear.kind);
        let text = json!(ear.heard).to_string();
        let shares = matches!(ear.kind, Kind::Member | Kind::Invited) || ear.kind.is_owner();
        assert!(ear.kind.is_owner() || !text.contains(SECRET), "{:?}", ear.kind);
        assert!(shares || !text.contains(SHARED), "{:?}", ear.kind);
    }
}
