//! `talker doctor`: looks whether everything that is needed is there, in plain words, and says what to do where it is not.
//! It changes nothing.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bus::BusState;
use domain::ids::NodeId;
use service::clock::SystemClock;
use service::mint::Mint;

use store::embedders::EmbedderStore;
use store::sql::SqlStore;

use crate::config::{Config, redacted_url};
use crate::models::choice::{Choice, Surroundings, decide};
use crate::models::folder::Folder;
use crate::models::{EmbedderChoice, Speakers, embedder_choice, embodied, provider_url};
use crate::terminal::say;
use crate::wire_up::Database;
use crate::{config, secret};

/// A disk with less than this fills up soon.
const ROOM: u64 = 1_000_000_000;

/// How long Redis may take to be reached.
const REACHED_WITHIN: Duration = Duration::from_secs(3);

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// As it should be.
    Good,
    /// It runs, but should be known.
    Note,
    /// It does not run.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    mark: Mark,
    text: String,
}

fn good(text: impl Into<String>) -> Finding {
    Finding { mark: Mark::Good, text: text.into() }
}

fn note(text: impl Into<String>) -> Finding {
    Finding { mark: Mark::Note, text: text.into() }
}

fn bad(text: impl Into<String>) -> Finding {
    Finding { mark: Mark::Bad, text: text.into() }
}

/// Looks at everything and tells it.
pub(crate) async fn examine(config: &Config) -> ExitCode {
    let sections = [
        ("Where things are", vec![data_folder(config), disk(config), secret_key(config)]),
        ("Database", database(config).await),
        ("News of other nodes", vec![news(config).await]),
        ("Who speaks", speakers(config).await),
        ("Network", vec![port(config)]),
        ("This build", vec![build()]),
    ];
    let mut fine = true;
    for (title, findings) in sections {
        say(title);
        for Finding { mark, text } in findings {
            let sign = match mark {
                Mark::Good => "✓",
                Mark::Note => "!",
                Mark::Bad => "✗",
            };
            say(format_args!("  {sign} {text}"));
            fine &= mark != Mark::Bad;
        }
    }
    say(if fine { "\nTalker can run." } else { "\nTalker cannot run as it is: see ✗." });
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn data_folder(config: &Config) -> Finding {
    let shown = config.data_dir.display();
    match std::fs::metadata(&config.data_dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            note(format!("The data folder {shown} is not there yet; the first start makes it."))
        }
        Err(error) => bad(format!("The data folder {shown} cannot be read: {}.", config::reason(&error))),
        Ok(found) if !found.is_dir() => bad(format!("{shown} is a file, but should be the data folder.")),
        Ok(found) if found.permissions().readonly() => bad(format!("The data folder {shown} is read-only.")),
        #[cfg(unix)]
        Ok(found) if std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077 != 0 => {
            note(format!("The data folder {shown} can be read by other users of this machine: `chmod 700` closes it."))
        }
        Ok(_) => good(format!("The data folder is {shown}.")),
    }
}

fn disk(config: &Config) -> Finding {
    let existing = std::path::absolute(&config.data_dir).unwrap_or_default();
    let existing = existing.ancestors().find(|folder| folder.is_dir()).unwrap_or(&config.data_dir).to_owned();
    match fs4::available_space(&existing) {
        Ok(free) if free < ROOM => note(format!("Only {} MB are free on the disk.", free / 1_000_000)),
        Ok(free) => good(format!("{} GB are free on the disk.", free / 1_000_000_000)),
        Err(error) => note(format!("How much room is on the disk cannot be told: {}.", config::reason(&error))),
    }
}

fn secret_key(config: &Config) -> Finding {
    let path = secret::path(&config.data_dir);
    if config.accounts.secret_key.is_some() {
        return good("The secret key is given by SECRET_KEY.");
    }
    if config.store.url.as_ref().is_some_and(|url| !url.starts_with("sqlite:")) {
        return note(
            "SECRET_KEY is not set: each data folder makes its own, so several nodes would not accept each other's tokens.",
        );
    }
    if path.exists() {
        good(format!("The secret key is kept in {}.", path.display()))
    } else {
        good("The secret key is made at the first start.")
    }
}

async fn database(config: &Config) -> Vec<Finding> {
    let database = Database::of(config);
    let shown = redacted_url(&database.url);
    if database.file.as_ref().is_some_and(|file| !file.exists()) {
        return vec![good(format!("{shown} is not there yet; the first start makes it."))];
    }
    let store = match database.connect(&config.store).await {
        Ok(store) => store,
        Err(error) => return vec![bad(error.0)],
    };
    let mut findings = Vec::new();
    let answers = |shown: &str, ping: store::StoreResult<()>| match ping {
        Ok(()) => good(format!("{shown} answers.")),
        Err(error) => bad(format!("{shown} does not answer: {error}.")),
    };
    findings.push(answers(&shown, store.sql().ping().await));
    if let (Some(mongo), Some(url)) = (store.mongo(), &config.store.mongodb_url) {
        findings.push(answers(&format!("{}, where the chat log is,", redacted_url(url)), mongo.ping().await));
    }
    match store.migrations().await {
        Ok(steps) => {
            let missing = steps.iter().filter(|step| !step.applied).count();
            findings.push(match missing {
                0 => good("Its tables are up to date."),
                missing => note(format!(
                    "{missing} steps of its tables are missing; the next start, or `talker migrate up`, applies them."
                )),
            });
        }
        Err(error) => findings.push(bad(format!("Its tables cannot be read: {error}."))),
    }
    findings.extend(vectors(config, store.sql()).await);
    drop(store.close().await);
    findings
}

async fn news(config: &Config) -> Finding {
    let shared = config.store.url.as_ref().is_some_and(|url| !url.starts_with("sqlite:"));
    let Some(url) = &config.bus.redis_url else {
        return if shared {
            note("REDIS_URL is not set: several servers on this database would hear of each other a second late.")
        } else {
            good("This server is alone; it has nobody to hear of.")
        };
    };
    let shown = redacted_url(url);
    let node = Mint::new(Arc::new(SystemClock)).id::<NodeId>();
    let bus = match bus::redis::open(&bus::redis::RedisOptions::new(url.as_str()), node) {
        Ok(bus) => bus,
        Err(invalid) => return bad(format!("{shown} cannot be used: {invalid}.")),
    };
    let reached = tokio::time::timeout(REACHED_WITHIN, bus.health.until(|state| state == BusState::Connected)).await;
    bus.close().await;
    match reached {
        Ok(()) => good(format!("{shown} answers.")),
        Err(_) => {
            note(format!("{shown} does not answer: servers on one database would hear of each other a second late."))
        }
    }
}

/// Whether this node's embedder is the deployment's. Tables that are not there yet have none.
async fn vectors(config: &Config, store: &SqlStore) -> Option<Finding> {
    let kept = store.find_embedder().await.ok()??;
    let ours = match embedder_choice(&config.models).ok()? {
        EmbedderChoice::Nobody => return None,
        EmbedderChoice::Scripted => "scripted/words".to_owned(),
        EmbedderChoice::Local(path) => format!("local/{}", path.file_stem()?.to_string_lossy()),
        EmbedderChoice::Provider(name) => format!("openai/{name}"),
        EmbedderChoice::Ollama(name) => format!("ollama/{name}"),
    };
    if kept.name == ours {
        return Some(good(format!("Its vectors are those of {ours}.")));
    }
    Some(note(if Database::of(config).alone {
        format!("Its vectors are those of {}; the next start makes all anew with {ours}.", kept.name)
    } else {
        format!(
            "Its vectors are those of {}, but this node has {ours}: here memories are found by their words alone, until \
             TALKER_EMBEDDING_MODEL names the same or `talker embedder use {ours}` makes all anew.",
            kept.name
        )
    }))
}

async fn speakers(config: &Config) -> Vec<Finding> {
    let speakers = match Speakers::new(config) {
        Ok(speakers) => speakers,
        Err(error) => return vec![bad(format!("The models cannot be set up: {error}."))],
    };
    let around = speakers.look_around().await;
    let decision = decide(&around);
    let info = speakers.info(&decision.choice);
    let mut findings = vec![match &decision.choice {
        Choice::Nobody(advice) => bad(format!("Nobody speaks: {advice}.")),
        _ if info.tiny => note(format!("{} would speak: {}.", info.name, decision.why)),
        _ => good(format!("{} would speak: {}.", info.name, decision.why)),
    }];
    findings.extend(provider(config, &around));
    findings.push(match (&config.models.ollama_url, &around.ollama) {
        (None, _) => good("Ollama is not looked for (TALKER_OLLAMA_URL is off)."),
        (Some(url), None) => good(format!("No Ollama answers at {}; none is needed.", redacted_url(url))),
        (Some(url), Some(ollama)) => {
            good(format!("Ollama answers at {} with {} models.", redacted_url(url), ollama.models.len()))
        }
    });
    findings.extend(folder(config));
    findings
}

fn provider(config: &Config, around: &Surroundings) -> Option<Finding> {
    let url = redacted_url(provider_url(&config.models)?);
    let key = if config.models.openai_api_key.is_some() { "with a key" } else { "without a key" };
    Some(match &around.provider {
        Some(listed) if listed.trouble.is_none() => {
            good(format!("{url} answers ({key}) and lists {} models.", listed.models.len()))
        }
        Some(listed) => bad(format!(
            "{url} does not answer as it should ({key}): {}.",
            listed.trouble.as_deref().unwrap_or("no reason given")
        )),
        None => return None,
    })
}

fn folder(config: &Config) -> Vec<Finding> {
    let folder = Folder::read(&config.models.folder);
    let shown = config.models.folder.display();
    let mut findings = vec![good(format!("{} model files that can talk are in {shown}.", folder.chat.len()))];
    findings.push(match embedder_choice(&config.models) {
        Ok(EmbedderChoice::Local(path)) => good(format!("Memories are found by meaning with {}.", path.display())),
        Ok(EmbedderChoice::Provider(name)) => good(format!("Memories are found by meaning with openai/{name}.")),
        Ok(EmbedderChoice::Ollama(name)) => good(format!("Memories are found by meaning with ollama/{name}.")),
        Ok(EmbedderChoice::Scripted) => note("Memories are found with the embedder of tests.".to_owned()),
        Ok(EmbedderChoice::Nobody) => note(format!(
            "Memories are found by their words alone: all-minilm-l6-v2.gguf is not in {shown}, or TALKER_EMBEDDING_MODEL is off."
        )),
        Err(why) => bad(why),
    });
    findings.extend(
        folder.damaged.iter().map(|file| note(format!("{} is no GGUF file, or a damaged one.", file.display()))),
    );
    findings
}

fn port(config: &Config) -> Finding {
    let address = config.server.address;
    match std::net::TcpListener::bind(address) {
        Ok(_) => good(format!("{address} is free.")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            note(format!("{address} is in use: Talker runs there already, or another program does."))
        }
        Err(error) => bad(format!("{address} cannot be listened on: {error}.")),
    }
}

fn build() -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    if embodied::LOCAL {
        good(format!("Talker {version}, which runs models in its process."))
    } else {
        note(format!("Talker {version}, built without the feature `local`: it runs no models in its process."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn config(folder: &tempfile::TempDir, more: &[(&str, &str)]) -> Config {
        let data = folder.path().to_string_lossy().into_owned();
        let base = [("TALKER_DATA_DIR", data.as_str()), ("TALKER_OLLAMA_URL", "off")];
        Config::load(&Environment::from_pairs(base.into_iter().chain(more.iter().copied()))).unwrap()
    }

    #[tokio::test]
    async fn what_is_missing_is_bad_and_what_is_secret_is_not_told() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(
            &folder,
            &[
                ("DATABASE_URL", "postgres://aya:hunter2@127.0.0.1:9/talker"),
                ("OPENAI_API_BASE_URL", "http://127.0.0.1:9/v1"),
                ("OPENAI_API_KEY", "hunter2"),
                ("REDIS_URL", "redis://:hunter2@127.0.0.1:9"),
            ],
        );
        drop(rustls::crypto::ring::default_provider().install_default());
        let found = [database(&config).await, speakers(&config).await].concat();
        let news = news(&config).await;
        assert!(news.mark == Mark::Note && !news.text.contains("hunter2"), "{news:?}");
        assert!(found.iter().filter(|finding| finding.mark == Mark::Bad).count() >= 2, "{found:?}");
        assert!(!format!("{found:?}").contains("hunter2"));
        assert_eq!(secret_key(&config).mark, Mark::Note);
    }

    #[tokio::test]
    async fn the_demonstration_is_enough_to_run() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&folder, &[("TALKER_CHAT_MODEL", "scripted"), ("TALKER_ADDRESS", "127.0.0.1:0")]);
        let found = [
            database(&config).await,
            speakers(&config).await,
            vec![port(&config), data_folder(&config), disk(&config)],
        ]
        .concat();
        assert!(found.iter().all(|finding| finding.mark != Mark::Bad), "{found:?}");
    }
}
