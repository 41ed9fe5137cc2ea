//! `talker chat`: a chat in a terminal, over the interface of a running server. It knows no more of the server than any client does.
//!
//! On a terminal it shows what was said and takes commands; from a pipe it says each line and prints each reply, and nothing else.

pub(super) mod api;
mod conversation;
mod events;
mod input;
pub(super) mod json;
pub(super) mod kept;
mod keyed;
pub(super) mod people;
pub(super) mod screen;
mod socket;

use std::process::ExitCode;

use api::{Api, Trouble};
use input::Input;
use kept::Kept;
use screen::Screen;

use super::Outcome;
use crate::cli::ChatArgs;
use crate::config::{Config, Environment};
use crate::terminal::complain;

/// How keys of programs begin.
const API_KEY: &str = "talker_";

/// How a chat goes on when it has ended.
enum Next {
    /// Not at all.
    Leave,
    /// With another session.
    Open(String),
}

pub(super) async fn chat(config: &Config, environment: &Environment, args: ChatArgs) -> Outcome {
    let server = args.sign_in.server(config);
    let outcome = match enter(&server, environment, args).await {
        Ok(failed) => return Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }),
        Err(trouble) => trouble,
    };
    complain(format_args!("talker: {outcome}"));
    Ok(ExitCode::FAILURE)
}

/// Talks until the person leaves; whether something could not be answered.
async fn enter(server: &str, environment: &Environment, args: ChatArgs) -> Result<bool, Trouble> {
    let kept = Kept::of(environment)?;
    if args.sign_out {
        return Api::sign_out(server, &kept).await.map(|()| false);
    }
    let screen = Screen::new();
    if let Some(key) = environment.plain("TALKER_TOKEN").filter(|token| token.starts_with(API_KEY)) {
        return keyed::talk(server, key, args.character.as_deref(), &screen, &mut Input::start()).await;
    }
    let api = match environment.plain("TALKER_TOKEN") {
        Some(token) => Api::showing(server, token)?,
        None => people::signed_in(server, kept, &args.sign_in).await?,
    };
    // Not before: whoever reads what is typed does not share it.
    let mut input = Input::start();
    let mut session = people::session(&api, &args, &screen, &mut input).await?;
    let shown = args.history.unwrap_or(if input.is_terminal() { 10 } else { 0 }).min(100);
    let mut failed = false;
    loop {
        let mut conversation = conversation::Conversation::open(&api, &session, shown, &screen).await?;
        let next = conversation.hold(&mut input).await?;
        failed |= conversation.failed;
        match next {
            Next::Leave => return Ok(failed),
            Next::Open(other) => session = other,
        }
    }
}
