//! Chats that other programs wrote, on their way in, and chats of ours on their way to them.
//!
//! The files themselves are read and written in the crate `exchange`; here is what is said of them.

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

closed_set! {
    /// As what a chat leaves.
    #[derive(Default)]
    pub enum ChatFormat {
        /// As SillyTavern writes it, one JSON object a line, with swipes.
        #[default]
        SillyTavern = "silly_tavern",
        /// As Agnai exports it.
        Agnai = "agnai",
        /// As RisuAI exports it.
        Risu = "risu",
        /// As tools save it that save chats of Character.AI.
        CharacterAi = "character_ai",
    }
}

impl ChatFormat {
    /// How the name of a file in this format ends.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::SillyTavern => "jsonl",
            Self::Agnai | Self::Risu | Self::CharacterAi => "json",
        }
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
