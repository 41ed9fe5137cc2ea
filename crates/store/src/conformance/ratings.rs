//! What ratings mean, wherever characters are kept or met: part of the suites of characters and of groups.

use domain::characters::{CharacterFilter, CharacterProfile, ContentRating};
use domain::groups::MemberRole;
use domain::notifications::Notifier;
use domain::recommendations::{Reaction, RegardChange};

use super::Making;
use super::characters::all;
use super::groups::{found, shared};
use crate::groups::GroupChange;
use crate::{Conflict, StoreError, Stores};

/// Who is mature is there for her maker and for those who see what is, whoever talked with her before.
pub(super) async fn characters(stores: &Stores, making: &Making<'_>) {
    let (maker, other) = (making.user().await.id, making.user().await.id);
    let adult = making.user().await.id;
    making.sees_mature(adult, true).await;
    let character = making.character(maker).await;
    let sessions = [maker, other, adult].map(|user| making.new_session(user, character.id));
    for session in &sessions {
        stores.sessions.create_session(session, &[]).await.unwrap();
    }
    let closed = async |user| {
        let session = sessions.iter().find(|session| session.owner == user).unwrap();
        let closed = stores.characters.is_closed(user, session.id).await.unwrap();
        assert_eq!(stores.characters.find_character(user, character.id).await.unwrap().is_none(), closed);
        let listed = all(stores, user, &CharacterFilter::default(), 100).await.contains(&character.id);
        let search = CharacterFilter { search: Some("rin".into()), ..CharacterFilter::default() };
        assert_eq!((listed, all(stores, user, &search, 100).await.contains(&character.id)), (!closed, !closed));
        closed
    };
    for user in [maker, other, adult] {
        assert!(!closed(user).await);
    }
    let mature = CharacterProfile { rating: ContentRating::Mature, ..character.profile.clone() };
    stores.characters.update_character(maker, character.id, &mature, making.now()).await.unwrap();
    assert_eq!((closed(maker).await, closed(other).await, closed(adult).await), (false, true, false));
    // A session of somebody else's is nothing to be closed.
    assert_eq!(stores.characters.is_closed(other, sessions[2].id).await, Ok(false));
    let follow = stores.follows.set_character_follow(other, character.id, true, making.now()).await;
    assert_eq!(follow.map(|_| ()), Err(StoreError::NotFound));
    let change = RegardChange::React(Reaction::Like);
    let like = stores.tastes.change_regard(other, character.id, change, "like", making.now()).await;
    assert_eq!(like.map(|_| ()), Err(StoreError::NotFound));
    let rin = Notifier::Character(character.id);
    assert!(stores.inboxes.faces(other, &[rin]).await.unwrap().is_empty());
    assert!(stores.inboxes.faces(adult, &[rin]).await.unwrap().contains_key(&rin));
    making.sees_mature(adult, false).await;
    making.sees_mature(other, true).await;
    assert_eq!((closed(maker).await, closed(other).await, closed(adult).await), (false, false, true));
}

/// Nobody comes to whom they must not meet, and none of those comes to them.
pub(super) async fn groups(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 2, 0).await;
    let [aya, bo] = shared.people[..] else { panic!("two people") };
    let change = |change: GroupChange| {
        let now = making.now();
        async move { stores.groups.change_group(shared.session, &change, now).await }
    };
    let mut mature = making.new_character(Some(aya));
    mature.profile.rating = ContentRating::Mature;
    stores.characters.create_character(&mature, None).await.unwrap();
    let add = GroupChange::AddCharacter { character: mature.id, by: aya, talkativeness: None };
    assert_eq!(change(add.clone()).await, Err(StoreError::Conflict(Conflict::NotForEverybody)));
    assert!(found(stores, shared.session).await.characters.is_empty());
    making.sees_mature(bo, true).await;
    let group = change(add.clone()).await.unwrap();
    assert_eq!(group.attending().count(), 2, "her maker is one of them");
    // Whoever comes later must be able to meet her; who is there and sees her no more is not kept from leaving.
    let late = making.user().await.id;
    change(GroupChange::Invite { user: late, by: aya }).await.unwrap();
    let join = GroupChange::Join { user: late, seq: 0 };
    assert_eq!(change(join.clone()).await, Err(StoreError::NotFound));
    making.sees_mature(bo, false).await;
    let group = change(add).await.unwrap();
    assert_eq!(group.attending().map(|member| member.user_id).collect::<Vec<_>>(), [aya]);
    change(GroupChange::Leave { user: bo, role: MemberRole::Member }).await.unwrap();
    making.sees_mature(late, true).await;
    change(join).await.unwrap();
}
