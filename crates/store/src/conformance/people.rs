//! The suites of `PeopleStore`, `AuditStore` and `UsageStore`. Numbers of all people are one for all: only what a suite's own
//! people add to them is looked at.

use std::collections::BTreeMap;

use domain::accounts::{Disabled, UserRole};
use domain::audit::{Actor, AuditAction, AuditEntry, AuditFilter, AuditTarget, TargetKind};
use domain::ids::{AuditId, MessageId, UserId};
use domain::pages::PageRequest;
use domain::usage::{Day, Limit, PeopleFilter, QuotaOverride, Usage, UsageEntry};
use time::Duration;

use super::chats::join_all;
use super::making::Making;
use crate::{Conflict, StoreError, Stores};

/// An entry that says that somebody did something to somebody.
pub(super) fn entry(making: &Making<'_>, actor: Actor, action: AuditAction, target: UserId) -> AuditEntry {
    AuditEntry {
        id: AuditId(making.uuid()),
        at: making.now(),
        actor,
        action,
        target: AuditTarget::new(TargetKind::User, &target),
        detail: BTreeMap::from([("to".to_owned(), "admin".to_owned())]),
        request_id: Some("r-1".into()),
        address: None,
    }
}

async fn log_of(stores: &Stores, user: UserId) -> Vec<AuditEntry> {
    let filter = AuditFilter { user: Some(user), action: None };
    stores.audit.page_audit(&filter, &PageRequest { cursor: None, limit: 100 }).await.unwrap().items
}

/// Runs the suite of `PeopleStore`.
pub async fn people(stores: &Stores) {
    let making = Making::new(stores);
    finding(stores, &making).await;
    roles(stores, &making).await;
    disabling(stores, &making).await;
}

async fn finding(stores: &Stores, making: &Making<'_>) {
    let (first, second) = (making.user().await, making.user().await);
    let device = making.new_device(first.id);
    stores.devices.open_device(&device, making.token()).await.unwrap();
    let (day, now) = (Day::of(making.now()), making.now());
    let found = stores.people.find_person(first.id, day, now).await.unwrap().unwrap();
    assert_eq!((found.devices, found.sessions, found.last_seen_at), (1, 0, Some(device.last_seen_at)));
    assert_eq!((&found.user, found.used, found.own), (&first, Usage::default(), QuotaOverride::default()));
    assert_eq!(stores.people.find_person(making.new_user().id, day, now).await.unwrap(), None);
    // Names of one suite share their beginning up to where their ids begin to differ; a whole name is one person.
    let of = |prefix: &str| PeopleFilter { prefix: Some(prefix.to_owned()), ..PeopleFilter::default() };
    let all = PageRequest { cursor: None, limit: 100 };
    let one = stores.people.page_people(&of(&second.username), &all, day, now).await.unwrap();
    assert_eq!(one.items.iter().map(|person| person.user.id).collect::<Vec<_>>(), [second.id]);
    for special in ["%", "_", "'", "u%"] {
        assert_eq!(stores.people.page_people(&of(special), &all, day, now).await.unwrap().items, [], "{special}");
    }
    // Page by page each is met once, the newest first.
    let (mut met, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest { cursor, limit: 1 };
        let page = stores.people.page_people(&PeopleFilter::default(), &page, day, now).await.unwrap();
        met.extend(page.items.iter().map(|person| person.user.id).filter(|id| [first.id, second.id].contains(id)));
        cursor = page.next_cursor;
        if cursor.is_none() || met.len() == 2 {
            break;
        }
    }
    assert_eq!(met, [second.id, first.id]);
    let nonsense = PageRequest { cursor: Some("nonsense".into()), limit: 1 };
    let refused = stores.people.page_people(&PeopleFilter::default(), &nonsense, day, now).await;
    assert_eq!(refused.unwrap_err(), StoreError::InvalidCursor);
}

async fn roles(stores: &Stores, making: &Making<'_>) {
    let (one, two) = (making.user().await, making.user().await);
    let change = |user: UserId| entry(making, Actor::Cli, AuditAction::RoleChanged, user);
    let nobody = making.new_user().id;
    assert_eq!(stores.people.set_role(nobody, UserRole::Admin, &change(nobody)).await, Err(StoreError::NotFound));
    for user in [&one, &two] {
        let changed = stores.people.set_role(user.id, UserRole::Admin, &change(user.id)).await.unwrap();
        assert_eq!(changed.role, UserRole::Admin);
        // Once more is no news.
        stores.people.set_role(user.id, UserRole::Admin, &change(user.id)).await.unwrap();
        assert_eq!(log_of(stores, user.id).await.len(), 1);
    }
    let admins =
        PeopleFilter { role: Some(UserRole::Admin), prefix: Some(one.username.clone()), disabled: Some(false) };
    let page = PageRequest { cursor: None, limit: 10 };
    let found = stores.people.page_people(&admins, &page, Day(0), making.now()).await.unwrap();
    assert_eq!(found.items.len(), 1);
    // Of admins who send each other away at once, one stays.
    let (first, second) = (change(one.id), change(two.id));
    let (a, b) = tokio::join!(
        stores.people.set_role(one.id, UserRole::Member, &first),
        stores.people.set_role(two.id, UserRole::Moderator, &second)
    );
    let stays = if a.is_err() { one.id } else { two.id };
    let others = stores.people.count_people(Day(0)).await.unwrap().admins;
    assert!(others >= 1);
    if others == 1 {
        let last = Err(StoreError::Conflict(Conflict::LastAdmin));
        assert!(a.is_ok() != b.is_ok() && (a == last || b == last));
        assert_eq!(stores.people.set_role(stays, UserRole::Member, &change(stays)).await, last);
        let disabled = Disabled { at: making.now(), reason: String::new() };
        let refused = stores.people.set_disabled(stays, Some(&disabled), &change(stays)).await;
        assert_eq!(refused, Err(StoreError::Conflict(Conflict::LastAdmin)));
    }
}

async fn disabling(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await;
    let device = making.new_device(user.id);
    stores.devices.open_device(&device, making.token()).await.unwrap();
    let disabled = Disabled { at: making.now(), reason: "spam".into() };
    let audit = |action| entry(making, Actor::Cli, action, user.id);
    let off = audit(AuditAction::AccountDisabled);
    let kept_out = stores.people.set_disabled(user.id, Some(&disabled), &off).await.unwrap();
    assert_eq!((kept_out.ended, kept_out.user.disabled.as_ref()), (vec![device.id], Some(&disabled)));
    assert_eq!(stores.accounts.find_user(user.id).await.unwrap().unwrap().disabled, Some(disabled.clone()));
    let again = stores.devices.open_device(&making.new_device(user.id), making.token()).await;
    assert_eq!(again, Err(StoreError::Conflict(Conflict::AccountDisabled)));
    assert!(stores.people.disabled_since(disabled.at, 1_000).await.unwrap().contains(&user.id));
    assert!(
        !stores.people.disabled_since(disabled.at + Duration::MICROSECOND, 1_000).await.unwrap().contains(&user.id)
    );
    // Another reason is no second entry.
    let other = Disabled { reason: "spam, again".into(), ..disabled.clone() };
    stores.people.set_disabled(user.id, Some(&other), &audit(AuditAction::AccountDisabled)).await.unwrap();
    let on = audit(AuditAction::AccountEnabled);
    let back = stores.people.set_disabled(user.id, None, &on).await.unwrap();
    assert_eq!((back.user.disabled, back.ended), (None, vec![]));
    stores.devices.open_device(&making.new_device(user.id), making.token()).await.unwrap();
    assert_eq!(log_of(stores, user.id).await, [on, off]);
}

/// Runs the suite of `AuditStore`.
pub async fn audit(stores: &Stores) {
    let making = Making::new(stores);
    let (admin, user) = (making.new_user().id, making.new_user().id);
    let mut written = Vec::new();
    for n in 0..5 {
        let actor = [Actor::User(admin), Actor::Cli, Actor::OperatorKey, Actor::Stranger, Actor::Cli][n];
        let mut entry = entry(&making, actor, AuditAction::RoleChanged, user);
        entry.address = (n == 3).then(|| "192.0.2.1".to_owned());
        stores.audit.write_audit(&entry).await.unwrap();
        written.insert(0, entry);
    }
    assert_eq!(log_of(stores, user).await, written);
    assert_eq!(log_of(stores, admin).await, written[4..]);
    let filter = AuditFilter { user: Some(user), action: Some(AuditAction::RoleChanged) };
    let (mut met, mut cursor) = (Vec::new(), None);
    loop {
        let page = stores.audit.page_audit(&filter, &PageRequest { cursor, limit: 2 }).await.unwrap();
        met.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(met, written);
    let other = AuditFilter { action: Some(AuditAction::JobDiscarded), ..filter };
    assert_eq!(stores.audit.page_audit(&other, &PageRequest { cursor: None, limit: 2 }).await.unwrap().items, []);
    // What is old goes, a bounded number at a time.
    while stores.audit.sweep_audit(written[0].at, 3).await.unwrap() > 0 {}
    assert_eq!(log_of(stores, user).await, written[..1]);
}

/// Runs the suite of `UsageStore`.
pub async fn usage(stores: &Stores) {
    let making = Making::new(stores);
    counting(stores, &making).await;
    limits(stores, &making).await;
}

async fn counting(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await.id, making.user().await.id);
    let (day, next) = (Day(40_000), Day(40_001));
    let took = |user, day, tokens| UsageEntry {
        id: MessageId(making.uuid()),
        user,
        day,
        usage: Usage { replies: 1, tokens, cost: 3 },
    };
    let before = stores.usage.total_usage(day).await.unwrap();
    assert_eq!(stores.usage.standing(user, day).await.unwrap().used, Usage::default());
    let entries = [took(user, day, 10), took(user, day, 20), took(other, day, 5), took(user, next, 1)];
    stores.usage.count_usage(&entries).await.unwrap();
    stores.usage.count_usage(&[]).await.unwrap();
    // Told again, alone, with others, or by many at once, each counts once.
    stores.usage.count_usage(&entries[..1]).await.unwrap();
    let more = [entries[1], took(user, day, 100), entries[3]];
    for done in join_all((0..6).map(|_| stores.usage.count_usage(&more))).await {
        done.unwrap();
    }
    let standing = stores.usage.standing(user, day).await.unwrap();
    assert_eq!(standing.used, Usage { replies: 3, tokens: 130, cost: 9 });
    assert_eq!(standing.all, before.plus(Usage { replies: 4, tokens: 135, cost: 12 }));
    assert_eq!(stores.usage.standing(user, next).await.unwrap().used, Usage { replies: 1, tokens: 1, cost: 3 });
    // Many at once, of many people.
    let many: Vec<UsageEntry> = (0..300).map(|n| took(if n % 3 == 0 { user } else { other }, next, 1)).collect();
    let (one, two) = tokio::join!(stores.usage.count_usage(&many[..200]), stores.usage.count_usage(&many[100..]));
    assert_eq!((one, two), (Ok(()), Ok(())));
    assert_eq!(stores.usage.standing(user, next).await.unwrap().used.replies, 101);
    // What somebody took goes with them; what all took stays.
    stores.accounts.delete_user(user, making.now()).await.unwrap();
    stores.usage.count_usage(&[took(user, day, 7)]).await.unwrap();
    assert_eq!(stores.usage.standing(user, day).await.unwrap().used, Usage::default());
    assert_eq!(stores.usage.total_usage(day).await.unwrap(), before.plus(Usage { replies: 5, tokens: 142, cost: 15 }));
    // The ledger is forgotten, and the sums are not.
    while stores.usage.sweep_ledger(Day(40_002), 100).await.unwrap() > 0 {}
    assert_eq!(stores.usage.standing(other, next).await.unwrap().used.replies, 200);
}

async fn limits(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    let audit = || entry(making, Actor::Cli, AuditAction::QuotaChanged, user);
    let own = QuotaOverride { replies: Limit::AtMost(7), tokens: Limit::Unlimited, cost: Limit::Default };
    let nobody = making.new_user().id;
    assert_eq!(stores.usage.set_quota(nobody, &own, &audit()).await, Err(StoreError::NotFound));
    stores.usage.set_quota(user, &own, &audit()).await.unwrap();
    let standing = stores.usage.standing(user, Day(1)).await.unwrap();
    assert_eq!((standing.own, standing.any_own), (own, true));
    let person = stores.people.find_person(user, Day(1), making.now()).await.unwrap().unwrap();
    assert_eq!(person.own, own);
    let other = QuotaOverride { cost: Limit::AtMost(0), ..QuotaOverride::default() };
    stores.usage.set_quota(user, &other, &audit()).await.unwrap();
    assert_eq!(stores.usage.standing(user, Day(1)).await.unwrap().own, other);
    stores.usage.set_quota(user, &QuotaOverride::default(), &audit()).await.unwrap();
    assert_eq!(stores.usage.standing(user, Day(1)).await.unwrap().own, QuotaOverride::default());
    assert_eq!(log_of(stores, user).await.len(), 3);
}
