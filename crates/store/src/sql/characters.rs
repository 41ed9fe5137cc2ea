//! Characters, as rows.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::characters::{Character, CharacterBrief, CharacterFilter, CharacterProfile, Translation};
use domain::ids::{CharacterId, MediaId, SessionId, UserId};
use domain::media::Media;
use domain::pages::{Page, PageRequest};
use domain::{ClosedSet, limits};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryResult, Value,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::entities::{character_tags, characters};
use super::patience::within;
use super::{SqlStore, media, moments, query, rows};
use crate::characters::CharacterStore;
use crate::{Conflict, StoreError, StoreResult};

pub(super) fn character(row: &characters::Model) -> StoreResult<Character> {
    Ok(Character {
        id: CharacterId(row.id),
        owner: row.owner_id.map(UserId),
        profile: CharacterProfile {
            name: row.name.clone(),
            tagline: row.tagline.clone(),
            persona: row.persona.clone(),
            scenario: row.scenario.clone(),
            greeting: row.greeting.clone(),
            alternate_greetings: rows::from_json(&row.alternate_greetings)?,
            group_greetings: rows::from_json(&row.group_greetings)?,
            examples: row.examples.clone(),
            system_prompt: row.system_prompt.clone(),
            post_history_instructions: row.post_history_instructions.clone(),
            depth_prompt: rows::from_json(&row.depth_prompt)?,
            creator_notes: row.creator_notes.clone(),
            tags: rows::from_json(&row.tags)?,
            visibility: rows::closed(&row.visibility)?,
            rating: rows::closed(&row.rating)?,
            model: row.model.clone(),
            sampling: rows::from_json(&row.sampling)?,
            bond: row.bond.as_deref().map(rows::from_json).transpose()?,
            routine: row.routine.as_deref().map(rows::from_json).transpose()?,
            translations: rows::from_json(&row.translations)?,
        },
        avatar: row.avatar_id.map(MediaId),
        created_at: rows::time(row.created_at)?,
        updated_at: rows::time(row.updated_at)?,
        deleted: row.deleted,
    })
}

fn character_row(character: &Character, avatar: Option<&Media>) -> StoreResult<characters::Model> {
    let profile = &character.profile;
    Ok(characters::Model {
        id: character.id.0,
        owner_id: character.owner.map(|owner| owner.0),
        name: profile.name.clone(),
        tagline: profile.tagline.clone(),
        persona: profile.persona.clone(),
        scenario: profile.scenario.clone(),
        greeting: profile.greeting.clone(),
        alternate_greetings: rows::json(&profile.alternate_greetings)?,
        group_greetings: rows::json(&profile.group_greetings)?,
        examples: profile.examples.clone(),
        system_prompt: profile.system_prompt.clone(),
        post_history_instructions: profile.post_history_instructions.clone(),
        depth_prompt: rows::json(&profile.depth_prompt)?,
        creator_notes: profile.creator_notes.clone(),
        tags: rows::json(&profile.tags)?,
        visibility: profile.visibility.as_str().to_owned(),
        model: profile.model.clone(),
        sampling: rows::json(&profile.sampling)?,
        avatar_id: avatar.map(|image| image.id).or(character.avatar).map(|id| id.0),
        search_text: search_text(profile),
        created_at: rows::micros(character.created_at),
        updated_at: rows::micros(character.updated_at),
        deleted: character.deleted,
        rating: profile.rating.as_str().to_owned(),
        bond: profile.bond.as_ref().map(rows::json).transpose()?,
        routine: profile.routine.as_ref().map(rows::json).transpose()?,
        translations: rows::json(&profile.translations)?,
    })
}

/// What a search looks through. Lower case is made here: databases know it for ASCII only, or by their locale.
fn search_text(profile: &CharacterProfile) -> String {
    format!("{}\n{}\n{}", profile.name, profile.tagline, profile.tags.join("\n")).to_lowercase()
}

async fn replace_tags(tx: &DatabaseTransaction, id: CharacterId, tags: &[String]) -> StoreResult<()> {
    query::run(tx, "DELETE FROM character_tags WHERE character_id = $1", [id.0.into()]).await?;
    if tags.is_empty() {
        return Ok(());
    }
    let rows =
        tags.iter().map(|tag| character_tags::Model { character_id: id.0, tag: tag.clone() }.into_active_model());
    let insert = character_tags::Entity::insert_many(rows);
    within(tx.get_database_backend(), insert.exec_without_returning(tx)).await?;
    Ok(())
}

/// Whether a person may make one more. Their row is held, so two of their creations wait for each other.
pub(super) async fn may_make(tx: &DatabaseTransaction, owner: UserId) -> StoreResult<()> {
    let sql = "UPDATE users SET updated_at = updated_at WHERE id = $1 RETURNING id";
    query::row(tx, sql, [owner.0.into()]).await?.ok_or(StoreError::NotFound)?;
    let sql = "SELECT COUNT(*) AS made FROM characters WHERE owner_id = $1 AND NOT deleted";
    let made = query::row(tx, sql, [owner.0.into()]).await?.map_or(Ok(0), |row| row.try_get::<i64>("", "made"))?;
    if rows::number::<u64>(made)? >= limits::CHARACTERS_PER_PERSON {
        return Err(StoreError::Conflict(Conflict::TooManyCharacters));
    }
    Ok(())
}

/// Keeps a character with her picture and tags.
pub(super) async fn insert(tx: &DatabaseTransaction, character: &Character, avatar: Option<&Media>) -> StoreResult<()> {
    if let Some(image) = avatar {
        media::insert(tx, image).await?;
    }
    let insert = characters::Entity::insert(character_row(character, avatar)?.into_active_model());
    within(tx.get_database_backend(), insert.exec_without_returning(tx)).await?;
    replace_tags(tx, character.id, &character.profile.tags).await
}

/// One's own character, held until the transaction ends.
async fn own<C: ConnectionTrait>(tx: &C, owner: UserId, id: CharacterId, now: i64) -> StoreResult<characters::Model> {
    let sql = "UPDATE characters SET updated_at = $1 WHERE id = $2 AND owner_id = $3 AND NOT deleted RETURNING *";
    query::model(tx, sql, [now.into(), id.0.into(), owner.0.into()]).await?.ok_or(StoreError::NotFound)
}

/// That a character `c` is there for whoever stands at this place, though no list shows her to them.
pub(super) fn visible(viewer: &str) -> String {
    shown(viewer, "c.visibility <> 'private'")
}

/// That lists show her to them, too.
pub(super) fn found(viewer: &str) -> String {
    shown(viewer, "c.visibility = 'public'")
}

/// That a character `c` is for whoever stands at this place, by what she is rated. Her maker knows what she is.
pub(super) fn suits(viewer: &str) -> String {
    format!(
        "(c.rating = 'general' OR c.owner_id = {viewer}
            OR EXISTS (SELECT 1 FROM users a WHERE a.id = {viewer} AND a.sees_mature))"
    )
}

/// One's own, and those of others that are `open` and for the viewer, unless moderators hid her or her maker and the viewer have
/// blocked each other.
fn shown(viewer: &str, open: &str) -> String {
    let suits = suits(viewer);
    format!(
        "NOT c.deleted AND (c.owner_id = {viewer} OR ({open} AND c.hidden_at IS NULL AND {suits}
            AND NOT EXISTS (SELECT 1 FROM shunned s WHERE s.user_id = {viewer} AND s.shunned_id = c.owner_id AND s.how = 'block')
            AND NOT EXISTS (SELECT 1 FROM shunned s WHERE s.user_id = c.owner_id AND s.shunned_id = {viewer} AND s.how = 'block')))"
    )
}

/// What is told of characters beside their row, and goes with them.
const BESIDE: [&str; 12] = [
    "character_tags",
    "character_vectors",
    "character_follows",
    "character_followers",
    "character_posting",
    "open_lorebooks",
    "card_files",
    "cards",
    "initiatives",
    "routes",
    "route_events",
    "route_unlocks",
];

/// The images of their routes, which go with what shows them.
const PICTURES: &str = "DELETE FROM media WHERE id IN (SELECT i.media_id FROM route_images i WHERE i.character_id";

const ERASED: &str = "UPDATE characters SET deleted = TRUE, tagline = '', persona = '', scenario = '', greeting = '',
    alternate_greetings = '[]', group_greetings = '[]', examples = '', system_prompt = '', post_history_instructions = '',
    depth_prompt = '{}', creator_notes = '', tags = '[]', model = NULL, sampling = '{}', bond = NULL, routine = NULL,
    translations = '[]', search_text = '', updated_at = $1";

/// Erases what a person made, as if they deleted each character, but for their moments; the ids.
pub(super) async fn erase_all_of(tx: &DatabaseTransaction, owner: UserId, now: i64) -> StoreResult<Vec<Uuid>> {
    let pictures = format!("{PICTURES} IN (SELECT id FROM characters WHERE owner_id = $1))");
    query::run(tx, pictures, [owner.0.into()]).await?;
    for table in BESIDE {
        let sql = format!("DELETE FROM {table} WHERE character_id IN (SELECT id FROM characters WHERE owner_id = $1)");
        query::run(tx, sql, [owner.0.into()]).await?;
    }
    let erased =
        query::rows(tx, format!("{ERASED} WHERE owner_id = $2 RETURNING id"), [now.into(), owner.0.into()]).await?;
    query::ids(&erased, "id")
}

/// What stands of these characters beside sessions, by id.
pub(super) async fn briefs<C: ConnectionTrait>(
    conn: &C,
    mut ids: Vec<Uuid>,
) -> StoreResult<HashMap<Uuid, CharacterBrief>> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT id, name, tagline, avatar_id, deleted, model, owner_id, rating FROM characters WHERE id IN ({})",
        query::places(1, ids.len())
    );
    let found = query::rows(conn, sql, ids.into_iter().map(Value::from)).await?;
    found.iter().map(|row| Ok((row.try_get("", "id")?, brief(row)?))).collect()
}

pub(super) fn brief(row: &QueryResult) -> StoreResult<CharacterBrief> {
    Ok(CharacterBrief {
        id: CharacterId(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        tagline: row.try_get("", "tagline")?,
        avatar: row.try_get::<Option<Uuid>>("", "avatar_id")?.map(MediaId),
        deleted: row.try_get("", "deleted")?,
        model: row.try_get("", "model")?,
        owner: row.try_get::<Option<Uuid>>("", "owner_id")?.map(UserId),
        rating: rows::closed(&row.try_get::<String>("", "rating")?)?,
    })
}

/// Removes those of these characters that are deleted and that nobody has a session with any more, with their pictures.
pub(super) async fn purge(tx: &DatabaseTransaction, mut characters: Vec<Uuid>) -> StoreResult<()> {
    characters.sort_unstable();
    characters.dedup();
    for id in characters {
        let sql = "DELETE FROM characters WHERE id = $1 AND deleted
            AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.character_id = characters.id)
            AND NOT EXISTS (SELECT 1 FROM session_characters g WHERE g.character_id = characters.id) RETURNING avatar_id";
        if let Some(gone) = query::row(tx, sql, [id.into()]).await? {
            media::delete(tx, gone.try_get("", "avatar_id")?).await?;
        }
    }
    Ok(())
}

#[async_trait]
impl CharacterStore for SqlStore {
    async fn create_character(&self, character: &Character, avatar: Option<&Media>) -> StoreResult<()> {
        let tx = self.begin().await?;
        if characters::Entity::find_by_id(character.id.0).one(&tx).await?.is_some() {
            return Ok(());
        }
        if let Some(owner) = character.owner {
            may_make(&tx, owner).await?;
        }
        insert(&tx, character, avatar).await?;
        Ok(tx.commit().await?)
    }

    async fn find_character(&self, viewer: UserId, id: CharacterId) -> StoreResult<Option<Character>> {
        let sql = format!(
            "SELECT c.* FROM characters c WHERE c.id = $1 AND (({}) OR ({} AND (
                EXISTS (SELECT 1 FROM sessions s WHERE s.character_id = c.id AND s.owner_id = $2)
                OR EXISTS (SELECT 1 FROM session_characters g WHERE g.character_id = c.id AND g.added_by = $2))))",
            visible("$2"),
            suits("$2")
        );
        let row: Option<characters::Model> = query::model(self.read(), sql, [id.0.into(), viewer.0.into()]).await?;
        row.as_ref().map(character).transpose()
    }

    async fn is_closed(&self, owner: UserId, session: SessionId) -> StoreResult<bool> {
        let sql = format!(
            "SELECT 1 FROM sessions s JOIN characters c ON c.id = s.character_id
            WHERE s.id = $1 AND s.owner_id = $2 AND NOT {}",
            suits("$2")
        );
        Ok(query::row(self.read(), sql, [session.0.into(), owner.0.into()]).await?.is_some())
    }

    async fn update_character(
        &self,
        owner: UserId,
        id: CharacterId,
        profile: &CharacterProfile,
        now: OffsetDateTime,
    ) -> StoreResult<Character> {
        let tx = self.begin().await?;
        let mut changed = character(&own(&tx, owner, id, rows::micros(now)).await?)?;
        changed.profile = profile.clone();
        let row = character_row(&changed, None)?;
        characters::Entity::update(row.into_active_model().reset_all()).exec(&tx).await?;
        replace_tags(&tx, id, &profile.tags).await?;
        tx.commit().await?;
        Ok(changed)
    }

    async fn translate_character(&self, id: CharacterId, translations: &[Translation]) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "UPDATE characters SET translations = $1 WHERE id = $2 AND owner_id IS NULL AND translations <> $1";
        query::run(&tx, sql, [rows::json(&translations)?.into(), id.0.into()]).await?;
        Ok(tx.commit().await?)
    }

    async fn set_avatar(
        &self,
        owner: UserId,
        id: CharacterId,
        avatar: Option<&Media>,
        now: OffsetDateTime,
    ) -> StoreResult<Character> {
        let tx = self.begin().await?;
        let before = own(&tx, owner, id, rows::micros(now)).await?;
        if let Some(image) = avatar {
            media::insert(&tx, image).await?;
        }
        let new = avatar.map(|image| image.id.0);
        query::run(&tx, "UPDATE characters SET avatar_id = $1 WHERE id = $2", [new.into(), id.0.into()]).await?;
        media::delete(&tx, before.avatar_id).await?;
        tx.commit().await?;
        character(&characters::Model { avatar_id: new, ..before })
    }

    async fn delete_character(&self, owner: UserId, id: CharacterId, now: OffsetDateTime) -> StoreResult<()> {
        let now = rows::micros(now);
        let tx = self.begin().await?;
        own(&tx, owner, id, now).await?;
        query::run(&tx, format!("{ERASED} WHERE id = $2"), [now.into(), id.0.into()]).await?;
        moments::depart(&tx, "SELECT id FROM characters WHERE id = $1", id.0).await?;
        query::run(&tx, format!("{PICTURES} = $1)"), [id.0.into()]).await?;
        for table in BESIDE {
            query::run(&tx, format!("DELETE FROM {table} WHERE character_id = $1"), [id.0.into()]).await?;
        }
        purge(&tx, vec![id.0]).await?;
        Ok(tx.commit().await?)
    }

    async fn page_characters(
        &self,
        viewer: UserId,
        filter: &CharacterFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<Character>> {
        let (sql, values) = page_statement(viewer, filter, page)?;
        let found: Vec<characters::Model> = query::models(self.read(), sql, values).await?;
        let (found, next_cursor) =
            cursors::cut(found, page.limit, |row| Cursor { first: false, time: row.created_at, id: row.id });
        Ok(Page { items: found.iter().map(character).collect::<StoreResult<_>>()?, next_cursor })
    }
}

fn page_statement(viewer: UserId, filter: &CharacterFilter, page: &PageRequest) -> StoreResult<(String, Vec<Value>)> {
    let mut values: Vec<Value> = vec![viewer.0.into()];
    let narrowed = narrow(filter, true, &mut values);
    let mut place = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut sql = format!("SELECT c.* FROM characters c WHERE {narrowed}");
    if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
        sql += &format!(" AND (c.created_at, c.id) < ({}, {})", place(cursor.time.into()), place(cursor.id.into()));
    }
    sql += &format!(" ORDER BY c.created_at DESC, c.id DESC LIMIT {}", place((i64::from(page.limit) + 1).into()));
    Ok((sql, values))
}

/// What a character `c` must be for the viewer, who is `$1`, to find her: one that the words find, or one that they do not.
/// Every list, every search and all recommendations pass here: whoever must not be shown to somebody is left out here.
pub(super) fn narrow(filter: &CharacterFilter, by_words: bool, values: &mut Vec<Value>) -> String {
    let mut place = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut sql = match (filter.mine, filter.hidden) {
        (true, _) => "NOT c.deleted AND c.owner_id = $1".to_owned(),
        (false, true) => visible("$1"),
        (false, false) => found("$1"),
    };
    // Their own are shown to whoever asks for their own, hidden or not.
    if filter.hidden || !filter.mine {
        let not = if filter.hidden { "" } else { "NOT " };
        sql += &format!(
            " AND {not}EXISTS (SELECT 1 FROM character_regards h
                WHERE h.person_id = $1 AND h.character_id = c.id AND h.hidden)"
        );
    }
    if let Some(tag) = &filter.tag {
        let tag = place(tag.to_lowercase().into());
        sql += &format!(" AND EXISTS (SELECT 1 FROM character_tags t WHERE t.character_id = c.id AND t.tag = {tag})");
    }
    let words = filter.search.iter().flat_map(|search| search.split_whitespace());
    let words: Vec<String> =
        words.map(|word| format!("c.search_text LIKE {} ESCAPE '\\'", place(like(word).into()))).collect();
    match (words.is_empty(), by_words) {
        (true, _) => {}
        (false, true) => sql += &format!(" AND {}", words.join(" AND ")),
        (false, false) => sql += &format!(" AND NOT ({})", words.join(" AND ")),
    }
    sql
}

/// The pattern of what holds `word`, whatever its case.
fn like(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
