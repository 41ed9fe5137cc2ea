//! Characters: made, changed, shown, deleted; their pictures; and those that come with Talker.

use std::sync::Arc;

use domain::accounts::{AgeClass, mature};
use domain::bonds::BondRules;
use domain::characters::{
    Character, CharacterFilter, CharacterProfile, ContentRating, DepthPrompt, Translation, Visibility,
};
use domain::ids::{CharacterId, MediaId, UserId};
use domain::limits;
use domain::media::{Media, MediaType};
use domain::pages::{Page, PageRequest};
use domain::recommendations::Regard;
use domain::routine::Routine;
use domain::sampling::Sampling;
use domain::validation::optional_line;
use store::{StoreResult, Stores};

use crate::app::AppParts;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::discovery;
use crate::embedding::Embedding;
use crate::media::Images;
use crate::mint::Mint;
use crate::routine::Presence;
use crate::{ServiceError, ServiceResult, routine};

/// The use cases of characters.
#[derive(Clone)]
pub struct Characters {
    stores: Stores,
    clock: Arc<dyn Clock>,
    mint: Mint,
    catalog: Catalog,
    images: Images,
    embedding: Embedding,
}

/// A character as somebody sees her.
#[derive(Debug, Clone, PartialEq)]
pub struct CharacterView {
    /// The character.
    pub character: Character,
    /// What this person makes of her, and how many like her.
    pub regard: Regard,
}

impl CharacterView {
    /// These characters as `viewer` sees them, in their order.
    pub(crate) async fn of_all(stores: &Stores, viewer: UserId, characters: Vec<Character>) -> StoreResult<Vec<Self>> {
        if characters.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<CharacterId> = characters.iter().map(|character| character.id).collect();
        let regards = stores.tastes.regards(viewer, &ids).await?;
        let view = |character: Character| {
            let regard = regards.get(&character.id).copied().unwrap_or_default();
            Self { character, regard }
        };
        Ok(characters.into_iter().map(view).collect())
    }
}

/// A new character: nobody knows her yet.
impl From<Character> for CharacterView {
    fn from(character: Character) -> Self {
        Self { character, regard: Regard::default() }
    }
}

/// What the maker of a character changes; `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "each field is that of `CharacterProfile`")]
pub struct CharacterPatch {
    pub name: Option<String>,
    pub tagline: Option<String>,
    pub persona: Option<String>,
    pub scenario: Option<String>,
    pub greeting: Option<String>,
    pub alternate_greetings: Option<Vec<String>>,
    pub group_greetings: Option<Vec<String>>,
    pub examples: Option<String>,
    pub system_prompt: Option<String>,
    pub post_history_instructions: Option<String>,
    pub depth_prompt: Option<DepthPrompt>,
    pub creator_notes: Option<String>,
    pub tags: Option<Vec<String>>,
    pub visibility: Option<Visibility>,
    pub rating: Option<ContentRating>,
    pub model: Option<Option<String>>,
    pub sampling: Option<Sampling>,
    /// How bonds with her grow; `Some(None)` is the usual way.
    pub bond: Option<Option<BondRules>>,
    pub routine: Option<Option<Routine>>,
    pub translations: Option<Vec<Translation>>,
}

impl CharacterPatch {
    /// The profile with these changes.
    #[must_use]
    pub fn over(self, present: CharacterProfile) -> CharacterProfile {
        CharacterProfile {
            name: self.name.unwrap_or(present.name),
            tagline: self.tagline.unwrap_or(present.tagline),
            persona: self.persona.unwrap_or(present.persona),
            scenario: self.scenario.unwrap_or(present.scenario),
            greeting: self.greeting.unwrap_or(present.greeting),
            alternate_greetings: self.alternate_greetings.unwrap_or(present.alternate_greetings),
            group_greetings: self.group_greetings.unwrap_or(present.group_greetings),
            examples: self.examples.unwrap_or(present.examples),
            system_prompt: self.system_prompt.unwrap_or(present.system_prompt),
            post_history_instructions: self.post_history_instructions.unwrap_or(present.post_history_instructions),
            depth_prompt: self.depth_prompt.unwrap_or(present.depth_prompt),
            creator_notes: self.creator_notes.unwrap_or(present.creator_notes),
            tags: self.tags.unwrap_or(present.tags),
            visibility: self.visibility.unwrap_or(present.visibility),
            rating: self.rating.unwrap_or(present.rating),
            model: self.model.unwrap_or(present.model),
            sampling: self.sampling.unwrap_or(present.sampling),
            bond: self.bond.unwrap_or(present.bond),
            routine: self.routine.unwrap_or(present.routine),
            translations: self.translations.unwrap_or(present.translations),
        }
    }
}

/// A character that comes with Talker. The id is written down with her, so that offering her again changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedCharacter {
    /// Her id.
    pub id: CharacterId,
    /// What she is.
    pub profile: CharacterProfile,
    /// Her picture, as SVG.
    pub svg: Option<String>,
}

impl Characters {
    /// The service over these parts.
    #[must_use]
    pub(crate) fn new(parts: &AppParts, mint: Mint, embedding: Embedding) -> Self {
        Self {
            stores: parts.stores.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            catalog: Catalog::new(Arc::clone(&parts.models)),
            images: Images::default(),
            embedding,
        }
    }

    /// Makes a character.
    ///
    /// # Errors
    /// `Invalid`, `Conflict(TooManyCharacters)`.
    pub async fn create(&self, owner: UserId, profile: CharacterProfile) -> ServiceResult<Character> {
        let profile = self.checked(profile)?;
        self.check_rating(owner, &profile).await?;
        let now = self.clock.now();
        let character = Character {
            id: self.mint.id(),
            owner: Some(owner),
            profile,
            avatar: None,
            created_at: now,
            updated_at: now,
            deleted: false,
        };
        self.stores.characters.create_character(&character, None).await?;
        Ok(character)
    }

    /// A character that `viewer` may see.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, viewer: UserId, id: CharacterId) -> ServiceResult<Character> {
        self.stores.characters.find_character(viewer, id).await?.ok_or(ServiceError::NotFound)
    }

    /// The same with what `viewer` makes of her.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn view(&self, viewer: UserId, id: CharacterId) -> ServiceResult<CharacterView> {
        let character = self.get(viewer, id).await?;
        self.seen_by(viewer, character).await
    }

    async fn seen_by(&self, viewer: UserId, character: Character) -> ServiceResult<CharacterView> {
        let views = CharacterView::of_all(&self.stores, viewer, vec![character]).await?;
        views.into_iter().next().ok_or(ServiceError::NotFound)
    }

    /// What a character does now; `None` where her week is not known, or she is gone.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn presence(&self, viewer: UserId, id: CharacterId) -> ServiceResult<Option<Presence>> {
        let character = self.get(viewer, id).await?;
        Ok(character.profile.routine.as_ref().map(|routine| Presence::of(routine, self.clock.now())))
    }

    /// Changes one's own character.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn update(&self, owner: UserId, id: CharacterId, patch: CharacterPatch) -> ServiceResult<CharacterView> {
        let present = self.own(owner, id).await?;
        let (model, rating) = (present.profile.model.clone(), present.profile.rating);
        let profile = patch.over(present.profile).checked()?;
        routine::check_zone(profile.routine.as_ref())?;
        // A model that is gone since is no reason to refuse another change.
        if profile.model != model {
            self.check_model(&profile)?;
        }
        if profile.rating != rating {
            self.check_rating(owner, &profile).await?;
        }
        let character = self.stores.characters.update_character(owner, id, &profile, self.clock.now()).await?;
        self.seen_by(owner, character).await
    }

    /// Deletes one's own character; name and picture stay for those who have sessions with her.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete(&self, owner: UserId, id: CharacterId) -> ServiceResult<()> {
        Ok(self.stores.characters.delete_character(owner, id, self.clock.now()).await?)
    }

    /// Public characters and the viewer's own, the newest first. A search goes on with those who are meant, the nearest first.
    ///
    /// # Errors
    /// `Invalid`, `InvalidCursor`.
    pub async fn page(
        &self,
        viewer: UserId,
        filter: CharacterFilter,
        page: &PageRequest,
    ) -> ServiceResult<Page<CharacterView>> {
        let search = filter.search.map(|search| optional_line("search", &search, limits::SEARCH)).transpose()?;
        let tag = filter.tag.map(|tag| optional_line("tag", &tag.to_lowercase(), limits::TAG)).transpose()?;
        let wanted = CharacterFilter {
            search: search.filter(|search| !search.is_empty()),
            tag: tag.filter(|tag| !tag.is_empty()),
            mine: filter.mine,
            hidden: filter.hidden,
        };
        let found = match wanted.search {
            Some(_) => discovery::search(&self.stores, &self.embedding, viewer, &wanted, page).await?,
            None => self.stores.characters.page_characters(viewer, &wanted, page).await?,
        };
        let items = CharacterView::of_all(&self.stores, viewer, found.items).await?;
        Ok(Page { items, next_cursor: found.next_cursor })
    }

    /// Gives one's own character a picture: a PNG, JPEG or WebP, which is cut to a square and encoded anew.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` when it is no such image.
    pub async fn set_avatar(&self, owner: UserId, id: CharacterId, bytes: Vec<u8>) -> ServiceResult<CharacterView> {
        self.own(owner, id).await?;
        let image = self.images.avatar(bytes).await?;
        let now = self.clock.now();
        let media = Media {
            id: self.mint.id(),
            owner: Some(owner),
            media_type: image.media_type,
            bytes: image.bytes,
            created_at: now,
        };
        let character = self.stores.characters.set_avatar(owner, id, Some(&media), now).await?;
        self.seen_by(owner, character).await
    }

    /// Takes the picture of one's own character away.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn remove_avatar(&self, owner: UserId, id: CharacterId) -> ServiceResult<CharacterView> {
        let character = self.stores.characters.set_avatar(owner, id, None, self.clock.now()).await?;
        self.seen_by(owner, character).await
    }

    /// Keeps a character that comes with Talker. Who is there already stays as she is, but for what people read of her in other
    /// languages: a later version may have more of it.
    ///
    /// # Errors
    /// `Invalid` when her profile is not in its bounds.
    pub async fn import_seed(&self, seed: SeedCharacter) -> ServiceResult<()> {
        let now = self.clock.now();
        let picture = seed.svg.map(|svg| Media {
            id: self.mint.id::<MediaId>(),
            owner: None,
            media_type: MediaType::Svg,
            bytes: svg.into_bytes(),
            created_at: now,
        });
        let character = Character {
            id: seed.id,
            owner: None,
            profile: seed.profile.checked()?,
            avatar: picture.as_ref().map(|picture| picture.id),
            created_at: now,
            updated_at: now,
            deleted: false,
        };
        let characters = &self.stores.characters;
        characters.create_character(&character, picture.as_ref()).await?;
        Ok(characters.translate_character(character.id, &character.profile.translations).await?)
    }

    /// One's own character, while she is there.
    pub(crate) async fn own(&self, owner: UserId, id: CharacterId) -> ServiceResult<Character> {
        let character = self.get(owner, id).await?;
        if character.owner == Some(owner) && !character.deleted { Ok(character) } else { Err(ServiceError::NotFound) }
    }

    fn checked(&self, profile: CharacterProfile) -> ServiceResult<CharacterProfile> {
        let profile = profile.checked()?;
        routine::check_zone(profile.routine.as_ref())?;
        self.check_model(&profile)?;
        Ok(profile)
    }

    /// What is mature is made by adults alone.
    pub(crate) async fn check_rating(&self, maker: UserId, profile: &CharacterProfile) -> ServiceResult<()> {
        match profile.rating {
            ContentRating::General => Ok(()),
            ContentRating::Mature => {
                let user = self.stores.accounts.find_user(maker).await?.ok_or(ServiceError::NotFound)?;
                Ok(mature("rating", AgeClass::of(user.birth_date, self.clock.now().date()))?)
            }
        }
    }

    fn check_model(&self, profile: &CharacterProfile) -> ServiceResult<()> {
        profile.model.as_deref().map_or(Ok(()), |model| self.catalog.check("model", model))
    }
}
