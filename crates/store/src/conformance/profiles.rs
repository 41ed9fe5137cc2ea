//! The suite of `ProfileStore`.

use domain::accounts::User;
use domain::blocks::Shunning;
use domain::ids::UserId;
use domain::privacy::{AskAudience, Audience, Facet, PrivacyChoice};
use domain::profiles::{PersonRef, ProfilePatch, Reach, SeenPerson, WholeProfile};
use time::Date;
use time::macros::date;

use super::making::Making;
use crate::{Conflict, StoreError, Stores};

/// The day of the suites of people: those whom `Making` makes are adults.
pub(super) const TODAY: Date = date!(2026 - 04 - 06);

/// How one stands to another.
pub(super) async fn seen(stores: &Stores, viewer: UserId, person: UserId) -> WholeProfile {
    stores.profiles.find_profile(viewer, &PersonRef::Id(person), TODAY).await.unwrap().unwrap()
}

/// Somebody born on this day.
pub(super) async fn born(stores: &Stores, making: &Making<'_>, birth_date: Option<Date>) -> User {
    let user = User { birth_date, ..making.new_user() };
    stores.accounts.create_user(&user, "$argon2id$a").await.unwrap();
    user
}

fn handles(people: &[SeenPerson]) -> Vec<&str> {
    people.iter().map(|person| person.profile.handle.as_str()).collect()
}

/// Runs the suite.
pub async fn profiles(stores: &Stores) {
    let making = Making::new(stores);
    own(stores, &making).await;
    taken_handles(stores, &making).await;
    portraits(stores, &making).await;
    ages(stores, &making).await;
    searches(stores, &making).await;
}

async fn own(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await;
    let mine = stores.profiles.open_profile(user.id, TODAY).await.unwrap();
    let profile = &mine.person.profile;
    assert_eq!((&profile.handle, &profile.display_name), (&user.username, &user.display_name));
    assert_eq!((mine.reach, profile.choice, profile.minor), (Reach::default(), PrivacyChoice::default(), false));
    assert!(mine.person.relation.me && profile.joined_at == user.created_at);
    assert_eq!(stores.profiles.open_profile(making.new_user().id, TODAY).await, Err(StoreError::NotFound));

    let choice = PrivacyChoice {
        profile: Some(Audience::Friends),
        requests: Some(AskAudience::FriendsOfFriends),
        ..PrivacyChoice::default()
    };
    let handle = format!("h{}", &user.username[2..]);
    let patch = ProfilePatch { handle: Some(handle.clone()), bio: Some("Tea, rain 雨".into()), choice };
    let changed = stores.profiles.update_profile(user.id, &patch, TODAY).await.unwrap().person.profile;
    assert_eq!((&changed.handle, changed.bio.as_str(), changed.choice), (&handle, "Tea, rain 雨", choice));
    let more =
        PrivacyChoice { presence: Some(Audience::Nobody), messages: Some(Audience::Everyone), ..Default::default() };
    let patch = ProfilePatch { choice: more, ..ProfilePatch::default() };
    let both = stores.profiles.update_profile(user.id, &patch, TODAY).await.unwrap().person.profile;
    assert_eq!(both.choice, PrivacyChoice { presence: more.presence, messages: more.messages, ..choice });
    let nothing = stores.profiles.update_profile(user.id, &ProfilePatch::default(), TODAY).await.unwrap();
    assert_eq!(nothing.person.profile, both);

    let viewer = making.user().await.id;
    let found = stores.profiles.find_profile(viewer, &PersonRef::Handle(handle), TODAY).await.unwrap().unwrap();
    assert_eq!(found.person.profile, both);
    assert!(!found.person.relation.me && !found.person.shows(Facet::About));
    let old = PersonRef::Handle(user.username.clone());
    assert_eq!(stores.profiles.find_profile(viewer, &old, TODAY).await.unwrap(), None);
    let nobody = making.new_user().id;
    assert_eq!(stores.profiles.find_profile(nobody, &PersonRef::Id(user.id), TODAY).await.unwrap(), None);
}

async fn taken_handles(stores: &Stores, making: &Making<'_>) {
    let (first, second) = (making.user().await, making.user().await);
    let wanted = making.new_user();
    let patch = ProfilePatch { handle: Some(wanted.username.clone()), ..ProfilePatch::default() };
    // Of two who want the same at once, one gets it.
    let (a, b) = tokio::join!(
        stores.profiles.update_profile(first.id, &patch, TODAY),
        stores.profiles.update_profile(second.id, &patch, TODAY)
    );
    let (won, lost) = if a.is_ok() { (a, b) } else { (b, a) };
    assert_eq!(won.unwrap().person.profile.handle, wanted.username);
    assert_eq!(lost, Err(StoreError::Conflict(Conflict::HandleTaken)));
    // Whoever signs up with that user name still gets a handle.
    stores.accounts.create_user(&wanted, "$argon2id$a").await.unwrap();
    let theirs = stores.profiles.open_profile(wanted.id, TODAY).await.unwrap().person.profile.handle;
    assert_eq!(theirs, domain::profiles::first_handles(&wanted.username, wanted.id)[1]);
}

async fn portraits(stores: &Stores, making: &Making<'_>) {
    let user = making.user().await.id;
    let (first, second) = (making.image(user), making.image(user));
    let with = stores.profiles.set_portrait(user, Some(&first), TODAY).await.unwrap();
    assert_eq!(with.person.profile.avatar, Some(first.id));
    stores.profiles.set_portrait(user, Some(&second), TODAY).await.unwrap();
    assert_eq!(stores.media.find_media(first.id).await.unwrap(), None);
    let without = stores.profiles.set_portrait(user, None, TODAY).await.unwrap();
    assert_eq!(without.person.profile.avatar, None);
    assert_eq!(stores.media.find_media(second.id).await.unwrap(), None);
    let last = making.image(user);
    stores.profiles.set_portrait(user, Some(&last), TODAY).await.unwrap();
    stores.accounts.delete_user(user, making.now()).await.unwrap();
    assert_eq!(stores.media.find_media(last.id).await.unwrap(), None, "a picture goes with its person");
}

async fn ages(stores: &Stores, making: &Making<'_>) {
    let adult = making.user().await.id;
    let days = [
        (Some(date!(2008 - 04 - 06)), false),
        (Some(date!(2008 - 04 - 07)), true),
        (Some(date!(2016 - 01 - 01)), true),
        (None, true),
    ];
    for (birth_date, minor) in days {
        let user = born(stores, making, birth_date).await.id;
        let person = seen(stores, adult, user).await.person;
        assert_eq!((person.profile.minor, person.shows(Facet::Card)), (minor, !minor), "{birth_date:?}");
        let known = birth_date.is_some() && minor;
        assert_eq!(seen(stores, user, adult).await.person.relation.minor, known, "{birth_date:?}");
    }
}

async fn searches(stores: &Stores, making: &Making<'_>) {
    let viewer = making.user().await.id;
    let (one, two, three) = (making.user().await, making.user().await, making.user().await);
    let search = async |prefix: &str| stores.profiles.search_profiles(viewer, prefix, 100, TODAY).await.unwrap();
    let prefix = format!("z{}", &one.username[24..]);
    let named = async |user: &User, tail: &str| {
        let patch = ProfilePatch { handle: Some(format!("{prefix}{tail}")), ..ProfilePatch::default() };
        stores.profiles.update_profile(user.id, &patch, TODAY).await.unwrap();
    };
    named(&one, "_a").await;
    named(&two, "_b").await;
    named(&three, "").await;
    assert_eq!(handles(&search(&prefix).await), [prefix.clone(), format!("{prefix}_a"), format!("{prefix}_b")]);
    let all = stores.profiles.search_profiles(viewer, &prefix, 2, TODAY).await.unwrap();
    assert_eq!(all.len(), 2, "no more than asked for");
    // Friends come before strangers, but not before whoever bears this very name.
    stores.friends.ask_friend(viewer, two.id, making.now()).await.unwrap();
    stores.friends.ask_friend(two.id, viewer, making.now()).await.unwrap();
    assert_eq!(handles(&search(&prefix).await), [prefix.clone(), format!("{prefix}_b"), format!("{prefix}_a")]);
    for special in ["%", "_", "'", &format!("{prefix}%"), &format!("{prefix}__")] {
        assert_eq!(search(special).await, [], "{special}");
    }
    // By name, in whatever case, and by another name once it is changed.
    let name = format!("Ä{prefix} Tanaka");
    let patch = domain::accounts::UserPatch { display_name: Some(name.clone()), ..Default::default() };
    stores.accounts.update_user(one.id, &patch, making.now()).await.unwrap();
    assert_eq!(handles(&search(&name.to_lowercase()).await), [format!("{prefix}_a")]);
    // Who shows themselves to friends only is found by them.
    let friends = PrivacyChoice { profile: Some(Audience::Friends), ..PrivacyChoice::default() };
    for user in [&one, &two] {
        let patch = ProfilePatch { choice: friends, ..ProfilePatch::default() };
        stores.profiles.update_profile(user.id, &patch, TODAY).await.unwrap();
    }
    assert_eq!(handles(&search(&prefix).await), [prefix.clone(), format!("{prefix}_b")]);
    // A block hides at once, both ways.
    stores.blocks.shun(three.id, viewer, Shunning::Block, making.now()).await.unwrap();
    assert_eq!(handles(&search(&prefix).await), [format!("{prefix}_b")]);
    let theirs = stores.profiles.search_profiles(three.id, "u", 100, TODAY).await.unwrap();
    assert!(theirs.iter().all(|person| person.profile.user != viewer));
    let ids = [two.id, three.id, making.new_user().id, one.id];
    let people = stores.profiles.people(viewer, &ids, TODAY).await.unwrap();
    assert_eq!(people.iter().map(|person| person.profile.user).collect::<Vec<_>>(), [two.id, one.id]);
    assert_eq!(stores.profiles.people(viewer, &[], TODAY).await.unwrap(), []);
}
