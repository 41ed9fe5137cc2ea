//! The tree of a session, and which way through it is in view.
//!
//! `in_view` marks the messages on the way to the leaf, so a stretch of it is found by depth without walking; pointers to
//! the active child remember the way on for what is out of view. Only messages whose mark changes are touched.

use domain::ids::{MessageId, SessionId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Value};
use uuid::Uuid;

use super::entities::messages;
use super::patience::within;
use super::{query, rows};
use crate::chats::Parent;
use crate::{StoreError, StoreResult};

/// A message, as far as others hang on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub id: Uuid,
    pub depth: i64,
    pub in_view: bool,
}

/// The place where a new message is to hang, and what speaks against it.
pub(super) struct Place {
    /// What it hangs on; `None` for a root.
    pub parent: Option<Spot>,
    /// Whether the way in view ends there already.
    pub is_end: bool,
    /// How many others hang there.
    pub siblings: u64,
    /// How many replies wait in the session.
    pub queued: u64,
    /// The message that has the client's id.
    pub first: Option<First>,
}

/// A message that was taken before under the same client id.
pub(super) struct First {
    pub deleted: bool,
    pub event_seq: Option<i64>,
}

/// The place below `parent`, which must be there.
pub(super) async fn place(
    tx: &DatabaseTransaction,
    session: Uuid,
    parent: Parent,
    client_message_id: Option<&str>,
) -> StoreResult<Place> {
    let end = "(SELECT MAX(l.depth) FROM messages l WHERE l.session_id = s.id AND l.in_view)";
    let (which, id) = match parent {
        Parent::Leaf => (format!("p.session_id = s.id AND p.in_view AND p.depth = {end}"), None),
        Parent::Message(Some(id)) => {
            ("p.session_id = s.id AND p.id = $3 AND p.deleted_at IS NULL".to_owned(), Some(id.0))
        }
        Parent::Message(None) => ("p.id = $3".to_owned(), None),
    };
    let sql = format!(
        "SELECT p.id, p.depth, p.in_view, {end} AS end_depth, f.id AS first_id, f.deleted_at, f.event_seq,
            (SELECT COUNT(*) FROM messages q WHERE q.session_id = s.id AND q.status = 'queued') AS queued,
            (SELECT COUNT(*) FROM messages b WHERE b.branch_id = COALESCE(p.id, s.id) AND b.deleted_at IS NULL) AS siblings
        FROM sessions s LEFT JOIN messages p ON {which}
            LEFT JOIN messages f ON f.session_id = s.id AND f.client_message_id = $2
        WHERE s.id = $1"
    );
    let mut values: Vec<Value> = vec![session.into(), client_message_id.map(str::to_owned).into()];
    if !matches!(parent, Parent::Leaf) {
        values.push(id.into());
    }
    let row = query::row(tx, sql, values).await?.ok_or(StoreError::NotFound)?;
    let parent = match row.try_get::<Option<Uuid>>("", "id")? {
        Some(id) => Some(Spot { id, depth: row.try_get("", "depth")?, in_view: row.try_get("", "in_view")? }),
        None => None,
    };
    let first = match row.try_get::<Option<Uuid>>("", "first_id")? {
        Some(_) => Some(First {
            deleted: row.try_get::<Option<i64>>("", "deleted_at")?.is_some(),
            event_seq: row.try_get("", "event_seq")?,
        }),
        None => None,
    };
    if id.is_some() && parent.is_none() && first.is_none() {
        return Err(StoreError::NotFound);
    }
    let end_depth: Option<i64> = row.try_get("", "end_depth")?;
    Ok(Place {
        is_end: end_depth == parent.map(|parent| parent.depth) && parent.is_none_or(|parent| parent.in_view),
        parent,
        siblings: rows::number(row.try_get("", "siblings")?)?,
        queued: rows::number(row.try_get("", "queued")?)?,
        first,
    })
}

/// A message of the session that is not deleted.
pub(super) async fn live<C: ConnectionTrait>(
    tx: &C,
    session: SessionId,
    id: MessageId,
) -> StoreResult<messages::Model> {
    let sql = "SELECT * FROM messages WHERE id = $1 AND session_id = $2 AND deleted_at IS NULL";
    query::model(tx, sql, [id.0.into(), session.0.into()]).await?.ok_or(StoreError::NotFound)
}

/// Whether a message has this id, or had it before it was deleted.
pub(super) async fn is_taken(tx: &DatabaseTransaction, id: MessageId) -> StoreResult<bool> {
    Ok(query::row(tx, "SELECT 1 FROM messages WHERE id = $1", [id.0.into()]).await?.is_some())
}

/// Hangs new messages, each below the one before, at the end of the way in view, which [`end_at`] has brought there.
pub(super) async fn hang(
    tx: &DatabaseTransaction,
    session: Uuid,
    parent: Option<Spot>,
    new: Vec<messages::Model>,
) -> StoreResult<()> {
    let first = new.first().map(|row| row.id);
    insert(tx, new).await?;
    match parent {
        Some(parent) => point(tx, parent.id, first).await,
        None => point_root(tx, session, first).await,
    }
}

/// Keeps rows as they are.
pub(super) async fn insert(tx: &DatabaseTransaction, new: Vec<messages::Model>) -> StoreResult<()> {
    if !new.is_empty() {
        let new = messages::Entity::insert_many(new.into_iter().map(IntoActiveModel::into_active_model));
        within(tx.get_database_backend(), new.exec_without_returning(tx)).await?;
    }
    Ok(())
}

async fn point(tx: &DatabaseTransaction, parent: Uuid, child: Option<Uuid>) -> StoreResult<()> {
    query::run(tx, "UPDATE messages SET active_child_id = $1 WHERE id = $2", [child.into(), parent.into()])
        .await
        .map(|_| ())
}

async fn point_root(tx: &DatabaseTransaction, session: Uuid, root: Option<Uuid>) -> StoreResult<()> {
    query::run(tx, "UPDATE sessions SET active_root_id = $1 WHERE id = $2", [root.into(), session.into()])
        .await
        .map(|_| ())
}

/// Takes what is below `depth` out of view.
async fn hide_below(tx: &DatabaseTransaction, session: Uuid, depth: i64) -> StoreResult<()> {
    let sql = "UPDATE messages SET in_view = FALSE WHERE session_id = $1 AND in_view AND depth > $2";
    query::run(tx, sql, [session.into(), depth.into()]).await.map(|_| ())
}

/// Leads the way in view to `spot`, and no further; the first depth where it is another now.
pub(super) async fn end_at(tx: &DatabaseTransaction, session: Uuid, spot: Option<Spot>) -> StoreResult<i64> {
    let stays = match spot {
        None => -1,
        Some(spot) if spot.in_view => spot.depth,
        Some(spot) => return climb(tx, session, spot.id).await,
    };
    hide_below(tx, session, stays).await?;
    Ok(stays + 1)
}

/// The way up from `$1` to the first message in view, that one included.
const UP: &str = "WITH RECURSIVE up (id, parent_id, child_id, in_view, depth) AS (
        SELECT m.id, m.parent_id, m.active_child_id, m.in_view, m.depth FROM messages m WHERE m.id = $1
        UNION ALL
        SELECT m.id, m.parent_id, u.id, m.in_view, m.depth FROM up u JOIN messages m ON m.id = u.parent_id WHERE NOT u.in_view)";

/// Brings `id`, which is out of view, into view as the end of the way; the first depth where that is another now.
async fn climb(tx: &DatabaseTransaction, session: Uuid, id: Uuid) -> StoreResult<i64> {
    let top =
        query::row(tx, format!("{UP} SELECT id, in_view, depth FROM up ORDER BY depth LIMIT 1"), [id.into()]).await?;
    let top = top.ok_or(StoreError::NotFound)?;
    let stays = if top.try_get::<bool>("", "in_view")? { top.try_get("", "depth")? } else { -1 };
    hide_below(tx, session, stays).await?;
    if stays < 0 {
        point_root(tx, session, Some(top.try_get("", "id")?)).await?;
    }
    let sql = format!(
        "{UP} UPDATE messages SET in_view = TRUE, active_child_id = up.child_id FROM up WHERE messages.id = up.id"
    );
    query::run(tx, sql, [id.into()]).await?;
    Ok(stays + 1)
}

/// The way down from `$1` along the active children.
const DOWN: &str = "WITH RECURSIVE down (id, child_id, depth) AS (
        SELECT m.id, m.active_child_id, m.depth FROM messages m WHERE m.id = $1
        UNION ALL
        SELECT m.id, m.active_child_id, m.depth FROM down d JOIN messages m ON m.id = d.child_id)";

/// Brings `id` and the way on from it into view; the leaf.
async fn descend(tx: &DatabaseTransaction, id: Uuid) -> StoreResult<Uuid> {
    query::run(
        tx,
        format!("{DOWN} UPDATE messages SET in_view = TRUE FROM down WHERE messages.id = down.id"),
        [id.into()],
    )
    .await?;
    let leaf = query::row(tx, format!("{DOWN} SELECT id FROM down ORDER BY depth DESC LIMIT 1"), [id.into()]).await?;
    Ok(leaf.ok_or(StoreError::NotFound)?.try_get("", "id")?)
}

/// Leads the way through `id`, which is out of view, and on as it last did; the leaf, and the first depth where the way is
/// another now.
pub(super) async fn select(tx: &DatabaseTransaction, session: Uuid, id: Uuid) -> StoreResult<(Uuid, i64)> {
    let turned = climb(tx, session, id).await?;
    Ok((descend(tx, id).await?, turned))
}

/// `$1` and all below it that is not deleted. Whoever looks for what belongs to it crosses it with that, in this order: SQLite would
/// else read the other table from end to end.
pub(super) const BELOW: &str = "WITH RECURSIVE below (id) AS (
        SELECT m.id FROM messages m WHERE m.id = $1
        UNION ALL
        SELECT m.id FROM below b JOIN messages m ON m.branch_id = b.id WHERE m.deleted_at IS NULL)";

/// Erases `message` and all below it, and mends the way. Its leaf, when that has moved.
///
/// The rows stay, blank: their client ids stay taken, and events that name them find them.
pub(super) async fn erase(
    tx: &DatabaseTransaction,
    message: &messages::Model,
    now: i64,
) -> StoreResult<Option<Option<Uuid>>> {
    for table in ["message_revisions", "reply_chunks", "reply_traces", "memory_omissions", "message_origins"] {
        let sql = format!("{BELOW} DELETE FROM {table} WHERE message_id IN (SELECT id FROM below)");
        query::run(tx, sql, [message.id.into()]).await?;
    }
    // With another fence, whoever writes one of these replies has lost it.
    let sql = format!(
        "{BELOW} UPDATE messages SET deleted_at = $2, content = '', in_view = FALSE, active_child_id = NULL, lease_node = NULL,
            lease_until = NULL, fence = fence + 1, failure = NULL, model = NULL, finish_reason = NULL, prompt_tokens = NULL,
            cached_tokens = NULL, completion_tokens = NULL,
            status = CASE WHEN status IN ('queued', 'streaming') THEN 'stopped' ELSE status END
        WHERE id IN (SELECT id FROM below)"
    );
    query::run(tx, sql, [message.id.into(), now.into()]).await?;
    let sql =
        "SELECT id FROM messages WHERE branch_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1";
    let heir =
        query::row(tx, sql, [message.branch_id.into()]).await?.map(|row| row.try_get::<Uuid>("", "id")).transpose()?;
    match message.parent_id {
        Some(parent) => {
            let sql = "UPDATE messages SET active_child_id = $1 WHERE id = $2 AND active_child_id = $3";
            query::run(tx, sql, [heir.into(), parent.into(), message.id.into()]).await?;
        }
        None if message.in_view => point_root(tx, message.session_id, heir).await?,
        None => {}
    }
    if !message.in_view {
        return Ok(None);
    }
    match heir {
        Some(heir) => Ok(Some(Some(descend(tx, heir).await?))),
        None => Ok(Some(message.parent_id)),
    }
}

/// Keeps where the way ends.
pub(super) async fn set_leaf(tx: &DatabaseTransaction, session: Uuid, leaf: Option<Uuid>) -> StoreResult<()> {
    query::run(tx, "UPDATE sessions SET leaf_id = $1 WHERE id = $2", [leaf.into(), session.into()]).await.map(|_| ())
}
