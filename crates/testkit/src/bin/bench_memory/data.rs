//! The conversations: sessions of turns, and questions with the turns that hold their answers.

use std::path::Path;

use serde::Deserialize;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// A long conversation of two.
#[derive(Debug, Deserialize)]
pub struct Conversation {
    /// Its name.
    pub id: String,
    /// Its sessions, in their order.
    pub sessions: Vec<Session>,
    /// What is asked about it.
    pub questions: Vec<Question>,
}

/// One sitting.
#[derive(Debug, Deserialize)]
pub struct Session {
    /// As people write it: `1:56 pm on 8 May, 2023`.
    pub date: String,
    /// What was said.
    pub turns: Vec<Turn>,
}

/// Something said.
#[derive(Debug, Deserialize)]
pub struct Turn {
    /// Its name.
    pub id: String,
    /// Who said it.
    pub speaker: String,
    /// The words.
    pub text: String,
}

/// A question.
#[derive(Debug, Deserialize)]
pub struct Question {
    /// What is asked.
    pub question: String,
    /// 1 several facts, 2 time, 3 open knowledge, 4 one fact.
    pub category: u8,
    /// The turns that hold the answer.
    pub evidence: Vec<String>,
}

impl Conversation {
    /// How many turns there are.
    pub fn turns(&self) -> usize {
        self.sessions.iter().map(|session| session.turns.len()).sum()
    }

    /// The two who talk; the first speaks first.
    pub fn speakers(&self) -> (&str, &str) {
        let mut speakers = self.sessions.iter().flat_map(|session| &session.turns).map(|turn| turn.speaker.as_str());
        let first = speakers.next().unwrap_or_default();
        (first, speakers.find(|speaker| *speaker != first).unwrap_or_default())
    }
}

impl Session {
    /// When it began.
    pub fn began(&self) -> OffsetDateTime {
        let form = format_description!(
            "[hour repr:12 padding:none]:[minute] [period case:lower] on [day padding:none] [month repr:long], [year]"
        );
        PrimitiveDateTime::parse(&self.date, form).expect("a date of the data").assume_utc()
    }
}

/// The conversations of a file.
pub fn read(path: &Path) -> Vec<Conversation> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
