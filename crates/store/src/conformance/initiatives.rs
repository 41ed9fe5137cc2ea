//! The suites of `InitiativeStore` and `FirstMessageStore`.

use std::collections::HashSet;

use domain::ids::{InitiativeId, MessageId, SessionId};
use domain::initiatives::{FirstMessage, FirstState, Initiative, InitiativeReason, InitiativeSettings};
use domain::models::FinishReason;
use domain::traces::ReplyTrace;
use time::{Duration, OffsetDateTime};

use super::chats::join_all;
use super::making::Making;
use crate::chats::Queueing;
use crate::initiatives::Draft;
use crate::{StoreError, Stores};

/// Runs the suite.
pub async fn initiatives(stores: &Stores) {
    let making = Making::new(stores);
    settings(stores, &making).await;
    slots(stores, &making).await;
    at_once(stores, &making).await;
    the_end_of_a_session(stores, &making).await;
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
    assert_eq!(firsts.find_draft(message.id).await, Ok(Some(draft())));
    // Whoever read it before is too late, and so is who has another message for the slot.
    let two = Initiative { due_at: next, ..one.clone() };
    let after = next + Duration::HOUR;
    assert_eq!(firsts.claim_first(&one, &first(making, &one, "thought:2"), &draft(), after).await, Ok(false));
    assert_eq!(firsts.claim_first(&two, &first(making, &one, "thought:1"), &draft(), after).await, Ok(false));
    // That it stands there, and that it was told, is news once.
    let now = making.now();
    assert_eq!(firsts.advance_first(message.id, FirstState::Queued, now).await, Ok(true));
    assert_eq!(firsts.advance_first(message.id, FirstState::Queued, now).await, Ok(false));
    assert_eq!(firsts.advance_first(message.id, FirstState::Written, now).await, Ok(true));
    assert_eq!(firsts.advance_first(message.id, FirstState::Dropped, now).await, Ok(false));
    assert_eq!(firsts.find_draft(message.id).await, Ok(None));
    let standing = kept.find_standing(one.id, making.now()).await.unwrap().unwrap();
    assert_eq!((standing.open, standing.wrote_at), (None, vec![message.at]), "the last is told, however long ago");
    // What was dropped was not written, and its slot is taken.
    let (now_at, dropped) = (standing.initiative, first(making, &one, "thought:3"));
    assert_eq!(firsts.claim_first(&now_at, &dropped, &draft(), after + Duration::HOUR).await, Ok(true));
    firsts.advance_first(dropped.id, FirstState::Dropped, making.now()).await.unwrap();
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
