//! From a look to something that was said, in steps of which each stands for itself.

use std::time::Duration;

use domain::ids::{InitiativeId, MessageId};
use domain::initiatives::{FirstMessage, FirstState, Hold, Initiative, next_look};
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use domain::sittings::Counted;
use store::initiatives::{Draft, Standing};

use super::Inner;
use super::looking::Wish;
use crate::ServiceError;
use crate::chats::Thought;
use crate::jobs::{JobFault, Run};

/// What was claimed so long ago and stands nowhere is not said any more.
const STALE: time::Duration = time::Duration::minutes(10);

/// How long a character rests to whom nothing came.
const RESTS: time::Duration = time::Duration::hours(6);

impl Inner {
    /// Looks at an initiative, or goes on with what it began.
    pub(super) async fn write_first(&self, id: InitiativeId) -> Result<Run, JobFault> {
        let now = self.clock.now();
        let week = now - time::Duration::WEEK;
        let Some(standing) = self.stores.initiatives.find_standing(id, week).await? else { return Ok(Run::Done) };
        let wanted = &standing.initiative;
        if let Some((first, draft)) = &standing.open {
            self.go_on(&standing, first, draft.as_ref()).await?;
            return Ok(Run::Again(Duration::ZERO));
        }
        if !wanted.settings.enabled || wanted.due_at > now {
            return Ok(Run::Done);
        }
        let wish = match self.look(&standing, now).await.map_err(|error| fault(&error))? {
            Ok(wish) => wish,
            Err(hold) => return self.put_off(wanted, Some(hold)).await,
        };
        let first = self.mint.id::<MessageId>();
        let told = wish.cue.told(&wish.name, &wish.person);
        let draft = match self.chats.think(&wish.session, first, wish.cue.reason, &told).await? {
            Thought::Draft(draft) => draft,
            Thought::Nothing => return self.rest(wanted).await,
            Thought::Withheld => {
                self.stores.sittings.count_care(Counted::Withheld, self.clock.now()).await?;
                return self.rest(wanted).await;
            }
        };
        self.claim(&standing, wish, first, &draft).await
    }

    /// Takes the slot of what was written, if all is still as it was before the words were made.
    async fn claim(&self, standing: &Standing, wish: Wish, id: MessageId, draft: &Draft) -> Result<Run, JobFault> {
        let (wanted, now) = (&standing.initiative, self.clock.now());
        let again = match self.look(standing, now).await.map_err(|error| fault(&error))? {
            Ok(again) => again,
            Err(hold) => return self.put_off(wanted, Some(hold)).await,
        };
        let Some(after) = wish.session.leaf_id else { return Ok(Run::Done) };
        if (again.session.id, again.session.leaf_id) != (wish.session.id, Some(after)) {
            return self.put_off(wanted, None).await;
        }
        let first = FirstMessage {
            id,
            initiative: wanted.id,
            slot: wish.cue.slot,
            reason: wish.cue.reason,
            session: wish.session.id,
            after,
            state: FirstState::Claimed,
            at: now,
        };
        let next = next_look(wanted.id.0.as_u128(), now, None);
        let claimed = self.stores.first_messages.claim_first(wanted, &first, draft, next).await?;
        // What this found taken, another goes on with.
        Ok(if claimed { Run::Again(Duration::ZERO) } else { Run::Done })
    }

    /// Says what was claimed, unless it is said already, and tells of it. Who dies on the way leaves the rest to the next.
    async fn go_on(&self, standing: &Standing, first: &FirstMessage, draft: Option<&Draft>) -> Result<(), JobFault> {
        let wanted = &standing.initiative;
        let stands = self.stores.history.find_message(wanted.user, first.id).await?.is_some();
        let said = stands
            || match draft {
                Some(draft) if self.is_timely(standing, first).await? => {
                    self.chats.say_first(wanted.user, first, draft).await?
                }
                _ => false,
            };
        if said {
            let news = News {
                user: wanted.user,
                kind: NotificationKind::CharacterWrote,
                subject: Subject::Session(first.session),
                by: Some(Notifier::Character(wanted.character)),
                source: format!("first:{}", first.id),
            };
            self.notifications.tell(&news).await.map_err(|error| fault(&error))?;
        }
        let state = if said { FirstState::Written } else { FirstState::Dropped };
        self.stores.first_messages.end_first(first.id, state, self.clock.now()).await?;
        Ok(())
    }

    /// Whether what was claimed may be said now: whoever claimed it may have died, and an hour begun in which she would not write.
    async fn is_timely(&self, standing: &Standing, first: &FirstMessage) -> Result<bool, JobFault> {
        let now = self.clock.now();
        if now - first.at >= STALE {
            return Ok(false);
        }
        // As if it were not claimed: it does not stand in its own way.
        let mut before = Standing { open: None, ..standing.clone() };
        before.wrote_at.retain(|at| *at != first.at);
        before.taken.retain(|slot| *slot != first.slot);
        let looked = self.look(&before, now).await.map_err(|error| fault(&error))?;
        Ok(looked.is_ok())
    }

    async fn rest(&self, wanted: &Initiative) -> Result<Run, JobFault> {
        self.stores.initiatives.put_off(wanted, self.clock.now() + RESTS).await?;
        Ok(Run::Done)
    }

    async fn put_off(&self, wanted: &Initiative, hold: Option<Hold>) -> Result<Run, JobFault> {
        let next = next_look(wanted.id.0.as_u128(), self.clock.now(), hold);
        self.stores.initiatives.put_off(wanted, next).await?;
        Ok(Run::Done)
    }
}

fn fault(error: &ServiceError) -> JobFault {
    JobFault::Passing(error.to_string())
}
