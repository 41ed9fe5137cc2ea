//! Routes: the stories that characters carry, and how far a person has come in one. Told from what happened whenever somebody asks, and
//! kept nowhere but as that, so what is edited, erased or out of view never was.
//!
//! ```text
//!   a turn is answered ──> judge ──> phrases that were said ──> what is unlocked by now ──> told once
//!   a scene is begun, a choice taken ──> kept before its message ──> the message
//!   a page is opened, a reply is wanted ──> all that happened ──> domain::routes::tell
//! ```

mod authoring;
mod following;
mod playing;
mod reading;
mod staging;

use std::collections::HashMap;
use std::sync::Arc;

use bus::Bus;
use domain::bonds::{self, BondRules};
use domain::ids::CharacterId;
use domain::memories::Scope;
use domain::routes::{Did, Moment, MonthDay, Now, Progress, Route, RouteEvent, RouteEventKind, tell};
use parking_lot::Mutex;
use store::Stores;
use store::bonds::BondHistory;
use store::routes::RouteHistory;
use time::OffsetDateTime;

use crate::app::AppParts;
use crate::bonds::romance_for;
use crate::characters::Characters;
use crate::clock::Clock;
use crate::media::MediaLibrary;
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult, zones};

pub use authoring::{CheckedRoute, RouteView, check};
pub use playing::{ChoiceView, PlayedView};
pub use reading::{ChapterView, PictureView, ProgressView, SceneView, UnlockedView};
pub(crate) use staging::{Stage, Staged};

/// How many routes stay read.
const READY: usize = 256;

/// The use cases of routes. Cloning is cheap.
#[derive(Clone)]
pub struct Routes {
    inner: Arc<Inner>,
}

struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
    media: MediaLibrary,
    ready: Mutex<HashMap<CharacterId, (u64, Arc<Route>)>>,
}

/// A route as it stands with a person.
pub(crate) struct Standing {
    /// What of it is there for them.
    pub(crate) route: Arc<Route>,
    /// The rules of the bond, as far as they are there for them.
    pub(crate) rules: BondRules,
    /// How far they have come.
    pub(crate) progress: Progress,
    /// Their time zone.
    zone: Option<String>,
    /// On which day of the year the two met.
    met_on: MonthDay,
}

impl Routes {
    pub(crate) fn new(parts: &AppParts, mint: Mint, characters: Characters, media: MediaLibrary) -> Self {
        let inner = Inner {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            characters,
            media,
            ready: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// How a route stands with a person who may see the character; `None` where she has none.
    pub(crate) async fn standing(&self, scope: Scope) -> ServiceResult<Option<Standing>> {
        let inner = &self.inner;
        let (found, person, history, bond) = tokio::join!(
            inner.characters.get(scope.user, scope.character),
            inner.stores.accounts.find_user(scope.user),
            inner.stores.progress.route_history(scope),
            inner.stores.bonds.bond(scope)
        );
        let (found, person, history) = (found?, person?.ok_or(ServiceError::NotFound)?, history?);
        let Some(route) = inner.route(scope.character, &history).await? else { return Ok(None) };
        let romance = romance_for(&person, inner.clock.now());
        let route = if romance { route } else { Arc::new(route.for_one(false)) };
        let rules = found.profile.bond_rules().for_one(romance);
        let zone = person.timezone;
        let progress = inner.told(&route, &rules, zone.as_deref(), &history, &bond?);
        let met_at = history.met_at.unwrap_or_else(|| inner.clock.now());
        let met_on = MonthDay::of(zones::local(met_at, zone.as_deref()).date());
        Ok(Some(Standing { route, rules, progress, zone, met_on }))
    }
}

impl Inner {
    /// The route that a history is of; `None` where there is none.
    async fn route(&self, character: CharacterId, history: &RouteHistory) -> ServiceResult<Option<Arc<Route>>> {
        let Some(revision) = history.revision else { return Ok(None) };
        if let Some((_, route)) = self.ready.lock().get(&character).filter(|(known, _)| *known == revision) {
            return Ok(Some(Arc::clone(route)));
        }
        let Some(kept) = self.stores.routes.find_route(character).await? else { return Ok(None) };
        let route = Arc::new(kept.route);
        let mut ready = self.ready.lock();
        if ready.len() >= READY {
            ready.clear();
        }
        ready.insert(character, (kept.revision, Arc::clone(&route)));
        Ok(Some(route))
    }

    /// How far somebody has come until now.
    fn told(
        &self,
        route: &Route,
        rules: &BondRules,
        zone: Option<&str>,
        history: &RouteHistory,
        bond: &BondHistory,
    ) -> Progress {
        let now = self.clock.now();
        let met = zones::local(history.met_at.unwrap_or(now), zone).date();
        let dated = |at: OffsetDateTime| {
            let date = zones::local(at, zone).date();
            (u32::try_from((date - met).whole_days()).unwrap_or(0), MonthDay::of(date))
        };
        let mut moments = Vec::with_capacity(bond.events.len() + history.events.len());
        let (_, effects) = bonds::tell(rules, &bond.events, now);
        let mut values: Vec<i32> = rules.dimensions.iter().map(|dimension| dimension.start).collect();
        for (event, effect) in bond.events.iter().zip(effects) {
            for (dimension, value) in rules.dimensions.iter().zip(&mut values) {
                *value += effect.moved.get(&dimension.key).copied().unwrap_or(0);
            }
            let (days, date) = dated(event.at);
            let (session, message) = (event.session_id, event.message_id);
            moments.push(Moment { did: Did::Bond(values.clone()), at: event.at, days, date, session, message });
        }
        for event in &history.events {
            let (days, date) = dated(event.at);
            let (session, message) = (event.session_id, event.message_id);
            moments.push(Moment { did: did(event), at: event.at, days, date, session, message });
        }
        // The sort is stable: of what happened at once and is of one kind, what was kept first stands first.
        moments.sort_by_key(|moment| (moment.at, moment.did.rank()));
        let (days, date) = dated(now);
        tell(route, rules, &moments, Now { at: now, days, date })
    }
}

fn did(event: &RouteEvent) -> Did {
    match event.kind {
        RouteEventKind::Said => Did::Said(event.detail.clone()),
        RouteEventKind::Chose => Did::Chose { scene: event.scene.clone(), choice: event.detail.clone() },
        RouteEventKind::Began => Did::Began(event.scene.clone()),
        RouteEventKind::Left => Did::Left,
    }
}
