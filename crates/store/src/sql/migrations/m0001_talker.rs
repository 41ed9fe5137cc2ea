//! Accounts, devices, characters, images, sessions, the tree of messages, and the events of each session.

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
        // `clustered`: rows that are only ever found by their key are kept in its order where the database can.
        for table in [ACCOUNTS, CHARACTERS, SESSIONS, MESSAGES] {
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
const TABLES: [&str; 11] = [
    "users",
    "devices",
    "refresh_tokens",
    "media",
    "characters",
    "character_tags",
    "sessions",
    "events",
    "messages",
    "message_revisions",
    "reply_chunks",
];

const ACCOUNTS: &str = "
CREATE TABLE users (
    id {uuid} PRIMARY KEY NOT NULL,
    username text NOT NULL,
    email text NOT NULL,
    display_name text NOT NULL,
    birth_date text,
    timezone text,
    password_hash text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT users_username_key UNIQUE (username),
    CONSTRAINT users_email_key UNIQUE (email)
);
CREATE TABLE devices (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    label text NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX devices_user ON devices (user_id);
CREATE TABLE refresh_tokens (
    hash {bytes} PRIMARY KEY NOT NULL,
    device_id {uuid} NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    created_at bigint NOT NULL,
    used_at bigint
) {clustered};
CREATE INDEX refresh_tokens_device ON refresh_tokens (device_id);
";

const CHARACTERS: &str = "
CREATE TABLE media (
    id {uuid} PRIMARY KEY NOT NULL,
    owner_id {uuid} REFERENCES users (id) ON DELETE SET NULL,
    media_type text NOT NULL,
    bytes {bytes} NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX media_owner ON media (owner_id);
CREATE TABLE characters (
    id {uuid} PRIMARY KEY NOT NULL,
    owner_id {uuid} REFERENCES users (id) ON DELETE SET NULL,
    name text NOT NULL,
    tagline text NOT NULL,
    persona text NOT NULL,
    scenario text NOT NULL,
    greeting text NOT NULL,
    alternate_greetings text NOT NULL,
    examples text NOT NULL,
    system_prompt text NOT NULL,
    creator_notes text NOT NULL,
    tags text NOT NULL,
    visibility text NOT NULL,
    model text,
    sampling text NOT NULL,
    avatar_id {uuid} REFERENCES media (id) ON DELETE SET NULL,
    search_text text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    deleted boolean NOT NULL
);
CREATE INDEX characters_owner ON characters (owner_id, created_at, id);
CREATE INDEX characters_newest ON characters (created_at, id);
CREATE INDEX characters_avatar ON characters (avatar_id);
CREATE TABLE character_tags (
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    tag text NOT NULL,
    PRIMARY KEY (tag, character_id)
) {clustered};
CREATE INDEX character_tags_character ON character_tags (character_id);
";

const SESSIONS: &str = "
CREATE TABLE sessions (
    id {uuid} PRIMARY KEY NOT NULL,
    owner_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id),
    title text NOT NULL,
    pinned boolean NOT NULL,
    archived boolean NOT NULL,
    model text,
    sampling text NOT NULL,
    active_root_id {uuid},
    leaf_id {uuid},
    seq bigint NOT NULL,
    created_at bigint NOT NULL,
    last_message_at bigint NOT NULL
);
CREATE INDEX sessions_list ON sessions (owner_id, archived, pinned, last_message_at, id);
CREATE INDEX sessions_character ON sessions (character_id, owner_id);
CREATE TABLE events (
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    kind text NOT NULL,
    message_id {uuid},
    reply_id {uuid},
    created_at bigint NOT NULL,
    PRIMARY KEY (session_id, seq)
) {clustered};
";

// The partial indexes are used by statements that repeat their condition word for word.
const MESSAGES: &str = "
CREATE TABLE messages (
    id {uuid} PRIMARY KEY NOT NULL,
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    parent_id {uuid},
    branch_id {uuid} NOT NULL,
    depth bigint NOT NULL,
    role text NOT NULL,
    status text NOT NULL,
    failure text,
    content text NOT NULL,
    client_message_id text,
    model text,
    finish_reason text,
    prompt_tokens bigint,
    cached_tokens bigint,
    completion_tokens bigint,
    revision bigint NOT NULL,
    active_child_id {uuid},
    in_view boolean NOT NULL,
    event_seq bigint,
    created_at bigint NOT NULL,
    edited_at bigint,
    deleted_at bigint,
    lease_node {uuid},
    lease_until bigint,
    fence bigint NOT NULL
);
CREATE UNIQUE INDEX messages_client ON messages (session_id, client_message_id);
CREATE INDEX messages_branch ON messages (branch_id, created_at, id);
CREATE UNIQUE INDEX messages_view ON messages (session_id, depth) WHERE in_view;
CREATE INDEX messages_queued ON messages (session_id, created_at, depth, id) WHERE status = 'queued';
CREATE INDEX messages_streaming ON messages (session_id) WHERE status = 'streaming';
CREATE TABLE message_revisions (
    message_id {uuid} NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    revision bigint NOT NULL,
    content text NOT NULL,
    replaced_at bigint NOT NULL,
    PRIMARY KEY (message_id, revision)
) {clustered};
CREATE TABLE reply_chunks (
    message_id {uuid} NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    position bigint NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (message_id, position)
) {clustered};
";
