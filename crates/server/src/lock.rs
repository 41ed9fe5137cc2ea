//! The lock of an embedded database: it is for one process, which then knows that it is alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::config;

/// Held for as long as this process uses the database. The system gives it back also when the process is killed.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says who has it.
    ///
    /// # Errors
    /// A sentence.
    pub fn take(path: &Path) -> Result<Self, String> {
        let trouble =
            |error: &std::io::Error| format!("{} cannot be locked: {}.", path.display(), config::reason(error));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| trouble(&error))?;
        match file.try_lock() {
            Ok(()) => {
                // For the message below, nothing more: the lock itself is the system's.
                let noted =
                    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| write!(file, "{}", std::process::id()));
                noted.map_err(|error| trouble(&error))?;
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let known = file.read_to_string(&mut holder).is_ok() && !holder.is_empty();
                let holder = if known { format!(" (process {holder})") } else { String::new() };
                let data = path.parent().unwrap_or(path).display();
                Err(format!(
                    "Another Talker{holder} is using {data}. Stop it first, or give this one another TALKER_DATA_DIR."
                ))
            }
            Err(TryLockError::Error(error)) => Err(trouble(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talker.lock");
        let first = Lock::take(&path).unwrap();
        let refused = Lock::take(&path).unwrap_err();
        assert!(
            refused.starts_with(&format!("Another Talker (process {}) is using ", std::process::id())),
            "{refused}"
        );
        drop(first);
        Lock::take(&path).unwrap();
    }
}
