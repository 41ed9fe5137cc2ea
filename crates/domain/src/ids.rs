//! Identifiers: one newtype per entity, a UUIDv7 written with a prefix (`msg_018f…`, 32 hex digits, no hyphens).
//!
//! They are minted by `service::mint`, from the clock and the randomness given to it; here they are only read and written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// A text that is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId {
    /// The prefix the identifier should have, without the underscore.
    pub prefix: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an id of the form {}_ followed by 32 hex digits", self.prefix)
    }
}

impl std::error::Error for InvalidId {}

/// What all identifiers have in common.
pub trait EntityId: Sized + Copy + From<Uuid> + 'static {
    /// The name of the type, as it stands in the API schema.
    const NAME: &'static str;
    /// The prefix in the text form, without the underscore.
    const PREFIX: &'static str;
    /// The UUID behind it.
    fn uuid(&self) -> Uuid;
}

macro_rules! entity_id {
    ($( $(#[$meta:meta])* $name:ident = $prefix:literal; )+) => {
        /// The prefixes of all kinds of identifiers, without the underscore.
        pub const PREFIXES: &[&str] = &[$( $prefix, )+];
    $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl EntityId for $name {
            const NAME: &'static str = stringify!($name);
            const PREFIX: &'static str = $prefix;
            fn uuid(&self) -> Uuid { self.0 }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self { Self(uuid) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let invalid = InvalidId { prefix: $prefix };
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or(invalid)?;
                if digits.len() != 32 || digits.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(invalid);
                }
                Uuid::try_parse(digits).map(Self).map_err(|_| invalid)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )+ };
}

entity_id! {
    /// A person with an account.
    UserId = "usr";
    /// One sign-in of a person: a device, and the family of its refresh tokens.
    DeviceId = "dev";
    /// A key of a program that talks for a person.
    ApiKeyId = "key";
    /// A character one can talk to.
    CharacterId = "chr";
    /// A chat.
    SessionId = "ses";
    /// A message in a chat; a node of its tree.
    MessageId = "msg";
    /// A stored image.
    MediaId = "med";
    /// Something a character remembers.
    MemoryId = "mem";
    /// Something that moved a bond.
    BondEventId = "bnd";
    /// A page of a diary, and the entry on it.
    DiaryEntryId = "dia";
    /// Something that happened on a route.
    RouteEventId = "rou";
    /// A lorebook.
    LorebookId = "lor";
    /// That a character may write first to a person.
    InitiativeId = "ini";
    /// That somebody was told for how long they have talked.
    ReminderId = "rem";
    /// Work in the background.
    JobId = "job";
    /// An entry of the audit log.
    AuditId = "aud";
    /// Something that somebody reported.
    ReportId = "rep";
    /// All reports of one thing.
    CaseId = "cas";
    /// A notification.
    NotificationId = "ntf";
    /// A subscription of a device to pushed messages.
    SubscriptionId = "sub";
    /// A moment of a person or a character.
    MomentId = "mom";
    /// Something that was said about a moment.
    CommentId = "cmt";
    /// Something a person did with a character, where the server names it.
    EventId = "evt";
    /// A running server process, for as long as it runs.
    NodeId = "nod";
}

/// The version of the UUIDs of sessions that several share: otherwise they are made like all others.
const SHARED: usize = 8;

impl SessionId {
    /// Whether several share this session: its id says so, so that a session of one person with one character is known without
    /// asking anybody, and is never looked for among the others.
    #[must_use]
    pub fn is_shared(self) -> bool {
        self.0.get_version_num() == SHARED
    }

    /// This id, as that of a session that several share.
    #[must_use]
    pub fn shared(self) -> Self {
        const VERSION: u128 = 0xf << 76;
        Self(Uuid::from_u128((self.0.as_u128() & !VERSION) | ((SHARED as u128) << 76)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_form() {
        let id = MessageId(Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string(), "msg_018f0000000070008000000000000001");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::to_string(&id).unwrap().len(), 38);
    }

    #[test]
    fn an_id_says_whether_several_share_the_session() {
        let alone = SessionId(Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001));
        assert!(!alone.is_shared());
        assert!(alone.shared().is_shared());
        assert_eq!(alone.shared().to_string(), "ses_018f0000000080008000000000000001");
        assert!(SessionId(Uuid::from_u128(u128::MAX)).shared().is_shared());
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "msg_",
            "usr_018f0000000070008000000000000001",
            "msg_018F0000000070008000000000000001",
            "msg_018f0000-0000-7000-8000-000000000001",
            "msg_018f000000007000800000000000000",
            "msg_018f00000000700080000000000000011",
        ] {
            assert!(text.parse::<MessageId>().is_err(), "{text}");
        }
    }
}
