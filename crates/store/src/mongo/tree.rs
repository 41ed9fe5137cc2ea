//! Walking the tree: no step at a time, but in windows of depths that grow, so that the longest way takes few questions.

use std::collections::HashMap;

use domain::ids::{MessageId, SessionId};
use domain::limits;
use mongodb::Collection;
use mongodb::bson::{Document, doc};
use serde::{Deserialize, Serialize};

use super::MongoStore;
use super::documents::{HeadDoc, Id, MessageDoc, id};
use super::pending::Way;
use crate::chats::Parent;
use crate::{Conflict, StoreError, StoreResult};

/// How many generations are followed one by one before all that is deeper is read.
const GENERATIONS: usize = 16;

/// How many depths the first window holds, and how much more each next.
const WINDOW: (i64, i64) = (32, 4);

/// A message as a part of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Link {
    #[serde(rename = "_id")]
    pub id: Id,
    #[serde(default)]
    pub parent_id: Option<Id>,
    pub branch_id: Id,
    pub depth: i64,
    #[serde(default)]
    pub active_child_id: Option<Id>,
    pub created_at: i64,
    #[serde(default)]
    pub deleted_at: Option<i64>,
    pub change: i64,
}

impl Link {
    pub(super) fn of(message: &MessageDoc) -> Self {
        Self {
            id: message.id,
            parent_id: message.parent_id,
            branch_id: message.branch_id,
            depth: message.depth,
            active_child_id: message.active_child_id,
            created_at: message.created_at,
            deleted_at: message.deleted_at,
            change: message.change,
        }
    }
}

fn fields() -> Document {
    doc! {
        "parent_id": 1, "branch_id": 1, "depth": 1, "active_child_id": 1, "created_at": 1, "deleted_at": 1, "change": 1,
    }
}

fn torn() -> StoreError {
    StoreError::Corrupt("a tree with a way that leads nowhere".into())
}

/// What a new message is to hang on.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub link: Link,
    pub in_view: bool,
}

/// The place where a new message is to hang, and what speaks against it.
pub(super) struct Place {
    /// What it hangs on; `None` for a root.
    pub parent: Option<Spot>,
    /// Whether the way in view ends there already.
    pub is_end: bool,
    /// Which others hang there, with when they were made.
    pub siblings: Vec<(i64, Id)>,
    /// How many replies wait in the session.
    pub queued: u64,
    /// The message that has the client's id.
    pub first: Option<MessageDoc>,
}

impl Place {
    pub(super) fn refuse_crowds(&self, more: u64) -> StoreResult<()> {
        if self.queued + more > limits::QUEUED_REPLIES {
            return Err(StoreError::Conflict(Conflict::TooManyQueued));
        }
        if self.siblings.len() as u64 >= limits::SIBLINGS {
            return Err(StoreError::Conflict(Conflict::TooManySiblings));
        }
        Ok(())
    }
}

/// How the way in view turns.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    /// The depth up to which it stays as it is.
    pub stays: i64,
    /// The messages that come into view, from the top; they end with the new end.
    pub links: Vec<Link>,
}

impl Turn {
    /// The root that the way now begins with, when that is another.
    pub(super) fn root(&self) -> Option<Id> {
        self.links.first().filter(|_| self.stays < 0).map(|first| first.id)
    }
}

impl MongoStore {
    fn links_of(&self) -> Collection<Link> {
        self.db().messages.clone_with_type()
    }

    /// A message of the session that is not deleted.
    pub(super) async fn live(&self, session: SessionId, message: MessageId) -> StoreResult<MessageDoc> {
        let found = self.db().messages.find_one(doc! { "_id": id(message.0), "session_id": id(session.0) });
        let found = self.db().run(found).await?;
        found.filter(|message| message.deleted_at.is_none()).ok_or(StoreError::NotFound)
    }

    /// The place below `parent`.
    pub(super) async fn place(
        &self,
        head: &HeadDoc,
        parent: Parent,
        client_message_id: Option<&str>,
    ) -> StoreResult<Place> {
        let session = head.id;
        let db = self.db();
        let first = async {
            let Some(name) = client_message_id else { return Ok(None) };
            // Only people's messages have names; saying so finds the index.
            let query = doc! { "session_id": session, "client_message_id": name, "role": "user" };
            db.run(db.messages.find_one(query)).await
        };
        let queued = async {
            let waiting = db.messages.clone_with_type::<Document>();
            let query = waiting.find(doc! { "status": "queued", "session_id": session }).projection(doc! { "_id": 1 });
            let limit = i64::try_from(limits::QUEUED_REPLIES).unwrap_or(i64::MAX);
            Ok(db.all(query.limit(limit)).await?.len() as u64)
        };
        let spot = async {
            Ok(match parent {
                Parent::Leaf => head.leaf_id.zip(head.leaf_depth).map(|(leaf, depth)| Spot {
                    link: Link {
                        id: leaf,
                        parent_id: None,
                        branch_id: leaf,
                        depth,
                        active_child_id: None,
                        created_at: 0,
                        deleted_at: None,
                        change: 0,
                    },
                    in_view: true,
                }),
                Parent::Message(None) => None,
                Parent::Message(Some(wanted)) => {
                    let found =
                        db.run(db.messages.find_one(doc! { "_id": id(wanted.0), "session_id": session })).await?;
                    let found = found.filter(|message| message.deleted_at.is_none());
                    found.map(|message| Spot { in_view: message.in_view, link: Link::of(&message) })
                }
            })
        };
        let siblings = async {
            let branch = match parent {
                // Below the end of the way nothing hangs.
                Parent::Leaf => return Ok(Vec::new()),
                Parent::Message(parent) => parent.map_or(session, |parent| id(parent.0)),
            };
            Ok(self.hanging(session, &[branch]).await?.into_iter().map(|link| (link.created_at, link.id)).collect())
        };
        let (first, queued, parent_spot, siblings) = tokio::try_join!(first, queued, spot, siblings)?;
        if matches!(parent, Parent::Message(Some(_))) && parent_spot.is_none() && first.is_none() {
            return Err(StoreError::NotFound);
        }
        let depth = parent_spot.as_ref().map(|spot| spot.link.depth);
        let is_end = head.leaf_depth == depth && parent_spot.as_ref().is_none_or(|spot| spot.in_view);
        Ok(Place { parent: parent_spot, is_end, siblings, queued, first })
    }

    /// What hangs on these and is not deleted.
    pub(super) async fn hanging(&self, session: Id, branches: &[Id]) -> StoreResult<Vec<Link>> {
        let mut found = self.hung(session, branches).await?;
        found.retain(|link| link.deleted_at.is_none());
        Ok(found)
    }

    async fn hung(&self, session: Id, branches: &[Id]) -> StoreResult<Vec<Link>> {
        let mut found = Vec::new();
        for block in branches.chunks(1_000) {
            let query = doc! { "session_id": session, "branch_id": { "$in": block } };
            found.extend(self.db().all(self.links_of().find(query).projection(fields())).await?);
        }
        Ok(found)
    }

    /// A window of depths, both ends included.
    async fn window(&self, session: Id, in_view: bool, from: i64, to: i64) -> StoreResult<HashMap<Id, Link>> {
        let query = doc! { "session_id": session, "in_view": in_view, "depth": { "$gte": from, "$lte": to } };
        let found = self.db().all(self.links_of().find(query).projection(fields())).await?;
        Ok(found.into_iter().map(|link| (link.id, link)).collect())
    }

    /// The way to `end`, which is out of view, from where it leaves the way in view.
    pub(super) async fn climb(&self, session: Id, end: Link, limit: Option<i64>) -> StoreResult<Turn> {
        let highest = limit.map_or(0, |limit| (end.depth - limit + 1).max(0));
        let mut links = vec![end];
        let (mut size, more) = WINDOW;
        let mut at = end;
        'windows: while at.depth > highest {
            let from = (at.depth - size).max(highest);
            let window = self.window(session, false, from, at.depth - 1).await?;
            size *= more;
            while at.depth > from {
                // What is not out of view is in view.
                let Some(up) = at.parent_id.and_then(|parent| window.get(&parent)) else { break 'windows };
                links.push(*up);
                at = *up;
            }
        }
        links.reverse();
        Ok(Turn { stays: at.depth - 1, links })
    }

    /// The way on from `from`, which is out of view, as it last was; without `from` itself.
    pub(super) async fn descend(&self, session: Id, from: Link) -> StoreResult<Vec<Link>> {
        let mut links = Vec::new();
        let (mut size, more) = WINDOW;
        let mut at = from;
        while at.active_child_id.is_some() {
            let to = at.depth + size;
            let window = self.window(session, false, at.depth + 1, to).await?;
            size *= more;
            while at.depth < to {
                let Some(child) = at.active_child_id else { return Ok(links) };
                at = *window.get(&child).ok_or_else(torn)?;
                links.push(at);
            }
        }
        Ok(links)
    }

    /// The messages of a way, from the top, whether or not they are in view already.
    pub(super) async fn links(&self, session: Id, way: &Way) -> StoreResult<Vec<Link>> {
        let (mut links, mut at, mut to) = (Vec::new(), way.end, way.end_depth);
        while to > way.stays {
            let from = (to - 4_095).max(way.stays + 1);
            // Another who does the same brings them into view meanwhile: in this order none is missed.
            let mut window = self.window(session, false, from, to).await?;
            window.extend(self.window(session, true, from, to).await?);
            for depth in (from..=to).rev() {
                let link = *window.get(&at).ok_or_else(torn)?;
                links.push(link);
                match link.parent_id {
                    Some(parent) => at = parent,
                    None if depth == 0 => {}
                    None => return Err(torn()),
                }
            }
            to = from - 1;
        }
        links.reverse();
        Ok(links)
    }

    /// A message and all below it that is not deleted; what the change `number` has erased counts as there.
    pub(super) async fn below(&self, session: Id, message: Id, number: Option<i64>) -> StoreResult<Vec<Id>> {
        let is_there = |link: &Link| link.deleted_at.is_none() || Some(link.change) == number;
        let mut below = vec![message];
        let mut generation = vec![message];
        let mut depth = 0;
        for _ in 0..GENERATIONS {
            let next: Vec<Link> = self.hung(session, &generation).await?.into_iter().filter(is_there).collect();
            if next.is_empty() {
                return Ok(below);
            }
            depth = next.iter().map(|link| link.depth).max().unwrap_or(depth);
            generation = next.iter().map(|link| link.id).collect();
            below.extend(&generation);
        }
        // Too long to follow: all that is deeper, at once. Another who does the same takes it out of view meanwhile: in this
        // order nothing is missed.
        let deeper = self.window(session, true, depth + 1, i64::MAX).await?;
        let hidden = self.window(session, false, depth + 1, i64::MAX).await?;
        let mut children: HashMap<Id, Vec<Id>> = HashMap::new();
        let all: HashMap<Id, Link> = deeper.into_iter().chain(hidden).collect();
        for link in all.into_values().filter(is_there) {
            children.entry(link.branch_id).or_default().push(link.id);
        }
        while let Some(parent) = generation.pop() {
            let hung = children.remove(&parent).unwrap_or_default();
            below.extend(&hung);
            generation.extend(hung);
        }
        Ok(below)
    }
}
