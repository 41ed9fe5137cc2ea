//! All services together, built from the bottom up.

use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use domain::ids::{NodeId, UserId};
use domain::sittings::Policy;
use domain::usage::Quota;
use llm::{Embedder, Models};
use push::Pusher;
use store::Stores;
use tokio::sync::OnceCell;

use crate::ServiceResult;
use crate::accounts::{Accounts, AccountsConfig};
use crate::admin::{Admin, AdminConfig, Keeping};
use crate::api_keys::ApiKeys;
use crate::bonds::{Bonds, BondsConfig};
use crate::cards::Cards;
use crate::catalog::Catalog;
use crate::characters::Characters;
use crate::chats::{Chats, ChatsConfig};
use crate::clock::Clock;
use crate::completions::Completions;
use crate::consents::Consents;
use crate::diaries::Diaries;
use crate::embedding::Embedding;
use crate::initiatives::{Initiatives, InitiativesConfig};
use crate::lore::Lore;
use crate::media::MediaLibrary;
use crate::memories::{Memories, MemoriesConfig};
use crate::mint::Mint;
use crate::moderation::{Moderation, ModerationConfig};
use crate::moments::{Moments, MomentsConfig};
use crate::notifications::{Notifications, NotificationsConfig};
use crate::operator::{Operator, OperatorConfig};
use crate::recommendations::{Recommendations, RecommendationsConfig};
use crate::routes::Routes;
use crate::sittings::Sittings;
use crate::social::{Social, SocialConfig};
use crate::takeout::Takeout;
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
    /// Who wakes devices that are not here; without one, none is woken.
    pub pusher: Option<Arc<dyn Pusher>>,
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
    /// Settings of bonds.
    pub bonds: BondsConfig,
    /// Settings of notifications.
    pub notifications: NotificationsConfig,
    /// Who runs this server.
    pub operator: OperatorConfig,
    /// How much people may take in a day.
    pub usage: UsageConfig,
    /// Settings of administration.
    pub admin: AdminConfig,
    /// Settings of recommendations.
    pub recommendations: RecommendationsConfig,
    /// Settings of people among each other.
    pub social: SocialConfig,
    /// Settings of moments.
    pub moments: MomentsConfig,
    /// What is not let through.
    pub moderation: ModerationConfig,
    /// Settings of characters who write first.
    pub initiatives: InitiativesConfig,
    /// What the operator decides of reminders, and of characters who write first.
    pub policy: Policy,
}

/// What the services above know.
#[derive(Clone)]
pub(crate) struct Below {
    pub(crate) mint: Mint,
    pub(crate) characters: Characters,
    pub(crate) catalog: Catalog,
    pub(crate) usages: Usages,
    pub(crate) notifications: Notifications,
    pub(crate) lore: Lore,
    pub(crate) moderation: Moderation,
    pub(crate) bonds: Bonds,
    pub(crate) routes: Routes,
    pub(crate) sittings: Sittings,
}

/// The services.
pub struct App {
    /// People and their devices.
    pub accounts: Accounts,
    /// What people agreed to.
    pub consents: Consents,
    /// Keys of programs that talk for people.
    pub api_keys: ApiKeys,
    /// What happened while somebody was away.
    pub notifications: Notifications,
    /// Characters.
    pub characters: Characters,
    /// Characters as files of other programs.
    pub cards: Cards,
    /// Images.
    pub media: MediaLibrary,
    /// Models that can be chosen.
    pub catalog: Catalog,
    /// What characters remember.
    pub memories: Memories,
    /// How people stand with characters.
    pub bonds: Bonds,
    /// What characters write down of days with people.
    pub diaries: Diaries,
    /// The stories that characters carry.
    pub routes: Routes,
    /// Lorebooks.
    pub lore: Lore,
    /// Sessions, messages, turns.
    pub chats: Chats,
    /// Characters, as programs ask them.
    pub completions: Completions,
    /// Who runs this server.
    pub operator: Operator,
    /// Administration.
    pub admin: Admin,
    /// People among each other.
    pub social: Social,
    /// Whom people may like.
    pub recommendations: Recommendations,
    /// What people and characters show of their days.
    pub moments: Moments,
    /// Characters who write first.
    pub initiatives: Initiatives,
    /// For how long people talk.
    pub sittings: Sittings,
    /// All of a person's, as one archive.
    pub takeout: Takeout,
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
        let media = MediaLibrary::new(&parts, mint.clone());
        let notifications = Notifications::start(&parts, mint.clone());
        let consents = Consents::new(&parts);
        let accounts = Accounts::new(&parts, mint.clone(), notifications.clone(), consents.clone());
        let embedding = Embedding::new(&parts);
        let characters = Characters::new(&parts, mint.clone(), embedding.clone());
        let api_keys = ApiKeys::new(&parts, mint.clone(), characters.clone());
        let cards = Cards::new(&parts, mint.clone(), characters.clone());
        let catalog = Catalog::new(Arc::clone(&parts.models));
        let usages = Usages::start(&parts, mint.clone());
        let recommendations = Recommendations::start(&parts, mint.clone(), embedding.clone());
        let lore = Lore::new(&parts, mint.clone(), embedding.clone());
        let moderation = Moderation::new(&parts);
        let bonds =
            Bonds::new(&parts, mint.clone(), characters.clone(), catalog.clone(), usages.clone(), moderation.clone());
        let routes = Routes::new(&parts, mint.clone(), characters.clone(), media.clone());
        let sittings = Sittings::start(&parts, mint.clone());
        let below = Below {
            mint: mint.clone(),
            characters: characters.clone(),
            catalog: catalog.clone(),
            usages: usages.clone(),
            notifications: notifications.clone(),
            lore: lore.clone(),
            moderation,
            bonds: bonds.clone(),
            routes: routes.clone(),
            sittings: sittings.clone(),
        };
        let diaries = Diaries::new(&parts, &below);
        let memories = Memories::start(&parts, below.clone(), embedding, recommendations.clone(), diaries.clone());
        let chats = Chats::start(&parts, below.clone(), memories.clone(), recommendations.clone());
        let completions = Completions::new(&parts, mint.clone(), chats.clone(), characters.clone());
        let social = Social::start(&parts, mint, notifications.clone(), recommendations.clone(), chats.clone());
        let takeout = Takeout::new(&parts, &below, cards.clone(), chats.clone(), social.clone());
        let initiatives = Initiatives::start(&parts, below.clone(), chats.clone());
        let moments = Moments::start(&parts, below, media.clone(), social.clone());
        let operator = Operator::new(&parts, catalog.clone());
        let admin = Admin::new(parts.stores.clone(), parts.bus.clone(), Arc::clone(&parts.clock));
        let admin = admin.telling(notifications.clone()).showing(media.clone()).removing(chats.clone());
        let keeping = Keeping::start(&parts);
        Self {
            accounts,
            consents,
            api_keys,
            notifications,
            characters,
            cards,
            media,
            catalog,
            memories,
            bonds,
            diaries,
            routes,
            lore,
            chats,
            completions,
            operator,
            admin,
            social,
            recommendations,
            moments,
            initiatives,
            sittings,
            takeout,
            usages,
            keeping,
            stopped: OnceCell::new(),
        }
    }

    /// Stops taking new turns, lets running ones finish for at most `limit`, then ends the rest visibly.
    /// Without its servers nothing of this can be written down: what is left then is found by its leases.
    pub async fn shutdown(&self, limit: Duration) {
        let all = async {
            self.initiatives.shutdown().await;
            self.chats.shutdown(limit).await;
            self.sittings.shutdown().await;
            self.social.shutdown().await;
            self.notifications.shutdown().await;
            self.memories.shutdown().await;
            self.moments.shutdown().await;
            self.keeping.shutdown().await;
            self.recommendations.shutdown().await;
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
