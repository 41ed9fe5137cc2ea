//! Reading along the way to the leaf: by depth, through the index of what is in view, whatever the length of the chat.

use async_trait::async_trait;
use domain::chats::{History, HistoryAnchor, Message};
use domain::ids::{MessageId, SessionId, UserId};
use domain::traces::ReplyTrace;
use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use super::entities::{message_revisions, messages};
use super::{SqlStore, query, rows, views};
use crate::history::{HistoryStore, Revision};
use crate::{StoreError, StoreResult};

/// The stretch from depth `low` to `high` of the session `$1` of `$2`; `$3` is the limit, `$4` the anchor. The session's own
/// row comes too, as part 2, with its seq, the depth of its leaf and that of the anchor.
fn stretch(low: &str, high: &str, limit: u32) -> String {
    // A depth has one message in view, so this cuts nothing off. PostgreSQL cannot tell how few lie between two depths that it
    // does not know: where one session is most of the table it expects thousands, and reads all of it beside them. In the order of
    // the index, and at most so many, it takes the index. A power of two, so that there are few statements.
    let at_most = limit.max(1).next_power_of_two();
    let paths = format!(
        "ends AS (
            SELECT s.id, s.seq,
                (SELECT l.depth FROM messages l WHERE l.id = s.leaf_id) AS leaf_depth,
                (SELECT a.depth FROM messages a WHERE a.id = $4 AND a.session_id = s.id AND a.in_view) AS anchor_depth
            FROM sessions s WHERE s.id = $1 AND s.owner_id = $2),
        path (n, id, branch_id) AS (
            SELECT m.depth, m.id, m.branch_id FROM messages m WHERE m.session_id = $1 AND m.in_view
                AND m.depth >= (SELECT {low} FROM ends e) AND m.depth <= (SELECT {high} FROM ends e)
            ORDER BY m.depth LIMIT {at_most})"
    );
    let ends = "SELECT CAST(-1 AS bigint) AS n, e.id AS of_id, CAST(2 AS bigint) AS part, e.seq AS position, NULL AS chunk,
            NULL AS id, NULL AS session_id, NULL AS parent_id, NULL AS branch_id, e.leaf_depth AS depth, NULL AS role, NULL AS author_id, NULL AS author_reason, NULL AS status,
            NULL AS failure, NULL AS content, NULL AS client_message_id, NULL AS model, NULL AS finish_reason, NULL AS prompt_tokens,
            NULL AS cached_tokens, NULL AS completion_tokens, e.anchor_depth AS revision, NULL AS active_child_id, NULL AS in_view,
            NULL AS event_seq, NULL AS created_at, NULL AS edited_at, NULL AS deleted_at, NULL AS lease_node, NULL AS lease_until,
            NULL AS fence, NULL AS hidden
        FROM ends e";
    views::statement(&paths, ends)
}

struct Ends {
    seq: i64,
    leaf: Option<i64>,
    anchor: Option<i64>,
}

fn ends(found: &[QueryResult]) -> StoreResult<Ends> {
    let row = found.first().ok_or(StoreError::NotFound)?;
    Ok(Ends {
        seq: row.try_get("", "position")?,
        leaf: row.try_get("", "depth")?,
        anchor: row.try_get("", "revision")?,
    })
}

#[async_trait]
impl HistoryStore for SqlStore {
    async fn history(
        &self,
        owner: UserId,
        session: SessionId,
        anchor: HistoryAnchor,
        limit: u32,
    ) -> StoreResult<History> {
        let towards = anchor;
        let (sql, anchor) = match towards {
            HistoryAnchor::Newest => (stretch("e.leaf_depth - $3 + 1", "e.leaf_depth", limit), None),
            HistoryAnchor::Before(id) => (stretch("e.anchor_depth - $3", "e.anchor_depth - 1", limit), Some(id.0)),
            HistoryAnchor::After(id) => (stretch("e.anchor_depth + 1", "e.anchor_depth + $3", limit), Some(id.0)),
        };
        let values = [session.0.into(), owner.0.into(), i64::from(limit).into(), anchor.into()];
        let found = query::rows(self.read(), sql, values).await?;
        let ends = ends(&found)?;
        if anchor.is_some() && ends.anchor.is_none() {
            return Err(StoreError::NotFound);
        }
        let messages: Vec<Message> = views::collect(&found)?.into_iter().map(|view| view.message).collect();
        let (has_before, has_after) = match (messages.first(), messages.last()) {
            (Some(first), Some(last)) => (first.depth > 0, ends.leaf.is_some_and(|leaf| i64::from(last.depth) < leaf)),
            // Nothing beyond the anchor; but the anchor itself is on the other side.
            _ => (matches!(towards, HistoryAnchor::After(_)), matches!(towards, HistoryAnchor::Before(_))),
        };
        Ok(History { messages, has_before, has_after, seq: rows::number(ends.seq)? })
    }

    async fn find_message(&self, owner: UserId, id: MessageId) -> StoreResult<Option<Message>> {
        let path = "path (n, id, branch_id) AS (
            SELECT CAST(0 AS bigint), m.id, m.branch_id FROM messages m JOIN sessions s ON s.id = m.session_id
            WHERE m.id = $1 AND s.owner_id = $2 AND m.deleted_at IS NULL)";
        let views = views::views(self.read(), path, [id.0.into(), owner.0.into()]).await?;
        Ok(views.into_iter().next().map(|view| view.message))
    }

    async fn ancestry(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<Message>> {
        // Higher is earlier: depth orders it, and `left` ends the walk.
        let path = "walk (n, id, branch_id, parent_id, session_id, left_over) AS (
            SELECT m.depth, m.id, m.branch_id, m.parent_id, m.session_id, $4 FROM messages m JOIN sessions s ON s.id = m.session_id
            WHERE m.id = $1 AND m.session_id = $2 AND s.owner_id = $3 AND m.deleted_at IS NULL
            UNION ALL
            SELECT m.depth, m.id, m.branch_id, m.parent_id, m.session_id, w.left_over - 1 FROM walk w JOIN messages m ON m.id = w.parent_id
            WHERE w.left_over > 1),
        path (n, id, branch_id) AS (SELECT n, id, branch_id FROM walk)";
        let values = [message.0.into(), session.0.into(), owner.0.into(), i64::from(limit.max(1)).into()];
        let views = views::views(self.read(), path, values).await?;
        if views.is_empty() {
            return Err(StoreError::NotFound);
        }
        Ok(views.into_iter().map(|view| view.message).collect())
    }

    async fn tree(&self, owner: UserId, session: SessionId) -> StoreResult<Vec<MessageId>> {
        let sql = "SELECT m.id FROM messages m JOIN sessions s ON s.id = m.session_id
            WHERE m.session_id = $1 AND s.owner_id = $2 AND m.deleted_at IS NULL AND m.status NOT IN ('queued', 'streaming')";
        let found = query::rows(self.read(), sql, [session.0.into(), owner.0.into()]).await?;
        let mut ids: Vec<MessageId> = query::ids(&found, "id")?.into_iter().map(MessageId).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    async fn messages_of(&self, owner: UserId, session: SessionId, ids: &[MessageId]) -> StoreResult<Vec<Message>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let mut messages = Vec::with_capacity(ids.len());
        for list in query::lists(&ids) {
            let sql = format!(
                "SELECT m.* FROM messages m JOIN sessions s ON s.id = m.session_id
                WHERE m.session_id = $1 AND s.owner_id = $2 AND m.deleted_at IS NULL AND m.id IN ({})",
                query::places(3, list.len())
            );
            let values: Vec<Value> = [session.0.into(), owner.0.into()].into_iter().chain(list).collect();
            for row in query::models::<messages::Model, _>(self.read(), sql, values).await? {
                messages.push(rows::message(row, Vec::new())?);
            }
        }
        messages.sort_unstable_by_key(|message| message.id);
        Ok(messages)
    }

    async fn revisions(&self, owner: UserId, id: MessageId) -> StoreResult<Vec<Revision>> {
        // One row without a revision says that the message is there.
        let sql = "SELECT r.message_id, r.revision, r.content, r.replaced_at FROM messages m JOIN sessions s ON s.id = m.session_id
            LEFT JOIN message_revisions r ON r.message_id = m.id
            WHERE m.id = $1 AND s.owner_id = $2 AND m.deleted_at IS NULL ORDER BY r.revision";
        let found = query::rows(self.read(), sql, [id.0.into(), owner.0.into()]).await?;
        if found.is_empty() {
            return Err(StoreError::NotFound);
        }
        let mut revisions = Vec::new();
        for row in &found {
            if row.try_get::<Option<i64>>("", "revision")?.is_some() {
                let row = <message_revisions::Model as sea_orm::FromQueryResult>::from_query_result(row, "")?;
                revisions.push(Revision {
                    revision: rows::number(row.revision)?,
                    content: row.content,
                    replaced_at: rows::time(row.replaced_at)?,
                });
            }
        }
        Ok(revisions)
    }

    async fn trace(&self, owner: UserId, id: MessageId) -> StoreResult<Option<ReplyTrace>> {
        let sql = "SELECT t.trace FROM messages m JOIN sessions s ON s.id = m.session_id LEFT JOIN reply_traces t ON t.message_id = m.id
            WHERE m.id = $1 AND s.owner_id = $2 AND m.deleted_at IS NULL";
        let row = query::row(self.read(), sql, [id.0.into(), owner.0.into()]).await?.ok_or(StoreError::NotFound)?;
        row.try_get::<Option<String>>("", "trace")?.as_deref().map(rows::from_json).transpose()
    }
}
