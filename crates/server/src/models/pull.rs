//! Fetches a model file: resumed where it broke off, checked, and only then put in its place.
//!
//! What comes is written to `NAME.gguf.part` with the server's mark of the file beside it, so that a file that changed
//! meanwhile is begun anew instead of mended together.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{self, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use sha2::{Digest, Sha256};

use super::folder::ModelFile;
use crate::config;

/// How long the server may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The file.
    pub file: ModelFile,
    /// Its sha256, in hex.
    pub sha256: String,
    /// Whether the server had published that sha256.
    pub verified: bool,
}

/// Told how far it is: bytes that are there, and all of them when known.
pub type Progress<'a> = &'a (dyn Fn(u64, Option<u64>) + Sync);

/// Why nothing was fetched, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PullError(String);

/// What the server says of a file before it sends it.
#[derive(Debug, Default)]
struct Published {
    sha256: Option<String>,
}

/// Fetches the file at `url` into `folder`.
///
/// # Errors
/// A sentence for whoever asked. What came so far stays, and the next call goes on from there.
pub async fn pull(url: &str, folder: &Path, progress: Progress<'_>) -> Result<Pulled, PullError> {
    let url = checked(url)?;
    let name = file_name(&url)?;
    let (target, part) = (folder.join(&name), folder.join(format!("{name}.part")));
    if target.exists() {
        return Err(PullError(format!("{name} is there already. Delete it to fetch it again.")));
    }
    std::fs::create_dir_all(folder).map_err(|error| trouble(folder, &error))?;
    let published = ask(&url).await;
    let sha256 = fetch(&url, &part, progress).await?;
    let verified = match &published.sha256 {
        Some(expected) if *expected != sha256 => {
            remove(&part);
            return Err(PullError(format!("{name} came damaged: its sha256 is {sha256}, not {expected}. Try again.")));
        }
        published => published.is_some(),
    };
    let whole = std::path::absolute(&part).and_then(|path| ModelFile::open(&path));
    let Ok(file) = whole else {
        remove(&part);
        return Err(PullError(format!("What is at {url} is not a GGUF file.")));
    };
    std::fs::rename(&part, &target).map_err(|error| trouble(&target, &error))?;
    remove(&mark_path(&part));
    Ok(Pulled { file: ModelFile { path: target, ..file }, sha256, verified })
}

/// Only `https`, but for a server on this machine.
fn checked(url: &str) -> Result<Url, PullError> {
    let parsed =
        Url::parse(url).map_err(|_| PullError(format!("{url} is neither a name of the catalogue nor an address.")))?;
    let here = matches!(parsed.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match parsed.scheme() {
        "https" => Ok(parsed),
        "http" if here => Ok(parsed),
        _ => Err(PullError(format!(
            "{url} must begin with https: what comes over an open line could be changed on the way."
        ))),
    }
}

fn file_name(url: &Url) -> Result<String, PullError> {
    let last = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    let plain = last.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if plain && !last.starts_with('.') && last.len() > 5 && last.to_ascii_lowercase().ends_with(".gguf") {
        Ok(last.to_lowercase())
    } else {
        Err(PullError(format!("{url} must end with the name of a GGUF file.")))
    }
}

fn client(policy: Policy) -> Result<Client, PullError> {
    let client = Client::builder().connect_timeout(SILENCE).read_timeout(SILENCE).redirect(policy).build();
    client.map_err(|_| PullError("The HTTP client could not be made.".into()))
}

/// Hubs tell the sha256 of a file in the answer that redirects to it.
async fn ask(url: &Url) -> Published {
    let Ok(client) = client(Policy::none()) else { return Published::default() };
    let Ok(answer) = client.head(url.clone()).send().await else { return Published::default() };
    let sha256 = text(answer.headers(), "x-linked-etag").map(|mark| mark.trim_matches('"').to_lowercase());
    Published { sha256: sha256.filter(|mark| mark.len() == 64 && mark.bytes().all(|byte| byte.is_ascii_hexdigit())) }
}

async fn fetch(url: &Url, part: &Path, progress: Progress<'_>) -> Result<String, PullError> {
    let had = std::fs::metadata(part).map_or(0, |part| part.len());
    let mark = std::fs::read_to_string(mark_path(part)).ok().filter(|mark| had > 0 && !mark.is_empty());
    let mut request = client(Policy::limited(5))?.get(url.clone());
    if let Some(mark) = &mark {
        request = request.header(header::RANGE, format!("bytes={had}-")).header(header::IF_RANGE, mark);
    }
    let mut answer = request.send().await.map_err(|error| unreachable(url, &error))?;
    let resumed = answer.status() == StatusCode::PARTIAL_CONTENT && starts_at(&answer, had);
    // All of it was there, and only the check was missing.
    let whole = answer.status() == StatusCode::RANGE_NOT_SATISFIABLE && mark.is_some();
    if !resumed && !whole && answer.status() != StatusCode::OK {
        return Err(refused(url, answer.status()));
    }
    let mut sink = Sink::open(part, resumed || whole).map_err(|error| trouble(part, &error))?;
    if whole {
        return Ok(sink.finish());
    }
    let mark = text(answer.headers(), "etag").filter(|mark| !mark.starts_with("W/")).unwrap_or_default();
    std::fs::write(mark_path(part), mark).map_err(|error| trouble(part, &error))?;
    let total = answer.content_length().map(|rest| sink.bytes + rest);
    while let Some(chunk) = answer.chunk().await.map_err(|error| broken(url, &error))? {
        sink.write(&chunk).map_err(|error| trouble(part, &error))?;
        progress(sink.bytes, total);
    }
    if total.is_some_and(|total| total != sink.bytes) {
        return Err(PullError(format!("{url} ended too early. Try again: it goes on from there.")));
    }
    Ok(sink.finish())
}

/// The file that is written, and its sum so far.
struct Sink {
    file: std::fs::File,
    sum: Sha256,
    bytes: u64,
}

impl Sink {
    fn open(part: &Path, keep: bool) -> std::io::Result<Self> {
        let mut sum = Sha256::new();
        let mut bytes = 0;
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(!keep).open(part)?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut buffer)?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
            sum.update(chunk);
            bytes += u64::try_from(read).unwrap_or_default();
        }
        Ok(Self { file, sum, bytes })
    }

    fn write(&mut self, chunk: &[u8]) -> std::io::Result<()> {
        self.file.write_all(chunk)?;
        self.sum.update(chunk);
        self.bytes += u64::try_from(chunk.len()).unwrap_or_default();
        Ok(())
    }

    fn finish(self) -> String {
        self.sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn mark_path(part: &Path) -> PathBuf {
    part.with_extension("part.etag")
}

fn starts_at(answer: &Response, had: u64) -> bool {
    text(answer.headers(), "content-range").is_some_and(|range| range.starts_with(&format!("bytes {had}-")))
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn remove(path: &Path) {
    // When it is not there, that was the wish.
    let _ = std::fs::remove_file(path);
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn unreachable(url: &Url, error: &reqwest::Error) -> PullError {
    let why = if error.is_timeout() { "does not answer" } else { "cannot be reached" };
    PullError(format!(
        "{} {why}: is this machine online? A GGUF file from elsewhere can simply be put in the models folder.",
        host(url)
    ))
}

fn broken(url: &Url, error: &reqwest::Error) -> PullError {
    let why = if error.is_timeout() { "was silent for too long" } else { "broke off" };
    PullError(format!("{} {why}. Try again: it goes on from there.", host(url)))
}

fn refused(url: &Url, status: StatusCode) -> PullError {
    PullError(match status {
        StatusCode::NOT_FOUND => format!("There is nothing at {url}."),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            format!("{} wants an account for {url}. Fetch it by hand.", host(url))
        }
        status => format!("{} answered {status}. Try again later.", host(url)),
    })
}

fn trouble(path: &Path, error: &std::io::Error) -> PullError {
    PullError(format!("{} cannot be written: {}.", path.display(), config::reason(error)))
}

#[cfg(test)]
#[path = "pull_tests.rs"]
mod tests;
