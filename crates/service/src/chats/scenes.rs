//! Scenes of a route, played in a session: begun with what she says first, gone on from by a choice, which the person says.
//!
//! What happens is kept before the message that it follows from is said, under the id that this message will have. So a process may
//! die in between: what was kept counts for nothing until the message stands, and whoever asks again goes on from it.

use domain::chats::client_message_id;
use domain::events::{EventBody, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use domain::memories::Scope;
use store::chats::{NewReply, Queueing};
use store::{Conflict, StoreError};

use super::Chats;
use super::access::Access;
use super::messages::{SendMessage, SendOutcome};
use crate::routes::PlayedView;
use crate::{ServiceError, ServiceResult};

impl Chats {
    /// The scene that is played in a session of the person's; `None` where none is.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn scene(&self, user: UserId, session: SessionId) -> ServiceResult<Option<PlayedView>> {
        if self.inner.access(user, session).await?.shared.is_some() {
            return Ok(None);
        }
        let (scope, _) = self.scene_of(user, session).await?;
        self.inner.routes.played(scope, session).await
    }

    /// Begins a scene that is unlocked: she says its opening. The same client id again is the same beginning.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `CharacterUnavailable`, `SceneLocked`, `NothingSaid`, `QuotaReached`; the conflicts `ReplyRunning`,
    /// `TooManyQueued`, `TooManySiblings`, `TooManyRouteEvents`.
    pub async fn begin_scene(
        &self,
        user: UserId,
        session: SessionId,
        scene: &str,
        client_id: &str,
    ) -> ServiceResult<()> {
        let client_id = client_message_id(client_id)?;
        self.check_character(user, session).await?;
        let (scope, leaf) = self.scene_of(user, session).await?;
        let leaf = leaf.ok_or(ServiceError::NothingSaid)?;
        let begun = self.inner.routes.begin(scope, session, scene, &client_id).await?;
        if self.stands(user, begun.opening).await? {
            return Ok(());
        }
        self.inner.sittings.note(user);
        let reply = NewReply::of_the_character(begun.opening);
        match self.queue(&Access::alone(user), session, leaf, Queueing::Last, reply).await {
            Ok(_) => self.inner.routes.tell_unlocked(scope, session, begun.opening).await,
            // Another node put it there, or something else was said a moment before.
            Err(ServiceError::NotFound) if self.stands(user, begun.opening).await? => Ok(()),
            // It may have been put there: whoever asks again finds out.
            Err(error @ (ServiceError::Unavailable(_) | ServiceError::Internal(_))) => Err(error),
            Err(error) => {
                self.inner.routes.take_back(scope, &[begun.opening]).await?;
                Err(match error {
                    ServiceError::NotFound => ServiceError::Conflict(Conflict::Outdated),
                    error => error,
                })
            }
        }
    }

    /// Takes a choice of the scene that is played: the person says it, and she answers, or the scene begins to which it leads. The same
    /// client id again is the same choice.
    ///
    /// # Errors
    /// `ChoiceUnavailable`, and those of [`Chats::send`].
    pub async fn choose(
        &self,
        user: UserId,
        session: SessionId,
        choice: &str,
        client_id: &str,
    ) -> ServiceResult<SendOutcome> {
        let client_id = client_message_id(client_id)?;
        self.check_character(user, session).await?;
        let (scope, _) = self.scene_of(user, session).await?;
        let chosen = self.inner.routes.choose(scope, session, choice, &client_id).await?;
        let message = SendMessage { client_message_id: client_id, content: chosen.says, parent_id: None };
        let ids = (chosen.message, chosen.reply);
        let taken_back = [chosen.message, chosen.reply];
        match self.send_named(user, session, message, ids).await {
            Ok(outcome) if said_by(&outcome.event) == Some(chosen.message) => {
                self.inner.routes.tell_unlocked(scope, session, chosen.message).await?;
                Ok(outcome)
            }
            // The client used the id for other words before.
            Ok(_) => {
                self.inner.routes.take_back(scope, &taken_back).await?;
                Err(ServiceError::ChoiceUnavailable)
            }
            Err(error @ (ServiceError::Unavailable(_) | ServiceError::Internal(_))) => Err(error),
            Err(error) => {
                self.inner.routes.take_back(scope, &taken_back).await?;
                Err(error)
            }
        }
    }

    /// Leaves the scene that is played; where none is, nothing changes.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn leave_scene(&self, user: UserId, session: SessionId) -> ServiceResult<()> {
        let (scope, leaf) = self.scene_of(user, session).await?;
        match leaf {
            Some(leaf) => self.inner.routes.leave(scope, session, leaf).await,
            None => Ok(()),
        }
    }

    /// The two of a session, and where it has come to. Where several talk, nobody plays.
    async fn scene_of(&self, user: UserId, session: SessionId) -> ServiceResult<(Scope, Option<MessageId>)> {
        let found = self.inner.stores.sessions.find_session(user, session).await?.ok_or(ServiceError::NotFound)?;
        Ok((found.scope().ok_or(ServiceError::NotFound)?, found.leaf_id))
    }

    async fn stands(&self, user: UserId, message: MessageId) -> ServiceResult<bool> {
        match self.inner.stores.history.find_message(user, message).await {
            Ok(found) => Ok(found.is_some()),
            Err(StoreError::NotFound) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// The message that an event says was taken.
fn said_by(event: &SessionEvent) -> Option<MessageId> {
    match &event.body {
        EventBody::MessageAccepted { message, .. } => Some(message.id),
        _ => None,
    }
}
