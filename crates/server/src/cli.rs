//! The commands, as they are typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use crate::cli_admin::{AdminCommand, QueueAction};
pub(crate) use crate::cli_files::{ExportArgs, ExportCommand, ImportArgs};
use crate::commands::reachable;
use crate::config::Config;

/// Talk with characters who answer as they stream, remember, and write first.
#[derive(Debug, Parser)]
#[command(name = "talker", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    /// The folder of everything Talker keeps [default: ./data, or TALKER_DATA_DIR]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the server (what happens when no command is named)
    Serve {
        /// Where it listens [default: 127.0.0.1:8080, or TALKER_ADDRESS]
        #[arg(long, value_name = "ADDRESS:PORT")]
        address: Option<String>,
    },
    /// Does the background work of servers that share a database, and nothing else
    Worker,
    /// Asks the server of this configuration whether it lives, for whoever watches over it
    Healthcheck {
        /// Asks the worker instead, at TALKER_WORKER_ADDRESS
        #[arg(long)]
        worker: bool,
    },
    /// Looks whether everything that is needed is there, and says what to do where it is not
    Doctor,
    /// Talks with a character in this terminal, over the interface of a running server; TALKER_TOKEN may hold an API key, or an access
    /// token, in place of a sign-in
    Chat(ChatArgs),
    /// Brings what other programs wrote to a running server: cards of characters, chats, lorebooks, archives of accounts; nothing that is
    /// there is ever overwritten
    Import(ImportArgs),
    /// Takes what is yours from a running server into a file: a character, a chat, a lorebook, or all of it
    #[command(subcommand)]
    Export(ExportCommand),
    /// Looks through a route: the story that a character carries
    #[command(subcommand)]
    Route(RouteCommand),
    /// Shows, fetches and chooses the models that speak
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Turns texts into vectors with the embedder that remembering uses: each line of the input is a JSON list of texts, each
    /// line of the output has their vectors and how long they took
    Embed,
    /// Shows whose vectors the deployment keeps, or changes that
    #[command(subcommand)]
    Embedder(EmbedderCommand),
    /// Prints the configuration as it holds, without secrets
    Config {
        /// Prints a commented example for .env instead
        #[arg(long, conflicts_with = "reference")]
        example: bool,
        /// Prints the reference of all settings instead, in Markdown
        #[arg(long, conflicts_with = "care")]
        reference: bool,
        /// Prints what is said to somebody who may be in danger, as a file for TALKER_CARE_FILE
        #[arg(long, conflicts_with = "example")]
        care: bool,
        /// Prints a file for TALKER_MODERATION_FILE to begin with
        #[arg(long, conflicts_with_all = ["example", "reference", "care"])]
        moderation: bool,
        /// Prints when people are reminded of a break, and what characters may, as a file for `TALKER_POLICY_FILE`
        #[arg(long, conflicts_with_all = ["example", "reference", "care"])]
        policy: bool,
        /// Prints a file for `TALKER_CONSENT_FILE` to begin with: your terms, and how you handle what people write
        #[arg(long, conflicts_with_all = ["example", "reference", "care", "moderation", "policy"])]
        consent: bool,
    },
    /// Brings the database up to date, or shows whether it is
    #[command(subcommand)]
    Migrate(MigrateCommand),
    /// Looks after people, their roles and limits, the queue of background work, and the audit log
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Moves everything that is kept from one store to another, which must be empty; said again, it goes on where it was
    Move {
        /// Where it is: `embedded`, `configured` (what DATABASE_URL names), or an address that begins with sqlite: or postgres:
        #[arg(long, value_name = "STORE")]
        from: String,
        /// Where its chat log is, when that is in MongoDB: `configured` (what MONGODB_URL names), or an address that begins with
        /// mongodb: or mongodb+srv:
        #[arg(long, value_name = "MONGODB")]
        from_mongodb: Option<String>,
        /// Where it goes
        #[arg(long, value_name = "STORE")]
        to: String,
        /// Where its chat log goes, when that is to be in MongoDB
        #[arg(long, value_name = "MONGODB")]
        to_mongodb: Option<String>,
    },
    /// Writes the embedded store, with its keys, into one file; also while the server runs
    Backup {
        /// The file; what is there is replaced
        file: PathBuf,
        /// How many backups stay: the ones before as FILE.1, FILE.2, …
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
        keep: u32,
    },
    /// Puts a backup in place of the embedded store; no server may run
    Restore {
        /// The file
        file: PathBuf,
        /// Sets aside what is there
        #[arg(long)]
        force: bool,
    },
    /// Prints the OpenAPI document of the REST interface
    Openapi,
}

#[derive(Debug, Args)]
pub(crate) struct ChatArgs {
    /// Her name, or her id; without it one is chosen
    pub character: Option<String>,
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Opens this chat
    #[arg(long, value_name = "ID", conflicts_with_all = ["character", "new"])]
    pub session: Option<String>,
    /// Begins another chat with her
    #[arg(long)]
    pub new: bool,
    /// Shows so many of the last messages [default: 10 on a terminal, else none]
    #[arg(long, value_name = "N")]
    pub history: Option<u32>,
    /// Forgets who is signed in here, and ends that device
    #[arg(long, conflicts_with_all = ["character", "user", "session", "new"])]
    pub sign_out: bool,
}

/// Where, and as whom, the interface of a running server is used.
#[derive(Debug, Args)]
pub(crate) struct SignInArgs {
    /// The address of the server [default: that of this configuration, on this machine]
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Signs in as this person, by user name or e-mail
    #[arg(long, visible_alias = "as", value_name = "NAME")]
    pub user: Option<String>,
    /// Reads the password from the first line of the input
    #[arg(long, requires = "user")]
    pub password_stdin: bool,
}

impl SignInArgs {
    /// The address of the server.
    pub(crate) fn server(&self, config: &Config) -> String {
        self.server.clone().unwrap_or_else(|| format!("http://{}", reachable(config.server.address)))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum RouteCommand {
    /// Says whether a route would be kept, and what of it can never be reached or leads nowhere; ends with 1 when something is wrong
    Check {
        /// The route, as JSON
        file: PathBuf,
        /// The rules of the character's bond, as JSON [default: the usual ones]
        #[arg(long, value_name = "FILE")]
        bond: Option<PathBuf>,
        /// Prints the report as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// Shows the models that are there, which one speaks, and why
    List,
    /// Fetches a model into the models folder; without a name, shows which there are
    Pull {
        /// A name of the catalogue, or the https address of a GGUF file
        name: Option<String>,
    },
    /// Chooses the model that speaks from the next start on
    Use {
        /// Its name, as `talker models list` shows it; `auto` lets Talker choose
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum EmbedderCommand {
    /// Shows the embedder of the deployment and that of this node
    Status,
    /// Makes the embedder of this node that of the deployment; all vectors are made anew
    Use {
        /// Its name, as `talker embedder status` shows it
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Applies the steps that are missing
    Up,
    /// Takes the last steps back, with everything that is kept in their tables
    Down {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
        /// Does it without asking
        #[arg(long)]
        yes: bool,
    },
    /// Shows the steps, changes nothing
    Status,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_fit_together() {
        super::Cli::command().debug_assert();
    }
}
