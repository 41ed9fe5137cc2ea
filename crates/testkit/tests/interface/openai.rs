//! Characters as models: who is listed, what she is told, how she answers, what is kept and what is not, and how errors look.

use std::time::Duration;

use domain::prompt::PromptRole;
use domain::usage::Quota;
use futures_util::StreamExt;
use llm::ModelError;
use llm::scripted::{Gate, Script};
use reqwest::Method;
use serde_json::{Value, json};
use service::usage::UsageConfig;
use testkit::app::{Options, id};
use testkit::http::{Answer, send};
use testkit::keyed::Program;
use testkit::{Person, TestApp};

async fn program<'a>(app: &'a TestApp, person: &Person<'_>) -> Program<'a> {
    Program::of(app, person, json!({"name": "x", "scopes": ["chat", "recall", "sessions"]})).await
}

fn said(answer: Answer) -> String {
    answer.with(200)["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
}

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(id).collect()
}

async fn named(person: &Person<'_>, name: &str, visibility: &str) -> String {
    id(&person.post("/characters", json!({"name": name, "persona": "x", "visibility": visibility})).await)
}

/// Waits until nothing is being written.
async fn silent(app: &TestApp) {
    for _ in 0..500 {
        if app.model.active() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the model still writes");
}

#[tokio::test]
async fn characters_are_listed_as_models_and_found_by_id_or_name() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let own = named(&aya, "Rin", "private").await;
    let public = named(&ren, "Kaede", "public").await;
    let unlisted = named(&ren, "Sora", "unlisted").await;
    let private = named(&ren, "Hidden", "private").await;
    let program = program(&app, &aya).await;
    let list = program.get("/models").await.with(200);
    assert_eq!((&list["object"], ids(&list)), (&json!("list"), vec![own.clone(), public.clone()]));
    let ren_id = id(&ren.get("/users/me").await);
    let kaede = program.get(&format!("/models/{public}")).await.with(200);
    assert!(kaede["created"].as_i64().unwrap() > 1_700_000_000);
    assert_eq!(
        kaede,
        json!({"id": public, "object": "model", "created": kaede["created"], "owned_by": ren_id, "name": "Kaede"})
    );
    aya.session_with(&unlisted).await;
    assert_eq!(ids(&program.get("/models").await.with(200)), [own.clone(), unlisted.clone(), public.clone()]);
    program.get(&format!("/models/{unlisted}")).await.with(200);
    for nobody in [private.as_str(), "Hidden", "nobody", "%00", "chr_1", &"x".repeat(200)] {
        let error = program.get(&format!("/models/{nobody}")).await.refusal(404, "model_not_found");
        assert_eq!((&error["param"], &error["type"]), (&json!("model"), &json!("invalid_request_error")), "{nobody}");
    }
    assert_eq!(id(&program.get("/models/KAEDE").await.with(200)), public);
    // Who makes one of the same name takes nobody's place: one's own come first; of others the name says too little.
    named(&ren, "Rin", "public").await;
    assert_eq!(id(&program.get("/models/rin").await.with(200)), own);
    named(&ren, "Kaede", "public").await;
    assert_eq!(program.get("/models/Kaede").await.refusal(400, "invalid_value")["param"], "model");

    // A key for some is a key for no others, whoever is deleted meanwhile.
    let bound = Program::of(&app, &aya, json!({"name": "x", "characters": [public]})).await;
    assert_eq!(ids(&bound.get("/models").await.with(200)), [public.as_str()]);
    assert_eq!(id(&bound.get("/models/Kaede").await.with(200)), public);
    bound.get(&format!("/models/{own}")).await.refusal(404, "model_not_found");
    bound.ask(&own, "Hello").await.refusal(404, "model_not_found");
    ren.ask(&format!("DELETE /characters/{public}")).await.with(204);
    assert_eq!(ids(&bound.get("/models").await.with(200)), [""; 0]);
    bound.ask(&public, "Hello").await.refusal(404, "model_not_found");
    bound.ask(&own, "Hello").await.refusal(404, "model_not_found");
}

#[tokio::test]
async fn a_conversation_is_answered_in_character_and_kept_nowhere() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let program = program(&app, &aya).await;
    app.model.push(Script::words("  The sea is calm. "));
    let messages = json!([
        {"role": "system", "content": "It snows on {{char}}."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello, you."},
        {"role": "user", "content": [{"type": "text", "text": "How is"}, {"type": "text", "text": "the sea?"}]},
    ]);
    let body = json!({
        "model": "rin", "messages": messages, "temperature": 0.25, "max_tokens": 20, "stop": ["END"], "seed": 7, "user": "x", "store": true,
    });
    let answer = program.complete(body).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = answer.with(200);
    assert!(answer["id"].as_str().unwrap().starts_with("chatcmpl-"));
    let message = json!({"role": "assistant", "content": "The sea is calm.", "refusal": null});
    assert_eq!(answer["choices"], json!([{"index": 0, "message": message, "finish_reason": "stop", "logprobs": null}]));
    assert_eq!((&answer["object"], &answer["model"]), (&json!("chat.completion"), &json!(rin)));
    let usage = &answer["usage"];
    let tokens = |field: &str| usage[field].as_u64().unwrap();
    assert!(tokens("prompt_tokens") > 0 && tokens("completion_tokens") > 0);
    assert_eq!(tokens("total_tokens"), tokens("prompt_tokens") + tokens("completion_tokens"));

    let asked = app.model.last_request().unwrap();
    let system = &asked.messages[0];
    assert_eq!(system.role, PromptRole::System);
    assert!(system.content.contains("Rin keeps a lighthouse.") && system.content.contains("It snows on Rin."));
    let spoken: Vec<(PromptRole, &str)> = asked.messages[1..]
        .iter()
        .filter(|message| message.role != PromptRole::System)
        .map(|message| (message.role, message.content.as_str()))
        .collect();
    assert_eq!(
        spoken,
        [(PromptRole::User, "Hello"), (PromptRole::Assistant, "Hello, you."), (PromptRole::User, "How is\nthe sea?")]
    );
    let sampling = &asked.sampling;
    assert_eq!((sampling.temperature, sampling.max_tokens, sampling.seed), (Some(0.25), Some(20), Some(7)));
    assert!(sampling.stop.contains(&"END".to_owned()));
    // The answer goes on from what the assistant has begun.
    app.model.push(Script::say(" and wide."));
    let begun = json!([{"role": "user", "content": "The sea?"}, {"role": "assistant", "content": "Calm"}]);
    assert_eq!(said(program.complete(json!({"model": rin, "messages": begun})).await), " and wide.");
    assert!(app.model.last_request().unwrap().continue_last);

    assert_eq!(aya.get("/sessions").await["items"], json!([]));
    app.remembered().await;
    assert_eq!(aya.get(&format!("/characters/{rin}/memories")).await["items"], json!([]));
    assert_eq!(aya.get("/users/me/usage").await["used"]["replies"], 2, "it is counted as in a chat");
}

#[tokio::test]
async fn a_stream_comes_piece_by_piece_and_tells_what_it_cost_when_asked() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let program = program(&app, &aya).await;
    app.model.push(Script::words("The sea is calm.").finish(domain::models::FinishReason::Length));
    let messages = json!([{"role": "user", "content": "Hello"}]);
    let streamed = |more: Value| {
        let mut body = json!({"model": rin, "messages": messages, "stream": true});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let events = program.complete(streamed(json!({"stream_options": {"include_usage": true}}))).await.events();
    assert_eq!(events.last().unwrap(), "[DONE]");
    let chunks = &events[..events.len() - 1];
    assert!(chunks.iter().all(|chunk| chunk["object"] == "chat.completion.chunk" && chunk["id"] == chunks[0]["id"]));
    assert_eq!(chunks[0]["choices"][0]["delta"], json!({"role": "assistant", "content": ""}));
    let deltas: Vec<&str> =
        chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
    assert!(deltas.len() > 3 && deltas.concat() == "The sea is calm.", "{deltas:?}");
    let [.., end, usage] = chunks else { panic!("{chunks:?}") };
    assert_eq!((&end["choices"][0]["delta"], &end["choices"][0]["finish_reason"]), (&json!({}), &json!("length")));
    assert_eq!((&usage["choices"], end["usage"].is_null()), (&json!([]), true));
    assert!(usage["usage"]["total_tokens"].as_u64().unwrap() > 0);
    let plain = program.complete(streamed(json!({}))).await.events();
    assert!(plain.iter().all(|chunk| chunk.get("usage").is_none()));

    // What fails before it begins has a status; what breaks off says so where it breaks.
    app.model.push(Script::refuse(ModelError::Busy("full".into())));
    program.complete(streamed(json!({}))).await.refusal(429, "model_busy");
    app.model.push(Script::say("The").fail(ModelError::Unavailable("gone".into())));
    let broken = program.complete(streamed(json!({}))).await.events();
    assert_eq!(broken.last().unwrap()["error"]["code"], "model_unavailable");
}

#[tokio::test]
async fn she_remembers_the_person_when_the_key_is_good_for_it() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let note = json!({"text": "The password of the harbour is heron.", "pinned": true});
    aya.post(&format!("/characters/{rin}/memories"), note).await;
    let plain = Program::of(&app, &aya, json!({"name": "x", "scopes": ["chat"]})).await;
    let knowing = program(&app, &aya).await;
    let told = || app.model.last_request().unwrap().messages.iter().any(|message| message.content.contains("heron"));
    said(plain.ask(&rin, "What is the password of the harbour?").await);
    assert!(!told());
    said(knowing.ask(&rin, "What is the password of the harbour?").await);
    assert!(told());
    // Another person's key reaches another's memory.
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"visibility": "public"})).await.with(200);
    let ren = app.person("ren").await;
    said(program(&app, &ren).await.ask(&rin, "What is the password of the harbour?").await);
    assert!(!told());
}

#[tokio::test]
async fn whoever_goes_away_ends_the_answer() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let program = program(&app, &aya).await;
    let (gate, body) = (Gate::new(), json!({"model": rin, "messages": [{"role": "user", "content": "Hello"}]}));
    for streams in [true, false] {
        app.model.push(Script::say("The sea").wait(&gate).text(" is calm."));
        let mut body = body.clone();
        body["stream"] = json!(streams);
        let request = program.request(Method::POST, "/chat/completions").json(&body);
        let asking = tokio::spawn(async move {
            let mut stream = request.send().await.unwrap().bytes_stream();
            while stream.next().await.is_some() {}
        });
        gate.reached().await;
        assert_eq!(app.model.active(), 1);
        asking.abort();
        silent(&app).await;
    }
    for _ in 0..200 {
        if aya.get("/users/me/usage").await["used"]["replies"] == 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("what was written is not counted");
}

#[tokio::test]
async fn what_is_said_in_a_chat_is_kept_once_and_answered_there() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    let mut socket = aya.socket().await;
    let program = program(&app, &aya).await;
    let body = |text: &str, stream: bool| {
        let messages = json!([{"role": "user", "content": "of elsewhere"}, {"role": "assistant", "content": "so"}, {"role": "user", "content": text}]);
        json!({"model": "Rin", "session_id": session, "messages": messages, "stream": stream})
    };
    let say = async |text: &str, stream: bool, key: &str| {
        let request = program.request(Method::POST, "/chat/completions").header("idempotency-key", key);
        send(request.json(&body(text, stream))).await
    };
    let first = say("Hello", false, "one").await.with(200);
    assert_eq!((&first["session_id"], first["id"].as_str().unwrap().starts_with("msg_")), (&json!(session), true));
    let accepted = socket.expect("message.accepted").await;
    assert_eq!(accepted["message"]["content"], "Hello", "devices hear of it");
    socket.expect("reply.completed").await;
    let again = say("Hello", false, "one").await.with(200);
    assert_eq!((&again["id"], &again["choices"]), (&first["id"], &first["choices"]), "said once");
    app.model.push(Script::words("Word by word it comes."));
    let events = say("And?", true, "two").await.events();
    let text: String = events.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
    assert_eq!((text.as_str(), events.last().unwrap()), ("Word by word it comes.", &json!("[DONE]")));
    let kept: Vec<Value> = aya.messages(&session).await.iter().map(|message| message["content"].clone()).collect();
    assert_eq!(kept.len(), 5, "{kept:?}");
    assert!(!format!("{kept:?}").contains("elsewhere"), "the chat holds its own past: {kept:?}");
    app.remembered().await;
    assert_ne!(aya.get(&format!("/characters/{rin}/memories")).await["items"], json!([]), "and it is remembered");

    // The reply belongs to the chat: it goes on without whoever asked.
    let gate = Gate::new();
    app.model.push(Script::say("I").wait(&gate).text(" wait."));
    let request = program.request(Method::POST, "/chat/completions").json(&body("Wait", true));
    let asking = tokio::spawn(async move { drop(request.send().await.unwrap().bytes().await) });
    gate.reached().await;
    asking.abort();
    gate.open();
    loop {
        let done = socket.expect("reply.completed").await;
        if done["message"]["content"] == "I wait." {
            break;
        }
    }

    // Not without the scope, not in another's chat, not with another character.
    let plain = Program::of(&app, &aya, json!({"name": "x"})).await;
    assert_eq!(plain.complete(body("Hello", false)).await.refusal(403, "forbidden")["type"], "permission_error");
    let ren = app.person("ren").await;
    let foreign = ren.session().await;
    let in_chat = |session: &str, model: &str| json!({"model": model, "session_id": session, "messages": [{"role": "user", "content": "x"}]});
    let refused = program.complete(in_chat(&foreign, &rin)).await;
    assert_eq!(refused.refusal(404, "not_found")["param"], "session_id");
    let other = named(&aya, "Sora", "private").await;
    assert_eq!(program.complete(in_chat(&session, &other)).await.refusal(400, "invalid_value")["param"], "model");
    let only_sessions = Program::of(&app, &aya, json!({"name": "x", "scopes": ["sessions"]})).await;
    only_sessions.ask(&rin, "Hello").await.refusal(403, "forbidden");
}

#[tokio::test]
async fn errors_have_the_form_that_programs_read() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let program = program(&app, &aya).await;
    for (method, path) in
        [(Method::GET, "/nothing"), (Method::POST, "/embeddings"), (Method::GET, ""), (Method::GET, "/chat")]
    {
        send(program.request(method, path)).await.refusal(404, "not_found");
    }
    // A page is nowhere here, whoever asks.
    send(program.request(Method::GET, "/x").header("accept", "text/html")).await.refusal(404, "not_found");
    send(program.request(Method::DELETE, "/models")).await.refusal(405, "method_not_allowed");
    let post = || program.request(Method::POST, "/chat/completions");
    send(post().header("content-type", "application/json").body("{")).await.refusal(400, "malformed");
    send(post().body("x")).await.refusal(415, "unsupported_media_type");
    let large = json!({"model": rin, "messages": [{"role": "user", "content": "x".repeat(1_100_000)}]});
    program.complete(large).await.refusal(413, "payload_too_large");
    let hello = json!([{"role": "user", "content": "Hello"}]);
    for (wrong, param) in [
        (json!({"messages": hello}), "model"),
        (json!({"model": rin}), "messages"),
        (json!({"model": rin, "messages": "x"}), "messages"),
        (json!({"model": rin, "messages": []}), "messages"),
        (json!({"model": rin, "messages": hello, "n": 2}), "n"),
        (json!({"model": rin, "messages": hello, "tools": [{}]}), "tools"),
        (json!({"model": rin, "messages": hello, "temperature": 3}), "temperature"),
        (json!({"model": rin, "messages": hello, "session_id": "x"}), "session_id"),
        (json!({"model": rin, "messages": [{"role": "tool", "content": "x"}]}), "messages[0].role"),
        (
            json!({"model": rin, "messages": [{"role": "user", "content": [{"type": "image_url"}]}]}),
            "messages[0].content",
        ),
    ] {
        let error = program.complete(wrong.clone()).await.refusal(400, "invalid_value");
        assert_eq!((&error["param"], &error["type"]), (&json!(param), &json!("invalid_request_error")), "{wrong}");
    }
    let named = post().header("idempotency-key", "two words").json(&json!({"model": rin, "messages": hello}));
    assert_eq!(send(named).await.refusal(400, "invalid_value")["param"], "Idempotency-Key");
    let long = json!({"model": rin, "messages": [{"role": "user", "content": "word ".repeat(12_000)}]});
    assert_eq!(program.complete(long).await.refusal(400, "context_length_exceeded")["param"], "messages");
    app.model.push(Script::refuse(ModelError::Credentials("key".into())));
    let refused = program.ask(&rin, "Hello").await;
    assert_eq!(
        (refused.header("x-should-retry"), &refused.refusal(503, "model_credentials")["type"]),
        ("false", &json!("server_error"))
    );
}

#[tokio::test]
async fn limits_hold_as_in_a_chat() {
    let usage = UsageConfig { daily: Quota { replies: Some(1), ..Quota::default() }, daily_cost_all: None };
    let app = TestApp::with(Options { usage, ..Options::default() }).await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let program = program(&app, &aya).await;
    said(program.ask(&rin, "Hello").await);
    let refused = program.ask(&rin, "Hello").await;
    assert_eq!(refused.refusal(429, "insufficient_quota")["type"], "insufficient_quota");
    assert_eq!(refused.header("x-should-retry"), "false");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 3_600);
    // No program takes more of a server at once than a person could.
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let program = Program::of(&app, &aya, json!({"name": "x"})).await;
    let gate = Gate::new();
    let asking: Vec<_> = (0..8)
        .map(|_| {
            app.model.push(Script::new().wait(&gate).text("Now."));
            let body = json!({"model": rin, "messages": [{"role": "user", "content": "Hello"}]});
            tokio::spawn(send(program.request(Method::POST, "/chat/completions").json(&body)))
        })
        .collect();
    for _ in 0..8 {
        gate.reached().await;
    }
    let refused = program.ask(&rin, "Hello").await;
    refused.refusal(429, "rate_limit_exceeded");
    assert_eq!(refused.header("retry-after"), "1");
    gate.open();
    for answer in asking {
        assert_eq!(said(answer.await.unwrap()), "Now.");
    }
    said(program.ask(&rin, "Hello").await);
}
