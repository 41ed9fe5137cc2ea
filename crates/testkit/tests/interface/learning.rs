//! Facts and stories: learned in the background, held to what was said, corrected, forgotten, and never made twice.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use domain::models::{ModelInfo, ModelProvider};
use llm::scripted::{Gate, Script, ScriptedModel};
use llm::{ChatRequest, ModelError};
use serde_json::{Value, json};
use testkit::TestApp;
use testkit::app::{Options, id, remembering};
use testkit::faults::When;
use testkit::remembering::texts;
use testkit::store::stride;

use super::moderated::never_said;

/// What the model answers when it is asked to learn: a fact for each known sentence of the new stretch.
fn learn(request: &ChatRequest) -> Script {
    let shown = request.messages.last().map(|message| message.content.clone()).unwrap_or_default();
    if shown.starts_with('(') || !shown.starts_with("Today:") {
        return Script::say(json!({"story": format!("They talked {} times.", shown.lines().count())}).to_string());
    }
    let (known, said) = shown.split_once("The new stretch:").unwrap();
    let number = |text: &str| text.split(' ').next().and_then(|n| n.trim_start_matches('K').parse::<u32>().ok());
    let known_city = known.lines().find(|line| line.starts_with('K') && line.contains("lives in")).and_then(number);
    let mut facts = Vec::new();
    for line in said.lines().filter(|line| line.contains(" aya: ")) {
        let Some((_, words)) = line.split_once("I live in ") else { continue };
        facts.push(json!({
            "about": "person", "text": format!("aya lives in {}", words.trim_end_matches('.')), "importance": 4,
            "from": [number(line)], "replaces": known_city.into_iter().collect::<Vec<_>>(),
        }));
    }
    let cat = said.lines().find(|line| line.contains("my cat"));
    facts.extend(cat.map(|line| {
        json!({"about": "person", "text": "aya has a cat named Miso", "importance": 9, "from": [number(line)], "replaces": [99]})
    }));
    // What a careless model adds: nothing said it, nobody said it, or it says nothing.
    facts.push(json!({"about": "person", "text": "aya is a pirate", "importance": 5, "from": [4_000], "replaces": []}));
    facts.push(json!({"about": "person", "text": "", "importance": 5, "from": [1], "replaces": []}));
    let before = known.split("The session so far: ").nth(1).unwrap_or_default().trim();
    let summary = format!(
        "{before} Then she said{}",
        said.lines().filter_map(|line| line.split(" aya: ").nth(1)).fold(String::new(), |all, said| all + " " + said)
    );
    Script::say(format!("Here it is:\n```json\n{}\n```", json!({"facts": facts, "summary": summary})))
}

fn answer(request: &ChatRequest) -> Script {
    if request.format.is_some() { learn(request) } else { Script::say("I see.") }
}

async fn start(store: Option<store::Store>) -> TestApp {
    let options = Options { store, memories: Some(remembering(true)), ..Options::default() };
    TestApp::answering(options, answer).await
}

/// A server whose model answers so, and learns.
async fn with_model(answer: impl Fn(&ChatRequest) -> Script + Send + Sync + 'static) -> TestApp {
    let model = Some(ScriptedModel::new().otherwise(answer));
    TestApp::with(Options { model, memories: Some(remembering(true)), ..Options::default() }).await
}

#[tokio::test]
async fn what_is_not_let_through_is_in_no_book() {
    let (moderation, memories) = (never_said("named miso"), Some(remembering(true)));
    let app = TestApp::answering(Options { moderation, memories, ..Options::default() }, answer).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "I live in Lyon.").await;
    aya.say(&session, "Look, my cat Miso is asleep.").await;
    app.learned().await;
    assert_eq!(texts(&aya.book(&character, "kind=fact").await), ["aya lives in Lyon"]);
}

#[tokio::test]
async fn a_whole_story_from_the_first_session_to_the_ninth_and_to_forget() {
    let app = start(None).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let first = aya.session_with(&character).await;
    aya.say(&first, "I live in Lyon.").await;
    aya.say(&first, "Look, my cat Miso is asleep.").await;
    app.learned().await;
    let facts = aya.book(&character, "kind=fact").await;
    let mut known = texts(&facts);
    known.sort_unstable();
    assert_eq!(known, ["aya has a cat named Miso", "aya lives in Lyon"], "and nothing that nobody said");
    let cat = facts.iter().find(|fact| fact["text"].as_str().unwrap().contains("Miso")).unwrap();
    assert_eq!(
        (&cat["importance"], &cat["subject"], &cat["model"]),
        (&json!(5), &json!("person"), &json!("scripted/model"))
    );

    for n in 2..9 {
        let session = aya.session_with(&character).await;
        aya.say(&session, &format!("On day {n} it rained and I read a book about ships.")).await;
    }
    app.learned().await;
    let ninth = aya.session_with(&character).await;
    let (_, reply) = aya.say(&ninth, "Do you remember in which city I live, and the name of my cat?").await;
    assert!(app.told().contains("aya lives in Lyon") && app.told().contains("named Miso"), "{}", app.told());
    let trace = aya.get(&format!("/messages/{reply}/trace")).await;
    let memories = trace["memories"].as_array().unwrap();
    assert!(memories.iter().any(|m| m["outcome"] == "used" && m["memory"]["kind"] == "fact"), "{trace}");
    let story = aya.book(&character, "kind=summary").await;
    assert!(story.iter().any(|memory| memory["scale"] == "story"), "{story:?}");

    app.clock.advance(Duration::from_secs(60));
    aya.say(&ninth, "By the way, I live in Ghent.").await;
    app.learned().await;
    let now = aya.book(&character, "kind=fact").await;
    assert!(texts(&now).contains(&"aya lives in Ghent") && !texts(&now).contains(&"aya lives in Lyon"));
    let ever = aya.book(&character, "kind=fact&ended=true").await;
    let lyon = ever.iter().find(|fact| fact["text"] == "aya lives in Lyon").expect("nothing is overwritten");
    let ghent = ever.iter().find(|fact| fact["text"] == "aya lives in Ghent").unwrap();
    assert_eq!((&lyon["ended"]["reason"], &lyon["ended"]["by"]), (&json!("superseded"), &ghent["id"]));
    assert_eq!(lyon["ended"]["at"], ghent["happened_at"]);

    let path = format!("/characters/{character}/memories/{}", id(ghent));
    let right = aya.tell(&format!("PATCH {path}"), json!({"text": "aya lives in Bruges"})).await.with(200);
    let tenth = aya.session_with(&character).await;
    aya.say(&tenth, "In which city do I live?").await;
    assert!(app.told().contains("aya lives in Bruges") && !app.told().contains("aya lives in Ghent"), "{}", app.told());

    let gone =
        aya.tell(&format!("DELETE /characters/{character}/memories/{}", id(&right)), Value::Null).await.with(200);
    assert!(gone["forgotten"].as_u64() >= Some(4), "the chain, and what was said: {gone}");
    app.learned().await;
    let eleventh = aya.session_with(&character).await;
    aya.say(&eleventh, "Which city do I live in? Lyon, Ghent or Bruges?").await;
    let told = app.told();
    assert!(!told.contains("lives in") && !told.contains("I live in Ghent"), "{told}");
}

#[tokio::test]
async fn what_superseded_a_fact_gives_it_back_when_it_goes() {
    let app = start(None).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "I live in Lyon.").await;
    app.learned().await;
    let (second, _) = aya.say(&session, "I live in Ghent.").await;
    app.learned().await;
    assert_eq!(texts(&aya.book(&character, "kind=fact").await), ["aya lives in Ghent"]);
    aya.tell(&format!("DELETE /sessions/{session}/messages/{second}"), Value::Null).await.with(204);
    assert_eq!(texts(&aya.book(&character, "kind=fact").await), ["aya lives in Lyon"]);
}

#[tokio::test]
async fn what_is_forgotten_or_edited_is_in_no_later_summary() {
    let app = start(None).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "I live in Lyon.").await;
    app.learned().await;
    let (second, _) = aya.say(&session, "I like rain.").await;
    app.learned().await;
    aya.say(&session, "I like ships.").await;
    app.learned().await;
    let summaries = aya.book(&character, "kind=summary").await;
    assert!(texts(&summaries).iter().any(|text| text.contains("Lyon") && text.contains("ships")), "{summaries:?}");

    let path = format!("/sessions/{session}/messages/{second}");
    aya.tell(&format!("PATCH {path}"), json!({"content": "I like snow."})).await.with(200);
    assert!(!aya.get(&format!("/characters/{character}/memories/export")).await.to_string().contains("rain"));
    app.learned().await;
    let fact =
        aya.book(&character, "kind=fact").await.into_iter().find(|fact| fact["text"] == "aya lives in Lyon").unwrap();
    aya.tell(&format!("DELETE /characters/{character}/memories/{}", id(&fact)), Value::Null).await.with(200);
    assert!(!aya.get(&format!("/characters/{character}/memories/export")).await.to_string().contains("Lyon"));
    aya.say(&session, "I like trains.").await;
    app.learned().await;
    assert!(!aya.get(&format!("/characters/{character}/memories/export")).await.to_string().contains("Lyon"));
}

#[tokio::test]
async fn a_slow_lesson_is_paid_for_once_while_the_talk_goes_on() {
    let gate = Gate::new();
    let lesson = json!({"facts": [{"about": "person", "text": "aya lives in Lyon", "importance": 4, "from": [1], "replaces": []}], "summary": ""});
    let slow = Script::new().wait(&gate).text(lesson.to_string());
    let first = AtomicBool::new(true);
    let app = with_model(move |request| match request.format {
        Some(_) if first.swap(false, Ordering::SeqCst) => slow.clone(),
        _ => answer(request),
    })
    .await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "I live in Lyon.").await;
    gate.reached().await;
    for n in 0..3 {
        aya.say(&session, &format!("Number {n}.")).await;
        tokio::time::sleep(Duration::from_millis(80)).await;
    }
    gate.open();
    app.learned().await;
    assert_eq!(texts(&aya.book(&character, "kind=fact").await), ["aya lives in Lyon"]);
    let asked = app.model.requests().into_iter().filter(|request| {
        let shown = request.messages.last().map(|message| message.content.as_str()).unwrap_or_default();
        shown.split("The new stretch:").nth(1).is_some_and(|said| said.contains("I live in Lyon."))
    });
    assert_eq!(asked.count(), 1, "the answer was not thrown away");
}

#[tokio::test]
async fn what_the_model_will_not_read_is_passed_over() {
    fn answer(request: &ChatRequest) -> Script {
        let shown = request.messages.last().map(|message| message.content.clone()).unwrap_or_default();
        match request.format {
            Some(_) if shown.contains("the forbidden word") => Script::refuse(ModelError::ContentRefused("no".into())),
            Some(_) => learn(request),
            None => Script::say("I see."),
        }
    }
    let options = Options { memories: Some(remembering(true)), ..Options::default() };
    let app = TestApp::answering(options, answer).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "This has the forbidden word in it.").await;
    aya.say(&session, "I live in Lyon.").await;
    app.learned().await;
    assert_eq!(texts(&aya.book(&character, "kind=fact").await), ["aya lives in Lyon"]);
}

#[tokio::test]
async fn a_tiny_model_is_not_trusted_and_that_is_said() {
    let tiny = ModelInfo {
        name: "scripted/model".into(),
        label: "Tiny".into(),
        provider: ModelProvider::Scripted,
        context_tokens: 4096,
        tiny: true,
    };
    let model = ScriptedModel::new().with_info(tiny);
    let options = Options { memories: Some(remembering(true)), model: Some(model), ..Options::default() };
    let app = TestApp::with(options).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "I live in Lyon.").await;
    app.remembered().await;
    let state = aya.get(&format!("/characters/{character}/memories/state")).await;
    assert_eq!((&state["learning"], &state["facts"]), (&json!("tiny_model"), &json!(0)));
    assert!(state["episodes"].as_u64() > Some(0));
    assert!(app.model.requests().iter().all(|request| request.format.is_none()), "it was never asked");
}

#[tokio::test]
async fn nonsense_is_asked_for_again_and_changes_nothing() {
    let lessons = AtomicU32::new(0);
    let app = with_model(move |request| match request.format {
        None => Script::say("I see."),
        Some(_) => match lessons.fetch_add(1, Ordering::SeqCst) {
            0 => Script::say("I would rather talk about the weather."),
            1 => Script::refuse(ModelError::Unavailable("away".into())),
            _ => learn(request),
        },
    })
    .await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "I live in Lyon.").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(aya.book(&character, "kind=fact").await.is_empty());
    app.clock.advance(Duration::from_secs(6));
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.clock.advance(Duration::from_secs(11));
    app.learned().await;
    assert_eq!(texts(&aya.book(&character, "kind=fact").await), ["aya lives in Lyon"]);
}

/// The book without what differs from run to run: how often a session was summed up on the way depends on when it was looked at.
async fn outline(app: &TestApp) -> Vec<String> {
    let aya = app.sign_in("aya").await;
    let characters = aya.get("/characters?mine=true&limit=1").await;
    let character = id(&characters["items"][0]);
    let mut outline: Vec<String> = aya
        .book(&character, "ended=true")
        .await
        .iter()
        .filter(|memory| memory["scale"] != "session")
        .map(|memory| match memory["scale"].is_null() {
            true => format!("{} {} {}", memory["kind"], memory["text"], memory["ended"].is_null()),
            false => "the story".to_owned(),
        })
        .collect();
    outline.sort();
    outline
}

async fn two_sessions(app: &TestApp) {
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let (one, two) = (aya.session_with(&character).await, aya.session_with(&character).await);
    aya.say(&one, "I live in Lyon.").await;
    aya.say(&two, "Look, my cat Miso is asleep.").await;
}

#[tokio::test]
async fn a_job_that_fails_at_any_call_is_done_in_the_end_and_done_once() {
    let app = start(None).await;
    two_sessions(&app).await;
    app.learned().await;
    let expected = outline(&app).await;
    assert!(expected.iter().any(|line| line.contains("lives in Lyon")), "{expected:?}");
    for when in [When::Before, When::After] {
        for n in (0..60).step_by(3 * stride()) {
            let app = start(None).await;
            app.memory_faults.fail_call(n, when);
            two_sessions(&app).await;
            for _ in 0..4 {
                tokio::time::sleep(Duration::from_millis(40)).await;
                app.clock.advance(Duration::from_secs(120));
            }
            app.learned().await;
            assert_eq!(outline(&app).await, expected, "call {n} failed {when:?}");
            // One that goes on looking for work would take the time of those after it.
            app.stop(Duration::from_secs(1)).await;
        }
    }
}

#[tokio::test]
async fn a_process_that_dies_in_the_middle_of_its_work_is_followed_by_one_that_ends_it() {
    let app = start(None).await;
    two_sessions(&app).await;
    app.learned().await;
    let expected = outline(&app).await;
    for pause in [0, 15, 30, 60, 120] {
        let app = start(None).await;
        two_sessions(&app).await;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let app = start(Some(app.crash().await)).await;
        // The leases of the dead run out.
        app.clock.advance(Duration::from_secs(600));
        app.learned().await;
        assert_eq!(outline(&app).await, expected, "after {pause} ms");
    }
}

#[tokio::test]
async fn two_nodes_on_one_store_remember_everything_once() {
    let app = start(None).await;
    let other = start(Some(app.store.clone())).await;
    two_sessions(&app).await;
    app.learned().await;
    other.learned().await;
    let outline = outline(&app).await;
    let count = |what: &str| outline.iter().filter(|line| line.contains(what)).count();
    assert_eq!([count("\"fact\""), count("I live in Lyon"), count("the story")], [2, 1, 1], "{outline:?}");
}
