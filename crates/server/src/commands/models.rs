//! `talker models`: shows, fetches and chooses who speaks.

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use super::Outcome;
use crate::cli::ModelsCommand;
use crate::config::Config;
use crate::data_dir;
use crate::models::choice::{Choice, Surroundings, decide};
use crate::models::folder::Folder;
use crate::models::{Speakers, catalogue, preference, pull};
use crate::terminal::say;
use crate::wire_up::StartError;

/// The word that takes a choice back.
const AUTO: &str = "auto";

pub(super) async fn models(config: &Config, command: ModelsCommand) -> Outcome {
    match command {
        ModelsCommand::List => list(config).await,
        ModelsCommand::Pull { name: None } => Ok(offers()),
        ModelsCommand::Pull { name: Some(name) } => fetch(config, &name).await,
        ModelsCommand::Use { name } => choose(config, &name).await,
    }
}

fn speakers(config: &Config) -> Result<Speakers, StartError> {
    Speakers::new(config).map_err(|error| StartError(error.to_string()))
}

async fn list(config: &Config) -> Outcome {
    let speakers = speakers(config)?;
    let around = speakers.look_around().await;
    let decision = decide(&around);
    let default = speakers.info(&decision.choice).name;
    let mut rows = rows(&around);
    if !matches!(decision.choice, Choice::Nobody(_)) && rows.iter().all(|(name, _)| *name != default) {
        rows.push((default.clone(), "named, but not listed by anyone".to_owned()));
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(60);
    for (name, about) in &rows {
        let mark = if *name == default { "*" } else { " " };
        say(format_args!("{mark} {name:<width$}  {about}"));
    }
    for file in Folder::read(&config.models.folder).damaged {
        say(format_args!("! {} is no GGUF file, or a damaged one", file.display()));
    }
    match &decision.choice {
        Choice::Nobody(advice) => say(format_args!("\nNobody speaks: {advice}.")),
        _ => say(format_args!("\n{default} speaks: {}.", decision.why)),
    }
    say("Fetch more with `talker models pull`, choose with `talker models use NAME`.");
    Ok(ExitCode::SUCCESS)
}

/// Each model that is there, with what is known of it.
fn rows(around: &Surroundings) -> Vec<(String, String)> {
    let listed = |prefix: &str, models: &[String], about: &str| -> Vec<(String, String)> {
        models.iter().map(|model| (format!("{prefix}/{model}"), about.to_owned())).collect()
    };
    let mut rows: Vec<_> = around
        .files
        .iter()
        .map(|file| {
            (
                file.name(),
                format!("in this process, {}{}", size(file.bytes), if file.tiny() { ", very small" } else { "" }),
            )
        })
        .collect();
    rows.extend(around.ollama.iter().flat_map(|ollama| listed("ollama", &ollama.models, "Ollama")));
    rows.extend(
        around.provider.iter().flat_map(|provider| listed("openai", &provider.models, "the configured provider")),
    );
    rows
}

fn offers() -> ExitCode {
    say("Models that may be used freely:\n");
    for offer in catalogue::OFFERS {
        say(format_args!("  {:<18} {:>7}  {:<11} {}", offer.name, size(offer.bytes), offer.licence, offer.about));
    }
    say("\n`talker models pull NAME` fetches one of them, or any GGUF file by its https address.");
    ExitCode::SUCCESS
}

async fn fetch(config: &Config, name: &str) -> Outcome {
    data_dir::prepare(&config.data_dir).map_err(StartError)?;
    let url = catalogue::find(name).map_or(name, |offer| offer.url);
    let style = ProgressStyle::with_template("  {bytes} of {total_bytes} {wide_bar} {bytes_per_sec}, {eta} left");
    let bar = ProgressBar::new(catalogue::find(name).map_or(0, |offer| offer.bytes));
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let told = |bytes, total: Option<u64>| {
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(bytes);
    };
    let pulled = pull::pull(url, &config.models.folder, &told).await;
    bar.finish_and_clear();
    let pulled = pulled.map_err(|error| StartError(error.to_string()))?;
    let checked = if pulled.verified { " (as published)" } else { "" };
    say(format_args!(
        "{} is there, {}.\nsha256 {}{checked}",
        pulled.file.name(),
        size(pulled.file.bytes),
        pulled.sha256
    ));
    if pulled.file.chats() {
        say(format_args!("`talker models use {}` makes it the one that speaks.", pulled.file.name()));
    } else {
        say("It cannot hold a conversation, and is not offered for it.");
    }
    Ok(ExitCode::SUCCESS)
}

async fn choose(config: &Config, name: &str) -> Outcome {
    data_dir::prepare(&config.data_dir).map_err(StartError)?;
    let kept = |error: std::io::Error| {
        StartError(format!("The choice cannot be kept in {}: {error}.", config.data_dir.display()))
    };
    let speakers = speakers(config)?;
    let around = speakers.look_around().await;
    if name == AUTO {
        preference::write(&config.data_dir, None).map_err(kept)?;
        let decision = decide(&Surroundings { preferred: None, ..around });
        say(format_args!("Talker chooses; now it would be {}.", speakers.info(&decision.choice).name));
        return Ok(ExitCode::SUCCESS);
    }
    let decision = decide(&Surroundings { named: None, preferred: Some(name.to_owned()), ..around.clone() });
    if let Choice::Nobody(why) = &decision.choice {
        return Err(StartError(format!("{why}.")));
    }
    let chosen = speakers.info(&decision.choice).name;
    preference::write(&config.data_dir, Some(name)).map_err(kept)?;
    say(format_args!("{chosen} speaks from the next start on."));
    if let Some(named) = &around.named {
        say(format_args!(
            "Note: TALKER_CHAT_MODEL names {named}, which counts more. Unset it to let this choice count."
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
    }
}
