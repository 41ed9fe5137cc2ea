//! Chats with everything that a change may touch, the changes, and what can be seen of a chat.

use std::pin::Pin;

use domain::chats::{History, HistoryAnchor, RegenerateMode, SessionPatch};
use domain::events::{EventBody, SessionEvent};
use domain::ids::MessageId;
use store::chats::Parent;
use store::conformance::{Chat, Making, complete};
use store::mongo::{MongoOptions, MongoStore};
use store::sql::SqlStore;
use store::turns::{Claim, Progress};
use store::{StoreError, Stores};
use time::{Duration, OffsetDateTime};

/// Two nodes of one installation.
pub struct Nodes {
    pub mortal: MongoStore,
    pub other: MongoStore,
}

impl Nodes {
    pub async fn new(name: &str) -> Option<Self> {
        let sql = SqlStore::open_temporary().await.unwrap();
        let other = crate::backends::mongo(name, &sql).await?;
        let mortal = other.another_node(&MongoOptions::default()).await.unwrap();
        Some(Self { mortal, other })
    }
}

/// A chat with everything that a change may touch, and the ids that a change needs.
pub struct Scene {
    pub chat: Chat,
    /// Said below the greeting, in view, with its reply and more.
    pub first: MessageId,
    /// Its finished reply.
    pub reply: MessageId,
    /// A sibling of `first`, out of view, with a way below it.
    pub aside: MessageId,
    /// A reply that is being written.
    pub claim: Claim,
    pub new: store::chats::NewMessage,
    pub now: OffsetDateTime,
}

pub async fn scene(stores: &Stores, making: &Making<'_>) -> Scene {
    let chat = making.chat(2).await;
    let (aside, _) = making.send(&chat, Parent::Leaf, "aside").await;
    making.answer(chat.session, "answer aside").await;
    making.talk(&chat, 1).await;
    let (first, _) = making.send(&chat, Parent::Message(Some(chat.greetings[0].id)), "first").await;
    let reply = making.answer(chat.session, "answer").await;
    making.talk(&chat, 1).await;
    let (.., waiting) = making.send(&chat, Parent::Leaf, "last").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    assert_eq!(claim.reply.id, waiting.id);
    let progress = Progress { reply_id: claim.reply.id, fence: claim.fence, position: 0, text: "so far".into() };
    stores.turns.save_progress(&[progress], making.now() + Duration::hours(12)).await.unwrap();
    let new = making.new_message(Parent::Leaf, "new");
    Scene { first: first.id, reply: reply.id, aside: aside.id, claim, new, now: making.now(), chat }
}

pub type Change =
    for<'a> fn(&'a Stores, &'a Scene) -> Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// Every kind of change of a session that stays.
pub const CHANGES: [(&str, Change); 11] = [
    ("send", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, new, now, .. } = scene;
            stores.chats.accept_message(chat.owner, chat.session, new, *now).await.map(drop)
        })
    }),
    ("send elsewhere", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, new, now, .. } = scene;
            let new = store::chats::NewMessage { parent: Parent::Message(Some(scene.aside)), ..new.clone() };
            stores.chats.accept_message(chat.owner, chat.session, &new, *now).await.map(drop)
        })
    }),
    ("a new root", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, new, now, .. } = scene;
            let new = store::chats::NewMessage { parent: Parent::Message(None), ..new.clone() };
            stores.chats.accept_message(chat.owner, chat.session, &new, *now).await.map(drop)
        })
    }),
    ("regenerate", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, reply, new, now, .. } = scene;
            let how = store::chats::Queueing::Again(RegenerateMode::Continue);
            stores.chats.queue_reply(chat.owner, chat.session, *reply, how, new.replies[0], *now).await.map(drop)
        })
    }),
    ("edit", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, first, now, .. } = scene;
            stores.chats.edit_message(chat.owner, chat.session, *first, "edited", *now).await.map(drop)
        })
    }),
    ("delete in view", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, first, now, .. } = scene;
            stores.chats.delete_message(chat.owner, chat.session, *first, *now).await.map(drop)
        })
    }),
    ("delete out of view", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, aside, now, .. } = scene;
            stores.chats.delete_message(chat.owner, chat.session, *aside, *now).await.map(drop)
        })
    }),
    ("select", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, aside, now, .. } = scene;
            stores.chats.select_message(chat.owner, chat.session, *aside, *now).await.map(drop)
        })
    }),
    ("select a root", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, now, .. } = scene;
            stores.chats.select_message(chat.owner, chat.session, chat.greetings[1].id, *now).await.map(drop)
        })
    }),
    ("rename", |stores, scene| {
        Box::pin(async move {
            let Scene { chat, now, .. } = scene;
            let patch = SessionPatch { title: Some("Tea".into()), ..SessionPatch::default() };
            stores.sessions.update_session(chat.owner, chat.session, &patch, *now).await.map(drop)
        })
    }),
    ("finish", |stores, scene| {
        Box::pin(async move {
            let finish = complete(&scene.claim, "finished");
            stores.turns.finish_reply(&finish, scene.now).await.map(drop)
        })
    }),
];

/// All that can be read of a chat; nothing of it differs between two that went the same way but ids.
#[derive(Debug, PartialEq)]
pub struct Picture {
    pub seq: u64,
    pub title: String,
    pub way: Vec<(String, String, usize)>,
    pub events: Vec<String>,
}

pub async fn picture(stores: &Stores, chat: &Chat) -> Picture {
    let session = stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap();
    let History { messages, seq, .. } =
        stores.history.history(chat.owner, chat.session, HistoryAnchor::Newest, 1_000).await.unwrap();
    assert_eq!((session.seq, session.leaf_id), (seq, messages.last().map(|last| last.id)));
    let events = stores.sessions.events_after(chat.owner, chat.session, 0, 1_000).await.unwrap();
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=seq).collect::<Vec<_>>());
    Picture {
        seq,
        title: session.title,
        way: messages
            .into_iter()
            .map(|message| (message.content, message.status.to_string(), message.siblings.len()))
            .collect(),
        events: events.iter().map(told).collect(),
    }
}

fn told(event: &SessionEvent) -> String {
    match &event.body {
        EventBody::MessageAccepted { message, reply } => {
            format!("accepted {} {}", message.content, reply.as_ref().map_or("", |reply| &reply.content))
        }
        EventBody::ReplyQueued { reply } => format!("queued {}", reply.content),
        EventBody::ReplyStarted { reply } => format!("started {}", reply.content),
        EventBody::ReplyCompleted { reply } => format!("completed {}", reply.content),
        EventBody::ReplyFailed { reply } => format!("failed {}", reply.content),
        EventBody::MessageEdited { message } => format!("edited {}", message.content),
        EventBody::MessageDeleted { .. } => "deleted".to_owned(),
        EventBody::SessionUpdated { .. } => "updated".to_owned(),
        EventBody::SessionDeleted => "gone".to_owned(),
    }
}
