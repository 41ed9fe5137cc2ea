//! The suite of `HistoryStore`.

use domain::chats::{History, HistoryAnchor};
use domain::ids::MessageId;

use super::making::{Chat, Making, complete};
use super::turns::trace;
use crate::chats::Parent;
use crate::turns::Finish;
use crate::{StoreError, Stores};

/// Runs it.
pub async fn history(stores: &Stores) {
    let making = Making::new(stores);
    paging(stores, &making).await;
    off_the_way(stores, &making).await;
    ancestry(stores, &making).await;
    whole_trees(stores, &making).await;
    traces(stores, &making).await;
    of_others(stores, &making).await;
}

async fn read(stores: &Stores, chat: &Chat, anchor: HistoryAnchor, limit: u32) -> (Vec<String>, bool, bool) {
    let History { messages, has_before, has_after, .. } =
        stores.history.history(chat.owner, chat.session, anchor, limit).await.unwrap();
    assert!(messages.windows(2).all(|pair| pair[1].parent_id == Some(pair[0].id)));
    (messages.into_iter().map(|message| message.content).collect(), has_before, has_after)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

async fn paging(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let mut ids = vec![chat.greetings[0].id];
    for n in ["1", "2", "3"] {
        let (message, reply) = making.send(&chat, Parent::Leaf, n).await;
        making.answer(chat.session, &format!("r{n}")).await;
        ids.extend([message.id, reply.id]);
    }
    let newest = HistoryAnchor::Newest;
    assert_eq!(read(stores, &chat, newest, 3).await, (texts(&["r2", "3", "r3"]), true, false));
    assert_eq!(
        read(stores, &chat, newest, 7).await,
        (texts(&["greeting 0", "1", "r1", "2", "r2", "3", "r3"]), false, false)
    );
    assert_eq!(read(stores, &chat, HistoryAnchor::Before(ids[4]), 2).await, (texts(&["r1", "2"]), true, true));
    assert_eq!(read(stores, &chat, HistoryAnchor::Before(ids[2]), 2).await, (texts(&["greeting 0", "1"]), false, true));
    assert_eq!(read(stores, &chat, HistoryAnchor::Before(ids[0]), 2).await, (vec![], false, true));
    assert_eq!(read(stores, &chat, HistoryAnchor::After(ids[0]), 2).await, (texts(&["1", "r1"]), true, true));
    assert_eq!(read(stores, &chat, HistoryAnchor::After(ids[4]), 2).await, (texts(&["3", "r3"]), true, false));
    assert_eq!(read(stores, &chat, HistoryAnchor::After(ids[6]), 2).await, (vec![], true, false));
    let page = stores.history.history(chat.owner, chat.session, newest, 1).await.unwrap();
    assert_eq!(page.seq, 9);
    let empty = making.chat(0).await;
    assert_eq!(read(stores, &empty, newest, 5).await, (vec![], false, false));
}

async fn whole_trees(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(2).await, making.chat(1).await);
    let said = making.talk(&chat, 2).await;
    let (aside, gone) = making.send(&chat, Parent::Message(Some(chat.greetings[1].id)), "aside").await;
    making.answer(chat.session, "answered").await;
    stores.chats.delete_message(chat.owner, chat.session, gone.id, making.now()).await.unwrap();
    // What is still written is not there yet.
    making.send(&chat, Parent::Leaf, "last").await;
    let tree = stores.history.tree(chat.owner, chat.session).await.unwrap();
    assert!(tree.is_sorted() && !tree.contains(&gone.id));
    let mut expected: Vec<MessageId> = chat.greetings.iter().chain(&said).map(|message| message.id).collect();
    expected.push(aside.id);
    assert!(expected.iter().all(|id| tree.contains(id)), "in view or not");
    assert_eq!(tree.len(), expected.len() + 1, "and what was said last, without its reply");
    let wanted = [tree[2], tree[0], gone.id, other.greetings[0].id];
    let found = stores.history.messages_of(chat.owner, chat.session, &wanted).await.unwrap();
    assert_eq!(found.iter().map(|message| message.id).collect::<Vec<_>>(), [tree[0], tree[2]]);
    assert_eq!(stores.history.tree(other.owner, chat.session).await, Ok(vec![]));
    assert_eq!(stores.history.messages_of(other.owner, chat.session, &tree).await, Ok(vec![]));
}

async fn off_the_way(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(2).await, making.chat(1).await);
    let (a, _) = making.send(&chat, Parent::Leaf, "a").await;
    making.answer(chat.session, "ra").await;
    making.send(&chat, Parent::Message(Some(chat.greetings[0].id)), "b").await;
    let (gone, _) = making.send(&chat, Parent::Leaf, "gone").await;
    stores.chats.delete_message(chat.owner, chat.session, gone.id, making.now()).await.unwrap();
    for anchor in [a.id, chat.greetings[1].id, other.greetings[0].id, gone.id, making.message_id()] {
        for anchor in [HistoryAnchor::Before(anchor), HistoryAnchor::After(anchor)] {
            assert_eq!(stores.history.history(chat.owner, chat.session, anchor, 5).await, Err(StoreError::NotFound));
        }
    }
}

async fn ancestry(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (a, ra) = making.send(&chat, Parent::Leaf, "a").await;
    making.answer(chat.session, "ra").await;
    let (b, _) = making.send(&chat, Parent::Leaf, "b").await;
    making.send(&chat, Parent::Message(Some(chat.greetings[0].id)), "elsewhere").await;
    let up = async |from: MessageId, limit: u32| {
        let messages = stores.history.ancestry(chat.owner, chat.session, from, limit).await.unwrap();
        messages.into_iter().map(|message| message.content).collect::<Vec<_>>()
    };
    assert_eq!(up(b.id, 10).await, ["greeting 0", "a", "ra", "b"]);
    assert_eq!(up(b.id, 2).await, ["ra", "b"]);
    assert_eq!(up(ra.id, 3).await, ["greeting 0", "a", "ra"]);
    assert_eq!(up(chat.greetings[0].id, 1).await, ["greeting 0"]);
    let found = stores.history.find_message(chat.owner, ra.id).await.unwrap().unwrap();
    assert_eq!(stores.history.ancestry(chat.owner, chat.session, ra.id, 1).await.unwrap(), [found]);
    stores.chats.delete_message(chat.owner, chat.session, a.id, making.now()).await.unwrap();
    for gone in [a.id, b.id, making.message_id()] {
        assert_eq!(stores.history.ancestry(chat.owner, chat.session, gone, 5).await, Err(StoreError::NotFound));
    }
}

async fn traces(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let (message, reply) = making.send(&chat, Parent::Leaf, "a").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    let traced = |id| stores.history.trace(chat.owner, id);
    assert_eq!(traced(reply.id).await, Ok(None));
    let finish = Finish { trace: Some(trace(making)), ..complete(&claim, "ra") };
    stores.turns.finish_reply(&finish, making.now()).await.unwrap();
    assert_eq!(traced(reply.id).await.unwrap(), finish.trace);
    assert_eq!((traced(message.id).await, traced(chat.greetings[0].id).await), (Ok(None), Ok(None)));
    assert_eq!(stores.history.trace(other.owner, reply.id).await, Err(StoreError::NotFound));
    assert_eq!(traced(making.message_id()).await, Err(StoreError::NotFound));
    stores.chats.delete_message(chat.owner, chat.session, message.id, making.now()).await.unwrap();
    assert_eq!(traced(reply.id).await, Err(StoreError::NotFound));
}

async fn of_others(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let greeting = chat.greetings[0].id;
    assert_eq!(
        stores.history.history(other.owner, chat.session, HistoryAnchor::Newest, 5).await,
        Err(StoreError::NotFound)
    );
    assert_eq!(stores.history.find_message(other.owner, greeting).await.unwrap(), None);
    assert_eq!(stores.history.ancestry(other.owner, chat.session, greeting, 5).await, Err(StoreError::NotFound));
    assert_eq!(stores.history.ancestry(chat.owner, other.session, greeting, 5).await, Err(StoreError::NotFound));
    assert_eq!(stores.history.revisions(other.owner, greeting).await, Err(StoreError::NotFound));
    assert_eq!(stores.history.revisions(chat.owner, greeting).await.unwrap(), []);
}
