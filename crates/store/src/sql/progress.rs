//! What happened on routes. Whoever keeps it holds the scope of the two, as those do who change messages: so what is read, and what
//! its messages become meanwhile, wait for each other.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{MessageId, RouteEventId, SessionId};
use domain::limits;
use domain::memories::Scope;
use domain::routes::RouteEvent;
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::elsewhere::ChatLog;
use super::tree::BELOW;
use super::{SqlStore, bonds, query, rows, scopes};
use crate::routes::{Happening, ProgressStore, RouteHistory, Unlocking};
use crate::{Conflict, StoreError, StoreResult};

/// What is kept of a route for somebody: it goes together.
const TABLES: [&str; 2] = ["route_events", "route_unlocks"];

fn event(scope: Scope, row: &QueryResult) -> StoreResult<RouteEvent> {
    Ok(RouteEvent {
        id: RouteEventId(row.try_get("", "id")?),
        scope,
        kind: rows::closed(&row.try_get::<String>("", "kind")?)?,
        scene: row.try_get("", "scene")?,
        detail: row.try_get("", "detail")?,
        session_id: SessionId(row.try_get("", "session_id")?),
        message_id: MessageId(row.try_get("", "message_id")?),
        at: rows::time(row.try_get("", "at")?)?,
    })
}

#[async_trait]
impl ProgressStore for SqlStore {
    async fn route_history(&self, scope: Scope) -> StoreResult<RouteHistory> {
        // What is deleted is out of view. Where the chat log is elsewhere, what stands is asked there.
        let (counts, in_view) = match self.chat_log {
            ChatLog::Here => (" JOIN messages m ON m.id = e.message_id", " AND m.in_view"),
            ChatLog::Elsewhere => ("", ""),
        };
        let sql = format!(
            "SELECT r.revision, (SELECT MIN(s.created_at) FROM sessions s WHERE s.owner_id = $1 AND s.character_id = $2) AS met_at, f.*
            FROM routes r LEFT JOIN (
                SELECT e.character_id, e.id, e.kind, e.scene, e.detail, e.session_id, e.message_id, e.at
                FROM route_events e{counts} WHERE e.user_id = $1 AND e.character_id = $2{in_view}
            ) f ON f.character_id = r.character_id
            WHERE r.character_id = $2 ORDER BY f.at, f.id"
        );
        let found = query::rows(self.read(), sql, [scope.user.0.into(), scope.character.0.into()]).await?;
        let Some(first) = found.first() else { return Ok(RouteHistory::default()) };
        let met_at: Option<i64> = first.try_get("", "met_at")?;
        let mut events = Vec::with_capacity(found.len());
        for row in &found {
            if row.try_get::<Option<Uuid>>("", "id")?.is_some() {
                events.push(event(scope, row)?);
            }
        }
        let revision = Some(rows::number(first.try_get("", "revision")?)?);
        Ok(RouteHistory { revision, met_at: met_at.map(rows::time).transpose()?, events })
    }

    async fn keep_happening(&self, happening: &Happening) -> StoreResult<Vec<RouteEvent>> {
        let scope = happening.scope;
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        let sql = "SELECT 1 FROM sessions WHERE id = $1 AND owner_id = $2 AND character_id = $3";
        let values = [happening.session.0.into(), scope.user.0.into(), scope.character.0.into()];
        query::row(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        if let Some(client) = &happening.client_id {
            let sql = "SELECT * FROM route_events WHERE session_id = $1 AND client_id = $2 ORDER BY at, id";
            let found = query::rows(&tx, sql, [happening.session.0.into(), client.as_str().into()]).await?;
            if !found.is_empty() {
                return found.iter().map(|row| event(scope, row)).collect();
            }
        }
        if let Some(version) = happening.version {
            bonds::still_as_read(&tx, happening.session, version).await?;
        }
        let sql = "SELECT COUNT(*) AS events FROM route_events WHERE user_id = $1 AND character_id = $2";
        let row = query::row(&tx, sql, held.values([])).await?;
        let events: u64 = row.map_or(Ok(0), |row| rows::number(row.try_get("", "events")?))?;
        if events + happening.events.len() as u64 > limits::ROUTE_EVENTS {
            return Err(StoreError::Conflict(Conflict::TooManyRouteEvents));
        }
        for event in &happening.events {
            keep(&tx, event, happening.client_id.as_deref()).await?;
        }
        if let Some(moved) = &happening.moved {
            bonds::keep_moved(&tx, moved).await?;
        }
        held.close().await?;
        tx.commit().await?;
        Ok(happening.events.clone())
    }

    async fn forget_happening(&self, scope: Scope, message: MessageId) -> StoreResult<()> {
        let tx = self.begin().await?;
        let held = match scopes::hold(&tx, scope).await {
            Err(StoreError::NotFound) => return Ok(()),
            held => held?,
        };
        undo(&tx, &[message.0]).await?;
        bonds::undo(&tx, &[message.0]).await?;
        held.close().await?;
        tx.commit().await
    }

    async fn note_unlocked(
        &self,
        scope: Scope,
        unlocked: &[Unlocking],
        now: OffsetDateTime,
    ) -> StoreResult<Vec<String>> {
        let sql = "SELECT scene FROM route_unlocks WHERE user_id = $1 AND character_id = $2";
        let found = query::rows(self.read(), sql, [scope.user.0.into(), scope.character.0.into()]).await?;
        let known = found.iter().map(|row| Ok(row.try_get("", "scene")?)).collect::<StoreResult<Vec<String>>>()?;
        let unlocked: Vec<&Unlocking> = unlocked.iter().filter(|one| !known.contains(&one.scene)).collect();
        // Most looks find nothing, and hold up no writer.
        if unlocked.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        let mut noted = Vec::new();
        for Unlocking { scene, session, message } in unlocked {
            let sql = "INSERT INTO route_unlocks (user_id, character_id, scene, session_id, message_id, at)
                SELECT $1, $2, $3, s.id, $5, $6 FROM sessions s WHERE s.id = $4 ON CONFLICT DO NOTHING";
            let values: [Value; 4] =
                [scene.as_str().into(), session.0.into(), message.0.into(), rows::micros(now).into()];
            if query::run(&tx, sql, held.values(values)).await? > 0 {
                noted.push(scene.clone());
            }
        }
        held.close().await?;
        tx.commit().await?;
        Ok(noted)
    }

    async fn begin_route_anew(&self, scope: Scope) -> StoreResult<()> {
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        for table in TABLES {
            let sql = format!("DELETE FROM {table} WHERE user_id = $1 AND character_id = $2");
            query::run(&tx, sql, held.values([])).await?;
        }
        held.close().await?;
        tx.commit().await
    }
}

async fn keep(tx: &DatabaseTransaction, event: &RouteEvent, client: Option<&str>) -> StoreResult<()> {
    let sql = format!(
        "INSERT INTO route_events (id, user_id, character_id, session_id, kind, scene, detail, message_id, client_id, at)
        VALUES ({}) ON CONFLICT DO NOTHING",
        query::places(1, 10)
    );
    let values: [Value; 10] = [
        event.id.0.into(),
        event.scope.user.0.into(),
        event.scope.character.0.into(),
        event.session_id.0.into(),
        event.kind.as_str().into(),
        event.scene.as_str().into(),
        event.detail.as_str().into(),
        event.message_id.0.into(),
        client.into(),
        rows::micros(event.at).into(),
    ];
    query::run(tx, sql, values).await.map(|_| ())
}

/// What followed from these messages never was. To be called with the scope held.
pub(super) async fn undo(tx: &DatabaseTransaction, messages: &[Uuid]) -> StoreResult<()> {
    for list in query::lists(messages) {
        for table in TABLES {
            let sql = format!("DELETE FROM {table} WHERE message_id IN ({})", query::places(1, list.len()));
            query::run(tx, sql, list.clone()).await?;
        }
    }
    Ok(())
}

/// The same for a message and all below it, which stand here.
pub(super) async fn undo_below(tx: &DatabaseTransaction, message: Uuid) -> StoreResult<()> {
    let sql = format!(
        "{BELOW} SELECT b.id FROM below b CROSS JOIN route_events e WHERE e.message_id = b.id
        UNION SELECT b.id FROM below b CROSS JOIN route_unlocks u WHERE u.message_id = b.id"
    );
    let gone = query::ids(&query::rows(tx, sql, [message.into()]).await?, "id")?;
    undo(tx, &gone).await
}
