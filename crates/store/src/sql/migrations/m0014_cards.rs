//! The cards that characters came from, and messages of imported chats that were hidden there.

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

// The card is a text and no JSON of the database: its keys keep their order, and its texts what no database takes.
const UP: &str = "
CREATE TABLE cards (
    character_id {uuid} PRIMARY KEY NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    version text NOT NULL,
    raw text NOT NULL,
    digest text NOT NULL
);
CREATE INDEX cards_digest ON cards (digest);
ALTER TABLE messages ADD COLUMN hidden boolean NOT NULL DEFAULT FALSE;
";

// To the version before, what is hidden would be a part of the conversation.
const DOWN: &str = "
UPDATE messages SET content = '' WHERE hidden;
ALTER TABLE messages DROP COLUMN hidden;
DROP TABLE cards;
";
