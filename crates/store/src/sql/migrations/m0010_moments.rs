//! Moments with their images, what is liked and said of them, and which characters post by themselves.

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
        for tables in [MOMENTS, IMAGES, RESPONSES, POSTING, CASES] {
            spell(manager, tables).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// `author_id` is the one of `person_id` and `character_id` that is set: a feed looks for the newest of each author in
// `moments_author`, which holds all that it needs for that. What somebody has posted is known by its name after it is deleted, too.
const MOMENTS: &str = "
CREATE TABLE moments (
    id {uuid} PRIMARY KEY NOT NULL,
    author_id {uuid} NOT NULL,
    person_id {uuid} REFERENCES profiles (user_id) ON DELETE CASCADE,
    character_id {uuid} REFERENCES characters (id) ON DELETE CASCADE,
    text text NOT NULL,
    visibility text NOT NULL,
    characters_may_comment boolean NOT NULL,
    likes bigint NOT NULL,
    comments bigint NOT NULL,
    created_at bigint NOT NULL,
    edited_at bigint
);
CREATE INDEX moments_author ON moments (author_id, id, visibility);
CREATE INDEX moments_person ON moments (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX moments_character ON moments (character_id) WHERE character_id IS NOT NULL;
CREATE TABLE moment_sends (
    sender_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    client_id text NOT NULL,
    moment_id {uuid} NOT NULL,
    PRIMARY KEY (sender_id, client_id)
) {clustered};
";

// An image with a row here is not for everybody who knows its id: for its owner, until it stands in a moment, and then for those
// who see that.
const IMAGES: &str = "
CREATE TABLE uploads (
    media_id {uuid} PRIMARY KEY NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    owner_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    width bigint NOT NULL,
    height bigint NOT NULL,
    moment_id {uuid} REFERENCES moments (id) ON DELETE CASCADE,
    place bigint,
    created_at bigint NOT NULL
) {clustered};
CREATE INDEX uploads_moment ON uploads (moment_id, place);
CREATE INDEX uploads_loose ON uploads (owner_id, created_at) WHERE moment_id IS NULL;
CREATE INDEX uploads_old ON uploads (created_at) WHERE moment_id IS NULL;
CREATE INDEX uploads_owner ON uploads (owner_id);
";

// `for_id` is the person for whom a character's comment is counted.
const RESPONSES: &str = "
CREATE TABLE moment_likes (
    moment_id {uuid} NOT NULL REFERENCES moments (id) ON DELETE CASCADE,
    person_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    since bigint NOT NULL,
    PRIMARY KEY (moment_id, person_id)
) {clustered};
CREATE INDEX moment_likes_newest ON moment_likes (moment_id, since, person_id);
CREATE INDEX moment_likes_person ON moment_likes (person_id);
CREATE TABLE moment_comments (
    id {uuid} PRIMARY KEY NOT NULL,
    moment_id {uuid} NOT NULL REFERENCES moments (id) ON DELETE CASCADE,
    author_id {uuid} NOT NULL,
    person_id {uuid} REFERENCES profiles (user_id) ON DELETE CASCADE,
    character_id {uuid} REFERENCES characters (id) ON DELETE CASCADE,
    text text NOT NULL,
    reply_to {uuid},
    client_id text NOT NULL,
    for_id {uuid} REFERENCES profiles (user_id) ON DELETE SET NULL,
    created_at bigint NOT NULL,
    CONSTRAINT moment_comments_name_key UNIQUE (moment_id, author_id, client_id)
);
CREATE INDEX moment_comments_author ON moment_comments (author_id);
CREATE INDEX moment_comments_page ON moment_comments (moment_id, id);
CREATE INDEX moment_comments_reply ON moment_comments (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX moment_comments_person ON moment_comments (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX moment_comments_character ON moment_comments (character_id, created_at) WHERE character_id IS NOT NULL;
CREATE INDEX moment_comments_for ON moment_comments (for_id, created_at) WHERE for_id IS NOT NULL;
";

// A moment that was reported is looked for by its id in every case there was of it.
const CASES: &str = "CREATE INDEX cases_of ON cases (target_id);";

// The characters whose makers let them post by themselves, and when each does next.
const POSTING: &str = "
CREATE TABLE character_posting (
    character_id {uuid} PRIMARY KEY NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    due_at bigint NOT NULL
) {clustered};
CREATE INDEX character_posting_due ON character_posting (due_at);
";

const DOWN: &str = "
DROP INDEX cases_of;
DROP TABLE character_posting;
DROP TABLE moment_comments;
DROP TABLE moment_likes;
DELETE FROM media WHERE id IN (SELECT media_id FROM uploads);
DROP TABLE uploads;
DROP TABLE moment_sends;
DROP TABLE moments;
";
