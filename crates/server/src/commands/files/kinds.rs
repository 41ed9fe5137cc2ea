//! What a file is, by its bytes, and what it would make: read here, so that a look at it asks no server.

use domain::lore::Book;
use domain::lore::reading;
use exchange::cards::CardFile;
use exchange::chats::Chat;

/// What a file holds.
pub(super) enum Kind {
    /// A character.
    Card(Box<CardFile>),
    /// Chats.
    Chats(Vec<Chat>),
    /// A lorebook.
    Book(Box<Book>),
    /// All of an account.
    Account,
}

/// The kind of a file.
///
/// # Errors
/// Why it is none, as a sentence about it.
pub(super) fn of(bytes: &[u8]) -> Result<Kind, String> {
    if exchange::account::is_one(bytes) {
        return Ok(Kind::Account);
    }
    if let Some(book) = plain_book(bytes) {
        return Ok(Kind::Book(Box::new(book)));
    }
    let card = match exchange::cards::read(bytes) {
        Ok(card) => return Ok(Kind::Card(Box::new(card))),
        Err(error) => error,
    };
    // Images and archives are nothing else; of other files each reader says whether they are its own.
    if !is_text(bytes) {
        return Err(card.to_string());
    }
    if let Ok(chats) = exchange::chats::read(bytes) {
        return Ok(Kind::Chats(chats));
    }
    let json = exchange::json::parse(bytes, exchange::limits::CARD_JSON).map_err(|error| error.to_string())?.value;
    match reading::read(&json) {
        Ok(book) => Ok(Kind::Book(Box::new(book))),
        Err(_) => Err("is no card, no chat and no lorebook".to_owned()),
    }
}

/// A lorebook that stands alone: with a name and a description, it looks like a card of the first version.
fn plain_book(bytes: &[u8]) -> Option<Book> {
    if !is_text(bytes) {
        return None;
    }
    let json = exchange::json::parse(bytes, exchange::limits::CARD_JSON).ok()?.value;
    let is_book = json.get("entries").is_some_and(|entries| entries.is_array() || entries.is_object());
    let is_card = json.get("first_mes").is_some() || json.get("data").is_some();
    (is_book && !is_card).then(|| reading::read(&json).ok())?
}

fn is_text(bytes: &[u8]) -> bool {
    let begins = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    begins.starts_with(b"{") || begins.starts_with(b"[")
}

/// What it would make, as a sentence.
pub(super) fn told(kind: &Kind) -> String {
    match kind {
        Kind::Card(file) => {
            let entries = match file.card.book_entries() {
                0 => String::new(),
                entries => format!(", {entries} entries of lore"),
            };
            let files = match file.beside().count() {
                0 => String::new(),
                files => format!(", {files} files beside"),
            };
            format!("the character {}{entries}{files}", shown(&file.card.fields.name))
        }
        Kind::Chats(chats) => {
            let messages: usize = chats.iter().map(|chat| chat.nodes.len()).sum();
            let hidden = chats.iter().flat_map(|chat| &chat.nodes).filter(|node| node.hidden).count();
            let with = chats.iter().map(|chat| chat.character_name.as_str()).find(|name| !name.is_empty());
            let with = with.map_or_else(String::new, |name| format!(" with {}", shown(name)));
            format!("{} chats{with}: {messages} messages, swipes included, {hidden} of them hidden", chats.len())
        }
        Kind::Book(book) => format!("the lorebook {} of {} entries", shown(&book.name), book.entries.len()),
        Kind::Account => "all of an account".to_owned(),
    }
}

/// A name as a terminal may show it.
pub(super) fn shown(name: &str) -> String {
    match name.replace(char::is_control, " ").trim() {
        "" => "without a name".to_owned(),
        name => name.chars().take(domain::limits::CHARACTER_NAME).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(text: &str) -> String {
        of(text.as_bytes()).map_or_else(|why| why, |kind| told(&kind))
    }

    #[test]
    fn what_a_file_is_is_told_by_its_bytes() {
        let entry = r#"{"keys":["a"],"content":"b"}"#;
        let card = format!(r#"{{"data":{{"name":"Iris\u001b[2J","character_book":{{"entries":[{entry}]}}}}}}"#);
        assert_eq!(told_of(&card), "the character Iris [2J, 1 entries of lore");
        let rows = "{\"name\":\"Rin\",\"mes\":\"Hi\",\"is_user\":false}\n{\"name\":\"Aya\",\"mes\":\"Oh\",\"is_user\":true,\"is_system\":true}";
        assert_eq!(told_of(rows), "1 chats with Rin: 2 messages, swipes included, 1 of them hidden");
        for chat in [
            r#"{"type":"risuChat","ver":1,"data":{"name":"Sea","message":[{"role":"char","data":"Hi","name":"Rin"}]}}"#,
            r#"{"name":"Sea","greeting":"","scenario":"","messages":[{"msg":"Hi","handle":"Rin"}]}"#,
        ] {
            assert_eq!(told_of(chat), "1 chats with Rin: 1 messages, swipes included, 0 of them hidden");
        }
        assert_eq!(told_of(&format!(r#"{{"name":"Sea","entries":[{entry}]}}"#)), "the lorebook Sea of 1 entries");
        let described = format!(r#"{{"name":"Sea","description":"Wide.","entries":[{entry}]}}"#);
        assert_eq!(told_of(&described), "the lorebook Sea of 1 entries", "though it looks like an old card");
        assert_eq!(told_of(r#"{"neither":1}"#), "is no card, no chat and no lorebook");
        assert_eq!(told_of("words"), "is none of the formats of cards");
    }
}
