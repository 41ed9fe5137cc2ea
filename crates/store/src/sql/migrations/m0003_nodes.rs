//! What nodes ask of each other through the store.

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
        spell(manager, STOPS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP TABLE reply_stops").await.map(|_| ())
    }
}

// A table and no column of `messages`: a node of the version before has prepared statements that return all columns, which
// PostgreSQL refuses once there is another.
const STOPS: &str = "
CREATE TABLE reply_stops (
    message_id {uuid} PRIMARY KEY NOT NULL REFERENCES messages (id) ON DELETE CASCADE
) {clustered};
";
