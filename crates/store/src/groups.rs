//! Who is in the sessions that several share. Kept beside the accounts, wherever the chat log is: these rows stand first, and
//! whatever they name that was never made, or is gone, is nothing to anyone.

use async_trait::async_trait;
use domain::groups::{Group, MemberRole, NewcomersSee, ReplyMode, SessionKind};
use domain::ids::{CharacterId, SessionId, UserId};
use time::OffsetDateTime;

use crate::StoreResult;

/// A shared session to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    /// The session.
    pub session_id: SessionId,
    /// `Direct`, of which two people have one, or `Group`.
    pub kind: SessionKind,
    /// Who begins it, and is there at once.
    pub founder: UserId,
    /// The others: in a direct session the one, who is there at once; in a group those who are asked to come.
    pub people: Vec<UserId>,
    /// The characters of a group.
    pub characters: Vec<CharacterId>,
    /// Which characters answer.
    pub reply_mode: ReplyMode,
    /// How many characters answer one message where nobody is addressed.
    pub speakers: u8,
    /// What whoever joins may read.
    pub newcomers_see: NewcomersSee,
    /// When it begins.
    pub created_at: OffsetDateTime,
}

/// What changes about who is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupChange {
    /// Asks somebody to come. Who is asked already, or is there, stays as they are.
    Invite {
        /// Whom.
        user: UserId,
        /// Who asks.
        by: UserId,
    },
    /// Somebody who was asked comes.
    Join {
        /// Who.
        user: UserId,
        /// The newest event: they have read up to there, and see what follows, or everything.
        seq: u64,
    },
    /// Somebody goes, is sent away, or comes not. When the owner goes, another becomes it.
    Leave {
        /// Who.
        user: UserId,
        /// What they are, as far as the caller knows; when that is no longer so, it is `Outdated`.
        role: MemberRole,
    },
    /// Somebody becomes a moderator, or a member again.
    SetRole {
        /// Who.
        user: UserId,
        /// What.
        role: MemberRole,
    },
    /// The owner makes somebody else the owner.
    HandOver {
        /// The owner.
        from: UserId,
        /// Who is there.
        to: UserId,
    },
    /// A character comes; one who is there speaks more readily, or less.
    AddCharacter {
        /// Who.
        character: CharacterId,
        /// Who brings her.
        by: UserId,
        /// How readily she speaks; `None`: as before, or as readily as most.
        talkativeness: Option<u8>,
    },
    /// A character goes.
    RemoveCharacter {
        /// Who.
        character: CharacterId,
    },
    /// The rules of the group; `None` leaves as is.
    Settings {
        /// Which characters answer.
        reply_mode: Option<ReplyMode>,
        /// How many.
        speakers: Option<u8>,
        /// What whoever joins may read.
        newcomers_see: Option<NewcomersSee>,
    },
    /// How the session stands in one member's own list; `None` leaves as is.
    Own {
        /// Whose.
        user: UserId,
        /// At the top.
        pinned: Option<bool>,
        /// Out of it.
        archived: Option<bool>,
        /// Without notifications.
        muted: Option<bool>,
    },
}

/// How a shared session stands in the list of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The session.
    pub session_id: SessionId,
    /// The member.
    pub user_id: UserId,
    /// At the top.
    pub pinned: bool,
    /// Out of it.
    pub archived: bool,
}

/// Keeps who is in shared sessions.
#[async_trait]
pub trait GroupStore: Send + Sync {
    /// Keeps a new group. Two people have one direct session: where there is one already, that is the answer. Conflicts:
    /// `GroupFull`, `TooManyGroups`. `NotFound` when somebody is not there.
    async fn create_group(&self, group: &NewGroup) -> StoreResult<Group>;
    /// Those of these that there are, in no order.
    async fn find_groups(&self, sessions: &[SessionId]) -> StoreResult<Vec<Group>>;
    /// Whether two people are in a session together, or one is asked to come to one in which the other is.
    async fn are_together(&self, one: UserId, other: UserId) -> StoreResult<bool>;
    /// To which groups the person is asked to come, the newest first, at most as many as one may have.
    async fn invitations(&self, user: UserId) -> StoreResult<Vec<SessionId>>;
    /// Changes who is there; the group afterwards. The same change once more changes nothing. `NotFound` when there is no such
    /// group or nobody of that kind in it, or the group is not for whoever comes. Conflicts: `GroupFull`, `TooManyGroups`, `Outdated`,
    /// `NotForEverybody`.
    async fn change_group(&self, session: SessionId, change: &GroupChange, now: OffsetDateTime) -> StoreResult<Group>;
    /// The person has read up to `seq`, or further; the furthest. `NotFound` when they are not there.
    async fn read_up_to(&self, session: SessionId, user: UserId, seq: u64) -> StoreResult<u64>;
    /// Removes a group. What was said in it is removed with its session.
    async fn delete_group(&self, session: SessionId) -> StoreResult<()>;
}
