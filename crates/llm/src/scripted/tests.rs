use std::time::Instant;

use futures_util::StreamExt;
use futures_util::future::join_all;

use super::*;
use crate::ChatDelta;

fn request(text: &str) -> ChatRequest {
    let messages = vec![domain::prompt::PromptMessage { role: PromptRole::User, content: text.to_owned() }];
    ChatRequest {
        cache_key: 1,
        messages,
        continue_last: false,
        sampling: domain::sampling::Sampling::default(),
        format: None,
    }
}

async fn text_of(stream: ChatStream) -> (String, Option<FinishReason>, u32) {
    let deltas: Vec<_> = stream.collect().await;
    let mut text = String::new();
    let mut end = (None, 0);
    for delta in deltas {
        match delta.unwrap() {
            ChatDelta::Text(more) => text += &more,
            ChatDelta::Done { finish, usage } => end = (Some(finish), usage.completion_tokens),
        }
    }
    (text, end.0, end.1)
}

#[tokio::test]
async fn scripts_come_first_then_the_fixed_sentence() {
    let model = ScriptedModel::new();
    model.push(Script::say("Hi").text(" there").finish(FinishReason::Length));
    model.push(Script::refuse(ModelError::Busy("full".into())));
    assert_eq!(
        text_of(model.chat(request("one")).await.unwrap()).await,
        ("Hi there".to_owned(), Some(FinishReason::Length), 2)
    );
    assert!(matches!(model.chat(request("two")).await.err(), Some(ModelError::Busy(_))));
    let (text, finish, _) = text_of(model.chat(request("three")).await.unwrap()).await;
    assert_eq!((text.as_str(), finish), ("You said 5 characters.", Some(FinishReason::Stop)));
    assert_eq!((model.calls(), model.active()), (3, 0));
    assert_eq!(model.last_request(), Some(request("three")));
    assert_eq!(model.requests().len(), 3);
}

#[tokio::test]
async fn a_gate_holds_a_reply_and_an_error_ends_it() {
    let model = ScriptedModel::new();
    let gate = Gate::new();
    model.push(Script::say("a").wait(&gate).fail(ModelError::Timeout("script".into())).text("never"));
    let mut stream = model.chat(request("x")).await.unwrap();
    assert_eq!(stream.next().await, Some(Ok(ChatDelta::Text("a".to_owned()))));
    let rest = tokio::spawn(async move { stream.collect::<Vec<_>>().await });
    gate.reached().await;
    assert!(!rest.is_finished());
    assert_eq!(model.active(), 1);
    gate.pass_one();
    assert_eq!(rest.await.unwrap(), [Err(ModelError::Timeout("script".into()))]);
    model.push(Script::new().wait(&gate));
    drop(model.chat(request("y")).await.unwrap());
    assert_eq!(model.active(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_hundred_paced_replies_keep_their_pace() {
    let model = ScriptedModel::new().otherwise(|_| Script::new().paced(60, Some(125.0), Arc::new(|n| format!("{n} "))));
    let began = Instant::now();
    let streams = join_all((0..400).map(|_| model.chat(request("go")))).await;
    let replies: Vec<_> = streams.into_iter().map(|stream| tokio::spawn(text_of(stream.unwrap()))).collect();
    for reply in join_all(replies).await {
        assert_eq!(reply.unwrap().2, 60);
    }
    // 59 intervals of 8 ms; 50,000 tokens a second in all.
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(470) && took < Duration::from_millis(1500), "{took:?}");
}

#[tokio::test]
async fn texts_that_share_words_are_alike() {
    let embedder = ScriptedEmbedder::new(256);
    let texts = ["I love my cat", "my cat is old", "trains run late"].map(str::to_owned).to_vec();
    let vectors = embedder.embed(texts, crate::Urgency::Now).await.unwrap();
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    assert!(dot(&vectors[0], &vectors[1]) > dot(&vectors[0], &vectors[2]));
    assert!((dot(&vectors[0], &vectors[0]) - 1.0).abs() < 1e-5);
    assert_eq!(embedder.info().dimensions, 256);
}
