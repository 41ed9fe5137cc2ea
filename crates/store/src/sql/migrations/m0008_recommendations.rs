//! What people do with characters and make of them, and what was learned from it.

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
        for table in [EVENTS, REGARDS, SNAPSHOTS] {
            spell(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// `seq` is the place among all events, in the order in which they were committed: `recommendation_clock` has one row, which
// whoever writes events holds. `layer` is 0 for being shown, 1 for what says more, 2 for what was taken back. `day` is NULL for
// what may count twice in one. `erased` counts the people whose events went.
const EVENTS: &str = "
CREATE TABLE recommendation_clock (
    id bigint PRIMARY KEY NOT NULL,
    seq bigint NOT NULL,
    erased bigint NOT NULL
);
CREATE TABLE recommendation_events (
    person_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    event_id text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    at bigint NOT NULL,
    surface text,
    day bigint,
    layer bigint NOT NULL,
    PRIMARY KEY (person_id, event_id)
) {clustered};
CREATE UNIQUE INDEX recommendation_events_day ON recommendation_events (person_id, character_id, kind, day);
CREATE INDEX recommendation_events_person ON recommendation_events (person_id, layer, seq);
CREATE INDEX recommendation_events_seq ON recommendation_events (seq);
CREATE INDEX recommendation_events_character ON recommendation_events (character_id);
CREATE INDEX recommendation_events_shown ON recommendation_events (at) WHERE layer = 0;
";

// `seq` is that of the event that changed it last.
const REGARDS: &str = "
CREATE TABLE character_regards (
    person_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    reaction text,
    hidden boolean NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (person_id, character_id)
) {clustered};
CREATE INDEX character_regards_character ON character_regards (character_id);
CREATE TABLE character_likes (
    character_id {uuid} PRIMARY KEY NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    likes bigint NOT NULL
) {clustered};
CREATE TABLE person_tastes (
    person_id {uuid} PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tags text NOT NULL
) {clustered};
";

// A snapshot is in pieces, so that no statement is large.
const SNAPSHOTS: &str = "
CREATE TABLE recommendation_snapshots (
    version bigint PRIMARY KEY NOT NULL,
    made_at bigint NOT NULL,
    mark text NOT NULL,
    tuning text NOT NULL,
    size bigint NOT NULL
);
CREATE TABLE recommendation_snapshot_pieces (
    version bigint NOT NULL REFERENCES recommendation_snapshots (version) ON DELETE CASCADE,
    n bigint NOT NULL,
    bytes {bytes} NOT NULL,
    PRIMARY KEY (version, n)
);
";

const DOWN: &str = "
DROP TABLE recommendation_snapshot_pieces;
DROP TABLE recommendation_snapshots;
DROP TABLE person_tastes;
DROP TABLE character_likes;
DROP TABLE character_regards;
DROP TABLE recommendation_events;
DROP TABLE recommendation_clock;
";
