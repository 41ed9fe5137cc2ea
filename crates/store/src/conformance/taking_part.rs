//! The suites of `TakingPartStore`, `PostingStore` and `ReportedStore`.

use domain::chats::Author;
use domain::ids::{CaseId, CharacterId, CommentId, MomentId, ReportId, UserId};
use domain::media::ImageSize;
use domain::moments::{MomentPatch, MomentVisibility, NewComment, NewMoment};
use domain::pages::PageRequest;
use domain::recommendations::RegardChange;
use domain::reports::{NewReport, ReportReason, Reported};
use domain::taking_part::Caps;
use time::{Duration, OffsetDateTime};

use super::chats::join_all;
use super::making::Making;
use super::moments::{moment, new_moment};
use super::profiles::TODAY;
use super::responses::new_comment;
use crate::taking_part::{CharacterComment, Cue, Posting};
use crate::{Conflict, StoreError, Stores};

const CAPS: Caps = Caps { commenters: 3, on_moment: 3, by_character: 3, for_person: 4 };

/// Runs the suite.
pub async fn taking_part(stores: &Stores) {
    let making = Making::new(stores);
    scenes(stores, &making).await;
    caps(stores, &making).await;
    where_she_is_not_wanted(stores, &making).await;
    posting(stores, &making).await;
    what_is_reported(stores, &making).await;
}

fn comment(making: &Making<'_>, moment: MomentId, character: CharacterId, person: UserId) -> CharacterComment {
    let since = OffsetDateTime::UNIX_EPOCH;
    CharacterComment { character, person, caps: (CAPS, since), new: new_comment(making, moment, None) }
}

async fn scenes(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    let (rin, kai) = (making.character(ren).await.id, making.character(ren).await.id);
    let id = moment(making, stores, aya).await;
    let scene = stores.taking_part.find_scene(Cue::Moment(id), 5).await.unwrap().unwrap();
    assert_eq!((scene.posted.text.as_str(), scene.person, scene.addressed), ("The sea 🌊", Some(aya), None));
    assert_eq!((scene.visibility, scene.comment.is_none()), (MomentVisibility::Public, true));
    let hers = comment(making, id, rin, aya);
    assert_eq!(stores.taking_part.add_character_comment(&hers).await, Ok(true));
    // A stranger's words are not shown to who speaks for others to read.
    stores.responses.add_comment(ren, &new_comment(making, id, None), &[], TODAY).await.unwrap();
    let answer = new_comment(making, id, Some(hers.new.id));
    let answer = stores.responses.add_comment(aya, &answer, &[], TODAY).await.unwrap().id;
    let scene = stores.taking_part.find_scene(Cue::Comment(answer), 5).await.unwrap().unwrap();
    assert_eq!((scene.addressed, scene.person, scene.reply_to), (Some(rin), Some(aya), Some(hers.new.id)));
    assert_eq!((scene.comment.unwrap().text.as_str(), scene.before.len()), ("So blue 💙", 1));
    // What a character said is answered by nobody.
    let scene = stores.taking_part.find_scene(Cue::Comment(hers.new.id), 5).await.unwrap().unwrap();
    assert_eq!(scene.person, None);
    // On her own moment she is spoken to in any case.
    let own = stores.moments.post_moment(&new_moment(making, ren, Some(kai)), &[]).await.unwrap().id;
    let said = stores.responses.add_comment(aya, &new_comment(making, own, None), &[], TODAY).await.unwrap().id;
    let scene = stores.taking_part.find_scene(Cue::Comment(said), 5).await.unwrap().unwrap();
    assert_eq!((scene.addressed, scene.person, scene.reply_to), (Some(kai), Some(aya), Some(said)));
    assert_eq!(stores.taking_part.find_scene(Cue::Moment(MomentId(making.uuid())), 5).await, Ok(None));
    assert_eq!(stores.taking_part.find_scene(Cue::Comment(CommentId(making.uuid())), 5).await, Ok(None));
    // A character shows in the list as who she is.
    let page = PageRequest { cursor: None, limit: 5 };
    let listed = stores.responses.page_comments(aya, id, &page, TODAY).await.unwrap();
    assert_eq!((listed.items[0].comment.author, listed.items[0].mine), (Author::Character(rin), false));
}

async fn caps(stores: &Stores, making: &Making<'_>) {
    let aya = making.user().await.id;
    let id = moment(making, stores, aya).await;
    let mut cast = Vec::new();
    for _ in 0..6 {
        cast.push(making.character(aya).await.id);
    }
    // Two nodes at once: no more than may, and each once.
    let all: Vec<CharacterComment> = cast.iter().map(|character| comment(making, id, *character, aya)).collect();
    let again = all.iter().map(|comment| {
        let new = NewComment { id: CommentId(making.uuid()), ..comment.new.clone() };
        CharacterComment { new, ..comment.clone() }
    });
    let tries = all.clone().into_iter().chain(again).map(|comment| {
        let stores = stores.clone();
        tokio::spawn(async move { stores.taking_part.add_character_comment(&comment).await })
    });
    let tried: Vec<_> = join_all(tries).await.into_iter().map(|tried| tried.unwrap()).collect();
    assert_eq!(tried.iter().filter(|tried| **tried == Ok(true)).count(), 3);
    let silent = Err(StoreError::Conflict(Conflict::CharactersSilent));
    assert!(tried.iter().all(|tried| tried.is_ok() || *tried == silent));
    let moment_now = stores.moments.find_moment(aya, id, TODAY).await.unwrap().unwrap().moment;
    assert_eq!(moment_now.comments, 3);
    // A person gets so many in a day, whatever they post.
    let other = moment(making, stores, aya).await;
    let more = comment(making, other, cast[0], aya);
    assert_eq!(stores.taking_part.add_character_comment(&more).await, Ok(true));
    let place =
        stores.taking_part.find_place(other, cast[0], aya, &more.new.client_id, OffsetDateTime::UNIX_EPOCH).await;
    let place = place.unwrap();
    assert_eq!((place.said, place.welcome, place.part.on_moment, place.part.for_person), (true, true, 1, 4));
    assert_eq!(stores.taking_part.add_character_comment(&comment(making, other, cast[1], aya)).await, silent);
    let later = CharacterComment { caps: (CAPS, making.now()), ..comment(making, other, cast[1], aya) };
    assert_eq!(stores.taking_part.add_character_comment(&later).await, Ok(true), "another day");
}

async fn where_she_is_not_wanted(stores: &Stores, making: &Making<'_>) {
    let (aya, maker) = (making.user().await.id, making.user().await.id);
    let silent = Err(StoreError::Conflict(Conflict::CharactersSilent));
    let rin = making.character(maker).await.id;
    let welcome = async |id: MomentId, character: CharacterId| {
        let place = stores.taking_part.find_place(id, character, aya, "x", making.now()).await.unwrap();
        let tried = stores.taking_part.add_character_comment(&comment(making, id, character, aya)).await;
        assert_eq!(tried, if place.welcome { Ok(true) } else { silent.clone() });
        place.welcome
    };
    let id = moment(making, stores, aya).await;
    assert!(welcome(id, rin).await);
    for patch in [
        MomentPatch { visibility: Some(MomentVisibility::Private), ..MomentPatch::default() },
        MomentPatch {
            visibility: Some(MomentVisibility::Public),
            characters_may_comment: Some(false),
            ..MomentPatch::default()
        },
    ] {
        stores.moments.update_moment(aya, id, &patch, &[], making.now()).await.unwrap();
        assert!(!welcome(id, rin).await);
    }
    let id = moment(making, stores, aya).await;
    stores.tastes.change_regard(aya, rin, RegardChange::Hide, "hide", making.now()).await.unwrap();
    assert!(!welcome(id, rin).await, "she is put away");
    let other = making.character(maker).await.id;
    stores.blocks.shun(aya, maker, domain::blocks::Shunning::Block, making.now()).await.unwrap();
    assert!(!welcome(id, other).await, "her maker is blocked");
}

async fn posting(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    let rin = making.character(aya).await.id;
    let due = making.now();
    assert_eq!(stores.posting.set_posting(ren, rin, Some(due)).await, Err(StoreError::NotFound));
    assert_eq!(stores.posting.find_posting(rin).await, Ok(None));
    stores.posting.set_posting(aya, rin, Some(due)).await.unwrap();
    stores.posting.set_posting(aya, rin, Some(due + Duration::DAY)).await.unwrap();
    assert_eq!(stores.posting.find_posting(rin).await, Ok(Some(Posting { owner: aya, due_at: due })));
    assert!(stores.posting.posting_due(due, 1_000).await.unwrap().contains(&rin));
    assert!(!stores.posting.posting_due(due - Duration::SECOND, 1_000).await.unwrap().contains(&rin));
    // Two nodes at once: one of them posts.
    let next = due + Duration::days(3);
    let all = (0..4).map(|_| {
        let (stores, new) = (stores.clone(), new_moment(making, aya, Some(rin)));
        tokio::spawn(async move { stores.posting.pass_post(rin, due, next, Some(&new)).await })
    });
    let passed: Vec<_> = join_all(all).await.into_iter().map(|passed| passed.unwrap()).collect();
    assert_eq!(passed.iter().filter(|passed| passed.is_ok()).count(), 1);
    let page = PageRequest { cursor: None, limit: 9 };
    let posted = stores.moments.page_moments(ren, Author::Character(rin), &page, TODAY).await.unwrap();
    assert_eq!(posted.items.len(), 1);
    stores.posting.pass_post(rin, next, next + Duration::HOUR, None).await.unwrap();
    stores.posting.set_posting(aya, rin, None).await.unwrap();
    let late = new_moment(making, aya, Some(rin));
    let refused = stores.posting.pass_post(rin, next + Duration::HOUR, next, Some(&late)).await;
    assert_eq!(refused, Err(StoreError::NotFound));
}

async fn what_is_reported(stores: &Stores, making: &Making<'_>) {
    let (aya, ren) = (making.user().await.id, making.user().await.id);
    let image = making.image(aya);
    stores.media.keep_upload(aya, &image, ImageSize { width: 4, height: 3 }).await.unwrap();
    let new = NewMoment { images: vec![image.id], ..new_moment(making, aya, None) };
    let id = stores.moments.post_moment(&new, &[]).await.unwrap().id;
    let said = stores.responses.add_comment(aya, &new_comment(making, id, None), &[], TODAY).await.unwrap().id;
    assert_eq!(stores.reported.find_reported_moment(id, TODAY).await, Ok(None), "no case is about it");
    assert_eq!(stores.reported.find_reported_comment(said, TODAY).await, Ok(None));
    assert_eq!(stores.reported.find_reported_image(image.id).await, Ok(None));
    for target in [Reported::Moment(id), Reported::MomentComment(said)] {
        let report = NewReport {
            id: ReportId(making.uuid()),
            case: CaseId(making.uuid()),
            reporter: ren,
            target,
            character: None,
            person: Some(aya),
            reason: ReportReason::Spam,
            note: String::new(),
            at: making.now(),
        };
        let filed = stores.reports.file_report(&report).await.unwrap();
        let (case, _) = stores.reports.find_case(filed.case).await.unwrap().unwrap();
        assert_eq!(case.target, target);
    }
    // Whoever sees it, and whoever is blocked.
    let hidden = MomentPatch { visibility: Some(MomentVisibility::Private), ..MomentPatch::default() };
    stores.moments.update_moment(aya, id, &hidden, &[], making.now()).await.unwrap();
    let found = stores.reported.find_reported_moment(id, TODAY).await.unwrap().unwrap();
    assert_eq!((found.moment.text.as_str(), found.moment.images.len()), ("The sea 🌊", 1));
    assert_eq!(stores.reported.find_reported_comment(said, TODAY).await.unwrap().unwrap().comment.text, "So blue 💙");
    assert!(stores.reported.find_reported_image(image.id).await.unwrap().is_some());
}
