//! Settings of accounts, with the one secret of the server.

use std::time::Duration;

use bus::Rate;
use domain::consents::Documents;

/// The shortest secret that signs tokens: as long as the hash behind the signature.
const SECRET_BYTES: usize = 32;

// Phones in tunnels; and less than an access token lives, so that two who share a token find each other out.
const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
const QUARTER_HOUR: Duration = Duration::from_secs(15 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The secret that signs access tokens. It is never shown, also not by `Debug`.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// A secret that could be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret key must have at least {SECRET_BYTES} bytes, not {length}")]
pub struct ShortSecret {
    /// How many it has.
    pub length: usize,
}

impl Secret {
    /// A secret of at least 32 bytes.
    ///
    /// # Errors
    /// When it is shorter.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, ShortSecret> {
        let bytes = bytes.into();
        if bytes.len() < SECRET_BYTES { Err(ShortSecret { length: bytes.len() }) } else { Ok(Self(bytes)) }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Settings of accounts.
#[derive(Debug, Clone)]
pub struct AccountsConfig {
    /// Signs access tokens.
    pub secret_key: Secret,
    /// Whether people may make accounts for themselves.
    pub registration: bool,
    /// How long an access token is good.
    pub access_ttl: Duration,
    /// How long a device stays signed in without a sign of life.
    pub refresh_ttl: Duration,
    /// How long a refresh token that was replaced may be shown again by whoever never got the answer.
    pub refresh_leeway: Duration,
    /// How often a password may be tried for one account; whole again after the right one.
    pub logins_per_account: Rate,
    /// How often passwords may be tried from one address.
    pub logins_per_address: Rate,
    /// How many accounts may be made from one address.
    pub registrations_per_address: Rate,
    /// What people agree to.
    pub documents: Documents,
    /// Passwords that are hashed at the same time; more wait. Each takes 19 MiB and a thread.
    pub concurrent_hashes: usize,
}

impl AccountsConfig {
    /// The usual settings with this secret.
    #[must_use]
    pub fn new(secret_key: Secret) -> Self {
        Self {
            secret_key,
            registration: true,
            access_ttl: QUARTER_HOUR,
            refresh_ttl: MONTH,
            refresh_leeway: FIVE_MINUTES,
            logins_per_account: Rate { burst: 10, per: QUARTER_HOUR },
            logins_per_address: Rate { burst: 50, per: QUARTER_HOUR },
            registrations_per_address: Rate { burst: 20, per: HOUR },
            documents: Documents::default(),
            concurrent_hashes: 3,
        }
    }
}
