//! The audit log, as rows.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::audit::{Actor, ActorKind, AuditEntry, AuditFilter, AuditTarget};
use domain::ids::{AuditId, UserId};
use domain::pages::{Page, PageRequest};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel, Value};
use time::OffsetDateTime;

use super::cursors::{self, Cursor};
use super::entities::audit_log;
use super::{SqlStore, query, rows};
use crate::audit::AuditStore;
use crate::{StoreError, StoreResult};

/// Writes an entry with what it tells of.
pub(super) async fn write(tx: &DatabaseTransaction, entry: &AuditEntry) -> StoreResult<()> {
    let row = audit_log::Model {
        id: entry.id.0,
        at: rows::micros(entry.at),
        actor_kind: entry.actor.kind().as_str().to_owned(),
        actor_id: entry.actor.user().map(|user| user.0),
        action: entry.action.as_str().to_owned(),
        target_kind: entry.target.kind.as_str().to_owned(),
        target_id: entry.target.id.clone(),
        detail: rows::json(&entry.detail)?,
        request_id: entry.request_id.clone(),
        address: entry.address.clone(),
    };
    audit_log::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

fn entry(row: audit_log::Model) -> StoreResult<AuditEntry> {
    let actor = match (rows::closed(&row.actor_kind)?, row.actor_id) {
        (ActorKind::User, Some(id)) => Actor::User(UserId(id)),
        (ActorKind::User, None) => return Err(StoreError::Corrupt("an audit entry of a person without an id".into())),
        (ActorKind::Cli, _) => Actor::Cli,
        (ActorKind::OperatorKey, _) => Actor::OperatorKey,
        (ActorKind::Stranger, _) => Actor::Stranger,
    };
    Ok(AuditEntry {
        id: AuditId(row.id),
        at: rows::time(row.at)?,
        actor,
        action: rows::closed(&row.action)?,
        target: AuditTarget { kind: rows::closed(&row.target_kind)?, id: row.target_id },
        detail: rows::from_json(&row.detail)?,
        request_id: row.request_id,
        address: row.address,
    })
}

#[async_trait]
impl AuditStore for SqlStore {
    async fn write_audit(&self, entry: &AuditEntry) -> StoreResult<()> {
        let tx = self.begin().await?;
        write(&tx, entry).await?;
        tx.commit().await
    }

    async fn page_audit(&self, filter: &AuditFilter, page: &PageRequest) -> StoreResult<Page<AuditEntry>> {
        let mut values: Vec<Value> = Vec::new();
        let mut sql = "SELECT * FROM audit_log WHERE TRUE".to_owned();
        let mut place = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        if let Some(action) = filter.action {
            sql += &format!(" AND action = {}", place(action.as_str().into()));
        }
        if let Some(user) = filter.user {
            let (id, name) = (place(user.0.into()), place(user.to_string().into()));
            sql += &format!(" AND (actor_id = {id} OR (target_kind = 'user' AND target_id = {name}))");
        }
        if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
            let (time, id) = (place(cursor.time.into()), place(cursor.id.into()));
            sql += &format!(" AND (at, id) < ({time}, {id})");
        }
        sql += &format!(" ORDER BY at DESC, id DESC LIMIT {}", place((i64::from(page.limit) + 1).into()));
        let found: Vec<audit_log::Model> = query::models(self.read(), sql, values).await?;
        let (found, next_cursor) =
            cursors::cut(found, page.limit, |row| Cursor { first: false, time: row.at, id: row.id });
        Ok(Page { items: found.into_iter().map(entry).collect::<StoreResult<_>>()?, next_cursor })
    }

    async fn sweep_audit(&self, before: OffsetDateTime, limit: u32) -> StoreResult<u64> {
        let before = rows::micros(before);
        // Most looks find nothing, and hold up no writer.
        if query::row(self.read(), "SELECT 1 FROM audit_log WHERE at < $1 LIMIT 1", [before.into()]).await?.is_none() {
            return Ok(0);
        }
        let tx = self.begin().await?;
        let sql = "DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < $1 ORDER BY at, id LIMIT $2)";
        let gone = query::run(&tx, sql, [before.into(), i64::from(limit).into()]).await?;
        tx.commit_unsettled().await?;
        Ok(gone)
    }
}
