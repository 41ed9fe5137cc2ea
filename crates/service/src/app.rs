//! All services together, built from the bottom up.

use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use domain::ids::{NodeId, UserId};
use domain::usage::Quota;
use llm::{Embedder, Models};
use store::Stores;
use tokio::sync::OnceCell;

use crate::ServiceResult;
use crate::accounts::{Accounts, AccountsConfig};
use crate::admin::{Admin, AdminConfig, Keeping};
use crate::catalog::Catalog;
use crate::characters::Characters;
use crate::chats::{Chats, ChatsConfig};
use crate::clock::Clock;
use crate::embedding::Embedding;
use crate::media::MediaLibrary;
use crate::memories::{Memories, MemoriesConfig};
use crate::mint::Mint;
use crate::operator::{Operator, OperatorConfig};
use crate::social::Social;
use crate::usage::{UsageConfig, UsageView, Usages};

/// How long a stop may take beyond the replies: to end them visibly, and to write down what was counted.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// What the services are built from.
pub struct AppParts {
    /// What is kept.
    pub stores: Stores,
    /// Who must know now.
    pub bus: Bus,
    /// Who speaks.
    pub models: Arc<Models>,
    /// Who makes vectors; without one, memories are found by their words.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This process.
    pub node: NodeId,
    /// Whether no other process uses the store: then the turns of others are orphans at once.
    pub alone: bool,
    /// Settings of accounts.
    pub accounts: AccountsConfig,
    /// Settings of chats.
    pub chats: ChatsConfig,
    /// Settings of memories.
    pub memories: MemoriesConfig,
    /// Who runs this server.
    pub operator: OperatorConfig,
    /// How much people may take in a day.
    pub usage: UsageConfig,
    /// Settings of administration.
    pub admin: AdminConfig,
}

/// The services.
pub struct App {
    /// People and their devices.
    pub accounts: Accounts,
    /// Characters.
    pub characters: Characters,
    /// Images.
    pub media: MediaLibrary,
    /// Models that can be chosen.
    pub catalog: Catalog,
    /// What characters remember.
    pub memories: Memories,
    /// Sessions, messages, turns.
    pub chats: Chats,
    /// Who runs this server.
    pub operator: Operator,
    /// Administration.
    pub admin: Admin,
    /// People among each other.
    pub social: Social,
    usages: Usages,
    keeping: Keeping,
    stopped: OnceCell<()>,
}

impl App {
    /// The services over these parts. Must be called within a Tokio runtime: turns left behind are taken up at once.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the parts are the services' own from here on")]
    pub fn start(parts: AppParts) -> Self {
        let mint = Mint::new(Arc::clone(&parts.clock));
        let media = MediaLibrary::new(parts.stores.clone());
        let accounts = Accounts::new(&parts, mint.clone());
        let social = Social::new(&parts, mint.clone());
        let embedding = Embedding::new(&parts);
        let characters = Characters::new(&parts, mint.clone(), embedding.clone());
        let catalog = Catalog::new(Arc::clone(&parts.models));
        let usages = Usages::start(&parts, mint.clone());
        let memories =
            Memories::start(&parts, mint.clone(), embedding, characters.clone(), catalog.clone(), usages.clone());
        let chats = Chats::start(&parts, mint, characters.clone(), catalog.clone(), memories.clone(), usages.clone());
        let operator = Operator::new(&parts, catalog.clone());
        let admin = Admin::new(parts.stores.clone(), parts.bus.clone(), Arc::clone(&parts.clock));
        let keeping = Keeping::start(&parts);
        Self {
            accounts,
            characters,
            media,
            catalog,
            memories,
            chats,
            operator,
            admin,
            social,
            usages,
            keeping,
            stopped: OnceCell::new(),
        }
    }

    /// Stops taking new turns, lets running ones finish for at most `limit`, then ends the rest visibly.
    /// Without its servers nothing of this can be written down: what is left then is found by its leases.
    pub async fn shutdown(&self, limit: Duration) {
        let all = async {
            self.chats.shutdown(limit).await;
            self.memories.shutdown().await;
            self.keeping.shutdown().await;
            // Last: what the others ended is still counted.
            self.usages.shutdown().await;
        };
        let once = self.stopped.get_or_init(|| async {
            if tokio::time::timeout(limit + STOP_WITHIN, all).await.is_err() {
                tracing::error!("the server goes away with work that could not be written down");
            }
        });
        once.await;
    }

    /// How a person stands today.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn usage_today(&self, user: UserId) -> ServiceResult<UsageView> {
        self.usages.today(user).await
    }

    /// What everybody may take in a day.
    #[must_use]
    pub fn daily_quota(&self) -> Quota {
        self.usages.daily()
    }
}
