//! Where ids and secrets are made.

use std::sync::{Arc, Mutex};

use domain::ids::{EntityId, SessionId};
use rand::RngCore;
use rand::TryRngCore;
use rand::rngs::OsRng;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::clock::Clock;

/// Makes ids (UUIDv7: they sort by the time they were made) and secrets.
#[derive(Clone)]
pub struct Mint {
    clock: Arc<dyn Clock>,
    // Within one millisecond a count keeps ids in the order they were made.
    count: Arc<Mutex<ContextV7>>,
}

impl Mint {
    /// A mint with this clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, count: Arc::new(Mutex::new(ContextV7::new())) }
    }

    /// A new id.
    #[must_use]
    pub fn id<T: EntityId>(&self) -> T {
        let now = self.clock.now();
        let timestamp = Timestamp::from_unix(
            &*self.count,
            u64::try_from(now.unix_timestamp()).unwrap_or_default(),
            now.nanosecond(),
        );
        T::from(Uuid::new_v7(timestamp))
    }

    /// A new id of a session that several share.
    #[must_use]
    pub fn shared_session(&self) -> SessionId {
        self.id::<SessionId>().shared()
    }

    /// 32 bytes that nobody can guess.
    #[must_use]
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        OsRng.unwrap_err().fill_bytes(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use domain::ids::MessageId;

    #[test]
    fn ids_sort_in_the_order_they_were_made() {
        let mint = Mint::new(Arc::new(SystemClock));
        let made: Vec<MessageId> = (0..10_000).map(|_| mint.id()).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
    }
}
