//! The characters that come with Talker, offered at every start; those who are there already stay as they are, but for what people
//! read of them in other languages.

use domain::bonds::BondRules;
use domain::characters::{CharacterProfile, ContentRating, DepthPrompt, Translation, Visibility};
use domain::ids::CharacterId;
use domain::routine::Routine;
use domain::sampling::Sampling;
use rust_embed::RustEmbed;
use serde::Deserialize;
use service::characters::{Characters, SeedCharacter};

#[derive(RustEmbed)]
#[folder = "seeds"]
struct Files;

/// A character as she is written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    id: CharacterId,
    name: String,
    #[serde(default)]
    tagline: String,
    #[serde(default)]
    persona: String,
    #[serde(default)]
    scenario: String,
    #[serde(default)]
    greeting: String,
    #[serde(default)]
    alternate_greetings: Vec<String>,
    #[serde(default)]
    group_greetings: Vec<String>,
    #[serde(default)]
    examples: String,
    #[serde(default)]
    system_prompt: String,
    #[serde(default)]
    post_history_instructions: String,
    #[serde(default)]
    depth_prompt: DepthPrompt,
    #[serde(default)]
    creator_notes: String,
    #[serde(default)]
    tags: Vec<String>,
    visibility: Visibility,
    #[serde(default)]
    rating: ContentRating,
    model: Option<String>,
    #[serde(default)]
    sampling: Sampling,
    #[serde(default)]
    bond: Option<BondRules>,
    routine: Option<Routine>,
    #[serde(default)]
    translations: Vec<Translation>,
}

impl Seed {
    fn with_picture(self, svg: Option<String>) -> SeedCharacter {
        let profile = CharacterProfile {
            name: self.name,
            tagline: self.tagline,
            persona: self.persona,
            scenario: self.scenario,
            greeting: self.greeting,
            alternate_greetings: self.alternate_greetings,
            group_greetings: self.group_greetings,
            examples: self.examples,
            system_prompt: self.system_prompt,
            post_history_instructions: self.post_history_instructions,
            depth_prompt: self.depth_prompt,
            creator_notes: self.creator_notes,
            tags: self.tags,
            visibility: self.visibility,
            rating: self.rating,
            model: self.model,
            sampling: self.sampling,
            bond: self.bond,
            routine: self.routine,
            translations: self.translations,
        };
        SeedCharacter { id: self.id, profile, svg }
    }
}

/// Offers all of them. One that cannot be taken is no reason not to start.
pub(crate) async fn offer(characters: &Characters) {
    for (name, seed) in read() {
        let taken = match seed {
            Ok(seed) => characters.import_seed(seed).await.map_err(|error| error.to_string()),
            Err(error) => Err(error),
        };
        if let Err(error) = taken {
            tracing::warn!(seed.name = %name, error = %error, "a character that comes with Talker was not taken");
        }
    }
}

/// Each file with the character in it.
fn read() -> impl Iterator<Item = (String, Result<SeedCharacter, String>)> {
    let names = Files::iter().filter_map(|file| file.strip_suffix(".toml").map(str::to_owned));
    names.map(|name| {
        let seed = text(&format!("{name}.toml")).ok_or_else(|| "is not text".to_owned());
        let seed = seed.and_then(|text| toml::from_str::<Seed>(&text).map_err(|error| error.message().to_owned()));
        let picture = text(&format!("{name}.svg"));
        (name, seed.map(|seed| seed.with_picture(picture)))
    })
}

fn text(file: &str) -> Option<String> {
    String::from_utf8(Files::get(file)?.data.into_owned()).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::safety::Tongue;

    #[test]
    fn all_can_be_read_and_are_in_their_bounds() {
        let mut ids = HashSet::new();
        for (name, seed) in super::read() {
            let seed = seed.unwrap_or_else(|error| panic!("{name}: {error}"));
            seed.profile.checked().unwrap_or_else(|error| panic!("{name}: {error:?}"));
            assert!(ids.insert(seed.id), "{name} has the id of another");
        }
        assert!(!ids.is_empty());
    }

    #[test]
    fn all_that_people_read_of_them_is_there_in_every_language() {
        for (name, seed) in super::read() {
            let profile = seed.unwrap_or_else(|error| panic!("{name}: {error}")).profile;
            let languages: Vec<Tongue> = profile.translations.iter().map(|read| read.language).collect();
            assert_eq!(languages, [Tongue::Chinese, Tongue::Japanese], "{name} is written in English");
            assert!(profile.group_greetings.is_empty(), "{name}: these are not translated");
            for read in &profile.translations {
                assert_eq!(read.alternate_greetings.len(), profile.alternate_greetings.len(), "{name}");
                let texts = [
                    (&profile.persona, &read.persona),
                    (&profile.scenario, &read.scenario),
                    (&profile.greeting, &read.greeting),
                    (&profile.creator_notes, &read.creator_notes),
                ];
                let others = profile.alternate_greetings.iter().zip(&read.alternate_greetings);
                for (original, text) in texts.into_iter().chain(others) {
                    assert_eq!(Tongue::of(text), read.language, "{name}: {text}");
                    for macro_name in ["{{user}}", "{{char}}"] {
                        assert_eq!(text.contains(macro_name), original.contains(macro_name), "{name}: {text}");
                    }
                }
            }
        }
    }
}
