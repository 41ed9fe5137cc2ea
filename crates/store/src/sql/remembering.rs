//! How far sessions are remembered, as rows, and the steps that bring them on.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::memories::{EndReason, Ended, Scope, SummaryScale};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Value};
use uuid::Uuid;

use super::memories::{AFTER, COLUMNS, memory};
use super::scopes::{self, Held, NewRow};
use super::{SqlStore, elsewhere, query, rows, vectors};
use crate::remembering::{
    Behind, Lag, NewVector, Remembered, RememberingStore, Step, Trail, Unembedded, Watermark, behind,
};
use crate::{Conflict, StoreError, StoreResult};

#[async_trait]
impl RememberingStore for SqlStore {
    async fn behind(&self, lag: Lag, limit: u32) -> StoreResult<Vec<Behind>> {
        let unseen = self.unseen(limit).await?;
        // Facts are learned from what has episodes.
        let unlearned = self.unlearned(lag, (limit / 5).max(1)).await?;
        Ok(behind(unseen, unlearned.into_iter().map(|unlearned| unlearned.session)))
    }

    async fn remembered(&self, session: SessionId) -> StoreResult<Remembered> {
        let sql = "SELECT w.seq, w.episodes, w.facts, w.version, c.forgotten_until FROM sessions s
                LEFT JOIN memory_watermarks w ON w.session_id = s.id
                LEFT JOIN memory_scopes c ON c.user_id = s.owner_id AND c.character_id = s.character_id
            WHERE s.id = $1";
        let row = query::row(self.read(), sql, [session.0.into()]).await?.ok_or(StoreError::NotFound)?;
        // Later than the version: with what is omitted after it, a step is outdated.
        let sql = "SELECT message_id FROM memory_omissions WHERE session_id = $1";
        let omitted = query::rows(self.read(), sql, [session.0.into()]).await?;
        Ok(Remembered {
            watermark: watermark(&row)?,
            forgotten_until: row.try_get::<Option<i64>>("", "forgotten_until")?.map(rows::time).transpose()?,
            omitted: query::ids(&omitted, "message_id")?.into_iter().map(MessageId).collect(),
        })
    }

    async fn trail(&self, session: SessionId, depth: u32) -> StoreResult<Option<Trail>> {
        let sql =
            "SELECT anchor_id, depth FROM memories WHERE session_id = $1 AND depth <= $2 AND anchor_id IS NOT NULL
            ORDER BY depth DESC LIMIT 1";
        let Some(row) = query::row(self.read(), sql, [session.0.into(), i64::from(depth).into()]).await? else {
            return Ok(None);
        };
        Ok(Some(Trail {
            message: MessageId(row.try_get("", "anchor_id")?),
            depth: rows::number(row.try_get("", "depth")?)?,
        }))
    }

    async fn step(&self, step: &Step) -> StoreResult<()> {
        self.take_step(step, None).await
    }

    async fn unembedded(&self, embedder: &str, limit: u32) -> StoreResult<Vec<Unembedded>> {
        let mut found = Vec::new();
        // In the order of an index, however many there are: '' stands before every name.
        for which in ["m.embedder < $1", "m.embedder > $1"] {
            let sql = format!(
                "SELECT {COLUMNS}, m.user_id, m.character_id, m.text_revision FROM memories m
                WHERE m.ended_at IS NULL AND {which} ORDER BY m.embedder, m.created_at, m.id LIMIT $2"
            );
            let left = i64::from(limit).saturating_sub_unsigned(found.len() as u64);
            if left > 0 {
                found.extend(query::rows(self.read(), sql, [embedder.into(), left.into()]).await?);
            }
        }
        let unembedded = |row: &QueryResult| {
            let revision = rows::number(row.try_get_by_index(AFTER + 2)?)?;
            Ok(Unembedded { memory: memory(row, scope(row)?, Vec::new())?, revision })
        };
        found.iter().map(unembedded).collect()
    }

    async fn save_vectors(&self, embedder: &str, vectors: &[NewVector]) -> StoreResult<()> {
        let tx = self.begin().await?;
        for (scope, vectors) in by_scope(&tx, vectors).await? {
            let mut held = scopes::hold(&tx, scope).await?;
            for block in query::blocks(&vectors, 3) {
                save(&tx, &mut held, embedder, block).await?;
            }
            held.close().await?;
        }
        tx.commit().await
    }
}

impl SqlStore {
    /// Takes a step. `said_at` is for a chat log elsewhere: when something was last said in the session, as it was when
    /// the caller found the anchors in view.
    pub(crate) async fn take_step(&self, step: &Step, said_at: Option<i64>) -> StoreResult<()> {
        let tx = self.begin().await?;
        // The session before its scope, as whoever deletes it takes them.
        if let Some(said_at) = said_at {
            elsewhere::said(&tx, step.session, said_at).await?;
        }
        // Whoever deletes the session must hold its scope too.
        let mut held = scopes::hold(&tx, step.scope).await?;
        let sql = "SELECT 1 FROM sessions WHERE owner_id = $1 AND character_id = $2 AND id = $3";
        let there = query::row(&tx, sql, held.values([step.session.0.into()])).await?;
        there.ok_or(StoreError::NotFound)?;
        go_on(&tx, step).await?;
        if said_at.is_none() {
            // With the watermark held: whoever turns the way from here on finds what this step remembers.
            refuse_strays(&tx, step).await?;
        }
        let mut gone: Vec<Uuid> = step.withdraw.iter().map(|id| id.0).collect();
        if let Some(depth) = step.withdraw_from {
            let sql = "SELECT id FROM memories WHERE session_id = $1 AND depth >= $2 AND kind <> 'note'";
            let below = query::rows(&tx, sql, [step.session.0.into(), i64::from(depth).into()]).await?;
            gone.extend(query::ids(&below, "id")?);
        }
        if held.take_away(&gone).await? > 0 {
            held.outdate().await?;
        }
        if step.add.iter().any(|new| new.memory.scale == Some(SummaryScale::Story)) {
            let before = held.stories().await?;
            held.take_away(&before).await?;
        }
        let new: Vec<NewRow<'_>> =
            step.add.iter().map(|new| NewRow { memory: &new.memory, depth: new.depth.map(i64::from) }).collect();
        let added = held.add(&new).await?;
        for new in step.add.iter().filter(|new| added.contains(&new.memory.id.0)) {
            let ended = Ended { at: new.memory.happened_at, reason: EndReason::Superseded, by: new.memory.id };
            for superseded in &new.supersedes {
                held.end(superseded.0, ended).await?;
            }
        }
        held.close().await?;
        tx.commit().await
    }
}

pub(super) fn watermark(row: &QueryResult) -> StoreResult<Watermark> {
    let number = |column: &str| row.try_get::<Option<i64>>("", column).map(Option::unwrap_or_default);
    Ok(Watermark {
        seq: rows::number(number("seq")?)?,
        episodes: rows::number(number("episodes")?)?,
        facts: rows::number(number("facts")?)?,
        version: rows::number(number("version")?)?,
    })
}

fn scope(row: &QueryResult) -> StoreResult<Scope> {
    Ok(Scope { user: UserId(row.try_get_by_index(AFTER)?), character: CharacterId(row.try_get_by_index(AFTER + 1)?) })
}

/// Moves what the step moves of the watermark, if that is where the step began and nothing is gone since.
async fn go_on(tx: &DatabaseTransaction, step: &Step) -> StoreResult<()> {
    // A session without a row has the version 0.
    let sql = "INSERT INTO memory_watermarks (session_id, seq, episodes, facts, version) VALUES ($1, 0, 0, 0, 0)
        ON CONFLICT DO NOTHING";
    query::run(tx, sql, [step.session.0.into()]).await?;
    // NULL is what the step leaves as it is, wherever that is by now.
    let sql =
        "UPDATE memory_watermarks SET seq = CASE WHEN seq < $3 THEN $3 ELSE seq END, episodes = COALESCE($5, episodes),
            facts = COALESCE($7, facts)
        WHERE session_id = $1 AND version = $2 AND episodes = COALESCE($4, episodes) AND facts = COALESCE($6, facts)";
    let (from, to) = (step.from, step.to);
    let moved = |is_moved: bool, depth: u32| is_moved.then(|| i64::from(depth));
    let (looked, learned) = (to.episodes != from.episodes || to.seq != from.seq, to.facts != from.facts);
    let values = [
        step.session.0.into(),
        rows::signed(from.version).into(),
        rows::signed(to.seq).into(),
        moved(looked, from.episodes).into(),
        moved(looked, to.episodes).into(),
        moved(learned, from.facts).into(),
        moved(learned, to.facts).into(),
    ];
    if query::run(tx, sql, values).await? == 0 {
        return Err(StoreError::Conflict(Conflict::Outdated));
    }
    Ok(())
}

/// Refuses what is remembered of messages out of view: the way turned while they were read.
async fn refuse_strays(tx: &DatabaseTransaction, step: &Step) -> StoreResult<()> {
    let anchors: HashSet<Uuid> =
        step.add.iter().flat_map(|new| new.memory.anchors()).map(|message| message.0).collect();
    let anchors: Vec<Uuid> = anchors.into_iter().collect();
    let mut in_view = 0;
    for list in query::lists(&anchors) {
        // What is deleted is out of view.
        let sql = format!("SELECT id FROM messages WHERE in_view AND id IN ({})", query::places(1, list.len()));
        in_view += query::rows(tx, sql, list).await?.len();
    }
    if in_view < anchors.len() {
        return Err(StoreError::Conflict(Conflict::Outdated));
    }
    Ok(())
}

/// Vectors by the scope of their memories, in one order for all nodes, so that no two wait for each other.
async fn by_scope<'v>(
    tx: &DatabaseTransaction,
    vectors: &'v [NewVector],
) -> StoreResult<BTreeMap<Scope, Vec<&'v NewVector>>> {
    let by_id: HashMap<Uuid, &NewVector> = vectors.iter().map(|vector| (vector.memory.0, vector)).collect();
    let ids: Vec<Uuid> = by_id.keys().copied().collect();
    let mut scopes: BTreeMap<Scope, Vec<&NewVector>> = BTreeMap::new();
    for list in query::lists(&ids) {
        let sql =
            format!("SELECT id, user_id, character_id FROM memories WHERE id IN ({})", query::places(1, list.len()));
        for row in query::rows(tx, sql, list).await? {
            let user = UserId(row.try_get("", "user_id")?);
            let scope = Scope { user, character: CharacterId(row.try_get("", "character_id")?) };
            let vector = by_id.get(&row.try_get("", "id")?).copied();
            scopes.entry(scope).or_default().extend(vector);
        }
    }
    Ok(scopes)
}

/// Keeps vectors of the texts as they are.
async fn save(
    tx: &DatabaseTransaction,
    held: &mut Held<'_>,
    embedder: &str,
    vectors: &[&NewVector],
) -> StoreResult<()> {
    let sql = format!(
        "WITH new (id, text_revision, revision) AS (VALUES {}) UPDATE memories SET embedder = $1, revision = new.revision FROM new
        WHERE memories.id = new.id AND memories.text_revision = new.text_revision RETURNING memories.id",
        query::tuples(2, 3, vectors.len())
    );
    let new: Vec<Value> = vectors
        .iter()
        .flat_map(|new| [new.memory.0.into(), rows::signed(new.revision).into(), held.next().into()])
        .collect();
    let saved = query::rows(tx, sql, std::iter::once(embedder.into()).chain(new)).await?;
    let saved: HashSet<Uuid> = query::ids(&saved, "id")?.into_iter().collect();
    let saved: Vec<&NewVector> = vectors.iter().copied().filter(|new| saved.contains(&new.memory.0)).collect();
    for block in query::blocks(&saved, 2) {
        let backend = tx.get_database_backend();
        let rows: Vec<String> =
            (0..block.len()).map(|n| format!("(${}, {})", 2 * n + 1, vectors::place(backend, 2 * n + 2))).collect();
        // What the version before wrote into the other column is void.
        let (column, other) = match backend {
            DbBackend::Sqlite => ("vector", ""),
            _ => ("half", ", vector = NULL"),
        };
        let sql = format!(
            "INSERT INTO memory_vectors (memory_id, {column}) VALUES {}
            ON CONFLICT (memory_id) DO UPDATE SET {column} = excluded.{column}{other}",
            rows.join(", ")
        );
        let values = block.iter().flat_map(|new| [new.memory.0.into(), vectors::value(backend, &new.vector)]);
        query::run(tx, sql, values).await?;
    }
    Ok(())
}
