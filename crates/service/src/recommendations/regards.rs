//! What a person makes of a character, and the tags they name as theirs.

use domain::characters::tags;
use domain::ids::{CharacterId, EventId, UserId};
use domain::recommendations::{Regard, RegardChange};
use store::recommendations::Recall;

use super::Recommendations;
use crate::ServiceResult;

impl Recommendations {
    /// Changes what a person makes of a character. What says so already stays as it is.
    ///
    /// # Errors
    /// `NotFound`, `Throttled`.
    pub async fn change_regard(
        &self,
        person: UserId,
        character: CharacterId,
        change: RegardChange,
    ) -> ServiceResult<Regard> {
        let inner = &self.inner;
        inner.bus.rates.take(&format!("regards:{person}"), inner.config.changes).await?;
        // No client calls an event so.
        let id = format!(":{}", inner.mint.id::<EventId>());
        Ok(inner.stores.tastes.change_regard(person, character, change, &id, inner.clock.now()).await?)
    }

    /// The tags a person named as theirs.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn tastes(&self, person: UserId) -> ServiceResult<Vec<String>> {
        let nothing_else = Recall { until: Some(0), signals: 0, shown: 0, settled: 0 };
        Ok(self.inner.stores.tastes.acquaintance(person, nothing_else).await?.tags)
    }

    /// Sets the tags a person names as theirs; as they are kept.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`.
    pub async fn set_tastes(&self, person: UserId, named: &[String]) -> ServiceResult<Vec<String>> {
        let named = tags(named)?;
        self.inner.stores.tastes.set_tastes(person, &named).await?;
        Ok(named)
    }
}
