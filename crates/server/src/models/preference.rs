//! What `talker models use` or the operator's page chose, kept in `models.json` of the data folder.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use service::operator::ChoiceKeeper;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Preference {
    chat: Option<String>,
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("models.json")
}

/// The model that was chosen, if one was.
#[must_use]
pub fn read(data_dir: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path(data_dir)).ok()?;
    serde_json::from_str::<Preference>(&text).ok()?.chat.filter(|name| !name.is_empty())
}

/// Keeps a choice, or forgets it.
///
/// # Errors
/// When the file cannot be written.
pub fn write(data_dir: &Path, chat: Option<&str>) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&Preference { chat: chat.map(str::to_owned) }).map_err(io::Error::other)?;
    let new = path(data_dir).with_extension("json.new");
    std::fs::write(&new, text + "\n")?;
    std::fs::rename(new, path(data_dir))
}

/// Keeps what the operator chooses on their page.
pub struct Keeper(pub PathBuf);

impl ChoiceKeeper for Keeper {
    fn keep(&self, model: &str) -> Result<(), String> {
        write(&self.0, Some(model)).map_err(|error| format!("the choice cannot be kept: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_kept_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), None);
        write(folder.path(), Some("ollama/llama3.1")).unwrap();
        assert_eq!(read(folder.path()).as_deref(), Some("ollama/llama3.1"));
        write(folder.path(), None).unwrap();
        assert_eq!(read(folder.path()), None);
        std::fs::write(path(folder.path()), "{").unwrap();
        assert_eq!(read(folder.path()), None);
    }
}
