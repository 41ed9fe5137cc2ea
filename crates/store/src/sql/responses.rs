//! What is liked and said of moments, as rows.

use async_trait::async_trait;
use domain::chats::Author;
use domain::ids::{CommentId, MomentId, UserId};
use domain::limits;
use domain::moments::{Comment, NewComment, SeenComment};
use domain::pages::{Page, PageRequest};
use domain::privacy::Facet;
use domain::profiles::ListedPerson;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Value};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::moments::{self, seen};
use super::seen::{COLUMNS, Edges, JOINED, person};
use super::{SqlStore, jobs, query, rows};
use crate::jobs::Wanted;
use crate::moments::Kept;
use crate::responses::{Liked, ResponseStore};
use crate::{Conflict, StoreError, StoreResult};

const LIKES: Edges = Edges { table: "moment_likes", whose: "moment_id", other: "person_id", only: "" };

/// What is read of a comment `k`.
const COMMENT: &str = "k.id AS comment_id, k.moment_id, k.text, k.reply_to, k.created_at AS said_at";

fn comment(row: &QueryResult, author: Author) -> StoreResult<Comment> {
    Ok(Comment {
        id: CommentId(row.try_get("", "comment_id")?),
        moment: MomentId(row.try_get("", "moment_id")?),
        author,
        text: row.try_get("", "text")?,
        reply_to: row.try_get::<Option<Uuid>>("", "reply_to")?.map(CommentId),
        created_at: rows::time(row.try_get("", "said_at")?)?,
    })
}

/// Those of these comments that are by somebody whom the viewer sees, the oldest first.
pub(super) async fn of_ids<C: ConnectionTrait>(
    conn: &C,
    viewer: UserId,
    ids: &[Uuid],
    today: Date,
) -> StoreResult<Vec<SeenComment>> {
    let mut found = Vec::with_capacity(ids.len());
    let mut left = ids.to_vec();
    for list in query::lists(ids) {
        let sql = format!(
            "SELECT {COLUMNS}, {COMMENT} FROM moment_comments k JOIN profiles p ON p.user_id = k.person_id {JOINED}
            WHERE k.id IN ({})",
            query::places(2, list.len())
        );
        for row in query::rows(conn, sql, std::iter::once(viewer.0.into()).chain(list)).await? {
            let by = person(&row, today)?;
            let comment = comment(&row, Author::Person(by.profile.user))?;
            left.retain(|id| *id != comment.id.0);
            if by.shows(Facet::Card) {
                found.push(SeenComment { comment, by: seen::face_of(&by), mine: by.relation.me });
            }
        }
    }
    for list in query::lists(&left) {
        let sql = format!(
            "SELECT {}, {COMMENT} FROM moment_comments k JOIN characters c ON c.id = k.character_id WHERE k.id IN ({})",
            seen::of_character(),
            query::places(2, list.len())
        );
        for row in query::rows(conn, sql, std::iter::once(viewer.0.into()).chain(list)).await? {
            let by = seen::character(&row, viewer)?;
            if by.viewer.maker || by.viewer.shown {
                let comment = comment(&row, by.face.author)?;
                found.push(SeenComment { comment, by: by.face, mine: by.viewer.maker });
            }
        }
    }
    found.sort_by_key(|found| found.comment.id);
    Ok(found)
}

async fn find<C: ConnectionTrait>(
    conn: &C,
    viewer: UserId,
    id: CommentId,
    today: Date,
) -> StoreResult<Option<SeenComment>> {
    let Some(found) = of_ids(conn, viewer, &[id.0], today).await?.pop() else { return Ok(None) };
    let moment = seen::find(conn, viewer, found.comment.moment, today).await?;
    Ok(moment.map(|_| found))
}

/// Takes the row of a moment, and gives one of its counts.
pub(super) async fn hold_moment(tx: &DatabaseTransaction, id: MomentId, count: &str) -> StoreResult<u64> {
    let lock = super::for_update(tx);
    let row =
        query::row(tx, format!("SELECT {count} AS counted FROM moments WHERE id = $1{lock}"), [id.0.into()]).await?;
    rows::number(row.ok_or(StoreError::NotFound)?.try_get("", "counted")?)
}

/// A comment to write, by whom and for whom; the moment is held. Whether it is new.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    author: Author,
    counted_for: Option<UserId>,
    new: &NewComment,
) -> StoreResult<bool> {
    let (person, character) = match author {
        Author::Person(id) => (Some(id.0), None),
        Author::Character(id) => (None, Some(id.0)),
    };
    let sql = "INSERT INTO moment_comments (id, moment_id, author_id, person_id, character_id, text, reply_to, client_id, for_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (moment_id, author_id, client_id) DO NOTHING";
    let values: [Value; 10] = [
        new.id.0.into(),
        new.moment.0.into(),
        author.uuid().into(),
        person.into(),
        character.into(),
        new.text.as_str().into(),
        new.reply_to.map(|id| id.0).into(),
        new.client_id.as_str().into(),
        counted_for.map(|id| id.0).into(),
        rows::micros(new.at).into(),
    ];
    if query::run(tx, sql, values).await? == 0 {
        return Ok(false);
    }
    query::run(tx, "UPDATE moments SET comments = comments + 1 WHERE id = $1", [new.moment.0.into()]).await?;
    Ok(true)
}

/// Deletes a comment with what answers it; how many.
pub(super) async fn erase(tx: &DatabaseTransaction, moment: MomentId, id: CommentId) -> StoreResult<u64> {
    hold_moment(tx, moment, "comments").await?;
    let sql = "DELETE FROM moment_comments WHERE moment_id = $1 AND (id = $2 OR reply_to = $2)";
    let gone = query::run(tx, sql, [moment.0.into(), id.0.into()]).await?;
    let sql = "UPDATE moments SET comments = comments - $2 WHERE id = $1";
    query::run(tx, sql, [moment.0.into(), rows::signed(gone).into()]).await?;
    Ok(gone)
}

#[async_trait]
impl ResponseStore for SqlStore {
    async fn set_like(
        &self,
        user: UserId,
        moment: MomentId,
        like: bool,
        now: OffsetDateTime,
        today: Date,
    ) -> StoreResult<Liked> {
        let tx = self.begin().await?;
        moments::hold_person(&tx, user).await?;
        seen::find(&*tx, user, moment, today).await?.ok_or(StoreError::NotFound)?;
        let likes = hold_moment(&tx, moment, "likes").await?;
        let changed = if like {
            let sql =
                "INSERT INTO moment_likes (moment_id, person_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            query::run(&tx, sql, [moment.0.into(), user.0.into(), rows::micros(now).into()]).await?
        } else {
            let sql = "DELETE FROM moment_likes WHERE moment_id = $1 AND person_id = $2";
            query::run(&tx, sql, [moment.0.into(), user.0.into()]).await?
        };
        if changed == 0 {
            return Ok(Liked { liked: like, likes, news: false });
        }
        let likes = if like { likes + 1 } else { likes.saturating_sub(1) };
        let sql = "UPDATE moments SET likes = $2 WHERE id = $1";
        query::run(&tx, sql, [moment.0.into(), rows::signed(likes).into()]).await?;
        tx.commit().await?;
        Ok(Liked { liked: like, likes, news: true })
    }

    async fn page_likes(
        &self,
        viewer: UserId,
        moment: MomentId,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>> {
        seen::find(self.read(), viewer, moment, today).await?.ok_or(StoreError::NotFound)?;
        self.page_edges((viewer, moment.0), &LIKES, page, today, |person| person.shows(Facet::Card)).await
    }

    async fn add_comment(
        &self,
        user: UserId,
        new: &NewComment,
        then: &[Wanted],
        today: Date,
    ) -> StoreResult<Kept<CommentId>> {
        let tx = self.begin().await?;
        moments::hold_person(&tx, user).await?;
        seen::find(&*tx, user, new.moment, today).await?.ok_or(StoreError::NotFound)?;
        let count = hold_moment(&tx, new.moment, "comments").await?;
        let sql = "SELECT id FROM moment_comments WHERE moment_id = $1 AND author_id = $2 AND client_id = $3";
        let values = [new.moment.0.into(), user.0.into(), new.client_id.as_str().into()];
        if let Some(row) = query::row(&tx, sql, values).await? {
            return Ok(Kept { id: CommentId(row.try_get("", "id")?), repeated: true });
        }
        if count >= limits::COMMENTS {
            return Err(StoreError::Conflict(Conflict::TooManyComments));
        }
        let reply_to = match new.reply_to {
            None => None,
            Some(answered) => {
                let found = of_ids(&*tx, user, &[answered.0], today).await?.pop();
                let answered = found.map(|found| found.comment).filter(|comment| comment.moment == new.moment);
                let answered = answered.ok_or(StoreError::NotFound)?;
                Some(answered.reply_to.unwrap_or(answered.id))
            }
        };
        let new = NewComment { reply_to, ..new.clone() };
        insert(&tx, Author::Person(user), None, &new).await?;
        jobs::want(&tx, then, new.at).await?;
        tx.commit().await?;
        Ok(Kept { id: new.id, repeated: false })
    }

    async fn page_comments(
        &self,
        viewer: UserId,
        moment: MomentId,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<SeenComment>> {
        let cursor = page.cursor.as_deref().map(Cursor::read).transpose()?;
        seen::find(self.read(), viewer, moment, today).await?.ok_or(StoreError::NotFound)?;
        let beyond = cursor.map_or(Uuid::nil(), |cursor| cursor.id);
        let sql = "SELECT id FROM moment_comments WHERE moment_id = $1 AND id > $2 ORDER BY id LIMIT $3";
        let values = [moment.0.into(), beyond.into(), (i64::from(page.limit) + 1).into()];
        let found = query::ids(&query::rows(self.read(), sql, values).await?, "id")?;
        let (ids, next_cursor) = cursors::cut(found, page.limit, |id| Cursor { first: false, time: 0, id: *id });
        Ok(Page { items: of_ids(self.read(), viewer, &ids, today).await?, next_cursor })
    }

    async fn find_comment(&self, viewer: UserId, id: CommentId, today: Date) -> StoreResult<Option<SeenComment>> {
        find(self.read(), viewer, id, today).await
    }

    async fn delete_comment(&self, user: UserId, moment: MomentId, id: CommentId) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "SELECT 1 FROM moment_comments k JOIN moments m ON m.id = k.moment_id
                LEFT JOIN characters c ON c.id = k.character_id LEFT JOIN characters a ON a.id = m.character_id
            WHERE k.moment_id = $1 AND k.id = $2
                AND (k.person_id = $3 OR c.owner_id = $3 OR m.person_id = $3 OR a.owner_id = $3)";
        let values = [moment.0.into(), id.0.into(), user.0.into()];
        query::row(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        if erase(&tx, moment, id).await? == 0 {
            return Err(StoreError::NotFound);
        }
        tx.commit().await
    }
}
