//! Files to a server, one after the other: a line for each, whatever becomes of the others.

use std::path::Path;

use reqwest::StatusCode;
use serde_json::Value;

use super::super::chat::api::{Api, Trouble};
use super::super::chat::json::At;
use super::super::chat::people::{escaped, named, text};
use super::super::chat::screen::harmless;
use super::enter;
use super::kinds::{self, Kind, shown};
use crate::cli::ImportArgs;
use crate::config::{Config, Environment};
use crate::terminal::{complain, say};

/// What stands between the parts of a form.
const BOUNDARY: &str = "talker-import-7c5e2b0d";

/// Whether all of them came in.
pub(super) async fn run(config: &Config, environment: &Environment, args: &ImportArgs) -> Result<bool, Trouble> {
    if args.preview {
        return Ok(args.files.iter().map(|file| look(file)).fold(true, |all, ok| all & ok));
    }
    let api = enter(config, environment, &args.sign_in).await?;
    let mut all = true;
    for file in &args.files {
        match bring(&api, args, file).await {
            Ok(said) => said.iter().for_each(|line| say(format_args!("{}: {line}", file.display()))),
            // The server is away: what follows would fail as well.
            Err(trouble) if trouble.passes => return Err(trouble),
            Err(trouble) => {
                all = false;
                complain(format_args!("{}: {trouble}", file.display()));
            }
        }
    }
    Ok(all)
}

fn look(file: &Path) -> bool {
    match read(file).and_then(|bytes| kinds::of(&bytes).map_err(Trouble::new)) {
        Ok(kind) => {
            say(format_args!("{}: would make {}", file.display(), kinds::told(&kind)));
            true
        }
        Err(trouble) => {
            complain(format_args!("{}: {trouble}", file.display()));
            false
        }
    }
}

/// A file, as far as any server takes one.
fn read(file: &Path) -> Result<Vec<u8>, Trouble> {
    let trouble = |error: &std::io::Error| Trouble::new(crate::config::reason(error));
    let size = std::fs::metadata(file).map_err(|error| trouble(&error))?.len();
    if size > exchange::limits::ACCOUNT_FILE as u64 {
        return Err(Trouble::new("is larger than is taken"));
    }
    std::fs::read(file).map_err(|error| trouble(&error))
}

/// Brings one file; what became of it, line by line.
async fn bring(api: &Api, args: &ImportArgs, file: &Path) -> Result<Vec<String>, Trouble> {
    let bytes = read(file)?;
    match kinds::of(&bytes).map_err(Trouble::new)? {
        Kind::Card(_) => card(api, args.again, file, bytes).await,
        Kind::Chats(chats) => {
            let name = chats.iter().map(|chat| chat.character_name.as_str()).find(|name| !name.is_empty());
            let wanted = args
                .character
                .as_deref()
                .or(name)
                .ok_or_else(|| Trouble::new("does not say with whom: name her with --character"))?;
            let character = named(api, wanted).await?;
            let path = format!("/sessions/import?character_id={}", escaped(&character));
            let answer = sent(api, &path, "application/octet-stream", bytes).await?;
            let sessions = answer.at("/sessions").as_array().map_or(0, Vec::len);
            Ok(vec![format!("{sessions} chats of {} messages", answer.at("/messages"))])
        }
        Kind::Book(_) => {
            let answer = sent(api, "/lorebooks/import", "application/json", bytes).await?;
            let name = shown(answer.at("/name").as_str().unwrap_or_default());
            Ok(vec![format!("the lorebook {name} ({})", text(answer.at("/id"))?)])
        }
        Kind::Account => account(api, bytes).await,
    }
}

async fn card(api: &Api, again: bool, file: &Path, bytes: Vec<u8>) -> Result<Vec<String>, Trouble> {
    let path = format!("/characters/import?again={again}");
    let form = form(&file.file_name().unwrap_or_default().to_string_lossy(), &bytes);
    let (status, answer) = api.send(&path, &format!("multipart/form-data; boundary={BOUNDARY}"), form).await?;
    if status == StatusCode::CONFLICT && answer.at("/code") == "card_known" {
        let id = text(answer.at("/character_id"))?;
        return Ok(vec![format!("is here already as {id}; --again makes another")]);
    }
    if !status.is_success() {
        return Err(api.told(status, &answer));
    }
    let name = shown(answer.at("/character/name").as_str().unwrap_or_default());
    let mut said = vec![format!("the character {name} ({})", text(answer.at("/character/id"))?)];
    for warning in answer.at("/warnings").as_array().into_iter().flatten() {
        let part = |key: &str| harmless(warning.at(key).as_str().unwrap_or_default());
        said.push(format!("note: {} {}", part("/notice"), part("/field")).trim_end().to_owned());
    }
    Ok(said)
}

async fn account(api: &Api, bytes: Vec<u8>) -> Result<Vec<String>, Trouble> {
    let answer = sent(api, "/users/me/import", "application/zip", bytes).await?;
    let count = |key: &str| answer.at(key).as_u64().unwrap_or_default();
    let mut said = vec![format!(
        "{} characters, {} lorebooks, {} chats, {} memories and {} moments came, {} were here already",
        count("/characters"),
        count("/lorebooks"),
        count("/sessions"),
        count("/memories"),
        count("/moments"),
        count("/known"),
    )];
    if count("/shunned") > 0 {
        said.push(format!("{} people are blocked or muted here as well", count("/shunned")));
    }
    for known in answer.at("/people").as_array().into_iter().flatten() {
        let part = |key: &str| harmless(known.at(key).as_str().unwrap_or_default());
        let was = if part("/was") == "friend" { "a friend" } else { "followed" };
        said.push(format!("@{} is here; whoever had that name there was {was}", part("/handle")));
    }
    let left = answer.at("/not_taken").as_array().map(Vec::as_slice).unwrap_or_default();
    said.extend(left.iter().map(|left| {
        let part = |key: &str| harmless(left.at(key).as_str().unwrap_or_default());
        format!("not taken: {}: {}", part("/path"), part("/reason"))
    }));
    Ok(said)
}

async fn sent(api: &Api, path: &str, kind: &str, bytes: Vec<u8>) -> Result<Value, Trouble> {
    let (status, answer) = api.send(path, kind, bytes).await?;
    if status.is_success() { Ok(answer) } else { Err(api.told(status, &answer)) }
}

/// A form with one file.
fn form(name: &str, bytes: &[u8]) -> Vec<u8> {
    let name: String = name.chars().map(|c| if c.is_control() || c == '"' || c == '\\' { '_' } else { c }).collect();
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
        content-type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), bytes, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}
