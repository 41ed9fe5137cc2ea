//! The suite of `DiaryPageStore` and `DiaryStore`.

use domain::chats::Message;
use domain::diaries::{DiaryEntry, DiaryPage, DiarySettings, DiarySource, DiaryState};
use domain::ids::DiaryEntryId;
use domain::memories::Scope;
use domain::pages::PageRequest;
use time::macros::date;
use time::{Date, Duration};

use super::chats::join_all;
use super::making::{Chat, Making};
use super::remembering::edit;
use crate::chats::Parent;
use crate::diaries::Writing;
use crate::memories::Forgetting;
use crate::{Conflict, StoreError, Stores};

const MONDAY: Date = date!(2026 - 03 - 02);

/// Runs it.
pub async fn diaries(stores: &Stores) {
    let making = Making::new(stores);
    pages(stores, &making).await;
    once(stores, &making).await;
    switching(stores, &making).await;
    reading(stores, &making).await;
    undoing(stores, &making).await;
    turning(stores, &making).await;
    forgetting(stores, &making).await;
    bringing(stores, &making).await;
}

fn page(making: &Making<'_>, scope: Scope, day: Date) -> DiaryPage {
    DiaryPage { id: DiaryEntryId(making.uuid()), scope, day, due_at: making.now(), state: DiaryState::Open }
}

fn entry(page: &DiaryPage, chat: &Chat, from: &[&Message], making: &Making<'_>) -> DiaryEntry {
    let source = |message: &&Message| DiarySource { session: chat.session, message: message.id };
    let mut sources: Vec<DiarySource> = from.iter().map(source).collect();
    sources.sort_unstable();
    DiaryEntry {
        id: page.id,
        scope: page.scope,
        day: page.day,
        text: format!("海 on {} 🌊", page.day),
        written_at: making.now(),
        model: Some("openai/gpt".into()),
        sources,
    }
}

async fn writing(stores: &Stores, making: &Making<'_>, chat: &Chat, page: &DiaryPage, from: &[&Message]) -> Writing {
    let version = stores.remembering.remembered(chat.session).await.unwrap().watermark.version;
    Writing { entry: entry(page, chat, from, making), versions: vec![(chat.session, version)] }
}

/// Opens a page of this day and writes on it.
async fn written(stores: &Stores, making: &Making<'_>, chat: &Chat, day: Date, from: &[&Message]) -> DiaryEntry {
    let page = page(making, chat.scope(), day);
    stores.diary_pages.open_page(&page).await.unwrap();
    let writing = writing(stores, making, chat, &page, from).await;
    assert_eq!(stores.diary_pages.write_entry(&writing).await, Ok(true));
    writing.entry
}

async fn read(stores: &Stores, chat: &Chat) -> Vec<DiaryEntry> {
    let all = PageRequest { cursor: None, limit: 100 };
    let found = stores.diaries.page_entries(chat.scope(), &all).await.unwrap();
    assert_eq!(found.next_cursor, None);
    found.items
}

async fn days(stores: &Stores, chat: &Chat) -> Vec<Date> {
    read(stores, chat).await.iter().map(|entry| entry.day).collect()
}

async fn pages(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let (scope, now) = (chat.scope(), making.now());
    assert_eq!(stores.diary_pages.wants_page(scope, now).await, Ok(true));
    let first = page(making, scope, MONDAY);
    stores.diary_pages.open_page(&first).await.unwrap();
    stores.diary_pages.open_page(&page(making, scope, MONDAY)).await.unwrap();
    let wants = |scope, before: Duration| stores.diary_pages.wants_page(scope, first.due_at - before);
    assert_eq!(wants(scope, Duration::SECOND).await, Ok(false), "one waits");
    assert_eq!(wants(scope, Duration::ZERO).await, Ok(true), "its time has come");
    assert_eq!(wants(other.scope(), Duration::SECOND).await, Ok(true));
    let due = stores.diary_pages.pages_due(making.now(), 1_000).await.unwrap();
    assert_eq!(due.iter().filter(|id| **id == first.id).count(), 1);
    assert!(!stores.diary_pages.pages_due(first.due_at - Duration::SECOND, 1_000).await.unwrap().contains(&first.id));
    let standing = stores.diary_pages.find_page(first.id).await.unwrap().unwrap();
    assert_eq!((standing.page, standing.settings, standing.of_week), (first, DiarySettings::default(), 0));
    stores.diary_pages.leave_blank(first.id).await.unwrap();
    assert!(!stores.diary_pages.pages_due(making.now(), 1_000).await.unwrap().contains(&first.id));
    let left = stores.diary_pages.find_page(first.id).await.unwrap().unwrap();
    assert_eq!(left.page.state, DiaryState::Blank);
    // The week before a page.
    let said = making.talk(&chat, 1).await;
    for back in [1, 6, 7] {
        written(stores, making, &chat, MONDAY - Duration::days(back), &[&said[0]]).await;
    }
    assert_eq!(stores.diary_pages.find_page(first.id).await.unwrap().unwrap().of_week, 2);
    let nobody = Scope { user: making.new_user().id, ..scope };
    assert_eq!(stores.diary_pages.open_page(&page(making, nobody, MONDAY)).await, Err(StoreError::NotFound));
    assert_eq!(stores.diary_pages.find_page(DiaryEntryId(making.uuid())).await, Ok(None));
}

/// Several who write on one page at once, and one who lost the answer.
async fn once(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 1).await;
    let page = page(making, chat.scope(), MONDAY);
    stores.diary_pages.open_page(&page).await.unwrap();
    let writing = writing(stores, making, &chat, &page, &[&said[0], &said[1]]).await;
    let wrote = join_all((0..4).map(|_| stores.diary_pages.write_entry(&writing))).await;
    assert_eq!(wrote.into_iter().filter(|wrote| *wrote == Ok(true)).count(), 1);
    stores.diary_pages.leave_blank(page.id).await.unwrap();
    assert_eq!(read(stores, &chat).await, [writing.entry], "what is written stays");
}

async fn switching(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (scope, said) = (chat.scope(), making.talk(&chat, 1).await);
    let kept = written(stores, making, &chat, MONDAY, &[&said[0]]).await;
    let open = page(making, scope, MONDAY.next_day().unwrap());
    stores.diary_pages.open_page(&open).await.unwrap();
    let off = stores.diaries.switch_diary(scope, false, making.now()).await.unwrap();
    assert_eq!(off, DiarySettings { on: false, since: None });
    assert_eq!(stores.diaries.diary_settings(scope).await, Ok(off));
    assert_eq!(stores.diary_pages.wants_page(scope, making.now()).await, Ok(false));
    let late = writing(stores, making, &chat, &open, &[&said[0]]).await;
    assert_eq!(stores.diary_pages.write_entry(&late).await, Ok(false));
    assert_eq!(read(stores, &chat).await, [kept], "what was there stays");
    let now = making.now();
    let on = stores.diaries.switch_diary(scope, true, now).await.unwrap();
    assert_eq!(on, DiarySettings { on: true, since: Some(now) });
    assert_eq!(stores.diaries.switch_diary(scope, true, making.now()).await, Ok(on), "it was on already");
    // Where the bond is off, she keeps none either.
    stores.bonds.switch_bond(scope, false, making.now()).await.unwrap();
    assert_eq!(stores.diary_pages.wants_page(scope, making.now()).await, Ok(false));
    assert_eq!(stores.diary_pages.write_entry(&late).await, Ok(false));
    stores.bonds.switch_bond(scope, true, making.now()).await.unwrap();
    assert_eq!(stores.diary_pages.write_entry(&late).await, Ok(true));
    let nobody = Scope { user: making.new_user().id, ..scope };
    assert_eq!(stores.diaries.switch_diary(nobody, true, now).await, Err(StoreError::NotFound));
}

async fn reading(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let said = making.talk(&chat, 1).await;
    let mut kept = Vec::new();
    for n in 0..5 {
        kept.insert(0, written(stores, making, &chat, MONDAY + Duration::days(n), &[&said[0]]).await);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = stores.diaries.page_entries(chat.scope(), &PageRequest { cursor, limit: 2 }).await.unwrap();
        found.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, kept);
    assert_eq!(read(stores, &other).await, []);
    // What is another's is not there.
    let delete = |scope, id| stores.diaries.delete_entry(scope, id);
    assert_eq!(delete(other.scope(), kept[0].id).await, Err(StoreError::NotFound));
    delete(chat.scope(), kept[0].id).await.unwrap();
    assert_eq!(delete(chat.scope(), kept[0].id).await, Err(StoreError::NotFound));
    assert_eq!(read(stores, &chat).await, kept[1..]);
    // Its day gets no other.
    let again = page(making, chat.scope(), kept[0].day);
    stores.diary_pages.open_page(&again).await.unwrap();
    assert_eq!(stores.diary_pages.find_page(again.id).await, Ok(None));
}

/// What was written of a message goes with it.
async fn undoing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 4).await;
    let day = |n| MONDAY + Duration::days(n);
    for (n, from) in [(0, [&said[0], &said[1]]), (1, [&said[2], &said[3]]), (2, [&said[6], &said[7]])] {
        written(stores, making, &chat, day(n), &from).await;
    }
    let open = page(making, chat.scope(), day(3));
    stores.diary_pages.open_page(&open).await.unwrap();
    let late = writing(stores, making, &chat, &open, &[&said[2]]).await;
    edit(stores, making, &chat, said[2].id).await;
    assert_eq!(days(stores, &chat).await, [day(2), day(0)]);
    // Whoever has read the old text comes too late.
    let outdated = Err(StoreError::Conflict(Conflict::Outdated));
    assert_eq!(stores.diary_pages.write_entry(&late).await, outdated);
    stores.chats.delete_message(chat.owner, chat.session, said[4].id, making.now()).await.unwrap();
    assert_eq!(days(stores, &chat).await, [day(0)]);
    stores.sessions.delete_session(chat.owner, chat.session, making.now()).await.unwrap();
    assert_eq!(days(stores, &chat).await, []);
    let gone = writing_of_gone(&late);
    assert!(stores.diary_pages.write_entry(&gone).await.is_err());
}

fn writing_of_gone(late: &Writing) -> Writing {
    Writing { versions: late.versions.iter().map(|(session, _)| (*session, 0)).collect(), ..late.clone() }
}

/// Another branch is chosen, and chosen back.
async fn turning(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 2).await;
    for (n, message) in [(0, &said[0]), (1, &said[2])] {
        written(stores, making, &chat, MONDAY + Duration::days(n), &[message]).await;
    }
    making.send(&chat, Parent::Message(Some(said[1].id)), "instead").await;
    making.answer(chat.session, "r").await;
    assert_eq!(days(stores, &chat).await, [MONDAY]);
    // Out of sight is not at the end.
    let first = PageRequest { cursor: None, limit: 1 };
    let found = stores.diaries.page_entries(chat.scope(), &first).await.unwrap();
    assert_eq!(found.items.len(), 1);
    stores.chats.select_message(chat.owner, chat.session, said[3].id, making.now()).await.unwrap();
    assert_eq!(days(stores, &chat).await.len(), 2);
}

async fn forgetting(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 2).await;
    let fact = making.fact(&chat, &said[0..1], "the sea");
    making.remember(&chat, std::slice::from_ref(&fact)).await;
    for (n, message) in [(0, &said[0]), (1, &said[2])] {
        written(stores, making, &chat, MONDAY + Duration::days(n), &[message]).await;
    }
    stores.memories.forget(chat.scope(), Forgetting::One(fact.memory.id), making.now()).await.unwrap();
    assert_eq!(days(stores, &chat).await, [MONDAY + Duration::DAY], "it goes with what is to be forgotten");
    stores.memories.forget(chat.scope(), Forgetting::All, making.now()).await.unwrap();
    assert_eq!(days(stores, &chat).await, []);
    written(stores, making, &chat, MONDAY, &[&said[2]]).await;
    stores.bonds.begin_anew(chat.scope(), making.now()).await.unwrap();
    assert_eq!(days(stores, &chat).await, []);
}

/// From an archive, and no page twice.
async fn bringing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 1).await;
    let here = written(stores, making, &chat, MONDAY, &[&said[0]]).await;
    let brought: Vec<DiaryEntry> = [MONDAY, MONDAY + Duration::DAY]
        .into_iter()
        .map(|day| entry(&page(making, chat.scope(), day), &chat, &[&said[0]], making))
        .collect();
    assert_eq!(stores.diaries.bring_entries(chat.scope(), &brought).await, Ok(1));
    assert_eq!(stores.diaries.bring_entries(chat.scope(), &brought).await, Ok(0));
    assert_eq!(read(stores, &chat).await, [brought[1].clone(), here]);
    stores.accounts.delete_user(chat.owner, making.now()).await.unwrap();
    assert_eq!(read(stores, &chat).await, []);
    let nobody = Scope { user: making.new_user().id, ..chat.scope() };
    assert_eq!(stores.diaries.bring_entries(nobody, &brought).await, Err(StoreError::NotFound));
}
