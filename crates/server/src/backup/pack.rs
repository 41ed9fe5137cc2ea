//! Writing a backup: whole or not at all, for its owner alone.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::{MANIFEST, Manifest, Packed, digest, settle};

/// Writes `files` (where they are, and their names inside) to `into`; `keep` backups stay, the older ones as `FILE.1`, `FILE.2`, ….
///
/// # Errors
/// When something cannot be read or written; then what was at `into` is as it was.
pub(crate) fn pack(
    into: &Path,
    mut manifest: Manifest,
    files: &[(PathBuf, String)],
    keep: u32,
) -> io::Result<Manifest> {
    for (path, name) in files {
        let (bytes, sha256) = digest(File::open(path)?, io::sink())?;
        manifest.files.push(Packed { name: name.clone(), bytes, sha256 });
    }
    let draft = beside(into, &format!("new-{}", std::process::id()));
    let written =
        write(&draft, &manifest, files).and_then(|()| rotate(into, keep)).and_then(|()| std::fs::rename(&draft, into));
    if written.is_err() {
        drop(std::fs::remove_file(&draft));
    }
    written?;
    settle(folder(into))?;
    Ok(manifest)
}

/// The folder of a file.
pub(crate) fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{suffix}"));
    PathBuf::from(name)
}

fn write(draft: &Path, manifest: &Manifest, files: &[(PathBuf, String)]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut tar = tar::Builder::new(options.open(draft)?);
    let text = serde_json::to_vec_pretty(manifest).map_err(io::Error::other)?;
    tar.append_data(&mut header(text.len() as u64), MANIFEST, text.as_slice())?;
    for ((path, name), packed) in files.iter().zip(&manifest.files) {
        // As many bytes as were hashed, also should the file have grown.
        let file = io::Read::take(File::open(path)?, packed.bytes);
        tar.append_data(&mut header(packed.bytes), name, file)?;
    }
    tar.into_inner()?.sync_all()
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header
}

/// Makes room at `into`: what is there moves on by one place, and the oldest goes.
fn rotate(into: &Path, keep: u32) -> io::Result<()> {
    if keep < 2 || !into.exists() {
        return Ok(());
    }
    for place in (1..keep - 1).rev() {
        let from = beside(into, &place.to_string());
        if from.exists() {
            std::fs::rename(from, beside(into, &(place + 1).to_string()))?;
        }
    }
    // A second name, so that there is a backup at `into` at every moment.
    let first = beside(into, "1");
    if first.exists() {
        std::fs::remove_file(&first)?;
    }
    std::fs::hard_link(into, first)
}
