//! What a character's maker does with her route: it is kept whole when all of it is in its bounds, and searched before anybody plays it.

use std::collections::BTreeMap;

use domain::bonds::BondRules;
use domain::ids::{CharacterId, MediaId, UserId};
use domain::media::Media;
use domain::routes::{Finding, FindingKind, Report, Route, RouteFault, is_key, simulate};
use domain::validation::FieldError;

use super::{PictureView, Routes};
use crate::{ServiceError, ServiceResult};

/// A route as its maker sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteView {
    /// It.
    pub route: Route,
    /// The images that it has, by the keys of its pictures.
    pub images: Vec<PictureView>,
}

/// What was found out about a route.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckedRoute {
    /// What is out of its bounds; then it was not searched.
    pub faults: Vec<RouteFault>,
    /// What the search found.
    pub report: Option<Report>,
    /// The keys of the dimensions of the bond, in the order in which ways name their values.
    pub dimensions: Vec<String>,
}

impl Routes {
    /// The route of one's own character.
    ///
    /// # Errors
    /// `NotFound`, also when she has none.
    pub async fn get_route(&self, owner: UserId, character: CharacterId) -> ServiceResult<RouteView> {
        self.inner.characters.own(owner, character).await?;
        let kept = self.inner.stores.routes.find_route(character).await?.ok_or(ServiceError::NotFound)?;
        self.view_route(owner, character, kept.route).await
    }

    /// Gives one's own character a route, in place of the one she has. What happened to people stays, as far as the new one knows it.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with every fault.
    pub async fn set_route(&self, owner: UserId, character: CharacterId, route: Route) -> ServiceResult<RouteView> {
        let found = self.inner.characters.own(owner, character).await?;
        let every = |faults: Vec<RouteFault>| ServiceError::Invalid(faults.into_iter().map(FieldError::from).collect());
        let route = route.checked(found.profile.bond_rules()).map_err(every)?;
        self.inner.stores.routes.keep_route(owner, character, Some(&route), self.inner.clock.now()).await?;
        self.view_route(owner, character, route).await
    }

    /// Takes the route of one's own character away.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn remove_route(&self, owner: UserId, character: CharacterId) -> ServiceResult<()> {
        Ok(self.inner.stores.routes.keep_route(owner, character, None, self.inner.clock.now()).await?)
    }

    /// Looks whether a route would be kept, and whether all of it can be reached. Nothing is kept.
    ///
    /// # Errors
    /// `NotFound` when the character is not one's own.
    pub async fn check_route(
        &self,
        owner: UserId,
        character: CharacterId,
        route: Route,
    ) -> ServiceResult<CheckedRoute> {
        let found = self.inner.characters.own(owner, character).await?;
        let images = self.inner.stores.routes.route_images(character).await?;
        let rules = found.profile.bond_rules().clone();
        // A search may take a while: no task that others wait for does it.
        let checking = tokio::task::spawn_blocking(move || checked(route, &rules, Some(&images)));
        checking.await.map_err(|_| ServiceError::Internal("a route could not be searched".into()))
    }

    /// Gives a picture of one's own character's route its image: a PNG, JPEG or WebP, which is encoded anew.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when it is no such image, or no such key; the conflict `TooManyRouteImages`.
    pub async fn set_route_image(
        &self,
        owner: UserId,
        character: CharacterId,
        key: &str,
        bytes: Vec<u8>,
    ) -> ServiceResult<PictureView> {
        self.inner.characters.own(owner, character).await?;
        if !is_key(key) {
            return Err(FieldError::new("key", "must be 1 to 32 of a-z, 0-9 and _, and begin with a letter").into());
        }
        let drawn = self.inner.media.drawn(bytes).await?;
        let media = Media {
            id: self.inner.mint.id(),
            owner: Some(owner),
            media_type: drawn.media_type,
            bytes: drawn.bytes,
            created_at: self.inner.clock.now(),
        };
        self.inner.stores.routes.set_route_image(owner, character, key, Some(&media)).await?;
        self.inner.picture(owner, key, "", Some(media.id))
    }

    /// Takes the image of a picture away.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn remove_route_image(&self, owner: UserId, character: CharacterId, key: &str) -> ServiceResult<()> {
        Ok(self.inner.stores.routes.set_route_image(owner, character, key, None).await?)
    }

    async fn view_route(&self, owner: UserId, character: CharacterId, route: Route) -> ServiceResult<RouteView> {
        let images = self.inner.stores.routes.route_images(character).await?;
        let images = images.iter().map(|(key, id)| self.inner.picture(owner, key, "", Some(*id)));
        Ok(RouteView { route, images: images.collect::<ServiceResult<Vec<_>>>()? })
    }
}

/// Looks through a route, by the rules of the bond that its conditions speak of. Where its images are, it does not ask.
#[must_use]
pub fn check(route: Route, rules: &BondRules) -> CheckedRoute {
    checked(route, rules, None)
}

fn checked(route: Route, rules: &BondRules, images: Option<&BTreeMap<String, MediaId>>) -> CheckedRoute {
    let dimensions = rules.dimensions.iter().map(|dimension| dimension.key.clone()).collect();
    match route.checked(rules) {
        Err(faults) => CheckedRoute { faults, report: None, dimensions },
        Ok(route) => {
            let mut report = simulate(&route, rules);
            let is_missing = |key: &&str| images.is_some_and(|images| !images.contains_key(*key));
            let missing = |key: &str| Finding {
                kind: FindingKind::ImageMissing,
                path: "chapters".to_owned(),
                about: key.to_owned(),
            };
            report.findings.extend(route.pictures().into_iter().filter(is_missing).map(missing));
            CheckedRoute { faults: Vec::new(), report: Some(report), dimensions }
        }
    }
}
