//! The suites of `DiscoveryStore` and `EmbedderStore`.

use domain::characters::{Character, CharacterFilter, CharacterProfile, Visibility};
use domain::ids::{CharacterId, UserId};

use super::making::Making;
use crate::Stores;
use crate::discovery::{Near, NewCharacterVector};
use crate::embedders::KeptEmbedder;

/// Runs that of `DiscoveryStore`.
pub async fn discovery(stores: &Stores) {
    let making = Making::new(stores);
    missing(stores, &making).await;
    finding(stores, &making).await;
    by_index(stores, &making).await;
}

/// Runs that of `EmbedderStore`: there is one row of it.
pub async fn embedders(stores: &Stores) {
    let making = Making::new(stores);
    let new = || KeptEmbedder { name: format!("e{}", making.uuid().simple()), dimensions: 384 };
    let (first, second) = (new(), new());
    stores.embedders.use_embedder(&first).await.unwrap();
    assert_eq!(stores.embedders.find_embedder().await.unwrap(), Some(first.clone()));
    assert_eq!(stores.embedders.claim_embedder(&second).await.unwrap(), first);
    assert_eq!(stores.embedders.claim_embedder(&first).await.unwrap(), first);
    let longer = KeptEmbedder { dimensions: 768, ..first };
    assert_ne!(stores.embedders.claim_embedder(&longer).await.unwrap(), longer);
    stores.embedders.use_embedder(&longer).await.unwrap();
    assert_eq!(stores.embedders.find_embedder().await.unwrap(), Some(longer));
    let (one, other) = (new(), new());
    let both = tokio::join!(stores.embedders.use_embedder(&one), stores.embedders.use_embedder(&other));
    assert!(both.0.is_ok() && both.1.is_ok());
    let kept = stores.embedders.find_embedder().await.unwrap().unwrap();
    assert!(kept == one || kept == other);
}

/// The revision that a character without a vector has; `None` when she has hers.
async fn revision(stores: &Stores, embedder: &str, id: CharacterId) -> Option<u64> {
    let missing = stores.discovery.characters_without_vector(embedder, 100_000).await.unwrap();
    missing.into_iter().find(|missing| missing.character.id == id).map(|missing| missing.revision)
}

async fn save(stores: &Stores, embedder: &str, id: CharacterId, vector: &[f32]) {
    let revision = revision(stores, embedder, id).await.unwrap_or_default();
    let new = NewCharacterVector { character: id, revision, vector: vector.to_vec() };
    stores.discovery.save_character_vectors(embedder, &[new]).await.unwrap();
}

async fn missing(stores: &Stores, making: &Making<'_>) {
    let owner = making.user().await.id;
    let (embedder, other) = (making.uuid().simple().to_string(), making.uuid().simple().to_string());
    let mut character = making.new_character(Some(owner));
    character.profile.visibility = Visibility::Private;
    stores.characters.create_character(&character, None).await.unwrap();
    let id = character.id;
    let found = stores.discovery.characters_without_vector(&embedder, 100_000).await.unwrap();
    assert_eq!(found.iter().find(|found| found.character.id == id).map(|found| &found.character), Some(&character));
    assert_eq!(stores.discovery.characters_without_vector(&embedder, 1).await.unwrap().len(), 1);
    let before = revision(stores, &embedder, id).await.unwrap();
    save(stores, &embedder, id, &[1.0, 0.0]).await;
    assert_eq!(revision(stores, &embedder, id).await, None);
    assert!(revision(stores, &other, id).await.is_some(), "vectors of another embedder are none");
    // A change wants another vector; what was made before it does not count for what she is now.
    stores.characters.update_character(owner, id, &character.profile, making.now()).await.unwrap();
    assert!(revision(stores, &embedder, id).await.is_some_and(|now| now > before));
    let stale = NewCharacterVector { character: id, revision: before, vector: vec![1.0, 0.0] };
    stores.discovery.save_character_vectors(&embedder, std::slice::from_ref(&stale)).await.unwrap();
    assert!(revision(stores, &embedder, id).await.is_some());
    // What the embedder refuses is not asked again.
    save(stores, &embedder, id, &[]).await;
    assert_eq!(revision(stores, &embedder, id).await, None);
    stores.characters.delete_character(owner, id, making.now()).await.unwrap();
    assert_eq!(revision(stores, &embedder, id).await, None);
    let nobody = NewCharacterVector { character: CharacterId(making.uuid()), ..stale.clone() };
    stores.discovery.save_character_vectors(&embedder, &[stale, nobody]).await.unwrap();
    stores.discovery.save_character_vectors(&embedder, &[]).await.unwrap();
}

/// Characters of one test, with vectors of their own embedder.
struct World<'a> {
    stores: &'a Stores,
    making: &'a Making<'a>,
    embedder: String,
    owner: UserId,
}

impl<'a> World<'a> {
    async fn new(stores: &'a Stores, making: &'a Making<'a>) -> Self {
        Self { stores, making, embedder: making.uuid().simple().to_string(), owner: making.user().await.id }
    }

    async fn add(&self, name: &str, visibility: Visibility, vector: &[f32]) -> Character {
        let mut character = self.making.new_character(Some(self.owner));
        character.profile = CharacterProfile {
            name: name.into(),
            tagline: String::new(),
            tags: vec![name.to_lowercase()],
            visibility,
            ..character.profile
        };
        self.stores.characters.create_character(&character, None).await.unwrap();
        save(self.stores, &self.embedder, character.id, vector).await;
        character
    }

    async fn names(&self, viewer: UserId, filter: &CharacterFilter, within: f64, limit: u32) -> Vec<String> {
        let near = Near { vector: &[0.6, 0.8, 0.0], embedder: &self.embedder, within };
        let found = self.stores.discovery.nearest_characters(viewer, filter, near, limit).await.unwrap();
        assert!(found.windows(2).all(|pair| pair[0].distance <= pair[1].distance));
        found.into_iter().map(|near| near.character.profile.name).collect()
    }
}

fn words(search: &str) -> CharacterFilter {
    CharacterFilter { search: Some(search.into()), ..CharacterFilter::default() }
}

async fn finding(stores: &Stores, making: &Making<'_>) {
    let world = World::new(stores, making).await;
    let (owner, other) = (world.owner, making.user().await.id);
    world.add("Near", Visibility::Public, &[0.6, 0.8, 0.0]).await;
    world.add("Aside", Visibility::Public, &[1.0, 0.0, 0.0]).await;
    world.add("Far", Visibility::Public, &[0.0, 0.0, 1.0]).await;
    world.add("Hidden", Visibility::Private, &[0.6, 0.8, 0.0]).await;
    world.add("Unlisted", Visibility::Unlisted, &[0.8, 0.6, 0.0]).await;
    world.add("Refused", Visibility::Public, &[]).await;
    world.add("Short", Visibility::Public, &[1.0]).await;
    let gone = world.add("Gone", Visibility::Public, &[0.6, 0.8, 0.0]).await;
    stores.characters.delete_character(owner, gone.id, making.now()).await.unwrap();
    let all = CharacterFilter::default();
    assert_eq!(world.names(other, &all, 2.0, 10).await, ["Near", "Aside", "Far"]);
    assert_eq!(world.names(other, &all, 2.0, 1).await, ["Near"]);
    assert_eq!(world.names(other, &all, 0.5, 10).await, ["Near", "Aside"]);
    // Those that are as near come in the order of their ids.
    assert_eq!(world.names(owner, &all, 0.5, 10).await, ["Near", "Hidden", "Unlisted", "Aside"]);
    assert_eq!(world.names(other, &CharacterFilter { mine: true, ..all.clone() }, 2.0, 10).await, [""; 0]);
    assert_eq!(
        world.names(owner, &CharacterFilter { mine: true, ..all.clone() }, 0.1, 10).await,
        ["Near", "Hidden", "Unlisted"]
    );
    let tagged = CharacterFilter { tag: Some("aside".into()), ..all.clone() };
    assert_eq!(world.names(other, &tagged, 2.0, 10).await, ["Aside"]);
    // Whom the words find has been told already.
    assert_eq!(world.names(other, &words("NEAR"), 2.0, 10).await, ["Aside", "Far"]);
    assert_eq!(world.names(other, &words("near far"), 2.0, 10).await, ["Near", "Aside", "Far"]);
    // Vectors of others are not looked at.
    let near = Near { vector: &[0.6, 0.8, 0.0], embedder: "nobody", within: 2.0 };
    assert_eq!(stores.discovery.nearest_characters(owner, &all, near, 10).await.unwrap(), []);
    let near = Near { vector: &[0.6, 0.8, 0.0], embedder: &world.embedder, within: 2.0 };
    let found = stores.discovery.nearest_characters(other, &all, near, 10).await.unwrap();
    let distances: Vec<f64> = found.iter().map(|near| near.distance).collect();
    assert!(distances.iter().zip([0.0, 0.4, 1.0]).all(|(is, should)| (is - should).abs() < 0.002), "{distances:?}");
}

/// An index finds the same, also where most of what is near may not be found.
async fn by_index(stores: &Stores, making: &Making<'_>) {
    stores.discovery.prepare_search(3).await.unwrap();
    stores.discovery.prepare_search(3).await.unwrap();
    stores.discovery.prepare_search(0).await.unwrap();
    stores.discovery.prepare_search(1_000_000).await.unwrap();
    let world = World::new(stores, making).await;
    let other = making.user().await.id;
    for n in 0..40 {
        world.add(&format!("Private{n}"), Visibility::Private, &[0.6, 0.8, 0.0]).await;
    }
    world.add("Public", Visibility::Public, &[0.8, 0.6, 0.0]).await;
    assert_eq!(world.names(other, &CharacterFilter::default(), 2.0, 5).await, ["Public"]);
    assert_eq!(world.names(world.owner, &CharacterFilter::default(), 2.0, 50).await.len(), 41);
}
