//! Every bound on what people may send, in one place. Lengths count Unicode scalar values unless they say bytes.

/// The longest name of a version of a text of the operator, in characters.
pub const DOCUMENT_VERSION: usize = 64;
/// The longest text of the operator, in characters.
pub const DOCUMENT: usize = 200_000;
/// The longest id that a consent is about, in bytes.
pub const CONSENT_SUBJECT: usize = 64;
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
/// What an API key is for.
pub const API_KEY_NAME: usize = 80;
/// API keys of one person.
pub const API_KEYS: u64 = 32;
/// Characters to whom an API key is kept.
pub const API_KEY_CHARACTERS: usize = 32;
/// Answers that programs of one person let be written at the same time on one node.
pub const ANSWERS_AT_ONCE: usize = 8;
/// Messages of a conversation that a program holds.
pub const GIVEN_MESSAGES: usize = 2_048;
/// Characters that are listed as models, at most.
pub const LISTED_MODELS: usize = 300;
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
/// What can move in bonds with a character.
pub const BOND_DIMENSIONS: usize = 6;
/// The stages of bonds with a character.
pub const BOND_STAGES: usize = 12;
/// What a dimension or a stage is called in rules, in bytes.
pub const BOND_KEY: usize = 32;
/// What a dimension or a stage is called for people.
pub const BOND_LABEL: usize = 40;
/// What a dimension means, or how a character is at a stage.
pub const BOND_ABOUT: usize = 300;
/// How far from zero a dimension goes.
pub const BOND_VALUE: i32 = 1_000;
/// How far one event moves a dimension.
pub const BOND_PER_EVENT: i32 = 20;
/// How far a dimension moves within a day.
pub const BOND_PER_DAY: i32 = 100;
/// In how many hours a mood fades by half.
pub const BOND_MOOD_HOURS: u32 = 168;
/// Why an event moved a bond, in words.
pub const BOND_WHY: usize = 160;
/// How many messages of a person to one character are judged in a day.
pub const BOND_JUDGED_A_DAY: u64 = 200;
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
/// A route of a character in bytes, as it is kept.
pub const ROUTE_BYTES: usize = 512 * 1024;
/// Chapters of a route.
pub const ROUTE_CHAPTERS: usize = 24;
/// Scenes of a route, in all chapters together.
pub const ROUTE_SCENES: usize = 200;
/// Choices of a scene.
pub const ROUTE_CHOICES: usize = 8;
/// What a chapter, a scene, an ending or a thing that is unlocked is called.
pub const ROUTE_TITLE: usize = 80;
/// What is told of a scene that is locked.
pub const ROUTE_HINT: usize = 200;
/// What a person says who takes a choice.
pub const ROUTE_LABEL: usize = 300;
/// How a scene is set, for the model.
pub const ROUTE_SETTING: usize = 2_000;
/// What she says first in a scene, and a greeting that is unlocked.
pub const ROUTE_OPENING: usize = 8_000;
/// What a condition is made of, all its parts counted.
pub const ROUTE_CONDITIONS: usize = 48;
/// How deep conditions stand in others.
pub const ROUTE_DEPTH: usize = 6;
/// Phrases of one condition.
pub const ROUTE_PHRASES: usize = 16;
/// Such a phrase.
pub const ROUTE_PHRASE: usize = 100;
/// Days for which two have known each other, in a condition.
pub const ROUTE_DAYS: u32 = 3_650;
/// Things of one kind that a scene unlocks.
pub const ROUTE_UNLOCKS: usize = 8;
/// What an entry of lore tells that a scene unlocks.
pub const ROUTE_LORE: usize = 2_000;
/// Images that belong to a route.
pub const ROUTE_IMAGES: u64 = 100;
/// What happened to one person on the route of one character, as it is kept.
pub const ROUTE_EVENTS: u64 = 5_000;
/// Steps of the search for ways through a route; what is not found within them is said to be unknown.
pub const ROUTE_SEARCH: usize = 200_000;
/// The name of a lorebook, and of one of its entries.
pub const LORE_NAME: usize = 200;
/// What a lorebook says of itself, and the comment of one of its entries.
pub const LORE_DESCRIPTION: usize = 4_000;
/// Entries of a lorebook.
pub const LORE_ENTRIES: usize = 4_000;
/// What an entry says.
pub const LORE_CONTENT: usize = 32_000;
/// Keys of an entry, and its secondary keys, each.
pub const LORE_KEYS: usize = 200;
/// A key.
pub const LORE_KEY: usize = 500;
/// Keys of a lorebook that are regular expressions.
pub const LORE_PATTERNS: usize = 400;
/// A lorebook in bytes, as it is kept.
pub const LORE_BYTES: usize = 4 * 1024 * 1024;
/// Lorebooks of one person.
pub const LOREBOOKS: u64 = 1_000;
/// Lorebooks at one character, at one session, and for one person everywhere, each.
pub const LOREBOOKS_ATTACHED: u64 = 8;
/// How far back an entry looks in messages, and how deep it stands.
pub const LORE_DEPTH: u32 = 2_000;
/// The tokens that a lorebook may take of a prompt.
pub const LORE_BUDGET: u32 = 1_000_000;
/// How many messages an entry stays, rests or waits.
pub const LORE_MESSAGES: u32 = 100_000;
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
/// Stretches of hours in the week of a character.
pub const ROUTINE_HOURS: usize = 32;
/// What a character does in a stretch of hours, in words.
pub const ROUTINE_NOTE: usize = 80;
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
/// A card of a character, as a file, in bytes.
pub const CARD_BYTES: usize = 32 * 1024 * 1024;
/// The archive of an account, in bytes.
pub const ACCOUNT_BYTES: usize = 128 * 1024 * 1024;
/// Files that came beside one card and are kept, in bytes together.
pub const CARD_FILES: usize = 24 * 1024 * 1024;
/// The same of all cards of one person.
pub const CARD_FILES_PER_PERSON: u64 = 512 * 1024 * 1024;
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
/// Rules of what is not let through.
pub const MODERATION_RULES: usize = 100;
/// Phrases of one of them.
pub const MODERATED_PHRASES: usize = 1_000;
/// A phrase of them, in characters.
pub const MODERATED_PHRASE: usize = 200;
/// A JSON body in bytes.
pub const BODY_BYTES: usize = 1024 * 1024;
/// A WebSocket frame from a client in bytes.
pub const FRAME_BYTES: usize = 128 * 1024;
