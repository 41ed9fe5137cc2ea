//! The weeks of characters, who writes first to whom, for how long people talk, and how often care was taken.

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
        for tables in [INITIATIVES, SITTINGS] {
            spell(manager, tables).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// What was written for a slot is known after it is deleted, too: the same day, promise or silence is never taken up again. `draft` is
// what is on its way into the session, and goes once it stands there. Sessions may be kept elsewhere, so nothing refers to them.
const INITIATIVES: &str = "
ALTER TABLE characters ADD COLUMN routine text;
CREATE TABLE initiatives (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    enabled boolean NOT NULL,
    per_day bigint NOT NULL,
    per_week bigint NOT NULL,
    reasons text NOT NULL,
    met_at bigint NOT NULL,
    due_at bigint NOT NULL,
    revision bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE UNIQUE INDEX initiatives_pair ON initiatives (user_id, character_id);
CREATE INDEX initiatives_character ON initiatives (character_id);
CREATE INDEX initiatives_due ON initiatives (due_at) WHERE enabled;
CREATE TABLE first_messages (
    id {uuid} PRIMARY KEY NOT NULL,
    initiative_id {uuid} NOT NULL REFERENCES initiatives (id) ON DELETE CASCADE,
    slot text NOT NULL,
    reason text NOT NULL,
    session_id {uuid} NOT NULL,
    after_id {uuid} NOT NULL,
    state text NOT NULL,
    draft text,
    made_at bigint NOT NULL,
    ended_at bigint
);
CREATE UNIQUE INDEX first_messages_slot ON first_messages (initiative_id, slot);
CREATE INDEX first_messages_made ON first_messages (initiative_id, made_at);
CREATE INDEX first_messages_open ON first_messages (made_at) WHERE ended_at IS NULL;
";

// Counts name nobody: how often something happened in a month.
const SITTINGS: &str = "
CREATE TABLE sittings (
    user_id {uuid} PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    began_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    reminded bigint NOT NULL
) {clustered};
CREATE TABLE reminders (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    minutes bigint NOT NULL,
    made_at bigint NOT NULL
);
CREATE INDEX reminders_user ON reminders (user_id, made_at);
CREATE TABLE reminder_acks (
    reminder_id {uuid} NOT NULL REFERENCES reminders (id) ON DELETE CASCADE,
    device_id {uuid} NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    acknowledged_at bigint NOT NULL,
    PRIMARY KEY (reminder_id, device_id)
) {clustered};
CREATE INDEX reminder_acks_device ON reminder_acks (device_id);
CREATE TABLE care_counts (
    month text NOT NULL,
    counted text NOT NULL,
    times bigint NOT NULL,
    PRIMARY KEY (month, counted)
) {clustered};
";

const DOWN: &str = "
DROP TABLE care_counts;
DROP TABLE reminder_acks;
DROP TABLE reminders;
DROP TABLE sittings;
DROP TABLE first_messages;
DROP TABLE initiatives;
ALTER TABLE characters DROP COLUMN routine;
";
