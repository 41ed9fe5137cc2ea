//! Profiles: how people show themselves to each other, and how one of them stands to another.

use time::OffsetDateTime;

use crate::ids::{EntityId, MediaId, UserId};
use crate::limits;
use crate::privacy::{Facet, Onlooker, Owner, Privacy, PrivacyChoice, Viewer, ViewerKind, sees};
use crate::validation::{FieldError, text};

/// A person as others may see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whose it is.
    pub user: UserId,
    /// The name by which others find them, in lower case.
    pub handle: String,
    /// The name shown to others.
    pub display_name: String,
    /// What they say of themselves.
    pub bio: String,
    /// Their picture.
    pub avatar: Option<MediaId>,
    /// What they have chosen to show.
    pub choice: PrivacyChoice,
    /// Whether they are looked after as a minor today.
    pub minor: bool,
    /// Whether their account is disabled.
    pub disabled: bool,
    /// When they signed up.
    pub joined_at: OffsetDateTime,
}

impl Profile {
    /// What they let others see.
    #[must_use]
    pub fn privacy(&self) -> Privacy {
        self.choice.over(Privacy::usual(self.minor))
    }
}

/// What a person changes about their profile; `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    /// Another handle.
    pub handle: Option<String>,
    /// What they say of themselves.
    pub bio: Option<String>,
    /// What they show; each that is chosen replaces the one before.
    pub choice: PrivacyChoice,
}

/// How somebody stands to the person they look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relation {
    /// They are the same.
    pub me: bool,
    /// They are friends.
    pub friend: bool,
    /// The viewer has asked for the person's friendship.
    pub asked: bool,
    /// The person asks for the viewer's friendship.
    pub asks: bool,
    /// The viewer follows the person.
    pub follows: bool,
    /// The person follows the viewer.
    pub followed: bool,
    /// The viewer has muted the person.
    pub mutes: bool,
    /// The person has muted the viewer.
    pub muted: bool,
    /// The viewer has blocked the person.
    pub blocks: bool,
    /// The person has blocked the viewer.
    pub blocked: bool,
    /// They have a friend in common. Told only where the person's settings ask for it.
    pub near: bool,
    /// The viewer moderates.
    pub moderator: bool,
    /// The viewer is known to be a minor.
    pub minor: bool,
}

impl Relation {
    /// The viewer, as privacy knows them. What weighs most comes first: a block over all else, friendship over the rest.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        let kind = if self.me {
            ViewerKind::Myself
        } else if self.blocked {
            ViewerKind::Blocked
        } else if self.blocks {
            ViewerKind::Blocking
        } else if self.friend {
            ViewerKind::Friend
        } else if self.asks {
            ViewerKind::Asked
        } else if self.moderator {
            ViewerKind::Moderator
        } else if self.muted {
            ViewerKind::Muted
        } else if self.follows {
            ViewerKind::Follower
        } else {
            ViewerKind::Stranger
        };
        Viewer { kind, minor: self.minor, near: self.near, follows: self.follows }
    }
}

/// A person, and how the viewer stands to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenPerson {
    /// The person.
    pub profile: Profile,
    /// How the viewer stands to them.
    pub relation: Relation,
}

impl SeenPerson {
    /// Whether the viewer sees, or may do, this.
    #[must_use]
    pub fn shows(&self, facet: Facet) -> bool {
        sees(self.relation.viewer(), &self.owner(), facet)
    }

    /// The viewer, as whoever looks at the person's moments.
    #[must_use]
    pub fn onlooker(&self) -> Onlooker {
        Onlooker::OfPerson(self.relation.viewer(), self.owner())
    }

    /// The person, as privacy knows whoever is looked at.
    #[must_use]
    pub fn owner(&self) -> Owner {
        let Profile { minor, disabled, .. } = self.profile;
        Owner { minor, disabled, privacy: self.profile.privacy() }
    }
}

/// How many people and characters somebody has to do with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// Friends.
    pub friends: u64,
    /// People who follow them.
    pub followers: u64,
    /// People they follow.
    pub following: u64,
    /// Characters they follow.
    pub characters: u64,
}

/// A person with all that their profile tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeProfile {
    /// The person.
    pub person: SeenPerson,
    /// How many they have to do with.
    pub reach: Reach,
}

/// A person in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPerson {
    /// The person.
    pub person: SeenPerson,
    /// Since when they stand in it.
    pub since: OffsetDateTime,
}

/// By what a person is named in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonRef {
    /// Their id.
    Id(UserId),
    /// Their handle, in lower case.
    Handle(String),
}

/// A person named by id or handle; `None` when it can be neither. An id is longer than any handle.
#[must_use]
pub fn person_ref(text: &str) -> Option<PersonRef> {
    match text.parse() {
        Ok(id) => Some(PersonRef::Id(id)),
        Err(_) => well_formed(text).map(PersonRef::Handle),
    }
}

/// Names that nobody gets: they would be taken for the house's own, or for a page.
const RESERVED: [&str; 36] = [
    "about",
    "account",
    "admin",
    "administrator",
    "anonymous",
    "api",
    "blocked",
    "everyone",
    "followers",
    "following",
    "friends",
    "help",
    "home",
    "info",
    "login",
    "mod",
    "moderator",
    "moderators",
    "news",
    "nobody",
    "null",
    "official",
    "operator",
    "people",
    "requests",
    "root",
    "search",
    "security",
    "settings",
    "staff",
    "suggestions",
    "support",
    "system",
    "talker",
    "team",
    "undefined",
];

/// A handle as it is stored: as user names are, and none that is reserved.
///
/// # Errors
/// When it has another form, or is reserved.
pub fn handle(text: &str) -> Result<String, FieldError> {
    let name = well_formed(text).ok_or_else(|| {
        FieldError::new(
            "handle",
            "must be 3 to 32 of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit",
        )
    })?;
    if RESERVED.contains(&name.as_str()) {
        return Err(FieldError::new("handle", "is reserved"));
    }
    Ok(name)
}

fn well_formed(text: &str) -> Option<String> {
    crate::accounts::username(text).ok()
}

/// The handles that are tried for a new person, the best first: their user name, and that with more and more of their id.
#[must_use]
pub fn first_handles(username: &str, user: UserId) -> Vec<String> {
    let digits = user.uuid().simple().to_string();
    let tail = |count: usize| digits.get(digits.len() - count..).unwrap_or_default().to_owned();
    let short: String = username.chars().take(*limits::USERNAME.end() - 13).collect();
    let plain = handle(username).ok();
    plain.into_iter().chain([6, 12].map(|count| format!("{short}_{}", tail(count)))).collect()
}

/// What a name is found by: databases know lower case for ASCII only, or by their locale.
#[must_use]
pub fn name_key(display_name: &str) -> String {
    display_name.to_lowercase()
}

/// What a person says of themselves.
///
/// # Errors
/// When it is too long or holds control characters.
pub fn bio(words: &str) -> Result<String, FieldError> {
    text("bio", words.trim(), limits::BIO)
}

/// Why somebody is suggested as a friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Who.
    pub person: SeenPerson,
    /// Friends the two have in common, among the newest of the viewer's.
    pub common_friends: u64,
    /// Characters both follow, among the newest that the viewer follows.
    pub common_characters: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn handles_are_folded_bounded_and_never_the_houses_own() {
        assert_eq!(handle(" Aya.K ").unwrap(), "aya.k");
        for bad in ["ab", ".abc", "a b", "é", "admin", "ADMIN", "Suggestions", &"x".repeat(33)] {
            assert!(handle(bad).is_err(), "{bad}");
        }
        assert!(RESERVED.is_sorted(), "so that nothing stands in it twice");
        assert!(RESERVED.iter().all(|name| well_formed(name).is_some()), "else nobody could ask for it");
    }

    #[test]
    fn everybody_has_a_first_handle() {
        let id = UserId(Uuid::from_u128(0xabcdef));
        assert_eq!(first_handles("aya", id), ["aya", "aya_abcdef", "aya_000000abcdef"]);
        assert_eq!(first_handles("admin", id), ["admin_abcdef", "admin_000000abcdef"]);
        let long = "x".repeat(32);
        for name in first_handles(&long, id) {
            assert_eq!(handle(&name), Ok(name.clone()));
        }
    }

    #[test]
    fn a_person_is_named_by_id_or_handle() {
        let id = UserId(Uuid::from_u128(7));
        assert_eq!(person_ref(&id.to_string()), Some(PersonRef::Id(id)));
        assert_eq!(person_ref("Aya"), Some(PersonRef::Handle("aya".into())));
        assert_eq!((person_ref(""), person_ref("a\0b"), person_ref("../x")), (None, None, None));
    }

    #[test]
    fn a_block_weighs_most() {
        let all =
            Relation { friend: true, asks: true, follows: true, moderator: true, muted: true, ..Relation::default() };
        let kind = |relation: Relation| relation.viewer().kind;
        assert_eq!(kind(Relation { blocked: true, blocks: true, ..all }), ViewerKind::Blocked);
        assert_eq!(kind(Relation { blocks: true, ..all }), ViewerKind::Blocking);
        assert_eq!(kind(all), ViewerKind::Friend);
        assert_eq!(kind(Relation { friend: false, ..all }), ViewerKind::Asked);
        assert_eq!(kind(Relation { me: true, ..all }), ViewerKind::Myself);
        assert_eq!(kind(Relation::default()), ViewerKind::Stranger);
    }
}
