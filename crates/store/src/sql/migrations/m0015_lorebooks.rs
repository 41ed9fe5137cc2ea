//! Lorebooks, and where they stand open.

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
        spell(manager, TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// A book is read whole before a reply, and changed entry by entry far more seldom: so it is one value, with what lists show beside it.
// `target_id` is the one of character, session and person at which it stands open; the first two take it with them.
const TABLES: &str = "
CREATE TABLE lorebooks (
    id {uuid} PRIMARY KEY NOT NULL,
    owner_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    description text NOT NULL,
    mode text NOT NULL,
    entries bigint NOT NULL,
    book text NOT NULL,
    revision bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX lorebooks_owner ON lorebooks (owner_id, created_at, id);
CREATE TABLE open_lorebooks (
    target_id {uuid} NOT NULL,
    lorebook_id {uuid} NOT NULL REFERENCES lorebooks (id) ON DELETE CASCADE,
    target_kind text NOT NULL,
    character_id {uuid} REFERENCES characters (id) ON DELETE CASCADE,
    session_id {uuid} REFERENCES sessions (id) ON DELETE CASCADE,
    since bigint NOT NULL,
    PRIMARY KEY (target_id, lorebook_id)
) {clustered};
CREATE INDEX open_lorebooks_book ON open_lorebooks (lorebook_id);
CREATE INDEX open_lorebooks_character ON open_lorebooks (character_id) WHERE character_id IS NOT NULL;
CREATE INDEX open_lorebooks_session ON open_lorebooks (session_id) WHERE session_id IS NOT NULL;
";

const DOWN: &str = "
DROP TABLE open_lorebooks;
DROP TABLE lorebooks;
";
