//! Characters found by their meaning: their vectors, made in the background, and the part of a search that follows the words.

use domain::characters::{Character, CharacterFilter};
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use store::StoreResult;
use store::Stores;
use store::discovery::{Near, Nearby, NewCharacterVector};
use uuid::Uuid;

use crate::embedding::Embedding;
use crate::jobs::{JobFault, Run};
use crate::{ServiceError, ServiceResult};

/// How many characters go through the embedder at a time.
const BATCH: u32 = 32;

/// How much of a character is embedded, in characters of text.
const TEXT: usize = 1_500;

/// How many characters a search finds by their meaning, over all pages.
const NEAREST: u32 = 100;

/// How far a character may be from what is asked. What has nothing to do with each other is about 1 apart.
const WITHIN: f64 = 0.7;

/// What begins a cursor into this part of a search; those of the store begin with a digit.
const MARK: char = 'm';

/// Whether any character lacks her vector.
pub(crate) async fn is_behind(stores: &Stores, embedder: &str) -> StoreResult<bool> {
    Ok(!stores.discovery.characters_without_vector(embedder, 1).await?.is_empty())
}

/// Makes some of the vectors that are missing; whether there is more to do.
pub(crate) async fn run(stores: &Stores, embedding: &Embedding, embedder: &str) -> Result<Run, JobFault> {
    let missing = stores.discovery.characters_without_vector(embedder, BATCH).await?;
    if missing.is_empty() {
        return Ok(Run::Done);
    }
    let texts = missing.iter().map(|missing| text_of(&missing.character)).collect();
    let vectors = embedding.of_all(texts).await?;
    if !embedding.claim(&vectors).await? {
        return Ok(Run::Done);
    }
    if let Some(length) = vectors.iter().map(Vec::len).find(|length| *length > 0) {
        stores.discovery.prepare_search(u32::try_from(length).unwrap_or(u32::MAX)).await?;
    }
    let new: Vec<NewCharacterVector> = missing
        .iter()
        .zip(vectors)
        .map(|(missing, vector)| NewCharacterVector {
            character: missing.character.id,
            revision: missing.revision,
            vector,
        })
        .collect();
    stores.discovery.save_character_vectors(embedder, &new).await?;
    Ok(Run::Again(std::time::Duration::ZERO))
}

/// What stands for a character.
fn text_of(character: &Character) -> String {
    let profile = &character.profile;
    let text = format!("{}\n{}\n{}\n{}", profile.name, profile.tagline, profile.tags.join(", "), profile.persona);
    text.chars().take(TEXT).collect()
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    distance: f64,
    id: Uuid,
}

/// Before everything.
const START: Place = Place { distance: -1.0, id: Uuid::nil() };

impl Place {
    fn of(near: &Nearby) -> Self {
        Self { distance: near.distance, id: near.character.id.0 }
    }

    fn is_before(&self, near: &Nearby) -> bool {
        self.distance.total_cmp(&near.distance).then(self.id.cmp(&near.character.id.0)).is_lt()
    }

    fn write(self) -> String {
        format!("{MARK}{:016x}{}", self.distance.to_bits(), self.id.simple())
    }

    /// `None` when it is a cursor of the store.
    fn read(text: &str) -> ServiceResult<Option<Self>> {
        let Some(rest) = text.strip_prefix(MARK) else { return Ok(None) };
        let parts = rest.split_at_checked(16).and_then(|(distance, id)| {
            let distance = f64::from_bits(u64::from_str_radix(distance, 16).ok()?);
            Some(Self { distance, id: Uuid::try_parse(id).ok()? })
        });
        match parts.filter(|place| place.write() == text) {
            Some(place) => Ok(Some(place)),
            None => Err(ServiceError::InvalidCursor),
        }
    }
}

/// A page of a search: first who is found by the words, the newest first, then who is meant, the nearest first.
pub(crate) async fn search(
    stores: &Stores,
    embedding: &Embedding,
    viewer: UserId,
    filter: &CharacterFilter,
    page: &PageRequest,
) -> ServiceResult<Page<Character>> {
    let place = page.cursor.as_deref().map(Place::read).transpose()?.flatten();
    let mut found = match place {
        Some(_) => Page { items: Vec::new(), next_cursor: None },
        None => stores.characters.page_characters(viewer, filter, page).await?,
    };
    if found.next_cursor.is_some() {
        return Ok(found);
    }
    let mut place = place.unwrap_or(START);
    let room = (page.limit as usize).saturating_sub(found.items.len());
    let mut near = nearest(stores, embedding, viewer, filter).await?;
    near.retain(|near| place.is_before(near));
    let more = near.len() > room;
    near.truncate(room);
    if let Some(last) = near.last() {
        place = Place::of(last);
    }
    found.items.extend(near.into_iter().map(|near| near.character));
    found.next_cursor = more.then(|| place.write());
    Ok(found)
}

/// Who is meant, as far as that can be told now: words are enough to go on with.
async fn nearest(
    stores: &Stores,
    embedding: &Embedding,
    viewer: UserId,
    filter: &CharacterFilter,
) -> ServiceResult<Vec<Nearby>> {
    let (Some(info), Some(search)) = (embedding.info(), &filter.search) else { return Ok(Vec::new()) };
    let Some(vector) = embedding.of_question(search.clone()).await.filter(|vector| !vector.is_empty()) else {
        return Ok(Vec::new());
    };
    let near = Near { vector: &vector, embedder: &info.name, within: WITHIN };
    Ok(stores.discovery.nearest_characters(viewer, filter, near, NEAREST).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_text_form_and_nothing_else_is_one() {
        for distance in [-1.0, 0.0, 0.25, 0.7] {
            let place = Place { distance, id: Uuid::from_u128(7) };
            assert_eq!(Place::read(&place.write()), Ok(Some(place)));
        }
        assert_eq!(Place::read("0000"), Ok(None));
        for bad in
            ["m", "mé", "m0", &START.write().to_uppercase().replacen('M', "m", 1), &format!("{}0", START.write())]
        {
            assert_eq!(Place::read(bad), Err(ServiceError::InvalidCursor), "{bad}");
        }
    }
}
