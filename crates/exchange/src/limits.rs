//! How much of a file is believed. All bounds hold before memory is taken for what they bound.

/// A file of a card, in bytes.
pub const CARD_FILE: usize = 32 * 1024 * 1024;
/// The JSON of a card, in bytes.
pub const CARD_JSON: usize = 8 * 1024 * 1024;
/// A file of chats, in bytes.
pub const CHAT_FILE: usize = 32 * 1024 * 1024;
/// One line of a chat, in bytes.
pub const CHAT_LINE: usize = 4 * 1024 * 1024;
/// Messages of one chat, swipes included.
pub const CHAT_NODES: usize = 50_000;
/// Chats in one file.
pub const CHATS: usize = 500;
/// Values in one JSON text: a value in memory may take a hundred times its two bytes in the file.
pub const JSON_VALUES: usize = 400_000;
/// How deep a JSON text is nested.
pub const JSON_DEPTH: usize = 64;
/// Chunks of a PNG.
pub const PNG_CHUNKS: usize = 65_536;
/// Entries of an archive.
pub const ARCHIVE_ENTRIES: usize = 2_000;
/// One unpacked entry of an archive, in bytes.
pub const ARCHIVE_ENTRY: u64 = 24 * 1024 * 1024;
/// All unpacked entries of an archive, in bytes.
pub const ARCHIVE_TOTAL: u64 = 96 * 1024 * 1024;
/// How many times its packed size an entry may unpack to, where it is larger than [`ARCHIVE_SMALL`].
pub const ARCHIVE_RATIO: u64 = 200;
/// Entries up to this size may be packed as well as they like, in bytes.
pub const ARCHIVE_SMALL: u64 = 1024 * 1024;
/// A path in an archive, in bytes.
pub const ARCHIVE_PATH: usize = 512;
/// Assets that a card names.
pub const ASSETS: usize = 2_000;
/// Texts of one list of a card, such as its greetings.
pub const LIST: usize = 1_000;
/// The archive of an account, in bytes.
pub const ACCOUNT_FILE: usize = 128 * 1024 * 1024;
/// Entries of such an archive.
pub const ACCOUNT_ENTRIES: usize = 100_000;
/// All that is read of one, unpacked, in bytes.
pub const ACCOUNT_TOTAL: u64 = 2 * 1024 * 1024 * 1024;
