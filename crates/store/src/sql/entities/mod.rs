//! One file a table, named as the table.

pub(super) mod audit_log;
pub(super) mod character_tags;
pub(super) mod characters;
pub(super) mod devices;
pub(super) mod events;
pub(super) mod media;
pub(super) mod message_revisions;
pub(super) mod messages;
pub(super) mod refresh_tokens;
pub(super) mod sessions;
pub(super) mod users;
