//! What stands in the files of an archive about what belongs to others as well: shared chats, people, moments. Checked when it is read, as
//! all records are.

use std::str::FromStr;

use domain::ClosedSet;
use domain::ids::{CommentId, MessageId, MomentId, SessionId, UserId};
use domain::privacy::PrivacyChoice;
use serde::{Deserialize, Serialize};

use super::records::Micros;

/// `shared_chats/ID/session.json`: a chat that several share, as the person may see it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SharedRecord {
    pub(super) id: SessionId,
    #[serde(default)]
    pub(super) title: String,
    /// The names of the others, people and characters, in the order in which they came.
    #[serde(default)]
    pub(super) with: Vec<String>,
    pub(super) created_at: Micros,
    pub(super) last_message_at: Micros,
}

/// A line of `shared_chats/ID/messages-N.jsonl`, in the order in which they were said.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SharedMessageRecord {
    pub(super) id: MessageId,
    /// Whether the person said it.
    pub(super) mine: bool,
    /// The name of whoever did.
    #[serde(default)]
    pub(super) name: String,
    pub(super) content: String,
    pub(super) created_at: Micros,
}

/// `social/profile.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ProfileRecord {
    pub(super) handle: String,
    pub(super) display_name: String,
    pub(super) bio: String,
    /// What was chosen; nothing where the usual holds.
    pub(super) privacy: PrivacyRecord,
}

/// What a person chose to show, in words.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PrivacyRecord {
    pub(super) profile: Option<String>,
    pub(super) presence: Option<String>,
    pub(super) friends: Option<String>,
    pub(super) requests: Option<String>,
    pub(super) messages: Option<String>,
}

impl PrivacyRecord {
    pub(super) fn of(choice: PrivacyChoice) -> Self {
        let word = |audience: Option<domain::privacy::Audience>| audience.map(|audience| audience.as_str().to_owned());
        Self {
            profile: word(choice.profile),
            presence: word(choice.presence),
            friends: word(choice.friends),
            requests: choice.requests.map(|requests| requests.as_str().to_owned()),
            messages: word(choice.messages),
        }
    }

    /// What of it is known here.
    pub(super) fn choice(&self) -> PrivacyChoice {
        fn read<T: FromStr>(word: Option<&String>) -> Option<T> {
            word.and_then(|word| word.parse().ok())
        }
        PrivacyChoice {
            profile: read(self.profile.as_ref()),
            presence: read(self.presence.as_ref()),
            friends: read(self.friends.as_ref()),
            requests: read(self.requests.as_ref()),
            messages: read(self.messages.as_ref()),
        }
    }
}

/// One of `social/friends.json`, and of the other lists of people.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PersonRecord {
    pub(super) id: UserId,
    pub(super) handle: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) since: Micros,
}

/// A line of `social/moments.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MomentRecord {
    pub(super) id: MomentId,
    #[serde(default)]
    pub(super) text: String,
    pub(super) visibility: String,
    #[serde(default)]
    pub(super) characters_may_comment: bool,
    pub(super) created_at: Micros,
    #[serde(default)]
    pub(super) likes: u64,
    /// The files of its images, in order.
    #[serde(default)]
    pub(super) images: Vec<String>,
    /// What the person said about it themselves; the words of others are theirs.
    #[serde(default)]
    pub(super) comments: Vec<CommentRecord>,
}

/// What the person said about a moment.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CommentRecord {
    pub(super) id: CommentId,
    pub(super) text: String,
    pub(super) created_at: Micros,
}
