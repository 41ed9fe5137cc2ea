//! What people do with characters and make of them, as rows.
//!
//! Events have places in the order in which they are committed: whoever writes some holds the one row of the clock until its
//! transaction ends. So whoever learns goes on from a place and misses none, and regards change one after the other.

mod events;
mod regards;
mod snapshots;
mod training;

use std::collections::HashMap;

use async_trait::async_trait;
use domain::characters::{Character, CharacterFilter};
use domain::ids::{CharacterId, UserId};
use domain::recommendations::{Event, Regard, RegardChange};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::characters::{character, narrow};
use super::entities::characters;
use super::{SqlStore, query, rows};
use crate::recommendations::{Acquaintance, EventOutcome, NewEvent, Recall, TasteStore};
use crate::{StoreError, StoreResult};

/// How much an event says, as it stands in `layer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Shown,
    Signal,
    TakenBack,
}

impl From<Layer> for Value {
    fn from(layer: Layer) -> Self {
        match layer {
            Layer::Shown => 0_i64.into(),
            Layer::Signal => 1_i64.into(),
            Layer::TakenBack => 2_i64.into(),
        }
    }
}

/// The place of the newest event.
async fn newest<C: ConnectionTrait>(conn: &C) -> StoreResult<u64> {
    let row = query::row(conn, "SELECT seq FROM recommendation_clock WHERE id = 1", []).await?;
    row.map_or(Ok(0), |row| rows::number(row.try_get("", "seq")?))
}

/// Takes the next `count` places; the first of them. From here on nobody else writes events.
async fn places(tx: &DatabaseTransaction, count: usize) -> StoreResult<u64> {
    let sql = "INSERT INTO recommendation_clock (id, seq, erased) VALUES (1, $1, 0)
        ON CONFLICT (id) DO UPDATE SET seq = recommendation_clock.seq + excluded.seq RETURNING seq";
    let count = count as u64;
    let row = query::row(tx, sql, [rows::signed(count).into()]).await?;
    let last: u64 = row.map_or(Ok(0), |row| rows::number(row.try_get("", "seq")?))?;
    Ok((last + 1).saturating_sub(count))
}

/// A person goes, and takes along what they did: whoever learned from it learns anew. Their likes count no more.
pub(super) async fn forget(tx: &DatabaseTransaction, person: UserId) -> StoreResult<()> {
    let any = "SELECT 1 FROM recommendation_events WHERE person_id = $1 LIMIT 1";
    if query::row(tx, any, [person.0.into()]).await?.is_none() {
        return Ok(());
    }
    query::run(tx, "UPDATE recommendation_clock SET erased = erased + 1 WHERE id = 1", []).await?;
    let sql = "UPDATE character_likes SET likes = likes - 1 WHERE character_id IN
        (SELECT character_id FROM character_regards WHERE person_id = $1 AND reaction = 'like')";
    query::run(tx, sql, [person.0.into()]).await.map(|_| ())
}

fn event(person: UserId, row: &QueryResult) -> StoreResult<Event> {
    Ok(Event {
        person,
        character: CharacterId(row.try_get("", "character_id")?),
        kind: rows::closed(&row.try_get::<String>("", "kind")?)?,
        at: rows::time(row.try_get("", "at")?)?,
    })
}

#[async_trait]
impl TasteStore for SqlStore {
    async fn record_events(&self, events: &[NewEvent]) -> StoreResult<Vec<EventOutcome>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.begin().await?;
        let outcomes = events::record(&tx, events).await?;
        tx.commit().await?;
        Ok(outcomes)
    }

    async fn change_regard(
        &self,
        person: UserId,
        character: CharacterId,
        change: RegardChange,
        id: &str,
        now: OffsetDateTime,
    ) -> StoreResult<Regard> {
        let tx = self.begin().await?;
        let seen = events::Seen::of(&tx, &[person], &[character]).await?;
        if !seen.is_there(person) || !(seen.is_visible(person, character) || change.takes_back()) {
            return Err(StoreError::NotFound);
        }
        let seq = places(&tx, 1).await?;
        regards::change(
            &tx,
            regards::Told { person, character, id, at: rows::micros(now), seq, surface: None },
            change,
        )
        .await?;
        let regard = regards::of(&tx, person, &[character]).await?.remove(&character);
        tx.commit().await?;
        regard.ok_or(StoreError::NotFound)
    }

    async fn regards(&self, person: UserId, characters: &[CharacterId]) -> StoreResult<HashMap<CharacterId, Regard>> {
        let mut found = regards::of(self.read(), person, characters).await?;
        for id in characters {
            found.entry(*id).or_default();
        }
        Ok(found)
    }

    async fn acquaintance(&self, person: UserId, recall: Recall) -> StoreResult<Acquaintance> {
        let seq = match recall.until {
            Some(seq) => seq,
            None => newest(self.read()).await?,
        };
        let (whose, until) = (Value::from(person.0), Value::from(rows::signed(seq)));
        let part = |layer: u8, limit: u8| {
            format!(
                "SELECT * FROM (SELECT seq, kind, character_id, at FROM recommendation_events
                WHERE person_id = $1 AND layer = {layer} AND seq <= $2 ORDER BY seq DESC LIMIT ${limit}) part{layer}"
            )
        };
        let sql = format!("{} UNION ALL {} ORDER BY seq", part(1, 3), part(0, 4));
        let values = [whose.clone(), until.clone(), i64::from(recall.signals).into(), i64::from(recall.shown).into()];
        let told = query::rows(self.read(), sql, values).await?;
        let sql = "SELECT id FROM characters WHERE owner_id = $1 AND visibility = 'public' AND NOT deleted
            UNION ALL SELECT character_id FROM character_regards WHERE person_id = $1 AND seq <= $2 LIMIT $3";
        let settled = query::rows(self.read(), sql, [whose.clone(), until, i64::from(recall.settled).into()]).await?;
        let tags = query::row(self.read(), "SELECT tags FROM person_tastes WHERE person_id = $1", [whose]).await?;
        Ok(Acquaintance {
            seq,
            events: told.iter().map(|row| event(person, row)).collect::<StoreResult<_>>()?,
            settled: query::ids(&settled, "id")?.into_iter().map(CharacterId).collect(),
            tags: tags.map_or(Ok(Vec::new()), |row| rows::from_json(&row.try_get::<String>("", "tags")?))?,
        })
    }

    async fn found_characters(&self, viewer: UserId, wanted: &[CharacterId]) -> StoreResult<Vec<Character>> {
        let ids: Vec<Uuid> = wanted.iter().map(|id| id.0).collect();
        let mut found = Vec::with_capacity(ids.len());
        for list in query::lists(&ids) {
            let (mut values, length) = (vec![viewer.0.into()], list.len());
            values.extend(list);
            let narrowed = narrow(&CharacterFilter::default(), true, &mut values);
            let sql =
                format!("SELECT c.* FROM characters c WHERE c.id IN ({}) AND {narrowed}", query::places(2, length));
            for row in query::models::<characters::Model, _>(self.read(), sql, values).await? {
                found.push(character(&row)?);
            }
        }
        Ok(found)
    }

    async fn set_tastes(&self, person: UserId, tags: &[String]) -> StoreResult<()> {
        let tx = self.begin().await?;
        if !events::Seen::of(&tx, &[person], &[]).await?.is_there(person) {
            return Err(StoreError::NotFound);
        }
        let sql = "INSERT INTO person_tastes (person_id, tags) VALUES ($1, $2)
            ON CONFLICT (person_id) DO UPDATE SET tags = excluded.tags";
        query::run(&tx, sql, [person.0.into(), rows::json(&tags)?.into()]).await?;
        tx.commit().await
    }
}
