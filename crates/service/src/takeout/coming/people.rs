//! People of an archive. Whom one does not want to meet is blocked here as well; whom one liked to meet is only named: nobody is asked
//! for their friendship, or followed, by a file. Of one's own profile comes what is not chosen here yet.

use domain::blocks::Shunning;
use domain::friends::FormerTie;
use domain::ids::UserId;
use domain::privacy::{AskAudience, Audience, Facet, Privacy, PrivacyChoice};
use domain::profiles::{PersonRef, ProfilePatch, SeenPerson, bio, person_ref};
use store::Conflict;

use super::images::Form;
use super::{Coming, KnownBefore};
use crate::takeout::shared_records::{PersonRecord, ProfileRecord};
use crate::takeout::{Takeout, paths};
use crate::{ServiceError, ServiceResult};

/// How many of one list are looked for here.
const LOOKED_FOR: usize = 5_000;

/// How many are named whom one may ask or follow.
const NAMED: usize = 500;

impl Takeout {
    pub(super) async fn take_people(&self, coming: &mut Coming, paths_of: &[String]) -> ServiceResult<()> {
        self.take_profile(coming, paths_of).await?;
        for (name, how) in [("blocked", Shunning::Block), ("muted", Shunning::Mute)] {
            self.shun_all(coming, name, how).await?;
        }
        for (name, was) in [("friends", FormerTie::Friend), ("following", FormerTie::Followed)] {
            for record in list(coming, name).await? {
                if coming.came.people.len() >= NAMED {
                    break;
                }
                let Some(person) = self.of_this_name(coming.person, &record).await? else { continue };
                let relation = &person.relation;
                let stands = match was {
                    FormerTie::Friend => relation.friend || relation.asked,
                    FormerTie::Followed => relation.follows || relation.friend,
                };
                let is_named = coming.came.people.iter().any(|one| one.person.profile.user == person.profile.user);
                if !stands && !is_named {
                    coming.came.people.push(KnownBefore { person, was });
                }
            }
        }
        Ok(())
    }

    async fn shun_all(&self, coming: &mut Coming, name: &str, how: Shunning) -> ServiceResult<()> {
        for record in list(coming, name).await? {
            let Some(person) = self.of_this_name(coming.person, &record).await? else { continue };
            let relation = &person.relation;
            if relation.blocks || (how == Shunning::Mute && relation.mutes) {
                continue;
            }
            match self.social.shun_found(coming.person, &person, how).await {
                Ok(()) => coming.came.shunned += 1,
                Err(ServiceError::NotFound) => {}
                Err(ServiceError::Conflict(conflict @ Conflict::TooManyBlocks)) => {
                    coming.leave(&path(name), conflict.to_string());
                    return Ok(());
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Whoever is meant here: at home the one of that id, elsewhere the one of that handle; nobody where the person must not see them.
    async fn of_this_name(&self, person: UserId, record: &PersonRecord) -> ServiceResult<Option<SeenPerson>> {
        let today = self.clock.now().date();
        let names = [Some(PersonRef::Id(record.id)), person_ref(&record.handle)];
        for name in names.into_iter().flatten() {
            if let Some(found) = self.stores.profiles.find_profile(person, &name, today).await? {
                let found = found.person;
                return Ok((!found.relation.me && found.shows(Facet::Card)).then_some(found));
            }
        }
        Ok(None)
    }

    /// What the person says of themselves, shows, and looks like, where they have chosen nothing here.
    async fn take_profile(&self, coming: &mut Coming, paths_of: &[String]) -> ServiceResult<()> {
        let place = path("profile");
        let record: ProfileRecord = match coming.noun(&place).await {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(()),
            Err(ServiceError::Unreadable(error)) => {
                coming.leave(&place, error.to_string());
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        let person = coming.person;
        let own = self.stores.profiles.open_profile(person, self.clock.now().date()).await?.person.profile;
        let (choice, is_whole) = narrower(record.privacy.choice(), own.choice, Privacy::usual(own.minor));
        if !is_whole {
            coming.leave(&place, "shows more than is usual; what is to be shown is chosen here");
        }
        let said = bio(&record.bio).ok().filter(|said| own.bio.is_empty() && !said.is_empty());
        if said.is_some() || choice != PrivacyChoice::default() {
            let patch = ProfilePatch { handle: None, bio: said, choice };
            self.social.update_profile(person, patch).await?;
        }
        let portrait = paths_of.iter().find(|file| file.starts_with(&format!("{}portrait.", paths::SOCIAL)));
        if let (None, Some(file)) = (own.avatar, portrait)
            && let Some((picture, _)) = self.image(coming, file, Form::Square).await?
        {
            self.stores.profiles.set_portrait(person, Some(&picture), self.clock.now().date()).await?;
        }
        Ok(())
    }
}

/// Of what was chosen there what shows no more than is usual here, and where nothing was chosen here; and whether that is all.
fn narrower(there: PrivacyChoice, here: PrivacyChoice, usual: Privacy) -> (PrivacyChoice, bool) {
    let mut is_whole = true;
    let mut taken = |there: Option<Audience>, here: Option<Audience>, usual: Audience| {
        let wanted = there.filter(|_| here.is_none());
        let kept = wanted.filter(|wanted| breadth(*wanted) <= breadth(usual));
        is_whole &= wanted == kept;
        kept
    };
    let choice = PrivacyChoice {
        profile: taken(there.profile, here.profile, usual.profile),
        presence: taken(there.presence, here.presence, usual.presence),
        friends: taken(there.friends, here.friends, usual.friends),
        messages: taken(there.messages, here.messages, usual.messages),
        requests: None,
    };
    let wanted = there.requests.filter(|_| here.requests.is_none());
    let requests = wanted.filter(|wanted| asks(*wanted) <= asks(usual.requests));
    (PrivacyChoice { requests, ..choice }, is_whole && wanted == requests)
}

fn breadth(audience: Audience) -> u8 {
    match audience {
        Audience::Nobody => 0,
        Audience::Friends => 1,
        Audience::Everyone => 2,
    }
}

fn asks(audience: AskAudience) -> u8 {
    match audience {
        AskAudience::Nobody => 0,
        AskAudience::FriendsOfFriends => 1,
        AskAudience::Everyone => 2,
    }
}

fn path(name: &str) -> String {
    format!("{}{name}.json", paths::SOCIAL)
}

/// A list of people; what is none is named, and those of it that can be read are not.
async fn list(coming: &mut Coming, name: &str) -> ServiceResult<Vec<PersonRecord>> {
    let place = path(name);
    match coming.noun::<Vec<PersonRecord>>(&place).await {
        Ok(found) => Ok(found.unwrap_or_default().into_iter().take(LOOKED_FOR).collect()),
        Err(ServiceError::Unreadable(error)) => {
            coming.leave(&place, error.to_string());
            Ok(Vec::new())
        }
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_hides_and_never_shows() {
        let open = PrivacyChoice {
            profile: Some(Audience::Everyone),
            presence: Some(Audience::Nobody),
            friends: Some(Audience::Everyone),
            requests: Some(AskAudience::Everyone),
            messages: None,
        };
        let (adult, is_whole) = narrower(open, PrivacyChoice::default(), Privacy::usual(false));
        assert_eq!(adult, PrivacyChoice { friends: None, ..open });
        assert!(!is_whole);
        let (minor, _) = narrower(open, PrivacyChoice::default(), Privacy::usual(true));
        assert_eq!(minor, PrivacyChoice { presence: Some(Audience::Nobody), ..PrivacyChoice::default() });
        // What was chosen here stays.
        let here = PrivacyChoice { presence: Some(Audience::Friends), friends: Some(Audience::Nobody), ..open };
        assert_eq!(narrower(open, here, Privacy::usual(false)), (PrivacyChoice::default(), true));
    }
}
