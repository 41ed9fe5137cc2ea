//! Places, by keys and by the index of the list of sessions: many in one command.

use async_trait::async_trait;
use domain::ids::{MessageId, SessionId, UserId};
use futures_util::TryStreamExt;
use mongodb::bson::{Document, doc};
use serde::Deserialize;
use time::OffsetDateTime;

use super::MongoStore;
use super::documents::{Id, id, ids, uuid};
use super::views::by_id;
use crate::StoreResult;
use crate::places::{Place, PlaceStore, Written};
use crate::sql::rows;

/// A session, as far as it is asked how far it has come. Of one that is gone nothing but its id is left.
#[derive(Debug, Deserialize)]
struct At {
    #[serde(rename = "_id")]
    id: Id,
    #[serde(default)]
    owner_id: Option<Id>,
    #[serde(default)]
    seq: i64,
}

/// How many events beyond what was read are looked at.
const LOOKED_AT: i64 = 400;

impl MongoStore {
    async fn places_of(&self, query: Document) -> StoreResult<Vec<Place>> {
        let heads = self.db().heads.clone_with_type::<At>();
        let found = self.db().all(heads.find(query).projection(doc! { "owner_id": 1, "seq": 1 })).await?;
        let mut places = Vec::with_capacity(found.len());
        for at in found {
            if let Some(owner) = at.owner_id {
                let owner = UserId(uuid(owner));
                places.push(Place { session_id: SessionId(uuid(at.id)), owner, seq: rows::number(at.seq)? });
            }
        }
        Ok(places)
    }
}

#[async_trait]
impl PlaceStore for MongoStore {
    async fn places(&self, sessions: &[SessionId]) -> StoreResult<Vec<Place>> {
        let mut found = Vec::with_capacity(sessions.len());
        for block in ids(sessions.iter().map(|session| session.0)).chunks(1_000) {
            found.extend(self.places_of(doc! { "_id": { "$in": block } }).await?);
        }
        Ok(found)
    }

    async fn place_of_shared(&self, message: MessageId) -> StoreResult<Option<Place>> {
        let found = self.db().run(async { self.db().messages.find_one(by_id(message)).await }).await?;
        let there = found.filter(|message| message.deleted_at.is_none());
        let session = there.map(|message| SessionId(uuid(message.session_id))).filter(|session| session.is_shared());
        match session {
            Some(session) => Ok(self.places(&[session]).await?.pop()),
            None => Ok(None),
        }
    }

    async fn lately(&self, people: &[UserId], since: OffsetDateTime) -> StoreResult<Vec<Place>> {
        let mut found = Vec::new();
        for block in ids(people.iter().map(|person| person.0)).chunks(1_000) {
            // Both values of `pinned`, so that the index leads to the time.
            let query = doc! {
                "owner_id": { "$in": block },
                "character_id": { "$exists": true },
                "archived": false,
                "pinned": { "$in": [false, true] },
                "last_message_at": { "$gt": rows::micros(since) },
            };
            found.extend(self.places_of(query).await?);
        }
        let memberships = self.sql().memberships(people).await?;
        for block in memberships.chunks(1_000) {
            let query = doc! {
                "_id": { "$in": ids(block.iter().map(|membership| membership.session_id.0)) },
                "last_message_at": { "$gt": rows::micros(since) },
            };
            for place in self.places_of(query).await? {
                let of = block.iter().filter(|membership| membership.session_id == place.session_id);
                found.extend(of.map(|membership| Place { owner: membership.user_id, ..place }));
            }
        }
        Ok(found)
    }

    async fn unread(&self, since: &[(SessionId, u64)]) -> StoreResult<Vec<(SessionId, u64)>> {
        #[derive(Deserialize)]
        struct Unread {
            #[serde(rename = "_id")]
            session: Id,
            unread: i64,
        }
        let mut found = Vec::with_capacity(since.len());
        for block in since.chunks(100) {
            let beyond: Vec<Document> = block
                .iter()
                .map(|(session, seq)| {
                    let seq = rows::signed(*seq);
                    doc! { "session_id": id(session.0), "seq": { "$gt": seq, "$lte": seq.saturating_add(LOOKED_AT) } }
                })
                .collect();
            let kinds = ["message_accepted", "reply_completed"];
            let pipeline = vec![
                doc! { "$match": { "$or": beyond, "kind": { "$in": kinds.as_slice() } } },
                doc! { "$group": { "_id": "$session_id", "unread": { "$sum": 1_i64 } } },
            ];
            let counted: Vec<Unread> = self
                .db()
                .run(async { self.db().events.aggregate(pipeline).with_type::<Unread>().await?.try_collect().await })
                .await?;
            for unread in counted {
                found.push((SessionId(uuid(unread.session)), rows::number(unread.unread)?));
            }
        }
        Ok(found)
    }

    async fn written(&self, replies: &[MessageId]) -> StoreResult<Vec<Written>> {
        let found = self.messages(&ids(replies.iter().map(|reply| reply.0))).await?;
        let standing = found.into_iter().filter(|message| message.deleted_at.is_none());
        standing
            .map(|message| {
                let row = message.row();
                Ok(Written { reply_id: MessageId(row.id), status: rows::closed(&row.status)?, content: row.content })
            })
            .collect()
    }
}
