//! What the hot paths of the store cost, on a database with full durability: `cargo run --release -p store --example cost`.
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, reason = "a measurement for people")]

use std::time::Instant;

use domain::chats::HistoryAnchor;
use domain::usage::{Day, Usage, UsageEntry};
use store::Stores;
use store::chats::Parent;
use store::conformance::{Chat, Making, complete};
use store::memories::{Forgetting, ScopeVersion};
use store::remembering::{NewMemory, NewVector};
use store::sql::{SqlOptions, SqlStore};
use store::turns::{Claim, Progress};

fn each(name: &str, begun: Instant, times: u32) {
    println!(
        "{name}: {:.1} us each, {:.0} a second",
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(times),
        f64::from(times) / begun.elapsed().as_secs_f64()
    );
}

/// Counting replies, and asking how a person stands.
async fn usage(stores: &Stores, making: &Making<'_>, chat: &Chat) {
    let (day, times) = (Day(20_000), 1_000);
    let entry = || UsageEntry {
        id: making.message_id(),
        user: chat.owner,
        day,
        usage: Usage { replies: 1, tokens: 900, cost: 200 },
    };
    let begun = Instant::now();
    for _ in 0..times / 100 {
        let ended: Vec<UsageEntry> = (0..100).map(|_| entry()).collect();
        stores.usage.count_usage(&ended).await.unwrap();
    }
    each("usage, counted, 100 at once", begun, times);
    let begun = Instant::now();
    for _ in 0..times {
        stores.usage.standing(chat.owner, day).await.unwrap();
    }
    each("how a person stands today", begun, times);
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let directory = tempfile::tempdir_in(".").unwrap();
    let url = std::env::args().nth(1).unwrap_or_else(|| format!("sqlite://{}/cost.db", directory.path().display()));
    let store = SqlStore::open(&url, SqlOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    let stores = store.stores();
    let making = Making::new(&stores);

    let chat = making.chat(1).await;
    let begun = Instant::now();
    let times = 1_000;
    for _ in 0..times {
        making.send(&chat, Parent::Leaf, "How was your day? Mine was long, and full of rain.").await;
        making.answer(chat.session, "Come in, then. The kettle is on, and there is a blanket by the window.").await;
    }
    each("accept + claim + finish, one after the other", begun, times);
    let begun = Instant::now();
    for _ in 0..times {
        let page = stores.history.history(chat.owner, chat.session, HistoryAnchor::Newest, 30).await.unwrap();
        assert_eq!(page.messages.len(), 30);
    }
    each("history, 30 newest of 2,001", begun, times);
    leading_to(&stores, &chat).await;
    memories(&stores, &making, &chat).await;

    usage(&stores, &making, &chat).await;

    let mut chats: Vec<Chat> = Vec::new();
    for _ in 0..400 {
        chats.push(making.chat(1).await);
    }
    let begun = Instant::now();
    for chat in &chats {
        making.send(chat, Parent::Leaf, "hello").await;
    }
    each("accept, one after the other", begun, 400);
    let mut claims: Vec<Claim> = Vec::new();
    let begun = Instant::now();
    for chat in &chats {
        claims.push(making.claim(chat.session, making.node()).await.unwrap());
    }
    each("claim", begun, 400);
    let begun = Instant::now();
    for n in 0..50 {
        let progress: Vec<Progress> = claims
            .iter()
            .map(|claim| Progress {
                reply_id: claim.reply.id,
                fence: claim.fence,
                position: n * 40,
                text: "0123456789".repeat(4),
            })
            .collect();
        assert!(stores.turns.save_progress(&progress, making.now()).await.unwrap().lost.is_empty());
    }
    each("save_progress of 400", begun, 50);
    let begun = Instant::now();
    for claim in &claims {
        stores.turns.finish_reply(&complete(claim, &"0123456789".repeat(200)), making.now()).await.unwrap().unwrap();
    }
    each("finish", begun, 400);

    concurrently(&store, &chats).await;
}

/// What leads to the last of 2,001 messages.
async fn leading_to(stores: &Stores, chat: &Chat) {
    let leaf = stores.sessions.find_session(chat.owner, chat.session).await.unwrap().unwrap().leaf_id.unwrap();
    for limit in [64, 2_001] {
        let begun = Instant::now();
        for _ in 0..20 {
            let way = stores.history.ancestry(chat.owner, chat.session, leaf, limit).await.unwrap();
            assert_eq!(way.len(), limit as usize);
        }
        each(&format!("ancestry of {limit}"), begun, 20);
        let begun = Instant::now();
        for _ in 0..20 {
            let said = stores.transcripts.said_before(chat.owner, chat.session, leaf, limit).await.unwrap();
            assert_eq!(said.len(), limit as usize);
        }
        each(&format!("said_before of {limit}"), begun, 20);
    }
}

/// Ten thousand memories of one scope, beside as many of another.
async fn memories(stores: &Stores, making: &Making<'_>, chat: &Chat) {
    let other = making.chat(1).await;
    making.talk(&other, 1).await;
    let begun = Instant::now();
    for (n, chat) in (0..20).flat_map(|n| [(n, chat), (n, &other)]) {
        let said = stores.transcripts.said_from(chat.owner, chat.session, 1, 2_000).await.unwrap();
        let from: Vec<_> = said.iter().skip(n * 100).take(100).map(|said| said.id).collect();
        let message = stores.history.find_message(chat.owner, said[n % said.len()].id).await.unwrap().unwrap();
        let add: Vec<NewMemory> = (0..500)
            .map(|m| {
                let text = format!(
                    "Fact {m}: what was said on a long day with much rain, in a hundred and twenty characters or so."
                );
                let mut new = making.fact(chat, std::slice::from_ref(&message), &text);
                new.memory.sources.extend(from.get(m % 100));
                new
            })
            .collect();
        making.remember(chat, &add).await;
    }
    each("step with 500 memories", begun, 40);
    let begun = Instant::now();
    let mut steps = 0;
    loop {
        let bare = stores.remembering.unembedded("cost", 256).await.unwrap();
        if bare.is_empty() {
            break;
        }
        let vector =
            |n: u8| (0..384).map(|m| f32::from(n) * 0.01 + f32::from(u8::try_from(m % 251).unwrap())).collect();
        let new: Vec<NewVector> = bare
            .iter()
            .zip((0..=u8::MAX).cycle())
            .map(|(bare, n)| NewVector { memory: bare.memory.id, revision: bare.revision, vector: vector(n) })
            .collect();
        stores.remembering.save_vectors("cost", &new).await.unwrap();
        steps += 1;
    }
    each("unembedded + save_vectors, 256", begun, steps);
    let scope = chat.scope();
    let mut version = ScopeVersion::default();
    for _ in 0..3 {
        let begun = Instant::now();
        let since = ScopeVersion { epoch: u64::MAX, revision: 0 };
        let all = stores.memories.changed_memories(scope, since, Some("cost"), 100_000).await.unwrap().unwrap();
        assert!(all.changed.len() == 10_000 && all.changed.iter().all(|indexed| indexed.vector.is_some()));
        version = all.version;
        each("changed_memories, all 10,000 with vectors", begun, 1);
    }
    let begun = Instant::now();
    for _ in 0..1_000 {
        assert_eq!(stores.memories.changed_memories(scope, version, Some("cost"), 100_000).await.unwrap(), None);
    }
    each("changed_memories, nothing", begun, 1_000);
    let begun = Instant::now();
    for _ in 0..100 {
        making.remember(chat, &[making.story(scope, &[], "story")]).await;
        stores.memories.changed_memories(scope, version, Some("cost"), 1).await.unwrap().unwrap();
    }
    each("one small step, and its change", begun, 100);
    let ids: Vec<_> = stores.transcripts.said_from(chat.owner, chat.session, 0, 200).await.unwrap();
    let ids: Vec<_> = ids.into_iter().map(|said| said.id).collect();
    let begun = Instant::now();
    for _ in 0..100 {
        assert_eq!(stores.transcripts.standing(chat.owner, &ids).await.unwrap().len(), 200);
    }
    each("standing, 200", begun, 100);
    let all = stores.memories.changed_memories(scope, ScopeVersion::default(), None, 200).await.unwrap().unwrap();
    let begun = Instant::now();
    for indexed in &all.changed {
        stores.memories.forget(scope, Forgetting::One(indexed.memory.id), making.now()).await.unwrap();
    }
    each("forget one of 10,000", begun, 200);
    let begun = Instant::now();
    stores.memories.forget(scope, Forgetting::All, making.now()).await.unwrap();
    each("forget 9,800", begun, 1);
}

/// Many at once, as a server sends them.
async fn concurrently(store: &SqlStore, chats: &[Chat]) {
    for width in [1_usize, 8, 64] {
        let begun = Instant::now();
        let tasks: Vec<_> = (0..width)
            .map(|n| {
                let (store, part): (SqlStore, Vec<_>) = (
                    store.clone(),
                    chats.iter().skip(n).step_by(width).map(|chat| (chat.owner, chat.session)).collect(),
                );
                tokio::spawn(async move {
                    let stores = store.stores();
                    let making = Making::new(&stores);
                    for (owner, session) in part {
                        let new = making.new_message(Parent::Leaf, "hello again");
                        stores.chats.accept_message(owner, session, &new, making.now()).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        each(&format!("accept, {width} at once"), begun, u32::try_from(chats.len()).unwrap());
    }
    assert!(!chats[0].greetings.is_empty());
}
