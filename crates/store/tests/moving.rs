//! Everything that is kept, moved from store to store and back: the same records, and a store that goes on.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "these are tests")]

mod backends;

use backends::moving::{all, copy};
use half::f16;
use store::archive::{Cell, TABLES};
use store::conformance::SUITES;
use store::remembering::Lag;
use store::sql::SqlStore;
use store::{Store, Stores};
use time::OffsetDateTime;

/// A store in which the suites left something of everything.
async fn lived_in() -> SqlStore {
    let store = SqlStore::open_temporary().await.unwrap();
    for (_, suite) in SUITES {
        suite(&store.stores()).await;
    }
    store
}

/// What was moved can be gone on with.
async fn goes_on(stores: &Stores) {
    let talking = ["characters", "sessions", "chats", "turns", "history", "transcripts", "remembering"];
    for (_, suite) in SUITES.iter().filter(|(name, _)| talking.contains(name)) {
        suite(stores).await;
    }
}

/// The same records, but for what PostgreSQL keeps of a vector's numbers.
async fn are_the_same(first: &SqlStore, last: &SqlStore) {
    let mut moved = 0;
    for table in TABLES {
        let mut before = all(first, table).await;
        for number in before.iter_mut().flatten().filter_map(|cell| match cell {
            Cell::Vector(vector) => Some(vector),
            _ => None,
        }) {
            number.iter_mut().for_each(|number| *number = f16::from_f32(*number).to_f32());
        }
        let after = all(last, table).await;
        assert_eq!(before, after, "{}", table.name);
        moved += before.len();
        if before.is_empty() {
            println!("nothing in {}", table.name);
        }
    }
    assert!(moved > 500, "{moved}");
}

/// Where memory is behind, in an order of its own for each store.
async fn behind(stores: &Stores) -> Vec<String> {
    let lag = Lag { facts: Some(1), quiet_since: OffsetDateTime::UNIX_EPOCH + time::Duration::days(40_000) };
    let behind = stores.remembering.behind(lag, 10_000).await.unwrap();
    let mut behind: Vec<String> = behind.into_iter().map(|behind| format!("{behind:?}")).collect();
    behind.sort();
    behind
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_moved_and_moved_back_is_the_same() {
    let Some(second) = backends::new_postgres("what_was_moved_and_moved_back_is_the_same").await else { return };
    let first = lived_in().await;
    assert!(second.is_empty().await.unwrap() && !first.is_empty().await.unwrap());
    assert_eq!(store::archive::Archive::others(&second).await.unwrap(), 0);
    copy(&first, &second).await;
    assert!(!second.is_empty().await.unwrap());
    let third = SqlStore::open_temporary().await.unwrap();
    copy(&second, &third).await;
    are_the_same(&first, &third).await;
    goes_on(&second.stores()).await;
    second.close().await.unwrap();
}

/// Over two MongoDBs, one beside each relational store.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_log_that_was_moved_to_mongodb_and_back_is_the_same() {
    let name = "a_chat_log_that_was_moved_to_mongodb_and_back_is_the_same";
    let Some(sql) = backends::new_postgres("moved_log").await else { return };
    let Some(second) = backends::mongo(name, &sql).await else { return };
    let Some(third) = backends::mongo(name, &SqlStore::open_temporary().await.unwrap()).await else { return };
    let first = lived_in().await;
    assert!(first.holds_chat_log().await.unwrap() && !first.holds_shadows().await.unwrap());
    assert!(second.is_empty().await.unwrap());
    copy(&first, &second).await;
    assert!(!second.is_empty().await.unwrap());
    assert!(second.sql().holds_shadows().await.unwrap() && second.sql().lacks_its_chat_log().await.unwrap());
    let now = OffsetDateTime::UNIX_EPOCH + time::Duration::days(30_000);
    second.put_in_order(now).await.unwrap();
    copy(&second, &third).await;
    let last = SqlStore::open_temporary().await.unwrap();
    copy(&third, &last).await;
    are_the_same(&first, &last).await;
    let expected = behind(&first.stores()).await;
    assert!(!expected.is_empty());
    for store in [Store::Mongo(second.clone()), Store::Mongo(third.clone()), Store::Sql(last.clone())] {
        assert_eq!(behind(&store.stores()).await, expected);
    }
    goes_on(&second.stores()).await;
    goes_on(&last.stores()).await;
    for store in [Store::Mongo(second), Store::Mongo(third), Store::Sql(last)] {
        store.close().await.unwrap();
    }
}
