//! Pages: whom a person may like, who is liked these days, who is like somebody.
//!
//! A snapshot proposes, and the store has the last word: whoever a person may not find in a list is not on a page either, however old
//! the snapshot. A few more are proposed than are shown, so that pages stay full.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::characters::{Character, CharacterFilter, Visibility};
use domain::ids::{CharacterId, UserId};
use domain::pages::{Page, PageRequest};
use domain::recommendations::Reason;
use domain::usage::Day;
use recommend::{Profile, Recommended, Request, Weights};
use store::recommendations::{Acquaintance, Recall};
use time::OffsetDateTime;

use super::Recommendations;
use super::place::Place;
use super::shelf::Held;
use crate::characters::CharacterView;
use crate::{ServiceError, ServiceResult};

/// A list is made in sheets: each is full of variety in itself, and none repeats what stands on those before.
const SHEET: usize = 30;

/// How many sheets there are.
const SHEETS: usize = 10;

/// How many more are proposed than are shown.
const SPARE: usize = 12;

/// How many are looked at where many are not for the viewer.
const FARTHEST: usize = 2_000;

/// How much of a person counts.
const RECALL: Recall = Recall { until: None, signals: 500, shown: 300, settled: 4_000 };

/// A character of the person that is a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// Which.
    pub id: CharacterId,
    /// Its name.
    pub name: String,
}

/// A recommended character.
#[derive(Debug, Clone, PartialEq)]
pub struct RecommendedView {
    /// The character.
    pub character: CharacterView,
    /// Why it is there.
    pub reason: Reason,
    /// The character that the reason points at.
    pub because: Option<Because>,
}

/// What a list is made from.
struct Asked {
    held: Arc<Held>,
    known: Acquaintance,
    place: Place,
    weights: Weights,
    /// How much of it is needed.
    upto: usize,
}

impl Recommendations {
    /// Characters that a person may like. The pages of one cursor belong to one list, whatever is done meanwhile.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page(&self, viewer: UserId, page: &PageRequest) -> ServiceResult<Page<RecommendedView>> {
        let inner = &self.inner;
        let place = page.cursor.as_deref().map(Place::read).transpose()?;
        let held = place.map_or_else(|| inner.shelf.newest(), |place| inner.shelf.find(place.version));
        let Some(held) = held.filter(|held| !held.snapshot.is_empty()) else {
            return self.before_learning(viewer, page).await;
        };
        let recall = Recall { until: place.map(|place| place.seq), ..RECALL };
        let known = inner.stores.tastes.acquaintance(viewer, recall).await?;
        let now = inner.clock.now();
        let place = place.unwrap_or(Place {
            version: held.version,
            seq: known.seq,
            at: now.unix_timestamp(),
            seed: seed(viewer, now),
            shown: 0,
        });
        let shown = usize::try_from(place.shown).unwrap_or(usize::MAX);
        let upto = shown.saturating_add(page.limit as usize + SPARE).min(SHEET * SHEETS);
        let asked = Asked { held, known, place, weights: inner.config.weights, upto };
        let ranked = tokio::task::spawn_blocking(move || ranked(asked)).await;
        let ranked = ranked.map_err(|_| ServiceError::Internal("a page broke off".to_owned()))?;
        let proposed = ranked.get(shown..).unwrap_or_default();
        let (items, used) = self.shown(viewer, proposed, page.limit as usize).await?;
        let next = used.map(|used| Place { shown: place.shown + used as u64, ..place });
        Ok(Page { items, next_cursor: next.map(Place::write) })
    }

    /// Characters that many people like these days, the most liked first.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn trending(&self, viewer: UserId, limit: u32) -> ServiceResult<Vec<CharacterView>> {
        let Some(held) = self.inner.shelf.newest() else { return Ok(Vec::new()) };
        self.fill(viewer, limit as usize, &|count| held.snapshot.trending(count, &|_| true)).await
    }

    /// Characters that are like this one, the likest first.
    ///
    /// # Errors
    /// `NotFound` when the viewer cannot see it.
    pub async fn similar(
        &self,
        viewer: UserId,
        character: CharacterId,
        limit: u32,
    ) -> ServiceResult<Vec<CharacterView>> {
        let found = self.inner.stores.characters.find_character(viewer, character).await?;
        found.ok_or(ServiceError::NotFound)?;
        let Some(held) = self.inner.shelf.newest() else { return Ok(Vec::new()) };
        self.fill(viewer, limit as usize, &|count| held.snapshot.similar(character, count, &|_| true)).await
    }

    /// As long as nothing was learned here, the newest: whoever starts a server sees its characters at once.
    async fn before_learning(&self, viewer: UserId, page: &PageRequest) -> ServiceResult<Page<RecommendedView>> {
        let stores = &self.inner.stores;
        let newest = PageRequest { cursor: None, limit: page.limit };
        let found = stores.characters.page_characters(viewer, &CharacterFilter::default(), &newest).await?;
        let others: Vec<Character> = found.items.into_iter().filter(|found| is_offered(found, viewer)).collect();
        let views = self.regarded(viewer, others).await?;
        let new = |character| RecommendedView { character, reason: Reason::New, because: None };
        Ok(Page { items: views.into_iter().map(new).collect(), next_cursor: None })
    }

    /// Up to `limit` of the proposed that the viewer may find, and how many were passed for it; `None` when nobody is left.
    async fn shown(
        &self,
        viewer: UserId,
        proposed: &[Recommended],
        limit: usize,
    ) -> ServiceResult<(Vec<RecommendedView>, Option<usize>)> {
        let reasons = proposed.iter().filter_map(|one| points_at(&one.reason));
        let ids: HashSet<CharacterId> = proposed.iter().map(|one| one.character).chain(reasons).collect();
        let ids: Vec<CharacterId> = ids.into_iter().collect();
        let found = self.inner.stores.tastes.found_characters(viewer, &ids).await?;
        let found: HashMap<CharacterId, Character> = found.into_iter().map(|found| (found.id, found)).collect();
        let offered = |one: &&Recommended| found.get(&one.character).is_some_and(|found| is_offered(found, viewer));
        let visible: Vec<(usize, &Recommended)> = proposed.iter().enumerate().filter(|(_, one)| offered(one)).collect();
        let next = visible.get(limit).map(|(place, _)| *place);
        let chosen = visible.iter().take(limit).filter_map(|(_, one)| {
            let character = found.get(&one.character)?;
            Some((character.clone(), one.reason.clone()))
        });
        let (characters, reasons): (Vec<_>, Vec<_>) = chosen.unzip();
        let views = self.regarded(viewer, characters).await?;
        let items = views.into_iter().zip(reasons).map(|(character, reason)| {
            let because = points_at(&reason).and_then(|id| found.get(&id));
            let because = because.map(|one| Because { id: one.id, name: one.profile.name.clone() });
            RecommendedView { character, reason: still(reason, because.is_some()), because }
        });
        Ok((items.collect(), next))
    }

    /// Up to `limit` of what is proposed that the viewer may find: where many of the first are not for them, more are asked for.
    async fn fill(
        &self,
        viewer: UserId,
        limit: usize,
        propose: &(dyn Fn(usize) -> Vec<CharacterId> + Sync),
    ) -> ServiceResult<Vec<CharacterView>> {
        let mut count = limit + SPARE;
        loop {
            let proposed = propose(count);
            let found = self.views(viewer, &proposed, limit).await?;
            if found.len() == limit || proposed.len() < count || count >= FARTHEST {
                return Ok(found);
            }
            count *= 4;
        }
    }

    /// Up to `limit` of these, in their order, that the viewer may find.
    async fn views(&self, viewer: UserId, proposed: &[CharacterId], limit: usize) -> ServiceResult<Vec<CharacterView>> {
        let found = self.inner.stores.tastes.found_characters(viewer, proposed).await?;
        let mut found: HashMap<CharacterId, Character> = found.into_iter().map(|found| (found.id, found)).collect();
        let kept = proposed.iter().filter_map(|id| found.remove(id));
        let public = kept.filter(|character| character.profile.visibility == Visibility::Public);
        let characters = public.take(limit).collect();
        self.regarded(viewer, characters).await
    }

    async fn regarded(&self, viewer: UserId, characters: Vec<Character>) -> ServiceResult<Vec<CharacterView>> {
        Ok(CharacterView::of_all(&self.inner.stores, viewer, characters).await?)
    }
}

/// The list, as far as it is needed. The same for the same place, so that pages follow each other.
fn ranked(asked: Asked) -> Vec<Recommended> {
    let Asked { held, known, place, weights, upto } = asked;
    let profile = Profile::of(&known.events).with_tags(known.tags);
    let now = OffsetDateTime::from_unix_timestamp(place.at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let mut settled: HashSet<CharacterId> = known.settled.into_iter().collect();
    let mut list: Vec<Recommended> = Vec::with_capacity(upto);
    for sheet in 0..SHEETS as u64 {
        if list.len() >= upto {
            break;
        }
        let may_be_shown = |id: CharacterId| !settled.contains(&id);
        let seed = place.seed.wrapping_add(sheet);
        let request = Request { now, count: SHEET, seed, may_be_shown: &may_be_shown, weights: &weights };
        let next = held.snapshot.recommend(&profile, &request);
        if next.is_empty() {
            break;
        }
        settled.extend(next.iter().map(|one| one.character));
        list.extend(next);
    }
    list.truncate(upto);
    list
}

/// Whether a character is recommended to somebody at all: one of others, for everybody.
fn is_offered(character: &Character, viewer: UserId) -> bool {
    character.owner != Some(viewer) && character.profile.visibility == Visibility::Public && !character.deleted
}

/// One list a person and a day: a page that is read again is the same, as long as nothing was done.
fn seed(viewer: UserId, now: OffsetDateTime) -> u64 {
    let (high, low) = viewer.0.as_u64_pair();
    high ^ low ^ Day::of(now).0.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn points_at(reason: &Reason) -> Option<CharacterId> {
    match reason {
        Reason::BecauseYouLike { character } | Reason::SimilarTo { character } => Some(*character),
        _ => None,
    }
}

/// A reason that points at somebody who cannot be shown any more points at nobody.
fn still(reason: Reason, is_there: bool) -> Reason {
    if points_at(&reason).is_some() && !is_there { Reason::MatchesYourTaste } else { reason }
}
