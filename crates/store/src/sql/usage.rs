//! Usage and limits, as rows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::audit::AuditEntry;
use domain::ids::UserId;
use domain::usage::{Day, Limit, QuotaOverride, Standing, Usage, UsageEntry};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Value};
use uuid::Uuid;

use super::{SqlStore, audit, query, rows};
use crate::usage::UsageStore;
use crate::{StoreError, StoreResult};

#[async_trait]
impl UsageStore for SqlStore {
    async fn count_usage(&self, entries: &[UsageEntry]) -> StoreResult<()> {
        if entries.is_empty() {
            return Ok(());
        }
        // In one order for all nodes, so that no two wait for each other.
        let mut sorted: Vec<&UsageEntry> = entries.iter().collect();
        sorted.sort_by_key(|entry| entry.id);
        sorted.dedup_by_key(|entry| entry.id);
        let tx = self.begin().await?;
        let fresh = enter(&tx, &sorted).await?;
        let (mut people, mut totals) = (BTreeMap::new(), BTreeMap::new());
        for entry in fresh {
            let person: &mut Usage = people.entry((entry.user.0, entry.day.0)).or_default();
            *person = person.plus(entry.usage);
            let total: &mut Usage = totals.entry(entry.day.0).or_default();
            *total = total.plus(entry.usage);
        }
        add_to_people(&tx, &people.into_iter().collect::<Vec<_>>()).await?;
        add_to_totals(&tx, &totals.into_iter().collect::<Vec<_>>()).await?;
        // Lost, some replies count for nothing: that was said.
        tx.commit_unsettled().await
    }

    async fn standing(&self, user: UserId, day: Day) -> StoreResult<Standing> {
        let sql = "SELECT d.replies, d.tokens, d.cost, t.replies AS all_replies, t.tokens AS all_tokens, t.cost AS all_cost,
                q.replies AS own_replies, q.tokens AS own_tokens, q.cost AS own_cost, EXISTS (SELECT 1 FROM user_quotas) AS any_own
            FROM (SELECT 1 AS one) o LEFT JOIN usage_days d ON d.user_id = $1 AND d.day = $2
                LEFT JOIN usage_totals t ON t.day = $2 LEFT JOIN user_quotas q ON q.user_id = $1";
        let row = query::row(self.read(), sql, [user.0.into(), day.0.into()]).await?;
        let row = row.ok_or_else(|| StoreError::Corrupt("a statement that gives one row gave none".into()))?;
        Ok(Standing {
            used: usage(&row, "")?,
            all: usage(&row, "all_")?,
            own: own(&row)?,
            any_own: row.try_get("", "any_own")?,
        })
    }

    async fn total_usage(&self, day: Day) -> StoreResult<Usage> {
        let sql = "SELECT replies, tokens, cost FROM usage_totals WHERE day = $1";
        let row = query::row(self.read(), sql, [day.0.into()]).await?;
        row.map_or_else(|| Ok(Usage::default()), |row| usage(&row, ""))
    }

    async fn set_quota(&self, user: UserId, own: &QuotaOverride, audit: &AuditEntry) -> StoreResult<()> {
        let tx = self.begin().await?;
        let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR SHARE" } else { "" };
        let sql = format!("SELECT 1 FROM users WHERE id = $1{lock}");
        query::row(&tx, sql, [user.0.into()]).await?.ok_or(StoreError::NotFound)?;
        if *own == QuotaOverride::default() {
            query::run(&tx, "DELETE FROM user_quotas WHERE user_id = $1", [user.0.into()]).await?;
        } else {
            let sql = "INSERT INTO user_quotas (user_id, replies, tokens, cost) VALUES ($1, $2, $3, $4)
                ON CONFLICT (user_id) DO UPDATE SET replies = excluded.replies, tokens = excluded.tokens, cost = excluded.cost";
            let values = [written(own.replies), written(own.tokens), written(own.cost)].map(Value::from);
            query::run(&tx, sql, std::iter::once(Value::from(user.0)).chain(values)).await?;
        }
        audit::write(&tx, audit).await?;
        tx.commit().await
    }

    async fn sweep_ledger(&self, before: Day, limit: u32) -> StoreResult<u64> {
        let old = "SELECT 1 FROM usage_ledger WHERE day < $1 LIMIT 1";
        if query::row(self.read(), old, [before.0.into()]).await?.is_none() {
            return Ok(0);
        }
        let tx = self.begin().await?;
        let sql =
            "DELETE FROM usage_ledger WHERE id IN (SELECT id FROM usage_ledger WHERE day < $1 ORDER BY day LIMIT $2)";
        let gone = query::run(&tx, sql, [before.0.into(), i64::from(limit).into()]).await?;
        tx.commit_unsettled().await?;
        Ok(gone)
    }
}

/// Enters them into the ledger; those that were not there before.
async fn enter<'a>(tx: &DatabaseTransaction, entries: &[&'a UsageEntry]) -> StoreResult<Vec<&'a UsageEntry>> {
    let mut fresh = Vec::with_capacity(entries.len());
    for block in query::blocks(entries, 2) {
        let sql = format!(
            "INSERT INTO usage_ledger (id, day) VALUES {} ON CONFLICT (id) DO NOTHING RETURNING id",
            query::tuples(1, 2, block.len())
        );
        let values = block.iter().flat_map(|entry| [Value::from(entry.id.0), entry.day.0.into()]);
        let entered = query::ids(&query::rows(tx, sql, values).await?, "id")?;
        fresh.extend(block.iter().copied().filter(|entry| entered.contains(&entry.id.0)));
    }
    Ok(fresh)
}

async fn add_to_people(tx: &DatabaseTransaction, sums: &[((Uuid, i64), Usage)]) -> StoreResult<()> {
    for ((user, day), usage) in sums {
        // Whoever is gone meanwhile has no day to add to.
        let sql = "INSERT INTO usage_days (user_id, day, replies, tokens, cost) SELECT id, $2, $3, $4, $5 FROM users WHERE id = $1
            ON CONFLICT (user_id, day) DO UPDATE SET replies = usage_days.replies + excluded.replies,
                tokens = usage_days.tokens + excluded.tokens, cost = usage_days.cost + excluded.cost";
        query::run(tx, sql, [Value::from(*user), (*day).into()].into_iter().chain(sizes(*usage))).await?;
    }
    Ok(())
}

async fn add_to_totals(tx: &DatabaseTransaction, sums: &[(i64, Usage)]) -> StoreResult<()> {
    for (day, usage) in sums {
        let sql = "INSERT INTO usage_totals (day, replies, tokens, cost) VALUES ($1, $2, $3, $4)
            ON CONFLICT (day) DO UPDATE SET replies = usage_totals.replies + excluded.replies,
                tokens = usage_totals.tokens + excluded.tokens, cost = usage_totals.cost + excluded.cost";
        query::run(tx, sql, std::iter::once(Value::from(*day)).chain(sizes(*usage))).await?;
    }
    Ok(())
}

fn sizes(usage: Usage) -> [Value; 3] {
    [usage.replies, usage.tokens, usage.cost].map(|size| rows::signed(size).into())
}

/// What was taken, from columns that may all be NULL.
pub(super) fn usage(row: &QueryResult, prefix: &str) -> StoreResult<Usage> {
    let size = |column: &str| -> StoreResult<u64> {
        let size: Option<i64> = row.try_get(prefix, column)?;
        size.map_or(Ok(0), rows::number)
    };
    Ok(Usage { replies: size("replies")?, tokens: size("tokens")?, cost: size("cost")? })
}

/// Where the limits of a person differ, from columns that may all be NULL.
pub(super) fn own(row: &QueryResult) -> StoreResult<QuotaOverride> {
    let limit = |column: &str| -> StoreResult<Limit> { read(row.try_get("own_", column)?) };
    Ok(QuotaOverride { replies: limit("replies")?, tokens: limit("tokens")?, cost: limit("cost")? })
}

fn read(limit: Option<i64>) -> StoreResult<Limit> {
    match limit {
        None => Ok(Limit::Default),
        Some(NONE) => Ok(Limit::Unlimited),
        Some(most) => Ok(Limit::AtMost(rows::number(most)?)),
    }
}

/// No limit.
const NONE: i64 = -1;

fn written(limit: Limit) -> Option<i64> {
    match limit {
        Limit::Default => None,
        Limit::Unlimited => Some(NONE),
        Limit::AtMost(most) => Some(rows::signed(most)),
    }
}
