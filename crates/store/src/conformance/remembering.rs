//! The suite of `RememberingStore`.

use std::collections::HashSet;

use domain::ids::{MemoryId, MessageId};
use domain::memories::{EndReason, Ended, Scope};

use super::chats::join_all;
use super::following::following;
use super::making::{Chat, Making};
use super::memories::{NEVER, all, texts};
use crate::chats::Parent;
use crate::memories::Forgetting;
use crate::remembering::{Behind, Lag, NewMemory, NewVector, Remembered, Step, Trail, Unembedded, Watermark};
use crate::{Conflict, StoreError, Stores};

/// Runs it.
pub async fn remembering(stores: &Stores) {
    let making = Making::new(stores);
    stepping(stores, &making).await;
    side_by_side(stores, &making).await;
    of_what_is_in_view(stores, &making).await;
    again(stores, &making).await;
    trailing(stores, &making).await;
    superseding(stores, &making).await;
    withdrawing(stores, &making).await;
    lagging(stores, &making).await;
    lagging_many(stores, &making).await;
    embedding(stores, &making).await;
    embedding_anew(stores, &making).await;
    following(stores, &making).await;
}

pub(super) const OUTDATED: Result<(), StoreError> = Err(StoreError::Conflict(Conflict::Outdated));

async fn remembered(stores: &Stores, chat: &Chat) -> Remembered {
    stores.remembering.remembered(chat.session).await.unwrap()
}

/// Moves the watermark.
pub(super) async fn mark(stores: &Stores, making: &Making<'_>, chat: &Chat, seq: u64, episodes: u32, facts: u32) {
    let step = making.next_step(chat).await;
    let step = Step { to: Watermark { seq, episodes, facts, ..step.to }, ..step };
    stores.remembering.step(&step).await.unwrap();
}

pub(super) async fn marked(stores: &Stores, chat: &Chat) -> (u64, u32, u32) {
    let watermark = remembered(stores, chat).await.watermark;
    (watermark.seq, watermark.episodes, watermark.facts)
}

async fn stepping(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let fresh = remembered(stores, &chat).await;
    assert_eq!((fresh.watermark, fresh.forgotten_until, fresh.omitted.len()), (Watermark::default(), None, 0));
    let said = making.talk(&chat, 1).await;
    let step = making.next_step(&chat).await;
    let to = Watermark { seq: 3, episodes: 2, facts: 1, version: 77 };
    let step = Step { to, add: vec![making.episode(&chat, &said[0], 0)], ..step };
    stores.remembering.step(&step).await.unwrap();
    let now = remembered(stores, &chat).await.watermark;
    assert_eq!((now.seq, now.episodes, now.facts), (3, 2, 1));
    // From where it was nobody goes on any more, and nothing of it is kept.
    let late = Step { add: vec![making.episode(&chat, &said[1], 0)], ..step.clone() };
    assert_eq!(stores.remembering.step(&late).await, OUTDATED);
    assert_eq!(remembered(stores, &chat).await.watermark, now);
    assert_eq!(texts(stores, chat.scope()).await, ["said 0 0"]);
    let next = Step { from: now, to: Watermark { episodes: 3, ..now }, ..late };
    let steps = join_all((0..4).map(|_| stores.remembering.step(&next))).await;
    assert_eq!(steps.iter().filter(|step| step.is_ok()).count(), 1, "two who bring it on at once are found out");
    assert_eq!(steps.into_iter().filter(|step| *step == OUTDATED).count(), 3);
    // A session that is another's, or nobody's.
    let foreign = Step { scope: other.scope(), ..making.next_step(&chat).await };
    assert_eq!(stores.remembering.step(&foreign).await, Err(StoreError::NotFound));
    let gone = Step { session: making.new_session(chat.owner, chat.scope().character).id, ..foreign };
    assert_eq!(stores.remembering.step(&gone).await, Err(StoreError::NotFound));
    assert_eq!(stores.remembering.remembered(gone.session).await, Err(StoreError::NotFound));
    // What is added is of the scope of the step, whatever it says.
    let mut stray = making.fact(&chat, &said, "stray");
    stray.memory.scope = other.scope();
    making.remember(&chat, &[stray]).await;
    assert_eq!(texts(stores, chat.scope()).await, ["answer 0 0", "said 0 0", "stray"]);
    assert_eq!(texts(stores, other.scope()).await, [] as [String; 0]);
}

/// Who remembers and who learns go on beside each other; two who remember, or two who learn, do not.
async fn side_by_side(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 3).await;
    mark(stores, making, &chat, 5, 4, 2).await;
    let still = making.next_step(&chat).await;
    let from = still.from;
    let learn = Step {
        to: Watermark { facts: 3, ..from },
        add: vec![making.fact(&chat, &said[..2], "learned")],
        ..still.clone()
    };
    let remember = |seq, episodes| Step { to: Watermark { seq, episodes, ..from }, ..still.clone() };
    let step = async |step: &Step| stores.remembering.step(step).await;
    assert_eq!(step(&remember(7, 6)).await, Ok(()));
    assert_eq!(step(&learn).await, Ok(()));
    assert_eq!(marked(stores, &chat).await, (7, 6, 3));
    assert_eq!(remembered(stores, &chat).await.watermark.version, from.version, "nothing is gone");
    let late = Step { add: vec![making.fact(&chat, &said[..2], "late")], ..learn };
    assert_eq!(step(&late).await, OUTDATED);
    assert_eq!((step(&remember(8, 5)).await, step(&remember(8, 4)).await), (OUTDATED, OUTDATED));
    // What moves nothing stands on nothing but what there is.
    assert_eq!(step(&Step { add: vec![making.fact(&chat, &said[..2], "beside")], ..still.clone() }).await, Ok(()));
    // What was looked at stays so.
    mark(stores, making, &chat, 2, 6, 3).await;
    assert_eq!(marked(stores, &chat).await, (7, 6, 3));
    mark(stores, making, &chat, 2, 3, 1).await;
    assert_eq!(marked(stores, &chat).await, (7, 3, 1));
    assert_eq!(texts(stores, chat.scope()).await, ["beside", "learned"]);
    // As soon as something is gone they all begin again.
    let beside = all(stores, chat.scope()).await.into_iter().find(|indexed| indexed.memory.text == "beside").unwrap();
    withdraw(stores, making, &chat, &[beside.memory.id]).await;
    assert_eq!(step(&still).await, OUTDATED);
}

/// What turned out of view while it was read is not remembered.
async fn of_what_is_in_view(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let other = making.chat_of(scope.user, scope.character, 1).await;
    let (said, elsewhere) = (making.talk(&chat, 3).await, making.talk(&other, 1).await);
    making.send(&chat, Parent::Message(Some(said[1].id)), "instead").await;
    making.answer(chat.session, "answer").await;
    stores.chats.delete_message(chat.owner, chat.session, said[4].id, making.now()).await.unwrap();
    let (seen, turned, gone) = (&said[..2], &said[1..4], &said[..5]);
    let strays = [
        making.episode(&chat, &said[2], 0),
        making.fact(&chat, turned, "fact"),
        making.summary(&chat, turned, "summary"),
        making.fact(&chat, gone, "of what is gone"),
        making.story(scope, &[elsewhere[1].id, said[3].id, said[1].id], "story"),
    ];
    for stray in strays {
        let step = making.next_step(&chat).await;
        let to = Watermark { seq: 9, episodes: 9, facts: 9, ..step.to };
        let add = vec![making.fact(&chat, seen, "seen"), stray];
        assert_eq!(stores.remembering.step(&Step { to, add, ..step }).await, OUTDATED);
    }
    assert_eq!((marked(stores, &chat).await, texts(stores, scope).await), ((0, 0, 0), vec![]));
    let story = making.story(scope, &[elsewhere[1].id, said[1].id], "story");
    let many = (0..600).map(|_| making.fact(&chat, seen, "seen"));
    making.remember(&chat, &many.chain([making.episode(&chat, &said[1], 0), story]).collect::<Vec<_>>()).await;
    assert_eq!(texts(stores, scope).await.len(), 602);
}

async fn again(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 2).await;
    let first = making.episode(&chat, &said[0], 0);
    making.remember(&chat, std::slice::from_ref(&first)).await;
    // With another id, and once more within the step; what is new beside it is kept.
    let mut same = making.episode(&chat, &said[0], 0);
    same.memory.text = "changed".into();
    let news = [same, making.episode(&chat, &said[0], 1), making.episode(&chat, &said[0], 1)];
    making.remember(&chat, &news).await;
    assert_eq!(texts(stores, chat.scope()).await, ["said 0 0", "said 0 1"]);
    let (found, _) = stores.memories.find_memory(chat.scope(), first.memory.id).await.unwrap().unwrap();
    assert_eq!(found, first.memory);
    // Facts and summaries have no place of their own: there may be many.
    let fact = |text: &str| making.fact(&chat, &said[..1], text);
    making.remember(&chat, &[fact("a"), fact("b"), making.summary(&chat, &said[..1], "c")]).await;
    assert_eq!(texts(stores, chat.scope()).await, ["a", "b", "c", "said 0 0", "said 0 1"]);
}

async fn trailing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 4).await;
    let trail = |depth| stores.remembering.trail(chat.session, depth);
    assert_eq!(trail(100).await, Ok(None));
    making
        .remember(
            &chat,
            &[
                making.episode(&chat, &said[1], 0),
                making.episode(&chat, &said[1], 1),
                making.fact(&chat, &said[..5], "fact"),
                making.story(chat.scope(), &[said[7].id], "story"),
            ],
        )
        .await;
    let (upper, lower) = (Trail { message: said[1].id, depth: 2 }, Trail { message: said[4].id, depth: 5 });
    for (depth, expected) in [(1, None), (2, Some(upper)), (4, Some(upper)), (5, Some(lower)), (u32::MAX, Some(lower))]
    {
        assert_eq!(trail(depth).await, Ok(expected), "{depth}");
    }
}

/// Facts of one message each, every one in place of the one before.
async fn chain(making: &Making<'_>, chat: &Chat, said: &[domain::chats::Message]) -> Vec<MemoryId> {
    let mut facts: Vec<NewMemory> = Vec::new();
    for (n, message) in said.iter().enumerate() {
        let mut fact = making.fact(chat, std::slice::from_ref(message), &format!("{n}"));
        fact.supersedes = facts.last().map(|before| before.memory.id).into_iter().collect();
        facts.push(fact);
    }
    making.remember(chat, &facts).await;
    facts.into_iter().map(|fact| fact.memory.id).collect()
}

async fn ended(stores: &Stores, scope: Scope, id: MemoryId) -> Option<Ended> {
    stores.memories.find_memory(scope, id).await.unwrap().unwrap().0.ended
}

async fn withdraw(stores: &Stores, making: &Making<'_>, chat: &Chat, withdraw: &[MemoryId]) {
    let step = Step { withdraw: withdraw.to_vec(), ..making.next_step(chat).await };
    stores.remembering.step(&step).await.unwrap();
}

async fn superseding(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let said = making.talk(&chat, 2).await;
    let facts = chain(making, &chat, &said).await;
    assert_eq!(texts(stores, scope).await, ["(0)", "(1)", "(2)", "3"]);
    let all = all(stores, scope).await;
    let at = |id: MemoryId| all.iter().find(|indexed| indexed.memory.id == id).unwrap().memory.happened_at;
    let by = |n: usize| Some(Ended { at: at(facts[n]), reason: EndReason::Superseded, by: facts[n] });
    assert_eq!(ended(stores, scope, facts[1]).await, by(2));
    // What has ended is not ended again.
    let mut late = making.fact(&chat, &said[..1], "late");
    late.supersedes = vec![facts[1], MemoryId(making.uuid())];
    making.remember(&chat, std::slice::from_ref(&late)).await;
    assert_eq!(ended(stores, scope, facts[1]).await, by(2));
    withdraw(stores, making, &chat, &[late.memory.id]).await;
    // Without the one between, what it took the place of ends with the next.
    withdraw(stores, making, &chat, &[facts[1]]).await;
    assert_eq!(texts(stores, scope).await, ["(0)", "(2)", "3"]);
    assert_eq!(ended(stores, scope, facts[0]).await, by(2));
    // Without the last, what it took the place of counts again, and only that.
    withdraw(stores, making, &chat, &[facts[3]]).await;
    assert_eq!(texts(stores, scope).await, ["(0)", "2"]);
    assert_eq!(ended(stores, scope, facts[2]).await, None);
    withdraw(stores, making, &chat, &[facts[2], MemoryId(making.uuid())]).await;
    assert_eq!(texts(stores, scope).await, ["0"]);
    // Two at once, which superseded one another.
    let more = chain(making, &chat, &said).await;
    withdraw(stores, making, &chat, &[more[2], more[1]]).await;
    assert_eq!(ended(stores, scope, more[0]).await.map(|ended| ended.by), Some(more[3]));
    withdraw(stores, making, &chat, &[more[3]]).await;
    assert_eq!(texts(stores, scope).await, ["0", "0"]);
    // What a person put right stays so without the correction's predecessor.
    let put_right = making.note(scope, "right");
    stores.memories.add_memory(&put_right, Some(more[0])).await.unwrap();
    withdraw(stores, making, &chat, &[facts[0]]).await;
    assert_eq!(texts(stores, scope).await, ["(0)", "right"]);
}

async fn withdrawing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let other = making.chat_of(scope.user, scope.character, 1).await;
    let (said, elsewhere) = (making.talk(&chat, 3).await, making.talk(&other, 1).await);
    let old = making.fact(&other, &elsewhere, "old");
    making.remember(&other, &[old.clone(), making.summary(&other, &elsewhere, "elsewhere")]).await;
    let mut new = making.fact(&chat, &said[..4], "new");
    new.supersedes = vec![old.memory.id];
    let mut add: Vec<NewMemory> = said.iter().map(|message| making.episode(&chat, message, 0)).collect();
    add.extend([new, making.fact(&chat, &said[..2], "early"), making.summary(&chat, &said, "summary")]);
    add.push(making.story(scope, &[said[5].id, elsewhere[1].id], "story"));
    making.remember(&chat, &add).await;
    stores.memories.add_memory(&making.note(scope, "note"), None).await.unwrap();
    let before = stores.memories.changed_memories(scope, NEVER, None, 1).await.unwrap().unwrap().version;
    // From the fourth message on: the story goes with the summary, in the same step others come in their place.
    let step = Step {
        withdraw_from: Some(4),
        add: vec![making.summary(&chat, &said[..3], "shorter"), making.episode(&chat, &said[3], 0)],
        ..making.next_step(&chat).await
    };
    stores.remembering.step(&step).await.unwrap();
    let left = ["answer 0 0", "answer 1 0", "early", "elsewhere", "note", "old", "said 0 0", "said 1 0", "shorter"];
    assert_eq!(texts(stores, scope).await, left);
    assert_eq!(ended(stores, scope, old.memory.id).await, None);
    let after = stores.memories.changed_memories(scope, NEVER, None, 1).await.unwrap().unwrap().version;
    assert!(after.epoch > before.epoch);
    // A summary by its name.
    making.remember(&chat, &[making.story(scope, &[said[2].id], "story")]).await;
    making.remember(&chat, &[making.story(scope, &[said[2].id], "story anew")]).await;
    assert_eq!(texts(stores, scope).await, [&left[..], &["story anew"]].concat());
    // Who knows of what is withdrawn begins again, wherever; a story in place of another is no such thing.
    let steps = [making.next_step(&chat).await, making.next_step(&other).await];
    withdraw(stores, making, &chat, &[MemoryId(making.uuid())]).await;
    making.remember(&chat, &[making.story(scope, &[said[2].id], "story anew")]).await;
    for step in &steps {
        assert_eq!(stores.remembering.step(step).await, Ok(()));
    }
    let note = making.note(scope, "another note");
    stores.memories.add_memory(&note, None).await.unwrap();
    assert_eq!(stores.remembering.step(&steps[0]).await, Ok(()));
    stores.memories.forget(scope, Forgetting::One(note.id), making.now()).await.unwrap();
    making.remember(&chat, &[making.story(scope, &[said[2].id], "story anew")]).await;
    let steps = [making.next_step(&chat).await, making.next_step(&other).await];
    withdraw(stores, making, &chat, &[step.add[0].memory.id]).await;
    let left = ["answer 0 0", "answer 1 0", "early", "elsewhere", "note", "old", "said 0 0", "said 1 0"];
    assert_eq!(texts(stores, scope).await, left);
    for step in &steps {
        assert_eq!(stores.remembering.step(step).await, OUTDATED);
    }
}

pub(super) async fn edit(stores: &Stores, making: &Making<'_>, chat: &Chat, id: MessageId) {
    stores.chats.edit_message(chat.owner, chat.session, id, "edited", making.now()).await.unwrap();
}

async fn lagging(stores: &Stores, making: &Making<'_>) {
    let (idle, quiet, lively) = (making.chat(1).await, making.chat(1).await, making.chat(1).await);
    making.talk(&quiet, 2).await;
    let quiet_since = making.now();
    making.talk(&lively, 3).await;
    let behind = async |facts: Option<u32>| {
        let behind = stores.remembering.behind(Lag { facts, quiet_since }, 100_000).await.unwrap();
        let ours = [&idle, &quiet, &lively].map(|chat| chat.session);
        let ours = behind.into_iter().filter(|behind| ours.contains(&behind.session));
        let mut ours = ours.map(|Behind { session, unseen, facts }| (session, unseen, facts)).collect::<Vec<_>>();
        // Facts in any order.
        ours.sort_by_key(|(session, unseen, _)| (!unseen, if *unseen { None } else { Some(*session) }));
        ours
    };
    // The newest first; where nothing happened there is nothing to look at.
    let unseen = [(lively.session, true, false), (quiet.session, true, false)];
    assert_eq!((behind(None).await, behind(Some(1)).await), (unseen.to_vec(), unseen.to_vec()));
    mark(stores, making, &lively, 9, 7, 3).await;
    mark(stores, making, &quiet, 5, 5, 3).await;
    let facts = |lively_too: bool| {
        let lively = lively_too.then_some((lively.session, false, true));
        [(quiet.session, true, true)].into_iter().chain(lively).collect::<Vec<_>>()
    };
    assert_eq!(behind(None).await, [(quiet.session, true, false)]);
    assert_eq!((behind(Some(4)).await, behind(Some(5)).await), (facts(true), facts(false)));
    mark(stores, making, &lively, 9, 7, 7).await;
    mark(stores, making, &quiet, 6, 5, 5).await;
    assert_eq!((behind(None).await, behind(Some(1)).await), (vec![], vec![]));
    // An edit, far above, leaves facts ahead of episodes for a while.
    mark(stores, making, &lively, 9, 700, 700).await;
    let first = stores.transcripts.said_from(lively.owner, lively.session, 1, 1).await.unwrap()[0].id;
    edit(stores, making, &lively, first).await;
    assert_eq!(behind(Some(1)).await, [(lively.session, true, false)]);
    assert_eq!(stores.remembering.behind(Lag { facts: None, quiet_since }, 1).await.unwrap().len(), 1);
}

/// Who never learns, and is the newest of all, holds up nobody.
async fn lagging_many(stores: &Stores, making: &Making<'_>) {
    let unseen = making.chat(1).await;
    making.talk(&unseen, 1).await;
    let mut chats = Vec::new();
    for _ in 0..8 {
        let chat = making.chat(1).await;
        making.talk(&chat, 1).await;
        mark(stores, making, &chat, 99, 3, 0).await;
        chats.push(chat);
    }
    let lag = Lag { facts: Some(3), quiet_since: unseen.kept.created_at };
    let behind = async |limit| {
        let found = stores.remembering.behind(lag, limit).await.unwrap();
        let some = |of: fn(&Behind) -> bool| found.iter().filter(|behind| of(behind)).count();
        (some(|behind| behind.unseen), some(|behind| behind.facts), found)
    };
    for (limit, facts) in [(1, 1), (4, 1), (5, 1), (9, 1), (10, 2), (30, 6)] {
        let found = behind(limit).await;
        assert_eq!((found.0.clamp(1, limit as usize), found.1), (found.0, facts), "{limit}");
    }
    let mut drawn = HashSet::new();
    for _ in 0..64 {
        let (_, _, found) = behind(1).await;
        drawn.extend(found.iter().filter(|behind| behind.facts).map(|behind| behind.session));
    }
    assert!(drawn.len() > 1, "each has its turn");
}

/// What has no vector by an embedder, of these scopes.
pub(super) async fn unembedded(stores: &Stores, embedder: &str, of: Scope) -> Vec<Unembedded> {
    let all = stores.remembering.unembedded(embedder, 100_000).await.unwrap();
    all.into_iter().filter(|unembedded| unembedded.memory.scope == of).collect()
}

pub(super) fn names(unembedded: &[Unembedded]) -> Vec<&str> {
    unembedded.iter().map(|one| one.memory.text.as_str()).collect()
}

pub(super) fn vector(of: &Unembedded, first: f32) -> NewVector {
    NewVector { memory: of.memory.id, revision: of.revision, vector: vec![first, 1.0] }
}

pub(super) async fn vectors(stores: &Stores, scope: Scope, embedder: &str) -> Vec<(String, Option<f32>)> {
    let changes = stores.memories.changed_memories(scope, NEVER, Some(embedder), 100_000).await.unwrap().unwrap();
    let first = |vector: Vec<f32>| vector[0];
    let mut vectors: Vec<(String, Option<f32>)> =
        changes.changed.into_iter().map(|indexed| (indexed.memory.text, indexed.vector.map(first))).collect();
    vectors.sort_by(|one, other| one.0.cmp(&other.0));
    vectors
}

async fn embedding(stores: &Stores, making: &Making<'_>) {
    let (chat, other) = (making.chat(1).await, making.chat(1).await);
    let scope = chat.scope();
    let embedder = making.uuid().to_string();
    let said = making.talk(&chat, 2).await;
    let old = making.fact(&chat, &said[..1], "old");
    let mut new = making.fact(&chat, &said[..1], "new");
    new.supersedes = vec![old.memory.id];
    let add = [
        making.episode(&chat, &said[0], 0),
        making.episode(&chat, &said[0], 1),
        old,
        making.episode(&chat, &said[1], 0),
        new,
        making.episode(&chat, &said[3], 0),
    ];
    making.remember(&chat, &add).await;
    stores.memories.add_memory(&making.note(other.scope(), "of another"), None).await.unwrap();
    let found = unembedded(stores, &embedder, scope).await;
    let expected = ["new", "said 0 0", "said 0 1", "answer 0 0", "answer 1 0"];
    assert_eq!(names(&found), expected);
    assert!(found.iter().all(|unembedded| unembedded.memory.sources.is_empty()));
    let elsewhere = unembedded(stores, &embedder, other.scope()).await;
    assert_eq!(names(&elsewhere), ["of another"]);
    assert_eq!(stores.remembering.unembedded(&embedder, 2).await.unwrap().len(), 2);
    // Of both scopes in one call; one of a text that is not there, one of a memory that is not.
    let missing = NewVector { memory: MemoryId(making.uuid()), revision: 0, vector: vec![9.0] };
    let stale = NewVector { revision: found[0].revision + 1, ..vector(&found[0], 9.0) };
    let save = [vector(&found[1], 1.0), vector(&elsewhere[0], 2.0), stale, missing, vector(&found[3], 3.0)];
    stores.remembering.save_vectors(&embedder, &save).await.unwrap();
    stores.remembering.save_vectors(&embedder, &[]).await.unwrap();
    let left = unembedded(stores, &embedder, scope).await;
    assert_eq!(names(&left), [expected[0], expected[2], expected[4]]);
    let kept = vectors(stores, scope, &embedder).await;
    assert_eq!(kept[0], ("answer 0 0".to_owned(), Some(3.0)));
    assert_eq!(kept.iter().filter(|(_, vector)| vector.is_some()).count(), 2);
    assert_eq!(vectors(stores, other.scope(), &embedder).await, [("of another".to_owned(), Some(2.0))]);
}

async fn embedding_anew(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let (one, two) = (format!("a-{}", making.uuid()), format!("b-{}", making.uuid()));
    for text in ["1", "2", "3"] {
        stores.memories.add_memory(&making.note(scope, text), None).await.unwrap();
    }
    let found = unembedded(stores, &one, scope).await;
    stores.remembering.save_vectors(&one, &[vector(&found[0], 1.0), vector(&found[1], 1.0)]).await.unwrap();
    // Those that have none at all come first, then those of another embedder, whatever its name.
    assert_eq!(names(&unembedded(stores, &two, scope).await), ["3", "1", "2"]);
    assert_eq!(names(&unembedded(stores, &format!("A-{}", making.uuid()), scope).await), ["3", "1", "2"]);
    assert_eq!(names(&unembedded(stores, &one, scope).await), ["3"]);
    // A new one takes the place of the old one, never stands beside it.
    stores.remembering.save_vectors(&two, &[vector(&found[1], 2.0), vector(&found[2], 2.0)]).await.unwrap();
    let text = |text: &str, vector| (text.to_owned(), vector);
    assert_eq!(vectors(stores, scope, &one).await, [text("1", Some(1.0)), text("2", None), text("3", None)]);
    assert_eq!(vectors(stores, scope, &two).await, [text("1", None), text("2", Some(2.0)), text("3", Some(2.0))]);
    assert_eq!(names(&unembedded(stores, &one, scope).await), ["2", "3"]);
}
