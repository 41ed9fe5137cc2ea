//! Inboxes with their settings, as rows.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{CharacterId, MediaId, UserId};
use domain::notifications::{Inbox, Notification, NotificationKind, NotificationSettings, Notifier, QuietHours};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SqlStore, characters, notifications, query, rows};
use crate::inboxes::{Face, InboxStore};
use crate::{StoreError, StoreResult};

/// How an inbox stands.
pub(super) async fn find<C: ConnectionTrait>(conn: &C, user: UserId) -> StoreResult<Inbox> {
    let sql = "SELECT seq, read_up_to, (SELECT COUNT(*) FROM notifications n WHERE n.user_id = $1 AND n.read_at IS NULL) AS unread
        FROM inboxes WHERE user_id = $1";
    let Some(row) = query::row(conn, sql, [user.0.into()]).await? else { return Ok(Inbox::default()) };
    Ok(Inbox {
        seq: rows::number(row.try_get("", "seq")?)?,
        read_up_to: rows::number(row.try_get("", "read_up_to")?)?,
        unread: rows::number(row.try_get("", "unread")?)?,
    })
}

/// What [`settings`] reads of a row `s` of `notification_settings`, which may not be there.
pub(super) const SETTINGS: &str = "s.off, s.push_off, s.quiet_from, s.quiet_to, s.hide_names";

/// Settings from columns that may all be NULL. A kind that a newer version knows is passed over.
pub(super) fn settings(row: &QueryResult) -> StoreResult<NotificationSettings> {
    let kinds = |column: &str| -> StoreResult<BTreeSet<NotificationKind>> {
        let Some(text) = row.try_get::<Option<String>>("", column)? else { return Ok(BTreeSet::new()) };
        let names: Vec<String> = rows::from_json(&text)?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    };
    let minute = |column: &str| -> StoreResult<Option<u16>> {
        row.try_get::<Option<i64>>("", column)?.map(rows::number).transpose()
    };
    Ok(NotificationSettings {
        off: kinds("off")?,
        push_off: kinds("push_off")?,
        quiet: minute("quiet_from")?.zip(minute("quiet_to")?).and_then(|(from, to)| QuietHours::new(from, to).ok()),
        hide_names: row.try_get::<Option<bool>>("", "hide_names")?.unwrap_or_default(),
    })
}

/// What somebody wants to be told; `None` when there is nobody. Held, nobody deletes them before the transaction ends.
pub(super) async fn settings_of<C: ConnectionTrait>(
    conn: &C,
    user: UserId,
    hold: bool,
) -> StoreResult<Option<NotificationSettings>> {
    let lock = if hold && conn.get_database_backend() == DbBackend::Postgres { " FOR SHARE OF u" } else { "" };
    let sql = format!(
        "SELECT {SETTINGS} FROM users u LEFT JOIN notification_settings s ON s.user_id = u.id WHERE u.id = $1{lock}"
    );
    query::row(conn, sql, [user.0.into()]).await?.as_ref().map(settings).transpose()
}

fn names(kinds: &BTreeSet<NotificationKind>) -> StoreResult<String> {
    rows::json(&kinds.iter().map(ClosedSet::as_str).collect::<Vec<_>>())
}

#[async_trait]
impl InboxStore for SqlStore {
    async fn find_inbox(&self, user: UserId) -> StoreResult<Inbox> {
        find(self.read(), user).await
    }

    async fn unread_after(&self, user: UserId, after: u64, limit: u32) -> StoreResult<Vec<Notification>> {
        let columns = notifications::COLUMNS;
        let sql = format!(
            "SELECT {columns} FROM notifications n WHERE n.user_id = $1 AND n.seq > $2 AND n.read_at IS NULL
            ORDER BY n.seq DESC LIMIT $3"
        );
        let values = [user.0.into(), rows::signed(after).into(), i64::from(limit).into()];
        let found = query::rows(self.read(), sql, values).await?;
        found.iter().rev().map(notifications::notification).collect()
    }

    async fn inbox_places(&self, people: &[UserId]) -> StoreResult<Vec<(UserId, u64)>> {
        let ids: Vec<Uuid> = people.iter().map(|user| user.0).collect();
        let mut found = Vec::with_capacity(ids.len());
        for list in query::lists(&ids) {
            let sql = format!("SELECT user_id, seq FROM inboxes WHERE user_id IN ({})", query::places(1, list.len()));
            for row in query::rows(self.read(), sql, list).await? {
                found.push((UserId(row.try_get("", "user_id")?), rows::number(row.try_get("", "seq")?)?));
            }
        }
        Ok(found)
    }

    async fn find_settings(&self, user: UserId) -> StoreResult<NotificationSettings> {
        settings_of(self.read(), user, false).await?.ok_or(StoreError::NotFound)
    }

    async fn save_settings(
        &self,
        user: UserId,
        settings: &NotificationSettings,
        now: OffsetDateTime,
    ) -> StoreResult<()> {
        let tx = self.begin().await?;
        settings_of(&tx, user, true).await?.ok_or(StoreError::NotFound)?;
        let sql = "INSERT INTO notification_settings (user_id, off, push_off, quiet_from, quiet_to, hide_names) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (user_id) DO UPDATE SET off = excluded.off, push_off = excluded.push_off, quiet_from = excluded.quiet_from,
                quiet_to = excluded.quiet_to, hide_names = excluded.hide_names";
        let values: [Value; 6] = [
            user.0.into(),
            names(&settings.off)?.into(),
            names(&settings.push_off)?.into(),
            settings.quiet.map(|quiet| i64::from(quiet.from())).into(),
            settings.quiet.map(|quiet| i64::from(quiet.to())).into(),
            settings.hide_names.into(),
        ];
        query::run(&tx, sql, values).await?;
        // What waits for the end of quiet hours is looked at anew; a push service that was not reached is left in peace.
        let sql = "UPDATE push_deliveries SET due_at = $2 WHERE due_at > $2
            AND subscription_id IN (SELECT id FROM push_subscriptions WHERE user_id = $1 AND failures = 0)";
        query::run(&tx, sql, [user.0.into(), rows::micros(now).into()]).await?;
        tx.commit().await
    }

    async fn faces(&self, viewer: UserId, of: &[Notifier]) -> StoreResult<HashMap<Notifier, Face>> {
        let (mut people, mut cast) = (BTreeSet::new(), BTreeSet::new());
        for notifier in of {
            match notifier {
                Notifier::Person(id) => people.insert(id.0),
                Notifier::Character(id) => cast.insert(id.0),
            };
        }
        let mut faces = HashMap::new();
        for list in query::lists(&people.into_iter().collect::<Vec<_>>()) {
            let sql = format!(
                "SELECT u.id, u.display_name, p.avatar_id FROM users u JOIN profiles p ON p.user_id = u.id WHERE u.id IN ({})
                    AND NOT EXISTS (SELECT 1 FROM shunned s WHERE s.user_id = $1 AND s.shunned_id = u.id AND s.how = 'block')
                    AND NOT EXISTS (SELECT 1 FROM shunned s WHERE s.user_id = u.id AND s.shunned_id = $1 AND s.how = 'block')",
                query::places(2, list.len())
            );
            for row in query::rows(self.read(), sql, std::iter::once(Value::from(viewer.0)).chain(list)).await? {
                let avatar: Option<Uuid> = row.try_get("", "avatar_id")?;
                let face = Face { name: row.try_get("", "display_name")?, avatar: avatar.map(MediaId) };
                faces.insert(Notifier::Person(UserId(row.try_get("", "id")?)), face);
            }
        }
        for list in query::lists(&cast.into_iter().collect::<Vec<_>>()) {
            let sql = format!(
                "SELECT c.id, c.name, c.avatar_id FROM characters c WHERE {} AND c.id IN ({})",
                characters::suits("$1"),
                query::places(2, list.len())
            );
            for row in query::rows(self.read(), sql, std::iter::once(Value::from(viewer.0)).chain(list)).await? {
                let avatar: Option<Uuid> = row.try_get("", "avatar_id")?;
                let face = Face { name: row.try_get("", "name")?, avatar: avatar.map(MediaId) };
                faces.insert(Notifier::Character(CharacterId(row.try_get("", "id")?)), face);
            }
        }
        Ok(faces)
    }
}
