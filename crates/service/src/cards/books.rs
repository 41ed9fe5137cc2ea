//! The lorebook of a card: made one of the person's own on the way in, and laid over what it came from on the way out.
//!
//! What stands open with a character goes with her: her own book first, what else was opened behind it. A book that was closed or
//! erased here is hers no more.

use domain::cards::{CardNotice, CardVersion, CardWarning};
use domain::ids::LorebookId;
use domain::lore::fitting::{Fitted, fitted};
use domain::lore::reading::{self, LoreFormat};
use domain::lore::shelves::Lorebook;
use domain::lore::{Book, Entry, LoreMode};
use domain::validation::FieldError;
use exchange::cards::{Card, RisuModule};
use serde_json::{Map, Value};

/// Where notices of a book stand.
const FIELD: &str = "character_book";

/// Settings of entries that only SillyTavern writes.
const OF_SILLY_TAVERN: [&str; 4] = ["selectiveLogic", "display_index", "useProbability", "exclude_recursion"];

/// The book of a card, as it can be kept; RisuAI's own wins. `None` where there is none, or it has no entry.
fn read(card: &Card, module: Option<&RisuModule>) -> Option<Result<Fitted, FieldError>> {
    let read = match module.and_then(RisuModule::lorebook).filter(|entries| !entries.is_empty()) {
        Some(entries) => reading::read_list(entries),
        None if card.book_entries() == 0 => return None,
        None => reading::read_book(card.book()?).map(|book| Book { mode: mode(card, &book), ..book }),
    };
    let named = |book: Book| {
        let name = if book.name.trim().is_empty() { card.fields.name.clone() } else { book.name.clone() };
        fitted(Book { name, ..book })
    };
    Some(read.map(named)).filter(|read| read.as_ref().map_or(true, |read| !read.book.entries.is_empty()))
}

/// By whose rules the book of a card is read: what it says itself, else who seems to have written it.
fn mode(card: &Card, book: &Book) -> LoreMode {
    let says = book.extensions.get("talker").is_some_and(|ours| ours.get("mode").is_some());
    let by_risu = card.body().get("extensions").is_some_and(|extensions| extensions.get("risuai").is_some());
    let by_silly_tavern = |entry: &Entry| OF_SILLY_TAVERN.iter().any(|key| entry.extensions.contains_key(*key));
    match card.version {
        _ if says => book.mode,
        _ if by_risu => LoreMode::Risu,
        CardVersion::V3 if !book.entries.iter().any(by_silly_tavern) => LoreMode::V3,
        _ => LoreMode::St,
    }
}

/// The book to keep of a card, and what to know about it.
pub(super) fn to_keep(card: &Card, module: Option<&RisuModule>, warnings: &mut Vec<CardWarning>) -> Option<Book> {
    match read(card, module)? {
        Ok(Fitted { book, is_cut, is_shortened }) => {
            let notices = [(is_cut, CardNotice::TextCut), (is_shortened, CardNotice::ListCut)];
            let notices = notices.into_iter().filter(|(is, _)| *is);
            warnings.extend(notices.map(|(_, notice)| CardWarning::new(notice, FIELD)));
            Some(book)
        }
        Err(_) => {
            warnings.push(not_kept());
            None
        }
    }
}

/// That the book stays in the card only.
pub(super) fn not_kept() -> CardWarning {
    CardWarning::new(CardNotice::BookNotKept, FIELD)
}

/// How many entries the book of a card has.
pub(super) fn entries(card: &Card, module: Option<&RisuModule>) -> usize {
    let of_module = module.and_then(RisuModule::lorebook).filter(|entries| !entries.is_empty());
    of_module.map_or_else(|| card.book_entries(), Vec::len)
}

/// A card and its module on their way out.
pub(super) struct Leaving {
    pub(super) card: Card,
    pub(super) module: Option<RisuModule>,
}

impl Leaving {
    /// With what stands open with the character now; `own` is the book that was made of the card's own.
    pub(super) fn with_books(self, own: Option<LorebookId>, open: Vec<Lorebook>) -> Self {
        let Self { card, module } = self;
        let was = read(&card, module.as_ref()).and_then(Result::ok).map(|read| read.book);
        let (mine, others): (Vec<Lorebook>, Vec<Lorebook>) = open.into_iter().partition(|open| Some(open.id) == own);
        let present = match own {
            Some(_) => mine.into_iter().next().map(|open| open.book),
            None => was.clone(),
        };
        let now = others.into_iter().fold(present, |book, other| Some(joined(book, other.book)));
        // One that could not be read is not written either.
        if own.is_none() && was.is_none() && card.book_entries() > 0 {
            return Self { card, module };
        }
        let Some(now) = now else {
            // Closed or erased here; or there never was one.
            let module = if own.is_some() { module.map(|module| module.with_lorebook(Vec::new())) } else { module };
            return Self { card: if own.is_some() { card.with_book(None) } else { card }, module };
        };
        let list = module.as_ref().and_then(RisuModule::lorebook).filter(|entries| !entries.is_empty()).cloned();
        let raw = card.book().filter(|_| card.version != CardVersion::Agnai).cloned();
        let is_changed = was.as_ref() != Some(&now);
        let book = match (&raw, &was) {
            (Some(raw), _) if !is_changed => raw.clone(),
            (Some(raw), Some(was)) if list.is_none() => reading::laid_over(raw, was, &now),
            _ => whole(&now),
        };
        let module = match (module, list, was) {
            (Some(module), Some(list), Some(was)) if is_changed => {
                Some(module.with_lorebook(reading::list_laid_over(&list, &was, &now)))
            }
            (module, ..) => module,
        };
        // What nobody changed stays where it stood.
        let stays = !is_changed && card.body().get(FIELD).is_some();
        Self { card: if stays { card } else { card.with_book(Some(book)) }, module }
    }
}

fn whole(book: &Book) -> Map<String, Value> {
    match reading::write(book, LoreFormat::CharacterBook) {
        Value::Object(book) => book,
        _ => Map::new(),
    }
}

/// A book with the entries of another behind its own.
fn joined(book: Option<Book>, other: Book) -> Book {
    let Some(mut book) = book else { return other };
    for entry in other.entries {
        let uid = book.next_uid();
        // Its number was that of another book.
        let extra = entry.extra.into_iter().filter(|(key, _)| key != "id" && key != "uid").collect();
        book.entries.push(Entry { uid, extra, ..entry });
    }
    book
}

#[cfg(test)]
mod tests {
    use domain::ids::UserId;
    use serde_json::json;
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::*;

    fn card(data: Value) -> Card {
        let mut raw = Map::new();
        raw.insert("spec".to_owned(), json!("chara_card_v2"));
        raw.insert("spec_version".to_owned(), json!("2.0"));
        raw.insert("data".to_owned(), data);
        Card::from_object(raw).unwrap()
    }

    fn with_lamp() -> Card {
        card(json!({"name": "Iris", "character_book": {"odd": 1, "entries": [
            {"keys": ["lamp"], "content": "Burns oil.", "odd": {"a": []}, "extensions": {"selectiveLogic": 0, "z": 1}}
        ]}}))
    }

    fn lorebook(n: u128, book: Book) -> Lorebook {
        let at = OffsetDateTime::UNIX_EPOCH;
        Lorebook {
            id: LorebookId(Uuid::from_u128(n)),
            owner: UserId(Uuid::nil()),
            book,
            revision: 0,
            created_at: at,
            updated_at: at,
        }
    }

    fn leaving(card: Card, module: Option<RisuModule>, own: bool, open: Vec<Lorebook>) -> (Value, Option<RisuModule>) {
        let own = own.then(|| LorebookId(Uuid::from_u128(1)));
        let left = Leaving { card, module }.with_books(own, open);
        (Value::Object(left.card.raw), left.module)
    }

    #[test]
    fn who_wrote_a_book_says_by_whose_rules_it_is_read() {
        let mode_of = |spec: &str, data: Value| {
            let raw = json!({"spec": spec, "spec_version": "3.0", "data": data});
            let card = Card::from_object(raw.as_object().unwrap().clone()).unwrap();
            to_keep(&card, None, &mut Vec::new()).unwrap().mode
        };
        let book = |extensions: Value| json!({"entries": [{"keys": ["a"], "content": "b", "extensions": extensions}]});
        let data = |extensions: Value| json!({"name": "Iris", "character_book": book(extensions)});
        assert_eq!(mode_of("chara_card_v2", data(json!({}))), LoreMode::St);
        assert_eq!(mode_of("chara_card_v3", data(json!({}))), LoreMode::V3);
        assert_eq!(mode_of("chara_card_v3", data(json!({"selectiveLogic": 0}))), LoreMode::St);
        let risu = json!({"name": "Iris", "extensions": {"risuai": {}}, "character_book": book(json!({}))});
        assert_eq!(mode_of("chara_card_v3", risu), LoreMode::Risu);
    }

    #[test]
    fn what_nobody_changed_leaves_as_it_came_and_what_was_closed_is_gone() {
        let card = with_lamp();
        let kept = to_keep(&card, None, &mut Vec::new()).unwrap();
        assert_eq!((kept.name.as_str(), kept.entries.len()), ("Iris", 1));
        let (raw, _) = leaving(card.clone(), None, true, vec![lorebook(1, kept.clone())]);
        assert_eq!(raw, Value::Object(card.raw.clone()));
        let (raw, _) = leaving(card.clone(), None, true, vec![]);
        assert_eq!(raw["data"].get("character_book"), None);
        // A card from before its book was made one.
        let (raw, _) = leaving(card.clone(), None, false, vec![]);
        assert_eq!(raw, Value::Object(card.raw.clone()));
        let mut now = kept;
        now.entries[0].content = "Burns low.".into();
        let other = Book { entries: vec![Entry { content: "Salt.".into(), ..Entry::new(0) }], ..Book::default() };
        let (raw, _) = leaving(card, None, true, vec![lorebook(1, now), lorebook(2, other)]);
        let book = &raw["data"]["character_book"];
        assert_eq!((&book["odd"], book.get("name")), (&json!(1), None));
        assert_eq!(
            book["entries"][0],
            json!({"keys": ["lamp"], "content": "Burns low.", "odd": {"a": []}, "extensions": {"selectiveLogic": 0, "z": 1}})
        );
        assert_eq!((&book["entries"][1]["content"], &book["entries"][1]["id"]), (&json!("Salt."), &json!(1)));
    }

    #[test]
    fn the_book_of_a_module_wins_and_both_leave_changed() {
        let json = json!({"type": "risuModule", "module": {"odd": 1, "lorebook": [
            {"key": "gale", "content": "Of the module.", "comment": "", "mode": "normal", "odd": 2}
        ]}});
        let module = RisuModule::new(json.as_object().unwrap().clone());
        let kept = to_keep(&with_lamp(), Some(&module), &mut Vec::new()).unwrap();
        assert_eq!((kept.mode, kept.entries[0].content.as_str()), (LoreMode::Risu, "Of the module."));
        let (raw, same) = leaving(with_lamp(), Some(module.clone()), true, vec![lorebook(1, kept.clone())]);
        assert_eq!((raw, same), (Value::Object(with_lamp().raw), Some(module.clone())));
        let mut now = kept;
        now.entries[0].content = "Another.".into();
        let (raw, changed) = leaving(with_lamp(), Some(module.clone()), true, vec![lorebook(1, now)]);
        assert_eq!(raw["data"]["character_book"]["entries"][0]["content"], "Another.");
        let changed = changed.unwrap();
        let entry = &changed.lorebook().unwrap()[0];
        assert_eq!((&entry["content"], &entry["odd"]), (&json!("Another."), &json!(2)));
        // Where the module does not go along, its book does.
        let bare = card(json!({"name": "Iris"}));
        let kept = to_keep(&bare, Some(&module), &mut Vec::new()).unwrap();
        let (raw, _) = leaving(bare, Some(module), true, vec![lorebook(1, kept)]);
        assert_eq!(raw["data"]["character_book"]["entries"][0]["content"], "Of the module.");
    }

    #[test]
    fn a_character_of_no_card_takes_what_was_opened_with_her() {
        let book = Book { name: "Sea".into(), entries: vec![Entry::new(4)], ..Book::default() };
        let (raw, _) = leaving(card(json!({"name": "Rin"})), None, false, vec![lorebook(2, book)]);
        assert_eq!(raw["data"]["character_book"]["name"], "Sea");
        let (raw, _) = leaving(card(json!({"name": "Rin"})), None, false, vec![]);
        assert_eq!(raw["data"].get("character_book"), None);
    }
}
