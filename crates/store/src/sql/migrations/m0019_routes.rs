//! Routes: the stories that characters carry, their images, and what happened to people on them.

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

// An event may be kept before the message it follows from: until that stands, it counts for nothing. Messages may be in another database,
// sessions have a shadow here. What was unlocked is noted so that it is told once.
const UP: &str = "
CREATE TABLE routes (
    character_id {uuid} PRIMARY KEY NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    revision bigint NOT NULL,
    document text NOT NULL
);
CREATE TABLE route_images (
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    picture text NOT NULL,
    media_id {uuid} NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    PRIMARY KEY (character_id, picture)
) {clustered};
CREATE UNIQUE INDEX route_images_media ON route_images (media_id);
CREATE TABLE route_events (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    kind text NOT NULL,
    scene text NOT NULL,
    detail text NOT NULL,
    message_id {uuid} NOT NULL,
    client_id text,
    at bigint NOT NULL
);
CREATE UNIQUE INDEX route_events_message ON route_events (message_id, kind, scene, detail);
CREATE INDEX route_events_client ON route_events (session_id, client_id);
CREATE INDEX route_events_scope ON route_events (user_id, character_id, at, id);
CREATE INDEX route_events_character ON route_events (character_id);
CREATE TABLE route_unlocks (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    scene text NOT NULL,
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    message_id {uuid} NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (user_id, character_id, scene)
) {clustered};
CREATE INDEX route_unlocks_message ON route_unlocks (message_id);
CREATE INDEX route_unlocks_character ON route_unlocks (character_id);
CREATE INDEX route_unlocks_session ON route_unlocks (session_id);
";

const DOWN: &str = "
DROP TABLE route_unlocks;
DROP TABLE route_events;
DROP TABLE route_images;
DROP TABLE routes;
";
