//! What the feed costs somebody who follows 2,000 people and characters, in a world of 200,000 moments.
//! `cargo run --release -p store --example feed [URL]`; the world is the same on every database.
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, reason = "a measurement for people")]

mod measuring;

use std::time::Instant;

use domain::ids::{CommentId, MomentId};
use domain::moments::{MomentVisibility, NewComment, NewMoment};
use domain::pages::PageRequest;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use store::Stores;
use store::conformance::Making;
use store::sql::{SqlOptions, SqlStore};
use time::macros::date;

use measuring::{fill, measure, user, written};

const TODAY: time::Date = date!(2026 - 04 - 06);
const PEOPLE: usize = 10_000;
const CHARACTERS: usize = 2_000;
/// Whom person 0 reads, each another: friends, people they follow, and characters.
const FRIENDS: usize = 300;
const FOLLOWED: usize = 1_200;
const FOLLOWED_CHARACTERS: usize = 500;
/// Whom the last of the people has for a friend.
const MANY_FRIENDS: usize = 5_000;
const MOMENTS: usize = 200_000;
const TIMES: usize = 400;
/// Where the numbers of characters begin.
const CAST: usize = 1_000_000;

fn moment(n: usize) -> MomentId {
    format!("mom_018f0000000070008000{n:012x}").parse().unwrap()
}

/// Who posts the n-th moment: a few post much and many little; one in five is a character.
fn author(n: usize) -> (usize, bool) {
    let drawn = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let of_character = drawn.is_multiple_of(5);
    let count = if of_character { CHARACTERS } else { PEOPLE };
    // The square makes the first of them post most.
    let share = (drawn / 7 % 1_000_003) as f64 / 1_000_003.0;
    ((share * share * count as f64) as usize, of_character)
}

async fn world(conn: &DatabaseConnection) {
    let backend = conn.get_database_backend();
    let id = |n: usize| written(backend, n);
    let users =
        (0..PEOPLE).map(|n| format!("({}, 'n{n}', 'n{n}@example.org', 'Name {n}', '2000-01-01', 'h', 1, 1)", id(n)));
    fill(conn, "users (id, username, email, display_name, birth_date, password_hash, created_at, updated_at)", users)
        .await;
    let profiles = (0..PEOPLE).map(|n| format!("({}, 'n{n}', 'name {n}', '', 0, 0)", id(n)));
    fill(conn, "profiles (user_id, handle, name_key, bio, friends, followers)", profiles).await;
    let characters = (0..CHARACTERS).map(|n| {
        let owner = id(1 + n % (PEOPLE - 1));
        format!(
            "({}, {owner}, 'Rin {n}', '', 'x', '', '', '[]', '', '', '', '[]', 'public', '{{}}', 'rin', 1, 1, FALSE)",
            id(CAST + n)
        )
    });
    let columns = "characters (id, owner_id, name, tagline, persona, scenario, greeting, alternate_greetings, examples, system_prompt,
        creator_notes, tags, visibility, sampling, search_text, created_at, updated_at, deleted)";
    fill(conn, columns, characters).await;
    // Spread over those who post much and those who post little.
    let step = |n: usize, of: usize, count: usize| 1 + n * (of - 1) / count;
    let loved = PEOPLE - 1;
    let friends = (0..FRIENDS).map(|n| step(n, loved, FRIENDS)).flat_map(|n| [(0, n), (n, 0)]);
    let many = (0..MANY_FRIENDS).map(|n| step(n, loved, MANY_FRIENDS)).flat_map(|n| [(loved, n), (n, loved)]);
    let friends = friends.chain(many);
    let friends = friends.map(|(a, b)| format!("({}, {}, 1)", id(a), id(b)));
    fill(conn, "friendships (user_id, friend_id, since)", friends).await;
    let follows = (0..FOLLOWED).map(|n| format!("({}, {}, {n})", id(0), id(1 + step(n, loved - 1, FOLLOWED))));
    fill(conn, "follows (follower_id, followed_id, since)", follows).await;
    let followed = (0..FOLLOWED_CHARACTERS)
        .map(|n| format!("({}, {}, {n})", id(0), id(CAST + step(n, CHARACTERS, FOLLOWED_CHARACTERS))));
    fill(conn, "character_follows (follower_id, character_id, since)", followed).await;
    let moments = (0..MOMENTS).map(|n| {
        let (author, of_character) = author(n);
        let visibility = ["public", "followers", "friends", "public", "private"][n % 5];
        let (author, person, character) = match of_character {
            true => (id(CAST + author), "NULL".to_owned(), id(CAST + author)),
            false => (id(author), id(author), "NULL".to_owned()),
        };
        format!("({}, {author}, {person}, {character}, 'The sea at six', '{visibility}', TRUE, 0, 0, {n})", id(n))
    });
    let columns = "moments (id, author_id, person_id, character_id, text, visibility, characters_may_comment, likes, comments, created_at)";
    fill(conn, columns, moments).await;
    conn.execute_unprepared("ANALYZE").await.unwrap();
}

/// The feed of a person after so many pages of a hundred.
async fn after(stores: &Stores, person: usize, pages: usize) -> PageRequest {
    let mut page = PageRequest { cursor: None, limit: 100 };
    for _ in 0..pages {
        page.cursor = stores.moments.page_feed(user(person), &page, TODAY).await.unwrap().next_cursor;
    }
    PageRequest { limit: 30, ..page }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let directory = tempfile::tempdir_in(".").unwrap();
    let url = std::env::args().nth(1).unwrap_or_else(|| format!("sqlite://{}/feed.db", directory.path().display()));
    let store = SqlStore::open(&url, SqlOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    let begun = Instant::now();
    world(&Database::connect(&url).await.unwrap()).await;
    println!("the world was made in {:.0} s", begun.elapsed().as_secs_f64());
    let stores = store.stores();
    let making = Making::new(&stores);

    for (name, person, pages) in [
        ("the feed, the first 30", 0, 0),
        ("the feed, 30 after 1,000", 0, 10),
        ("the feed, 30 after 10,000", 0, 100),
        ("the feed of 5,000 friends", PEOPLE - 1, 0),
    ] {
        let page = after(&stores, person, pages).await;
        measure(&store, TIMES, name, async |_| {
            let page = stores.moments.page_feed(user(person), &page, TODAY).await.unwrap();
            assert!(page.items.len() > 20, "{}", page.items.len());
        })
        .await;
    }
    let quiet = making.user().await.id;
    let page = PageRequest { cursor: None, limit: 30 };
    measure(&store, TIMES, "the feed of somebody who reads nobody", async |_| {
        assert_eq!(stores.moments.page_feed(quiet, &page, TODAY).await.unwrap().items.len(), 0);
    })
    .await;
    let author = domain::chats::Author::Person(user(1));
    measure(&store, TIMES, "moments of one who posts much", async |_| {
        assert!(!stores.moments.page_moments(quiet, author, &page, TODAY).await.unwrap().items.is_empty());
    })
    .await;
    measure(&store, TIMES, "post", async |_| {
        let id = MomentId(making.uuid());
        let new = NewMoment {
            id,
            sender: quiet,
            client_id: id.to_string(),
            character: None,
            text: "The sea".into(),
            images: Vec::new(),
            visibility: MomentVisibility::Public,
            characters_may_comment: true,
            at: making.now(),
        };
        stores.moments.post_moment(&new, &[]).await.unwrap()
    })
    .await;
    // The first in view of everybody.
    let mut liked = MOMENTS - 1;
    while stores.moments.find_moment(quiet, moment(liked), TODAY).await.unwrap().is_none() {
        liked -= 1;
    }
    measure(&store, TIMES, "like", async |n| {
        let like = n % 2 == 0;
        stores.responses.set_like(quiet, moment(liked), like, making.now(), TODAY).await.unwrap()
    })
    .await;
    measure(&store, TIMES, "comment", async |_| {
        let id = CommentId(making.uuid());
        let (text, client_id, at) = ("Blue".to_owned(), id.to_string(), making.now());
        let new = NewComment { id, moment: moment(liked), text, reply_to: None, client_id, at };
        stores.responses.add_comment(quiet, &new, &[], TODAY).await.unwrap()
    })
    .await;
    measure(&store, TIMES, "comments, the first 30", async |_| {
        let page = stores.responses.page_comments(quiet, moment(liked), &page, TODAY).await.unwrap();
        assert_eq!(page.items.len(), 30);
    })
    .await;
    store.close().await.unwrap();
}
