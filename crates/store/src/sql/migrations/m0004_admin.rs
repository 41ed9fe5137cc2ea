//! Roles and disabled accounts, what people take and may take, and the audit log.

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
        // `clustered`: small rows that are only ever found by their key are kept in its order where the database can.
        let (uuid, clustered) = match manager.get_database_backend() {
            DbBackend::Sqlite => ("blob", "WITHOUT ROWID"),
            _ => ("uuid", ""),
        };
        for table in [USERS, USAGE, AUDIT] {
            let sql = table.replace("{uuid}", uuid).replace("{clustered}", clustered);
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// A version that knows nothing of these columns makes members who are not disabled.
const USERS: &str = "
ALTER TABLE users ADD COLUMN role text NOT NULL DEFAULT 'member';
ALTER TABLE users ADD COLUMN disabled_at bigint;
ALTER TABLE users ADD COLUMN disabled_reason text;
CREATE INDEX users_newest ON users (created_at, id);
CREATE INDEX users_admins ON users (id) WHERE role = 'admin';
CREATE INDEX users_disabled ON users (disabled_at) WHERE disabled_at IS NOT NULL;
";

// `day` counts from 1970, `cost` is in millionths of a US dollar. What a person took goes with them, what all took stays.
const USAGE: &str = "
CREATE TABLE usage_ledger (
    id {uuid} PRIMARY KEY NOT NULL,
    day bigint NOT NULL
) {clustered};
CREATE INDEX usage_ledger_day ON usage_ledger (day);
CREATE TABLE usage_days (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day bigint NOT NULL,
    replies bigint NOT NULL,
    tokens bigint NOT NULL,
    cost bigint NOT NULL,
    PRIMARY KEY (user_id, day)
) {clustered};
CREATE INDEX usage_days_day ON usage_days (day);
CREATE TABLE usage_totals (
    day bigint PRIMARY KEY NOT NULL,
    replies bigint NOT NULL,
    tokens bigint NOT NULL,
    cost bigint NOT NULL
);
CREATE TABLE user_quotas (
    user_id {uuid} PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    replies bigint,
    tokens bigint,
    cost bigint
) {clustered};
";

// Whom an entry concerns may be gone by now: it refers to nobody.
const AUDIT: &str = "
CREATE TABLE audit_log (
    id {uuid} PRIMARY KEY NOT NULL,
    at bigint NOT NULL,
    actor_kind text NOT NULL,
    actor_id {uuid},
    action text NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    detail text NOT NULL,
    request_id text,
    address text
);
CREATE INDEX audit_log_at ON audit_log (at, id);
";

const DOWN: &str = "
DROP TABLE audit_log;
DROP TABLE user_quotas;
DROP TABLE usage_totals;
DROP TABLE usage_days;
DROP TABLE usage_ledger;
DROP INDEX users_disabled;
DROP INDEX users_admins;
DROP INDEX users_newest;
ALTER TABLE users DROP COLUMN disabled_reason;
ALTER TABLE users DROP COLUMN disabled_at;
ALTER TABLE users DROP COLUMN role;
";
