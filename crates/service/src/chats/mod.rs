//! Chats: the sessions of a person and what is said in them.
//!
//! Everything that changes a session goes through here: the store appends the event, then all devices of the person are
//! told. Within a session this happens one after the other, so that devices of this node hear events in their order.

mod access;
mod answering;
mod asides;
mod explaining;
mod exporting;
mod first;
mod gate;
mod groups;
mod importing;
mod lore;
mod messages;
mod past;
mod present;
mod prompts;
mod reporting;
mod runner;
mod scenes;
mod sessions;
mod spoken;
mod trace;
mod turn;
mod views;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Notice, ReplyReader, Subscription};
use domain::chats::Message;
use domain::events::SessionEvent;
use domain::groups::Group;
use domain::ids::{DeviceId, MessageId, SessionId, UserId};
use domain::safety::Care;
use store::Stores;
use tokio::sync::{Notify, Semaphore};

use crate::app::{AppParts, Below};
use crate::bonds::Bonds;
use crate::catalog::Catalog;
use crate::characters::Characters;
use crate::clock::Clock;
use crate::lore::Lore;
use crate::memories::Memories;
use crate::mint::Mint;
use crate::moderation::Moderation;
use crate::notifications::Notifications;
use crate::recommendations::Recommendations;
use crate::routes::Routes;
use crate::sittings::Sittings;
use crate::usage::Usages;
use crate::{ServiceError, ServiceResult};

pub use asides::{Answer, AnswerPart, Conversation};
pub(crate) use first::Thought;
pub use groups::{GroupIn, GroupPatch, MemberPatch};
pub use importing::ImportedChats;
pub(crate) use importing::{legible, said as said_elsewhere};
pub use lore::{ExplainLore, ExplainedLore, TracedLoreView};
pub use messages::{SendMessage, SendOutcome};
use runner::Runner;
pub use trace::{ReplyOrigin, TracedMemoryView};
pub use views::{GroupView, Remembering, SessionView};
pub use watch::Watch;
use watch::Watcher;

/// Settings of chats.
#[derive(Debug, Clone)]
pub struct ChatsConfig {
    /// Whether this process writes replies at all; one that does not claims none and ends none of others.
    pub writes: bool,
    /// How often what was written of running replies is saved.
    pub save_every: Duration,
    /// How long a turn lives without a sign of its node.
    pub lease: Duration,
    /// How often turns that nobody writes are looked for.
    pub sweep_every: Duration,
    /// How long a reply may take from its first to its last word.
    pub reply_limit: Duration,
    /// Replies that are written at the same time on this node; more wait.
    pub concurrent_replies: usize,
    /// What tokens of a provider's models cost; `None` is not known.
    pub price: Option<Price>,
    /// What is said, in place of a character, to somebody who may be in danger.
    pub care: Care,
}

/// What tokens cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// US dollars for a million tokens of a prompt.
    pub prompt: f64,
    /// US dollars for a million tokens of a reply.
    pub completion: f64,
}

impl Default for ChatsConfig {
    fn default() -> Self {
        Self {
            writes: true,
            save_every: Duration::from_millis(250),
            lease: Duration::from_secs(15),
            sweep_every: Duration::from_secs(2),
            reply_limit: Duration::from_secs(600),
            concurrent_replies: 1024,
            price: None,
            care: Care::default(),
        }
    }
}

/// The use cases of chats.
#[derive(Clone)]
pub struct Chats {
    inner: Arc<Inner>,
    runner: Runner,
    watcher: Arc<Watcher>,
    asides: asides::Asides,
}

/// What all parts of this room share.
struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
    catalog: Catalog,
    memories: Memories,
    recommendations: Recommendations,
    usages: Usages,
    care: Care,
    sittings: Sittings,
    notifications: Notifications,
    lore: Lore,
    moderation: Moderation,
    bonds: Bonds,
    routes: Routes,
    gates: gate::Gates,
    /// Who may read a file that others wrote: one may be many times its size in memory.
    importing: Arc<Semaphore>,
    /// Whether nobody else writes to the store.
    alone: bool,
}

impl Inner {
    /// Whether others write to the store and the bus does not tell of them.
    fn is_deaf(&self) -> bool {
        !self.alone && !self.bus.health.reaches_others()
    }

    /// Keeps how far a member has read, and tells the others.
    async fn has_read(&self, group: &Group, user: UserId, seq: u64) -> ServiceResult<()> {
        let session_id = group.session_id;
        if group.joined(user).is_some_and(|member| member.read_seq >= seq) {
            return Ok(());
        }
        let seq = self.stores.groups.read_up_to(session_id, user, seq).await?;
        for member in group.beside(user) {
            self.bus.notices.publish(member.user_id, Notice::Read { session_id, user_id: user, seq });
        }
        Ok(())
    }

    /// Tells all devices of a person.
    fn publish(&self, owner: UserId, event: &SessionEvent) {
        self.bus.notices.publish(owner, Notice::Event(Arc::new(event.clone())));
    }
}

impl Chats {
    /// Starts the service with the tasks that write replies.
    pub(crate) fn start(parts: &AppParts, below: Below, memories: Memories, recommendations: Recommendations) -> Self {
        let Below { mint, characters, catalog, usages, notifications, lore, moderation, bonds, routes, sittings } =
            below;
        let inner = Arc::new(Inner {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            characters,
            catalog,
            memories,
            recommendations,
            usages,
            care: parts.chats.care.clone(),
            sittings,
            notifications,
            lore,
            moderation,
            bonds,
            routes,
            gates: gate::Gates::default(),
            importing: Arc::new(Semaphore::new(1)),
            alone: parts.alone,
        });
        let runner = Runner::start(Arc::clone(&inner), parts.node, parts.chats.clone());
        let watcher = Arc::new(Watcher::start(&inner));
        Self { inner, runner, watcher, asides: asides::Asides::default() }
    }

    /// Notices to a person's devices from now on.
    pub async fn subscribe(&self, user: UserId) -> Subscription {
        self.inner.bus.notices.subscribe(user).await
    }

    /// What a socket of `user` shows: while the bus does not tell of other nodes, that is read from the store.
    #[must_use]
    pub fn watch(&self, user: UserId) -> Watch {
        self.watcher.watch(user)
    }

    /// Whether others write to the store and the bus does not tell of them.
    #[must_use]
    pub fn is_deaf(&self) -> bool {
        self.inner.is_deaf()
    }

    /// The text of a reply while it is being written; `listener` is notified of every change. Whose it is was seen with
    /// the event that named it.
    #[must_use]
    pub fn follow(&self, reply: MessageId, listener: &Arc<Notify>) -> Option<ReplyReader> {
        self.inner.bus.streams.follow(reply, listener)
    }

    /// A reply has ended: who follows it here while another node writes it has the whole text now.
    pub fn ended(&self, reply: &Message) {
        self.inner.bus.streams.fill(reply.id, &reply.content, true);
    }

    /// Shows that a person is typing: their other devices, and whoever shares the session.
    ///
    /// # Errors
    /// `NotFound` when several share the session and the person is not among them.
    pub async fn typing(&self, user: UserId, device_id: DeviceId, session_id: SessionId) -> ServiceResult<()> {
        if !session_id.is_shared() {
            self.inner.bus.notices.publish(user, Notice::Typing { session_id, device_id, user_id: None });
            return Ok(());
        }
        let access = self.inner.access(user, session_id).await?;
        for member in access.shared.iter().flat_map(|shared| shared.group.beside(user)) {
            let typing = Notice::Typing { session_id, device_id, user_id: Some(user) };
            self.inner.bus.notices.publish(member.user_id, typing);
        }
        Ok(())
    }

    /// A person has read a session up to a place. It never goes back. Whoever shares the session is told; of a session of one
    /// person the other devices are, and nothing is kept.
    ///
    /// # Errors
    /// `NotFound` when several share the session and the person is not among them.
    pub async fn read(&self, user: UserId, session_id: SessionId, seq: u64) -> ServiceResult<()> {
        if !session_id.is_shared() {
            self.inner.bus.notices.publish(user, Notice::Read { session_id, user_id: user, seq });
            return Ok(());
        }
        let shared = self.inner.access(user, session_id).await?.shared.ok_or(ServiceError::NotFound)?;
        self.inner.has_read(&shared.group, user, seq.min(shared.seq)).await
    }

    /// Stops taking turns, lets running ones finish for at most `limit`, then ends the rest visibly.
    pub(crate) async fn shutdown(&self, limit: Duration) {
        self.runner.shutdown(limit).await;
        self.watcher.shutdown().await;
    }
}
