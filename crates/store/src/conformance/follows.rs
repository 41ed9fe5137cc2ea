//! The suite of `FollowStore`.

use domain::characters::Visibility;
use domain::follows::CharacterFollow;
use domain::ids::UserId;
use domain::pages::PageRequest;

use super::chats::join_all;
use super::making::Making;
use super::profiles::{TODAY, seen};
use crate::follows::{CharacterFollowSet, FollowSide};
use crate::{StoreError, Stores};

/// Runs the suite.
pub async fn follows(stores: &Stores) {
    let making = Making::new(stores);
    people(stores, &making).await;
    characters(stores, &making).await;
    characters_that_go(stores, &making).await;
}

async fn listed(stores: &Stores, of: UserId, side: FollowSide) -> Vec<UserId> {
    let (mut met, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest { cursor, limit: 3 };
        let page = stores.follows.page_follows(of, of, side, &page, TODAY).await.unwrap();
        met.extend(page.items.iter().map(|listed| listed.person.profile.user));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return met;
        }
    }
}

async fn people(stores: &Stores, making: &Making<'_>) {
    let star = making.user().await.id;
    let mut fans = Vec::new();
    for _ in 0..7 {
        fans.push(making.user().await.id);
    }
    assert_eq!(stores.follows.set_follow(star, star, true, making.now()).await, Err(StoreError::NotFound));
    let nobody = making.new_user().id;
    assert_eq!(stores.follows.set_follow(star, nobody, true, making.now()).await, Err(StoreError::NotFound));
    // All at once, and each of them twice.
    let now = making.now();
    let all = fans.iter().chain(&fans).map(|fan| {
        let (stores, fan) = (stores.clone(), *fan);
        tokio::spawn(async move { stores.follows.set_follow(fan, star, true, now).await })
    });
    let news = join_all(all).await.into_iter().filter(|news| news.as_ref().unwrap() == &Ok(true)).count();
    assert_eq!((news, seen(stores, star, star).await.reach.followers), (7, 7));
    let mut met = listed(stores, star, FollowSide::Followers).await;
    met.sort_unstable();
    assert_eq!(met, fans);
    assert_eq!(listed(stores, fans[0], FollowSide::Following).await, [star]);
    let (follows, followed) =
        (seen(stores, fans[0], star).await.person.relation, seen(stores, star, fans[0]).await.person.relation);
    assert!(follows.follows && !follows.followed && followed.followed && !followed.follows);
    assert_eq!(seen(stores, fans[0], fans[0]).await.reach.following, 1);
    assert_eq!(stores.follows.set_follow(fans[0], star, false, making.now()).await, Ok(true));
    assert_eq!(stores.follows.set_follow(fans[0], star, false, making.now()).await, Ok(false));
    assert_eq!(seen(stores, star, star).await.reach.followers, 6);
    stores.accounts.delete_user(fans[1], making.now()).await.unwrap();
    assert_eq!(seen(stores, star, star).await.reach.followers, 5);
}

async fn characters(stores: &Stores, making: &Making<'_>) {
    let (maker, fan, other) = (making.user().await.id, making.user().await.id, making.user().await.id);
    let rin = making.character(maker).await.id;
    let set = |user, character, follow| stores.follows.set_character_follow(user, character, follow, making.now());
    let told =
        |following, followers, news| Ok(CharacterFollowSet { stands: CharacterFollow { following, followers }, news });
    assert_eq!(set(fan, rin, true).await, told(true, 1, true));
    assert_eq!(set(fan, rin, true).await, told(true, 1, false));
    assert_eq!(set(other, rin, true).await, told(true, 2, true));
    let stands = stores.follows.character_follow(maker, rin).await;
    assert_eq!(stands, Ok(CharacterFollow { following: false, followers: 2 }));
    assert_eq!(set(other, rin, false).await, told(false, 1, true));
    assert_eq!(set(other, rin, false).await, told(false, 1, false));
    assert_eq!(seen(stores, fan, fan).await.reach.characters, 1);

    let mut private = making.new_character(Some(maker));
    private.profile.visibility = Visibility::Private;
    stores.characters.create_character(&private, None).await.unwrap();
    assert_eq!(set(fan, private.id, true).await, Err(StoreError::NotFound));
    assert_eq!(set(maker, private.id, true).await, told(true, 1, true));
    // Whom the viewer does not find is not listed to them.
    assert_eq!(set(maker, rin, true).await.map(|set| set.stands.followers), Ok(2));
    let page = PageRequest { cursor: None, limit: 10 };
    for (viewer, shown) in [(maker, vec![rin, private.id]), (fan, vec![rin])] {
        let found = stores.follows.page_followed_characters(viewer, maker, &page).await.unwrap();
        assert_eq!(found.items.iter().map(|character| character.id).collect::<Vec<_>>(), shown);
    }
    let first = PageRequest { cursor: None, limit: 1 };
    let first = stores.follows.page_followed_characters(fan, maker, &first).await.unwrap();
    let next = PageRequest { cursor: first.next_cursor, limit: 1 };
    let next = stores.follows.page_followed_characters(fan, maker, &next).await.unwrap();
    assert_eq!((first.items.len(), next.items.len(), next.next_cursor), (1, 0, None));
}

async fn characters_that_go(stores: &Stores, making: &Making<'_>) {
    let (maker, fan) = (making.user().await.id, making.user().await.id);
    let (one, two) = (making.character(maker).await.id, making.character(maker).await.id);
    for character in [one, two] {
        stores.follows.set_character_follow(fan, character, true, making.now()).await.unwrap();
    }
    stores.characters.delete_character(maker, one, making.now()).await.unwrap();
    assert_eq!(seen(stores, fan, fan).await.reach.characters, 1);
    assert_eq!(stores.follows.character_follow(fan, one).await, Ok(CharacterFollow::default()));
    stores.accounts.delete_user(fan, making.now()).await.unwrap();
    assert_eq!(stores.follows.character_follow(maker, two).await, Ok(CharacterFollow::default()));
}
