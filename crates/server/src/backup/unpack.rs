//! Reading a backup: nothing of it is believed before its hash was seen.

use std::fs::{File, OpenOptions};
use std::io::{Read, Take};
use std::path::Path;

use super::{BESIDE, DATABASE, FORMAT, MANIFEST, MANIFEST_BYTES, Manifest, digest};
use crate::config;

/// Unpacks a backup into an empty folder.
///
/// # Errors
/// A sentence when it cannot be read, or is not what its manifest says.
pub(crate) fn unpack(from: &Path, into: &Path) -> Result<Manifest, String> {
    let shown = from.display();
    let unread = |error: std::io::Error| format!("{shown} cannot be read: {}.", config::reason(&error));
    let damaged = |what: &str| format!("{shown} is no whole backup: {what}.");
    let mut archive = tar::Archive::new(File::open(from).map_err(unread)?);
    let mut entries = archive.entries().map_err(unread)?;
    let first = entries.next().ok_or_else(|| damaged("it is empty"))?;
    let first = first.map_err(|_| damaged("it is no tar file"))?;
    if first.path().map_err(unread)?.to_str() != Some(MANIFEST) {
        return Err(damaged("it does not begin with a manifest"));
    }
    let mut first: Take<_> = first.take(MANIFEST_BYTES);
    let mut text = Vec::new();
    first.read_to_end(&mut text).map_err(unread)?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| damaged("its manifest cannot be read"))?;
    if manifest.format != FORMAT {
        return Err(format!("{shown} was made by another Talker ({}): restore it with that version.", manifest.talker));
    }
    let names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    let known = |name: &str| name == DATABASE || BESIDE.contains(&name);
    let repeated = names.iter().enumerate().any(|(n, name)| names.iter().take(n).any(|before| before == name));
    if !names.iter().all(|name| known(name)) || !names.contains(&DATABASE) || repeated {
        return Err(damaged("its manifest names other files than a backup has"));
    }
    for file in &manifest.files {
        let entry = entries.next().ok_or_else(|| damaged(&format!("{} is missing", file.name)))?;
        let entry = entry.map_err(|_| damaged("it ends too early"))?;
        let is_it = entry.path().map_err(unread)?.to_str() == Some(file.name.as_str());
        if !is_it || !entry.header().entry_type().is_file() {
            return Err(damaged(&format!("{} does not stand where it should", file.name)));
        }
        let path = into.join(&file.name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let unwritten =
            |error: std::io::Error| format!("{} cannot be written: {}.", path.display(), config::reason(&error));
        let mut out = options.open(&path).map_err(unwritten)?;
        let (bytes, sha256) = digest(entry.take(file.bytes + 1), &mut out).map_err(|error| match error.kind() {
            std::io::ErrorKind::StorageFull => unwritten(error),
            _ => damaged("it ends too early"),
        })?;
        if bytes != file.bytes || sha256 != file.sha256 {
            return Err(damaged(&format!("{} is not what was packed", file.name)));
        }
        out.sync_all().map_err(unwritten)?;
    }
    match entries.next() {
        None => Ok(manifest),
        Some(_) => Err(damaged("something stands behind its end")),
    }
}
