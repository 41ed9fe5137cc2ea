//! Chats of other programs, in as new sessions: the whole tree, with its swipes and with what was hidden, which stays hidden.
//!
//! What is too long is cut. Memories are made from it as from any session, in the background.

use std::collections::HashMap;
use std::sync::Arc;

use domain::chats::{Message, MessageStatus, Role, Session, SessionPatch};
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::imports::{ChatOrigin, ChatSource, MessageOrigin};
use domain::limits;
use domain::recommendations::RecommendationEventType;
use domain::sampling::Sampling;
use exchange::chats::{Chat, Node, Speaker};
use exchange::{ExchangeError, Fault, json};
use time::OffsetDateTime;

use super::{Chats, SessionView};
use crate::{ServiceError, ServiceResult};

/// Sessions that one file makes.
const SESSIONS: usize = 50;

/// Messages of one file, swipes included.
const MESSAGES: usize = exchange::limits::CHAT_NODES;

/// Chats that were imported.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedChats {
    /// Which program wrote them.
    pub source: ChatSource,
    /// The sessions that were made of them.
    pub sessions: Vec<SessionView>,
    /// The messages in them, swipes included.
    pub messages: usize,
    /// Those of them that are kept from the model.
    pub hidden: usize,
}

impl Chats {
    /// Makes sessions of a person with a character from a file with chats.
    ///
    /// # Errors
    /// `NotFound`, `CharacterUnavailable`, `Unreadable`.
    pub async fn import_sessions(
        &self,
        owner: UserId,
        character: CharacterId,
        bytes: Vec<u8>,
    ) -> ServiceResult<ImportedChats> {
        let character = self.inner.characters.get(owner, character).await?;
        if character.deleted {
            return Err(ServiceError::CharacterUnavailable);
        }
        let chats = self.read_chats(bytes).await?;
        let source = chats.first().map_or(ChatSource::SillyTavern, |chat| chat.source);
        let mut imported = ImportedChats { source, sessions: Vec::new(), messages: 0, hidden: 0 };
        for chat in chats {
            let (session, messages, origin) = self.tree(owner, character.id, &chat);
            imported.messages += messages.len();
            imported.hidden += messages.iter().filter(|message| message.hidden).count();
            self.inner.stores.sessions.create_session(&session, &messages).await?;
            if let Some(origin) = origin {
                self.inner.stores.origins.keep_origin(owner, session.id, &origin).await?;
            }
            let title: String = chat.title.replace(char::is_control, " ").trim().chars().take(limits::TITLE).collect();
            self.came_in(owner, session.id, title.trim()).await?;
            imported.sessions.push(self.get_session(owner, session.id).await?);
        }
        self.inner.recommendations.write(owner, character.id, RecommendationEventType::ChatStarted).await;
        Ok(imported)
    }

    /// The first event of a session that came in: other devices learn of it, and memory finds it, whatever becomes of this process.
    pub(crate) async fn came_in(&self, owner: UserId, session: SessionId, title: &str) -> ServiceResult<()> {
        let patch = SessionPatch { title: Some(title.to_owned()), ..SessionPatch::default() };
        let event = self.inner.stores.sessions.update_session(owner, session, &patch, self.inner.clock.now()).await?;
        self.inner.tell(owner, &event).await;
        self.inner.memories.touched(session);
        Ok(())
    }

    async fn read_chats(&self, bytes: Vec<u8>) -> ServiceResult<Vec<Chat>> {
        let fault = |error: String| ServiceError::Internal(error);
        let permit =
            Arc::clone(&self.inner.importing).acquire_owned().await.map_err(|error| fault(error.to_string()))?;
        let task = tokio::task::spawn_blocking(move || {
            let chats = exchange::chats::read(&bytes);
            drop(permit);
            chats
        });
        let chats = task.await.map_err(|error| fault(error.to_string()))?.map_err(ServiceError::Unreadable)?;
        let messages: usize = chats.iter().map(|chat| chat.nodes.len()).sum();
        let too_many = |message: String| {
            Err(ServiceError::Unreadable(ExchangeError { fault: Fault::TooMany, place: String::new(), message }))
        };
        if chats.len() > SESSIONS {
            return too_many(format!("has more than {SESSIONS} chats"));
        }
        if messages > MESSAGES {
            return too_many(format!("has more than {MESSAGES} messages, swipes included"));
        }
        Ok(chats)
    }

    /// A chat as the tree of a new session, and what else its file says.
    fn tree(&self, owner: UserId, character: CharacterId, chat: &Chat) -> (Session, Vec<Message>, Option<ChatOrigin>) {
        let now = self.inner.clock.now();
        let session_id: SessionId = self.inner.mint.id();
        let way: std::collections::HashSet<usize> = chat.way().into_iter().collect();
        let mut messages: Vec<Message> = Vec::with_capacity(chat.nodes.len());
        // Where each node's message stands; of those that are one too many, none does.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(chat.nodes.len());
        let mut origins = Vec::new();
        let mut beside: HashMap<Option<usize>, (u64, OffsetDateTime)> = HashMap::new();
        for (index, node) in chat.nodes.iter().enumerate() {
            let parent = node.parent.map(|parent| places.get(parent).copied().flatten());
            let first = node.at.unwrap_or(now).min(now);
            let (siblings, newest) = beside.entry(node.parent).or_insert((0, first));
            // The way in view is never cut; one of so many swipes may be.
            if parent == Some(None) || (*siblings + 1 >= limits::SIBLINGS && !way.contains(&index)) {
                places.push(None);
                continue;
            }
            *siblings += 1;
            // Swipes stand in the order of their times.
            *newest = first.max(*newest);
            let above = parent.flatten().and_then(|parent| messages.get(parent));
            let (parent_id, depth) = above.map_or((None, 0), |above| (Some(above.id), above.depth + 1));
            let message = Message {
                parent_id,
                depth,
                session_id,
                created_at: *newest,
                hidden: node.hidden,
                ..said(self.inner.mint.id(), words(chat, node), role(node), *newest)
            };
            places.push(Some(messages.len()));
            origins.extend(origin(message.id, node));
            messages.push(message);
        }
        let leaf = chat.leaf.and_then(|leaf| places.get(leaf).copied().flatten());
        let session = Session {
            id: session_id,
            owner,
            character_id: Some(character),
            title: String::new(),
            pinned: false,
            archived: false,
            model: None,
            sampling: Sampling::default(),
            leaf_id: leaf.and_then(|leaf| messages.get(leaf)).map(|leaf| leaf.id),
            seq: 0,
            created_at: now,
            last_message_at: now,
        };
        let header = chat.header.as_ref().map(json::write);
        let origin = (header.is_some() || !origins.is_empty()).then_some(ChatOrigin {
            source: chat.source,
            header,
            messages: origins,
        });
        (session, messages, origin)
    }
}

/// What is said of a message beside its words.
fn origin(id: MessageId, node: &Node) -> Option<MessageOrigin> {
    let row = (!node.row.is_empty()).then(|| json::write(&node.row));
    let swipe = node.swipe.as_ref().map(json::write);
    (row.is_some() || swipe.is_some()).then_some(MessageOrigin { id, row, swipe })
}

fn role(node: &Node) -> Role {
    match node.speaker {
        Speaker::Person => Role::User,
        Speaker::Character | Speaker::Narrator => Role::Character,
    }
}

/// The words as they can be kept; where several characters spoke, with the name of whoever did.
fn words(chat: &Chat, node: &Node) -> String {
    let text: String = legible(&node.text).take(limits::REPLY).collect();
    let several = chat.character_name.is_empty() && node.speaker == Speaker::Character && !node.name.is_empty();
    if several && chat.source == ChatSource::SillyTavern { format!("{}: {text}", node.name) } else { text }
}

/// What of a text that came from elsewhere can be kept.
pub(crate) fn legible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
}

/// A message that was said elsewhere, in no session yet.
pub(crate) fn said(id: MessageId, content: String, role: Role, at: OffsetDateTime) -> Message {
    Message {
        id,
        session_id: SessionId(uuid::Uuid::nil()),
        parent_id: None,
        depth: 0,
        role,
        author: None,
        reason: None,
        content,
        status: MessageStatus::Complete,
        failure: None,
        // No client named it, and each that a person says has a name.
        client_message_id: (role == Role::User).then(|| id.to_string()),
        model: None,
        finish_reason: None,
        usage: None,
        revision: 0,
        place: None,
        siblings: Vec::new(),
        hidden: false,
        created_at: at,
        edited_at: None,
    }
}
