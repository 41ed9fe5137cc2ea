//! All of an account as one archive, written piece by piece and read file by file, so that neither side ever holds it unpacked.

use std::collections::HashMap;
use std::io::{Cursor, Read, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::archive::check_path;
use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::limits;

/// The file that says what the archive is; it stands first.
pub const MANIFEST: &str = "talker.json";

/// Whether a file is such an archive, by how it begins.
#[must_use]
pub fn is_one(bytes: &[u8]) -> bool {
    let name = bytes.get(30..30 + MANIFEST.len());
    bytes.starts_with(b"PK\x03\x04") && name == Some(MANIFEST.as_bytes())
}

/// Writes an archive to where it goes.
pub struct AccountWriter<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
}

impl<W: Write> AccountWriter<W> {
    /// An archive that goes there.
    pub fn new(to: W) -> Self {
        Self { zip: ZipWriter::new_stream(to) }
    }

    /// Begins the next file.
    ///
    /// # Errors
    /// When its path cannot stand in an archive, or it cannot be written.
    pub fn begin(&mut self, path: &str) -> std::io::Result<()> {
        check_path(path).map_err(std::io::Error::other)?;
        // Images and archives are packed already.
        let is_packed = [".png", ".jpg", ".webp", ".charx"].iter().any(|ending| path.ends_with(ending));
        let method = if is_packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
        self.zip.start_file(path, options).map_err(std::io::Error::other)
    }

    /// Writes more of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.zip.write_all(bytes)
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> std::io::Result<()> {
        self.zip.finish().map_err(std::io::Error::other)?.into_inner().flush()
    }
}

/// Reads an archive, file by file, whatever it says of itself.
pub struct AccountReader {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    paths: Vec<String>,
    places: HashMap<String, usize>,
    left: u64,
}

impl AccountReader {
    /// The archive in a file.
    ///
    /// # Errors
    /// `TooLarge`, `TooMany`, `Broken`, `UnsafePath`, `Empty` where it is another archive.
    pub fn open(bytes: Vec<u8>) -> Result<Self, ExchangeError> {
        if bytes.len() > limits::ACCOUNT_FILE {
            let message = format!("has more than {} bytes", limits::ACCOUNT_FILE);
            return Err(ExchangeError::new(Fault::TooLarge, "", message));
        }
        if !is_one(&bytes) {
            return Err(ExchangeError::new(Fault::Unrecognised, "", "is no archive of an account"));
        }
        // The list is read at once: whatever it says of its length, each of its entries begins with these bytes.
        let listed = bytes.windows(4).filter(|window| *window == b"PK\x01\x02").count();
        if listed > limits::ACCOUNT_ENTRIES * 2 {
            return Err(too_many());
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
            ExchangeError::new(Fault::Broken, "the archive", "cannot be read; it may have been cut short")
        })?;
        if archive.len() > limits::ACCOUNT_ENTRIES {
            return Err(too_many());
        }
        let mut paths = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            let place = format!("entry {index}");
            let file = archive.by_index_raw(index).map_err(|_| broken(&place))?;
            let path = file.name().map_err(|_| broken(&place))?.into_owned();
            check_path(&path).map_err(|error| error.within(&place))?;
            paths.push(path);
        }
        // Of two files with one path the first counts.
        let places = paths.iter().enumerate().rev().map(|(index, path)| (path.clone(), index)).collect();
        Ok(Self { archive, paths, places, left: limits::ACCOUNT_TOTAL })
    }

    /// The paths of its files, in their order.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// What is in the file of this path, of at most so many bytes; `None` where there is none.
    ///
    /// # Errors
    /// `TooLarge`, `Bomb`, `Broken`, `Unsupported`.
    pub fn read(&mut self, path: &str, most: u64) -> Result<Option<Vec<u8>>, ExchangeError> {
        let Some(index) = self.places.get(path).copied() else { return Ok(None) };
        let place = format!("entry {index}");
        let file = self.archive.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(_) => {
                ExchangeError::new(Fault::Unsupported, place.clone(), "is packed in a way that is not supported")
            }
            _ => broken(&place),
        })?;
        if !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(ExchangeError::new(Fault::Unsupported, place, "is packed in a way that is not supported"));
        }
        let ratio = file.compressed_size().saturating_mul(limits::ARCHIVE_RATIO).max(limits::ARCHIVE_SMALL);
        let most = most.min(self.left);
        let mut bytes = Vec::new();
        // One byte more than may be: then it is too much, whatever the archive says.
        file.take(most.min(ratio) + 1).read_to_end(&mut bytes).map_err(|_| broken(&place))?;
        let size = bytes.len() as u64;
        if size > ratio {
            return Err(ExchangeError::new(Fault::Bomb, place, "unpacks to far more than it is"));
        }
        if size > most {
            return Err(ExchangeError::new(Fault::TooLarge, place, "unpacks to more than is taken"));
        }
        self.left -= size;
        Ok(Some(bytes))
    }
}

fn too_many() -> ExchangeError {
    let message = format!("has more than {} entries", limits::ACCOUNT_ENTRIES);
    ExchangeError::new(Fault::TooMany, "the archive", message)
}

fn broken(place: &str) -> ExchangeError {
    ExchangeError::new(Fault::Broken, place, "cannot be unpacked")
}

/// For tests, and for those who look for faults: reads all that there is.
///
/// # Errors
/// Those of reading.
pub fn read_all(bytes: &[u8]) -> ExchangeResult<usize> {
    let mut reader = AccountReader::open(bytes.to_vec())?;
    let paths = reader.paths().to_vec();
    let mut size = 0;
    for path in paths {
        size += reader.read(&path, limits::ARCHIVE_ENTRY)?.map_or(0, |bytes| bytes.len());
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = AccountWriter::new(&mut bytes);
        for (path, content) in files {
            writer.begin(path).unwrap();
            content.chunks(7).for_each(|piece| writer.write(piece).unwrap());
        }
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn what_is_written_in_pieces_is_read_file_by_file() {
        let bytes = archive(&[(MANIFEST, b"{}"), ("chats/a/messages.jsonl", b"one\ntwo\n"), ("x.png", b"png")]);
        assert!(is_one(&bytes));
        let mut reader = AccountReader::open(bytes).unwrap();
        assert_eq!(reader.paths(), [MANIFEST, "chats/a/messages.jsonl", "x.png"]);
        assert_eq!(reader.read("chats/a/messages.jsonl", 100).unwrap().unwrap(), b"one\ntwo\n");
        assert_eq!(reader.read("x.png", 100).unwrap().unwrap(), b"png");
        assert_eq!(reader.read("nowhere", 100).unwrap(), None);
        assert_eq!(reader.read("chats/a/messages.jsonl", 3).unwrap_err().fault, Fault::TooLarge);
    }

    #[test]
    fn what_lies_is_found_out() {
        let bytes = archive(&[(MANIFEST, b"{}"), ("a", &vec![0; 8 * 1024 * 1024])]);
        assert_eq!(read_all(&bytes).unwrap_err().fault, Fault::Bomb);
        for end in [0, 20, bytes.len() / 2, bytes.len() - 1] {
            assert!(AccountReader::open(bytes[..end].to_vec()).is_err(), "{end}");
        }
        let other = archive(&[("card.json", b"{}")]);
        assert_eq!(AccountReader::open(other).err().unwrap().fault, Fault::Unrecognised);
        assert!(AccountWriter::new(Vec::new()).begin("../x").is_err());
    }
}
