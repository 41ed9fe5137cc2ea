//! The product with people and characters in it, and its own clock, so that the past can be told in its order.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::Rate;
use domain::accounts::{User, UserRole};
use domain::characters::{Character, CharacterProfile, ContentRating, DepthPrompt, Visibility};
use domain::ids::{CharacterId, EntityId, NodeId, UserId};
use domain::sampling::Sampling;
use domain::sittings::Policy;
use llm::Models;
use llm::scripted::ScriptedModel;
use service::accounts::{AccountsConfig, Secret};
use service::admin::AdminConfig;
use service::chats::ChatsConfig;
use service::clock::Clock;
use service::initiatives::InitiativesConfig;
use service::jobs::JobsConfig;
use service::memories::MemoriesConfig;
use service::mint::Mint;
use service::moderation::ModerationConfig;
use service::moments::MomentsConfig;
use service::notifications::NotificationsConfig;
use service::operator::OperatorConfig;
use service::recommendations::{RecommendationsConfig, Weights};
use service::usage::UsageConfig;
use service::{App, AppParts};
use store::sql::SqlStore;
use testkit::TestClock;
use time::OffsetDateTime;
use uuid::Uuid;

/// A store, and the clock of those who use it.
pub struct World {
    pub store: SqlStore,
    pub clock: Arc<TestClock>,
}

/// Whether the services learn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Learning {
    Off,
    On,
}

/// The person of this number.
pub fn person(number: usize) -> UserId {
    UserId(Uuid::from_u128(number as u128 + 1))
}

/// The character of this number.
pub fn character(number: usize) -> CharacterId {
    CharacterId(Uuid::from_u128(number as u128 + 1))
}

/// The number of a character.
pub fn number(character: CharacterId) -> usize {
    character.0.as_u128() as usize - 1
}

impl World {
    /// A new store with these people, and so many characters.
    pub async fn new(people: impl Iterator<Item = usize>, characters: usize) -> Self {
        let store = SqlStore::open_temporary().await.expect("a store");
        let (stores, clock) = (store.stores(), Arc::new(TestClock::default()));
        let now = clock.now();
        for number in people {
            stores.accounts.create_user(&account(person(number), now), "no password").await.expect("an account");
        }
        for number in 0..characters {
            stores.characters.create_character(&bare(character(number), now), None).await.expect("a character");
        }
        Self { store, clock }
    }

    /// The services over the store.
    pub fn app(&self, learning: Learning, weights: Weights) -> App {
        let accounts =
            AccountsConfig::new(Secret::new("a secret for measuring that is long enough").expect("it is long enough"));
        let soon = Duration::from_millis(10);
        let jobs = JobsConfig { poll_every: soon, gather: soon, sweep_every: soon, ..JobsConfig::default() };
        // The past is told faster than it went by.
        let often = Rate { burst: 1_000_000_000, per: Duration::from_secs(1) };
        App::start(AppParts {
            stores: self.store.stores(),
            bus: bus::local::bus(),
            models: Arc::new(Models::new(Arc::new(ScriptedModel::new()))),
            embedder: None,
            node: Mint::new(self.clock.clone()).id::<NodeId>(),
            clock: self.clock.clone(),
            alone: true,
            pusher: None,
            notifications: NotificationsConfig::default(),
            accounts,
            chats: ChatsConfig::default(),
            memories: MemoriesConfig { learn: false, jobs, ..MemoriesConfig::default() },
            bonds: service::bonds::BondsConfig { judge: domain::bonds::BondJudge::Words },
            operator: OperatorConfig::default(),
            usage: UsageConfig::default(),
            admin: AdminConfig::default(),
            recommendations: RecommendationsConfig {
                learn_every: (learning == Learning::On).then_some(Duration::ZERO),
                look_every: soon,
                batches: often,
                batches_of_a_day: often,
                changes: often,
                weights,
                ..RecommendationsConfig::default()
            },
            social: service::social::SocialConfig::default(),
            moments: MomentsConfig::default(),
            moderation: ModerationConfig::default(),
            initiatives: InitiativesConfig::default(),
            policy: Policy::default(),
        })
    }

    /// Waits until the job has learned everything and this node serves it; how long it took.
    pub async fn learned(&self, app: &App) -> Duration {
        let (stores, began) = (self.store.stores(), Instant::now());
        loop {
            let mark = stores.training.training_mark("").await.expect("a mark");
            let newest = stores.snapshots.newest_snapshot().await.expect("it answers");
            if newest.is_some_and(|newest| newest.mark == mark && app.recommendations.version() == Some(newest.version))
            {
                return began.elapsed();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn account(id: UserId, now: OffsetDateTime) -> User {
    User {
        id,
        username: id.uuid().simple().to_string(),
        email: format!("{}@example.org", id.uuid().simple()),
        display_name: "Somebody".to_owned(),
        birth_date: None,
        timezone: None,
        sees_mature: false,
        role: UserRole::Member,
        disabled: None,
        created_at: now,
        updated_at: now,
    }
}

/// A character of which nothing is known but what people do with it.
fn bare(id: CharacterId, now: OffsetDateTime) -> Character {
    let profile = CharacterProfile {
        name: format!("Character {}", number(id)),
        tagline: String::new(),
        persona: String::new(),
        scenario: String::new(),
        greeting: String::new(),
        alternate_greetings: Vec::new(),
        group_greetings: Vec::new(),
        examples: String::new(),
        system_prompt: String::new(),
        post_history_instructions: String::new(),
        depth_prompt: DepthPrompt::default(),
        creator_notes: String::new(),
        tags: Vec::new(),
        visibility: Visibility::Public,
        rating: ContentRating::General,
        model: None,
        sampling: Sampling::default(),
        bond: None,
        routine: None,
        translations: Vec::new(),
    };
    let (created_at, updated_at) = (now, now);
    Character { id, owner: None, profile, avatar: None, created_at, updated_at, deleted: false }
}
