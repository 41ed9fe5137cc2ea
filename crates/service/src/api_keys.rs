//! API keys: made, changed and revoked by a person, and shown by the programs that talk for them.
//!
//! A key is told once. What is kept is its hash, so that nobody who reads the store can call with it; it is as random as a hash is long, so
//! a plain one is enough.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bus::{Bus, Rate};
use domain::api_keys::{self, ApiKey, ApiKeyPatch, ApiKeyScope};
use domain::ids::{ApiKeyId, CharacterId, UserId};
use domain::validation::FieldError;
use sha2::{Digest, Sha256};
use store::Stores;
use store::devices::TokenHash;
use time::OffsetDateTime;

use crate::app::AppParts;
use crate::characters::Characters;
use crate::clock::Clock;
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

/// What keys begin with, so that people and scanners of leaked secrets know them.
const PREFIX: &str = "talker_";

/// How many characters of a key stand in lists.
const HINT: usize = PREFIX.len() + 4;

/// How exactly it is known when a key was last shown: one write in this time.
const USED_EVERY: time::Duration = time::Duration::HOUR;

/// How often keys are made.
const MADE: Rate = Rate { burst: 64, per: Duration::from_secs(60 * 60) };

/// The use cases of API keys.
#[derive(Clone)]
pub struct ApiKeys {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
}

/// What a person wants a key for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// What it is for, in their words.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<ApiKeyScope>,
    /// With whom it talks; `None` is everybody.
    pub characters: Option<Vec<CharacterId>>,
    /// When it ends; `None` is never.
    pub expires_at: Option<OffsetDateTime>,
}

/// A key that was just made. No `Debug`: it holds the secret.
pub struct MadeApiKey {
    /// The key, as it is kept.
    pub key: ApiKey,
    /// The key itself, told this once.
    pub secret: String,
}

impl ApiKeys {
    /// The service over these parts.
    pub(crate) fn new(parts: &AppParts, mint: Mint, characters: Characters) -> Self {
        let (stores, bus, clock) = (parts.stores.clone(), parts.bus.clone(), Arc::clone(&parts.clock));
        Self { stores, bus, clock, mint, characters }
    }

    /// Makes a key.
    ///
    /// # Errors
    /// `Invalid`, `Conflict(TooManyApiKeys)`, `Throttled`.
    pub async fn create(&self, user: UserId, wanted: NewApiKey) -> ServiceResult<MadeApiKey> {
        let now = self.clock.now();
        let name = api_keys::name(&wanted.name)?;
        let scopes = api_keys::scopes(&wanted.scopes)?;
        let expires_at = wanted.expires_at.map(|end| api_keys::expires_at(end, now)).transpose()?;
        let characters = match wanted.characters {
            Some(characters) => Some(self.met(user, &characters).await?),
            None => None,
        };
        self.bus.rates.take(&format!("api-keys:{user}"), MADE).await?;
        let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.mint.secret()));
        let hash = hash_of(&secret).ok_or_else(|| ServiceError::Internal("a key of ours has not our form".into()))?;
        let hint = secret.chars().take(HINT).collect();
        let id = self.mint.id();
        let key = ApiKey {
            id,
            user_id: user,
            name,
            hint,
            scopes,
            characters,
            created_at: now,
            expires_at,
            last_used_at: None,
        };
        self.stores.api_keys.create_api_key(&key, hash).await?;
        Ok(MadeApiKey { key, secret })
    }

    /// All keys of a person, the newest first.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn list(&self, user: UserId) -> ServiceResult<Vec<ApiKey>> {
        Ok(self.stores.api_keys.list_api_keys(user).await?)
    }

    /// Changes a key. What is said with it from now on is measured by what it is now.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn update(&self, user: UserId, id: ApiKeyId, patch: ApiKeyPatch) -> ServiceResult<ApiKey> {
        let now = self.clock.now();
        let characters = match patch.characters {
            Some(Some(characters)) => Some(Some(self.met(user, &characters).await?)),
            other => other,
        };
        let patch = ApiKeyPatch {
            name: patch.name.map(|name| api_keys::name(&name)).transpose()?,
            scopes: patch.scopes.map(|scopes| api_keys::scopes(&scopes)).transpose()?,
            characters,
            expires_at: match patch.expires_at {
                Some(Some(end)) => Some(Some(api_keys::expires_at(end, now)?)),
                other => other,
            },
        };
        Ok(self.stores.api_keys.update_api_key(user, id, &patch).await?)
    }

    /// Revokes a key: it opens nothing from now on.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn revoke(&self, user: UserId, id: ApiKeyId) -> ServiceResult<()> {
        match self.stores.api_keys.revoke_api_keys(user, Some(id)).await? {
            0 => Err(ServiceError::NotFound),
            _ => Ok(()),
        }
    }

    /// The key that is shown, as it is now.
    ///
    /// # Errors
    /// `Unauthenticated` when it is none, has ended, was revoked, or its person may not sign in.
    pub async fn authenticate(&self, secret: &str) -> ServiceResult<ApiKey> {
        let now = self.clock.now();
        let hash = hash_of(secret).ok_or(ServiceError::Unauthenticated)?;
        let found = self.stores.api_keys.find_api_key(hash, now).await?;
        let key = found.ok_or(ServiceError::Unauthenticated)?;
        if key.last_used_at.is_none_or(|last| now - last >= USED_EVERY) {
            // Not known is no reason not to answer.
            if let Err(error) = self.stores.api_keys.use_api_key(key.id, now).await {
                tracing::warn!(api_key.id = %key.id, error = %error, "when a key was last used could not be kept");
            }
        }
        Ok(key)
    }

    /// Those characters, when the person may meet each.
    async fn met(&self, user: UserId, given: &[CharacterId]) -> ServiceResult<Vec<CharacterId>> {
        let characters = api_keys::characters(given)?;
        for (n, id) in given.iter().enumerate() {
            match self.characters.get(user, *id).await {
                Ok(_) => {}
                Err(ServiceError::NotFound) => {
                    return Err(FieldError::new(format!("characters.{n}"), "is nobody you can talk to").into());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(characters)
    }
}

/// What is kept of a key; `None` for a text that cannot be one.
fn hash_of(secret: &str) -> Option<TokenHash> {
    let mut bytes = [0; 32];
    let length = URL_SAFE_NO_PAD.decode_slice(secret.strip_prefix(PREFIX)?, &mut bytes).ok()?;
    (length == bytes.len()).then(|| Sha256::digest(secret.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn a_key_has_one_form() {
        let mint = Mint::new(Arc::new(SystemClock));
        let new = || format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(mint.secret()));
        let key = new();
        assert!(hash_of(&key).is_some() && hash_of(&key) != hash_of(&new()));
        for bad in
            ["", "talker_", "talker_AAAA", &key[1..], &format!("{key}A"), &format!("{key}\n"), &key.to_uppercase()]
        {
            assert_eq!(hash_of(bad), None, "{bad}");
        }
    }
}
