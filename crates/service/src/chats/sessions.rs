//! Sessions: begun with a greeting, listed, named, put away, deleted.

use domain::characters::{Character, CharacterBrief};
use domain::chats::{Message, MessageStatus, Role, Session, SessionFilter, SessionPatch};
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::limits;
use domain::macros::{Names, expand};
use domain::pages::{Page, PageRequest};
use domain::recommendations::EventKind;
use domain::sampling::Sampling;
use domain::validation::optional_line;
use time::OffsetDateTime;

use super::{Chats, SessionView};
use crate::{ServiceError, ServiceResult};

impl Chats {
    /// Begins a session with a character; her greetings are there as swipes.
    ///
    /// # Errors
    /// `NotFound`, `CharacterUnavailable`, `Invalid`.
    pub async fn create_session(
        &self,
        owner: UserId,
        character: CharacterId,
        title: &str,
    ) -> ServiceResult<SessionView> {
        let title = optional_line("title", title, limits::TITLE)?;
        let character = self.inner.characters.get(owner, character).await?;
        if character.deleted {
            return Err(ServiceError::CharacterUnavailable);
        }
        let user = self.inner.stores.accounts.find_user(owner).await?.ok_or(ServiceError::NotFound)?;
        let now = self.inner.clock.now();
        let id = self.inner.mint.id();
        let greetings = self.greetings(&character, &user.display_name, id, now);
        let session = Session {
            id,
            owner,
            character_id: character.id,
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
        self.inner.stores.sessions.create_session(&session, &greetings).await?;
        self.inner.recommendations.note(owner, character.id, EventKind::ChatStarted);
        self.runner.warm(session.clone());
        let last_message = greetings.into_iter().next();
        Ok(SessionView { last_message, ..self.view(session, (&character).into()) })
    }

    /// A person's session.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_session(&self, owner: UserId, id: SessionId) -> ServiceResult<SessionView> {
        let session = self.inner.stores.sessions.find_session(owner, id).await?.ok_or(ServiceError::NotFound)?;
        self.view_session(session).await
    }

    /// A session that an event told of, as people see it.
    ///
    /// # Errors
    /// `NotFound` when its character is gone without a trace.
    pub async fn view_session(&self, session: Session) -> ServiceResult<SessionView> {
        let character = self.inner.characters.get(session.owner, session.character_id).await?;
        Ok(self.view(session, (&character).into()))
    }

    /// A person's sessions, pinned first, then the last talked in.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page_sessions(
        &self,
        owner: UserId,
        filter: SessionFilter,
        page: &PageRequest,
    ) -> ServiceResult<Page<SessionView>> {
        let listings = self.inner.stores.sessions.page_sessions(owner, filter, page).await?;
        Ok(listings.map(|listing| SessionView {
            last_message: listing.last_message,
            ..self.view(listing.session, listing.character)
        }))
    }

    /// Changes title, place, model or sampling.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn update_session(
        &self,
        owner: UserId,
        id: SessionId,
        patch: SessionPatch,
    ) -> ServiceResult<SessionView> {
        let patch = SessionPatch {
            title: patch.title.map(|title| optional_line("title", &title, limits::TITLE)).transpose()?,
            sampling: patch.sampling.map(Sampling::checked).transpose()?,
            ..patch
        };
        if let Some(Some(model)) = &patch.model {
            self.inner.catalog.check("model", model)?;
        }
        {
            let _turn = self.inner.gates.enter(id).await;
            let event = self.inner.stores.sessions.update_session(owner, id, &patch, self.inner.clock.now()).await?;
            self.inner.publish(owner, &event);
        }
        self.get_session(owner, id).await
    }

    /// Deletes a session with all that was said in it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_session(&self, owner: UserId, id: SessionId) -> ServiceResult<()> {
        let _turn = self.inner.gates.enter(id).await;
        let event = self.inner.stores.sessions.delete_session(owner, id, self.inner.clock.now()).await?;
        self.inner.publish(owner, &event);
        self.inner.bus.streams.nudge(id);
        Ok(())
    }

    /// The character of a session. Fails when the session is another's, or the character answers no more.
    pub(super) async fn check_character(&self, owner: UserId, session: SessionId) -> ServiceResult<CharacterId> {
        let session = self.inner.stores.sessions.find_session(owner, session).await?.ok_or(ServiceError::NotFound)?;
        let character = self.inner.characters.get(owner, session.character_id).await?;
        if character.deleted { Err(ServiceError::CharacterUnavailable) } else { Ok(character.id) }
    }

    fn view(&self, session: Session, character: CharacterBrief) -> SessionView {
        let wanted = [session.model.as_deref(), character.model.as_deref()];
        let speaks = self.inner.catalog.choose(wanted).info();
        SessionView { session, character, speaks, last_message: None }
    }

    /// The greetings of a character as the roots of a session's tree.
    fn greetings(&self, character: &Character, user: &str, session_id: SessionId, now: OffsetDateTime) -> Vec<Message> {
        let names = Names { char: &character.profile.name, user };
        let texts = std::iter::once(&character.profile.greeting).chain(&character.profile.alternate_greetings);
        let said: Vec<(MessageId, String)> = texts
            .map(|text| expand(text, names))
            .filter(|text| !text.trim().is_empty())
            .map(|text| (self.inner.mint.id(), text))
            .collect();
        let siblings: Vec<MessageId> = said.iter().map(|(id, _)| *id).collect();
        said.into_iter()
            .map(|(id, content)| Message {
                id,
                session_id,
                parent_id: None,
                depth: 0,
                role: Role::Character,
                content,
                status: MessageStatus::Complete,
                failure: None,
                client_message_id: None,
                model: None,
                finish_reason: None,
                usage: None,
                revision: 0,
                siblings: siblings.clone(),
                created_at: now,
                edited_at: None,
            })
            .collect()
    }
}
