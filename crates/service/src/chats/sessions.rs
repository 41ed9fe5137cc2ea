//! Sessions: begun with a greeting, listed, named, put away, deleted.

use std::collections::HashMap;

use domain::characters::CharacterBrief;
use domain::chats::{Author, HistoryAnchor, Message, MessageStatus, Role, Session, SessionFilter, SessionPatch};
use domain::groups::{Group, Member};
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::limits;
use domain::macros::{Names, expand_greeting};
use domain::memories::Scope;
use domain::pages::{Page, PageRequest};
use domain::recommendations::RecommendationEventType;
use domain::safety::Tongue;
use domain::sampling::Sampling;
use domain::validation::optional_line;
use time::OffsetDateTime;

use store::sessions::SessionListing;

use super::access::{Access, Shared};
use super::{Chats, GroupView, MemberPatch, Remembering, SessionView};
use crate::{ServiceError, ServiceResult};

impl Chats {
    /// Begins a session with a character; her greetings are there as swipes, in this language where she has them in it.
    ///
    /// # Errors
    /// `NotFound`, `CharacterUnavailable`, `Invalid`.
    pub async fn create_session(
        &self,
        owner: UserId,
        character: CharacterId,
        title: &str,
        language: Option<Tongue>,
    ) -> ServiceResult<SessionView> {
        let title = optional_line("title", title, limits::TITLE)?;
        let character = self.inner.characters.get(owner, character).await?;
        if character.deleted {
            return Err(ServiceError::CharacterUnavailable);
        }
        let user = self.inner.stores.accounts.find_user(owner).await?.ok_or(ServiceError::NotFound)?;
        let now = self.inner.clock.now();
        let id = self.inner.mint.id();
        let profile = &character.profile;
        // What they have unlocked of her route stands behind those that are for everybody.
        let unlocked = self.inner.routes.greetings(Scope { user: owner, character: character.id }).await?;
        let greetings = profile.greetings(language).chain(&unlocked);
        let names = Names { char: &profile.name, user: &user.display_name };
        let greetings = self.greetings(greetings, names, id, None, now);
        let session = Session {
            id,
            owner,
            character_id: Some(character.id),
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
        self.inner.recommendations.write(owner, character.id, RecommendationEventType::ChatStarted).await;
        self.runner.warm(session.clone());
        let last_message = greetings.into_iter().next();
        Ok(SessionView { last_message, ..self.view(session, (&character).into()) })
    }

    /// A person's session.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_session(&self, user: UserId, id: SessionId) -> ServiceResult<SessionView> {
        let access = self.inner.access(user, id).await?;
        let found = self.inner.stores.sessions.find_session(access.owner, id).await?;
        let session = found.ok_or(ServiceError::NotFound)?;
        match access.shared {
            None => self.view_session(user, session).await,
            Some(Shared { group, me, .. }) => self.view_shared(session, group, me).await,
        }
    }

    /// A session that an event told of, as people see it.
    ///
    /// # Errors
    /// `NotFound` when its character is gone without a trace, or several share it and `viewer` is not among them.
    pub async fn view_session(&self, viewer: UserId, session: Session) -> ServiceResult<SessionView> {
        if let Some(scope) = session.scope() {
            let character = self.inner.characters.get(scope.user, scope.character).await?;
            return Ok(self.view(session, (&character).into()));
        }
        let group = self.inner.group(session.id).await?.ok_or(ServiceError::NotFound)?;
        let me = group.joined(viewer).filter(|me| group.is_for(me)).cloned().ok_or(ServiceError::NotFound)?;
        self.view_shared(session, group, me).await
    }

    /// A session that several share, as one of them sees it.
    pub(super) async fn view_shared(&self, session: Session, group: Group, me: Member) -> ServiceResult<SessionView> {
        let unread = self.inner.stores.places.unread(&[(session.id, me.read_seq)]).await?;
        Ok(shared_view(session, group, me, unread.first().map_or(0, |(_, unread)| *unread)))
    }

    /// A person's sessions, pinned first, then the last talked in.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page_sessions(
        &self,
        user: UserId,
        filter: SessionFilter,
        page: &PageRequest,
    ) -> ServiceResult<Page<SessionView>> {
        let stores = &self.inner.stores;
        let listings = stores.sessions.page_sessions(user, filter, page).await?;
        let shared: Vec<SessionId> =
            listings.items.iter().map(|listing| listing.session.id).filter(|id| id.is_shared()).collect();
        let groups = if shared.is_empty() { Vec::new() } else { stores.groups.find_groups(&shared).await? };
        let visible = self.inner.see_each_other(user, &groups).await?;
        let mut groups: HashMap<SessionId, (Group, Member)> = groups
            .into_iter()
            .filter(|group| visible.contains(&group.session_id))
            .filter_map(|group| {
                let me = group.joined(user).filter(|me| group.is_for(me)).cloned()?;
                Some((group.session_id, (group, me)))
            })
            .collect();
        let read: Vec<(SessionId, u64)> = groups.iter().map(|(id, (_, me))| (*id, me.read_seq)).collect();
        let unread = if read.is_empty() { Vec::new() } else { stores.places.unread(&read).await? };
        let unread: HashMap<SessionId, u64> = unread.into_iter().collect();
        let sees_mature = self.sees_mature(user, &listings.items).await?;
        let next_cursor = listings.next_cursor;
        let items = listings.items.into_iter().filter_map(|SessionListing { session, character, last_message }| {
            if let Some(character) = character {
                if !character.is_for(user, sees_mature) {
                    return None;
                }
                return Some(SessionView { last_message, ..self.view(session, character) });
            }
            // Whoever left meanwhile does not see it any more.
            let (group, me) = groups.remove(&session.id)?;
            let last_message = last_message.filter(|message| me.sees(message));
            let unread = unread.get(&session.id).copied().unwrap_or(0);
            Some(SessionView { last_message, ..shared_view(session, group, me, unread) })
        });
        Ok(Page { items: items.collect(), next_cursor })
    }

    /// Whether somebody sees what is mature, asked only where something in their list is.
    async fn sees_mature(&self, user: UserId, listed: &[SessionListing]) -> ServiceResult<bool> {
        let mut characters = listed.iter().filter_map(|listing| listing.character.as_ref());
        if characters.all(|character| character.is_for(user, false)) {
            return Ok(false);
        }
        Ok(self.inner.stores.accounts.find_user(user).await?.is_some_and(|user| user.sees_mature))
    }

    /// Changes title, place, model or sampling.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn update_session(&self, user: UserId, id: SessionId, patch: SessionPatch) -> ServiceResult<SessionView> {
        let access = self.inner.access(user, id).await?;
        let mut patch = SessionPatch {
            title: patch.title.map(|title| optional_line("title", &title, limits::TITLE)).transpose()?,
            sampling: patch.sampling.map(Sampling::checked).transpose()?,
            owner: None,
            ..patch
        };
        if let Some(Some(model)) = &patch.model {
            self.inner.catalog.check("model", model)?;
        }
        if access.shared.is_some() {
            // Where it stands in the list is each member's own.
            let own = MemberPatch { pinned: patch.pinned.take(), archived: patch.archived.take(), muted: None };
            if own != MemberPatch::default() {
                self.update_own(user, id, own).await?;
            }
            if patch == SessionPatch::default() {
                return self.get_session(user, id).await;
            }
            access.must_moderate()?;
        }
        {
            let _turn = self.inner.gates.enter(id).await;
            let now = self.inner.clock.now();
            let event = self.inner.stores.sessions.update_session(access.owner, id, &patch, now).await?;
            self.inner.tell(access.owner, &event).await;
        }
        self.get_session(user, id).await
    }

    /// How far a session is remembered: so many of the messages in view, of so many. Of one that several share nothing is.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn remembering(&self, user: UserId, id: SessionId) -> ServiceResult<Remembering> {
        let access = self.inner.access(user, id).await?;
        let stores = &self.inner.stores;
        let newest = stores.history.history(access.owner, id, HistoryAnchor::Newest, 1).await?;
        if access.shared.is_some() {
            return Ok(Remembering { done: 0, total: 0 });
        }
        let total = newest.messages.last().map_or(0, |message| message.depth + 1);
        let remembered = stores.remembering.remembered(id).await?;
        Ok(Remembering { done: remembered.watermark.episodes.min(total), total })
    }

    /// Deletes a session with all that was said in it: a group only its owner can, a direct session neither of the two.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub async fn delete_session(&self, user: UserId, id: SessionId) -> ServiceResult<()> {
        let access = self.inner.access(user, id).await?;
        access.must_own()?;
        let _turn = self.inner.gates.enter(id).await;
        self.erase_session(&access, id).await
    }

    /// The same for whoever may. To be called at the gate.
    pub(super) async fn erase_session(&self, access: &Access, id: SessionId) -> ServiceResult<()> {
        let now = self.inner.clock.now();
        let event = self.inner.stores.sessions.delete_session(access.owner, id, now).await?;
        match &access.shared {
            None => self.inner.publish(access.owner, &event),
            Some(shared) => {
                // What is said is gone first: should this fail, what is left names nothing.
                self.inner.stores.groups.delete_group(id).await?;
                self.inner.tell_members(&shared.group, &event);
            }
        }
        self.inner.bus.streams.nudge(id);
        Ok(())
    }

    /// The character of a session. Fails when the session is another's, or the character answers no more.
    pub(super) async fn check_character(&self, owner: UserId, session: SessionId) -> ServiceResult<CharacterId> {
        let session = self.inner.stores.sessions.find_session(owner, session).await?.ok_or(ServiceError::NotFound)?;
        let character = session.character_id.ok_or(ServiceError::NotFound)?;
        let character = self.inner.characters.get(owner, character).await?;
        if character.deleted { Err(ServiceError::CharacterUnavailable) } else { Ok(character.id) }
    }

    fn view(&self, session: Session, character: CharacterBrief) -> SessionView {
        let wanted = [session.model.as_deref(), character.model.as_deref()];
        let speaks = self.inner.catalog.choose(wanted).info();
        SessionView { session, character: Some(character), speaks: Some(speaks), group: None, last_message: None }
    }

    /// What a group of these characters begins with: the greetings of groups of the first who has some, as swipes.
    pub(super) async fn group_greetings(
        &self,
        founder: UserId,
        session: SessionId,
        characters: &[CharacterId],
        now: OffsetDateTime,
    ) -> ServiceResult<Vec<Message>> {
        let user = self.inner.stores.accounts.find_user(founder).await?.ok_or(ServiceError::NotFound)?;
        for id in characters {
            let profile = self.inner.characters.get(founder, *id).await?.profile;
            let names = Names { char: &profile.name, user: &user.display_name };
            let said =
                self.greetings(profile.group_greetings.iter(), names, session, Some(Author::Character(*id)), now);
            if !said.is_empty() {
                return Ok(said);
            }
        }
        Ok(Vec::new())
    }

    /// Greetings as the roots of a session's tree.
    fn greetings<'a>(
        &self,
        texts: impl Iterator<Item = &'a String>,
        names: Names<'_>,
        session_id: SessionId,
        author: Option<Author>,
        now: OffsetDateTime,
    ) -> Vec<Message> {
        let said: Vec<(MessageId, String)> = texts
            .map(|text| expand_greeting(text, names, session_id))
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
                author,
                reason: None,
                content,
                status: MessageStatus::Complete,
                failure: None,
                client_message_id: None,
                model: None,
                finish_reason: None,
                usage: None,
                revision: 0,
                place: None,
                siblings: siblings.clone(),
                hidden: false,
                created_at: now,
                edited_at: None,
            })
            .collect()
    }
}

/// A session that several share, as one of them sees it.
fn shared_view(session: Session, group: Group, me: Member, unread: u64) -> SessionView {
    let session = Session { pinned: me.pinned, archived: me.archived, ..session };
    let group = group.seen_by(me.user_id);
    SessionView {
        session,
        character: None,
        speaks: None,
        group: Some(GroupView { group, me, unread }),
        last_message: None,
    }
}
