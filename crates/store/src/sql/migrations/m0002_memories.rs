//! Memories and how far sessions are remembered, the queue of background work, and what replies were made from.

use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DeriveMigrationName, MigrationTrait, SchemaManager};

use super::spell;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `clustered`: small rows that are only ever found by their key are kept in its order where the database can.
        for table in [MEMORIES, REMEMBERING, JOBS, TRACES] {
            spell(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.iter().rev() {
            manager.get_connection().execute_unprepared(&format!("DROP TABLE {table}")).await?;
        }
        Ok(())
    }
}

/// Its tables, each after those it refers to.
const TABLES: [&str; 8] = [
    "memory_scopes",
    "memories",
    "memory_sources",
    "memory_vectors",
    "memory_watermarks",
    "memory_omissions",
    "jobs",
    "reply_traces",
];

// `depth` and `anchor_id` are those of the last source. `embedder` is whose vector it has, '' without. `text_revision` grows
// when that vector would be another. Only episodes have a `part`: NULLs are all different, so only they are unique.
const MEMORIES: &str = "
CREATE TABLE memory_scopes (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    epoch bigint NOT NULL,
    revision bigint NOT NULL,
    forgotten_until bigint,
    PRIMARY KEY (user_id, character_id)
) {clustered};
CREATE INDEX memory_scopes_character ON memory_scopes (character_id);
CREATE TABLE memories (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL,
    character_id {uuid} NOT NULL,
    session_id {uuid} REFERENCES sessions (id) ON DELETE CASCADE,
    kind text NOT NULL,
    subject text,
    scale text,
    speaker text,
    depth bigint,
    part bigint,
    text text NOT NULL,
    importance bigint NOT NULL,
    pinned boolean NOT NULL,
    happened_at bigint NOT NULL,
    ended_at bigint,
    ended_reason text,
    ended_by {uuid},
    anchor_id {uuid},
    model text,
    created_at bigint NOT NULL,
    embedder text NOT NULL,
    text_revision bigint NOT NULL,
    revision bigint NOT NULL,
    FOREIGN KEY (user_id, character_id) REFERENCES memory_scopes (user_id, character_id) ON DELETE CASCADE
);
CREATE INDEX memories_changes ON memories (user_id, character_id, revision);
CREATE INDEX memories_page ON memories (user_id, character_id, happened_at, id);
CREATE INDEX memories_kind ON memories (user_id, character_id, kind, happened_at, id);
CREATE UNIQUE INDEX memories_place ON memories (session_id, depth, part);
CREATE INDEX memories_ended ON memories (ended_by) WHERE ended_by IS NOT NULL;
CREATE INDEX memories_embedder ON memories (embedder, created_at, id) WHERE ended_at IS NULL;
CREATE TABLE memory_sources (
    memory_id {uuid} NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
    n bigint NOT NULL,
    message_id {uuid} NOT NULL,
    PRIMARY KEY (memory_id, n)
) {clustered};
CREATE INDEX memory_sources_message ON memory_sources (message_id);
CREATE TABLE memory_vectors (
    memory_id {uuid} PRIMARY KEY NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
    vector {bytes} NOT NULL
);
";

const REMEMBERING: &str = "
CREATE TABLE memory_watermarks (
    session_id {uuid} PRIMARY KEY NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    episodes bigint NOT NULL,
    facts bigint NOT NULL,
    version bigint NOT NULL
) {clustered};
CREATE TABLE memory_omissions (
    message_id {uuid} PRIMARY KEY NOT NULL,
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE
) {clustered};
CREATE INDEX memory_omissions_session ON memory_omissions (session_id);
";

// `due_at` is the time a waiting job waits for, and the end of the lease of a running one.
const JOBS: &str = "
CREATE TABLE jobs (
    kind text NOT NULL,
    key {uuid} NOT NULL,
    state text NOT NULL,
    due_at bigint NOT NULL,
    attempts bigint NOT NULL,
    fence bigint NOT NULL,
    lease_node {uuid},
    again_at bigint,
    fault text,
    created_at bigint NOT NULL,
    PRIMARY KEY (kind, key)
) {clustered};
CREATE INDEX jobs_due ON jobs (due_at) WHERE state <> 'parked';
";

const TRACES: &str = "
CREATE TABLE reply_traces (
    message_id {uuid} PRIMARY KEY NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    trace text NOT NULL
);
";
