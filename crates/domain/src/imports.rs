//! Chats that other programs wrote, on their way in.
//!
//! The files themselves are read in the crate `exchange`; here is what is said of them.

use crate::ids::MessageId;

closed_set! {
    /// Which program wrote a chat.
    pub enum ChatSource {
        /// SillyTavern, one JSON object a line.
        SillyTavern = "silly_tavern",
        /// Chub, the same with objects where texts are.
        Chub = "chub",
        /// Agnai.
        Agnai = "agnai",
        /// RisuAI.
        Risu = "risu",
        /// Tools that save chats of Character.AI.
        CaiTools = "cai_tools",
        /// The web UI called Oobabooga.
        Ooba = "ooba",
        /// Kobold Lite.
        Kobold = "kobold",
        /// Open WebUI.
        OpenWebui = "open_webui",
        /// This one.
        Talker = "talker",
    }
}

/// What another program said of a chat that nobody here knows, kept so that it can leave again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatOrigin {
    /// Which program wrote it.
    pub source: ChatSource,
    /// The head of its file, as JSON.
    pub header: Option<String>,
    /// What is said of its messages.
    pub messages: Vec<MessageOrigin>,
}

/// The same of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageOrigin {
    /// Which.
    pub id: MessageId,
    /// Its row, without the words, as JSON.
    pub row: Option<String>,
    /// What is said of it as a swipe, as JSON.
    pub swipe: Option<String>,
}
