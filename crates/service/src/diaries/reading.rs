//! What a person reads of a diary, and how they put an end to it.

use domain::diaries::{DiaryEntry, DiaryKeeping, DiarySettings};
use domain::ids::{CharacterId, DiaryEntryId, UserId};
use domain::memories::Scope;
use domain::pages::{Page, PageRequest};

use super::Diaries;
use crate::ServiceResult;

/// How a diary is kept, as its person sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiaryView {
    /// How the person wants it.
    pub settings: DiarySettings,
    /// Whether she keeps one, or why not.
    pub keeping: DiaryKeeping,
}

impl Diaries {
    /// How the diary of a character whom the person may see is kept.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn view(&self, user: UserId, character: CharacterId) -> ServiceResult<DiaryView> {
        let inner = &self.inner;
        let scope = Scope { user, character };
        let (found, settings, bond) = tokio::join!(
            inner.characters.get(user, character),
            inner.stores.diaries.diary_settings(scope),
            inner.stores.bonds.bond(scope)
        );
        let (found, settings, bond) = (found?, settings?, bond?);
        let is_tiny = inner.catalog.choose([None, found.profile.model.as_deref()]).info().tiny;
        let keeping = match (inner.learns, settings.on, bond.settings.on) {
            (false, ..) => DiaryKeeping::ServerOff,
            (_, false, _) => DiaryKeeping::Off,
            (_, _, false) => DiaryKeeping::BondOff,
            _ if is_tiny => DiaryKeeping::TinyModel,
            _ => DiaryKeeping::On,
        };
        Ok(DiaryView { settings, keeping })
    }

    /// Switches it on or off. What was said before it was switched on stands in no entry; what is written stays.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn switch(&self, user: UserId, character: CharacterId, on: bool) -> ServiceResult<DiaryView> {
        let inner = &self.inner;
        inner.characters.get(user, character).await?;
        inner.stores.diaries.switch_diary(Scope { user, character }, on, inner.clock.now()).await?;
        self.view(user, character).await
    }

    /// The entries, the newest day first.
    ///
    /// # Errors
    /// `NotFound`, `InvalidCursor`.
    pub async fn page(
        &self,
        user: UserId,
        character: CharacterId,
        page: &PageRequest,
    ) -> ServiceResult<Page<DiaryEntry>> {
        let inner = &self.inner;
        inner.characters.get(user, character).await?;
        Ok(inner.stores.diaries.page_entries(Scope { user, character }, page).await?)
    }

    /// Takes an entry away; its day gets no other.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete(&self, user: UserId, character: CharacterId, id: DiaryEntryId) -> ServiceResult<()> {
        self.inner.characters.get(user, character).await?;
        Ok(self.inner.stores.diaries.delete_entry(Scope { user, character }, id).await?)
    }
}
