//! One file a table, named as the table.

pub(super) mod audit_log;
pub(super) mod character_tags;
pub(super) mod characters;
pub(super) mod devices;
pub(crate) mod events;
pub(super) mod media;
pub(super) mod message_revisions;
pub(crate) mod messages;
pub(super) mod refresh_tokens;
pub(crate) mod sessions;
pub(super) mod users;
