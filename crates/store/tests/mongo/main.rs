//! The chat log in MongoDB when processes die in the midst of a change, and when two nodes change the same chat.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "these are tests")]

#[path = "../backends/mod.rs"]
mod backends;
mod changes;
mod moving;
mod scenes;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::chats::{HistoryAnchor, MessageStatus, SessionPatch};
use domain::models::FinishReason;
use domain::traces::ReplyTrace;
use scenes::{Nodes, picture};
use store::chats::Parent;
use store::conformance::{Making, complete};
use store::mongo::{MongoOptions, MongoStore};
use store::sql::SqlStore;
use store::turns::{Finish, Orphans, Progress};
use store::{StoreError, Stores};
use time::Duration;

/// A turn that nobody writes is ended once, wherever who found it dies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_orphan_is_ended_once_wherever_its_finder_dies() {
    let Some(nodes) = Nodes::new("an_orphan_is_ended_once_wherever_its_finder_dies").await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    for step in backends::steps(9) {
        let scene = scenes::scene(&stores, &making).await;
        let late = scene.now + Duration::days(2);
        nodes.mortal.faults().die_after(step);
        mortal.turns.end_orphans(Orphans::Expired, late, 10).await.ok();
        nodes.mortal.faults().die_after(i64::MAX);
        stores.turns.end_orphans(Orphans::Expired, late, 10).await.unwrap();
        let found = picture(&stores, &scene.chat).await;
        assert_eq!(found.events.iter().filter(|event| *event == "failed so far").count(), 1, "{step}");
        assert_eq!(
            found.way.last().map(|(content, status, _)| (content.as_str(), status.as_str())),
            Some(("so far", "failed"))
        );
        // Whoever wrote it has lost it.
        assert_eq!(stores.turns.finish_reply(&complete(&scene.claim, "late"), making.now()).await, Ok(None));
    }
}

/// A message whose head says it is there is found by its id alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_by_a_message_alone_sees_what_its_session_says() {
    let Some(nodes) = Nodes::new("what_is_asked_by_a_message_alone_sees_what_its_session_says").await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    for step in backends::steps(12) {
        let chat = making.chat(1).await;
        let said = making.talk(&chat, 2).await;
        nodes.mortal.faults().die_after(step);
        let deleted = mortal.chats.delete_message(chat.owner, chat.session, said[2].id, making.now()).await;
        nodes.mortal.faults().die_after(i64::MAX);
        // Asked in turns: each may be the first who asks.
        let standing = async || stores.transcripts.standing(chat.owner, &[said[2].id, said[1].id]).await.unwrap().len();
        let found = async || stores.history.find_message(chat.owner, said[2].id).await.unwrap();
        let (standing, found) = match step % 2 {
            0 => (standing().await, found().await),
            _ => {
                let found = found().await;
                (standing().await, found)
            }
        };
        let session = stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap();
        let is_deleted = session.leaf_id == Some(said[1].id);
        assert!(is_deleted || deleted.is_err());
        assert_eq!((standing, found.is_some()), if is_deleted { (1, false) } else { (2, true) }, "{step}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_is_made_once_wherever_its_process_dies() {
    let Some(nodes) = Nodes::new("a_claim_is_made_once_wherever_its_process_dies").await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    let node = making.node();
    for step in backends::steps(9) {
        let chat = making.chat(1).await;
        making.send(&chat, Parent::Leaf, "a").await;
        let now = making.now();
        nodes.mortal.faults().die_after(step);
        let claimed = mortal.turns.claim_reply(chat.session, node, now, now + Duration::hours(12)).await;
        nodes.mortal.faults().die_after(i64::MAX);
        // The same node asks again and has it; no other has.
        let again = match claimed {
            Ok(claim) => claim.unwrap(),
            Err(_) => {
                if let Some(claim) = making.claim(chat.session, node).await {
                    claim
                } else {
                    panic!("{step}: nobody's")
                }
            }
        };
        assert_eq!(making.claim(chat.session, making.node()).await, None, "{step}");
        assert_eq!(again.event.seq, 2);
        stores.turns.finish_reply(&complete(&again, "done"), making.now()).await.unwrap().unwrap();
        assert_eq!(picture(&stores, &chat).await.events, ["accepted a done", "started done", "completed done"]);
    }
}

/// A reply that is written already is whole for all who read it next, or not there; whoever puts it there again finds it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_written_reply_is_put_there_once_wherever_its_process_dies() {
    let Some(nodes) = Nodes::new("a_written_reply_is_put_there_once_wherever_its_process_dies").await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    let whole = ["queued The sea was silver.", "completed The sea was silver."];
    for step in backends::steps(12) {
        let chat = making.chat(1).await;
        let (after, now) = (chat.greetings[0].id, making.now());
        let written = Finish {
            reply_id: making.message_id(),
            fence: 0,
            content: "The sea was silver.".into(),
            status: MessageStatus::Complete,
            failure: None,
            model: Some("scripted".into()),
            finish_reason: Some(FinishReason::Stop),
            usage: None,
            trace: Some(ReplyTrace::default()),
        };
        nodes.mortal.faults().die_after(step);
        let put = mortal.chats.put_reply(chat.owner, chat.session, after, &written, now).await;
        nodes.mortal.faults().die_after(i64::MAX);
        let left = picture(&stores, &chat).await.events;
        assert!(left == whole || (left.is_empty() && put.is_err()), "{step}: {left:?}");
        let again = stores.chats.put_reply(chat.owner, chat.session, after, &written, now).await.unwrap();
        assert_eq!(again.len(), 2 - left.len(), "{step}");
        let found = picture(&stores, &chat).await;
        assert_eq!((found.seq, found.events), (2, whole.map(str::to_owned).to_vec()), "{step}");
        let trace = stores.history.trace(chat.owner, written.reply_id).await;
        assert_eq!(trace, Ok(written.trace.clone()), "{step}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_begun_or_not_and_deleted_to_the_end() {
    let Some(nodes) = Nodes::new("a_session_is_begun_or_not_and_deleted_to_the_end").await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    let owner = making.user().await.id;
    let character = making.character(owner).await.id;
    for step in 1..=5 {
        let session = making.new_session(owner, character);
        let greetings = [making.greeting(session.id, "one"), making.greeting(session.id, "two")];
        nodes.mortal.faults().die_after(step);
        let begun = mortal.sessions.create_session(&session, &greetings).await;
        nodes.mortal.faults().die_after(i64::MAX);
        match stores.sessions.find_session(owner, session.id).await.unwrap() {
            None => assert!(begun.is_err() && step == 1),
            Some(found) => {
                assert_eq!(found.leaf_id, Some(greetings[0].id));
                let way = stores.history.history(owner, session.id, HistoryAnchor::Newest, 10).await.unwrap().messages;
                assert_eq!(way[0].siblings, [greetings[0].id, greetings[1].id], "{step}");
            }
        }
    }
    for step in backends::steps(9) {
        let chat = making.chat_of(owner, character, 1).await;
        let said = making.talk(&chat, 2).await;
        making.remember(&chat, &[making.episode(&chat, &said[0], 0)]).await;
        nodes.mortal.faults().die_after(step);
        let deleted = mortal.sessions.delete_session(owner, chat.session, making.now()).await;
        nodes.mortal.faults().die_after(i64::MAX);
        match stores.sessions.find_session(owner, chat.session).await.unwrap() {
            Some(_) => assert!(deleted.is_err() && picture(&stores, &chat).await.seq == 6),
            None => {
                assert_eq!(stores.history.find_message(owner, said[0].id).await.unwrap(), None);
                assert_eq!(stores.transcripts.standing(owner, &[said[0].id]).await.unwrap(), []);
                // A sweep finishes it, there and here.
                stores.turns.waiting_sessions(making.now() + Duration::minutes(2 * step), 10).await.unwrap();
                let gone = stores.remembering.remembered(chat.session).await;
                assert_eq!(gone.map(drop), Err(StoreError::NotFound), "{step}");
                assert_eq!(nodes.other.documents_of(chat.session).await.unwrap(), 0, "{step}");
            }
        }
    }
    // With the person everything goes, also what was being changed.
    for step in backends::steps(10) {
        let chat = making.chat(2).await;
        making.talk(&chat, 1).await;
        nodes.mortal.faults().die_after(step);
        let gone = mortal.accounts.delete_user(chat.owner, making.now()).await;
        nodes.mortal.faults().die_after(i64::MAX);
        if gone.is_err() {
            stores.accounts.delete_user(chat.owner, making.now()).await.ok();
        }
        assert_eq!(stores.accounts.find_user(chat.owner).await.unwrap(), None);
        stores.turns.waiting_sessions(making.now() + Duration::minutes(40 + 2 * step), 10).await.unwrap();
        assert_eq!(nodes.other.documents_of(chat.session).await.unwrap(), 0, "{step}");
    }
}

/// What memories follow is followed once, and by whoever finishes the change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memories_follow_wherever_a_process_dies() {
    let Some(nodes) = Nodes::new("memories_follow_wherever_a_process_dies").await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    for step in backends::steps(10) {
        let chat = making.chat(1).await;
        let said = making.talk(&chat, 2).await;
        let episodes: Vec<_> = said.iter().map(|message| making.episode(&chat, message, 0)).collect();
        making.remember(&chat, &episodes).await;
        let prepared = making.next_step(&chat).await;
        nodes.mortal.faults().die_after(step);
        let edited = mortal.chats.edit_message(chat.owner, chat.session, said[1].id, "other", making.now()).await;
        nodes.mortal.faults().die_after(i64::MAX);
        let now = stores.history.find_message(chat.owner, said[1].id).await.unwrap().unwrap().content;
        let read = stores.memories.changed_memories(chat.scope(), store::memories::ScopeVersion::default(), None, 100);
        let remembered: Vec<String> =
            read.await.unwrap().unwrap().changed.into_iter().map(|indexed| indexed.memory.text).collect();
        let is_edited = now == "other";
        assert!(is_edited || edited.is_err());
        assert_eq!(remembered.contains(&"answer 0 0".to_owned()), !is_edited, "{step}");
        assert_eq!(remembered.len(), if is_edited { 3 } else { 4 }, "{step}");
        // Whoever prepared a step before is told, and the sweep finds the session.
        assert_eq!(stores.remembering.step(&prepared).await.is_err(), is_edited, "{step}");
        let lag = store::remembering::Lag { facts: None, quiet_since: making.now() };
        let behind = stores.remembering.behind(lag, 1_000).await.unwrap();
        assert!(behind.iter().any(|behind| behind.session == chat.session && behind.unseen));
    }
}

/// Two nodes that change one chat all the time: every change has its place, and nothing is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_in_one_chat() {
    let Some(nodes) = Nodes::new("two_nodes_in_one_chat").await else { return };
    let (one, two) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&two);
    let chat = making.chat(2).await;
    let said = making.talk(&chat, 2).await;
    let work = async |stores: &Stores, name: &str| {
        let mut seqs = Vec::new();
        for n in 0..12 {
            let patch = SessionPatch { title: Some(format!("{name} {n}")), ..SessionPatch::default() };
            seqs.push(
                stores.sessions.update_session(chat.owner, chat.session, &patch, making.now()).await.unwrap().seq,
            );
            let text = format!("{name} {n}");
            let event = stores.chats.edit_message(chat.owner, chat.session, said[n % 4].id, &text, making.now());
            seqs.push(event.await.unwrap().seq);
            let target = if n % 2 == 0 { chat.greetings[1].id } else { said[3].id };
            let event = stores.chats.select_message(chat.owner, chat.session, target, making.now());
            seqs.push(event.await.unwrap().seq);
            let way = stores.history.history(chat.owner, chat.session, HistoryAnchor::Newest, 100).await.unwrap();
            assert!([1, 5].contains(&way.messages.len()));
        }
        seqs
    };
    let (mut ours, theirs) = tokio::join!(work(&one, "one"), work(&two, "two"));
    ours.extend(theirs);
    ours.sort_unstable();
    assert_eq!(ours, (7..7 + 72).collect::<Vec<u64>>());
    let mut revisions = 0;
    for message in &said {
        revisions += two.history.revisions(chat.owner, message.id).await.unwrap().len();
    }
    assert_eq!(revisions, 24);
    picture(&one, &chat).await;
}

/// Ways that are longer than what is read at a time come into view and go as a whole, also by who finishes it for another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_ways_turn_and_go_as_a_whole() {
    let Some(nodes) = Nodes::new("long_ways_turn_and_go_as_a_whole").await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    let chat = making.chat(2).await;
    let said = making.talk(&chat, 40).await;
    let (first, last) = (said[0].id, said[79].id);
    let (aside, _) = making.send(&chat, Parent::Message(Some(chat.greetings[0].id)), "aside").await;
    making.answer(chat.session, "aside").await;
    let long = async || picture(&stores, &chat).await.way.len();
    for step in [3, 4, 5, 6, i64::MAX] {
        for (target, length) in [(last, 81), (chat.greetings[1].id, 1), (first, 81), (aside.id, 3)] {
            nodes.mortal.faults().die_after(step);
            mortal.chats.select_message(chat.owner, chat.session, target, making.now()).await.ok();
            nodes.mortal.faults().die_after(i64::MAX);
            // Whoever reads next finishes what was made.
            let found = long().await;
            assert!([1, 3, 81].contains(&found));
            stores.chats.select_message(chat.owner, chat.session, target, making.now()).await.unwrap();
            assert_eq!(long().await, length, "{step}");
        }
    }
    stores.chats.select_message(chat.owner, chat.session, last, making.now()).await.unwrap();
    // Its generations are read one by one at first: it dies when the change is made and little of it is done.
    let taken = nodes.mortal.faults().taken();
    nodes.mortal.faults().die_after(24);
    let deleted = mortal.chats.delete_message(chat.owner, chat.session, first, making.now()).await;
    println!("deleting 80 messages: {deleted:?} after {} steps", nodes.mortal.faults().taken() - taken);
    nodes.mortal.faults().die_after(i64::MAX);
    assert_eq!(long().await, 3);
    for message in said {
        assert_eq!(stores.history.find_message(chat.owner, message.id).await.unwrap(), None);
    }
}

/// How many commands a turn takes: few, and as many in a long chat as in a short one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_takes_few_commands() {
    let Some(server) = backends::mongo_server("a_turn_takes_few_commands") else { return };
    let sql = SqlStore::open_temporary().await.unwrap();
    let sent = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&sent);
    let watcher: store::mongo::Watcher = Arc::new(move |name| {
        if !["hello", "ping", "endSessions"].contains(&name) {
            counting.fetch_add(1, Ordering::SeqCst);
        }
    });
    let options = MongoOptions { watcher: Some(watcher), ..MongoOptions::default() };
    let store = MongoStore::open_temporary(&server, &sql, &options).await.unwrap();
    let stores = store.stores();
    let making = Making::new(&stores);
    let count = || sent.swap(0, Ordering::SeqCst);
    let chat = making.chat(1).await;
    let mut takes = Vec::new();
    for turns in [1, 20] {
        making.talk(&chat, turns).await;
        count();
        let (message, reply) = making.send(&chat, Parent::Leaf, "hello").await;
        let send = count();
        let claim = making.claim(chat.session, making.node()).await.unwrap();
        let claimed = count();
        stores.history.ancestry(chat.owner, chat.session, message.id, 100).await.unwrap();
        let prompt = count();
        let until = making.now() + Duration::hours(12);
        let progress = Progress { reply_id: reply.id, fence: claim.fence, position: 0, text: "hel".into() };
        stores.turns.save_progress(&[progress], until).await.unwrap();
        let saved = count();
        stores.turns.finish_reply(&complete(&claim, "hello"), making.now()).await.unwrap().unwrap();
        let finished = count();
        println!("commands: send {send}, claim {claimed}, prompt {prompt}, save {saved}, finish {finished}");
        takes.push((send, claimed, prompt, saved, finished));
    }
    assert_eq!(takes[0], takes[1]);
    let (send, claimed, prompt, saved, finished) = takes[0];
    assert!(send <= 8 && claimed <= 8 && prompt <= 4 && saved == 1 && finished <= 8, "{takes:?}");
    // Four hundred replies that are saved at the same time are one command, too.
    let progress: Vec<Progress> =
        (0..400).map(|n| Progress { reply_id: making.message_id(), fence: 1, position: n, text: "x".into() }).collect();
    count();
    let lost = stores.turns.save_progress(&progress, making.now()).await.unwrap().lost;
    assert_eq!((lost.len(), count()), (400, 2));
}
