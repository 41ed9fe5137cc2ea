//! The keys of a server, each made once and kept in the data folder: the one that signs access tokens and the one by which push
//! services know it, unless they are given, and the one by which the operator is known.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use push::VapidKey;
use rand::TryRngCore;
use rand::rngs::OsRng;
use service::accounts::Secret;

use crate::config::{self, Config};

/// Where a key that was made is kept.
pub(crate) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("secret_key")
}

/// The key of this configuration; made when there is none.
pub(crate) fn find_or_make(config: &Config) -> Result<Secret, String> {
    match &config.accounts.secret_key {
        Some(given) => Ok(given.clone()),
        None => kept(&path(&config.data_dir)),
    }
}

/// The operator's key; made when there is none.
pub(crate) fn operator_key(config: &Config) -> Result<String, String> {
    let path = config.data_dir.join("operator_key");
    kept(&path)?;
    std::fs::read_to_string(&path).map(|text| text.trim().to_owned()).map_err(|error| trouble(&path, &error))
}

/// The key by which push services know this server; made when there is none.
pub(crate) fn vapid_key(config: &Config) -> Result<VapidKey, String> {
    if let Some(given) = &config.push.key {
        return Ok(given.clone());
    }
    let path = config.data_dir.join("vapid_key");
    if !path.exists() {
        // Nearly every text of 32 bytes is a key of the curve.
        let mut bytes = [0; 32];
        while VapidKey::read(&URL_SAFE_NO_PAD.encode(bytes)).is_err() {
            OsRng.try_fill_bytes(&mut bytes).map_err(|error| trouble(&path, &std::io::Error::other(error)))?;
        }
        write_once(&path, bytes).map_err(|error| trouble(&path, &error))?;
    }
    let text = std::fs::read_to_string(&path).map_err(|error| trouble(&path, &error))?;
    VapidKey::read(&text).map_err(|_| {
        format!(
            "{} is damaged. Delete it to have another made; people then let their devices be woken anew.",
            path.display()
        )
    })
}

fn trouble(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be used: {}.", path.display(), config::reason(error))
}

fn kept(path: &Path) -> Result<Secret, String> {
    if !path.exists() {
        make(path).map_err(|error| trouble(path, &error))?;
    }
    let text = std::fs::read_to_string(path).map_err(|error| trouble(path, &error))?;
    Secret::new(text.trim()).map_err(|short| {
        format!("{} is damaged: {short}. Delete it to have another made; people then sign in again.", path.display())
    })
}

/// Makes a key.
fn make(path: &Path) -> std::io::Result<()> {
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(std::io::Error::other)?;
    write_once(path, bytes)
}

/// Writes a key, for its owner alone. Of several processes that do so at once one wins, and all read what it wrote: the file
/// appears whole.
fn write_once(path: &Path, bytes: [u8; 32]) -> std::io::Result<()> {
    let mut mark = [0; 8];
    OsRng.try_fill_bytes(&mut mark).map_err(std::io::Error::other)?;
    let draft = path.with_extension(URL_SAFE_NO_PAD.encode(mark));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = file.write_all(URL_SAFE_NO_PAD.encode(bytes).as_bytes()).and_then(|()| file.sync_all());
    // A link, unlike a rename, never replaces what another process put there first.
    let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path());
        kept(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.len(), 43);
        kept(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_key_for_push_services_is_made_once_unless_it_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let environment = config::Environment::from_pairs([("TALKER_DATA_DIR", folder.path().to_str().unwrap())]);
        let mut config = Config::load(&environment).unwrap();
        let made = vapid_key(&config).unwrap().public_text();
        assert_eq!(vapid_key(&config).unwrap().public_text(), made);
        let given = VapidKey::read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").unwrap();
        config.push.key = Some(given.clone());
        assert_eq!(vapid_key(&config).unwrap().public_text(), given.public_text());
        config.push.key = None;
        std::fs::write(folder.path().join("vapid_key"), "short").unwrap();
        assert!(vapid_key(&config).unwrap_err().contains("is damaged"));
    }

    #[test]
    fn processes_that_start_at_once_agree() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = path(folder.path());
            let seen: Vec<String> = std::thread::scope(|scope| {
                let starts: Vec<_> = (0..8)
                    .map(|_| {
                        scope.spawn(|| {
                            kept(&path).unwrap();
                            std::fs::read_to_string(&path).unwrap()
                        })
                    })
                    .collect();
                starts.into_iter().map(|start| start.join().unwrap()).collect()
            });
            assert!(seen.iter().all(|text| *text == seen[0] && text.len() == 43));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_damaged_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path());
        std::fs::write(&path, "short").unwrap();
        let error = kept(&path).unwrap_err();
        assert!(error.contains("must have at least 32 bytes, not 5") && !error.contains("short."), "{error}");
    }
}
