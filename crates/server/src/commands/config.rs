//! `talker config`: what holds, where it was said, and the documents written from the same table.

use std::process::ExitCode;

use crate::config::{self, Config};
use crate::terminal::{print, say};

pub(super) fn document(example: bool) {
    print(if example { config::env_example() } else { config::reference() });
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
