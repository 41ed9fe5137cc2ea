//! The part that characters take in moments, as rows.

use async_trait::async_trait;
use domain::chats::Author;
use domain::ids::{CharacterId, CommentId, MomentId, UserId};
use domain::moments::NewMoment;
use domain::taking_part::Part;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SqlStore, characters, moments, query, responses, rows};
use crate::taking_part::{CharacterComment, Cue, Line, Place, Posting, PostingStore, Scene, TakingPartStore};
use crate::{Conflict, StoreError, StoreResult};

/// A moment `m` with the name of its author, and what a comment `k` on it says and answers.
const SCENE: &str =
    "SELECT m.id, m.text, m.visibility, m.characters_may_comment, m.created_at, m.person_id, m.character_id,
        COALESCE(u.display_name, c.name, '') AS author_name,
        (SELECT COUNT(*) FROM uploads i WHERE i.moment_id = m.id) AS images,
        k.id AS comment_id, k.text AS said, k.reply_to, k.person_id AS said_by, s.display_name AS said_name,
        r.character_id AS answered
    FROM moments m LEFT JOIN users u ON u.id = m.person_id LEFT JOIN characters c ON c.id = m.character_id
        LEFT JOIN moment_comments k ON k.id = $1 LEFT JOIN users s ON s.id = k.person_id
        LEFT JOIN moment_comments r ON r.id = k.reply_to
    WHERE m.id = ";

fn scene(row: &QueryResult) -> StoreResult<Scene> {
    let id = |column: &str| -> StoreResult<Option<Uuid>> { Ok(row.try_get("", column)?) };
    let comment = id("comment_id")?;
    let said: Option<Line> = match (comment, row.try_get::<Option<String>>("", "said_name")?) {
        (Some(_), Some(name)) => Some(Line { name, text: row.try_get("", "said")? }),
        _ => None,
    };
    // What answers an answer stands beside it; what answers a comment that a character made is for her.
    let (author, answered) = (id("character_id")?, id("answered")?);
    let reply_to = id("reply_to")?.or(comment);
    Ok(Scene {
        moment: MomentId(row.try_get("", "id")?),
        posted: Line { name: row.try_get("", "author_name")?, text: row.try_get("", "text")? },
        images: rows::number(row.try_get("", "images")?)?,
        visibility: rows::closed(&row.try_get::<String>("", "visibility")?)?,
        characters_may_comment: row.try_get("", "characters_may_comment")?,
        posted_at: rows::time(row.try_get("", "created_at")?)?,
        person: if comment.is_some() { id("said_by")? } else { id("person_id")? }.map(UserId),
        comment: said,
        reply_to: reply_to.map(CommentId),
        addressed: answered.or(author).map(CharacterId),
        before: Vec::new(),
    })
}

/// How much characters have said, and how this one is met, as columns of one row. `$1` is the moment, `$2` the character, `$3` the
/// person, `$4` a time, `$5` the name of what she says.
fn place_sql() -> String {
    format!(
        "SELECT
            (SELECT COUNT(*) FROM moment_comments k WHERE k.moment_id = $1 AND k.character_id IS NOT NULL) AS on_moment,
            (SELECT COUNT(*) FROM moment_comments k WHERE k.character_id = $2 AND k.created_at >= $4) AS by_character,
            (SELECT COUNT(*) FROM moment_comments k WHERE k.for_id = $3 AND k.created_at >= $4) AS for_person,
            EXISTS (SELECT 1 FROM moment_comments k WHERE k.moment_id = $1 AND k.author_id = $2 AND k.client_id = $5) AS said,
            EXISTS (SELECT 1 FROM characters c WHERE c.id = $2 AND {})
                AND NOT EXISTS (SELECT 1 FROM character_regards h WHERE h.person_id = $3 AND h.character_id = $2 AND h.hidden)
                AND EXISTS (SELECT 1 FROM moments m WHERE m.id = $1 AND m.visibility <> 'private' AND m.characters_may_comment
                    AND (m.person_id IS NULL OR m.person_id = $3 OR EXISTS (SELECT 1 FROM characters c WHERE c.id = $2 AND {})))
                AS welcome",
        characters::visible("$3"),
        characters::visible("m.person_id"),
    )
}

async fn place<C: ConnectionTrait>(
    conn: &C,
    (moment, character, person): (MomentId, CharacterId, UserId),
    client_id: &str,
    since: OffsetDateTime,
) -> StoreResult<Place> {
    let values: [Value; 5] =
        [moment.0.into(), character.0.into(), person.0.into(), rows::micros(since).into(), client_id.into()];
    let row = query::row(conn, place_sql(), values).await?;
    let row = row.ok_or_else(|| StoreError::Corrupt("a statement that gives one row gave none".into()))?;
    let count = |column: &str| -> StoreResult<u64> { rows::number(row.try_get("", column)?) };
    Ok(Place {
        part: Part {
            on_moment: count("on_moment")?,
            by_character: count("by_character")?,
            for_person: count("for_person")?,
        },
        said: row.try_get("", "said")?,
        welcome: row.try_get("", "welcome")?,
    })
}

#[async_trait]
impl TakingPartStore for SqlStore {
    async fn find_scene(&self, cue: Cue, lines: u32) -> StoreResult<Option<Scene>> {
        let (sql, id) = match cue {
            Cue::Moment(id) => (format!("{SCENE} $2"), [Uuid::nil(), id.0]),
            Cue::Comment(id) => {
                (format!("{SCENE} (SELECT moment_id FROM moment_comments WHERE id = $2)"), [id.0, id.0])
            }
        };
        let Some(row) = query::row(self.read(), sql, id.map(Value::from)).await? else { return Ok(None) };
        let mut scene = scene(&row)?;
        let sql = "SELECT k.text, COALESCE(c.name, u.display_name, '') AS name FROM moment_comments k
                JOIN moments m ON m.id = k.moment_id
                LEFT JOIN characters c ON c.id = k.character_id LEFT JOIN users u ON u.id = k.person_id
            WHERE k.moment_id = $1 AND k.id <> $2 AND (k.character_id IS NOT NULL OR k.person_id = m.person_id)
            ORDER BY k.id DESC LIMIT $3";
        let values: [Value; 3] = [scene.moment.0.into(), id[0].into(), i64::from(lines).into()];
        let said = query::rows(self.read(), sql, values).await?;
        let line = |row: &QueryResult| -> StoreResult<Line> {
            Ok(Line { name: row.try_get("", "name")?, text: row.try_get("", "text")? })
        };
        scene.before = said.iter().rev().map(line).collect::<StoreResult<_>>()?;
        Ok(Some(scene))
    }

    async fn find_place(
        &self,
        moment: MomentId,
        character: CharacterId,
        person: UserId,
        client_id: &str,
        since: OffsetDateTime,
    ) -> StoreResult<Place> {
        place(self.read(), (moment, character, person), client_id, since).await
    }

    async fn add_character_comment(&self, comment: &CharacterComment) -> StoreResult<bool> {
        let CharacterComment { character, person, caps: (caps, since), new } = comment;
        let tx = self.begin().await?;
        // Each is held until the end, so that two nodes do not each add the last that is allowed.
        let lock = super::for_update(&tx);
        let hold = async |table: &str, id: Uuid| {
            let sql = format!("SELECT 1 FROM {table} WHERE id = $1{lock}");
            query::row(&tx, sql, [id.into()]).await?.ok_or(StoreError::NotFound)
        };
        hold("users", person.0).await?;
        moments::hold_profile(&tx, *person).await?;
        hold("characters", character.0).await?;
        responses::hold_moment(&tx, new.moment, "comments").await?;
        let stands = place(&*tx, (new.moment, *character, *person), &new.client_id, *since).await?;
        if stands.said {
            return Ok(false);
        }
        if !stands.welcome || !caps.allow(&stands.part) {
            return Err(StoreError::Conflict(Conflict::CharactersSilent));
        }
        if let Some(answered) = new.reply_to {
            // What she answers may be gone by now.
            let sql = "SELECT 1 FROM moment_comments WHERE id = $1 AND moment_id = $2";
            let found = query::row(&tx, sql, [answered.0.into(), new.moment.0.into()]).await?;
            found.ok_or(StoreError::NotFound)?;
        }
        let news = responses::insert(&tx, Author::Character(*character), Some(*person), new).await?;
        tx.commit().await?;
        Ok(news)
    }
}

#[async_trait]
impl PostingStore for SqlStore {
    async fn find_posting(&self, character: CharacterId) -> StoreResult<Option<Posting>> {
        let sql = "SELECT p.due_at, c.owner_id FROM character_posting p JOIN characters c ON c.id = p.character_id
                JOIN users u ON u.id = c.owner_id
            WHERE p.character_id = $1 AND NOT c.deleted AND c.hidden_at IS NULL AND u.disabled_at IS NULL";
        let row = query::row(self.read(), sql, [character.0.into()]).await?;
        let posting = |row: QueryResult| -> StoreResult<Posting> {
            let owner = UserId(row.try_get("", "owner_id")?);
            Ok(Posting { owner, due_at: rows::time(row.try_get("", "due_at")?)? })
        };
        row.map(posting).transpose()
    }

    async fn set_posting(
        &self,
        owner: UserId,
        character: CharacterId,
        from: Option<OffsetDateTime>,
    ) -> StoreResult<()> {
        let tx = self.begin().await?;
        let lock = super::for_share(&tx);
        let sql = format!("SELECT 1 FROM characters WHERE id = $1 AND owner_id = $2 AND NOT deleted{lock}");
        query::row(&tx, sql, [character.0.into(), owner.0.into()]).await?.ok_or(StoreError::NotFound)?;
        match from {
            // Once more leaves her time as it is.
            Some(from) => {
                let sql = "INSERT INTO character_posting (character_id, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
                query::run(&tx, sql, [character.0.into(), rows::micros(from).into()]).await?;
            }
            None => {
                query::run(&tx, "DELETE FROM character_posting WHERE character_id = $1", [character.0.into()]).await?;
            }
        }
        tx.commit().await
    }

    async fn posting_due(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<CharacterId>> {
        let sql =
            "SELECT character_id FROM character_posting WHERE due_at <= $1 ORDER BY due_at, character_id LIMIT $2";
        let values: [Value; 2] = [rows::micros(now).into(), i64::from(limit).into()];
        let found = query::ids(&query::rows(self.read(), sql, values).await?, "character_id")?;
        Ok(found.into_iter().map(CharacterId).collect())
    }

    async fn pass_post(
        &self,
        character: CharacterId,
        due_at: OffsetDateTime,
        next: OffsetDateTime,
        new: Option<&NewMoment>,
    ) -> StoreResult<()> {
        let tx = self.begin().await?;
        if let Some(new) = new {
            moments::hold_person(&tx, new.sender).await?;
        }
        let sql = "UPDATE character_posting SET due_at = $3 WHERE character_id = $1 AND due_at = $2";
        let values: [Value; 3] = [character.0.into(), rows::micros(due_at).into(), rows::micros(next).into()];
        if query::run(&tx, sql, values).await? == 0 {
            return Err(StoreError::NotFound);
        }
        if let Some(new) = new {
            let lock = super::for_share(&tx);
            let sql = format!("SELECT 1 FROM characters WHERE id = $1 AND owner_id = $2 AND NOT deleted{lock}");
            let values = [character.0.into(), new.sender.0.into()];
            query::row(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
            moments::insert(&tx, new).await?;
        }
        tx.commit().await
    }
}
