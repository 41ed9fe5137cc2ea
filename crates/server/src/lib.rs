//! The server: configuration, wiring, commands. The only crate that knows all others.
//!
//! `wire_up` reads like the architecture: configuration, stores, bus, models, services, router. Tests build the same
//! server through it, with other models and another clock.

mod backup;
mod care;
mod cli;
mod cli_admin;
mod cli_files;
pub mod clock;
mod commands;
pub mod config;
mod consents;
mod data_dir;
mod doctor;
mod lock;
mod logging;
pub mod models;
mod moderation;
mod observe;
mod policy;
mod secret;
mod seeds;
mod terminal;
pub mod wire_up;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command that `args` name; the first is the name of the program.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    commands::run(args)
}
