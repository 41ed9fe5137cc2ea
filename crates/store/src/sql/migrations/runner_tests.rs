use sea_orm::Database;

use super::*;
use crate::sql::{SqlOptions, SqlStore};

/// An empty database of each kind that is there.
async fn databases(name: &str) -> Vec<(Option<tempfile::TempDir>, String)> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("talker.db").display());
    let mut found = vec![(Some(folder), url)];
    match crate::sql::testing::new_database(name).await {
        Some(url) => found.push((None, url)),
        None => println!("SKIPPED: {name} on PostgreSQL - TALKER_TEST_POSTGRES_URL is not set"),
    }
    found
}

fn up_to(last: &str) -> Steps {
    let mut known = Migrator::migrations();
    known.retain(|step| step.name() <= last);
    known
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_at_once_migrate_once() {
    for (_folder, url) in databases("migrate_at_once").await {
        let mut stores = Vec::new();
        for _ in 0..4 {
            stores.push(SqlStore::open(&url, SqlOptions::default()).await.unwrap());
        }
        let starts: Vec<_> =
            stores.iter().cloned().map(|store| tokio::spawn(async move { store.migrate().await })).collect();
        for start in starts {
            assert_eq!(start.await.unwrap(), Ok(()));
        }
        let states = stores[0].migrations().await.unwrap();
        assert!(states.len() >= 4 && states.iter().all(|state| state.applied && state.known), "{states:?}");
    }
}

#[tokio::test]
async fn every_step_goes_down_and_up_again() {
    for (_folder, url) in databases("migrate_down").await {
        let store = SqlStore::open(&url, SqlOptions::default()).await.unwrap();
        store.migrate().await.unwrap();
        let all = store.migrations().await.unwrap().len();
        assert_eq!(store.migrate_down(1).await.unwrap().len(), 1);
        assert_eq!(store.migrations().await.unwrap().iter().filter(|state| !state.applied).count(), 1);
        store.migrate().await.unwrap();
        assert_eq!(store.migrate_down(u32::MAX).await.unwrap().len(), all);
        assert!(!exists(store.read(), "users").await.unwrap());
        store.migrate().await.unwrap();
        assert!(exists(store.read(), "memory_vectors").await.unwrap());
    }
}

#[tokio::test]
async fn who_waits_too_long_says_for_what() {
    for (_folder, url) in databases("migrate_waiting").await.into_iter().skip(1) {
        let conn = Database::connect(&url).await.unwrap();
        let held = locked(&conn, Duration::ZERO).await.unwrap();
        let refused = up_with(&conn, &Migrator::migrations(), SERVES, Duration::from_millis(250)).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Refused(why) if why.starts_with("another node has been")), "{refused}");
        held.rollback().await.unwrap();
        assert_eq!(up(&conn).await, Ok(()));
    }
}

#[tokio::test]
async fn an_older_version_runs_beside_a_newer_one_as_far_as_the_tables_say() {
    for (_folder, url) in databases("migrate_beside").await {
        let conn = Database::connect(&url).await.unwrap();
        let (old, new) = (up_to("m0002_memories"), Migrator::migrations());
        // The old one comes first, as it did.
        up_with(&conn, &old, "m0001_talker", PATIENCE).await.unwrap();
        up_with(&conn, &new, "m0002_memories", PATIENCE).await.unwrap();
        up_with(&conn, &old, "m0001_talker", PATIENCE).await.unwrap();
        let older = up_with(&conn, &up_to("m0001_talker"), "", PATIENCE).await.unwrap_err();
        assert!(matches!(&older, StoreError::Refused(why) if why.contains("cannot use any more")), "{older}");
        // One that knows a step that the newer one did not have.
        query::run(&conn, format!("DELETE FROM {TABLE} WHERE version = $1"), ["m0002_memories".into()]).await.unwrap();
        let aside = up_with(&conn, &old, "", PATIENCE).await.unwrap_err();
        assert!(matches!(&aside, StoreError::Refused(why) if why.contains("without m0002_memories")), "{aside}");
        // A step of a version to come.
        query::run(
            &conn,
            format!("INSERT INTO {TABLE} (version, applied_at) VALUES ('m9999_later', 1), ('m0002_memories', 1)"),
            [],
        )
        .await
        .unwrap();
        up_with(&conn, &new, SERVES, PATIENCE).await.unwrap();
        assert_eq!(
            status(&conn).await.unwrap().last().map(|last| (last.name.clone(), last.known)),
            Some(("m9999_later".into(), false))
        );
        assert!(matches!(down(&conn, 1).await, Err(StoreError::Refused(_))));
        query::run(&conn, "UPDATE schema_compat SET serves = 'm9999_later'", []).await.unwrap();
        assert!(matches!(up(&conn).await, Err(StoreError::Refused(_))));
    }
}
