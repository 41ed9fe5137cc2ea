//! Messages as they are shown: with their siblings, and with what is saved so far of a reply that is being written.
//!
//! One statement reads everything, whichever messages are wanted, so that what it shows is of one moment: a common table
//! `path` names the messages, the rest of the statement is the same for all.

use std::collections::HashMap;

use domain::chats::{Message, MessageStatus};
use domain::ids::MessageId;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use super::entities::messages;
use super::{query, rows};
use crate::StoreResult;

/// A message as it is shown, and what is not shown of it.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub message: Message,
    pub deleted: bool,
}

const MESSAGE: i64 = 0;
const SIBLING: i64 = 1;

/// `paths` is one or more common tables, the last of them `path (n, id, branch_id)`; the views come in the order of `n`.
/// `also` is empty, or selects further rows of the same columns and another `part`.
pub(super) fn statement(paths: &str, also: &str) -> String {
    // The messages stand first: they give the columns their types. What is crossed is read in this order: SQLite would else read all
    // messages there are, and look for each whether it is beside one of these.
    let also = if also.is_empty() { String::new() } else { format!("UNION ALL {also}") };
    format!(
        "WITH RECURSIVE {paths}
        SELECT p.n, p.id AS of_id, CAST(0 AS bigint) AS part, c.position, c.text AS chunk,
            m.id AS id, m.session_id, m.parent_id, m.branch_id, m.depth, m.role, m.author_id, m.author_reason, m.status, m.failure, m.content, m.client_message_id,
            m.model, m.finish_reason, m.prompt_tokens, m.cached_tokens, m.completion_tokens, m.revision, m.active_child_id,
            m.in_view, m.event_seq, m.created_at AS created_at, m.edited_at, m.deleted_at, m.lease_node, m.lease_until, m.fence, m.hidden
        FROM path p CROSS JOIN messages m LEFT JOIN reply_chunks c ON m.status = 'streaming' AND c.message_id = m.id
        WHERE m.id = p.id
        {also}
        UNION ALL
        SELECT p.n, p.id, CAST(1 AS bigint), NULL, NULL,
            s.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, s.created_at, NULL, NULL, NULL, NULL, NULL, NULL
        FROM path p CROSS JOIN messages s WHERE s.branch_id = p.branch_id AND s.deleted_at IS NULL
        ORDER BY n, of_id, part, position, created_at, id"
    )
}

/// Runs a [`statement`].
pub(super) async fn views<C: ConnectionTrait>(
    conn: &C,
    paths: &str,
    values: impl IntoIterator<Item = Value>,
) -> StoreResult<Vec<View>> {
    collect(&query::rows(conn, statement(paths, ""), values).await?)
}

/// The views in the rows of a [`statement`].
pub(super) fn collect(found: &[QueryResult]) -> StoreResult<Vec<View>> {
    let mut views = Vec::new();
    let mut open: Option<Open> = None;
    for row in found {
        match row.try_get::<i64>("", "part")? {
            MESSAGE => {
                let chunk = row.try_get::<Option<String>>("", "chunk")?;
                let id = row.try_get::<Uuid>("", "id")?;
                if open.as_ref().is_none_or(|open| open.row.id != id) {
                    if let Some(done) = open.take() {
                        views.push(done.close()?);
                    }
                    open = Some(Open::new(row)?);
                }
                if let (Some(open), Some(chunk)) = (&mut open, chunk) {
                    append(&mut open.row.content, row.try_get("", "position")?, &chunk);
                }
            }
            SIBLING => {
                if let Some(open) = &mut open {
                    open.siblings.push(MessageId(row.try_get("", "id")?));
                }
            }
            _ => {}
        }
    }
    if let Some(done) = open {
        views.push(done.close()?);
    }
    Ok(views)
}

struct Open {
    row: messages::Model,
    siblings: Vec<MessageId>,
}

impl Open {
    fn new(row: &QueryResult) -> StoreResult<Self> {
        Ok(Self {
            row: <messages::Model as sea_orm::FromQueryResult>::from_query_result(row, "")?,
            siblings: Vec::new(),
        })
    }

    fn close(self) -> StoreResult<View> {
        let deleted = self.row.deleted_at.is_some();
        Ok(View { message: rows::message(self.row, self.siblings)?, deleted })
    }
}

/// Appends a saved chunk that begins at byte `position`: what is there already is skipped; after a gap nothing fits.
pub(crate) fn append(content: &mut String, position: i64, chunk: &str) {
    let known = usize::try_from(position).ok().and_then(|position| content.len().checked_sub(position));
    if let Some(new) = known.and_then(|known| chunk.get(known..)) {
        content.push_str(new);
    }
}

/// These messages by their ids, also those deleted since (blank, and `Stopped` if they were unfinished).
pub(super) async fn by_ids<C: ConnectionTrait>(conn: &C, mut ids: Vec<Uuid>) -> StoreResult<HashMap<MessageId, View>> {
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::with_capacity(ids.len());
    for list in query::lists(&ids) {
        let path = format!(
            "path (n, id, branch_id) AS (SELECT CAST(0 AS bigint), id, branch_id FROM messages WHERE id IN ({}))",
            query::places(1, list.len())
        );
        found.extend(views(conn, &path, list).await?.into_iter().map(|view| (view.message.id, view)));
    }
    Ok(found)
}

/// The siblings of what hangs on `branch`, oldest first.
pub(super) async fn siblings<C: ConnectionTrait>(conn: &C, branch: Uuid) -> StoreResult<Vec<MessageId>> {
    let sql = "SELECT id FROM messages WHERE branch_id = $1 AND deleted_at IS NULL ORDER BY created_at, id";
    let rows = query::rows(conn, sql, [branch.into()]).await?;
    Ok(rows.iter().map(|row| Ok(MessageId(row.try_get("", "id")?))).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// For a statement that changes one message and returns it: how many hang where it does, with it.
pub(super) const BESIDE: &str =
    "(SELECT COUNT(*) FROM messages b WHERE b.branch_id = messages.branch_id AND b.deleted_at IS NULL) AS beside";

/// The message that such a statement returns, and that number.
pub(super) fn beside(row: Option<&QueryResult>) -> StoreResult<Option<(messages::Model, i64)>> {
    let Some(row) = row else { return Ok(None) };
    let message = <messages::Model as sea_orm::FromQueryResult>::from_query_result(row, "")?;
    Ok(Some((message, row.try_get("", "beside")?)))
}

/// The siblings of a message of which that number is known: there is nothing to ask where it hangs alone.
pub(super) async fn siblings_beside<C: ConnectionTrait>(
    conn: &C,
    message: &messages::Model,
    beside: i64,
) -> StoreResult<Vec<MessageId>> {
    if beside == 1 { Ok(vec![MessageId(message.id)]) } else { siblings(conn, message.branch_id).await }
}

/// Whether nothing more will come, by the spelling in the row.
pub(crate) fn is_final(row: &messages::Model) -> StoreResult<bool> {
    Ok(rows::closed::<MessageStatus>(&row.status)?.is_final())
}
