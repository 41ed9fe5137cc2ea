//! Accounts: who people are, and how they prove it.

use async_trait::async_trait;
use domain::accounts::{User, UserPatch};
use domain::ids::UserId;
use time::OffsetDateTime;

use crate::StoreResult;

/// An account with the hash that proves a password (PHC string, argon2id).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The account.
    pub user: User,
    /// The PHC string.
    pub password_hash: String,
}

/// Keeps accounts.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Keeps a new account. Conflicts: `UsernameTaken`, `EmailTaken`.
    async fn create_user(&self, user: &User, password_hash: &str) -> StoreResult<()>;
    /// The account with this id.
    async fn find_user(&self, id: UserId) -> StoreResult<Option<User>>;
    /// The account whose user name or e-mail address is `login` (in lower case).
    async fn find_login(&self, login: &str) -> StoreResult<Option<Login>>;
    /// Changes an account and returns it. Conflict: `EmailTaken`.
    async fn update_user(&self, id: UserId, patch: &UserPatch, now: OffsetDateTime) -> StoreResult<User>;
    /// Sets another password.
    async fn set_password(&self, id: UserId, password_hash: &str, now: OffsetDateTime) -> StoreResult<()>;
    /// Deletes the account and all that is the person's: devices, sessions, messages, images. Characters they made are
    /// deleted as by [`crate::characters::CharacterStore::delete_character`].
    async fn delete_user(&self, id: UserId, now: OffsetDateTime) -> StoreResult<()>;
}
