//! The suite of `CardStore`.

use std::collections::BTreeMap;

use domain::cards::{CardFile, CardVersion, KeptCard};
use domain::characters::Character;
use domain::ids::LorebookId;
use domain::limits;
use domain::lore::Book;
use domain::lore::shelves::{LoreTarget, Lorebook};
use domain::routes::Route;

use super::making::Making;
use crate::cards::{Imported, NewImport};
use crate::{Conflict, StoreError, StoreResult, Stores};

fn card(digest: &str) -> KeptCard {
    let raw = "{\"b\":\"\\u0000\",\"a\":1}".to_owned();
    KeptCard { version: CardVersion::V2, raw, digest: digest.to_owned(), book: None }
}

/// What becomes of a character that comes with a card alone.
async fn bring(stores: &Stores, character: &Character, digest: &str, once: bool) -> StoreResult<Imported> {
    let card = card(digest);
    let none = BTreeMap::new();
    let import = NewImport { character, avatar: None, card: &card, book: None, files: &[], route: None, images: &none };
    stores.cards.import_character(import, once).await
}

const MADE: StoreResult<Imported> = Ok(Imported::Made { with_book: false, with_files: false });

/// Runs it.
pub async fn cards(stores: &Stores) {
    let making = Making::new(stores);
    keeping(stores, &making).await;
    once(stores, &making).await;
    with_all(stores, &making).await;
    going(stores, &making).await;
}

async fn keeping(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let mut character = making.new_character(Some(owner));
    let image = making.image(owner);
    let kept = card("first");
    let import = NewImport {
        character: &character,
        avatar: Some(&image),
        card: &kept,
        book: None,
        files: &[],
        route: None,
        images: &BTreeMap::new(),
    };
    assert_eq!(stores.cards.import_character(import, true).await, MADE);
    character.avatar = Some(image.id);
    assert_eq!(stores.characters.find_character(owner, character.id).await, Ok(Some(character.clone())));
    assert_eq!(stores.cards.find_card(owner, character.id).await, Ok(Some(kept)), "every byte is kept, in its order");
    assert_eq!(stores.cards.find_card(other, character.id).await, Ok(None), "another's is not there");
    let made = making.character(owner).await;
    assert_eq!(stores.cards.find_card(owner, made.id).await, Ok(None), "not every character came from a card");
    let nobodys = making.new_character(Some(making.new_user().id));
    assert_eq!(bring(stores, &nobodys, "x", true).await, Err(StoreError::NotFound));
}

async fn once(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let (first, second) = (making.new_character(Some(owner)), making.new_character(Some(owner)));
    let bring = async |character, once| bring(stores, character, "same", once).await;
    assert_eq!(stores.cards.find_imported(owner, "same").await, Ok(None));
    assert_eq!(bring(&first, true).await, MADE);
    assert_eq!(bring(&second, true).await, Ok(Imported::Known(first.id)), "the same file is known");
    assert_eq!(stores.characters.find_character(owner, second.id).await, Ok(None), "and nothing was kept");
    assert_eq!(bring(&second, false).await, MADE, "unless they want it again");
    assert_eq!(stores.cards.find_imported(owner, "same").await, Ok(Some(first.id)));
    assert_eq!(stores.cards.find_imported(owner, "another").await, Ok(None));
    // What one brings says nothing to another.
    assert_eq!(stores.cards.find_imported(other, "same").await, Ok(None));
    assert_eq!(bring(&making.new_character(Some(other)), true).await, MADE);
    // At the same moment, one is first.
    let (one, two) = (making.new_character(Some(owner)), making.new_character(Some(owner)));
    let (left, right) =
        tokio::join!(self::bring(stores, &one, "at once", true), self::bring(stores, &two, "at once", true));
    let known = [left.unwrap(), right.unwrap()].into_iter().filter_map(|became| match became {
        Imported::Known(id) => Some(id),
        Imported::Made { .. } => None,
    });
    let known: Vec<_> = known.collect();
    assert!(known == [one.id] || known == [two.id], "{known:?}");
}

/// The book, the files and the story come with her, or not at all.
async fn with_all(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let character = making.new_character(Some(owner));
    let book = Lorebook {
        id: LorebookId(making.uuid()),
        owner,
        book: Book { name: "Sea".into(), ..Book::default() },
        revision: 0,
        created_at: making.now(),
        updated_at: making.now(),
    };
    let kept = KeptCard { book: Some(book.id), ..card("all") };
    let file = |path: &str, bytes: &[u8]| CardFile { path: path.into(), bytes: bytes.to_vec() };
    let files = [file("assets/b", &[0, 255]), file("assets/a", &[])];
    let images = BTreeMap::from([("lamp".to_owned(), making.image(owner)), ("rain".to_owned(), making.image(owner))]);
    let route = Route::default();
    let import = NewImport {
        character: &character,
        avatar: None,
        card: &kept,
        book: Some(&book),
        files: &files,
        route: Some(&route),
        images: &images,
    };
    let made = stores.cards.import_character(import, true).await;
    assert_eq!(made, Ok(Imported::Made { with_book: true, with_files: true }));
    assert_eq!(stores.cards.find_card(owner, character.id).await, Ok(Some(kept.clone())));
    assert_eq!(stores.cards.card_files(owner, character.id).await, Ok(files.to_vec()), "in their order");
    assert_eq!(stores.cards.card_files(other, character.id).await, Ok(vec![]), "another's are not there");
    assert_eq!(stores.routes.find_route(character.id).await.unwrap().map(|kept| kept.route), Some(route.clone()));
    let ids: BTreeMap<_, _> = images.iter().map(|(key, image)| (key.clone(), image.id)).collect();
    assert_eq!(stores.routes.route_images(character.id).await, Ok(ids));
    let lamp = &images["lamp"];
    assert_eq!(stores.routes.find_route_image(owner, lamp.id).await, Ok(Some(lamp.clone())));
    let many: BTreeMap<_, _> = (0..=limits::ROUTE_IMAGES).map(|n| (format!("k{n}"), making.image(owner))).collect();
    let another = making.new_character(Some(owner));
    let card = card("too many");
    let import = NewImport { character: &another, book: None, card: &card, files: &[], images: &many, ..import };
    let full = Err(StoreError::Conflict(Conflict::TooManyRouteImages));
    assert_eq!(stores.cards.import_character(import, true).await, full);
    assert_eq!(stores.characters.find_character(owner, another.id).await, Ok(None), "nothing of her was kept");
    let at = LoreTarget::Character(character.id);
    assert_eq!(stores.lorebooks.find_lorebook(owner, book.id).await, Ok(Some(book.clone())));
    assert_eq!(stores.lore_shelves.lorebook_targets(owner, book.id).await, Ok(vec![at]));
    stores.lorebooks.delete_lorebook(owner, book.id).await.unwrap();
    let card = stores.cards.find_card(owner, character.id).await.unwrap().unwrap();
    assert_eq!(card.book, Some(book.id), "that there was one is known");
    stores.characters.delete_character(owner, character.id, making.now()).await.unwrap();
    assert_eq!(stores.cards.card_files(owner, character.id).await, Ok(vec![]));
}

async fn going(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let character = making.new_character(Some(owner));
    bring(stores, &character, "gone", true).await.unwrap();
    // Somebody talks with her, so her name stays; her card does not.
    stores.sessions.create_session(&making.new_session(other, character.id), &[]).await.unwrap();
    stores.characters.delete_character(owner, character.id, making.now()).await.unwrap();
    assert_eq!(stores.cards.find_card(owner, character.id).await, Ok(None));
    assert_eq!(stores.cards.find_imported(owner, "gone").await, Ok(None), "she can be brought again");
    let again = making.new_character(Some(owner));
    assert_eq!(bring(stores, &again, "gone", true).await, MADE);
}
