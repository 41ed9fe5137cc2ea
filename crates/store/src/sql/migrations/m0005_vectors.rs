//! Vectors in half the room and searched where they are (PostgreSQL with pgvector), the embedder of this deployment, characters
//! found by their meaning, and how far a move has come.
//!
//! On PostgreSQL a vector goes into the column `half`. The column `vector` stays for a version that knows no other: what that
//! one writes is read, too.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DeriveMigrationName, MigrationTrait, SchemaManager, SchemaManagerConnection};

use crate::sql::vectors;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        let (uuid, vector) = match conn.get_database_backend() {
            DbBackend::Sqlite => ("blob", "blob"),
            _ => ("uuid", "halfvec"),
        };
        if conn.get_database_backend() == DbBackend::Postgres {
            extend(conn).await?;
            conn.execute_unprepared(HALF).await?;
            halve(conn).await?;
        }
        conn.execute_unprepared(&TABLES.replace("{uuid}", uuid).replace("{vector}", vector)).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        if conn.get_database_backend() == DbBackend::Postgres {
            whole(conn).await?;
            conn.execute_unprepared("DROP INDEX IF EXISTS characters_words").await?;
        }
        conn.execute_unprepared(DOWN).await.map(|_| ())
    }
}

const HALF: &str = "
ALTER TABLE memory_vectors ADD COLUMN half halfvec;
ALTER TABLE memory_vectors ALTER COLUMN vector DROP NOT NULL;
";

// `embedder` has one row: whose vectors this deployment keeps. `revision` is what the character was when her vector was made;
// NULL is the vector of a text that the embedder refused. `moves` has one row while a move into these tables goes on.
const TABLES: &str = "
CREATE TABLE embedder (
    id bigint PRIMARY KEY NOT NULL,
    name text NOT NULL,
    dimensions bigint NOT NULL
);
CREATE TABLE character_vectors (
    character_id {uuid} PRIMARY KEY NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    embedder text NOT NULL,
    revision bigint NOT NULL,
    vector {vector}
);
CREATE TABLE moves (
    id bigint PRIMARY KEY NOT NULL,
    source text NOT NULL,
    place bigint NOT NULL,
    after text NOT NULL
);
";

const DOWN: &str = "
DROP TABLE moves;
DROP TABLE character_vectors;
DROP TABLE embedder;
";

/// Vectors need pgvector; the search for words is only slower without `pg_trgm`.
async fn extend(conn: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let postgres = |sql: &str| Statement::from_string(DbBackend::Postgres, sql);
    let there = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'vector') AS there";
    let is_there = match conn.query_one_raw(postgres(there)).await? {
        Some(row) => row.try_get("", "there")?,
        None => false,
    };
    // A failure takes its block back and not the whole transaction.
    let made = conn.execute_unprepared(
        "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS vector; EXCEPTION WHEN OTHERS THEN NULL; END $$;
        DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX IF NOT EXISTS characters_words ON characters USING gin (search_text gin_trgm_ops);
        EXCEPTION WHEN OTHERS THEN NULL; END $$;",
    );
    made.await?;
    let half = "SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'halfvec') AS there";
    match conn.query_one_raw(postgres(half)).await? {
        Some(row) if row.try_get::<bool>("", "there")? => Ok(()),
        _ if is_there => Err(DbErr::Migration(
            "its pgvector is too old, 0.7 or newer is needed: ask an administrator to run ALTER EXTENSION vector UPDATE".into(),
        )),
        _ => Err(DbErr::Migration(
            "it needs pgvector: ask an administrator to install it and to run CREATE EXTENSION vector in this database".into(),
        )),
    }
}

/// How many vectors are converted at a time.
const BATCH: i64 = 500;

/// The vectors that are there, from bytes to halves.
async fn halve(conn: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let sql = "SELECT memory_id, vector FROM memory_vectors WHERE vector IS NOT NULL LIMIT $1";
    loop {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [BATCH.into()]);
        let found = conn.query_all_raw(statement).await?;
        if found.is_empty() {
            return Ok(());
        }
        let mut values = Vec::with_capacity(found.len() * 2);
        for row in &found {
            let bytes: Vec<u8> = row.try_get("", "vector")?;
            values.push(row.try_get::<uuid::Uuid>("", "memory_id")?.into());
            values.push(
                vectors::text(&vectors::whole(&bytes).map_err(|error| DbErr::Migration(error.to_string()))?).into(),
            );
        }
        let sql = format!(
            "UPDATE memory_vectors SET vector = NULL, half = CAST(new.half AS halfvec)
            FROM (VALUES {}) AS new (id, half) WHERE memory_id = new.id",
            (0..found.len()).map(|n| format!("(${}, ${})", 2 * n + 1, 2 * n + 2)).collect::<Vec<_>>().join(", ")
        );
        conn.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    }
}

/// The vectors that are there, from halves to bytes.
async fn whole(conn: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let sql = "SELECT memory_id, halfvec_send(half) AS half FROM memory_vectors WHERE vector IS NULL LIMIT $1";
    loop {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [BATCH.into()]);
        let found = conn.query_all_raw(statement).await?;
        for row in &found {
            let half: Option<Vec<u8>> = row.try_get("", "half")?;
            let vector = half.map(|half| vectors::received(&half)).unwrap_or_default();
            let values = [row.try_get::<uuid::Uuid>("", "memory_id")?.into(), vectors::bytes(&vector).into()];
            let sql = "UPDATE memory_vectors SET vector = $2 WHERE memory_id = $1";
            conn.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
        }
        if found.is_empty() {
            break;
        }
    }
    let sql =
        "ALTER TABLE memory_vectors DROP COLUMN half; ALTER TABLE memory_vectors ALTER COLUMN vector SET NOT NULL;";
    conn.execute_unprepared(sql).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use domain::memories::{Memory, Scope};

    use super::*;
    use crate::Stores;
    use crate::conformance::Making;
    use crate::memories::ScopeVersion;
    use crate::remembering::NewVector;
    use crate::sql::{SqlOptions, SqlStore, query, testing};

    async fn vector(stores: &Stores, scope: Scope) -> Option<Vec<f32>> {
        let changes = stores.memories.changed_memories(scope, ScopeVersion::default(), Some("one"), 10).await;
        changes.unwrap().unwrap().changed.remove(0).vector
    }

    /// As the version before writes it.
    async fn write_as_before(store: &SqlStore, note: &Memory, numbers: &[f32]) {
        let sql = "INSERT INTO memory_vectors (memory_id, vector) VALUES ($1, $2)
            ON CONFLICT (memory_id) DO UPDATE SET vector = excluded.vector";
        let values = [note.id.0.into(), vectors::bytes(numbers).into()];
        query::run(&store.inner.write, sql, values).await.unwrap();
    }

    #[tokio::test]
    async fn vectors_of_the_version_before_are_read_and_converted() {
        let Some(url) = testing::new_database("vectors").await else {
            println!("SKIPPED: vectors in halves - TALKER_TEST_POSTGRES_URL is not set");
            return;
        };
        let store = SqlStore::open(&url, SqlOptions::default()).await.unwrap();
        store.migrate().await.unwrap();
        let stores = store.stores();
        let making = Making::new(&stores);
        let chat = making.chat(1).await;
        let note = making.note(chat.scope(), "a note");
        stores.memories.add_memory(&note, None).await.unwrap();
        let save = async |numbers: &[f32]| {
            let new = NewVector { memory: note.id, revision: 0, vector: numbers.to_vec() };
            stores.remembering.save_vectors("one", &[new]).await.unwrap();
        };
        save(&[0.5, -1.0]).await;
        assert_eq!(vector(&stores, chat.scope()).await, Some(vec![0.5, -1.0]));
        write_as_before(&store, &note, &[0.25, 2.0]).await;
        assert_eq!(vector(&stores, chat.scope()).await, Some(vec![0.25, 2.0]), "what was written last counts");
        save(&[0.75]).await;
        assert_eq!(vector(&stores, chat.scope()).await, Some(vec![0.75]));
        save(&[]).await;
        assert_eq!(vector(&stores, chat.scope()).await, Some(Vec::new()));
        save(&[1.0, 0.333_251_95]).await;
        // Down to bytes, and up to halves again.
        while store.migrations().await.unwrap().iter().any(|step| step.applied && step.name == "m0005_vectors") {
            store.migrate_down(1).await.unwrap();
        }
        let row = query::row(store.read(), "SELECT vector FROM memory_vectors", []).await.unwrap().unwrap();
        let bytes: Vec<u8> = row.try_get("", "vector").unwrap();
        assert_eq!(vectors::whole(&bytes), Ok(vec![1.0, 0.333_251_95]));
        store.migrate().await.unwrap();
        assert_eq!(vector(&stores, chat.scope()).await, Some(vec![1.0, 0.333_251_95]));
        store.close().await.unwrap();
    }
}
