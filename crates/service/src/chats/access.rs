//! Who may do what in a session, decided once.
//!
//! A session of one person is asked for under that person, and its store says whether it is there: that costs nothing here. In
//! a session that several share, the members have the rights, never the one under whom it is kept.

use std::collections::HashSet;
use std::sync::Arc;

use bus::Notice;
use domain::chats::{Author, History, Message, Role};
use domain::events::{EventBody, SessionEvent};
use domain::groups::{Group, Member, MemberRole, SessionKind};
use domain::ids::{MessageId, SessionId, UserId};

use super::Inner;
use crate::{ServiceError, ServiceResult};

/// What somebody is in a session.
#[derive(Debug, Clone)]
pub(super) struct Access {
    /// Under whom the session is kept.
    pub(super) owner: UserId,
    /// Who asks.
    pub(super) user: UserId,
    /// Who else is there; `None` in a session of one person.
    pub(super) shared: Option<Shared>,
}

/// A session that several share, as one of them sees it.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    pub(super) group: Group,
    pub(super) me: Member,
    /// The place of its newest event.
    pub(super) seq: u64,
}

impl Inner {
    /// What `user` is in a session. Whoever is not in it finds nothing there, nor does anybody where a character is that is not
    /// for them.
    pub(super) async fn access(&self, user: UserId, session: SessionId) -> ServiceResult<Access> {
        if !session.is_shared() {
            return match self.stores.characters.is_closed(user, session).await? {
                false => Ok(Access::alone(user)),
                true => Err(ServiceError::NotFound),
            };
        }
        let places = &self.stores.places;
        let (group, place) = tokio::join!(self.group(session), async { places.places(&[session]).await });
        let (group, place) = (group?.ok_or(ServiceError::NotFound)?, place?.pop().ok_or(ServiceError::NotFound)?);
        let me = group.joined(user).filter(|me| group.is_for(me)).cloned().ok_or(ServiceError::NotFound)?;
        if !self.see_each_other(user, std::slice::from_ref(&group)).await?.contains(&session) {
            return Err(ServiceError::NotFound);
        }
        Ok(Access { owner: place.owner, user, shared: Some(Shared { group, me, seq: place.seq }) })
    }

    /// A message that `user` may see in whichever session, and what they are there.
    pub(super) async fn seen(&self, user: UserId, message: MessageId) -> ServiceResult<(Access, Message)> {
        let alone = self.stores.history.find_message(user, message).await?;
        if let Some(found) = alone.filter(|found| !found.session_id.is_shared()) {
            return Ok((self.access(user, found.session_id).await?, found));
        }
        let place = self.stores.places.place_of_shared(message).await?.ok_or(ServiceError::NotFound)?;
        let access = self.access(user, place.session_id).await?;
        let found = self.stores.history.find_message(access.owner, message).await?;
        let found = found.filter(|found| access.sees(found)).ok_or(ServiceError::NotFound)?;
        Ok((access, found))
    }

    /// Those of these groups that are there for `user`: a block makes two invisible to each other, and with them what they said
    /// between themselves. Nothing is asked where there is no direct session.
    pub(super) async fn see_each_other(&self, user: UserId, groups: &[Group]) -> ServiceResult<HashSet<SessionId>> {
        let other = |group: &Group| group.present().map(|member| member.user_id).find(|other| *other != user);
        let others: Vec<UserId> =
            groups.iter().filter(|group| group.kind == SessionKind::Direct).filter_map(other).collect();
        let seen = if others.is_empty() {
            Vec::new()
        } else {
            self.stores.profiles.people(user, &others, self.clock.now().date()).await?
        };
        let shown = |group: &&Group| match (group.kind, other(group)) {
            (SessionKind::Direct, Some(other)) => seen.iter().any(|person| person.profile.user == other),
            _ => true,
        };
        Ok(groups.iter().filter(shown).map(|group| group.session_id).collect())
    }

    /// Who is in a session that several share.
    pub(super) async fn group(&self, session: SessionId) -> ServiceResult<Option<Group>> {
        Ok(self.stores.groups.find_groups(&[session]).await?.pop())
    }

    /// Tells everybody in a session; `owner` is under whom it is kept. What cannot be told is read by whoever looks.
    pub(super) async fn tell(&self, owner: UserId, event: &SessionEvent) {
        if !event.session_id.is_shared() {
            return self.publish(owner, event);
        }
        match self.group(event.session_id).await {
            Ok(Some(group)) => self.tell_members(&group, event),
            // Whoever deletes it tells those who were there.
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = %error, session.id = %event.session_id, "who is to be told could not be read");
            }
        }
    }

    /// Tells everybody who is there, each what they may see.
    pub(super) fn tell_members(&self, group: &Group, event: &SessionEvent) {
        let whole = Arc::new(event.clone());
        for member in group.attending() {
            if let Some(event) = veiled(&whole, member) {
                self.bus.notices.publish(member.user_id, Notice::Event(event));
            }
        }
    }
}

impl Access {
    /// Somebody in a session of their own, of which something else says whether it is there for them.
    pub(super) fn alone(user: UserId) -> Self {
        Self { owner: user, user, shared: None }
    }

    /// Whether several share the session.
    pub(super) fn is_direct(&self) -> bool {
        self.shared.as_ref().is_some_and(|shared| shared.group.kind == SessionKind::Direct)
    }

    /// Those who read what is said, the one who says it among them.
    pub(super) fn readers(&self) -> Vec<UserId> {
        match &self.shared {
            Some(shared) => shared.group.present().map(|member| member.user_id).collect(),
            None => vec![self.user],
        }
    }

    /// To whom somebody writes in a direct session, unless they want to hear nothing of it.
    pub(super) fn written_to(&self) -> impl Iterator<Item = UserId> {
        let direct = self.shared.as_ref().filter(|_| self.is_direct());
        let present = direct.into_iter().flat_map(|shared| shared.group.present());
        present.filter(|member| member.user_id != self.user && !member.muted).map(|member| member.user_id)
    }

    fn role(&self) -> MemberRole {
        self.shared.as_ref().map_or(MemberRole::Owner, |shared| shared.me.role)
    }

    /// Whoever talks alone may do everything; in a group those who look after it, in a direct session nobody.
    pub(super) fn must_moderate(&self) -> ServiceResult<()> {
        if self.role().moderates() && !self.is_direct() { Ok(()) } else { Err(ServiceError::Forbidden) }
    }

    /// The same, for what only the owner may do.
    pub(super) fn must_own(&self) -> ServiceResult<()> {
        if self.role() == MemberRole::Owner && !self.is_direct() { Ok(()) } else { Err(ServiceError::Forbidden) }
    }

    /// Whether a message is the caller's own.
    pub(super) fn is_own(&self, message: &Message) -> bool {
        match (&self.shared, message.author) {
            (None, _) => true,
            (Some(_), author) => author == Some(Author::Person(self.user)),
        }
    }

    /// One's own words may be changed; those of characters by those who look after the group; those of others by nobody.
    pub(super) fn must_be_able_to_edit(&self, message: &Message) -> ServiceResult<()> {
        if self.is_own(message) {
            return Ok(());
        }
        if message.role == Role::Character { self.must_moderate() } else { Err(ServiceError::Forbidden) }
    }

    /// One's own words may be taken back, and by those who look after the group everything.
    pub(super) fn must_be_able_to_retract(&self, message: &Message) -> ServiceResult<()> {
        if self.is_own(message) { Ok(()) } else { self.must_moderate() }
    }

    /// Whether a message is for the caller's eyes.
    pub(super) fn sees(&self, message: &Message) -> bool {
        self.shared.as_ref().is_none_or(|shared| shared.me.sees(message))
    }

    /// From which place on events are for the caller.
    pub(super) fn sees_after(&self) -> u64 {
        self.shared.as_ref().map_or(0, |shared| shared.me.sees_after)
    }

    /// A stretch of the history without what is not for the caller: the older part is not there, and words of whom they do not hear
    /// leave their place.
    pub(super) fn veil_history(&self, mut history: History) -> History {
        let Some(Shared { me, .. }) = &self.shared else { return history };
        let all = history.messages.len();
        history.messages.retain(|message| me.was_there(message));
        if history.messages.len() < all {
            history.has_before = false;
        }
        history.messages.iter_mut().filter(|message| !me.hears(message)).for_each(|message| message.content.clear());
        history
    }

    /// An event without what is not for the caller.
    pub(super) fn veil(&self, event: SessionEvent) -> SessionEvent {
        match &self.shared {
            Some(shared) => {
                let whole = Arc::new(event);
                veiled(&whole, &shared.me)
                    .map_or_else(|| SessionEvent::clone(&whole), |event| SessionEvent::clone(&event))
            }
            None => event,
        }
    }
}

/// An event as a member may see it: nothing of before they came, and the words of older messages blank, as are those of people whom
/// they do not hear.
fn veiled(event: &Arc<SessionEvent>, member: &Member) -> Option<Arc<SessionEvent>> {
    if event.seq <= member.sees_after {
        return None;
    }
    let is_old = |message: &Message| !member.sees(message);
    let old = match &event.body {
        EventBody::MessageAccepted { message, .. } | EventBody::MessageEdited { message } => is_old(message),
        EventBody::ReplyQueued { reply }
        | EventBody::ReplyStarted { reply }
        | EventBody::ReplyCompleted { reply }
        | EventBody::ReplyFailed { reply } => is_old(reply),
        EventBody::MessageDeleted { .. } | EventBody::SessionUpdated { .. } | EventBody::SessionDeleted => false,
    };
    if !old {
        return Some(Arc::clone(event));
    }
    let mut blank = SessionEvent::clone(event);
    match &mut blank.body {
        EventBody::MessageAccepted { message, .. } | EventBody::MessageEdited { message } => message.content.clear(),
        EventBody::ReplyQueued { reply }
        | EventBody::ReplyStarted { reply }
        | EventBody::ReplyCompleted { reply }
        | EventBody::ReplyFailed { reply } => reply.content.clear(),
        EventBody::MessageDeleted { .. } | EventBody::SessionUpdated { .. } | EventBody::SessionDeleted => {}
    }
    Some(Arc::new(blank))
}
