//! Diaries. Whoever writes an entry holds the scope of the two, as those do who change memories: so what is written, and what its
//! messages become meanwhile, wait for each other.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::ClosedSet;
use domain::consents::ConsentKind;
use domain::diaries::{DiaryEntry, DiaryPage, DiarySettings, DiarySource, DiaryState};
use domain::ids::{CharacterId, DiaryEntryId, MessageId, SessionId, UserId};
use domain::memories::Scope;
use domain::pages::{Page, PageRequest};
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::elsewhere::ChatLog;
use super::tree::BELOW;
use super::{SqlStore, consents, query, rows, scopes};
use crate::diaries::{DiaryPageStore, DiaryStore, StandingPage, Writing};
use crate::{Conflict, StoreError, StoreResult};

/// How many days before a page belong to its week.
const WEEK: i64 = 6;

fn day(row: &QueryResult) -> StoreResult<Date> {
    let day = rows::small(row.try_get("", "day")?)?;
    Date::from_julian_day(day).map_err(|_| StoreError::Corrupt("a day that is none".into()))
}

fn julian(day: Date) -> i64 {
    i64::from(day.to_julian_day())
}

fn page(row: &QueryResult) -> StoreResult<DiaryPage> {
    Ok(DiaryPage {
        id: DiaryEntryId(row.try_get("", "id")?),
        scope: Scope {
            user: UserId(row.try_get("", "user_id")?),
            character: CharacterId(row.try_get("", "character_id")?),
        },
        day: day(row)?,
        due_at: rows::time(row.try_get("", "due_at")?)?,
        state: rows::closed(&row.try_get::<String>("", "state")?)?,
    })
}

fn entry(scope: Scope, row: &QueryResult) -> StoreResult<DiaryEntry> {
    Ok(DiaryEntry {
        id: DiaryEntryId(row.try_get("", "id")?),
        scope,
        day: day(row)?,
        text: row.try_get("", "text")?,
        written_at: rows::time(row.try_get("", "written_at")?)?,
        model: row.try_get("", "model")?,
        sources: Vec::new(),
    })
}

fn values<const N: usize>(scope: Scope, more: [Value; N]) -> impl Iterator<Item = Value> {
    [scope.user.0.into(), scope.character.0.into()].into_iter().chain(more)
}

fn settings(row: &QueryResult) -> StoreResult<DiarySettings> {
    let Some(on) = row.try_get::<Option<bool>>("", "is_on")? else { return Ok(DiarySettings::default()) };
    let since: Option<i64> = row.try_get("", "since")?;
    Ok(DiarySettings { on, since: since.map(rows::time).transpose()? })
}

#[async_trait]
impl DiaryPageStore for SqlStore {
    async fn wants_page(&self, scope: Scope, now: OffsetDateTime) -> StoreResult<bool> {
        let sql = "SELECT 1 WHERE EXISTS (
                SELECT 1 FROM diary_entries WHERE user_id = $1 AND character_id = $2 AND state = 'open' AND due_at > $3)
            OR EXISTS (SELECT 1 FROM diaries WHERE user_id = $1 AND character_id = $2 AND NOT is_on)
            OR EXISTS (SELECT 1 FROM bonds WHERE user_id = $1 AND character_id = $2 AND NOT is_on)";
        Ok(query::row(self.read(), sql, values(scope, [rows::micros(now).into()])).await?.is_none())
    }

    async fn open_page(&self, page: &DiaryPage) -> StoreResult<()> {
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, page.scope).await?;
        insert(&tx, page, None).await?;
        held.close().await?;
        tx.commit().await
    }

    async fn pages_due(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<DiaryEntryId>> {
        let sql = "SELECT id FROM diary_entries WHERE state = 'open' AND due_at <= $1 ORDER BY due_at, id LIMIT $2";
        let found = query::rows(self.read(), sql, [rows::micros(now).into(), i64::from(limit).into()]).await?;
        Ok(query::ids(&found, "id")?.into_iter().map(DiaryEntryId).collect())
    }

    async fn find_page(&self, id: DiaryEntryId) -> StoreResult<Option<StandingPage>> {
        let sql = "SELECT e.id, e.user_id, e.character_id, e.day, e.state, e.due_at, d.is_on, d.since,
                (SELECT COUNT(*) FROM diary_entries o WHERE o.user_id = e.user_id AND o.character_id = e.character_id
                    AND o.state = 'written' AND o.day < e.day AND o.day >= e.day - $2) AS of_week
            FROM diary_entries e LEFT JOIN diaries d ON d.user_id = e.user_id AND d.character_id = e.character_id
            WHERE e.id = $1";
        let row = query::row(self.read(), sql, [id.0.into(), WEEK.into()]).await?;
        let standing = |row: &QueryResult| {
            let of_week = rows::number(row.try_get("", "of_week")?)?;
            Ok(StandingPage { page: page(row)?, settings: settings(row)?, of_week })
        };
        row.as_ref().map(standing).transpose()
    }

    async fn write_entry(&self, writing: &Writing) -> StoreResult<bool> {
        let (entry, scope) = (&writing.entry, writing.entry.scope);
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        // Whoever changes messages moves the version, and holds the scope meanwhile.
        for (session, known) in &writing.versions {
            let sql = "SELECT w.version FROM sessions s LEFT JOIN memory_watermarks w ON w.session_id = s.id
                WHERE s.owner_id = $1 AND s.character_id = $2 AND s.id = $3";
            let row = query::row(&tx, sql, held.values([session.0.into()])).await?;
            let version = row.map(|row| row.try_get::<Option<i64>>("", "version")).transpose()?;
            if version.map(Option::unwrap_or_default) != Some(rows::signed(*known)) {
                return Err(StoreError::Conflict(Conflict::Outdated));
            }
        }
        let sql = "UPDATE diary_entries SET state = 'written', text = $4, written_at = $5, model = $6
            WHERE user_id = $1 AND character_id = $2 AND id = $3 AND state = 'open'
                AND NOT EXISTS (SELECT 1 FROM diaries WHERE user_id = $1 AND character_id = $2 AND NOT is_on)
                AND NOT EXISTS (SELECT 1 FROM bonds WHERE user_id = $1 AND character_id = $2 AND NOT is_on)";
        let more = [
            entry.id.0.into(),
            entry.text.as_str().into(),
            rows::micros(entry.written_at).into(),
            entry.model.as_deref().into(),
        ];
        if query::run(&tx, sql, held.values(more)).await? == 0 {
            return Ok(false);
        }
        add_sources(&tx, entry).await?;
        held.close().await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn leave_blank(&self, id: DiaryEntryId) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "UPDATE diary_entries SET state = 'blank' WHERE id = $1 AND state = 'open'";
        query::run(&tx, sql, [id.0.into()]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl DiaryStore for SqlStore {
    async fn diary_settings(&self, scope: Scope) -> StoreResult<DiarySettings> {
        let sql = "SELECT is_on, since FROM diaries WHERE user_id = $1 AND character_id = $2";
        let row = query::row(self.read(), sql, values(scope, [])).await?;
        row.as_ref().map_or(Ok(DiarySettings::default()), settings)
    }

    async fn switch_diary(&self, scope: Scope, on: bool, now: OffsetDateTime) -> StoreResult<DiarySettings> {
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        let sql = "SELECT is_on, since FROM diaries WHERE user_id = $1 AND character_id = $2";
        let row = query::row(&tx, sql, held.values([])).await?;
        let before = row.as_ref().map_or(Ok(DiarySettings::default()), settings)?;
        let since = if on && !before.on { Some(now) } else { before.since };
        let sql = "INSERT INTO diaries (user_id, character_id, is_on, since) VALUES ($1, $2, $3, $4)
            ON CONFLICT (user_id, character_id) DO UPDATE SET is_on = $3, since = $4";
        query::run(&tx, sql, held.values([on.into(), since.map(rows::micros).into()])).await?;
        if on != before.on {
            consents::note(&tx, scope.user, ConsentKind::Diary, scope.character, on, now).await?;
        }
        held.close().await?;
        tx.commit().await?;
        Ok(DiarySettings { on, since })
    }

    async fn page_entries(&self, scope: Scope, page: &PageRequest) -> StoreResult<Page<DiaryEntry>> {
        // What is deleted is out of view. Where the chat log is elsewhere, what stands is asked there.
        let in_sight = match self.chat_log {
            ChatLog::Here => {
                " AND NOT EXISTS (SELECT 1 FROM diary_sources s LEFT JOIN messages m ON m.id = s.message_id
                WHERE s.entry_id = e.id AND (m.id IS NULL OR NOT m.in_view))"
            }
            ChatLog::Elsewhere => "",
        };
        let after = page.cursor.as_deref().map(Cursor::read).transpose()?;
        let (day, id) = after.map_or((i64::MAX, Uuid::max()), |cursor| (cursor.time, cursor.id));
        let sql = format!(
            "SELECT e.id, e.day, e.text, e.written_at, e.model FROM diary_entries e
            WHERE e.user_id = $1 AND e.character_id = $2 AND e.state = 'written' AND (e.day, e.id) < ($3, $4){in_sight}
            ORDER BY e.day DESC, e.id DESC LIMIT $5"
        );
        let limit = i64::from(page.limit) + 1;
        let found = query::rows(self.read(), sql, values(scope, [day.into(), id.into(), limit.into()])).await?;
        let entries = found.iter().map(|row| entry(scope, row)).collect::<StoreResult<Vec<_>>>()?;
        let key = |entry: &DiaryEntry| Cursor { first: false, time: julian(entry.day), id: entry.id.0 };
        let (mut items, next_cursor) = cursors::cut(entries, page.limit, key);
        self.with_sources(&mut items).await?;
        Ok(Page { items, next_cursor })
    }

    async fn delete_entry(&self, scope: Scope, id: DiaryEntryId) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "UPDATE diary_entries SET state = 'blank', text = '', written_at = NULL, model = NULL
            WHERE user_id = $1 AND character_id = $2 AND id = $3 AND state = 'written'";
        if query::run(&tx, sql, values(scope, [id.0.into()])).await? == 0 {
            return Err(StoreError::NotFound);
        }
        query::run(&tx, "DELETE FROM diary_sources WHERE entry_id = $1", [id.0.into()]).await?;
        tx.commit().await
    }

    async fn bring_entries(&self, scope: Scope, entries: &[DiaryEntry]) -> StoreResult<u32> {
        let tx = self.begin().await?;
        let held = scopes::hold(&tx, scope).await?;
        let mut brought = 0;
        for entry in entries {
            let page =
                DiaryPage { id: entry.id, scope, day: entry.day, due_at: entry.written_at, state: DiaryState::Written };
            if insert(&tx, &page, Some(entry)).await? {
                add_sources(&tx, entry).await?;
                brought += 1;
            }
        }
        held.close().await?;
        tx.commit().await?;
        Ok(brought)
    }
}

impl SqlStore {
    async fn with_sources(&self, entries: &mut [DiaryEntry]) -> StoreResult<()> {
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.0).collect();
        let mut sources: HashMap<Uuid, Vec<DiarySource>> = HashMap::new();
        for list in query::lists(&ids) {
            let sql = format!(
                "SELECT entry_id, message_id, session_id FROM diary_sources WHERE entry_id IN ({}) ORDER BY message_id",
                query::places(1, list.len())
            );
            for row in query::rows(self.read(), sql, list).await? {
                let source = DiarySource {
                    session: SessionId(row.try_get("", "session_id")?),
                    message: MessageId(row.try_get("", "message_id")?),
                };
                sources.entry(row.try_get("", "entry_id")?).or_default().push(source);
            }
        }
        for entry in entries {
            entry.sources = sources.remove(&entry.id.0).unwrap_or_default();
        }
        Ok(())
    }
}

/// Keeps a page with what stands on it, unless there is one of that day; whether there was none.
async fn insert(tx: &DatabaseTransaction, page: &DiaryPage, entry: Option<&DiaryEntry>) -> StoreResult<bool> {
    let sql = "INSERT INTO diary_entries (id, user_id, character_id, day, state, due_at, text, written_at, model)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let values: [Value; 9] = [
        page.id.0.into(),
        page.scope.user.0.into(),
        page.scope.character.0.into(),
        julian(page.day).into(),
        page.state.as_str().into(),
        rows::micros(page.due_at).into(),
        entry.map_or("", |entry| entry.text.as_str()).into(),
        entry.map(|entry| rows::micros(entry.written_at)).into(),
        entry.and_then(|entry| entry.model.as_deref()).into(),
    ];
    Ok(query::run(tx, sql, values).await? > 0)
}

async fn add_sources(tx: &DatabaseTransaction, entry: &DiaryEntry) -> StoreResult<()> {
    for block in query::blocks(&entry.sources, 3) {
        let sql = format!(
            "INSERT INTO diary_sources (entry_id, message_id, session_id) VALUES {} ON CONFLICT DO NOTHING",
            query::tuples(1, 3, block.len())
        );
        let values =
            block.iter().flat_map(|source| [entry.id.0.into(), source.message.0.into(), source.session.0.into()]);
        query::run(tx, sql, values).await?;
    }
    Ok(())
}

/// What was written from these messages was never written. To be called with the scope held.
pub(super) async fn undo(tx: &DatabaseTransaction, messages: &[Uuid]) -> StoreResult<()> {
    for list in query::lists(messages) {
        let sql = format!(
            "DELETE FROM diary_entries WHERE id IN (SELECT entry_id FROM diary_sources WHERE message_id IN ({}))",
            query::places(1, list.len())
        );
        query::run(tx, sql, list).await?;
    }
    Ok(())
}

/// The same for a message and all below it, which stand here.
pub(super) async fn undo_below(tx: &DatabaseTransaction, message: Uuid) -> StoreResult<()> {
    let sql = format!("{BELOW} SELECT DISTINCT b.id FROM below b CROSS JOIN diary_sources s WHERE s.message_id = b.id");
    let gone = query::ids(&query::rows(tx, sql, [message.into()]).await?, "id")?;
    undo(tx, &gone).await
}

/// The same for all that was said in a session.
pub(super) async fn undo_session(tx: &DatabaseTransaction, session: Uuid) -> StoreResult<()> {
    let sql = "DELETE FROM diary_entries WHERE id IN (SELECT entry_id FROM diary_sources WHERE session_id = $1)";
    query::run(tx, sql, [session.into()]).await.map(|_| ())
}

/// The same for all that was between two.
pub(super) async fn undo_all(tx: &DatabaseTransaction, scope: Scope) -> StoreResult<()> {
    let sql = "DELETE FROM diary_entries WHERE user_id = $1 AND character_id = $2";
    query::run(tx, sql, values(scope, [])).await.map(|_| ())
}
