//! Bonds: how a person stands with a character; judged behind their back from what they say, shown to them with every reason, told
//! to the character as a colour, and switched off whenever they want.
//!
//! ```text
//!   a turn is answered ──> remember ──> judge: the model that speaks, or rules on words ──> events
//!   a page is opened, a reply is wanted ──> all events that count ──> domain::bonds::tell
//! ```
//!
//! Nothing of it is kept but the events, so what is edited, erased or out of view never was.

mod judge;
mod reading;

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Notice};
use domain::accounts::{AgeClass, User};
use domain::bonds::{Bond, BondJudge, BondRules, TracedBond, colour, may_romance, tell};
use domain::characters::CharacterProfile;
use domain::memories::Scope;
use store::Stores;
use store::bonds::BondHistory;
use time::OffsetDateTime;

use crate::app::AppParts;
use crate::catalog::Catalog;
use crate::characters::Characters;
use crate::clock::Clock;
use crate::mint::Mint;
use crate::moderation::Moderation;
use crate::usage::Usages;

pub use reading::{BondEventView, BondView};

/// Settings of bonds.
#[derive(Debug, Clone, Default)]
pub struct BondsConfig {
    /// Who judges what was said. Where no model can, words do.
    pub judge: BondJudge,
}

/// How long a reply waits for the bond.
const COLOUR_WITHIN: Duration = Duration::from_millis(500);

/// The use cases of bonds. Cloning is cheap.
#[derive(Clone)]
pub struct Bonds {
    inner: Arc<Inner>,
}

struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
    catalog: Catalog,
    usages: Usages,
    moderation: Moderation,
    config: BondsConfig,
}

/// How two stand, for the model that speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// In words.
    pub(crate) words: String,
    /// For the trace.
    pub(crate) traced: TracedBond,
}

impl Bonds {
    pub(crate) fn new(
        parts: &AppParts,
        mint: Mint,
        characters: Characters,
        catalog: Catalog,
        usages: Usages,
        moderation: Moderation,
    ) -> Self {
        let inner = Inner {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            characters,
            catalog,
            usages,
            moderation,
            config: parts.bonds.clone(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// What the bond of two is told from, for a reply; `None` when it is off, or not there in time: a reply without it is better
    /// than none.
    pub(crate) async fn for_reply(&self, scope: Scope) -> Option<BondHistory> {
        match tokio::time::timeout(COLOUR_WITHIN, self.inner.stores.bonds.bond(scope)).await {
            Ok(Ok(history)) => Some(history).filter(|history| history.settings.on && !history.events.is_empty()),
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "a bond could not be read");
                None
            }
            Err(_) => None,
        }
    }

    /// How two stand, in words for the model that speaks. `romance`: whether that is there for the person.
    pub(crate) fn told(
        &self,
        history: &BondHistory,
        profile: &CharacterProfile,
        romance: bool,
        tiny: bool,
    ) -> Option<Told> {
        let rules = profile.bond_rules().for_one(romance);
        let (bond, _) = tell(&rules, &history.events, self.inner.clock.now());
        let words = colour(&rules, &bond, tiny);
        let stage = rules.stages.get(bond.stage)?.key.clone();
        (!words.is_empty()).then(|| Told { words, traced: TracedBond { stage, mood: bond.mood() } })
    }
}

/// Whether romance is there for a person today.
pub(crate) fn romance_for(user: &User, now: OffsetDateTime) -> bool {
    may_romance(AgeClass::of(user.birth_date, now.date()))
}

impl Inner {
    /// Tells the person's devices that a bond is another, and which stage it reached.
    fn tell(&self, scope: Scope, rules: &BondRules, before: &Bond, after: &Bond) {
        let reached = (after.stage > before.stage).then(|| rules.stages.get(after.stage)).flatten();
        let reached = reached.map(|stage| stage.key.clone());
        self.bus.notices.publish(scope.user, Notice::BondChanged { character_id: scope.character, reached });
    }
}
