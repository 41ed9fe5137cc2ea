//! What becomes of memories when messages and sessions change: a part of the suite of `RememberingStore`.

use domain::chats::RegenerateMode;
use domain::ids::MessageId;
use domain::memories::Memory;
use time::Duration;

use super::chats::join_all;
use super::making::Making;
use super::memories::{NEVER, texts};
use super::remembering::{OUTDATED, edit, mark, marked, names, unembedded, vector, vectors};
use crate::chats::{Parent, Queueing};
use crate::memories::Forgetting;
use crate::remembering::{NewMemory, NewVector, Step};
use crate::{StoreError, Stores};

pub(super) async fn following(stores: &Stores, making: &Making<'_>) {
    editing(stores, making).await;
    editing_far_above(stores, making).await;
    out_of_view(stores, making).await;
    turning(stores, making).await;
    carrying_on(stores, making).await;
    deleting(stores, making).await;
    deleting_sessions(stores, making).await;
    deleting_people(stores, making).await;
    beside_what_changed(stores, making).await;
    at_once(stores, making).await;
}

async fn editing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let said = making.talk(&chat, 3).await;
    let mut add: Vec<NewMemory> = said.iter().map(|message| making.episode(&chat, message, 0)).collect();
    add.push(making.episode(&chat, &said[2], 1));
    let old = making.fact(&chat, &said[..1], "old");
    let mut new = making.fact(&chat, &said[1..4], "new");
    new.supersedes = vec![old.memory.id];
    add.extend([old, new, making.fact(&chat, &said[4..], "later"), making.summary(&chat, &said[..3], "first half")]);
    add.extend([making.summary(&chat, &said[3..], "second half"), making.story(scope, &[said[5].id], "story")]);
    making.remember(&chat, &add).await;
    stores.memories.add_memory(&making.note(scope, "note"), None).await.unwrap();
    mark(stores, making, &chat, 9, 7, 6).await;
    let step = making.next_step(&chat).await;
    let elsewhere = making.chat_of(scope.user, scope.character, 1).await;
    let step_elsewhere = making.next_step(&elsewhere).await;
    edit(stores, making, &chat, said[2].id).await;
    let left =
        ["answer 0 0", "answer 1 0", "answer 2 0", "later", "note", "old", "said 0 0", "said 2 0", "second half"];
    assert_eq!(texts(stores, scope).await, left);
    assert_eq!(marked(stores, &chat).await, (9, 3, 3));
    // Whoever has read the old text is told to look again, wherever they bring it.
    assert_eq!(stores.remembering.step(&step).await, OUTDATED);
    assert_eq!(stores.remembering.step(&step_elsewhere).await, OUTDATED);
    // A message that nothing is remembered of, not even that it was looked at.
    let fresh = making.chat(1).await;
    let step = making.next_step(&fresh).await;
    edit(stores, making, &fresh, fresh.greetings[0].id).await;
    assert_eq!(stores.remembering.step(&step).await, OUTDATED);
    assert_eq!(marked(stores, &fresh).await, (0, 0, 0));
    // One below what is remembered.
    mark(stores, making, &chat, 9, 3, 2).await;
    edit(stores, making, &chat, said[5].id).await;
    assert_eq!(marked(stores, &chat).await, (9, 3, 2));
}

/// Facts are not learned anew from a whole long chat.
async fn editing_far_above(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 2).await;
    for (facts, expected) in [(51, 3), (50, 3), (52, 52), (2, 2), (300, 300)] {
        mark(stores, making, &chat, 1, 400, facts).await;
        edit(stores, making, &chat, said[2].id).await;
        assert_eq!(marked(stores, &chat).await, (1, 3, expected));
    }
}

async fn out_of_view(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(2).await;
    let said = making.talk(&chat, 2).await;
    making.remember(&chat, &[making.episode(&chat, &said[1], 0)]).await;
    let (instead, _) = making.send(&chat, Parent::Message(Some(said[0].id)), "instead").await;
    making.answer(chat.session, "r").await;
    mark(stores, making, &chat, 9, 9, 9).await;
    // Nothing is remembered of these: what is in view stays looked at.
    edit(stores, making, &chat, said[3].id).await;
    stores.chats.delete_message(chat.owner, chat.session, said[3].id, making.now()).await.unwrap();
    edit(stores, making, &chat, chat.greetings[1].id).await;
    assert_eq!(marked(stores, &chat).await, (9, 9, 9));
    edit(stores, making, &chat, said[1].id).await;
    assert_eq!((marked(stores, &chat).await, texts(stores, chat.scope()).await), ((9, 2, 2), vec![]));
    mark(stores, making, &chat, 9, 9, 9).await;
    edit(stores, making, &chat, instead.id).await;
    assert_eq!(marked(stores, &chat).await, (9, 2, 2));
}

/// Where the way turns it is looked at again, whether or not anything is remembered of what was in view before.
async fn turning(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(2).await;
    let said = making.talk(&chat, 3).await;
    mark(stores, making, &chat, 9, 7, 7).await;
    let step = making.next_step(&chat).await;
    let (_, empty) = making.send(&chat, Parent::Leaf, "more").await;
    making.answer(chat.session, "").await;
    let select = async |id| stores.chats.select_message(chat.owner, chat.session, id, making.now()).await.unwrap();
    select(said[5].id).await;
    assert_eq!((stores.remembering.step(&step).await, marked(stores, &chat).await), (Ok(()), (9, 7, 7)));
    // Each from where it was looked at, with what is to be looked at again.
    let turned = async |episodes: u32, facts: u32| {
        let marked = marked(stores, &chat).await;
        assert_eq!(marked, (9, episodes, facts));
        mark(stores, making, &chat, 9, 9, 8).await;
        making.next_step(&chat).await
    };
    let step = turned(7, 7).await;
    let again = async |of: MessageId| {
        let (reply, how) = (making.new_reply(), Queueing::Again(RegenerateMode::New));
        stores.chats.queue_reply(chat.owner, chat.session, of, how, reply, making.now()).await.unwrap();
        making.answer(chat.session, "again").await.id
    };
    again(empty.id).await;
    assert_eq!(stores.remembering.step(&step).await, OUTDATED);
    turned(8, 8).await;
    select(empty.id).await;
    turned(8, 8).await;
    again(said[4].id).await;
    turned(6, 6).await;
    making.send(&chat, Parent::Message(Some(said[1].id)), "instead").await;
    making.answer(chat.session, "answer").await;
    turned(3, 3).await;
    // Below what is out of view, and back again; from the first message on.
    making.send(&chat, Parent::Message(Some(said[2].id)), "there").await;
    making.answer(chat.session, "answer").await;
    turned(3, 3).await;
    select(chat.greetings[1].id).await;
    turned(0, 0).await;
    making.send(&chat, Parent::Message(None), "without a greeting").await;
    making.answer(chat.session, "answer").await;
    turned(0, 0).await;
    select(said[0].id).await;
    turned(0, 0).await;
    // Below what was looked at: that stays so, and yet nobody goes on from what was in view.
    mark(stores, making, &chat, 9, 2, 1).await;
    let step = making.next_step(&chat).await;
    select(empty.id).await;
    assert_eq!((stores.remembering.step(&step).await, marked(stores, &chat).await), (OUTDATED, (9, 2, 1)));
    // A session that nobody has looked at.
    let fresh = making.chat(2).await;
    let step = making.next_step(&fresh).await;
    stores.chats.select_message(fresh.owner, fresh.session, fresh.greetings[1].id, making.now()).await.unwrap();
    assert_eq!((stores.remembering.step(&step).await, marked(stores, &fresh).await), (OUTDATED, (0, 0, 0)));
}

/// A summary tells what the one before told: it goes with it.
async fn carrying_on(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let other = making.chat_of(scope.user, scope.character, 1).await;
    let (said, elsewhere) = (making.talk(&chat, 4).await, making.talk(&other, 1).await);
    making.remember(&other, &[making.summary(&other, &elsewhere, "elsewhere")]).await;
    let tell = async || {
        let mut told: Vec<NewMemory> = Vec::new();
        for (n, from) in said.chunks(2).enumerate() {
            let mut summary = making.summary(&chat, from, &format!("{n}"));
            summary.supersedes = told.last().map(|before| before.memory.id).into_iter().collect();
            told.push(summary);
        }
        let told_of = told.iter().map(|summary| summary.memory.id).collect::<Vec<_>>();
        told.push(making.story(scope, &[said[7].id, elsewhere[1].id], "story"));
        making.remember(&chat, &told).await;
        told_of
    };
    tell().await;
    assert_eq!(texts(stores, scope).await, ["(0)", "(1)", "(2)", "3", "elsewhere", "story"]);
    edit(stores, making, &chat, said[2].id).await;
    assert_eq!(texts(stores, scope).await, ["0", "elsewhere"]);
    edit(stores, making, &chat, said[0].id).await;
    // A person's words for it are of the same.
    let told = tell().await;
    let put_right = Memory { text: "right".into(), ..making.summary(&chat, &said[6..], "").memory };
    stores.memories.add_memory(&put_right, Some(told[3])).await.unwrap();
    edit(stores, making, &chat, said[3].id).await;
    assert_eq!(texts(stores, scope).await, ["0", "elsewhere"]);
    edit(stores, making, &chat, said[0].id).await;
    let told = tell().await;
    let step = Step { withdraw: vec![told[1]], ..making.next_step(&chat).await };
    stores.remembering.step(&step).await.unwrap();
    assert_eq!(texts(stores, scope).await, ["0", "elsewhere"]);
    edit(stores, making, &chat, said[0].id).await;
    let told = tell().await;
    // With what it had replaced, and the story.
    assert_eq!(stores.memories.forget(scope, Forgetting::One(told[1]), making.now()).await, Ok(5));
    assert_eq!(texts(stores, scope).await, ["elsewhere"]);
    tell().await;
    stores.chats.delete_message(chat.owner, chat.session, said[7].id, making.now()).await.unwrap();
    assert_eq!(texts(stores, scope).await, ["(0)", "(1)", "2", "elsewhere"]);
    stores.chats.delete_message(chat.owner, chat.session, said[1].id, making.now()).await.unwrap();
    assert_eq!(texts(stores, scope).await, ["elsewhere"]);
}

async fn deleting(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let said = making.talk(&chat, 4).await;
    let mut add: Vec<NewMemory> = said.iter().map(|message| making.episode(&chat, message, 0)).collect();
    let old = making.fact(&chat, &said[..1], "old");
    let mut new = making.fact(&chat, &said[4..6], "new");
    new.supersedes = vec![old.memory.id];
    add.extend([old, new, making.fact(&chat, &said[1..4], "middle"), making.summary(&chat, &said[..2], "begin")]);
    add.push(making.story(scope, &[said[7].id], "story"));
    making.remember(&chat, &add).await;
    mark(stores, making, &chat, 9, 9, 8).await;
    let step = making.next_step(&chat).await;
    stores.chats.delete_message(chat.owner, chat.session, said[4].id, making.now()).await.unwrap();
    let left = ["answer 0 0", "answer 1 0", "begin", "middle", "old", "said 0 0", "said 1 0"];
    assert_eq!(texts(stores, scope).await, left);
    assert_eq!(marked(stores, &chat).await, (9, 5, 5));
    assert_eq!(stores.remembering.step(&step).await, OUTDATED);
    stores.chats.delete_message(chat.owner, chat.session, said[0].id, making.now()).await.unwrap();
    assert_eq!((marked(stores, &chat).await, texts(stores, scope).await), ((9, 1, 1), vec![]));
}

async fn deleting_sessions(stores: &Stores, making: &Making<'_>) {
    let one = making.chat(1).await;
    let scope = one.scope();
    let two = making.chat_of(scope.user, scope.character, 1).await;
    let (said, elsewhere) = (making.talk(&one, 1).await, making.talk(&two, 1).await);
    let old = making.fact(&two, &elsewhere, "old");
    making.remember(&two, &[old.clone(), making.summary(&two, &elsewhere, "two")]).await;
    let mut new = making.fact(&one, &said, "new");
    new.supersedes = vec![old.memory.id];
    making.remember(&one, &[new, making.episode(&one, &said[0], 0)]).await;
    making.remember(&one, &[making.story(scope, &[said[1].id, elsewhere[1].id], "story")]).await;
    stores.memories.add_memory(&making.note(scope, "note"), None).await.unwrap();
    let before = stores.memories.changed_memories(scope, NEVER, None, 1).await.unwrap().unwrap().version;
    let steps = [making.next_step(&one).await, making.next_step(&two).await];
    stores.sessions.delete_session(one.owner, one.session, making.now()).await.unwrap();
    assert_eq!(texts(stores, scope).await, ["note", "old", "two"]);
    let after = stores.memories.changed_memories(scope, NEVER, None, 1).await.unwrap().unwrap().version;
    assert!(after.epoch > before.epoch);
    assert_eq!(stores.remembering.step(&steps[0]).await, Err(StoreError::NotFound));
    assert_eq!(stores.remembering.step(&steps[1]).await, OUTDATED);
    stores.sessions.delete_session(two.owner, two.session, making.now()).await.unwrap();
    assert_eq!(texts(stores, scope).await, ["note"]);
}

async fn deleting_people(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 1).await;
    making.remember(&chat, &[making.episode(&chat, &said[0], 0), making.fact(&chat, &said, "fact")]).await;
    stores.memories.add_memory(&making.note(chat.scope(), "note"), None).await.unwrap();
    stores.accounts.delete_user(chat.owner, making.now()).await.unwrap();
    assert_eq!(texts(stores, chat.scope()).await, [] as [String; 0]);
}

/// A vector is of its text alone: what stands beside it may change.
async fn beside_what_changed(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let embedder = making.uuid().to_string();
    let said = making.talk(&chat, 2).await;
    let add: Vec<NewMemory> = said.iter().map(|message| making.episode(&chat, message, 0)).collect();
    making.remember(&chat, &add).await;
    let embed = async || {
        let found = unembedded(stores, &embedder, scope).await;
        let new: Vec<NewVector> = found.iter().map(|found| vector(found, 1.0)).collect();
        stores.remembering.save_vectors(&embedder, &new).await.unwrap();
        new
    };
    let old = embed().await;
    edit(stores, making, &chat, said[1].id).await;
    assert_eq!(unembedded(stores, &embedder, scope).await, []);
    // Of what is gone nothing is kept.
    stores.remembering.save_vectors(&embedder, &old).await.unwrap();
    let kept = ["answer 1 0", "said 0 0", "said 1 0"].map(|text| (text.to_owned(), Some(1.0)));
    assert_eq!(vectors(stores, scope, &embedder).await, kept);
    making.remember(&chat, &[making.episode(&chat, &said[1], 0)]).await;
    assert_eq!(names(&unembedded(stores, &embedder, scope).await), ["answer 0 0"]);
    embed().await;
    stores.chats.delete_message(chat.owner, chat.session, said[1].id, making.now() + Duration::SECOND).await.unwrap();
    assert_eq!(vectors(stores, scope, &embedder).await, [("said 0 0".to_owned(), Some(1.0))]);
}

/// Two sessions of one scope, and all that changes memories, at the same time: each waits for the others, none for ever.
async fn at_once(stores: &Stores, making: &Making<'_>) {
    let one = making.chat(1).await;
    let scope = one.scope();
    let two = making.chat_of(scope.user, scope.character, 2).await;
    for round in 0..4 {
        let mut said = Vec::new();
        for chat in [&one, &two] {
            let new = making.talk(chat, 2).await;
            let mut add: Vec<NewMemory> = new.iter().map(|message| making.episode(chat, message, 0)).collect();
            add.extend([making.fact(chat, &new, "fact"), making.summary(chat, &new, "summary")]);
            making.remember(chat, &add).await;
            said.push(new);
        }
        let embedder = making.uuid().to_string();
        let found = unembedded(stores, &embedder, scope).await;
        let vectors: Vec<NewVector> = found.iter().map(|found| vector(found, 1.0)).collect();
        let (step, other) = (making.next_step(&one).await, making.next_step(&two).await);
        let (step, other) = (Step { withdraw_from: Some(2), ..step }, Step { withdraw_from: Some(0), ..other });
        let (note, sent) = (making.note(scope, "note"), making.new_message(Parent::Leaf, "hello"));
        let now = making.now();
        let outcomes = tokio::join!(
            stores.chats.edit_message(scope.user, one.session, said[0][0].id, "edited", now),
            stores.chats.delete_message(scope.user, two.session, said[1][2].id, now),
            stores.remembering.step(&step),
            stores.remembering.step(&other),
            stores.remembering.save_vectors(&embedder, &vectors),
            stores.memories.add_memory(&note, None),
            stores.memories.forget(scope, Forgetting::One(found[0].memory.id), now),
            stores.memories.forget(scope, Forgetting::All, now),
            stores.chats.accept_message(scope.user, one.session, &sent, now),
            stores.chats.select_message(scope.user, two.session, two.greetings[(round + 1) % 2].id, now),
        );
        assert!(
            outcomes.0.is_ok() && outcomes.1.is_ok() && outcomes.8.is_ok() && outcomes.9.is_ok(),
            "{round}: {outcomes:?}"
        );
        assert!(outcomes.4.is_ok() && outcomes.5.is_ok() && outcomes.7.is_ok(), "{round}: {outcomes:?}");
        assert!([outcomes.2, outcomes.3].into_iter().all(|step| step.is_ok() || step == OUTDATED));
        assert!(matches!(outcomes.6, Ok(_) | Err(StoreError::NotFound)));
        making.answer(one.session, "answer").await;
    }
    let deletions = [&one, &two].map(|chat| stores.sessions.delete_session(chat.owner, chat.session, making.now()));
    let (outcomes, person) = tokio::join!(join_all(deletions), stores.accounts.delete_user(scope.user, making.now()));
    assert_eq!(person, Ok(()));
    assert!(outcomes.into_iter().all(|outcome| matches!(outcome, Ok(_) | Err(StoreError::NotFound))));
    assert_eq!(texts(stores, scope).await, [] as [String; 0]);
}
