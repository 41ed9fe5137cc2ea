//! Which sessions memory has fallen behind in. Both looks cost what is behind, however much there is that is not: each goes along
//! an index of nothing else.

use std::sync::Mutex;

use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use super::{SqlStore, for_update, query, rows};
use crate::StoreResult;
use crate::remembering::Lag;

/// How many sessions without facts one look goes past for each that it may find: where none can be learned from, it ends.
const PASSED: i64 = 16;

/// A session of which facts are to be learned, and whether there are enough of them without a pause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unlearned {
    pub session: Uuid,
    pub is_much: bool,
}

/// Where the next look for sessions to learn from goes on: past the last one that was found, and round again.
#[derive(Debug, Default)]
pub(super) struct Round(Mutex<Uuid>);

impl Round {
    fn place(&self) -> Uuid {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn go_on(&self, place: Uuid) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = place;
    }
}

impl SqlStore {
    /// Sessions of which memory has not seen the newest event, the most recent first. What it has seen loses its mark here, and
    /// not where it is seen: whoever takes a step holds its scope, and whoever says something takes the session first.
    pub(super) async fn unseen(&self, limit: u32) -> StoreResult<Vec<Uuid>> {
        let mut unseen = Vec::new();
        let mut beyond: Option<(i64, Uuid)> = None;
        while unseen.len() < limit as usize {
            let wanted = (limit as usize - unseen.len()).max(16);
            let touched = self.touched(beyond, wanted).await?;
            beyond = touched.last().map(|session| (session.said_at, session.id));
            let is_last = touched.len() < wanted;
            let (new, seen): (Vec<Touched>, Vec<Touched>) = touched.into_iter().partition(|session| session.is_unseen);
            self.unmark(&seen).await?;
            unseen.extend(new.into_iter().map(|session| session.id));
            if is_last {
                break;
            }
        }
        unseen.truncate(limit as usize);
        Ok(unseen)
    }

    /// Marked sessions, from the most recent one beyond that place.
    async fn touched(&self, beyond: Option<(i64, Uuid)>, limit: usize) -> StoreResult<Vec<Touched>> {
        let mut values: Vec<Value> = vec![i64::try_from(limit).unwrap_or(i64::MAX).into()];
        let further = beyond.map_or("", |(said_at, id)| {
            values.extend([said_at.into(), id.into()]);
            " AND (s.last_message_at, s.id) < ($2, $3)"
        });
        let sql = format!(
            "SELECT s.id, s.last_message_at, s.seq > COALESCE(w.seq, 0) AS is_unseen
            FROM sessions s LEFT JOIN memory_watermarks w ON w.session_id = s.id
            WHERE s.seq > s.remembered_seq AND s.character_id IS NOT NULL{further}
            ORDER BY s.last_message_at DESC, s.id DESC LIMIT $1"
        );
        query::rows(self.read(), sql, values).await?.iter().map(Touched::read).collect()
    }

    /// A session in which something happened meanwhile is marked still: it is set to what was seen, which is less.
    async fn unmark(&self, seen: &[Touched]) -> StoreResult<()> {
        let seen: Vec<Uuid> = seen.iter().map(|session| session.id).collect();
        for list in query::lists(&seen) {
            let tx = self.begin().await?;
            let some = query::places(1, list.len());
            // In one order, for nodes that look at the same time.
            let sql = format!("SELECT id FROM sessions WHERE id IN ({some}) ORDER BY id{}", for_update(&tx));
            query::rows(&tx, sql, list.clone()).await?;
            let sql = format!(
                "UPDATE sessions SET remembered_seq = (SELECT w.seq FROM memory_watermarks w WHERE w.session_id = sessions.id)
                WHERE id IN ({some}) AND EXISTS (SELECT 1 FROM memory_watermarks w WHERE w.session_id = sessions.id)"
            );
            query::run(&tx, sql, list).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Sessions where facts are behind, each in its turn; whether it was quiet in them since is as of the last step where the
    /// chat log is elsewhere.
    pub(crate) async fn unlearned(&self, lag: Lag, limit: u32) -> StoreResult<Vec<Unlearned>> {
        let Some(messages) = lag.facts else { return Ok(Vec::new()) };
        let (messages, quiet_since) = (i64::from(messages.max(1)), rows::micros(lag.quiet_since));
        let round = &self.inner.unlearned;
        let begin = round.place();
        let mut found: Vec<Unlearned> = Vec::new();
        let mut left = i64::from(limit) * PASSED;
        // To the end, and from the start to where it began.
        for (after, until) in [(begin, Uuid::max()), (Uuid::nil(), begin)] {
            let sql = "SELECT w.session_id, w.episodes, w.facts, s.last_message_at
                FROM memory_watermarks w JOIN sessions s ON s.id = w.session_id
                WHERE w.episodes > w.facts AND w.session_id > $1 AND w.session_id <= $2 ORDER BY w.session_id LIMIT $3";
            let passed = query::rows(self.read(), sql, [after.into(), until.into(), left.into()]).await?;
            left -= i64::try_from(passed.len()).unwrap_or(left);
            for row in &passed {
                let session: Uuid = row.try_get("", "session_id")?;
                round.go_on(session);
                let is_much = row.try_get::<i64>("", "episodes")? - row.try_get::<i64>("", "facts")? >= messages;
                if is_much || row.try_get::<i64>("", "last_message_at")? <= quiet_since {
                    found.push(Unlearned { session, is_much });
                }
                if found.len() >= limit as usize {
                    return Ok(found);
                }
            }
            if left <= 0 {
                break;
            }
        }
        Ok(found)
    }
}

/// A session in which something happened that memory may have seen.
struct Touched {
    id: Uuid,
    said_at: i64,
    is_unseen: bool,
}

impl Touched {
    fn read(row: &QueryResult) -> StoreResult<Self> {
        Ok(Self {
            id: row.try_get("", "id")?,
            said_at: row.try_get("", "last_message_at")?,
            is_unseen: row.try_get("", "is_unseen")?,
        })
    }
}
