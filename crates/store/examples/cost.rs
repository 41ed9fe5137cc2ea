//! What the hot paths of the store cost, on a database with full durability: `cargo run --release -p store --example cost`.
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, reason = "a measurement for people")]

use std::time::Instant;

use domain::chats::HistoryAnchor;
use store::chats::Parent;
use store::conformance::{Chat, Making, complete};
use store::sql::{SqlOptions, SqlStore};
use store::turns::{Claim, Progress};

fn each(name: &str, begun: Instant, times: u32) {
    println!(
        "{name}: {:.1} us each, {:.0} a second",
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(times),
        f64::from(times) / begun.elapsed().as_secs_f64()
    );
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
        assert!(stores.turns.save_progress(&progress, making.now()).await.unwrap().is_empty());
    }
    each("save_progress of 400", begun, 50);
    let begun = Instant::now();
    for claim in &claims {
        stores.turns.finish_reply(&complete(claim, &"0123456789".repeat(200)), making.now()).await.unwrap().unwrap();
    }
    each("finish", begun, 400);

    concurrently(&store, &chats).await;
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
