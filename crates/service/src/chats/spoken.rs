//! What a program says in a chat of its person: sent as a device sends it, and the reply watched to its end. The reply belongs to the server:
//! whoever watches may go.

use std::sync::Arc;
use std::time::Duration;

use bus::{Notice, Received, ReplyReader, Subscription};
use domain::chats::{FailureCode, Message, MessageStatus};
use domain::events::{EventBody, SessionEvent};
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::models::FinishReason;
use domain::validation::FieldError;
use tokio::sync::{Notify, mpsc};

use super::asides::{Answer, AnswerPart};
use super::{Chats, Inner, SendMessage};
use crate::{ServiceError, ServiceResult};

/// How often the store is asked for a reply of which nothing is heard: another node may write it, and the bus be away.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Chats {
    /// Says something in a chat of one person with this character, once, and watches the reply.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` when it is another's chat than the character's, and those of [`Chats::send`].
    pub async fn say(
        &self,
        user: UserId,
        session: SessionId,
        character: CharacterId,
        message: SendMessage,
    ) -> ServiceResult<Answer> {
        if session.is_shared() {
            return Err(FieldError::new("session_id", "must be a chat of one person with one character").into());
        }
        if self.check_character(user, session).await? != character {
            return Err(FieldError::new("model", "must be the character of the chat").into());
        }
        // From before the message on, so that nothing of its reply is missed.
        let notices = self.inner.bus.notices.subscribe(user).await;
        let outcome = self.send(user, session, message).await?;
        let EventBody::MessageAccepted { reply: Some(reply), .. } = outcome.event.body else {
            // It was said before, and what was answered is gone.
            return Err(ServiceError::Conflict(store::Conflict::MessageDeleted));
        };
        let (answer, parts) = Answer::new(reply.id);
        let watching = Watching {
            inner: Arc::clone(&self.inner),
            user,
            session,
            reply: reply.id,
            parts,
            reader: None,
            listener: Arc::default(),
            told: 0,
        };
        let cutting = self.runner.cutting();
        self.runner.aside(async move {
            tokio::select! {
                () = cutting.cancelled() => {}
                () = watching.watch(notices) => {}
            }
        })?;
        Ok(answer)
    }
}

/// A reply that is watched.
struct Watching {
    inner: Arc<Inner>,
    user: UserId,
    session: SessionId,
    reply: MessageId,
    parts: mpsc::Sender<AnswerPart>,
    reader: Option<ReplyReader>,
    listener: Arc<Notify>,
    /// Bytes that were told.
    told: usize,
}

impl Watching {
    async fn watch(mut self, mut notices: Subscription) {
        let mut every = tokio::time::interval(LOOK_EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let look = tokio::select! {
                () = self.parts.closed() => return,
                () = self.listener.notified() => false,
                _ = every.tick() => true,
                received = notices.next() => match received {
                    Received::Notice(Notice::Event(event)) => self.concerns(&event),
                    Received::Notice(Notice::Moved { session_id, .. }) => session_id == self.session,
                    Received::Notice(_) => continue,
                    Received::Lagged => true,
                    Received::Closed => return,
                },
            };
            let Ok(ended) = self.tell_written().await else { return };
            if (look || ended) && self.tell_end().await {
                return;
            }
        }
    }

    fn concerns(&self, event: &SessionEvent) -> bool {
        event.session_id == self.session
            && match &event.body {
                EventBody::ReplyStarted { reply }
                | EventBody::ReplyCompleted { reply }
                | EventBody::ReplyFailed { reply } => reply.id == self.reply,
                EventBody::MessageDeleted { .. } | EventBody::SessionDeleted => true,
                _ => false,
            }
    }

    /// Tells what was written since the last time; whether that was all.
    async fn tell_written(&mut self) -> Result<bool, mpsc::error::SendError<AnswerPart>> {
        if self.reader.is_none() {
            self.reader = self.inner.bus.streams.follow(self.reply, &self.listener);
        }
        let Some(reader) = &mut self.reader else { return Ok(false) };
        // Asked before, so that nothing written before the end is missed.
        let ended = reader.ended();
        let mut text = String::new();
        if reader.take(&mut text).is_some() {
            self.told += text.len();
            self.parts.send(AnswerPart::Text(text)).await?;
        }
        Ok(ended)
    }

    /// Tells how it ended, when it has.
    async fn tell_end(&mut self) -> bool {
        let found = match self.inner.stores.history.find_message(self.user, self.reply).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(reply.id = %self.reply, error = %error, "how a reply ended could not be read yet");
                return false;
            }
        };
        let Some(reply) = found else {
            // It was deleted while it was written.
            let _ = self.parts.send(AnswerPart::Failed(FailureCode::Interrupted)).await;
            return true;
        };
        if !reply.status.is_final() {
            return false;
        }
        let rest = reply.content.get(self.told..).unwrap_or_default();
        if !rest.is_empty() {
            let _ = self.parts.send(AnswerPart::Text(rest.to_owned())).await;
        }
        let _ = self.parts.send(end_of(&reply)).await;
        true
    }
}

fn end_of(reply: &Message) -> AnswerPart {
    match (reply.status, reply.failure) {
        (MessageStatus::Failed, failure) => AnswerPart::Failed(failure.unwrap_or(FailureCode::Internal)),
        _ => AnswerPart::Ended { finish: reply.finish_reason.unwrap_or(FinishReason::Stop), usage: reply.usage },
    }
}
