//! An archive on its way in. Whatever it says was written by anybody: each noun is checked as if a person had typed it, and what cannot
//! be taken is named and left out, alone.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::friends::FormerTie;
use domain::ids::{CharacterId, LorebookId, SessionId, UserId};
use domain::profiles::SeenPerson;
use exchange::Fault;
use exchange::account::{AccountReader, MANIFEST};
use tokio::sync::OwnedSemaphorePermit;

use super::records::{Manifest, VERSION};
use super::{Takeout, paths, unreadable};
use crate::{ServiceError, ServiceResult};

mod chats;
mod diaries;
mod images;
mod moments;
mod nouns;
mod people;
mod remembered;
mod routes;
mod shared;
mod spoken;

/// How long an archive waits for its turn.
const TURN: Duration = Duration::from_secs(20);

/// How much that was not taken is named.
const NAMED: usize = 200;

/// The largest file of an archive that holds one noun, in bytes.
const NOUN: u64 = 16 * 1024 * 1024;

/// What came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CameIn {
    /// Characters that were made.
    pub characters: u32,
    /// Lorebooks that were made.
    pub lorebooks: u32,
    /// Chats that were made.
    pub sessions: u32,
    /// Memories that were made.
    pub memories: u32,
    /// Moments that were made.
    pub moments: u32,
    /// Entries of diaries that were made.
    pub diary_entries: u32,
    /// People who are blocked or muted now, and were not before.
    pub shunned: u32,
    /// Characters, lorebooks, chats and moments that were here already.
    pub known: u32,
    /// People of the same handle here who were friends or followed, and are not: nobody is asked or followed unless the person says so.
    pub people: Vec<KnownBefore>,
    /// What was not taken, as far as it is named.
    pub left: Vec<NotTaken>,
}

/// Somebody here whose handle stood among friends, or those who were followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBefore {
    /// Who has that handle here.
    pub person: SeenPerson,
    /// What whoever had it there was.
    pub was: FormerTie,
}

/// Something of an archive that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTaken {
    /// Its path in the archive.
    pub path: String,
    /// Why, without anything of its text.
    pub reason: String,
}

/// An archive that comes in, and how far it has.
struct Coming {
    person: UserId,
    /// Away while something is read.
    reader: Option<AccountReader>,
    came: CameIn,
    characters: HashMap<CharacterId, CharacterId>,
    sessions: HashMap<SessionId, SessionId>,
    /// Books that stood open in sessions.
    opened: Vec<(LorebookId, SessionId)>,
}

/// What is made of one noun.
enum Made {
    New,
    Known,
}

impl Coming {
    /// What is in a file; read off the async threads.
    async fn read(&mut self, path: &str, most: u64) -> ServiceResult<Option<Vec<u8>>> {
        let lost = || ServiceError::Internal("an archive that was lost while it was read".to_owned());
        let (mut reader, path) = (self.reader.take().ok_or_else(lost)?, path.to_owned());
        let task = tokio::task::spawn_blocking(move || {
            let read = reader.read(&path, most);
            (reader, read)
        });
        let (reader, read) = task.await.map_err(|_| lost())?;
        self.reader = Some(reader);
        read.map_err(ServiceError::Unreadable)
    }

    /// A noun in a file.
    async fn noun<T: serde::de::DeserializeOwned>(&mut self, path: &str) -> ServiceResult<Option<T>> {
        let Some(bytes) = self.read(path, NOUN).await? else { return Ok(None) };
        // Bounded in depth and number before a value is made of it.
        exchange::json::parse(&bytes, bytes.len()).map_err(ServiceError::Unreadable)?;
        let form = |_| ServiceError::Unreadable(unreadable(Fault::Form, "", "has another form than it should"));
        serde_json::from_slice(&bytes).map(Some).map_err(form)
    }

    fn leave(&mut self, path: &str, reason: impl Into<String>) {
        if self.came.left.len() < NAMED {
            self.came.left.push(NotTaken { path: path.to_owned(), reason: reason.into() });
        }
    }

    /// What became of a noun. One that cannot be taken is named; where it is a fault of ours, or of a store, all ends.
    fn settle(&mut self, path: &str, made: ServiceResult<Made>) -> ServiceResult<bool> {
        match made {
            Ok(Made::New) => Ok(true),
            Ok(Made::Known) => {
                self.came.known += 1;
                Ok(false)
            }
            Err(ServiceError::Unreadable(error)) => {
                self.leave(path, error.to_string());
                Ok(false)
            }
            Err(ServiceError::Invalid(errors)) => {
                let first = errors.first().map(|error| format!("{} {}", error.field, error.message));
                self.leave(path, first.unwrap_or_default());
                Ok(false)
            }
            Err(ServiceError::Conflict(conflict)) => {
                self.leave(path, conflict.to_string());
                Ok(false)
            }
            Err(ServiceError::NotFound) => {
                self.leave(path, "belongs to something that is not there");
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }
}

/// The turn of one who brings an archive: archives are large, so they are held one at a time.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "held, not used")] OwnedSemaphorePermit);

impl Takeout {
    /// Waits until no other archive comes in on this node: before one is taken into memory.
    ///
    /// # Errors
    /// `Unavailable` when that takes too long.
    pub async fn turn(&self) -> ServiceResult<Turn> {
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.coming).acquire_owned()).await;
        turn.ok()
            .and_then(Result::ok)
            .map(Turn)
            .ok_or_else(|| ServiceError::Unavailable("another archive is being read; try again in a minute".to_owned()))
    }

    /// Brings in an archive; once more makes nothing twice. What is here is never changed.
    ///
    /// # Errors
    /// `Unreadable` when it is no archive of an account.
    pub async fn import(&self, _turn: &Turn, person: UserId, bytes: Vec<u8>) -> ServiceResult<CameIn> {
        let opening = tokio::task::spawn_blocking(move || AccountReader::open(bytes)).await;
        let opened = opening.map_err(|error| ServiceError::Internal(error.to_string()))?;
        let mut coming = Coming {
            person,
            reader: Some(opened.map_err(ServiceError::Unreadable)?),
            came: CameIn::default(),
            characters: HashMap::new(),
            sessions: HashMap::new(),
            opened: Vec::new(),
        };
        let paths = coming.list().await?;
        let of = |folder: &'static str, ending: &'static str| {
            paths.iter().filter(move |path| path.starts_with(folder) && path.ends_with(ending))
        };
        for path in of(paths::CHARACTERS, "/character.json") {
            let made = self.take_character(&mut coming, path).await;
            coming.came.characters += u32::from(coming.settle(path, made)?);
        }
        let is_book = |path: &&String| path.matches('/').count() == 1;
        for path in of(paths::LOREBOOKS, ".json").filter(is_book) {
            let made = self.take_book(&mut coming, path).await;
            coming.came.lorebooks += u32::from(coming.settle(path, made)?);
        }
        for path in of(paths::CHATS, "/session.json") {
            let made = self.take_session(&mut coming, path, &paths).await;
            coming.came.sessions += u32::from(coming.settle(path, made)?);
        }
        self.open_in_sessions(&mut coming).await?;
        self.memories_of(&mut coming, of(paths::MEMORIES, ".jsonl").cloned().collect()).await?;
        for path in of(paths::SHARED, "/session.json") {
            let made = self.take_shared(&mut coming, path, &paths).await;
            coming.came.sessions += u32::from(coming.settle(path, made)?);
        }
        self.take_moments(&mut coming).await?;
        self.take_people(&mut coming, &paths).await?;
        self.diaries_of(&mut coming, of(paths::DIARIES, ".jsonl").cloned().collect()).await?;
        Ok(coming.came)
    }
}

impl Coming {
    /// The paths of the archive, once it is known to be one that can be read.
    async fn list(&mut self) -> ServiceResult<Vec<String>> {
        let manifest: Option<Manifest> = self.noun(MANIFEST).await?;
        let known = manifest.is_some_and(|manifest| manifest.program == "talker" && manifest.version <= VERSION);
        if !known {
            let message = "is of a newer version, or of another program";
            return Err(ServiceError::Unreadable(unreadable(Fault::Unsupported, MANIFEST, message)));
        }
        Ok(self.reader.as_ref().map(|reader| reader.paths().to_vec()).unwrap_or_default())
    }
}
