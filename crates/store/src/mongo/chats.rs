//! Changing the tree: read the head, plan the change, make it in the head, carry it out.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::chats::{Author, MessageStatus, Role};
use domain::events::{EventBody, EventKind, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use mongodb::bson::doc;
use time::OffsetDateTime;

use super::documents::{EventDoc, HeadDoc, Id, MessageDoc, RevisionDoc, TraceDoc, id, uuid};
use super::heads::{Attempts, next_event};
use super::pending::{Erase, Follow, Known, Pending, Point, Set, Way};
use super::tree::{Link, Place, Turn};
use super::views::{self, by_id, sorted, there};
use super::{MongoStore, heads, turns};
use crate::chats::{Accepted, ChatStore, NewMessage, NewReply, Parent, Queueing};
use crate::sql::entities::{messages, sessions};
use crate::sql::rows::{self, NewRow};
use crate::sql::{chats as planning, events as telling, turns as ending, views as rows_of};
use crate::turns::Finish;
use crate::{Conflict, StoreError, StoreResult};

#[async_trait]
impl ChatStore for MongoStore {
    async fn accept_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: &NewMessage,
        now: OffsetDateTime,
    ) -> StoreResult<Accepted> {
        let now = rows::micros(now);
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            let key = rows::client_key(message.author.map(|author| author.0), &message.client_message_id);
            let place = self.place(&head, message.parent, Some(&key)).await?;
            if let Some(first) = &place.first {
                return match first.event_seq {
                    Some(seq) if first.deleted_at.is_none() => self.accepted_before(owner, session, seq).await,
                    _ => Err(StoreError::Conflict(Conflict::MessageDeleted)),
                };
            }
            place.refuse_crowds(message.replies.len() as u64)?;
            let event = EventDoc {
                message_id: Some(id(message.id.0)),
                reply_id: message.replies.first().map(|reply| id(reply.id.0)),
                ..next_event(&head, EventKind::MessageAccepted, now)
            };
            let new = NewRow {
                id: message.id,
                role: Role::User,
                author: message.author.map(Author::Person),
                reason: None,
                status: MessageStatus::Complete,
                content: &message.content,
                client_message_id: Some(&message.client_message_id),
                created_at: now,
            };
            let said = messages::Model {
                active_child_id: message.replies.first().map(|reply| reply.id.0),
                event_seq: Some(event.seq),
                ..rows::message_row(session, place.row(), &new)
            };
            let replies = planning::chain(session, &said, &message.replies, now);
            let rows: Vec<&messages::Model> = std::iter::once(&said).chain(&replies).collect();
            let first = event.seq;
            let events = with_further(&event, &message.replies);
            let after = HeadDoc { last_message_at: now, ..head.clone() };
            let Some(kept) = self.hang(&head, &place, &rows, after, events, None).await? else {
                attempts.again().await?;
                continue;
            };
            let kept = HeadDoc { seq: first, ..kept };
            let message = views::message(&said, place.siblings_with(&said))?;
            return planning::accepted(&kept.row(), message, replies, now);
        }
    }

    async fn queue_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        how: Queueing,
        reply: NewReply,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            let target = self.live(session, message).await?.row();
            let planned = planning::requeued(&target, head.row().leaf_id, how, reply)?;
            let place = self.place(&head, Parent::Message(planned.parent), None).await?;
            place.refuse_crowds(1)?;
            if place.siblings.iter().any(|(_, sibling)| *sibling == id(reply.id.0)) {
                // Somebody else may have put it there since the head was read: then the leaf is another, too.
                if there(self.head(owner, session).await?)?.seq == head.seq {
                    return Err(StoreError::Corrupt("an id that is taken".into()));
                }
                attempts.again().await?;
                continue;
            }
            let row = planning::queued(planned.reply, planned.begins_with, now);
            let row = rows::message_row(session, place.row(), &row);
            let event = EventDoc { reply_id: Some(id(reply.id.0)), ..next_event(&head, EventKind::ReplyQueued, now) };
            if let Some(kept) = self.hang(&head, &place, &[&row], head.clone(), vec![event], None).await? {
                let reply = row;
                let reply = views::message(&reply, place.siblings_with(&reply))?;
                return telling::event(&kept.row(), now, EventBody::ReplyQueued { reply });
            }
            attempts.again().await?;
        }
    }

    async fn put_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        written: &Finish,
        now: OffsetDateTime,
    ) -> StoreResult<Vec<SessionEvent>> {
        let now = rows::micros(now);
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            // After the head: whatever takes the id from here on changes that first.
            if self.db().run(self.db().messages.find_one(by_id(written.reply_id))).await?.is_some() {
                return Ok(Vec::new());
            }
            let target = self.live(session, message).await?.row();
            let reply = NewReply::of_the_character(written.reply_id);
            let planned = planning::requeued(&target, head.row().leaf_id, Queueing::Last, reply)?;
            let place = self.place(&head, Parent::Message(planned.parent), None).await?;
            place.refuse_crowds(1)?;
            let new = planning::queued(planned.reply, planned.begins_with, now);
            let waiting = rows::message_row(session, place.row(), &new);
            let queued = EventDoc { reply_id: Some(id(waiting.id)), ..next_event(&head, EventKind::ReplyQueued, now) };
            let reply = turns::ended(&MessageDoc::of(&waiting, head.change), written, queued.seq + 1);
            let trace = turns::traced(&reply, written)?;
            let reply = reply.row();
            let siblings = place.siblings_with(&reply);
            let (kind, body) = ending::ended(views::message(&reply, siblings.clone())?);
            let ended = EventDoc { seq: queued.seq + 1, kind: kind.as_str().to_owned(), ..queued.clone() };
            let (first, said_at) = (queued.seq, ending::said_at(written, now));
            let after = HeadDoc { last_message_at: head.last_message_at.max(said_at), ..head.clone() };
            if let Some(kept) = self.hang(&head, &place, &[&reply], after, vec![queued, ended], trace).await? {
                let kept = kept.row();
                let before = sessions::Model { seq: first, ..kept.clone() };
                let waiting = EventBody::ReplyQueued { reply: views::message(&waiting, siblings)? };
                return Ok(vec![telling::event(&before, now, waiting)?, telling::event(&kept, now, body)?]);
            }
            attempts.again().await?;
        }
    }

    async fn edit_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        content: &str,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            let before = self.live(session, message).await?;
            let branch = self.hanging(head.id, &[before.branch_id]).await?;
            let before = before.row();
            if !rows_of::is_final(&before)? {
                return Err(StoreError::Conflict(Conflict::ReplyRunning));
            }
            let edited = messages::Model {
                content: content.to_owned(),
                revision: before.revision + 1,
                edited_at: Some(now),
                ..before.clone()
            };
            let event =
                EventDoc { message_id: Some(id(message.0)), ..next_event(&head, EventKind::MessageEdited, now) };
            let after = HeadDoc { seq: event.seq, ..head.clone() };
            let fields = doc! { "content": content, "revision": edited.revision, "edited_at": now };
            let pending = Pending {
                event: Some(event),
                follow: Some(Follow::Edited {
                    message_id: id(message.0),
                    depth: before.depth,
                    in_view: before.in_view,
                }),
                set: Some(Set { message_id: id(message.0), fields, unset: Vec::new() }),
                revision: Some(RevisionDoc {
                    session_id: head.id,
                    message_id: id(message.0),
                    revision: before.revision,
                    content: before.content,
                    replaced_at: now,
                }),
                ..Pending::default()
            };
            if let Some(kept) = self.commit(&head, after, pending, Known::default()).await? {
                let mut siblings: Vec<(i64, Id)> = branch.iter().map(|link| (link.created_at, link.id)).collect();
                let message = views::message(&edited, sorted(&mut siblings))?;
                return telling::event(&kept.row(), now, EventBody::MessageEdited { message });
            }
            attempts.again().await?;
        }
    }

    async fn delete_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            let (after, pending, known) = match self.plan_deletion(&head, message, now).await {
                Err(StoreError::Corrupt(fault)) => {
                    attempts.torn(&fault).await?;
                    continue;
                }
                plan => plan?,
            };
            if let Some(kept) = self.commit(&head, after, pending, known).await? {
                let leaf_id = kept.leaf_id.map(|leaf| MessageId(uuid(leaf)));
                let body = EventBody::MessageDeleted { message_id: message, leaf_id };
                return telling::event(&kept.row(), now, body);
            }
            attempts.again().await?;
        }
    }

    async fn retract_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            let before = self.live(session, message).await?;
            let branch = self.hanging(head.id, &[before.branch_id]).await?;
            let (depth, in_view, before) = (before.depth, before.in_view, before.row());
            if !rows_of::is_final(&before)? {
                return Err(StoreError::Conflict(Conflict::ReplyRunning));
            }
            let blank = messages::Model {
                content: String::new(),
                revision: before.revision + 1,
                edited_at: Some(now),
                ..before
            };
            let event =
                EventDoc { message_id: Some(id(message.0)), ..next_event(&head, EventKind::MessageEdited, now) };
            let after = HeadDoc { seq: event.seq, ..head.clone() };
            let fields = doc! { "content": "", "revision": blank.revision, "edited_at": now };
            let pending = Pending {
                event: Some(event),
                follow: Some(Follow::Edited { message_id: id(message.0), depth, in_view }),
                set: Some(Set { message_id: id(message.0), fields, unset: Vec::new() }),
                retract: Some(id(message.0)),
                ..Pending::default()
            };
            if let Some(kept) = self.commit(&head, after, pending, Known::default()).await? {
                let mut siblings: Vec<(i64, Id)> = branch.iter().map(|link| (link.created_at, link.id)).collect();
                let message = views::message(&blank, sorted(&mut siblings))?;
                return telling::event(&kept.row(), now, EventBody::MessageEdited { message });
            }
            attempts.again().await?;
        }
    }

    async fn select_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let mut attempts = Attempts::default();
        loop {
            let head = there(self.head(owner, session).await?)?;
            let event = next_event(&head, EventKind::SessionUpdated, now);
            let (after, pending, known) = match self.plan_selection(&head, session, message).await {
                Err(StoreError::Corrupt(fault)) => {
                    attempts.torn(&fault).await?;
                    continue;
                }
                plan => plan?,
            };
            let after = HeadDoc { seq: event.seq, ..after };
            let pending = Pending { event: Some(event), ..pending };
            if let Some(kept) = self.commit(&head, after, pending, known).await? {
                let session = heads::session(&kept)?;
                return telling::event(&kept.row(), now, EventBody::SessionUpdated { session });
            }
            attempts.again().await?;
        }
    }
}

/// The event of a message, and those of its further replies.
fn with_further(first: &EventDoc, replies: &[NewReply]) -> Vec<EventDoc> {
    let further = (1..).zip(replies.iter().skip(1)).map(|(place, reply)| EventDoc {
        seq: first.seq + place,
        kind: EventKind::ReplyQueued.as_str().to_owned(),
        message_id: None,
        reply_id: Some(id(reply.id.0)),
        ..first.clone()
    });
    std::iter::once(first.clone()).chain(further).collect()
}

impl Place {
    /// What a new message hangs on, by id and depth.
    fn row(&self) -> Option<(uuid::Uuid, i64)> {
        self.parent.as_ref().map(|parent| (uuid(parent.link.id), parent.link.depth))
    }

    fn siblings_with(&self, new: &messages::Model) -> Vec<MessageId> {
        let mut all = self.siblings.clone();
        all.push((new.created_at, id(new.id)));
        sorted(&mut all)
    }
}

impl MongoStore {
    /// Hangs new messages, each below the one before, at a place that becomes the end of the way in view, and theirs; with what one that
    /// is written already was made from.
    async fn hang(
        &self,
        head: &HeadDoc,
        place: &Place,
        new: &[&messages::Model],
        after: HeadDoc,
        mut events: Vec<EventDoc>,
        trace: Option<TraceDoc>,
    ) -> StoreResult<Option<HeadDoc>> {
        let first = new.first().map(|row| id(row.id));
        let last = new.last().map(|row| (id(row.id), row.depth));
        let mut after = HeadDoc {
            seq: events.last().map_or(head.seq, |event| event.seq),
            leaf_id: last.map(|(id, _)| id),
            leaf_depth: last.map(|(_, depth)| depth),
            ..after
        };
        let turn = match &place.parent {
            None => Turn { stays: -1, links: Vec::new() },
            Some(spot) if spot.in_view => Turn { stays: spot.link.depth, links: Vec::new() },
            Some(spot) => self.climb(head.id, spot.link, None).await?,
        };
        let change = head.change + 1;
        let further = events.split_off(events.len().min(1));
        let mut pending = Pending {
            event: events.pop(),
            further,
            insert: new.iter().map(|row| MessageDoc::of(row, change)).collect(),
            way: place.parent.as_ref().map(|spot| Way {
                end: spot.link.id,
                end_depth: spot.link.depth,
                stays: turn.stays,
                next: first,
            }),
            trace,
            ..Pending::default()
        };
        if !place.is_end {
            pending.hide_below = Some(turn.stays);
            pending.follow = Some(Follow::Turned { depth: turn.stays + 1 });
        }
        match place.parent {
            None => after.active_root_id = first,
            Some(_) => after.active_root_id = turn.root().or(after.active_root_id),
        }
        self.commit(head, after, pending, Known { links: Some(turn.links), gone: None }).await
    }

    async fn plan_deletion(
        &self,
        head: &HeadDoc,
        message: MessageId,
        now: i64,
    ) -> StoreResult<(HeadDoc, Pending, Known)> {
        let gone = self.live(SessionId(uuid(head.id)), message).await?;
        let branches = [gone.branch_id];
        let (below, branch) = tokio::try_join!(self.below(head.id, gone.id, None), self.hanging(head.id, &branches))?;
        let heir =
            branch.into_iter().filter(|link| link.id != gone.id).max_by_key(|link| (link.created_at, link.id.bytes()));
        let event = EventDoc { message_id: Some(gone.id), ..next_event(head, EventKind::MessageDeleted, now) };
        let mut after = HeadDoc { seq: event.seq, ..head.clone() };
        let mut pending = Pending {
            event: Some(event),
            follow: Some(Follow::Erased { depth: gone.depth, in_view: gone.in_view }),
            erase: Some(Erase { message_id: gone.id, at: now }),
            ..Pending::default()
        };
        let mut links = None;
        match heir {
            Some(heir) if gone.in_view => {
                let mut way = vec![heir];
                way.extend(self.descend(head.id, heir).await?);
                let end = way.last().copied().unwrap_or(heir);
                (after.leaf_id, after.leaf_depth) = (Some(end.id), Some(end.depth));
                if gone.parent_id.is_none() {
                    after.active_root_id = Some(heir.id);
                }
                pending.way = Some(Way { end: end.id, end_depth: end.depth, stays: heir.depth - 1, next: None });
                links = Some(way);
            }
            heir => {
                pending.point = gone.parent_id.map(|parent| Point {
                    message_id: parent,
                    from: gone.id,
                    to: heir.map(|heir| heir.id),
                });
                if gone.in_view {
                    (after.leaf_id, after.leaf_depth) = (gone.parent_id, gone.parent_id.map(|_| gone.depth - 1));
                    if gone.parent_id.is_none() {
                        after.active_root_id = None;
                    }
                }
            }
        }
        Ok((after, pending, Known { links, gone: Some(below) }))
    }

    async fn plan_selection(
        &self,
        head: &HeadDoc,
        session: SessionId,
        message: MessageId,
    ) -> StoreResult<(HeadDoc, Pending, Known)> {
        let target = self.live(session, message).await?;
        let mut after = head.clone();
        let mut pending = Pending::default();
        if target.in_view {
            return Ok((after, pending, Known::default()));
        }
        let link = Link::of(&target);
        let mut turn = self.climb(head.id, link, None).await?;
        turn.links.extend(self.descend(head.id, link).await?);
        let end = turn.links.last().copied().unwrap_or(link);
        (after.leaf_id, after.leaf_depth) = (Some(end.id), Some(end.depth));
        after.active_root_id = turn.root().or(after.active_root_id);
        pending.follow = Some(Follow::Turned { depth: turn.stays + 1 });
        pending.hide_below = Some(turn.stays);
        pending.way = Some(Way { end: end.id, end_depth: end.depth, stays: turn.stays, next: None });
        Ok((after, pending, Known { links: Some(turn.links), gone: None }))
    }

    async fn accepted_before(&self, owner: UserId, session: SessionId, seq: i64) -> StoreResult<Accepted> {
        match self.event_at(session.0, seq).await? {
            Some((head, event)) if uuid(head.owner_id) == owner.0 => {
                Ok(Accepted { event, queued: Vec::new(), repeated: true })
            }
            _ => Err(StoreError::NotFound),
        }
    }
}
