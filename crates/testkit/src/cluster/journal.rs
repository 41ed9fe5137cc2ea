//! What happened in a run, in its order, to be printed when something was wrong; and how often.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// Lines that are kept.
const KEPT: usize = 40_000;

/// One line.
#[derive(Debug, Clone)]
struct Line {
    at: Duration,
    who: String,
    what: String,
}

/// The journal of a run. It quotes what the people of a test say, which no log of the product does.
pub struct Journal {
    began: Instant,
    lines: Mutex<VecDeque<Line>>,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

impl Default for Journal {
    fn default() -> Self {
        Self { began: Instant::now(), lines: Mutex::default(), counts: Mutex::default() }
    }
}

impl Journal {
    /// Notes what somebody did or heard.
    pub fn note(&self, who: &str, what: impl Into<String>) {
        let line = Line { at: self.began.elapsed(), who: who.to_owned(), what: what.into() };
        let mut lines = self.lines.lock();
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// Counts one more of a kind.
    pub fn count(&self, kind: &'static str) {
        self.add(kind, 1);
    }

    /// Counts more of a kind.
    pub fn add(&self, kind: &'static str, more: u64) {
        *self.counts.lock().entry(kind).or_default() += more;
    }

    /// How many of a kind there were.
    pub fn counted(&self, kind: &str) -> u64 {
        self.counts.lock().get(kind).copied().unwrap_or_default()
    }

    /// All counts, in one line.
    pub fn counts(&self) -> String {
        let counts = self.counts.lock();
        counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
    }

    /// The last lines that have one of `words` in them; all when there is no word.
    pub fn last(&self, most: usize, words: &[&str]) -> String {
        let lines = self.lines.lock();
        let wanted = |line: &&Line| {
            words.is_empty() || words.iter().any(|word| line.what.contains(word) || line.who.contains(word))
        };
        let found: Vec<&Line> = lines.iter().rev().filter(wanted).take(most).collect();
        found.into_iter().rev().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{:9.3}  {:<10} {}", line.at.as_secs_f64(), line.who, line.what);
            text
        })
    }
}
