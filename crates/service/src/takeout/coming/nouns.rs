//! Characters and lorebooks of an archive.

use std::collections::BTreeMap;

use domain::ClosedSet;
use domain::cards::{CardFile, CardVersion, KeptCard};
use domain::characters::{Character, CharacterProfile};
use domain::ids::CharacterId;
use domain::limits;
use domain::lore::fitting::fitted;
use domain::lore::shelves::{LoreTarget, Lorebook};
use domain::media::Media;
use store::cards::NewImport;
use store::{Conflict, StoreError};

use super::images::Form;
use super::routes::Story;
use super::{Coming, Made};
use crate::takeout::Takeout;
use crate::takeout::derived::derived;
use crate::takeout::records::{BookRecord, CardRecord, CharacterRecord, closed, time};
use crate::{ServiceError, ServiceResult};

impl Takeout {
    /// Makes a character, unless she is here.
    pub(super) async fn take_character(&self, coming: &mut Coming, path: &str) -> ServiceResult<Made> {
        let mut record: CharacterRecord = coming.noun(path).await?.ok_or(ServiceError::NotFound)?;
        let (person, old) = (coming.person, record.id);
        let new = derived(person, old.0, CharacterId);
        let folder = path.trim_end_matches("character.json");
        let story = Story::of(&mut record);
        for id in [old, new] {
            if self.is_own(coming, id).await? {
                coming.characters.insert(old, id);
                // A process may have died before her story was kept.
                if id == new {
                    self.take_route(coming, folder, id, story).await?;
                }
                return Ok(Made::Known);
            }
        }
        let now = self.clock.now();
        let created_at = time(record.created_at, now);
        let avatar = match record.avatar.clone().filter(|name| !name.contains('/')) {
            Some(name) => self.image(coming, &format!("{folder}{name}"), Form::Square).await?.map(|(image, _)| image),
            None => None,
        };
        let card = record.card.take();
        let profile = record.profile().checked()?;
        self.characters.check_rating(person, &profile).await?;
        let character = Character {
            id: new,
            owner: Some(person),
            profile,
            avatar: avatar.as_ref().map(|image| image.id),
            created_at,
            updated_at: now,
            deleted: false,
        };
        match card {
            Some(card) => self.with_card(coming, folder, &character, avatar.as_ref(), card).await?,
            None => self.stores.characters.create_character(&character, avatar.as_ref()).await?,
        }
        self.take_route(coming, folder, new, story).await?;
        coming.characters.insert(old, new);
        Ok(Made::New)
    }

    /// Whether the person has a character of this id.
    pub(super) async fn is_own(&self, coming: &Coming, id: CharacterId) -> ServiceResult<bool> {
        let found = self.stores.characters.find_character(coming.person, id).await?;
        Ok(found.is_some_and(|found| found.owner == Some(coming.person) && !found.deleted))
    }

    async fn with_card(
        &self,
        coming: &mut Coming,
        folder: &str,
        character: &Character,
        avatar: Option<&Media>,
        record: CardRecord,
    ) -> ServiceResult<()> {
        // A card that cannot be read would keep her from ever leaving again.
        let readable = exchange::cards::Card::from_json(record.raw.as_bytes()).is_ok();
        let is_digest = record.digest.len() == 64 && record.digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !readable || !is_digest {
            coming.leave(folder, "has a card that cannot be read");
            return Ok(self.stores.characters.create_character(character, avatar).await?);
        }
        let mut files = Vec::new();
        let mut left = limits::CARD_FILES as u64;
        for (n, path) in record.files.iter().take(exchange::limits::ASSETS).enumerate() {
            let Some(bytes) = coming.read(&format!("{folder}files/{n}"), left).await? else { continue };
            left -= bytes.len() as u64;
            let asset = exchange::cards::Asset { path: path.clone(), bytes };
            if asset.has_safe_path() {
                files.push(CardFile { path: asset.path, bytes: asset.bytes });
            }
        }
        let card = KeptCard {
            version: closed(&record.version, CardVersion::V3),
            raw: record.raw,
            digest: record.digest,
            // Its book is among the books, under the id that it gets there.
            book: record.book.map(|book| derived(coming.person, book.0, domain::ids::LorebookId)),
        };
        let import = NewImport {
            character,
            avatar,
            card: &card,
            book: None,
            files: &files,
            route: None,
            images: &BTreeMap::new(),
        };
        self.stores.cards.import_character(import, false).await?;
        Ok(())
    }

    /// Somebody's character who is not here: her name, so that what was said with her has somebody who said it.
    pub(super) async fn stand_in(
        &self,
        coming: &mut Coming,
        old: CharacterId,
        name: &str,
    ) -> ServiceResult<CharacterId> {
        let new = derived(coming.person, old.0, CharacterId);
        if !self.is_own(coming, new).await? {
            let name: String =
                name.replace(char::is_control, " ").trim().chars().take(limits::CHARACTER_NAME).collect();
            let name = if name.trim().is_empty() { "Somebody".to_owned() } else { name };
            let record = CharacterRecord { name, ..CharacterRecord::default() };
            let profile: CharacterProfile = record.profile().checked()?;
            let now = self.clock.now();
            let (id, owner) = (new, Some(coming.person));
            let character =
                Character { id, owner, profile, avatar: None, created_at: now, updated_at: now, deleted: false };
            self.stores.characters.create_character(&character, None).await?;
            coming.came.characters += 1;
        }
        coming.characters.insert(old, new);
        Ok(new)
    }

    /// Makes a lorebook, unless it is here, and opens it with the characters it stood open with.
    pub(super) async fn take_book(&self, coming: &mut Coming, path: &str) -> ServiceResult<Made> {
        let record: BookRecord = coming.noun(path).await?.ok_or(ServiceError::NotFound)?;
        let (person, old) = (coming.person, record.id);
        let new = derived(person, old.0, domain::ids::LorebookId);
        if self.stores.lorebooks.find_lorebook(person, old).await?.is_some() {
            return Ok(Made::Known);
        }
        let known = self.stores.lorebooks.find_lorebook(person, new).await?;
        // A process may have died before it stood open anywhere.
        let is_whole = match &known {
            Some(known) => {
                known.revision > 0 || !self.stores.lore_shelves.lorebook_targets(person, new).await?.is_empty()
            }
            None => false,
        };
        if is_whole {
            return Ok(Made::Known);
        }
        let now = self.clock.now();
        let created_at = time(record.created_at, now);
        let book = fitted(record.book).book;
        let lorebook = Lorebook { id: new, owner: person, book, revision: 0, created_at, updated_at: now };
        if known.is_none() {
            self.stores.lorebooks.create_lorebook(&lorebook).await?;
        }
        let characters = record.characters.iter().filter_map(|old| coming.characters.get(old));
        let mut targets: Vec<LoreTarget> = characters.map(|id| LoreTarget::Character(*id)).collect();
        if record.with_me {
            targets.push(LoreTarget::Person(person));
        }
        for target in targets {
            self.open(coming, path, new, target).await?;
        }
        coming.opened.extend(record.sessions.into_iter().map(|session| (new, session)));
        Ok(if known.is_none() { Made::New } else { Made::Known })
    }

    /// Opens the books that stood open in chats, now that these are here.
    pub(super) async fn open_in_sessions(&self, coming: &mut Coming) -> ServiceResult<()> {
        for (book, session) in std::mem::take(&mut coming.opened) {
            if let Some(session) = coming.sessions.get(&session).copied() {
                self.open(coming, "lorebooks/", book, LoreTarget::Session(session)).await?;
            }
        }
        Ok(())
    }

    async fn open(
        &self,
        coming: &mut Coming,
        path: &str,
        book: domain::ids::LorebookId,
        target: LoreTarget,
    ) -> ServiceResult<()> {
        let now = self.clock.now();
        match self.stores.lore_shelves.open_lorebook(coming.person, book, target, now).await {
            Ok(()) | Err(StoreError::NotFound) => Ok(()),
            Err(StoreError::Conflict(Conflict::TooManyLorebooks)) => {
                let place = target.kind().as_str();
                coming.leave(path, format!("too many lorebooks stand open there already: {place}"));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}
