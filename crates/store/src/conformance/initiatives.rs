//! The suites of `InitiativeStore` and `FirstMessageStore`.

use std::collections::HashSet;

use domain::chats::MessageStatus;
use domain::events::{EventBody, SessionEvent};
use domain::ids::{InitiativeId, MessageId, SessionId};
use domain::initiatives::{FirstMessage, FirstState, Initiative, InitiativeReason, InitiativeSettings};
use domain::models::FinishReason;
use domain::traces::ReplyTrace;
use time::{Duration, OffsetDateTime};

use super::chats::{join_all, view};
use super::making::Making;
use crate::chats::{Parent, Queueing};
use crate::initiatives::Draft;
use crate::turns::Finish;
use crate::{Conflict, StoreError, StoreResult, Stores};

/// Runs the suite.
pub async fn initiatives(stores: &Stores) {
    let making = Making::new(stores);
    settings(stores, &making).await;
    slots(stores, &making).await;
    at_once(stores, &making).await;
    the_end_of_a_session(stores, &making).await;
    written_already(stores, &making).await;
    put_at_once(stores, &making).await;
}

async fn wanted(making: &Making<'_>) -> Initiative {
    let user = making.user().await.id;
    let character = making.character(user).await.id;
    let now = making.now();
    Initiative {
        id: InitiativeId(making.uuid()),
        user,
        character,
        settings: InitiativeSettings { enabled: true, ..InitiativeSettings::default() },
        met_at: now - Duration::DAY,
        due_at: now,
        revision: 0,
    }
}

fn first(making: &Making<'_>, initiative: &Initiative, slot: &str) -> FirstMessage {
    FirstMessage {
        id: MessageId(making.uuid()),
        initiative: initiative.id,
        slot: slot.to_owned(),
        reason: InitiativeReason::Thought,
        session: SessionId(making.uuid()),
        after: MessageId(making.uuid()),
        state: FirstState::Claimed,
        at: making.now(),
    }
}

fn draft() -> Draft {
    Draft {
        content: "The sea was silver 🌊".into(),
        model: "test".into(),
        finish_reason: FinishReason::Stop,
        usage: None,
        trace: ReplyTrace { prompt_tokens: 7, ..ReplyTrace::default() },
    }
}

async fn settings(stores: &Stores, making: &Making<'_>) {
    let kept = &stores.initiatives;
    let new = wanted(making).await;
    assert_eq!(kept.find_initiative(new.user, new.character).await, Ok(None));
    let saved = kept.save_initiative(&new, making.now()).await.unwrap();
    assert_eq!(saved, Initiative { revision: 1, ..new.clone() });
    let changed = Initiative {
        id: InitiativeId(making.uuid()),
        settings: InitiativeSettings {
            enabled: false,
            per_day: 2,
            per_week: 9,
            reasons: [InitiativeReason::Anniversary].into(),
        },
        met_at: making.now(),
        ..new.clone()
    };
    let saved = kept.save_initiative(&changed, making.now()).await.unwrap();
    // It is the same one, and when they first talked stays.
    assert_eq!((saved.id, saved.met_at, saved.revision), (new.id, new.met_at, 2));
    assert_eq!(saved.settings, changed.settings);
    assert_eq!(kept.find_initiative(new.user, new.character).await, Ok(Some(saved)));
    let ghost = Initiative { user: domain::ids::UserId(making.uuid()), ..new.clone() };
    assert_eq!(kept.save_initiative(&ghost, making.now()).await, Err(StoreError::NotFound));
    // It goes with either of the two.
    stores.characters.delete_character(new.user, new.character, making.now()).await.unwrap();
    assert_eq!(kept.find_initiative(new.user, new.character).await, Ok(None));
    let other = wanted(making).await;
    kept.save_initiative(&other, making.now()).await.unwrap();
    stores.accounts.delete_user(other.user, making.now()).await.unwrap();
    assert_eq!(kept.find_standing(other.id, OffsetDateTime::UNIX_EPOCH).await, Ok(None));
}

async fn is_due(stores: &Stores, id: InitiativeId, now: OffsetDateTime, stale: OffsetDateTime) -> bool {
    let due: HashSet<InitiativeId> =
        stores.initiatives.initiatives_due(now, stale, 100_000).await.unwrap().into_iter().collect();
    due.contains(&id)
}

async fn slots(stores: &Stores, making: &Making<'_>) {
    let (kept, firsts) = (&stores.initiatives, &stores.first_messages);
    let one = kept.save_initiative(&wanted(making).await, making.now()).await.unwrap();
    let long_ago = OffsetDateTime::UNIX_EPOCH;
    assert!(is_due(stores, one.id, one.due_at, long_ago).await);
    assert!(!is_due(stores, one.id, one.due_at - Duration::SECOND, long_ago).await);
    let (message, next) = (first(making, &one, "thought:1"), one.due_at + Duration::HOUR);
    assert_eq!(firsts.claim_first(&one, &message, &draft(), next).await, Ok(true));
    assert!(!is_due(stores, one.id, one.due_at, long_ago).await);
    // What is on its way is found by whoever looks for what nobody carries.
    assert!(is_due(stores, one.id, one.due_at, message.at).await);
    let standing = kept.find_standing(one.id, long_ago).await.unwrap().unwrap();
    assert_eq!(standing.initiative, Initiative { due_at: next, ..one.clone() });
    assert_eq!(standing.open, Some((message.clone(), Some(draft()))));
    assert_eq!((standing.wrote_at, standing.taken), (vec![message.at], vec!["thought:1".to_owned()]));
    // Whoever read it before is too late, and so is who has another message for the slot.
    let two = Initiative { due_at: next, ..one.clone() };
    let after = next + Duration::HOUR;
    assert_eq!(firsts.claim_first(&one, &first(making, &one, "thought:2"), &draft(), after).await, Ok(false));
    assert_eq!(firsts.claim_first(&two, &first(making, &one, "thought:1"), &draft(), after).await, Ok(false));
    // That it was told is news once.
    let now = making.now();
    assert_eq!(firsts.end_first(message.id, FirstState::Written, now).await, Ok(true));
    assert_eq!(firsts.end_first(message.id, FirstState::Dropped, now).await, Ok(false));
    let standing = kept.find_standing(one.id, making.now()).await.unwrap().unwrap();
    assert_eq!((standing.open, standing.wrote_at), (None, vec![message.at]), "the last is told, however long ago");
    // What was dropped was not written, and its slot is taken.
    let (now_at, dropped) = (standing.initiative, first(making, &one, "thought:3"));
    assert_eq!(firsts.claim_first(&now_at, &dropped, &draft(), after + Duration::HOUR).await, Ok(true));
    firsts.end_first(dropped.id, FirstState::Dropped, making.now()).await.unwrap();
    let standing = kept.find_standing(one.id, long_ago).await.unwrap().unwrap();
    assert_eq!((standing.wrote_at.len(), standing.taken.len()), (1, 2));
    // A change of the settings leaves nobody with what they read before.
    let read = standing.initiative;
    let off = Initiative {
        settings: InitiativeSettings { enabled: false, ..read.settings.clone() },
        due_at: read.due_at,
        ..read.clone()
    };
    let off = kept.save_initiative(&off, making.now()).await.unwrap();
    assert_eq!(kept.put_off(&read, read.due_at + Duration::HOUR).await, Ok(false));
    assert_eq!(firsts.claim_first(&read, &first(making, &one, "thought:4"), &draft(), after).await, Ok(false));
    assert_eq!(firsts.claim_first(&off, &first(making, &one, "thought:4"), &draft(), after).await, Ok(false));
    assert!(!is_due(stores, one.id, off.due_at + Duration::DAY, long_ago).await);
    assert_eq!(kept.put_off(&off, off.due_at + Duration::HOUR).await, Ok(true));
}

async fn at_once(stores: &Stores, making: &Making<'_>) {
    let one = stores.initiatives.save_initiative(&wanted(making).await, making.now()).await.unwrap();
    let all = (0..6).map(|n| {
        let (stores, one, message) = (stores.clone(), one.clone(), first(making, &one, "anniversary:2026-04-06"));
        let next = one.due_at + Duration::minutes(n + 1);
        async move { stores.first_messages.claim_first(&one, &message, &draft(), next).await.unwrap() }
    });
    let claimed = join_all(all).await.into_iter().filter(|claimed| *claimed).count();
    assert_eq!(claimed, 1, "one slot is taken once, whoever asks at the same time");
}

/// What is said at the end of a session is said there or nowhere.
async fn the_end_of_a_session(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (owner, session) = (chat.owner, chat.session);
    let leaf = stores.sessions.find_session(owner, session).await.unwrap().unwrap().leaf_id.unwrap();
    let reply = making.new_reply();
    let event = stores.chats.queue_reply(owner, session, leaf, Queueing::Last, reply, making.now()).await.unwrap();
    assert!(
        matches!(event.body, domain::events::EventBody::ReplyQueued { reply: queued } if queued.id == reply.id && queued.parent_id == Some(leaf))
    );
    let again = stores.chats.queue_reply(owner, session, leaf, Queueing::Last, making.new_reply(), making.now()).await;
    assert_eq!(again, Err(StoreError::NotFound));
    let now = stores.sessions.find_session(owner, session).await.unwrap().unwrap();
    assert_eq!(now.leaf_id, Some(reply.id));
}

/// What is written already stands at the end of a session whole or not at all, and once.
async fn written_already(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (owner, session, greeting) = (chat.owner, chat.session, chat.greetings[0].id);
    let put = async |after: MessageId, written: &Finish, now: OffsetDateTime| {
        stores.chats.put_reply(owner, session, after, written, now).await
    };
    let (written, now) = (draft().ended(making.message_id()), making.now());
    let stranger = making.user().await.id;
    let theirs = stores.chats.put_reply(stranger, session, greeting, &written, now).await;
    assert_eq!(theirs, Err(StoreError::NotFound));
    let events = put(greeting, &written, now).await.unwrap();
    let [queued, ended] = events.as_slice() else { panic!("two events: {events:?}") };
    assert_eq!((queued.seq, queued.at, ended.seq, ended.at), (1, now, 2, now));
    let EventBody::ReplyQueued { reply: waiting } = &queued.body else { panic!("another event") };
    assert_eq!((waiting.id, waiting.parent_id, waiting.depth), (written.reply_id, Some(greeting), 1));
    assert_eq!((waiting.status, waiting.content.as_str()), (MessageStatus::Queued, ""));
    let EventBody::ReplyCompleted { reply } = &ended.body else { panic!("another event") };
    assert_eq!((reply.id, reply.content.as_str(), reply.place), (written.reply_id, written.content.as_str(), Some(2)));
    assert_eq!((reply.model.as_deref(), reply.finish_reason), (Some("test"), Some(FinishReason::Stop)));
    // All that can be read says so, and there is nothing left to write.
    assert_eq!(stores.history.find_message(owner, reply.id).await.unwrap().as_ref(), Some(reply));
    assert_eq!(stores.history.trace(owner, reply.id).await, Ok(written.trace.clone()));
    assert_eq!(view(stores, &chat).await, ["greeting 0", written.content.as_str()]);
    let found = stores.sessions.find_session(owner, session).await.unwrap().unwrap();
    assert_eq!((found.leaf_id, found.seq, found.last_message_at), (Some(reply.id), 2, now));
    let kept = stores.sessions.events_after(owner, session, 0, 10).await.unwrap();
    assert_eq!(kept.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(kept.last(), Some(ended));
    assert_eq!(making.claim(session, making.node()).await, None);
    // Again, it is there; another comes too late for that place.
    assert_eq!(put(greeting, &written, making.now()).await, Ok(Vec::new()));
    let other = draft().ended(making.message_id());
    assert_eq!(put(greeting, &other, making.now()).await, Err(StoreError::NotFound));
    // The person took it away: it does not come back, though the way ends where it hung.
    stores.chats.delete_message(owner, session, reply.id, making.now()).await.unwrap();
    assert_eq!(put(greeting, &written, making.now()).await, Ok(Vec::new()));
    assert_eq!(view(stores, &chat).await, ["greeting 0"]);
    // Into an answer nothing is put.
    let (_, answer) = making.send(&chat, Parent::Leaf, "a").await;
    let running = Err(StoreError::Conflict(Conflict::ReplyRunning));
    assert_eq!(put(answer.id, &other, making.now()).await, running);
    let answer = making.answer(session, "ra").await;
    assert_eq!(put(answer.id, &other, making.now()).await.map(|events| events.len()), Ok(2));
    assert_eq!(view(stores, &chat).await, ["greeting 0", "a", "ra", written.content.as_str()]);
}

/// It is put there once, whoever does at the same time.
async fn put_at_once(stores: &Stores, making: &Making<'_>) {
    for _ in 0..4 {
        let chat = making.chat(1).await;
        let (written, now) = (draft().ended(making.message_id()), making.now());
        let (greeting, chats) = (chat.greetings[0].id, &stores.chats);
        let put = join_all((0..4).map(|_| chats.put_reply(chat.owner, chat.session, greeting, &written, now))).await;
        let put: StoreResult<Vec<Vec<SessionEvent>>> = put.into_iter().collect();
        assert_eq!(put.unwrap().into_iter().filter(|events| events.len() == 2).count(), 1);
        assert_eq!(view(stores, &chat).await, ["greeting 0", written.content.as_str()]);
        assert_eq!(stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap().seq, 2);
    }
}
