//! What a character remembers: from what is said, through branches, edits and restarts, to "forget"; and never of another.

use std::sync::Arc;
use std::time::Duration;

use llm::scripted::{Script, ScriptedEmbedder};
use serde_json::{Value, json};
use service::jobs::JobsConfig;
use service::memories::MemoriesConfig;
use testkit::TestApp;
use testkit::app::{Options, id, remembering};
use testkit::remembering::texts;

#[tokio::test]
async fn what_was_said_once_comes_back_when_it_is_asked_for() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let first = aya.session_with(&character).await;
    aya.say(&first, "My cat Miso is afraid of thunder.").await;
    aya.say(&first, "The bakery opens at seven.").await;
    app.remembered().await;
    assert!(app.told().starts_with("It is "), "the date is known: {}", app.told());
    let later = aya.session_with(&character).await;
    let (_, reply) = aya.say(&later, "Do you remember what my cat is afraid of?").await;
    assert!(app.told().contains("My cat Miso is afraid of thunder."), "{}", app.told());

    let trace = aya.get(&format!("/messages/{reply}/trace")).await;
    let used: Vec<&Value> = trace["memories"].as_array().unwrap().iter().filter(|m| m["outcome"] == "used").collect();
    let cat = used.iter().find(|m| m["memory"]["text"] == "My cat Miso is afraid of thunder.").expect("it was used");
    assert!(!cat["reasons"].as_array().unwrap().is_empty());
    assert_eq!(trace["recall"], "hybrid");
    assert!(trace["parts"].as_array().unwrap().iter().any(|part| part["part"] == "memories"));
    assert!(trace["times"]["first_word"].as_u64().is_some());

    let detail = aya.get(&format!("/characters/{character}/memories/{}", cat["id"].as_str().unwrap())).await;
    assert_eq!(detail["sources"][0]["content"], "My cat Miso is afraid of thunder.");
    assert_eq!(detail["sources"][0]["role"], "user");
}

#[tokio::test]
async fn a_trace_is_its_owners_alone_and_shows_nothing_forgotten() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("public").await;
    let first = aya.session_with(&character).await;
    let (said, _) = aya.say(&first, "My sister Hana lives in Lisbon.").await;
    app.remembered().await;
    let later = aya.session_with(&character).await;
    let (_, reply) = aya.say(&later, "Where does my sister Hana live?").await;
    let path = format!("/messages/{reply}/trace");
    let trace = aya.get(&path).await;
    let memory = trace["memories"][0]["id"].as_str().unwrap().to_owned();

    let ren = app.person("ren").await;
    assert_eq!(ren.tell(&format!("GET {path}"), Value::Null).await.with(404)["code"], "not_found");
    let memory_path = format!("/characters/{character}/memories/{memory}");
    assert_eq!(ren.tell(&format!("GET {memory_path}"), Value::Null).await.with(404)["code"], "not_found");
    assert_eq!(aya.tell(&format!("GET /messages/{said}/trace"), Value::Null).await.with(404)["code"], "no_trace");

    aya.tell(&format!("DELETE {memory_path}"), Value::Null).await.with(200);
    let trace = aya.get(&path).await;
    assert_eq!(trace["memories"][0]["memory"], Value::Null);
    assert!(!trace.to_string().contains("Lisbon"));
}

#[tokio::test]
async fn edits_deletions_and_branches_carry_through() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    let (moved, _) = aya.say(&session, "I live in Lyon.").await;
    let (_, second) = aya.say(&session, "I work at the harbour.").await;
    app.remembered().await;
    assert!(texts(&aya.book(&character, "").await).contains(&"I live in Lyon."));

    let path = format!("/sessions/{session}/messages");
    aya.tell(&format!("PATCH {path}/{moved}"), json!({"content": "I live in Ghent."})).await.with(200);
    let now = aya.book(&character, "").await;
    assert!(!texts(&now).contains(&"I live in Lyon."), "gone with the edit itself: {:?}", texts(&now));
    app.remembered().await;
    let now = aya.book(&character, "").await;
    assert!(texts(&now).contains(&"I live in Ghent."), "{:?}", texts(&now));
    assert_eq!(now.iter().filter(|memory| memory["text"] == "I work at the harbour.").count(), 1);

    app.model.push(Script::say("Another answer, with a lighthouse in it."));
    let mut socket = aya.socket().await;
    aya.post(&format!("{path}/{second}/regenerate"), json!({})).await;
    socket.expect("reply.completed").await;
    app.remembered().await;
    let swiped = aya.book(&character, "").await;
    assert!(texts(&swiped).contains(&"Another answer, with a lighthouse in it."));
    assert_eq!(swiped.len(), now.len(), "the reply that was swiped away is not remembered: {:?}", texts(&swiped));

    aya.tell(&format!("PUT /sessions/{session}/leaf"), json!({"message_id": second})).await.with(200);
    app.remembered().await;
    let back = aya.book(&character, "").await;
    assert!(!texts(&back).contains(&"Another answer, with a lighthouse in it."), "{:?}", texts(&back));
    assert_eq!(back.len(), now.len());

    aya.tell(&format!("DELETE {path}/{moved}"), Value::Null).await.with(204);
    assert!(aya.book(&character, "").await.is_empty(), "all of it hung below the deleted message");
    app.remembered().await;
    assert!(aya.book(&character, "").await.is_empty());
}

#[tokio::test]
async fn what_is_out_of_view_never_reaches_a_prompt_even_before_it_is_tidied() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    let greeting = aya.messages(&session).await.remove(0);
    aya.say(&session, "My umbrella is violet.").await;
    app.remembered().await;
    let later = aya.session_with(&character).await;
    aya.say(&later, "What colour is my umbrella?").await;
    assert!(app.told().contains("violet"));
    // From here on no job does anything.
    let jobs = JobsConfig { concurrent: 0, ..JobsConfig::default() };
    let memories = Some(MemoriesConfig { jobs, ..remembering(false) });
    let store = Some(app.stop(Duration::from_secs(2)).await);
    let app = TestApp::with(Options { store, memories, ..Options::default() }).await;
    let aya = app.sign_in("aya").await;
    let key = json!({"client_message_id": "elsewhere", "content": "Let us begin anew.", "parent_id": greeting["id"]});
    aya.tell(&format!("POST /sessions/{session}/messages"), key).await.with(202);
    aya.say(&later, "And what colour was my umbrella?").await;
    assert!(!app.told().contains("violet"), "{}", app.told());
}

#[tokio::test]
async fn the_book_is_in_the_persons_hands() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let path = format!("/characters/{character}/memories");
    let mut socket = aya.socket().await;
    socket.hears_of_memories = true;
    let note = aya.tell(&format!("POST {path}"), json!({"text": "I hate coriander.", "pinned": true})).await.with(201);
    assert_eq!(socket.expect("memory.changed").await["character_id"], character);
    assert_eq!((&note["kind"], &note["pinned"], &note["importance"]), (&json!("note"), &json!(true), &json!(3)));
    let session = aya.session_with(&character).await;
    aya.say(&session, "Hello!").await;
    assert!(app.told().contains("I hate coriander."), "what is pinned is always told: {}", app.told());

    let one = format!("{path}/{}", id(&note));
    let right =
        aya.tell(&format!("PATCH {one}"), json!({"text": "I love coriander.", "importance": 5})).await.with(200);
    assert_ne!(right["id"], note["id"]);
    assert_eq!(texts(&aya.book(&character, "kind=note").await), ["I love coriander."]);
    let all = aya.book(&character, "kind=note&ended=true").await;
    let ended = all.iter().find(|memory| memory["id"] == note["id"]).unwrap();
    assert_eq!((&ended["ended"]["reason"], &ended["ended"]["by"]), (&json!("corrected"), &right["id"]));
    let detail = aya.get(&format!("{path}/{}", id(&right))).await;
    assert_eq!(detail["replaced"][0]["id"], note["id"]);
    assert_eq!(aya.tell(&format!("PATCH {one}"), json!({"text": "No."})).await.with(409)["code"], "memory_ended");

    let found = aya.get(&format!("{path}/search?q=coriander")).await;
    assert_eq!(found["items"][0]["memory"]["id"], right["id"], "{found}");
    app.remembered().await;
    let state = aya.get(&format!("{path}/state")).await;
    assert_eq!((&state["notes"], &state["learning"]), (&json!(1), &json!("off")));
    let export = aya.get(&format!("{path}/export")).await;
    assert_eq!(export["memories"].as_array().unwrap().len(), all.len() + 2, "both notes and what was said: {export}");

    let gone = aya.tell(&format!("DELETE {path}/{}", id(&right)), Value::Null).await.with(200);
    assert_eq!(gone["forgotten"], 2, "with what it had replaced");
    aya.tell(&format!("DELETE {path}"), Value::Null).await.with(200);
    assert!(aya.book(&character, "ended=true").await.is_empty());
    app.remembered().await;
    assert!(aya.book(&character, "").await.is_empty(), "what was said before is not remembered again");
    aya.say(&session, "The tide is high.").await;
    app.remembered().await;
    assert!(texts(&aya.book(&character, "").await).contains(&"The tide is high."), "what is said since is");
}

#[tokio::test]
async fn what_cannot_be_written_is_named_by_its_field() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let path = format!("/characters/{character}/memories");
    for (body, field) in [
        (json!({"text": ""}), "text"),
        (json!({"text": " \n "}), "text"),
        (json!({"text": "字".repeat(2_001)}), "text"),
        (json!({"text": "a\u{0}b"}), "text"),
        (json!({"text": "a", "importance": 0}), "importance"),
        (json!({"text": "a", "importance": 6}), "importance"),
        (json!({"text": "a", "happened_at": "2999-01-01T00:00:00Z"}), "happened_at"),
    ] {
        let problem = aya.tell(&format!("POST {path}"), body).await.with(422);
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    assert!(aya.book(&character, "ended=true").await.is_empty());
    let long = "x".repeat(300);
    assert_eq!(
        aya.tell(&format!("GET {path}/search?q={long}"), Value::Null).await.with(422)["errors"][0]["field"],
        "q"
    );
    aya.tell(&format!("GET {path}?kind=dream"), Value::Null).await.with(422);
    let nobody = "chr_00000000000070008000000000000000";
    aya.tell(&format!("GET /characters/{nobody}/memories"), Value::Null).await.with(404);
}

#[tokio::test]
async fn what_was_said_cannot_be_put_right_in_the_book() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "I was born in Porto.").await;
    app.remembered().await;
    let episode = aya.book(&character, "kind=episode").await.into_iter().find(|m| m["speaker"] == "user").unwrap();
    let path = format!("/characters/{character}/memories/{}", id(&episode));
    let problem = aya.tell(&format!("PATCH {path}"), json!({"text": "I was born in Faro."})).await.with(409);
    assert_eq!(problem["code"], "episode_is_what_was_said");
    let pinned = aya.tell(&format!("PATCH {path}"), json!({"pinned": true})).await.with(200);
    assert_eq!((&pinned["id"], &pinned["pinned"]), (&episode["id"], &json!(true)));
}

#[tokio::test]
async fn words_of_one_and_two_characters_are_found_in_chinese_and_japanese() {
    let app = TestApp::with(Options { embedder: Some(None), ..Options::default() }).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    for said in
        ["我养了一只猫，叫小白。", "昨日、東京でラーメンを食べました。", "明天我要去图书馆还书。", "妹の名前は花です。"]
    {
        aya.say(&session, said).await;
    }
    app.remembered().await;
    for (query, expected) in [
        ("猫", "我养了一只猫，叫小白。"),
        ("東京", "昨日、東京でラーメンを食べました。"),
        ("书", "明天我要去图书馆还书。"),
        ("花", "妹の名前は花です。"),
        ("ラーメン", "昨日、東京でラーメンを食べました。"),
    ] {
        let found = aya.get(&format!("/characters/{character}/memories/search?q={query}")).await;
        assert_eq!(found["items"][0]["memory"]["text"], expected, "{query}: {found}");
        assert_eq!(found["recall"], "words");
    }
}

#[tokio::test]
async fn another_embedder_makes_all_vectors_anew_and_nothing_is_lost_meanwhile() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    for n in 0..12 {
        aya.say(&session, &format!("On day {n} the heron stood by boat number {n}.")).await;
    }
    app.remembered().await;
    let path = format!("/characters/{character}/memories");
    let before = aya.get(&format!("{path}/state")).await;
    assert_eq!(before["embedded"], before["episodes"]);

    let store = app.stop(Duration::from_secs(2)).await;
    let other: Arc<dyn llm::Embedder> = Arc::new(ScriptedEmbedder::new(96).named("scripted/other"));
    let app = TestApp::with(Options { store: Some(store), embedder: Some(Some(other)), ..Options::default() }).await;
    let aya = app.sign_in("aya").await;
    let found = aya.get(&format!("{path}/search?q=heron boat 7")).await;
    assert_eq!(found["items"][0]["memory"]["text"], "On day 7 the heron stood by boat number 7.", "{found}");
    app.remembered().await;
    let after = aya.get(&format!("{path}/state")).await;
    assert_eq!(after["embedder"], json!({"name": "scripted/other", "dimensions": 96}));
    assert_eq!(after["embedded"], after["episodes"]);
    assert_eq!(after["episodes"], before["episodes"]);
    let later = aya.session_with(&character).await;
    aya.say(&later, "What stood by boat number 4?").await;
    assert!(app.told().contains("boat number 4"), "{}", app.told());
}

#[tokio::test]
async fn deleting_a_session_deletes_what_it_left_behind() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let (one, two) = (aya.session_with(&character).await, aya.session_with(&character).await);
    aya.say(&one, "The key is under the blue pot.").await;
    aya.say(&two, "The boat leaves at noon.").await;
    app.remembered().await;
    aya.tell(&format!("DELETE /sessions/{one}"), Value::Null).await.with(204);
    let left = aya.book(&character, "ended=true").await;
    assert!(left.iter().all(|memory| memory["session_id"] == two.as_str()), "{left:?}");
    let later = aya.session_with(&character).await;
    aya.say(&later, "Where is the key, under which pot?").await;
    assert!(!app.told().contains("blue"), "{}", app.told());
}

#[tokio::test]
async fn an_embedder_that_never_answers_holds_no_reply_up() {
    let app = TestApp::with(Options { embedder: Some(Some(Arc::new(Silent))), ..Options::default() }).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    aya.post(&format!("/characters/{character}/memories"), json!({"text": "The password of the gate is heron."})).await;
    let session = aya.session_with(&character).await;
    let (_, reply) = aya.say(&session, "What is the password of the gate?").await;
    assert!(app.told().contains("heron"), "words find it: {}", app.told());
    assert_eq!(aya.get(&format!("/messages/{reply}/trace")).await["recall"], "words");
}

#[tokio::test]
async fn a_reply_made_again_after_one_that_failed_is_remembered() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    app.model.push(Script::refuse(llm::ModelError::ContentRefused("no".into())));
    let mut socket = aya.socket().await;
    socket.say(&session, "a", "Tell me of the sea.").await;
    let failed = id(&socket.expect("reply.failed").await["message"]);
    app.remembered().await;
    app.model.push(Script::say("The sea is full of bells."));
    aya.post(&format!("/sessions/{session}/messages/{failed}/regenerate"), json!({})).await;
    socket.expect("reply.completed").await;
    app.remembered().await;
    assert!(texts(&aya.book(&character, "").await).contains(&"The sea is full of bells."));
}

#[tokio::test]
async fn a_branch_after_forgetting_everything_is_remembered_whole() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    let greeting = aya.messages(&session).await.remove(0);
    for n in 0..4 {
        aya.say(&session, &format!("Old word {n}.")).await;
    }
    app.remembered().await;
    aya.tell(&format!("DELETE /characters/{character}/memories"), Value::Null).await.with(200);
    app.clock.advance(Duration::from_secs(60));
    let mut socket = aya.socket().await;
    let body = json!({"client_message_id": "branch", "content": "A new word.", "parent_id": greeting["id"]});
    aya.tell(&format!("POST /sessions/{session}/messages"), body).await.with(202);
    socket.expect("reply.completed").await;
    app.remembered().await;
    let book = aya.book(&character, "").await;
    assert!(texts(&book).contains(&"A new word."), "{book:?}");
    assert!(!texts(&book).iter().any(|text| text.starts_with("Old word")), "{book:?}");
}

#[tokio::test]
async fn one_text_that_the_embedder_refuses_keeps_no_other_from_its_vector() {
    let app = TestApp::with(Options { embedder: Some(Some(Arc::new(Choosy))), ..Options::default() }).await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let path = format!("/characters/{character}/memories");
    for text in ["The first.", "A text too long for it.", "The last."] {
        aya.post(&path, json!({"text": text})).await;
    }
    app.remembered().await;
    let state = aya.get(&format!("{path}/state")).await;
    assert_eq!((&state["notes"], &state["embedded"]), (&json!(3), &json!(2)));
    assert_eq!(
        aya.get(&format!("{path}/search?q=long")).await["items"][0]["memory"]["text"],
        "A text too long for it."
    );
}

/// An embedder that refuses what is too long, and the whole batch with it.
struct Choosy;

#[async_trait::async_trait]
impl llm::Embedder for Choosy {
    fn info(&self) -> llm::EmbedderInfo {
        llm::EmbedderInfo { name: "choosy".into(), dimensions: 16 }
    }

    async fn embed(&self, texts: Vec<String>, urgency: llm::Urgency) -> Result<Vec<Vec<f32>>, llm::ModelError> {
        if texts.iter().any(|text| text.contains("too long")) {
            return Err(llm::ModelError::ContextTooLong("too long".into()));
        }
        ScriptedEmbedder::new(16).embed(texts, urgency).await
    }
}

/// An embedder that never answers.
struct Silent;

#[async_trait::async_trait]
impl llm::Embedder for Silent {
    fn info(&self) -> llm::EmbedderInfo {
        llm::EmbedderInfo { name: "silent".into(), dimensions: 4 }
    }

    async fn embed(&self, _: Vec<String>, _: llm::Urgency) -> Result<Vec<Vec<f32>>, llm::ModelError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_a_reply_is_told_fits_the_persons_clock() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    aya.tell("PATCH /users/me", json!({"timezone": "Asia/Tokyo"})).await.with(200);
    let character = aya.character("private").await;
    let session = aya.session_with(&character).await;
    aya.say(&session, "I planted a cherry tree today.").await;
    app.remembered().await;
    app.clock.advance(Duration::from_secs(92 * 24 * 60 * 60));
    let aya = app.sign_in("aya").await;
    let later = aya.session_with(&character).await;
    aya.say(&later, "Do you remember the cherry tree I planted?").await;
    let told = app.told();
    assert!(told.contains("3 months ago") && told.contains("cherry tree"), "{told}");
}
