//! The suite of `AccountStore`.

use domain::accounts::UserPatch;
use domain::chats::{HistoryAnchor, SessionFilter};
use domain::pages::PageRequest;

use super::making::Making;
use crate::chats::Parent;
use crate::{Conflict, StoreError, Stores};

/// Runs it.
pub async fn accounts(stores: &Stores) {
    let making = Making::new(stores);
    keeping(stores, &making).await;
    unique(stores, &making).await;
    changing(stores, &making).await;
    deleting(stores, &making).await;
}

async fn keeping(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await;
    assert_eq!(stores.accounts.find_user(user.id).await.unwrap(), Some(user.clone()));
    for login in [&user.username, &user.email] {
        let found = stores.accounts.find_login(login).await.unwrap().unwrap();
        assert_eq!((found.user, found.password_hash.as_str()), (user.clone(), "$argon2id$a"));
    }
    assert_eq!(stores.accounts.find_login("nobody here").await.unwrap(), None);
    assert_eq!(stores.accounts.find_login("no\0body").await.unwrap(), None);
    assert_eq!(stores.accounts.find_user(making.new_user().id).await.unwrap(), None);
    let mut plain = making.new_user();
    (plain.birth_date, plain.timezone) = (None, None);
    stores.accounts.create_user(&plain, "h").await.unwrap();
    assert_eq!(stores.accounts.find_user(plain.id).await.unwrap(), Some(plain));
}

async fn unique(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await;
    let mut same_name = making.new_user();
    same_name.username.clone_from(&user.username);
    assert_eq!(stores.accounts.create_user(&same_name, "h").await, Err(StoreError::Conflict(Conflict::UsernameTaken)));
    let mut same_email = making.new_user();
    same_email.email.clone_from(&user.email);
    assert_eq!(stores.accounts.create_user(&same_email, "h").await, Err(StoreError::Conflict(Conflict::EmailTaken)));
    assert_eq!(stores.accounts.find_user(same_email.id).await.unwrap(), None);
    let (mut one, two) = (making.new_user(), making.new_user());
    one.username.clone_from(&two.username);
    let (one, two) = tokio::join!(stores.accounts.create_user(&one, "h"), stores.accounts.create_user(&two, "h"));
    assert!(one.is_ok() != two.is_ok());
}

async fn changing(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await, making.user().await);
    let now = making.now();
    let patch = UserPatch {
        display_name: Some("Mio".into()),
        email: Some(format!("new.{}", user.email)),
        timezone: Some(None),
        sees_mature: Some(true),
    };
    let changed = stores.accounts.update_user(user.id, &patch, now).await.unwrap();
    assert_eq!((changed.display_name.as_str(), changed.timezone.as_ref(), changed.updated_at), ("Mio", None, now));
    assert_eq!(stores.accounts.find_user(user.id).await.unwrap(), Some(changed.clone()));
    assert!(changed.sees_mature && !user.sees_mature);
    let nothing = stores.accounts.update_user(user.id, &UserPatch::default(), making.now()).await.unwrap();
    assert_eq!((nothing.email, nothing.birth_date), (changed.email, user.birth_date));
    let taken = UserPatch { email: Some(other.email.clone()), ..UserPatch::default() };
    assert_eq!(
        stores.accounts.update_user(user.id, &taken, making.now()).await,
        Err(StoreError::Conflict(Conflict::EmailTaken))
    );
    stores.accounts.set_password(user.id, "other", making.now()).await.unwrap();
    assert_eq!(stores.accounts.find_login(&user.username).await.unwrap().unwrap().password_hash, "other");
    assert_eq!(stores.accounts.find_login(&other.username).await.unwrap().unwrap().password_hash, "$argon2id$a");
    let nobody = making.new_user().id;
    assert_eq!(stores.accounts.update_user(nobody, &patch, making.now()).await, Err(StoreError::NotFound));
    assert_eq!(stores.accounts.set_password(nobody, "x", making.now()).await, Err(StoreError::NotFound));
    assert_eq!(stores.accounts.delete_user(nobody, making.now()).await, Err(StoreError::NotFound));
}

async fn deleting(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (message, _) = making.send(&chat, Parent::Leaf, "hello").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    let device = making.new_device(chat.owner);
    stores.devices.open_device(&device, making.token()).await.unwrap();
    let (kept, alone) = (making.new_character(Some(chat.owner)), making.new_character(Some(chat.owner)));
    let (kept_image, alone_image) = (making.image(chat.owner), making.image(chat.owner));
    stores.characters.create_character(&kept, Some(&kept_image)).await.unwrap();
    stores.characters.create_character(&alone, Some(&alone_image)).await.unwrap();
    // Somebody else talks with one of their characters.
    let friend = making.user().await.id;
    let theirs = making.new_session(friend, kept.id);
    stores.sessions.create_session(&theirs, &[]).await.unwrap();

    stores.accounts.delete_user(chat.owner, making.now()).await.unwrap();
    assert_eq!(stores.accounts.find_user(chat.owner).await.unwrap(), None);
    assert_eq!(stores.devices.list_devices(chat.owner, making.now()).await.unwrap(), []);
    assert_eq!(stores.sessions.find_session(chat.owner, chat.session).await.unwrap(), None);
    let page = PageRequest { cursor: None, limit: 10 };
    assert_eq!(stores.sessions.page_sessions(chat.owner, SessionFilter::default(), &page).await.unwrap().items, []);
    assert_eq!(
        stores.history.history(chat.owner, chat.session, HistoryAnchor::Newest, 5).await,
        Err(StoreError::NotFound)
    );
    assert_eq!(stores.history.find_message(chat.owner, message.id).await.unwrap(), None);
    assert_eq!(stores.turns.finish_reply(&super::making::complete(&claim, "late"), making.now()).await, Ok(None));
    assert_eq!(stores.media.find_media(alone_image.id).await.unwrap(), None);
    let left = stores.characters.find_character(friend, kept.id).await.unwrap().unwrap();
    assert!(left.deleted && left.owner.is_none() && left.profile.persona.is_empty() && left.profile.name == "Rin");
    assert!(stores.media.find_media(kept_image.id).await.unwrap().is_some_and(|image| image.owner.is_none()));
    assert_eq!(stores.characters.find_character(friend, alone.id).await.unwrap(), None);
    // With the last session the rest goes too.
    stores.sessions.delete_session(friend, theirs.id, making.now()).await.unwrap();
    assert_eq!(stores.media.find_media(kept_image.id).await.unwrap(), None);
    assert_eq!(stores.accounts.delete_user(chat.owner, making.now()).await, Err(StoreError::NotFound));
}
