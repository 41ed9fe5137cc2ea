//! Subscriptions and what waits for them, as rows.

use async_trait::async_trait;
use domain::consents::ConsentKind;
use domain::ids::{DeviceId, NotificationId, SubscriptionId, UserId};
use domain::limits;
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use time::OffsetDateTime;

use super::{SqlStore, consents, hold_user, inboxes, notifications, query, rows};
use crate::pushes::{PushStore, Subscription, Waiting, Wake, WakeEnd};
use crate::{StoreError, StoreResult};

/// What [`subscription`] reads of a row `p` of `push_subscriptions`.
const COLUMNS: &str = "p.id, p.user_id, p.device_id, p.endpoint, p.p256dh, p.auth, p.failures, p.created_at";

fn subscription(row: &QueryResult) -> StoreResult<Subscription> {
    Ok(Subscription {
        id: SubscriptionId(row.try_get("", "id")?),
        user: UserId(row.try_get("", "user_id")?),
        device: DeviceId(row.try_get("", "device_id")?),
        endpoint: row.try_get("", "endpoint")?,
        p256dh: row.try_get("", "p256dh")?,
        auth: row.try_get("", "auth")?,
        created_at: rows::time(row.try_get("", "created_at")?)?,
    })
}

#[async_trait]
impl PushStore for SqlStore {
    async fn subscribe(&self, subscription: &Subscription) -> StoreResult<()> {
        let Subscription { id, user, device, endpoint, p256dh, auth, created_at } = subscription;
        let tx = self.begin().await?;
        // Held to the end: the subscriptions of one person change one after the other, and none outlives its device.
        hold_user(&tx, *user).await?;
        let sql = format!("SELECT 1 FROM devices WHERE id = $1 AND user_id = $2{}", super::for_share(&tx));
        query::row(&tx, sql, [device.0.into(), user.0.into()]).await?.ok_or(StoreError::NotFound)?;
        let sql = "SELECT 1 FROM push_subscriptions WHERE device_id = $1";
        if query::row(&tx, sql, [device.0.into()]).await?.is_none() {
            consents::note(&tx, *user, ConsentKind::Push, device, true, *created_at).await?;
        }
        let sql = "DELETE FROM push_subscriptions WHERE device_id = $1 OR endpoint = $2";
        query::run(&tx, sql, [device.0.into(), endpoint.clone().into()]).await?;
        let sql = "INSERT INTO push_subscriptions (id, user_id, device_id, endpoint, p256dh, auth, failures, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, 0, $7)
            ON CONFLICT (endpoint) DO UPDATE SET id = excluded.id, user_id = excluded.user_id, device_id = excluded.device_id,
                p256dh = excluded.p256dh, auth = excluded.auth, failures = 0, created_at = excluded.created_at";
        let values: [Value; 7] = [
            id.0.into(),
            user.0.into(),
            device.0.into(),
            endpoint.clone().into(),
            p256dh.clone().into(),
            auth.clone().into(),
            rows::micros(*created_at).into(),
        ];
        query::run(&tx, sql, values).await?;
        let sql = "DELETE FROM push_subscriptions WHERE id IN (
            SELECT id FROM push_subscriptions WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET $2)";
        query::run(&tx, sql, [user.0.into(), i64::from(limits::SUBSCRIPTIONS).into()]).await?;
        tx.commit().await
    }

    async fn find_subscription(&self, user: UserId, device: DeviceId) -> StoreResult<Option<Subscription>> {
        let sql = format!("SELECT {COLUMNS} FROM push_subscriptions p WHERE p.device_id = $1 AND p.user_id = $2");
        query::row(self.read(), sql, [device.0.into(), user.0.into()]).await?.as_ref().map(subscription).transpose()
    }

    async fn unsubscribe(&self, user: UserId, device: DeviceId, now: OffsetDateTime) -> StoreResult<bool> {
        let tx = self.begin().await?;
        let sql = "DELETE FROM push_subscriptions WHERE device_id = $1 AND user_id = $2";
        let gone = query::run(&tx, sql, [device.0.into(), user.0.into()]).await?;
        if gone > 0 {
            consents::note(&tx, user, ConsentKind::Push, device, false, now).await?;
        }
        tx.commit().await?;
        Ok(gone > 0)
    }

    async fn waiting(&self, id: SubscriptionId, now: OffsetDateTime, limit: u32) -> StoreResult<Option<Waiting>> {
        let (now, settings) = (rows::micros(now), inboxes::SETTINGS);
        let sql = format!(
            "SELECT {COLUMNS}, u.timezone, {settings},
                (SELECT COUNT(*) FROM notifications n WHERE n.user_id = p.user_id AND n.read_at IS NULL) AS unread,
                (SELECT MIN(d.due_at) FROM push_deliveries d WHERE d.subscription_id = p.id AND d.due_at > $2) AS next_due
            FROM push_subscriptions p JOIN users u ON u.id = p.user_id LEFT JOIN notification_settings s ON s.user_id = u.id
            WHERE p.id = $1"
        );
        let Some(row) = query::row(self.read(), sql, [id.0.into(), now.into()]).await? else { return Ok(None) };
        let columns = notifications::COLUMNS;
        let sql = format!(
            "SELECT {columns}, d.wanted_at FROM push_deliveries d JOIN notifications n ON n.id = d.notification_id
            WHERE d.subscription_id = $1 AND d.due_at <= $2 ORDER BY d.due_at, n.seq LIMIT $3"
        );
        let found = query::rows(self.read(), sql, [id.0.into(), now.into(), i64::from(limit).into()]).await?;
        let wake = |row: &QueryResult| -> StoreResult<Wake> {
            Ok(Wake {
                notification: notifications::notification(row)?,
                wanted_at: rows::time(row.try_get("", "wanted_at")?)?,
            })
        };
        Ok(Some(Waiting {
            subscription: subscription(&row)?,
            failures: rows::number(row.try_get("", "failures")?)?,
            settings: inboxes::settings(&row)?,
            timezone: row.try_get("", "timezone")?,
            unread: rows::number(row.try_get("", "unread")?)?,
            wakes: found.iter().map(wake).collect::<StoreResult<_>>()?,
            next_due: row.try_get::<Option<i64>>("", "next_due")?.map(rows::time).transpose()?,
        }))
    }

    async fn settle_wake(&self, id: SubscriptionId, end: WakeEnd, now: OffsetDateTime) -> StoreResult<()> {
        let tx = self.begin().await?;
        // The notification, the subscription, what waits: in the order in which all take them.
        match end {
            WakeEnd::Taken(notification, seq) => {
                let sql = "UPDATE notifications SET pushed_at = $2 WHERE id = $1";
                query::run(&tx, sql, [notification.0.into(), rows::micros(now).into()]).await?;
                let sql = "UPDATE push_subscriptions SET failures = 0 WHERE id = $1 AND failures > 0";
                query::run(&tx, sql, [id.0.into()]).await?;
                done(&tx, id, notification, seq).await?;
            }
            WakeEnd::Dropped(notification, seq) => done(&tx, id, notification, seq).await?,
            WakeEnd::Later(until) => later(&tx, id, until).await?,
            WakeEnd::Failed(until) => {
                let sql = "UPDATE push_subscriptions SET failures = failures + 1 WHERE id = $1";
                query::run(&tx, sql, [id.0.into()]).await?;
                later(&tx, id, until).await?;
            }
            WakeEnd::Gone => {
                query::run(&tx, "DELETE FROM push_subscriptions WHERE id = $1", [id.0.into()]).await?;
            }
        }
        tx.commit().await
    }

    async fn overdue(&self, of: Option<UserId>, since: OffsetDateTime, limit: u32) -> StoreResult<Vec<SubscriptionId>> {
        let limit = i64::from(limit);
        let found = match of {
            Some(user) => {
                let sql = "SELECT p.id FROM push_subscriptions p WHERE p.user_id = $1
                    AND EXISTS (SELECT 1 FROM push_deliveries d WHERE d.subscription_id = p.id) LIMIT $2";
                query::rows(self.read(), sql, [user.0.into(), limit.into()]).await?
            }
            None => {
                let sql = "SELECT DISTINCT subscription_id AS id FROM push_deliveries WHERE due_at <= $1 LIMIT $2";
                query::rows(self.read(), sql, [rows::micros(since).into(), limit.into()]).await?
            }
        };
        Ok(query::ids(&found, "id")?.into_iter().map(SubscriptionId).collect())
    }
}

/// Nothing waits any more of a notification as it was at a place; what happened since does.
async fn done(tx: &DatabaseTransaction, id: SubscriptionId, notification: NotificationId, seq: u64) -> StoreResult<()> {
    let sql = "DELETE FROM push_deliveries WHERE subscription_id = $1 AND notification_id = $2 AND seq <= $3";
    query::run(tx, sql, [id.0.into(), notification.0.into(), rows::signed(seq).into()]).await.map(|_| ())
}

/// Whatever waits for a device waits until then at least.
async fn later(tx: &DatabaseTransaction, id: SubscriptionId, until: OffsetDateTime) -> StoreResult<()> {
    let sql = "UPDATE push_deliveries SET due_at = $2 WHERE subscription_id = $1 AND due_at < $2";
    query::run(tx, sql, [id.0.into(), rows::micros(until).into()]).await.map(|_| ())
}
