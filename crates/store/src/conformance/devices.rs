//! The suite of `DeviceStore`.

use time::Duration;

use super::making::Making;
use crate::devices::Rotation;
use crate::{StoreError, Stores};

/// Runs it.
pub async fn devices(stores: &Stores) {
    let making = Making::new(stores);
    keeping(stores, &making).await;
    rotating(stores, &making).await;
    rotating_at_once(stores, &making).await;
    rotating_again(stores, &making).await;
    expiring(stores, &making).await;
    ending(stores, &making).await;
}

async fn keeping(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await.id, making.user().await.id);
    let (one, two) = (making.new_device(user), making.new_device(user));
    stores.devices.open_device(&one, making.token()).await.unwrap();
    stores.devices.open_device(&two, making.token()).await.unwrap();
    let now = making.now();
    assert_eq!(stores.devices.find_device(user, one.id, now).await.unwrap(), Some(one.clone()));
    assert_eq!(stores.devices.find_device(other, one.id, now).await.unwrap(), None);
    assert_eq!(stores.devices.list_devices(user, now).await.unwrap(), [two, one]);
    assert_eq!(stores.devices.list_devices(other, now).await.unwrap(), []);
    let nobodys = making.new_device(making.new_user().id);
    assert_eq!(stores.devices.open_device(&nobodys, making.token()).await, Err(StoreError::NotFound));
}

async fn rotating(stores: &Stores, making: &Making<'_>) {
    let device = making.new_device(making.user().await.id);
    let tokens = [making.token(), making.token(), making.token()];
    stores.devices.open_device(&device, tokens[0]).await.unwrap();
    let now = making.now();
    let until = now + Duration::days(60);
    let Rotation::Rotated(rotated) = stores.devices.rotate_token(tokens[0], tokens[1], now, now, until).await.unwrap()
    else {
        panic!("not rotated")
    };
    assert_eq!(
        (rotated.id, rotated.last_seen_at, rotated.expires_at, rotated.created_at),
        (device.id, now, until, device.created_at)
    );
    assert_eq!(stores.devices.find_device(device.user_id, device.id, now).await.unwrap(), Some(rotated.clone()));
    assert_eq!(
        stores.devices.rotate_token(making.token(), tokens[2], now, now, until).await.unwrap(),
        Rotation::Unknown
    );
    // The first token again: someone has a copy, and the newest one dies with it.
    assert_eq!(
        stores.devices.rotate_token(tokens[0], tokens[2], making.now(), making.now(), until).await.unwrap(),
        Rotation::Reused(rotated)
    );
    for token in tokens {
        assert_eq!(
            stores.devices.rotate_token(token, making.token(), making.now(), making.now(), until).await.unwrap(),
            Rotation::Unknown
        );
    }
    assert_eq!(stores.devices.find_device(device.user_id, device.id, now).await.unwrap(), None);
}

async fn rotating_at_once(stores: &Stores, making: &Making<'_>) {
    for _ in 0..8 {
        let device = making.new_device(making.user().await.id);
        let old = making.token();
        stores.devices.open_device(&device, old).await.unwrap();
        let now = making.now();
        let late = now + Duration::SECOND;
        let (one, two) = tokio::join!(
            stores.devices.rotate_token(old, making.token(), late, now, now + Duration::days(1)),
            stores.devices.rotate_token(old, making.token(), late, now, now + Duration::days(1)),
        );
        let rotated =
            [one.unwrap(), two.unwrap()].iter().filter(|rotation| matches!(rotation, Rotation::Rotated(_))).count();
        assert_eq!(rotated, 1);
        assert_eq!(stores.devices.find_device(device.user_id, device.id, now).await.unwrap(), None);
    }
}

/// An answer that was lost is asked for again.
async fn rotating_again(stores: &Stores, making: &Making<'_>) {
    let device = making.new_device(making.user().await.id);
    let first = making.token();
    stores.devices.open_device(&device, first).await.unwrap();
    let begun = making.now();
    let rotate = async |old, new, minutes: i64| {
        let now = begun + Duration::minutes(minutes);
        stores.devices.rotate_token(old, new, now - Duration::minutes(5), now, now + Duration::days(1)).await.unwrap()
    };
    let is_rotated = |rotation| matches!(rotation, Rotation::Rotated(_));
    let [lost, lost_too, had, next, last] = std::array::from_fn(|_| making.token());
    assert!(is_rotated(rotate(first, lost, 0).await));
    assert!(is_rotated(rotate(first, lost_too, 3).await));
    assert!(is_rotated(rotate(first, had, 7).await), "it counts from when it was shown last");
    assert!(is_rotated(rotate(had, next, 8).await));
    // Whoever has a copy of what was lost is found out: what took its place was shown.
    assert!(matches!(rotate(first, making.token(), 9).await, Rotation::Reused(_)));
    assert_eq!(rotate(next, last, 9).await, Rotation::Unknown);

    let device = making.new_device(device.user_id);
    let first = making.token();
    stores.devices.open_device(&device, first).await.unwrap();
    let [taken, of_thief, more] = std::array::from_fn(|_| making.token());
    assert!(is_rotated(rotate(first, taken, 0).await));
    assert!(is_rotated(rotate(first, of_thief, 1).await));
    assert!(matches!(rotate(taken, more, 16).await, Rotation::Reused(_)), "the two find each other out");
    assert_eq!(rotate(of_thief, more, 17).await, Rotation::Unknown);

    let device = making.new_device(device.user_id);
    let first = making.token();
    stores.devices.open_device(&device, first).await.unwrap();
    assert!(is_rotated(rotate(first, making.token(), 0).await));
    assert!(matches!(rotate(first, making.token(), 6).await, Rotation::Reused(_)), "too late");
}

async fn expiring(stores: &Stores, making: &Making<'_>) {
    let device = making.new_device(making.user().await.id);
    let token = making.token();
    stores.devices.open_device(&device, token).await.unwrap();
    let late = device.expires_at;
    assert_eq!(stores.devices.find_device(device.user_id, device.id, late).await.unwrap(), None);
    assert_eq!(stores.devices.list_devices(device.user_id, late).await.unwrap(), []);
    let rotation =
        stores.devices.rotate_token(token, making.token(), late, late, late + Duration::days(1)).await.unwrap();
    assert_eq!(rotation, Rotation::Unknown);
    let before = late - Duration::SECOND;
    assert!(matches!(
        stores.devices.rotate_token(token, making.token(), before, before, late + Duration::days(1)).await.unwrap(),
        Rotation::Rotated(_)
    ));
}

async fn ending(stores: &Stores, making: &Making<'_>) {
    let (user, other) = (making.user().await.id, making.user().await.id);
    let devices = [making.new_device(user), making.new_device(user), making.new_device(user)];
    let token = making.token();
    for device in &devices {
        let token = if device.id == devices[0].id { token } else { making.token() };
        stores.devices.open_device(device, token).await.unwrap();
    }
    let foreign = making.new_device(other);
    stores.devices.open_device(&foreign, making.token()).await.unwrap();
    let now = making.now();
    assert_eq!(stores.devices.end_device(other, devices[0].id).await, Err(StoreError::NotFound));
    stores.devices.end_device(user, devices[0].id).await.unwrap();
    assert_eq!(stores.devices.end_device(user, devices[0].id).await, Err(StoreError::NotFound));
    assert_eq!(
        stores.devices.rotate_token(token, making.token(), now, now, now + Duration::days(1)).await.unwrap(),
        Rotation::Unknown
    );
    assert_eq!(stores.devices.end_devices(user, Some(devices[1].id)).await.unwrap(), [devices[2].id]);
    assert_eq!(stores.devices.list_devices(user, now).await.unwrap(), [devices[1].clone()]);
    assert_eq!(stores.devices.end_devices(user, None).await.unwrap(), [devices[1].id]);
    assert_eq!(stores.devices.end_devices(user, None).await.unwrap(), []);
    assert_eq!(stores.devices.list_devices(other, now).await.unwrap(), [foreign]);
}
