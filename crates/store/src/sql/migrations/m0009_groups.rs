//! Sessions that several share: who is in them, and who of them said a message.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let nobody = match backend {
            DbBackend::Sqlite => OTHER_COLUMN.to_owned(),
            _ => "ALTER TABLE sessions ALTER COLUMN character_id DROP NOT NULL;".to_owned(),
        };
        for sql in [nobody.as_str(), AUTHORS, GROUPS] {
            manager.get_connection().execute_unprepared(&spelled(backend, sql)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        // A session without its one character is nothing to the version before.
        let again = match backend {
            DbBackend::Sqlite => OTHER_COLUMN.to_owned(),
            _ => "ALTER TABLE sessions ALTER COLUMN character_id SET NOT NULL;".to_owned(),
        };
        for sql in [DOWN, again.as_str()] {
            manager.get_connection().execute_unprepared(&spelled(backend, sql)).await?;
        }
        Ok(())
    }
}

fn spelled(backend: DbBackend, sql: &str) -> String {
    let (uuid, clustered) = match backend {
        DbBackend::Sqlite => ("blob", "WITHOUT ROWID"),
        _ => ("uuid", ""),
    };
    sql.replace("{uuid}", uuid).replace("{clustered}", clustered)
}

// SQLite cannot let a column be empty that may not; it can have another column of the same name, which may. Taken back, that
// column stays as it is: what the version before writes is never empty.
const OTHER_COLUMN: &str = "
DROP INDEX sessions_character;
ALTER TABLE sessions ADD COLUMN other_id {uuid} REFERENCES characters (id);
UPDATE sessions SET other_id = character_id;
ALTER TABLE sessions DROP COLUMN character_id;
ALTER TABLE sessions RENAME COLUMN other_id TO character_id;
CREATE INDEX sessions_character ON sessions (character_id, owner_id);
";

const AUTHORS: &str = "
ALTER TABLE messages ADD COLUMN author_id {uuid};
ALTER TABLE messages ADD COLUMN author_reason text;
CREATE INDEX messages_author ON messages (author_id) WHERE author_id IS NOT NULL;
";

// `low_id` and `high_id` are the two of a direct session. `session_id` refers to no session: the chat log may be elsewhere, and
// who is in a session is known before it is there.
const GROUPS: &str = "
CREATE TABLE session_groups (
    session_id {uuid} PRIMARY KEY NOT NULL,
    kind text NOT NULL,
    reply_mode text NOT NULL,
    speakers bigint NOT NULL,
    newcomers_see text NOT NULL,
    low_id {uuid} REFERENCES users (id) ON DELETE SET NULL,
    high_id {uuid} REFERENCES users (id) ON DELETE SET NULL,
    created_at bigint NOT NULL
) {clustered};
CREATE UNIQUE INDEX session_groups_pair ON session_groups (low_id, high_id);
CREATE INDEX session_groups_high ON session_groups (high_id) WHERE high_id IS NOT NULL;
CREATE TABLE session_members (
    session_id {uuid} NOT NULL REFERENCES session_groups (session_id) ON DELETE CASCADE,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role text NOT NULL,
    state text NOT NULL,
    invited_by {uuid} REFERENCES users (id) ON DELETE SET NULL,
    invited_at bigint NOT NULL,
    joined_at bigint,
    sees_from bigint,
    sees_after bigint NOT NULL,
    read_seq bigint NOT NULL,
    muted boolean NOT NULL,
    pinned boolean NOT NULL,
    archived boolean NOT NULL,
    PRIMARY KEY (session_id, user_id)
) {clustered};
CREATE INDEX session_members_user ON session_members (user_id, state);
CREATE INDEX session_members_inviter ON session_members (invited_by) WHERE invited_by IS NOT NULL;
CREATE TABLE session_characters (
    session_id {uuid} NOT NULL REFERENCES session_groups (session_id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    added_by {uuid} REFERENCES users (id) ON DELETE SET NULL,
    talkativeness bigint NOT NULL,
    added_at bigint NOT NULL,
    PRIMARY KEY (session_id, character_id)
) {clustered};
CREATE INDEX session_characters_character ON session_characters (character_id, added_by);
CREATE INDEX session_characters_adder ON session_characters (added_by) WHERE added_by IS NOT NULL;
";

const DOWN: &str = "
DROP TABLE session_characters;
DROP TABLE session_members;
DROP TABLE session_groups;
DELETE FROM sessions WHERE character_id IS NULL;
DROP INDEX messages_author;
ALTER TABLE messages DROP COLUMN author_reason;
ALTER TABLE messages DROP COLUMN author_id;
";
