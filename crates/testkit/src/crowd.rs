//! People and characters by the dozen for tests of recommendations: kept by the store, without a request each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::accounts::{User, UserRole};
use domain::characters::{Character, CharacterProfile, ContentRating, DepthPrompt, Visibility};
use domain::ids::{CharacterId, UserId};
use domain::recommendations::{Event, RecommendationEventType};
use domain::sampling::Sampling;
use service::clock::Clock;
use service::mint::Mint;
use store::recommendations::NewEvent;

use crate::TestApp;

/// Makes them, with ids and times of the server's clock.
pub struct Crowd<'a> {
    app: &'a TestApp,
    mint: Mint,
    told: AtomicU64,
}

impl<'a> Crowd<'a> {
    /// For this server.
    pub fn of(app: &'a TestApp) -> Self {
        Self { app, mint: Mint::new(app.clock.clone()), told: AtomicU64::new(0) }
    }

    /// Somebody with an account, who never signs in.
    pub async fn person(&self) -> UserId {
        let (id, now): (UserId, _) = (self.mint.id(), self.app.clock.now());
        let user = User {
            id,
            username: id.0.simple().to_string(),
            email: format!("{}@example.org", id.0.simple()),
            display_name: "One of many".into(),
            birth_date: None,
            timezone: None,
            sees_mature: false,
            role: UserRole::Member,
            disabled: None,
            created_at: now,
            updated_at: now,
        };
        self.app.store.stores().accounts.create_user(&user, "no password").await.expect("an account");
        id
    }

    /// A public character of nobody's, with these tags.
    pub async fn character(&self, name: &str, tags: &[&str]) -> CharacterId {
        let now = self.app.clock.now();
        let character = Character {
            id: self.mint.id(),
            owner: None,
            profile: CharacterProfile {
                name: name.to_owned(),
                tagline: String::new(),
                persona: String::new(),
                scenario: String::new(),
                greeting: "Hello.".into(),
                alternate_greetings: Vec::new(),
                group_greetings: Vec::new(),
                examples: String::new(),
                system_prompt: String::new(),
                post_history_instructions: String::new(),
                depth_prompt: DepthPrompt::default(),
                creator_notes: String::new(),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                visibility: Visibility::Public,
                rating: ContentRating::General,
                model: None,
                sampling: Sampling::default(),
                bond: None,
                routine: None,
                translations: Vec::new(),
            },
            avatar: None,
            created_at: now,
            updated_at: now,
            deleted: false,
        };
        self.app.store.stores().characters.create_character(&character, None).await.expect("a character");
        character.id
    }

    /// Somebody liked these some hours ago, one after the other, after all who liked somebody before.
    pub async fn likes(&self, person: UserId, characters: &[CharacterId]) {
        let mut events = Vec::with_capacity(characters.len());
        for character in characters {
            let ago = Duration::from_secs(12 * 3_600 - self.told.fetch_add(1, Ordering::Relaxed));
            let (id, at) = (self.mint.id::<domain::ids::EventId>().to_string(), self.app.clock.now() - ago);
            let event = Event { person, character: *character, kind: RecommendationEventType::Like, at };
            events.push(NewEvent { id, event, surface: None });
        }
        self.app.store.stores().tastes.record_events(&events).await.expect("they are kept");
    }

    /// Two camps of so many characters and people each: everybody likes all of one camp but one.
    pub async fn camps(&self, size: usize) -> [Vec<CharacterId>; 2] {
        let mut camps = [Vec::new(), Vec::new()];
        for (camp, tag) in camps.iter_mut().zip(["knight", "witch"]) {
            for n in 0..size {
                camp.push(self.character(&format!("{tag} {n}"), &[tag]).await);
            }
        }
        for camp in &camps {
            for n in 0..2 * size {
                let mut liked: Vec<CharacterId> = camp.clone();
                liked.remove(n % size);
                liked.rotate_left(n % (size - 1));
                self.likes(self.person().await, &liked).await;
            }
        }
        camps
    }
}

impl TestApp {
    /// Waits until everything that was done is learned, and this server serves it.
    pub async fn recommends(&self) {
        let stores = self.store.stores();
        let embedder = self.app.memories.embedder().map(|info| info.name).unwrap_or_default();
        for _ in 0..2_000 {
            let vectors = stores.discovery.characters_without_vector(&embedder, 1).await.expect("they are found");
            let mark = stores.training.training_mark(&embedder).await.expect("a mark");
            let newest = stores.snapshots.newest_snapshot().await.expect("it answers");
            let is_learned = newest.is_some_and(|newest| {
                newest.mark == mark && self.app.recommendations.version() == Some(newest.version)
            });
            if is_learned && (vectors.is_empty() || embedder.is_empty()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it was not learned");
    }
}
