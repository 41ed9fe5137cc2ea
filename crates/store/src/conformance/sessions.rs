//! The suite of `SessionStore`.

use domain::chats::{HistoryAnchor, Message, Role, Session, SessionFilter, SessionPatch};
use domain::events::{EventBody, SessionEvent};
use domain::ids::{CharacterId, SessionId, UserId};
use domain::pages::PageRequest;
use domain::sampling::Sampling;
use time::Duration;

use super::making::Making;
use crate::chats::Parent;
use crate::{StoreError, Stores};

/// Runs it.
pub async fn sessions(stores: &Stores) {
    let making = Making::new(stores);
    keeping(stores, &making).await;
    changing(stores, &making).await;
    listing(stores, &making).await;
    telling(stores, &making).await;
    deleting(stores, &making).await;
    of_others(stores, &making).await;
    trees(stores, &making).await;
}

async fn keeping(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(2).await;
    assert_eq!(stores.sessions.find_session(chat.owner, chat.session).await.unwrap(), Some(chat.kept.clone()));
    let way = super::chats::way(stores, &chat).await;
    assert_eq!((way.len(), way[0].id), (1, chat.greetings[0].id));
    assert_eq!(way[0].siblings, [chat.greetings[0].id, chat.greetings[1].id]);
    assert_eq!((&way[0].content, way[0].created_at), (&chat.greetings[0].content, chat.greetings[0].created_at));
    let empty = making.chat(0).await;
    assert_eq!(stores.sessions.find_session(empty.owner, empty.session).await.unwrap(), Some(empty.kept));
    let of_nobody = making.new_session(chat.owner, CharacterId(making.uuid()));
    assert_eq!(stores.sessions.create_session(&of_nobody, &[]).await, Err(StoreError::NotFound));
}

async fn changing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let sampling = Sampling { top_k: Some(40), ..Sampling::default() };
    let patch = SessionPatch {
        title: Some("Tea".into()),
        pinned: Some(true),
        archived: Some(true),
        model: Some(Some("m".into())),
        sampling: Some(sampling),
        owner: None,
    };
    let now = making.now();
    let event = stores.sessions.update_session(chat.owner, chat.session, &patch, now).await.unwrap();
    assert_eq!((event.seq, event.at), (1, now));
    let EventBody::SessionUpdated { session } = event.body else { panic!("another event") };
    assert_eq!(
        (session.title.as_str(), session.pinned, session.archived, session.model.as_deref(), session.seq),
        ("Tea", true, true, Some("m"), 1)
    );
    assert_eq!(stores.sessions.find_session(chat.owner, chat.session).await.unwrap(), Some(session.clone()));
    let back = SessionPatch { model: Some(None), ..SessionPatch::default() };
    let event = stores.sessions.update_session(chat.owner, chat.session, &back, making.now()).await.unwrap();
    let expected = Session { model: None, seq: 2, ..session };
    assert_eq!(event.body, EventBody::SessionUpdated { session: expected });
}

async fn listed(stores: &Stores, owner: UserId, filter: SessionFilter, limit: u32) -> Vec<SessionId> {
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = stores.sessions.page_sessions(owner, filter, &PageRequest { cursor, limit }).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        ids.extend(page.items.iter().map(|listing| listing.session.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return ids;
        }
    }
}

async fn listing(stores: &Stores, making: &Making<'_>) {
    let owner = making.user().await.id;
    let (one, two) = (making.character(owner).await.id, making.character(owner).await.id);
    let mut made = Vec::new();
    let same_moment = making.now();
    for n in 0..6 {
        let mut session = making.new_session(owner, if n % 2 == 0 { one } else { two });
        if n < 3 {
            session.last_message_at = same_moment;
        }
        stores.sessions.create_session(&session, &[making.greeting(session.id, &n.to_string())]).await.unwrap();
        made.insert(0, session.id);
    }
    let all = SessionFilter::default();
    for limit in [1, 2, 4, 6, 50] {
        assert_eq!(listed(stores, owner, all, limit).await, made);
    }
    assert_eq!(
        listed(stores, owner, SessionFilter { character_id: Some(one), ..all }, 2).await,
        [made[1], made[3], made[5]]
    );
    // A message brings its session to the front, a pin before all, an archive away.
    let page = PageRequest { cursor: None, limit: 2 };
    let first = stores.sessions.page_sessions(owner, all, &page).await.unwrap();
    let new = making.new_message(Parent::Leaf, "hello");
    stores.chats.accept_message(owner, made[5], &new, making.now()).await.unwrap();
    let second =
        stores.sessions.page_sessions(owner, all, &PageRequest { cursor: first.next_cursor, limit: 2 }).await.unwrap();
    assert_eq!(second.items.iter().map(|listing| listing.session.id).collect::<Vec<_>>(), made[2..4]);
    let pin = SessionPatch { pinned: Some(true), ..SessionPatch::default() };
    stores.sessions.update_session(owner, made[4], &pin, making.now()).await.unwrap();
    stores
        .sessions
        .update_session(owner, made[0], &SessionPatch { archived: Some(true), ..SessionPatch::default() }, making.now())
        .await
        .unwrap();
    for limit in [1, 2, 10] {
        assert_eq!(listed(stores, owner, all, limit).await, [made[4], made[5], made[1], made[2], made[3]]);
    }
    assert_eq!(listed(stores, owner, SessionFilter { archived: true, ..all }, 10).await, [made[0]]);
    let items =
        stores.sessions.page_sessions(owner, all, &PageRequest { cursor: None, limit: 10 }).await.unwrap().items;
    assert_eq!(items[1].last_message.as_ref().map(|message| message.id), Some(new.replies[0].id));
    assert_eq!(items[2].last_message.as_ref().map(|message| message.content.as_str()), Some("4"));
    let reply = making.answer(made[5], "hi").await;
    let items =
        stores.sessions.page_sessions(owner, all, &PageRequest { cursor: None, limit: 10 }).await.unwrap().items;
    assert_eq!(items[1].last_message, Some(reply));
    let bad = PageRequest { cursor: Some("bad".into()), limit: 3 };
    assert_eq!(stores.sessions.page_sessions(owner, all, &bad).await, Err(StoreError::InvalidCursor));
}

async fn telling(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (a, ra) = making.send(&chat, Parent::Leaf, "a").await;
    making.answer(chat.session, "ra").await;
    let (b, _) = making.send(&chat, Parent::Leaf, "b").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    stores.turns.finish_reply(&super::making::fail(&claim, "part"), making.now()).await.unwrap();
    stores.chats.edit_message(chat.owner, chat.session, a.id, "a!", making.now()).await.unwrap();
    stores.sessions.update_session(chat.owner, chat.session, &SessionPatch::default(), making.now()).await.unwrap();
    let told = |after, limit| stores.sessions.events_after(chat.owner, chat.session, after, limit);
    let kinds = |events: &[SessionEvent]| {
        let kind = |event: &SessionEvent| match &event.body {
            EventBody::MessageAccepted { message, reply } => {
                format!("accepted {} {}", message.content, reply.as_ref().map_or("", |reply| &reply.content))
            }
            EventBody::ReplyQueued { .. } => "queued".to_owned(),
            EventBody::ReplyStarted { reply } => format!("started {}", reply.content),
            EventBody::ReplyCompleted { reply } => format!("completed {}", reply.content),
            EventBody::ReplyFailed { reply } => format!("failed {}", reply.content),
            EventBody::MessageEdited { message } => format!("edited {}", message.content),
            EventBody::MessageDeleted { message_id, .. } => format!("deleted {}", message_id == &b.id),
            EventBody::SessionUpdated { .. } => "updated".to_owned(),
            EventBody::SessionDeleted => "gone".to_owned(),
        };
        events.iter().map(kind).collect::<Vec<_>>()
    };
    let events = told(0, 100).await.unwrap();
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=8).collect::<Vec<u64>>());
    assert!(events.windows(2).all(|pair| pair[0].at < pair[1].at));
    let whole = [
        "accepted a! ra",
        "started ra",
        "completed ra",
        "accepted b part",
        "started part",
        "failed part",
        "edited a!",
        "updated",
    ];
    assert_eq!(kinds(&events), whole);
    assert_eq!(told(2, 3).await.unwrap(), events[2..5]);
    assert_eq!(told(8, 3).await.unwrap(), []);
    assert_eq!(told(u64::MAX, 3).await.unwrap(), []);
    // What is deleted since is told as deleted; no place is missing.
    stores.chats.delete_message(chat.owner, chat.session, b.id, making.now()).await.unwrap();
    let events = told(0, 100).await.unwrap();
    let whole = [
        "accepted a! ra",
        "started ra",
        "completed ra",
        "deleted true",
        "deleted false",
        "deleted false",
        "edited a!",
        "updated",
        "deleted true",
    ];
    assert_eq!(kinds(&events), whole);
    let EventBody::MessageDeleted { leaf_id, .. } = events[3].body else { panic!("another event") };
    assert_eq!(leaf_id, Some(ra.id));
}

async fn deleting(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(2).await;
    making.send(&chat, Parent::Leaf, "a").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    let now = making.now();
    let event = stores.sessions.delete_session(chat.owner, chat.session, now).await.unwrap();
    assert_eq!(event, SessionEvent { session_id: chat.session, seq: 3, at: now, body: EventBody::SessionDeleted });
    assert_eq!(stores.sessions.find_session(chat.owner, chat.session).await.unwrap(), None);
    assert_eq!(stores.history.find_message(chat.owner, chat.greetings[1].id).await.unwrap(), None);
    assert_eq!(stores.sessions.delete_session(chat.owner, chat.session, now).await, Err(StoreError::NotFound));
    assert_eq!(stores.sessions.events_after(chat.owner, chat.session, 0, 10).await, Err(StoreError::NotFound));
    let progress =
        crate::turns::Progress { reply_id: claim.reply.id, fence: claim.fence, position: 0, text: "x".into() };
    assert_eq!(stores.turns.save_progress(&[progress], now + Duration::MINUTE).await.unwrap().lost, [claim.reply.id]);
    assert_eq!(making.claim(chat.session, making.node()).await, None);
}

async fn of_others(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let other = making.user().await.id;
    assert_eq!(stores.sessions.find_session(other, chat.session).await.unwrap(), None);
    assert_eq!(listed(stores, other, SessionFilter::default(), 5).await, []);
    let patch = SessionPatch { title: Some("mine".into()), ..SessionPatch::default() };
    assert_eq!(
        stores.sessions.update_session(other, chat.session, &patch, making.now()).await,
        Err(StoreError::NotFound)
    );
    assert_eq!(stores.sessions.delete_session(other, chat.session, making.now()).await, Err(StoreError::NotFound));
    assert_eq!(stores.sessions.events_after(other, chat.session, 0, 5).await, Err(StoreError::NotFound));
    assert_eq!(stores.sessions.find_session(chat.owner, chat.session).await.unwrap(), Some(chat.kept));
}

async fn trees(stores: &Stores, making: &Making<'_>) {
    let owner = making.user().await.id;
    let mut session = making.new_session(owner, making.character(owner).await.id);
    let said = |parent: Option<&Message>, role: Role, content: &str| Message {
        parent_id: parent.map(|parent| parent.id),
        depth: parent.map_or(0, |parent| parent.depth + 1),
        role,
        client_message_id: (role == Role::User).then(|| content.replace(' ', "-")),
        ..making.greeting(session.id, content)
    };
    let first = said(None, Role::Character, "first");
    let second = said(None, Role::Character, "second");
    let asked = said(Some(&second), Role::User, "asked");
    let hidden = Message { hidden: true, ..said(Some(&asked), Role::Character, "hidden") };
    let swipe = said(Some(&hidden), Role::Character, "swipe");
    let answer = said(Some(&hidden), Role::Character, "answer");
    let below_the_swipe = said(Some(&swipe), Role::User, "below the swipe");
    // More than goes in one piece, all below what is out of view.
    let mut messages: Vec<Message> = vec![first, second, asked, hidden, swipe, answer, below_the_swipe];
    for n in 0..250 {
        let next =
            said(messages.last(), if n % 2 == 0 { Role::Character } else { Role::User }, &format!("further {n}"));
        messages.push(next);
    }
    session.leaf_id = Some(messages[5].id);
    stores.sessions.create_session(&session, &messages).await.unwrap();
    let kept = stores.sessions.find_session(owner, session.id).await.unwrap().unwrap();
    assert_eq!(kept.leaf_id, session.leaf_id);
    let way = async || {
        let history = stores.history.history(owner, session.id, HistoryAnchor::Newest, 10).await.unwrap();
        history.messages.iter().map(|message| message.content.clone()).collect::<Vec<_>>()
    };
    assert_eq!(way().await, ["second", "asked", "hidden", "answer"]);
    let history = stores.history.history(owner, session.id, HistoryAnchor::Newest, 10).await.unwrap();
    assert_eq!(history.messages[3].siblings, [messages[4].id, messages[5].id]);
    let shown: Vec<bool> = history.messages.iter().map(|message| message.hidden).collect();
    assert_eq!(shown, [false, false, true, false]);
    let heard = stores.transcripts.said_from(owner, session.id, 0, 10).await.unwrap();
    let heard: Vec<&str> = heard.iter().map(|said| said.content.as_str()).collect();
    assert_eq!(heard, ["second", "asked", "", "answer"], "what is hidden was not said");
    let before = stores.transcripts.said_before(owner, session.id, messages[5].id, 2).await.unwrap();
    assert_eq!(before.iter().map(|said| said.content.as_str()).collect::<Vec<_>>(), ["", "answer"]);
    // The way on from a swipe is there as far as it went.
    let select = async |message: &Message| {
        stores.chats.select_message(owner, session.id, message.id, making.now()).await.unwrap();
        stores.sessions.find_session(owner, session.id).await.unwrap().unwrap().leaf_id
    };
    assert_eq!(select(&messages[4]).await, messages.last().map(|last| last.id));
    assert_eq!(way().await.last().map(String::as_str), Some("further 249"));
    assert_eq!(select(&messages[0]).await, Some(messages[0].id));
    assert_eq!(way().await, ["first"]);
    assert_eq!(select(&messages[5]).await, Some(messages[5].id));
    assert_eq!(way().await, ["second", "asked", "hidden", "answer"]);
    // What is deleted goes with all below it.
    stores.chats.delete_message(owner, session.id, messages[4].id, making.now()).await.unwrap();
    let history = stores.history.history(owner, session.id, HistoryAnchor::Newest, 10).await.unwrap();
    assert_eq!(history.messages[3].siblings, [messages[5].id]);
}
