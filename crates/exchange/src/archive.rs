//! Zip archives from strangers, and ours.
//!
//! What an archive says of itself is believed only as far as it fits within the bounds; what is unpacked is counted while it
//! is unpacked. Names are names here, never paths of a file system, and still none may lead out.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::limits;

/// One file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

/// The signature of a file in the list of an archive.
const LISTED: &[u8] = b"PK\x01\x02";

/// Every file of an archive, which may stand behind something else.
pub(crate) fn read(bytes: &[u8]) -> ExchangeResult<Vec<Entry>> {
    // The list is read at once: whatever it says of its length, each of its entries begins with these bytes.
    let listed = bytes.windows(LISTED.len()).filter(|window| *window == LISTED).count();
    if listed > limits::ARCHIVE_ENTRIES * 2 {
        return Err(too_many());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| ExchangeError::new(Fault::Broken, "the archive", "cannot be read"))?;
    if archive.len() > limits::ARCHIVE_ENTRIES {
        return Err(too_many());
    }
    let mut left = limits::ARCHIVE_TOTAL;
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let entry = entry(&mut archive, index, left).map_err(|error| error.within(&format!("entry {index}")))?;
        let Some(entry) = entry else { continue };
        left -= entry.bytes.len() as u64;
        entries.push(entry);
    }
    Ok(entries)
}

fn too_many() -> ExchangeError {
    let message = format!("has more than {} entries", limits::ARCHIVE_ENTRIES);
    ExchangeError::new(Fault::TooMany, "the archive", message)
}

/// The file at `index`; `None` for a folder.
fn entry(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, left: u64) -> ExchangeResult<Option<Entry>> {
    let broken = || ExchangeError::new(Fault::Broken, "", "cannot be unpacked");
    let file = archive.by_index(index).map_err(|error| match error {
        zip::result::ZipError::UnsupportedArchive(_) => {
            ExchangeError::new(Fault::Unsupported, "", "is packed or encrypted in a way that is not supported")
        }
        _ => broken(),
    })?;
    let path = file.name().map_err(|_| broken())?.into_owned();
    check_path(&path)?;
    if file.is_dir() {
        return Ok(None);
    }
    if !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(ExchangeError::new(Fault::Unsupported, "", "is packed in a way that is not supported"));
    }
    let packed = file.compressed_size();
    let most = limits::ARCHIVE_ENTRY.min(left);
    let ratio = packed.saturating_mul(limits::ARCHIVE_RATIO).max(limits::ARCHIVE_SMALL);
    let mut bytes = Vec::new();
    // One byte more than may be: then it is too much, whatever the archive says.
    file.take(most.min(ratio) + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
    let size = bytes.len() as u64;
    if size > ratio {
        return Err(ExchangeError::new(Fault::Bomb, "", "unpacks to far more than it is"));
    }
    if size > most {
        return Err(ExchangeError::new(Fault::TooLarge, "", "unpacks to more than is taken"));
    }
    Ok(Some(Entry { path, bytes }))
}

/// Whether a path may stand in an archive.
pub(crate) fn check_path(path: &str) -> ExchangeResult<()> {
    let leads_out = path.starts_with('/')
        || path.split(['/', '\\']).any(|part| part == "..")
        || path.contains(['\\', '\0'])
        || path.get(1..2) == Some(":");
    if leads_out || path.is_empty() || path.len() > limits::ARCHIVE_PATH {
        return Err(ExchangeError::new(Fault::UnsafePath, "", "has a path that leads out of the archive"));
    }
    Ok(())
}

/// An archive of these files. The same files make the same bytes, whenever they are packed.
pub(crate) fn write(entries: &[Entry]) -> ExchangeResult<Vec<u8>> {
    let fault = |_| ExchangeError::new(Fault::Unsupported, "the archive", "cannot be written");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        check_path(&entry.path)?;
        // Images are packed already.
        let method =
            if entry.path.ends_with(".json") { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
        archive.start_file(entry.path.as_str(), options).map_err(fault)?;
        archive.write_all(&entry.bytes).map_err(|error| fault(error.into()))?;
    }
    Ok(archive.finish().map_err(fault)?.into_inner())
}
