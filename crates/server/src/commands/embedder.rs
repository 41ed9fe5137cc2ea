//! `talker embedder`: whose vectors the deployment keeps, and changing that.

use std::process::ExitCode;

use llm::Urgency;
use store::StoreError;
use store::embedders::{EmbedderStore, KeptEmbedder};

use super::Outcome;
use crate::cli::EmbedderCommand;
use crate::config::{Config, redacted_url};
use crate::models::embedder;
use crate::terminal::say;
use crate::wire_up::{Database, StartError};

pub(super) async fn choose(config: &Config, command: EmbedderCommand) -> Outcome {
    let database = Database::of(config);
    if let Some(file) = database.file.as_ref().filter(|file| !file.exists()) {
        return Err(StartError(format!("{} is not there yet: the first start makes it.", file.display())));
    }
    let here = embedder(&config.models).await.map_err(StartError)?;
    let store = database.connect(&config.store).await?;
    let failed = |error: StoreError| StartError(format!("{}: {error}.", redacted_url(&database.url)));
    let kept = store.sql().find_embedder().await.map_err(failed)?;
    let ours = here.as_ref().map_or("nobody".to_owned(), |embedder| embedder.info().name);
    if let EmbedderCommand::Use { name } = command {
        let embedder = here.filter(|embedder| embedder.info().name == name).ok_or_else(|| {
            StartError(format!(
                "The embedder of this node is {ours}, not {name}: name {name} in TALKER_EMBEDDING_MODEL first, here and on all \
                 other nodes."
            ))
        })?;
        // That it works is seen here, and how long its vectors are.
        let vectors = embedder.embed(vec!["a first word".to_owned()], Urgency::Now).await;
        let vectors = vectors.map_err(|error| StartError(format!("{name} does not work: {error}.")))?;
        let length = vectors.first().map_or(0, Vec::len);
        let kept = KeptEmbedder { name, dimensions: u32::try_from(length).unwrap_or(u32::MAX) };
        store.sql().use_embedder(&kept).await.map_err(failed)?;
        say(format_args!(
            "{} makes the vectors of this deployment now. All are made anew in the background; until then what has none is found by \
             its words.",
            kept.name
        ));
    } else {
        match &kept {
            Some(kept) => say(format_args!("The deployment's is {} ({} numbers).", kept.name, kept.dimensions)),
            None => say("The deployment has none yet: the first that makes a vector becomes it."),
        }
        say(format_args!("This node's is {ours}."));
    }
    drop(store.close().await);
    Ok(ExitCode::SUCCESS)
}
