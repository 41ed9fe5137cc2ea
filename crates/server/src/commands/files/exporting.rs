//! Files from a server: written under another name first, so that half a file is never taken for a whole one, and never over one that is
//! there.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use futures_util::StreamExt;
use reqwest::{Method, Response};

use super::super::chat::api::Trouble;
use super::super::chat::people::{escaped, named};
use super::enter;
use crate::cli::{ExportArgs, ExportCommand};
use crate::config::{Config, Environment};
use crate::terminal::say;

pub(super) async fn run(config: &Config, environment: &Environment, command: ExportCommand) -> Result<(), Trouble> {
    let (ExportCommand::Character { export, .. }
    | ExportCommand::Chat { export, .. }
    | ExportCommand::Lorebook { export, .. }
    | ExportCommand::Everything { export }) = &command;
    let api = enter(config, environment, &export.sign_in).await?;
    let (method, path) = match &command {
        ExportCommand::Character { character, format, .. } => {
            let id = named(&api, character).await?;
            (Method::GET, format!("/characters/{}/export?format={}", escaped(&id), spelled(format)))
        }
        ExportCommand::Chat { session, format, .. } => {
            (Method::GET, format!("/sessions/{}/export?format={}", escaped(session), spelled(format)))
        }
        ExportCommand::Lorebook { lorebook, format, .. } => {
            (Method::GET, format!("/lorebooks/{}/export?format={}", escaped(lorebook), spelled(format)))
        }
        ExportCommand::Everything { .. } => (Method::POST, "/users/me/export".to_owned()),
    };
    let answer = api.open(method, &path).await?;
    keep(answer, export).await
}

/// A format as the interface spells it.
fn spelled<T: ValueEnum>(format: &T) -> String {
    format.to_possible_value().map(|value| value.get_name().replace('-', "_")).unwrap_or_default()
}

async fn keep(answer: Response, export: &ExportArgs) -> Result<(), Trouble> {
    let path = match &export.output {
        Some(path) if path.as_os_str() == "-" => return pour(answer, &mut std::io::stdout(), Path::new("-")).await,
        Some(path) => path.clone(),
        None => PathBuf::from(named_by(&answer)),
    };
    if path.exists() {
        return Err(Trouble::new(format!("{} is there already: choose another with --output", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| trouble(&path, &error))?;
    pour(answer, &mut file, &path).await?;
    file.as_file().sync_all().map_err(|error| trouble(&path, &error))?;
    file.persist_noclobber(&path).map_err(|error| trouble(&path, &error.error))?;
    say(format_args!("{}", path.display()));
    Ok(())
}

async fn pour(answer: Response, file: &mut impl Write, path: &Path) -> Result<(), Trouble> {
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Trouble::passing("The server stopped in the midst of it"))?;
        file.write_all(&piece).map_err(|error| trouble(path, &error))?;
    }
    file.flush().map_err(|error| trouble(path, &error))
}

/// What the server calls the file, as a name in this folder.
fn named_by(answer: &Response) -> String {
    let disposition = answer.headers().get("content-disposition").and_then(|value| value.to_str().ok());
    let name = disposition.and_then(|value| value.split("filename=\"").nth(1)?.split('"').next());
    plain(name.unwrap_or_default())
}

fn plain(name: &str) -> String {
    let taken = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = name.chars().take(80).map(taken).collect();
    match name.trim_start_matches('.') {
        "" => "talker.json".to_owned(),
        name => name.to_owned(),
    }
}

fn trouble(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::new(format!("{} cannot be written: {}", path.display(), crate::config::reason(error)))
}

#[cfg(test)]
mod tests {
    use domain::ClosedSet;

    use super::*;
    use crate::cli_files::{CharacterFormat, ChatFormat};

    #[test]
    fn a_server_names_no_file_elsewhere() {
        assert_eq!(plain("Iris.png"), "Iris.png");
        assert_eq!(plain("../../etc/passwd"), "-..-etc-passwd");
        assert_eq!(plain("..\u{1b}"), "-");
        assert_eq!(plain(""), "talker.json");
    }

    #[test]
    fn formats_are_spelled_as_on_the_wire() {
        assert_eq!(spelled(&CharacterFormat::JsonV3), "json_v3");
        let here: Vec<String> = ChatFormat::value_variants().iter().map(spelled).collect();
        let there: Vec<&str> = domain::imports::ChatFormat::ALL.iter().map(ClosedSet::as_str).collect();
        assert_eq!(here, there);
    }
}
