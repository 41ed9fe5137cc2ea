//! The suite of `BondStore`.

use std::collections::{BTreeMap, HashSet};

use domain::bonds::{BondCause, BondEvent, BondReason, BondSettings, Judgement};
use domain::chats::Message;
use domain::ids::{BondEventId, MessageId};
use time::OffsetDateTime;

use super::chats::join_all;
use super::making::{Chat, Making};
use super::remembering::{OUTDATED, edit};
use crate::bonds::{BondHistory, Judged, Judging};
use crate::chats::Parent;
use crate::{StoreError, Stores};

/// Runs it.
pub async fn bonds(stores: &Stores) {
    let making = Making::new(stores);
    judging(stores, &making).await;
    once(stores, &making).await;
    switching(stores, &making).await;
    undoing(stores, &making).await;
    turning(stores, &making).await;
    ending(stores, &making).await;
}

fn event(making: &Making<'_>, chat: &Chat, message: &Message, by: i32) -> BondEvent {
    BondEvent {
        id: BondEventId(making.uuid()),
        scope: chat.scope(),
        cause: BondCause::Message,
        session_id: chat.session,
        message_id: message.id,
        at: message.created_at,
        day: 2_461_000,
        judgement: Judgement {
            reason: BondReason::Kindness,
            moves: BTreeMap::from([("trust".to_owned(), by), ("closeness".to_owned(), -by)]),
            mood: -2,
            why: "她很高兴 🌸".into(),
        },
        model: Some("openai/gpt".into()),
    }
}

async fn judge(stores: &Stores, making: &Making<'_>, chat: &Chat, said: &[(&Message, i32)]) -> Judging {
    let version = stores.remembering.remembered(chat.session).await.unwrap().watermark.version;
    let judged = said.iter().map(|(message, by)| Judged {
        id: BondEventId(making.uuid()),
        message: message.id,
        at: message.created_at,
        event: (*by != 0).then(|| event(making, chat, message, *by)),
    });
    let judged = judged
        .map(|judged| Judged { id: judged.event.as_ref().map_or(judged.id, |event| event.id), ..judged })
        .collect();
    let forget_before = OffsetDateTime::UNIX_EPOCH;
    Judging { scope: chat.scope(), session: chat.session, version, judged, forget_before }
}

async fn moved(stores: &Stores, chat: &Chat) -> Vec<i32> {
    let history = stores.bonds.bond(chat.scope()).await.unwrap();
    history.events.iter().map(|event| event.judgement.moves["trust"]).collect()
}

async fn judging(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    assert_eq!(stores.bonds.bond(chat.scope()).await, Ok(BondHistory::default()), "it is on, and nothing has happened");
    let said = making.talk(&chat, 3).await;
    let judging = judge(stores, making, &chat, &[(&said[2], 2), (&said[0], 1), (&said[4], 0)]).await;
    stores.bonds.keep_judged(&judging).await.unwrap();
    let history = stores.bonds.bond(chat.scope()).await.unwrap();
    let kept: Vec<BondEvent> = [1, 0].iter().filter_map(|n: &usize| judging.judged[*n].event.clone()).collect();
    assert_eq!(history, BondHistory { settings: BondSettings::default(), events: kept }, "as they were said");
    assert_eq!(stores.bonds.bond(other.scope()).await, Ok(BondHistory::default()));
    let all: Vec<MessageId> = said.iter().map(|message| message.id).collect();
    let asked = stores.bonds.judged(chat.scope(), &all).await.unwrap();
    assert_eq!(asked, HashSet::from([said[0].id, said[2].id, said[4].id]), "also what moved nothing");
    assert_eq!(stores.bonds.judged(other.scope(), &all).await, Ok(HashSet::new()), "of others nothing is known");
    let count = async |since| stores.bonds.count_judged(chat.scope(), since).await.unwrap();
    assert_eq!((count(said[0].created_at).await, count(said[2].created_at).await), (3, 2));
    // What moved nothing is noted for a while.
    let later = making.talk(&chat, 1).await;
    let judging = judge(stores, making, &chat, &[(&later[0], 3)]).await;
    let judging = Judging { forget_before: later[0].created_at, ..judging };
    stores.bonds.keep_judged(&judging).await.unwrap();
    assert_eq!((count(said[0].created_at).await, moved(stores, &chat).await), (3, vec![1, 2, 3]));
    // A session that is another's, or nobody's.
    let foreign = Judging { scope: other.scope(), ..judging.clone() };
    assert_eq!(stores.bonds.keep_judged(&foreign).await, Err(StoreError::NotFound));
    let gone = Judging { session: making.new_session(chat.owner, chat.scope().character).id, ..judging };
    assert_eq!(stores.bonds.keep_judged(&gone).await, Err(StoreError::NotFound));
}

/// Two who judge the same at once, and one who lost the answer.
async fn once(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 2).await;
    let mut steps = Vec::new();
    for by in 1..=4 {
        steps.push(judge(stores, making, &chat, &[(&said[0], by), (&said[2], by)]).await);
    }
    let kept = join_all(steps.iter().map(|step| stores.bonds.keep_judged(step))).await;
    assert!(kept.into_iter().all(|kept| kept == Ok(())));
    let first = moved(stores, &chat).await;
    assert!(first.len() == 2 && first[0] == first[1], "{first:?}");
    stores.bonds.keep_judged(&steps[0]).await.unwrap();
    assert_eq!(moved(stores, &chat).await, first);
}

async fn switching(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 2).await;
    let step = judge(stores, making, &chat, &[(&said[0], 1)]).await;
    stores.bonds.keep_judged(&step).await.unwrap();
    let off = stores.bonds.switch_bond(chat.scope(), false, making.now()).await.unwrap();
    assert_eq!(off, BondSettings { on: false, since: None });
    let step = judge(stores, making, &chat, &[(&said[2], 1)]).await;
    stores.bonds.keep_judged(&step).await.unwrap();
    let history = stores.bonds.bond(chat.scope()).await.unwrap();
    assert_eq!((history.settings, history.events.len()), (off, 1), "what was there stays");
    // What was said while it was off is not judged afterwards.
    let now = making.now();
    let on = stores.bonds.switch_bond(chat.scope(), true, now).await.unwrap();
    assert_eq!(on, BondSettings { on: true, since: Some(now) });
    assert_eq!(stores.bonds.switch_bond(chat.scope(), true, making.now()).await, Ok(on), "it was on already");
    stores.bonds.keep_judged(&step).await.unwrap();
    assert_eq!(moved(stores, &chat).await, [1]);
    let later = making.talk(&chat, 1).await;
    let step = judge(stores, making, &chat, &[(&later[0], 2)]).await;
    stores.bonds.keep_judged(&step).await.unwrap();
    assert_eq!(moved(stores, &chat).await, [1, 2]);
    // Anew, and not from what was said before.
    let now = making.now();
    stores.bonds.begin_anew(chat.scope(), now).await.unwrap();
    let anew = BondHistory { settings: BondSettings { on: true, since: Some(now) }, events: Vec::new() };
    stores.bonds.keep_judged(&step).await.unwrap();
    assert_eq!(stores.bonds.bond(chat.scope()).await, Ok(anew));
    // Where one of the two is not there.
    let nobody = domain::memories::Scope { user: making.new_user().id, ..chat.scope() };
    assert_eq!(stores.bonds.switch_bond(nobody, true, now).await, Err(StoreError::NotFound));
    assert_eq!(stores.bonds.begin_anew(nobody, now).await, Err(StoreError::NotFound));
}

/// What a message moved is undone with it.
async fn undoing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 4).await;
    let step = judge(stores, making, &chat, &[(&said[0], 1), (&said[2], 2), (&said[4], 3), (&said[6], 4)]).await;
    stores.bonds.keep_judged(&step).await.unwrap();
    edit(stores, making, &chat, said[2].id).await;
    assert_eq!(moved(stores, &chat).await, [1, 3, 4]);
    // Whoever has read the old text comes too late; the new one may be judged.
    assert_eq!(stores.bonds.keep_judged(&step).await, OUTDATED);
    let again = judge(stores, making, &chat, &[(&said[2], 5)]).await;
    stores.bonds.keep_judged(&again).await.unwrap();
    assert_eq!(moved(stores, &chat).await, [1, 5, 3, 4]);
    stores.chats.delete_message(chat.owner, chat.session, said[4].id, making.now()).await.unwrap();
    assert_eq!(moved(stores, &chat).await, [1, 5]);
    assert_eq!(stores.bonds.keep_judged(&again).await, OUTDATED);
    let left = stores.bonds.judged(chat.scope(), &[said[0].id, said[4].id, said[6].id]).await.unwrap();
    assert_eq!(left, HashSet::from([said[0].id]), "nothing is left of what is erased");
}

/// Another branch is chosen, and chosen back.
async fn turning(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 2).await;
    let step = judge(stores, making, &chat, &[(&said[0], 1), (&said[2], 2)]).await;
    stores.bonds.keep_judged(&step).await.unwrap();
    let (instead, _) = making.send(&chat, Parent::Message(Some(said[1].id)), "instead").await;
    making.answer(chat.session, "r").await;
    assert_eq!(moved(stores, &chat).await, [1]);
    let step = judge(stores, making, &chat, &[(&instead, 3)]).await;
    stores.bonds.keep_judged(&step).await.unwrap();
    assert_eq!(moved(stores, &chat).await, [1, 3]);
    stores.chats.select_message(chat.owner, chat.session, said[3].id, making.now()).await.unwrap();
    assert_eq!(moved(stores, &chat).await, [1, 2]);
}

/// Sessions and people go, and take with them what moved.
async fn ending(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let other = making.chat_of(chat.owner, chat.scope().character, 1).await;
    for (chat, by) in [(&chat, 1), (&other, 2)] {
        let said = making.talk(chat, 1).await;
        let step = judge(stores, making, chat, &[(&said[0], by)]).await;
        stores.bonds.keep_judged(&step).await.unwrap();
    }
    assert_eq!(moved(stores, &chat).await, [1, 2], "two sessions are one bond");
    stores.sessions.delete_session(chat.owner, chat.session, making.now()).await.unwrap();
    assert_eq!(moved(stores, &chat).await, [2]);
    stores.accounts.delete_user(chat.owner, making.now()).await.unwrap();
    assert_eq!(stores.bonds.bond(chat.scope()).await, Ok(BondHistory::default()));
}
