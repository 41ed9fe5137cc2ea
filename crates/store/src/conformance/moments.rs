//! The suite of `MomentStore`, and of the images that stand in moments.

use std::collections::BTreeSet;

use domain::ClosedSet;
use domain::blocks::Shunning;
use domain::characters::Visibility;
use domain::chats::Author;
use domain::ids::{CharacterId, MediaId, MomentId, UserId};
use domain::media::ImageSize;
use domain::moments::{MomentPatch, MomentVisibility, NewMoment, SeenMoment};
use domain::pages::PageRequest;
use domain::privacy::{CharacterViewer, Onlooker, sees_moment};
use domain::recommendations::RegardChange;
use time::Duration;

use super::chats::join_all;
use super::making::Making;
use super::profiles::{TODAY, seen};
use crate::{Conflict, StoreError, Stores};

/// Runs the suite.
pub async fn moments(stores: &Stores) {
    let making = Making::new(stores);
    posting(stores, &making).await;
    images(stores, &making).await;
    who_sees_people(stores, &making).await;
    who_sees_characters(stores, &making).await;
    feed(stores, &making).await;
    changing(stores, &making).await;
    going(stores, &making).await;
}

/// A public moment without images that is not kept yet.
pub(super) fn new_moment(making: &Making<'_>, sender: UserId, character: Option<CharacterId>) -> NewMoment {
    let id = MomentId(making.uuid());
    NewMoment {
        id,
        sender,
        client_id: id.to_string(),
        character,
        text: "The sea 🌊".into(),
        images: Vec::new(),
        visibility: MomentVisibility::Public,
        characters_may_comment: true,
        at: making.now(),
    }
}

/// A moment that is kept.
pub(super) async fn moment(making: &Making<'_>, stores: &Stores, sender: UserId) -> MomentId {
    stores.moments.post_moment(&new_moment(making, sender, None), &[]).await.unwrap().id
}

pub(super) async fn befriend(stores: &Stores, making: &Making<'_>, one: UserId, two: UserId) {
    stores.friends.ask_friend(one, two, making.now()).await.unwrap();
    stores.friends.ask_friend(two, one, making.now()).await.unwrap();
}

fn ids(items: &[SeenMoment]) -> Vec<MomentId> {
    items.iter().map(|seen| seen.moment.id).collect()
}

/// The whole feed of somebody, page by page.
async fn whole_feed(stores: &Stores, viewer: UserId, limit: u32) -> Vec<MomentId> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = stores.moments.page_feed(viewer, &PageRequest { cursor, limit }, TODAY).await.unwrap();
        all.extend(ids(&page.items));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

async fn posting(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    let named = NewMoment { client_id: "the sea".into(), ..new_moment(making, aya, None) };
    // The same at once, from two devices and again.
    let sent = (0..8).map(|_| {
        let (stores, new) = (stores.clone(), NewMoment { id: MomentId(making.uuid()), ..named.clone() });
        tokio::spawn(async move { stores.moments.post_moment(&new, &[]).await })
    });
    let kept: Vec<_> = join_all(sent).await.into_iter().map(|kept| kept.unwrap().unwrap()).collect();
    assert_eq!(kept.iter().filter(|kept| !kept.repeated).count(), 1);
    assert_eq!(kept.iter().map(|kept| kept.id).collect::<BTreeSet<_>>().len(), 1);
    // Another's name is another name.
    let other = NewMoment { client_id: "the sea".into(), ..new_moment(making, ren, None) };
    assert!(!stores.moments.post_moment(&other, &[]).await.unwrap().repeated);
    let found = stores.moments.find_moment(aya, kept[0].id, TODAY).await.unwrap().unwrap();
    assert_eq!((found.moment.text.as_str(), found.mine, found.liked), ("The sea 🌊", true, false));
    assert_eq!((found.moment.author, found.moment.likes, found.moment.comments), (Author::Person(aya), 0, 0));
    assert_eq!(stores.moments.delete_moment(ren, kept[0].id).await, Err(StoreError::NotFound));
    stores.moments.delete_moment(aya, kept[0].id).await.unwrap();
    assert_eq!(stores.moments.find_moment(aya, kept[0].id, TODAY).await, Ok(None));
    let again = stores.moments.post_moment(&named, &[]).await;
    assert_eq!(again, Err(StoreError::Conflict(Conflict::MomentDeleted)), "what was deleted is not posted again");
    // A character is her maker's.
    let rin = making.character(aya).await.id;
    let hers = stores.moments.post_moment(&new_moment(making, aya, Some(rin)), &[]).await.unwrap();
    let found = stores.moments.find_moment(ren, hers.id, TODAY).await.unwrap().unwrap();
    assert_eq!((found.moment.author, found.by.person, found.mine), (Author::Character(rin), Some(aya), false));
    let not_his = stores.moments.post_moment(&new_moment(making, ren, Some(rin)), &[]).await;
    assert_eq!(not_his, Err(StoreError::NotFound));
}

async fn upload(stores: &Stores, making: &Making<'_>, owner: UserId) -> MediaId {
    let image = making.image(owner);
    stores.media.keep_upload(owner, &image, ImageSize { width: 40, height: 30 }).await.unwrap();
    image.id
}

async fn images(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    befriend(stores, making, aya, ren).await;
    let stranger = making.user().await.id;
    let (one, two, his) =
        (upload(stores, making, aya).await, upload(stores, making, aya).await, upload(stores, making, ren).await);
    let shown = async |viewer, id| stores.media.find_upload(viewer, id, TODAY).await.unwrap().is_some();
    assert_eq!(stores.media.find_media(one).await, Ok(None), "it is not for everybody who knows its id");
    assert_eq!((shown(aya, one).await, shown(ren, one).await), (true, false));
    let with = |images: &[MediaId]| NewMoment {
        images: images.to_vec(),
        visibility: MomentVisibility::Friends,
        ..new_moment(making, aya, None)
    };
    let refused = Err(StoreError::Conflict(Conflict::ImageUnavailable));
    assert_eq!(stores.moments.post_moment(&with(&[one, his]), &[]).await, refused);
    let kept = stores.moments.post_moment(&with(&[two, one]), &[]).await.unwrap();
    let found = stores.moments.find_moment(ren, kept.id, TODAY).await.unwrap().unwrap();
    assert_eq!(found.moment.images.iter().map(|image| image.id).collect::<Vec<_>>(), [two, one]);
    assert_eq!(found.moment.images[0].size, ImageSize { width: 40, height: 30 });
    assert_eq!(stores.moments.post_moment(&with(&[one]), &[]).await, refused, "it stands in one already");
    assert_eq!((shown(aya, one).await, shown(ren, one).await, shown(stranger, one).await), (true, true, false));
    stores.moments.delete_moment(aya, kept.id).await.unwrap();
    assert!(!shown(aya, one).await);
    // What stands in nothing is forgotten after a while, and there are never many.
    assert_eq!(stores.media.sweep_uploads(making.now() - Duration::DAY, 10).await, Ok(0));
    for _ in 0..domain::limits::LOOSE_UPLOADS {
        upload(stores, making, ren).await;
    }
    assert!(!shown(ren, his).await, "the oldest went");
}

/// Somebody of each kind to a person, and how they are said to stand.
async fn who_sees_people(stores: &Stores, making: &Making<'_>) {
    let aya = making.user().await.id;
    let mut viewers = vec![("self", aya)];
    for kind in ["friend", "follower", "friend and follower", "stranger", "muted", "blocking", "blocked", "gone"] {
        let viewer = making.user().await.id;
        if kind.contains("friend") {
            befriend(stores, making, viewer, aya).await;
        }
        if kind.contains("follower") || kind == "muted" {
            stores.follows.set_follow(viewer, aya, true, making.now()).await.unwrap();
        }
        match kind {
            "muted" => drop(stores.blocks.shun(aya, viewer, Shunning::Mute, making.now()).await.unwrap()),
            "blocking" => drop(stores.blocks.shun(viewer, aya, Shunning::Block, making.now()).await.unwrap()),
            "blocked" => drop(stores.blocks.shun(aya, viewer, Shunning::Block, making.now()).await.unwrap()),
            _ => {}
        }
        viewers.push((kind, viewer));
    }
    let mut posted = Vec::new();
    for visibility in MomentVisibility::ALL.iter().copied() {
        let new = NewMoment { visibility, ..new_moment(making, aya, None) };
        posted.push((stores.moments.post_moment(&new, &[]).await.unwrap().id, visibility));
    }
    for (kind, viewer) in viewers {
        let stands = seen(stores, viewer, aya).await.person;
        let may: Vec<MomentId> = posted
            .iter()
            .filter(|(_, visibility)| sees_moment(&stands.onlooker(), *visibility))
            .map(|(id, _)| *id)
            .rev()
            .collect();
        let count = match kind {
            "self" => 4,
            "friend" | "friend and follower" => 3,
            "follower" | "muted" => 2,
            "stranger" | "gone" => 1,
            _ => 0,
        };
        assert_eq!(may.len(), count, "{kind}");
        let page = PageRequest { cursor: None, limit: 10 };
        let listed = stores.moments.page_moments(viewer, Author::Person(aya), &page, TODAY).await.unwrap();
        assert_eq!(ids(&listed.items), may, "{kind}");
        for (id, _) in &posted {
            let found = stores.moments.find_moment(viewer, *id, TODAY).await.unwrap();
            assert_eq!(found.is_some(), may.contains(id), "{kind}");
        }
        let reads = !matches!(kind, "stranger" | "gone");
        assert_eq!(whole_feed(stores, viewer, 2).await, if reads { may } else { Vec::new() }, "{kind}");
    }
}

async fn who_sees_characters(stores: &Stores, making: &Making<'_>) {
    let (maker, friend, fan, stranger) =
        (making.user().await.id, making.user().await.id, making.user().await.id, making.user().await.id);
    befriend(stores, making, maker, friend).await;
    let open = making.character(maker).await.id;
    let mut private = making.new_character(Some(maker));
    private.profile.visibility = Visibility::Private;
    stores.characters.create_character(&private, None).await.unwrap();
    for viewer in [friend, fan] {
        stores.follows.set_character_follow(viewer, open, true, making.now()).await.unwrap();
    }
    for (character, shown) in [(open, true), (private.id, false)] {
        let mut posted = Vec::new();
        for visibility in MomentVisibility::ALL.iter().copied() {
            let new = NewMoment { visibility, ..new_moment(making, maker, Some(character)) };
            posted.push((stores.moments.post_moment(&new, &[]).await.unwrap().id, visibility));
        }
        for viewer in [maker, friend, fan, stranger] {
            let stands = CharacterViewer {
                maker: viewer == maker,
                shown: shown || viewer == maker,
                follows: shown && (viewer == friend || viewer == fan),
                friend: viewer == friend,
            };
            let mut may = posted.clone();
            may.retain(|(_, visibility)| sees_moment(&Onlooker::OfCharacter(stands), *visibility));
            let may: Vec<MomentId> = may.into_iter().map(|(id, _)| id).rev().collect();
            let page = PageRequest { cursor: None, limit: 10 };
            let listed = stores.moments.page_moments(viewer, Author::Character(character), &page, TODAY).await.unwrap();
            assert_eq!(ids(&listed.items), may);
        }
    }
    // Whom somebody has put away stands in none of their lists, but is there.
    assert_eq!(whole_feed(stores, fan, 3).await.len(), 2);
    let hide = RegardChange::Hide;
    stores.tastes.change_regard(fan, open, hide, "hide", making.now()).await.unwrap();
    assert_eq!(whole_feed(stores, fan, 3).await, []);
    let page = PageRequest { cursor: None, limit: 10 };
    let listed = stores.moments.page_moments(fan, Author::Character(open), &page, TODAY).await.unwrap();
    assert_eq!(listed.items.len(), 2);
}

async fn feed(stores: &Stores, making: &Making<'_>) {
    let aya = making.user().await.id;
    let mut authors = vec![aya];
    for n in 0..12 {
        let author = making.user().await.id;
        match n % 3 {
            0 => befriend(stores, making, aya, author).await,
            _ => drop(stores.follows.set_follow(aya, author, true, making.now()).await.unwrap()),
        }
        authors.push(author);
    }
    // Some post much and some little, all mixed; what is private stands between.
    let mut expected = Vec::new();
    for n in 0..90_usize {
        let author = authors[(n * n + n / 7) % authors.len()];
        let visibility = MomentVisibility::ALL[n % 4];
        let new = NewMoment { visibility, ..new_moment(making, author, None) };
        let id = stores.moments.post_moment(&new, &[]).await.unwrap().id;
        let stands = seen(stores, aya, author).await.person;
        if sees_moment(&stands.onlooker(), visibility) {
            expected.push(id);
        }
    }
    expected.reverse();
    for limit in [1, 4, 7, 100] {
        assert_eq!(whole_feed(stores, aya, limit).await, expected, "{limit} at a time");
    }
    // Whoever reads many is found their page otherwise.
    for _ in 0..70 {
        let quiet = making.user().await.id;
        stores.follows.set_follow(aya, quiet, true, making.now()).await.unwrap();
    }
    for limit in [1, 7, 100] {
        assert_eq!(whole_feed(stores, aya, limit).await, expected, "{limit} at a time, of many");
    }
    // Nothing is missed and nothing comes twice, whoever posts meanwhile.
    let (mut met, mut cursor) = (Vec::new(), None);
    loop {
        let page = stores.moments.page_feed(aya, &PageRequest { cursor, limit: 5 }, TODAY).await.unwrap();
        met.extend(ids(&page.items));
        for author in &authors {
            moment(making, stores, *author).await;
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(met, expected);
    // Who is muted is left out, and still there.
    let muted = authors[2];
    stores.blocks.shun(aya, muted, Shunning::Mute, making.now()).await.unwrap();
    let heard = stores.moments.page_feed(aya, &PageRequest { cursor: None, limit: 100 }, TODAY).await.unwrap();
    assert!(heard.items.iter().all(|seen| seen.moment.author != Author::Person(muted)));
    let page = PageRequest { cursor: None, limit: 1 };
    assert_eq!(stores.moments.page_moments(aya, Author::Person(muted), &page, TODAY).await.unwrap().items.len(), 1);
    let wrong = PageRequest { cursor: Some("x".into()), limit: 1 };
    assert_eq!(stores.moments.page_feed(aya, &wrong, TODAY).await, Err(StoreError::InvalidCursor));
}

async fn changing(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    let id = moment(making, stores, aya).await;
    let hidden = MomentPatch { visibility: Some(MomentVisibility::Private), ..MomentPatch::default() };
    assert_eq!(stores.moments.update_moment(ren, id, &hidden, &[], making.now()).await, Err(StoreError::NotFound));
    let quiet = MomentPatch { characters_may_comment: Some(false), ..MomentPatch::default() };
    stores.moments.update_moment(aya, id, &quiet, &[], making.now()).await.unwrap();
    let found = stores.moments.find_moment(ren, id, TODAY).await.unwrap().unwrap().moment;
    assert_eq!((found.characters_may_comment, found.edited_at), (false, None));
    let now = making.now();
    let patch = MomentPatch { text: Some("Fog".into()), ..hidden };
    stores.moments.update_moment(aya, id, &patch, &[], now).await.unwrap();
    assert_eq!(stores.moments.find_moment(ren, id, TODAY).await, Ok(None));
    let found = stores.moments.find_moment(aya, id, TODAY).await.unwrap().unwrap().moment;
    assert_eq!((found.text.as_str(), found.edited_at, found.visibility), ("Fog", Some(now), MomentVisibility::Private));
}

async fn going(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    let rin = making.character(aya).await.id;
    let image = upload(stores, making, aya).await;
    let hers = NewMoment { images: vec![image], ..new_moment(making, aya, Some(rin)) };
    let hers = stores.moments.post_moment(&hers, &[]).await.unwrap().id;
    let own = moment(making, stores, aya).await;
    stores.characters.delete_character(aya, rin, making.now()).await.unwrap();
    assert_eq!(stores.moments.find_moment(aya, hers, TODAY).await, Ok(None));
    assert_eq!(stores.media.find_upload(aya, image, TODAY).await, Ok(None));
    assert!(stores.moments.find_moment(ren, own, TODAY).await.unwrap().is_some());
    stores.accounts.delete_user(aya, making.now()).await.unwrap();
    assert_eq!(stores.moments.find_moment(ren, own, TODAY).await, Ok(None));
}
