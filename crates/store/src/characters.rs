//! Characters: kept for their makers, shown to those who may meet them.

use async_trait::async_trait;
use domain::characters::{Character, CharacterFilter, CharacterProfile, Translation};
use domain::ids::{CharacterId, SessionId, UserId};
use domain::media::Media;
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// Keeps characters.
#[async_trait]
pub trait CharacterStore: Send + Sync {
    /// Keeps a new character with her picture. Does nothing when this id is kept already (the characters that come with
    /// Talker are offered at every start). Conflict: `TooManyCharacters`.
    async fn create_character(&self, character: &Character, avatar: Option<&Media>) -> StoreResult<()>;
    /// The character, if `viewer` may see her: public, unlisted, their own, or one they have a session with (she may
    /// then be deleted). One who is mature is there for her maker and for those who see what is.
    async fn find_character(&self, viewer: UserId, id: CharacterId) -> StoreResult<Option<Character>>;
    /// Whether a session of a person is closed to them: whether its character is not for them. One that is not theirs is not.
    async fn is_closed(&self, owner: UserId, session: SessionId) -> StoreResult<bool>;
    /// Rewrites the profile of one's own character.
    async fn update_character(
        &self,
        owner: UserId,
        id: CharacterId,
        profile: &CharacterProfile,
        now: OffsetDateTime,
    ) -> StoreResult<Character>;
    /// Keeps what people read of a character that came with Talker in other languages. Does nothing to one that somebody made.
    async fn translate_character(&self, id: CharacterId, translations: &[Translation]) -> StoreResult<()>;
    /// Sets or removes the picture of one's own character; the picture before is deleted.
    async fn set_avatar(
        &self,
        owner: UserId,
        id: CharacterId,
        avatar: Option<&Media>,
        now: OffsetDateTime,
    ) -> StoreResult<Character>;
    /// Deletes one's own character: her texts are erased; name and picture stay for those who have sessions with her.
    async fn delete_character(&self, owner: UserId, id: CharacterId, now: OffsetDateTime) -> StoreResult<()>;
    /// Public characters and the viewer's own, the newest first.
    async fn page_characters(
        &self,
        viewer: UserId,
        filter: &CharacterFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<Character>>;
}
