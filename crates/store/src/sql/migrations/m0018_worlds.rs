//! What else comes with a card: instructions behind the history, a note in it, greetings of groups, the book that was made of its
//! own, and its files; and what other programs said of chats that nobody here knows.

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

// `book_id` names a lorebook also when that is gone: a card whose book somebody erased leaves without one, and one whose book was never
// made leaves with what it had. Where the chat log is elsewhere, its messages are no rows here: so what is said of them hangs on
// their session alone, and goes with what changes them.
const UP: &str = "
ALTER TABLE characters ADD COLUMN group_greetings text NOT NULL DEFAULT '[]';
ALTER TABLE characters ADD COLUMN post_history_instructions text NOT NULL DEFAULT '';
ALTER TABLE characters ADD COLUMN depth_prompt text NOT NULL DEFAULT '{}';
ALTER TABLE cards ADD COLUMN book_id {uuid};
CREATE TABLE card_files (
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    n bigint NOT NULL,
    path text NOT NULL,
    bytes {bytes} NOT NULL,
    PRIMARY KEY (character_id, n)
);
CREATE TABLE chat_origins (
    session_id {uuid} PRIMARY KEY NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    source text NOT NULL,
    header text
);
CREATE TABLE message_origins (
    message_id {uuid} PRIMARY KEY NOT NULL,
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    row_text text,
    swipe_text text
);
CREATE INDEX message_origins_session ON message_origins (session_id);
";

const DOWN: &str = "
DROP TABLE message_origins;
DROP TABLE chat_origins;
DROP TABLE card_files;
ALTER TABLE cards DROP COLUMN book_id;
ALTER TABLE characters DROP COLUMN depth_prompt;
ALTER TABLE characters DROP COLUMN post_history_instructions;
ALTER TABLE characters DROP COLUMN group_greetings;
";
