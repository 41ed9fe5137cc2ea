//! The suite of `ConsentStore`, and of those who switch something.

use domain::accounts::UserPatch;
use domain::consents::{Consent, ConsentAct, ConsentKind};
use domain::ids::{InitiativeId, SubscriptionId, UserId};
use domain::initiatives::{Initiative, InitiativeSettings};
use domain::pages::PageRequest;

use super::making::Making;
use crate::pushes::Subscription;
use crate::{StoreError, Stores};

/// Runs it.
pub async fn consents(stores: &Stores) {
    let making = Making::new(stores);
    agreeing(stores, &making).await;
    switching(stores, &making).await;
    reading(stores, &making).await;
}

fn agreement(making: &Making<'_>, user: UserId, kind: ConsentKind, version: &str) -> Consent {
    Consent {
        user,
        at: making.now(),
        kind,
        act: ConsentAct::Given,
        subject: String::new(),
        version: version.to_owned(),
        digest: format!("digest of {version}"),
    }
}

async fn all(stores: &Stores, user: UserId) -> Vec<Consent> {
    let page = PageRequest { cursor: None, limit: 100 };
    let found = stores.consents.page_consents(user, &page).await.unwrap();
    assert_eq!(found.next_cursor, None);
    found.items
}

async fn agreeing(stores: &Stores, making: &Making<'_>) {
    let (aya, other) = (making.user().await.id, making.user().await.id);
    assert_eq!(stores.consents.standing(aya).await, Ok(Vec::new()));
    let first = agreement(making, aya, ConsentKind::Terms, "1");
    stores.consents.agree(&first).await.unwrap();
    stores.consents.agree(&agreement(making, aya, ConsentKind::Terms, "1")).await.unwrap();
    assert_eq!(all(stores, aya).await, std::slice::from_ref(&first), "once for each version");
    let second = agreement(making, aya, ConsentKind::Terms, "2");
    stores.consents.agree(&second).await.unwrap();
    let privacy = agreement(making, aya, ConsentKind::Privacy, "1");
    stores.consents.agree(&privacy).await.unwrap();
    assert_eq!(stores.consents.standing(aya).await, Ok(vec![second.clone(), privacy.clone()]));
    // Withdrawn, it stays written down that it was given.
    let now = making.now();
    stores.consents.withdraw(aya, ConsentKind::Terms, now).await.unwrap();
    stores.consents.withdraw(aya, ConsentKind::Terms, making.now()).await.unwrap();
    let withdrawn = Consent { at: now, act: ConsentAct::Withdrawn, ..second.clone() };
    assert_eq!(all(stores, aya).await, [withdrawn.clone(), privacy.clone(), second, first]);
    assert_eq!(stores.consents.standing(aya).await, Ok(vec![withdrawn, privacy]));
    let again = agreement(making, aya, ConsentKind::Terms, "2");
    stores.consents.agree(&again).await.unwrap();
    assert_eq!(stores.consents.standing(aya).await.unwrap()[0], again);
    assert_eq!(all(stores, other).await, []);
    stores.consents.withdraw(other, ConsentKind::Terms, making.now()).await.unwrap();
    assert_eq!(all(stores, other).await, [], "who never agreed withdraws nothing");
    let nobody = agreement(making, making.new_user().id, ConsentKind::Terms, "1");
    assert_eq!(stores.consents.agree(&nobody).await, Err(StoreError::NotFound));
    stores.accounts.delete_user(aya, making.now()).await.unwrap();
    assert_eq!(all(stores, aya).await, []);
}

/// What is switched is written down, once for each change.
async fn switching(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (user, scope) = (chat.owner, chat.scope());
    for on in [true, false, false, true] {
        stores.bonds.switch_bond(scope, on, making.now()).await.unwrap();
        stores.diaries.switch_diary(scope, on, making.now()).await.unwrap();
        let patch = UserPatch { sees_mature: Some(on), ..UserPatch::default() };
        stores.accounts.update_user(user, &patch, making.now()).await.unwrap();
        let wanted = Initiative {
            id: InitiativeId(making.uuid()),
            user,
            character: scope.character,
            settings: InitiativeSettings { enabled: on, ..InitiativeSettings::default() },
            met_at: making.now(),
            due_at: making.now(),
            revision: 0,
        };
        stores.initiatives.save_initiative(&wanted, making.now()).await.unwrap();
    }
    let device = making.new_device(user);
    stores.devices.open_device(&device, making.token()).await.unwrap();
    let subscription = Subscription {
        id: SubscriptionId(making.uuid()),
        user,
        device: device.id,
        endpoint: format!("https://push.example.org/{}", making.uuid().simple()),
        p256dh: "key".into(),
        auth: "secret".into(),
        created_at: making.now(),
    };
    for _ in 0..2 {
        stores.pushes.subscribe(&subscription).await.unwrap();
    }
    for _ in 0..2 {
        stores.pushes.unsubscribe(user, device.id, making.now()).await.unwrap();
    }
    let did = all(stores, user).await;
    let (character, device) = (scope.character.to_string(), device.id.to_string());
    for (kind, subject, acts) in [
        // On from the beginning: what was switched is written down.
        (ConsentKind::Bond, character.as_str(), vec![false, true]),
        (ConsentKind::Diary, &character, vec![false, true]),
        // Off from the beginning.
        (ConsentKind::WritesFirst, &character, vec![true, false, true]),
        (ConsentKind::Mature, "", vec![true, false, true]),
        (ConsentKind::Push, &device, vec![true, false]),
    ] {
        let of_kind: Vec<&Consent> = did.iter().rev().filter(|consent| consent.kind == kind).collect();
        let found: Vec<ConsentAct> = of_kind.iter().map(|consent| consent.act).collect();
        assert_eq!(found, acts.into_iter().map(ConsentAct::of).collect::<Vec<_>>(), "{kind}");
        assert!(of_kind.iter().all(|consent| consent.subject == subject && consent.version.is_empty()), "{of_kind:?}");
    }
    assert_eq!(stores.consents.standing(user).await, Ok(Vec::new()), "they are no texts");
}

async fn reading(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    let mut given = Vec::new();
    for version in ["1", "2", "3", "4", "5"] {
        let consent = agreement(making, user, ConsentKind::Privacy, version);
        stores.consents.agree(&consent).await.unwrap();
        given.insert(0, consent);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = stores.consents.page_consents(user, &PageRequest { cursor, limit: 2 }).await.unwrap();
        found.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, given);
    let wrong = PageRequest { cursor: Some("x".into()), limit: 2 };
    assert_eq!(stores.consents.page_consents(user, &wrong).await, Err(StoreError::InvalidCursor));
}
