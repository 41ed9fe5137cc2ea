//! Sittings, reminders and counts, as rows.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{DeviceId, ReminderId, UserId};
use domain::sittings::{Count, Counted, Reminder, Sitting, month};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use time::{Duration, OffsetDateTime};

use super::{SqlStore, query, rows};
use crate::sittings::SittingStore;
use crate::{StoreError, StoreResult};

/// How many reminders of a person are kept.
const KEPT: i64 = 500;

fn reminder(row: &QueryResult) -> StoreResult<Reminder> {
    Ok(Reminder {
        id: ReminderId(row.try_get("", "id")?),
        minutes: rows::number(row.try_get("", "minutes")?)?,
        at: rows::time(row.try_get("", "made_at")?)?,
    })
}

async fn count<C: ConnectionTrait>(conn: &C, counted: Counted, now: OffsetDateTime) -> StoreResult<()> {
    let sql = "INSERT INTO care_counts (month, counted, times) VALUES ($1, $2, 1)
        ON CONFLICT (month, counted) DO UPDATE SET times = care_counts.times + 1";
    query::run(conn, sql, [month(now).into(), counted.as_str().into()]).await?;
    Ok(())
}

#[async_trait]
impl SittingStore for SqlStore {
    async fn note_use(
        &self,
        user: UserId,
        now: OffsetDateTime,
        pause: Duration,
        every: Duration,
        id: ReminderId,
    ) -> StoreResult<Option<Reminder>> {
        let tx = self.begin().await?;
        // Whoever makes the row holds it; all others wait for it.
        let sql = "INSERT INTO sittings (user_id, began_at, seen_at, reminded)
            SELECT id, $2, $2, 0 FROM users WHERE id = $1
            ON CONFLICT (user_id) DO UPDATE SET reminded = sittings.reminded
            RETURNING began_at, seen_at, reminded";
        let Some(row) = query::row(&tx, sql, [user.0.into(), rows::micros(now).into()]).await? else {
            return Ok(None);
        };
        let before = Sitting {
            began_at: rows::time(row.try_get("", "began_at")?)?,
            seen_at: rows::time(row.try_get("", "seen_at")?)?,
            reminded: rows::number(row.try_get("", "reminded")?)?,
        };
        let (sitting, due) = before.seen(now, pause, every);
        let sql = "UPDATE sittings SET began_at = $2, seen_at = $3, reminded = $4 WHERE user_id = $1";
        let values: [Value; 4] = [
            user.0.into(),
            rows::micros(sitting.began_at).into(),
            rows::micros(sitting.seen_at).into(),
            i64::from(sitting.reminded).into(),
        ];
        query::run(&tx, sql, values).await?;
        if let Some(minutes) = due {
            let sql = "INSERT INTO reminders (id, user_id, minutes, made_at) VALUES ($1, $2, $3, $4)";
            let values: [Value; 4] = [id.0.into(), user.0.into(), i64::from(minutes).into(), rows::micros(now).into()];
            query::run(&tx, sql, values).await?;
            let sql = "DELETE FROM reminders WHERE user_id = $1 AND id IN
                (SELECT id FROM reminders WHERE user_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2 OFFSET $3)";
            query::run(&tx, sql, [user.0.into(), KEPT.into(), KEPT.into()]).await?;
            count(&*tx, Counted::Reminder, now).await?;
        }
        tx.commit().await?;
        Ok(due.map(|minutes| Reminder { id, minutes, at: now }))
    }

    async fn open_reminder(
        &self,
        user: UserId,
        device: DeviceId,
        since: OffsetDateTime,
    ) -> StoreResult<Option<Reminder>> {
        let sql = "SELECT r.id, r.minutes, r.made_at FROM reminders r JOIN sittings s ON s.user_id = r.user_id
            WHERE r.user_id = $1 AND s.seen_at > $3 AND r.made_at >= s.began_at
                AND NOT EXISTS (SELECT 1 FROM reminders n WHERE n.user_id = r.user_id AND n.made_at > r.made_at)
                AND NOT EXISTS (SELECT 1 FROM reminder_acks a WHERE a.reminder_id = r.id AND a.device_id = $2)
            ORDER BY r.made_at DESC, r.id DESC LIMIT 1";
        let values: [Value; 3] = [user.0.into(), device.0.into(), rows::micros(since).into()];
        query::row(self.read(), sql, values).await?.as_ref().map(reminder).transpose()
    }

    async fn acknowledge_reminder(
        &self,
        user: UserId,
        device: DeviceId,
        id: ReminderId,
        now: OffsetDateTime,
    ) -> StoreResult<()> {
        let tx = self.begin().await?;
        let lock = super::for_share(&tx);
        let sql = format!("SELECT 1 FROM reminders WHERE id = $1 AND user_id = $2{lock}");
        query::row(&tx, sql, [id.0.into(), user.0.into()]).await?.ok_or(StoreError::NotFound)?;
        let sql = "INSERT INTO reminder_acks (reminder_id, device_id, acknowledged_at) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING";
        query::run(&tx, sql, [id.0.into(), device.0.into(), rows::micros(now).into()]).await?;
        tx.commit().await
    }

    async fn count_care(&self, counted: Counted, now: OffsetDateTime) -> StoreResult<()> {
        let tx = self.begin().await?;
        count(&*tx, counted, now).await?;
        tx.commit().await
    }

    async fn care_counts(&self, year: i32) -> StoreResult<Vec<Count>> {
        let sql =
            "SELECT month, counted, times FROM care_counts WHERE month >= $1 AND month <= $2 ORDER BY month, counted";
        let months = [format!("{year:04}-01").into(), format!("{year:04}-12").into()];
        let found = query::rows(self.read(), sql, months).await?;
        let count = |row: &QueryResult| -> StoreResult<Count> {
            Ok(Count {
                month: row.try_get("", "month")?,
                counted: rows::closed(&row.try_get::<String>("", "counted")?)?,
                times: rows::number(row.try_get("", "times")?)?,
            })
        };
        found.iter().map(count).collect()
    }
}
