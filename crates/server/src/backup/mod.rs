//! A backup: one tar file with the database as it was at one moment, what stands beside it in the data folder, and a manifest that
//! says what is inside and how to know that it is whole.

mod pack;
mod unpack;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(crate) use pack::pack;
pub(crate) use unpack::unpack;

/// The name of the database inside.
pub(crate) const DATABASE: &str = "talker.db";

/// What else belongs to it, where it is there: keys, the operator's choice, the configuration. Models are fetched again.
pub(crate) const BESIDE: [&str; 5] = ["secret_key", "operator_key", "vapid_key", "models.json", "talker.toml"];

/// The name of the manifest inside; it comes first.
const MANIFEST: &str = "manifest.json";

/// The largest manifest that is read.
const MANIFEST_BYTES: u64 = 64 * 1024;

/// The form of a backup.
const FORMAT: u32 = 1;

/// What is inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The form.
    pub format: u32,
    /// The version that made it.
    pub talker: String,
    /// The newest step of the tables.
    pub step: String,
    /// When, in RFC 3339.
    pub made_at: String,
    /// How many people, sessions and messages.
    pub counts: Counts,
    /// The files, in their order.
    pub files: Vec<Packed>,
}

/// How much is inside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub people: u64,
    pub characters: u64,
    pub sessions: u64,
    pub messages: u64,
    pub memories: u64,
}

/// A file inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Packed {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// The length and the hash of what is read.
fn digest(mut from: impl Read, mut to: impl io::Write) -> io::Result<(u64, String)> {
    let (mut hash, mut bytes, mut block) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = from.read(&mut block)?;
        let Some(part) = block.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        to.write_all(part)?;
        bytes += part.len() as u64;
    }
    Ok((bytes, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Waits until the names in a folder are on the disk.
fn settle(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
