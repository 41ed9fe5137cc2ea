//! What memory has fallen behind in, along an index of nothing else.

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

// `remembered_seq` is how far memory was when the session was last found to be seen: never more than it is. So the mark of a session,
// being in the index, is set by every event and needs nobody who remembers to set it.
const UP: &str = "
ALTER TABLE sessions ADD COLUMN remembered_seq bigint NOT NULL DEFAULT 0;
UPDATE sessions SET remembered_seq = COALESCE((SELECT w.seq FROM memory_watermarks w WHERE w.session_id = sessions.id), 0);
CREATE INDEX sessions_unseen ON sessions (last_message_at, id) WHERE seq > remembered_seq AND character_id IS NOT NULL;
CREATE INDEX memory_watermarks_unlearned ON memory_watermarks (session_id) WHERE episodes > facts;
";

const DOWN: &str = "
DROP INDEX memory_watermarks_unlearned;
DROP INDEX sessions_unseen;
ALTER TABLE sessions DROP COLUMN remembered_seq;
";
