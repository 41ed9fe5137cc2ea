//! The memories of one person with one character, held by one transaction at a time.
//!
//! Every row that changes takes a revision of its own, so that a reader can stop after any of them and go on from there.
//! When something is taken away the epoch grows, and readers begin anew.

use std::collections::{HashMap, HashSet};

use domain::ClosedSet;
use domain::memories::{EndReason, Ended, Memory, Scope};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, Value};
use uuid::Uuid;

use super::patience::within;
use super::{errors, query, rows};
use crate::{StoreError, StoreResult};

/// A scope that this transaction holds. What changes in it is void without [`Held::close`].
pub(super) struct Held<'a> {
    tx: &'a DatabaseTransaction,
    scope: Scope,
    epoch: i64,
    revision: i64,
    is_changed: bool,
}

/// A memory to keep, with the depth of its last source.
pub(super) struct NewRow<'a> {
    pub memory: &'a Memory,
    pub depth: Option<i64>,
}

/// What must be known of a memory that goes.
struct Going {
    is_session_summary: bool,
    ended: Option<(Uuid, i64)>,
}

/// Holds a scope until the transaction ends. `NotFound` when its person or its character is not there.
pub(super) async fn hold(tx: &DatabaseTransaction, scope: Scope) -> StoreResult<Held<'_>> {
    let sql = "INSERT INTO memory_scopes (user_id, character_id, epoch, revision)
        SELECT u.id, c.id, 0, 0 FROM users u JOIN characters c ON c.id = $2 WHERE u.id = $1
        ON CONFLICT (user_id, character_id) DO UPDATE SET revision = memory_scopes.revision RETURNING epoch, revision";
    let values: [Value; 2] = [scope.user.0.into(), scope.character.0.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    // Whoever waits here for one who deletes the person finds nobody.
    let found = within(tx.get_database_backend(), tx.query_all_raw(statement)).await.map_err(errors::missing)?;
    let row = found.first().ok_or(StoreError::NotFound)?;
    Ok(Held { tx, scope, epoch: row.try_get("", "epoch")?, revision: row.try_get("", "revision")?, is_changed: false })
}

impl Held<'_> {
    /// Keeps what was changed; the transaction goes on.
    pub(super) async fn close(self) -> StoreResult<()> {
        if self.is_changed {
            let sql = "UPDATE memory_scopes SET epoch = $3, revision = $4 WHERE user_id = $1 AND character_id = $2";
            query::run(self.tx, sql, self.values([self.epoch.into(), self.revision.into()])).await?;
        }
        Ok(())
    }

    /// The revision of the next row that changes.
    pub(super) fn next(&mut self) -> i64 {
        self.is_changed = true;
        self.revision += 1;
        self.revision
    }

    /// Makes what readers have void.
    fn begin_anew(&mut self) {
        self.is_changed = true;
        self.epoch += 1;
    }

    /// `$1` and `$2`, the scope, and what follows.
    pub(super) fn values(&self, more: impl IntoIterator<Item = Value>) -> impl Iterator<Item = Value> {
        [self.scope.user.0.into(), self.scope.character.0.into()].into_iter().chain(more)
    }

    /// Keeps new memories, and says which: an episode that is there already is left as it is.
    pub(super) async fn add(&mut self, new: &[NewRow<'_>]) -> StoreResult<HashSet<Uuid>> {
        let mut added = HashSet::with_capacity(new.len());
        for block in query::blocks(new, 23) {
            let sql = format!(
                "INSERT INTO memories (id, user_id, character_id, session_id, kind, subject, scale, speaker, depth, part, text,
                    importance, pinned, happened_at, ended_at, ended_reason, ended_by, anchor_id, model, created_at, embedder,
                    text_revision, revision)
                VALUES {} ON CONFLICT DO NOTHING RETURNING id",
                query::tuples(1, 23, block.len())
            );
            let values: Vec<Value> = block.iter().flat_map(|new| self.row(new)).collect();
            added.extend(query::ids(&query::rows(self.tx, sql, values).await?, "id")?);
        }
        self.add_sources(new.iter().filter(|new| added.contains(&new.memory.id.0))).await?;
        Ok(added)
    }

    fn row(&mut self, new: &NewRow<'_>) -> [Value; 23] {
        let (memory, ended) = (new.memory, new.memory.ended);
        [
            memory.id.0.into(),
            self.scope.user.0.into(),
            self.scope.character.0.into(),
            memory.session_id.map(|id| id.0).into(),
            memory.kind.as_str().into(),
            memory.subject.map(|subject| subject.as_str()).into(),
            memory.scale.map(|scale| scale.as_str()).into(),
            memory.speaker.map(|speaker| speaker.as_str()).into(),
            memory.place.map(|place| i64::from(place.depth)).or(new.depth).into(),
            memory.place.map(|place| i64::from(place.part)).into(),
            memory.text.as_str().into(),
            i64::from(memory.importance).into(),
            memory.pinned.into(),
            rows::micros(memory.happened_at).into(),
            ended.map(|ended| rows::micros(ended.at)).into(),
            ended.map(|ended| ended.reason.as_str()).into(),
            ended.map(|ended| ended.by.0).into(),
            memory.sources.last().map(|id| id.0).into(),
            memory.model.as_deref().into(),
            rows::micros(memory.created_at).into(),
            "".into(),
            0_i64.into(),
            self.next().into(),
        ]
    }

    async fn add_sources<'n>(&self, new: impl Iterator<Item = &'n NewRow<'n>>) -> StoreResult<()> {
        let sources: Vec<(Uuid, i64, Uuid)> = new
            .flat_map(|new| (0..).zip(&new.memory.sources).map(|(n, source)| (new.memory.id.0, n, source.0)))
            .collect();
        for block in query::blocks(&sources, 3) {
            let sql = format!(
                "INSERT INTO memory_sources (memory_id, n, message_id) VALUES {}",
                query::tuples(1, 3, block.len())
            );
            let values = block.iter().flat_map(|(memory, n, source)| [(*memory).into(), (*n).into(), (*source).into()]);
            query::run(self.tx, sql, values).await?;
        }
        Ok(())
    }

    /// Ends a memory, if it still counts.
    pub(super) async fn end(&mut self, id: Uuid, ended: Ended) -> StoreResult<()> {
        let sql = "UPDATE memories SET ended_at = $4, ended_reason = $5, ended_by = $6, revision = $7
            WHERE user_id = $1 AND character_id = $2 AND id = $3 AND ended_at IS NULL";
        let values = [
            id.into(),
            rows::micros(ended.at).into(),
            ended.reason.as_str().into(),
            ended.by.0.into(),
            self.next().into(),
        ];
        query::run(self.tx, sql, self.values(values)).await.map(|_| ())
    }

    /// Takes memories of this scope away; how many are gone. What they had superseded counts again, or ends with what
    /// superseded them in turn. With the summary of a session go those that carry it on, and the story.
    pub(super) async fn take_away(&mut self, ids: &[Uuid]) -> StoreResult<u64> {
        let mut going = self.find(ids).await?;
        let summaries: Vec<Uuid> =
            going.iter().filter(|(_, going)| going.is_session_summary).map(|(id, _)| *id).collect();
        if !summaries.is_empty() {
            let mut told_in = self.carried_on(&summaries).await?;
            told_in.extend(self.stories().await?);
            going.extend(self.find(&told_in).await?);
        }
        if going.is_empty() {
            return Ok(0);
        }
        self.pass_on(&going).await?;
        let ids: Vec<Uuid> = going.keys().copied().collect();
        for list in query::lists(&ids) {
            let sql = format!("DELETE FROM memories WHERE id IN ({})", query::places(1, list.len()));
            query::run(self.tx, sql, list).await?;
        }
        self.begin_anew();
        Ok(going.len() as u64)
    }

    /// Takes all away; how many are gone.
    pub(super) async fn take_all_away(&mut self) -> StoreResult<u64> {
        let sql = "DELETE FROM memories WHERE user_id = $1 AND character_id = $2";
        let gone = query::run(self.tx, sql, self.values([])).await?;
        self.begin_anew();
        Ok(gone)
    }

    /// The story, in as many versions as there are.
    pub(super) async fn stories(&self) -> StoreResult<Vec<Uuid>> {
        let sql =
            "SELECT id FROM memories WHERE user_id = $1 AND character_id = $2 AND kind = 'summary' AND scale = 'story'";
        query::ids(&query::rows(self.tx, sql, self.values([])).await?, "id")
    }

    /// The summaries that took the place of these summaries of sessions, up to the last: each tells what the one before told.
    async fn carried_on(&self, summaries: &[Uuid]) -> StoreResult<Vec<Uuid>> {
        let mut carried_on = Vec::new();
        for list in query::lists(summaries) {
            let sql = format!(
                "WITH RECURSIVE up (id, session_id, ended_by) AS (
                    SELECT m.id, m.session_id, m.ended_by FROM memories m
                    WHERE m.user_id = $1 AND m.character_id = $2 AND m.id IN ({})
                    UNION
                    SELECT m.id, m.session_id, m.ended_by FROM up u JOIN memories m ON m.id = u.ended_by
                    WHERE m.session_id = u.session_id AND m.scale = 'session')
                SELECT id FROM up",
                query::places(3, list.len())
            );
            carried_on.extend(query::ids(&query::rows(self.tx, sql, self.values(list)).await?, "id")?);
        }
        Ok(carried_on)
    }

    async fn find(&self, ids: &[Uuid]) -> StoreResult<HashMap<Uuid, Going>> {
        let mut found = HashMap::with_capacity(ids.len());
        for list in query::lists(ids) {
            let sql = format!(
                "SELECT id, scale, ended_by, ended_at FROM memories
                WHERE user_id = $1 AND character_id = $2 AND id IN ({})",
                query::places(3, list.len())
            );
            for row in query::rows(self.tx, sql, self.values(list)).await? {
                let scale: Option<String> = row.try_get("", "scale")?;
                let by: Option<Uuid> = row.try_get("", "ended_by")?;
                let going = Going {
                    is_session_summary: scale.as_deref() == Some(domain::memories::SummaryScale::Session.as_str()),
                    ended: by.zip(row.try_get::<Option<i64>>("", "ended_at")?),
                };
                found.insert(row.try_get("", "id")?, going);
            }
        }
        Ok(found)
    }

    /// What the going ones superseded passes to what superseded them, or counts again.
    async fn pass_on(&mut self, going: &HashMap<Uuid, Going>) -> StoreResult<()> {
        let ids: Vec<Uuid> = going.keys().copied().collect();
        for list in query::lists(&ids) {
            let sql = format!(
                "SELECT id, ended_by, ended_at FROM memories WHERE ended_reason = $1 AND ended_by IN ({})",
                query::places(2, list.len())
            );
            let superseded = EndReason::Superseded.as_str();
            for row in query::rows(self.tx, sql, std::iter::once(superseded.into()).chain(list)).await? {
                let id: Uuid = row.try_get("", "id")?;
                if going.contains_key(&id) {
                    continue;
                }
                let mut ended: Option<(Uuid, i64)> = Some((row.try_get("", "ended_by")?, row.try_get("", "ended_at")?));
                while let Some(next) = ended.and_then(|(by, _)| going.get(&by)) {
                    ended = next.ended;
                }
                let sql =
                    "UPDATE memories SET ended_at = $2, ended_reason = $3, ended_by = $4, revision = $5 WHERE id = $1";
                let values = [
                    id.into(),
                    ended.map(|(_, at)| at).into(),
                    ended.map(|_| superseded).into(),
                    ended.map(|(by, _)| by).into(),
                    self.next().into(),
                ];
                query::run(self.tx, sql, values).await?;
            }
        }
        Ok(())
    }

    /// Makes all steps outdated that are being prepared for this scope: they know of what is gone.
    pub(super) async fn outdate(&self) -> StoreResult<()> {
        let sql = "INSERT INTO memory_watermarks (session_id, seq, episodes, facts, version)
            SELECT s.id, 0, 0, 0, 1 FROM sessions s WHERE s.owner_id = $1 AND s.character_id = $2 ORDER BY s.id
            ON CONFLICT (session_id) DO UPDATE SET version = memory_watermarks.version + 1";
        query::run(self.tx, sql, self.values([])).await.map(|_| ())
    }
}
