//! People, as they are looked after.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::accounts::{Disabled, User, UserRole};
use domain::audit::AuditEntry;
use domain::ids::{DeviceId, UserId};
use domain::pages::{Page, PageRequest};
use domain::usage::{Day, PeopleCount, PeopleFilter, Person};
use sea_orm::{DatabaseTransaction, FromQueryResult, QueryResult, Value};
use time::OffsetDateTime;

use super::cursors::{self, Cursor};
use super::entities::users;
use super::{SqlStore, accounts, audit, query, rows, usage};
use crate::people::{Access, PeopleStore};
use crate::{Conflict, StoreError, StoreResult};

/// A person with all that is counted; `$1` is the day, `$2` the time.
const PEOPLE: &str = "SELECT u.*, d.replies AS day_replies, d.tokens AS day_tokens, d.cost AS day_cost,
        q.replies AS own_replies, q.tokens AS own_tokens, q.cost AS own_cost,
        (SELECT COUNT(*) FROM devices v WHERE v.user_id = u.id AND v.expires_at > $2) AS devices,
        (SELECT MAX(v.last_seen_at) FROM devices v WHERE v.user_id = u.id) AS last_seen_at,
        (SELECT COUNT(*) FROM sessions s WHERE s.owner_id = u.id) AS sessions
    FROM users u LEFT JOIN usage_days d ON d.user_id = u.id AND d.day = $1 LEFT JOIN user_quotas q ON q.user_id = u.id";

fn person(row: &QueryResult) -> StoreResult<Person> {
    let last_seen_at: Option<i64> = row.try_get("", "last_seen_at")?;
    Ok(Person {
        user: accounts::user(&users::Model::from_query_result(row, "")?)?,
        last_seen_at: last_seen_at.map(rows::time).transpose()?,
        devices: rows::number(row.try_get("", "devices")?)?,
        sessions: rows::number(row.try_get("", "sessions")?)?,
        used: usage::usage(row, "day_")?,
        own: usage::own(row)?,
    })
}

#[async_trait]
impl PeopleStore for SqlStore {
    async fn page_people(
        &self,
        filter: &PeopleFilter,
        page: &PageRequest,
        day: Day,
        now: OffsetDateTime,
    ) -> StoreResult<Page<Person>> {
        let mut values: Vec<Value> = vec![day.0.into(), rows::micros(now).into()];
        let mut sql = format!("{PEOPLE} WHERE TRUE");
        let mut place = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        if let Some(prefix) = &filter.prefix {
            let length = i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX);
            let (length, prefix) = (place(length.into()), place(prefix.as_str().into()));
            // Not LIKE: a name may hold what is special there.
            sql += &format!(" AND substr(u.username, 1, CAST({length} AS integer)) = {prefix}");
        }
        if let Some(role) = filter.role {
            sql += &format!(" AND u.role = {}", place(role.as_str().into()));
        }
        if let Some(disabled) = filter.disabled {
            sql += if disabled { " AND u.disabled_at IS NOT NULL" } else { " AND u.disabled_at IS NULL" };
        }
        if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
            let (time, id) = (place(cursor.time.into()), place(cursor.id.into()));
            sql += &format!(" AND (u.created_at, u.id) < ({time}, {id})");
        }
        sql += &format!(" ORDER BY u.created_at DESC, u.id DESC LIMIT {}", place((i64::from(page.limit) + 1).into()));
        let found = query::rows(self.read(), sql, values).await?;
        let found: Vec<Person> = found.iter().map(person).collect::<StoreResult<_>>()?;
        let key =
            |person: &Person| Cursor { first: false, time: rows::micros(person.user.created_at), id: person.user.id.0 };
        let (items, next_cursor) = cursors::cut(found, page.limit, key);
        Ok(Page { items, next_cursor })
    }

    async fn find_person(&self, id: UserId, day: Day, now: OffsetDateTime) -> StoreResult<Option<Person>> {
        let values = [day.0.into(), rows::micros(now).into(), id.0.into()];
        let row = query::row(self.read(), format!("{PEOPLE} WHERE u.id = $3"), values).await?;
        row.as_ref().map(person).transpose()
    }

    async fn set_role(&self, id: UserId, role: UserRole, audit: &AuditEntry) -> StoreResult<User> {
        let tx = self.begin().await?;
        let before = hold(&tx, id, role != UserRole::Admin).await?;
        if before.role == role.as_str() {
            return accounts::user(&before);
        }
        let sql = "UPDATE users SET role = $2, updated_at = $3 WHERE id = $1 RETURNING *";
        let values = [id.0.into(), role.as_str().into(), rows::micros(audit.at).into()];
        let row: users::Model = query::model(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        audit::write(&tx, audit).await?;
        tx.commit().await?;
        accounts::user(&row)
    }

    async fn set_disabled(&self, id: UserId, disabled: Option<&Disabled>, audit: &AuditEntry) -> StoreResult<Access> {
        let tx = self.begin().await?;
        let (user, news, ended) = set_disabled(&tx, id, disabled, audit.at).await?;
        if news {
            audit::write(&tx, audit).await?;
        }
        tx.commit().await?;
        Ok(Access { user, ended })
    }

    async fn count_people(&self, day: Day) -> StoreResult<PeopleCount> {
        let sql = "SELECT (SELECT COUNT(*) FROM users) AS people,
            (SELECT COUNT(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL) AS admins,
            (SELECT COUNT(*) FROM users WHERE disabled_at IS NOT NULL) AS disabled,
            (SELECT COUNT(*) FROM usage_days WHERE day = $1) AS active,
            (SELECT COUNT(*) FROM sessions WHERE created_at >= $2 AND created_at < $3) AS sessions";
        let values = [day.0.into(), rows::micros(day.begins()).into(), rows::micros(day.ends()).into()];
        let row = query::row(self.read(), sql, values).await?;
        let row = row.ok_or_else(|| StoreError::Corrupt("a statement that gives one row gave none".into()))?;
        let count = |column: &str| -> StoreResult<u64> { rows::number(row.try_get("", column)?) };
        Ok(PeopleCount {
            people: count("people")?,
            admins: count("admins")?,
            disabled: count("disabled")?,
            active: count("active")?,
            sessions: count("sessions")?,
        })
    }

    async fn disabled_since(&self, since: OffsetDateTime, limit: u32) -> StoreResult<Vec<UserId>> {
        let sql =
            "SELECT id FROM users WHERE disabled_at IS NOT NULL AND disabled_at >= $1 ORDER BY disabled_at LIMIT $2";
        let found = query::rows(self.read(), sql, [rows::micros(since).into(), i64::from(limit).into()]).await?;
        Ok(query::ids(&found, "id")?.into_iter().map(UserId).collect())
    }
}

/// Keeps somebody out, or lets them in again: the account, whether that is news, and the devices that were signed out.
pub(super) async fn set_disabled(
    tx: &DatabaseTransaction,
    id: UserId,
    disabled: Option<&Disabled>,
    at: OffsetDateTime,
) -> StoreResult<(User, bool, Vec<DeviceId>)> {
    let before = hold(tx, id, disabled.is_some()).await?;
    let sql = "UPDATE users SET disabled_at = $2, disabled_reason = $3, updated_at = $4 WHERE id = $1 RETURNING *";
    let values = [
        id.0.into(),
        disabled.map(|disabled| rows::micros(disabled.at)).into(),
        disabled.map(|disabled| disabled.reason.clone()).into(),
        rows::micros(at).into(),
    ];
    let row: users::Model = query::model(tx, sql, values).await?.ok_or(StoreError::NotFound)?;
    let ended = match disabled {
        Some(_) => query::rows(tx, "DELETE FROM devices WHERE user_id = $1 RETURNING id", [id.0.into()]).await?,
        None => Vec::new(),
    };
    let ended = query::ids(&ended, "id")?.into_iter().map(DeviceId).collect();
    Ok((accounts::user(&row)?, before.disabled_at.is_some() != disabled.is_some(), ended))
}

/// Holds the account. When it `may_go` as an admin, all admins are held first, so that of two who send each other away one
/// stays.
async fn hold(tx: &DatabaseTransaction, id: UserId, may_go: bool) -> StoreResult<users::Model> {
    let lock = super::for_update(tx);
    if may_go {
        let sql = format!("SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id{lock}");
        let admins = query::ids(&query::rows(tx, sql, []).await?, "id")?;
        if admins == [id.0] {
            return Err(StoreError::Conflict(Conflict::LastAdmin));
        }
    }
    let sql = format!("SELECT * FROM users WHERE id = $1{lock}");
    query::model(tx, sql, [id.0.into()]).await?.ok_or(StoreError::NotFound)
}
