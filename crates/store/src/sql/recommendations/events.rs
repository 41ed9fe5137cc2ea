//! Events: who may tell of whom, and each kept once.

use std::collections::{HashMap, HashSet};

use domain::ClosedSet;
use domain::characters::{ContentRating, Visibility};
use domain::ids::{CharacterId, UserId};
use domain::recommendations::RecommendationEventType;
use domain::usage::Day;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Layer, places, query, regards, rows};
use crate::StoreResult;
use crate::recommendations::{EventOutcome, NewEvent};

/// Which people are there, and which characters they may see. Both stay until the transaction ends.
pub(super) struct Seen {
    /// People who are there, and whether they see what is mature.
    people: HashMap<Uuid, bool>,
    characters: HashMap<Uuid, There>,
    /// People and makers between whom a block stands.
    apart: HashSet<(Uuid, Uuid)>,
}

/// A character that is there.
struct There {
    owner: Option<Uuid>,
    /// Whether her maker alone may see her.
    is_private: bool,
    rating: ContentRating,
}

impl Seen {
    pub(super) async fn of(tx: &DatabaseTransaction, people: &[UserId], wanted: &[CharacterId]) -> StoreResult<Self> {
        let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR KEY SHARE" } else { "" };
        // In one order for all nodes, so that no two wait for each other.
        let sorted = |mut ids: Vec<Uuid>| {
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let mut seen = Self { people: HashMap::new(), characters: HashMap::new(), apart: HashSet::new() };
        for list in query::lists(&sorted(people.iter().map(|id| id.0).collect())) {
            let sql = format!(
                "SELECT id, sees_mature FROM users WHERE id IN ({}) ORDER BY id{lock}",
                query::places(1, list.len())
            );
            for row in query::rows(tx, sql, list).await? {
                seen.people.insert(row.try_get("", "id")?, row.try_get("", "sees_mature")?);
            }
        }
        for list in query::lists(&sorted(wanted.iter().map(|id| id.0).collect())) {
            let sql = format!(
                "SELECT id, owner_id, visibility, hidden_at, rating FROM characters WHERE id IN ({}) AND NOT deleted ORDER BY id{lock}",
                query::places(1, list.len())
            );
            for row in query::rows(tx, sql, list).await? {
                let visibility: Visibility = rows::closed(&row.try_get::<String>("", "visibility")?)?;
                let is_hidden = row.try_get::<Option<i64>>("", "hidden_at")?.is_some();
                let there = There {
                    owner: row.try_get("", "owner_id")?,
                    is_private: is_hidden || visibility == Visibility::Private,
                    rating: rows::closed(&row.try_get::<String>("", "rating")?)?,
                };
                seen.characters.insert(row.try_get("", "id")?, there);
            }
        }
        let makers = sorted(seen.characters.values().filter_map(|there| there.owner).collect());
        for people in query::lists(&sorted(people.iter().map(|id| id.0).collect())) {
            for makers in query::lists(&makers) {
                let (one, other) = (query::places(1, people.len()), query::places(people.len() + 1, makers.len()));
                let sql = format!(
                    "SELECT user_id, shunned_id FROM shunned WHERE how = 'block' AND (
                        (user_id IN ({one}) AND shunned_id IN ({other})) OR (user_id IN ({other}) AND shunned_id IN ({one})))"
                );
                for row in query::rows(tx, sql, people.iter().cloned().chain(makers)).await? {
                    let (one, other) = (row.try_get("", "user_id")?, row.try_get("", "shunned_id")?);
                    seen.apart.extend([(one, other), (other, one)]);
                }
            }
        }
        Ok(seen)
    }

    pub(super) fn is_there(&self, person: UserId) -> bool {
        self.people.contains_key(&person.0)
    }

    pub(super) fn is_visible(&self, person: UserId, character: CharacterId) -> bool {
        let Some(there) = self.characters.get(&character.0) else { return false };
        let sees_mature = self.people.get(&person.0).copied().unwrap_or_default();
        let is_apart = there.owner.is_some_and(|maker| self.apart.contains(&(person.0, maker)));
        there.owner == Some(person.0) || (!there.is_private && there.rating.is_for(sees_mature) && !is_apart)
    }
}

/// Keeps events in their order; the outcome of each.
pub(super) async fn record(tx: &DatabaseTransaction, events: &[NewEvent]) -> StoreResult<Vec<EventOutcome>> {
    let people: Vec<UserId> = events.iter().map(|new| new.event.person).collect();
    let characters: Vec<CharacterId> = events.iter().map(|new| new.event.character).collect();
    let seen = Seen::of(tx, &people, &characters).await?;
    let may =
        |new: &NewEvent| seen.is_there(new.event.person) && seen.is_visible(new.event.person, new.event.character);
    let mut outcomes: Vec<EventOutcome> =
        events.iter().map(|new| if may(new) { EventOutcome::Repeated } else { EventOutcome::Refused }).collect();
    if outcomes.iter().all(|outcome| *outcome == EventOutcome::Refused) {
        return Ok(outcomes);
    }
    let first = places(tx, events.len()).await?;
    let placed: Vec<(usize, u64, &NewEvent)> =
        events.iter().zip(first..).enumerate().map(|(n, (new, seq))| (n, seq, new)).collect();
    let mut kept = Vec::new();
    let plain: Vec<_> =
        placed.iter().copied().filter(|(_, _, new)| may(new) && new.event.kind.changes().is_none()).collect();
    let fresh = insert(tx, &plain).await?;
    kept.extend(plain.iter().filter(|(_, seq, _)| fresh.contains(seq)).map(|(n, _, _)| *n));
    for (n, seq, new) in placed {
        if let (Some(change), true) = (new.event.kind.changes(), may(new))
            && regards::change(tx, regards::Told::of(new, seq), change).await?
        {
            kept.push(n);
        }
    }
    for n in kept {
        if let Some(outcome) = outcomes.get_mut(n) {
            *outcome = EventOutcome::Kept;
        }
    }
    Ok(outcomes)
}

/// The places of those that were not there before.
async fn insert(tx: &DatabaseTransaction, placed: &[(usize, u64, &NewEvent)]) -> StoreResult<HashSet<u64>> {
    let mut fresh = HashSet::with_capacity(placed.len());
    for block in query::blocks(placed, 9) {
        let sql = format!(
            "INSERT INTO recommendation_events (person_id, event_id, seq, kind, character_id, at, surface, day, layer)
            VALUES {} ON CONFLICT DO NOTHING RETURNING seq",
            query::tuples(1, 9, block.len())
        );
        let values: Vec<Value> = block.iter().flat_map(|(_, seq, new)| row(new, *seq)).collect();
        for row in query::rows(tx, sql, values).await? {
            fresh.insert(rows::number(row.try_get("", "seq")?)?);
        }
    }
    Ok(fresh)
}

fn row(new: &NewEvent, seq: u64) -> [Value; 9] {
    let event = &new.event;
    [
        event.person.0.into(),
        new.id.clone().into(),
        rows::signed(seq).into(),
        event.kind.as_str().into(),
        event.character.0.into(),
        rows::micros(event.at).into(),
        new.surface.map(|surface| surface.as_str().to_owned()).into(),
        day(event.kind, event.at).into(),
        if event.kind == RecommendationEventType::Impression { Layer::Shown } else { Layer::Signal }.into(),
    ]
}

/// The day on which an event counts once.
fn day(kind: RecommendationEventType, at: OffsetDateTime) -> Option<i64> {
    kind.counts_once_a_day().then(|| Day::of(at).0)
}
