//! Memories, as rows.

use std::collections::HashMap;
use std::str::FromStr;

use async_trait::async_trait;
use domain::ids::{MemoryId, MessageId, SessionId};
use domain::memories::{EndReason, Ended, EpisodePlace, Memory, MemoryFilter, MemoryKind, Scope, SummaryScale};
use domain::pages::{Page, PageRequest};
use domain::{ClosedSet, limits};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::scopes::{self, Held, NewRow};
use super::{ChatLog, SqlStore, diaries, query, rows, vectors};
use crate::memories::{Forgetting, Indexed, MemoryPatch, MemoryStore, ScopeChanges, ScopeVersion};
use crate::{Conflict, StoreError, StoreResult};

/// What [`memory`] reads, in its order. What is short comes as one text: every value of a row costs the drivers about the
/// same, whatever its size, and that is most of what it costs to read ten thousand.
pub(super) const COLUMNS: &str = "m.id, m.session_id, m.ended_by, m.text, format('%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s',
    m.kind, m.subject, m.scale, m.speaker, m.depth, m.part, m.importance, m.pinned, m.happened_at, m.ended_at, m.ended_reason,
    m.created_at, m.model)";

/// The first column after [`COLUMNS`].
pub(super) const AFTER: usize = 5;

/// The memory of a row.
pub(super) fn memory(row: &QueryResult, scope: Scope, sources: Vec<MessageId>) -> StoreResult<Memory> {
    let short: String = row.try_get_by_index(4)?;
    let mut short = short.splitn(13, '|');
    // NULL is written as nothing.
    let mut next = || short.next().filter(|text| !text.is_empty());
    let kind = closed(next())?;
    let (subject, scale, speaker) = (optional(next())?, optional(next())?, optional(next())?);
    let (depth, part) = (next().map(number).transpose()?, next().map(number).transpose()?);
    let place = match depth.zip(part) {
        Some((depth, part)) => Some(EpisodePlace { depth: rows::number(depth)?, part: rows::number(part)? }),
        None => None,
    };
    let importance = rows::number(number(next().unwrap_or_default())?)?;
    // As PostgreSQL and as SQLite write it.
    let pinned = matches!(next(), Some("t" | "1"));
    let happened_at = rows::time(number(next().unwrap_or_default())?)?;
    let ended_at = next().map(number).transpose()?;
    let ended_reason = next();
    let ended = match ended_at {
        Some(at) => {
            Some(Ended { at: rows::time(at)?, reason: closed(ended_reason)?, by: MemoryId(row.try_get_by_index(2)?) })
        }
        None => None,
    };
    Ok(Memory {
        id: MemoryId(row.try_get_by_index(0)?),
        scope,
        kind,
        subject,
        scale,
        speaker,
        author: None,
        place,
        text: row.try_get_by_index(3)?,
        importance,
        pinned,
        happened_at,
        ended,
        session_id: row.try_get_by_index::<Option<Uuid>>(1)?.map(SessionId),
        sources,
        created_at: rows::time(number(next().unwrap_or_default())?)?,
        model: next().map(str::to_owned),
    })
}

fn number(text: &str) -> StoreResult<i64> {
    text.parse().map_err(|_| StoreError::Corrupt("a number of another form".into()))
}

fn closed<T: ClosedSet + FromStr>(text: Option<&str>) -> StoreResult<T> {
    rows::closed(text.unwrap_or_default())
}

fn optional<T: ClosedSet + FromStr>(text: Option<&str>) -> StoreResult<Option<T>> {
    text.map(rows::closed).transpose()
}

/// The memories of rows, with their sources.
async fn with_sources<C: ConnectionTrait>(conn: &C, scope: Scope, found: &[QueryResult]) -> StoreResult<Vec<Memory>> {
    let ids: Vec<Uuid> = found.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let mut sources = sources(conn, &ids).await?;
    found.iter().zip(ids).map(|(row, id)| memory(row, scope, sources.remove(&id).unwrap_or_default())).collect()
}

async fn sources<C: ConnectionTrait>(conn: &C, memories: &[Uuid]) -> StoreResult<HashMap<Uuid, Vec<MessageId>>> {
    let mut sources: HashMap<Uuid, Vec<MessageId>> = HashMap::with_capacity(memories.len());
    for list in query::lists(memories) {
        let sql = format!(
            "SELECT memory_id, message_id FROM memory_sources WHERE memory_id IN ({}) ORDER BY memory_id, n",
            query::places(1, list.len())
        );
        for row in query::rows(conn, sql, list).await? {
            sources.entry(row.try_get_by_index(0)?).or_default().push(MessageId(row.try_get_by_index(1)?));
        }
    }
    Ok(sources)
}

fn values(scope: Scope, more: impl IntoIterator<Item = Value>) -> Vec<Value> {
    [scope.user.0.into(), scope.character.0.into()].into_iter().chain(more).collect()
}

#[async_trait]
impl MemoryStore for SqlStore {
    async fn page_memories(&self, scope: Scope, filter: MemoryFilter, page: &PageRequest) -> StoreResult<Page<Memory>> {
        let (sql, values) = page_statement(scope, filter, page)?;
        let found = query::rows(self.read(), sql, values).await?;
        let found = with_sources(self.read(), scope, &found).await?;
        let key = |last: &Memory| Cursor { first: false, time: rows::micros(last.happened_at), id: last.id.0 };
        let (items, next_cursor) = cursors::cut(found, page.limit, key);
        Ok(Page { items, next_cursor })
    }

    async fn find_memory(&self, scope: Scope, id: MemoryId) -> StoreResult<Option<(Memory, Vec<Memory>)>> {
        let sql = format!(
            "{CHAIN} SELECT {COLUMNS} FROM chain c CROSS JOIN memories m WHERE m.id = c.id ORDER BY c.n, m.happened_at DESC, m.id DESC"
        );
        let found = query::rows(self.read(), sql, values(scope, [id.0.into()])).await?;
        let mut chain = with_sources(self.read(), scope, &found).await?.into_iter();
        Ok(chain.next().map(|memory| (memory, chain.collect())))
    }

    async fn add_memory(&self, memory: &Memory, corrects: Option<MemoryId>) -> StoreResult<()> {
        let tx = self.begin().await?;
        let mut held = scopes::hold(&tx, memory.scope).await?;
        // Said again, it is there.
        let sql = "SELECT 1 FROM memories WHERE user_id = $1 AND character_id = $2 AND id = $3";
        if query::row(&tx, sql, held.values([memory.id.0.into()])).await?.is_some() {
            tx.rollback().await?;
            return self.settle().await;
        }
        if memory.kind == MemoryKind::Note {
            refuse_crowds(&tx, memory.scope).await?;
        }
        if let Some(corrected) = corrects {
            refuse_uncorrectable(&tx, memory.scope, corrected).await?;
            let ended = Ended { at: memory.created_at, reason: EndReason::Corrected, by: memory.id };
            held.end(corrected.0, ended).await?;
            // Whoever learns or tells right now took it for so.
            held.outdate().await?;
        }
        let depth = depth(&tx, self.chat_log, memory).await?;
        held.add(&[NewRow { memory, depth }]).await?;
        held.close().await?;
        tx.commit().await
    }

    async fn change_memory(&self, scope: Scope, id: MemoryId, patch: MemoryPatch) -> StoreResult<Memory> {
        let tx = self.begin().await?;
        let mut held = scopes::hold(&tx, scope).await?;
        let sql = format!(
            "UPDATE memories AS m SET pinned = COALESCE($4, m.pinned), importance = COALESCE($5, m.importance), revision = $6
            WHERE m.user_id = $1 AND m.character_id = $2 AND m.id = $3 RETURNING {}",
            COLUMNS.replace("m.", "")
        );
        let change = [id.0.into(), patch.pinned.into(), patch.importance.map(i64::from).into(), held.next().into()];
        let found = query::rows(&tx, sql, values(scope, change)).await?;
        let changed = with_sources(&*tx, scope, &found).await?.pop().ok_or(StoreError::NotFound)?;
        held.close().await?;
        tx.commit().await?;
        Ok(changed)
    }

    async fn forget(&self, scope: Scope, what: Forgetting, now: OffsetDateTime) -> StoreResult<u64> {
        let tx = self.begin().await?;
        let mut held = scopes::hold(&tx, scope).await?;
        let gone = match what {
            Forgetting::One(id) => forget_one(&tx, self.chat_log, &mut held, id).await?,
            Forgetting::All => {
                let sql = "UPDATE memory_scopes SET forgotten_until = $3 WHERE user_id = $1 AND character_id = $2";
                query::run(&tx, sql, held.values([rows::micros(now).into()])).await?;
                diaries::undo_all(&tx, scope).await?;
                held.take_all_away().await?
            }
        };
        held.outdate().await?;
        held.close().await?;
        tx.commit().await?;
        Ok(gone)
    }

    async fn changed_memories(
        &self,
        scope: Scope,
        since: ScopeVersion,
        embedder: Option<&str>,
        limit: u32,
    ) -> StoreResult<Option<ScopeChanges>> {
        // The version first: what changes after it is read again, never missed.
        let mut version = self.scope_version(scope).await?;
        if version == since {
            return Ok(None);
        }
        let mut from = if version.epoch == since.epoch { since.revision } else { 0 };
        let mut changed = Vec::new();
        // One more than wanted says whether there is more.
        let wanted = limit as usize + 1;
        while changed.len() < wanted {
            let block = BLOCK.min(wanted - changed.len());
            let found = self.changed_block(scope, from, embedder, block).await?;
            let is_last = found.len() < block;
            from = found.last().map_or(from, |(revision, _)| *revision);
            changed.extend(found);
            if is_last {
                break;
            }
        }
        let more = changed.len() == wanted;
        changed.truncate(limit as usize);
        if let Some((last, _)) = changed.last().filter(|_| more) {
            version.revision = *last;
        }
        let mut changed = changed.into_iter().map(|(_, indexed)| indexed).collect::<Vec<Indexed>>();
        self.anchor_stories(&mut changed).await?;
        Ok(Some(ScopeChanges { version, changed, more }))
    }
}

/// How many memories one statement reads: fewer than fit between the drivers' threads, and few enough to stay in the
/// processor's caches.
const BLOCK: usize = 512;

impl SqlStore {
    async fn scope_version(&self, scope: Scope) -> StoreResult<ScopeVersion> {
        let sql = "SELECT epoch, revision FROM memory_scopes WHERE user_id = $1 AND character_id = $2";
        match query::row(self.read(), sql, values(scope, [])).await? {
            Some(row) => Ok(ScopeVersion {
                epoch: rows::number(row.try_get_by_index(0)?)?,
                revision: rows::number(row.try_get_by_index(1)?)?,
            }),
            None => Ok(ScopeVersion::default()),
        }
    }

    /// The next changes after a revision, each with its own.
    async fn changed_block(
        &self,
        scope: Scope,
        after: u64,
        embedder: Option<&str>,
        limit: usize,
    ) -> StoreResult<Vec<(u64, Indexed)>> {
        let backend = self.read().get_database_backend();
        let sql = format!(
            "SELECT {COLUMNS}, m.revision, m.anchor_id, {} FROM memories m
                LEFT JOIN memory_vectors v ON v.memory_id = m.id AND m.embedder = $3
            WHERE m.user_id = $1 AND m.character_id = $2 AND m.revision > $4 ORDER BY m.revision LIMIT $5",
            vectors::column(backend)
        );
        let more = [embedder.into(), rows::signed(after).into(), rows::signed(limit as u64).into()];
        let found = query::rows(self.read(), sql, values(scope, more)).await?;
        found
            .iter()
            .map(|row| Ok((rows::number(row.try_get_by_index(AFTER)?)?, indexed(row, scope, backend)?)))
            .collect()
    }

    /// A story stands on all of its sources, everything else on the last.
    async fn anchor_stories(&self, changed: &mut [Indexed]) -> StoreResult<()> {
        let stories = || |indexed: &&mut Indexed| indexed.memory.scale == Some(SummaryScale::Story);
        let ids: Vec<Uuid> = changed.iter_mut().filter(stories()).map(|story| story.memory.id.0).collect();
        let mut sources = sources(self.read(), &ids).await?;
        for story in changed.iter_mut().filter(stories()) {
            story.memory.sources = sources.remove(&story.memory.id.0).unwrap_or_default();
        }
        Ok(())
    }
}

fn indexed(row: &QueryResult, scope: Scope, backend: DbBackend) -> StoreResult<Indexed> {
    let anchor = row.try_get_by_index::<Option<Uuid>>(AFTER + 1)?;
    let memory = memory(row, scope, anchor.map(MessageId).into_iter().collect())?;
    let bytes = row.try_get_by_index::<Option<Vec<u8>>>(AFTER + 2)?;
    let vector = bytes.map(|bytes| vectors::read(backend, &bytes)).transpose()?;
    Ok(Indexed { memory, vector })
}

fn page_statement(scope: Scope, filter: MemoryFilter, page: &PageRequest) -> StoreResult<(String, Vec<Value>)> {
    let mut values = values(scope, []);
    let mut place = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut sql = format!("SELECT {COLUMNS} FROM memories m WHERE m.user_id = $1 AND m.character_id = $2");
    if let Some(kind) = filter.kind {
        sql += &format!(" AND m.kind = {}", place(kind.as_str().into()));
    }
    if let Some(pinned) = filter.pinned {
        sql += &format!(" AND m.pinned = {}", place(pinned.into()));
    }
    if !filter.ended {
        sql += " AND m.ended_at IS NULL";
    }
    if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
        sql += &format!(" AND (m.happened_at, m.id) < ({}, {})", place(cursor.time.into()), place(cursor.id.into()));
    }
    sql += &format!(" ORDER BY m.happened_at DESC, m.id DESC LIMIT {}", place((i64::from(page.limit) + 1).into()));
    Ok((sql, values))
}

/// The memory `$3` of the scope, and those it replaced.
const CHAIN: &str = "WITH RECURSIVE chain (id, n) AS (
        SELECT m.id, 0 FROM memories m WHERE m.user_id = $1 AND m.character_id = $2 AND m.id = $3
        UNION ALL
        SELECT m.id, c.n + 1 FROM chain c CROSS JOIN memories m WHERE m.ended_by = c.id)";

async fn refuse_crowds(tx: &DatabaseTransaction, scope: Scope) -> StoreResult<()> {
    let sql = "SELECT COUNT(*) FROM memories WHERE user_id = $1 AND character_id = $2 AND kind = 'note'";
    let written = query::row(tx, sql, values(scope, [])).await?.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?;
    if rows::number::<u64>(written)? >= limits::NOTES {
        return Err(StoreError::Conflict(Conflict::TooManyNotes));
    }
    Ok(())
}

async fn refuse_uncorrectable(tx: &DatabaseTransaction, scope: Scope, id: MemoryId) -> StoreResult<()> {
    let sql = "SELECT kind, ended_at FROM memories WHERE user_id = $1 AND character_id = $2 AND id = $3";
    let row = query::row(tx, sql, values(scope, [id.0.into()])).await?.ok_or(StoreError::NotFound)?;
    if rows::closed::<MemoryKind>(&row.try_get_by_index::<String>(0)?)? == MemoryKind::Episode {
        return Err(StoreError::Conflict(Conflict::EpisodeIsWhatWasSaid));
    }
    if row.try_get_by_index::<Option<i64>>(1)?.is_some() {
        return Err(StoreError::Conflict(Conflict::MemoryEnded));
    }
    Ok(())
}

/// The depth of a memory's last source; its session must be one of its scope.
async fn depth(tx: &DatabaseTransaction, log: ChatLog, memory: &Memory) -> StoreResult<Option<i64>> {
    let Some(session) = memory.session_id else { return Ok(None) };
    let depth = log.depth_of_last_source();
    let sql = format!("SELECT {depth} FROM sessions s WHERE s.owner_id = $1 AND s.character_id = $2 AND s.id = $3");
    let last = memory.sources.last().map(|id| id.0);
    let row = query::row(tx, sql, values(memory.scope, [session.0.into(), last.into()])).await?;
    Ok(row.ok_or(StoreError::NotFound)?.try_get_by_index(0)?)
}

/// Takes a memory away with all that would bring it back: those it replaced, what else was made of the same messages word
/// for word or in short, the story, and what her diary says of them. Of an episode also what was learned from its message; of a fact the others of its
/// messages stay. The messages are not remembered again, except those of a summary: it holds much that nobody wanted
/// forgotten.
async fn forget_one(tx: &DatabaseTransaction, log: ChatLog, held: &mut Held<'_>, id: MemoryId) -> StoreResult<u64> {
    let sql = format!("{CHAIN} SELECT m.id, m.kind FROM chain c CROSS JOIN memories m WHERE m.id = c.id");
    let chain = query::rows(tx, sql, held.values([id.0.into()])).await?;
    let (mut forgotten, mut sourced) = (Vec::new(), Vec::new());
    // An episode replaces nothing: it comes alone.
    let mut kinds = "'episode', 'summary'";
    for row in &chain {
        let id: Uuid = row.try_get_by_index(0)?;
        forgotten.push(id);
        match rows::closed(&row.try_get_by_index::<String>(1)?)? {
            MemoryKind::Summary => continue,
            MemoryKind::Episode => kinds = "'episode', 'summary', 'fact'",
            MemoryKind::Fact | MemoryKind::Note => {}
        }
        sourced.push(id);
    }
    if forgotten.is_empty() {
        return Err(StoreError::NotFound);
    }
    let sources: Vec<Uuid> = sources(tx, &sourced).await?.into_values().flatten().map(|id| id.0).collect();
    for list in query::lists(&sources) {
        let places = query::places(1, list.len());
        let sql = format!(
            "SELECT DISTINCT m.id FROM memory_sources s JOIN memories m ON m.id = s.memory_id
            WHERE m.kind IN ({kinds}) AND s.message_id IN ({places})"
        );
        forgotten.extend(query::ids(&query::rows(tx, sql, list.clone()).await?, "id")?);
        let sql = format!(
            "INSERT INTO memory_omissions (message_id, session_id) {} AND m.id IN ({places}) ON CONFLICT DO NOTHING",
            log.live_messages()
        );
        query::run(tx, sql, list).await?;
    }
    diaries::undo(tx, &sources).await?;
    forgotten.extend(held.stories().await?);
    held.take_away(&forgotten).await
}
