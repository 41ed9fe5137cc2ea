//! All ports together, as the server wires them up.

use std::sync::Arc;

use crate::StoreResult;
use crate::accounts::AccountStore;
use crate::audit::AuditStore;
use crate::blocks::BlockStore;
use crate::characters::CharacterStore;
use crate::chats::ChatStore;
use crate::devices::DeviceStore;
use crate::discovery::DiscoveryStore;
use crate::embedders::EmbedderStore;
use crate::follows::FollowStore;
use crate::friends::FriendStore;
use crate::groups::GroupStore;
use crate::history::HistoryStore;
use crate::inboxes::InboxStore;
use crate::jobs::JobStore;
use crate::media::MediaStore;
use crate::memories::MemoryStore;
use crate::moments::MomentStore;
use crate::mongo::MongoStore;
use crate::notifications::NotificationStore;
use crate::people::PeopleStore;
use crate::places::PlaceStore;
use crate::profiles::ProfileStore;
use crate::pushes::PushStore;
use crate::queue::QueueStore;
use crate::recommendations::{SnapshotStore, TasteStore, TrainingStore};
use crate::remembering::RememberingStore;
use crate::reports::{ReportStore, ReportedStore};
use crate::responses::ResponseStore;
use crate::sessions::SessionStore;
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
    pub devices: Arc<dyn DeviceStore>,
    pub characters: Arc<dyn CharacterStore>,
    pub media: Arc<dyn MediaStore>,
    pub sessions: Arc<dyn SessionStore>,
    pub chats: Arc<dyn ChatStore>,
    pub history: Arc<dyn HistoryStore>,
    pub turns: Arc<dyn TurnStore>,
    pub places: Arc<dyn PlaceStore>,
    pub transcripts: Arc<dyn TranscriptStore>,
    pub memories: Arc<dyn MemoryStore>,
    pub remembering: Arc<dyn RememberingStore>,
    pub jobs: Arc<dyn JobStore>,
    pub people: Arc<dyn PeopleStore>,
    pub usage: Arc<dyn UsageStore>,
    pub queue: Arc<dyn QueueStore>,
    pub audit: Arc<dyn AuditStore>,
    pub discovery: Arc<dyn DiscoveryStore>,
    pub embedders: Arc<dyn EmbedderStore>,
    pub profiles: Arc<dyn ProfileStore>,
    pub friends: Arc<dyn FriendStore>,
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
