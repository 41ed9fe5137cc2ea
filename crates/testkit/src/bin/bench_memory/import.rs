//! A conversation, said into a store of its own and remembered.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::accounts::{User, UserRole};
use domain::characters::{Character, CharacterProfile, ContentRating, DepthPrompt, Visibility};
use domain::chats::{MessageStatus, Role, Session};
use domain::ids::{CharacterId, EntityId, MessageId, NodeId, SessionId, UserId};
use domain::sampling::Sampling;
use domain::sittings::Policy;
use llm::scripted::ScriptedModel;
use llm::{Embedder, Models};
use service::accounts::{AccountsConfig, Secret};
use service::admin::AdminConfig;
use service::chats::ChatsConfig;
use service::clock::{Clock, SystemClock};
use service::initiatives::InitiativesConfig;
use service::jobs::JobsConfig;
use service::memories::MemoriesConfig;
use service::mint::Mint;
use service::moderation::ModerationConfig;
use service::moments::MomentsConfig;
use service::notifications::NotificationsConfig;
use service::operator::OperatorConfig;
use service::recommendations::RecommendationsConfig;
use service::usage::UsageConfig;
use service::{App, AppParts};
use store::Stores;
use store::chats::{NewMessage, NewReply, Parent};
use store::remembering::Lag;
use store::sql::SqlStore;
use store::turns::Finish;
use time::OffsetDateTime;

use crate::data::Conversation;

/// A house with one person and one character.
pub struct House {
    /// Its services.
    pub app: App,
    /// Its store.
    pub store: SqlStore,
    /// The person.
    pub user: UserId,
    /// The character.
    pub character: CharacterId,
    turns: HashMap<MessageId, String>,
}

impl House {
    /// A house in which this was said.
    pub async fn of(conversation: &Conversation, embedder: Arc<dyn Embedder>) -> Self {
        let store = SqlStore::open_temporary().await.expect("a store opens");
        let (person, character) = conversation.speakers();
        let mut say = Sayer::new(store.stores(), person, character).await;
        let mut turns = HashMap::new();
        for session in &conversation.sessions {
            say.begin(session.began()).await;
            for turn in &session.turns {
                let role = if turn.speaker == person { Role::User } else { Role::Character };
                turns.insert(say.say(role, &turn.text).await, turn.id.clone());
            }
        }
        let app = app(&store, embedder);
        remembered(&app, &store).await;
        Self { app, store, user: say.user, character: say.character, turns }
    }

    /// The turns that fit a question best.
    pub async fn ask(&self, question: &str, limit: u32) -> Vec<String> {
        let found = self.app.memories.search(self.user, self.character, question, limit).await.expect("a search");
        let turn = |(memory, ..): &(domain::memories::Memory, f32, Vec<domain::traces::TracedReason>)| {
            self.turns.get(memory.sources.first()?).cloned()
        };
        found.items.iter().filter_map(turn).collect()
    }

    /// Ends it.
    pub async fn close(self) {
        self.app.shutdown(Duration::from_secs(1)).await;
        self.store.close().await.expect("the store closes");
    }
}

/// Says things at their times.
pub struct Sayer {
    stores: Stores,
    mint: Mint,
    /// The person.
    pub user: UserId,
    /// The character.
    pub character: CharacterId,
    session: SessionId,
    now: OffsetDateTime,
    waiting: Option<MessageId>,
    said: u64,
}

impl Sayer {
    /// Two who have said nothing yet.
    pub async fn new(stores: Stores, person: &str, character: &str) -> Self {
        let mint = Mint::new(Arc::new(SystemClock));
        let now = OffsetDateTime::UNIX_EPOCH;
        let (user, id) = (mint.id::<UserId>(), mint.id::<CharacterId>());
        stores.accounts.create_user(&account(user, person), "none").await.expect("an account");
        let made = Character {
            id,
            owner: Some(user),
            profile: profile(character),
            avatar: None,
            created_at: now,
            updated_at: now,
            deleted: false,
        };
        stores.characters.create_character(&made, None).await.expect("a character");
        Self { stores, user, character: id, session: mint.id(), mint, now, waiting: None, said: 0 }
    }

    /// Begins a session.
    pub async fn begin(&mut self, at: OffsetDateTime) -> SessionId {
        self.settle().await;
        self.session = self.mint.id();
        self.now = at;
        let session = Session {
            id: self.session,
            owner: self.user,
            character_id: Some(self.character),
            title: String::new(),
            pinned: false,
            archived: false,
            model: None,
            sampling: Sampling::default(),
            leaf_id: None,
            seq: 0,
            created_at: at,
            last_message_at: at,
        };
        self.stores.sessions.create_session(&session, &[]).await.expect("a session");
        self.session
    }

    /// Says something; its message.
    pub async fn say(&mut self, role: Role, text: &str) -> MessageId {
        self.now += time::Duration::seconds(20);
        match role {
            Role::User => {
                self.settle().await;
                self.accept(text).await
            }
            Role::Character => {
                if self.waiting.is_none() {
                    // She speaks first: what she answers was not said.
                    self.accept("").await;
                }
                let reply = self.waiting.take().expect("a reply waits");
                self.finish(reply, text).await;
                reply
            }
        }
    }

    /// Ends a reply that nobody gave.
    pub async fn settle(&mut self) {
        if let Some(reply) = self.waiting.take() {
            self.finish(reply, "").await;
        }
    }

    async fn accept(&mut self, text: &str) -> MessageId {
        self.said += 1;
        let message = NewMessage {
            id: self.mint.id(),
            author: None,
            replies: vec![NewReply::of_the_character(self.mint.id())],
            parent: Parent::Leaf,
            client_message_id: format!("said-{}", self.said),
            content: text.to_owned(),
        };
        self.stores.chats.accept_message(self.user, self.session, &message, self.now).await.expect("it is taken");
        self.waiting = message.replies.first().map(|reply| reply.id);
        message.id
    }

    async fn finish(&self, reply_id: MessageId, text: &str) {
        let finish = Finish {
            reply_id,
            fence: 0,
            content: text.to_owned(),
            status: MessageStatus::Complete,
            failure: None,
            model: None,
            finish_reason: None,
            usage: None,
            trace: None,
        };
        self.stores.turns.finish_reply(&finish, self.now).await.expect("it is kept");
    }
}

/// The services over a store.
pub fn app(store: &SqlStore, embedder: Arc<dyn Embedder>) -> App {
    let clock = Arc::new(SystemClock);
    let accounts =
        AccountsConfig::new(Secret::new("a secret for measuring that is long enough").expect("it is long enough"));
    let soon = Duration::from_millis(10);
    let jobs =
        JobsConfig { poll_every: soon, gather: soon, sweep_every: Duration::from_millis(200), ..JobsConfig::default() };
    App::start(AppParts {
        stores: store.stores(),
        bus: bus::local::bus(),
        models: Arc::new(Models::new(Arc::new(ScriptedModel::new()))),
        embedder: Some(embedder),
        pusher: None,
        notifications: NotificationsConfig::default(),
        node: Mint::new(clock.clone()).id::<NodeId>(),
        clock,
        alone: true,
        accounts,
        chats: ChatsConfig::default(),
        memories: MemoriesConfig { learn: false, jobs, ..MemoriesConfig::default() },
        bonds: service::bonds::BondsConfig { judge: domain::bonds::BondJudge::Words },
        operator: OperatorConfig::default(),
        usage: UsageConfig::default(),
        admin: AdminConfig::default(),
        recommendations: RecommendationsConfig { learn_every: None, ..RecommendationsConfig::default() },
        social: service::social::SocialConfig::default(),
        moments: MomentsConfig::default(),
        moderation: ModerationConfig::default(),
        initiatives: InitiativesConfig::default(),
        policy: Policy::default(),
    })
}

/// Waits until everything is remembered.
pub async fn remembered(app: &App, store: &SqlStore) {
    let stores = store.stores();
    let embedder = app.memories.embedder().map(|info| info.name).expect("an embedder");
    let lag = Lag { facts: None, quiet_since: OffsetDateTime::UNIX_EPOCH };
    loop {
        let behind = stores.remembering.behind(lag, 1).await.expect("what is behind is found");
        let unembedded = stores.remembering.unembedded(&embedder, 1).await.expect("what has no vector is found");
        if behind.is_empty() && unembedded.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// An account of that name.
pub fn account(id: UserId, name: &str) -> User {
    let now = SystemClock.now();
    User {
        id,
        username: id.uuid().simple().to_string(),
        email: format!("{}@example.org", id.uuid().simple()),
        display_name: name.to_owned(),
        birth_date: None,
        timezone: None,
        sees_mature: false,
        role: UserRole::Member,
        disabled: None,
        created_at: now,
        updated_at: now,
    }
}

fn profile(name: &str) -> CharacterProfile {
    CharacterProfile {
        name: name.to_owned(),
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
        visibility: Visibility::Private,
        rating: ContentRating::General,
        model: None,
        sampling: Sampling::default(),
        bond: None,
        routine: None,
        translations: Vec::new(),
    }
}
