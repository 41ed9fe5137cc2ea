//! The embedder of the product, in a process of its own.

use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use llm::{Embedder, EmbedderInfo, ModelError, Urgency};
use parking_lot::Mutex;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child as Process, ChildStdin, ChildStdout, Command};

use crate::data::Conversation;

/// How many texts are embedded at once to see what a batch costs.
const BATCH: usize = 32;

/// `talker embed`.
pub struct Child {
    info: EmbedderInfo,
    pipe: tokio::sync::Mutex<Pipe>,
    last: Mutex<Duration>,
    _process: Process,
}

struct Pipe {
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

#[derive(Deserialize)]
struct Answer {
    model: String,
    micros: u64,
    vectors: Vec<Vec<f32>>,
}

impl Child {
    /// Starts it from this binary.
    pub async fn start(binary: &str) -> Self {
        let mut process = Command::new(binary)
            .arg("embed")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{binary}: {error}"));
        let input = process.stdin.take().expect("an input");
        let output = BufReader::new(process.stdout.take().expect("an output")).lines();
        let mut pipe = Pipe { input, output };
        let answer = pipe.ask(&["warm".to_owned()]).await;
        let info = EmbedderInfo { name: answer.model, dimensions: answer.vectors.first().map_or(0, Vec::len) };
        Self { info, pipe: tokio::sync::Mutex::new(pipe), last: Mutex::default(), _process: process }
    }

    /// The vectors of texts.
    pub async fn vectors(&self, texts: &[String]) -> Vec<Vec<f32>> {
        let answer = self.pipe.lock().await.ask(texts).await;
        *self.last.lock() = Duration::from_micros(answer.micros);
        answer.vectors
    }

    /// How long texts of these conversations take, one at a time and in batches.
    pub async fn print_times(&self, conversations: &[Conversation]) {
        let turns =
            conversations.iter().flat_map(|conversation| &conversation.sessions).flat_map(|session| &session.turns);
        let texts: Vec<String> = turns.map(|turn| turn.text.clone()).take(BATCH * 8).collect();
        let mut alone = Vec::new();
        for text in &texts {
            self.vectors(std::slice::from_ref(text)).await;
            alone.push(*self.last.lock());
        }
        alone.sort_unstable();
        let mut together = Duration::ZERO;
        for batch in texts.chunks(BATCH) {
            self.vectors(batch).await;
            together += *self.last.lock();
        }
        let count = u32::try_from(texts.len()).unwrap_or(u32::MAX).max(1);
        println!(
            "embedding with {} ({} dimensions), texts of {} characters on average",
            self.info.name,
            self.info.dimensions,
            texts.iter().map(|text| text.chars().count()).sum::<usize>() / texts.len().max(1)
        );
        println!(
            "  one at a time  p50 {:?}, p99 {:?}",
            crate::report::quantile(&alone, 0.5),
            crate::report::quantile(&alone, 0.99)
        );
        println!("  in batches of {BATCH}  {:?} a text\n", together / count);
    }
}

impl Pipe {
    async fn ask(&mut self, texts: &[String]) -> Answer {
        let mut line = serde_json::to_string(texts).expect("texts are JSON");
        line.push('\n');
        self.input.write_all(line.as_bytes()).await.expect("the embedder listens");
        let answer = self.output.next_line().await.expect("the embedder speaks");
        serde_json::from_str(&answer.expect("the embedder answers; see what it said above")).expect("vectors")
    }
}

#[async_trait]
impl Embedder for Child {
    fn info(&self) -> EmbedderInfo {
        self.info.clone()
    }

    async fn embed(&self, texts: Vec<String>, _: Urgency) -> Result<Vec<Vec<f32>>, ModelError> {
        Ok(self.vectors(&texts).await)
    }
}
