//! Keys of programs that talk for a person.

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

// A version that knows nothing of this table takes no key. Characters are named, not referred to: with one who is gone a key must not
// become one for everybody.
const UP: &str = "
CREATE TABLE api_keys (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash {bytes} NOT NULL UNIQUE,
    name text NOT NULL,
    hint text NOT NULL,
    scopes text NOT NULL,
    characters text,
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint
);
CREATE INDEX api_keys_user ON api_keys (user_id, created_at);
";

const DOWN: &str = "
DROP TABLE api_keys;
";
