//! Who may reach whom: asked before somebody writes to another, or asks them to come to a group.

use async_trait::async_trait;
use domain::ids::UserId;
use store::StoreResult;

/// Knows who may reach whom.
#[async_trait]
pub trait Circle: Send + Sync {
    /// Those of `others` whom `person` may write to and invite: they know each other, want it so, and neither keeps the other
    /// away.
    async fn reachable(&self, person: UserId, others: &[UserId]) -> StoreResult<Vec<UserId>>;
}

/// Nobody reaches anybody: for a server on which people cannot get to know each other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Strangers;

#[async_trait]
impl Circle for Strangers {
    async fn reachable(&self, _: UserId, _: &[UserId]) -> StoreResult<Vec<UserId>> {
        Ok(Vec::new())
    }
}
