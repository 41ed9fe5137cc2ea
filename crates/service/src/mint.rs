//! Where ids and secrets are made.

use std::sync::Arc;

use domain::ids::EntityId;
use rand::RngCore;
use rand::rngs::OsRng;
use rand::TryRngCore;
use uuid::{NoContext, Timestamp, Uuid};

use crate::clock::Clock;

/// Makes ids (UUIDv7: they sort by the time they were made) and secrets.
#[derive(Clone)]
pub struct Mint {
    clock: Arc<dyn Clock>,
}

impl Mint {
    /// A mint with this clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    /// A new id.
    #[must_use]
    pub fn id<T: EntityId>(&self) -> T {
        let now = self.clock.now();
        let timestamp = Timestamp::from_unix(NoContext, u64::try_from(now.unix_timestamp()).unwrap_or_default(), now.nanosecond());
        T::from(Uuid::new_v7(timestamp))
    }

    /// 32 bytes that nobody can guess.
    #[must_use]
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        OsRng.unwrap_err().fill_bytes(&mut bytes);
        bytes
    }
}
