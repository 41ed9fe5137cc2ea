//! Diaries: a character looks back on a day with somebody, now and then, and writes a few lines that this person alone may read.
//!
//! ```text
//!   something is said ──> remember ──> a page of that day is opened, and waits for the morning after
//!   its time comes ──> keep: was the day worth it? ──> the words are made, and looked through
//!                        └──> one transaction: the entry, with the messages it was written from ──> the inbox
//! ```
//!
//! What is edited, erased, forgotten or out of view takes its entry along. No prompt holds one: what she writes there is read, not told.

mod keeping;
mod prompts;
mod reading;

use std::sync::Arc;

use domain::accounts::User;
use domain::characters::Character;
use domain::diaries::{DiaryPage, DiaryState, PAST, day_lasts, day_of, night_lasts};
use domain::ids::DiaryEntryId;
use domain::memories::Scope;
use store::{StoreError, StoreResult, Stores};
use time::{Duration, OffsetDateTime};

use crate::app::{AppParts, Below};
use crate::catalog::Catalog;
use crate::characters::Characters;
use crate::clock::Clock;
use crate::mint::Mint;
use crate::moderation::Moderation;
use crate::notifications::Notifications;
use crate::usage::Usages;
use crate::zones;

pub use reading::DiaryView;

/// Over so many seconds the pages of a morning are spread.
const SPREAD: u128 = 45 * 60;

/// The use cases of diaries. Cloning is cheap.
#[derive(Clone)]
pub struct Diaries {
    inner: Arc<Inner>,
}

struct Inner {
    stores: Stores,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
    catalog: Catalog,
    usages: Usages,
    moderation: Moderation,
    notifications: Notifications,
    /// Whether the operator lets something be learned from what is said.
    learns: bool,
}

impl Diaries {
    pub(crate) fn new(parts: &AppParts, below: &Below) -> Self {
        let inner = Inner {
            stores: parts.stores.clone(),
            clock: Arc::clone(&parts.clock),
            mint: below.mint.clone(),
            characters: below.characters.clone(),
            catalog: below.catalog.clone(),
            usages: below.usages.clone(),
            moderation: below.moderation.clone(),
            notifications: below.notifications.clone(),
            learns: parts.memories.learn,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Something was said between two: its day gets a page, should there be none.
    pub(crate) async fn open(&self, scope: Scope, said_at: OffsetDateTime) -> StoreResult<()> {
        self.inner.open(scope, said_at).await
    }

    /// The pages whose time has come.
    pub(crate) async fn due(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<DiaryEntryId>> {
        self.inner.stores.diary_pages.pages_due(now, limit).await
    }
}

impl Inner {
    async fn open(&self, scope: Scope, said_at: OffsetDateTime) -> StoreResult<()> {
        let is_past = self.clock.now() - said_at > PAST;
        if !self.learns || is_past || !self.stores.diary_pages.wants_page(scope, said_at).await? {
            return Ok(());
        }
        let (user, character) = tokio::join!(
            self.stores.accounts.find_user(scope.user),
            self.stores.characters.find_character(scope.user, scope.character)
        );
        let (Some(user), Some(character)) = (user?, character?) else { return Ok(()) };
        let id = self.mint.id::<DiaryEntryId>();
        let her = zone_of(&character, &user);
        let day = day_of(zones::local(said_at, her));
        let due_at = due_at(said_at, her, user.timezone.as_deref(), id);
        match self.stores.diary_pages.open_page(&DiaryPage { id, scope, day, due_at, state: DiaryState::Open }).await {
            Ok(()) | Err(StoreError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The time zone by which her days go: where she lives, or else where the person does.
fn zone_of<'a>(character: &'a Character, user: &'a User) -> Option<&'a str> {
    let routine = character.profile.routine.as_ref();
    routine.map(|routine| routine.timezone.as_str()).or(user.timezone.as_deref())
}

/// When she looks back on the day to which a time belongs: once it is over where she lives, and it is day where the person does.
fn due_at(at: OffsetDateTime, her: Option<&str>, person: Option<&str>, id: DiaryEntryId) -> OffsetDateTime {
    let day = day_of(zones::local(at, her));
    let lasts = |local| (day_of(local) == day).then(|| day_lasts(local));
    let end = zones::holds_until(at, her, &lasts).unwrap_or(at + Duration::DAY);
    let morning = zones::holds_until(end, person, &night_lasts).unwrap_or(end);
    morning + Duration::seconds(i64::try_from(id.0.as_u128() % SPREAD).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;
    use uuid::Uuid;

    #[test]
    fn she_looks_back_when_her_day_is_over_and_it_is_day_where_the_person_lives() {
        let due = |at, her, person| due_at(at, Some(her), Some(person), DiaryEntryId(Uuid::nil()));
        let evening = datetime!(2026-03-05 21:00 UTC);
        // Over at four in Paris, which is three in UTC; the person sleeps until eight.
        assert_eq!(due(evening, "Europe/Paris", "Europe/Paris"), datetime!(2026-03-06 7:00 UTC));
        assert_eq!(due(evening, "Europe/Paris", "Asia/Tokyo"), datetime!(2026-03-06 3:00 UTC), "it is noon in Tokyo");
        assert_eq!(
            due(evening, "Asia/Tokyo", "Europe/Paris"),
            datetime!(2026-03-06 19:00 UTC),
            "her day has just begun"
        );
        // The night in which clocks go forward, and the one in which they go back.
        let spring = datetime!(2026-03-28 22:00 UTC);
        assert_eq!(due(spring, "Europe/Paris", "Europe/Paris"), datetime!(2026-03-29 6:00 UTC));
        let autumn = datetime!(2026-10-24 22:30 UTC);
        assert_eq!(due(autumn, "Europe/Paris", "Europe/Paris"), datetime!(2026-10-25 7:00 UTC));
        let spread = DiaryEntryId(Uuid::from_u128(u128::MAX));
        assert!(due_at(evening, None, None, spread) < datetime!(2026-03-06 9:00 UTC));
    }
}
