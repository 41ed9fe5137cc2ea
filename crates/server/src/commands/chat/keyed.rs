//! A chat by an API key: the conversation is held here, and forgotten when it ends.

use futures_util::StreamExt;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::api::{Trouble, client, plain, told};
use super::input::{Input, Typed};
use super::json::At;
use super::people::text;
use super::screen::Screen;

/// The longest line of a stream.
const LINE: usize = 1024 * 1024;

/// What can be typed.
const HELP: &str = "/regenerate makes the last reply again, Ctrl-C stops one, /quit leaves. Nothing of this is kept.";

struct Keyed<'a> {
    client: Client,
    server: String,
    key: &'a str,
    model: String,
    name: String,
    messages: Vec<Value>,
    failed: bool,
}

/// Talks until the person leaves; whether something could not be answered.
pub(super) async fn talk(
    server: &str,
    key: &str,
    character: Option<&str>,
    screen: &Screen,
    input: &mut Input,
) -> Result<bool, Trouble> {
    let mut keyed = Keyed {
        client: client()?,
        server: plain(server)?,
        key,
        model: String::new(),
        name: String::new(),
        messages: Vec::new(),
        failed: false,
    };
    keyed.choose(character).await?;
    screen.note(&format!("A chat with {} that is kept nowhere. {HELP}\n", keyed.name));
    screen.prompt();
    loop {
        let line = match input.next(true).await {
            Typed::Line(line) => line,
            Typed::Interrupt { twice: false } => {
                screen.note("Ctrl-C once more leaves.");
                continue;
            }
            Typed::End | Typed::Interrupt { twice: true } => return Ok(keyed.failed),
        };
        match line.trim() {
            "" => {}
            "/quit" | "/exit" => return Ok(keyed.failed),
            "/regenerate" => {
                if keyed.messages.last().is_some_and(|last| last.at("/role") == "assistant") {
                    keyed.messages.pop();
                    keyed.answer(screen, input).await;
                }
            }
            said if said.starts_with('/') => screen.note(HELP),
            said => {
                keyed.messages.push(json!({"role": "user", "content": said}));
                keyed.answer(screen, input).await;
            }
        }
        screen.prompt();
    }
}

impl Keyed<'_> {
    fn asks(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.key)
    }

    /// Her who is named, or the only one with whom the key talks.
    async fn choose(&mut self, character: Option<&str>) -> Result<(), Trouble> {
        let path = match character {
            Some(named) => format!("/v1/models/{}", super::people::escaped(named)),
            None => "/v1/models".to_owned(),
        };
        let answer = self.asks(self.client.get(format!("{}{path}", self.server))).send().await;
        let answer = answer.map_err(|_| Trouble::new(format!("{} cannot be reached", self.server)))?;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        if !status.is_success() {
            return Err(told(&self.server, status, &body));
        }
        let chosen = match body.at("/data").as_array().map(Vec::as_slice) {
            None => &body,
            Some([only]) => only,
            Some(_) => return Err(Trouble::new("Say with whom: talker chat NAME")),
        };
        (self.model, self.name) = (text(chosen.at("/id"))?, text(chosen.at("/name"))?);
        Ok(())
    }

    /// Shows the answer to what was said. What was stopped stays said; what failed was never asked.
    async fn answer(&mut self, screen: &Screen, input: &mut Input) {
        let mut said = String::new();
        let ended = tokio::select! {
            ended = self.stream(screen, &mut said) => ended,
            _ = input.next(false) => Ok(()),
        };
        if !said.is_empty() {
            screen.end();
            self.messages.push(json!({"role": "assistant", "content": said}));
        } else if ended.is_err() {
            self.messages.pop();
        }
        if let Err(trouble) = ended {
            self.failed = true;
            screen.trouble(&trouble.to_string());
        }
    }

    async fn stream(&self, screen: &Screen, said: &mut String) -> Result<(), Trouble> {
        let lost = || Trouble::new(format!("{} cannot be reached", self.server));
        let body = json!({"model": self.model, "messages": self.messages, "stream": true});
        let request = self.client.post(format!("{}/v1/chat/completions", self.server)).json(&body);
        let answer = self.asks(request).send().await.map_err(|_| lost())?;
        let status = answer.status();
        if !status.is_success() {
            let body: Value = answer.json().await.unwrap_or_default();
            return Err(told(&self.server, status, &body));
        }
        let (mut pieces, mut held) = (answer.bytes_stream(), Vec::new());
        while let Some(piece) = pieces.next().await {
            held.extend_from_slice(&piece.map_err(|_| lost())?);
            while let Some(end) = held.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = held.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                let Some(data) = line.trim_end().strip_prefix("data: ") else { continue };
                if data == "[DONE]" {
                    return Ok(());
                }
                let chunk: Value = serde_json::from_str(data).unwrap_or_default();
                if chunk.at("/error").is_object() {
                    return Err(told(&self.server, status, &chunk));
                }
                if let Some(words) = chunk.at("/choices/0/delta/content").as_str().filter(|words| !words.is_empty()) {
                    if said.is_empty() {
                        screen.begin(&self.name, false);
                    }
                    said.push_str(words);
                    screen.words(words);
                }
            }
            if held.len() > LINE {
                return Err(lost());
            }
        }
        Err(lost())
    }
}
