//! The messages of one chat, from the files that hold them, line by line.

use exchange::Fault;
use serde::de::DeserializeOwned;

use super::Coming;
use crate::takeout::unreadable;
use crate::{ServiceError, ServiceResult};

/// Messages of one chat.
const MESSAGES: usize = 200_000;

/// All bytes of one chat.
const BYTES: u64 = 256 * 1024 * 1024;

/// All messages of a chat, of whose folder these are the files.
///
/// # Errors
/// `Unreadable` when one is none, or there are too many.
pub(super) async fn spoken<T: DeserializeOwned>(
    coming: &mut Coming,
    folder: &str,
    paths: &[String],
) -> ServiceResult<Vec<T>> {
    let is_part = |path: &&String| path.starts_with(folder) && path.contains("/messages-");
    let mut parts: Vec<&String> = paths.iter().filter(is_part).collect();
    parts.sort_unstable();
    let mut said = Vec::new();
    let mut left = BYTES;
    for part in parts {
        let bytes = coming.read(part, left).await?.unwrap_or_default();
        left -= bytes.len() as u64;
        for (n, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let wrong = |_| {
                let message = "is no message as it should be";
                ServiceError::Unreadable(unreadable(Fault::Form, &format!("line {n}"), message))
            };
            said.push(serde_json::from_slice(line).map_err(wrong)?);
        }
        if said.len() > MESSAGES {
            return Err(ServiceError::Unreadable(unreadable(Fault::TooMany, part, "has too many messages")));
        }
    }
    Ok(said)
}
