//! Of whom a message speaks that somebody reports: whoever it was said to may report it, and nobody else. And how its words are
//! taken from everybody when moderators decide so.

use domain::chats::Author;
use domain::ids::{CharacterId, MessageId, UserId};

use super::Chats;
use super::access::{Access, Shared};
use crate::{ServiceError, ServiceResult};

impl Chats {
    /// The character who said a message, with her maker, or the person who did.
    ///
    /// # Errors
    /// `NotFound` when the message is not for the caller's eyes, or whoever said it is gone.
    pub(crate) async fn said_by(
        &self,
        user: UserId,
        message: MessageId,
    ) -> ServiceResult<(Option<CharacterId>, Option<UserId>)> {
        let (access, found) = self.inner.seen(user, message).await?;
        let Some(shared) = &access.shared else {
            let session = self.inner.stores.sessions.find_session(access.owner, found.session_id).await?;
            let scope = session.and_then(|session| session.scope()).ok_or(ServiceError::NotFound)?;
            let character = self.inner.characters.get(user, scope.character).await?;
            return Ok((Some(character.id), character.owner));
        };
        match found.author.ok_or(ServiceError::NotFound)? {
            Author::Person(person) => {
                shared.group.member(person).ok_or(ServiceError::NotFound)?;
                Ok((None, Some(person)))
            }
            Author::Character(character) => Ok((Some(character), self.maker(&access, shared, character).await?)),
        }
    }

    /// Takes the words of a message from everybody: its texts, those before an edit, and what was made from them. Its place stays,
    /// with what follows it and what stands beside it. Once more is no change.
    ///
    /// # Errors
    /// `NotFound`, `Conflict(ReplyRunning)` while it is still being written; then it is stopped, and may be removed a moment later.
    pub(crate) async fn remove_reported(&self, kept: UserId, message: MessageId) -> ServiceResult<()> {
        let stores = &self.inner.stores;
        let found = stores.history.find_message(kept, message).await?.ok_or(ServiceError::NotFound)?;
        if found.is_retracted() {
            return Ok(());
        }
        if !found.status.is_final() {
            self.runner.stop(kept, &found).await?;
        }
        let session = found.session_id;
        let _turn = self.inner.gates.enter(session).await;
        let event = stores.chats.retract_message(kept, session, message, self.inner.clock.now()).await?;
        self.inner.tell(kept, &event).await;
        self.inner.memories.touched(session);
        Ok(())
    }

    /// Who made a character of a group; nobody where she cannot be found any more. She is seen with the eyes of whoever brought her.
    async fn maker(&self, access: &Access, shared: &Shared, character: CharacterId) -> ServiceResult<Option<UserId>> {
        let by = shared.group.character(character).and_then(|present| present.added_by).unwrap_or(access.owner);
        match self.inner.characters.get(by, character).await {
            Ok(found) => Ok(found.owner),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
