//! The suites of `TasteStore`, `TrainingStore` and `SnapshotStore`.

use domain::characters::{CharacterFilter, Visibility};
use domain::ids::{CharacterId, UserId};
use domain::pages::PageRequest;
use domain::recommendations::{Event, Reaction, RecommendationEventType, Regard, RegardChange, Surface};
use time::{Duration, OffsetDateTime};

use super::making::Making;
use crate::discovery::NewCharacterVector;
use crate::recommendations::{Acquaintance, EventOutcome, NewEvent, PlacedEvent, Recall, SnapshotHead, TrainingMark};
use crate::{Conflict, StoreError, Stores};

const ALL: Recall = Recall { until: None, signals: 100, shown: 100, settled: 100 };

/// Runs that of `TasteStore`.
pub async fn tastes(stores: &Stores) {
    let making = Making::new(stores);
    each_once(stores, &making).await;
    who_may_tell(stores, &making).await;
    regards(stores, &making).await;
    at_once(stores, &making).await;
    known(stores, &making).await;
    hidden(stores, &making).await;
    gone(stores, &making).await;
}

/// Runs that of `TrainingStore`.
pub async fn training(stores: &Stores) {
    let making = Making::new(stores);
    in_order(stores, &making).await;
    offered(stores, &making).await;
    forgotten(stores, &making).await;
}

/// Runs that of `SnapshotStore`: there is one row of versions.
pub async fn snapshots(stores: &Stores) {
    let store = &stores.snapshots;
    let before = store.newest_snapshot().await.unwrap().map_or(0, |head| head.version);
    let mark = TrainingMark { seq: 7, erased: 1, characters: 3, changed: -5, vectors: 2 };
    let head = |n: u64| SnapshotHead {
        version: before + n,
        made_at: OffsetDateTime::UNIX_EPOCH + Duration::days(20_000),
        mark: mark.clone(),
        tuning: "{\"a\":1}".into(),
    };
    // More than one piece, and none at all.
    let large: Vec<u8> = (0..1_200_000_u32).map(|n| (n % 251) as u8).collect();
    store.keep_snapshot(&head(1), &large).await.unwrap();
    assert_eq!(store.newest_snapshot().await.unwrap(), Some(head(1)));
    assert_eq!(store.read_snapshot(before + 1).await.unwrap().as_ref(), Some(&large));
    assert_eq!(store.read_snapshot(before + 2).await.unwrap(), None);
    let taken = store.keep_snapshot(&head(1), b"another").await;
    assert_eq!(taken, Err(StoreError::Conflict(Conflict::Outdated)));
    assert_eq!(store.read_snapshot(before + 1).await.unwrap().as_ref(), Some(&large));
    let (second, third) = (head(2), head(2));
    let both = tokio::join!(store.keep_snapshot(&second, b"one"), store.keep_snapshot(&third, b"other"));
    assert_eq!([&both.0, &both.1].iter().filter(|kept| kept.is_ok()).count(), 1, "{both:?}");
    // The one before stays for whoever is reading it, and no other.
    assert!(store.read_snapshot(before + 1).await.unwrap().is_some());
    store.keep_snapshot(&head(3), b"last").await.unwrap();
    assert_eq!(store.read_snapshot(before + 1).await.unwrap(), None);
    assert_eq!(store.read_snapshot(before + 2).await.unwrap().map(|bytes| bytes.len() < 6), Some(true));
    assert_eq!(store.read_snapshot(before + 3).await.unwrap().as_deref(), Some(&b"last"[..]));
}

fn new(making: &Making<'_>, person: UserId, character: CharacterId, kind: RecommendationEventType) -> NewEvent {
    let event = Event { person, character, kind, at: making.now() };
    NewEvent { id: making.uuid().simple().to_string(), event, surface: Some(Surface::Trending) }
}

async fn record(stores: &Stores, events: &[NewEvent]) -> Vec<EventOutcome> {
    stores.tastes.record_events(events).await.unwrap()
}

async fn known_of(stores: &Stores, person: UserId) -> Acquaintance {
    stores.tastes.acquaintance(person, ALL).await.unwrap()
}

async fn kinds(stores: &Stores, person: UserId) -> Vec<RecommendationEventType> {
    known_of(stores, person).await.events.iter().map(|event| event.kind).collect()
}

async fn regard(stores: &Stores, person: UserId, character: CharacterId) -> Regard {
    stores.tastes.regards(person, &[character]).await.unwrap()[&character]
}

async fn each_once(stores: &Stores, making: &Making<'_>) {
    let (person, other) = (making.user().await.id, making.user().await.id);
    let character = making.character(other).await.id;
    let click = new(making, person, character, RecommendationEventType::Click);
    let shown = new(making, person, character, RecommendationEventType::Impression);
    assert_eq!(record(stores, &[click.clone(), shown.clone()]).await, [EventOutcome::Kept; 2]);
    assert_eq!(record(stores, &[shown.clone(), click.clone()]).await, [EventOutcome::Repeated; 2]);
    // Names are each person's own.
    let event = Event { person: other, ..click.event };
    assert_eq!(record(stores, &[NewEvent { event, ..click.clone() }]).await, [EventOutcome::Kept]);
    // Said again under another name, it says no more that day.
    let again = NewEvent { id: "again".into(), ..click.clone() };
    assert_eq!(record(stores, std::slice::from_ref(&again)).await, [EventOutcome::Repeated]);
    let event = Event { at: click.event.at + Duration::DAY, ..click.event };
    assert_eq!(record(stores, &[NewEvent { event, ..again }]).await, [EventOutcome::Kept]);
    assert_eq!(
        kinds(stores, person).await,
        [RecommendationEventType::Click, RecommendationEventType::Impression, RecommendationEventType::Click]
    );
    assert_eq!(known_of(stores, person).await.events[0], click.event);
    assert_eq!(record(stores, &[]).await, []);
}

async fn who_may_tell(stores: &Stores, making: &Making<'_>) {
    let (person, owner) = (making.user().await.id, making.user().await.id);
    let mut secret = making.new_character(Some(owner));
    secret.profile.visibility = Visibility::Private;
    stores.characters.create_character(&secret, None).await.unwrap();
    let mut unlisted = making.new_character(Some(owner));
    unlisted.profile.visibility = Visibility::Unlisted;
    stores.characters.create_character(&unlisted, None).await.unwrap();
    let gone = making.character(owner).await.id;
    stores.characters.delete_character(owner, gone, making.now()).await.unwrap();
    let click = |whose, character| new(making, whose, character, RecommendationEventType::Click);
    let like = |whose, character| new(making, whose, character, RecommendationEventType::Like);
    let told = [
        click(person, secret.id),
        click(owner, secret.id),
        click(person, unlisted.id),
        click(person, gone),
        click(person, CharacterId(making.uuid())),
        click(UserId(making.uuid()), unlisted.id),
        like(person, secret.id),
        like(person, gone),
        like(owner, secret.id),
    ];
    let (kept, refused) = (EventOutcome::Kept, EventOutcome::Refused);
    let outcomes = record(stores, &told).await;
    assert_eq!(outcomes, [refused, kept, kept, refused, refused, refused, refused, refused, kept]);
    assert_eq!(record(stores, &told[..1]).await, [refused]);
    for change in [RegardChange::React(Reaction::Like), RegardChange::Hide] {
        let changed = stores.tastes.change_regard(person, secret.id, change, "x", making.now()).await;
        assert_eq!(changed, Err(StoreError::NotFound));
    }
    let nobody = stores.tastes.change_regard(UserId(making.uuid()), unlisted.id, RegardChange::Hide, "x", making.now());
    assert_eq!(nobody.await, Err(StoreError::NotFound));
    assert_eq!(stores.tastes.set_tastes(UserId(making.uuid()), &[]).await, Err(StoreError::NotFound));
}

async fn change(
    stores: &Stores,
    making: &Making<'_>,
    person: UserId,
    character: CharacterId,
    change: RegardChange,
) -> Regard {
    let id = making.uuid().simple().to_string();
    stores.tastes.change_regard(person, character, change, &id, making.now()).await.unwrap()
}

async fn regards(stores: &Stores, making: &Making<'_>) {
    let (person, other) = (making.user().await.id, making.user().await.id);
    let character = making.character(other).await.id;
    let like = RegardChange::React(Reaction::Like);
    let (liked, disliked) = (Some(Reaction::Like), Some(Reaction::Dislike));
    assert_eq!(regard(stores, person, character).await, Regard::default());
    assert_eq!(
        change(stores, making, person, character, like).await,
        Regard { likes: 1, reaction: liked, hidden: false }
    );
    assert_eq!(change(stores, making, person, character, like).await.likes, 1);
    assert_eq!(kinds(stores, person).await, [RecommendationEventType::Like], "what says so already says nothing");
    assert_eq!(change(stores, making, other, character, like).await.likes, 2);
    let hidden = change(stores, making, person, character, RegardChange::Hide).await;
    assert_eq!(hidden, Regard { likes: 2, reaction: liked, hidden: true });
    // A batch says the same.
    let dislike = new(making, person, character, RecommendationEventType::Dislike);
    assert_eq!(record(stores, &[dislike.clone(), dislike.clone()]).await, [EventOutcome::Kept, EventOutcome::Repeated]);
    assert_eq!(regard(stores, person, character).await, Regard { likes: 1, reaction: disliked, hidden: true });
    assert_eq!(
        kinds(stores, person).await,
        [RecommendationEventType::Like, RecommendationEventType::Hide, RecommendationEventType::Dislike]
    );
    // Taken back, it is as if it had not been said; told again, it is known.
    change(stores, making, person, character, RegardChange::Unhide).await;
    let neither = change(stores, making, person, character, RegardChange::Unreact(None)).await;
    assert_eq!(neither, Regard { likes: 1, ..Regard::default() });
    assert_eq!(kinds(stores, person).await, [RecommendationEventType::Like]);
    assert_eq!(record(stores, &[dislike]).await, [EventOutcome::Repeated]);
    let unlike = new(making, person, character, RecommendationEventType::Unlike);
    assert_eq!(record(stores, &[unlike]).await, [EventOutcome::Repeated], "there is no like to take back");
    change(stores, making, other, character, RegardChange::Unreact(liked)).await;
    assert_eq!(regard(stores, other, character).await, Regard::default());
    assert_eq!(kinds(stores, other).await, [RecommendationEventType::Like, RecommendationEventType::Unlike]);
    let nobody = CharacterId(making.uuid());
    assert_eq!(regard(stores, person, nobody).await, Regard::default());
}

async fn at_once(stores: &Stores, making: &Making<'_>) {
    let person = making.user().await.id;
    let character = making.character(making.user().await.id).await.id;
    let like = |id: &'static str| {
        let like = RegardChange::React(Reaction::Like);
        stores.tastes.change_regard(person, character, like, id, OffsetDateTime::UNIX_EPOCH + Duration::days(20_000))
    };
    let told = new(making, person, character, RecommendationEventType::Like);
    let (batch, same) = ([told.clone()], [told]);
    let (a, b, c, d, e) = tokio::join!(
        like("a"),
        like("b"),
        like("c"),
        stores.tastes.record_events(&batch),
        stores.tastes.record_events(&same)
    );
    assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok() && e.is_ok(), "{a:?} {b:?} {c:?} {d:?} {e:?}");
    assert_eq!(regard(stores, person, character).await.likes, 1);
    assert_eq!(kinds(stores, person).await, [RecommendationEventType::Like]);
}

async fn known(stores: &Stores, making: &Making<'_>) {
    let (person, other) = (making.user().await.id, making.user().await.id);
    let own = making.character(person).await.id;
    let mut one = making.new_character(Some(person));
    one.profile.visibility = Visibility::Private;
    stores.characters.create_character(&one, None).await.unwrap();
    let characters =
        [making.character(other).await.id, making.character(other).await.id, making.character(other).await.id];
    assert_eq!(known_of(stores, person).await.settled, [own]);
    for character in characters {
        record(stores, &[new(making, person, character, RecommendationEventType::Impression)]).await;
        record(stores, &[new(making, person, character, RecommendationEventType::Click)]).await;
    }
    let until = known_of(stores, person).await.seq;
    change(stores, making, person, characters[0], RegardChange::React(Reaction::Dislike)).await;
    record(stores, &[new(making, other, characters[1], RecommendationEventType::Click)]).await;
    let of = |known: &Acquaintance| -> Vec<(RecommendationEventType, CharacterId)> {
        known.events.iter().map(|event| (event.kind, event.character)).collect()
    };
    let now = known_of(stores, person).await;
    assert!(now.seq > until && now.events.len() == 7 && now.events.iter().all(|event| event.person == person));
    let mut settled = now.settled.clone();
    settled.sort();
    assert_eq!(settled, [own, characters[0]]);
    // As it was, whatever came since.
    let then = stores.tastes.acquaintance(person, Recall { until: Some(until), ..ALL }).await.unwrap();
    assert_eq!((then.seq, then.events.len(), then.settled.as_slice()), (until, 6, &[own][..]));
    // The newest of each, the oldest first.
    let few =
        stores.tastes.acquaintance(person, Recall { until: None, signals: 2, shown: 1, settled: 1 }).await.unwrap();
    let newest = [
        (RecommendationEventType::Impression, characters[2]),
        (RecommendationEventType::Click, characters[2]),
        (RecommendationEventType::Dislike, characters[0]),
    ];
    assert_eq!((of(&few).as_slice(), few.settled.len()), (&newest[..], 1));
    stores.tastes.set_tastes(person, &["tea".into(), "\"海\"".into()]).await.unwrap();
    stores.tastes.set_tastes(person, &["\"海\"".into()]).await.unwrap();
    assert_eq!(known_of(stores, person).await.tags, ["\"海\""]);
    assert_eq!(known_of(stores, UserId(making.uuid())).await.events, []);
}

async fn hidden(stores: &Stores, making: &Making<'_>) {
    let (person, other) = (making.user().await.id, making.user().await.id);
    let (one, two) = (making.character(other).await.id, making.character(other).await.id);
    let mut unlisted = making.new_character(Some(other));
    unlisted.profile.visibility = Visibility::Unlisted;
    stores.characters.create_character(&unlisted, None).await.unwrap();
    change(stores, making, person, one, RegardChange::Hide).await;
    change(stores, making, person, unlisted.id, RegardChange::Hide).await;
    let listed = async |viewer, filter: CharacterFilter| {
        let (ours, mut found, mut cursor) = ([one, two, unlisted.id], Vec::new(), None);
        // Those of other suites stand between them.
        loop {
            let page = PageRequest { cursor, limit: 100 };
            let read = stores.characters.page_characters(viewer, &filter, &page).await.unwrap();
            found.extend(read.items.into_iter().map(|found| found.id).filter(|id| ours.contains(id)));
            cursor = read.next_cursor;
            if cursor.is_none() {
                return found;
            }
        }
    };
    let searched = CharacterFilter { search: Some("rin".into()), ..CharacterFilter::default() };
    assert_eq!(listed(person, CharacterFilter::default()).await, [two]);
    assert_eq!(listed(person, searched).await, [two]);
    assert_eq!(listed(other, CharacterFilter::default()).await, [unlisted.id, two, one]);
    let hidden = CharacterFilter { hidden: true, ..CharacterFilter::default() };
    assert_eq!(listed(person, hidden.clone()).await, [unlisted.id, one]);
    assert_eq!(listed(other, hidden).await, []);
    let found =
        stores.tastes.found_characters(person, &[one, two, unlisted.id, CharacterId(making.uuid())]).await.unwrap();
    assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), [two]);
    // One's own are always among one's own.
    change(stores, making, other, two, RegardChange::Hide).await;
    let mine = CharacterFilter { mine: true, ..CharacterFilter::default() };
    assert_eq!(listed(other, mine).await, [unlisted.id, two, one]);
    // What cannot be seen any more can still be taken back.
    let mut profile = unlisted.profile.clone();
    profile.visibility = Visibility::Private;
    stores.characters.update_character(other, unlisted.id, &profile, making.now()).await.unwrap();
    assert!(!change(stores, making, person, unlisted.id, RegardChange::Unhide).await.hidden);
}

/// What a person did goes with them, and so do likes of a character that goes.
async fn gone(stores: &Stores, making: &Making<'_>) {
    let (person, other) = (making.user().await.id, making.user().await.id);
    let (one, two) = (making.character(other).await.id, making.character(other).await.id);
    let like = RegardChange::React(Reaction::Like);
    for character in [one, two] {
        change(stores, making, person, character, like).await;
    }
    change(stores, making, other, one, like).await;
    stores.tastes.set_tastes(person, &["tea".into()]).await.unwrap();
    let before = stores.training.training_mark("").await.unwrap();
    stores.accounts.delete_user(person, making.now()).await.unwrap();
    let after = stores.training.training_mark("").await.unwrap();
    assert!(after.erased > before.erased, "whoever learned from it learns anew");
    let known = known_of(stores, person).await;
    assert_eq!((known.events, known.settled, known.tags), (Vec::new(), Vec::new(), Vec::new()));
    assert_eq!(regard(stores, other, one).await.likes, 1);
    assert_eq!(regard(stores, other, two).await.likes, 0);
    stores.characters.delete_character(other, one, making.now()).await.unwrap();
    assert_eq!(kinds(stores, other).await, [RecommendationEventType::Like; 0]);
}

/// All events after a place that are of these people.
async fn placed(stores: &Stores, mut after: u64, people: &[UserId]) -> Vec<PlacedEvent> {
    let mut all = Vec::new();
    loop {
        let more = stores.training.placed_events(after, 3).await.unwrap();
        let Some(last) = more.last() else { return all };
        assert!(more[0].seq > after && more.is_sorted_by(|a, b| a.seq < b.seq));
        after = last.seq;
        all.extend(more.into_iter().filter(|placed| people.contains(&placed.event.person)));
    }
}

async fn in_order(stores: &Stores, making: &Making<'_>) {
    let (person, other) = (making.user().await.id, making.user().await.id);
    let character = making.character(other).await.id;
    let start = stores.training.training_mark("").await.unwrap().seq;
    let kinds = [
        RecommendationEventType::Impression,
        RecommendationEventType::Click,
        RecommendationEventType::Like,
        RecommendationEventType::Share,
        RecommendationEventType::Hide,
    ];
    let events: Vec<NewEvent> = kinds.iter().map(|kind| new(making, person, character, *kind)).collect();
    record(stores, &events).await;
    record(stores, &[new(making, other, character, RecommendationEventType::ChatStarted)]).await;
    let all = placed(stores, start, &[person, other]).await;
    let told: Vec<Event> = all.iter().map(|placed| placed.event).collect();
    assert_eq!(told.len(), 6);
    assert!(events.iter().all(|event| told.contains(&event.event)));
    assert_eq!(told.last().map(|event| event.kind), Some(RecommendationEventType::ChatStarted));
    assert!(stores.training.training_mark("").await.unwrap().seq >= all.last().unwrap().seq);
    // What was taken back is told to nobody.
    change(stores, making, person, character, RegardChange::Unhide).await;
    assert!(
        placed(stores, start, &[person]).await.iter().all(|placed| placed.event.kind != RecommendationEventType::Hide)
    );
    // Those who write at once have places of their own, and none comes to stand before what was read.
    let (first, second) = (making.user().await.id, making.user().await.id);
    let batch = |whose| -> Vec<NewEvent> {
        [RecommendationEventType::Click, RecommendationEventType::Share, RecommendationEventType::Follow]
            .map(|kind| new(making, whose, character, kind))
            .into()
    };
    let (one, two) = (batch(first), batch(second));
    let (a, b) = tokio::join!(stores.tastes.record_events(&one), stores.tastes.record_events(&two));
    assert_eq!((a.unwrap().len(), b.unwrap().len()), (3, 3));
    let both = placed(stores, start, &[first, second]).await;
    assert!(both.len() == 6 && both.is_sorted_by(|a, b| a.seq < b.seq));
}

async fn offered(stores: &Stores, making: &Making<'_>) {
    let owner = making.user().await.id;
    let embedder = making.uuid().simple().to_string();
    let before = stores.training.training_mark(&embedder).await.unwrap();
    let character = making.character(owner).await;
    let plain = making.character(owner).await;
    let mut secret = making.new_character(Some(owner));
    secret.profile.visibility = Visibility::Unlisted;
    stores.characters.create_character(&secret, None).await.unwrap();
    let after = stores.training.training_mark(&embedder).await.unwrap();
    assert!(after.characters >= before.characters + 2 && after.vectors == 0);
    let missing = stores.discovery.characters_without_vector(&embedder, 100_000).await.unwrap();
    let revision = missing.iter().find(|missing| missing.character.id == character.id).unwrap().revision;
    let vector = NewCharacterVector { character: character.id, revision, vector: vec![0.5, -1.0] };
    stores.discovery.save_character_vectors(&embedder, &[vector]).await.unwrap();
    assert_eq!(stores.training.training_mark(&embedder).await.unwrap().vectors, 1);
    let (mut last, mut found) = (CharacterId(uuid::Uuid::nil()), Vec::new());
    loop {
        let more = stores.training.offered_after(last, &embedder, 7).await.unwrap();
        let Some(end) = more.last() else { break };
        last = end.id;
        found.extend(more);
    }
    assert!(found.is_sorted_by(|a, b| a.id < b.id));
    let of = |id| found.iter().find(|offered| offered.id == id);
    let with = of(character.id).unwrap();
    assert_eq!((with.created_at, &with.tags), (character.created_at, &character.profile.tags));
    assert_eq!(with.vector.as_deref(), Some(&[0.5, -1.0][..]));
    assert_eq!(of(plain.id).unwrap().vector, None);
    assert!(of(secret.id).is_none());
    stores.characters.update_character(owner, plain.id, &plain.profile, making.now()).await.unwrap();
    assert_ne!(stores.training.training_mark(&embedder).await.unwrap().changed, after.changed);
}

async fn forgotten(stores: &Stores, making: &Making<'_>) {
    let person = making.user().await.id;
    let character = making.character(making.user().await.id).await.id;
    let long_ago = OffsetDateTime::UNIX_EPOCH + Duration::days(300);
    let at = |kind, at| {
        let mut told = new(making, person, character, kind);
        told.event.at = at;
        told
    };
    let told = [
        at(RecommendationEventType::Impression, long_ago),
        at(RecommendationEventType::Impression, long_ago + Duration::DAY),
        at(RecommendationEventType::Click, long_ago),
        at(RecommendationEventType::Impression, making.now()),
    ];
    record(stores, &told).await;
    let before = long_ago + Duration::days(2);
    let mut gone = 0;
    for _ in 0..100 {
        gone += stores.training.sweep_shown(before, 1).await.unwrap();
    }
    assert!(gone >= 2);
    assert_eq!(stores.training.sweep_shown(before, 10).await.unwrap(), 0);
    assert_eq!(kinds(stores, person).await, [RecommendationEventType::Click, RecommendationEventType::Impression]);
}
