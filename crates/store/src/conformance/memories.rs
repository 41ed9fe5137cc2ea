//! The suite of `MemoryStore`.

use std::collections::BTreeMap;

use domain::ids::MemoryId;
use domain::limits;
use domain::memories::{EndReason, Ended, Memory, MemoryFilter, MemoryKind, Scope};
use domain::pages::PageRequest;

use super::forgetting::forgetting;
use super::making::Making;
use crate::memories::{Forgetting, Indexed, MemoryPatch, ScopeChanges, ScopeVersion};
use crate::remembering::{NewMemory, NewVector};
use crate::{Conflict, StoreError, Stores};

/// Runs it.
pub async fn memories(stores: &Stores) {
    let making = Making::new(stores);
    writing(stores, &making).await;
    paging(stores, &making).await;
    changing(stores, &making).await;
    correcting(stores, &making).await;
    bounds(stores, &making).await;
    following_changes(stores, &making).await;
    with_vectors(stores, &making).await;
    forgetting(stores, &making).await;
}

/// Everything in a scope, as recall reads it.
pub(super) async fn all(stores: &Stores, scope: Scope) -> Vec<Indexed> {
    let changes = stores.memories.changed_memories(scope, NEVER, None, 100_000).await.unwrap();
    changes.map_or(Vec::new(), |changes| changes.changed)
}

/// A version that no scope has: everything is read.
pub(super) const NEVER: ScopeVersion = ScopeVersion { epoch: u64::MAX, revision: 0 };

/// The texts of a scope, in alphabetical order; those that no longer count are in brackets.
pub(super) async fn texts(stores: &Stores, scope: Scope) -> Vec<String> {
    let text = |memory: &Memory| match memory.ended {
        Some(_) => format!("({})", memory.text),
        None => memory.text.clone(),
    };
    let mut texts: Vec<String> = all(stores, scope).await.iter().map(|indexed| text(&indexed.memory)).collect();
    texts.sort_unstable();
    texts
}

pub(super) async fn version(stores: &Stores, scope: Scope) -> ScopeVersion {
    stores.memories.changed_memories(scope, NEVER, None, 1).await.unwrap().map_or(NEVER, |changes| {
        assert!(!changes.more || changes.changed.len() == 1);
        changes.version
    })
}

async fn find(stores: &Stores, memory: &Memory) -> Option<(Memory, Vec<Memory>)> {
    stores.memories.find_memory(memory.scope, memory.id).await.unwrap()
}

async fn writing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let mut note = making.note(chat.scope(), "Likes 花茶.");
    note.importance = 5;
    note.pinned = true;
    stores.memories.add_memory(&note, None).await.unwrap();
    assert_eq!(find(stores, &note).await, Some((note.clone(), vec![])));
    // Said again, nothing happens.
    stores.memories.add_memory(&note, None).await.unwrap();
    assert_eq!(all(stores, chat.scope()).await, [Indexed { memory: note.clone(), vector: None }]);
    assert_eq!(find(stores, &making.note(chat.scope(), "not kept")).await, None);
    // Everything about a memory comes back as it was.
    let said = making.talk(&chat, 2).await;
    let kept = [
        making.episode(&chat, &said[0], 0),
        making.episode(&chat, &said[0], 1),
        making.fact(&chat, &said[..3], "fact"),
        making.summary(&chat, &said, "summary"),
        making.story(chat.scope(), &[chat.greetings[0].id, said[3].id], "story"),
    ];
    making.remember(&chat, &kept).await;
    for new in &kept {
        assert_eq!(find(stores, &new.memory).await, Some((new.memory.clone(), vec![])));
    }
    let indexed = all(stores, chat.scope()).await;
    for (indexed, kept) in indexed.iter().skip(1).zip(&kept) {
        let anchored = Memory { sources: kept.memory.anchors().to_vec(), ..kept.memory.clone() };
        assert_eq!(indexed.memory, anchored);
    }
    // For nobody, and for nobody's session.
    let nobody = Scope { user: making.new_user().id, ..chat.scope() };
    assert_eq!(stores.memories.add_memory(&making.note(nobody, "x"), None).await, Err(StoreError::NotFound));
    let other = making.chat(1).await;
    let astray = Memory { session_id: Some(other.session), ..making.note(chat.scope(), "x") };
    assert_eq!(stores.memories.add_memory(&astray, None).await, Err(StoreError::NotFound));
}

async fn page(
    stores: &Stores,
    scope: Scope,
    filter: MemoryFilter,
    cursor: Option<String>,
    limit: u32,
) -> (Vec<MemoryId>, Option<String>) {
    let page = stores.memories.page_memories(scope, filter, &PageRequest { cursor, limit }).await.unwrap();
    (page.items.iter().map(|memory| memory.id).collect(), page.next_cursor)
}

async fn paging(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let said = making.talk(&chat, 2).await;
    let mut notes: Vec<Memory> = (0..5).map(|n| making.note(scope, &format!("{n}"))).collect();
    // Two at the same time; one that is of earlier than it was written.
    notes[2].happened_at = notes[1].happened_at;
    notes[4].happened_at = notes[0].happened_at - time::Duration::days(9);
    notes[3].pinned = true;
    for note in &notes {
        stores.memories.add_memory(note, None).await.unwrap();
    }
    let mut old = making.fact(&chat, &said[..1], "old");
    old.memory.happened_at = notes[0].happened_at - time::Duration::DAY;
    let mut new = making.fact(&chat, &said[1..3], "new");
    new.supersedes = vec![old.memory.id];
    making.remember(&chat, &[old.clone(), new.clone()]).await;
    let (old, new) = (old.memory, new.memory);
    let every = MemoryFilter { ended: true, ..MemoryFilter::default() };
    let order = [new.id, notes[3].id, notes[2].id, notes[1].id, notes[0].id, old.id, notes[4].id];
    assert_eq!(page(stores, scope, every, None, 100).await, (order.to_vec(), None));
    for limit in 1..=7 {
        let (mut read, mut cursor) = (Vec::new(), None);
        loop {
            let (ids, next) = page(stores, scope, every, cursor, limit).await;
            assert!(ids.len() == limit as usize || next.is_none());
            read.extend(ids);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(read, order);
    }
    let counting = MemoryFilter::default();
    assert_eq!(page(stores, scope, counting, None, 100).await.0, [&order[..5], &order[6..]].concat());
    let facts = MemoryFilter { kind: Some(MemoryKind::Fact), ..every };
    assert_eq!(page(stores, scope, facts, None, 100).await.0, [new.id, old.id]);
    assert_eq!(page(stores, scope, MemoryFilter { ended: false, ..facts }, None, 100).await.0, [new.id]);
    let pinned = MemoryFilter { pinned: Some(true), ..every };
    assert_eq!(page(stores, scope, pinned, None, 100).await.0, [notes[3].id]);
    assert_eq!(page(stores, scope, MemoryFilter { pinned: Some(false), ..every }, None, 100).await.0.len(), 6);
    let first = PageRequest { cursor: None, limit: 1 };
    let first = stores.memories.page_memories(scope, every, &first).await.unwrap();
    assert_eq!(first.items, [new], "with all sources");
    let astray = PageRequest { cursor: Some("x".into()), limit: 1 };
    assert_eq!(stores.memories.page_memories(scope, every, &astray).await, Err(StoreError::InvalidCursor));
}

async fn changing(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let said = making.talk(&chat, 1).await;
    let fact = making.fact(&chat, &said, "fact");
    making.remember(&chat, std::slice::from_ref(&fact)).await;
    let change = |id, patch| stores.memories.change_memory(chat.scope(), id, patch);
    let pinned = MemoryPatch { pinned: Some(true), ..MemoryPatch::default() };
    let expected = Memory { pinned: true, ..fact.memory.clone() };
    let before = version(stores, chat.scope()).await;
    assert_eq!(change(fact.memory.id, pinned).await, Ok(expected.clone()));
    let graded = MemoryPatch { pinned: Some(false), importance: Some(1) };
    let expected = Memory { pinned: false, importance: 1, ..expected };
    assert_eq!(change(fact.memory.id, graded).await, Ok(expected.clone()));
    assert_eq!(change(fact.memory.id, MemoryPatch::default()).await, Ok(expected.clone()));
    assert_eq!(find(stores, &expected).await, Some((expected, vec![])));
    let after = version(stores, chat.scope()).await;
    assert!(after.epoch == before.epoch && after.revision > before.revision);
    assert_eq!(change(MemoryId(making.uuid()), pinned).await, Err(StoreError::NotFound));
    assert_eq!(version(stores, chat.scope()).await, after);
}

async fn correcting(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    let said = making.talk(&chat, 1).await;
    let (episode, fact) = (making.episode(&chat, &said[0], 0), making.fact(&chat, &said, "wrong"));
    making.remember(&chat, &[episode.clone(), fact.clone()]).await;
    let fact = fact.memory;
    let put_right = Memory {
        sources: fact.sources.clone(),
        session_id: fact.session_id,
        kind: MemoryKind::Fact,
        ..making.note(scope, "right")
    };
    let add =
        |memory: Memory, corrects: MemoryId| async move { stores.memories.add_memory(&memory, Some(corrects)).await };
    let elsewhere = making.chat_of(scope.user, scope.character, 1).await;
    let steps = [making.next_step(&chat).await, making.next_step(&elsewhere).await];
    assert_eq!(add(put_right.clone(), fact.id).await, Ok(()));
    // Whoever learns meanwhile takes it for so.
    for step in &steps {
        assert_eq!(stores.remembering.step(step).await, Err(StoreError::Conflict(Conflict::Outdated)));
    }
    let ended = Ended { at: put_right.created_at, reason: EndReason::Corrected, by: put_right.id };
    let fact = Memory { ended: Some(ended), ..fact };
    assert_eq!(find(stores, &put_right).await, Some((put_right.clone(), vec![fact.clone()])));
    assert_eq!(find(stores, &fact).await, Some((fact.clone(), vec![])));
    assert_eq!(texts(stores, scope).await, ["(wrong)", "right", "said 0 0"]);
    // Said again, it is done.
    assert_eq!(add(put_right.clone(), fact.id).await, Ok(()));
    let note = || making.note(scope, "x");
    assert_eq!(add(note(), fact.id).await, Err(StoreError::Conflict(Conflict::MemoryEnded)));
    let word_for_word = add(note(), episode.memory.id).await;
    assert_eq!(word_for_word, Err(StoreError::Conflict(Conflict::EpisodeIsWhatWasSaid)));
    assert_eq!(add(note(), MemoryId(making.uuid())).await, Err(StoreError::NotFound));
    // A note corrects, and is corrected: the whole chain is told, the newest first.
    let (second, third) = (making.note(scope, "second"), making.note(scope, "third"));
    assert_eq!(add(second.clone(), put_right.id).await, Ok(()));
    assert_eq!(add(third.clone(), second.id).await, Ok(()));
    let (_, chain) = find(stores, &third).await.unwrap();
    assert_eq!(chain.iter().map(|memory| memory.id).collect::<Vec<_>>(), [second.id, put_right.id, fact.id]);
    assert_eq!(texts(stores, scope).await, ["(right)", "(second)", "(wrong)", "said 0 0", "third"]);
    // What was corrected goes with its message, like what corrected it; a note stays.
    stores.chats.edit_message(chat.owner, chat.session, said[1].id, "x", making.now()).await.unwrap();
    assert_eq!(texts(stores, scope).await, ["(second)", "said 0 0", "third"]);
}

async fn bounds(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    for n in 0..limits::NOTES {
        stores.memories.add_memory(&making.note(chat.scope(), &format!("{n}")), None).await.unwrap();
    }
    let one_more = making.note(chat.scope(), "one more");
    let full = Err(StoreError::Conflict(Conflict::TooManyNotes));
    assert_eq!(stores.memories.add_memory(&one_more, None).await, full);
    // What the model made does not count, nor what was written for another.
    let said = making.talk(&chat, 1).await;
    making.remember(&chat, &[making.fact(&chat, &said, "fact")]).await;
    let other = making.character(chat.owner).await;
    let elsewhere = making.note(Scope { character: other.id, ..chat.scope() }, "elsewhere");
    stores.memories.add_memory(&elsewhere, None).await.unwrap();
    let first = all(stores, chat.scope()).await[0].memory.id;
    stores.memories.forget(chat.scope(), Forgetting::One(first), making.now()).await.unwrap();
    stores.memories.add_memory(&one_more, None).await.unwrap();
}

async fn changes(stores: &Stores, scope: Scope, since: ScopeVersion, limit: u32) -> Option<ScopeChanges> {
    stores.memories.changed_memories(scope, since, None, limit).await.unwrap()
}

/// What a reader knows who reads on from a version, a few at a time.
struct Reader {
    scope: Scope,
    version: ScopeVersion,
    known: BTreeMap<MemoryId, Indexed>,
}

impl Reader {
    fn new(scope: Scope) -> Self {
        Self { scope, version: ScopeVersion::default(), known: BTreeMap::new() }
    }

    async fn read(&mut self, stores: &Stores, limit: u32) {
        while let Some(changes) = changes(stores, self.scope, self.version, limit).await {
            assert!(changes.changed.len() <= limit as usize && (!changes.more || !changes.changed.is_empty()));
            if changes.version.epoch != self.version.epoch {
                self.known.clear();
            }
            self.version = changes.version;
            self.known.extend(changes.changed.into_iter().map(|indexed| (indexed.memory.id, indexed)));
            if !changes.more {
                break;
            }
        }
        let all = all(stores, self.scope).await;
        assert_eq!(self.known, all.into_iter().map(|indexed| (indexed.memory.id, indexed)).collect());
        assert_eq!(changes(stores, self.scope, self.version, limit).await, None, "there is nothing more");
    }
}

async fn following_changes(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let scope = chat.scope();
    assert_eq!(changes(stores, scope, ScopeVersion::default(), 5).await, None);
    let mut readers: Vec<(u32, Reader)> = [1, 2, 3, 7, 1_000].map(|limit| (limit, Reader::new(scope))).into();
    let said = making.talk(&chat, 6).await;
    let episodes: Vec<NewMemory> = said.iter().map(|message| making.episode(&chat, message, 0)).collect();
    making.remember(&chat, &episodes).await;
    let mut facts: Vec<NewMemory> =
        said.iter().map(|message| making.fact(&chat, std::slice::from_ref(message), "fact")).collect();
    for n in 0..8 {
        match n {
            0 => making.remember(&chat, &facts).await,
            1 => {
                let pinned = MemoryPatch { pinned: Some(true), importance: None };
                stores.memories.change_memory(scope, episodes[3].memory.id, pinned).await.unwrap();
            }
            2 => stores.memories.add_memory(&making.note(scope, "note"), None).await.unwrap(),
            3 => {
                let mut newer = making.fact(&chat, &said[..2], "newer");
                newer.supersedes = facts[..4].iter().map(|fact| fact.memory.id).collect();
                making.remember(&chat, &[newer.clone(), making.story(scope, &[said[0].id, said[1].id], "story")]).await;
                facts.push(newer);
            }
            4 => drop(stores.memories.forget(scope, Forgetting::One(facts[11].memory.id), making.now()).await.unwrap()),
            5 => making.remember(&chat, &[making.story(scope, &[said[0].id, said[1].id], "story")]).await,
            6 => {
                stores.chats.edit_message(chat.owner, chat.session, said[0].id, "x", making.now()).await.unwrap();
            }
            _ => {
                stores.chats.delete_message(chat.owner, chat.session, said[6].id, making.now()).await.unwrap();
            }
        }
        for (limit, reader) in &mut readers {
            // Some look now and then only.
            if n % u32::min(*limit, 3) == 0 || n == 7 {
                reader.read(stores, *limit).await;
            }
        }
    }
    let last = readers[0].1.version;
    assert!(last.epoch >= 3 && readers.iter().all(|(_, reader)| reader.version == last));
    stores.memories.forget(scope, Forgetting::All, making.now()).await.unwrap();
    for (limit, reader) in &mut readers {
        reader.read(stores, *limit).await;
        assert!(reader.known.is_empty());
    }
}

async fn with_vectors(stores: &Stores, making: &Making<'_>) {
    let chat = making.chat(1).await;
    let note = making.note(chat.scope(), "note");
    stores.memories.add_memory(&note, None).await.unwrap();
    let before = version(stores, chat.scope()).await;
    // Numbers of two bytes hold these as they are: a store may keep no more of them.
    let vector = vec![0.5, -1.25, 0.000_061_035_156];
    let new = NewVector { memory: note.id, revision: 0, vector: vector.clone() };
    stores.remembering.save_vectors("one", &[new]).await.unwrap();
    let read = async |since: ScopeVersion, embedder: Option<&'static str>| {
        stores.memories.changed_memories(chat.scope(), since, embedder, 9).await.unwrap().unwrap().changed
    };
    let with = Indexed { memory: note.clone(), vector: Some(vector) };
    assert_eq!(read(before, Some("one")).await, std::slice::from_ref(&with));
    assert_eq!(read(NEVER, Some("one")).await, std::slice::from_ref(&with));
    assert_eq!(read(before, Some("two")).await, [Indexed { memory: note.clone(), vector: None }]);
    assert_eq!(read(before, None).await, [Indexed { memory: note, vector: None }]);
}
