//! The whole book as one document, for the person to keep.

use domain::ids::{CharacterId, UserId};
use domain::limits;
use domain::memories::{Memory, MemoryFilter};
use domain::pages::PageRequest;
use time::OffsetDateTime;

use super::Memories;
use crate::ServiceResult;

/// The whole book.
#[derive(Debug, Clone, PartialEq)]
pub struct BookExport {
    /// Whose memories these are.
    pub character_id: CharacterId,
    /// Her name.
    pub character: String,
    /// When it was written.
    pub exported_at: OffsetDateTime,
    /// All memories, also those that no longer count, the newest first.
    pub memories: Vec<Memory>,
}

impl Memories {
    /// All that a character remembers of the person.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn export(&self, user: UserId, character: CharacterId) -> ServiceResult<BookExport> {
        let scope = self.scope(user, character).await?;
        let shown = self.inner.characters.get(user, character).await?;
        let filter = MemoryFilter { ended: true, ..MemoryFilter::default() };
        let mut memories = Vec::new();
        let mut cursor = None;
        loop {
            let request = PageRequest { cursor, limit: limits::PAGE };
            let page = self.page_of(scope, filter, &request).await?;
            memories.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(BookExport {
            character_id: character,
            character: shown.profile.name,
            exported_at: self.inner.clock.now(),
            memories,
        })
    }
}
