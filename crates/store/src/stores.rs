//! All ports together, as the server wires them up.

use std::sync::Arc;

use crate::StoreResult;
use crate::accounts::AccountStore;
use crate::api_keys::ApiKeyStore;
use crate::archive::Archive;
use crate::audit::AuditStore;
use crate::blocks::BlockStore;
use crate::bonds::BondStore;
use crate::cards::CardStore;
use crate::characters::CharacterStore;
use crate::chats::ChatStore;
use crate::consents::ConsentStore;
use crate::devices::DeviceStore;
use crate::diaries::{DiaryPageStore, DiaryStore};
use crate::discovery::DiscoveryStore;
use crate::embedders::EmbedderStore;
use crate::follows::FollowStore;
use crate::friends::{CircleStore, FriendStore};
use crate::groups::GroupStore;
use crate::history::HistoryStore;
use crate::inboxes::InboxStore;
use crate::initiatives::{FirstMessageStore, InitiativeStore};
use crate::jobs::JobStore;
use crate::lorebooks::{LoreShelfStore, LorebookStore};
use crate::media::MediaStore;
use crate::memories::MemoryStore;
use crate::moments::MomentStore;
use crate::mongo::MongoStore;
use crate::notifications::NotificationStore;
use crate::origins::OriginStore;
use crate::people::PeopleStore;
use crate::places::PlaceStore;
use crate::profiles::ProfileStore;
use crate::pushes::PushStore;
use crate::queue::QueueStore;
use crate::recommendations::{SnapshotStore, TasteStore, TrainingStore};
use crate::remembering::RememberingStore;
use crate::reports::{ReportStore, ReportedStore};
use crate::responses::ResponseStore;
use crate::routes::{ProgressStore, RouteStore};
use crate::sessions::SessionStore;
use crate::sittings::SittingStore;
use crate::sql::{MigrationState, SqlStore};
use crate::taking_part::{PostingStore, TakingPartStore};
use crate::transcripts::TranscriptStore;
use crate::turns::TurnStore;
use crate::usage::UsageStore;

/// The ports of one installation; they may be served by one database or several.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port of its name")]
pub struct Stores {
    pub accounts: Arc<dyn AccountStore>,
    pub consents: Arc<dyn ConsentStore>,
    pub devices: Arc<dyn DeviceStore>,
    pub api_keys: Arc<dyn ApiKeyStore>,
    pub characters: Arc<dyn CharacterStore>,
    pub cards: Arc<dyn CardStore>,
    pub media: Arc<dyn MediaStore>,
    pub sessions: Arc<dyn SessionStore>,
    pub chats: Arc<dyn ChatStore>,
    pub history: Arc<dyn HistoryStore>,
    pub turns: Arc<dyn TurnStore>,
    pub places: Arc<dyn PlaceStore>,
    pub transcripts: Arc<dyn TranscriptStore>,
    pub memories: Arc<dyn MemoryStore>,
    pub remembering: Arc<dyn RememberingStore>,
    pub bonds: Arc<dyn BondStore>,
    pub diaries: Arc<dyn DiaryStore>,
    pub diary_pages: Arc<dyn DiaryPageStore>,
    pub routes: Arc<dyn RouteStore>,
    pub progress: Arc<dyn ProgressStore>,
    pub jobs: Arc<dyn JobStore>,
    pub people: Arc<dyn PeopleStore>,
    pub usage: Arc<dyn UsageStore>,
    pub queue: Arc<dyn QueueStore>,
    pub audit: Arc<dyn AuditStore>,
    pub discovery: Arc<dyn DiscoveryStore>,
    pub embedders: Arc<dyn EmbedderStore>,
    pub profiles: Arc<dyn ProfileStore>,
    pub friends: Arc<dyn FriendStore>,
    pub circles: Arc<dyn CircleStore>,
    pub follows: Arc<dyn FollowStore>,
    pub blocks: Arc<dyn BlockStore>,
    pub reports: Arc<dyn ReportStore>,
    pub notifications: Arc<dyn NotificationStore>,
    pub inboxes: Arc<dyn InboxStore>,
    pub pushes: Arc<dyn PushStore>,
    pub tastes: Arc<dyn TasteStore>,
    pub training: Arc<dyn TrainingStore>,
    pub snapshots: Arc<dyn SnapshotStore>,
    pub groups: Arc<dyn GroupStore>,
    pub reported: Arc<dyn ReportedStore>,
    pub moments: Arc<dyn MomentStore>,
    pub responses: Arc<dyn ResponseStore>,
    pub taking_part: Arc<dyn TakingPartStore>,
    pub posting: Arc<dyn PostingStore>,
    pub lorebooks: Arc<dyn LorebookStore>,
    pub lore_shelves: Arc<dyn LoreShelfStore>,
    pub initiatives: Arc<dyn InitiativeStore>,
    pub first_messages: Arc<dyn FirstMessageStore>,
    pub sittings: Arc<dyn SittingStore>,
    pub origins: Arc<dyn OriginStore>,
}

/// The databases of one installation.
#[derive(Clone)]
pub enum Store {
    /// One relational database has it all.
    Sql(SqlStore),
    /// The chat log is in MongoDB.
    Mongo(MongoStore),
}

impl Store {
    /// All ports.
    #[must_use]
    pub fn stores(&self) -> Stores {
        match self {
            Self::Sql(store) => store.stores(),
            Self::Mongo(store) => store.stores(),
        }
    }

    /// The relational database.
    #[must_use]
    pub fn sql(&self) -> &SqlStore {
        match self {
            Self::Sql(store) => store,
            Self::Mongo(store) => store.sql(),
        }
    }

    /// The chat log, where that is another database.
    #[must_use]
    pub fn mongo(&self) -> Option<&MongoStore> {
        match self {
            Self::Sql(_) => None,
            Self::Mongo(store) => Some(store),
        }
    }

    /// Brings all databases up to date.
    ///
    /// # Errors
    /// When one of them refuses.
    pub async fn migrate(&self) -> StoreResult<()> {
        match self {
            Self::Sql(store) => store.migrate().await,
            Self::Mongo(store) => store.migrate().await,
        }
    }

    /// Which migrations there are, and whether each is applied. Changes nothing.
    ///
    /// # Errors
    /// When a database cannot be reached.
    pub async fn migrations(&self) -> StoreResult<Vec<MigrationState>> {
        match self {
            Self::Sql(store) => store.migrations().await,
            Self::Mongo(store) => store.migrations().await,
        }
    }

    /// Everything that is kept, as records.
    #[must_use]
    pub fn archive(&self) -> &dyn Archive {
        match self {
            Self::Sql(store) => store,
            Self::Mongo(store) => store,
        }
    }

    /// Whether nothing is kept.
    ///
    /// # Errors
    /// When a database cannot be read.
    pub async fn is_empty(&self) -> StoreResult<bool> {
        match self {
            Self::Sql(store) => store.is_empty().await,
            Self::Mongo(store) => store.is_empty().await,
        }
    }

    /// How often the databases were asked until now, all together.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.sql().round_trips() + self.mongo().map_or(0, MongoStore::round_trips)
    }

    /// Ends all connections.
    ///
    /// # Errors
    /// When a database does not close well.
    pub async fn close(&self) -> StoreResult<()> {
        match self {
            Self::Sql(store) => store.close().await,
            Self::Mongo(store) => store.close().await,
        }
    }
}
