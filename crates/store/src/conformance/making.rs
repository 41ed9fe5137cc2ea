//! People, characters and chats for the suites, each with ids that no other run has.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use domain::ClosedSet;
use domain::accounts::{Device, User, UserPatch, UserRole};
use domain::characters::{Character, CharacterProfile, ContentRating, DepthPrompt, Translation, Visibility};
use domain::chats::{FailureCode, Message, MessageStatus, Role, Session};
use domain::events::{EventBody, SessionEvent};
use domain::ids::{CharacterId, DeviceId, MediaId, MemoryId, MessageId, NodeId, SessionId, UserId};
use domain::media::{Media, MediaType};
use domain::memories::{EpisodePlace, FactSubject, Memory, MemoryKind, Scope, SummaryScale};
use domain::prompt::PromptRole;
use domain::routine::{Activity, Day, Hours, Routine};
use domain::safety::Tongue;
use domain::sampling::Sampling;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::Stores;
use crate::chats::{NewMessage, NewReply, Parent};
use crate::remembering::{NewMemory, Step};
use crate::turns::{Claim, Finish};

/// Makes what suites need. Its clock moves by a second with every look.
pub struct Making<'a> {
    stores: &'a Stores,
    run: u64,
    made: AtomicU64,
}

impl<'a> Making<'a> {
    /// For one run on these stores.
    #[must_use]
    pub fn new(stores: &'a Stores) -> Self {
        Self { stores, run: RandomState::new().build_hasher().finish(), made: AtomicU64::new(1) }
    }

    fn next(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed)
    }

    /// A new id: later ones are greater.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        Uuid::from_u64_pair((self.next() << 16) | 0x7000, (self.run >> 2) | (1 << 63))
    }

    /// A new id of a message.
    #[must_use]
    pub fn message_id(&self) -> MessageId {
        MessageId(self.uuid())
    }

    /// A new id of a node.
    #[must_use]
    pub fn node(&self) -> NodeId {
        NodeId(self.uuid())
    }

    /// A second after the last look.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::seconds(self.next().cast_signed())
    }

    /// A user who is not kept yet.
    #[must_use]
    pub fn new_user(&self) -> User {
        let id = self.uuid();
        User {
            id: UserId(id),
            // As long as a user name may be; the first digit of an id is always 0.
            username: format!("u{}", &id.simple().to_string()[1..]),
            email: format!("{}@example.org", id.simple()),
            display_name: "Aya 🌸".into(),
            birth_date: Some(time::macros::date!(2001 - 02 - 03)),
            timezone: Some("Asia/Tokyo".into()),
            sees_mature: false,
            role: UserRole::Member,
            disabled: None,
            created_at: self.now(),
            updated_at: self.now(),
        }
    }

    /// A user with an account.
    pub async fn user(&self) -> User {
        let user = self.new_user();
        self.stores.accounts.create_user(&user, "$argon2id$a").await.unwrap();
        user
    }

    /// A device that is not kept yet.
    #[must_use]
    pub fn new_device(&self, user: UserId) -> Device {
        let now = self.now();
        Device {
            id: DeviceId(self.uuid()),
            user_id: user,
            label: "Pixel".into(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + Duration::days(30),
        }
    }

    /// A token's hash.
    #[must_use]
    pub fn token(&self) -> [u8; 32] {
        let mut token = [0; 32];
        token.iter_mut().zip(self.uuid().as_bytes()).for_each(|(to, from)| *to = *from);
        token
    }

    /// Lets somebody see what is mature, or not.
    pub async fn sees_mature(&self, user: UserId, sees: bool) {
        let patch = UserPatch { sees_mature: Some(sees), ..UserPatch::default() };
        self.stores.accounts.update_user(user, &patch, self.now()).await.unwrap();
    }

    /// A public character who is not kept yet.
    #[must_use]
    pub fn new_character(&self, owner: Option<UserId>) -> Character {
        let now = self.now();
        let night = Hours {
            days: Day::ALL.to_vec(),
            from: 23 * 60,
            to: 7 * 60,
            activity: Activity::Sleeping,
            note: "by the sea".into(),
        };
        let profile = CharacterProfile {
            name: "Rin".into(),
            tagline: "Keeps a tea house".into(),
            persona: "Calm.".into(),
            scenario: "Rain.".into(),
            greeting: "Come in.".into(),
            alternate_greetings: vec!["Oh!".into()],
            group_greetings: vec!["Oh, all of you!".into()],
            examples: "<START>\nhi".into(),
            system_prompt: "{{original}}".into(),
            post_history_instructions: "Be brief. {{original}}".into(),
            depth_prompt: DepthPrompt { text: "It rains.".into(), depth: 2, role: PromptRole::User },
            creator_notes: "notes".into(),
            tags: vec!["tea".into(), "slow burn".into()],
            visibility: Visibility::Public,
            rating: ContentRating::General,
            model: Some("local/tiny".into()),
            sampling: Sampling { temperature: Some(0.7), stop: vec!["\n".into()], ..Sampling::default() },
            bond: Some(domain::bonds::BondRules { mood_hours: 12, ..domain::bonds::BondRules::usual().clone() }),
            routine: Some(Routine { timezone: "Asia/Tokyo".into(), hours: vec![night] }),
            translations: vec![translation()],
        };
        Character {
            id: CharacterId(self.uuid()),
            owner,
            profile,
            avatar: None,
            created_at: now,
            updated_at: now,
            deleted: false,
        }
    }

    /// A public character who is kept.
    pub async fn character(&self, owner: UserId) -> Character {
        let character = self.new_character(Some(owner));
        self.stores.characters.create_character(&character, None).await.unwrap();
        character
    }

    /// An image.
    #[must_use]
    pub fn image(&self, owner: UserId) -> Media {
        Media {
            id: MediaId(self.uuid()),
            owner: Some(owner),
            media_type: MediaType::Webp,
            bytes: vec![0, 255, 7],
            created_at: self.now(),
        }
    }

    /// A session that is not kept yet.
    #[must_use]
    pub fn new_session(&self, owner: UserId, character: CharacterId) -> Session {
        let now = self.now();
        Session {
            id: SessionId(self.uuid()),
            owner,
            character_id: Some(character),
            title: String::new(),
            pinned: false,
            archived: false,
            model: None,
            sampling: Sampling::default(),
            leaf_id: None,
            seq: 0,
            created_at: now,
            last_message_at: now,
        }
    }

    /// A greeting that is not kept yet.
    #[must_use]
    pub fn greeting(&self, session: SessionId, content: &str) -> Message {
        Message {
            id: self.message_id(),
            session_id: session,
            parent_id: None,
            depth: 0,
            role: Role::Character,
            author: None,
            reason: None,
            content: content.into(),
            status: MessageStatus::Complete,
            failure: None,
            client_message_id: None,
            model: None,
            finish_reason: None,
            usage: None,
            revision: 0,
            place: None,
            siblings: Vec::new(),
            hidden: false,
            created_at: self.now(),
            edited_at: None,
        }
    }

    /// A person with a session, begun by as many greetings.
    pub async fn chat(&self, greetings: usize) -> Chat {
        let owner = self.user().await.id;
        let character = self.character(owner).await.id;
        self.chat_of(owner, character, greetings).await
    }

    /// One more session of a person with a character.
    pub async fn chat_of(&self, owner: UserId, character: CharacterId, greetings: usize) -> Chat {
        let mut session = self.new_session(owner, character);
        let greetings: Vec<Message> =
            (0..greetings).map(|n| self.greeting(session.id, &format!("greeting {n}"))).collect();
        self.stores.sessions.create_session(&session, &greetings).await.unwrap();
        session.leaf_id = greetings.first().map(|greeting| greeting.id);
        Chat { owner, session: session.id, kept: session, greetings }
    }

    /// A message that was not sent yet.
    #[must_use]
    pub fn new_message(&self, parent: Parent, content: &str) -> NewMessage {
        let id = self.message_id();
        NewMessage {
            id,
            author: None,
            replies: vec![NewReply::of_the_character(self.message_id())],
            parent,
            client_message_id: id.to_string(),
            content: content.into(),
        }
    }

    /// A reply that was not queued yet.
    #[must_use]
    pub fn new_reply(&self) -> NewReply {
        NewReply::of_the_character(self.message_id())
    }

    /// Sends a message: it and its reply.
    pub async fn send(&self, chat: &Chat, parent: Parent, content: &str) -> (Message, Message) {
        let new = self.new_message(parent, content);
        let accepted = self.stores.chats.accept_message(chat.owner, chat.session, &new, self.now()).await.unwrap();
        match accepted.event.body {
            EventBody::MessageAccepted { message, reply: Some(reply) } => (message, reply),
            other => panic!("accepted as {other:?}"),
        }
    }

    /// Claims the next reply of a session, for longer than a suite runs.
    pub async fn claim(&self, session: SessionId, node: NodeId) -> Option<Claim> {
        let now = self.now();
        self.stores.turns.claim_reply(session, node, now, now + Duration::hours(12)).await.unwrap()
    }

    /// Claims the next reply of a session and completes it.
    pub async fn answer(&self, session: SessionId, content: &str) -> Message {
        let claim = self.claim(session, self.node()).await.unwrap();
        let event = self.stores.turns.finish_reply(&complete(&claim, content), self.now()).await.unwrap().unwrap();
        match event.body {
            EventBody::ReplyCompleted { reply } => reply,
            other => panic!("completed as {other:?}"),
        }
    }

    /// Sends and answers so often; what stands below the leaf of before, in its order.
    pub async fn talk(&self, chat: &Chat, turns: usize) -> Vec<Message> {
        let mut said = Vec::with_capacity(turns * 2);
        for n in 0..turns {
            said.push(self.send(chat, Parent::Leaf, &format!("said {n}")).await.0);
            said.push(self.answer(chat.session, &format!("answer {n}")).await);
        }
        said
    }

    /// A memory that is not kept yet, of no kind in particular.
    fn memory(&self, scope: Scope, kind: MemoryKind, text: &str) -> Memory {
        let now = self.now();
        Memory {
            id: MemoryId(self.uuid()),
            scope,
            kind,
            subject: None,
            scale: None,
            speaker: None,
            author: None,
            place: None,
            text: text.into(),
            importance: 3,
            pinned: false,
            happened_at: now,
            ended: None,
            session_id: None,
            sources: Vec::new(),
            model: None,
            created_at: now,
        }
    }

    /// A note that is not kept yet.
    #[must_use]
    pub fn note(&self, scope: Scope, text: &str) -> Memory {
        self.memory(scope, MemoryKind::Note, text)
    }

    /// A stretch of a message that is not remembered yet.
    #[must_use]
    pub fn episode(&self, chat: &Chat, message: &Message, part: u32) -> NewMemory {
        let memory = Memory {
            speaker: Some(message.role),
            place: Some(EpisodePlace { depth: message.depth, part }),
            session_id: Some(chat.session),
            sources: vec![message.id],
            ..self.memory(chat.scope(), MemoryKind::Episode, &format!("{} {part}", message.content))
        };
        NewMemory { memory, depth: Some(message.depth), supersedes: Vec::new() }
    }

    /// A fact that is not kept yet, learned from these messages.
    #[must_use]
    pub fn fact(&self, chat: &Chat, from: &[Message], text: &str) -> NewMemory {
        let memory = Memory {
            subject: Some(FactSubject::Person),
            session_id: Some(chat.session),
            sources: from.iter().map(|message| message.id).collect(),
            model: Some("scripted".into()),
            ..self.memory(chat.scope(), MemoryKind::Fact, text)
        };
        NewMemory { memory, depth: from.last().map(|last| last.depth), supersedes: Vec::new() }
    }

    /// What happened in these messages, not kept yet.
    #[must_use]
    pub fn summary(&self, chat: &Chat, from: &[Message], text: &str) -> NewMemory {
        let NewMemory { memory, depth, supersedes } = self.fact(chat, from, text);
        let memory = Memory { kind: MemoryKind::Summary, subject: None, scale: Some(SummaryScale::Session), ..memory };
        NewMemory { memory, depth, supersedes }
    }

    /// The story up to these messages, not kept yet.
    #[must_use]
    pub fn story(&self, scope: Scope, up_to: &[MessageId], text: &str) -> NewMemory {
        let memory = Memory {
            scale: Some(SummaryScale::Story),
            sources: up_to.to_vec(),
            model: Some("scripted".into()),
            ..self.memory(scope, MemoryKind::Summary, text)
        };
        NewMemory { memory, depth: None, supersedes: Vec::new() }
    }

    /// A step that does nothing yet, from where the session is.
    pub async fn next_step(&self, chat: &Chat) -> Step {
        let from = self.stores.remembering.remembered(chat.session).await.unwrap().watermark;
        Step {
            session: chat.session,
            scope: chat.scope(),
            from,
            to: from,
            withdraw_from: None,
            withdraw: Vec::new(),
            add: Vec::new(),
        }
    }

    /// Remembers these.
    pub async fn remember(&self, chat: &Chat, add: &[NewMemory]) {
        let step = Step { add: add.to_vec(), ..self.next_step(chat).await };
        self.stores.remembering.step(&step).await.unwrap();
    }

    /// The event of one call.
    pub async fn last_event(&self, chat: &Chat) -> SessionEvent {
        let events = self.stores.sessions.events_after(chat.owner, chat.session, 0, 10_000).await.unwrap();
        events.into_iter().next_back().unwrap()
    }
}

/// A session of a suite.
pub struct Chat {
    /// Whose.
    pub owner: UserId,
    /// Which.
    pub session: SessionId,
    /// As it was when made.
    pub kept: Session,
    /// Its first messages.
    pub greetings: Vec<Message>,
}

impl Chat {
    /// Whose memories are made from it.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let Some(scope) = self.kept.scope() else { panic!("a session of one person") };
        scope
    }
}

/// What is read of a character in Japanese.
#[must_use]
pub fn translation() -> Translation {
    Translation {
        language: Tongue::Japanese,
        persona: "静か。".into(),
        scenario: "雨。".into(),
        greeting: "どうぞ。".into(),
        alternate_greetings: vec!["おや!".into()],
        creator_notes: "覚え書き".into(),
    }
}

/// The completion of a claimed reply.
#[must_use]
pub fn complete(claim: &Claim, content: &str) -> Finish {
    Finish {
        reply_id: claim.reply.id,
        fence: claim.fence,
        content: content.into(),
        status: MessageStatus::Complete,
        failure: None,
        model: Some("scripted".into()),
        finish_reason: None,
        usage: None,
        trace: None,
    }
}

/// The failure of a claimed reply.
#[must_use]
pub fn fail(claim: &Claim, content: &str) -> Finish {
    Finish { status: MessageStatus::Failed, failure: Some(FailureCode::ModelTimeout), ..complete(claim, content) }
}
