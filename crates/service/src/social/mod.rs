//! People among each other: profiles, friends, follows, blocks, and reports of what should not be.
//!
//! Whoever must not be seen is answered for as if they were not there. What somebody may do to another is asked of
//! `domain::privacy` here, before the store does it; across a block the store refuses by itself, whatever happens at once.

mod blocks;
mod follows;
mod friends;
mod presence;
mod profiles;
mod reports;
mod telling;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Here, Rate};
use domain::ids::UserId;
use domain::pages::Page;
use domain::privacy::Facet;
use domain::profiles::{ListedPerson, PersonRef, SeenPerson, WholeProfile};
use store::Stores;
use time::Date;

use crate::accounts::Caller;
use crate::app::AppParts;
use crate::chats::Chats;
use crate::clock::Clock;
use crate::media::Images;
use crate::mint::Mint;
use crate::notifications::Notifications;
use crate::recommendations::Recommendations;
use crate::{ServiceError, ServiceResult};

use presence::Presences;
pub use presence::SocialConfig;
pub use reports::{FiledReport, ReportIn};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How often one person may ask others for their friendship.
const ASKS: Rate = Rate { burst: 40, per: HOUR };
/// How often one person may ask the same other one.
const ASKS_OF_ONE: Rate = Rate { burst: 3, per: Duration::from_secs(7 * 24 * 60 * 60) };
/// How often one person may follow somebody or some character.
const FOLLOWS: Rate = Rate { burst: 200, per: HOUR };
/// How often one person may block or mute somebody.
const SHUNNINGS: Rate = Rate { burst: 120, per: HOUR };
/// How often one person may search for people.
const SEARCHES: Rate = Rate { burst: 120, per: Duration::from_secs(10 * 60) };
/// How often one person may report something.
const REPORTS: Rate = Rate { burst: 20, per: HOUR };

/// The use cases of people among each other. Cloning is cheap.
#[derive(Clone)]
pub struct Social {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    images: Images,
    notifications: Notifications,
    recommendations: Recommendations,
    chats: Chats,
    presences: Presences,
}

/// A person, as the caller sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// The person.
    pub person: SeenPerson,
    /// Whether they are here; `None` where the caller must not know.
    pub online: Option<bool>,
}

/// A person in a list, as the caller sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedView {
    /// The person.
    pub listed: ListedPerson,
    /// Whether they are here; `None` where the caller must not know.
    pub online: Option<bool>,
}

impl Social {
    /// Starts the service with the task that tells who is here.
    pub(crate) fn start(
        parts: &AppParts,
        mint: Mint,
        notifications: Notifications,
        recommendations: Recommendations,
        chats: Chats,
    ) -> Self {
        Self {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            images: Images::default(),
            notifications,
            recommendations,
            chats,
            presences: Presences::start(parts),
        }
    }

    /// A device of this person has a socket here, for as long as what this returns is kept. Friends who may know are told.
    #[must_use]
    pub fn enter(&self, caller: &Caller) -> Here {
        self.presences.enter(caller)
    }

    /// Ends what is told of who is here.
    pub(crate) async fn shutdown(&self) {
        self.presences.shutdown().await;
    }

    fn today(&self) -> Date {
        self.clock.now().date()
    }

    /// Somebody whom the viewer sees so far.
    async fn seen(&self, viewer: UserId, person: &PersonRef, facet: Facet) -> ServiceResult<WholeProfile> {
        let found = self.stores.profiles.find_profile(viewer, person, self.today()).await?;
        found.filter(|profile| profile.person.shows(facet)).ok_or(ServiceError::NotFound)
    }

    /// Somebody whom the viewer sees and to whom they may do this. Whom they see and may not is no secret.
    async fn open_to(&self, viewer: UserId, person: &PersonRef, facet: Facet) -> ServiceResult<WholeProfile> {
        let profile = self.seen(viewer, person, Facet::Card).await?;
        if profile.person.shows(facet) { Ok(profile) } else { Err(ServiceError::Forbidden) }
    }

    /// Somebody, seen or not, as far as the viewer has not been blocked by them.
    async fn anybody(&self, viewer: UserId, person: &PersonRef) -> ServiceResult<SeenPerson> {
        let found = self.stores.profiles.find_profile(viewer, person, self.today()).await?;
        let person = found.map(|profile| profile.person).filter(|person| !person.relation.blocked);
        person.ok_or(ServiceError::NotFound)
    }

    /// Whether the viewer meets somebody in a session though their card may be for others: a minor in a group among adults.
    async fn are_met(&self, viewer: UserId, person: &SeenPerson) -> ServiceResult<bool> {
        let relation = &person.relation;
        Ok(!relation.blocks
            && !relation.blocked
            && self.stores.groups.are_together(viewer, person.profile.user).await?)
    }

    /// Which of these are here, as far as the viewer may know.
    async fn here<'a>(&self, people: impl Iterator<Item = &'a SeenPerson>) -> HashMap<UserId, bool> {
        let shown: Vec<UserId> =
            people.filter(|person| person.shows(Facet::Presence)).map(|person| person.profile.user).collect();
        if shown.is_empty() {
            return HashMap::new();
        }
        let here: HashSet<UserId> = self.bus.presence.present(&shown).await.into_keys().collect();
        shown.into_iter().map(|user| (user, here.contains(&user))).collect()
    }

    pub(crate) async fn with_presence(&self, page: Page<ListedPerson>) -> Page<ListedView> {
        let here = self.here(page.items.iter().map(|listed| &listed.person)).await;
        page.map(|listed| ListedView { online: here.get(&listed.person.profile.user).copied(), listed })
    }
}
