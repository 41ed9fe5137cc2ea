//! Many people talk with many characters at once, and nothing of one is ever found by another.

use std::collections::HashMap;

use domain::prompt::PromptRole;
use llm::scripted::Script;
use proptest::prelude::*;
use serde_json::Value;
use testkit::TestApp;
use testkit::app::{Options, remembering};

/// Who talks with whom, in which session of theirs, and whether something is forgotten afterwards.
#[derive(Debug, Clone)]
struct Talk {
    person: usize,
    character: usize,
    session: usize,
    forgets: bool,
}

const PEOPLE: [&str; 3] = ["aya", "ren", "mio"];

fn talks() -> impl Strategy<Value = Vec<Talk>> {
    let talk = (0..3_usize, 0..2_usize, 0..2_usize, prop::bool::weighted(0.1));
    let talk = talk.prop_map(|(person, character, session, forgets)| Talk { person, character, session, forgets });
    prop::collection::vec(talk, 6..18)
}

/// A word that only these two share.
fn secret(person: usize, character: usize) -> String {
    format!("secret{}{}", ["amber", "birch", "cedar"][person], ["north", "south"][character])
}

/// Whatever of other scopes stands in a text.
fn strangers(text: &str, person: usize, character: usize) -> Vec<String> {
    let all = (0..3).flat_map(|p| (0..2).map(move |c| (p, c))).filter(|scope| *scope != (person, character));
    all.map(|(p, c)| secret(p, c)).filter(|secret| text.contains(secret)).collect()
}

async fn interleave(talks: Vec<Talk>) {
    let answer = |request: &llm::ChatRequest| match &request.format {
        // It repeats what it was shown, so whatever it was shown is found out.
        Some(_) => {
            let shown = request.messages.last().map(|message| message.content.clone()).unwrap_or_default();
            let fact = serde_json::json!({"about": "person", "text": shown.chars().rev().take(300).collect::<String>().chars().rev().collect::<String>(), "importance": 3, "from": [1], "replaces": []});
            Script::say(
                serde_json::json!({"facts": [fact], "summary": "They talked.", "story": "They talked."}).to_string(),
            )
        }
        None => Script::say("I will keep it to myself."),
    };
    let options = Options { memories: Some(remembering(true)), ..Options::default() };
    let app = TestApp::answering(options, answer).await;
    let mut people = Vec::new();
    for name in PEOPLE {
        people.push(app.person(name).await);
    }
    let characters = [people[0].character("public").await, people[0].character("public").await];
    let mut sessions: HashMap<(usize, usize, usize), String> = HashMap::new();
    for talk in &talks {
        let person = &people[talk.person];
        let key = (talk.person, talk.character, talk.session);
        let session = match sessions.get(&key) {
            Some(session) => session.clone(),
            None => person.session_with(&characters[talk.character]).await,
        };
        sessions.insert(key, session.clone());
        let secret = secret(talk.person, talk.character);
        person.say(&session, &format!("Remember my word, it is {secret}. What do you know of secrets?")).await;
        if talk.forgets {
            app.learned().await;
            person
                .tell(&format!("DELETE /characters/{}/memories", characters[talk.character]), Value::Null)
                .await
                .with(200);
        }
    }
    app.learned().await;
    for (p, person) in people.iter().enumerate() {
        for (c, character) in characters.iter().enumerate() {
            let path = format!("/characters/{character}/memories");
            let mut seen = person.get(&format!("{path}?limit=100&ended=true")).await.to_string();
            seen.push_str(&person.get(&format!("{path}/export")).await.to_string());
            for q in 0..3 {
                for d in 0..2 {
                    let found = person.get(&format!("{path}/search?q=secret word {}", secret(q, d))).await;
                    seen.push_str(&found.to_string());
                }
            }
            assert_eq!(strangers(&seen, p, c), [""; 0], "{} with character {c}", PEOPLE[p]);
        }
    }
    // Nor did any prompt hold what was another's, for replies and for learning alike.
    for request in app.model.requests() {
        let text: String = request.messages.iter().map(|message| message.content.as_str()).collect();
        let held: Vec<(usize, usize)> =
            (0..3).flat_map(|p| (0..2).map(move |c| (p, c))).filter(|(p, c)| text.contains(&secret(*p, *c))).collect();
        assert!(held.len() < 2, "{held:?} met in one prompt");
        let speaks = request.messages.iter().rev().find(|message| message.role == PromptRole::User);
        assert!(speaks.is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 20, ..ProptestConfig::default() })]
    #[test]
    fn nothing_crosses(talks in talks()) {
        tokio::runtime::Runtime::new().unwrap().block_on(interleave(talks));
    }
}
