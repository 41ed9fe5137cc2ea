//! Bonds, where the chat log is here and what moved them is there: which of the messages behind them stand is asked here.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::bonds::BondSettings;
use domain::ids::MessageId;
use domain::memories::Scope;
use time::OffsetDateTime;

use super::MongoStore;
use crate::StoreResult;
use crate::bonds::{BondHistory, BondStore, Judging};

#[async_trait]
impl BondStore for MongoStore {
    async fn bond(&self, scope: Scope) -> StoreResult<BondHistory> {
        let mut history = self.sql().bond(scope).await?;
        let standing = self.standing_among(scope.user, history.events.iter().map(|event| event.message_id)).await?;
        history.events.retain(|event| standing.contains(&event.message_id));
        Ok(history)
    }

    async fn judged(&self, scope: Scope, messages: &[MessageId]) -> StoreResult<HashSet<MessageId>> {
        self.sql().judged(scope, messages).await
    }

    async fn count_judged(&self, scope: Scope, since: OffsetDateTime) -> StoreResult<u64> {
        self.sql().count_judged(scope, since).await
    }

    async fn keep_judged(&self, judging: &Judging) -> StoreResult<()> {
        self.sql().keep_judged(judging).await
    }

    async fn switch_bond(&self, scope: Scope, on: bool, now: OffsetDateTime) -> StoreResult<BondSettings> {
        self.sql().switch_bond(scope, on, now).await
    }

    async fn begin_anew(&self, scope: Scope, now: OffsetDateTime) -> StoreResult<()> {
        self.sql().begin_anew(scope, now).await
    }
}
