//! The facts from which it follows whether a character writes first now.

use domain::accounts::AgeClass;
use domain::characters::Character;
use domain::chats::{Role, Session, SessionFilter};
use domain::initiatives::{Cue, Facts, Hold, Initiative, Told, initiative};
use domain::pages::PageRequest;
use store::initiatives::Standing;
use store::transcripts::Said;
use time::OffsetDateTime;

use super::{Inner, PAGE};
use crate::notifications::quiet_until;
use crate::routine::Presence;
use crate::{ServiceResult, zones};

/// How much of what was said last is read.
const LINES: u32 = 40;

/// Why she writes, and where.
pub(super) struct Wish {
    pub(super) cue: Cue,
    pub(super) session: Session,
    pub(super) person: String,
    pub(super) name: String,
}

impl Inner {
    /// Whether she writes now, and why or why not.
    pub(super) async fn look(&self, standing: &Standing, now: OffsetDateTime) -> ServiceResult<Result<Wish, Hold>> {
        let wanted = &standing.initiative;
        if !self.policy.characters_write_first {
            return Ok(Err(Hold::Off));
        }
        let (user, character) = tokio::join!(
            self.stores.accounts.find_user(wanted.user),
            self.stores.characters.find_character(wanted.user, wanted.character)
        );
        let (Some(user), Some(character)) = (user?, character?) else { return Ok(Err(Hold::Unwelcome)) };
        let is_welcome = user.disabled.is_none() && !character.deleted && self.is_welcome(wanted, &character).await?;
        let Some(session) = self.last_session(wanted).await? else { return Ok(Err(Hold::NotMet)) };
        let Some(leaf) = session.leaf_id else { return Ok(Err(Hold::NotMet)) };
        let said = self.stores.transcripts.said_before(wanted.user, session.id, leaf, LINES).await?;
        let zone = user.timezone.as_deref();
        let local = zones::local(now, zone);
        let quiet = self.stores.inboxes.find_settings(wanted.user).await?.quiet;
        let told: Vec<Told<'_>> =
            said.iter().filter(|said| said.role == Role::User).map(|said| of(said, zone)).collect();
        // Who is being answered talks.
        let runs = said.last().is_some_and(|said| !said.is_final);
        let looked = initiative(Facts {
            settings: &wanted.settings,
            is_adult: AgeClass::of(user.birth_date, now.date()) == AgeClass::Adult,
            is_welcome,
            now: local,
            is_quiet: quiet.is_some_and(|quiet| quiet_until(now, zone, quiet).is_some()),
            doing: character.profile.routine.as_ref().map(|routine| Presence::of(routine, now).activity),
            met_at: wanted.met_at,
            last_said_at: said.last().map(|said| if runs { now } else { said.created_at }),
            heard_at: told.last().map(|told| told.at),
            wrote_at: &standing.wrote_at,
            taken: &standing.taken,
            said: &told,
            seed: wanted.id.0.as_u128(),
        });
        Ok(looked.map(|cue| Wish { cue, session, person: user.display_name, name: character.profile.name }))
    }

    /// Whether the two are there for each other: she is not hidden, and between the person and her maker nobody is kept away.
    async fn is_welcome(&self, wanted: &Initiative, character: &Character) -> ServiceResult<bool> {
        let regards = self.stores.tastes.regards(wanted.user, &[wanted.character]).await?;
        if regards.get(&wanted.character).is_some_and(|regard| regard.hidden) {
            return Ok(false);
        }
        match character.owner.filter(|owner| *owner != wanted.user) {
            Some(maker) => self.notifications.hears_of(wanted.user, maker).await,
            None => Ok(true),
        }
    }

    /// The session of the two in which something was said last, of those that are not put away.
    async fn last_session(&self, wanted: &Initiative) -> ServiceResult<Option<Session>> {
        let filter = SessionFilter { archived: false, character_id: Some(wanted.character) };
        let page = PageRequest { cursor: None, limit: PAGE };
        let found = self.stores.sessions.page_sessions(wanted.user, filter, &page).await?;
        let alone = found.items.into_iter().map(|listing| listing.session).filter(|session| !session.id.is_shared());
        Ok(alone.max_by_key(|session| session.last_message_at))
    }
}

fn of<'a>(said: &'a Said, zone: Option<&str>) -> Told<'a> {
    Told { id: said.id, at: zones::local(said.created_at, zone), text: &said.content }
}
