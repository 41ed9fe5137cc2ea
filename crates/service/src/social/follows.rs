//! Following people and characters.

use domain::follows::CharacterFollow;
use domain::ids::{CharacterId, UserId};
use domain::pages::{Page, PageRequest};
use domain::privacy::Facet;
use domain::profiles::{PersonRef, SeenPerson};
use domain::recommendations::RecommendationEventType;
use store::follows::FollowSide;

use super::{FOLLOWS, ListedView, Social};
use crate::characters::CharacterView;
use crate::{ServiceError, ServiceResult};

impl Social {
    /// Follows somebody.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` where they show themselves to friends only, `Conflict(TooManyFollows)`, `Throttled`.
    pub async fn follow(&self, user: UserId, person: &PersonRef) -> ServiceResult<SeenPerson> {
        let mut found = self.seen(user, person, Facet::Card).await?.person;
        if found.relation.follows {
            return Ok(found);
        }
        if !found.shows(Facet::Follow) {
            return Err(ServiceError::Forbidden);
        }
        self.bus.rates.take(&format!("follow:{user}"), FOLLOWS).await?;
        let news = self.stores.follows.set_follow(user, found.profile.user, true, self.clock.now()).await?;
        found.relation.follows = true;
        if news {
            self.tell_follower(user, &found);
        }
        Ok(found)
    }

    /// Follows somebody no more.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn unfollow(&self, user: UserId, person: &PersonRef) -> ServiceResult<SeenPerson> {
        let mut found = self.anybody(user, person).await?;
        if !found.shows(Facet::Card) && !found.relation.follows {
            return Err(ServiceError::NotFound);
        }
        self.stores.follows.set_follow(user, found.profile.user, false, self.clock.now()).await?;
        found.relation.follows = false;
        Ok(found)
    }

    /// Who follows somebody, or whom they follow, the newest first.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` where the viewer must not know them, `InvalidCursor`.
    pub async fn page_follows(
        &self,
        viewer: UserId,
        person: &PersonRef,
        side: FollowSide,
        page: &PageRequest,
    ) -> ServiceResult<Page<ListedView>> {
        let of = self.open_to(viewer, person, Facet::Follows).await?.person.profile.user;
        let found = self.stores.follows.page_follows(viewer, of, side, page, self.today()).await?;
        Ok(self.with_presence(found).await)
    }

    /// The characters that somebody follows, the newest first.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` where the viewer must not know them, `InvalidCursor`.
    pub async fn page_followed_characters(
        &self,
        viewer: UserId,
        person: &PersonRef,
        page: &PageRequest,
    ) -> ServiceResult<Page<CharacterView>> {
        let of = self.open_to(viewer, person, Facet::Follows).await?.person.profile.user;
        let found = self.stores.follows.page_followed_characters(viewer, of, page).await?;
        let items = CharacterView::of_all(&self.stores, viewer, found.items).await?;
        Ok(Page { items, next_cursor: found.next_cursor })
    }

    /// Follows a character, or no more.
    ///
    /// # Errors
    /// `NotFound`, `Conflict(TooManyFollows)`, `Throttled`.
    pub async fn set_character_follow(
        &self,
        user: UserId,
        character: CharacterId,
        follow: bool,
    ) -> ServiceResult<CharacterFollow> {
        if follow {
            self.bus.rates.take(&format!("follow:{user}"), FOLLOWS).await?;
        } else {
            self.known(user, character).await?;
        }
        let set = self.stores.follows.set_character_follow(user, character, follow, self.clock.now()).await?;
        if set.news {
            let kind = if follow { RecommendationEventType::Follow } else { RecommendationEventType::Unfollow };
            self.recommendations.write(user, character, kind).await;
        }
        Ok(set.stands)
    }

    /// How somebody stands to a character.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn character_follow(&self, user: UserId, character: CharacterId) -> ServiceResult<CharacterFollow> {
        self.known(user, character).await?;
        Ok(self.stores.follows.character_follow(user, character).await?)
    }

    /// A character that the person sees, or follows from when they did.
    async fn known(&self, user: UserId, character: CharacterId) -> ServiceResult<()> {
        if self.stores.characters.find_character(user, character).await?.is_some() {
            return Ok(());
        }
        let follow = self.stores.follows.character_follow(user, character).await?;
        if follow.following { Ok(()) } else { Err(ServiceError::NotFound) }
    }
}
