//! What nodes tell each other.

use domain::ids::{MessageId, NodeId, SessionId, UserId};
use serde::{Deserialize, Serialize};

/// A call to one node or to all. Those of later versions are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub(super) enum Call {
    /// To oneself: what is sent is heard.
    Beat,
    /// Notices to these people were lost; `None`: nobody knows whose.
    Lost {
        /// Who lost them.
        node: NodeId,
        /// Whose.
        users: Option<Vec<UserId>>,
    },
    /// A node follows a reply, of which it has so much.
    Want {
        /// Who.
        node: NodeId,
        /// Which.
        reply: MessageId,
        /// In UTF-16 code units.
        have: u64,
    },
    /// A piece of a reply, to a node that wants it.
    Piece {
        /// Which.
        reply: MessageId,
        /// Where it begins, in UTF-16 code units.
        offset: u64,
        /// What is new.
        text: String,
        /// Whether nothing follows.
        ended: bool,
    },
    /// Whoever writes a reply of this session shall look at the store.
    Nudge {
        /// Who says so.
        node: NodeId,
        /// Where.
        session: SessionId,
    },
    /// One of a later version.
    #[serde(other)]
    Unknown,
}
