//! What people among each other cost the store: somebody with 5,000 friends and 100,000 followers, looked at by others.
//! `cargo run -p store --example social [URL]`; the numbers of the graph are the same on every database.
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, reason = "a measurement for people")]

mod measuring;

use std::time::Instant;

use domain::ids::UserId;
use domain::pages::PageRequest;
use domain::privacy::{Audience, PrivacyChoice};
use domain::profiles::{PersonRef, ProfilePatch};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use store::Stores;
use store::conformance::Making;
use store::follows::FollowSide;
use store::sql::{SqlOptions, SqlStore};
use time::macros::date;

use measuring::{fill, measure, user, written};

const TODAY: time::Date = date!(2026 - 04 - 06);
const FRIENDS: usize = 5_000;
const FOLLOWERS: usize = 100_000;
/// How many friends each friend has beside.
const OTHERS: usize = 40;
const TIMES: usize = 200;
/// The graph: person 0 has the friends 1 to 5,000 and is followed by all; each friend has friends among the others.
async fn graph(conn: &DatabaseConnection) {
    let backend = conn.get_database_backend();
    let id = |n: usize| written(backend, n);
    let people = FOLLOWERS + 1;
    let users =
        (0..people).map(|n| format!("({}, 'n{n}', 'n{n}@example.org', 'Name {n}', '2000-01-01', 'h', 1, 1)", id(n)));
    fill(conn, "users (id, username, email, display_name, birth_date, password_hash, created_at, updated_at)", users)
        .await;
    let profiles = (0..people).map(|n| {
        let (friends, followers) = match n {
            0 => (FRIENDS, FOLLOWERS),
            n if n <= FRIENDS => (OTHERS + 1, 0),
            _ => (1, 0),
        };
        format!("({}, 'n{n}', 'name {n}', '', {friends}, {followers})", id(n))
    });
    fill(conn, "profiles (user_id, handle, name_key, bio, friends, followers)", profiles).await;
    let of_zero = (1..=FRIENDS).flat_map(|n| [(0, n), (n, 0)]);
    // Each friend knows the next forty of those who are no friends, overlapping with those of others.
    let beside = (1..=FRIENDS).flat_map(|n| {
        (0..OTHERS)
            .map(move |k| FRIENDS + 1 + (n * 7 + k * 11) % (FOLLOWERS - FRIENDS))
            .flat_map(move |m| [(n, m), (m, n)])
    });
    let friendships = of_zero.chain(beside).enumerate().map(|(at, (a, b))| format!("({}, {}, {at})", id(a), id(b)));
    fill(conn, "friendships (user_id, friend_id, since)", friendships).await;
    let follows = (1..=FOLLOWERS).map(|n| format!("({}, {}, {n})", id(n), id(0)));
    fill(conn, "follows (follower_id, followed_id, since)", follows).await;
    conn.execute_unprepared("ANALYZE").await.unwrap();
}

async fn pages(store: &SqlStore, stores: &Stores, viewer: UserId) {
    let star = user(0);
    measure(store, TIMES, "a profile", async |_| {
        stores.profiles.find_profile(viewer, &PersonRef::Id(star), TODAY).await.unwrap().unwrap()
    })
    .await;
    let first = PageRequest { cursor: None, limit: 100 };
    measure(store, TIMES, "friends, the first 100", async |_| {
        assert_eq!(stores.friends.page_friends(viewer, star, &first, TODAY).await.unwrap().items.len(), 100);
    })
    .await;
    measure(store, TIMES, "followers, the first 100", async |_| {
        let page = stores.follows.page_follows(viewer, star, FollowSide::Followers, &first, TODAY).await.unwrap();
        assert_eq!(page.items.len(), 100);
    })
    .await;
    let mut deep = first.clone();
    for _ in 0..500 {
        let page = stores.follows.page_follows(viewer, star, FollowSide::Followers, &deep, TODAY).await.unwrap();
        deep.cursor = page.next_cursor;
    }
    measure(store, TIMES, "followers, 100 after the 50,000th", async |_| {
        let page = stores.follows.page_follows(viewer, star, FollowSide::Followers, &deep, TODAY).await.unwrap();
        assert_eq!(page.items.len(), 100);
    })
    .await;
    measure(store, TIMES, "a search that finds thousands, 30 of them", async |_| {
        assert_eq!(stores.profiles.search_profiles(viewer, "n1", 30, TODAY).await.unwrap().len(), 30);
    })
    .await;
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let directory = tempfile::tempdir_in(".").unwrap();
    let url = std::env::args().nth(1).unwrap_or_else(|| format!("sqlite://{}/people.db", directory.path().display()));
    let store = SqlStore::open(&url, SqlOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    let begun = Instant::now();
    graph(&Database::connect(&url).await.unwrap()).await;
    println!("the graph was made in {:.0} s", begun.elapsed().as_secs_f64());
    let stores = store.stores();
    let making = Making::new(&stores);

    println!("seen by somebody who is nothing to them");
    pages(&store, &stores, making.user().await.id).await;
    println!("seen by themselves");
    pages(&store, &stores, user(0)).await;
    measure(&store, TIMES, "acquaintances of 5,000 friends, and their cards", async |_| {
        let known = stores.friends.acquaintances(user(0), 96).await.unwrap();
        assert_eq!(known.len(), 96);
        let ids: Vec<UserId> = known.iter().map(|one| one.user).collect();
        assert_eq!(stores.profiles.people(user(0), &ids, TODAY).await.unwrap().len(), 96);
    })
    .await;
    // Whoever asks for friends of friends only is the dearest to look at.
    let choice = PrivacyChoice {
        profile: Some(Audience::Everyone),
        requests: Some(domain::privacy::AskAudience::FriendsOfFriends),
        ..PrivacyChoice::default()
    };
    stores.profiles.update_profile(user(0), &ProfilePatch { choice, ..ProfilePatch::default() }, TODAY).await.unwrap();
    let viewer = making.user().await.id;
    measure(&store, TIMES, "a profile that friends of friends may ask", async |_| {
        stores.profiles.find_profile(viewer, &PersonRef::Id(user(0)), TODAY).await.unwrap().unwrap()
    })
    .await;
    let mut fans = Vec::new();
    for _ in 0..TIMES + 1 {
        fans.push(making.user().await.id);
    }
    measure(&store, TIMES, "follow", async |n| {
        stores.follows.set_follow(fans[n], user(0), true, making.now()).await.unwrap()
    })
    .await;
    measure(&store, TIMES, "ask", async |n| {
        stores.friends.ask_friend(fans[n], user(9_000), making.now()).await.unwrap()
    })
    .await;
    measure(&store, TIMES, "block", async |n| {
        stores.blocks.shun(fans[n], user(0), domain::blocks::Shunning::Block, making.now()).await.unwrap()
    })
    .await;
    store.close().await.unwrap();
}
