//! Reading moments: one, those of somebody, and the feed.

use domain::chats::Author;
use domain::ids::{CharacterId, MomentId, UserId};
use domain::pages::{Page, PageRequest};
use domain::privacy::Facet;
use domain::profiles::PersonRef;

use super::{MomentView, Moments};
use crate::{ServiceError, ServiceResult};

impl Moments {
    /// A moment that the viewer sees.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, viewer: UserId, id: MomentId) -> ServiceResult<MomentView> {
        let inner = &self.inner;
        let found = inner.stores.moments.find_moment(viewer, id, inner.today()).await?;
        inner.view(viewer, found.ok_or(ServiceError::NotFound)?)
    }

    /// One's own moments, and those of friends and of whom one follows, the newest first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn feed(&self, viewer: UserId, page: &PageRequest) -> ServiceResult<Page<MomentView>> {
        let inner = &self.inner;
        inner.views(viewer, inner.stores.moments.page_feed(viewer, page, inner.today()).await?)
    }

    /// The moments of somebody that the viewer sees, the newest first.
    ///
    /// # Errors
    /// `NotFound` when the person is not there for the viewer, `InvalidCursor`.
    pub async fn page_of_person(
        &self,
        viewer: UserId,
        person: &PersonRef,
        page: &PageRequest,
    ) -> ServiceResult<Page<MomentView>> {
        let inner = &self.inner;
        let found = inner.stores.profiles.find_profile(viewer, person, inner.today()).await?;
        let found = found.filter(|profile| profile.person.shows(Facet::Card)).ok_or(ServiceError::NotFound)?;
        self.page_of(viewer, Author::Person(found.person.profile.user), page).await
    }

    /// The moments of a character that the viewer sees, the newest first.
    ///
    /// # Errors
    /// `NotFound` when she is not there for the viewer, `InvalidCursor`.
    pub async fn page_of_character(
        &self,
        viewer: UserId,
        character: CharacterId,
        page: &PageRequest,
    ) -> ServiceResult<Page<MomentView>> {
        let found = self.inner.stores.characters.find_character(viewer, character).await?;
        found.ok_or(ServiceError::NotFound)?;
        self.page_of(viewer, Author::Character(character), page).await
    }

    async fn page_of(&self, viewer: UserId, author: Author, page: &PageRequest) -> ServiceResult<Page<MomentView>> {
        let inner = &self.inner;
        inner.views(viewer, inner.stores.moments.page_moments(viewer, author, page, inner.today()).await?)
    }
}
