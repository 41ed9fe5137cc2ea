//! Turns, as leases on rows of replies.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::ClosedSet;
use domain::chats::MessageStatus;
use domain::events::{EventBody, EventKind, SessionEvent};
use domain::ids::{MessageId, NodeId, SessionId, UserId};
use sea_orm::{DatabaseTransaction, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::entities::{messages, sessions};
use super::events::{self, About};
use super::writing::Writing;
use super::{SqlStore, query, rows, views};
use crate::turns::{Claim, Finish, Orphans, Progress, Saved, TurnEvent, TurnStore};
use crate::{StoreError, StoreResult};

#[async_trait]
impl TurnStore for SqlStore {
    async fn claim_reply(
        &self,
        session: SessionId,
        node: NodeId,
        now: OffsetDateTime,
        lease_until: OffsetDateTime,
    ) -> StoreResult<Option<Claim>> {
        let now = rows::micros(now);
        let tx = self.begin().await?;
        // After every turn somebody looks for the next: where there is none, the session's row stays as it is. Two questions,
        // each in the words of its partial index.
        let sql = "UPDATE sessions SET seq = seq + 1 WHERE id = $1
                AND (EXISTS (SELECT 1 FROM messages q WHERE q.session_id = $1 AND q.status = 'queued')
                    OR EXISTS (SELECT 1 FROM messages s WHERE s.session_id = $1 AND s.status = 'streaming' AND s.lease_node = $2))
            RETURNING *";
        let kept: Option<sessions::Model> = query::model(&tx, sql, [session.0.into(), node.0.into()]).await?;
        let Some(kept) = kept else {
            tx.rollback().await?;
            return Ok(None);
        };
        let sql = format!(
            "UPDATE messages SET status = 'streaming', lease_node = $2, lease_until = $3, fence = fence + 1
            WHERE id = (SELECT q.id FROM messages q WHERE q.session_id = $1 AND q.status = 'queued' ORDER BY q.created_at, q.depth, q.id LIMIT 1)
            AND NOT EXISTS (SELECT 1 FROM messages s WHERE s.session_id = $1 AND s.status = 'streaming' AND s.lease_until > $4)
            RETURNING *, {}",
            views::BESIDE
        );
        let values = [session.0.into(), node.0.into(), rows::micros(lease_until).into(), now.into()];
        let Some((row, beside)) = views::beside(query::row(&tx, sql, values).await?.as_ref())? else {
            tx.rollback().await?;
            return self.claimed_before(session, node, lease_until).await;
        };
        events::append(&tx, &kept, EventKind::ReplyStarted, About::reply(MessageId(row.id)), now).await?;
        let siblings = views::siblings_beside(&tx, &row, beside).await?;
        // Lost, it is claimed again.
        tx.commit_unsettled().await?;
        let fence = rows::number(row.fence)?;
        let reply = rows::message(row, siblings)?;
        let event = events::event(&kept, now, EventBody::ReplyStarted { reply: reply.clone() })?;
        Ok(Some(Claim { session: rows::session(&kept)?, reply, fence, event }))
    }

    async fn save_progress(&self, progress: &[Progress], lease_until: OffsetDateTime) -> StoreResult<Saved> {
        if progress.is_empty() {
            return Ok(Saved::default());
        }
        let mut progress: Vec<&Progress> = progress.iter().collect();
        // In one order for all nodes, so that no two wait for each other.
        progress.sort_by_key(|part| (part.reply_id, part.position));
        let tx = self.begin().await?;
        let renewed = renew(&tx, &progress, rows::micros(lease_until)).await?;
        let (ours, lost): (Vec<&Progress>, Vec<&Progress>) =
            progress.into_iter().partition(|part| renewed.contains_key(&(part.reply_id.0, rows::signed(part.fence))));
        append(&tx, &ours).await?;
        tx.commit_unsettled().await?;
        let mut lost: Vec<MessageId> = lost.iter().map(|part| part.reply_id).collect();
        lost.dedup();
        let stopped = renewed.into_iter().filter(|(_, stop)| *stop).map(|((id, _), _)| MessageId(id)).collect();
        Ok(Saved { lost, stopped })
    }

    async fn request_stop(&self, owner: UserId, reply: MessageId) -> StoreResult<bool> {
        let tx = self.begin().await?;
        let sql = "SELECT m.id FROM messages m JOIN sessions s ON s.id = m.session_id
            WHERE m.id = $1 AND m.status = 'streaming' AND s.owner_id = $2";
        if query::row(&tx, sql, [reply.0.into(), owner.0.into()]).await?.is_none() {
            return Ok(false);
        }
        let sql = "INSERT INTO reply_stops (message_id) VALUES ($1) ON CONFLICT DO NOTHING";
        query::run(&tx, sql, [reply.0.into()]).await?;
        // Lost, the person stops it again.
        tx.commit_unsettled().await?;
        Ok(true)
    }

    async fn finish_reply(&self, finish: &Finish, now: OffsetDateTime) -> StoreResult<Option<SessionEvent>> {
        let tx = self.begin().await?;
        let Some(event) = finish_in(&tx, finish, rows::micros(now)).await? else {
            tx.rollback().await?;
            return self.finished_before(finish).await;
        };
        tx.commit().await?;
        Ok(Some(event))
    }

    async fn end_orphans(&self, orphans: Orphans, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<TurnEvent>> {
        let now = rows::micros(now);
        let (nobody_writes, who): (_, Value) = match orphans {
            Orphans::Expired => ("lease_until <= $1", now.into()),
            Orphans::AllBut(node) => ("lease_node <> $1", node.0.into()),
        };
        let sql = format!(
            "SELECT id, session_id FROM messages WHERE status = 'streaming' AND {nobody_writes} ORDER BY session_id, id LIMIT $2"
        );
        let found = query::rows(self.read(), sql, [who.clone(), i64::from(limit).into()]).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.begin().await?;
        let mut told = Vec::with_capacity(found.len());
        for row in &found {
            let (id, session): (Uuid, Uuid) = (row.try_get("", "id")?, row.try_get("", "session_id")?);
            // The session first, as everywhere; then the reply, if still nobody writes it.
            let held =
                query::row(&tx, "UPDATE sessions SET seq = seq WHERE id = $1 RETURNING id", [session.into()]).await?;
            let sql = format!(
                "UPDATE messages SET fence = fence + 1 WHERE {nobody_writes} AND id = $2 AND status = 'streaming' RETURNING id"
            );
            if held.is_some() && query::row(&tx, sql, [who.clone(), id.into()]).await?.is_some() {
                told.push(interrupt(&tx, id, session, now).await?);
            }
        }
        tx.commit().await?;
        Ok(told)
    }

    async fn waiting_sessions(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<SessionId>> {
        let sql = "SELECT q.session_id FROM messages q WHERE q.status = 'queued'
                AND NOT EXISTS (SELECT 1 FROM messages s WHERE s.session_id = q.session_id AND s.status = 'streaming' AND s.lease_until > $1)
            GROUP BY q.session_id ORDER BY MIN(q.created_at), q.session_id LIMIT $2";
        let found = query::rows(self.read(), sql, [rows::micros(now).into(), i64::from(limit).into()]).await?;
        Ok(found
            .iter()
            .map(|row| Ok(SessionId(row.try_get("", "session_id")?)))
            .collect::<Result<_, sea_orm::DbErr>>()?)
    }
}

/// Renews the leases of those that are still the caller's, and returns these, each with whether it is to be stopped.
async fn renew(
    tx: &DatabaseTransaction,
    progress: &[&Progress],
    lease_until: i64,
) -> StoreResult<HashMap<(Uuid, i64), bool>> {
    let mut renewed = HashMap::with_capacity(progress.len());
    for block in query::blocks(progress, 2) {
        let sql = format!(
            "WITH mine (id, fence) AS (VALUES {}) UPDATE messages SET lease_until = $1 FROM mine
            WHERE messages.id = mine.id AND messages.fence = mine.fence AND messages.status = 'streaming' RETURNING messages.id, messages.fence,
                EXISTS (SELECT 1 FROM reply_stops s WHERE s.message_id = messages.id) AS stop",
            query::tuples(2, 2, block.len())
        );
        let values = block.iter().flat_map(|part| [Value::from(part.reply_id.0), rows::signed(part.fence).into()]);
        for row in query::rows(tx, sql, std::iter::once(lease_until.into()).chain(values)).await? {
            renewed.insert((row.try_get("", "id")?, row.try_get("", "fence")?), row.try_get("", "stop")?);
        }
    }
    Ok(renewed)
}

/// Saves what was written. Said again, a text changes nothing, unless it is longer than what was saved at its place.
async fn append(tx: &DatabaseTransaction, progress: &[&Progress]) -> StoreResult<()> {
    let mut written: Vec<&Progress> = progress.iter().copied().filter(|part| !part.text.is_empty()).collect();
    // Of two texts for one place the longer one counts; they are sorted by place already.
    written.dedup_by(|next, kept| {
        let same = next.reply_id == kept.reply_id && next.position == kept.position;
        if same && next.text.len() > kept.text.len() {
            *kept = next;
        }
        same
    });
    for block in query::blocks(&written, 3) {
        let sql = format!(
            "INSERT INTO reply_chunks (message_id, position, text) VALUES {} ON CONFLICT (message_id, position)
            DO UPDATE SET text = excluded.text WHERE length(excluded.text) > length(reply_chunks.text)",
            query::tuples(1, 3, block.len())
        );
        let values = block
            .iter()
            .flat_map(|part| [part.reply_id.0.into(), rows::signed(part.position).into(), part.text.as_str().into()]);
        query::run(tx, sql, values).await?;
    }
    Ok(())
}

async fn clear_chunks(tx: &DatabaseTransaction, reply: Uuid) -> StoreResult<()> {
    query::run(tx, "DELETE FROM reply_chunks WHERE message_id = $1", [reply.into()]).await.map(|_| ())
}

async fn clear_stop(tx: &DatabaseTransaction, reply: Uuid) -> StoreResult<()> {
    query::run(tx, "DELETE FROM reply_stops WHERE message_id = $1", [reply.into()]).await.map(|_| ())
}

/// Ends a reply in a change that has begun; `None` when it is not the caller's to end.
pub(super) async fn finish_in(tx: &Writing, finish: &Finish, now: i64) -> StoreResult<Option<SessionEvent>> {
    let sql = "UPDATE sessions SET seq = seq + 1, last_message_at = CASE WHEN last_message_at < $2 THEN $2 ELSE last_message_at END
        WHERE id = (SELECT m.session_id FROM messages m WHERE m.id = $1) RETURNING *";
    let values = [finish.reply_id.0.into(), said_at(finish, now).into()];
    let kept: Option<sessions::Model> = query::model(tx, sql, values).await?;
    let Some(kept) = kept else { return Ok(None) };
    let Some((row, beside)) = end(tx, finish, kept.seq).await? else { return Ok(None) };
    if let Some(trace) = &finish.trace {
        let sql = "INSERT INTO reply_traces (message_id, trace) VALUES ($1, $2)";
        query::run(tx, sql, [row.id.into(), rows::json(trace)?.into()]).await?;
    }
    let siblings = views::siblings_beside(tx, &row, beside).await?;
    let (kind, body) = ended(rows::message(row, siblings)?);
    events::append(tx, &kept, kind, About::reply(finish.reply_id), now).await?;
    Ok(Some(events::event(&kept, now, body)?))
}

/// When something was said last, after this end: an empty reply is nothing said, and leaves the session where it stands in the list.
pub(crate) fn said_at(finish: &Finish, now: i64) -> i64 {
    if finish.content.is_empty() { i64::MIN } else { now }
}

/// Writes the end of a reply, if it is the caller's to end; the reply, and how many hang where it does.
async fn end(tx: &DatabaseTransaction, finish: &Finish, seq: i64) -> StoreResult<Option<(messages::Model, i64)>> {
    let sql = format!(
        "UPDATE messages SET content = $3, status = $4, failure = $5, model = $6, finish_reason = $7, prompt_tokens = $8,
            cached_tokens = $9, completion_tokens = $10, event_seq = $11, lease_node = NULL, lease_until = NULL
        WHERE id = $1 AND fence = $2 AND status IN ('queued', 'streaming') RETURNING *, {}",
        views::BESIDE
    );
    let usage = finish.usage;
    let values = [
        finish.reply_id.0.into(),
        rows::signed(finish.fence).into(),
        finish.content.as_str().into(),
        finish.status.as_str().into(),
        finish.failure.map(|failure| failure.as_str()).into(),
        finish.model.clone().into(),
        finish.finish_reason.map(|reason| reason.as_str()).into(),
        usage.map(|usage| i64::from(usage.prompt_tokens)).into(),
        usage.map(|usage| i64::from(usage.cached_tokens)).into(),
        usage.map(|usage| i64::from(usage.completion_tokens)).into(),
        seq.into(),
    ];
    let row = views::beside(query::row(tx, sql, values).await?.as_ref())?;
    if row.is_some() && finish.fence > 0 {
        clear_chunks(tx, finish.reply_id.0).await?;
        if finish.status == MessageStatus::Stopped {
            clear_stop(tx, finish.reply_id.0).await?;
        }
    }
    Ok(row)
}

/// The event of a reply that has come to its end.
pub(crate) fn ended(reply: domain::chats::Message) -> (EventKind, EventBody) {
    if reply.status == MessageStatus::Failed {
        (EventKind::ReplyFailed, EventBody::ReplyFailed { reply })
    } else {
        (EventKind::ReplyCompleted, EventBody::ReplyCompleted { reply })
    }
}

/// Ends a held reply as interrupted, with what was saved of it.
async fn interrupt(tx: &DatabaseTransaction, id: Uuid, session: Uuid, now: i64) -> StoreResult<TurnEvent> {
    let gone = || StoreError::Corrupt("a reply that vanished while it was held".into());
    let view = views::by_ids(tx, vec![id]).await?.remove(&MessageId(id)).ok_or_else(gone)?;
    let sql = "UPDATE sessions SET seq = seq + 1 WHERE id = $1 RETURNING *";
    let kept: sessions::Model = query::model(tx, sql, [session.into()]).await?.ok_or_else(gone)?;
    let sql = "UPDATE messages SET content = $2, status = 'failed', failure = 'interrupted', event_seq = $3, lease_node = NULL,
        lease_until = NULL WHERE id = $1 RETURNING *";
    let row: Option<messages::Model> =
        query::model(tx, sql, [id.into(), view.message.content.into(), kept.seq.into()]).await?;
    clear_chunks(tx, id).await?;
    clear_stop(tx, id).await?;
    let (kind, body) = ended(rows::message(row.ok_or_else(gone)?, view.message.siblings)?);
    events::append(tx, &kept, kind, About::reply(MessageId(id)), now).await?;
    Ok(TurnEvent { owner: UserId(kept.owner_id), event: events::event(&kept, now, body)? })
}

impl SqlStore {
    /// The claim that this node holds already: it asks again because the answer was lost. The old fence no longer fits.
    async fn claimed_before(
        &self,
        session: SessionId,
        node: NodeId,
        lease_until: OffsetDateTime,
    ) -> StoreResult<Option<Claim>> {
        let sql = "SELECT 1 FROM messages WHERE session_id = $1 AND lease_node = $2 AND status = 'streaming'";
        if query::row(self.read(), sql, [session.0.into(), node.0.into()]).await?.is_none() {
            return Ok(None);
        }
        let tx = self.begin().await?;
        let sql = "UPDATE messages SET lease_until = $3, fence = fence + 1
            WHERE session_id = $1 AND lease_node = $2 AND status = 'streaming' RETURNING *";
        let values = [session.0.into(), node.0.into(), rows::micros(lease_until).into()];
        let held: Option<messages::Model> = query::model(&tx, sql, values).await?;
        let Some(held) = held else { return Ok(None) };
        let kept: Option<sessions::Model> =
            query::model(&tx, "SELECT * FROM sessions WHERE id = $1", [session.0.into()]).await?;
        let sql = "SELECT MAX(seq) AS seq, MAX(created_at) AS at FROM events WHERE session_id = $1 AND reply_id = $2 AND kind = $3";
        let started =
            query::row(&tx, sql, [session.0.into(), held.id.into(), EventKind::ReplyStarted.as_str().into()]).await?;
        let view = views::by_ids(&tx, vec![held.id]).await?.remove(&MessageId(held.id));
        let (Some(kept), Some(started), Some(view)) = (kept, started, view) else { return Ok(None) };
        tx.commit().await?;
        let event = sessions::Model { seq: started.try_get("", "seq")?, ..kept.clone() };
        let event =
            events::event(&event, started.try_get("", "at")?, EventBody::ReplyStarted { reply: view.message.clone() })?;
        Ok(Some(Claim { session: rows::session(&kept)?, reply: view.message, fence: rows::number(held.fence)?, event }))
    }

    /// The event of the same call made before; `None` when the reply was ended by another, or is deleted.
    async fn finished_before(&self, finish: &Finish) -> StoreResult<Option<SessionEvent>> {
        let sql = "SELECT * FROM messages WHERE id = $1 AND fence = $2 AND role = 'character' AND deleted_at IS NULL";
        let row: Option<messages::Model> =
            query::model(self.read(), sql, [finish.reply_id.0.into(), rows::signed(finish.fence).into()]).await?;
        let Some(row) = row else { return Ok(None) };
        let Some(seq) = row.event_seq else { return Ok(None) };
        Ok(self.event_at(SessionId(row.session_id), seq).await?.map(|(_, event)| event))
    }
}
