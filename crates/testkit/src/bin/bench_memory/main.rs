//! `make bench-memory`: how well memories are found, and how fast.
//!
//! Long conversations with questions about them are said into a real store, remembered by the real jobs, and asked about
//! through the service that also answers before a reply. Beside it, from the same texts and vectors: plain BM25 and plain
//! cosine. The vectors come from `talker embed`, so they are those of the product.

mod data;
mod embedder;
mod import;
mod plain;
mod report;
mod score;
mod speed;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use data::Conversation;
use score::{Method, Scores};

const HELP: &str = "bench_memory [DATA] [--out FILE] [--others N] [--quality] [--speed]

DATA         conversations to ask about, as JSON
--talker BIN the binary whose embedder is used [default: target/release/talker]
--out FILE   writes the run, a line for each question: {\"conv\", \"question\", \"retrieved\"}
--others N   memories of other people beside the 10,000 that are searched [default: 1000000]
--quality    only how well memories are found
--speed      only how fast";

/// How many memories are asked for.
const DEPTH: u32 = 50;

struct Arguments {
    data: Option<PathBuf>,
    talker: String,
    out: Option<PathBuf>,
    others: usize,
    quality: bool,
    speed: bool,
}

fn arguments() -> Option<Arguments> {
    let mut given = Arguments {
        data: None,
        talker: "target/release/talker".to_owned(),
        out: None,
        others: 1_000_000,
        quality: true,
        speed: true,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--talker" => given.talker = arguments.next()?,
            "--out" => given.out = Some(arguments.next()?.into()),
            "--others" => given.others = arguments.next()?.parse().ok()?,
            "--quality" => given.speed = false,
            "--speed" => given.quality = false,
            data if !data.starts_with('-') && given.data.is_none() => given.data = Some(data.into()),
            _ => return None,
        }
    }
    Some(given)
}

#[tokio::main]
async fn main() {
    let Some(arguments) = arguments() else {
        eprintln!("{HELP}");
        std::process::exit(2);
    };
    if arguments.quality {
        let Some(data) = &arguments.data else {
            eprintln!("Name a file of conversations.\n\n{HELP}");
            std::process::exit(2);
        };
        quality(&data::read(data), &arguments.talker, arguments.out.as_deref()).await;
    }
    if arguments.speed {
        speed::measure(arguments.others).await;
    }
}

async fn quality(conversations: &[Conversation], talker: &str, out: Option<&std::path::Path>) {
    let embedder = Arc::new(embedder::Child::start(talker).await);
    let mut out = out.map(|path| std::fs::File::create(path).expect("the run can be written"));
    let mut scores = Scores::default();
    for conversation in conversations {
        let house = import::House::of(conversation, embedder.clone()).await;
        let plain = plain::Plain::of(conversation, &embedder).await;
        for (number, question) in conversation.questions.iter().enumerate() {
            let found = house.ask(&question.question, DEPTH).await;
            if let Some(out) = &mut out {
                let line = serde_json::json!({"conv": conversation.id, "question": number, "retrieved": found});
                writeln!(out, "{line}").expect("the run can be written");
            }
            let (words, meaning) = plain.ask(&question.question, &embedder).await;
            scores.add(Method::Talker, question, &found);
            scores.add(Method::Words, question, &words);
            scores.add(Method::Meaning, question, &meaning);
        }
        eprintln!("{}: {} turns, {} questions", conversation.id, conversation.turns(), conversation.questions.len());
        house.close().await;
    }
    report::print(&scores);
    embedder.print_times(conversations).await;
}
