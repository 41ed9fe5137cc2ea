//! Bonds. Whoever changes one holds the scope of the two, as those do who change memories: so what is judged, and what its
//! messages become meanwhile, wait for each other.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::ClosedSet;
use domain::bonds::{BondCause, BondEvent, BondSettings, Judgement};
use domain::consents::ConsentKind;
use domain::ids::{BondEventId, MessageId, SessionId};
use domain::memories::Scope;
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::elsewhere::ChatLog;
use super::tree::BELOW;
use super::{SqlStore, consents, diaries, query, rows, scopes};
use crate::bonds::{BondHistory, BondStore, Judged, Judging};
use crate::{Conflict, StoreError, StoreResult};

fn event(scope: Scope, row: &QueryResult) -> StoreResult<BondEvent> {
    Ok(BondEvent {
        id: BondEventId(row.try_get("", "id")?),
        scope,
        cause: rows::closed(&row.try_get::<String>("", "cause")?)?,
        session_id: SessionId(row.try_get("", "session_id")?),
        message_id: MessageId(row.try_get("", "cause_id")?),
        at: rows::time(row.try_get("", "at")?)?,
        day: rows::small(row.try_get("", "day")?)?,
        judgement: Judgement {
            reason: rows::closed(&row.try_get::<String>("", "reason")?)?,
            moves: rows::from_json(&row.try_get::<String>("", "moves")?)?,
            mood: rows::small(row.try_get("", "mood")?)?,
            why: row.try_get("", "why")?,
        },
        model: row.try_get("", "model")?,
    })
}

fn settings(row: &QueryResult) -> StoreResult<BondSettings> {
    let since: Option<i64> = row.try_get("", "since")?;
    Ok(BondSettings { on: row.try_get("", "is_on")?, since: since.map(rows::time).transpose()? })
}

#[async_trait]
impl BondStore for SqlStore {
    async fn bond(&self, scope: Scope) -> StoreResult<BondHistory> {
        // What is deleted is out of view. Where the chat log is elsewhere, what stands is asked there.
        let (counts, in_view) = match self.chat_log {
            ChatLog::Here => (" JOIN messages m ON m.id = e.cause_id", " AND m.in_view"),
            ChatLog::Elsewhere => ("", ""),
        };
        let sql = format!(
            "SELECT b.is_on, b.since, f.* FROM bonds b LEFT JOIN (
                SELECT e.user_id, e.character_id, e.id, e.session_id, e.cause, e.cause_id, e.at, e.day, e.reason, e.moves, e.mood, e.why,
                    e.model
                FROM bond_events e{counts}
                WHERE e.user_id = $1 AND e.character_id = $2 AND e.reason IS NOT NULL{in_view}
            ) f ON f.user_id = b.user_id AND f.character_id = b.character_id
            WHERE b.user_id = $1 AND b.character_id = $2 ORDER BY f.at, f.id"
        );
        let found = query::rows(self.read(), sql, [scope.user.0.into(), scope.character.0.into()]).await?;
        let Some(first) = found.first() else { return Ok(BondHistory::default()) };
        let mut events = Vec::with_capacity(found.len());
        for row in &found {
            if row.try_get::<Option<Uuid>>("", "id")?.is_some() {
                events.push(event(scope, row)?);
            }
        }
        Ok(BondHistory { settings: settings(first)?, events })
    }

    async fn judged(&self, scope: Scope, messages: &[MessageId]) -> StoreResult<HashSet<MessageId>> {
        let ids: Vec<Uuid> = messages.iter().map(|message| message.0).collect();
        let mut judged = HashSet::with_capacity(ids.len());
        for list in query::lists(&ids) {
            let sql = format!(
                "SELECT cause_id FROM bond_events WHERE user_id = $1 AND cause_id IN ({})",
                query::places(2, list.len())
            );
            let found = query::rows(self.read(), sql, std::iter::once(scope.user.0.into()).chain(list)).await?;
            judged.extend(query::ids(&found, "cause_id")?.into_iter().map(MessageId));
        }
        Ok(judged)
    }

    async fn count_judged(&self, scope: Scope, since: OffsetDateTime) -> StoreResult<u64> {
        let sql = "SELECT COUNT(*) AS judged FROM bond_events WHERE user_id = $1 AND character_id = $2 AND at >= $3";
        let values = [scope.user.0.into(), scope.character.0.into(), rows::micros(since).into()];
        let row = query::row(self.read(), sql, values).await?;
        row.map_or(Ok(0), |row| rows::number(row.try_get("", "judged")?))
    }

    async fn keep_judged(&self, judging: &Judging) -> StoreResult<()> {
        let scope = judging.scope;
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        let sql = "SELECT 1 FROM sessions WHERE id = $1 AND owner_id = $2 AND character_id = $3";
        let values = [judging.session.0.into(), scope.user.0.into(), scope.character.0.into()];
        query::row(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        still_as_read(&tx, judging.session, judging.version).await?;
        let settings = begin(&tx, scope).await?;
        if !settings.on {
            return Ok(());
        }
        let fresh = judging.judged.iter().filter(|judged| settings.since.is_none_or(|since| judged.at > since));
        for judged in fresh {
            keep(&tx, judging.scope, judging.session, judged).await?;
        }
        let sql = "DELETE FROM bond_events WHERE user_id = $1 AND character_id = $2 AND at < $3 AND reason IS NULL";
        let before = rows::micros(judging.forget_before);
        query::run(&tx, sql, [scope.user.0.into(), scope.character.0.into(), before.into()]).await?;
        held.close().await?;
        tx.commit().await
    }

    async fn switch_bond(&self, scope: Scope, on: bool, now: OffsetDateTime) -> StoreResult<BondSettings> {
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        let before = begin(&tx, scope).await?;
        let since = if on && !before.on { Some(now) } else { before.since };
        let sql = "UPDATE bonds SET is_on = $3, since = $4 WHERE user_id = $1 AND character_id = $2";
        query::run(&tx, sql, held.values([on.into(), since.map(rows::micros).into()])).await?;
        if on != before.on {
            consents::note(&tx, scope.user, ConsentKind::Bond, scope.character, on, now).await?;
        }
        held.close().await?;
        tx.commit().await?;
        Ok(BondSettings { on, since })
    }

    async fn begin_anew(&self, scope: Scope, now: OffsetDateTime) -> StoreResult<()> {
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        begin(&tx, scope).await?;
        let sql = "UPDATE bonds SET since = $3 WHERE user_id = $1 AND character_id = $2";
        query::run(&tx, sql, held.values([rows::micros(now).into()])).await?;
        let sql = "DELETE FROM bond_events WHERE user_id = $1 AND character_id = $2";
        query::run(&tx, sql, held.values([])).await?;
        diaries::undo_all(&tx, scope).await?;
        held.close().await?;
        tx.commit().await
    }
}

/// The settings of two, kept from now on.
async fn begin(tx: &DatabaseTransaction, scope: Scope) -> StoreResult<BondSettings> {
    let usual = BondSettings::default();
    let sql =
        "INSERT INTO bonds (user_id, character_id, is_on, since) VALUES ($1, $2, $3, NULL) ON CONFLICT DO NOTHING";
    query::run(tx, sql, [scope.user.0.into(), scope.character.0.into(), usual.on.into()]).await?;
    let sql = "SELECT is_on, since FROM bonds WHERE user_id = $1 AND character_id = $2";
    let row = query::row(tx, sql, [scope.user.0.into(), scope.character.0.into()]).await?;
    row.as_ref().map_or(Ok(usual), settings)
}

/// `Outdated` when the messages of a session have changed since this version. To be called with the scope held: whoever changes
/// messages moves the version, and holds the scope meanwhile.
pub(super) async fn still_as_read(tx: &DatabaseTransaction, session: SessionId, version: u64) -> StoreResult<()> {
    let sql = "SELECT version FROM memory_watermarks WHERE session_id = $1";
    let found = query::row(tx, sql, [session.0.into()]).await?;
    let found = found.map_or(Ok(0), |row| row.try_get::<i64>("", "version"))?;
    if found == rows::signed(version) { Ok(()) } else { Err(StoreError::Conflict(Conflict::Outdated)) }
}

/// Keeps what an act moved, while the bond is on. To be called with the scope held.
pub(super) async fn keep_moved(tx: &DatabaseTransaction, moved: &BondEvent) -> StoreResult<()> {
    if !begin(tx, moved.scope).await?.on {
        return Ok(());
    }
    let judged = Judged { id: moved.id, message: moved.message_id, at: moved.at, event: Some(moved.clone()) };
    keep(tx, moved.scope, moved.session_id, &judged).await
}

async fn keep(tx: &DatabaseTransaction, scope: Scope, session: SessionId, judged: &Judged) -> StoreResult<()> {
    let event = judged.event.as_ref();
    let judgement = event.map(|event| &event.judgement);
    let moves = judgement.map_or_else(|| Ok("{}".to_owned()), |judgement| rows::json(&judgement.moves))?;
    let sql = format!(
        "INSERT INTO bond_events (id, user_id, character_id, session_id, cause, cause_id, at, day, reason, moves, mood, why, model)
        VALUES ({}) ON CONFLICT DO NOTHING",
        query::places(1, 13)
    );
    let values: [Value; 13] = [
        judged.id.0.into(),
        scope.user.0.into(),
        scope.character.0.into(),
        session.0.into(),
        event.map_or(BondCause::Message, |event| event.cause).as_str().into(),
        judged.message.0.into(),
        rows::micros(judged.at).into(),
        event.map_or(0, |event| i64::from(event.day)).into(),
        judgement.map(|judgement| judgement.reason.as_str()).into(),
        moves.into(),
        judgement.map_or(0, |judgement| i64::from(judgement.mood)).into(),
        judgement.map_or("", |judgement| judgement.why.as_str()).into(),
        event.and_then(|event| event.model.as_deref()).into(),
    ];
    query::run(tx, sql, values).await.map(|_| ())
}

/// What these messages moved was never so. To be called with the scope held.
pub(super) async fn undo(tx: &DatabaseTransaction, messages: &[Uuid]) -> StoreResult<()> {
    for list in query::lists(messages) {
        let sql = format!("DELETE FROM bond_events WHERE cause_id IN ({})", query::places(1, list.len()));
        query::run(tx, sql, list).await?;
    }
    Ok(())
}

/// The same for a message and all below it, which stand here.
pub(super) async fn undo_below(tx: &DatabaseTransaction, message: Uuid) -> StoreResult<()> {
    let sql = format!("{BELOW} SELECT b.id FROM below b CROSS JOIN bond_events e WHERE e.cause_id = b.id");
    let gone = query::ids(&query::rows(tx, sql, [message.into()]).await?, "id")?;
    undo(tx, &gone).await
}
