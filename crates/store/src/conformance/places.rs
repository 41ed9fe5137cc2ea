//! The suite of `PlaceStore`.

use domain::chats::{MessageStatus, SessionPatch};
use domain::ids::{MessageId, SessionId};
use time::Duration;

use super::making::{Making, complete};
use crate::Stores;
use crate::chats::Parent;
use crate::places::{Place, Written};
use crate::turns::Progress;

/// Runs it.
pub async fn places(stores: &Stores) {
    let making = Making::new(stores);
    sessions(stores, &making).await;
    lately(stores, &making).await;
    replies(stores, &making).await;
}

fn sorted(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_unstable_by_key(|place| place.session_id);
    places
}

async fn sessions(stores: &Stores, making: &Making<'_>) {
    let (one, two) = (making.chat(1).await, making.chat(0).await);
    making.send(&one, Parent::Leaf, "a").await;
    let unknown = SessionId(making.uuid());
    let places = async |of: &[SessionId]| sorted(stores.places.places(of).await.unwrap());
    let (first, second) = (
        Place { session_id: one.session, owner: one.owner, seq: 1 },
        Place { session_id: two.session, owner: two.owner, seq: 0 },
    );
    assert_eq!(places(&[]).await, []);
    assert_eq!(places(&[one.session, unknown, two.session]).await, sorted(vec![first, second]));
    making.answer(one.session, "ra").await;
    assert_eq!(places(&[one.session]).await, [Place { seq: 3, ..first }]);
    stores.sessions.delete_session(one.owner, one.session, making.now()).await.unwrap();
    assert_eq!(places(&[one.session, two.session]).await, [second]);
    // More than one statement holds.
    let many: Vec<SessionId> = (0..700).map(|_| SessionId(making.uuid())).chain([two.session]).collect();
    assert_eq!(places(&many).await, [second]);
}

async fn lately(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    making.send(&chat, Parent::Leaf, "a").await;
    let since = making.now();
    let lately = async |people: &[_]| sorted(stores.places.lately(people, since).await.unwrap());
    assert_eq!(lately(&[chat.owner, other.owner]).await, []);
    making.send(&chat, Parent::Leaf, "b").await;
    making.send(&other, Parent::Leaf, "a").await;
    let place = Place { session_id: chat.session, owner: chat.owner, seq: 2 };
    assert_eq!(lately(&[chat.owner]).await, [place]);
    assert_eq!(lately(&[chat.owner, other.owner]).await.len(), 2);
    assert_eq!(lately(&[]).await, []);
    let patch =
        |pinned, archived| SessionPatch { pinned: Some(pinned), archived: Some(archived), ..Default::default() };
    stores.sessions.update_session(chat.owner, chat.session, &patch(true, false), making.now()).await.unwrap();
    assert_eq!(lately(&[chat.owner]).await, [Place { seq: 3, ..place }]);
    stores.sessions.update_session(chat.owner, chat.session, &patch(true, true), making.now()).await.unwrap();
    assert_eq!(lately(&[chat.owner]).await, []);
}

async fn replies(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let (_, reply) = making.send(&chat, Parent::Leaf, "a").await;
    let (_, waits) = making.send(&other, Parent::Leaf, "a").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    let written = async |of: &[MessageId]| {
        let mut found = stores.places.written(of).await.unwrap();
        found.sort_unstable_by_key(|written| written.reply_id);
        found.into_iter().map(|Written { reply_id, content, status }| (reply_id, content, status)).collect::<Vec<_>>()
    };
    let progress = Progress { reply_id: reply.id, fence: claim.fence, position: 0, text: "漢🌸 so".into() };
    let more = Progress { position: 10, text: " far".into(), ..progress.clone() };
    stores.turns.save_progress(&[progress, more], making.now() + Duration::seconds(30)).await.unwrap();
    let so_far = (reply.id, "漢🌸 so far".to_owned(), MessageStatus::Streaming);
    assert_eq!(written(&[]).await, []);
    let mut both = vec![so_far.clone(), (waits.id, String::new(), MessageStatus::Queued)];
    both.sort_unstable();
    assert_eq!(written(&[reply.id, making.message_id(), waits.id]).await, both);
    stores.turns.finish_reply(&complete(&claim, "漢🌸 so far."), making.now()).await.unwrap().unwrap();
    assert_eq!(written(&[reply.id]).await, [(reply.id, "漢🌸 so far.".to_owned(), MessageStatus::Complete)]);
    stores.chats.delete_message(chat.owner, chat.session, reply.id, making.now()).await.unwrap();
    assert_eq!(written(&[reply.id]).await, []);
}
