//! Sessions that several share: begun, joined, left, looked after.
//!
//! Who is there is changed in one transaction beside the accounts; then the session's next event tells it to everybody who is
//! there. Should this process die in between, the next event does.

use std::time::Duration;

use bus::Rate;
use domain::chats::{Message, Session, SessionPatch};
use domain::groups::{Group, MemberRole, MemberState, NewcomersSee, ReplyMode, SessionKind, speakers, talkativeness};
use domain::ids::{CharacterId, SessionId, UserId};
use domain::limits;
use domain::privacy::Facet;
use domain::sampling::Sampling;
use domain::validation::{FieldError, optional_line};
use store::Conflict;
use store::groups::{GroupChange, NewGroup};

use super::access::{Access, Shared};
use super::{Chats, SessionView};
use crate::{ServiceError, ServiceResult};

/// How many characters answer when nobody says.
const SPEAKERS: u8 = 2;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How often one person may begin a group.
const GROUPS: Rate = Rate { burst: 30, per: HOUR };
/// How often one person may ask somebody to come.
const INVITATIONS: Rate = Rate { burst: 100, per: HOUR };
/// How often one person may open a session with another.
const DIRECTS: Rate = Rate { burst: 240, per: HOUR };

/// A group to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupIn {
    /// Its title.
    pub title: String,
    /// Who is asked to come.
    pub people: Vec<UserId>,
    /// Which characters are there.
    pub characters: Vec<CharacterId>,
    /// Which of them answer.
    pub reply_mode: Option<ReplyMode>,
    /// How many.
    pub speakers: Option<u8>,
    /// What whoever joins may read.
    pub newcomers_see: Option<NewcomersSee>,
}

/// What changes about the rules of a group; `None` leaves as is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GroupPatch {
    /// Which characters answer.
    pub reply_mode: Option<ReplyMode>,
    /// How many.
    pub speakers: Option<u8>,
    /// What whoever joins may read.
    pub newcomers_see: Option<NewcomersSee>,
}

/// How a shared session stands in one's own list; `None` leaves as is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberPatch {
    /// At the top.
    pub pinned: Option<bool>,
    /// Out of it.
    pub archived: Option<bool>,
    /// Without notifications.
    pub muted: Option<bool>,
}

impl Chats {
    /// Begins a group; those who are asked to come are told.
    ///
    /// # Errors
    /// `Invalid`, `NotFound` for people who cannot be reached and characters who cannot be seen, `CharacterUnavailable`,
    /// `Conflict(GroupFull)`, `Conflict(TooManyGroups)`, `Throttled`.
    pub async fn create_group(&self, founder: UserId, new: GroupIn) -> ServiceResult<SessionView> {
        let title = optional_line("title", &new.title, limits::TITLE)?;
        let (people, characters) = (unique(new.people), unique(new.characters));
        self.inner.bus.rates.take(&format!("group:{founder}"), GROUPS).await?;
        if people.contains(&founder) {
            return Err(FieldError::new("people", "must be others than yourself").into());
        }
        if people.len() >= limits::GROUP_PEOPLE || characters.len() > limits::GROUP_CHARACTERS {
            return Err(ServiceError::Conflict(Conflict::GroupFull));
        }
        self.must_be_friends(founder, &people).await?;
        for character in &characters {
            self.must_see(founder, *character).await?;
        }
        let group = NewGroup {
            session_id: self.inner.mint.shared_session(),
            kind: SessionKind::Group,
            founder,
            people,
            characters,
            reply_mode: new.reply_mode.unwrap_or(ReplyMode::Natural),
            speakers: new.speakers.map(speakers).transpose()?.unwrap_or(SPEAKERS),
            newcomers_see: new.newcomers_see.unwrap_or(NewcomersSee::Joining),
            created_at: self.inner.clock.now(),
        };
        let greetings = self.group_greetings(founder, group.session_id, &group.characters, group.created_at).await?;
        let group = self.inner.stores.groups.create_group(&group).await?;
        self.begin_shared(founder, group, title, &greetings).await
    }

    /// The direct session of two people: one, whoever opens it, and however often.
    ///
    /// # Errors
    /// `NotFound` when the other cannot be reached, `Conflict(TooManyGroups)`, `Throttled`.
    pub async fn open_direct(&self, user: UserId, other: UserId) -> ServiceResult<SessionView> {
        if user == other {
            return Err(FieldError::new("user_id", "must be somebody else").into());
        }
        self.inner.bus.rates.take(&format!("direct:{user}"), DIRECTS).await?;
        if !self.may_write_to(user, other).await? {
            return Err(ServiceError::NotFound);
        }
        let group = NewGroup {
            session_id: self.inner.mint.shared_session(),
            kind: SessionKind::Direct,
            founder: user,
            people: vec![other],
            characters: Vec::new(),
            reply_mode: ReplyMode::Manual,
            speakers: SPEAKERS,
            newcomers_see: NewcomersSee::All,
            created_at: self.inner.clock.now(),
        };
        let group = self.inner.stores.groups.create_group(&group).await?;
        if self.inner.access(user, group.session_id).await.is_ok() {
            return self.get_session(user, group.session_id).await;
        }
        // New; or whoever began it died before the session was there.
        self.begin_shared(user, group, String::new(), &[]).await
    }

    /// Keeps the session of a group that stands, and tells those who are there.
    async fn begin_shared(
        &self,
        founder: UserId,
        group: Group,
        title: String,
        greetings: &[Message],
    ) -> ServiceResult<SessionView> {
        let now = self.inner.clock.now();
        let session = Session {
            id: group.session_id,
            owner: founder,
            character_id: None,
            title,
            pinned: false,
            archived: false,
            model: None,
            sampling: Sampling::default(),
            leaf_id: greetings.first().map(|greeting| greeting.id),
            seq: 0,
            created_at: now,
            last_message_at: now,
        };
        self.inner.stores.sessions.create_session(&session, greetings).await?;
        let access = self.inner.access(founder, session.id).await?;
        self.announce(&access, session.id, &group).await?;
        self.get_session(founder, session.id).await
    }

    /// To which groups a person is asked to come, the newest first.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn invitations(&self, user: UserId) -> ServiceResult<Vec<Group>> {
        let stores = &self.inner.stores;
        let invited = stores.groups.invitations(user).await?;
        if invited.is_empty() {
            return Ok(Vec::new());
        }
        let mut groups = stores.groups.find_groups(&invited).await?;
        groups.retain(|group| group.member(user).is_some_and(|me| group.is_for(me)));
        groups.sort_by_key(|group| invited.iter().position(|id| *id == group.session_id));
        Ok(groups.into_iter().map(|group| group.seen_by(user)).collect())
    }

    /// Asks somebody to come to a group.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict(GroupFull)`, `Conflict(TooManyGroups)`, `Throttled`.
    pub async fn invite(&self, user: UserId, session: SessionId, whom: UserId) -> ServiceResult<SessionView> {
        let access = self.inner.access(user, session).await?;
        access.must_moderate()?;
        shared(&access)?;
        self.inner.bus.rates.take(&format!("invite:{user}"), INVITATIONS).await?;
        self.must_be_friends(user, &[whom]).await?;
        self.change(&access, session, GroupChange::Invite { user: whom, by: user }).await?;
        self.get_session(user, session).await
    }

    /// Comes to a group that one was asked to come to.
    ///
    /// # Errors
    /// `NotFound` when one was not asked.
    pub async fn join(&self, user: UserId, session: SessionId) -> ServiceResult<SessionView> {
        let (group, place) = self.known(session).await?;
        let state = group.member(user).map(|member| member.state).ok_or(ServiceError::NotFound)?;
        if state == MemberState::Joined {
            return self.get_session(user, session).await;
        }
        let _turn = self.inner.gates.enter(session).await;
        let change = GroupChange::Join { user, seq: place.seq };
        let group = self.inner.stores.groups.change_group(session, &change, self.inner.clock.now()).await?;
        let access = self.inner.access(user, session).await?;
        self.announce(&access, session, &group).await?;
        self.get_session(user, session).await
    }

    /// Goes, comes not, takes an invitation back, or sends somebody away. Whoever is away sees nothing more from then on.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict(Outdated)`.
    pub async fn remove_member(&self, user: UserId, session: SessionId, whom: UserId) -> ServiceResult<()> {
        let (group, place) = self.known(session).await?;
        let me = group.member(user).filter(|me| me.state != MemberState::Left).ok_or(ServiceError::NotFound)?;
        if user != whom && me.state != MemberState::Joined {
            return Err(ServiceError::NotFound);
        }
        if group.kind == SessionKind::Direct {
            return Err(ServiceError::Forbidden);
        }
        let them = group.member(whom).filter(|them| them.state != MemberState::Left).ok_or(ServiceError::NotFound)?;
        if user != whom && !me.role.may_remove(them.role) {
            return Err(ServiceError::Forbidden);
        }
        let was_there = them.state == MemberState::Joined;
        let _turn = self.inner.gates.enter(session).await;
        let change = GroupChange::Leave { user: whom, role: them.role };
        let after = self.inner.stores.groups.change_group(session, &change, self.inner.clock.now()).await?;
        let access = Access {
            owner: place.owner,
            user,
            shared: Some(Shared { me: me.clone(), seq: place.seq, group: after.clone() }),
        };
        if was_there {
            self.tell_gone(session, whom);
        }
        if after.present().next().is_none() {
            return self.erase_session(&access, session).await;
        }
        self.announce(&access, session, &after).await
    }

    /// Makes somebody a moderator, a member, or the owner in one's own place.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict(Outdated)`.
    pub async fn set_member_role(
        &self,
        user: UserId,
        session: SessionId,
        whom: UserId,
        role: MemberRole,
    ) -> ServiceResult<SessionView> {
        let access = self.inner.access(user, session).await?;
        access.must_own()?;
        shared(&access)?;
        let change = match role {
            MemberRole::Owner => GroupChange::HandOver { from: user, to: whom },
            role if whom != user => GroupChange::SetRole { user: whom, role },
            // A group always has an owner.
            _ => return Err(ServiceError::Forbidden),
        };
        self.change(&access, session, change).await?;
        self.get_session(user, session).await
    }

    /// Changes the rules of a group.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Invalid`.
    pub async fn update_group(
        &self,
        user: UserId,
        session: SessionId,
        patch: GroupPatch,
    ) -> ServiceResult<SessionView> {
        let access = self.inner.access(user, session).await?;
        access.must_moderate()?;
        shared(&access)?;
        let GroupPatch { reply_mode, speakers: many, newcomers_see } = patch;
        let change = GroupChange::Settings { reply_mode, speakers: many.map(speakers).transpose()?, newcomers_see };
        self.change(&access, session, change).await?;
        self.get_session(user, session).await
    }

    /// Changes how a shared session stands in one's own list. Nobody else is told.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn update_own(&self, user: UserId, session: SessionId, patch: MemberPatch) -> ServiceResult<SessionView> {
        let access = self.inner.access(user, session).await?;
        shared(&access)?;
        let MemberPatch { pinned, archived, muted } = patch;
        let change = GroupChange::Own { user, pinned, archived, muted };
        self.inner.stores.groups.change_group(session, &change, self.inner.clock.now()).await?;
        self.get_session(user, session).await
    }

    /// Brings a character to a group, or has one who is there speak more readily, or less.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Invalid`, `CharacterUnavailable`, `Conflict(GroupFull | NotForEverybody)`.
    pub async fn add_character(
        &self,
        user: UserId,
        session: SessionId,
        character: CharacterId,
        readiness: Option<u8>,
    ) -> ServiceResult<SessionView> {
        let access = self.inner.access(user, session).await?;
        access.must_moderate()?;
        let group = &shared(&access)?.group;
        let readiness = readiness.map(talkativeness).transpose()?;
        if group.character(character).is_none() {
            self.must_see(user, character).await?;
        }
        let change = GroupChange::AddCharacter { character, by: user, talkativeness: readiness };
        self.change(&access, session, change).await?;
        self.get_session(user, session).await
    }

    /// Sends a character away. What she said stays.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub async fn remove_character(
        &self,
        user: UserId,
        session: SessionId,
        character: CharacterId,
    ) -> ServiceResult<()> {
        let access = self.inner.access(user, session).await?;
        access.must_moderate()?;
        shared(&access)?.group.character(character).ok_or(ServiceError::NotFound)?;
        self.change(&access, session, GroupChange::RemoveCharacter { character }).await
    }

    /// Changes who is there, and tells it.
    async fn change(&self, access: &Access, session: SessionId, change: GroupChange) -> ServiceResult<()> {
        let _turn = self.inner.gates.enter(session).await;
        let group = self.inner.stores.groups.change_group(session, &change, self.inner.clock.now()).await?;
        self.announce(access, session, &group).await
    }

    /// The session's next event says to all who are there, and to those who are asked to come, that something is otherwise.
    async fn announce(&self, access: &Access, session: SessionId, group: &Group) -> ServiceResult<()> {
        let sessions = &self.inner.stores.sessions;
        let now = self.inner.clock.now();
        let event = sessions.update_session(access.owner, session, &SessionPatch::default(), now).await?;
        self.inner.tell_members(group, &event);
        let invited = group.people.iter().filter(|member| member.state == MemberState::Invited);
        // Who must not meet somebody there may be asked, and does not hear of it.
        for invited in invited.filter(|member| group.is_for(member)) {
            self.inner.bus.notices.publish(invited.user_id, bus::Notice::Invited { session_id: session });
            self.inner.notifications.invited(invited.user_id, session, invited.invited_by, invited.invited_at);
        }
        Ok(())
    }

    /// The devices of whoever is away look at once, whatever they have seen, and find the session gone.
    fn tell_gone(&self, session_id: SessionId, user: UserId) {
        self.inner.bus.notices.publish(user, bus::Notice::Moved { session_id, seq: u64::MAX });
    }

    /// A group, and how far its session has come, for whoever may not be there yet.
    async fn known(&self, session: SessionId) -> ServiceResult<(Group, store::places::Place)> {
        if !session.is_shared() {
            return Err(ServiceError::NotFound);
        }
        let places = &self.inner.stores.places;
        let (group, place) = tokio::join!(self.inner.group(session), async { places.places(&[session]).await });
        Ok((group?.ok_or(ServiceError::NotFound)?, place?.pop().ok_or(ServiceError::NotFound)?))
    }

    /// Whether one may write to somebody: what they let whoever one is to them.
    pub(super) async fn may_write_to(&self, user: UserId, other: UserId) -> ServiceResult<bool> {
        let today = self.inner.clock.now().date();
        let seen = self.inner.stores.profiles.people(user, &[other], today).await?;
        Ok(seen.iter().any(|person| person.shows(Facet::Message)))
    }

    /// Fails when somebody is no friend, as if there were nobody.
    async fn must_be_friends(&self, user: UserId, others: &[UserId]) -> ServiceResult<()> {
        if others.is_empty() {
            return Ok(());
        }
        let today = self.inner.clock.now().date();
        let seen = self.inner.stores.profiles.people(user, others, today).await?;
        let friends = seen.iter().filter(|person| person.relation.friend).count();
        if friends == others.len() { Ok(()) } else { Err(ServiceError::NotFound) }
    }

    async fn must_see(&self, user: UserId, character: CharacterId) -> ServiceResult<()> {
        let found = self.inner.characters.get(user, character).await?;
        if found.deleted { Err(ServiceError::CharacterUnavailable) } else { Ok(()) }
    }
}

/// What concerns sessions that several share only.
fn shared(access: &Access) -> ServiceResult<&Shared> {
    access.shared.as_ref().ok_or(ServiceError::NotFound)
}

/// Each once, in the order of their first mention.
fn unique<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut once = Vec::with_capacity(all.len());
    for item in all {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    once
}
