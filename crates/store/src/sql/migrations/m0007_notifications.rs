//! Notifications with their inboxes, and the devices that are woken for them.

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
        for tables in [NOTIFICATIONS, PUSHES] {
            spell(manager, tables).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(|_| ())
    }
}

// Of what is alike and unread there is one row, whatever two nodes do. A subject may be gone: nothing refers to it.
const NOTIFICATIONS: &str = "
CREATE TABLE inboxes (
    user_id {uuid} PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    read_up_to bigint NOT NULL
) {clustered};
CREATE TABLE notifications (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    notifiers text NOT NULL,
    times bigint NOT NULL,
    seq bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    read_at bigint,
    pushed_at bigint
);
CREATE UNIQUE INDEX notifications_place ON notifications (user_id, seq);
CREATE UNIQUE INDEX notifications_unread ON notifications (user_id, kind, subject_kind, subject_id) WHERE read_at IS NULL;
CREATE INDEX notifications_updated ON notifications (updated_at);
CREATE INDEX notifications_subject ON notifications (subject_id);
CREATE TABLE notification_sources (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    source text NOT NULL,
    told_at bigint NOT NULL,
    PRIMARY KEY (user_id, source)
) {clustered};
CREATE INDEX notification_sources_told ON notification_sources (told_at);
CREATE TABLE notification_settings (
    user_id {uuid} PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    off text NOT NULL,
    push_off text NOT NULL,
    quiet_from bigint,
    quiet_to bigint,
    hide_names boolean NOT NULL
) {clustered};
";

// A device that is signed out subscribes no more; a notification that is gone wakes nobody.
const PUSHES: &str = "
CREATE TABLE push_subscriptions (
    id {uuid} PRIMARY KEY NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_id {uuid} NOT NULL UNIQUE REFERENCES devices (id) ON DELETE CASCADE,
    endpoint text NOT NULL UNIQUE,
    p256dh text NOT NULL,
    auth text NOT NULL,
    failures bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX push_subscriptions_user ON push_subscriptions (user_id, created_at);
CREATE TABLE push_deliveries (
    subscription_id {uuid} NOT NULL REFERENCES push_subscriptions (id) ON DELETE CASCADE,
    notification_id {uuid} NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    due_at bigint NOT NULL,
    wanted_at bigint NOT NULL,
    PRIMARY KEY (subscription_id, notification_id)
) {clustered};
CREATE INDEX push_deliveries_due ON push_deliveries (due_at);
CREATE INDEX push_deliveries_notification ON push_deliveries (notification_id);
";

const DOWN: &str = "
DROP TABLE push_deliveries;
DROP TABLE push_subscriptions;
DROP TABLE notification_settings;
DROP TABLE notification_sources;
DROP TABLE notifications;
DROP TABLE inboxes;
";
