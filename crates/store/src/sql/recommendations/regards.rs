//! What people make of characters. All of it is done by whoever holds the clock, so what is read here stays so.

use std::collections::HashMap;

use domain::ClosedSet;
use domain::ids::{CharacterId, UserId};
use domain::recommendations::{Reaction, RecommendationEventType, Regard, RegardChange, Surface};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};
use uuid::Uuid;

use super::{Layer, query, rows};
use crate::StoreResult;
use crate::recommendations::NewEvent;

/// The event that a change is told by.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) person: UserId,
    pub(super) character: CharacterId,
    pub(super) id: &'a str,
    pub(super) at: i64,
    pub(super) seq: u64,
    pub(super) surface: Option<Surface>,
}

impl<'a> Told<'a> {
    pub(super) fn of(new: &'a NewEvent, seq: u64) -> Self {
        let event = &new.event;
        let (person, character, at) = (event.person, event.character, rows::micros(event.at));
        Self { person, character, id: &new.id, at, seq, surface: new.surface }
    }

    fn pair(&self) -> [Value; 2] {
        [self.person.0.into(), self.character.0.into()]
    }
}

/// What a person makes of these characters; of those that are not there, nothing.
pub(super) async fn of<C: ConnectionTrait>(
    conn: &C,
    person: UserId,
    characters: &[CharacterId],
) -> StoreResult<HashMap<CharacterId, Regard>> {
    let ids: Vec<Uuid> = characters.iter().map(|id| id.0).collect();
    let mut regards = HashMap::with_capacity(ids.len());
    for list in query::lists(&ids) {
        let sql = format!(
            "SELECT c.id, l.likes, r.reaction, r.hidden FROM characters c
            LEFT JOIN character_likes l ON l.character_id = c.id
            LEFT JOIN character_regards r ON r.character_id = c.id AND r.person_id = $1 WHERE c.id IN ({})",
            query::places(2, list.len())
        );
        for row in query::rows(conn, sql, std::iter::once(Value::from(person.0)).chain(list)).await? {
            let likes: Option<i64> = row.try_get("", "likes")?;
            let regard = Regard {
                likes: likes.map_or(Ok(0), rows::number)?,
                reaction: row.try_get::<Option<String>>("", "reaction")?.as_deref().map(rows::closed).transpose()?,
                hidden: row.try_get::<Option<bool>>("", "hidden")?.unwrap_or_default(),
            };
            regards.insert(CharacterId(row.try_get("", "id")?), regard);
        }
    }
    Ok(regards)
}

/// Makes a change, unless its event is known or says nothing new; whether it was made.
pub(super) async fn change(tx: &DatabaseTransaction, told: Told<'_>, change: RegardChange) -> StoreResult<bool> {
    let known = "SELECT 1 FROM recommendation_events WHERE person_id = $1 AND event_id = $2";
    if query::row(tx, known, [told.person.0.into(), told.id.into()]).await?.is_some() {
        return Ok(false);
    }
    let sql = "SELECT reaction, hidden FROM character_regards WHERE person_id = $1 AND character_id = $2";
    let before = match query::row(tx, sql, told.pair()).await? {
        Some(row) => {
            let reaction: Option<String> = row.try_get("", "reaction")?;
            (reaction.as_deref().map(rows::closed).transpose()?, row.try_get("", "hidden")?)
        }
        None => (None, false),
    };
    let after = change.over(before.0, before.1);
    if before == after {
        return Ok(false);
    }
    put(tx, told, after).await?;
    count(tx, told.character, before.0, after.0).await?;
    if before.0 == Some(Reaction::Dislike) {
        take_back(tx, told, RecommendationEventType::Dislike).await?;
    }
    if before.1 && !after.1 {
        take_back(tx, told, RecommendationEventType::Hide).await?;
    }
    if let Some(kind) = kind(change, before.0) {
        insert(tx, told, kind).await?;
    }
    Ok(true)
}

/// What a change is for whoever learns. What was said against a character and taken back is as if it had not been said.
fn kind(change: RegardChange, before: Option<Reaction>) -> Option<RecommendationEventType> {
    match change {
        RegardChange::React(Reaction::Like) => Some(RecommendationEventType::Like),
        RegardChange::React(Reaction::Dislike) => Some(RecommendationEventType::Dislike),
        RegardChange::Unreact(_) if before == Some(Reaction::Like) => Some(RecommendationEventType::Unlike),
        RegardChange::Hide => Some(RecommendationEventType::Hide),
        RegardChange::Unreact(_) | RegardChange::Unhide => None,
    }
}

async fn put(tx: &DatabaseTransaction, told: Told<'_>, after: (Option<Reaction>, bool)) -> StoreResult<()> {
    if after == (None, false) {
        let sql = "DELETE FROM character_regards WHERE person_id = $1 AND character_id = $2";
        return query::run(tx, sql, told.pair()).await.map(|_| ());
    }
    let sql =
        "INSERT INTO character_regards (person_id, character_id, reaction, hidden, seq) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (person_id, character_id) DO UPDATE
            SET reaction = excluded.reaction, hidden = excluded.hidden, seq = excluded.seq";
    let reaction = after.0.map(|reaction| reaction.as_str().to_owned());
    let values = [reaction.into(), after.1.into(), rows::signed(told.seq).into()];
    query::run(tx, sql, told.pair().into_iter().chain(values)).await.map(|_| ())
}

async fn count(
    tx: &DatabaseTransaction,
    character: CharacterId,
    before: Option<Reaction>,
    after: Option<Reaction>,
) -> StoreResult<()> {
    let likes = |reaction| i64::from(reaction == Some(Reaction::Like));
    let more = likes(after) - likes(before);
    if more == 0 {
        return Ok(());
    }
    let sql = "INSERT INTO character_likes (character_id, likes) VALUES ($1, $2)
        ON CONFLICT (character_id) DO UPDATE SET likes = character_likes.likes + excluded.likes";
    query::run(tx, sql, [character.0.into(), more.into()]).await.map(|_| ())
}

async fn take_back(tx: &DatabaseTransaction, told: Told<'_>, kind: RecommendationEventType) -> StoreResult<()> {
    let sql = "UPDATE recommendation_events SET layer = $4 WHERE person_id = $1 AND character_id = $2 AND kind = $3";
    let values = [kind.as_str().into(), Layer::TakenBack.into()];
    query::run(tx, sql, told.pair().into_iter().chain(values)).await.map(|_| ())
}

async fn insert(tx: &DatabaseTransaction, told: Told<'_>, kind: RecommendationEventType) -> StoreResult<()> {
    let sql = "INSERT INTO recommendation_events (person_id, character_id, event_id, seq, kind, at, surface, layer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = [
        told.id.into(),
        rows::signed(told.seq).into(),
        kind.as_str().into(),
        told.at.into(),
        told.surface.map(|surface| surface.as_str().to_owned()).into(),
        Layer::Signal.into(),
    ];
    query::run(tx, sql, told.pair().into_iter().chain(values)).await.map(|_| ())
}
