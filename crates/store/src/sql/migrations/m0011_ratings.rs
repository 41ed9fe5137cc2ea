//! For whom a character is, and who meets those who are not for everybody.

use sea_orm::{ConnectionTrait, DbErr};
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
        manager.get_connection().execute_unprepared(UP).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// A version that knows nothing of these columns makes characters for everybody, and people who meet no others.
const UP: &str = "
ALTER TABLE characters ADD COLUMN rating text NOT NULL DEFAULT 'general';
ALTER TABLE users ADD COLUMN sees_mature boolean NOT NULL DEFAULT FALSE;
";

// To the version before, everybody would meet whom they must not: such a character is her maker's alone there.
const DOWN: &str = "
UPDATE characters SET visibility = 'private' WHERE rating <> 'general';
ALTER TABLE users DROP COLUMN sees_mature;
ALTER TABLE characters DROP COLUMN rating;
";
