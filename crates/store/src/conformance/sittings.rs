//! The suite of `SittingStore`.

use domain::ids::ReminderId;
use domain::sittings::{Count, Counted};
use time::{Duration, OffsetDateTime};

use super::chats::join_all;
use super::making::Making;
use crate::{StoreError, Stores};

const PAUSE: Duration = Duration::minutes(15);
const EVERY: Duration = Duration::HOUR;

/// Runs the suite.
pub async fn sittings(stores: &Stores) {
    let making = Making::new(stores);
    reminders(stores, &making).await;
    at_once(stores, &making).await;
    counts(stores, &making).await;
}

fn id(making: &Making<'_>) -> ReminderId {
    ReminderId(making.uuid())
}

async fn reminders(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    let (phone, laptop, others) = (making.new_device(aya), making.new_device(aya), making.new_device(ren));
    for device in [&phone, &laptop, &others] {
        stores.devices.open_device(device, making.token()).await.unwrap();
    }
    let (phone, laptop, others) = (phone.id, laptop.id, others.id);
    let began = making.now();
    let kept = &stores.sittings;
    let mut told = None;
    for minutes in (0..=60).step_by(10) {
        let now = began + Duration::minutes(minutes);
        assert_eq!(told, None);
        told = kept.note_use(aya, now, PAUSE, EVERY, id(making)).await.unwrap();
    }
    let told = told.unwrap();
    assert_eq!((told.minutes, told.at), (60, began + Duration::HOUR));
    let now = began + Duration::minutes(61);
    assert_eq!(kept.note_use(aya, now, PAUSE, EVERY, id(making)).await, Ok(None));
    let since = now - PAUSE;
    // Each device says it once, until it was seen there.
    for device in [phone, laptop] {
        assert_eq!(kept.open_reminder(aya, device, since).await, Ok(Some(told)));
    }
    assert_eq!(kept.acknowledge_reminder(ren, others, told.id, now).await, Err(StoreError::NotFound));
    for _ in 0..2 {
        assert_eq!(kept.acknowledge_reminder(aya, phone, told.id, now).await, Ok(()));
    }
    assert_eq!(kept.open_reminder(aya, phone, since).await, Ok(None));
    assert_eq!(kept.open_reminder(aya, laptop, since).await, Ok(Some(told)));
    assert_eq!(kept.open_reminder(ren, others, since).await, Ok(None));
    // After a pause there is nothing to say, nor in what begins then.
    assert_eq!(kept.open_reminder(aya, laptop, now).await, Ok(None));
    let later = now + PAUSE;
    assert_eq!(kept.note_use(aya, later, PAUSE, EVERY, id(making)).await, Ok(None));
    assert_eq!(kept.open_reminder(aya, laptop, later - PAUSE).await, Ok(None));
    // Whoever is gone does nothing.
    stores.accounts.delete_user(aya, later).await.unwrap();
    assert_eq!(kept.note_use(aya, later, PAUSE, EVERY, id(making)).await, Ok(None));
}

async fn at_once(stores: &Stores, making: &Making<'_>) {
    let aya = making.user().await.id;
    let began = making.now();
    for minutes in (0..60).step_by(10) {
        stores.sittings.note_use(aya, began + Duration::minutes(minutes), PAUSE, EVERY, id(making)).await.unwrap();
    }
    let now = began + Duration::HOUR;
    let all = (0..6).map(|_| {
        let (stores, id) = (stores.clone(), id(making));
        async move { stores.sittings.note_use(aya, now, PAUSE, EVERY, id).await.unwrap() }
    });
    let told = join_all(all).await.into_iter().flatten().count();
    assert_eq!(told, 1, "it is said once, whoever asks at the same time");
}

async fn counts(stores: &Stores, making: &Making<'_>) {
    // A year of its own: other runs count, too.
    let year = 2_100 + i32::try_from(making.uuid().as_u128() % 7_000).unwrap();
    let at = OffsetDateTime::UNIX_EPOCH.replace_year(year).unwrap();
    let may = at.replace_month(time::Month::May).unwrap();
    let before = stores.sittings.care_counts(year).await.unwrap();
    for (counted, at) in
        [(Counted::SelfHarm, at), (Counted::SelfHarm, at), (Counted::Withheld, may), (Counted::EatingDisorder, at)]
    {
        stores.sittings.count_care(counted, at).await.unwrap();
    }
    if before.is_empty() {
        let count = |month: &str, counted, times| Count { month: format!("{year}-{month}"), counted, times };
        let counts = [
            count("01", Counted::EatingDisorder, 1),
            count("01", Counted::SelfHarm, 2),
            count("05", Counted::Withheld, 1),
        ];
        assert_eq!(stores.sittings.care_counts(year).await, Ok(counts.to_vec()));
    }
}
