//! The suite of `TranscriptStore`.

use domain::chats::{Message, RegenerateMode, Role};
use domain::ids::MessageId;

use super::making::{Chat, Making};
use crate::chats::{Parent, Queueing};
use crate::transcripts::{Said, TranscriptHead};
use crate::{StoreError, Stores};

/// Runs it.
pub async fn transcripts(stores: &Stores) {
    let making = Making::new(stores);
    heads(stores, &making).await;
    reading_on(stores, &making).await;
    leading_to(stores, &making).await;
    standing(stores, &making).await;
}

async fn heads(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (message, _) = making.send(&chat, Parent::Leaf, "a").await;
    let head = TranscriptHead { scope: chat.scope(), seq: 1, last_message_at: message.created_at };
    assert_eq!(stores.transcripts.transcript(chat.session).await.unwrap(), Some(head));
    stores.sessions.delete_session(chat.owner, chat.session, making.now()).await.unwrap();
    assert_eq!(stores.transcripts.transcript(chat.session).await.unwrap(), None);
}

fn texts(said: &[Said]) -> Vec<&str> {
    assert!(said.windows(2).all(|pair| pair[1].depth == pair[0].depth + 1));
    said.iter().map(|said| said.content.as_str()).collect()
}

async fn reading_on(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(2).await, making.chat(1).await);
    let said = making.talk(&chat, 2).await;
    making.send(&chat, Parent::Message(Some(said[1].id)), "instead").await;
    let read = async |depth: u32, limit: u32| {
        stores.transcripts.said_from(chat.owner, chat.session, depth, limit).await.unwrap()
    };
    let all = read(0, 100).await;
    assert_eq!(texts(&all), ["greeting 0", "said 0", "answer 0", "instead", ""]);
    let expected = Said {
        id: said[1].id,
        depth: 2,
        role: Role::Character,
        author: None,
        content: "answer 0".into(),
        is_final: true,
        created_at: said[1].created_at,
    };
    assert_eq!(all[2], expected);
    assert_eq!(all.iter().map(|said| said.is_final).collect::<Vec<_>>(), [true, true, true, true, false]);
    assert_eq!(read(2, 2).await, all[2..4]);
    assert_eq!(read(5, 2).await, []);
    assert_eq!(stores.transcripts.said_from(other.owner, chat.session, 0, 10).await.unwrap(), []);
}

/// What leads to a message is what `ancestry` says.
async fn leading_to(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(2).await;
    let said = making.talk(&chat, 3).await;
    stores
        .chats
        .queue_reply(
            chat.owner,
            chat.session,
            said[3].id,
            Queueing::Again(RegenerateMode::New),
            making.new_reply(),
            making.now(),
        )
        .await
        .unwrap();
    making.answer(chat.session, "again").await;
    let more = making.talk(&chat, 1).await;
    let targets: Vec<MessageId> = chat.greetings.iter().chain(&said).chain(&more).map(|message| message.id).collect();
    for leaf in [said[5].id, more[0].id, chat.greetings[1].id] {
        stores.chats.select_message(chat.owner, chat.session, leaf, making.now()).await.unwrap();
        for (target, limit) in targets.iter().flat_map(|target| [1, 2, 3, 5, 100].map(|limit| (*target, limit))) {
            let found = stores.transcripts.said_before(chat.owner, chat.session, target, limit).await.unwrap();
            let ancestry = stores.history.ancestry(chat.owner, chat.session, target, limit).await.unwrap();
            assert_eq!(found, ancestry.iter().map(of_message).collect::<Vec<_>>());
        }
    }
    stores.chats.delete_message(chat.owner, chat.session, said[4].id, making.now()).await.unwrap();
    let other = making.chat(1).await;
    for (owner, session, target) in [
        (chat.owner, chat.session, said[4].id),
        (chat.owner, chat.session, said[5].id),
        (chat.owner, chat.session, making.message_id()),
        (other.owner, chat.session, said[0].id),
        (chat.owner, other.session, said[0].id),
    ] {
        let found = stores.transcripts.said_before(owner, session, target, 10).await;
        assert_eq!(found, Err(StoreError::NotFound));
    }
}

fn of_message(message: &Message) -> Said {
    Said {
        id: message.id,
        depth: message.depth,
        role: message.role,
        author: message.author,
        content: message.content.clone(),
        is_final: message.status.is_final(),
        created_at: message.created_at,
    }
}

async fn standing(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(2).await, making.chat(1).await);
    let said = making.talk(&chat, 2).await;
    let elsewhere = making.talk(&other, 1).await;
    let ids: Vec<MessageId> = said.iter().chain(&elsewhere).chain(&chat.greetings).map(|message| message.id).collect();
    let standing = async |of: &Chat, asked: &[MessageId]| {
        let mut standing = stores.transcripts.standing(of.owner, asked).await.unwrap();
        standing.sort_unstable();
        standing
    };
    let mut all = vec![chat.greetings[0].id, said[0].id, said[1].id, said[2].id, said[3].id];
    all.sort_unstable();
    assert_eq!(standing(&chat, &ids).await, all);
    assert_eq!(standing(&other, &ids).await, [elsewhere[0].id, elsewhere[1].id]);
    assert_eq!(standing(&chat, &[]).await, []);
    // More than one statement takes, most of them of nobody.
    let many: Vec<MessageId> = ids.iter().copied().chain((0..700).map(|_| making.message_id())).collect();
    assert_eq!(standing(&chat, &many).await, all);
    stores.chats.delete_message(chat.owner, chat.session, said[2].id, making.now()).await.unwrap();
    assert_eq!(standing(&chat, &[said[1].id, said[2].id, said[3].id]).await, [said[1].id]);
    stores.chats.select_message(chat.owner, chat.session, chat.greetings[1].id, making.now()).await.unwrap();
    assert_eq!(standing(&chat, &ids).await, [chat.greetings[1].id]);
}
