//! The yardsticks: every turn as one text "date speaker: words", ranked by plain BM25 and by plain cosine.

use std::collections::HashMap;

use recall::words::terms;

use crate::data::Conversation;
use crate::embedder::Child;

/// The usual parameters.
const K1: f64 = 1.2;
const B: f64 = 0.75;

struct Turn {
    id: String,
    frequencies: HashMap<String, f64>,
    length: f64,
    vector: Vec<f32>,
}

/// The turns of one conversation.
pub struct Plain {
    turns: Vec<Turn>,
    holding: HashMap<String, f64>,
    mean_length: f64,
}

impl Plain {
    /// An index of a conversation.
    pub async fn of(conversation: &Conversation, embedder: &Child) -> Self {
        let mut turns = Vec::new();
        let mut holding: HashMap<String, f64> = HashMap::new();
        for session in &conversation.sessions {
            let texts: Vec<String> =
                session.turns.iter().map(|turn| format!("{} {}: {}", session.date, turn.speaker, turn.text)).collect();
            let vectors = embedder.vectors(&texts).await;
            for ((turn, text), vector) in session.turns.iter().zip(&texts).zip(vectors) {
                let mut frequencies: HashMap<String, f64> = HashMap::new();
                for term in terms(text) {
                    *frequencies.entry(term.text).or_default() += 1.0;
                }
                for term in frequencies.keys() {
                    *holding.entry(term.clone()).or_default() += 1.0;
                }
                let length = frequencies.values().sum();
                turns.push(Turn { id: turn.id.clone(), frequencies, length, vector });
            }
        }
        let mean_length = turns.iter().map(|turn| turn.length).sum::<f64>() / turns.len().max(1) as f64;
        Self { turns, holding, mean_length }
    }

    /// The turns by words and by meaning, the best first.
    pub async fn ask(&self, question: &str, embedder: &Child) -> (Vec<String>, Vec<String>) {
        let asked: Vec<String> = terms(question).into_iter().map(|term| term.text).collect();
        let vector = embedder.vectors(&[question.to_owned()]).await.pop().unwrap_or_default();
        let meaning = |turn: &Turn| turn.vector.iter().zip(&vector).map(|(a, b)| f64::from(a * b)).sum();
        (self.ranked(|turn| self.bm25(turn, &asked)), self.ranked(meaning))
    }

    fn bm25(&self, turn: &Turn, asked: &[String]) -> f64 {
        let all = self.turns.len() as f64;
        let weight = |term: &String| {
            let frequency = *turn.frequencies.get(term)?;
            let holding = self.holding.get(term).copied().unwrap_or_default();
            let rarity = (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln();
            Some(rarity * frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * turn.length / self.mean_length)))
        };
        asked.iter().filter_map(weight).sum()
    }

    fn ranked(&self, score: impl Fn(&Turn) -> f64) -> Vec<String> {
        let mut scored: Vec<(f64, &Turn)> = self.turns.iter().map(|turn| (score(turn), turn)).collect();
        scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        scored.into_iter().take(crate::DEPTH as usize).map(|(_, turn)| turn.id.clone()).collect()
    }
}
