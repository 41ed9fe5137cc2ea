//! The suites of `FriendStore` and `BlockStore`, with all that two people can do at once.

use domain::blocks::Shunning;
use domain::friends::{Asked, Parted, RequestDirection};
use domain::ids::UserId;
use domain::limits;
use domain::pages::PageRequest;
use domain::privacy::Facet;

use super::chats::join_all;
use super::making::Making;
use super::profiles::{TODAY, seen};
use crate::{Conflict, StoreError, Stores};

/// How often two people do something at once.
const TIMES: usize = 12;

fn page(limit: u32) -> PageRequest {
    PageRequest { cursor: None, limit }
}

async fn friends_of(stores: &Stores, user: UserId) -> Vec<UserId> {
    let found = stores.friends.page_friends(user, user, &page(100), TODAY).await.unwrap();
    found.items.iter().map(|listed| listed.person.profile.user).collect()
}

async fn requests(stores: &Stores, user: UserId, direction: RequestDirection) -> Vec<UserId> {
    let found = stores.friends.page_requests(user, direction, &page(100), TODAY).await.unwrap();
    found.items.iter().map(|listed| listed.person.profile.user).collect()
}

async fn count(stores: &Stores, user: UserId) -> u64 {
    seen(stores, user, user).await.reach.friends
}

/// Makes friends of two.
pub(super) async fn befriend(stores: &Stores, making: &Making<'_>, one: UserId, two: UserId) {
    stores.friends.ask_friend(one, two, making.now()).await.unwrap();
    assert_eq!(stores.friends.accept_friend(two, one, making.now()).await, Ok(Asked::Friends));
}

/// Runs the suite of `FriendStore`.
pub async fn friends(stores: &Stores) {
    let making = Making::new(stores);
    asking(stores, &making).await;
    declining(stores, &making).await;
    both_at_once(stores, &making).await;
    pages(stores, &making).await;
    bounds(stores, &making).await;
    leaving(stores, &making).await;
    knowing(stores, &making).await;
    circles(stores, &making).await;
}

async fn circles(stores: &Stores, making: &Making<'_>) {
    let [aya, ren, mio, kai] =
        [making.user().await.id, making.user().await.id, making.user().await.id, making.user().await.id];
    let circle = async |user| {
        let mut found = stores.circles.circle(user).await.unwrap();
        found.sort_unstable();
        found
    };
    assert_eq!(circle(aya).await, []);
    for friend in [ren, mio, kai] {
        befriend(stores, making, aya, friend).await;
    }
    stores.friends.ask_friend(making.user().await.id, aya, making.now()).await.unwrap();
    let mut all = vec![ren, mio, kai];
    all.sort_unstable();
    assert_eq!((circle(aya).await, circle(ren).await), (all, vec![aya]), "requests are none");
    // Who mutes somebody hears nothing of them, and is heard of all the same; a block ends it.
    stores.blocks.shun(ren, aya, Shunning::Mute, making.now()).await.unwrap();
    stores.blocks.shun(mio, aya, Shunning::Block, making.now()).await.unwrap();
    assert_eq!((circle(aya).await, circle(ren).await, circle(mio).await), (vec![kai], vec![aya], vec![]));
    stores.blocks.unshun(ren, aya, Shunning::Mute).await.unwrap();
    stores.accounts.delete_user(kai, making.now()).await.unwrap();
    assert_eq!(circle(aya).await, [ren]);
}

async fn asking(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    let ask = |from, to| stores.friends.ask_friend(from, to, making.now());
    assert_eq!(ask(aya, aya).await, Err(StoreError::NotFound));
    assert_eq!(ask(aya, making.new_user().id).await, Err(StoreError::NotFound));
    assert_eq!(ask(aya, ren).await, Ok(Asked::Waits));
    assert_eq!(ask(aya, ren).await, Ok(Asked::WaitsAlready));
    assert_eq!(requests(stores, aya, RequestDirection::Outgoing).await, [ren]);
    assert_eq!(requests(stores, ren, RequestDirection::Incoming).await, [aya]);
    let relation = seen(stores, ren, aya).await.person.relation;
    assert!(relation.asks && !relation.asked && !relation.friend);
    // One's own request is not one's to accept.
    assert_eq!(stores.friends.accept_friend(aya, ren, making.now()).await, Err(StoreError::NotFound));
    assert_eq!(stores.friends.accept_friend(ren, aya, making.now()).await, Ok(Asked::Friends));
    assert_eq!(stores.friends.accept_friend(ren, aya, making.now()).await, Ok(Asked::FriendsAlready));
    assert_eq!(ask(aya, ren).await, Ok(Asked::FriendsAlready));
    assert_eq!((friends_of(stores, aya).await, friends_of(stores, ren).await), (vec![ren], vec![aya]));
    assert_eq!((count(stores, aya).await, count(stores, ren).await), (1, 1));
    assert_eq!(requests(stores, ren, RequestDirection::Incoming).await, []);
    assert_eq!(stores.friends.part_friends(ren, aya).await, Ok(Parted::Friendship));
    assert_eq!(stores.friends.part_friends(ren, aya).await, Ok(Parted::Nothing));
    assert_eq!((friends_of(stores, aya).await, count(stores, aya).await, count(stores, ren).await), (vec![], 0, 0));
    // A request that was taken back cannot be accepted.
    ask(aya, ren).await.unwrap();
    assert_eq!(stores.friends.part_friends(aya, ren).await, Ok(Parted::OwnRequest));
    assert_eq!(stores.friends.accept_friend(ren, aya, making.now()).await, Err(StoreError::NotFound));
}

async fn declining(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    stores.friends.ask_friend(aya, ren, making.now()).await.unwrap();
    assert_eq!(stores.friends.part_friends(ren, aya).await, Ok(Parted::TheirRequest));
    assert_eq!(stores.friends.part_friends(ren, aya).await, Ok(Parted::Nothing));
    // Ren is rid of it, and Aya does not learn of it, whatever she asks.
    assert_eq!(requests(stores, ren, RequestDirection::Incoming).await, []);
    assert!(!seen(stores, ren, aya).await.person.relation.asks);
    assert_eq!(requests(stores, aya, RequestDirection::Outgoing).await, [ren]);
    assert!(seen(stores, aya, ren).await.person.relation.asked);
    assert_eq!(stores.friends.ask_friend(aya, ren, making.now()).await, Ok(Asked::WaitsAlready));
    assert_eq!(stores.friends.accept_friend(ren, aya, making.now()).await, Err(StoreError::NotFound));
    // Ren may think better of it.
    assert_eq!(stores.friends.ask_friend(ren, aya, making.now()).await, Ok(Asked::Friends));
    assert_eq!((friends_of(stores, ren).await, count(stores, aya).await), (vec![aya], 1));
    assert_eq!(requests(stores, aya, RequestDirection::Outgoing).await, []);
}

async fn both_at_once(stores: &Stores, making: &Making<'_>) {
    for _ in 0..TIMES {
        let (aya, ren) = (making.user().await.id, making.user().await.id);
        let (now, later) = (making.now(), making.now());
        // Each on a task of its own, and each twice, as a hurried finger does.
        let asked = join_all([(aya, ren, now), (ren, aya, later), (aya, ren, later), (ren, aya, now)].map(
            |(from, to, now)| {
                let stores = stores.clone();
                tokio::spawn(async move { stores.friends.ask_friend(from, to, now).await })
            },
        ))
        .await;
        let asked: Vec<Asked> = asked.into_iter().map(|asked| asked.unwrap().unwrap()).collect();
        assert_eq!(asked.iter().filter(|asked| **asked == Asked::Friends).count(), 1, "{asked:?}");
        assert_eq!((friends_of(stores, aya).await, friends_of(stores, ren).await), (vec![ren], vec![aya]));
        assert_eq!((count(stores, aya).await, count(stores, ren).await), (1, 1));
        for user in [aya, ren] {
            for direction in [RequestDirection::Incoming, RequestDirection::Outgoing] {
                assert_eq!(requests(stores, user, direction).await, []);
            }
        }
        // Both leave at once as well.
        let (a, b) = tokio::join!(stores.friends.part_friends(aya, ren), stores.friends.part_friends(ren, aya));
        assert!([a.unwrap(), b.unwrap()].contains(&Parted::Friendship));
        assert_eq!((count(stores, aya).await, count(stores, ren).await), (0, 0));
    }
}

async fn pages(stores: &Stores, making: &Making<'_>) {
    let aya = making.user().await.id;
    let mut expected = Vec::new();
    for _ in 0..5 {
        let other = making.user().await.id;
        befriend(stores, making, other, aya).await;
        expected.insert(0, other);
    }
    let viewer = making.user().await.id;
    stores.blocks.shun(expected[1], viewer, Shunning::Block, making.now()).await.unwrap();
    for (who, hidden) in [(aya, None), (viewer, Some(expected[1]))] {
        let (mut met, mut cursor) = (Vec::new(), None);
        for _ in 0..10 {
            let page = PageRequest { cursor, limit: 2 };
            let page = stores.friends.page_friends(who, aya, &page, TODAY).await.unwrap();
            assert!(page.items.len() <= 2);
            met.extend(page.items.iter().map(|listed| listed.person.profile.user));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let shown: Vec<UserId> = expected.iter().copied().filter(|user| Some(*user) != hidden).collect();
        assert_eq!(met, shown);
    }
    let nonsense = PageRequest { cursor: Some("nonsense".into()), limit: 2 };
    let refused = stores.friends.page_friends(aya, aya, &nonsense, TODAY).await;
    assert_eq!(refused.unwrap_err(), StoreError::InvalidCursor);
}

async fn bounds(stores: &Stores, making: &Making<'_>) {
    let aya = making.user().await.id;
    for _ in 0..limits::FRIEND_REQUESTS {
        let other = making.user().await.id;
        stores.friends.ask_friend(aya, other, making.now()).await.unwrap();
    }
    let one_more = making.user().await.id;
    let refused = stores.friends.ask_friend(aya, one_more, making.now()).await;
    assert_eq!(refused, Err(StoreError::Conflict(Conflict::TooManyRequests)));
    // To answer is no request.
    stores.friends.ask_friend(one_more, aya, making.now()).await.unwrap();
    assert_eq!(stores.friends.ask_friend(aya, one_more, making.now()).await, Ok(Asked::Friends));
}

async fn leaving(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    befriend(stores, making, aya, ren).await;
    stores.follows.set_follow(aya, ren, true, making.now()).await.unwrap();
    stores.accounts.delete_user(aya, making.now()).await.unwrap();
    assert_eq!((friends_of(stores, ren).await, count(stores, ren).await), (vec![], 0));
    assert_eq!(seen(stores, ren, ren).await.reach.followers, 0);
    // Whoever goes while somebody makes friends with them is no friend, and is not counted as one.
    for _ in 0..TIMES {
        let other = making.user().await.id;
        stores.friends.ask_friend(ren, other, making.now()).await.unwrap();
        let (gone, accepted) = tokio::join!(
            stores.accounts.delete_user(other, making.now()),
            stores.friends.accept_friend(other, ren, making.now())
        );
        assert_eq!(gone, Ok(()));
        assert!(matches!(accepted, Ok(Asked::Friends) | Err(StoreError::NotFound)), "{accepted:?}");
        assert_eq!((friends_of(stores, ren).await, count(stores, ren).await), (vec![], 0));
    }
}

async fn knowing(stores: &Stores, making: &Making<'_>) {
    let aya = making.user().await.id;
    let mut friends = Vec::new();
    for _ in 0..3 {
        let friend = making.user().await.id;
        befriend(stores, making, aya, friend).await;
        friends.push(friend);
    }
    let (close, far, asked, fan) =
        (making.user().await.id, making.user().await.id, making.user().await.id, making.user().await.id);
    for friend in &friends {
        befriend(stores, making, *friend, close).await;
        befriend(stores, making, *friend, asked).await;
    }
    befriend(stores, making, friends[0], far).await;
    befriend(stores, making, friends[0], friends[1]).await;
    stores.friends.ask_friend(aya, asked, making.now()).await.unwrap();
    let character = making.character(far).await.id;
    for user in [aya, far, fan, friends[0]] {
        stores.follows.set_character_follow(user, character, true, making.now()).await.unwrap();
    }
    let known = stores.friends.acquaintances(aya, 10).await.unwrap();
    let told: Vec<_> = known.iter().map(|one| (one.user, one.common_friends, one.common_characters)).collect();
    assert_eq!(told, [(close, 3, 0), (far, 1, 1), (fan, 0, 1)], "neither friends, nor who was asked, nor oneself");
    assert_eq!(stores.friends.acquaintances(aya, 1).await.unwrap().len(), 1);
    assert_eq!(stores.friends.acquaintances(making.user().await.id, 10).await.unwrap(), []);
}

/// Runs the suite of `BlockStore`.
pub async fn blocks(stores: &Stores) {
    let making = Making::new(stores);
    blocking(stores, &making).await;
    muting(stores, &making).await;
    block_and_friendship_at_once(stores, &making).await;
}

async fn blocking(stores: &Stores, making: &Making<'_>) {
    let (aya, eve, ren) = (making.user().await.id, making.user().await.id, making.user().await.id);
    befriend(stores, making, aya, eve).await;
    befriend(stores, making, ren, eve).await;
    for (one, two) in [(aya, eve), (eve, aya), (ren, eve)] {
        assert_eq!(stores.follows.set_follow(one, two, true, making.now()).await, Ok(true));
    }
    assert_eq!(stores.blocks.shun(aya, aya, Shunning::Block, making.now()).await, Err(StoreError::NotFound));
    assert_eq!(stores.blocks.shun(aya, eve, Shunning::Block, making.now()).await, Ok(true));
    assert_eq!(stores.blocks.shun(aya, eve, Shunning::Block, making.now()).await, Ok(false));
    for (one, two) in [(aya, eve), (eve, aya)] {
        let person = seen(stores, one, two).await.person;
        assert!(!person.shows(Facet::Card));
        let relation = person.relation;
        assert!(!relation.friend && !relation.follows && !relation.followed, "{relation:?}");
        assert_eq!(stores.friends.ask_friend(one, two, making.now()).await, Err(StoreError::NotFound));
        assert_eq!(stores.follows.set_follow(one, two, true, making.now()).await, Err(StoreError::NotFound));
    }
    // What was between others stands.
    let reach = seen(stores, eve, eve).await.reach;
    assert_eq!((reach.friends, reach.followers, reach.following), (1, 1, 0));
    assert_eq!(seen(stores, aya, aya).await.reach, Default::default());
    let kept = stores.blocks.page_shunned(aya, Shunning::Block, &page(10), TODAY).await.unwrap();
    assert_eq!(kept.items.iter().map(|listed| listed.person.profile.user).collect::<Vec<_>>(), [eve]);
    assert_eq!(stores.blocks.page_shunned(eve, Shunning::Block, &page(10), TODAY).await.unwrap().items, []);
    // A block of the other is not one's own to end.
    assert_eq!(stores.blocks.unshun(eve, aya, Shunning::Block).await, Ok(false));
    assert_eq!(stores.blocks.unshun(aya, eve, Shunning::Block).await, Ok(true));
    assert!(seen(stores, eve, aya).await.person.shows(Facet::Card));
    assert!(!seen(stores, eve, aya).await.person.relation.friend, "what it ended does not come back");
    // Requests end as well, whoever made them.
    for (from, to) in [(aya, eve), (eve, aya)] {
        stores.friends.ask_friend(from, to, making.now()).await.unwrap();
        stores.blocks.shun(aya, eve, Shunning::Block, making.now()).await.unwrap();
        stores.blocks.unshun(aya, eve, Shunning::Block).await.unwrap();
        assert_eq!(requests(stores, from, RequestDirection::Outgoing).await, []);
    }
}

async fn muting(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    befriend(stores, making, aya, ren).await;
    assert_eq!(stores.blocks.shun(aya, ren, Shunning::Mute, making.now()).await, Ok(true));
    let (mutes, muted) = (seen(stores, aya, ren).await.person.relation, seen(stores, ren, aya).await.person.relation);
    assert!(mutes.mutes && mutes.friend && muted.muted && muted.friend && !muted.mutes);
    let kept = stores.blocks.page_shunned(aya, Shunning::Mute, &page(10), TODAY).await.unwrap();
    assert_eq!(kept.items.len(), 1);
    assert_eq!(stores.blocks.page_shunned(aya, Shunning::Block, &page(10), TODAY).await.unwrap().items, []);
    assert_eq!(stores.blocks.unshun(aya, ren, Shunning::Mute).await, Ok(true));
}

/// Whatever comes first, after a block there is nothing between the two.
async fn block_and_friendship_at_once(stores: &Stores, making: &Making<'_>) {
    for turn in 0..TIMES * 2 {
        let (aya, eve) = (making.user().await.id, making.user().await.id);
        if turn % 2 == 0 {
            stores.friends.ask_friend(aya, eve, making.now()).await.unwrap();
        }
        let now = making.now();
        let (s1, s2, s3) = (stores.clone(), stores.clone(), stores.clone());
        let block = tokio::spawn(async move { s1.blocks.shun(aya, eve, Shunning::Block, now).await });
        let ask = tokio::spawn(async move { s2.friends.ask_friend(eve, aya, now).await });
        let follow = tokio::spawn(async move { s3.follows.set_follow(eve, aya, true, now).await });
        assert_eq!(block.await.unwrap(), Ok(true));
        let (asked, followed) = (ask.await.unwrap(), follow.await.unwrap());
        assert!(matches!(asked, Ok(_) | Err(StoreError::NotFound)), "{asked:?}");
        assert!(matches!(followed, Ok(_) | Err(StoreError::NotFound)), "{followed:?}");
        for user in [aya, eve] {
            assert_eq!((friends_of(stores, user).await, count(stores, user).await), (vec![], 0));
            assert_eq!(seen(stores, user, user).await.reach, Default::default());
            for direction in [RequestDirection::Incoming, RequestDirection::Outgoing] {
                assert_eq!(requests(stores, user, direction).await, []);
            }
        }
        let relation = seen(stores, eve, aya).await.person.relation;
        assert!(relation.blocked && !relation.friend && !relation.asked && !relation.follows);
    }
}
