//! All ports together, as the server wires them up.

use std::sync::Arc;

use crate::accounts::AccountStore;
use crate::audit::AuditStore;
use crate::characters::CharacterStore;
use crate::chats::ChatStore;
use crate::devices::DeviceStore;
use crate::discovery::DiscoveryStore;
use crate::embedders::EmbedderStore;
use crate::history::HistoryStore;
use crate::jobs::JobStore;
use crate::media::MediaStore;
use crate::memories::MemoryStore;
use crate::people::PeopleStore;
use crate::queue::QueueStore;
use crate::remembering::RememberingStore;
use crate::sessions::SessionStore;
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
}
