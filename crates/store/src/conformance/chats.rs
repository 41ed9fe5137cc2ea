//! The suite of `ChatStore`.

use domain::chats::{HistoryAnchor, Message, MessageStatus, RegenerateMode, Role};
use domain::events::EventBody;
use domain::ids::{MessageId, SessionId, UserId};
use domain::limits;

use super::making::{Chat, Making};
use crate::chats::{Parent, Queueing};
use crate::{Conflict, StoreError, Stores};

/// Runs it.
pub async fn chats(stores: &Stores) {
    let making = Making::new(stores);
    sending(stores, &making).await;
    sending_again(stores, &making).await;
    two_at_once(stores, &making).await;
    branching(stores, &making).await;
    regenerating(stores, &making).await;
    editing(stores, &making).await;
    deleting(stores, &making).await;
    bounds(stores, &making).await;
    of_others(stores, &making).await;
}

/// The way in view, as texts.
pub(super) async fn view(stores: &Stores, chat: &Chat) -> Vec<String> {
    way(stores, chat).await.into_iter().map(|message| message.content).collect()
}

/// The way in view.
pub(super) async fn way(stores: &Stores, chat: &Chat) -> Vec<Message> {
    stores.history.history(chat.owner, chat.session, HistoryAnchor::Newest, 1_000).await.unwrap().messages
}

async fn leaf(stores: &Stores, chat: &Chat) -> Option<MessageId> {
    stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap().leaf_id
}

async fn sending(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let new = making.new_message(Parent::Leaf, "hello");
    let now = making.now();
    let accepted = stores.chats.accept_message(chat.owner, chat.session, &new, now).await.unwrap();
    assert!(!accepted.repeated);
    assert_eq!((accepted.event.seq, accepted.event.at, accepted.event.session_id), (1, now, chat.session));
    let EventBody::MessageAccepted { message, reply: Some(reply) } = accepted.event.body else {
        panic!("another event")
    };
    assert_eq!(
        (message.id, message.parent_id, message.depth, message.role),
        (new.id, Some(chat.greetings[0].id), 1, Role::User)
    );
    assert_eq!((message.status, message.content.as_str(), message.created_at), (MessageStatus::Complete, "hello", now));
    assert_eq!(message.client_message_id.as_deref(), Some(new.client_message_id.as_str()));
    assert_eq!(
        (reply.id, reply.parent_id, reply.depth, reply.role),
        (new.replies[0].id, Some(new.id), 2, Role::Character)
    );
    assert_eq!((reply.status, reply.content.as_str()), (MessageStatus::Queued, ""));
    assert_eq!((&message.siblings, &reply.siblings), (&vec![message.id], &vec![reply.id]));
    let session = stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap();
    assert_eq!((session.leaf_id, session.seq, session.last_message_at), (Some(reply.id), 1, now));
    // What the event told is what is read.
    assert_eq!(stores.history.find_message(chat.owner, message.id).await.unwrap(), Some(message.clone()));
    assert_eq!(way(stores, &chat).await[1..], [message, reply.clone()]);
    // What is sent meanwhile hangs below the reply that waits.
    let (second, _) = making.send(&chat, Parent::Leaf, "are you there?").await;
    assert_eq!((second.parent_id, second.depth), (Some(reply.id), 3));
    // An empty session begins with the person's message.
    let empty = making.chat(0).await;
    let (first, _) = making.send(&empty, Parent::Leaf, "first").await;
    assert_eq!((first.parent_id, first.depth), (None, 0));
}

async fn sending_again(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let new = making.new_message(Parent::Leaf, "hello");
    let first = stores.chats.accept_message(chat.owner, chat.session, &new, making.now()).await.unwrap();
    let mut again = making.new_message(Parent::Message(None), "something else");
    again.client_message_id.clone_from(&new.client_message_id);
    let second = stores.chats.accept_message(chat.owner, chat.session, &again, making.now()).await.unwrap();
    assert!(second.repeated);
    assert_eq!(second.event, first.event);
    // Also when it is told of a parent that is not there.
    again.parent = Parent::Message(Some(making.message_id()));
    assert!(stores.chats.accept_message(chat.owner, chat.session, &again, making.now()).await.unwrap().repeated);
    let session = stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap();
    assert_eq!((session.seq, session.leaf_id), (1, Some(new.replies[0].id)));
    assert_eq!(way(stores, &chat).await.len(), 3);
    // Later it is told as it then is.
    let reply = making.answer(chat.session, "hi").await;
    let third = stores.chats.accept_message(chat.owner, chat.session, &again, making.now()).await.unwrap();
    assert!(matches!(&third.event.body, EventBody::MessageAccepted { reply: Some(now), .. } if *now == reply));
    // A deleted reply leaves the message taken; a deleted message stays deleted.
    stores.chats.delete_message(chat.owner, chat.session, new.replies[0].id, making.now()).await.unwrap();
    let fourth = stores.chats.accept_message(chat.owner, chat.session, &again, making.now()).await.unwrap();
    assert!(
        matches!(&fourth.event.body, EventBody::MessageAccepted { message, reply: Some(reply) } if message.id == new.id && reply.content.is_empty())
    );
    stores.chats.delete_message(chat.owner, chat.session, new.id, making.now()).await.unwrap();
    let fifth = stores.chats.accept_message(chat.owner, chat.session, &new, making.now()).await;
    assert_eq!(fifth, Err(StoreError::Conflict(Conflict::MessageDeleted)));
    // The client's id is taken in this session only.
    let other = making.chat(1).await;
    let mut elsewhere = making.new_message(Parent::Leaf, "hello");
    elsewhere.client_message_id = new.client_message_id;
    assert!(!stores.chats.accept_message(other.owner, other.session, &elsewhere, making.now()).await.unwrap().repeated);
}

async fn two_at_once(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    for _ in 0..8 {
        let one = making.new_message(Parent::Leaf, "hello");
        let mut two = making.new_message(Parent::Leaf, "hello");
        two.client_message_id.clone_from(&one.client_message_id);
        let (one, two) = tokio::join!(
            stores.chats.accept_message(chat.owner, chat.session, &one, making.now()),
            stores.chats.accept_message(chat.owner, chat.session, &two, making.now()),
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert!(one.repeated != two.repeated);
        assert_eq!(one.event, two.event);
    }
    // Different ones stand one below the other.
    let news: Vec<_> = (0..6).map(|n| making.new_message(Parent::Leaf, &format!("{n}"))).collect();
    let sends = news.iter().map(|new| stores.chats.accept_message(chat.owner, chat.session, new, making.now()));
    let mut places = Vec::new();
    for sent in join_all(sends).await {
        places.push(sent.unwrap().event.seq);
    }
    places.sort_unstable();
    assert_eq!(places, (9..15).collect::<Vec<u64>>());
    assert_eq!(way(stores, &chat).await.len(), 1 + 2 * 14);
}

/// Runs them at the same time.
pub(super) async fn join_all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut all = true;
        for (future, output) in &mut running {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(ready) => *output = Some(ready),
                    std::task::Poll::Pending => all = false,
                }
            }
        }
        if all { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}

async fn branching(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(2).await;
    let (a, _) = making.send(&chat, Parent::Leaf, "a").await;
    making.answer(chat.session, "ra").await;
    let (b, rb) = making.send(&chat, Parent::Leaf, "b").await;
    making.answer(chat.session, "rb").await;
    // Another text in the place of `a`.
    let (a2, _) = making.send(&chat, Parent::Message(Some(chat.greetings[0].id)), "a2").await;
    let ra2 = making.answer(chat.session, "ra2").await;
    assert_eq!(a2.siblings, [a.id, a2.id]);
    assert_eq!(view(stores, &chat).await, ["greeting 0", "a2", "ra2"]);
    // Back: the way goes on as it last did.
    let event = stores.chats.select_message(chat.owner, chat.session, a.id, making.now()).await.unwrap();
    assert!(
        matches!(&event.body, EventBody::SessionUpdated { session } if session.leaf_id == Some(rb.id) && session.seq == event.seq)
    );
    assert_eq!(view(stores, &chat).await, ["greeting 0", "a", "ra", "b", "rb"]);
    // What is in view already stays as it is.
    stores.chats.select_message(chat.owner, chat.session, b.id, making.now()).await.unwrap();
    assert_eq!(leaf(stores, &chat).await, Some(rb.id));
    // Another greeting, and back into the depth of the first.
    stores.chats.select_message(chat.owner, chat.session, chat.greetings[1].id, making.now()).await.unwrap();
    assert_eq!(view(stores, &chat).await, ["greeting 1"]);
    stores.chats.select_message(chat.owner, chat.session, ra2.id, making.now()).await.unwrap();
    assert_eq!(view(stores, &chat).await, ["greeting 0", "a2", "ra2"]);
    // Below what is out of view, and at the root.
    making.send(&chat, Parent::Message(Some(rb.id)), "c").await;
    assert_eq!(view(stores, &chat).await, ["greeting 0", "a", "ra", "b", "rb", "c", ""]);
    let (root, _) = making.send(&chat, Parent::Message(None), "root").await;
    assert_eq!(root.siblings, [chat.greetings[0].id, chat.greetings[1].id, root.id]);
    assert_eq!(view(stores, &chat).await, ["root", ""]);
    let missing = making.new_message(Parent::Message(Some(making.message_id())), "x");
    assert_eq!(
        stores.chats.accept_message(chat.owner, chat.session, &missing, making.now()).await,
        Err(StoreError::NotFound)
    );
}

async fn regenerating(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (a, ra) = making.send(&chat, Parent::Leaf, "a").await;
    let queue = |message, mode| {
        let (reply, now, how) = (making.new_reply(), making.now(), Queueing::Again(mode));
        async move { stores.chats.queue_reply(chat.owner, chat.session, message, how, reply, now).await }
    };
    assert_eq!(queue(ra.id, RegenerateMode::New).await, Err(StoreError::Conflict(Conflict::ReplyRunning)));
    making.answer(chat.session, "ra").await;
    let event = queue(ra.id, RegenerateMode::New).await.unwrap();
    let EventBody::ReplyQueued { reply } = event.body else { panic!("another event") };
    assert_eq!(
        (reply.parent_id, reply.status, reply.content.as_str(), reply.depth),
        (Some(a.id), MessageStatus::Queued, "", 2)
    );
    assert_eq!(reply.siblings, [ra.id, reply.id]);
    assert_eq!(stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap().leaf_id, Some(reply.id));
    making.answer(chat.session, "ra2").await;
    let event = queue(ra.id, RegenerateMode::Continue).await.unwrap();
    let EventBody::ReplyQueued { reply } = event.body else { panic!("another event") };
    assert_eq!((reply.content.as_str(), reply.siblings.len()), ("ra", 3));
    assert_eq!(queue(a.id, RegenerateMode::Continue).await, Err(StoreError::Conflict(Conflict::NotAReply)));
    // Below the person's own message, and beside a greeting.
    assert!(
        matches!(queue(a.id, RegenerateMode::New).await.unwrap().body, EventBody::ReplyQueued { reply } if reply.parent_id == Some(a.id))
    );
    let beside = queue(chat.greetings[0].id, RegenerateMode::New).await.unwrap();
    assert!(
        matches!(beside.body, EventBody::ReplyQueued { reply } if reply.parent_id.is_none() && reply.siblings.len() == 2)
    );
    assert_eq!(queue(making.message_id(), RegenerateMode::New).await, Err(StoreError::NotFound));
}

async fn editing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (a, ra) = making.send(&chat, Parent::Leaf, "a").await;
    let edit = |message, content: &'static str| {
        stores.chats.edit_message(chat.owner, chat.session, message, content, making.now())
    };
    assert_eq!(edit(ra.id, "x").await, Err(StoreError::Conflict(Conflict::ReplyRunning)));
    let event = edit(a.id, "b").await.unwrap();
    let EventBody::MessageEdited { message } = event.body else { panic!("another event") };
    assert_eq!((message.content.as_str(), message.revision, message.edited_at), ("b", 1, Some(event.at)));
    edit(a.id, "c").await.unwrap();
    let texts: Vec<(u32, String)> = stores
        .history
        .revisions(chat.owner, a.id)
        .await
        .unwrap()
        .into_iter()
        .map(|r| (r.revision, r.content))
        .collect();
    assert_eq!(texts, [(0, "a".to_owned()), (1, "b".to_owned())]);
    assert_eq!(view(stores, &chat).await, ["greeting 0", "c", ""]);
    assert_eq!(edit(making.message_id(), "x").await, Err(StoreError::NotFound));
}

async fn deleting(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (a, ra) = making.send(&chat, Parent::Leaf, "a").await;
    making.answer(chat.session, "ra").await;
    let (a2, ra2) = making.send(&chat, Parent::Message(Some(chat.greetings[0].id)), "a2").await;
    making.answer(chat.session, "ra2").await;
    let delete = |message| stores.chats.delete_message(chat.owner, chat.session, message, making.now());
    stores.chats.edit_message(chat.owner, chat.session, a2.id, "a2!", making.now()).await.unwrap();
    // A whole branch in view, with a reply being written in it: the way moves to the newest sibling's end.
    making.send(&chat, Parent::Leaf, "b").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    let event = delete(a2.id).await.unwrap();
    assert_eq!(event.body, EventBody::MessageDeleted { message_id: a2.id, leaf_id: Some(ra.id) });
    assert_eq!(view(stores, &chat).await, ["greeting 0", "a", "ra"]);
    assert_eq!(way(stores, &chat).await[1].siblings, [a.id]);
    for gone in [a2.id, ra2.id, claim.reply.id] {
        assert_eq!(stores.history.find_message(chat.owner, gone).await.unwrap(), None);
        assert_eq!(stores.history.revisions(chat.owner, gone).await, Err(StoreError::NotFound));
        assert_eq!(delete(gone).await, Err(StoreError::NotFound));
    }
    assert_eq!(stores.turns.finish_reply(&super::making::complete(&claim, "late"), making.now()).await, Ok(None));
    // Without a sibling the way ends at the parent; out of view it stays.
    assert_eq!(delete(ra.id).await.unwrap().body, EventBody::MessageDeleted { message_id: ra.id, leaf_id: Some(a.id) });
    let (root, last) = making.send(&chat, Parent::Message(None), "root").await;
    assert_eq!(
        delete(a.id).await.unwrap().body,
        EventBody::MessageDeleted { message_id: a.id, leaf_id: Some(last.id) }
    );
    assert_eq!(view(stores, &chat).await, ["root", ""]);
    assert_eq!(
        delete(root.id).await.unwrap().body,
        EventBody::MessageDeleted { message_id: root.id, leaf_id: Some(chat.greetings[0].id) }
    );
    // The queued reply below it went too.
    assert_eq!(making.claim(chat.session, making.node()).await, None);
    delete(chat.greetings[0].id).await.unwrap();
    assert_eq!((leaf(stores, &chat).await, way(stores, &chat).await), (None, Vec::new()));
    let (again, _) = making.send(&chat, Parent::Leaf, "again").await;
    assert_eq!((again.parent_id, again.siblings.as_slice()), (None, [again.id].as_slice()));
}

async fn bounds(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    for n in 0..limits::QUEUED_REPLIES {
        making.send(&chat, Parent::Leaf, &n.to_string()).await;
    }
    let new = making.new_message(Parent::Leaf, "one more");
    let refused = stores.chats.accept_message(chat.owner, chat.session, &new, making.now()).await;
    assert_eq!(refused, Err(StoreError::Conflict(Conflict::TooManyQueued)));
    making.answer(chat.session, "done").await;
    assert!(!stores.chats.accept_message(chat.owner, chat.session, &new, making.now()).await.unwrap().repeated);

    let chat = making.chat(1).await;
    let (a, reply) = making.send(&chat, Parent::Leaf, "a").await;
    making.answer(chat.session, "first").await;
    for _ in 1..limits::SIBLINGS {
        stores
            .chats
            .queue_reply(
                chat.owner,
                chat.session,
                reply.id,
                Queueing::Again(RegenerateMode::New),
                making.new_reply(),
                making.now(),
            )
            .await
            .unwrap();
        making.answer(chat.session, "another").await;
    }
    let refused = stores
        .chats
        .queue_reply(
            chat.owner,
            chat.session,
            a.id,
            Queueing::Again(RegenerateMode::New),
            making.new_reply(),
            making.now(),
        )
        .await;
    assert_eq!(refused, Err(StoreError::Conflict(Conflict::TooManySiblings)));
    assert_eq!(way(stores, &chat).await[2].siblings.len() as u64, limits::SIBLINGS);
}

async fn of_others(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let other = making.chat(1).await;
    let (a, _) = making.send(&chat, Parent::Leaf, "a").await;
    let ra = making.answer(chat.session, "ra").await;
    let before = (view(stores, &chat).await, making.last_event(&chat).await);
    let foreign: [(UserId, SessionId); 3] =
        [(other.owner, chat.session), (chat.owner, other.session), (other.owner, other.session)];
    for (owner, session) in foreign {
        let new = making.new_message(Parent::Message(Some(ra.id)), "x");
        assert_eq!(stores.chats.accept_message(owner, session, &new, making.now()).await, Err(StoreError::NotFound));
        let queued = stores
            .chats
            .queue_reply(owner, session, ra.id, Queueing::Again(RegenerateMode::New), making.new_reply(), making.now())
            .await;
        assert_eq!(queued, Err(StoreError::NotFound));
        assert_eq!(stores.chats.edit_message(owner, session, a.id, "x", making.now()).await, Err(StoreError::NotFound));
        assert_eq!(stores.chats.delete_message(owner, session, a.id, making.now()).await, Err(StoreError::NotFound));
        assert_eq!(stores.chats.select_message(owner, session, a.id, making.now()).await, Err(StoreError::NotFound));
    }
    assert_eq!((view(stores, &chat).await, making.last_event(&chat).await), before);
}
