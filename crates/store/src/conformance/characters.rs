//! The suite of `CharacterStore` and `MediaStore`.

use domain::characters::{Character, CharacterFilter, CharacterProfile, Translation, Visibility};
use domain::ids::{CharacterId, UserId};
use domain::pages::{Page, PageRequest};
use domain::safety::Tongue;

use super::making::{Making, translation};
use super::ratings;
use crate::{StoreError, Stores};

/// Runs it.
pub async fn characters(stores: &Stores) {
    let making = Making::new(stores);
    keeping(stores, &making).await;
    seeing(stores, &making).await;
    ratings::characters(stores, &making).await;
    changing(stores, &making).await;
    deleting(stores, &making).await;
    paging(stores, &making).await;
    searching(stores, &making).await;
}

async fn keeping(stores: &Stores, making: &Making<'_>) {
    let owner = making.user().await.id;
    let mut character = making.new_character(Some(owner));
    let image = making.image(owner);
    stores.characters.create_character(&character, Some(&image)).await.unwrap();
    character.avatar = Some(image.id);
    assert_eq!(stores.characters.find_character(owner, character.id).await.unwrap(), Some(character.clone()));
    assert_eq!(stores.media.find_media(image.id).await.unwrap(), Some(image.clone()));
    assert_eq!(stores.media.find_media(making.image(owner).id).await.unwrap(), None);
    // Those that come with Talker are offered at every start.
    let seeded = making.new_character(None);
    stores.characters.create_character(&seeded, None).await.unwrap();
    let mut again = seeded.clone();
    again.profile.name = "Another".into();
    stores.characters.create_character(&again, Some(&making.image(owner))).await.unwrap();
    assert_eq!(stores.characters.find_character(owner, seeded.id).await.unwrap(), Some(seeded.clone()));
    let (one, two) = tokio::join!(
        stores.characters.create_character(&seeded, None),
        stores.characters.create_character(&seeded, None)
    );
    assert!(one.is_ok() && two.is_ok());
    let update = stores.characters.update_character(owner, seeded.id, &seeded.profile, making.now()).await;
    assert_eq!(update, Err(StoreError::NotFound));
    // What people read of them comes with each version; what somebody made is theirs to translate.
    let chinese = Translation { language: Tongue::Chinese, greeting: "请进。".into(), ..translation() };
    for id in [seeded.id, character.id] {
        stores.characters.translate_character(id, std::slice::from_ref(&chinese)).await.unwrap();
    }
    let mut translated = seeded.clone();
    translated.profile.translations = vec![chinese];
    assert_eq!(stores.characters.find_character(owner, seeded.id).await.unwrap(), Some(translated));
    assert_eq!(stores.characters.find_character(owner, character.id).await.unwrap(), Some(character));
    let nobodys = making.new_character(Some(making.new_user().id));
    assert_eq!(stores.characters.create_character(&nobodys, None).await, Err(StoreError::NotFound));
}

async fn seeing(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    for (visibility, visible) in
        [(Visibility::Public, true), (Visibility::Unlisted, true), (Visibility::Private, false)]
    {
        let mut character = making.new_character(Some(owner));
        character.profile.visibility = visibility;
        stores.characters.create_character(&character, None).await.unwrap();
        assert!(stores.characters.find_character(owner, character.id).await.unwrap().is_some());
        assert_eq!(stores.characters.find_character(other, character.id).await.unwrap().is_some(), visible);
        // Who has a session with her still sees her.
        stores.sessions.create_session(&making.new_session(other, character.id), &[]).await.unwrap();
        assert!(stores.characters.find_character(other, character.id).await.unwrap().is_some());
    }
    assert_eq!(stores.characters.find_character(owner, CharacterId(making.uuid())).await.unwrap(), None);
}

async fn changing(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let character = making.character(owner).await;
    let profile =
        CharacterProfile { name: "Noa".into(), tags: vec!["sea".into()], model: None, ..character.profile.clone() };
    let now = making.now();
    let changed = stores.characters.update_character(owner, character.id, &profile, now).await.unwrap();
    assert_eq!((&changed.profile, changed.updated_at, changed.created_at), (&profile, now, character.created_at));
    assert_eq!(stores.characters.find_character(owner, character.id).await.unwrap(), Some(changed));
    let tagged = CharacterFilter { tag: Some("sea".into()), mine: true, ..CharacterFilter::default() };
    assert_eq!(all(stores, owner, &tagged, 10).await, [character.id]);
    assert_eq!(all(stores, owner, &CharacterFilter { tag: Some("tea".into()), ..tagged }, 10).await, []);
    let (first, second) = (making.image(owner), making.image(owner));
    assert_eq!(
        stores.characters.set_avatar(owner, character.id, Some(&first), making.now()).await.unwrap().avatar,
        Some(first.id)
    );
    assert_eq!(
        stores.characters.set_avatar(owner, character.id, Some(&second), making.now()).await.unwrap().avatar,
        Some(second.id)
    );
    assert_eq!(stores.media.find_media(first.id).await.unwrap(), None);
    assert!(stores.media.find_media(second.id).await.unwrap().is_some());
    let bare = stores.characters.set_avatar(owner, character.id, None, making.now()).await.unwrap();
    assert_eq!((bare.avatar, stores.media.find_media(second.id).await.unwrap()), (None, None));
    assert_eq!(stores.characters.find_character(owner, character.id).await.unwrap(), Some(bare));
    assert_eq!(stores.characters.update_character(other, character.id, &profile, now).await, Err(StoreError::NotFound));
    assert_eq!(stores.characters.set_avatar(other, character.id, Some(&first), now).await, Err(StoreError::NotFound));
    assert_eq!(stores.media.find_media(first.id).await.unwrap(), None);
    assert_eq!(stores.characters.delete_character(other, character.id, now).await, Err(StoreError::NotFound));
}

async fn deleting(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let character = making.new_character(Some(owner));
    let image = making.image(owner);
    stores.characters.create_character(&character, Some(&image)).await.unwrap();
    let session = making.new_session(other, character.id);
    stores.sessions.create_session(&session, &[]).await.unwrap();
    stores.characters.delete_character(owner, character.id, making.now()).await.unwrap();
    assert_eq!(stores.characters.delete_character(owner, character.id, making.now()).await, Err(StoreError::NotFound));
    let update = stores.characters.update_character(owner, character.id, &character.profile, making.now()).await;
    assert_eq!(update, Err(StoreError::NotFound));
    assert_eq!(stores.characters.find_character(owner, character.id).await.unwrap(), None);
    let left = stores.characters.find_character(other, character.id).await.unwrap().unwrap();
    assert!(left.deleted && left.profile.name == character.profile.name && left.avatar == Some(image.id));
    let texts = [
        &left.profile.tagline,
        &left.profile.persona,
        &left.profile.scenario,
        &left.profile.greeting,
        &left.profile.examples,
    ];
    assert!(
        texts.iter().all(|text| text.is_empty())
            && left.profile.alternate_greetings.is_empty()
            && left.profile.tags.is_empty()
            && left.profile.translations.is_empty()
    );
    assert!(left.profile.system_prompt.is_empty() && left.profile.creator_notes.is_empty());
    assert!(!all(stores, other, &CharacterFilter::default(), 100).await.contains(&character.id));
    stores.sessions.delete_session(other, session.id, making.now()).await.unwrap();
    assert_eq!(stores.characters.find_character(other, character.id).await.unwrap(), None);
    assert_eq!(stores.media.find_media(image.id).await.unwrap(), None);
}

async fn page(
    stores: &Stores,
    viewer: UserId,
    filter: &CharacterFilter,
    cursor: Option<String>,
    limit: u32,
) -> Page<Character> {
    stores.characters.page_characters(viewer, filter, &PageRequest { cursor, limit }).await.unwrap()
}

/// The ids of all pages.
pub(super) async fn all(stores: &Stores, viewer: UserId, filter: &CharacterFilter, limit: u32) -> Vec<CharacterId> {
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = page(stores, viewer, filter, cursor, limit).await;
        assert!(page.items.len() <= limit as usize);
        ids.extend(page.items.iter().map(|character| character.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return ids;
        }
    }
}

async fn paging(stores: &Stores, making: &Making<'_>) {
    let (owner, other) = (making.user().await.id, making.user().await.id);
    let mine = CharacterFilter { mine: true, ..CharacterFilter::default() };
    let mut made = Vec::new();
    let same_moment = making.now();
    for n in 0..7 {
        let mut character = making.new_character(Some(owner));
        if n < 4 {
            character.created_at = same_moment;
        }
        if n == 5 {
            character.profile.visibility = Visibility::Unlisted;
        }
        stores.characters.create_character(&character, None).await.unwrap();
        made.insert(0, character.id);
    }
    for limit in [1, 2, 3, 7, 8, 100] {
        assert_eq!(all(stores, owner, &mine, limit).await, made);
    }
    assert_eq!(page(stores, owner, &mine, None, 7).await.next_cursor, None);
    // What is added later stands before the first page and changes none that follow.
    let first = page(stores, owner, &mine, None, 3).await;
    let newest = making.character(owner).await.id;
    let second = page(stores, owner, &mine, first.next_cursor, 3).await;
    assert_eq!(second.items.iter().map(|character| character.id).collect::<Vec<_>>(), made[3..6]);
    // Others see what is public, among all others'.
    let public = all(stores, other, &CharacterFilter::default(), 100).await;
    let mut expected = made.clone();
    expected.insert(0, newest);
    expected.remove(2);
    assert_eq!(public.into_iter().filter(|id| *id == newest || made.contains(id)).collect::<Vec<_>>(), expected);
    assert_eq!(all(stores, other, &mine, 10).await, []);
    for cursor in ["", "x", "../../etc", "00000000000000000"] {
        let request = PageRequest { cursor: Some(cursor.into()), limit: 5 };
        assert_eq!(stores.characters.page_characters(owner, &mine, &request).await, Err(StoreError::InvalidCursor));
    }
}

async fn searching(stores: &Stores, making: &Making<'_>) {
    let owner = making.user().await.id;
    let mut ids = Vec::new();
    for (name, tagline, tag) in [
        ("Élodie Noir", "Runs 100% on coffee", "slow_burn"),
        ("林 雪", "snow\\ice", "winter"),
        ("100 cats", "slowXburn", "Ärger"),
    ] {
        let mut character = making.new_character(Some(owner));
        character.profile = CharacterProfile {
            name: name.into(),
            tagline: tagline.into(),
            tags: vec![tag.to_lowercase()],
            ..character.profile
        };
        stores.characters.create_character(&character, None).await.unwrap();
        ids.push(character.id);
    }
    let found = async |search: &str| {
        let filter = CharacterFilter { search: Some(search.into()), mine: true, ..CharacterFilter::default() };
        let all = all(stores, owner, &filter, 2).await;
        ids.iter().enumerate().filter(|(_, id)| all.contains(id)).map(|(n, _)| n).collect::<Vec<_>>()
    };
    assert_eq!(found("ÉLODIE").await, [0]);
    assert_eq!(found("noir él").await, [0]);
    assert_eq!(found("100%").await, [0]);
    assert_eq!(found("100").await, [0, 2]);
    assert_eq!(found("slow_b").await, [0]);
    assert_eq!(found("雪").await, [1]);
    assert_eq!(found("w\\i").await, [1]);
    assert_eq!(found("ÄRGER cats").await, [2]);
    assert_eq!(found("noir cats").await, [] as [usize; 0]);
    assert_eq!(found("  ").await, [0, 1, 2]);
    let tagged =
        CharacterFilter { search: Some("noir".into()), tag: Some("slow_burn".into()), mine: true, hidden: false };
    assert_eq!(all(stores, owner, &tagged, 5).await, [ids[0]]);
    assert_eq!(all(stores, owner, &CharacterFilter { tag: Some("slow".into()), ..tagged }, 5).await, []);
}
