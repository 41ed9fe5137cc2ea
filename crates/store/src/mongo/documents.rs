//! The documents, and what each is as a row of the relational tables: the same fields by the same names, absent where a
//! column is NULL. Times are microseconds since 1970 and closed sets their own spelling, as there.
//!
//! Beyond the columns, `change` is the number of the last change that touched a document: of a session the newest, of a
//! message the one that a repetition of it is known by.

use mongodb::bson::{self, Bson};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::pending::Pending;
use crate::sql::entities::{events, messages, sessions};
use crate::sql::views;
use crate::{StoreError, StoreResult};

/// An id as BSON has it: binary, subtype 4.
pub(super) type Id = bson::Uuid;

pub(super) fn id(id: Uuid) -> Id {
    Id::from_bytes(id.into_bytes())
}

pub(super) fn uuid(id: Id) -> Uuid {
    Uuid::from_bytes(id.bytes())
}

pub(super) fn ids(ids: impl IntoIterator<Item = Uuid>) -> Vec<Id> {
    ids.into_iter().map(id).collect()
}

/// A value as BSON.
pub(super) fn bson<T: Serialize>(value: &T) -> StoreResult<Bson> {
    bson::serialize_to_bson(value).map_err(|_| StoreError::Corrupt("a value that BSON cannot hold".into()))
}

/// A session: the row, and what its last change has left to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct HeadDoc {
    #[serde(rename = "_id")]
    pub id: Id,
    pub owner_id: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character_id: Option<Id>,
    pub title: String,
    pub pinned: bool,
    pub archived: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    pub sampling: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_root_id: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf_id: Option<Id>,
    /// The depth of the leaf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf_depth: Option<i64>,
    pub seq: i64,
    pub created_at: i64,
    pub last_message_at: i64,
    pub change: i64,
    /// What of the last change may not be done yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Box<Pending>>,
    /// Whether there is something pending: for those who look for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<bool>,
    /// Whether memory may have to look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<bool>,
}

impl HeadDoc {
    pub(super) fn of(row: &sessions::Model) -> Self {
        Self {
            id: id(row.id),
            owner_id: id(row.owner_id),
            character_id: row.character_id.map(id),
            title: row.title.clone(),
            pinned: row.pinned,
            archived: row.archived,
            model: row.model.clone(),
            sampling: row.sampling.clone(),
            active_root_id: row.active_root_id.map(id),
            leaf_id: row.leaf_id.map(id),
            leaf_depth: None,
            seq: row.seq,
            created_at: row.created_at,
            last_message_at: row.last_message_at,
            change: 0,
            pending: None,
            unfinished: None,
            behind: None,
        }
    }

    pub(super) fn row(&self) -> sessions::Model {
        sessions::Model {
            id: uuid(self.id),
            owner_id: uuid(self.owner_id),
            character_id: self.character_id.map(uuid),
            title: self.title.clone(),
            pinned: self.pinned,
            archived: self.archived,
            model: self.model.clone(),
            sampling: self.sampling.clone(),
            active_root_id: self.active_root_id.map(uuid),
            leaf_id: self.leaf_id.map(uuid),
            seq: self.seq,
            created_at: self.created_at,
            last_message_at: self.last_message_at,
        }
    }
}

/// What was saved of a reply while it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ChunkDoc {
    pub position: i64,
    pub text: String,
}

/// A message: the row, with its rows of `reply_chunks` and of `reply_stops`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct MessageDoc {
    #[serde(rename = "_id")]
    pub id: Id,
    pub session_id: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Id>,
    pub branch_id: Id,
    pub depth: i64,
    pub role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_reason: Option<String>,
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    pub content: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_message_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_tokens: Option<i64>,
    pub revision: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_child_id: Option<Id>,
    pub in_view: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_seq: Option<i64>,
    pub created_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_node: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<i64>,
    pub fence: i64,
    pub change: i64,
    /// Whether it is kept from the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Whether its writer is to stop: the row of `reply_stops`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunks: Vec<ChunkDoc>,
}

impl MessageDoc {
    pub(super) fn of(row: &messages::Model, change: i64) -> Self {
        Self {
            id: id(row.id),
            session_id: id(row.session_id),
            parent_id: row.parent_id.map(id),
            branch_id: id(row.branch_id),
            depth: row.depth,
            role: row.role.clone(),
            author_id: row.author_id.map(id),
            author_reason: row.author_reason.clone(),
            status: row.status.clone(),
            failure: row.failure.clone(),
            content: row.content.clone(),
            client_message_id: row.client_message_id.clone(),
            model: row.model.clone(),
            finish_reason: row.finish_reason.clone(),
            prompt_tokens: row.prompt_tokens,
            cached_tokens: row.cached_tokens,
            completion_tokens: row.completion_tokens,
            revision: row.revision,
            active_child_id: row.active_child_id.map(id),
            in_view: row.in_view,
            event_seq: row.event_seq,
            created_at: row.created_at,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            lease_node: row.lease_node.map(id),
            lease_until: row.lease_until,
            fence: row.fence,
            change,
            hidden: row.hidden.then_some(true),
            stop: None,
            chunks: Vec::new(),
        }
    }

    /// The row; of a reply that is being written, with what was saved of it.
    pub(super) fn row(mut self) -> messages::Model {
        let mut content = self.content;
        if self.status == "streaming" {
            self.chunks.sort_by_key(|chunk| chunk.position);
            for chunk in &self.chunks {
                views::append(&mut content, chunk.position, &chunk.text);
            }
        }
        messages::Model {
            id: uuid(self.id),
            session_id: uuid(self.session_id),
            parent_id: self.parent_id.map(uuid),
            branch_id: uuid(self.branch_id),
            depth: self.depth,
            role: self.role,
            author_id: self.author_id.map(uuid),
            author_reason: self.author_reason,
            status: self.status,
            failure: self.failure,
            content,
            client_message_id: self.client_message_id,
            model: self.model,
            finish_reason: self.finish_reason,
            prompt_tokens: self.prompt_tokens,
            cached_tokens: self.cached_tokens,
            completion_tokens: self.completion_tokens,
            revision: self.revision,
            active_child_id: self.active_child_id.map(uuid),
            in_view: self.in_view,
            event_seq: self.event_seq,
            created_at: self.created_at,
            edited_at: self.edited_at,
            deleted_at: self.deleted_at,
            lease_node: self.lease_node.map(uuid),
            lease_until: self.lease_until,
            fence: self.fence,
            hidden: self.hidden.unwrap_or(false),
        }
    }
}

/// An event: the row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct EventDoc {
    pub session_id: Id,
    pub seq: i64,
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_id: Option<Id>,
    pub created_at: i64,
}

impl EventDoc {
    pub(super) fn row(&self) -> events::Model {
        events::Model {
            session_id: uuid(self.session_id),
            seq: self.seq,
            kind: self.kind.clone(),
            message_id: self.message_id.map(uuid),
            reply_id: self.reply_id.map(uuid),
            created_at: self.created_at,
        }
    }
}

/// A text before an edit: the row, with its session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RevisionDoc {
    pub session_id: Id,
    pub message_id: Id,
    pub revision: i64,
    pub content: String,
    pub replaced_at: i64,
}

/// What a reply was made from: the row, with its session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TraceDoc {
    /// The reply.
    #[serde(rename = "_id")]
    pub message_id: Id,
    pub session_id: Id,
    pub trace: String,
}
