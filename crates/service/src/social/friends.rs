//! Friends: asked for, accepted, declined, left.

use domain::friends::{Asked, Parted, RequestDirection};
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use domain::privacy::Facet;
use domain::profiles::{PersonRef, SeenPerson};

use super::{ASKS, ASKS_OF_ONE, ListedView, Social};
use crate::{ServiceError, ServiceResult};

impl Social {
    /// Asks for somebody's friendship; when they have asked as well, the two are friends.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` where they let nobody like the caller ask, `Conflict(TooManyFriends | TooManyRequests)`,
    /// `Throttled`.
    pub async fn ask_friend(&self, user: UserId, person: &PersonRef) -> ServiceResult<SeenPerson> {
        let found = self.seen(user, person, Facet::Card).await?.person;
        if found.relation.friend || found.relation.asked {
            return Ok(found);
        }
        if !found.shows(Facet::Ask) {
            return Err(ServiceError::Forbidden);
        }
        let other = found.profile.user;
        // An answer is not counted as a question.
        if !found.relation.asks {
            self.bus.rates.take(&format!("ask:{user}"), ASKS).await?;
            self.bus.rates.take(&format!("ask:{user}:{other}"), ASKS_OF_ONE).await?;
        }
        let asked = self.stores.friends.ask_friend(user, other, self.clock.now()).await?;
        Ok(self.after_asking(user, found, asked))
    }

    /// Says yes to somebody who has asked.
    ///
    /// # Errors
    /// `NotFound` when they have not, or not any more; `Conflict(TooManyFriends)`.
    pub async fn accept_friend(&self, user: UserId, person: &PersonRef) -> ServiceResult<SeenPerson> {
        let found = self.seen(user, person, Facet::Card).await?.person;
        let asked = self.stores.friends.accept_friend(user, found.profile.user, self.clock.now()).await?;
        Ok(self.after_asking(user, found, asked))
    }

    /// How the two stand after this came of a request, of which the other is told once.
    fn after_asking(&self, user: UserId, mut other: SeenPerson, asked: Asked) -> SeenPerson {
        let relation = &mut other.relation;
        (relation.friend, relation.asked, relation.asks) = match asked {
            Asked::Waits | Asked::WaitsAlready => (false, true, relation.asks),
            Asked::Friends | Asked::FriendsAlready => (true, false, false),
        };
        match asked {
            Asked::Waits => self.tell_asked(user, &other),
            Asked::Friends => self.tell_friend(user, &other),
            Asked::WaitsAlready | Asked::FriendsAlready => return other,
        }
        self.friends_changed([user, other.profile.user]);
        other
    }

    /// Ends what there is: the friendship, one's own request, or theirs, which is declined. They are not told.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn part_friends(&self, user: UserId, person: &PersonRef) -> ServiceResult<SeenPerson> {
        let mut found = self.anybody(user, person).await?;
        let relation = found.relation;
        // What there is can be ended also with somebody who is not shown any more.
        if !found.shows(Facet::Card) && !relation.friend && !relation.asked && !relation.asks {
            return Err(ServiceError::NotFound);
        }
        let other = found.profile.user;
        let parted = self.stores.friends.part_friends(user, other).await?;
        match parted {
            Parted::Friendship | Parted::OwnRequest => self.friends_changed([user, other]),
            // Whoever is declined does not learn of it.
            Parted::TheirRequest => self.friends_changed([user]),
            Parted::Nothing => {}
        }
        let relation = &mut found.relation;
        match parted {
            Parted::Friendship => relation.friend = false,
            Parted::OwnRequest => relation.asked = false,
            Parted::TheirRequest => relation.asks = false,
            Parted::Nothing => (relation.friend, relation.asked, relation.asks) = (false, false, false),
        }
        Ok(found)
    }

    /// The friends of somebody, the newest first.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` where the viewer must not know them, `InvalidCursor`.
    pub async fn page_friends(
        &self,
        viewer: UserId,
        person: &PersonRef,
        page: &PageRequest,
    ) -> ServiceResult<Page<ListedView>> {
        let of = self.open_to(viewer, person, Facet::Friends).await?.person.profile.user;
        let found = self.stores.friends.page_friends(viewer, of, page, self.today()).await?;
        Ok(self.with_presence(found).await)
    }

    /// Requests that wait, the newest first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page_requests(
        &self,
        user: UserId,
        direction: RequestDirection,
        page: &PageRequest,
    ) -> ServiceResult<Page<ListedView>> {
        let found = self.stores.friends.page_requests(user, direction, page, self.today()).await?;
        Ok(self.with_presence(found).await)
    }
}
