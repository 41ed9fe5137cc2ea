//! Figures of the built-in models, and replies to be judged by eye: `cargo test --release -p llm figures -- --ignored
//! --nocapture`.

use super::*;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints figures"]
async fn figures_of_speed() {
    for threads in [1, 2] {
        println!("--- {threads} threads");
        speed_with(threads).await;
    }
}

async fn speed_with(threads: u32) {
    let Some(model) = chat_model(LocalOptions { threads, slots: 4, context_tokens: 2048, ..small() }) else { return };
    let ask = |key, text: &str| request(key, &[(PromptRole::System, PERSONA), (PromptRole::User, text)], 100);
    let cold = read(&model, ask(1, "Tell me about the sea.")).await;
    println!("first token: {:?} for {} tokens, cold", cold.first, cold.usage.prompt_tokens);
    let warm = read(&model, ask(1, "Tell me about the town.")).await;
    println!("first token: {:?} with {} tokens cached", warm.first, warm.usage.cached_tokens);
    for count in [1_u32, 2, 4] {
        let replies = (0..count).map(|key| read(&model, long_request(100 + u64::from(key), 150)));
        let began = Instant::now();
        let replies = join_all(replies).await;
        let tokens: u32 = replies.iter().map(|reply| reply.usage.completion_tokens).sum();
        let worst = replies.iter().map(|reply| reply.first).max().unwrap();
        println!(
            "{count} at once: {:.0} tokens/s in all, first token after {worst:?} at worst",
            f64::from(tokens) / began.elapsed().as_secs_f64()
        );
    }
    let long = "The sea is wide and the bread is warm. ".repeat(100);
    let reply = read(&model, request(50, &[(PromptRole::User, &long)], 2)).await;
    println!(
        "{} tokens read at {:.0} tokens/s",
        reply.usage.prompt_tokens,
        f64::from(reply.usage.prompt_tokens) / reply.first.as_secs_f64()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints figures"]
async fn figures_of_embedding() {
    let Some(path) = file("all-minilm-l6-v2.gguf") else { return };
    let embedder = LocalEmbedder::load(path).unwrap();
    let text = "She told me that her sister moves to Lisbon in the autumn.".to_owned();
    embedder.embed(vec![text.clone()], Urgency::Now).await.unwrap();
    let began = Instant::now();
    for _ in 0..50 {
        embedder.embed(vec![text.clone()], Urgency::Now).await.unwrap();
    }
    println!("one short text: {:?}", began.elapsed() / 50);
    let began = Instant::now();
    embedder.embed(vec![text; 160], Urgency::Background).await.unwrap();
    println!("in batches: {:?} a text", began.elapsed() / 160);
}

/// What people may say to a character on the first day.
const OPENERS: [&[&str]; 4] = [
    &["Hi! How was your day?", "What did you bake?", "Would you go for a walk with me?"],
    &["I feel a bit sad today.", "My friend moved away.", "Thank you for listening."],
    &["What is your favourite book?", "Why?", "Do you remember what I asked first?"],
    &["*smiles* I brought you flowers.", "Do you like me?", "Tell me a secret."],
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints replies"]
async fn figures_of_prose() {
    let Some(model) = chat_model(LocalOptions { tiny: true, context_tokens: 2048, ..small() }) else { return };
    let system = "You are Mira. You talk with Anna. Answer as Mira in one to three short sentences.\n\nAbout Mira:\nMira is a baker in a \
small town by the sea. She is warm and curious, loves rain, old books and the smell of bread in the morning. Her brother Tom sails.";
    for (key, openers) in (0..).zip(OPENERS) {
        let mut messages = vec![says(PromptRole::System, system)];
        for opener in openers {
            messages.push(says(PromptRole::User, opener));
            let sampling = Sampling { seed: Some(1), ..Sampling::default() };
            let reply = read(
                &model,
                ChatRequest {
                    cache_key: key,
                    messages: messages.clone(),
                    continue_last: false,
                    sampling,
                    format: None,
                },
            )
            .await;
            println!("> {opener}\n< {:?} [{} {:?}]", reply.text, reply.usage.completion_tokens, reply.finish);
            messages.push(says(PromptRole::Assistant, &reply.text));
        }
    }
}
