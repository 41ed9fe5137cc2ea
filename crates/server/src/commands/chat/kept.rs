//! What makes this terminal a device of a person: the refresh token of each server, in a file that only they can read.
//!
//! A token is good once: of two chats at the same time the later must read what the earlier wrote. So who uses one holds the file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::api::Trouble;
use crate::config::{self, Environment};

/// Where it is kept.
#[derive(Debug, Clone)]
pub(in crate::commands) struct Kept {
    file: PathBuf,
}

/// The file, while nobody else reads or writes it.
pub(in crate::commands) struct Held {
    file: PathBuf,
    _lock: File,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Tokens {
    /// By the address of the server.
    servers: BTreeMap<String, String>,
}

impl Kept {
    /// In the folder where programs keep their settings for a person.
    pub(in crate::commands) fn of(environment: &Environment) -> Result<Self, Trouble> {
        let named = environment.plain("XDG_CONFIG_HOME").map(PathBuf::from);
        let usual = || environment.plain("HOME").map(|home| Path::new(home).join(".config"));
        let folder = named.filter(|folder| folder.is_absolute()).or_else(usual);
        let folder =
            folder.ok_or_else(|| Trouble::new("Neither HOME nor XDG_CONFIG_HOME says where to keep a sign-in"))?;
        Ok(Self { file: folder.join("talker").join("sign_in.json") })
    }

    /// Waits until nobody else holds it.
    pub(in crate::commands) fn hold(&self) -> Result<Held, Trouble> {
        let folder = self.file.parent().unwrap_or(&self.file);
        let held = make_folder(folder).and_then(|()| {
            let lock =
                File::options().write(true).create(true).truncate(false).open(self.file.with_extension("lock"))?;
            lock.lock()?;
            Ok(Held { file: self.file.clone(), _lock: lock })
        });
        held.map_err(|error| trouble(&self.file, &error))
    }
}

impl Held {
    /// The token for a server.
    pub(in crate::commands) fn token(&self, server: &str) -> Result<Option<String>, Trouble> {
        Ok(self.read()?.servers.remove(server))
    }

    /// Keeps the token for a server in place of the one before, or forgets it.
    pub(in crate::commands) fn keep(&self, server: &str, token: Option<&str>) -> Result<(), Trouble> {
        let mut tokens = self.read()?;
        match token {
            Some(token) => drop(tokens.servers.insert(server.to_owned(), token.to_owned())),
            None => drop(tokens.servers.remove(server)),
        }
        self.write(&tokens).map_err(|error| trouble(&self.file, &error))
    }

    fn read(&self) -> Result<Tokens, Trouble> {
        match std::fs::read(&self.file) {
            // What is damaged is as good as nothing: who it was signs in again.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Tokens::default()),
            Err(error) => Err(trouble(&self.file, &error)),
        }
    }

    /// Whole or not at all, and for its owner alone, as temporary files are.
    fn write(&self, tokens: &Tokens) -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(self.file.parent().unwrap_or(&self.file))?;
        file.write_all(&serde_json::to_vec(tokens)?)?;
        file.as_file().sync_all()?;
        file.persist(&self.file).map(|_| ()).map_err(|error| error.error)
    }
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn trouble(file: &Path, error: &std::io::Error) -> Trouble {
    Trouble::new(format!("{} cannot be used: {}", file.display(), config::reason(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_kept_for_its_server_and_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::from_pairs([("HOME", home.path().to_string_lossy().into_owned())]);
        let kept = Kept::of(&environment).unwrap();
        let held = kept.hold().unwrap();
        assert_eq!(held.token("http://a").unwrap(), None);
        held.keep("http://a", Some("one")).unwrap();
        held.keep("http://b", Some("two")).unwrap();
        held.keep("http://a", Some("three")).unwrap();
        assert_eq!(held.token("http://a").unwrap().as_deref(), Some("three"));
        held.keep("http://a", None).unwrap();
        assert_eq!((held.token("http://a").unwrap(), held.token("http://b").unwrap()), (None, Some("two".into())));
        let file = home.path().join(".config/talker/sign_in.json");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(std::fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        }
        std::fs::write(&file, "nonsense").unwrap();
        assert_eq!(held.token("http://b").unwrap(), None);
    }
}
