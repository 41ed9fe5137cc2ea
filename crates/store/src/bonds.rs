//! The port of bonds: what moved them, and what was looked at for that.
//!
//! An event counts as long as the message it follows from is in view: so another branch that is chosen, and chosen back, needs
//! nothing to be written. It goes when its message is edited or erased, with its session, and with its person or character.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::bonds::{BondEvent, BondSettings};
use domain::ids::{BondEventId, MessageId, SessionId};
use domain::memories::Scope;
use time::OffsetDateTime;

use crate::StoreResult;

/// What a bond is told from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BondHistory {
    /// How the person wants it.
    pub settings: BondSettings,
    /// What counts, in the order in which it was said.
    pub events: Vec<BondEvent>,
}

/// A message that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The id of the event, or of the note that there is none.
    pub id: BondEventId,
    /// The message.
    pub message: MessageId,
    /// When it was said.
    pub at: OffsetDateTime,
    /// What it moved; `None` when nothing.
    pub event: Option<BondEvent>,
}

/// Messages of one session that were judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judging {
    /// The two.
    pub scope: Scope,
    /// The session.
    pub session: SessionId,
    /// The version of the session's watermark before its messages were read: when one of them was edited since, or the way in
    /// view turned, nothing is kept.
    pub version: u64,
    /// Them, in their order.
    pub judged: Vec<Judged>,
    /// What moved nothing and was said before is no longer noted.
    pub forget_before: OffsetDateTime,
}

/// The store of bonds.
#[async_trait]
pub trait BondStore: Send + Sync {
    /// What the bond of two is told from.
    async fn bond(&self, scope: Scope) -> StoreResult<BondHistory>;

    /// Which of these messages were judged.
    async fn judged(&self, scope: Scope, messages: &[MessageId]) -> StoreResult<HashSet<MessageId>>;

    /// How many messages of a person to a character were judged since then.
    async fn count_judged(&self, scope: Scope, since: OffsetDateTime) -> StoreResult<u64>;

    /// Keeps what was judged: each message once, and nothing that was said before the bond was begun anew, or while it was off.
    /// `Outdated` when what was judged has changed since it was read; `NotFound` when session, person or character are gone.
    async fn keep_judged(&self, judging: &Judging) -> StoreResult<()>;

    /// Switches a bond on or off; what was said before it was switched on is never judged. `NotFound` without the two.
    async fn switch_bond(&self, scope: Scope, on: bool, now: OffsetDateTime) -> StoreResult<BondSettings>;

    /// Takes away all that moved a bond, and the diary with it; what was said until now is never judged again. `NotFound` without the two.
    async fn begin_anew(&self, scope: Scope, now: OffsetDateTime) -> StoreResult<()>;
}
