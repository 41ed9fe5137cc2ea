//! API keys: what is kept of them is a hash, and what the person said of them.

use async_trait::async_trait;
use domain::api_keys::{ApiKey, ApiKeyPatch};
use domain::ids::{ApiKeyId, UserId};
use time::OffsetDateTime;

use crate::StoreResult;
use crate::devices::TokenHash;

/// Keeps API keys.
#[async_trait]
pub trait ApiKeyStore: Send + Sync {
    /// Keeps a new key. Conflicts: `TooManyApiKeys`, `AccountDisabled`.
    async fn create_api_key(&self, key: &ApiKey, hash: TokenHash) -> StoreResult<()>;
    /// All keys of a person, the newest first, those that have ended among them.
    async fn list_api_keys(&self, user: UserId) -> StoreResult<Vec<ApiKey>>;
    /// Changes a person's own key.
    async fn update_api_key(&self, user: UserId, id: ApiKeyId, patch: &ApiKeyPatch) -> StoreResult<ApiKey>;
    /// Revokes one key of a person, or all of them; how many there were.
    async fn revoke_api_keys(&self, user: UserId, id: Option<ApiKeyId>) -> StoreResult<u64>;
    /// The key with this hash, while it is good: it has not ended, and its person may sign in.
    async fn find_api_key(&self, hash: TokenHash, now: OffsetDateTime) -> StoreResult<Option<ApiKey>>;
    /// A key was shown, at this time.
    async fn use_api_key(&self, id: ApiKeyId, now: OffsetDateTime) -> StoreResult<()>;
}
