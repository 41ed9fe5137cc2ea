//! What is left here when the chat log is in another database: of each session a shadow, which memories, bonds and diaries hang on, and
//! what becomes of them when something changes there.
//!
//! A shadow is a row of `sessions` whose `seq` is the number of the last change of the session that memories have followed,
//! so each is followed once, however often it is told. Its `last_message_at` is as of the last step.

use std::collections::HashMap;

use domain::characters::CharacterBrief;
use domain::chats::Session;
use domain::ids::{CharacterId, SessionId, UserId};
use domain::memories::Scope;
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::entities::sessions;
use super::following::{self, Spot};
use super::{SqlStore, bonds, characters, diaries, errors, progress, query, rows};
use crate::{StoreError, StoreResult};

/// Where the messages are that memories are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChatLog {
    /// In the tables beside the memories.
    Here,
    /// In another database: what is known of a message here is what the memories made from it say.
    Elsewhere,
}

impl ChatLog {
    /// The depth of the message `$4` of the session `s`.
    pub(super) fn depth_of_last_source(self) -> &'static str {
        match self {
            Self::Here => "(SELECT m.depth FROM messages m WHERE m.id = $4 AND m.session_id = s.id)",
            Self::Elsewhere => "(SELECT MAX(m.depth) FROM memories m WHERE m.session_id = s.id AND m.anchor_id = $4)",
        }
    }

    /// Messages with their sessions, as far as they are not deleted; another condition on `m.id` can follow.
    pub(super) fn live_messages(self) -> &'static str {
        match self {
            Self::Here => "SELECT m.id, m.session_id FROM messages m WHERE m.deleted_at IS NULL",
            // Memories of what is deleted go with it.
            Self::Elsewhere => {
                "SELECT m.id, m.session_id FROM (
                    SELECT s.message_id AS id, k.session_id FROM memory_sources s JOIN memories k ON k.id = s.memory_id
                ) m WHERE m.session_id IS NOT NULL"
            }
        }
    }
}

/// A change of a session that memories follow.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Followed<'a> {
    /// A message says something else.
    Edited { message: Uuid, depth: i64, in_view: bool },
    /// A message and all below it, `gone`, are erased.
    Erased { depth: i64, in_view: bool, gone: &'a [Uuid] },
    /// The way in view is another from this depth on.
    Turned { depth: i64 },
}

impl SqlStore {
    /// The same store, for a chat log that is elsewhere.
    pub(crate) fn with_chat_log_elsewhere(&self) -> Self {
        Self { chat_log: ChatLog::Elsewhere, ..self.clone() }
    }

    /// Keeps the shadow of a new session. `NotFound` when its person or its character is not there.
    pub(crate) async fn keep_shadow(&self, session: &Session) -> StoreResult<()> {
        let row = sessions::Model {
            title: String::new(),
            model: None,
            sampling: "{}".to_owned(),
            seq: 0,
            ..rows::session_row(session)?
        };
        let tx = self.begin().await?;
        if session.id.is_shared() && super::sessions::is_there(&tx, session.id).await? {
            return Ok(());
        }
        sessions::Entity::insert(row.into_active_model()).exec_without_returning(&tx).await.map_err(errors::missing)?;
        tx.commit().await
    }

    /// Has memories follow the change `number` of a session, unless they did, or the session is gone.
    pub(crate) async fn follow(
        &self,
        scope: Scope,
        session: Uuid,
        number: i64,
        followed: Followed<'_>,
    ) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "UPDATE sessions SET seq = $2 WHERE id = $1 AND seq < $2 RETURNING id";
        if query::row(&tx, sql, [session.into(), number.into()]).await?.is_none() {
            return Ok(());
        }
        match followed {
            Followed::Edited { message, depth, in_view } => {
                let made = made_of(&tx, &[message]).await?;
                let relearn = depth.saturating_add(following::RELEARN);
                following::follow(&tx, scope, Spot { session, depth, in_view }, &made, relearn).await?;
                bonds::undo(&tx, &[message]).await?;
                diaries::undo(&tx, &[message]).await?;
                progress::undo(&tx, &[message]).await?;
            }
            Followed::Erased { depth, in_view, gone } => {
                let made = made_of(&tx, gone).await?;
                following::follow(&tx, scope, Spot { session, depth, in_view }, &made, i64::MAX).await?;
                bonds::undo(&tx, gone).await?;
                diaries::undo(&tx, gone).await?;
                progress::undo(&tx, gone).await?;
                for list in query::lists(gone) {
                    let places = query::places(1, list.len());
                    for table in ["memory_omissions", "message_origins"] {
                        let sql = format!("DELETE FROM {table} WHERE message_id IN ({places})");
                        query::run(&tx, sql, list.clone()).await?;
                    }
                }
            }
            Followed::Turned { depth } => following::turned(&tx, session, depth).await?,
        }
        tx.commit().await
    }

    /// Removes a session's shadow with all that is remembered of it, and its character if that was the last that held it.
    pub(crate) async fn drop_shadow(&self, session: Uuid) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "UPDATE sessions SET seq = seq WHERE id = $1 RETURNING *";
        let kept: Option<sessions::Model> = query::model(&tx, sql, [session.into()]).await?;
        let Some(kept) = kept else { return Ok(()) };
        following::session_deleted(&tx, &kept).await?;
        query::run(&tx, "DELETE FROM sessions WHERE id = $1", [session.into()]).await?;
        characters::purge(&tx, kept.character_id.into_iter().collect()).await?;
        tx.commit().await
    }

    /// A block of shadows that were made before `made_before`, in the order of their ids.
    pub(crate) async fn shadows_after(&self, id: Uuid, made_before: i64, limit: u32) -> StoreResult<Vec<Uuid>> {
        let sql = "SELECT id FROM sessions WHERE id > $1 AND created_at < $2 ORDER BY id LIMIT $3";
        let found = query::rows(self.read(), sql, [id.into(), made_before.into(), i64::from(limit).into()]).await?;
        query::ids(&found, "id")
    }

    /// What of these sessions is there, and how far memory was in each when it was last found to have seen all of it.
    pub(crate) async fn remembered_seqs(&self, sessions: &[Uuid]) -> StoreResult<HashMap<Uuid, i64>> {
        let mut found = HashMap::with_capacity(sessions.len());
        for list in query::lists(sessions) {
            let sql = format!("SELECT id, remembered_seq FROM sessions WHERE id IN ({})", query::places(1, list.len()));
            for row in query::rows(self.read(), sql, list).await? {
                found.insert(row.try_get("", "id")?, row.try_get("", "remembered_seq")?);
            }
        }
        Ok(found)
    }

    /// Whether memories hang on any of these sessions.
    pub(crate) async fn is_any_remembered(&self, sessions: &[Uuid]) -> StoreResult<bool> {
        for list in query::lists(sessions) {
            let sql = format!("SELECT 1 FROM memories WHERE session_id IN ({}) LIMIT 1", query::places(1, list.len()));
            if query::row(self.read(), sql, list).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether anything that was said is in the tables here.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn holds_chat_log(&self) -> StoreResult<bool> {
        let sql = "SELECT 1 WHERE EXISTS (SELECT 1 FROM messages) OR EXISTS (SELECT 1 FROM events)";
        Ok(query::row(self.read(), sql, []).await?.is_some())
    }

    /// Whether there are sessions without anything that was said: then they are shadows of those in another database.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn holds_shadows(&self) -> StoreResult<bool> {
        let has_sessions = query::row(self.read(), "SELECT 1 FROM sessions LIMIT 1", []).await?.is_some();
        Ok(has_sessions && !self.holds_chat_log().await?)
    }

    /// The same, where it is beyond doubt: memory has seen what is not here.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn lacks_its_chat_log(&self) -> StoreResult<bool> {
        let sql = "SELECT 1 FROM memory_watermarks WHERE seq > 0 LIMIT 1";
        Ok(self.holds_shadows().await? && query::row(self.read(), sql, []).await?.is_some())
    }

    /// What stands of these characters beside sessions.
    pub(crate) async fn briefs(&self, characters: Vec<Uuid>) -> StoreResult<HashMap<Uuid, CharacterBrief>> {
        characters::briefs(self.read(), characters).await
    }

    /// Up to where these sessions were looked at.
    pub(crate) async fn looked_at(&self, sessions: &[Uuid]) -> StoreResult<HashMap<Uuid, u64>> {
        let mut found = HashMap::with_capacity(sessions.len());
        for list in query::lists(sessions) {
            let sql = format!(
                "SELECT session_id, seq FROM memory_watermarks WHERE session_id IN ({})",
                query::places(1, list.len())
            );
            for row in query::rows(self.read(), sql, list).await? {
                found.insert(row.try_get("", "session_id")?, rows::number(row.try_get("", "seq")?)?);
            }
        }
        Ok(found)
    }

    /// Whether this person has an account.
    pub(crate) async fn is_person(&self, id: UserId) -> StoreResult<bool> {
        Ok(query::row(self.read(), "SELECT 1 FROM users WHERE id = $1", [id.0.into()]).await?.is_some())
    }
}

/// What was made of these messages, but for what people wrote themselves.
async fn made_of(tx: &sea_orm::DatabaseTransaction, messages: &[Uuid]) -> StoreResult<Vec<Uuid>> {
    let mut made = std::collections::BTreeSet::new();
    for list in query::lists(messages) {
        let sql = format!(
            "SELECT DISTINCT m.id FROM memory_sources s JOIN memories m ON m.id = s.memory_id
            WHERE s.message_id IN ({}) AND m.kind <> 'note'",
            query::places(1, list.len())
        );
        made.extend(query::ids(&query::rows(tx, sql, list).await?, "id")?);
    }
    Ok(made.into_iter().collect())
}

/// Notes when something was last said in a session. The step that tells it moves the watermark in the same transaction.
pub(super) async fn said(tx: &sea_orm::DatabaseTransaction, session: SessionId, said_at: i64) -> StoreResult<()> {
    let sql = "UPDATE sessions SET last_message_at = $2 WHERE id = $1";
    match query::run(tx, sql, [session.0.into(), said_at.into()]).await? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// The scope of a session.
pub(crate) fn scope(owner: Uuid, character: Uuid) -> Scope {
    Scope { user: UserId(owner), character: CharacterId(character) }
}
