//! Sessions that several share: two people, or a group of people and characters.
//!
//! Who is in it decides who may read and say what, never under whom it is kept. What one may do is said here, once, as pure
//! functions of who one is.

use time::OffsetDateTime;

use crate::characters::CharacterBrief;
use crate::chats::{Author, Message};
use crate::ids::{CharacterId, MediaId, SessionId, UserId};
use crate::limits;
use crate::validation::FieldError;

closed_set! {
    /// Who talks in a session.
    pub enum SessionKind {
        /// One person with one character.
        Solo = "solo",
        /// Two people.
        Direct = "direct",
        /// Several people and characters.
        Group = "group",
    }
}

closed_set! {
    /// What a person is in a shared session.
    pub enum MemberRole {
        /// May do everything, and is one.
        Owner = "owner",
        /// Invites, removes members, changes the group, takes back what others said.
        Moderator = "moderator",
        /// Talks.
        Member = "member",
    }
}

closed_set! {
    /// Whether a person is there.
    pub enum MemberState {
        /// Asked to come.
        Invited = "invited",
        /// There.
        Joined = "joined",
        /// Was there, or was asked to come.
        Left = "left",
    }
}

closed_set! {
    /// Which characters answer what a person says.
    pub enum ReplyMode {
        /// Those who are addressed.
        Addressed = "addressed",
        /// Those who are addressed, else as people take turns: the talkative more often, who spoke last less.
        Natural = "natural",
        /// All, in the order of the list.
        All = "all",
        /// Nobody until a person asks.
        Manual = "manual",
    }
}

closed_set! {
    /// What whoever joins may read.
    pub enum NewcomersSee {
        /// What is said from then on.
        Joining = "joining",
        /// Everything.
        All = "all",
    }
}

/// A shared session, as far as it is known who is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The session.
    pub session_id: SessionId,
    /// `Direct` or `Group`.
    pub kind: SessionKind,
    /// Which characters answer.
    pub reply_mode: ReplyMode,
    /// How many characters answer one message where nobody is addressed.
    pub speakers: u8,
    /// What whoever joins may read.
    pub newcomers_see: NewcomersSee,
    /// When it began.
    pub created_at: OffsetDateTime,
    /// All people, in the order in which they came, those who left included.
    pub people: Vec<Member>,
    /// The characters, in the order in which they came.
    pub characters: Vec<GroupCharacter>,
}

/// A person in a shared session.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// The handle of their profile, or the name they sign in with where they have none.
    pub handle: String,
    /// The name shown to others.
    pub name: String,
    /// Their picture.
    pub avatar: Option<MediaId>,
    /// Whether they meet characters who are rated mature.
    pub sees_mature: bool,
    /// What they are.
    pub role: MemberRole,
    /// Whether they are there.
    pub state: MemberState,
    /// Who asked them to come.
    pub invited_by: Option<UserId>,
    /// When they were asked.
    pub invited_at: OffsetDateTime,
    /// When they came.
    pub joined_at: Option<OffsetDateTime>,
    /// What was said before is not for them; `None`: everything is.
    pub sees_from: Option<OffsetDateTime>,
    /// What happened up to this place is not for them.
    pub sees_after: u64,
    /// Up to which place they have read.
    pub read_seq: u64,
    /// Whether they want no notifications.
    pub muted: bool,
    /// Whether the session stands at the top of their list.
    pub pinned: bool,
    /// Whether it is out of their list.
    pub archived: bool,
    /// Those of all who are or were here from whom a block parts them, in whichever direction: the two are not there for each other.
    pub apart: Vec<UserId>,
}

/// A character in a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupCharacter {
    /// Who.
    pub character: CharacterBrief,
    /// Who brought her.
    pub added_by: Option<UserId>,
    /// How readily she speaks, 0 to 100.
    pub talkativeness: u8,
    /// When she was brought.
    pub added_at: OffsetDateTime,
}

impl Group {
    /// The person, if they are there.
    #[must_use]
    pub fn joined(&self, user: UserId) -> Option<&Member> {
        self.member(user).filter(|member| member.state == MemberState::Joined)
    }

    /// The person, whatever they are.
    #[must_use]
    pub fn member(&self, user: UserId) -> Option<&Member> {
        self.people.iter().find(|member| member.user_id == user)
    }

    /// Those who are there.
    pub fn present(&self) -> impl Iterator<Item = &Member> {
        self.people.iter().filter(|member| member.state == MemberState::Joined)
    }

    /// Those who are there and for whom the group is.
    pub fn attending(&self) -> impl Iterator<Item = &Member> {
        self.present().filter(|member| self.is_for(member))
    }

    /// Whether the group is there for somebody: whether all its characters are for them, and between two no block.
    #[must_use]
    pub fn is_for(&self, member: &Member) -> bool {
        if self.kind == SessionKind::Direct && !member.apart.is_empty() {
            return false;
        }
        self.characters.iter().all(|present| present.character.is_for(member.user_id, member.sees_mature))
    }

    /// Those who are there and for whom `user` is, too.
    pub fn beside(&self, user: UserId) -> impl Iterator<Item = &Member> {
        self.attending().filter(move |member| !member.apart.contains(&user))
    }

    /// The group as a person may see it: without those from whom a block parts them.
    #[must_use]
    pub fn seen_by(mut self, user: UserId) -> Self {
        if let Some(apart) = self.member(user).map(|me| me.apart.clone()).filter(|apart| !apart.is_empty()) {
            self.people.retain(|member| !apart.contains(&member.user_id));
        }
        self
    }

    /// From when on a character of the group may look back on what was said: since she is there, and since all are who hear her now
    /// and may not read what was said before they came. `None` when there is no such character.
    #[must_use]
    pub fn heard_since(&self, id: CharacterId) -> Option<OffsetDateTime> {
        let came = self.character(id)?.added_at;
        Some(self.attending().filter_map(|member| member.sees_from).fold(came, OffsetDateTime::max))
    }

    /// A character of the group.
    #[must_use]
    pub fn character(&self, id: CharacterId) -> Option<&GroupCharacter> {
        self.characters.iter().find(|present| present.character.id == id)
    }
}

impl Member {
    /// Whether a message is for this person: whether they were there, and no block is between them and whoever says it.
    #[must_use]
    pub fn sees(&self, message: &Message) -> bool {
        self.was_there(message) && self.hears(message)
    }

    /// Whether they hear who says a message.
    #[must_use]
    pub fn hears(&self, message: &Message) -> bool {
        !matches!(message.author, Some(Author::Person(author)) if self.apart.contains(&author))
    }

    /// Whether a message was told whole after they came, or, while it is written, began then.
    #[must_use]
    pub fn was_there(&self, message: &Message) -> bool {
        let Some(from) = self.sees_from else { return true };
        message.place.map_or(message.created_at >= from, |place| place > self.sees_after)
    }
}

impl MemberRole {
    /// Whether they look after the group: invite, change it, take back what others said.
    #[must_use]
    pub fn moderates(self) -> bool {
        matches!(self, Self::Owner | Self::Moderator)
    }

    /// Whether they may send somebody with that role away.
    #[must_use]
    pub fn may_remove(self, other: Self) -> bool {
        match self {
            Self::Owner => other != Self::Owner,
            Self::Moderator => other == Self::Member,
            Self::Member => false,
        }
    }
}

/// How readily a character speaks.
///
/// # Errors
/// When it is more than a hundred.
pub fn talkativeness(value: u8) -> Result<u8, FieldError> {
    if value > limits::TALKATIVENESS {
        return Err(FieldError::new("talkativeness", "must be 0 to 100"));
    }
    Ok(value)
}

/// How many characters answer one message.
///
/// # Errors
/// When it is none, or more than may.
pub fn speakers(value: u8) -> Result<u8, FieldError> {
    if !(1..=limits::SPEAKERS).contains(&value) {
        return Err(FieldError::new("speakers", format!("must be 1 to {}", limits::SPEAKERS)));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::MemberRole::{self, Member, Moderator, Owner};
    use crate::ClosedSet;

    #[test]
    fn nobody_removes_their_equal_or_better() {
        let may: Vec<(MemberRole, MemberRole)> = MemberRole::ALL
            .iter()
            .flat_map(|by| MemberRole::ALL.iter().map(|of| (*by, *of)))
            .filter(|(by, of)| by.may_remove(*of))
            .collect();
        assert_eq!(may, [(Owner, Moderator), (Owner, Member), (Moderator, Member)]);
    }
}
