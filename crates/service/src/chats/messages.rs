//! Saying, regenerating, stopping, editing, deleting, swiping; and reading what was said.

use domain::chats::{Author, History, HistoryAnchor, Message, RegenerateMode, client_message_id, message_content};
use domain::events::{EventBody, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use domain::limits;
use domain::recommendations::RecommendationEventType;
use domain::safety::danger;
use store::chats::{NewMessage, NewReply, Parent, Queueing};
use store::history::Revision;

use super::Chats;
use super::access::Access;
use crate::usage::Admission;
use crate::{ServiceError, ServiceResult, measures};

/// What a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendMessage {
    /// The client's own id of it: the same id again is the same message.
    pub client_message_id: String,
    /// The words.
    pub content: String,
    /// What it follows: `None` is the session's leaf, `Some(None)` nothing (a new root).
    pub parent_id: Option<Option<MessageId>>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SendOutcome {
    /// The event `MessageAccepted`, of now or of the first time.
    pub event: SessionEvent,
    /// Whether it had been taken before; then devices are not told again.
    pub repeated: bool,
}

impl Chats {
    /// Takes a message, once, and lets the character answer, or those of several whose turn it is.
    ///
    /// # Errors
    /// `Invalid`, `Refused`, `NotFound`, `Forbidden`, `CharacterUnavailable`, `QuotaReached`, and the conflicts of
    /// [`store::chats::ChatStore::accept_message`].
    pub async fn send(&self, user: UserId, session: SessionId, message: SendMessage) -> ServiceResult<SendOutcome> {
        let ids = (self.inner.mint.id(), self.inner.mint.id());
        self.send_named(user, session, message, ids).await
    }

    /// The same, where the ids of the message and of the character's answer are known before.
    pub(super) async fn send_named(
        &self,
        user: UserId,
        session: SessionId,
        message: SendMessage,
        (id, reply): (MessageId, MessageId),
    ) -> ServiceResult<SendOutcome> {
        let mut new = NewMessage {
            client_message_id: client_message_id(&message.client_message_id)?,
            content: message_content(&message.content)?,
            parent: message.parent_id.map_or(Parent::Leaf, Parent::Message),
            id,
            author: None,
            replies: Vec::new(),
        };
        let access = self.to_speak(user, session).await?;
        let mut character = None;
        new.replies = match &access.shared {
            None => {
                character = Some(self.check_character(user, session).await?);
                vec![NewReply::of_the_character(reply)]
            }
            Some(shared) => {
                if new.parent != Parent::Leaf {
                    access.must_moderate()?;
                }
                new.author = Some(user);
                self.answering(&access, shared, &new).await?
            }
        };
        let is_in_danger = danger(&new.content).is_some();
        if is_in_danger {
            // The server answers, and nobody goes on with the story behind it.
            new.replies.truncate(1);
        } else {
            self.inner.moderation.must_pass("content", &new.content, &access.readers()).await?;
        }
        let admissions = match self.admit(user, &mut new, is_in_danger).await {
            Ok(admissions) => admissions,
            Err(reached @ ServiceError::QuotaReached { .. }) => {
                return self.taken_before(&access, session, &new).await?.ok_or(reached);
            }
            Err(error) => return Err(error),
        };
        let accepted = {
            let _turn = self.inner.gates.enter(session).await;
            let now = self.inner.clock.now();
            let accepted = self.inner.stores.chats.accept_message(access.owner, session, &new, now).await?;
            if !accepted.repeated {
                admissions.into_iter().for_each(Admission::keep);
                for event in std::iter::once(&accepted.event).chain(&accepted.queued) {
                    self.inner.tell(access.owner, event).await;
                }
                measures::accepted();
                self.inner.sittings.note(user);
                if let Some(character) = character {
                    self.inner.recommendations.note(user, character, RecommendationEventType::MessageSent);
                }
                for other in access.written_to() {
                    self.inner.notifications.direct_message(other, session, user, new.id);
                }
            }
            accepted
        };
        if let (Some(shared), false) = (&access.shared, accepted.repeated) {
            // Whoever answers has read what they answer.
            let seq = accepted.queued.last().unwrap_or(&accepted.event).seq;
            if let Err(error) = self.inner.has_read(&shared.group, user, seq).await {
                tracing::warn!(error = %error, session.id = %session, "how far a person has read could not be kept");
            }
        }
        if !new.replies.is_empty() {
            self.runner.wake(session);
        }
        Ok(SendOutcome { event: accepted.event, repeated: accepted.repeated })
    }

    /// What somebody is where they speak. Where they are alone with a character, `check_character` says whether she is there for
    /// them, and that is not asked twice.
    async fn to_speak(&self, user: UserId, session: SessionId) -> ServiceResult<Access> {
        if session.is_shared() { self.inner.access(user, session).await } else { Ok(Access::alone(user)) }
    }

    /// Lets a person have the replies to a message: at least the first, and as many of the others as they may.
    async fn admit(&self, user: UserId, new: &mut NewMessage, is_in_danger: bool) -> ServiceResult<Vec<Admission>> {
        let mut admissions = Vec::with_capacity(new.replies.len());
        for reply in &new.replies {
            match self.inner.usages.admit(user, reply.id).await {
                Ok(admission) => admissions.push(admission),
                Err(ServiceError::QuotaReached { .. }) if !admissions.is_empty() => break,
                // Whoever may be in danger is answered, whatever they took today; by the server, which costs nothing.
                Err(ServiceError::QuotaReached { .. }) if is_in_danger => return Ok(admissions),
                Err(error) => return Err(error),
            }
        }
        new.replies.truncate(admissions.len());
        Ok(admissions)
    }

    /// The outcome of a message that was taken before, of those lately taken: whoever missed it gets it, whatever may be taken
    /// today.
    async fn taken_before(
        &self,
        access: &Access,
        session: SessionId,
        new: &NewMessage,
    ) -> ServiceResult<Option<SendOutcome>> {
        let stores = &self.inner.stores;
        let Some(found) = stores.sessions.find_session(access.owner, session).await? else { return Ok(None) };
        let after = found.seq.saturating_sub(u64::from(limits::PAGE));
        let events = stores.sessions.events_after(access.owner, session, after, limits::PAGE).await?;
        let is_it = |event: &SessionEvent| match &event.body {
            EventBody::MessageAccepted { message, .. } => {
                message.client_message_id.as_ref() == Some(&new.client_message_id)
                    && message.author == new.author.map(Author::Person)
            }
            _ => false,
        };
        Ok(events.into_iter().find(is_it).map(|event| SendOutcome { event, repeated: true }))
    }

    /// Queues another reply beside `message`, or below it when it is the person's own.
    ///
    /// # Errors
    /// `NotFound`, `CharacterUnavailable`, `QuotaReached`, and the conflicts of [`store::chats::ChatStore::queue_reply`].
    pub async fn regenerate(
        &self,
        user: UserId,
        session: SessionId,
        message: MessageId,
        mode: RegenerateMode,
    ) -> ServiceResult<SessionEvent> {
        let access = self.to_speak(user, session).await?;
        self.inner.sittings.note(user);
        let mut reply = NewReply::of_the_character(self.inner.mint.id());
        match &access.shared {
            None => drop(self.check_character(user, session).await?),
            Some(shared) => reply = self.speaking_again(&access, shared, session, message, reply).await?,
        }
        self.queue(&access, session, message, Queueing::Again(mode), reply).await
    }

    /// Queues a reply for whoever asks.
    pub(super) async fn queue(
        &self,
        access: &Access,
        session: SessionId,
        message: MessageId,
        how: Queueing,
        reply: NewReply,
    ) -> ServiceResult<SessionEvent> {
        let admission = self.inner.usages.admit(access.user, reply.id).await?;
        let event = {
            let _turn = self.inner.gates.enter(session).await;
            let now = self.inner.clock.now();
            let chats = &self.inner.stores.chats;
            let event = chats.queue_reply(access.owner, session, message, how, reply, now).await?;
            admission.keep();
            self.inner.tell(access.owner, &event).await;
            event
        };
        self.runner.wake(session);
        Ok(event)
    }

    /// Stops a reply that is queued or being written; what is written stays. A finished one is left as it is.
    ///
    /// # Errors
    /// `NotFound` when it is no message of this session.
    pub async fn stop(&self, user: UserId, session: SessionId, message: MessageId) -> ServiceResult<()> {
        let access = self.inner.access(user, session).await?;
        let found = self.find_message(&access, session, message).await?;
        if !found.status.is_final() {
            self.runner.stop(access.owner, &found).await?;
        }
        Ok(())
    }

    /// Changes a text; the one before is kept as a revision.
    ///
    /// # Errors
    /// `Invalid`, `Refused`, `NotFound`, `Conflict(ReplyRunning)`.
    pub async fn edit(
        &self,
        user: UserId,
        session: SessionId,
        message: MessageId,
        content: &str,
    ) -> ServiceResult<Message> {
        let content = domain::validation::required_text("content", content, limits::REPLY)?;
        let access = self.inner.access(user, session).await?;
        if access.shared.is_some() {
            access.must_be_able_to_edit(&self.find_message(&access, session, message).await?)?;
        }
        self.inner.moderation.must_pass("content", &content, &access.readers()).await?;
        let _turn = self.inner.gates.enter(session).await;
        let now = self.inner.clock.now();
        let event = self.inner.stores.chats.edit_message(access.owner, session, message, &content, now).await?;
        self.inner.tell(access.owner, &event).await;
        self.inner.memories.touched(session);
        match event.body {
            EventBody::MessageEdited { message } => Ok(message),
            _ => Err(ServiceError::Internal("an edit told another event".into())),
        }
    }

    /// Erases a message and all below it. Where several talk, what others said after it stays: then only its words go.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, and of several `Conflict(ReplyRunning)`.
    pub async fn delete_message(&self, user: UserId, session: SessionId, message: MessageId) -> ServiceResult<()> {
        let access = self.inner.access(user, session).await?;
        if access.shared.is_some() {
            access.must_be_able_to_retract(&self.find_message(&access, session, message).await?)?;
        }
        let _turn = self.inner.gates.enter(session).await;
        let (chats, now) = (&self.inner.stores.chats, self.inner.clock.now());
        let event = match &access.shared {
            None => chats.delete_message(access.owner, session, message, now).await?,
            Some(_) => chats.retract_message(access.owner, session, message, now).await?,
        };
        self.inner.tell(access.owner, &event).await;
        self.inner.memories.touched(session);
        // What was being written below it is nobody's any more; whoever writes it finds out at the next save.
        self.inner.bus.streams.nudge(session);
        Ok(())
    }

    /// Brings a message into view: a swipe, or another branch.
    ///
    /// # Errors
    /// `NotFound`, and `Forbidden` where several share the leaf and the person does not look after the group.
    pub async fn select(&self, user: UserId, session: SessionId, message: MessageId) -> ServiceResult<SessionEvent> {
        let access = self.inner.access(user, session).await?;
        access.must_moderate()?;
        let _turn = self.inner.gates.enter(session).await;
        let now = self.inner.clock.now();
        let event = self.inner.stores.chats.select_message(access.owner, session, message, now).await?;
        self.inner.tell(access.owner, &event).await;
        self.inner.memories.touched(session);
        Ok(event)
    }

    /// A stretch of the way to the leaf.
    ///
    /// # Errors
    /// `NotFound`, also for an anchor that is not on that way.
    pub async fn history(
        &self,
        user: UserId,
        session: SessionId,
        anchor: HistoryAnchor,
        limit: u32,
    ) -> ServiceResult<History> {
        let access = self.inner.access(user, session).await?;
        let limit = limit.clamp(1, limits::PAGE);
        Ok(access.veil_history(self.inner.stores.history.history(access.owner, session, anchor, limit).await?))
    }

    /// One message.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn message(&self, user: UserId, session: SessionId, message: MessageId) -> ServiceResult<Message> {
        let access = self.inner.access(user, session).await?;
        self.find_message(&access, session, message).await
    }

    /// One message that is for the caller's eyes.
    pub(super) async fn find_message(
        &self,
        access: &Access,
        session: SessionId,
        message: MessageId,
    ) -> ServiceResult<Message> {
        let found = self.inner.stores.history.find_message(access.owner, message).await?;
        found.filter(|found| found.session_id == session && access.sees(found)).ok_or(ServiceError::NotFound)
    }

    /// The texts a message had before, oldest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn revisions(
        &self,
        user: UserId,
        session: SessionId,
        message: MessageId,
    ) -> ServiceResult<Vec<Revision>> {
        let access = self.inner.access(user, session).await?;
        self.find_message(&access, session, message).await?;
        Ok(self.inner.stores.history.revisions(access.owner, message).await?)
    }

    /// Events of a session after a place, in order; at most 100.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn events_after(
        &self,
        user: UserId,
        session: SessionId,
        after_seq: u64,
        limit: u32,
    ) -> ServiceResult<Vec<SessionEvent>> {
        let access = self.inner.access(user, session).await?;
        let (after, limit) = (after_seq.max(access.sees_after()), limit.clamp(1, limits::PAGE));
        let events = self.inner.stores.sessions.events_after(access.owner, session, after, limit).await?;
        Ok(events.into_iter().map(|event| access.veil(event)).collect())
    }
}
