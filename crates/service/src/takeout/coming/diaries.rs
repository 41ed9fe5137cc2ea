//! Diaries of an archive: what was written of days whose messages came along, or are here, and are in view.

use std::collections::HashSet;

use domain::diaries::{DiaryEntry, DiarySource, ENTRY};
use domain::ids::{DiaryEntryId, MessageId};
use domain::limits;
use domain::memories::Scope;
use domain::validation::{FieldError, required_text};
use store::StoreError;

use super::{Coming, Made};
use crate::takeout::Takeout;
use crate::takeout::derived::derived;
use crate::takeout::records::{DiaryRecord, time};
use crate::{ServiceError, ServiceResult};

/// All bytes of one diary.
const BYTES: u64 = 32 * 1024 * 1024;

/// How many messages an entry was written from at most.
const SOURCES: usize = 512;

/// How many entries are kept in one transaction.
const BLOCK: usize = 100;

impl Takeout {
    pub(super) async fn diaries_of(&self, coming: &mut Coming, paths: Vec<String>) -> ServiceResult<()> {
        for path in paths {
            let taken = self.diary_in(coming, &path).await.map(|()| Made::New);
            coming.settle(&path, taken)?;
        }
        Ok(())
    }

    async fn diary_in(&self, coming: &mut Coming, path: &str) -> ServiceResult<()> {
        let Some(scope) = self.scope_of(coming, path).await? else { return Err(ServiceError::NotFound) };
        let bytes = coming.read(path, BYTES).await?.unwrap_or_default();
        let mut entries = Vec::new();
        for (n, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let Ok(record) = serde_json::from_slice::<DiaryRecord>(line) else {
                coming.leave(path, format!("line {n} is no entry as it should be"));
                continue;
            };
            match self.entry(coming, scope, record) {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => coming.leave(path, format!("line {n} is of a chat that is not there")),
                Err(error) => coming.leave(path, format!("line {n}: {} {}", error.field, error.message)),
            }
        }
        for block in entries.chunks(BLOCK) {
            let standing = self.standing(scope, block).await?;
            let stands = |entry: &&DiaryEntry| entry.sources.iter().all(|source| standing.contains(&source.message));
            let block: Vec<DiaryEntry> = block.iter().filter(stands).cloned().collect();
            match self.stores.diaries.bring_entries(scope, &block).await {
                Ok(brought) => coming.came.diary_entries += brought,
                // The account went meanwhile.
                Err(StoreError::NotFound) => return Err(ServiceError::NotFound),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Those of the messages behind these entries that are the person's, and in view.
    async fn standing(&self, scope: Scope, entries: &[DiaryEntry]) -> ServiceResult<HashSet<MessageId>> {
        let of: Vec<MessageId> = entries.iter().flat_map(|entry| &entry.sources).map(|source| source.message).collect();
        if of.is_empty() {
            return Ok(HashSet::new());
        }
        Ok(self.stores.transcripts.standing(scope.user, &of).await?.into_iter().collect())
    }

    /// An entry under the id that it has here; `None` when it is of chats that are not here, or of nothing.
    fn entry(&self, coming: &Coming, scope: Scope, record: DiaryRecord) -> Result<Option<DiaryEntry>, FieldError> {
        let now = self.clock.now();
        let text = required_text("text", &record.text, ENTRY)?;
        let source = |source: &crate::takeout::records::DiarySourceRecord| {
            let session = *coming.sessions.get(&source.session)?;
            // At home everything stands under its own id.
            let is_home = session == source.session;
            let message = if is_home { source.message } else { derived(scope.user, source.message.0, MessageId) };
            Some(DiarySource { session, message })
        };
        let sources: Option<Vec<DiarySource>> = record.sources.iter().take(SOURCES).map(source).collect();
        let Some(sources) = sources.filter(|sources| !sources.is_empty()) else { return Ok(None) };
        let model =
            record.model.map(|model| model.chars().filter(|c| !c.is_control()).take(limits::MODEL_NAME).collect());
        Ok(Some(DiaryEntry {
            id: derived(scope.user, record.id.0, DiaryEntryId),
            scope,
            day: record.day,
            text,
            written_at: time(record.written_at, now),
            model,
            sources,
        }))
    }
}
