use std::collections::BTreeSet;

use super::*;
use crate::archive::LEFT_BEHIND;
use crate::sql::{SqlOptions, testing};

/// Every column of every table, as the database has them.
async fn columns(store: &SqlStore) -> BTreeSet<(String, String)> {
    let sql = match store.read().get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT t.name AS tab, c.name AS col FROM sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
        }
        _ => {
            "SELECT table_name::text AS tab, column_name::text AS col FROM information_schema.columns
            WHERE table_schema = current_schema()"
        }
    };
    let found = query::rows(store.read(), sql, []).await.unwrap();
    found.iter().map(|row| (row.try_get("", "tab").unwrap(), row.try_get("", "col").unwrap())).collect()
}

/// Whoever adds a table or a column says here whether it moves.
#[tokio::test]
async fn everything_that_is_kept_is_moved_or_named_as_left_behind() {
    let mut stores = vec![SqlStore::open_temporary().await.unwrap()];
    match testing::new_database("archive_tables").await {
        Some(url) => {
            let store = SqlStore::open(&url, SqlOptions::default()).await.unwrap();
            store.migrate().await.unwrap();
            stores.push(store);
        }
        None => println!("SKIPPED: tables of an archive on PostgreSQL - TALKER_TEST_POSTGRES_URL is not set"),
    }
    let moved: BTreeSet<(String, String)> = TABLES
        .iter()
        .flat_map(|table| table.columns.iter().map(|column| (table.name.to_owned(), column.name.to_owned())))
        .collect();
    for store in stores {
        let mut there = columns(&store).await;
        there.retain(|(table, column)| {
            !LEFT_BEHIND.contains(&table.as_str()) && (table.as_str(), column.as_str()) != ("memory_vectors", "half")
        });
        assert_eq!(there, moved);
        for table in TABLES {
            let sql = format!(
                "SELECT 1 FROM {} GROUP BY {}",
                table.name,
                table.columns.iter().take(table.key).map(|column| column.name).collect::<Vec<_>>().join(", ")
            );
            query::rows(store.read(), sql, []).await.unwrap();
        }
        assert!(store.is_empty().await.unwrap());
        store.close().await.unwrap();
    }
}
