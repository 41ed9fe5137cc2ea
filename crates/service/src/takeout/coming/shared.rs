//! Chats that several shared, as copies for one: what others said stands there under their names, and nobody answers in their place.

use domain::chats::{Message, Role, Session};
use domain::ids::{CharacterId, MessageId, SessionId};
use domain::limits;
use domain::sampling::Sampling;

use super::spoken::spoken;
use super::{Coming, Made};
use crate::chats::{legible, said_elsewhere};
use crate::takeout::Takeout;
use crate::takeout::derived::derived;
use crate::takeout::records::time;
use crate::takeout::shared_records::{SharedMessageRecord, SharedRecord};
use crate::{ServiceError, ServiceResult};

impl Takeout {
    /// Makes a copy of a chat that several shared, unless it, or the chat itself, is here.
    pub(super) async fn take_shared(&self, coming: &mut Coming, path: &str, paths: &[String]) -> ServiceResult<Made> {
        let record: SharedRecord = coming.noun(path).await?.ok_or(ServiceError::NotFound)?;
        let (person, old) = (coming.person, record.id);
        let new = derived(person, old.0, SessionId);
        let here = self.stores.groups.find_groups(&[old]).await?;
        if here.iter().any(|group| group.joined(person).is_some()) {
            return Ok(Made::Known);
        }
        let title = title(&record);
        let others = derived(person, old.0, CharacterId);
        let is_there = self.stores.sessions.find_session(person, new).await?.is_some();
        if !is_there {
            let folder = path.trim_end_matches("session.json");
            let said: Vec<SharedMessageRecord> = spoken(coming, folder, paths).await?;
            let several =
                said.iter().filter(|message| !message.mine).any(|message| Some(&message.name) != first(&said));
            let messages = self.copied(coming, new, said, several);
            let now = self.clock.now();
            // Whoever stands for the others has their name and nothing else.
            let made = coming.came.characters;
            self.stand_in(coming, CharacterId(old.0), &title).await?;
            coming.came.characters = made;
            let session = Session {
                id: new,
                owner: person,
                character_id: Some(others),
                title: title.clone(),
                pinned: false,
                archived: false,
                model: None,
                sampling: Sampling::default(),
                leaf_id: messages.last().map(|message| message.id),
                seq: 0,
                created_at: time(record.created_at, now),
                last_message_at: time(record.last_message_at, now),
            };
            self.stores.sessions.create_session(&session, &messages).await?;
        }
        // With a character who is gone there is nothing more to say: the chat is to be read. A process may have died before.
        if self.is_own(coming, others).await? {
            self.stores.characters.delete_character(person, others, self.clock.now()).await?;
            self.chats.came_in(person, new, &title).await?;
        }
        Ok(if is_there { Made::Known } else { Made::New })
    }

    /// The messages as they are kept here, one below the other. Where several others spoke, each says who does.
    fn copied(
        &self,
        coming: &Coming,
        session: SessionId,
        said: Vec<SharedMessageRecord>,
        several: bool,
    ) -> Vec<Message> {
        let (person, now) = (coming.person, self.clock.now());
        let mut seen = std::collections::HashSet::new();
        let mut messages: Vec<Message> = Vec::with_capacity(said.len());
        for record in said {
            if !seen.insert(record.id) || record.content.trim().is_empty() {
                continue;
            }
            let id = derived(person, record.id.0, MessageId);
            let name = cleaned(&record.name, limits::DISPLAY_NAME);
            let words = legible(&record.content);
            let content: String = match several && !record.mine && !name.is_empty() {
                true => format!("{name}: ").chars().chain(words).take(limits::REPLY).collect(),
                false => words.take(limits::REPLY).collect(),
            };
            let above = messages.last();
            let depth = above.map_or(0, |above| above.depth + 1);
            let role = if record.mine { Role::User } else { Role::Character };
            messages.push(Message {
                session_id: session,
                parent_id: above.map(|above| above.id),
                depth,
                ..said_elsewhere(id, content, role, time(record.created_at, now))
            });
        }
        messages
    }
}

/// The name of whoever of the others spoke first.
fn first(said: &[SharedMessageRecord]) -> Option<&String> {
    said.iter().find(|message| !message.mine).map(|message| &message.name)
}

fn cleaned(text: &str, most: usize) -> String {
    let text: String = text.replace(char::is_control, " ").trim().chars().take(most).collect();
    text.trim().to_owned()
}

/// The title, or who was there.
fn title(record: &SharedRecord) -> String {
    match cleaned(&record.title, limits::CHARACTER_NAME) {
        title if title.is_empty() => cleaned(&record.with.join(", "), limits::CHARACTER_NAME),
        title => title,
    }
}
