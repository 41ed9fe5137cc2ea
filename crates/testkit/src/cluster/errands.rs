//! What the model is asked for behind people's backs: known by its request, answered with the same words each time, and
//! kept waiting where a test wants it, so that whoever asked dies in the middle.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use domain::jobs::JobKind;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::watch;

/// As many turns as are judged together, at most.
const TURNS: usize = 8;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// How what was said moved the bond of two.
    Judge,
    /// What a character writes into her diary.
    Diary,
    /// What a character writes first.
    First,
    /// Anything else that is wanted in an agreed form.
    Form,
}

impl Errand {
    /// The errand of a request; `None` when a reply is wanted.
    pub fn of(request: &Value) -> Option<Self> {
        let form = request["response_format"]["json_schema"]["name"].as_str();
        let last = request["messages"].as_array().and_then(|messages| messages.last());
        let told = last.and_then(|last| last["content"].as_str()).unwrap_or_default();
        match form {
            Some("bond") => Some(Self::Judge),
            Some(_) => Some(Self::Form),
            None if told.contains("'s diary entry of this day") => Some(Self::Diary),
            None if told.contains("writes first now") => Some(Self::First),
            None => None,
        }
    }

    /// What the model says to it.
    pub fn answer(self) -> String {
        let shared = |turn: usize| {
            let moves = json!([{"dimension": "trust", "by": 2}]);
            json!({"turn": turn, "reason": "sharing", "moves": moves, "mood": 1, "why": ""})
        };
        match self {
            Self::Judge => json!({"turns": (1..=TURNS).map(shared).collect::<Vec<_>>()}).to_string(),
            Self::Diary => "We spoke of the sea today, and I lit the lamp early.".to_owned(),
            Self::First => "The sea was silver today.".to_owned(),
            Self::Form => json!({"facts": [], "summary": ""}).to_string(),
        }
    }

    /// The job that asks for it.
    pub fn job(self) -> JobKind {
        match self {
            Self::Judge => JobKind::Judge,
            Self::Diary => JobKind::KeepDiary,
            Self::First => JobKind::WriteFirst,
            Self::Form => JobKind::Learn,
        }
    }
}

/// The errands of a run.
#[derive(Default)]
pub(super) struct Errands {
    asked: Mutex<Vec<(Errand, String)>>,
    held: watch::Sender<Option<Errand>>,
}

impl Errands {
    /// Does an errand for whoever asked; the answer, once it may be given.
    pub(super) async fn run(&self, errand: Errand, by: String) -> String {
        self.asked.lock().push((errand, by));
        let mut held = self.held.subscribe();
        drop(held.wait_for(|held| *held != Some(errand)).await);
        errand.answer()
    }

    /// From now on these wait, and no others.
    pub(super) fn hold(&self, errand: Option<Errand>) {
        self.held.send_replace(errand);
    }

    /// Who asked for it, in their order.
    pub(super) fn asked_for(&self, errand: Errand) -> Vec<String> {
        self.asked.lock().iter().filter(|(asked, _)| *asked == errand).map(|(_, by)| by.clone()).collect()
    }
}

/// Who asks: the processes of a cluster show their names as keys.
pub(super) fn by(headers: &HeaderMap) -> String {
    let shown = headers.get(AUTHORIZATION).and_then(|shown| shown.to_str().ok()).unwrap_or_default();
    shown.strip_prefix("Bearer ").unwrap_or(shown).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errands_are_known_by_their_requests() {
        let said =
            |words: &str| json!({"messages": [{"role": "system", "content": "."}, {"role": "user", "content": words}]});
        assert_eq!(Errand::of(&said("zzaya0 Good night.")), None);
        assert_eq!(Errand::of(&said("(Write Rin's diary entry of this day: two sentences.)")), Some(Errand::Diary));
        assert_eq!(Errand::of(&said("(Rin writes first now, without having been asked.)")), Some(Errand::First));
        for (name, errand) in [("bond", Errand::Judge), ("facts", Errand::Form)] {
            let mut request = said("[1] aya: zzaya0 Good night.");
            request["response_format"] = json!({"type": "json_schema", "json_schema": {"name": name}});
            assert_eq!(Errand::of(&request), Some(errand));
        }
    }

    #[tokio::test]
    async fn what_is_held_waits_and_the_rest_does_not() {
        let errands = Errands::default();
        errands.hold(Some(Errand::Diary));
        assert_eq!(errands.run(Errand::First, "a".to_owned()).await, Errand::First.answer());
        let waiting = errands.run(Errand::Diary, "b".to_owned());
        tokio::pin!(waiting);
        let within = std::time::Duration::from_millis(20);
        assert!(tokio::time::timeout(within, waiting.as_mut()).await.is_err(), "it is held");
        errands.hold(None);
        assert_eq!(waiting.await, Errand::Diary.answer());
        assert_eq!(
            (errands.asked_for(Errand::First), errands.asked_for(Errand::Diary)),
            (vec!["a".to_owned()], vec!["b".to_owned()])
        );
    }
}
