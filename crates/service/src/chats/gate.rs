//! Gates: within one session, one change after the other.
//!
//! The store keeps them in order anyway. This keeps the telling in the same order as the doing, on this node.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use domain::ids::SessionId;
use parking_lot::Mutex;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// How many gates are kept before those nobody stands at are swept away.
const SWEEP_AT: usize = 4_096;

/// The gates of all sessions that are being changed.
#[derive(Default)]
pub(super) struct Gates {
    gates: Mutex<HashMap<SessionId, Weak<AsyncMutex<()>>>>,
}

impl Gates {
    /// Waits for one's turn in a session; it ends when the guard is dropped.
    pub(super) async fn enter(&self, session: SessionId) -> OwnedMutexGuard<()> {
        let gate = {
            let mut gates = self.gates.lock();
            if gates.len() >= SWEEP_AT {
                gates.retain(|_, gate| gate.strong_count() > 0);
            }
            match gates.get(&session).and_then(Weak::upgrade) {
                Some(gate) => gate,
                None => {
                    let gate = Arc::new(AsyncMutex::new(()));
                    gates.insert(session, Arc::downgrade(&gate));
                    gate
                }
            }
        };
        gate.lock_owned().await
    }
}
