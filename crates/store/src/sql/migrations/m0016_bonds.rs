//! Bonds: what characters declare about them, how people want them, and what moved them.

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

// `cause_id` is what is judged once: a message. Messages may be in another database, sessions have a shadow here. Where nothing was
// moved, `reason` is NULL.
const UP: &str = "
ALTER TABLE characters ADD COLUMN bond text;
CREATE TABLE bonds (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    is_on boolean NOT NULL,
    since bigint,
    PRIMARY KEY (user_id, character_id)
) {clustered};
CREATE INDEX bonds_character ON bonds (character_id);
CREATE TABLE bond_events (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    cause text NOT NULL,
    cause_id {uuid} NOT NULL,
    at bigint NOT NULL,
    day bigint NOT NULL,
    reason text,
    moves text NOT NULL,
    mood bigint NOT NULL,
    why text NOT NULL,
    model text
);
CREATE UNIQUE INDEX bond_events_cause ON bond_events (cause_id, cause);
CREATE INDEX bond_events_scope ON bond_events (user_id, character_id, at, id);
CREATE INDEX bond_events_character ON bond_events (character_id);
CREATE INDEX bond_events_session ON bond_events (session_id);
";

const DOWN: &str = "
DROP TABLE bond_events;
DROP TABLE bonds;
ALTER TABLE characters DROP COLUMN bond;
";
