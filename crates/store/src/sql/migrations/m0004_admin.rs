//! Roles and disabled accounts, what people take and may take, and the audit log.

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
        // `clustered`: small rows that are only ever found by their key are kept in its order where the database can.
        for table in [USERS, USAGE, AUDIT] {
            spell(manager, table).await?;
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
CREATE INDEX audit_log_actor ON audit_log (actor_id, at) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_log_target ON audit_log (target_id, at);
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

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend};
    use sea_orm_migration::MigratorTrait;
    use sea_orm_migration::prelude::SchemaManager;

    use super::super::Migrator;

    /// Whether this step is there.
    async fn applied(conn: &DatabaseConnection) -> bool {
        SchemaManager::new(conn).has_table("audit_log").await.unwrap()
    }

    async fn up_and_down(conn: &DatabaseConnection) {
        Migrator::up(conn, None).await.unwrap();
        // What the version before writes is a member who can sign in.
        let hex = if conn.get_database_backend() == DbBackend::Sqlite {
            "x'018f0000000070008000000000000001'"
        } else {
            "'018f0000-0000-7000-8000-000000000001'"
        };
        let old = format!(
            "INSERT INTO users (id, username, email, display_name, password_hash, created_at, updated_at)
            VALUES ({hex}, 'aya', 'aya@example.org', 'Aya', 'h', 1, 1)"
        );
        conn.execute_unprepared(&old).await.unwrap();
        let known = "SELECT 1 FROM users WHERE role = 'member' AND disabled_at IS NULL";
        let statement = sea_orm::Statement::from_string(conn.get_database_backend(), known);
        assert!(conn.query_one_raw(statement).await.unwrap().is_some());
        // Down to before this step, whatever steps follow it, and up again: who was there is still there.
        while applied(conn).await {
            Migrator::down(conn, Some(1)).await.unwrap();
        }
        assert!(!SchemaManager::new(conn).has_column("users", "role").await.unwrap());
        Migrator::up(conn, None).await.unwrap();
        let statement = sea_orm::Statement::from_string(conn.get_database_backend(), known);
        assert!(conn.query_one_raw(statement).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn it_goes_up_and_down_on_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("talker.db").display());
        up_and_down(&Database::connect(url).await.unwrap()).await;
    }

    #[tokio::test]
    async fn it_goes_up_and_down_on_postgres() {
        let url = std::env::vars().find_map(|(name, value)| (name == "TALKER_TEST_POSTGRES_URL").then_some(value));
        let Some(url) = url else {
            println!("SKIPPED: the step of administration on PostgreSQL - TALKER_TEST_POSTGRES_URL is not set");
            return;
        };
        let any = Database::connect(&url).await.unwrap();
        let name = format!("admin_step_{}", std::process::id());
        any.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
        any.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (address, options) =
            url.split_once('?').map_or((url.as_str(), String::new()), |(a, o)| (a, format!("?{o}")));
        let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
        let conn = Database::connect(format!("{host}/{name}{options}")).await.unwrap();
        up_and_down(&conn).await;
        conn.close().await.unwrap();
        any.execute_unprepared(&format!("DROP DATABASE {name}")).await.unwrap();
    }
}
