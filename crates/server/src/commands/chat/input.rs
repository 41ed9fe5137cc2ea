//! What the person types: lines, and Ctrl-C.

use std::io::{BufRead, IsTerminal, Read};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

/// The longest line that is read, in bytes; the rest of it is another.
const LINE: u64 = 128 * 1024;

/// Within which time a second Ctrl-C leaves.
const TWICE: Duration = Duration::from_secs(2);

/// Lines that wait to be said.
const WAITING: usize = 16;

/// What is typed.
pub(super) struct Input {
    lines: mpsc::Receiver<String>,
    interrupts: mpsc::Receiver<()>,
    last_interrupt: Option<Instant>,
    is_terminal: bool,
}

impl Input {
    /// Begins to read. Reading blocks, so a thread of its own does it, and ends with the process.
    pub(super) fn start() -> Self {
        let (sender, lines) = mpsc::channel(WAITING);
        std::thread::spawn(move || {
            let mut stdin = std::io::stdin().lock();
            loop {
                let mut bytes = Vec::new();
                match stdin.by_ref().take(LINE).read_until(b'\n', &mut bytes) {
                    Ok(0) | Err(_) => return,
                    Ok(_) => {}
                }
                let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        let (sender, interrupts) = mpsc::channel(1);
        tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).await.is_ok() {} });
        Self { lines, interrupts, last_interrupt: None, is_terminal: std::io::stdin().is_terminal() }
    }

    /// Whether a person types, and no program.
    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// The next line, or nothing when the person would rather leave.
    pub(super) async fn answer(&mut self) -> Option<String> {
        match self.next(true).await {
            Typed::Line(line) => Some(line),
            Typed::End | Typed::Interrupt { .. } => None,
        }
    }

    /// Whatever comes first: a line, its end, or Ctrl-C. Lines only when they are wanted. Safe to cancel.
    pub(super) async fn next(&mut self, wants_lines: bool) -> Typed {
        let interrupted = async {
            if self.interrupts.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = interrupted => {}
            line = self.lines.recv(), if wants_lines => return line.map_or(Typed::End, Typed::Line),
        }
        let now = Instant::now();
        let twice = self.last_interrupt.is_some_and(|last| now - last < TWICE);
        self.last_interrupt = Some(now);
        Typed::Interrupt { twice }
    }
}

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line.
    Line(String),
    /// Nothing more will be.
    End,
    /// Ctrl-C.
    Interrupt {
        /// Whether it was the second of two.
        twice: bool,
    },
}
