//! Sessions as files of other programs: the way in view, with what is beside each message as swipes, where the program has such.
//! Whoever shares a session gets what they may see of it.

use std::collections::HashMap;

use domain::chats::{Author, HistoryAnchor, Message, Role};
use domain::ids::{MessageId, SessionId, UserId};
use domain::imports::{ChatFormat, ChatOrigin, ChatSource, MessageOrigin};
use domain::limits;
use exchange::chats::{Chat, Node, Speaker};
use serde_json::{Map, Value};

use super::{Chats, SessionView};
use crate::{ServiceError, ServiceResult};

/// Messages that are read at a time.
const AT_ONCE: usize = 500;

impl Chats {
    /// A session as another program writes its chats.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn export_session(&self, user: UserId, id: SessionId, format: ChatFormat) -> ServiceResult<String> {
        let view = self.get_session(user, id).await?;
        let person = self.inner.stores.accounts.find_user(user).await?.ok_or(ServiceError::NotFound)?.display_name;
        let names = names(&view);
        let character = view.character.as_ref().map(|character| character.name.clone()).unwrap_or_default();
        let name_of = |message: &Message| match message.author.and_then(|author| names.get(&author)) {
            Some(name) => name.clone(),
            None if message.role == Role::User => person.clone(),
            None => character.clone(),
        };
        let origin = self.inner.stores.origins.find_origin(view.session.owner, id).await?;
        let mut said = Origins::of(origin);
        let mut chat = Chat {
            source: said.source,
            title: view.session.title.clone(),
            user_name: person.clone(),
            character_name: character.clone(),
            header: said.header.take(),
            nodes: Vec::new(),
            leaf: None,
        };
        let way = self.way(user, id).await?;
        let mut beside = self.beside(user, id, &way).await?;
        for message in way {
            let parent = chat.leaf;
            let siblings: Vec<Message> = match message.siblings.len() {
                0 | 1 => vec![message.clone()],
                _ => message.siblings.iter().filter_map(|sibling| beside.remove(sibling)).collect(),
            };
            for sibling in siblings {
                let is_said = sibling.status.is_final();
                if is_said && sibling.id == message.id {
                    chat.leaf = Some(chat.nodes.len());
                }
                if is_said && chat.nodes.len() < exchange::limits::CHAT_NODES {
                    let name = name_of(&sibling);
                    chat.nodes.push(said.beside(&sibling, node(parent, &sibling, name)));
                }
            }
        }
        Ok(exchange::chats::write(&chat, format))
    }

    /// What was said in a session that several share, as far as the person may see it, each with the name of whoever said it, and
    /// the session.
    ///
    /// # Errors
    /// `NotFound`, also where nobody shares it.
    pub(crate) async fn said_among(
        &self,
        user: UserId,
        id: SessionId,
    ) -> ServiceResult<(SessionView, Vec<(Message, String)>)> {
        let view = self.get_session(user, id).await?;
        if view.group.is_none() {
            return Err(ServiceError::NotFound);
        }
        let names = names(&view);
        let said = self.way(user, id).await?.into_iter().filter(|message| message.status.is_final());
        let named = |message: Message| {
            let name = message.author.and_then(|author| names.get(&author)).cloned().unwrap_or_default();
            (message, name)
        };
        Ok((view, said.map(named).collect()))
    }

    /// All of the way in view that the person may see, oldest first.
    async fn way(&self, user: UserId, id: SessionId) -> ServiceResult<Vec<Message>> {
        let mut newest_first: Vec<Message> = Vec::new();
        let mut anchor = HistoryAnchor::Newest;
        loop {
            let page = self.history(user, id, anchor, limits::PAGE).await?;
            let oldest = page.messages.first().map(|message| message.id);
            newest_first.extend(page.messages.into_iter().rev());
            match oldest {
                Some(oldest) if page.has_before && newest_first.len() < exchange::limits::CHAT_NODES => {
                    anchor = HistoryAnchor::Before(oldest);
                }
                _ => break,
            }
        }
        newest_first.reverse();
        Ok(newest_first)
    }

    /// Those of the way that have siblings, with them, as far as the person may see them.
    async fn beside(&self, user: UserId, id: SessionId, way: &[Message]) -> ServiceResult<HashMap<MessageId, Message>> {
        let access = self.inner.access(user, id).await?;
        let several = || way.iter().filter(|message| message.siblings.len() > 1);
        let mut found: HashMap<MessageId, Message> = several().map(|message| (message.id, message.clone())).collect();
        let others: Vec<MessageId> =
            several().flat_map(|message| &message.siblings).filter(|id| !found.contains_key(id)).copied().collect();
        for some in others.chunks(AT_ONCE) {
            let read = self.inner.stores.history.messages_of(access.owner, id, some).await?;
            found.extend(read.into_iter().filter(|message| access.sees(message)).map(|message| (message.id, message)));
        }
        Ok(found)
    }
}

/// What the file of another program said, by message.
struct Origins {
    source: ChatSource,
    header: Option<Map<String, Value>>,
    messages: HashMap<MessageId, Origin>,
    /// Whether several characters spoke: then each of their messages begins with a name here.
    several: bool,
}

/// What it said of one.
#[derive(Default)]
struct Origin {
    row: Map<String, Value>,
    swipe: Option<Map<String, Value>>,
}

impl Origins {
    fn of(origin: Option<ChatOrigin>) -> Self {
        let Some(origin) = origin else {
            return Self { source: ChatSource::Talker, header: None, messages: HashMap::new(), several: false };
        };
        // Only SillyTavern writes no head, and only in old groups.
        let source = match origin.source {
            ChatSource::SillyTavern | ChatSource::Chub => ChatSource::SillyTavern,
            _ => ChatSource::Talker,
        };
        let messages: HashMap<MessageId, Origin> = origin.messages.iter().map(read).collect();
        let header = origin.header.as_deref().and_then(object);
        let several = names_one(header.as_ref()).is_none() && several_speak(messages.values());
        Self { source, header, messages, several }
    }

    /// The node with what was said of it beside its words.
    fn beside(&mut self, message: &Message, mut node: Node) -> Node {
        let Some(Origin { mut row, mut swipe }) = self.messages.remove(&message.id) else { return node };
        if message.edited_at.is_some() {
            // What was shown in place of the words was of the words before.
            for said in std::iter::once(&mut row).chain(&mut swipe) {
                if let Some(Value::Object(extra)) = said.get_mut("extra") {
                    extra.shift_remove("display_text");
                }
            }
        }
        if let Some(name) = row.get("name").and_then(Value::as_str) {
            let words = node.text.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
            if let Some(words) = words.filter(|_| self.several && message.role == Role::Character) {
                node.text = words.to_owned();
            }
            node.name = name.to_owned();
        }
        Node { row, swipe, ..node }
    }
}

/// The one character of whom a head tells.
fn names_one(header: Option<&Map<String, Value>>) -> Option<&str> {
    let name = header?.get("character_name").and_then(Value::as_str)?;
    (!name.is_empty() && name != "unused").then_some(name)
}

/// Whether several characters say something in these rows.
fn several_speak<'a>(said: impl Iterator<Item = &'a Origin>) -> bool {
    let by_character = said.map(|origin| &origin.row).filter(|row| {
        let kind = row.get("extra").and_then(|extra| extra.get("type")).and_then(Value::as_str);
        row.get("is_user") != Some(&Value::Bool(true)) && !matches!(kind, Some("narrator" | "comment"))
    });
    let mut names = by_character.filter_map(|row| row.get("name").and_then(Value::as_str));
    let first = names.next();
    names.any(|name| Some(name) != first)
}

fn read(origin: &MessageOrigin) -> (MessageId, Origin) {
    let row = origin.row.as_deref().and_then(object).unwrap_or_default();
    (origin.id, Origin { row, swipe: origin.swipe.as_deref().and_then(object) })
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

/// The names of those who share a session.
fn names(view: &SessionView) -> HashMap<Author, String> {
    let Some(shared) = &view.group else { return HashMap::new() };
    let people = shared.group.people.iter().map(|member| (Author::Person(member.user_id), member.name.clone()));
    let cast = shared.group.characters.iter().map(|present| &present.character);
    people.chain(cast.map(|brief| (Author::Character(brief.id), brief.name.clone()))).collect()
}

fn node(parent: Option<usize>, message: &Message, name: String) -> Node {
    let speaker = match message.role {
        Role::User => Speaker::Person,
        Role::Character => Speaker::Character,
    };
    Node {
        parent,
        speaker,
        name,
        text: message.content.clone(),
        hidden: message.hidden,
        at: Some(message.created_at),
        row: Map::new(),
        swipe: None,
    }
}
