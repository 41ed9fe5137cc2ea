//! Everything that is kept, moved from SQLite to PostgreSQL and back: the same records.
#![expect(clippy::unwrap_used, reason = "these are tests")]

use half::f16;
use sea_orm::{ConnectionTrait, Database};
use store::archive::{Archive, Cell, Mark, Record, TABLES, Table, checksum};
use store::conformance::SUITES;
use store::sql::{SqlOptions, SqlStore};

/// A new database on the PostgreSQL server of the tests.
async fn new_database(name: &str) -> Option<SqlStore> {
    let server = std::env::vars().find_map(|(key, value)| (key == "TALKER_TEST_POSTGRES_URL").then_some(value))?;
    let name = format!("{name}_{}", std::process::id());
    let any = Database::connect(&server).await.unwrap();
    any.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    any.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    any.close().await.unwrap();
    let (address, options) = server
        .split_once('?')
        .map_or((server.as_str(), String::new()), |(address, options)| (address, format!("?{options}")));
    let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
    let store = SqlStore::open(&format!("{host}/{name}{options}"), SqlOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    Some(store)
}

async fn all(store: &SqlStore, table: &Table) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        // Small steps, so that many keys are gone on from.
        let after = records.last().map(|last| table.key_of(last).to_vec());
        let more = store.read(table, after.as_deref(), 7).await.unwrap();
        if more.is_empty() {
            records.sort_by_key(|record| format!("{:?}", table.key_of(record)));
            return records;
        }
        records.extend(more);
    }
}

async fn copy(from: &SqlStore, to: &SqlStore) {
    for (place, table) in TABLES.iter().enumerate() {
        let mut after: Option<Vec<Cell>> = None;
        loop {
            let records = from.read(table, after.as_deref(), 50).await.unwrap();
            let Some(last) = records.last() else { break };
            let key = table.key_of(last).to_vec();
            let mark = Mark { source: "a test".into(), place, after: table.write_key(&key).unwrap() };
            assert_eq!(table.read_key(&mark.after).unwrap().as_ref(), Some(&key));
            after = Some(key);
            // Said twice, it is there once.
            to.write(table, &records, Some(&mark)).await.unwrap();
            to.write(table, &records, Some(&mark)).await.unwrap();
            assert_eq!(to.mark().await.unwrap(), Some(mark));
        }
        let mut told = 0;
        let (here, there) =
            (checksum(from, table, |more| told += more).await.unwrap(), checksum(to, table, |_| ()).await.unwrap());
        assert_eq!((here.count, told), (from.count(table).await.unwrap(), here.count));
        assert_eq!(here, there, "{}", table.name);
    }
    to.finish().await.unwrap();
    assert_eq!(to.mark().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_moved_and_moved_back_is_the_same() {
    let first = SqlStore::open_temporary().await.unwrap();
    let stores = first.stores();
    // The suites leave something of everything behind.
    for (_, suite) in SUITES {
        suite(&stores).await;
    }
    let Some(second) = new_database("moving").await else {
        println!("SKIPPED: a move to PostgreSQL and back - TALKER_TEST_POSTGRES_URL is not set");
        return;
    };
    assert!(second.is_empty().await.unwrap() && !first.is_empty().await.unwrap());
    assert_eq!(second.others().await.unwrap(), 0);
    copy(&first, &second).await;
    assert!(!second.is_empty().await.unwrap());
    let third = SqlStore::open_temporary().await.unwrap();
    copy(&second, &third).await;
    let mut moved = 0;
    for table in TABLES {
        let mut before = all(&first, table).await;
        // What PostgreSQL keeps of a vector's numbers.
        for number in before.iter_mut().flatten().filter_map(|cell| match cell {
            Cell::Vector(vector) => Some(vector),
            _ => None,
        }) {
            number.iter_mut().for_each(|number| *number = f16::from_f32(*number).to_f32());
        }
        let after = all(&third, table).await;
        assert_eq!(before, after, "{}", table.name);
        moved += before.len();
        if before.is_empty() {
            println!("nothing in {}", table.name);
        }
    }
    assert!(moved > 500, "{moved}");
    // What was moved can be gone on with.
    for (_, suite) in SUITES.iter().filter(|(name, _)| ["characters", "chats", "turns", "remembering"].contains(name)) {
        suite(&second.stores()).await;
    }
    second.close().await.unwrap();
}
