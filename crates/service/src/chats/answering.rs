//! Who answers where several could: the scene for [`domain::speaking`], and for whom a reply is made.

use domain::chats::{Author, HistoryAnchor, Message, Role};
use domain::events::SessionEvent;
use domain::groups::SessionKind;
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::speaking::{Present, Scene, SpeakingReason, speakers};
use store::chats::{NewMessage, NewReply, Queueing};

use super::access::{Access, Shared};
use super::{Chats, Inner};
use crate::{ServiceError, ServiceResult};

/// How many messages are looked at for who spoke last.
const LATELY: u32 = 16;

/// How far up is looked for who asked for a reply: further than any chain of them is long.
const CHAIN: u32 = 64;

impl Chats {
    /// The replies to a message in a session that several share: none between two people.
    pub(super) async fn answering(
        &self,
        access: &Access,
        shared: &Shared,
        new: &NewMessage,
    ) -> ServiceResult<Vec<NewReply>> {
        let group = &shared.group;
        if group.kind == SessionKind::Direct {
            let other = group.present().find(|member| member.user_id != access.user).ok_or(ServiceError::NotFound)?;
            // What was said stays; whether more may be, the other says.
            return if self.may_write_to(access.user, other.user_id).await? {
                Ok(Vec::new())
            } else {
                Err(ServiceError::Forbidden)
            };
        }
        let characters: Vec<Present<'_>> = group
            .characters
            .iter()
            .filter(|present| !present.character.deleted)
            .map(|present| Present {
                id: present.character.id,
                name: &present.character.name,
                talkativeness: present.talkativeness,
            })
            .collect();
        if characters.is_empty() {
            return Ok(Vec::new());
        }
        let lately = self.lately(access, group.session_id).await?;
        let others = || group.present().filter(|member| member.user_id != access.user);
        let people: Vec<&str> = others().flat_map(|member| [member.name.as_str(), member.handle.as_str()]).collect();
        let before = lately.last().and_then(|message| message.author);
        let scene = Scene {
            text: &new.content,
            characters: &characters,
            people: &people,
            spoke_last: lately.iter().rev().find_map(|message| match message.author {
                Some(Author::Character(character)) => Some(character),
                _ => None,
            }),
            among_people: matches!(before, Some(Author::Person(person)) if person != access.user),
            mode: group.reply_mode,
            at_most: group.speakers,
            // The low half of a UUIDv7 is random.
            seed: new.id.0.as_u64_pair().1,
        };
        let reply = |speaker: domain::speaking::Speaker| NewReply {
            id: self.inner.mint.id(),
            author: Some(speaker.id),
            reason: Some(speaker.reason),
        };
        Ok(speakers(&scene).into_iter().map(reply).collect())
    }

    async fn lately(&self, access: &Access, session: SessionId) -> ServiceResult<Vec<Message>> {
        let history = &self.inner.stores.history;
        Ok(history.history(access.owner, session, HistoryAnchor::Newest, LATELY).await?.messages)
    }

    /// Who speaks when a reply is made again: the same, who must still be there. What is not the last is turned away from for
    /// everybody, so only those who look after the group may.
    pub(super) async fn speaking_again(
        &self,
        access: &Access,
        shared: &Shared,
        session: SessionId,
        message: MessageId,
        reply: NewReply,
    ) -> ServiceResult<NewReply> {
        let found = self.find_message(access, session, message).await?;
        if access.is_direct() {
            return Err(ServiceError::Forbidden);
        }
        let Some(Author::Character(character)) = found.author else {
            // Nobody is named who could answer a person's message: that is asked for by name.
            return Err(ServiceError::Conflict(store::Conflict::NotAReply));
        };
        must_be_there(shared, character)?;
        let kept = self.inner.stores.sessions.find_session(access.owner, session).await?;
        if kept.ok_or(ServiceError::NotFound)?.leaf_id != Some(message) {
            access.must_moderate()?;
        }
        Ok(reply)
    }

    /// Lets a character of a group speak next.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` in a direct session, `CharacterUnavailable`, `QuotaReached`, and the conflicts of
    /// [`store::chats::ChatStore::queue_reply`].
    pub async fn ask_to_speak(
        &self,
        user: UserId,
        session: SessionId,
        character: CharacterId,
    ) -> ServiceResult<SessionEvent> {
        let access = self.inner.access(user, session).await?;
        let shared = access.shared.as_ref().ok_or(ServiceError::NotFound)?;
        must_be_there(shared, character)?;
        let kept = self.inner.stores.sessions.find_session(access.owner, session).await?;
        let leaf = kept.ok_or(ServiceError::NotFound)?.leaf_id;
        // Before anybody has said anything there is nothing to answer.
        let leaf = leaf.ok_or(ServiceError::Conflict(store::Conflict::NotAReply))?;
        let reply = NewReply { id: self.inner.mint.id(), author: Some(character), reason: Some(SpeakingReason::Asked) };
        self.queue(&access, session, leaf, Queueing::Next, reply).await
    }
}

fn must_be_there(shared: &Shared, character: CharacterId) -> ServiceResult<()> {
    let present = shared.group.character(character).ok_or(ServiceError::NotFound)?;
    if present.character.deleted { Err(ServiceError::CharacterUnavailable) } else { Ok(()) }
}

/// Who asked for a reply: the person, or of several the last who said something before it.
pub(super) async fn payer(inner: &Inner, owner: UserId, reply: &Message) -> UserId {
    let Some(parent) = reply.parent_id.filter(|_| reply.session_id.is_shared()) else { return owner };
    let said = inner.stores.transcripts.said_before(owner, reply.session_id, parent, CHAIN).await;
    let asked = said.map(|said| {
        let person = said.into_iter().rev().find(|said| said.role == Role::User);
        person.and_then(|said| said.author)
    });
    match asked {
        Ok(Some(Author::Person(person))) => person,
        Ok(_) => owner,
        Err(error) => {
            tracing::warn!(error = %error, reply.id = %reply.id, "for whom a reply is made could not be read");
            owner
        }
    }
}
