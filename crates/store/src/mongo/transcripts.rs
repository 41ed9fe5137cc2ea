//! The chat log as memory reads it.

use std::collections::{BTreeSet, HashMap, HashSet};

use async_trait::async_trait;
use domain::chats::{Author, MessageStatus};
use domain::ids::{MessageId, SessionId, UserId};
use mongodb::bson::doc;
use serde::Deserialize;

use super::MongoStore;
use super::documents::{HeadDoc, Id, MessageDoc, id, ids, uuid};
use super::heads::Attempts;
use super::views::is_one_way;
use crate::StoreResult;
use crate::sql::{self, rows};
use crate::transcripts::{Said, TranscriptHead, TranscriptStore};

/// A message, as far as it is asked whether it stands.
#[derive(Debug, Deserialize)]
struct Standing {
    #[serde(rename = "_id")]
    id: Id,
    session_id: Id,
    in_view: bool,
}

fn said(message: &MessageDoc) -> StoreResult<Said> {
    let role = rows::closed(&message.role)?;
    Ok(Said {
        id: MessageId(uuid(message.id)),
        depth: rows::number(message.depth)?,
        role,
        author: message.author_id.map(|id| Author::of(role, uuid(id))),
        // What is hidden was not said, for those who read it here.
        content: if message.hidden == Some(true) { String::new() } else { message.content.clone() },
        is_final: rows::closed::<MessageStatus>(&message.status)?.is_final(),
        created_at: rows::time(message.created_at)?,
    })
}

#[async_trait]
impl TranscriptStore for MongoStore {
    async fn transcript(&self, session: SessionId) -> StoreResult<Option<TranscriptHead>> {
        let Some(head) = self.any_head(session).await? else { return Ok(None) };
        let Some(character) = head.character_id else { return Ok(None) };
        Ok(Some(TranscriptHead {
            scope: sql::scope(uuid(head.owner_id), uuid(character)),
            seq: rows::number(head.seq)?,
            last_message_at: rows::time(head.last_message_at)?,
        }))
    }

    async fn said_from(&self, owner: UserId, session: SessionId, depth: u32, limit: u32) -> StoreResult<Vec<Said>> {
        let from = i64::from(depth);
        let mut attempts = Attempts::default();
        loop {
            let Some(head) = self.head(owner, session).await? else { return Ok(Vec::new()) };
            let to = head.leaf_depth.unwrap_or(-1).min(from + i64::from(limit) - 1);
            if from > to {
                return Ok(Vec::new());
            }
            let found = self.stretch(head.id, from, to).await?;
            let is_whole = i64::try_from(found.len()).is_ok_and(|length| length == to - from + 1);
            let ends = Some(to) != head.leaf_depth || found.last().map(|last| last.id) == head.leaf_id;
            if is_whole && ends && is_one_way(&found) {
                return found.iter().map(said).collect();
            }
            attempts.torn("a way in view with a gap").await?;
        }
    }

    async fn said_before(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<Said>> {
        self.way_to(owner, session, message, limit).await?.iter().map(said).collect()
    }

    async fn standing(&self, owner: UserId, messages: &[MessageId]) -> StoreResult<Vec<MessageId>> {
        let asked = ids(messages.iter().map(|id| id.0));
        let mut standing = Vec::with_capacity(asked.len());
        for block in asked.chunks(1_000) {
            standing.extend(self.standing_of(owner, block).await?);
        }
        Ok(standing)
    }
}

impl MongoStore {
    /// Which of these messages of a person's stand, as a set; of none, without asking.
    pub(super) async fn standing_among(
        &self,
        owner: UserId,
        messages: impl Iterator<Item = MessageId> + Send,
    ) -> StoreResult<HashSet<MessageId>> {
        let messages: Vec<MessageId> = messages.collect::<HashSet<_>>().into_iter().collect();
        if messages.is_empty() {
            return Ok(HashSet::new());
        }
        Ok(self.standing(owner, &messages).await?.into_iter().collect())
    }

    async fn standing_of(&self, owner: UserId, asked: &[Id]) -> StoreResult<Vec<MessageId>> {
        let mut found = self.in_view(asked).await?;
        let sessions: BTreeSet<[u8; 16]> = found.iter().map(|message| message.session_id.bytes()).collect();
        if sessions.is_empty() {
            return Ok(Vec::new());
        }
        let sessions: Vec<Id> = sessions.into_iter().map(Id::from_bytes).collect();
        let query = doc! { "_id": { "$in": &sessions }, "owner_id": id(owner.0) };
        let heads: HashMap<[u8; 16], HeadDoc> =
            self.db().all(self.db().heads.find(query)).await?.into_iter().map(|head| (head.id.bytes(), head)).collect();
        let mut changed = false;
        for head in heads.values().filter(|head| head.pending.is_some()) {
            // What is left to do may take away what was found.
            changed = true;
            self.head(owner, SessionId(uuid(head.id))).await?;
        }
        if changed {
            found = self.in_view(asked).await?;
        }
        let theirs = found.into_iter().filter(|message| heads.contains_key(&message.session_id.bytes()));
        Ok(theirs.map(|message| MessageId(uuid(message.id))).collect())
    }

    /// Those of these messages that are in view: what is deleted is not.
    async fn in_view(&self, asked: &[Id]) -> StoreResult<Vec<Standing>> {
        let messages = self.db().messages.clone_with_type::<Standing>();
        let query = messages.find(doc! { "_id": { "$in": asked } }).projection(doc! { "session_id": 1, "in_view": 1 });
        let mut found = self.db().all(query).await?;
        found.retain(|message| message.in_view);
        Ok(found)
    }
}
