//! Memories: what a character knows of a person; made behind their back, found before each reply, and in the person's hands.
//!
//! ```text
//!   a session changes ──> remember (episodes) ──> learn (facts, a summary) ──> retell (the story)
//!                                ├──────────────> embed (vectors)
//!                                ├──────────────> judge (the bond of the two: crate::bonds; what it unlocks: crate::routes)
//!                                └──────────────> a page of her diary is opened (crate::diaries)
//!   a reply is wanted ──> recall: index of the scope, by words and by meaning ──> the prompt, and its trace
//! ```
//!
//! The rooms on the left are jobs: each goes on from a watermark in the data, in steps that stand for themselves. Nothing a
//! person waits for waits for them.

mod book;
mod embed;
mod export;
mod heard;
mod indexes;
mod learn;
mod lines;
mod recall;
mod remember;
mod retell;
mod workshop;

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Notice};
use domain::chats::Session;
use domain::ids::SessionId;
use domain::jobs::{JobKind, Task};
use domain::memories::{Learning, Scope};
use llm::{ChatModel, EmbedderInfo};
use store::Stores;

use crate::app::{AppParts, Below};
use crate::catalog::Catalog;
use crate::characters::Characters;
use crate::clock::Clock;
use crate::diaries::Diaries;
use crate::embedding::{EmbedderState, Embedding};
use crate::jobs::{Jobs, JobsConfig};
use crate::mint::Mint;
use crate::moderation::Moderation;
use crate::recommendations::Recommendations;
use crate::usage::Usages;
use crate::{ServiceError, ServiceResult};

pub use ::recall::Names;
pub use book::{BookState, Found, MemoryChange, MemoryDetail, NewNote, Provenance};
pub use export::BookExport;
pub use heard::Gathering;
pub(crate) use heard::{Hearer, recollected};
pub use recall::{Asking, Recalled, RecalledMemory};

/// Settings of memories.
#[derive(Debug, Clone)]
pub struct MemoriesConfig {
    /// Whether facts are learned and summaries told, where the model can.
    pub learn: bool,
    /// How many messages are gathered before facts are learned from them.
    pub learn_every: u32,
    /// After how long a silence facts are learned from fewer.
    pub quiet: Duration,
    /// How long a reply waits for what is remembered.
    pub recall_within: Duration,
    /// How long recall waits for the vector of the question; without it, words must do.
    pub embed_within: Duration,
    /// How many bytes the indexes of scopes may take together.
    pub index_bytes: usize,
    /// Settings of the jobs.
    pub jobs: JobsConfig,
}

impl Default for MemoriesConfig {
    fn default() -> Self {
        Self {
            learn: true,
            learn_every: 16,
            quiet: Duration::from_secs(120),
            recall_within: Duration::from_millis(800),
            embed_within: Duration::from_millis(400),
            index_bytes: 256 * 1024 * 1024,
            jobs: JobsConfig::default(),
        }
    }
}

/// The use cases of memories. Cloning is cheap.
#[derive(Clone)]
pub struct Memories {
    inner: Arc<Inner>,
    jobs: Jobs,
}

/// What all parts of this room share.
struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
    catalog: Catalog,
    embedding: Embedding,
    indexes: indexes::Indexes,
    usages: Usages,
    moderation: Moderation,
    config: MemoriesConfig,
}

impl Memories {
    /// Starts the service with its jobs.
    pub(crate) fn start(
        parts: &AppParts,
        below: Below,
        embedding: Embedding,
        recommendations: Recommendations,
        diaries: Diaries,
    ) -> Self {
        let Below { mint, characters, catalog, usages, moderation, bonds, routes, .. } = below;
        let config = parts.memories.clone();
        let jobs = Jobs::new(Arc::clone(&parts.stores.jobs), Arc::clone(&parts.clock), parts.node, config.jobs.clone());
        let inner = Arc::new(Inner {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            characters,
            catalog,
            indexes: indexes::Indexes::new(
                parts.stores.clone(),
                embedding.info().map(|info| info.name),
                config.index_bytes,
            ),
            embedding,
            usages,
            moderation,
            config,
        });
        let makers =
            workshop::Makers { inner: Arc::clone(&inner), jobs: jobs.clone(), recommendations, bonds, diaries, routes };
        jobs.start(Arc::new(makers));
        Self { inner, jobs }
    }

    /// Who makes the vectors.
    #[must_use]
    pub fn embedder(&self) -> Option<EmbedderInfo> {
        self.inner.embedding.info()
    }

    /// Whose vectors count on this node.
    #[must_use]
    pub fn embedder_state(&self) -> EmbedderState {
        self.inner.embedding.state()
    }

    /// Something happened in a session that may be worth remembering, or is to be remembered no more.
    pub(crate) fn touched(&self, session: SessionId) {
        self.jobs.soon(Task::on(JobKind::Remember, session));
    }

    /// Stops the jobs.
    pub(crate) async fn shutdown(&self) {
        self.jobs.shutdown().await;
    }
}

impl Inner {
    /// The names of the two, as they stand in memories.
    async fn names(&self, scope: Scope) -> ServiceResult<Names> {
        let (character, user) =
            tokio::join!(self.characters.get(scope.user, scope.character), self.stores.accounts.find_user(scope.user));
        let person = user?.map(|user| user.display_name).unwrap_or_default();
        Ok(Names { person, character: character?.profile.name })
    }

    /// The model that learns from a session, and whether it can.
    async fn learner(&self, session: &Session) -> ServiceResult<(Arc<dyn ChatModel>, Learning)> {
        let scope = session.scope().ok_or(ServiceError::NotFound)?;
        let character = self.characters.get(scope.user, scope.character).await?;
        let model = self.catalog.choose([session.model.as_deref(), character.profile.model.as_deref()]);
        let learning = self.learning(model.as_ref());
        Ok((model, learning))
    }

    fn learning(&self, model: &dyn ChatModel) -> Learning {
        match self.config.learn {
            false => Learning::Off,
            true if model.info().tiny => Learning::TinyModel,
            true => Learning::On,
        }
    }

    /// A job has changed a scope: the index is brought up to date, and the person's devices are told.
    async fn changed(&self, scope: Scope) {
        self.indexes.refresh(scope).await;
        self.tell(scope);
    }

    /// Tells the person's devices that a character remembers otherwise than before.
    fn tell(&self, scope: Scope) {
        self.bus.notices.publish(scope.user, Notice::MemoryChanged { character_id: scope.character });
    }
}
