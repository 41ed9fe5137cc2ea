//! Consents: what people agreed to, in which version, and when no more.

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

// Nothing here is ever changed. What was done about the same within the same microsecond was done once.
const UP: &str = "
CREATE TABLE consents (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    at bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    act text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    PRIMARY KEY (user_id, at, kind, subject)
) {clustered};
";

const DOWN: &str = "
DROP TABLE consents;
";
