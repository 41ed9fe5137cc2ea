//! `.env.example` and `docs/configuration.md`, written from the table of settings. Both are checked in; a test finds them
//! stale.

use std::fmt::Write;

use super::settings::{SECTIONS, Section, Setting, Shown};

/// The text of `.env.example`.
#[must_use]
pub fn env_example() -> String {
    let mut text = String::from(
        "# Every setting of Talker, with its default. Copy it to .env and uncomment what you change; nothing here is needed.\n\
         # Written by `talker config --example`.\n",
    );
    for Section { title, settings } in SECTIONS {
        line(&mut text, format_args!("\n## {title}\n"));
        for setting in *settings {
            for about in wrapped(setting.about, 116) {
                line(&mut text, format_args!("# {about}"));
            }
            line(&mut text, format_args!("# {}={}\n", setting.env, setting.default));
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The text of `docs/configuration.md`.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(
        "# Configuration\n\n\
         Talker runs with nothing configured. What is said counts in this order, the later over the earlier: the defaults below,\n\
         `talker.toml` in the data folder (or the file that `TALKER_CONFIG` names), `.env` in the working directory, the environment.\n\
         An empty variable counts as absent. A secret, and an address that may hold a password, can also be given as a file: put\n\
         `_FILE` behind the name (`SECRET_KEY_FILE=/run/secrets/key`), and do not give the name itself. A line break at its end does not count.\n\n\
         `talker config` prints what holds and where it was said, without secrets. `talker doctor` looks whether it works.\n\n\
         Written by `talker config --reference`.\n",
    );
    for Section { title, settings } in SECTIONS {
        line(&mut text, format_args!("\n## {title}\n"));
        line(&mut text, format_args!("| environment | `talker.toml` | default | |\n|---|---|---|---|"));
        for setting in *settings {
            line(
                &mut text,
                format_args!(
                    "| `{}` | {} | {} | {} |",
                    setting.env,
                    code(setting.key),
                    code(setting.default),
                    sentence(setting)
                ),
            );
        }
    }
    text.push_str(
        "\nNames that begin with `TALKER_TEST_` belong to the tests. In `talker.toml` the part before the dot is the table:\n\n\
         ```toml\n[server]\naddress = \"0.0.0.0:8080\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n\n[models]\nchat = \"ollama/llama3.1\"\n```\n",
    );
    text
}

fn sentence(setting: &Setting) -> String {
    let kind = if setting.shown == Shown::Never { " Never shown." } else { "" };
    format!("{} It is {}.{kind}", setting.about, setting.expects)
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(last) if last.is_empty() => last.push_str(word),
            Some(last) if last.len() + 1 + word.len() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rewrites the file when asked to, else compares.
    fn check(path: &str, now: &str) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == now,
            "{} is stale: run `talker config --example > .env.example; talker config --reference > docs/configuration.md`",
            path.display()
        );
    }

    #[test]
    fn the_example_is_not_stale() {
        check(".env.example", &env_example());
    }

    #[test]
    fn the_reference_is_not_stale() {
        check("docs/configuration.md", &reference());
    }

    #[test]
    fn the_example_says_nothing_but_defaults() {
        let uncommented = env_example().replace("# TALKER_", "TALKER_");
        let pairs =
            uncommented.lines().filter(|line| line.starts_with("TALKER_")).filter_map(|line| line.split_once('='));
        let environment = super::super::Environment::from_pairs(pairs);
        assert!(super::super::Config::load(&environment).is_ok());
    }
}
