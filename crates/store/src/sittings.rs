//! For how long people talk, what they were reminded of, and how often care was taken.

use async_trait::async_trait;
use domain::ids::{DeviceId, ReminderId, UserId};
use domain::sittings::{Count, Counted, Reminder};
use time::{Duration, OffsetDateTime};

use crate::StoreResult;

/// Keeps sittings.
#[async_trait]
pub trait SittingStore: Send + Sync {
    /// Somebody does something. The reminder, under this id, when it is time for one: told once, whoever asks at the same time, and
    /// counted.
    async fn note_use(
        &self,
        user: UserId,
        now: OffsetDateTime,
        pause: Duration,
        every: Duration,
        id: ReminderId,
    ) -> StoreResult<Option<Reminder>>;
    /// The newest reminder of a sitting that goes on, unless this device has said that it was seen. One goes on while something was done
    /// since `since`.
    async fn open_reminder(
        &self,
        user: UserId,
        device: DeviceId,
        since: OffsetDateTime,
    ) -> StoreResult<Option<Reminder>>;
    /// A device says that a reminder was seen on it. `NotFound` when it is not theirs.
    async fn acknowledge_reminder(
        &self,
        user: UserId,
        device: DeviceId,
        id: ReminderId,
        now: OffsetDateTime,
    ) -> StoreResult<()>;
    /// Counts one more.
    async fn count_care(&self, counted: Counted, now: OffsetDateTime) -> StoreResult<()>;
    /// What was counted in the months of a year, in their order.
    async fn care_counts(&self, year: i32) -> StoreResult<Vec<Count>>;
}
