//! Lorebooks, as rows.

use async_trait::async_trait;
use domain::ids::{CharacterId, LorebookId, SessionId, UserId};
use domain::lore::Book;
use domain::lore::shelves::{LoreTarget, LoreTargetKind, Lorebook, LorebookBrief};
use domain::pages::{Page, PageRequest};
use domain::{ClosedSet, limits};
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::{SqlStore, query, rows};
use crate::lorebooks::{LoreShelfStore, LorebookStore, Shelved};
use crate::{Conflict, StoreError, StoreResult};

fn brief(row: &QueryResult) -> StoreResult<LorebookBrief> {
    Ok(LorebookBrief {
        id: LorebookId(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        description: row.try_get("", "description")?,
        mode: rows::closed(&row.try_get::<String>("", "mode")?)?,
        entries: rows::number(row.try_get("", "entries")?)?,
        revision: rows::number(row.try_get("", "revision")?)?,
        created_at: rows::time(row.try_get("", "created_at")?)?,
        updated_at: rows::time(row.try_get("", "updated_at")?)?,
    })
}

fn lorebook(row: &QueryResult) -> StoreResult<Lorebook> {
    let LorebookBrief { id, revision, created_at, updated_at, .. } = brief(row)?;
    let owner = UserId(row.try_get("", "owner_id")?);
    let book = read_book(&row.try_get::<String>("", "book")?)?;
    Ok(Lorebook { id, owner, book, revision, created_at, updated_at })
}

fn id_of(target: LoreTarget) -> Uuid {
    match target {
        LoreTarget::Character(id) => id.0,
        LoreTarget::Person(id) => id.0,
        LoreTarget::Session(id) => id.0,
    }
}

fn target(row: &QueryResult) -> StoreResult<LoreTarget> {
    let id: Uuid = row.try_get("", "target_id")?;
    Ok(match rows::closed(&row.try_get::<String>("", "target_kind")?)? {
        LoreTargetKind::Character => LoreTarget::Character(CharacterId(id)),
        LoreTargetKind::Person => LoreTarget::Person(UserId(id)),
        LoreTargetKind::Session => LoreTarget::Session(SessionId(id)),
    })
}

/// Takes the row of a person: two of their changes that are counted wait for each other.
async fn hold_owner(tx: &DatabaseTransaction, owner: UserId) -> StoreResult<()> {
    let sql = "UPDATE users SET updated_at = updated_at WHERE id = $1 RETURNING id";
    query::row(tx, sql, [owner.0.into()]).await?.map(|_| ()).ok_or(StoreError::NotFound)
}

async fn counted(tx: &DatabaseTransaction, sql: &str, of: Uuid) -> StoreResult<u64> {
    let row = query::row(tx, sql, [of.into()]).await?;
    rows::number(row.map_or(Ok(0), |row| row.try_get::<i64>("", "counted"))?)
}

async fn insert(tx: &DatabaseTransaction, lorebook: &Lorebook) -> StoreResult<()> {
    let brief = LorebookBrief::from(lorebook);
    let sql =
        "INSERT INTO lorebooks (id, owner_id, name, description, mode, entries, book, revision, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values: [Value; 10] = [
        lorebook.id.0.into(),
        lorebook.owner.0.into(),
        brief.name.into(),
        brief.description.into(),
        brief.mode.as_str().into(),
        i64::from(brief.entries).into(),
        rows::json(&lorebook.book)?.into(),
        i64::from(lorebook.revision).into(),
        rows::micros(lorebook.created_at).into(),
        rows::micros(lorebook.updated_at).into(),
    ];
    query::run(tx, sql, values).await.map(|_| ())
}

/// A book as it stands in a row. What was written before entries had all their fields says of them what came with it.
fn read_book(text: &str) -> StoreResult<Book> {
    let book: Book = rows::from_json(text)?;
    Ok(if text.contains("\"triggers\":") { book } else { book.with_later_settings() })
}

/// Keeps a new book of a person whose row is held, open with a character of theirs; not when they have too many already.
pub(super) async fn insert_open_with(
    tx: &DatabaseTransaction,
    lorebook: &Lorebook,
    character: CharacterId,
) -> StoreResult<bool> {
    let sql = "SELECT COUNT(*) AS counted FROM lorebooks WHERE owner_id = $1";
    if counted(tx, sql, lorebook.owner.0).await? >= limits::LOREBOOKS {
        return Ok(false);
    }
    insert(tx, lorebook).await?;
    open_at(tx, lorebook.id, LoreTarget::Character(character), lorebook.created_at).await?;
    Ok(true)
}

/// Has a book stand open somewhere where it does not yet.
async fn open_at(tx: &DatabaseTransaction, id: LorebookId, target: LoreTarget, now: OffsetDateTime) -> StoreResult<()> {
    let (character, session) = match target {
        LoreTarget::Character(character) => (Some(character.0), None),
        LoreTarget::Person(_) => (None, None),
        LoreTarget::Session(session) => (None, Some(session.0)),
    };
    let sql = "INSERT INTO open_lorebooks (target_id, lorebook_id, target_kind, character_id, session_id, since)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let values: [Value; 6] = [
        id_of(target).into(),
        id.0.into(),
        target.kind().as_str().into(),
        character.into(),
        session.into(),
        rows::micros(now).into(),
    ];
    query::run(tx, sql, values).await.map(|_| ())
}

#[async_trait]
impl LorebookStore for SqlStore {
    async fn create_lorebook(&self, lorebook: &Lorebook) -> StoreResult<()> {
        let tx = self.begin().await?;
        hold_owner(&tx, lorebook.owner).await?;
        let sql = "SELECT COUNT(*) AS counted FROM lorebooks WHERE owner_id = $1";
        if counted(&tx, sql, lorebook.owner.0).await? >= limits::LOREBOOKS {
            return Err(StoreError::Conflict(Conflict::TooManyLorebooks));
        }
        insert(&tx, lorebook).await?;
        tx.commit().await
    }

    async fn find_lorebook(&self, owner: UserId, id: LorebookId) -> StoreResult<Option<Lorebook>> {
        let sql = "SELECT * FROM lorebooks WHERE id = $1 AND owner_id = $2";
        query::row(self.read(), sql, [id.0.into(), owner.0.into()]).await?.as_ref().map(lorebook).transpose()
    }

    async fn page_lorebooks(&self, owner: UserId, page: &PageRequest) -> StoreResult<Page<LorebookBrief>> {
        let mut values: Vec<Value> = vec![owner.0.into(), (i64::from(page.limit) + 1).into()];
        let mut sql = "SELECT id, name, description, mode, entries, revision, created_at, updated_at FROM lorebooks WHERE owner_id = $1".to_owned();
        if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
            sql += " AND (created_at, id) < ($3, $4)";
            values.extend([cursor.time.into(), cursor.id.into()]);
        }
        sql += " ORDER BY created_at DESC, id DESC LIMIT $2";
        let found = query::rows(self.read(), sql, values).await?;
        let found = found.iter().map(brief).collect::<StoreResult<Vec<_>>>()?;
        let key = |brief: &LorebookBrief| Cursor { first: false, time: rows::micros(brief.created_at), id: brief.id.0 };
        let (items, next_cursor) = cursors::cut(found, page.limit, key);
        Ok(Page { items, next_cursor })
    }

    async fn replace_lorebook(
        &self,
        owner: UserId,
        id: LorebookId,
        revision: u32,
        book: &Book,
        now: OffsetDateTime,
    ) -> StoreResult<Lorebook> {
        let tx = self.begin().await?;
        let sql =
            "UPDATE lorebooks SET name = $4, description = $5, mode = $6, entries = $7, book = $8, updated_at = $9,
            revision = revision + 1 WHERE id = $1 AND owner_id = $2 AND revision = $3 RETURNING *";
        let values: [Value; 9] = [
            id.0.into(),
            owner.0.into(),
            i64::from(revision).into(),
            book.name.clone().into(),
            book.description.clone().into(),
            book.mode.as_str().into(),
            i64::try_from(book.entries.len()).unwrap_or(i64::MAX).into(),
            rows::json(book)?.into(),
            rows::micros(now).into(),
        ];
        let Some(row) = query::row(&tx, sql, values).await? else {
            let sql = "SELECT 1 FROM lorebooks WHERE id = $1 AND owner_id = $2";
            let is_there = query::row(&tx, sql, [id.0.into(), owner.0.into()]).await?.is_some();
            return Err(if is_there { StoreError::Conflict(Conflict::Outdated) } else { StoreError::NotFound });
        };
        let kept = lorebook(&row)?;
        tx.commit().await?;
        Ok(kept)
    }

    async fn delete_lorebook(&self, owner: UserId, id: LorebookId) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "DELETE FROM lorebooks WHERE id = $1 AND owner_id = $2";
        if query::run(&tx, sql, [id.0.into(), owner.0.into()]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        tx.commit().await
    }
}

#[async_trait]
impl LoreShelfStore for SqlStore {
    async fn open_lorebook(
        &self,
        owner: UserId,
        id: LorebookId,
        target: LoreTarget,
        now: OffsetDateTime,
    ) -> StoreResult<()> {
        let tx = self.begin().await?;
        hold_owner(&tx, owner).await?;
        let sql = "SELECT 1 FROM lorebooks WHERE id = $1 AND owner_id = $2";
        query::row(&tx, sql, [id.0.into(), owner.0.into()]).await?.ok_or(StoreError::NotFound)?;
        match target {
            LoreTarget::Character(character) => {
                let lock = super::for_update(&tx);
                let sql = format!("SELECT 1 FROM characters WHERE id = $1 AND owner_id = $2 AND NOT deleted{lock}");
                query::row(&tx, sql, [character.0.into(), owner.0.into()]).await?.ok_or(StoreError::NotFound)?;
            }
            LoreTarget::Person(person) if person != owner => return Err(StoreError::NotFound),
            LoreTarget::Person(_) => {}
            LoreTarget::Session(session) => {
                let lock = super::for_update(&tx);
                let sql = format!("SELECT 1 FROM sessions WHERE id = $1{lock}");
                query::row(&tx, sql, [session.0.into()]).await?.ok_or(StoreError::NotFound)?;
            }
        }
        let at = id_of(target);
        let sql = "SELECT 1 FROM open_lorebooks WHERE target_id = $1 AND lorebook_id = $2";
        if query::row(&tx, sql, [at.into(), id.0.into()]).await?.is_some() {
            return Ok(());
        }
        let sql = "SELECT COUNT(*) AS counted FROM open_lorebooks WHERE target_id = $1";
        if counted(&tx, sql, at).await? >= limits::LOREBOOKS_ATTACHED {
            return Err(StoreError::Conflict(Conflict::TooManyLorebooks));
        }
        open_at(&tx, id, target, now).await?;
        tx.commit().await
    }

    async fn close_lorebook(&self, owner: UserId, id: LorebookId, target: LoreTarget) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "SELECT 1 FROM lorebooks WHERE id = $1 AND owner_id = $2";
        query::row(&tx, sql, [id.0.into(), owner.0.into()]).await?.ok_or(StoreError::NotFound)?;
        let sql = "DELETE FROM open_lorebooks WHERE target_id = $1 AND lorebook_id = $2";
        query::run(&tx, sql, [id_of(target).into(), id.0.into()]).await?;
        tx.commit().await
    }

    async fn lorebook_targets(&self, owner: UserId, id: LorebookId) -> StoreResult<Vec<LoreTarget>> {
        let sql = "SELECT o.target_id, o.target_kind FROM open_lorebooks o JOIN lorebooks b ON b.id = o.lorebook_id
            WHERE b.id = $1 AND b.owner_id = $2 ORDER BY o.since, o.target_id";
        let found = query::rows(self.read(), sql, [id.0.into(), owner.0.into()]).await?;
        found.iter().map(target).collect()
    }

    async fn shelf(&self, targets: &[LoreTarget]) -> StoreResult<Vec<Shelved>> {
        let ids: Vec<Uuid> = targets.iter().map(|target| id_of(*target)).collect();
        let mut found = Vec::new();
        for list in query::lists(&ids) {
            let sql = format!(
                "SELECT o.target_id, o.target_kind, b.id, b.owner_id, b.revision FROM open_lorebooks o
                JOIN lorebooks b ON b.id = o.lorebook_id WHERE o.target_id IN ({}) ORDER BY o.since, b.id",
                query::places(1, list.len())
            );
            for row in query::rows(self.read(), sql, list).await? {
                found.push(Shelved {
                    id: LorebookId(row.try_get("", "id")?),
                    owner: UserId(row.try_get("", "owner_id")?),
                    target: target(&row)?,
                    revision: rows::number(row.try_get("", "revision")?)?,
                });
            }
        }
        found.retain(|shelved| targets.contains(&shelved.target));
        found.sort_by_key(|shelved| targets.iter().position(|target| *target == shelved.target));
        Ok(found)
    }

    async fn shelved_book(&self, target: LoreTarget, id: LorebookId) -> StoreResult<Option<(u32, Book)>> {
        let sql = "SELECT b.revision, b.book FROM open_lorebooks o JOIN lorebooks b ON b.id = o.lorebook_id
            WHERE o.target_id = $1 AND o.lorebook_id = $2 AND o.target_kind = $3";
        let values = [id_of(target).into(), id.0.into(), target.kind().as_str().into()];
        let Some(row) = query::row(self.read(), sql, values).await? else { return Ok(None) };
        Ok(Some((rows::number(row.try_get("", "revision")?)?, read_book(&row.try_get::<String>("", "book")?)?)))
    }
}
