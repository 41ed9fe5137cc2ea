//! What becomes of memories, of what moved a bond, of diaries, and of what happened on a route, when the messages they were made from change or go: in the same
//! transaction, so that nobody is ever reminded of what was taken back.

use domain::ids::{CharacterId, UserId};
use domain::memories::Scope;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::entities::{messages, sessions};
use super::tree::BELOW;
use super::{bonds, diaries, progress, query, scopes};
use crate::StoreResult;

/// How far above the last message that facts were learned from an edited one may stand to be learned from again. Further
/// up the facts of its old text go, and no new ones come: to learn from a whole long chat once more would cost too much.
pub(super) const RELEARN: i64 = 48;

/// Where a message stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub session: Uuid,
    pub depth: i64,
    pub in_view: bool,
}

impl Spot {
    fn of(message: &messages::Model) -> Self {
        Self { session: message.session_id, depth: message.depth, in_view: message.in_view }
    }
}

/// Whose memory a session is in; a shared one is in nobody's.
pub(super) fn scope(session: &sessions::Model) -> Option<Scope> {
    let character = CharacterId(session.character_id?);
    Some(Scope { user: UserId(session.owner_id), character })
}

/// A message says something else now. To be called with the session held.
pub(super) async fn edited(
    tx: &DatabaseTransaction,
    session: &sessions::Model,
    message: &messages::Model,
) -> StoreResult<()> {
    let Some(scope) = scope(session) else { return Ok(()) };
    let sql = "SELECT m.id FROM memory_sources s JOIN memories m ON m.id = s.memory_id
        WHERE s.message_id = $1 AND m.kind <> 'note'";
    let made = query::ids(&query::rows(tx, sql, [message.id.into()]).await?, "id")?;
    follow(tx, scope, Spot::of(message), &made, message.depth.saturating_add(RELEARN)).await?;
    bonds::undo(tx, &[message.id]).await?;
    diaries::undo(tx, &[message.id]).await?;
    progress::undo(tx, &[message.id]).await
}

/// A message and all below it are to be erased. To be called with the session held, before they are.
pub(super) async fn erased(
    tx: &DatabaseTransaction,
    session: &sessions::Model,
    message: &messages::Model,
) -> StoreResult<()> {
    let Some(scope) = scope(session) else { return Ok(()) };
    let sql = format!(
        "{BELOW} SELECT DISTINCT m.id FROM below b CROSS JOIN memory_sources s CROSS JOIN memories m
        WHERE s.message_id = b.id AND m.id = s.memory_id AND m.kind <> 'note'"
    );
    let made = query::ids(&query::rows(tx, sql, [message.id.into()]).await?, "id")?;
    follow(tx, scope, Spot::of(message), &made, i64::MAX).await?;
    bonds::undo_below(tx, message.id).await?;
    diaries::undo_below(tx, message.id).await?;
    progress::undo_below(tx, message.id).await
}

/// The way in view is another from `depth` on. To be called with the session held.
///
/// From there on it is to be looked at again, even where what was in view before left nothing in memory.
pub(super) async fn turned(tx: &DatabaseTransaction, session: Uuid, depth: i64) -> StoreResult<()> {
    look_again(tx, session, depth, i64::MAX).await
}

/// A session is to be deleted. To be called with it held, before it is.
pub(super) async fn session_deleted(tx: &DatabaseTransaction, session: &sessions::Model) -> StoreResult<()> {
    match scope(session) {
        Some(scope) => forget_session(tx, scope, session.id).await,
        None => Ok(()),
    }
}

/// What is remembered of a session goes, with the story, and with what was written of it.
pub(super) async fn forget_session(tx: &DatabaseTransaction, scope: Scope, session: Uuid) -> StoreResult<()> {
    let mut held = scopes::hold(tx, scope).await?;
    let sql = "SELECT id FROM memories WHERE session_id = $1";
    let mut made = query::ids(&query::rows(tx, sql, [session.into()]).await?, "id")?;
    made.extend(held.stories().await?);
    if held.take_away(&made).await? > 0 {
        held.outdate().await?;
    }
    held.close().await?;
    diaries::undo_session(tx, session).await
}

/// Takes away what was made of a message, and has its place looked at again; facts only if they were learned up to
/// `relearn` at most.
pub(super) async fn follow(
    tx: &DatabaseTransaction,
    scope: Scope,
    message: Spot,
    made: &[Uuid],
    relearn: i64,
) -> StoreResult<()> {
    let mut held = scopes::hold(tx, scope).await?;
    let gone = held.take_away(made).await?;
    if gone > 0 {
        held.outdate().await?;
    }
    held.close().await?;
    // Out of view, what nothing was made of was not looked at.
    let depth = if message.in_view || gone > 0 { message.depth } else { i64::MAX };
    look_again(tx, message.session, depth, relearn).await
}

/// Has a session looked at again from `depth` on, facts only if they were learned up to `relearn` at most, and makes steps
/// outdated that were prepared before.
async fn look_again(tx: &DatabaseTransaction, session: Uuid, depth: i64, relearn: i64) -> StoreResult<()> {
    let sql = "INSERT INTO memory_watermarks (session_id, seq, episodes, facts, version) VALUES ($1, 0, 0, 0, 1)
        ON CONFLICT (session_id) DO UPDATE SET version = memory_watermarks.version + 1,
            episodes = CASE WHEN memory_watermarks.episodes > $2 THEN $2 ELSE memory_watermarks.episodes END,
            facts = CASE WHEN memory_watermarks.facts > $2 AND memory_watermarks.facts <= $3 THEN $2 ELSE memory_watermarks.facts END";
    query::run(tx, sql, [session.into(), depth.into(), relearn.into()]).await.map(|_| ())
}
