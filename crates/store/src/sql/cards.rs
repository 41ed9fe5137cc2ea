//! Cards, as rows.

use async_trait::async_trait;
use domain::cards::{CardFile, KeptCard};
use domain::ids::{CharacterId, LorebookId, UserId};
use domain::{ClosedSet, limits};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};
use uuid::Uuid;

use super::{SqlStore, characters, lorebooks, query, routes, rows};
use crate::cards::{CardStore, Imported, NewImport};
use crate::{StoreError, StoreResult};

#[async_trait]
impl CardStore for SqlStore {
    async fn import_character(&self, import: NewImport<'_>, once: bool) -> StoreResult<Imported> {
        let NewImport { character, avatar, card, book, files, route, images } = import;
        let owner = character.owner.ok_or(StoreError::NotFound)?;
        let tx = self.begin().await?;
        // Holds the person's row: of two who bring the same file at once, the second finds the first.
        characters::may_make(&tx, owner).await?;
        if once && let Some(first) = imported(&tx, owner, &card.digest).await? {
            return Ok(Imported::Known(first));
        }
        characters::insert(&tx, character, avatar).await?;
        let with_book = match book {
            Some(book) => lorebooks::insert_open_with(&tx, book, character.id).await?,
            None => false,
        };
        let sql = "INSERT INTO cards (character_id, version, raw, digest, book_id) VALUES ($1, $2, $3, $4, $5)";
        let values: [Value; 5] = [
            character.id.0.into(),
            card.version.as_str().into(),
            card.raw.as_str().into(),
            card.digest.as_str().into(),
            card.book.filter(|_| with_book).map(|book| book.0).into(),
        ];
        query::run(&tx, sql, values).await?;
        if let Some(route) = route {
            routes::keep(&tx, character.id, route, character.created_at).await?;
        }
        routes::keep_images(&tx, character.id, images).await?;
        let with_files = keep_files(&tx, owner, character.id, files).await?;
        tx.commit().await?;
        Ok(Imported::Made { with_book, with_files })
    }

    async fn find_card(&self, owner: UserId, character: CharacterId) -> StoreResult<Option<KeptCard>> {
        let sql = "SELECT k.version, k.raw, k.digest, k.book_id FROM cards k JOIN characters c ON c.id = k.character_id
            WHERE k.character_id = $1 AND c.owner_id = $2 AND NOT c.deleted";
        let Some(row) = query::row(self.read(), sql, [character.0.into(), owner.0.into()]).await? else {
            return Ok(None);
        };
        Ok(Some(KeptCard {
            version: rows::closed(&row.try_get::<String>("", "version")?)?,
            raw: row.try_get("", "raw")?,
            digest: row.try_get("", "digest")?,
            book: row.try_get::<Option<Uuid>>("", "book_id")?.map(LorebookId),
        }))
    }

    async fn card_files(&self, owner: UserId, character: CharacterId) -> StoreResult<Vec<CardFile>> {
        let sql = "SELECT f.path, f.bytes FROM card_files f JOIN characters c ON c.id = f.character_id
            WHERE f.character_id = $1 AND c.owner_id = $2 AND NOT c.deleted ORDER BY f.n";
        let found = query::rows(self.read(), sql, [character.0.into(), owner.0.into()]).await?;
        found
            .iter()
            .map(|row| Ok(CardFile { path: row.try_get("", "path")?, bytes: row.try_get("", "bytes")? }))
            .collect()
    }

    async fn find_imported(&self, owner: UserId, digest: &str) -> StoreResult<Option<CharacterId>> {
        imported(self.read(), owner, digest).await
    }
}

/// Keeps what came beside a card, unless that is too much with all of the person's others.
async fn keep_files(
    tx: &DatabaseTransaction,
    owner: UserId,
    character: CharacterId,
    files: &[CardFile],
) -> StoreResult<bool> {
    if files.is_empty() {
        return Ok(false);
    }
    let sql = "SELECT CAST(COALESCE(SUM(LENGTH(f.bytes)), 0) AS bigint) AS kept FROM card_files f
        JOIN characters c ON c.id = f.character_id WHERE c.owner_id = $1";
    let kept = query::row(tx, sql, [owner.0.into()]).await?.map_or(Ok(0), |row| row.try_get::<i64>("", "kept"))?;
    let new: u64 = files.iter().map(|file| file.bytes.len() as u64).sum();
    if rows::number::<u64>(kept)?.saturating_add(new) > limits::CARD_FILES_PER_PERSON {
        return Ok(false);
    }
    for (n, file) in (0_i64..).zip(files) {
        let sql = "INSERT INTO card_files (character_id, n, path, bytes) VALUES ($1, $2, $3, $4)";
        let values: [Value; 4] =
            [character.0.into(), n.into(), file.path.as_str().into(), file.bytes.as_slice().to_vec().into()];
        query::run(tx, sql, values).await?;
    }
    Ok(true)
}

async fn imported<C: ConnectionTrait>(conn: &C, owner: UserId, digest: &str) -> StoreResult<Option<CharacterId>> {
    let sql = "SELECT c.id FROM cards k JOIN characters c ON c.id = k.character_id
        WHERE k.digest = $1 AND c.owner_id = $2 AND NOT c.deleted ORDER BY c.created_at, c.id LIMIT 1";
    let row = query::row(conn, sql, [digest.into(), owner.0.into()]).await?;
    Ok(row.map(|row| row.try_get::<Uuid>("", "id")).transpose()?.map(CharacterId))
}
