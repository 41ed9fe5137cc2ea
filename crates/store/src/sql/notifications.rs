//! Notifications, as rows. Who changes an inbox takes its row first, so changes of one inbox happen one after the other and
//! each has a place of its own.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{NotificationId, SubscriptionId, UserId};
use domain::limits;
use domain::notifications::{Inbox, News, Notification, Notifier, Subject};
use domain::pages::{Page, PageRequest};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Value};
use time::OffsetDateTime;

use super::cursors::{self, Cursor};
use super::{SqlStore, inboxes, query, rows};
use crate::notifications::{NotificationStore, ReadMark, Told};
use crate::{StoreError, StoreResult};

/// What [`notification`] reads.
pub(super) const COLUMNS: &str = "n.id, n.user_id, n.kind, n.subject_kind, n.subject_id, n.notifiers, n.times, n.seq, n.created_at, n.updated_at, n.read_at, n.pushed_at";

/// How long a device is left in peace after it was woken for a notification that goes on growing, in microseconds.
const PEACE: i64 = 60 * 1_000_000;

pub(super) fn notification(row: &QueryResult) -> StoreResult<Notification> {
    let subject = Subject::of(
        rows::closed(&row.try_get::<String>("", "subject_kind")?)?,
        &row.try_get::<String>("", "subject_id")?,
    );
    let by: Vec<String> = rows::from_json(&row.try_get::<String>("", "notifiers")?)?;
    let by = by.iter().map(|id| Notifier::of(id)).collect::<Option<_>>();
    Ok(Notification {
        id: NotificationId(row.try_get("", "id")?),
        user: UserId(row.try_get("", "user_id")?),
        kind: rows::closed(&row.try_get::<String>("", "kind")?)?,
        subject: subject.ok_or_else(|| StoreError::Corrupt("a notification of another subject".into()))?,
        by: by.ok_or_else(|| StoreError::Corrupt("a notification by nobody known".into()))?,
        count: rows::number(row.try_get("", "times")?)?,
        seq: rows::number(row.try_get("", "seq")?)?,
        created_at: rows::time(row.try_get("", "created_at")?)?,
        updated_at: rows::time(row.try_get("", "updated_at")?)?,
        read_at: row.try_get::<Option<i64>>("", "read_at")?.map(rows::time).transpose()?,
    })
}

/// Tells news within a transaction of another change, so that both are kept or neither. Takes the person's row, then the inbox:
/// whoever holds more takes it before.
pub(super) async fn tell(
    tx: &DatabaseTransaction,
    id: NotificationId,
    news: &News,
    now: OffsetDateTime,
) -> StoreResult<Option<Told>> {
    let Some(settings) = inboxes::settings_of(tx, news.user, true).await? else { return Ok(None) };
    if !settings.tells(news.kind) {
        return Ok(None);
    }
    let at = rows::micros(now);
    let sql = "INSERT INTO notification_sources (user_id, source, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    if query::run(tx, sql, [news.user.0.into(), news.source.clone().into(), at.into()]).await? == 0 {
        return Ok(None);
    }
    let seq = next_place(tx, news.user).await?;
    let (told, pushed_at) = match alike(tx, news).await? {
        Some((found, pushed_at)) => {
            let told = found.with(news, seq, now);
            renew(tx, &told).await?;
            (told, pushed_at)
        }
        None => {
            let told = Notification::first(id, news, seq, now);
            insert(tx, &told).await?;
            trim(tx, news.user).await?;
            (told, None)
        }
    };
    let wakes = match settings.pushes(news.kind) {
        true => want_wakes(tx, &told, at, pushed_at).await?,
        false => Vec::new(),
    };
    Ok(Some(Told { notification: told, wakes }))
}

/// Takes the inbox of a person, and its next place.
async fn next_place(tx: &DatabaseTransaction, user: UserId) -> StoreResult<u64> {
    let sql = "INSERT INTO inboxes (user_id, seq, read_up_to) VALUES ($1, 1, 0)
        ON CONFLICT (user_id) DO UPDATE SET seq = inboxes.seq + 1 RETURNING seq";
    let row = query::row(tx, sql, [user.0.into()]).await?;
    let row = row.ok_or_else(|| StoreError::Corrupt("an inbox without a place".into()))?;
    rows::number(row.try_get("", "seq")?)
}

/// The unread notification that news becomes one with, and when a device was last woken for it.
async fn alike(tx: &DatabaseTransaction, news: &News) -> StoreResult<Option<(Notification, Option<i64>)>> {
    let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!(
        "SELECT {COLUMNS} FROM notifications n
        WHERE n.user_id = $1 AND n.kind = $2 AND n.subject_kind = $3 AND n.subject_id = $4 AND n.read_at IS NULL{lock}"
    );
    let values: [Value; 4] =
        [news.user.0.into(), news.kind.as_str().into(), news.subject.kind().as_str().into(), news.subject.id().into()];
    let Some(row) = query::row(tx, sql, values).await? else { return Ok(None) };
    Ok(Some((notification(&row)?, row.try_get("", "pushed_at")?)))
}

fn notifiers(of: &Notification) -> StoreResult<String> {
    rows::json(&of.by.iter().map(Notifier::id).collect::<Vec<_>>())
}

async fn renew(tx: &DatabaseTransaction, told: &Notification) -> StoreResult<()> {
    let sql = "UPDATE notifications SET notifiers = $2, times = $3, seq = $4, updated_at = $5 WHERE id = $1";
    let values: [Value; 5] = [
        told.id.0.into(),
        notifiers(told)?.into(),
        rows::signed(told.count).into(),
        rows::signed(told.seq).into(),
        rows::micros(told.updated_at).into(),
    ];
    query::run(tx, sql, values).await.map(|_| ())
}

async fn insert(tx: &DatabaseTransaction, told: &Notification) -> StoreResult<()> {
    let sql = "INSERT INTO notifications (id, user_id, kind, subject_kind, subject_id, notifiers, times, seq, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values: [Value; 10] = [
        told.id.0.into(),
        told.user.0.into(),
        told.kind.as_str().into(),
        told.subject.kind().as_str().into(),
        told.subject.id().into(),
        notifiers(told)?.into(),
        rows::signed(told.count).into(),
        rows::signed(told.seq).into(),
        rows::micros(told.created_at).into(),
        rows::micros(told.updated_at).into(),
    ];
    query::run(tx, sql, values).await.map(|_| ())
}

/// Forgets the oldest of a person who has more than are kept.
async fn trim(tx: &DatabaseTransaction, user: UserId) -> StoreResult<()> {
    let sql = "DELETE FROM notifications WHERE user_id = $1 AND seq <= (
        SELECT seq FROM notifications WHERE user_id = $1 ORDER BY seq DESC LIMIT 1 OFFSET $2)";
    query::run(tx, sql, [user.0.into(), i64::from(limits::NOTIFICATIONS).into()]).await.map(|_| ())
}

/// Writes down that the devices of a person are to be woken.
async fn want_wakes(
    tx: &DatabaseTransaction,
    told: &Notification,
    at: i64,
    pushed_at: Option<i64>,
) -> StoreResult<Vec<SubscriptionId>> {
    let due = pushed_at.map_or(at, |pushed| at.max(pushed + PEACE));
    // One that ends meanwhile is waited for, and passed over.
    let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR KEY SHARE" } else { "" };
    let sql = format!(
        "INSERT INTO push_deliveries (subscription_id, notification_id, seq, due_at, wanted_at)
        SELECT id, $2, $3, $4, $5 FROM push_subscriptions WHERE user_id = $1 ORDER BY id{lock}
        ON CONFLICT (subscription_id, notification_id) DO UPDATE SET seq = excluded.seq, wanted_at = excluded.wanted_at
        RETURNING subscription_id"
    );
    let values: [Value; 5] =
        [told.user.0.into(), told.id.0.into(), rows::signed(told.seq).into(), due.into(), at.into()];
    let wanted = query::ids(&query::rows(tx, sql, values).await?, "subscription_id")?;
    Ok(wanted.into_iter().map(SubscriptionId).collect())
}

#[async_trait]
impl NotificationStore for SqlStore {
    async fn tell_news(&self, id: NotificationId, news: &News, now: OffsetDateTime) -> StoreResult<Option<Told>> {
        let tx = self.begin().await?;
        let told = tell(&tx, id, news, now).await?;
        match told.is_some() {
            true => tx.commit().await?,
            false => tx.rollback().await?,
        }
        Ok(told)
    }

    async fn page_notifications(
        &self,
        user: UserId,
        unread: bool,
        page: &PageRequest,
    ) -> StoreResult<Page<Notification>> {
        let mut values: Vec<Value> = vec![user.0.into(), (i64::from(page.limit) + 1).into()];
        let mut sql = format!("SELECT {COLUMNS} FROM notifications n WHERE n.user_id = $1");
        if unread {
            sql += " AND n.read_at IS NULL";
        }
        if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
            values.push(cursor.time.into());
            sql += " AND n.seq < $3";
        }
        sql += " ORDER BY n.seq DESC LIMIT $2";
        let found = query::rows(self.read(), sql, values).await?;
        let found = found.iter().map(notification).collect::<StoreResult<Vec<_>>>()?;
        let place = |last: &Notification| Cursor { first: false, time: rows::signed(last.seq), id: last.id.0 };
        let (items, next_cursor) = cursors::cut(found, page.limit, place);
        Ok(Page { items, next_cursor })
    }

    async fn mark_read(&self, user: UserId, mark: &ReadMark, now: OffsetDateTime) -> StoreResult<Inbox> {
        let tx = self.begin().await?;
        let up_to = match mark {
            ReadMark::UpTo(seq) => rows::signed(*seq),
            ReadMark::These(_) => 0,
        };
        // Nobody has read what is not there yet.
        let sql = "UPDATE inboxes SET seq = seq + 1, read_up_to = CASE WHEN $2 <= read_up_to THEN read_up_to WHEN $2 < seq THEN $2 ELSE seq END
            WHERE user_id = $1 RETURNING read_up_to";
        let Some(row) = query::row(&tx, sql, [user.0.into(), up_to.into()]).await? else { return Ok(Inbox::default()) };
        let (which, mut values): (String, Vec<Value>) = match mark {
            ReadMark::UpTo(_) => ("seq <= $2".to_owned(), vec![row.try_get::<i64>("", "read_up_to")?.into()]),
            ReadMark::These(ids) => {
                let ids: Vec<uuid::Uuid> = ids.iter().take(limits::READ_AT_ONCE).map(|id| id.0).collect();
                let list = query::lists(&ids).next().unwrap_or_else(|| vec![uuid::Uuid::nil().into()]);
                (format!("id IN ({})", query::places(2, list.len())), list)
            }
        };
        values.insert(0, user.0.into());
        let sql = format!(
            "UPDATE notifications SET read_at = ${} WHERE user_id = $1 AND read_at IS NULL AND {which} RETURNING id",
            values.len() + 1
        );
        values.push(rows::micros(now).into());
        // Whoever writes down what was pushed takes these rows in the same order.
        let read = query::ids(&query::rows(&tx, sql, values).await?, "id")?;
        for list in query::lists(&read) {
            let sql =
                format!("DELETE FROM push_deliveries WHERE notification_id IN ({})", query::places(1, list.len()));
            query::run(&tx, sql, list).await?;
        }
        let inbox = inboxes::find(&tx, user).await?;
        tx.commit().await?;
        Ok(inbox)
    }

    async fn delete_notification(&self, user: UserId, id: NotificationId) -> StoreResult<Inbox> {
        let tx = self.begin().await?;
        let sql = "UPDATE inboxes SET seq = seq + 1 WHERE user_id = $1";
        query::run(&tx, sql, [user.0.into()]).await?;
        let sql = "DELETE FROM notifications WHERE id = $1 AND user_id = $2";
        if query::run(&tx, sql, [id.0.into(), user.0.into()]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        let inbox = inboxes::find(&tx, user).await?;
        tx.commit().await?;
        Ok(inbox)
    }

    async fn sweep_notifications(
        &self,
        before: OffsetDateTime,
        sources: OffsetDateTime,
        limit: u32,
    ) -> StoreResult<u64> {
        let (before, sources) = (rows::micros(before), rows::micros(sources));
        // Most looks find nothing, and hold up no writer.
        let old = "SELECT 1 WHERE EXISTS (SELECT 1 FROM notifications WHERE updated_at < $1)
            OR EXISTS (SELECT 1 FROM notification_sources WHERE told_at < $2)";
        if query::row(self.read(), old, [before.into(), sources.into()]).await?.is_none() {
            return Ok(0);
        }
        let tx = self.begin().await?;
        let limit = i64::from(limit);
        let sql = "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE updated_at < $1 ORDER BY updated_at, id LIMIT $2)";
        let mut gone = query::run(&tx, sql, [before.into(), limit.into()]).await?;
        let sql = "DELETE FROM notification_sources WHERE (user_id, source) IN (
            SELECT user_id, source FROM notification_sources WHERE told_at < $1 ORDER BY told_at, user_id, source LIMIT $2)";
        gone += query::run(&tx, sql, [sources.into(), limit.into()]).await?;
        tx.commit_unsettled().await?;
        Ok(gone)
    }
}
