//! The suite of `ApiKeyStore`.

use domain::accounts::Disabled;
use domain::api_keys::{ApiKey, ApiKeyPatch, ApiKeyScope};
use domain::audit::{Actor, AuditAction, AuditEntry, AuditTarget, TargetKind};
use domain::ids::{ApiKeyId, AuditId, CharacterId, UserId};
use domain::limits;
use futures_util::future::join_all;
use time::Duration;

use super::making::Making;
use crate::{Conflict, StoreError, Stores};

/// Runs it.
pub async fn api_keys(stores: &Stores) {
    let making = Making::new(stores);
    keeping(stores, &making).await;
    changing(stores, &making).await;
    being_used(stores, &making).await;
    ending(stores, &making).await;
    bounds(stores, &making).await;
    whose_they_are(stores, &making).await;
}

fn new_key(making: &Making<'_>, user: UserId) -> ApiKey {
    ApiKey {
        id: ApiKeyId(making.uuid()),
        user_id: user,
        name: "The editor 🖋".into(),
        hint: "talker_Ab3d".into(),
        scopes: vec![ApiKeyScope::Chat, ApiKeyScope::Recall],
        characters: Some(vec![CharacterId(making.uuid())]),
        created_at: making.now(),
        expires_at: Some(making.now() + Duration::days(30)),
        last_used_at: None,
    }
}

async fn keeping(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await.id, making.user().await.id);
    let (one, two) = (new_key(making, user), ApiKey { characters: None, expires_at: None, ..new_key(making, user) });
    let (hash, second) = (making.token(), making.token());
    stores.api_keys.create_api_key(&one, hash).await.unwrap();
    stores.api_keys.create_api_key(&two, second).await.unwrap();
    let now = making.now();
    assert_eq!(stores.api_keys.list_api_keys(user).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(stores.api_keys.list_api_keys(other).await.unwrap(), []);
    assert_eq!(stores.api_keys.find_api_key(hash, now).await.unwrap(), Some(one));
    assert_eq!(stores.api_keys.find_api_key(second, now).await.unwrap(), Some(two));
    assert_eq!(stores.api_keys.find_api_key(making.token(), now).await.unwrap(), None);
    let nobodys = new_key(making, making.new_user().id);
    assert_eq!(stores.api_keys.create_api_key(&nobodys, making.token()).await, Err(StoreError::NotFound));
}

async fn changing(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await.id, making.user().await.id);
    let key = new_key(making, user);
    let hash = making.token();
    stores.api_keys.create_api_key(&key, hash).await.unwrap();
    let patch = ApiKeyPatch { name: Some("A game".into()), ..ApiKeyPatch::default() };
    assert_eq!(stores.api_keys.update_api_key(other, key.id, &patch).await, Err(StoreError::NotFound));
    let named = ApiKey { name: "A game".into(), ..key };
    assert_eq!(stores.api_keys.update_api_key(user, named.id, &patch).await.unwrap(), named);
    let nothing = ApiKeyPatch::default();
    assert_eq!(stores.api_keys.update_api_key(user, named.id, &nothing).await.unwrap(), named);
    let patch = ApiKeyPatch {
        name: None,
        scopes: Some(vec![ApiKeyScope::Sessions]),
        characters: Some(None),
        expires_at: Some(None),
    };
    let open = ApiKey { scopes: vec![ApiKeyScope::Sessions], characters: None, expires_at: None, ..named };
    assert_eq!(stores.api_keys.update_api_key(user, open.id, &patch).await.unwrap(), open);
    assert_eq!(stores.api_keys.find_api_key(hash, making.now()).await.unwrap(), Some(open));
}

async fn being_used(stores: &Stores, making: &Making<'_>) {
    let key = new_key(making, making.user().await.id);
    let hash = making.token();
    stores.api_keys.create_api_key(&key, hash).await.unwrap();
    let (early, late) = (making.now(), making.now());
    stores.api_keys.use_api_key(key.id, late).await.unwrap();
    stores.api_keys.use_api_key(key.id, early).await.unwrap();
    let found = stores.api_keys.find_api_key(hash, late).await.unwrap().unwrap();
    assert_eq!(found.last_used_at, Some(late), "it never goes back");
    // One that was revoked meanwhile is no fault.
    stores.api_keys.use_api_key(ApiKeyId(making.uuid()), late).await.unwrap();
}

async fn ending(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await.id, making.user().await.id);
    let keys = [new_key(making, user), new_key(making, user), new_key(making, user), new_key(making, other)];
    let hashes = [making.token(), making.token(), making.token(), making.token()];
    for (key, hash) in keys.iter().zip(hashes) {
        stores.api_keys.create_api_key(key, hash).await.unwrap();
    }
    let end = keys[0].expires_at.unwrap();
    assert_eq!(stores.api_keys.find_api_key(hashes[0], end).await.unwrap(), None);
    assert!(stores.api_keys.find_api_key(hashes[0], end - Duration::SECOND).await.unwrap().is_some());
    assert_eq!(stores.api_keys.list_api_keys(user).await.unwrap().len(), 3, "one that has ended is still told of");
    assert_eq!(stores.api_keys.revoke_api_keys(other, Some(keys[0].id)).await, Ok(0));
    assert_eq!(stores.api_keys.revoke_api_keys(user, Some(keys[0].id)).await, Ok(1));
    assert_eq!(stores.api_keys.revoke_api_keys(user, Some(keys[0].id)).await, Ok(0));
    assert_eq!(stores.api_keys.revoke_api_keys(user, None).await, Ok(2));
    assert_eq!(stores.api_keys.list_api_keys(user).await.unwrap(), []);
    for hash in &hashes[..3] {
        assert_eq!(stores.api_keys.find_api_key(*hash, making.now()).await.unwrap(), None);
    }
    assert_eq!(stores.api_keys.list_api_keys(other).await.unwrap(), [keys[3].clone()]);
}

async fn bounds(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    // All at once: none slips by while the others are counted.
    let keys: Vec<ApiKey> = (0..limits::API_KEYS + 4).map(|_| new_key(making, user)).collect();
    let made = join_all(keys.iter().map(|key| stores.api_keys.create_api_key(key, making.token()))).await;
    let refused = made.iter().filter(|made| **made == Err(StoreError::Conflict(Conflict::TooManyApiKeys))).count();
    assert_eq!((made.iter().filter(|made| made.is_ok()).count() as u64, refused), (limits::API_KEYS, 4));
    let first = stores.api_keys.list_api_keys(user).await.unwrap()[0].id;
    stores.api_keys.revoke_api_keys(user, Some(first)).await.unwrap();
    stores.api_keys.create_api_key(&new_key(making, user), making.token()).await.unwrap();
}

async fn whose_they_are(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await;
    let hash = making.token();
    stores.api_keys.create_api_key(&new_key(making, user.id), hash).await.unwrap();
    let disable = async |disabled: Option<&Disabled>| {
        let audit = AuditEntry {
            id: AuditId(making.uuid()),
            at: making.now(),
            actor: Actor::Cli,
            action: AuditAction::AccountDisabled,
            target: AuditTarget::new(TargetKind::User, &user.id),
            detail: std::collections::BTreeMap::new(),
            request_id: None,
            address: None,
        };
        stores.people.set_disabled(user.id, disabled, &audit).await.unwrap();
    };
    disable(Some(&Disabled { at: making.now(), reason: String::new() })).await;
    assert_eq!(stores.api_keys.find_api_key(hash, making.now()).await.unwrap(), None);
    let refused = stores.api_keys.create_api_key(&new_key(making, user.id), making.token()).await;
    assert_eq!(refused, Err(StoreError::Conflict(Conflict::AccountDisabled)));
    disable(None).await;
    assert!(stores.api_keys.find_api_key(hash, making.now()).await.unwrap().is_some());
    stores.accounts.delete_user(user.id, making.now()).await.unwrap();
    assert_eq!(stores.api_keys.find_api_key(hash, making.now()).await.unwrap(), None);
    assert_eq!(stores.api_keys.list_api_keys(user.id).await.unwrap(), []);
}
