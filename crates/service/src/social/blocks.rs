//! Blocks and mutes.

use domain::blocks::Shunning;
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use domain::privacy::Facet;
use domain::profiles::{PersonRef, SeenPerson};

use super::{ListedView, SHUNNINGS, Social};
use crate::{ServiceError, ServiceResult};

impl Social {
    /// Blocks somebody: the two are invisible to each other at once, and whatever was between them has ended. Once more is no
    /// news.
    ///
    /// # Errors
    /// `NotFound` when they are not there for the caller, `Conflict(TooManyBlocks)`, `Throttled`.
    pub async fn block(&self, user: UserId, person: &PersonRef) -> ServiceResult<()> {
        self.shun(user, person, Shunning::Block).await
    }

    /// Mutes somebody: nothing of theirs is told or suggested any more. They do not notice.
    ///
    /// # Errors
    /// `NotFound`, `Conflict(TooManyBlocks)`, `Throttled`.
    pub async fn mute(&self, user: UserId, person: &PersonRef) -> ServiceResult<()> {
        self.shun(user, person, Shunning::Mute).await
    }

    async fn shun(&self, user: UserId, person: &PersonRef, how: Shunning) -> ServiceResult<()> {
        let found = self.anybody(user, person).await?;
        self.bus.rates.take(&format!("shun:{user}"), SHUNNINGS).await?;
        self.shun_found(user, &found, how).await
    }

    /// The same, of somebody who was found, as often as one likes: with an archive all come at once.
    ///
    /// # Errors
    /// `NotFound`, `Conflict(TooManyBlocks)`.
    pub(crate) async fn shun_found(&self, user: UserId, found: &SeenPerson, how: Shunning) -> ServiceResult<()> {
        let other = found.profile.user;
        if found.relation.me {
            return Err(ServiceError::NotFound);
        }
        // Whoever is met in a group can be got rid of, though their card is for others.
        let reached = found.shows(Facet::Card) || (found.relation.blocks && how == Shunning::Block);
        if !reached && !self.are_met(user, found).await? {
            return Err(ServiceError::NotFound);
        }
        let news = self.stores.blocks.shun(user, other, how, self.clock.now()).await?;
        if news && how == Shunning::Block {
            // Whoever had nothing to do with them must not be led to look.
            let was = found.relation;
            let led = (was.friend || was.asked || was.asks).then_some(other);
            self.friends_changed(std::iter::once(user).chain(led));
        }
        Ok(())
    }

    /// Ends a block or a mute.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn unshun(&self, user: UserId, person: &PersonRef, how: Shunning) -> ServiceResult<()> {
        // One's own list names them, also those who have blocked the caller as well.
        let found = self.stores.profiles.find_profile(user, person, self.today()).await?;
        let other = found.ok_or(ServiceError::NotFound)?.person.profile.user;
        match self.stores.blocks.unshun(user, other, how).await? {
            true => Ok(()),
            false => Err(ServiceError::NotFound),
        }
    }

    /// Whom one blocks or mutes, the newest first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page_shunned(
        &self,
        user: UserId,
        how: Shunning,
        page: &PageRequest,
    ) -> ServiceResult<Page<ListedView>> {
        let found = self.stores.blocks.page_shunned(user, how, page, self.today()).await?;
        Ok(self.with_presence(found).await)
    }
}
