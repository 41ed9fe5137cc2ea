//! The suite of `OriginStore`.

use domain::ids::{MessageId, SessionId};
use domain::imports::{ChatOrigin, ChatSource, MessageOrigin};

use super::making::Making;
use crate::{StoreError, Stores};

/// Runs it.
pub async fn origins(stores: &Stores) {
    let making = Making::new(stores);
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let character = making.character(owner).await;
    let chat = making.chat_of(owner, character.id, 1).await;
    let way: Vec<MessageId> = making.talk(&chat, 2).await.iter().map(|message| message.id).collect();
    let origin = |id: MessageId, row: &str| MessageOrigin { id, row: Some(row.to_owned()), swipe: None };
    let mut kept = ChatOrigin {
        source: ChatSource::SillyTavern,
        header: Some("{\"z\":1,\"a\":\"\\u0000\"}".into()),
        messages: way.iter().map(|id| origin(*id, "{\"extra\":{}}")).collect(),
    };
    // More than one statement takes; the messages need not be there.
    kept.messages.extend((0..500).map(|_| origin(MessageId(making.uuid()), "{}")));
    assert_eq!(stores.origins.find_origin(owner, chat.session).await, Ok(None));
    assert_eq!(stores.origins.keep_origin(other, chat.session, &kept).await, Err(StoreError::NotFound));
    let nowhere = SessionId(making.uuid());
    assert_eq!(stores.origins.keep_origin(owner, nowhere, &kept).await, Err(StoreError::NotFound));
    stores.origins.keep_origin(owner, chat.session, &kept).await.unwrap();
    let again = ChatOrigin { header: None, messages: Vec::new(), ..kept.clone() };
    stores.origins.keep_origin(owner, chat.session, &again).await.unwrap();
    let sorted = |mut origin: ChatOrigin| {
        origin.messages.sort_by_key(|message| message.id);
        origin
    };
    let found = async || stores.origins.find_origin(owner, chat.session).await.unwrap().map(sorted);
    assert_eq!(found().await, Some(sorted(kept.clone())), "the first time counts, to the byte");
    assert_eq!(stores.origins.find_origin(other, chat.session).await, Ok(None));
    // With the words of a message, and all below it, goes what was said of them.
    stores.chats.delete_message(owner, chat.session, way[1], making.now()).await.unwrap();
    kept.messages.retain(|message| !way[1..].contains(&message.id));
    assert_eq!(found().await, Some(sorted(kept)));
    stores.sessions.delete_session(owner, chat.session, making.now()).await.unwrap();
    assert_eq!(found().await, None);
}
