//! What happened on routes, where the chat log is here and the route is there: which of the messages behind it stand is asked here.

use async_trait::async_trait;
use domain::ids::MessageId;
use domain::memories::Scope;
use domain::routes::RouteEvent;
use time::OffsetDateTime;

use super::MongoStore;
use crate::StoreResult;
use crate::routes::{Happening, ProgressStore, RouteHistory, Unlocking};

#[async_trait]
impl ProgressStore for MongoStore {
    async fn route_history(&self, scope: Scope) -> StoreResult<RouteHistory> {
        let mut history = self.sql().route_history(scope).await?;
        let standing = self.standing_among(scope.user, history.events.iter().map(|event| event.message_id)).await?;
        history.events.retain(|event| standing.contains(&event.message_id));
        Ok(history)
    }

    async fn keep_happening(&self, happening: &Happening) -> StoreResult<Vec<RouteEvent>> {
        self.sql().keep_happening(happening).await
    }

    async fn forget_happening(&self, scope: Scope, message: MessageId) -> StoreResult<()> {
        self.sql().forget_happening(scope, message).await
    }

    async fn note_unlocked(
        &self,
        scope: Scope,
        unlocked: &[Unlocking],
        now: OffsetDateTime,
    ) -> StoreResult<Vec<String>> {
        self.sql().note_unlocked(scope, unlocked, now).await
    }

    async fn begin_route_anew(&self, scope: Scope) -> StoreResult<()> {
        self.sql().begin_route_anew(scope).await
    }
}
