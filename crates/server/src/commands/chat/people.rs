//! Before the first word: who is here, and with whom they talk.

use std::io::IsTerminal;

use console::Term;
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, Trouble};
use super::input::Input;
use super::json::At;
use super::kept::Kept;
use super::screen::Screen;
use crate::cli::{ChatArgs, SignInArgs};
use crate::terminal::say;

/// Characters that are offered.
const OFFERED: usize = 20;

/// The server, as whoever is signed in here, or signs in now.
pub(in crate::commands) async fn signed_in(server: &str, kept: Kept, args: &SignInArgs) -> Result<Api, Trouble> {
    if args.user.is_none() && Api::is_known(server, &kept)? {
        return Api::resuming(server, kept);
    }
    let can_ask = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if !args.password_stdin && !can_ask {
        return Err(nobody());
    }
    let (user, from_pipe, server) = (args.user.clone(), args.password_stdin, server.to_owned());
    let shown = server.clone();
    let typed = tokio::task::spawn_blocking(move || if from_pipe { piped(user) } else { asked(user, &shown) });
    let (name, password) = typed.await.ok().and_then(Result::ok).ok_or_else(nobody)?;
    Api::sign_in(&server, kept, name.trim(), &password).await
}

fn nobody() -> Trouble {
    Trouble::new(
        "Nobody is signed in here: run it on a terminal, or with --user NAME --password-stdin, or set TALKER_TOKEN",
    )
}

/// Name and password, as they are typed; the password is not shown.
fn asked(user: Option<String>, server: &str) -> std::io::Result<(String, String)> {
    let term = Term::stdout();
    term.write_line(&format!("Signing in at {server}"))?;
    let name = match user {
        Some(name) => name,
        None => term.write_str("User name or e-mail: ").and_then(|()| term.read_line())?,
    };
    term.write_str("Password: ")?;
    Ok((name, term.read_secure_line()?))
}

/// The password as the first line of the input; what follows is said.
fn piped(user: Option<String>) -> std::io::Result<(String, String)> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok((user.unwrap_or_default(), line.trim_end_matches(['\n', '\r']).to_owned()))
}

/// The session that is talked in: the last with the character, or a new one.
pub(super) async fn session(api: &Api, args: &ChatArgs, screen: &Screen, input: &mut Input) -> Result<String, Trouble> {
    if let Some(session) = &args.session {
        return Ok(session.clone());
    }
    let character = match &args.character {
        Some(wanted) => named(api, wanted).await?,
        None => chosen(api, screen, input).await?,
    };
    if !args.new {
        let last = api.get(&format!("/sessions?character_id={character}&limit=1")).await?;
        if let Some(id) = last.at("/items/0/id").as_str() {
            return Ok(id.to_owned());
        }
    }
    let made = api.call(Method::POST, "/sessions", Some(json!({"character_id": character}))).await?;
    text(made.at("/id"))
}

/// The character of this id or name.
pub(in crate::commands) async fn named(api: &Api, wanted: &str) -> Result<String, Trouble> {
    if wanted.starts_with("chr_") {
        return text(api.get(&format!("/characters/{}", escaped(wanted))).await?.at("/id"));
    }
    let mut found: Vec<String> = Vec::new();
    let talked = api.get("/sessions?limit=100").await?;
    let known = api.get(&format!("/characters?search={}&limit=100", escaped(wanted))).await?;
    let talked = items(&talked).iter().map(|session| session.at("/character"));
    for character in talked.chain(items(&known)) {
        let is_she =
            character.at("/name").as_str().is_some_and(|name| name.to_lowercase() == wanted.trim().to_lowercase());
        let id = character.at("/id").as_str().unwrap_or_default();
        if is_she && character.at("/deleted") != true && !found.iter().any(|known| known == id) {
            found.push(id.to_owned());
        }
    }
    match found.as_slice() {
        [] => Err(Trouble::new("There is no character of this name whom you can talk to")),
        // Those one has talked with come first.
        [only] => Ok(only.clone()),
        [first, ..] => Err(Trouble::new(format!("Several are called so: name one by her id, such as {first}"))),
    }
}

/// A character who is chosen from a list.
async fn chosen(api: &Api, screen: &Screen, input: &mut Input) -> Result<String, Trouble> {
    if !input.is_terminal() || !screen.is_terminal() {
        return Err(Trouble::new("Say with whom: talker chat NAME"));
    }
    let talked = api.get("/sessions?limit=100").await?;
    let others = api.get("/characters?limit=100").await?;
    let mut offered: Vec<(&str, &str)> = Vec::new();
    for character in items(&talked).iter().map(|session| session.at("/character")).chain(items(&others)) {
        let (Some(id), Some(name)) = (character.at("/id").as_str(), character.at("/name").as_str()) else { continue };
        if character.at("/deleted") != true && offered.len() < OFFERED && offered.iter().all(|(known, _)| *known != id)
        {
            offered.push((id, name));
        }
    }
    for (n, (_, name)) in (1..).zip(&offered) {
        say(format_args!("{n:>3}  {}", super::screen::harmless(name)));
    }
    loop {
        screen.note("With whom? A number, a name or an id.");
        screen.prompt();
        let answer = input.answer().await.ok_or_else(|| Trouble::new("Nobody was chosen"))?;
        let place = answer.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        if let Some((id, _)) = place.and_then(|n| offered.get(n)) {
            return Ok((*id).to_owned());
        }
        match named(api, &answer).await {
            Ok(id) => return Ok(id),
            Err(trouble) if trouble.passes => return Err(trouble),
            Err(trouble) => screen.note(&trouble.to_string()),
        }
    }
}

/// The items of a page.
pub(in crate::commands) fn items(page: &Value) -> &[Value] {
    page.at("/items").as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text that the server promises.
pub(in crate::commands) fn text(value: &Value) -> Result<String, Trouble> {
    value.as_str().map(str::to_owned).ok_or_else(|| Trouble::new("The server is no Talker, or another version"))
}

/// A part of an address.
pub(in crate::commands) fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b == b'_' { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
