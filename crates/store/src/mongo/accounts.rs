//! Accounts are kept in the relational store; with one of them, what it said here goes.

use async_trait::async_trait;
use domain::accounts::{User, UserPatch};
use domain::ids::{SessionId, UserId};
use mongodb::bson::doc;
use serde::Deserialize;
use time::OffsetDateTime;

use super::MongoStore;
use super::documents::{HeadDoc, Id, id as id_of};
use super::heads::Attempts;
use super::pending::{Known, Pending};
use crate::accounts::{AccountStore, Login};
use crate::sql::rows;
use crate::{StoreError, StoreResult};

#[async_trait]
impl AccountStore for MongoStore {
    async fn create_user(&self, user: &User, password_hash: &str) -> StoreResult<()> {
        self.sql().create_user(user, password_hash).await
    }

    async fn find_user(&self, id: UserId) -> StoreResult<Option<User>> {
        self.sql().find_user(id).await
    }

    async fn find_login(&self, login: &str) -> StoreResult<Option<Login>> {
        self.sql().find_login(login).await
    }

    async fn update_user(&self, id: UserId, patch: &UserPatch, now: OffsetDateTime) -> StoreResult<User> {
        self.sql().update_user(id, patch, now).await
    }

    async fn set_password(&self, id: UserId, password_hash: &str, now: OffsetDateTime) -> StoreResult<()> {
        self.sql().set_password(id, password_hash, now).await
    }

    async fn delete_user(&self, id: UserId, now: OffsetDateTime) -> StoreResult<()> {
        let at = rows::micros(now);
        // Said here first: whoever finds nobody there any more then removes what is here.
        self.note_departure(id, at).await?;
        self.bequeath(id, at).await?;
        match self.db().step(self.sql().delete_user(id, now)).await {
            Ok(()) => self.clear_person(id, at).await,
            Err(StoreError::NotFound) => {
                // Somebody died in the midst of it, or is at it: it is done when what is here is gone.
                let is_left = self.has_sessions(id).await?;
                self.clear_person(id, at).await?;
                if is_left { Ok(()) } else { Err(StoreError::NotFound) }
            }
            Err(error) => Err(error),
        }
    }
}

impl MongoStore {
    /// What the person shares passes to others, and what they said there is taken back: before anything of them goes.
    async fn bequeath(&self, person: UserId, at: i64) -> StoreResult<()> {
        for (session, heir) in self.sql().heirs(person).await? {
            let mut attempts = Attempts::default();
            while let Some(head) = self.head(person, SessionId(session)).await? {
                let after = HeadDoc { owner_id: id_of(heir), ..head.clone() };
                if self.commit(&head, after, Pending::default(), Known::default()).await?.is_some() {
                    break;
                }
                attempts.again().await?;
            }
        }
        let said = doc! { "author_id": id_of(person.0) };
        let messages = self.db().messages.clone_with_type::<Named>();
        let found = self.db().all(messages.find(said.clone()).projection(doc! { "session_id": 1 })).await?;
        for block in found.chunks(1_000) {
            let ids: Vec<Id> = block.iter().map(|message| message.id).collect();
            let sessions: Vec<Id> = block.iter().map(|message| message.session_id).collect();
            let query = doc! { "session_id": { "$in": sessions }, "message_id": { "$in": ids } };
            self.db().run(self.db().revisions.delete_many(query)).await?;
        }
        let blank = doc! { "$set": { "content": "", "edited_at": at }, "$inc": { "revision": 1_i64 } };
        self.db().run(self.db().messages.update_many(said, blank)).await.map(|_| ())
    }
}

/// A message, as far as it is looked for.
#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "_id")]
    id: Id,
    session_id: Id,
}
