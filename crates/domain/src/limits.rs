//! Every bound on what people may send, in one place. Lengths count Unicode scalar values unless they say bytes.

/// A user name: 3 to 32 of `a-z 0-9 _ . -`, stored in lower case.
pub const USERNAME: std::ops::RangeInclusive<usize> = 3..=32;
/// A password in bytes: long enough to withstand guessing, short enough that hashing it stays cheap.
pub const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=256;
/// An e-mail address in bytes (RFC 5321).
pub const EMAIL_BYTES: usize = 254;
/// A name shown to others.
pub const DISPLAY_NAME: usize = 64;
/// What a person says of themselves.
pub const BIO: usize = 1_000;
/// How many friends one person has.
pub const FRIENDS: u64 = 5_000;
/// How many requests for friendship of one person wait for an answer.
pub const FRIEND_REQUESTS: u64 = 200;
/// How many people one person follows.
pub const FOLLOWS: u64 = 5_000;
/// How many characters one person follows.
pub const FOLLOWED_CHARACTERS: u64 = 1_000;
/// How many people one person blocks, and mutes, each.
pub const SHUNNED: u64 = 5_000;
/// What somebody adds to a report.
pub const REPORT_NOTE: usize = 1_000;
/// Reports that are shown with their case.
pub const REPORTS_SHOWN: u32 = 50;
/// An IANA time zone name in bytes.
pub const TIMEZONE_BYTES: usize = 64;
/// Why an account was disabled.
pub const REASON: usize = 200;
/// A limit of a quota: more is as good as none.
pub const QUOTA: u64 = 1_000_000_000_000_000;
/// The label a device gives itself.
pub const DEVICE_LABEL: usize = 128;
/// The name of a character.
pub const CHARACTER_NAME: usize = 80;
/// The line under a character's name.
pub const CHARACTER_TAGLINE: usize = 200;
/// Persona, scenario and examples of a character, each.
pub const CHARACTER_TEXT: usize = 32_000;
/// A greeting.
pub const GREETING: usize = 16_000;
/// How many alternate greetings a character has.
pub const ALTERNATE_GREETINGS: usize = 32;
/// How many tags a character has.
pub const TAGS: usize = 24;
/// A tag.
pub const TAG: usize = 40;
/// How many characters one person may make.
pub const CHARACTERS_PER_PERSON: u64 = 1_000;
/// What a person says in one message.
pub const MESSAGE: usize = 16_000;
/// What a character says in one reply; a longer one is cut there and ends as complete.
pub const REPLY: usize = 64_000;
/// What a memory says, written by a person or by a model.
pub const MEMORY: usize = 2_000;
/// Memories that a person may write for one character.
pub const NOTES: u64 = 1_000;
/// What a model sums up.
pub const SUMMARY: usize = 4_000;
/// A title of a session.
pub const TITLE: usize = 120;
/// A name of a model, with or without the provider.
pub const MODEL_NAME: usize = 200;
/// A client's own id of a message, in bytes.
pub const CLIENT_MESSAGE_ID_BYTES: usize = 64;
/// Replies that may wait in one session; one more is refused.
pub const QUEUED_REPLIES: u64 = 16;
/// People in a group, those who are invited included.
pub const GROUP_PEOPLE: usize = 16;
/// People a group remembers, those who left included.
pub const GROUP_PEOPLE_EVER: usize = 256;
/// Characters in a group.
pub const GROUP_CHARACTERS: usize = 8;
/// Sessions with others that one person is in, invitations included.
pub const GROUPS_PER_PERSON: usize = 200;
/// Characters that answer one message, at most.
pub const SPEAKERS: u8 = 8;
/// How readily a character speaks, at most.
pub const TALKATIVENESS: u8 = 100;
/// Alternatives (swipes) under one parent.
pub const SIBLINGS: u64 = 200;
/// Stop strings of a request.
pub const STOP_STRINGS: usize = 8;
/// One stop string.
pub const STOP_STRING: usize = 64;
/// Those by whom something happened that one notification names.
pub const NOTIFIERS: usize = 3;
/// Notifications that are kept of one person; the oldest go.
pub const NOTIFICATIONS: u32 = 500;
/// The name of what a notification comes from, in bytes.
pub const SOURCE_BYTES: usize = 160;
/// Notifications that one request marks as read by their ids.
pub const READ_AT_ONCE: usize = 100;
/// Devices of one person that are woken; the one that subscribed longest ago goes.
pub const SUBSCRIPTIONS: u32 = 16;
/// Items of one page, at most.
pub const PAGE: u32 = 100;
/// Items of one page when the client does not say.
pub const PAGE_DEFAULT: u32 = 30;
/// A search text.
pub const SEARCH: usize = 200;
/// An uploaded image in bytes.
pub const IMAGE_BYTES: usize = 8 * 1024 * 1024;
/// The width and the height of an uploaded image, each, in pixels.
pub const IMAGE_SIDE: u32 = 8_192;
/// The side of a stored avatar, in pixels.
pub const AVATAR_SIDE: u32 = 512;
/// The longer side of an image that stands in a moment, in pixels.
pub const PICTURE_SIDE: u32 = 1_600;
/// What a moment says.
pub const MOMENT: usize = 4_000;
/// Images of a moment.
pub const MOMENT_IMAGES: usize = 9;
/// What a comment says.
pub const COMMENT: usize = 1_000;
/// Comments on one moment.
pub const COMMENTS: u64 = 10_000;
/// Uploaded images of one person that stand in nothing yet; the oldest go.
pub const LOOSE_UPLOADS: u32 = 36;
/// A client's own id of a moment or a comment, in bytes.
pub const CLIENT_MOMENT_ID_BYTES: usize = 64;
/// Events of recommendations in one batch.
pub const EVENTS: usize = 100;
/// A client's own id of an event, in bytes.
pub const EVENT_ID_BYTES: usize = 64;
/// A JSON body in bytes.
pub const BODY_BYTES: usize = 1024 * 1024;
/// A WebSocket frame from a client in bytes.
pub const FRAME_BYTES: usize = 128 * 1024;
