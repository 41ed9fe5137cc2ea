//! The suite of `RouteStore` and `ProgressStore`.

use std::collections::{BTreeMap, BTreeSet};

use domain::bonds::{BondCause, BondEvent, BondReason, Judgement};
use domain::chats::Message;
use domain::ids::{BondEventId, RouteEventId};
use domain::limits;
use domain::media::Media;
use domain::routes::{Chapter, Condition, Route, RouteEvent, RouteEventKind, Scene};

use super::chats::join_all;
use super::making::{Chat, Making};
use super::remembering::edit;
use crate::chats::Parent;
use crate::routes::{Happening, RouteHistory, Unlocking};
use crate::{Conflict, StoreError, Stores};

/// Runs it.
pub async fn routes(stores: &Stores) {
    let making = Making::new(stores);
    keeping(stores, &making).await;
    happening(stores, &making).await;
    once(stores, &making).await;
    undoing(stores, &making).await;
    unlocking(stores, &making).await;
    ending(stores, &making).await;
    // So many are made that their clock runs ahead: what other suites make would be old beside them.
    images(stores, &Making::new(stores)).await;
}

fn route(title: &str) -> Route {
    let scene = Scene {
        id: "rain".into(),
        title: title.into(),
        hint: "雨".into(),
        romantic: true,
        aside: false,
        when: Some(Condition::Said { phrases: vec!["海边".into()] }),
        setting: String::new(),
        opening: "It rains. 🌧".into(),
        background: None,
        choices: Vec::new(),
        unlocks: Default::default(),
        ending: None,
    };
    Route { chapters: vec![Chapter { id: "one".into(), title: "One".into(), scenes: vec![scene] }] }
}

/// A chat with a character who has a route, by her maker.
async fn told(stores: &Stores, making: &Making<'_>) -> Chat {
    let chat = making.chat(1).await;
    let found = stores.characters.find_character(chat.owner, chat.scope().character).await.unwrap().unwrap();
    let owner = found.owner.unwrap();
    stores.routes.keep_route(owner, found.id, Some(&route("Rain")), making.now()).await.unwrap();
    chat
}

fn event(making: &Making<'_>, chat: &Chat, kind: RouteEventKind, detail: &str, message: &Message) -> RouteEvent {
    RouteEvent {
        id: RouteEventId(making.uuid()),
        scope: chat.scope(),
        kind,
        scene: "rain".into(),
        detail: detail.into(),
        session_id: chat.session,
        message_id: message.id,
        at: making.now(),
    }
}

fn happens(chat: &Chat, events: Vec<RouteEvent>, client: Option<&str>) -> Happening {
    let client_id = client.map(str::to_owned);
    Happening { scope: chat.scope(), session: chat.session, version: None, events, client_id, moved: None }
}

async fn counts(stores: &Stores, chat: &Chat) -> Vec<String> {
    let history = stores.progress.route_history(chat.scope()).await.unwrap();
    history.events.into_iter().map(|event| event.detail).collect()
}

async fn keeping(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let character = making.character(owner).await.id;
    assert_eq!(stores.routes.find_route(character).await, Ok(None));
    let keep = async |who, route: Option<&Route>| stores.routes.keep_route(who, character, route, making.now()).await;
    assert_eq!(keep(other, Some(&route("Theirs"))).await, Err(StoreError::NotFound));
    keep(owner, Some(&route("Rain"))).await.unwrap();
    let first = stores.routes.find_route(character).await.unwrap().unwrap();
    assert_eq!(first.route, route("Rain"));
    let mut revisions = BTreeSet::from([first.revision]);
    for title in ["Snow", "Snow"] {
        keep(owner, Some(&route(title))).await.unwrap();
        let found = stores.routes.find_route(character).await.unwrap().unwrap();
        assert!(found.route == route(title) && revisions.insert(found.revision), "every change has its revision");
    }
    assert_eq!(keep(other, None).await, Err(StoreError::NotFound));
    keep(owner, None).await.unwrap();
    assert_eq!(stores.routes.find_route(character).await, Ok(None));
    keep(owner, Some(&route("Again"))).await.unwrap();
    let again = stores.routes.find_route(character).await.unwrap().unwrap();
    assert!(revisions.insert(again.revision), "what comes back is another");
    stores.characters.delete_character(owner, character, making.now()).await.unwrap();
    assert_eq!(keep(owner, Some(&route("Late"))).await, Err(StoreError::NotFound));
}

async fn images(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let character = making.character(owner).await.id;
    let (image, next) = (making.image(owner), making.image(owner));
    let set =
        async |who, key: &str, image: Option<&Media>| stores.routes.set_route_image(who, character, key, image).await;
    assert_eq!(set(other, "rain", Some(&image)).await, Err(StoreError::NotFound));
    set(owner, "rain", Some(&image)).await.unwrap();
    assert_eq!(stores.routes.route_images(character).await, Ok(BTreeMap::from([("rain".into(), image.id)])));
    assert_eq!(stores.media.find_media(image.id).await, Ok(None), "it is not for everybody who knows its id");
    assert_eq!(stores.routes.find_route_image(other, image.id).await, Ok(Some(image.clone())));
    assert_eq!(stores.routes.find_route_image(making.new_user().id, image.id).await, Ok(None));
    set(owner, "rain", Some(&next)).await.unwrap();
    assert_eq!(stores.routes.find_route_image(other, image.id).await, Ok(None), "the one before is gone");
    assert_eq!(stores.routes.route_images(character).await, Ok(BTreeMap::from([("rain".into(), next.id)])));
    set(owner, "rain", None).await.unwrap();
    assert_eq!(stores.routes.route_images(character).await, Ok(BTreeMap::new()));
    assert_eq!(stores.routes.find_route_image(owner, next.id).await, Ok(None));
    for n in 0..limits::ROUTE_IMAGES {
        set(owner, &format!("k{n}"), Some(&making.image(owner))).await.unwrap();
    }
    let full = Err(StoreError::Conflict(Conflict::TooManyRouteImages));
    assert_eq!(set(owner, "more", Some(&making.image(owner))).await, full);
    set(owner, "k0", Some(&making.image(owner))).await.unwrap();
}

async fn happening(stores: &Stores, making: &Making<'_>) {
    let plain = making.chat(1).await;
    let said = making.talk(&plain, 1).await;
    let kept = happens(&plain, vec![event(making, &plain, RouteEventKind::Said, "one", &said[0])], None);
    stores.progress.keep_happening(&kept).await.unwrap();
    let nothing = stores.progress.route_history(plain.scope()).await;
    assert_eq!(nothing, Ok(RouteHistory::default()), "without a route there is nothing to tell");

    let chat = told(stores, making).await;
    let said = making.talk(&chat, 2).await;
    let events: Vec<RouteEvent> = [("one", &said[0]), ("two", &said[0]), ("three", &said[2])]
        .map(|(detail, message)| event(making, &chat, RouteEventKind::Chose, detail, message))
        .into();
    let kept = stores.progress.keep_happening(&happens(&chat, events.clone(), None)).await;
    assert_eq!(kept, Ok(events.clone()));
    let history = stores.progress.route_history(chat.scope()).await.unwrap();
    assert_eq!(history.events, events, "in the order in which it happened");
    let session = stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap();
    assert_eq!(history.met_at, Some(session.created_at));
    let kept = stores.routes.find_route(chat.scope().character).await.unwrap().unwrap();
    assert_eq!(history.revision, Some(kept.revision));
    // Again, under other ids: each thing happened once.
    let again = events.iter().map(|one| RouteEvent { id: RouteEventId(making.uuid()), ..one.clone() }).collect();
    stores.progress.keep_happening(&happens(&chat, again, None)).await.unwrap();
    assert_eq!(counts(stores, &chat).await, ["one", "two", "three"]);
    // What follows from a message that is not there, and comes.
    let (mut coming, reply) = (making.new_message(Parent::Leaf, "four"), making.new_reply());
    coming.replies = vec![reply];
    let four = RouteEvent { message_id: coming.id, ..event(making, &chat, RouteEventKind::Chose, "four", &said[0]) };
    stores.progress.keep_happening(&happens(&chat, vec![four], None)).await.unwrap();
    assert_eq!(counts(stores, &chat).await, ["one", "two", "three"]);
    stores.chats.accept_message(chat.owner, chat.session, &coming, making.now()).await.unwrap();
    assert_eq!(counts(stores, &chat).await, ["one", "two", "three", "four"]);
    stores.progress.forget_happening(chat.scope(), coming.id).await.unwrap();
    assert_eq!(counts(stores, &chat).await, ["one", "two", "three"]);
    // A session that is another's, or nobody's.
    let other = making.chat(1).await;
    let foreign = Happening { scope: other.scope(), ..happens(&chat, Vec::new(), None) };
    assert_eq!(stores.progress.keep_happening(&foreign).await, Err(StoreError::NotFound));
}

/// Two who do the same at once, and one who lost the answer.
async fn once(stores: &Stores, making: &Making<'_>) {
    let chat = told(stores, making).await;
    let said = making.talk(&chat, 1).await;
    let moved = |id, message: &Message| BondEvent {
        id: BondEventId(id),
        scope: chat.scope(),
        cause: BondCause::Choice,
        session_id: chat.session,
        message_id: message.id,
        at: message.created_at,
        day: 2_461_000,
        judgement: Judgement {
            reason: BondReason::Other,
            moves: BTreeMap::from([("trust".to_owned(), 2)]),
            mood: 0,
            why: String::new(),
        },
        model: None,
    };
    let tries: Vec<Happening> = (0..4)
        .map(|n| {
            let mut events = vec![event(making, &chat, RouteEventKind::Chose, &format!("try{n}"), &said[0])];
            events.push(event(making, &chat, RouteEventKind::Began, &format!("try{n}"), &said[1]));
            Happening { moved: Some(moved(making.uuid(), &said[0])), ..happens(&chat, events, Some("c-1")) }
        })
        .collect();
    let kept = join_all(tries.iter().map(|one| stores.progress.keep_happening(one))).await;
    let first = kept[0].clone().unwrap();
    assert!(kept.iter().all(|kept| kept.as_ref() == Ok(&first)), "{kept:?}");
    assert_eq!(stores.progress.route_history(chat.scope()).await.unwrap().events, first);
    assert_eq!(stores.progress.keep_happening(&tries[3]).await, Ok(first));
    let bond = stores.bonds.bond(chat.scope()).await.unwrap();
    assert_eq!((bond.events.len(), bond.events[0].cause), (1, BondCause::Choice));
    // Where the bond is off, a choice moves nothing.
    stores.bonds.switch_bond(chat.scope(), false, making.now()).await.unwrap();
    let events = vec![event(making, &chat, RouteEventKind::Chose, "off", &said[1])];
    let off = Happening { moved: Some(moved(making.uuid(), &said[1])), ..happens(&chat, events, Some("c-2")) };
    stores.progress.keep_happening(&off).await.unwrap();
    assert_eq!(stores.bonds.bond(chat.scope()).await.unwrap().events.len(), 1);
}

async fn undoing(stores: &Stores, making: &Making<'_>) {
    let chat = told(stores, making).await;
    let said = making.talk(&chat, 4).await;
    let version = async || stores.remembering.remembered(chat.session).await.unwrap().watermark.version;
    let all = [0, 2, 4, 6].map(|n: usize| event(making, &chat, RouteEventKind::Said, &n.to_string(), &said[n]));
    let read = Happening { version: Some(version().await), ..happens(&chat, all.into(), None) };
    stores.progress.keep_happening(&read).await.unwrap();
    edit(stores, making, &chat, said[2].id).await;
    assert_eq!(counts(stores, &chat).await, ["0", "4", "6"]);
    let late = stores.progress.keep_happening(&read).await;
    assert_eq!(late, Err(StoreError::Conflict(Conflict::Outdated)), "whoever has read the old text comes too late");
    stores.chats.delete_message(chat.owner, chat.session, said[4].id, making.now()).await.unwrap();
    assert_eq!(counts(stores, &chat).await, ["0"]);
    // Another branch is chosen, and chosen back.
    let (instead, _) = making.send(&chat, Parent::Message(Some(said[1].id)), "instead").await;
    making.answer(chat.session, "r").await;
    let there = event(making, &chat, RouteEventKind::Said, "instead", &instead);
    stores.progress.keep_happening(&happens(&chat, vec![there], None)).await.unwrap();
    assert_eq!(counts(stores, &chat).await, ["0", "instead"]);
    stores.chats.select_message(chat.owner, chat.session, said[2].id, making.now()).await.unwrap();
    assert_eq!(counts(stores, &chat).await, ["0"]);
    stores.progress.begin_route_anew(chat.scope()).await.unwrap();
    assert_eq!(counts(stores, &chat).await, [""; 0]);
    let nobody = domain::memories::Scope { user: making.new_user().id, ..chat.scope() };
    assert_eq!(stores.progress.begin_route_anew(nobody).await, Err(StoreError::NotFound));
}

async fn unlocking(stores: &Stores, making: &Making<'_>) {
    let chat = told(stores, making).await;
    let said = making.talk(&chat, 2).await;
    let unlocks = |scene: &str, message: &Message| {
        vec![Unlocking { scene: scene.into(), session: chat.session, message: message.id }]
    };
    let (rain, now) = (unlocks("rain", &said[0]), making.now());
    let noted = join_all((0..4).map(|_| stores.progress.note_unlocked(chat.scope(), &rain, now))).await;
    let told: Vec<String> = noted.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(told, ["rain"], "one of all tells it");
    let both = [rain, unlocks("snow", &said[2])].concat();
    assert_eq!(stores.progress.note_unlocked(chat.scope(), &both, now).await, Ok(vec!["snow".to_owned()]));
    // What was undone and comes again is told again.
    stores.chats.delete_message(chat.owner, chat.session, said[2].id, making.now()).await.unwrap();
    let again = unlocks("snow", &said[0]);
    assert_eq!(stores.progress.note_unlocked(chat.scope(), &again, now).await, Ok(vec!["snow".to_owned()]));
}

async fn ending(stores: &Stores, making: &Making<'_>) {
    let chat = told(stores, making).await;
    let other = making.chat_of(chat.owner, chat.scope().character, 1).await;
    for (chat, detail) in [(&chat, "here"), (&other, "there")] {
        let said = making.talk(chat, 1).await;
        let events = vec![event(making, chat, RouteEventKind::Said, detail, &said[0])];
        stores.progress.keep_happening(&happens(chat, events, None)).await.unwrap();
    }
    assert_eq!(counts(stores, &chat).await, ["here", "there"], "two sessions are one route");
    stores.sessions.delete_session(chat.owner, chat.session, making.now()).await.unwrap();
    assert_eq!(counts(stores, &chat).await, ["there"]);
    stores.accounts.delete_user(chat.owner, making.now()).await.unwrap();
    assert_eq!(counts(stores, &chat).await, [""; 0]);
}
