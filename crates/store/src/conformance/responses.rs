//! The suite of `ResponseStore`.

use domain::blocks::Shunning;
use domain::chats::Author;
use domain::ids::{CommentId, MomentId, NotificationId, UserId};
use domain::moments::{MomentPatch, MomentVisibility, NewComment, SeenComment};
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use domain::pages::PageRequest;

use super::chats::join_all;
use super::making::Making;
use super::moments::{befriend, moment};
use super::profiles::TODAY;
use crate::responses::Liked;
use crate::{StoreError, Stores};

/// Runs the suite.
pub async fn responses(stores: &Stores) {
    let making = Making::new(stores);
    likes(stores, &making).await;
    comments(stores, &making).await;
    who_sees_comments(stores, &making).await;
    who_goes(stores, &making).await;
}

/// A comment that is not kept yet.
pub(super) fn new_comment(making: &Making<'_>, moment: MomentId, reply_to: Option<CommentId>) -> NewComment {
    let id = CommentId(making.uuid());
    NewComment { id, moment, text: "So blue 💙".into(), reply_to, client_id: id.to_string(), at: making.now() }
}

async fn say(
    stores: &Stores,
    making: &Making<'_>,
    by: UserId,
    moment: MomentId,
    reply_to: Option<CommentId>,
) -> CommentId {
    let new = new_comment(making, moment, reply_to);
    stores.responses.add_comment(by, &new, &[], TODAY).await.unwrap().id
}

async fn counts(stores: &Stores, viewer: UserId, id: MomentId) -> (u64, u64) {
    let moment = stores.moments.find_moment(viewer, id, TODAY).await.unwrap().unwrap().moment;
    (moment.likes, moment.comments)
}

async fn listed(stores: &Stores, viewer: UserId, id: MomentId) -> Vec<SeenComment> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest { cursor, limit: 2 };
        let page = stores.responses.page_comments(viewer, id, &page, TODAY).await.unwrap();
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

async fn likes(stores: &Stores, making: &Making<'_>) {
    let aya = making.user().await.id;
    let id = moment(making, stores, aya).await;
    let mut fans = Vec::new();
    for _ in 0..8 {
        fans.push(making.user().await.id);
    }
    let now = making.now();
    // All at once, each of them twice.
    let all = fans.iter().chain(&fans).map(|fan| {
        let (stores, fan) = (stores.clone(), *fan);
        tokio::spawn(async move { stores.responses.set_like(fan, id, true, now, TODAY).await })
    });
    let liked: Vec<Liked> = join_all(all).await.into_iter().map(|liked| liked.unwrap().unwrap()).collect();
    assert_eq!(liked.iter().filter(|liked| liked.news).count(), 8);
    assert!(liked.iter().all(|liked| liked.liked));
    assert_eq!(counts(stores, aya, id).await, (8, 0));
    assert!(stores.moments.find_moment(fans[0], id, TODAY).await.unwrap().unwrap().liked);
    let off = async |fan| stores.responses.set_like(fan, id, false, making.now(), TODAY).await;
    assert_eq!(off(fans[0]).await, Ok(Liked { liked: false, likes: 7, news: true }));
    assert_eq!(off(fans[0]).await, Ok(Liked { liked: false, likes: 7, news: false }));
    let page = PageRequest { cursor: None, limit: 20 };
    let people = async |viewer| {
        let page = stores.responses.page_likes(viewer, id, &page, TODAY).await.unwrap();
        page.items.into_iter().map(|listed| listed.person.profile.user).collect::<Vec<_>>()
    };
    assert_eq!(people(aya).await.len(), 7);
    // Across a block nobody is there, whichever of the two looks.
    stores.blocks.shun(fans[1], fans[2], Shunning::Block, making.now()).await.unwrap();
    assert!(!people(fans[1]).await.contains(&fans[2]) && !people(fans[2]).await.contains(&fans[1]));
    assert_eq!(people(fans[3]).await.len(), 7);
    stores.blocks.shun(aya, fans[3], Shunning::Block, making.now()).await.unwrap();
    let refused = stores.responses.set_like(fans[3], id, true, making.now(), TODAY).await;
    assert_eq!(refused, Err(StoreError::NotFound));
    assert_eq!(stores.responses.page_likes(fans[3], id, &page, TODAY).await, Err(StoreError::NotFound));
    // What nobody sees nobody likes.
    let hidden = MomentPatch { visibility: Some(MomentVisibility::Private), ..MomentPatch::default() };
    stores.moments.update_moment(aya, id, &hidden, &[], making.now()).await.unwrap();
    assert_eq!(stores.responses.set_like(fans[4], id, true, making.now(), TODAY).await, Err(StoreError::NotFound));
}

async fn comments(stores: &Stores, making: &Making<'_>) {
    let (aya, ren, mio) = (making.user().await.id, making.user().await.id, making.user().await.id);
    let id = moment(making, stores, aya).await;
    let first = new_comment(making, id, None);
    // Said at once and again, it is said once.
    let all = (0..6).map(|_| {
        let (stores, new) = (stores.clone(), NewComment { id: CommentId(making.uuid()), ..first.clone() });
        tokio::spawn(async move { stores.responses.add_comment(ren, &new, &[], TODAY).await })
    });
    let kept: Vec<_> = join_all(all).await.into_iter().map(|kept| kept.unwrap().unwrap()).collect();
    assert_eq!(kept.iter().filter(|kept| !kept.repeated).count(), 1);
    assert_eq!(counts(stores, ren, id).await, (0, 1));
    let first = kept[0].id;
    let answer = say(stores, making, mio, id, Some(first)).await;
    // An answer to an answer stands beside it.
    let second = say(stores, making, aya, id, Some(answer)).await;
    let found = listed(stores, aya, id).await;
    assert_eq!(found.iter().map(|seen| seen.comment.id).collect::<Vec<_>>(), [first, answer, second]);
    assert_eq!(found.iter().map(|seen| seen.comment.reply_to).collect::<Vec<_>>(), [None, Some(first), Some(first)]);
    assert_eq!((found[2].mine, found[0].mine, found[0].comment.author), (true, false, Author::Person(ren)));
    let elsewhere = moment(making, stores, aya).await;
    let wrong = new_comment(making, elsewhere, Some(first));
    assert_eq!(stores.responses.add_comment(ren, &wrong, &[], TODAY).await, Err(StoreError::NotFound));
    // Deleted by their author or the moment's, with what answers them.
    let delete = async |user, comment| stores.responses.delete_comment(user, id, comment).await;
    assert_eq!(delete(ren, second).await, Err(StoreError::NotFound));
    assert_eq!(delete(aya, answer).await, Ok(()));
    assert_eq!(counts(stores, aya, id).await, (0, 2));
    assert_eq!(delete(ren, first).await, Ok(()));
    assert_eq!((counts(stores, aya, id).await, listed(stores, aya, id).await.len()), ((0, 0), 0));
    assert_eq!(delete(ren, first).await, Err(StoreError::NotFound));
}

async fn who_sees_comments(stores: &Stores, making: &Making<'_>) {
    let (aya, ren, mio) = (making.user().await.id, making.user().await.id, making.user().await.id);
    befriend(stores, making, aya, ren).await;
    let id = moment(making, stores, aya).await;
    let his = say(stores, making, ren, id, None).await;
    say(stores, making, mio, id, None).await;
    assert_eq!(listed(stores, mio, id).await.len(), 2);
    stores.blocks.shun(ren, mio, Shunning::Block, making.now()).await.unwrap();
    assert_eq!((listed(stores, mio, id).await.len(), listed(stores, ren, id).await.len()), (1, 1));
    assert_eq!(stores.responses.find_comment(mio, his, TODAY).await, Ok(None));
    // Nor can one answer whom one does not see.
    let answer = new_comment(making, id, Some(his));
    assert_eq!(stores.responses.add_comment(mio, &answer, &[], TODAY).await, Err(StoreError::NotFound));
    assert_eq!(listed(stores, aya, id).await.len(), 2);
    let friends = MomentPatch { visibility: Some(MomentVisibility::Friends), ..MomentPatch::default() };
    stores.moments.update_moment(aya, id, &friends, &[], making.now()).await.unwrap();
    let page = PageRequest { cursor: None, limit: 5 };
    assert_eq!(stores.responses.page_comments(mio, id, &page, TODAY).await, Err(StoreError::NotFound));
    assert!(stores.responses.find_comment(ren, his, TODAY).await.unwrap().is_some());
    assert_eq!(stores.responses.find_comment(mio, his, TODAY).await, Ok(None));
}

async fn who_goes(stores: &Stores, making: &Making<'_>) {
    let (aya, ren, mio) = (making.user().await.id, making.user().await.id, making.user().await.id);
    let id = moment(making, stores, aya).await;
    let first = say(stores, making, ren, id, None).await;
    say(stores, making, mio, id, Some(first)).await;
    let stays = say(stores, making, mio, id, None).await;
    for fan in [ren, mio] {
        stores.responses.set_like(fan, id, true, making.now(), TODAY).await.unwrap();
    }
    assert_eq!(counts(stores, aya, id).await, (2, 3));
    // What somebody said goes with them, and what answers it.
    stores.accounts.delete_user(ren, making.now()).await.unwrap();
    assert_eq!(counts(stores, aya, id).await, (1, 1));
    assert_eq!(listed(stores, aya, id).await.iter().map(|seen| seen.comment.id).collect::<Vec<_>>(), [stays]);
    // With a moment goes what was told of it.
    let news = News {
        user: aya,
        kind: NotificationKind::MomentLiked,
        subject: Subject::Moment(id),
        by: Some(Notifier::Person(mio)),
        source: format!("moment-like:{mio}:{id}"),
    };
    let told = stores.notifications.tell_news(NotificationId(making.uuid()), &news, making.now()).await.unwrap();
    assert!(told.is_some());
    stores.moments.delete_moment(aya, id).await.unwrap();
    let page = PageRequest { cursor: None, limit: 5 };
    let inbox = stores.notifications.page_notifications(aya, false, &page).await.unwrap();
    assert_eq!(inbox.items.len(), 0);
    assert_eq!(stores.responses.find_comment(mio, stays, TODAY).await, Ok(None));
    // Those who go at the same time, each with something at the other's, do not wait for each other.
    let mut people = Vec::new();
    for _ in 0..8 {
        people.push(making.user().await.id);
    }
    for of in &people {
        let id = moment(making, stores, *of).await;
        for by in &people {
            stores.responses.set_like(*by, id, true, making.now(), TODAY).await.unwrap();
            say(stores, making, *by, id, None).await;
        }
    }
    let now = making.now();
    let gone = people.into_iter().map(|user| {
        let stores = stores.clone();
        tokio::spawn(async move { stores.accounts.delete_user(user, now).await })
    });
    for gone in join_all(gone).await {
        assert_eq!(gone.unwrap(), Ok(()));
    }
}
