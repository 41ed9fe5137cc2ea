//! Profiles, friends, follows, blocks, and what is reported.

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
        // `bytewise`: names are looked for by how they begin, in the order of their bytes. `tail`: the end of an id in hex.
        let (uuid, clustered, bytewise, tail) = match manager.get_database_backend() {
            DbBackend::Sqlite => ("blob", "WITHOUT ROWID", "", "lower(substr(hex(id), 27))"),
            _ => ("uuid", "", "COLLATE \"C\"", "right(replace(id::text, '-', ''), 6)"),
        };
        for table in [PROFILES, GRAPH, REPORTS, CHARACTERS] {
            let sql = table.replace("{uuid}", uuid).replace("{clustered}", clustered).replace("{bytewise}", bytewise);
            manager.get_connection().execute_unprepared(&sql.replace("{tail}", tail)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// What a person chose to show is null where they chose nothing. Everybody who is there gets their user name as handle; where
// that is reserved, with the end of their id.
const PROFILES: &str = "
CREATE TABLE profiles (
    user_id {uuid} PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    handle text {bytewise} NOT NULL,
    name_key text {bytewise} NOT NULL,
    bio text NOT NULL,
    avatar_id {uuid} REFERENCES media (id) ON DELETE SET NULL,
    see_profile text,
    see_presence text,
    see_friends text,
    may_ask text,
    may_write text,
    friends bigint NOT NULL,
    followers bigint NOT NULL,
    CONSTRAINT profiles_handle_key UNIQUE (handle)
);
CREATE INDEX profiles_name ON profiles (name_key);
CREATE INDEX profiles_avatar ON profiles (avatar_id);
INSERT INTO profiles (user_id, handle, name_key, bio, friends, followers)
SELECT id, CASE WHEN username IN (
        'about', 'account', 'admin', 'administrator', 'anonymous', 'api', 'blocked', 'everyone', 'followers', 'following',
        'friends', 'help', 'home', 'info', 'login', 'mod', 'moderator', 'moderators', 'news', 'nobody', 'null', 'official',
        'operator', 'people', 'requests', 'root', 'search', 'security', 'settings', 'staff', 'suggestions', 'support',
        'system', 'talker', 'team', 'undefined'
    ) THEN username || '_' || {tail} ELSE username END, lower(display_name), '', 0, 0 FROM users;
";

// A friendship has a row for each of the two. All of it refers to profiles, which are held while it changes.
const GRAPH: &str = "
CREATE TABLE friendships (
    user_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    friend_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    since bigint NOT NULL,
    PRIMARY KEY (user_id, friend_id)
) {clustered};
CREATE INDEX friendships_newest ON friendships (user_id, since, friend_id);
CREATE INDEX friendships_friend ON friendships (friend_id);
CREATE TABLE friend_requests (
    from_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    to_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    since bigint NOT NULL,
    declined boolean NOT NULL,
    PRIMARY KEY (from_id, to_id)
) {clustered};
CREATE INDEX friend_requests_from ON friend_requests (from_id, since, to_id);
CREATE INDEX friend_requests_to ON friend_requests (to_id, since, from_id);
CREATE TABLE follows (
    follower_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    followed_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    since bigint NOT NULL,
    PRIMARY KEY (follower_id, followed_id)
) {clustered};
CREATE INDEX follows_newest ON follows (follower_id, since, followed_id);
CREATE INDEX follows_followed ON follows (followed_id, since, follower_id);
CREATE TABLE character_follows (
    follower_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    since bigint NOT NULL,
    PRIMARY KEY (follower_id, character_id)
) {clustered};
CREATE INDEX character_follows_newest ON character_follows (follower_id, since, character_id);
CREATE INDEX character_follows_character ON character_follows (character_id, since, follower_id);
CREATE TABLE character_followers (
    character_id {uuid} PRIMARY KEY NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    followers bigint NOT NULL
) {clustered};
CREATE TABLE shunned (
    user_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    shunned_id {uuid} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    how text NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (user_id, shunned_id, how)
) {clustered};
CREATE INDEX shunned_newest ON shunned (user_id, how, since, shunned_id);
CREATE INDEX shunned_by ON shunned (shunned_id);
";

// What a case is about may be gone by now: it refers to nothing. Of one thing there is one case that is not resolved.
const REPORTS: &str = "
CREATE TABLE cases (
    id {uuid} PRIMARY KEY NOT NULL,
    target_kind text NOT NULL,
    target_id {uuid} NOT NULL,
    character_id {uuid},
    person_id {uuid},
    state text NOT NULL,
    reports bigint NOT NULL,
    reason text NOT NULL,
    opened_at bigint NOT NULL,
    reported_at bigint NOT NULL,
    claimed_by {uuid},
    claimed_at bigint,
    action text,
    resolved_at bigint
);
CREATE UNIQUE INDEX cases_target ON cases (target_kind, target_id) WHERE state <> 'resolved';
CREATE INDEX cases_state ON cases (state, opened_at, id);
CREATE INDEX cases_opened ON cases (opened_at, id);
CREATE TABLE reports (
    id {uuid} PRIMARY KEY NOT NULL,
    case_id {uuid} NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    reporter_id {uuid} REFERENCES users (id) ON DELETE SET NULL,
    reason text NOT NULL,
    note text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT reports_reporter_key UNIQUE (case_id, reporter_id)
);
CREATE INDEX reports_newest ON reports (case_id, created_at, id);
CREATE INDEX reports_reporter ON reports (reporter_id);
";

const CHARACTERS: &str = "ALTER TABLE characters ADD COLUMN hidden_at bigint;";

const DOWN: &str = "
ALTER TABLE characters DROP COLUMN hidden_at;
DROP TABLE reports;
DROP TABLE cases;
DROP TABLE shunned;
DROP TABLE character_followers;
DROP TABLE character_follows;
DROP TABLE follows;
DROP TABLE friend_requests;
DROP TABLE friendships;
DROP TABLE profiles;
";

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
    use sea_orm_migration::MigratorTrait;
    use sea_orm_migration::prelude::SchemaManager;

    use super::super::Migrator;
    use super::*;
    use crate::sql::testing;

    async fn there(conn: &DatabaseConnection) -> bool {
        SchemaManager::new(conn).has_table("profiles").await.unwrap()
    }

    /// Whoever was there before has a handle, and nobody gets one that is reserved.
    async fn up_and_down(conn: &DatabaseConnection) {
        Migrator::up(conn, None).await.unwrap();
        while there(conn).await {
            Migrator::down(conn, Some(1)).await.unwrap();
        }
        let hex = |n: u32| match conn.get_database_backend() {
            DbBackend::Sqlite => format!("x'018f0000000070008000000000abcde{n}'"),
            _ => format!("'018f0000-0000-7000-8000-000000abcde{n}'"),
        };
        for (n, name) in ["aya", "admin"].into_iter().enumerate() {
            let id = hex(u32::try_from(n).unwrap());
            let old = format!(
                "INSERT INTO users (id, username, email, display_name, password_hash, created_at, updated_at)
                VALUES ({id}, '{name}', '{name}@example.org', 'Name', 'h', 1, 1)"
            );
            conn.execute_unprepared(&old).await.unwrap();
        }
        Migrator::up(conn, None).await.unwrap();
        let sql = "SELECT handle, name_key FROM profiles ORDER BY handle";
        let statement = sea_orm::Statement::from_string(conn.get_database_backend(), sql);
        let found = conn.query_all_raw(statement).await.unwrap();
        let handles: Vec<(String, String)> = found
            .iter()
            .map(|row| (row.try_get("", "handle").unwrap(), row.try_get("", "name_key").unwrap()))
            .collect();
        let key = |handle: &str| (handle.to_owned(), "name".to_owned());
        assert_eq!(handles, [key("admin_abcde1"), key("aya")]);
        for (handle, _) in handles {
            assert_eq!(domain::profiles::handle(&handle), Ok(handle.clone()));
        }
        while there(conn).await {
            Migrator::down(conn, Some(1)).await.unwrap();
        }
        assert!(!SchemaManager::new(conn).has_column("characters", "hidden_at").await.unwrap());
        Migrator::up(conn, None).await.unwrap();
    }

    #[tokio::test]
    async fn it_goes_up_and_down_on_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("talker.db").display());
        up_and_down(&Database::connect(url).await.unwrap()).await;
    }

    #[tokio::test]
    async fn it_goes_up_and_down_on_postgres() {
        let Some(url) = testing::new_database("social_step").await else {
            println!(
                "SKIPPED: the step of people among each other on PostgreSQL - TALKER_TEST_POSTGRES_URL is not set"
            );
            return;
        };
        let conn = Database::connect(url).await.unwrap();
        up_and_down(&conn).await;
        conn.close().await.unwrap();
    }
}
