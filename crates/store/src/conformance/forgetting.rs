//! Forgetting, and that no scope reaches another: a part of the suite of `MemoryStore`.

use domain::chats::Message;
use domain::ids::{MemoryId, MessageId};
use domain::memories::{MemoryFilter, Scope};
use domain::pages::PageRequest;

use super::making::{Chat, Making};
use super::memories::{all, texts, version};
use crate::memories::{Forgetting, MemoryPatch};
use crate::remembering::NewMemory;
use crate::{Conflict, StoreError, Stores};

pub(super) async fn forgetting(stores: &Stores, making: &Making<'_>) {
    one(stores, making).await;
    what_was_replaced(stores, making).await;
    a_summary(stores, making).await;
    everything(stores, making).await;
    apart(stores, making).await;
}

/// A session, its messages with an episode each, and what else is remembered.
struct Remembered {
    chat: Chat,
    said: Vec<Message>,
}

impl Remembered {
    async fn new(making: &Making<'_>, chat: Chat) -> Self {
        let said = making.talk(&chat, 2).await;
        let episodes: Vec<NewMemory> = said
            .iter()
            .flat_map(|message| [making.episode(&chat, message, 0), making.episode(&chat, message, 1)])
            .collect();
        making.remember(&chat, &episodes).await;
        Self { chat, said }
    }

    async fn omitted(&self, stores: &Stores) -> Vec<MessageId> {
        let mut omitted: Vec<MessageId> =
            stores.remembering.remembered(self.chat.session).await.unwrap().omitted.into_iter().collect();
        omitted.sort_unstable();
        omitted
    }
}

async fn one(stores: &Stores, making: &Making<'_>) {
    let it = Remembered::new(making, making.chat(1).await).await;
    let (chat, said, scope) = (&it.chat, &it.said, it.chat.scope());
    let fact = making.fact(chat, &said[1..3], "fact");
    let rest = [
        making.fact(chat, &said[2..3], "other fact"),
        making.summary(chat, &said[..2], "first half"),
        making.summary(chat, &said[2..], "second half"),
        making.story(scope, &[said[3].id], "story"),
    ];
    making.remember(chat, &[&[fact.clone()][..], &rest].concat()).await;
    stores.memories.add_memory(&making.note(scope, "note"), None).await.unwrap();
    let step = making.next_step(chat).await;
    let forget = |id| stores.memories.forget(scope, Forgetting::One(id), making.now());
    assert_eq!(forget(MemoryId(making.uuid())).await, Err(StoreError::NotFound));
    // It, four episodes, two summaries, and the story.
    assert_eq!(forget(fact.memory.id).await, Ok(8));
    let left = ["answer 1 0", "answer 1 1", "note", "other fact", "said 0 0", "said 0 1"];
    assert_eq!(texts(stores, scope).await, left);
    assert_eq!(it.omitted(stores).await, [said[1].id, said[2].id]);
    assert_eq!(forget(fact.memory.id).await, Err(StoreError::NotFound));
    // Whoever was about to remember it all the same is told to look again.
    let outdated = Err(StoreError::Conflict(Conflict::Outdated));
    assert_eq!(stores.remembering.step(&step).await, outdated);
    // An episode: with what else there is of its message word for word, and what was learned from it.
    let of_it =
        [making.fact(chat, &said[..1], "of it"), making.fact(chat, &[&said[..1], &said[3..]].concat(), "of it too")];
    making.remember(chat, &of_it).await;
    let episode = all(stores, scope).await.into_iter().find(|indexed| indexed.memory.text == "said 0 1").unwrap();
    assert_eq!(forget(episode.memory.id).await, Ok(4));
    let note = all(stores, scope).await.into_iter().find(|indexed| indexed.memory.text == "note").unwrap();
    assert_eq!(forget(note.memory.id).await, Ok(1));
    assert_eq!(texts(stores, scope).await, ["answer 1 0", "answer 1 1", "other fact"]);
    assert_eq!(it.omitted(stores).await, [said[0].id, said[1].id, said[2].id]);
    // Omissions go with their messages.
    stores.chats.delete_message(chat.owner, chat.session, said[1].id, making.now()).await.unwrap();
    assert_eq!(it.omitted(stores).await, [said[0].id]);
}

async fn what_was_replaced(stores: &Stores, making: &Making<'_>) {
    let one = Remembered::new(making, making.chat(1).await).await;
    let scope = one.chat.scope();
    let two = Remembered::new(making, making.chat_of(scope.user, scope.character, 1).await).await;
    let chain = async |names: [&str; 3]| {
        let first = making.fact(&one.chat, &one.said[..1], names[0]);
        let mut second = making.fact(&two.chat, &two.said[..1], names[1]);
        let mut third = making.fact(&two.chat, &two.said[3..], names[2]);
        second.supersedes = vec![first.memory.id];
        third.supersedes = vec![second.memory.id];
        making.remember(&one.chat, std::slice::from_ref(&first)).await;
        making.remember(&two.chat, &[second.clone(), third.clone()]).await;
        [first, second, third].map(|new| new.memory.id)
    };
    let facts = async || -> Vec<String> {
        let texts = texts(stores, scope).await;
        texts.into_iter().filter(|text| !text.ends_with(" 0") && !text.ends_with(" 1")).collect()
    };
    let forget = |id| stores.memories.forget(scope, Forgetting::One(id), making.now());
    // With all that came before it, and with the messages of that, in whichever session they were said.
    let [_, _, third] = chain(["osaka", "kyoto", "tokyo"]).await;
    assert_eq!(facts().await, ["(kyoto)", "(osaka)", "tokyo"]);
    assert_eq!(forget(third).await, Ok(3 + 6));
    assert_eq!(facts().await, [] as [String; 0]);
    assert_eq!(one.omitted(stores).await, [one.said[0].id]);
    assert_eq!(two.omitted(stores).await, [two.said[0].id, two.said[3].id]);
    // What came after it stays.
    let [_, second, third] = chain(["tea", "coffee", "water"]).await;
    assert_eq!(forget(second).await, Ok(2));
    assert_eq!(facts().await, ["water"]);
    let (_, before) = stores.memories.find_memory(scope, third).await.unwrap().unwrap();
    assert_eq!(before, []);
    // A person's correction takes with it what it put right.
    let [_, _, third] = chain(["cat", "dog", "owl"]).await;
    let put_right = making.note(scope, "fox");
    stores.memories.add_memory(&put_right, Some(third)).await.unwrap();
    assert_eq!(facts().await, ["(cat)", "(dog)", "(owl)", "fox", "water"]);
    assert_eq!(forget(put_right.id).await, Ok(4));
    assert_eq!(facts().await, ["water"]);
}

async fn a_summary(stores: &Stores, making: &Making<'_>) {
    let it = Remembered::new(making, making.chat(1).await).await;
    let (chat, said, scope) = (&it.chat, &it.said, it.chat.scope());
    let (fact, summary) = (making.fact(chat, said, "fact"), making.summary(chat, said, "summary"));
    let story = making.story(scope, &[said[3].id], "story");
    making.remember(chat, &[fact, summary.clone(), story.clone()]).await;
    let forget = |id| stores.memories.forget(scope, Forgetting::One(id), making.now());
    // The story goes with it, what was said stays and may be told again.
    assert_eq!(forget(summary.memory.id).await, Ok(2));
    let left = texts(stores, scope).await;
    assert_eq!((left.len(), it.omitted(stores).await), (9, vec![]));
    making.remember(chat, &[making.summary(chat, said, "told again"), story.clone()]).await;
    assert_eq!(forget(story.memory.id).await, Ok(1));
    assert_eq!((texts(stores, scope).await.len(), it.omitted(stores).await), (10, vec![]));
}

async fn everything(stores: &Stores, making: &Making<'_>) {
    let one = Remembered::new(making, making.chat(1).await).await;
    let scope = one.chat.scope();
    let two = making.chat_of(scope.user, scope.character, 1).await;
    stores.memories.add_memory(&making.note(scope, "note"), None).await.unwrap();
    let steps = [making.next_step(&one.chat).await, making.next_step(&two).await];
    let now = making.now();
    assert_eq!(stores.memories.forget(scope, Forgetting::All, now).await, Ok(9));
    assert_eq!(texts(stores, scope).await, [] as [String; 0]);
    for (chat, step) in [&one.chat, &two].into_iter().zip(&steps) {
        let outdated = Err(StoreError::Conflict(Conflict::Outdated));
        assert_eq!(stores.remembering.step(step).await, outdated);
        let remembered = stores.remembering.remembered(chat.session).await.unwrap();
        assert_eq!(remembered.forgotten_until, Some(now));
        let unmoved = (step.from.seq, step.from.episodes, step.from.facts);
        let watermark = remembered.watermark;
        assert_eq!((watermark.seq, watermark.episodes, watermark.facts), unmoved);
    }
    // In sessions to come as well; and there is a life after it.
    let three = making.chat_of(scope.user, scope.character, 1).await;
    assert_eq!(stores.remembering.remembered(three.session).await.unwrap().forgotten_until, Some(now));
    let said = making.talk(&three, 1).await;
    making.remember(&three, &[making.episode(&three, &said[0], 0)]).await;
    assert_eq!(texts(stores, scope).await, ["said 0 0"]);
    let later = making.now();
    assert_eq!(stores.memories.forget(scope, Forgetting::All, later).await, Ok(1));
    assert_eq!(stores.memories.forget(scope, Forgetting::All, later).await, Ok(0));
    assert_eq!(stores.remembering.remembered(two.session).await.unwrap().forgotten_until, Some(later));
}

/// Two people with the same two characters, all at once: nothing crosses.
async fn apart(stores: &Stores, making: &Making<'_>) {
    let (one, two) = (making.user().await.id, making.user().await.id);
    let (rin, mei) = (making.character(one).await.id, making.character(one).await.id);
    let mut all_four = Vec::new();
    for (user, character) in [(one, rin), (two, rin), (one, mei), (two, mei)] {
        let it = Remembered::new(making, making.chat_of(user, character, 1).await).await;
        let fact = making.fact(&it.chat, &it.said, "fact");
        let story = making.story(it.chat.scope(), &[it.said[3].id], "story");
        making.remember(&it.chat, &[fact.clone(), story]).await;
        all_four.push((it, fact.memory));
    }
    let filter = MemoryFilter { ended: true, ..MemoryFilter::default() };
    let view = async |scope: Scope| {
        let page =
            stores.memories.page_memories(scope, filter, &PageRequest { cursor: None, limit: 100 }).await.unwrap();
        assert!(page.items.iter().all(|memory| memory.scope == scope));
        let all = all(stores, scope).await;
        assert!(all.len() == page.items.len() && all.iter().all(|indexed| indexed.memory.scope == scope));
        (page, version(stores, scope).await)
    };
    for n in 0..4 {
        let (it, fact) = &all_four[n];
        let scope = it.chat.scope();
        let mut others = Vec::new();
        for (other, other_fact) in all_four.iter().filter(|(other, _)| other.chat.scope() != scope) {
            let other = other.chat.scope();
            others.push((other, view(other).await));
            let (find, change) = (
                stores.memories.find_memory(scope, other_fact.id).await,
                stores.memories.change_memory(scope, other_fact.id, MemoryPatch::default()).await,
            );
            assert_eq!((find, change), (Ok(None), Err(StoreError::NotFound)));
            let forget = stores.memories.forget(scope, Forgetting::One(other_fact.id), making.now()).await;
            assert_eq!(forget, Err(StoreError::NotFound));
            let corrected = stores.memories.add_memory(&making.note(scope, "x"), Some(other_fact.id)).await;
            assert_eq!(corrected, Err(StoreError::NotFound));
            // Nor does a step reach what is another's.
            let mut step = making.next_step(&it.chat).await;
            step.withdraw = vec![other_fact.id];
            step.add = vec![making.fact(&it.chat, &it.said, "usurper")];
            step.add[0].supersedes = vec![other_fact.id];
            let usurper = step.add[0].memory.id;
            stores.remembering.step(&step).await.unwrap();
            stores.memories.forget(scope, Forgetting::One(usurper), making.now()).await.unwrap();
        }
        let pinned = MemoryPatch { pinned: Some(n % 2 == 0), importance: None };
        // It went with the usurper's messages or not: what matters is that the others are untouched.
        drop(stores.memories.change_memory(scope, fact.id, pinned).await);
        stores.chats.edit_message(it.chat.owner, it.chat.session, it.said[0].id, "x", making.now()).await.unwrap();
        stores.memories.forget(scope, Forgetting::All, making.now()).await.unwrap();
        for (other, before) in others {
            assert_eq!(view(other).await, before);
        }
    }
}
