//! Notices: what all devices of a person are told as it happens.

use std::sync::Arc;

use async_trait::async_trait;
use domain::events::SessionEvent;
use domain::ids::{CharacterId, DeviceId, SessionId, UserId};
use tokio::sync::broadcast;

/// Something the devices of a person should know.
#[derive(Debug, Clone)]
pub enum Notice {
    /// An event in one of their sessions.
    Event(Arc<SessionEvent>),
    /// Something happened in one of their sessions; what, is in the store.
    Moved {
        /// Where.
        session_id: SessionId,
        /// The place of the newest event.
        seq: u64,
    },
    /// They are typing, on this device; or another member of the session is.
    Typing {
        /// Where.
        session_id: SessionId,
        /// On which device.
        device_id: DeviceId,
        /// Who, in a session that several share.
        user_id: Option<UserId>,
    },
    /// Somebody asks them to come to a group.
    Invited {
        /// Where.
        session_id: SessionId,
    },
    /// A member of a session that several share has read further.
    Read {
        /// Where.
        session_id: SessionId,
        /// Who.
        user_id: UserId,
        /// Up to which place.
        seq: u64,
    },
    /// Their friends, or the requests that wait, are others than before; which, is in the store.
    FriendsChanged,
    /// A friend came, or went.
    Presence {
        /// Who.
        user_id: UserId,
        /// Whether they are here; `None` when that is not for them to know any more.
        online: Option<bool>,
    },
    /// A character has read so far in a chat that is long, and remembers it.
    Remembering {
        /// Which.
        session_id: SessionId,
        /// Who.
        character_id: CharacterId,
        /// So many of its messages in view.
        done: u32,
        /// Of so many.
        total: u32,
    },
    /// A character remembers otherwise than before.
    MemoryChanged {
        /// Who.
        character_id: CharacterId,
    },
    /// How they stand with a character is another than before.
    BondChanged {
        /// Who.
        character_id: CharacterId,
        /// The key of the stage that was reached by it.
        reached: Option<String>,
    },
    /// A scene of a character's route was unlocked.
    RouteUnlocked {
        /// Whose.
        character_id: CharacterId,
        /// The id of the scene.
        scene_id: String,
        /// What it is called.
        title: String,
    },
    /// Something changed in their inbox; what, is in the store.
    Inbox {
        /// How far it has come.
        seq: u64,
    },
    /// They have talked for long: what their devices should say is in the store.
    Reminder,
    /// A device was signed out.
    SignedOut {
        /// Which; `None` means all of them.
        device_id: Option<DeviceId>,
    },
}

/// What a subscription gives.
#[derive(Debug, Clone)]
pub enum Received {
    /// A notice, in the order of publishing.
    Notice(Notice),
    /// Some notices were lost because the reader was slow, or the bus was: read the store.
    Lagged,
    /// The bus has ended.
    Closed,
}

/// The notices to one person from now on.
#[derive(Debug)]
pub struct Subscription {
    receiver: broadcast::Receiver<Received>,
    // Held so that the channel can be dropped when the last subscriber leaves.
    _guard: Box<dyn std::any::Any + Send + Sync>,
}

impl Subscription {
    /// A subscription that reads `receiver` and keeps `guard` alive.
    #[must_use]
    pub fn new(receiver: broadcast::Receiver<Received>, guard: impl std::any::Any + Send + Sync) -> Self {
        Self { receiver, _guard: Box::new(guard) }
    }

    /// The next notice. Safe to cancel.
    pub async fn next(&mut self) -> Received {
        match self.receiver.recv().await {
            Ok(received) => received,
            Err(broadcast::error::RecvError::Lagged(_)) => Received::Lagged,
            Err(broadcast::error::RecvError::Closed) => Received::Closed,
        }
    }

    /// The next notice if it is there already.
    pub fn try_next(&mut self) -> Option<Received> {
        match self.receiver.try_recv() {
            Ok(received) => Some(received),
            Err(broadcast::error::TryRecvError::Lagged(_)) => Some(Received::Lagged),
            Err(broadcast::error::TryRecvError::Closed) => Some(Received::Closed),
            Err(broadcast::error::TryRecvError::Empty) => None,
        }
    }
}

/// Carries notices to people.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Tells all devices of `user`, on every node; never waits.
    fn publish(&self, user: UserId, notice: Notice);
    /// Tells the devices of `user` on this node only; never waits.
    fn tell_here(&self, user: UserId, notice: Notice);
    /// Listens to the notices for `user`: what is published on any node after this returns is heard, or it lags. It waits
    /// for a moment at most.
    async fn subscribe(&self, user: UserId) -> Subscription;
}
