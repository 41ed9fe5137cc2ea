//! Accounts are kept in the relational store; with one of them, what it said here goes.

use async_trait::async_trait;
use domain::accounts::{User, UserPatch};
use domain::ids::UserId;
use time::OffsetDateTime;

use super::MongoStore;
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
