//! Chats of an archive, each with all its branches, in one step.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::chats::{Message, Session};
use domain::ids::{MessageId, SessionId};
use domain::imports::{ChatOrigin, ChatSource, MessageOrigin};
use domain::limits;
use domain::sampling::Sampling;

use super::spoken::spoken;
use super::{Coming, Made};
use crate::chats::{legible, said_elsewhere};
use crate::takeout::Takeout;
use crate::takeout::derived::derived;
use crate::takeout::records::{MessageRecord, SessionRecord, closed, time};
use crate::{ServiceError, ServiceResult};

impl Takeout {
    /// Makes a chat, unless it is here.
    pub(super) async fn take_session(&self, coming: &mut Coming, path: &str, paths: &[String]) -> ServiceResult<Made> {
        let record: SessionRecord = coming.noun(path).await?.ok_or(ServiceError::NotFound)?;
        let (person, old) = (coming.person, record.id);
        let new = derived(person, old.0, SessionId);
        if self.stores.sessions.find_session(person, old).await?.is_some() {
            coming.sessions.insert(old, old);
            return Ok(Made::Known);
        }
        let is_there = self.stores.sessions.find_session(person, new).await?.is_some();
        // A process may have died between a chat and what else is said of it.
        let is_whole =
            is_there && (record.source.is_none() || self.stores.origins.find_origin(person, new).await?.is_some());
        if is_whole {
            coming.sessions.insert(old, new);
            return Ok(Made::Known);
        }
        let said = spoken(coming, path.trim_end_matches("session.json"), paths).await?;
        let (messages, origins) = self.messages(coming, new, said);
        let origin = record.source.as_deref().map(|source| ChatOrigin {
            source: closed(source, ChatSource::Talker),
            header: record.header.clone().filter(|header| is_object(header)),
            messages: origins,
        });
        if !is_there {
            self.begin(coming, new, &record, &messages).await?;
        }
        if let Some(origin) = origin {
            self.stores.origins.keep_origin(person, new, &origin).await?;
        }
        coming.sessions.insert(old, new);
        if is_there {
            return Ok(Made::Known);
        }
        self.chats.came_in(person, new, &title(&record)).await?;
        Ok(Made::New)
    }

    /// Keeps a chat with all its messages.
    async fn begin(
        &self,
        coming: &mut Coming,
        id: SessionId,
        record: &SessionRecord,
        messages: &[Message],
    ) -> ServiceResult<()> {
        let person = coming.person;
        let character = match coming.characters.get(&record.character).copied() {
            Some(known) => known,
            // She may be here for everybody, such as those who come along.
            None => match self.stores.characters.find_character(person, record.character).await? {
                Some(found) if !found.deleted => found.id,
                _ => self.stand_in(coming, record.character, &record.character_name).await?,
            },
        };
        let now = self.clock.now();
        let leaf = leaf(record.leaf.map(|leaf| derived(person, leaf.0, MessageId)), messages);
        let session = Session {
            id,
            owner: person,
            character_id: Some(character),
            title: title(record),
            pinned: record.pinned,
            archived: record.archived,
            model: None,
            sampling: Sampling::default(),
            leaf_id: leaf,
            seq: 0,
            created_at: time(record.created_at, now),
            last_message_at: time(record.last_message_at, now),
        };
        Ok(self.stores.sessions.create_session(&session, messages).await?)
    }

    /// The messages as they are kept here: parents before their children, each below one that came.
    fn messages(
        &self,
        coming: &Coming,
        session: SessionId,
        said: Vec<MessageRecord>,
    ) -> (Vec<Message>, Vec<MessageOrigin>) {
        let (person, now) = (coming.person, self.clock.now());
        let mut below: HashMap<Option<MessageId>, Vec<MessageRecord>> = HashMap::new();
        let (mut messages, mut origins) = (Vec::with_capacity(said.len()), Vec::new());
        for record in said {
            below.entry(record.parent).or_default().push(record);
        }
        let mut seen = HashSet::new();
        // From the roots down: what hangs on nothing is never met, and a circle is not either.
        let mut next = VecDeque::from([(None, 0)]);
        while let Some((parent, depth)) = next.pop_front() {
            let mut beside = below.remove(&parent).unwrap_or_default();
            beside.sort_by_key(|record| (record.created_at, record.id));
            beside.retain(|record| seen.insert(record.id));
            beside.truncate(usize::try_from(limits::SIBLINGS).unwrap_or(usize::MAX));
            for record in beside {
                next.push_back((Some(record.id), depth + 1));
                let id = derived(person, record.id.0, MessageId);
                let content = legible(&record.content).take(limits::REPLY).collect();
                let (row, swipe) =
                    (record.row.filter(|row| is_object(row)), record.swipe.filter(|swipe| is_object(swipe)));
                if row.is_some() || swipe.is_some() {
                    origins.push(MessageOrigin { id, row, swipe });
                }
                messages.push(Message {
                    session_id: session,
                    parent_id: record.parent.map(|parent| derived(person, parent.0, MessageId)),
                    depth,
                    hidden: record.hidden,
                    ..said_elsewhere(id, content, record.role, time(record.created_at, now))
                });
            }
        }
        (messages, origins)
    }
}

/// Where the way in view ends: at the end of what hangs below the one that is named, else below the newest.
fn leaf(named: Option<MessageId>, messages: &[Message]) -> Option<MessageId> {
    let newest = |among: &mut dyn Iterator<Item = &Message>| {
        among.max_by_key(|message| (message.created_at, message.id)).map(|message| message.id)
    };
    let is_there = |id: &MessageId| messages.iter().any(|message| message.id == *id);
    let mut below: HashMap<MessageId, Vec<&Message>> = HashMap::new();
    for message in messages {
        if let Some(parent) = message.parent_id {
            below.entry(parent).or_default().push(message);
        }
    }
    let mut end = named.filter(is_there).or_else(|| newest(&mut messages.iter()))?;
    while let Some(next) = below.remove(&end).and_then(|children| newest(&mut children.into_iter())) {
        end = next;
    }
    Some(end)
}

fn title(record: &SessionRecord) -> String {
    let title: String = record.title.replace(char::is_control, " ").trim().chars().take(limits::TITLE).collect();
    title.trim().to_owned()
}

/// Whether a text is a JSON object within its bounds.
fn is_object(text: &str) -> bool {
    exchange::json::parse_object(text.as_bytes(), exchange::limits::CHAT_LINE).is_ok()
}
