//! Diaries: how people want them, the pages that wait for the end of a day, and the entries with what they were written from.

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
        spell(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// A page and the entry on it are one row. Messages may be in another database, sessions have a shadow here.
const UP: &str = "
CREATE TABLE diaries (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    is_on boolean NOT NULL,
    since bigint,
    PRIMARY KEY (user_id, character_id)
) {clustered};
CREATE INDEX diaries_character ON diaries (character_id);
CREATE TABLE diary_entries (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    day bigint NOT NULL,
    state text NOT NULL,
    due_at bigint NOT NULL,
    text text NOT NULL,
    written_at bigint,
    model text
);
CREATE UNIQUE INDEX diary_entries_day ON diary_entries (user_id, character_id, day);
CREATE INDEX diary_entries_character ON diary_entries (character_id);
CREATE INDEX diary_entries_due ON diary_entries (due_at) WHERE state = 'open';
CREATE TABLE diary_sources (
    entry_id {uuid} NOT NULL REFERENCES diary_entries (id) ON DELETE CASCADE,
    message_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    PRIMARY KEY (entry_id, message_id)
) {clustered};
CREATE INDEX diary_sources_message ON diary_sources (message_id);
CREATE INDEX diary_sources_session ON diary_sources (session_id);
";

const DOWN: &str = "
DROP TABLE diary_sources;
DROP TABLE diary_entries;
DROP TABLE diaries;
";
