//! Moments, as rows. Whoever changes how much is liked or said of one takes its row, so that counts are right whatever happens at
//! once; before it the row of the person who does so, so that nobody who goes leaves anything behind.

mod feed;
pub(super) mod seen;

use async_trait::async_trait;
use domain::ClosedSet;
use domain::chats::Author;
use domain::ids::{MomentId, UserId};
use domain::moments::{MomentPatch, NewMoment, SeenMoment};
use domain::pages::{Page, PageRequest};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Value};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::{SqlStore, jobs, profiles, query, rows};
use crate::jobs::Wanted;
use crate::moments::{Kept, MomentStore};
use crate::{Conflict, StoreError, StoreResult};

/// That a moment `m` is one that the person at this place answers for.
fn answered_for(user: &str) -> String {
    format!(
        "(m.person_id = {user} OR EXISTS (SELECT 1 FROM characters c
            WHERE c.id = m.character_id AND c.owner_id = {user} AND NOT c.deleted))"
    )
}

/// The person, held so that they do not go meanwhile. One whom an older version made gets a profile first.
pub(super) async fn hold_person(tx: &DatabaseTransaction, user: UserId) -> StoreResult<()> {
    let lock = super::for_share(tx);
    let sql = format!("SELECT 1 FROM users WHERE id = $1{lock}");
    query::row(tx, sql, [user.0.into()]).await?.ok_or(StoreError::NotFound)?;
    if !hold_profile(tx, user).await? {
        profiles::ensure(tx, user).await?;
    }
    Ok(())
}

/// The profile that new rows refer to, taken before any moment is: whoever goes takes them in this order, too. Whether there is one.
pub(super) async fn hold_profile(tx: &DatabaseTransaction, user: UserId) -> StoreResult<bool> {
    let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR KEY SHARE" } else { "" };
    let sql = format!("SELECT 1 FROM profiles WHERE user_id = $1{lock}");
    Ok(query::row(tx, sql, [user.0.into()]).await?.is_some())
}

/// Writes a moment whose sender is held.
pub(super) async fn insert(tx: &DatabaseTransaction, new: &NewMoment) -> StoreResult<()> {
    let author = new.character.map_or(new.sender.0, |character| character.0);
    let person = new.character.is_none().then_some(new.sender.0);
    let sql = "INSERT INTO moments (id, author_id, person_id, character_id, text, visibility, characters_may_comment, likes, comments, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)";
    let values: [Value; 8] = [
        new.id.0.into(),
        author.into(),
        person.into(),
        new.character.map(|character| character.0).into(),
        new.text.as_str().into(),
        new.visibility.as_str().into(),
        new.characters_may_comment.into(),
        rows::micros(new.at).into(),
    ];
    query::run(tx, sql, values).await?;
    for (place, image) in (0_i64..).zip(&new.images) {
        let sql =
            "UPDATE uploads SET moment_id = $1, place = $2 WHERE media_id = $3 AND owner_id = $4 AND moment_id IS NULL";
        let values = [new.id.0.into(), place.into(), image.0.into(), new.sender.0.into()];
        if query::run(tx, sql, values).await? == 0 {
            return Err(StoreError::Conflict(Conflict::ImageUnavailable));
        }
    }
    Ok(())
}

/// Deletes these moments, which are held, with all that belongs to them.
async fn erase(tx: &DatabaseTransaction, ids: &[Uuid]) -> StoreResult<()> {
    for list in query::lists(ids) {
        let places = query::places(1, list.len());
        for sql in [
            format!("DELETE FROM media WHERE id IN (SELECT media_id FROM uploads WHERE moment_id IN ({places}))"),
            format!("DELETE FROM moments WHERE id IN ({places})"),
        ] {
            query::run(tx, sql, list.clone()).await?;
        }
    }
    // What was told of them points at nothing.
    let told: Vec<String> = ids.iter().map(|id| MomentId(*id).to_string()).collect();
    for block in query::blocks(&told, 1) {
        let sql = format!(
            "DELETE FROM notifications WHERE subject_kind = 'moment' AND subject_id IN ({})",
            query::places(1, block.len())
        );
        query::run(tx, sql, block.iter().map(|id| Value::from(id.as_str()))).await?;
    }
    Ok(())
}

/// Deletes one moment with all that belongs to it; whether it was there.
pub(super) async fn erase_one(tx: &DatabaseTransaction, id: MomentId) -> StoreResult<bool> {
    let lock = super::for_update(tx);
    let there = query::row(tx, format!("SELECT 1 FROM moments WHERE id = $1{lock}"), [id.0.into()]).await?.is_some();
    erase(tx, &[id.0]).await?;
    Ok(there)
}

/// These authors go: their moments with all that belongs to them, and what they liked and said elsewhere, with what answers that.
/// `authors` selects their ids by `value`, which is `$1`.
pub(super) async fn depart(tx: &DatabaseTransaction, authors: &str, value: Uuid) -> StoreResult<()> {
    let said = format!(
        "(author_id IN ({authors}) OR reply_to IN (SELECT id FROM moment_comments WHERE author_id IN ({authors})))"
    );
    let touched = format!(
        "SELECT id FROM moments WHERE author_id IN ({authors})
            OR id IN (SELECT moment_id FROM moment_likes WHERE person_id IN ({authors}))
            OR id IN (SELECT moment_id FROM moment_comments WHERE {said}) ORDER BY id"
    );
    let touched = query::ids(&query::rows(tx, touched, [value.into()]).await?, "id")?;
    let own = hold(tx, authors, value, &touched).await?;
    // Nothing is changed that is not held, and nothing twice: the second change of a row in a transaction takes the profile that it
    // refers to, which is its author's who may be going, too.
    for list in query::lists(&touched) {
        let held = query::places(2, list.len());
        for sql in [
            format!(
                "UPDATE moments SET
                    likes = likes - (SELECT COUNT(*) FROM moment_likes
                        WHERE moment_likes.moment_id = moments.id AND person_id IN ({authors})),
                    comments = comments - (SELECT COUNT(*) FROM moment_comments
                        WHERE moment_comments.moment_id = moments.id AND {said})
                WHERE id IN ({held})"
            ),
            format!("DELETE FROM moment_likes WHERE moment_id IN ({held}) AND person_id IN ({authors})"),
            format!("DELETE FROM moment_comments WHERE moment_id IN ({held}) AND {said}"),
        ] {
            query::run(tx, sql, std::iter::once(value.into()).chain(list.clone())).await?;
        }
    }
    erase(tx, &own).await
}

/// Takes the rows of these moments, in one order for all, so that no two who go wait for each other; those that are the authors'.
async fn hold(tx: &DatabaseTransaction, authors: &str, value: Uuid, ids: &[Uuid]) -> StoreResult<Vec<Uuid>> {
    let lock = super::for_update(tx);
    let mut own = Vec::new();
    for list in query::lists(ids) {
        let sql = format!(
            "SELECT id, author_id IN ({authors}) AS own FROM moments WHERE id IN ({}) ORDER BY id{lock}",
            query::places(2, list.len())
        );
        for row in query::rows(tx, sql, std::iter::once(value.into()).chain(list)).await? {
            if row.try_get("", "own")? {
                own.push(row.try_get("", "id")?);
            }
        }
    }
    Ok(own)
}

#[async_trait]
impl MomentStore for SqlStore {
    async fn post_moment(&self, new: &NewMoment, then: &[Wanted]) -> StoreResult<Kept<MomentId>> {
        let tx = self.begin().await?;
        hold_person(&tx, new.sender).await?;
        if let Some(character) = new.character {
            let lock = super::for_share(&tx);
            let sql = format!("SELECT 1 FROM characters WHERE id = $1 AND owner_id = $2 AND NOT deleted{lock}");
            let values = [character.0.into(), new.sender.0.into()];
            query::row(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        }
        // Who sends the same at the same time waits here, and finds it.
        let sql =
            "INSERT INTO moment_sends (sender_id, client_id, moment_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let values = [new.sender.0.into(), new.client_id.as_str().into(), new.id.0.into()];
        if query::run(&tx, sql, values).await? == 0 {
            return sent_before(&tx, new).await;
        }
        insert(&tx, new).await?;
        jobs::want(&tx, then, new.at).await?;
        tx.commit().await?;
        Ok(Kept { id: new.id, repeated: false })
    }

    async fn find_moment(&self, viewer: UserId, id: MomentId, today: Date) -> StoreResult<Option<SeenMoment>> {
        seen::find(self.read(), viewer, id, today).await
    }

    async fn page_moments(
        &self,
        viewer: UserId,
        author: Author,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<SeenMoment>> {
        let cursor = page.cursor.as_deref().map(Cursor::read).transpose()?;
        let shown = seen::shown(self.read(), viewer, author, today).await?;
        if shown.is_empty() {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        let sql = format!(
            "SELECT id FROM moments WHERE author_id = $1 AND id < $2 AND visibility IN ({}) ORDER BY id DESC LIMIT $3",
            query::places(4, shown.len())
        );
        let below = cursor.map_or(Uuid::max(), |cursor| cursor.id);
        let values: [Value; 3] = [author.uuid().into(), below.into(), (i64::from(page.limit) + 1).into()];
        let values = values.into_iter().chain(shown.iter().map(|visibility| visibility.as_str().into()));
        let found = query::ids(&query::rows(self.read(), sql, values).await?, "id")?;
        let (ids, next_cursor) = cursors::cut(found, page.limit, |id| Cursor { first: false, time: 0, id: *id });
        let items = seen::of_ids(self.read(), viewer, &ids, today).await?;
        Ok(Page { items: items.into_iter().map(|found| found.seen).collect(), next_cursor })
    }

    async fn page_feed(&self, viewer: UserId, page: &PageRequest, today: Date) -> StoreResult<Page<SeenMoment>> {
        self.feed(viewer, page, today).await
    }

    async fn update_moment(
        &self,
        user: UserId,
        id: MomentId,
        patch: &MomentPatch,
        then: &[Wanted],
        now: OffsetDateTime,
    ) -> StoreResult<()> {
        let changes: [(&str, Option<Value>); 3] = [
            ("text", patch.text.as_deref().map(Value::from)),
            ("visibility", patch.visibility.map(|visibility| visibility.as_str().into())),
            ("characters_may_comment", patch.characters_may_comment.map(Value::from)),
        ];
        let mut values: Vec<Value> = vec![id.0.into(), user.0.into(), rows::micros(now).into()];
        // Whether characters may speak is no change to what others read.
        let read = patch.text.is_some() || patch.visibility.is_some();
        let edited = if read { "TRUE" } else { "FALSE" };
        let mut sql = format!("UPDATE moments AS m SET edited_at = CASE WHEN {edited} THEN $3 ELSE m.edited_at END");
        for (column, value) in changes.into_iter().filter_map(|(column, value)| Some((column, value?))) {
            values.push(value);
            sql += &format!(", {column} = ${}", values.len());
        }
        sql += &format!(" WHERE m.id = $1 AND {}", answered_for("$2"));
        let tx = self.begin().await?;
        if query::run(&tx, sql, values).await? == 0 {
            return Err(StoreError::NotFound);
        }
        jobs::want(&tx, then, now).await?;
        tx.commit().await
    }

    async fn delete_moment(&self, user: UserId, id: MomentId) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = format!("SELECT 1 FROM moments m WHERE m.id = $1 AND {}", answered_for("$2"));
        query::row(&tx, sql, [id.0.into(), user.0.into()]).await?.ok_or(StoreError::NotFound)?;
        if !erase_one(&tx, id).await? {
            return Err(StoreError::NotFound);
        }
        tx.commit().await
    }
}

/// The outcome of the first send of this name.
async fn sent_before<C: ConnectionTrait>(tx: &C, new: &NewMoment) -> StoreResult<Kept<MomentId>> {
    let sql = "SELECT m.id FROM moment_sends s LEFT JOIN moments m ON m.id = s.moment_id WHERE s.sender_id = $1 AND s.client_id = $2";
    let row = query::row(tx, sql, [new.sender.0.into(), new.client_id.as_str().into()]).await?;
    match row.map(|row| row.try_get::<Option<Uuid>>("", "id")).transpose()?.flatten() {
        Some(id) => Ok(Kept { id: MomentId(id), repeated: true }),
        None => Err(StoreError::Conflict(Conflict::MomentDeleted)),
    }
}
