//! Saying, regenerating, stopping, editing, deleting, swiping; and reading what was said.

use domain::chats::{History, HistoryAnchor, Message, RegenerateMode, client_message_id, message_content};
use domain::events::{EventBody, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use domain::limits;
use domain::recommendations::EventKind;
use store::chats::{NewMessage, Parent};
use store::history::Revision;

use super::Chats;
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
    /// Takes a message, once, and lets the character answer.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `CharacterUnavailable`, `QuotaReached`, and the conflicts of
    /// [`store::chats::ChatStore::accept_message`].
    pub async fn send(&self, owner: UserId, session: SessionId, message: SendMessage) -> ServiceResult<SendOutcome> {
        let new = NewMessage {
            client_message_id: client_message_id(&message.client_message_id)?,
            content: message_content(&message.content)?,
            parent: message.parent_id.map_or(Parent::Leaf, Parent::Message),
            id: self.inner.mint.id(),
            reply_id: self.inner.mint.id(),
        };
        let character = self.check_character(owner, session).await?;
        let admission = match self.inner.usages.admit(owner, new.reply_id).await {
            Ok(admission) => admission,
            Err(reached @ ServiceError::QuotaReached { .. }) => {
                return self.taken_before(owner, session, &new.client_message_id).await?.ok_or(reached);
            }
            Err(error) => return Err(error),
        };
        let accepted = {
            let _turn = self.inner.gates.enter(session).await;
            let accepted = self.inner.stores.chats.accept_message(owner, session, &new, self.inner.clock.now()).await?;
            if !accepted.repeated {
                admission.keep();
                self.inner.publish(owner, &accepted.event);
                measures::accepted();
                self.inner.recommendations.note(owner, character, EventKind::MessageSent);
            }
            accepted
        };
        self.runner.wake(session);
        Ok(SendOutcome { event: accepted.event, repeated: accepted.repeated })
    }

    /// The outcome of a message that was taken before, of those lately taken: whoever missed it gets it, whatever may be taken
    /// today.
    async fn taken_before(
        &self,
        owner: UserId,
        session: SessionId,
        client_message_id: &str,
    ) -> ServiceResult<Option<SendOutcome>> {
        let stores = &self.inner.stores;
        let Some(found) = stores.sessions.find_session(owner, session).await? else { return Ok(None) };
        let after = found.seq.saturating_sub(u64::from(limits::PAGE));
        let events = stores.sessions.events_after(owner, session, after, limits::PAGE).await?;
        let is_it = |event: &SessionEvent| match &event.body {
            EventBody::MessageAccepted { message, .. } => {
                message.client_message_id.as_deref() == Some(client_message_id)
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
        owner: UserId,
        session: SessionId,
        message: MessageId,
        mode: RegenerateMode,
    ) -> ServiceResult<SessionEvent> {
        self.check_character(owner, session).await?;
        let reply_id = self.inner.mint.id();
        let admission = self.inner.usages.admit(owner, reply_id).await?;
        let event = {
            let _turn = self.inner.gates.enter(session).await;
            let event = self
                .inner
                .stores
                .chats
                .queue_reply(owner, session, message, mode, reply_id, self.inner.clock.now())
                .await?;
            admission.keep();
            self.inner.publish(owner, &event);
            event
        };
        self.runner.wake(session);
        Ok(event)
    }

    /// Stops a reply that is queued or being written; what is written stays. A finished one is left as it is.
    ///
    /// # Errors
    /// `NotFound` when it is no message of this session.
    pub async fn stop(&self, owner: UserId, session: SessionId, message: MessageId) -> ServiceResult<()> {
        let found = self.message(owner, session, message).await?;
        if !found.status.is_final() {
            self.runner.stop(owner, &found).await?;
        }
        Ok(())
    }

    /// Changes a text; the one before is kept as a revision.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `Conflict(ReplyRunning)`.
    pub async fn edit(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        content: &str,
    ) -> ServiceResult<Message> {
        let content = domain::validation::required_text("content", content, limits::REPLY)?;
        let _turn = self.inner.gates.enter(session).await;
        let event =
            self.inner.stores.chats.edit_message(owner, session, message, &content, self.inner.clock.now()).await?;
        self.inner.publish(owner, &event);
        self.inner.memories.touched(session);
        match event.body {
            EventBody::MessageEdited { message } => Ok(message),
            _ => Err(ServiceError::Internal("an edit told another event".into())),
        }
    }

    /// Erases a message and all below it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_message(&self, owner: UserId, session: SessionId, message: MessageId) -> ServiceResult<()> {
        let _turn = self.inner.gates.enter(session).await;
        let event = self.inner.stores.chats.delete_message(owner, session, message, self.inner.clock.now()).await?;
        self.inner.publish(owner, &event);
        self.inner.memories.touched(session);
        // What was being written below it is nobody's any more; whoever writes it finds out at the next save.
        self.inner.bus.streams.nudge(session);
        Ok(())
    }

    /// Brings a message into view: a swipe, or another branch.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn select(&self, owner: UserId, session: SessionId, message: MessageId) -> ServiceResult<SessionEvent> {
        let _turn = self.inner.gates.enter(session).await;
        let event = self.inner.stores.chats.select_message(owner, session, message, self.inner.clock.now()).await?;
        self.inner.publish(owner, &event);
        self.inner.memories.touched(session);
        Ok(event)
    }

    /// A stretch of the way to the leaf.
    ///
    /// # Errors
    /// `NotFound`, also for an anchor that is not on that way.
    pub async fn history(
        &self,
        owner: UserId,
        session: SessionId,
        anchor: HistoryAnchor,
        limit: u32,
    ) -> ServiceResult<History> {
        Ok(self.inner.stores.history.history(owner, session, anchor, limit.clamp(1, limits::PAGE)).await?)
    }

    /// One message.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn message(&self, owner: UserId, session: SessionId, message: MessageId) -> ServiceResult<Message> {
        let found = self.inner.stores.history.find_message(owner, message).await?;
        found.filter(|found| found.session_id == session).ok_or(ServiceError::NotFound)
    }

    /// The texts a message had before, oldest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn revisions(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
    ) -> ServiceResult<Vec<Revision>> {
        self.message(owner, session, message).await?;
        Ok(self.inner.stores.history.revisions(owner, message).await?)
    }

    /// Events of a session after a place, in order; at most 100.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn events_after(
        &self,
        owner: UserId,
        session: SessionId,
        after_seq: u64,
        limit: u32,
    ) -> ServiceResult<Vec<SessionEvent>> {
        Ok(self.inner.stores.sessions.events_after(owner, session, after_seq, limit.clamp(1, limits::PAGE)).await?)
    }
}
