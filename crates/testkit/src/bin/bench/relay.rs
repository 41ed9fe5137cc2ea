//! The yardstick: a relay that stores nothing, knows nobody, and sends what the model says.

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use futures_util::StreamExt;
use llm::scripted::ScriptedModel;
use llm::{ChatDelta, ChatModel};
use serde::Serialize;
use serde_json::Value;

use crate::stamp;

/// Tokens that one frame holds at most: as many as a task of Tokio says before it lets others.
const JOINED: usize = 128;

#[derive(Serialize)]
#[serde(tag = "type")]
enum Frame<'a> {
    #[serde(rename = "reply.delta")]
    Delta { session_id: &'a str, message_id: &'a str, offset: usize, delta: &'a str },
    #[serde(rename = "reply.completed")]
    Completed { session_id: &'a str },
}

/// The relay; `joined` puts all tokens that are there already into one frame, else each gets its own.
pub fn router(model: ScriptedModel, joined: bool) -> Router {
    let model = Arc::new(model);
    let open =
        move |upgrade: WebSocketUpgrade| async move { upgrade.on_upgrade(move |socket| serve(socket, model, joined)) };
    Router::new().route("/api/v1/chat/ws", get(open))
}

async fn serve(mut socket: WebSocket, model: Arc<ScriptedModel>, joined: bool) {
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let Ok(asked) = serde_json::from_str::<Value>(&text) else { return };
        let words = asked["content"].as_str().unwrap_or_default();
        let session = asked["session_id"].as_str().unwrap_or_default();
        if answer(&mut socket, &model, session, words, joined).await.is_none() {
            return;
        }
    }
}

async fn answer(socket: &mut WebSocket, model: &ScriptedModel, session: &str, words: &str, joined: bool) -> Option<()> {
    let stream = model.chat(stamp::request(words)).await.ok()?;
    let mut stream = stream.ready_chunks(if joined { JOINED } else { 1 });
    let mut offset = 0;
    while let Some(ready) = stream.next().await {
        let mut delta = String::new();
        for item in ready {
            if let Ok(ChatDelta::Text(text)) = item {
                delta.push_str(&text);
            }
        }
        if !delta.is_empty() {
            let frame = Frame::Delta {
                session_id: session,
                message_id: "msg_00000000000000000000000000000000",
                offset,
                delta: &delta,
            };
            socket.send(Message::Text(serde_json::to_string(&frame).ok()?.into())).await.ok()?;
            offset += delta.len();
        }
    }
    let frame = Frame::Completed { session_id: session };
    socket.send(Message::Text(serde_json::to_string(&frame).ok()?.into())).await.ok()
}
