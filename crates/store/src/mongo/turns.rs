//! Turns, as leases on documents of replies.
//!
//! Whoever writes a reply saves it in its document alone, by the fence. All else that happens to a turn is a change of its
//! session and goes through the head. Only the fence of a turn that nobody writes grows without: that stops its writer
//! before it is read what was saved.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use domain::ClosedSet;
use domain::chats::{Message, MessageStatus};
use domain::events::{EventBody, EventKind, SessionEvent};
use domain::ids::{MessageId, NodeId, SessionId, UserId};
use futures_util::{StreamExt, TryStreamExt};
use mongodb::bson::{Document, doc};
use mongodb::options::ReturnDocument;
use serde::Deserialize;
use time::OffsetDateTime;

use super::documents::{ChunkDoc, EventDoc, HeadDoc, Id, MessageDoc, TraceDoc, bson, id, ids, uuid};
use super::heads::{Attempts, next_event};
use super::pending::{Known, Pending, Set};
use super::views::by_id;
use super::{MongoStore, heads};
use crate::sql::{events as telling, rows, turns as ending};
use crate::turns::{Claim, Finish, Orphans, Progress, Saved, TurnEvent, TurnStore};
use crate::{StoreError, StoreResult};

/// How many orphans are ended at the same time.
const AT_ONCE: usize = 8;

/// How many events are read at a time to find that of a claim: usually it is among the newest.
const EVENTS: i64 = 64;

/// A reply, as far as it is asked who writes it.
#[derive(Debug, Deserialize)]
struct Held {
    #[serde(rename = "_id")]
    id: Id,
    session_id: Id,
    status: String,
    fence: i64,
    #[serde(default)]
    lease_until: Option<i64>,
    #[serde(default)]
    stop: Option<bool>,
}

fn held() -> Document {
    doc! { "session_id": 1, "status": 1, "fence": 1, "lease_until": 1, "stop": 1 }
}

#[async_trait]
impl TurnStore for MongoStore {
    async fn claim_reply(
        &self,
        session: SessionId,
        node: NodeId,
        now: OffsetDateTime,
        lease_until: OffsetDateTime,
    ) -> StoreResult<Option<Claim>> {
        let (now, until) = (rows::micros(now), rows::micros(lease_until));
        let mut attempts = Attempts::default();
        loop {
            let Some(head) = self.any_head(session).await? else { return Ok(None) };
            let (queued, streaming) =
                tokio::try_join!(self.with_status(head.id, "queued"), self.with_status(head.id, "streaming"))?;
            let next = queued.into_iter().min_by_key(|reply| (reply.created_at, reply.depth, reply.id.bytes()));
            let is_held = |reply: &&MessageDoc| reply.lease_until.is_some_and(|until| until > now);
            let next = next.filter(|_| !streaming.iter().any(|reply| is_held(&reply)));
            let (event, reply) = match next {
                Some(reply) => {
                    let event = next_event(&head, EventKind::ReplyStarted, now);
                    (EventDoc { reply_id: Some(reply.id), ..event }, reply)
                }
                None => {
                    let ours = streaming.into_iter().find(|reply| reply.lease_node == Some(id(node.0)));
                    let Some(ours) = ours else { return Ok(None) };
                    // It asks again because the answer was lost. The old fence no longer fits.
                    let Some(started) = self.started(&ours).await? else { return Ok(None) };
                    (started, ours)
                }
            };
            let is_new = event.seq > head.seq;
            let fence = reply.fence + 1;
            let fields = doc! { "status": "streaming", "lease_node": id(node.0), "lease_until": until, "fence": fence };
            let pending = Pending {
                event: is_new.then(|| event.clone()),
                set: Some(Set { message_id: reply.id, fields, unset: Vec::new() }),
                ..Pending::default()
            };
            let after = HeadDoc { seq: head.seq.max(event.seq), ..head.clone() };
            let Some(kept) = self.commit(&head, after, pending, Known::default()).await? else {
                attempts.again().await?;
                continue;
            };
            let claimed = MessageDoc { status: MessageStatus::Streaming.as_str().to_owned(), fence, ..reply };
            let reply = self.view(claimed).await?;
            let at = HeadDoc { seq: event.seq, ..kept.clone() };
            let body = EventBody::ReplyStarted { reply: reply.clone() };
            let event = telling::event(&at.row(), event.created_at, body)?;
            return Ok(Some(Claim { session: heads::session(&kept)?, reply, fence: rows::number(fence)?, event }));
        }
    }

    async fn save_progress(&self, progress: &[Progress], lease_until: OffsetDateTime) -> StoreResult<Saved> {
        if progress.is_empty() {
            return Ok(Saved::default());
        }
        let until = rows::micros(lease_until);
        let all: Vec<&Progress> = progress.iter().collect();
        // Most of the time nobody has lost a reply, and none is to be stopped: then that is all.
        if self.save(&all, until, Some(false)).await? == progress.len() as u64 {
            return Ok(Saved::default());
        }
        let wanted = ids(progress.iter().map(|part| part.reply_id.0));
        let messages = self.db().messages.clone_with_type::<Held>();
        let query = messages.find(doc! { "_id": { "$in": wanted } }).projection(held());
        let kept: HashMap<[u8; 16], Held> =
            self.db().all(query).await?.into_iter().map(|reply| (reply.id.bytes(), reply)).collect();
        let held = |part: &Progress| {
            let reply = kept.get(&part.reply_id.0.into_bytes());
            reply.filter(|reply| reply.status == "streaming" && reply.fence == rows::signed(part.fence))
        };
        let stopped: Vec<&Progress> =
            all.iter().copied().filter(|part| held(part).is_some_and(|reply| reply.stop == Some(true))).collect();
        self.save(&stopped, until, None).await?;
        let unique = |parts: &mut dyn Iterator<Item = &Progress>| {
            let ids: BTreeSet<MessageId> = parts.map(|part| part.reply_id).collect();
            ids.into_iter().collect::<Vec<_>>()
        };
        Ok(Saved {
            lost: unique(&mut all.iter().copied().filter(|part| held(part).is_none())),
            stopped: unique(&mut stopped.into_iter()),
        })
    }

    async fn request_stop(&self, owner: UserId, reply: MessageId) -> StoreResult<bool> {
        if self.owned(owner, reply).await?.is_none() {
            return Ok(false);
        }
        let query = doc! { "_id": id(reply.0), "status": "streaming" };
        let asked = self.db().messages.update_one(query, doc! { "$set": { "stop": true } });
        Ok(self.db().run(asked).await?.matched_count > 0)
    }

    async fn finish_reply(&self, finish: &Finish, now: OffsetDateTime) -> StoreResult<Option<SessionEvent>> {
        let now = rows::micros(now);
        let mut attempts = Attempts::default();
        loop {
            let Some(session) = self.session_of(finish.reply_id).await? else { return Ok(None) };
            let Some(head) = self.any_head(session).await? else { return Ok(None) };
            // After the head: if that is still the same when the change is made, so is this.
            let Some(found) = self.db().run(self.db().messages.find_one(by_id(finish.reply_id))).await? else {
                return Ok(None);
            };
            let is_ours = found.fence == rows::signed(finish.fence) && is_open(&found.status);
            if !is_ours {
                return self.finished_before(finish, found).await;
            }
            let ended = ended(&found, finish, head.seq + 1);
            let trace = traced(&found, finish)?;
            let said_at = ending::said_at(finish, now);
            let after = HeadDoc { last_message_at: head.last_message_at.max(said_at), ..head.clone() };
            if let Some(event) = self.end(&head, after, ended, trace, now).await? {
                return Ok(Some(event));
            }
            attempts.again().await?;
        }
    }

    async fn end_orphans(&self, orphans: Orphans, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<TurnEvent>> {
        let now = rows::micros(now);
        let nobody_writes = match orphans {
            Orphans::Expired => doc! { "lease_until": { "$lte": now } },
            Orphans::AllBut(node) => doc! { "lease_node": { "$ne": id(node.0) } },
        };
        let mut query = doc! { "status": "streaming" };
        query.extend(nobody_writes);
        let messages = self.db().messages.clone_with_type::<Held>();
        let found = messages.find(query.clone()).projection(held()).sort(doc! { "session_id": 1, "_id": 1 });
        let found = self.db().all(found.limit(i64::from(limit))).await?;
        let end = |reply: Held| {
            let mut query = query.clone();
            query.insert("_id", reply.id);
            self.end_orphan(query, now)
        };
        let ended: Vec<Option<TurnEvent>> =
            futures_util::stream::iter(found.into_iter().map(end)).buffered(AT_ONCE).try_collect().await?;
        Ok(ended.into_iter().flatten().collect())
    }

    async fn waiting_sessions(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<SessionId>> {
        let now = rows::micros(now);
        self.sweep(now).await?;
        #[derive(Deserialize)]
        struct Waiting {
            #[serde(rename = "_id")]
            session: Id,
        }
        let batch = limit.max(1);
        let mut found = Vec::new();
        let mut skipped = 0_i64;
        loop {
            let pipeline = vec![
                doc! { "$match": { "status": "queued" } },
                doc! { "$group": { "_id": "$session_id", "since": { "$min": "$created_at" } } },
                doc! { "$sort": { "since": 1, "_id": 1 } },
                doc! { "$skip": skipped },
                doc! { "$limit": i64::from(batch) },
            ];
            let waiting: Vec<Waiting> = self
                .db()
                .run(async { self.db().messages.aggregate(pipeline).with_type::<Waiting>().await?.try_collect().await })
                .await?;
            let sessions: Vec<Id> = waiting.iter().map(|waiting| waiting.session).collect();
            let busy = self.written_in(&sessions, now).await?;
            found.extend(sessions.iter().filter(|session| !busy.contains(*session)).map(|id| SessionId(uuid(*id))));
            if found.len() >= limit as usize || sessions.len() < batch as usize {
                found.truncate(limit as usize);
                return Ok(found);
            }
            skipped += i64::from(batch);
        }
    }
}

fn is_open(status: &str) -> bool {
    status == MessageStatus::Queued.as_str() || status == MessageStatus::Streaming.as_str()
}

/// The update that saves what was written and renews the lease; with `stop`, only where that is so. Said again, it changes
/// nothing.
fn save(part: &Progress, until: i64, stop: Option<bool>) -> StoreResult<Document> {
    let mut query = doc! { "_id": id(part.reply_id.0), "fence": rows::signed(part.fence), "status": "streaming" };
    if let Some(stop) = stop {
        query.insert("stop", doc! { "$exists": stop });
    }
    let mut update = doc! { "$set": { "lease_until": until } };
    if !part.text.is_empty() {
        let chunk = ChunkDoc { position: rows::signed(part.position), text: part.text.clone() };
        update.insert("$addToSet", doc! { "chunks": bson(&chunk)? });
    }
    Ok(doc! { "q": query, "u": update })
}

/// What a reply was made from, as it stands beside it.
pub(super) fn traced(reply: &MessageDoc, finish: &Finish) -> StoreResult<Option<TraceDoc>> {
    let trace = finish.trace.as_ref().map(rows::json).transpose()?;
    Ok(trace.map(|trace| TraceDoc { message_id: reply.id, session_id: reply.session_id, trace }))
}

/// The reply as it has come to its end.
pub(super) fn ended(reply: &MessageDoc, finish: &Finish, seq: i64) -> MessageDoc {
    let usage = finish.usage;
    MessageDoc {
        content: finish.content.clone(),
        status: finish.status.as_str().to_owned(),
        failure: finish.failure.map(|failure| failure.as_str().to_owned()),
        model: finish.model.clone(),
        finish_reason: finish.finish_reason.map(|reason| reason.as_str().to_owned()),
        prompt_tokens: usage.map(|usage| i64::from(usage.prompt_tokens)),
        cached_tokens: usage.map(|usage| i64::from(usage.cached_tokens)),
        completion_tokens: usage.map(|usage| i64::from(usage.completion_tokens)),
        event_seq: Some(seq),
        lease_node: None,
        lease_until: None,
        stop: None,
        chunks: Vec::new(),
        ..reply.clone()
    }
}

/// What differs between the end of a reply and its making.
fn end_fields(reply: &MessageDoc) -> (Document, Vec<String>) {
    // With the fence it was ended by, whatever stopped its writer meanwhile: so that the same call is known again.
    let mut fields = doc! { "content": &reply.content, "status": &reply.status, "fence": reply.fence };
    let texts = [("failure", &reply.failure), ("model", &reply.model), ("finish_reason", &reply.finish_reason)];
    let numbers = [
        ("prompt_tokens", reply.prompt_tokens),
        ("cached_tokens", reply.cached_tokens),
        ("completion_tokens", reply.completion_tokens),
        ("event_seq", reply.event_seq),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            fields.insert(name, text);
        }
    }
    for (name, number) in numbers {
        if let Some(number) = number {
            fields.insert(name, number);
        }
    }
    (fields, ["lease_node", "lease_until", "chunks", "stop"].map(str::to_owned).to_vec())
}

impl MongoStore {
    /// Saves what was written; of how many pieces.
    async fn save(&self, progress: &[&Progress], until: i64, stop: Option<bool>) -> StoreResult<u64> {
        let updates = progress.iter().map(|part| save(part, until, stop)).collect::<StoreResult<Vec<_>>>()?;
        self.db().update("messages", &updates, false).await
    }

    async fn view(&self, message: MessageDoc) -> StoreResult<Message> {
        let view = self.views(vec![message]).await?.into_iter().next();
        view.map(|view| view.message).ok_or(StoreError::NotFound)
    }

    /// The session of a message.
    async fn session_of(&self, message: MessageId) -> StoreResult<Option<SessionId>> {
        let messages = self.db().messages.clone_with_type::<Held>();
        let found = self.db().run(messages.find_one(by_id(message)).projection(held())).await?;
        Ok(found.map(|message| SessionId(uuid(message.session_id))))
    }

    /// The messages of a session with this status, of which there are few.
    async fn with_status(&self, session: Id, status: &str) -> StoreResult<Vec<MessageDoc>> {
        self.db().all(self.db().messages.find(doc! { "status": status, "session_id": session })).await
    }

    /// Which of these sessions have a reply that is being written under a live lease.
    async fn written_in(&self, sessions: &[Id], now: i64) -> StoreResult<Vec<Id>> {
        let messages = self.db().messages.clone_with_type::<Held>();
        let query = messages.find(doc! { "status": "streaming", "session_id": { "$in": sessions } });
        let found = self.db().all(query.projection(held())).await?;
        let live = found.into_iter().filter(|reply| reply.lease_until.is_some_and(|until| until > now));
        Ok(live.map(|reply| reply.session_id).collect())
    }

    /// The event that said that a reply is being written.
    async fn started(&self, reply: &MessageDoc) -> StoreResult<Option<EventDoc>> {
        let mut before = i64::MAX;
        loop {
            let query = doc! { "session_id": reply.session_id, "seq": { "$lt": before } };
            let found = self.db().events.find(query).sort(doc! { "seq": -1 }).limit(EVENTS);
            let found = self.db().all(found).await?;
            let Some(last) = found.last() else { return Ok(None) };
            before = last.seq;
            let started =
                |event: &EventDoc| event.reply_id == Some(reply.id) && event.kind == EventKind::ReplyStarted.as_str();
            if let Some(event) = found.into_iter().find(started) {
                return Ok(Some(event));
            }
        }
    }

    /// Ends a reply, if nobody changed the session meanwhile.
    async fn end(
        &self,
        head: &HeadDoc,
        after: HeadDoc,
        reply: MessageDoc,
        trace: Option<TraceDoc>,
        now: i64,
    ) -> StoreResult<Option<SessionEvent>> {
        let is_failed = reply.status == MessageStatus::Failed.as_str();
        let kind = if is_failed { EventKind::ReplyFailed } else { EventKind::ReplyCompleted };
        let event = EventDoc { reply_id: Some(reply.id), ..next_event(head, kind, now) };
        let after = HeadDoc { seq: event.seq, ..after };
        let (fields, unset) = end_fields(&reply);
        let pending = Pending {
            event: Some(event),
            set: Some(Set { message_id: reply.id, fields, unset }),
            trace,
            ..Pending::default()
        };
        let Some(kept) = self.commit(head, after, pending, Known::default()).await? else { return Ok(None) };
        let reply = self.view(reply).await?;
        let body = if is_failed { EventBody::ReplyFailed { reply } } else { EventBody::ReplyCompleted { reply } };
        Ok(Some(telling::event(&kept.row(), now, body)?))
    }

    /// Ends a turn that nobody writes as interrupted, with what was saved of it; `None` when that is no longer so.
    async fn end_orphan(&self, query: Document, now: i64) -> StoreResult<Option<TurnEvent>> {
        // From here on its writer, should there be one after all, saves nothing more.
        let taken = self.db().messages.find_one_and_update(query, doc! { "$inc": { "fence": 1_i64 } });
        let Some(taken) = self.db().run(taken.return_document(ReturnDocument::After)).await? else { return Ok(None) };
        let mut attempts = Attempts::default();
        loop {
            let Some(head) = self.any_head(SessionId(uuid(taken.session_id))).await? else { return Ok(None) };
            let found = self.db().run(self.db().messages.find_one(doc! { "_id": taken.id })).await?;
            let Some(found) = found.filter(|found| found.status == "streaming" && found.fence == taken.fence) else {
                return Ok(None);
            };
            if found.lease_until != taken.lease_until {
                return Ok(None);
            }
            let saved = MessageDoc { content: found.clone().row().content, ..found };
            let ended = MessageDoc {
                status: MessageStatus::Failed.as_str().to_owned(),
                failure: Some(domain::chats::FailureCode::Interrupted.as_str().to_owned()),
                event_seq: Some(head.seq + 1),
                lease_node: None,
                lease_until: None,
                chunks: Vec::new(),
                ..saved
            };
            let owner = UserId(uuid(head.owner_id));
            if let Some(event) = self.end(&head, head.clone(), ended, None, now).await? {
                return Ok(Some(TurnEvent { owner, event }));
            }
            attempts.again().await?;
        }
    }

    /// The event of the same call made before; `None` when the reply was ended by another, or is deleted.
    async fn finished_before(&self, finish: &Finish, found: MessageDoc) -> StoreResult<Option<SessionEvent>> {
        let is_same = found.fence == rows::signed(finish.fence) && found.role == "character";
        match found.event_seq {
            Some(seq) if is_same && found.deleted_at.is_none() => {
                Ok(self.event_at(uuid(found.session_id), seq).await?.map(|(_, event)| event))
            }
            _ => Ok(None),
        }
    }
}
