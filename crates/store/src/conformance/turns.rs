//! The suite of `TurnStore`.

use domain::chats::{FailureCode, MessageStatus, RegenerateMode};
use domain::events::EventBody;
use domain::ids::{LorebookId, MemoryId, MessageId};
use domain::lore::timed::FiredAt;
use domain::lore::{LoreReason, LoreState, Verdict};
use domain::models::{FinishReason, TokenUsage};
use domain::traces::{MemoryOutcome, RecallKind, RecallReason, ReplyTrace, TracedLore, TracedMemory, TracedReason};
use time::{Duration, OffsetDateTime};

use super::chats::{join_all, view};
use super::making::{Chat, Making, complete, fail};
use crate::chats::{Parent, Queueing};
use crate::turns::{Claim, Finish, Orphans, Progress, Saved};
use crate::{StoreError, Stores};

const LEASE: Duration = Duration::seconds(30);

/// Runs it.
pub async fn turns(stores: &Stores) {
    let making = Making::new(stores);
    claiming(stores, &making).await;
    claiming_at_once(stores, &making).await;
    progressing(stores, &making).await;
    continuing(stores, &making).await;
    many_at_once(stores, &making).await;
    finishing(stores, &making).await;
    before_its_turn(stores, &making).await;
    deleted_meanwhile(stores, &making).await;
    stopped_elsewhere(stores, &making).await;
    orphans(stores, &making).await;
    waiting(stores, &making).await;
}

async fn claiming(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    assert_eq!(making.claim(chat.session, making.node()).await, None);
    let (_, first) = making.send(&chat, Parent::Leaf, "a").await;
    let (_, second) = making.send(&chat, Parent::Leaf, "b").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    assert_eq!((claim.reply.id, claim.reply.status, claim.fence), (first.id, MessageStatus::Streaming, 1));
    assert_eq!(
        (claim.session.id, claim.session.owner, claim.session.seq, claim.event.seq),
        (chat.session, chat.owner, 3, 3)
    );
    assert_eq!(claim.event.body, EventBody::ReplyStarted { reply: claim.reply.clone() });
    assert_eq!(making.claim(chat.session, making.node()).await, None);
    assert_eq!(stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap().seq, 3);
    stores.turns.finish_reply(&complete(&claim, "ra"), making.now()).await.unwrap().unwrap();
    let next = making.claim(chat.session, making.node()).await.unwrap();
    assert_eq!(next.reply.id, second.id);
    // An expired lease does not hold up the next.
    let (_, third) = making.send(&chat, Parent::Leaf, "c").await;
    let late = making.now() + Duration::days(1);
    let claim = stores.turns.claim_reply(chat.session, making.node(), late, late + LEASE).await.unwrap().unwrap();
    assert_eq!(claim.reply.id, third.id);
    assert_eq!(making.claim(making.new_session(chat.owner, chat.scope().character).id, making.node()).await, None);
}

async fn claiming_at_once(stores: &Stores, making: &Making<'_>) {
    for _ in 0..4 {
        let chat = making.chat(1).await;
        making.send(&chat, Parent::Leaf, "a").await;
        making.send(&chat, Parent::Leaf, "b").await;
        let now = making.now();
        let claims =
            join_all((0..4).map(|_| stores.turns.claim_reply(chat.session, making.node(), now, now + LEASE))).await;
        assert_eq!(claims.into_iter().filter_map(Result::unwrap).count(), 1);
    }
}

fn written(claim: &Claim, position: u64, text: &str) -> Progress {
    Progress { reply_id: claim.reply.id, fence: claim.fence, position, text: text.into() }
}

async fn content(stores: &Stores, chat: &Chat, id: MessageId) -> String {
    stores.history.find_message(chat.owner, id).await.unwrap().unwrap().content
}

async fn progressing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    making.send(&chat, Parent::Leaf, "a").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    let id = claim.reply.id;
    let until = making.now() + LEASE;
    let save = async |progress: &[Progress]| stores.turns.save_progress(progress, until).await.unwrap().lost;
    assert_eq!(save(&[]).await, []);
    assert_eq!(save(&[written(&claim, 0, "Dö")]).await, []);
    assert_eq!(save(&[written(&claim, 3, " 漢🌸"), written(&claim, 11, "!")]).await, []);
    assert_eq!(content(stores, &chat, id).await, "Dö 漢🌸!");
    // Said again, in the same or in other pieces, nothing changes; a longer piece adds what is new in it.
    assert_eq!(save(&[written(&claim, 0, "Dö"), written(&claim, 3, " 漢")]).await, []);
    assert_eq!(save(&[written(&claim, 1, "ö 漢🌸")]).await, []);
    assert_eq!(content(stores, &chat, id).await, "Dö 漢🌸!");
    assert_eq!(save(&[written(&claim, 11, "!?")]).await, []);
    assert_eq!(save(&[written(&claim, 13, "")]).await, []);
    assert_eq!(content(stores, &chat, id).await, "Dö 漢🌸!?");
    assert_eq!(view(stores, &chat).await, ["greeting 0", "a", "Dö 漢🌸!?"]);
    let told = stores.sessions.events_after(chat.owner, chat.session, 1, 1).await.unwrap();
    assert!(matches!(&told[0].body, EventBody::ReplyStarted { reply } if reply.content == "Dö 漢🌸!?"));
    // With another fence it is nobody's.
    let stale = Progress { fence: claim.fence + 1, ..written(&claim, 13, "no") };
    let unknown = Progress { reply_id: making.message_id(), ..written(&claim, 0, "no") };
    let mut lost = save(&[stale.clone(), unknown.clone(), stale]).await;
    lost.sort_unstable();
    assert_eq!(lost, [id, unknown.reply_id]);
    assert_eq!(content(stores, &chat, id).await, "Dö 漢🌸!?");
    // The end says the whole, whatever was saved.
    stores.turns.finish_reply(&complete(&claim, "Dö."), making.now()).await.unwrap().unwrap();
    assert_eq!(content(stores, &chat, id).await, "Dö.");
    assert_eq!(save(&[written(&claim, 13, "late")]).await, [id]);
    assert_eq!(content(stores, &chat, id).await, "Dö.");
}

async fn continuing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    making.send(&chat, Parent::Leaf, "a").await;
    let reply = making.answer(chat.session, "Once").await;
    stores
        .chats
        .queue_reply(
            chat.owner,
            chat.session,
            reply.id,
            Queueing::Again(RegenerateMode::Continue),
            making.new_reply(),
            making.now(),
        )
        .await
        .unwrap();
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    assert_eq!(claim.reply.content, "Once");
    stores.turns.save_progress(&[written(&claim, 4, " upon")], making.now() + LEASE).await.unwrap();
    assert_eq!(content(stores, &chat, claim.reply.id).await, "Once upon");
    let orphaned = making.now() + Duration::days(1);
    let told = stores.turns.end_orphans(Orphans::Expired, orphaned, 1_000).await.unwrap();
    assert!(
        told.iter()
            .any(|told| matches!(&told.event.body, EventBody::ReplyFailed { reply } if reply.content == "Once upon"))
    );
}

async fn many_at_once(stores: &Stores, making: &Making<'_>) {
    let mut claims = Vec::new();
    let mut chats = Vec::new();
    for _ in 0..23 {
        let chat = making.chat(0).await;
        making.send(&chat, Parent::Leaf, "a").await;
        claims.push(making.claim(chat.session, making.node()).await.unwrap());
        chats.push(chat);
    }
    for n in 0..3 {
        let progress: Vec<Progress> = claims.iter().map(|claim| written(claim, n * 2, "ab")).collect();
        assert_eq!(stores.turns.save_progress(&progress, making.now() + LEASE).await.unwrap(), Saved::default());
    }
    for (chat, claim) in chats.iter().zip(&claims) {
        assert_eq!(content(stores, chat, claim.reply.id).await, "ababab");
    }
}

async fn finishing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    making.send(&chat, Parent::Leaf, "a").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    let usage = TokenUsage { prompt_tokens: 100, cached_tokens: 64, completion_tokens: 2 };
    let finish = Finish {
        usage: Some(usage),
        trace: Some(trace(making)),
        finish_reason: Some(FinishReason::Stop),
        status: MessageStatus::Stopped,
        ..complete(&claim, "hi")
    };
    let now = making.now();
    let stale = Finish { fence: claim.fence + 1, ..finish.clone() };
    assert_eq!(stores.turns.finish_reply(&stale, now).await, Ok(None));
    assert_eq!(stores.turns.finish_reply(&Finish { fence: 0, ..finish.clone() }, now).await, Ok(None));
    let event = stores.turns.finish_reply(&finish, now).await.unwrap().unwrap();
    assert_eq!((event.seq, event.at), (3, now));
    let EventBody::ReplyCompleted { reply } = &event.body else { panic!("another event") };
    assert_eq!(
        (reply.content.as_str(), reply.status, reply.model.as_deref()),
        ("hi", MessageStatus::Stopped, Some("scripted"))
    );
    assert_eq!((reply.usage, reply.finish_reason), (Some(usage), Some(FinishReason::Stop)));
    assert_eq!(stores.history.find_message(chat.owner, reply.id).await.unwrap().as_ref(), Some(reply));
    let traced = || stores.history.trace(chat.owner, finish.reply_id);
    assert_eq!(traced().await.unwrap(), finish.trace);
    // Again: the same event, at its first place, and of what it was made at first.
    let again = Finish { trace: Some(trace(making)), ..finish.clone() };
    assert_eq!(stores.turns.finish_reply(&again, making.now()).await.unwrap(), Some(event));
    assert_eq!(traced().await.unwrap(), finish.trace);
    let session = stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap();
    assert_eq!((session.seq, session.last_message_at), (3, now));
    making.send(&chat, Parent::Leaf, "b").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    let failed = stores.turns.finish_reply(&fail(&claim, ""), making.now()).await.unwrap().unwrap();
    assert!(
        matches!(failed.body, EventBody::ReplyFailed { reply } if reply.failure == Some(FailureCode::ModelTimeout) && reply.content.is_empty())
    );
}

/// What a reply was made from, with every kind of thing in it.
pub(super) fn trace(making: &Making<'_>) -> ReplyTrace {
    let book = LorebookId(making.uuid());
    ReplyTrace {
        prompt_tokens: 812,
        history_from: Some(making.message_id()),
        memories: vec![TracedMemory {
            id: MemoryId(making.uuid()),
            score: 0.731_25,
            reasons: vec![TracedReason { reason: RecallReason::Meaning, weight: 0.1 }],
            outcome: MemoryOutcome::Used,
        }],
        recall: RecallKind::Words,
        lore: Some(TracedLore {
            entries: vec![Verdict { book, uid: 7, reason: LoreReason::Key, key: Some(1), round: 2, tokens: 40 }],
            state: LoreState(vec![FiredAt { book, uid: 7, hash: u64::MAX, length: 12 }]),
        }),
        ..ReplyTrace::default()
    }
}

async fn before_its_turn(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (message, reply) = making.send(&chat, Parent::Leaf, "a").await;
    let stop = Finish {
        reply_id: reply.id,
        fence: 0,
        content: String::new(),
        status: MessageStatus::Stopped,
        failure: None,
        model: None,
        finish_reason: None,
        usage: None,
        trace: None,
    };
    let event = stores.turns.finish_reply(&stop, making.now()).await.unwrap().unwrap();
    assert!(matches!(&event.body, EventBody::ReplyCompleted { reply } if reply.status == MessageStatus::Stopped));
    assert_eq!(stores.turns.finish_reply(&stop, making.now()).await.unwrap(), Some(event));
    assert_eq!(making.claim(chat.session, making.node()).await, None);
    // Only replies end.
    for other in [message.id, chat.greetings[0].id, making.message_id()] {
        assert_eq!(
            stores.turns.finish_reply(&Finish { reply_id: other, ..stop.clone() }, making.now()).await,
            Ok(None)
        );
    }
}

async fn deleted_meanwhile(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let (message, reply) = making.send(&chat, Parent::Leaf, "a").await;
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    stores.turns.save_progress(&[written(&claim, 0, "Hel")], making.now() + LEASE).await.unwrap();
    stores.chats.delete_message(chat.owner, chat.session, message.id, making.now()).await.unwrap();
    assert_eq!(
        stores.turns.save_progress(&[written(&claim, 3, "lo")], making.now() + LEASE).await.unwrap().lost,
        [reply.id]
    );
    assert_eq!(stores.turns.finish_reply(&complete(&claim, "Hello"), making.now()).await, Ok(None));
    assert_eq!(stores.history.find_message(chat.owner, reply.id).await.unwrap(), None);
    // The session is free for the next.
    making.send(&chat, Parent::Leaf, "b").await;
    assert_eq!(making.answer(chat.session, "rb").await.content, "rb");
}

async fn stopped_elsewhere(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let (_, reply) = making.send(&chat, Parent::Leaf, "a").await;
    // It waits still: nobody is there to be asked.
    assert_eq!(stores.turns.request_stop(chat.owner, reply.id).await, Ok(false));
    let claim = making.claim(chat.session, making.node()).await.unwrap();
    assert_eq!(stores.turns.request_stop(other.owner, reply.id).await, Ok(false));
    assert_eq!(stores.turns.request_stop(chat.owner, making.message_id()).await, Ok(false));
    let save = async |position: u64, text: &str| {
        stores.turns.save_progress(&[written(&claim, position, text)], making.now() + LEASE).await.unwrap()
    };
    assert_eq!(save(0, "so").await, Saved::default());
    for _ in 0..2 {
        assert_eq!(stores.turns.request_stop(chat.owner, reply.id).await, Ok(true));
        // What is saved with it counts, and it stays to be stopped until it has ended.
        assert_eq!(save(2, " far").await, Saved { lost: vec![], stopped: vec![reply.id] });
    }
    assert_eq!(content(stores, &chat, reply.id).await, "so far");
    let stop = Finish { status: MessageStatus::Stopped, ..complete(&claim, "so far") };
    stores.turns.finish_reply(&stop, making.now()).await.unwrap().unwrap();
    assert_eq!(stores.turns.request_stop(chat.owner, reply.id).await, Ok(false));
    assert_eq!(save(6, "!").await, Saved { lost: vec![reply.id], stopped: vec![] });
}

async fn orphans(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let (one, two) = (making.node(), making.node());
    making.send(&chat, Parent::Leaf, "a").await;
    making.send(&other, Parent::Leaf, "a").await;
    let claim = making.claim(chat.session, one).await.unwrap();
    let kept = making.claim(other.session, two).await.unwrap();
    let now = making.now();
    stores.turns.save_progress(&[written(&claim, 0, "so f"), written(&claim, 4, "ar")], now + LEASE).await.unwrap();
    // Live leases are left alone.
    let ended = async |orphans: Orphans, now: OffsetDateTime| {
        let told = stores.turns.end_orphans(orphans, now, 1_000).await.unwrap();
        told.into_iter()
            .filter(|told| [chat.session, other.session].contains(&told.event.session_id))
            .collect::<Vec<_>>()
    };
    assert_eq!(ended(Orphans::Expired, now).await, []);
    let told = ended(Orphans::AllBut(two), now).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].owner, told[0].event.seq, told[0].event.at), (chat.owner, 3, now));
    let EventBody::ReplyFailed { reply } = &told[0].event.body else { panic!("another event") };
    assert_eq!((reply.content.as_str(), reply.failure), ("so far", Some(FailureCode::Interrupted)));
    assert_eq!(stores.history.find_message(chat.owner, reply.id).await.unwrap().as_ref(), Some(reply));
    assert_eq!(stores.turns.finish_reply(&complete(&claim, "late"), making.now()).await, Ok(None));
    assert_eq!(
        stores.turns.save_progress(&[written(&claim, 6, "!")], making.now() + LEASE).await.unwrap().lost,
        [reply.id]
    );
    // The other ends when its lease does, not earlier; ended once, it stays ended.
    let until =
        stores.turns.save_progress(&[written(&kept, 0, "")], now + LEASE * 2).await.map(|_| now + LEASE * 2).unwrap();
    assert_eq!(ended(Orphans::Expired, until - Duration::SECOND).await, []);
    assert_eq!(ended(Orphans::Expired, until).await.len(), 1);
    assert_eq!(ended(Orphans::Expired, until).await, []);
    assert_eq!(
        stores
            .chats
            .edit_message(chat.owner, chat.session, reply.id, "mended", making.now())
            .await
            .map(|event| event.seq),
        Ok(4)
    );
    assert_eq!(
        stores.chats.edit_message(other.owner, chat.session, reply.id, "x", making.now()).await,
        Err(StoreError::NotFound)
    );
}

async fn waiting(stores: &Stores, making: &Making<'_>) {
    let (one, two) = (making.chat(1).await, making.chat(1).await);
    making.send(&one, Parent::Leaf, "a").await;
    making.send(&one, Parent::Leaf, "b").await;
    making.send(&two, Parent::Leaf, "a").await;
    let waiting = async |now: OffsetDateTime| {
        let sessions = stores.turns.waiting_sessions(now, 10_000).await.unwrap();
        sessions.into_iter().filter(|session| [one.session, two.session].contains(session)).collect::<Vec<_>>()
    };
    assert_eq!(waiting(making.now()).await, [one.session, two.session]);
    let claim = making.claim(one.session, making.node()).await.unwrap();
    assert_eq!(waiting(making.now()).await, [two.session]);
    // A turn that nobody writes is not live.
    assert_eq!(waiting(making.now() + Duration::days(1)).await, [one.session, two.session]);
    stores.turns.finish_reply(&complete(&claim, "x"), making.now()).await.unwrap();
    making.answer(two.session, "x").await;
    assert_eq!(waiting(making.now()).await, [one.session]);
    making.answer(one.session, "x").await;
    assert_eq!(waiting(making.now()).await, []);
}
