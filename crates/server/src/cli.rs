//! The commands, as they are typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use crate::cli_admin::{AdminCommand, QueueAction};

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
        #[arg(long)]
        reference: bool,
    },
    /// Brings the database up to date, or shows whether it is
    #[command(subcommand)]
    Migrate(MigrateCommand),
    /// Looks after people, their roles and limits, the queue of background work, and the audit log
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Moves everything that is kept from one store to another, which must be empty; said again, it goes on where it was
    Move {
        /// Where it is: `embedded`, or an address that begins with sqlite: or postgres:
        #[arg(long, value_name = "STORE")]
        from: String,
        /// Where it goes
        #[arg(long, value_name = "STORE")]
        to: String,
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
