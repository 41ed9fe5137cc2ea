//! What a change has left to do once the session's head says that it is made: a record that anybody can carry out, and
//! carry out again.
//!
//! Every statement asks for documents that no later change has touched (`change` below the number of this one), and marks
//! them. So what was done is not done again, and one who slept meanwhile undoes nothing that came later.

use mongodb::bson::{Document, doc};
use serde::{Deserialize, Serialize};

use super::MongoStore;
use super::db::Db;
use super::documents::{EventDoc, HeadDoc, Id, MessageDoc, RevisionDoc, TraceDoc, uuid};
use super::errors;
use super::tree::Link;
use crate::StoreResult;
use crate::sql::{self, Followed};

/// What is left of a change. What it does to many messages is said in few words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventDoc>,
    /// Those after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<EventDoc>,
    /// What memories have to follow, before the messages change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow: Option<Follow>,
    /// A message that is erased with all below it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erase: Option<Erase>,
    /// What is in view below this depth leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hide_below: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<Set>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insert: Vec<MessageDoc>,
    /// A message that is taken back: what it said before goes, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retract: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<RevisionDoc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceDoc>,
}

/// What memories have to follow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Follow {
    Edited { message_id: Id, depth: i64, in_view: bool },
    Erased { depth: i64, in_view: bool },
    Turned { depth: i64 },
}

/// A message to erase with all below it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Erase {
    pub message_id: Id,
    pub at: i64,
}

/// The way from the depth `stays`, down to where it is in view already, to `end` comes into view. `next` becomes the
/// active child of its end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Way {
    pub end: Id,
    pub end_depth: i64,
    pub stays: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Id>,
}

/// A message that pointed to `from` points to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Point {
    pub message_id: Id,
    pub from: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Id>,
}

/// Fields of one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Set {
    pub message_id: Id,
    pub fields: Document,
    /// Fields that go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unset: Vec<String>,
}

/// What whoever plans a change knows of it already, and whoever finds it has to look up.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// The messages of the way, from the top.
    pub links: Option<Vec<Link>>,
    /// The messages to erase.
    pub gone: Option<Vec<Id>>,
}

impl MongoStore {
    /// Does what the session's last change has left to do, and says so in its head.
    pub(super) async fn apply(&self, head: &HeadDoc, known: Known) -> StoreResult<()> {
        let Some(pending) = &head.pending else { return Ok(()) };
        if let Some(message) = pending.retract {
            self.forget_beside(head.id, &[message]).await?;
        }
        let gone = match (pending.erase, known.gone) {
            (None, _) => Vec::new(),
            (Some(_), Some(gone)) => gone,
            (Some(erase), None) => self.below(head.id, erase.message_id, Some(head.change)).await?,
        };
        if let Some(follow) = pending.follow {
            self.follow(head, follow, &gone).await?;
        }
        let links = match (pending.way, known.links) {
            (None, _) => Vec::new(),
            (Some(_), Some(links)) => links,
            (Some(way), None) => self.links(head.id, &way).await?,
        };
        let mut updates = Vec::new();
        let target = Target { session: head.id, number: head.change };
        if let Some(erase) = pending.erase {
            target.erase(&mut updates, &gone, erase.at);
        }
        updates.extend(pending.hide_below.map(|depth| target.hide(depth)));
        if let Some(way) = &pending.way {
            target.lead(&mut updates, way, &links);
        }
        updates.extend(pending.point.map(|point| target.point(point)));
        updates.extend(pending.set.as_ref().map(|set| target.set(set)));
        let db = self.db();
        let kept = async {
            match (&pending.event, pending.further.is_empty()) {
                (Some(event), true) => once(db, db.events.insert_one(event)).await,
                (event, _) => {
                    let all: Vec<&EventDoc> = event.iter().chain(&pending.further).collect();
                    if all.is_empty() {
                        return Ok(());
                    }
                    once(db, db.events.insert_many(all).ordered(false)).await
                }
            }
        };
        let revised = async {
            match &pending.revision {
                Some(revision) => once(db, db.revisions.insert_one(revision)).await,
                None => Ok(()),
            }
        };
        let traced = async {
            match &pending.trace {
                Some(trace) => once(db, db.traces.insert_one(trace)).await,
                None => Ok(()),
            }
        };
        let updated = async { if updates.is_empty() { Ok(0) } else { db.update("messages", &updates, true).await } };
        let inserted = async {
            if pending.insert.is_empty() {
                return Ok(());
            }
            once(db, db.messages.insert_many(&pending.insert).ordered(false)).await
        };
        let changed = async {
            if pending.hide_below.is_none() {
                return tokio::try_join!(updated, inserted).map(drop);
            }
            // At each depth one is in view: what was leaves first.
            updated.await?;
            inserted.await
        };
        tokio::try_join!(kept, revised, traced, changed, self.forget_beside(head.id, &gone))?;
        // Lost, it is done again.
        let unset = db.heads.update_one(
            doc! { "_id": head.id, "change": head.change },
            doc! { "$unset": { "pending": "", "unfinished": "" } },
        );
        db.run(unset.write_concern(Db::hasty())).await.map(|_| ())
    }

    async fn follow(&self, head: &HeadDoc, follow: Follow, gone: &[Id]) -> StoreResult<()> {
        let gone: Vec<uuid::Uuid> = gone.iter().copied().map(uuid).collect();
        let followed = match follow {
            Follow::Edited { message_id, depth, in_view } => {
                Followed::Edited { message: uuid(message_id), depth, in_view }
            }
            Follow::Erased { depth, in_view } => Followed::Erased { depth, in_view, gone: &gone },
            Follow::Turned { depth } => Followed::Turned { depth },
        };
        // What several share is in nobody's memory.
        let Some(character) = head.character_id else { return Ok(()) };
        let scope = sql::scope(uuid(head.owner_id), uuid(character));
        self.db().step(self.sql().follow(scope, uuid(head.id), head.change, followed)).await
    }

    /// What stood beside erased messages goes.
    async fn forget_beside(&self, session: Id, gone: &[Id]) -> StoreResult<()> {
        let db = self.db();
        for block in gone.chunks(1_000) {
            let revisions = db.revisions.delete_many(doc! { "session_id": session, "message_id": { "$in": block } });
            let traces = db.traces.delete_many(doc! { "_id": { "$in": block }, "session_id": session });
            tokio::try_join!(db.run(revisions), db.run(traces))?;
        }
        Ok(())
    }
}

/// An insertion that another may have made already.
async fn once<T>(db: &Db, insert: impl IntoFuture<Output = mongodb::error::Result<T>>) -> StoreResult<()> {
    db.run(async {
        match insert.into_future().await {
            Err(error) if !errors::is_duplicate(&error) => Err(error),
            _ => Ok(()),
        }
    })
    .await
}

/// The change of a session that updates belong to.
struct Target {
    session: Id,
    number: i64,
}

impl Target {
    /// The message, unless this change or a later one has touched it.
    fn query(&self, message: Id) -> Document {
        doc! { "_id": message, "session_id": self.session, "change": { "$lt": self.number } }
    }

    fn queries(&self, messages: &[Id]) -> Document {
        doc! { "_id": { "$in": messages }, "session_id": self.session, "change": { "$lt": self.number } }
    }

    fn erase(&self, updates: &mut Vec<Document>, gone: &[Id], at: i64) {
        let blank = doc! {
            "deleted_at": at, "content": "", "in_view": false, "change": self.number,
            // With another fence, whoever writes one of these replies has lost it.
            "fence": { "$add": ["$fence", 1_i64] },
            "status": { "$cond": [{ "$in": ["$status", ["queued", "streaming"]] }, "stopped", "$status"] },
        };
        let rest = [
            "active_child_id",
            "lease_node",
            "lease_until",
            "failure",
            "model",
            "finish_reason",
            "prompt_tokens",
            "cached_tokens",
            "completion_tokens",
            "chunks",
            "stop",
        ];
        for block in gone.chunks(1_000) {
            let update = vec![doc! { "$set": blank.clone() }, doc! { "$unset": rest.as_slice() }];
            updates.push(doc! { "q": self.queries(block), "u": update, "multi": true });
        }
    }

    fn hide(&self, depth: i64) -> Document {
        // The condition stands in the update: beside it, a query is found by its index on every server.
        let is_before = doc! { "$lt": ["$change", self.number] };
        let hidden = doc! {
            "in_view": { "$cond": [is_before.clone(), false, "$in_view"] },
            "change": { "$cond": [is_before, self.number, "$change"] },
        };
        let query = doc! { "session_id": self.session, "in_view": true, "depth": { "$gt": depth } };
        doc! { "q": query, "u": [doc! { "$set": hidden }], "multi": true }
    }

    fn lead(&self, updates: &mut Vec<Document>, way: &Way, links: &[Link]) {
        let children = links.iter().map(|link| Some(link.id)).chain([way.next]);
        let top = links.first().map_or(Some(way.end), |first| first.parent_id).filter(|_| way.stays >= 0);
        let tops = std::iter::once((top, None, false));
        let below = links.iter().map(|link| (Some(link.id), link.active_child_id, true));
        let mut as_they_point = Vec::new();
        for ((message, pointed, shown), child) in tops.chain(below).zip(children) {
            let Some(message) = message else { continue };
            let turned = child.filter(|child| pointed != Some(*child));
            match (turned, shown) {
                (None, true) => as_they_point.push(message),
                (None, false) => {}
                (Some(child), shown) => {
                    let mut fields = doc! { "active_child_id": child, "change": self.number };
                    if shown {
                        fields.insert("in_view", true);
                    }
                    updates.push(doc! { "q": self.query(message), "u": { "$set": fields } });
                }
            }
        }
        for block in as_they_point.chunks(1_000) {
            let fields = doc! { "in_view": true, "change": self.number };
            updates.push(doc! { "q": self.queries(block), "u": { "$set": fields }, "multi": true });
        }
    }

    fn point(&self, point: Point) -> Document {
        let mut query = self.query(point.message_id);
        query.insert("active_child_id", point.from);
        let update = match point.to {
            Some(to) => doc! { "$set": { "active_child_id": to, "change": self.number } },
            None => doc! { "$unset": { "active_child_id": "" }, "$set": { "change": self.number } },
        };
        doc! { "q": query, "u": update }
    }

    fn set(&self, set: &Set) -> Document {
        let mut fields = set.fields.clone();
        fields.insert("change", self.number);
        let mut update = doc! { "$set": fields };
        if !set.unset.is_empty() {
            let unset: Document = set.unset.iter().map(|field| (field.clone(), "".into())).collect();
            update.insert("$unset", unset);
        }
        doc! { "q": self.query(set.message_id), "u": update }
    }
}
