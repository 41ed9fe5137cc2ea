//! Characters who write first: allowed by one person for one character, looked at now and then, made once.
//!
//! ```text
//!   a person allows it ──> a time at which it is looked at
//!   that time comes ──> the facts, one answer of `domain::initiatives`: not now, or why
//!                         └──> the words are made, and looked through: what presses is dropped
//!                                └──> one transaction claims the slot; who comes second goes
//!                                       └──> the end of their session, whole in one change ──> the inbox, and devices
//! ```
//!
//! A process may die between any two of these: what is claimed stands in the store with its words, and goes on from there. None of
//! these is half done, and each is known when it is done again: the slot, the message by its id, the news by its source.

mod looking;
mod workshop;
mod writing;

use std::sync::Arc;
use std::time::Duration;

use domain::accounts::AgeClass;
use domain::chats::SessionFilter;
use domain::ids::{CharacterId, InitiativeId, UserId};
use domain::initiatives::{Initiative, InitiativeSettings, next_look};
use domain::pages::PageRequest;
use domain::sittings::Policy;
use domain::validation::FieldError;
use store::Stores;
use time::OffsetDateTime;

use crate::app::{AppParts, Below};
use crate::characters::Characters;
use crate::chats::Chats;
use crate::clock::Clock;
use crate::jobs::{Jobs, JobsConfig};
use crate::mint::Mint;
use crate::notifications::Notifications;
use crate::{ServiceError, ServiceResult};

/// How many sessions are read on the way to the first talk of the two: pages, and sessions of a page.
const PAGES: usize = 20;
const PAGE: u32 = 100;

/// Settings of characters who write first.
#[derive(Debug, Clone)]
pub struct InitiativesConfig {
    /// Settings of the jobs.
    pub jobs: JobsConfig,
}

impl Default for InitiativesConfig {
    fn default() -> Self {
        Self { jobs: JobsConfig { concurrent: 2, limit: Duration::from_secs(180), ..JobsConfig::default() } }
    }
}

/// The use cases of characters who write first. Cloning is cheap.
#[derive(Clone)]
pub struct Initiatives {
    inner: Arc<Inner>,
    jobs: Jobs,
}

/// What all parts of this room share.
struct Inner {
    stores: Stores,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
    notifications: Notifications,
    chats: Chats,
    policy: Policy,
}

/// What a person allows a character, as they see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitiativeView {
    /// What is allowed.
    pub settings: InitiativeSettings,
    /// Whether it can be switched on: by adults, where the operator lets characters write first.
    pub available: bool,
}

impl Initiatives {
    /// Starts the service with its jobs.
    pub(crate) fn start(parts: &AppParts, below: Below, chats: Chats) -> Self {
        let Below { mint, characters, notifications, .. } = below;
        let config = parts.initiatives.jobs.clone();
        let jobs = Jobs::new(Arc::clone(&parts.stores.jobs), Arc::clone(&parts.clock), parts.node, config);
        let inner = Arc::new(Inner {
            stores: parts.stores.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            characters,
            notifications,
            chats,
            policy: parts.policy.clone(),
        });
        jobs.start(Arc::new(workshop::Writers { inner: Arc::clone(&inner) }));
        Self { inner, jobs }
    }

    /// What a person allows a character.
    ///
    /// # Errors
    /// `NotFound` when she is not there for them.
    pub async fn get(&self, user: UserId, character: CharacterId) -> ServiceResult<InitiativeView> {
        let inner = &self.inner;
        inner.characters.get(user, character).await?;
        let kept = inner.stores.initiatives.find_initiative(user, character).await?;
        let settings = kept.map(|kept| kept.settings).unwrap_or_default();
        Ok(InitiativeView { settings, available: inner.is_available(user).await? })
    }

    /// Allows a character to write first, or no more. What is on its way is looked at once more before it is sent.
    ///
    /// # Errors
    /// `NotFound`, `CharacterUnavailable`, `Invalid`, also for whoever is not known to be an adult.
    pub async fn set(
        &self,
        user: UserId,
        character: CharacterId,
        settings: InitiativeSettings,
    ) -> ServiceResult<InitiativeView> {
        let inner = &self.inner;
        let settings = settings.checked()?;
        let found = inner.characters.get(user, character).await?;
        let available = inner.is_available(user).await?;
        if settings.enabled && found.deleted {
            return Err(ServiceError::CharacterUnavailable);
        }
        if settings.enabled && !available {
            return Err(FieldError::new("enabled", "is for adults alone, where the server allows it").into());
        }
        let now = inner.clock.now();
        let id = inner.mint.id::<InitiativeId>();
        let due_at = next_look(id.0.as_u128(), now, None);
        let met_at = inner.met_at(user, character).await?.unwrap_or(now);
        let wanted = Initiative { id, user, character, settings, met_at, due_at, revision: 0 };
        let kept = inner.stores.initiatives.save_initiative(&wanted, now).await?;
        Ok(InitiativeView { settings: kept.settings, available })
    }

    /// Stops the jobs.
    pub(crate) async fn shutdown(&self) {
        self.jobs.shutdown().await;
    }
}

impl Inner {
    async fn is_available(&self, user: UserId) -> ServiceResult<bool> {
        let found = self.stores.accounts.find_user(user).await?.ok_or(ServiceError::NotFound)?;
        let age = AgeClass::of(found.birth_date, self.clock.now().date());
        Ok(self.policy.characters_write_first && age == AgeClass::Adult)
    }

    /// When the two first talked.
    async fn met_at(&self, user: UserId, character: CharacterId) -> ServiceResult<Option<OffsetDateTime>> {
        let mut met: Option<OffsetDateTime> = None;
        for archived in [false, true] {
            let filter = SessionFilter { archived, character_id: Some(character) };
            let mut page = PageRequest { cursor: None, limit: PAGE };
            for _ in 0..PAGES {
                let found = self.stores.sessions.page_sessions(user, filter, &page).await?;
                let began = found.items.iter().map(|listing| listing.session.created_at);
                met = began.chain(met).min();
                page.cursor = found.next_cursor;
                if page.cursor.is_none() {
                    break;
                }
            }
        }
        Ok(met)
    }
}
