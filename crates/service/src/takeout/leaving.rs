//! An archive on its way out: what is read goes through a narrow channel to a thread that packs it, and from there to whoever asked.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::UserId;
use exchange::account::AccountWriter;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::Takeout;
use crate::takeout::records::{Manifest, VERSION, micros};
use crate::{ServiceError, ServiceResult};

/// All pages of something, one after the other.
macro_rules! each_page {
    (|$page:ident| $read:expr, |$items:ident| $body:expr) => {{
        let mut cursor = None;
        loop {
            let $page = &domain::pages::PageRequest { cursor, limit: domain::limits::PAGE };
            let domain::pages::Page { items: $items, next_cursor } = $read.await?;
            $body;
            cursor = next_cursor;
            if cursor.is_none() {
                break;
            }
        }
    }};
}

mod contents;
mod social;

/// How long an archive waits for its turn.
const TURN: Duration = Duration::from_secs(20);

/// How long whoever asked may take nothing.
const STALLED: Duration = Duration::from_secs(120);

/// The size of the pieces that leave.
const PIECE: usize = 64 * 1024;

/// Pieces between the two ends.
const WAITING: usize = 4;

/// An archive that leaves.
#[derive(Debug)]
pub struct Leaving {
    /// What to call the file, in ASCII.
    pub file_name: String,
    /// Its pieces. One that is an error is the last: the archive is not whole.
    pub pieces: mpsc::Receiver<Result<Vec<u8>, ServiceError>>,
}

/// What the thread is told to pack.
enum Packing {
    Begin(String),
    Bytes(Vec<u8>),
    /// There is no more, and nothing failed.
    Done,
}

/// Where the contents are written.
struct Pack {
    to: mpsc::Sender<Packing>,
}

/// Nobody reads any more.
fn gone() -> ServiceError {
    ServiceError::Unavailable("nobody takes the archive any more".to_owned())
}

impl Pack {
    async fn tell(&self, packing: Packing) -> ServiceResult<()> {
        self.to.send(packing).await.map_err(|_| gone())
    }

    async fn begin(&self, path: impl Into<String>) -> ServiceResult<()> {
        self.tell(Packing::Begin(path.into())).await
    }

    async fn bytes(&self, bytes: Vec<u8>) -> ServiceResult<()> {
        self.tell(Packing::Bytes(bytes)).await
    }

    /// A whole file.
    async fn file(&self, path: impl Into<String>, bytes: Vec<u8>) -> ServiceResult<()> {
        self.begin(path).await?;
        self.bytes(bytes).await
    }

    /// A whole file of JSON, for people to read.
    async fn json<T: serde::Serialize>(&self, path: impl Into<String>, value: &T) -> ServiceResult<()> {
        let json = serde_json::to_vec_pretty(value).map_err(|error| ServiceError::Internal(error.to_string()))?;
        self.file(path, json).await
    }
}

/// The far end of the packing thread.
struct Out {
    to: mpsc::Sender<Result<Vec<u8>, ServiceError>>,
    handle: Handle,
    held: Vec<u8>,
}

impl Out {
    fn send(&mut self) -> std::io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.held);
        let sent = self.handle.block_on(tokio::time::timeout(STALLED, self.to.send(Ok(piece))));
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.send()
    }
}

/// Packs until there is no more; an archive that is not whole has no end.
fn pack(mut from: mpsc::Receiver<Packing>, out: Out) -> std::io::Result<()> {
    let mut writer = AccountWriter::new(out);
    while let Some(packing) = from.blocking_recv() {
        match packing {
            Packing::Begin(path) => writer.begin(&path)?,
            Packing::Bytes(bytes) => writer.write(&bytes)?,
            Packing::Done => return writer.finish(),
        }
    }
    Ok(())
}

impl Takeout {
    /// All that is a person's, as one archive.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable` when too many leave already.
    pub async fn export(&self, person: UserId) -> ServiceResult<Leaving> {
        let user = self.stores.accounts.find_user(person).await?.ok_or(ServiceError::NotFound)?;
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.leaving).acquire_owned()).await;
        let permit = turn.ok().and_then(Result::ok).ok_or_else(|| {
            ServiceError::Unavailable("other archives are being made; try again in a minute".to_owned())
        })?;
        let (to_out, pieces) = mpsc::channel(WAITING);
        let (to_pack, from) = mpsc::channel(WAITING);
        let out = Out { to: to_out.clone(), handle: Handle::current(), held: Vec::with_capacity(PIECE) };
        let packing = tokio::task::spawn_blocking(move || {
            let packed = pack(from, out);
            drop(permit);
            packed
        });
        let takeout = self.clone();
        let manifest =
            Manifest { program: "talker".to_owned(), version: VERSION, exported_at: micros(self.clock.now()), person };
        tokio::spawn(async move {
            let pack = Pack { to: to_pack };
            let gathered = async {
                pack.json(exchange::account::MANIFEST, &manifest).await?;
                takeout.gather(&pack, &user).await?;
                pack.tell(Packing::Done).await
            };
            let gathered = gathered.await;
            drop(pack);
            let packed = packing.await;
            if let Err(error) = gathered {
                if error != gone() {
                    tracing::error!(error = %error, "an archive of an account could not be made");
                    // Whoever takes it must not believe that it is whole.
                    drop(to_out.send(Err(error)).await);
                }
            } else if !matches!(packed, Ok(Ok(()))) {
                tracing::info!("an archive of an account was not taken to its end");
            }
        });
        let day = self.clock.now().date();
        Ok(Leaving { file_name: format!("talker-{day}.zip"), pieces })
    }
}
