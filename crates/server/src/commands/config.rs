//! `talker config`: what holds, where it was said, and the documents written from the same table.

use std::process::ExitCode;

use crate::config::{self, Config};
use crate::moderation;
use crate::terminal::{print, say};
use crate::{care, consents, policy};

pub(super) fn document(example: bool) {
    print(if example { config::env_example() } else { config::reference() });
}

pub(super) fn care() {
    print(care::written());
}

pub(super) fn moderation() {
    print(moderation::written());
}

pub(super) fn consent() {
    print(consents::written());
}

pub(super) fn policy() {
    print(policy::written());
}

pub(super) fn show(config: &Config) -> ExitCode {
    for effective in &config.effective {
        let from = match effective.from.as_str() {
            "" => "default".to_owned(),
            from if from == effective.name => "environment".to_owned(),
            from => from.trim_end_matches(',').to_owned(),
        };
        say(format_args!("{:<34} {:<44} # {from}", effective.name, effective.value));
    }
    ExitCode::SUCCESS
}
