//! The suite of `LorebookStore` and `LoreShelfStore`.

use domain::characters::Visibility;
use domain::ids::{LorebookId, UserId};
use domain::limits;
use domain::lore::shelves::{LoreTarget, Lorebook, LorebookBrief};
use domain::lore::{Book, Entry, LoreMode};
use domain::pages::PageRequest;

use super::chats::join_all;
use super::making::Making;
use crate::{Conflict, StoreError, Stores};

/// Runs it.
pub async fn lorebooks(stores: &Stores) {
    let making = Making::new(stores);
    keeping(stores, &making).await;
    opening(stores, &making).await;
    going(stores, &making).await;
    limits_hold(stores, &making).await;
}

fn book(name: &str) -> Book {
    let mut entry = Entry { keys: vec!["海".into()], content: "Salt.".into(), ..Entry::new(3) };
    entry.extra.insert("theirs".into(), serde_json::json!({ "deep": [null, 1.5, "🌊"] }));
    Book { name: name.into(), mode: LoreMode::Risu, scan_depth: Some(7), entries: vec![entry], ..Book::default() }
}

fn new(making: &Making<'_>, owner: UserId, name: &str) -> Lorebook {
    let now = making.now();
    Lorebook { id: LorebookId(making.uuid()), owner, book: book(name), revision: 0, created_at: now, updated_at: now }
}

async fn made(stores: &Stores, making: &Making<'_>, owner: UserId) -> LorebookId {
    let lorebook = new(making, owner, "One");
    stores.lorebooks.create_lorebook(&lorebook).await.unwrap();
    lorebook.id
}

async fn keeping(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let books = &stores.lorebooks;
    let mut all = Vec::new();
    for name in ["One", "Two", "Three"] {
        let lorebook = new(making, owner, name);
        books.create_lorebook(&lorebook).await.unwrap();
        assert_eq!(books.find_lorebook(owner, lorebook.id).await.unwrap(), Some(lorebook.clone()));
        assert_eq!(books.find_lorebook(other, lorebook.id).await.unwrap(), None);
        all.insert(0, LorebookBrief::from(&lorebook));
    }
    let (mut listed, mut cursor) = (Vec::new(), None);
    loop {
        let page = books.page_lorebooks(owner, &PageRequest { cursor, limit: 2 }).await.unwrap();
        listed.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, all);
    assert!(books.page_lorebooks(other, &PageRequest { cursor: None, limit: 2 }).await.unwrap().items.is_empty());
    let bad = PageRequest { cursor: Some("x".into()), limit: 2 };
    assert_eq!(books.page_lorebooks(owner, &bad).await, Err(StoreError::InvalidCursor));

    let id = all[0].id;
    let now = making.now();
    let changed = books.replace_lorebook(owner, id, 0, &book("Other"), now).await.unwrap();
    assert_eq!((changed.revision, changed.book.name.as_str(), changed.updated_at), (1, "Other", now));
    assert_eq!(books.find_lorebook(owner, id).await.unwrap(), Some(changed));
    let again = books.replace_lorebook(owner, id, 0, &book("Late"), now).await;
    assert_eq!(again, Err(StoreError::Conflict(Conflict::Outdated)));
    assert_eq!(books.replace_lorebook(other, id, 1, &book("Theirs"), now).await, Err(StoreError::NotFound));
    let empty = Book::default();
    let racing = (0..4).map(|_| books.replace_lorebook(owner, id, 1, &empty, now));
    let done = join_all(racing).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "one of those who change the same");

    assert_eq!(books.delete_lorebook(other, id).await, Err(StoreError::NotFound));
    books.delete_lorebook(owner, id).await.unwrap();
    assert_eq!(books.delete_lorebook(owner, id).await, Err(StoreError::NotFound));
    let nobodys = new(making, making.new_user().id, "Nobody's");
    assert_eq!(books.create_lorebook(&nobodys).await, Err(StoreError::NotFound));
}

async fn opening(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let shelves = &stores.lore_shelves;
    let character = making.character(owner).await.id;
    let chat = making.chat_of(owner, character, 1).await;
    let (one, two) = (made(stores, making, owner).await, made(stores, making, owner).await);
    let at_character = LoreTarget::Character(character);
    let (at_person, at_session) = (LoreTarget::Person(owner), LoreTarget::Session(chat.session));
    for target in [at_character, at_session, at_person] {
        shelves.open_lorebook(owner, one, target, making.now()).await.unwrap();
        shelves.open_lorebook(owner, one, target, making.now()).await.unwrap();
    }
    shelves.open_lorebook(owner, two, at_character, making.now()).await.unwrap();
    let found = shelves.shelf(&[at_session, at_person, at_character]).await.unwrap();
    let found: Vec<(LoreTarget, LorebookId, UserId)> =
        found.iter().map(|open| (open.target, open.id, open.owner)).collect();
    let expected =
        [(at_session, one, owner), (at_person, one, owner), (at_character, one, owner), (at_character, two, owner)];
    assert_eq!(found, expected);
    assert_eq!(shelves.lorebook_targets(owner, one).await.unwrap(), [at_character, at_session, at_person]);
    assert!(shelves.lorebook_targets(other, one).await.unwrap().is_empty());
    assert_eq!(shelves.shelved_book(at_character, two).await.unwrap(), Some((0, book("One"))));
    assert_eq!(
        shelves.shelved_book(at_person, two).await.unwrap(),
        None,
        "a prompt reads what stands open where it is made"
    );
    assert!(shelves.shelf(&[]).await.unwrap().is_empty());

    // Neither another's book, nor another's character, nor another person.
    let theirs = made(stores, making, other).await;
    for (by, book, target) in [
        (other, one, LoreTarget::Person(other)),
        (other, theirs, at_character),
        (other, theirs, at_person),
        (owner, one, LoreTarget::Character(domain::ids::CharacterId(making.uuid()))),
        (owner, one, LoreTarget::Session(domain::ids::SessionId(making.uuid()))),
    ] {
        let opened = shelves.open_lorebook(by, book, target, making.now()).await;
        assert_eq!(opened, Err(StoreError::NotFound), "{target:?}");
    }
    assert_eq!(shelves.close_lorebook(other, one, at_character).await, Err(StoreError::NotFound));
    shelves.close_lorebook(owner, one, at_character).await.unwrap();
    shelves.close_lorebook(owner, one, at_character).await.unwrap();
    assert_eq!(shelves.lorebook_targets(owner, one).await.unwrap(), [at_session, at_person]);
}

async fn going(stores: &Stores, making: &Making<'_>) {
    let owner = making.user().await.id;
    let (books, shelves) = (&stores.lorebooks, &stores.lore_shelves);
    let mut character = making.new_character(Some(owner));
    character.profile.visibility = Visibility::Public;
    stores.characters.create_character(&character, None).await.unwrap();
    let (kept, other) = (making.chat_of(owner, character.id, 1).await, making.chat_of(owner, character.id, 1).await);
    let id = made(stores, making, owner).await;
    let (at_character, at_person) = (LoreTarget::Character(character.id), LoreTarget::Person(owner));
    let (at_session, at_other) = (LoreTarget::Session(kept.session), LoreTarget::Session(other.session));
    for target in [at_character, at_person, at_session, at_other] {
        shelves.open_lorebook(owner, id, target, making.now()).await.unwrap();
    }
    stores.sessions.delete_session(owner, other.session, making.now()).await.unwrap();
    assert_eq!(shelves.lorebook_targets(owner, id).await.unwrap(), [at_character, at_person, at_session]);
    stores.characters.delete_character(owner, character.id, making.now()).await.unwrap();
    assert_eq!(shelves.lorebook_targets(owner, id).await.unwrap(), [at_person, at_session]);
    assert!(books.find_lorebook(owner, id).await.unwrap().is_some(), "the book is its owner's, not hers");
    stores.accounts.delete_user(owner, making.now()).await.unwrap();
    assert_eq!(books.find_lorebook(owner, id).await.unwrap(), None);
    assert!(shelves.shelf(&[at_person, at_session]).await.unwrap().is_empty());
}

async fn limits_hold(stores: &Stores, making: &Making<'_>) {
    let owner = making.user().await.id;
    let (books, shelves) = (&stores.lorebooks, &stores.lore_shelves);
    let here = LoreTarget::Person(owner);
    let mut ids = Vec::new();
    for _ in 0..limits::LOREBOOKS {
        ids.push(made(stores, making, owner).await);
    }
    let more = books.create_lorebook(&new(making, owner, "More")).await;
    assert_eq!(more, Err(StoreError::Conflict(Conflict::TooManyLorebooks)));
    let opened = join_all(ids.iter().take(12).map(|id| shelves.open_lorebook(owner, *id, here, making.now()))).await;
    assert_eq!(opened.iter().filter(|opened| opened.is_ok()).count() as u64, limits::LOREBOOKS_ATTACHED);
    assert_eq!(shelves.shelf(&[here]).await.unwrap().len() as u64, limits::LOREBOOKS_ATTACHED);
}
