//! Devices: each sign-in, and the family of refresh tokens that keeps it signed in.

use async_trait::async_trait;
use domain::accounts::Device;
use domain::ids::{DeviceId, UserId};
use time::OffsetDateTime;

use crate::StoreResult;

/// SHA-256 of a refresh token; the token itself is never kept.
pub type TokenHash = [u8; 32];

/// What became of a refresh token that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// It was the newest of its family, or was shown again because the answer was lost, and has been replaced.
    Rotated(Device),
    /// It had been replaced before: someone has a copy. Its family has been ended.
    Reused(Device),
    /// It is not known, or its family has ended or expired.
    Unknown,
}

/// Keeps devices.
#[async_trait]
pub trait DeviceStore: Send + Sync {
    /// Keeps a new sign-in with its first refresh token. Conflict: `AccountDisabled`.
    async fn open_device(&self, device: &Device, token: TokenHash) -> StoreResult<()>;
    /// Replaces `old` by `new` and lets the device live until `expires_at`. Where `old` was replaced before, but not before
    /// `since`, and what took its place was never shown, the answer was lost on its way: it is replaced once more, and what took
    /// its place counts as replaced too, so that whoever holds that is found out when they show it later. Else the family ends.
    async fn rotate_token(
        &self,
        old: TokenHash,
        new: TokenHash,
        since: OffsetDateTime,
        now: OffsetDateTime,
        expires_at: OffsetDateTime,
    ) -> StoreResult<Rotation>;
    /// The device, while it is signed in.
    async fn find_device(&self, user: UserId, id: DeviceId, now: OffsetDateTime) -> StoreResult<Option<Device>>;
    /// All devices that are signed in, the newest first.
    async fn list_devices(&self, user: UserId, now: OffsetDateTime) -> StoreResult<Vec<Device>>;
    /// Signs a device out with its whole token family.
    async fn end_device(&self, user: UserId, id: DeviceId) -> StoreResult<()>;
    /// Signs all devices out, but for `keep`, and returns those that ended.
    async fn end_devices(&self, user: UserId, keep: Option<DeviceId>) -> StoreResult<Vec<DeviceId>>;
}
