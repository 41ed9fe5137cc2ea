//! Books made, read, changed, taken in and given out.

use domain::ids::{LorebookId, UserId};
use domain::limits;
use domain::lore::book::{Book, Entry, LoreMode};
use domain::lore::reading::{self, LoreFormat};
use domain::lore::shelves::{LoreTarget, Lorebook, LorebookBrief};
use domain::pages::{Page, PageRequest};
use domain::validation::FieldError;
use serde_json::Value;
use store::{Conflict, StoreError};

use super::{Lore, LorebookView};
use crate::{ServiceError, ServiceResult};

/// How often a change is tried when others change the same book.
const ATTEMPTS: u32 = 5;

/// What to change of a book itself; `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "each field is that of `Book`")]
pub struct LorebookPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub mode: Option<LoreMode>,
    pub scan_depth: Option<Option<u32>>,
    pub token_budget: Option<Option<u32>>,
    pub recursive_scanning: Option<Option<bool>>,
}

impl LorebookPatch {
    fn apply(&self, book: &mut Book) {
        let Self { name, description, mode, scan_depth, token_budget, recursive_scanning } = self.clone();
        book.name = name.unwrap_or_else(|| std::mem::take(&mut book.name));
        book.description = description.unwrap_or_else(|| std::mem::take(&mut book.description));
        book.mode = mode.unwrap_or(book.mode);
        book.scan_depth = scan_depth.unwrap_or(book.scan_depth);
        book.token_budget = token_budget.unwrap_or(book.token_budget);
        book.recursive_scanning = recursive_scanning.unwrap_or(book.recursive_scanning);
    }
}

/// A change of the entries of a book.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryChange {
    /// A new one; its number is chosen here.
    Add(Box<Entry>),
    /// Another in the place of the one with its number; what that had of other programs stays.
    Replace(Box<Entry>),
    /// The one with this number goes.
    Remove(u32),
}

impl EntryChange {
    /// Makes the change; the number of the entry.
    fn apply(&self, book: &mut Book) -> ServiceResult<u32> {
        match self {
            Self::Add(entry) => {
                let entry = Entry { uid: book.next_uid(), ..(**entry).clone() }.checked("")?;
                let uid = entry.uid;
                book.entries.push(entry);
                Ok(uid)
            }
            Self::Replace(entry) => {
                let entry = (**entry).clone().checked("")?;
                let uid = entry.uid;
                let kept = book.entries.iter_mut().find(|kept| kept.uid == uid).ok_or(ServiceError::NotFound)?;
                let (extensions, extra) = (std::mem::take(&mut kept.extensions), std::mem::take(&mut kept.extra));
                *kept = Entry { extensions, extra, ..entry };
                Ok(uid)
            }
            Self::Remove(uid) => {
                let before = book.entries.len();
                book.entries.retain(|entry| entry.uid != *uid);
                if book.entries.len() == before { Err(ServiceError::NotFound) } else { Ok(*uid) }
            }
        }
    }
}

impl Lore {
    /// Makes a book.
    ///
    /// # Errors
    /// `Invalid`; the conflict `TooManyLorebooks`.
    pub async fn create(&self, owner: UserId, book: Book) -> ServiceResult<LorebookView> {
        let now = self.clock.now();
        let book = checked(book)?;
        let id = self.mint.id();
        let lorebook = Lorebook { id, owner, book, revision: 0, created_at: now, updated_at: now };
        self.stores.lorebooks.create_lorebook(&lorebook).await?;
        Ok(LorebookView { lorebook, open_at: Vec::new() })
    }

    /// Makes a book of what a file holds, in whichever format.
    ///
    /// # Errors
    /// `Invalid` when it holds no book that could be kept; the conflict `TooManyLorebooks`.
    pub async fn import(&self, owner: UserId, file: &Value, name: Option<String>) -> ServiceResult<LorebookView> {
        let mut book = reading::read(file)?;
        if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
            book.name = name;
        }
        self.create(owner, book).await
    }

    /// A book in a format.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn export(&self, owner: UserId, id: LorebookId, format: LoreFormat) -> ServiceResult<Value> {
        Ok(reading::write(&self.find(owner, id).await?.book, format))
    }

    /// A book of one's own.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, owner: UserId, id: LorebookId) -> ServiceResult<LorebookView> {
        let lorebook = self.find(owner, id).await?;
        self.view(lorebook).await
    }

    pub(crate) async fn find(&self, owner: UserId, id: LorebookId) -> ServiceResult<Lorebook> {
        self.stores.lorebooks.find_lorebook(owner, id).await?.ok_or(ServiceError::NotFound)
    }

    /// A person's books, the newest first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page(&self, owner: UserId, page: &PageRequest) -> ServiceResult<Page<LorebookBrief>> {
        Ok(self.stores.lorebooks.page_lorebooks(owner, page).await?)
    }

    /// Changes a book itself.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn update(&self, owner: UserId, id: LorebookId, patch: &LorebookPatch) -> ServiceResult<LorebookView> {
        let (lorebook, ()) = self
            .change(owner, id, |book| {
                patch.apply(book);
                Ok(())
            })
            .await?;
        self.view(lorebook).await
    }

    /// Changes the entries of a book; the entry as it is now, unless it is gone.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn change_entry(
        &self,
        owner: UserId,
        id: LorebookId,
        change: &EntryChange,
    ) -> ServiceResult<Option<Entry>> {
        let (lorebook, uid) = self.change(owner, id, |book| change.apply(book)).await?;
        Ok(lorebook.book.entries.into_iter().find(|entry| entry.uid == uid))
    }

    /// Reads a book, changes it, and puts it back: again where it was changed meanwhile.
    async fn change<T>(
        &self,
        owner: UserId,
        id: LorebookId,
        apply: impl Fn(&mut Book) -> ServiceResult<T>,
    ) -> ServiceResult<(Lorebook, T)> {
        let mut attempt = 1;
        loop {
            let Lorebook { mut book, revision, .. } = self.find(owner, id).await?;
            let done = apply(&mut book)?;
            let book = checked(book)?;
            match self.stores.lorebooks.replace_lorebook(owner, id, revision, &book, self.clock.now()).await {
                Ok(lorebook) => return Ok((lorebook, done)),
                Err(StoreError::Conflict(Conflict::Outdated)) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Erases a book.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete(&self, owner: UserId, id: LorebookId) -> ServiceResult<()> {
        Ok(self.stores.lorebooks.delete_lorebook(owner, id).await?)
    }

    /// Has a book stand open with a person's own character, with themselves, or in a session where they may; or no more.
    ///
    /// # Errors
    /// `NotFound`; the conflict `TooManyLorebooks`.
    pub(crate) async fn set_open(
        &self,
        owner: UserId,
        id: LorebookId,
        target: LoreTarget,
        is_open: bool,
    ) -> ServiceResult<LorebookView> {
        if is_open {
            self.stores.lore_shelves.open_lorebook(owner, id, target, self.clock.now()).await?;
        } else {
            self.stores.lore_shelves.close_lorebook(owner, id, target).await?;
        }
        self.get(owner, id).await
    }

    /// The same with a character of one's own.
    ///
    /// # Errors
    /// As [`Self::set_open_with_me`].
    pub async fn set_open_with(
        &self,
        owner: UserId,
        id: LorebookId,
        character: domain::ids::CharacterId,
        is_open: bool,
    ) -> ServiceResult<LorebookView> {
        self.set_open(owner, id, LoreTarget::Character(character), is_open).await
    }

    /// The same wherever one talks alone with a character.
    ///
    /// # Errors
    /// `NotFound`; the conflict `TooManyLorebooks`.
    pub async fn set_open_with_me(&self, owner: UserId, id: LorebookId, is_open: bool) -> ServiceResult<LorebookView> {
        self.set_open(owner, id, LoreTarget::Person(owner), is_open).await
    }
}

/// A book within its bounds, also as a whole.
fn checked(book: Book) -> ServiceResult<Book> {
    let book = book.checked()?;
    let length = serde_json::to_vec(&book).map_or(usize::MAX, |json| json.len());
    if length > limits::LORE_BYTES {
        let message = format!("must take at most {} bytes together", limits::LORE_BYTES);
        return Err(FieldError::new("entries", message).into());
    }
    Ok(book)
}
