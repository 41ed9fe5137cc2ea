//! Profiles: one's own, those of others, and how they are found.

use std::collections::HashMap;

use domain::ids::UserId;
use domain::limits;
use domain::media::Media;
use domain::privacy::Facet;
use domain::profiles::{PersonRef, ProfilePatch, SeenPerson, Suggestion, WholeProfile, bio, handle};
use domain::validation::{FieldError, optional_line};

use super::{PersonView, SEARCHES, Social};
use crate::{ServiceError, ServiceResult};

/// How many acquaintances are looked at for suggestions; some of them must not be seen.
const LOOKED_AT: u32 = 96;

impl Social {
    /// One's own profile.
    ///
    /// # Errors
    /// `NotFound` when the account was deleted meanwhile.
    pub async fn own_profile(&self, user: UserId) -> ServiceResult<WholeProfile> {
        Ok(self.stores.profiles.open_profile(user, self.today()).await?)
    }

    /// Changes one's own profile.
    ///
    /// # Errors
    /// `Invalid` with every field that is wrong, `Conflict(HandleTaken)`.
    pub async fn update_profile(&self, user: UserId, patch: ProfilePatch) -> ServiceResult<WholeProfile> {
        let mut errors: Vec<FieldError> = Vec::new();
        let mut kept = |checked: Result<String, FieldError>| checked.map_err(|error| errors.push(error)).ok();
        let patch = ProfilePatch {
            handle: patch.handle.and_then(|text| kept(handle(&text))),
            bio: patch.bio.and_then(|text| kept(bio(&text))),
            choice: patch.choice,
        };
        if !errors.is_empty() {
            return Err(ServiceError::Invalid(errors));
        }
        let profile = self.stores.profiles.update_profile(user, &patch, self.today()).await?;
        if patch.choice.presence.is_some()
            && let Err(error) = self.presences.shown_otherwise(&profile).await
        {
            tracing::debug!(error = %error, "whether somebody shows that they are here could not be told; friends read it with the list");
        }
        Ok(profile)
    }

    /// Gives oneself a picture: a PNG, JPEG or WebP, which is cut to a square and encoded anew.
    ///
    /// # Errors
    /// `Invalid` when it is no such image.
    pub async fn set_portrait(&self, user: UserId, bytes: Vec<u8>) -> ServiceResult<WholeProfile> {
        let image = self.images.avatar(bytes).await?;
        let media = Media {
            id: self.mint.id(),
            owner: Some(user),
            media_type: image.media_type,
            bytes: image.bytes,
            created_at: self.clock.now(),
        };
        Ok(self.stores.profiles.set_portrait(user, Some(&media), self.today()).await?)
    }

    /// Takes one's own picture away.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn remove_portrait(&self, user: UserId) -> ServiceResult<WholeProfile> {
        Ok(self.stores.profiles.set_portrait(user, None, self.today()).await?)
    }

    /// Somebody's profile, as the viewer may see it, and whether they are here.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn profile(&self, viewer: UserId, person: &PersonRef) -> ServiceResult<(WholeProfile, Option<bool>)> {
        let profile = self.seen(viewer, person, Facet::Card).await?;
        let online = self.here(std::iter::once(&profile.person)).await.into_values().next();
        Ok((profile, online))
    }

    /// People whose handle or name begins so: friends first, then by handle.
    ///
    /// # Errors
    /// `Invalid`, `Throttled`.
    pub async fn search_people(&self, viewer: UserId, prefix: &str, limit: u32) -> ServiceResult<Vec<PersonView>> {
        let prefix = optional_line("search", prefix, limits::DISPLAY_NAME)?.to_lowercase();
        let prefix = prefix.strip_prefix('@').unwrap_or(&prefix);
        if prefix.is_empty() {
            return Err(FieldError::new("search", "must be the beginning of a handle or a name").into());
        }
        self.bus.rates.take(&format!("search:{viewer}"), SEARCHES).await?;
        let found = self.stores.profiles.search_profiles(viewer, prefix, limit, self.today()).await?;
        let here = self.here(found.iter()).await;
        Ok(found
            .into_iter()
            .map(|person| PersonView { online: here.get(&person.profile.user).copied(), person })
            .collect())
    }

    /// People whom one may know: friends of friends, and those who follow the same characters, each with the reason.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn suggestions(&self, user: UserId, limit: u32) -> ServiceResult<Vec<Suggestion>> {
        let known = self.stores.friends.acquaintances(user, LOOKED_AT).await?;
        let ids: Vec<UserId> = known.iter().map(|one| one.user).collect();
        let people = self.stores.profiles.people(user, &ids, self.today()).await?;
        let reasons: HashMap<UserId, _> = known.into_iter().map(|one| (one.user, one)).collect();
        let suggested = people.into_iter().filter_map(|person| {
            let reason = reasons.get(&person.profile.user)?;
            // Whose friends are nobody's business has none in common with anybody.
            let friends = if tells_of_friends(&person) { reason.common_friends } else { 0 };
            let characters = if person.shows(Facet::Follows) { reason.common_characters } else { 0 };
            (can_be_suggested(&person) && friends + characters > 0).then_some(Suggestion {
                person,
                common_friends: friends,
                common_characters: characters,
            })
        });
        Ok(suggested.take(limit as usize).collect())
    }
}

fn can_be_suggested(person: &SeenPerson) -> bool {
    person.shows(Facet::Found) && person.shows(Facet::Ask) && !person.relation.mutes && !person.relation.asks
}

/// Friends of theirs may know of each other: those are the friends in common.
fn tells_of_friends(person: &SeenPerson) -> bool {
    person.profile.privacy().friends != domain::privacy::Audience::Nobody
}
