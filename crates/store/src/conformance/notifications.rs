//! The suites of `NotificationStore`, `InboxStore` and `PushStore`.

use std::collections::BTreeSet;

use domain::ids::{CharacterId, MomentId, NotificationId, SessionId, SubscriptionId, UserId};
use domain::limits;
use domain::notifications::{
    Inbox, News, Notification, NotificationKind, NotificationSettings, Notifier, QuietHours, Subject,
};
use domain::pages::PageRequest;
use time::Duration;

use super::chats::join_all;
use super::making::Making;
use crate::inboxes::Face;
use crate::notifications::{ReadMark, Told};
use crate::pushes::{Subscription, WakeEnd};
use crate::{StoreError, Stores};

/// Runs the suite of `NotificationStore`.
pub async fn notifications(stores: &Stores) {
    let making = Making::new(stores);
    telling(stores, &making).await;
    telling_at_once(stores, &making).await;
    paging(stores, &making).await;
    reading(stores, &making).await;
    forgetting(stores, &making).await;
}

/// Runs the suite of `InboxStore`.
pub async fn inboxes(stores: &Stores) {
    let making = Making::new(stores);
    settings(stores, &making).await;
    standing(stores, &making).await;
    faces(stores, &making).await;
}

/// Runs the suite of `PushStore`.
pub async fn pushes(stores: &Stores) {
    let making = Making::new(stores);
    subscribing(stores, &making).await;
    waking(stores, &making).await;
    failing(stores, &making).await;
    bounded(stores, &making).await;
}

fn like(making: &Making<'_>, user: UserId, moment: MomentId, by: UserId) -> News {
    News {
        user,
        kind: NotificationKind::MomentLiked,
        subject: Subject::Moment(moment),
        by: Some(Notifier::Person(by)),
        source: format!("like:{}", making.uuid()),
    }
}

/// News that is alike no other.
fn any(making: &Making<'_>, user: UserId) -> News {
    like(making, user, MomentId(making.uuid()), UserId(making.uuid()))
}

async fn tell(stores: &Stores, making: &Making<'_>, news: &News) -> Option<Told> {
    stores.notifications.tell_news(NotificationId(making.uuid()), news, making.now()).await.unwrap()
}

async fn told(stores: &Stores, making: &Making<'_>, news: &News) -> Notification {
    tell(stores, making, news).await.unwrap().notification
}

async fn all(stores: &Stores, user: UserId, unread: bool) -> Vec<Notification> {
    let page = PageRequest { cursor: None, limit: 100 };
    stores.notifications.page_notifications(user, unread, &page).await.unwrap().items
}

async fn telling(stores: &Stores, making: &Making<'_>) {
    let (user, moment) = (making.user().await.id, MomentId(making.uuid()));
    let people: Vec<UserId> = (0..5).map(|_| UserId(making.uuid())).collect();
    let (id, now) = (NotificationId(making.uuid()), making.now());
    let first = like(making, user, moment, people[0]);
    let one = stores.notifications.tell_news(id, &first, now).await.unwrap().unwrap();
    assert_eq!(one, Told { notification: Notification::first(id, &first, 1, now), wakes: Vec::new() });
    // The same again is told already, whoever asks.
    assert_eq!(tell(stores, making, &first).await, None);
    let mut last = one.notification;
    for by in &people[1..] {
        last = told(stores, making, &like(making, user, moment, *by)).await;
    }
    let latest: Vec<Notifier> = people[2..].iter().rev().map(|by| Notifier::Person(*by)).collect();
    assert_eq!((last.id, last.count, last.seq, &last.by), (id, 5, 5, &latest));
    assert_eq!(all(stores, user, false).await, [last.clone()]);
    let other = told(stores, making, &any(making, user)).await;
    assert_eq!((other.count, other.seq), (1, 6));
    assert_eq!(all(stores, user, true).await, [other, last]);
    // Another person's news of the same name is another.
    let friend = making.user().await.id;
    assert!(tell(stores, making, &News { user: friend, ..first.clone() }).await.is_some());
    let nobody = News { user: UserId(making.uuid()), ..first };
    assert_eq!(tell(stores, making, &nobody).await, None);
}

async fn telling_at_once(stores: &Stores, making: &Making<'_>) {
    let (user, moment) = (making.user().await.id, MomentId(making.uuid()));
    let same = like(making, user, moment, UserId(making.uuid()));
    let many = join_all((0..6).map(|_| tell(stores, making, &same))).await;
    assert_eq!(many.iter().flatten().count(), 1, "one of them told it");
    let news: Vec<News> = (0..6).map(|_| like(making, user, moment, UserId(making.uuid()))).collect();
    let many = join_all(news.iter().map(|news| tell(stores, making, news))).await;
    let places: BTreeSet<u64> = many.iter().flatten().map(|told| told.notification.seq).collect();
    assert_eq!(places, (2..=7).collect(), "each has a place of its own");
    let found = all(stores, user, false).await;
    assert_eq!((found.len(), found[0].count, found[0].by.len()), (1, 7, limits::NOTIFIERS));
    // Read between, it is another from then on.
    let mark = ReadMark::UpTo(u64::MAX);
    let reading = stores.notifications.mark_read(user, &mark, making.now());
    let more = like(making, user, moment, UserId(making.uuid()));
    let (inbox, _) = tokio::join!(reading, tell(stores, making, &more));
    let unread = all(stores, user, true).await.len() as u64;
    assert_eq!(stores.inboxes.find_inbox(user).await.unwrap().unread, unread);
    assert!(inbox.unwrap().unread <= unread);
}

async fn paging(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(told(stores, making, &any(making, user)).await);
    }
    made.reverse();
    let (mut met, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest { cursor, limit: 2 };
        let page = stores.notifications.page_notifications(user, false, &page).await.unwrap();
        met.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(met, made);
    let nonsense = PageRequest { cursor: Some("nonsense".into()), limit: 2 };
    let refused = stores.notifications.page_notifications(user, true, &nonsense).await;
    assert_eq!(refused.unwrap_err(), StoreError::InvalidCursor);
}

async fn reading(stores: &Stores, making: &Making<'_>) {
    let (user, stranger) = (making.user().await.id, making.user().await.id);
    let store = &stores.notifications;
    let nothing = store.mark_read(user, &ReadMark::UpTo(9), making.now()).await.unwrap();
    assert_eq!(nothing, Inbox::default());
    let (a, b) = (told(stores, making, &any(making, user)).await, told(stores, making, &any(making, user)).await);
    let c = told(stores, making, &any(making, user)).await;
    let now = making.now();
    let inbox = store.mark_read(user, &ReadMark::UpTo(a.seq), now).await.unwrap();
    assert_eq!(inbox, Inbox { seq: 4, read_up_to: 1, unread: 2 });
    assert_eq!(all(stores, user, false).await.last().unwrap().read_at, Some(now));
    // Neither a stranger nor an id of nothing changes anything.
    told(stores, making, &any(making, stranger)).await;
    store.mark_read(stranger, &ReadMark::These(vec![b.id]), making.now()).await.unwrap();
    assert_eq!(all(stores, user, true).await.len(), 2);
    let inbox = store.mark_read(user, &ReadMark::These(vec![b.id, NotificationId(making.uuid())]), now).await.unwrap();
    assert_eq!((inbox.read_up_to, inbox.unread), (1, 1));
    assert_eq!(all(stores, user, true).await, std::slice::from_ref(&c));
    // Nobody has read what is not there yet.
    let inbox = store.mark_read(user, &ReadMark::UpTo(u64::MAX), making.now()).await.unwrap();
    assert_eq!((inbox.seq, inbox.read_up_to, inbox.unread), (6, 5, 0));
    assert_eq!(store.mark_read(user, &ReadMark::UpTo(1), making.now()).await.unwrap().read_up_to, 5);
    // What was read takes nothing in any more.
    let again = told(stores, making, &News { source: "again".into(), ..news_of(&c) }).await;
    assert_eq!((again.count, again.id == c.id, again.seq), (1, false, 8));
    assert_eq!(store.delete_notification(stranger, a.id).await, Err(StoreError::NotFound));
    assert_eq!(store.delete_notification(user, again.id).await.unwrap().unread, 0);
    assert_eq!(store.delete_notification(user, again.id).await, Err(StoreError::NotFound));
    assert_eq!(all(stores, user, false).await.len(), 3);
}

fn news_of(notification: &Notification) -> News {
    News {
        user: notification.user,
        kind: notification.kind,
        subject: notification.subject,
        by: notification.by.first().copied(),
        source: String::new(),
    }
}

async fn forgetting(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    for _ in 0..limits::NOTIFICATIONS + 3 {
        told(stores, making, &any(making, user)).await;
    }
    let kept = stores.inboxes.find_inbox(user).await.unwrap();
    assert_eq!(kept.unread, u64::from(limits::NOTIFICATIONS));
    // What is old goes, its name a little earlier.
    let (old, person) = (making.now() - Duration::days(9_000), making.user().await.id);
    let news = any(making, person);
    stores.notifications.tell_news(NotificationId(making.uuid()), &news, old).await.unwrap();
    let (before, later) = (old - Duration::SECOND, old + Duration::SECOND);
    let sweep = |before, sources| stores.notifications.sweep_notifications(before, sources, 1_000);
    assert_eq!(sweep(before, before).await.unwrap(), 0);
    assert_eq!(sweep(before, later).await.unwrap(), 1);
    assert_eq!(tell(stores, making, &news).await.unwrap().notification.count, 2, "it is not known any more");
    assert_eq!(sweep(later, later).await.unwrap(), 0, "something has happened since");
    // With a person goes their inbox, and what others were told of them.
    let friend = making.user().await.id;
    let request = News {
        kind: NotificationKind::FriendRequest,
        subject: Subject::Person(person),
        by: Some(Notifier::Person(person)),
        ..any(making, friend)
    };
    told(stores, making, &request).await;
    told(stores, making, &any(making, friend)).await;
    stores.accounts.delete_user(person, making.now()).await.unwrap();
    assert_eq!(all(stores, person, false).await, []);
    assert_eq!(all(stores, friend, false).await.len(), 1);
    let racing = making.user().await.id;
    let news: Vec<News> = (0..4).map(|_| any(making, racing)).collect();
    let deleting = stores.accounts.delete_user(racing, making.now());
    let (deleted, _) = tokio::join!(deleting, join_all(news.iter().map(|news| tell(stores, making, news))));
    deleted.unwrap();
    assert_eq!(stores.inboxes.find_inbox(racing).await.unwrap(), Inbox::default());
}

async fn settings(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    assert_eq!(stores.inboxes.find_settings(user).await.unwrap(), NotificationSettings::default());
    let wanted = NotificationSettings {
        off: BTreeSet::from([NotificationKind::MomentLiked, NotificationKind::NewFollower]),
        push_off: BTreeSet::from([NotificationKind::ReplyReady]),
        quiet: Some(QuietHours::read("22:30", "07:00").unwrap()),
        hide_names: true,
    };
    stores.inboxes.save_settings(user, &wanted, making.now()).await.unwrap();
    assert_eq!(stores.inboxes.find_settings(user).await.unwrap(), wanted);
    assert_eq!(tell(stores, making, &any(making, user)).await, None, "it is not wanted");
    let usual = NotificationSettings::default();
    stores.inboxes.save_settings(user, &usual, making.now()).await.unwrap();
    assert_eq!(stores.inboxes.find_settings(user).await.unwrap(), usual);
    let nobody = UserId(making.uuid());
    assert_eq!(stores.inboxes.find_settings(nobody).await, Err(StoreError::NotFound));
    assert_eq!(stores.inboxes.save_settings(nobody, &usual, making.now()).await, Err(StoreError::NotFound));
}

async fn standing(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await.id, making.user().await.id);
    assert_eq!(stores.inboxes.find_inbox(user).await.unwrap(), Inbox::default());
    let (a, b) = (told(stores, making, &any(making, user)).await, told(stores, making, &any(making, user)).await);
    let c = told(stores, making, &any(making, user)).await;
    assert_eq!(stores.inboxes.find_inbox(user).await.unwrap(), Inbox { seq: 3, read_up_to: 0, unread: 3 });
    let after = |after, limit| stores.inboxes.unread_after(user, after, limit);
    assert_eq!(after(0, 10).await.unwrap(), [a.clone(), b.clone(), c.clone()]);
    assert_eq!(after(0, 2).await.unwrap(), [b, c.clone()], "the latest of them");
    assert_eq!(after(2, 10).await.unwrap(), [c]);
    assert_eq!(after(3, 10).await.unwrap(), []);
    assert_eq!(stores.inboxes.inbox_places(&[user, other]).await.unwrap(), [(user, 3)]);
    assert_eq!(stores.inboxes.inbox_places(&[]).await.unwrap(), []);
}

async fn faces(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await;
    let character = making.new_character(Some(user.id));
    stores.characters.create_character(&character, None).await.unwrap();
    let (person, rin) = (Notifier::Person(user.id), Notifier::Character(character.id));
    let gone = [Notifier::Person(UserId(making.uuid())), Notifier::Character(CharacterId(making.uuid()))];
    let found = stores.inboxes.faces(making.user().await.id, &[person, rin, person, gone[0], gone[1]]).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[&person], Face { name: user.display_name, avatar: None });
    assert_eq!(found[&rin], Face { name: character.profile.name, avatar: character.avatar });
}

/// A subscription of a new device.
async fn device(stores: &Stores, making: &Making<'_>, user: UserId) -> Subscription {
    let device = making.new_device(user);
    stores.devices.open_device(&device, making.token()).await.unwrap();
    let id = SubscriptionId(making.uuid());
    Subscription {
        id,
        user,
        device: device.id,
        endpoint: format!("https://push.example.net/{id}"),
        p256dh: "key".into(),
        auth: "secret".into(),
        created_at: making.now(),
    }
}

async fn subscribed(stores: &Stores, making: &Making<'_>, user: UserId) -> Subscription {
    let subscription = device(stores, making, user).await;
    stores.pushes.subscribe(&subscription).await.unwrap();
    subscription
}

async fn subscribing(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await.id, making.user().await.id);
    let one = subscribed(stores, making, user).await;
    let found = |user, device| stores.pushes.find_subscription(user, device);
    assert_eq!(found(user, one.device).await.unwrap(), Some(one.clone()));
    assert_eq!(found(other, one.device).await.unwrap(), None);
    // Once more from the same device, and the same address from another person's device.
    let again =
        Subscription { id: SubscriptionId(making.uuid()), endpoint: format!("{}x", one.endpoint), ..one.clone() };
    stores.pushes.subscribe(&again).await.unwrap();
    assert_eq!(found(user, one.device).await.unwrap(), Some(again.clone()));
    let theirs = Subscription { endpoint: again.endpoint.clone(), ..device(stores, making, other).await };
    stores.pushes.subscribe(&theirs).await.unwrap();
    assert_eq!(found(user, one.device).await.unwrap(), None);
    assert_eq!(found(other, theirs.device).await.unwrap(), Some(theirs.clone()));
    // Nobody subscribes for another's device, and none that is signed out subscribes.
    let stolen = Subscription { user, id: SubscriptionId(making.uuid()), ..theirs.clone() };
    assert_eq!(stores.pushes.subscribe(&stolen).await, Err(StoreError::NotFound));
    assert!(!stores.pushes.unsubscribe(user, theirs.device, making.now()).await.unwrap());
    stores.devices.end_device(other, theirs.device).await.unwrap();
    assert_eq!(found(other, theirs.device).await.unwrap(), None);
    assert_eq!(stores.pushes.subscribe(&theirs).await, Err(StoreError::NotFound));
    let last = subscribed(stores, making, user).await;
    assert!(stores.pushes.unsubscribe(user, last.device, making.now()).await.unwrap());
    assert!(!stores.pushes.unsubscribe(user, last.device, making.now()).await.unwrap());
}

async fn waking(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    let (one, two) = (subscribed(stores, making, user).await, subscribed(stores, making, user).await);
    let news = any(making, user);
    let Told { notification, wakes } = tell(stores, making, &news).await.unwrap();
    assert_eq!(wakes, [one.id, two.id]);
    let waiting = |id, now| stores.pushes.waiting(id, now, 10);
    let now = making.now();
    let found = waiting(one.id, now).await.unwrap().unwrap();
    assert_eq!((found.subscription, found.failures, found.unread), (one.clone(), 0, 1));
    assert_eq!((found.timezone.as_deref(), found.next_due), (Some("Asia/Tokyo"), None));
    assert_eq!((found.wakes.len(), &found.wakes[0].notification), (1, &notification));
    // It happens again while it is sent: that is sent afterwards, in peace.
    let more = told(stores, making, &News { source: "more".into(), ..news.clone() }).await;
    let end = WakeEnd::Taken(notification.id, notification.seq);
    stores.pushes.settle_wake(one.id, end, making.now()).await.unwrap();
    let found = waiting(one.id, making.now()).await.unwrap().unwrap();
    assert_eq!(found.wakes.iter().map(|wake| wake.notification.seq).collect::<Vec<_>>(), [more.seq]);
    stores.pushes.settle_wake(one.id, WakeEnd::Taken(more.id, more.seq), making.now()).await.unwrap();
    assert_eq!(waiting(one.id, making.now()).await.unwrap().unwrap().wakes, []);
    told(stores, making, &News { source: "and more".into(), ..news }).await;
    let found = waiting(one.id, making.now()).await.unwrap().unwrap();
    assert_eq!((found.wakes.len(), found.next_due.is_some()), (0, true));
    let peace = found.next_due.unwrap();
    assert_eq!(waiting(one.id, peace).await.unwrap().unwrap().wakes[0].notification.count, 3);
    // The other has it all in one; who has read it is not woken.
    assert_eq!(waiting(two.id, making.now()).await.unwrap().unwrap().wakes[0].notification.count, 3);
    let overdue = |of, since| stores.pushes.overdue(of, since, 1_000);
    assert_eq!(overdue(Some(user), now).await.unwrap().len(), 2);
    assert!(overdue(None, making.now()).await.unwrap().contains(&two.id));
    stores.notifications.mark_read(user, &ReadMark::UpTo(u64::MAX), making.now()).await.unwrap();
    assert_eq!(waiting(two.id, peace).await.unwrap().unwrap().wakes, []);
    assert_eq!(overdue(Some(user), peace).await.unwrap(), []);
    // What is not wanted is not written down; a device that is gone has nothing waiting.
    let silent =
        NotificationSettings { push_off: BTreeSet::from([NotificationKind::MomentLiked]), ..Default::default() };
    stores.inboxes.save_settings(user, &silent, making.now()).await.unwrap();
    assert_eq!(tell(stores, making, &any(making, user)).await.unwrap().wakes, []);
    assert_eq!(waiting(SubscriptionId(making.uuid()), peace).await.unwrap(), None);
}

async fn failing(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    let one = subscribed(stores, making, user).await;
    let news = News { subject: Subject::Session(SessionId(making.uuid())), ..any(making, user) };
    let first = told(stores, making, &news).await;
    let settle = |end| stores.pushes.settle_wake(one.id, end, making.now());
    let until = making.now() + Duration::hours(8);
    settle(WakeEnd::Later(until)).await.unwrap();
    let waiting = async |now| stores.pushes.waiting(one.id, now, 10).await.unwrap().unwrap();
    let found = waiting(making.now()).await;
    assert_eq!((found.failures, found.wakes.len(), found.next_due), (0, 0, Some(until)));
    assert!(!stores.pushes.overdue(None, making.now(), 1_000).await.unwrap().contains(&one.id));
    // Whoever wants something else is looked at anew.
    stores.inboxes.save_settings(user, &NotificationSettings::default(), making.now()).await.unwrap();
    assert_eq!(waiting(making.now()).await.wakes.len(), 1);
    settle(WakeEnd::Failed(until)).await.unwrap();
    settle(WakeEnd::Failed(until)).await.unwrap();
    stores.inboxes.save_settings(user, &NotificationSettings::default(), making.now()).await.unwrap();
    let found = waiting(making.now()).await;
    assert_eq!((found.failures, found.wakes.len()), (2, 0), "a service that was not reached is left in peace");
    settle(WakeEnd::Taken(first.id, first.seq)).await.unwrap();
    assert_eq!(waiting(until).await.failures, 0);
    let second = told(stores, making, &News { source: "second".into(), ..news }).await;
    settle(WakeEnd::Dropped(second.id, second.seq)).await.unwrap();
    assert_eq!(waiting(until).await.wakes, []);
    settle(WakeEnd::Gone).await.unwrap();
    assert_eq!(stores.pushes.waiting(one.id, until, 1).await.unwrap(), None);
    assert_eq!(stores.pushes.find_subscription(user, one.device).await.unwrap(), None);
}

async fn bounded(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    let mut made = Vec::new();
    for _ in 0..limits::SUBSCRIPTIONS + 2 {
        made.push(subscribed(stores, making, user).await);
    }
    let woken = tell(stores, making, &any(making, user)).await.unwrap().wakes;
    let kept: Vec<SubscriptionId> = made[2..].iter().map(|one| one.id).collect();
    assert_eq!(woken, kept, "those that subscribed last");
}
