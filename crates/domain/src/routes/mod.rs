//! Routes: the story that a character carries, told in chapters of scenes, and how far a person has come in it.
//!
//! A route is a document of the character's maker: pure data, checked as a whole. How far somebody has come is never kept: it is
//! told from what happened ([`tell`]), each thing with the message it follows from, so what was taken back never was. Whether
//! every scene can be reached is found by searching ([`simulate`]), before anybody plays it.

mod checking;
mod conditions;
mod faults;
mod graph;
mod progress;
mod satisfying;
mod simulating;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::{MessageId, RouteEventId, SessionId};
use crate::memories::Scope;

pub use checking::is_key;
pub use conditions::{Condition, Facts, MonthDay, heard};
pub use faults::{RouteFault, RouteFaultCode};
pub use progress::{Did, Moment, Now, Played, Progress, SceneState, tell};
pub use simulating::{Finding, FindingKind, Report, Step, replay, simulate};

/// What is named as the model of a scene's opening: its words are the character's maker's.
pub const SCENE: &str = "talker/scene";

/// The story of a character.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Its chapters, in order.
    pub chapters: Vec<Chapter>,
}

/// A part of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// What it is called in the document.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Its scenes, in the order in which they are shown.
    pub scenes: Vec<Scene>,
}

/// Something that can be played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// What it is called in conditions and choices; unique in the route.
    pub id: String,
    /// What people read once it is unlocked.
    pub title: String,
    /// What people read while it is locked.
    #[serde(default)]
    pub hint: String,
    /// Whether it is of romance: it is not there for those who are not known to be adults.
    #[serde(default)]
    pub romantic: bool,
    /// Whether it stands beside the story: nothing needs to follow from it.
    #[serde(default)]
    pub aside: bool,
    /// What unlocks it; `None`: only a choice that leads here.
    #[serde(default)]
    pub when: Option<Condition>,
    /// Where it plays and what is to happen, for the model.
    #[serde(default)]
    pub setting: String,
    /// What she says first.
    pub opening: String,
    /// The key of the background that it plays before.
    #[serde(default)]
    pub background: Option<String>,
    /// What the person can choose.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// What is theirs once they have seen it.
    #[serde(default)]
    pub unlocks: Unlocks,
    /// That a story ends here.
    #[serde(default)]
    pub ending: Option<Ending>,
}

/// Something that can be chosen in a scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What it is called in conditions; unique in its scene.
    pub id: String,
    /// What people read, and say by taking it.
    pub label: String,
    /// When it is there; `None`: always.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The scene it leads to; `None`: the scene ends and the talk goes on.
    #[serde(default)]
    pub then: Option<String>,
    /// How it moves the bond when it is first taken, by the key of the dimension.
    #[serde(default)]
    pub moves: BTreeMap<String, i32>,
}

/// What a scene unlocks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlocks {
    /// First messages with which a new chat can begin.
    #[serde(default)]
    pub greetings: Vec<Greeting>,
    /// Backgrounds.
    #[serde(default)]
    pub backgrounds: Vec<Picture>,
    /// Pictures of the story.
    #[serde(default)]
    pub images: Vec<Picture>,
    /// What comes to light, for the person and for the model.
    #[serde(default)]
    pub lore: Vec<Lore>,
}

impl Unlocks {
    /// Whether it is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.greetings.is_empty() && self.backgrounds.is_empty() && self.images.is_empty() && self.lore.is_empty()
    }
}

/// A first message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Greeting {
    /// What it is called; unique among the greetings of the route.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What she says.
    pub text: String,
}

/// A picture, which the character's maker gives under its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The key.
    pub key: String,
    /// What people read.
    pub title: String,
}

/// Something that comes to light.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lore {
    /// What it is called; unique among the lore of the route.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What is told.
    pub text: String,
    /// The words at which the model is told of it; none: always.
    #[serde(default)]
    pub keys: Vec<String>,
}

closed_set! {
    /// How a story ends.
    #[derive(Default)]
    pub enum EndingKind {
        /// Well.
        #[default]
        Happy = "happy",
        /// Well, and at a price.
        Bittersweet = "bittersweet",
        /// Badly.
        Sad = "sad",
        /// Without an answer.
        Open = "open",
    }
}

/// The end of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// What it is called in conditions; unique in the route.
    pub id: String,
    /// What people read.
    pub title: String,
    /// How it ends.
    #[serde(default)]
    pub kind: EndingKind,
}

closed_set! {
    /// What happened on a route.
    pub enum RouteEventKind {
        /// The person said something that a condition listens for; `detail` is its phrase.
        Said = "said",
        /// A choice was taken; `detail` is its id.
        Chose = "chose",
        /// A scene was begun.
        Began = "began",
        /// The scene was left without a choice.
        Left = "left",
    }
}

/// Something that happened on a route. It counts as long as its message is in view, and goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteEvent {
    /// Its id.
    pub id: RouteEventId,
    /// Whose route.
    pub scope: Scope,
    /// What happened.
    pub kind: RouteEventKind,
    /// The scene; empty where it is about none.
    pub scene: String,
    /// The choice or the phrase; empty where there is none.
    pub detail: String,
    /// Where it happened.
    pub session_id: SessionId,
    /// The message it follows from: what the person said, or what she says first.
    pub message_id: MessageId,
    /// When.
    pub at: OffsetDateTime,
}

impl Route {
    /// All scenes, in their order, each with the place of its chapter.
    pub fn scenes(&self) -> impl Iterator<Item = (usize, &Scene)> {
        let chapters = self.chapters.iter().enumerate();
        chapters.flat_map(|(place, chapter)| chapter.scenes.iter().map(move |scene| (place, scene)))
    }

    /// The scene of this id, with its place among all scenes.
    #[must_use]
    pub fn scene(&self, id: &str) -> Option<(usize, &Scene)> {
        self.scenes().map(|(_, scene)| scene).enumerate().find(|(_, scene)| scene.id == id)
    }

    /// What of it is there for somebody: all, or what has nothing to do with romance. A choice that leads to what is not there is
    /// not there either.
    #[must_use]
    pub fn for_one(&self, romance: bool) -> Self {
        if romance {
            return self.clone();
        }
        let is_there = |id: &str| self.scene(id).is_some_and(|(_, scene)| !scene.romantic);
        let kept = |scene: &Scene| Scene {
            choices: scene
                .choices
                .iter()
                .filter(|choice| choice.then.as_deref().is_none_or(is_there))
                .cloned()
                .collect(),
            ..scene.clone()
        };
        let chapters = self.chapters.iter().map(|chapter| Chapter {
            scenes: chapter.scenes.iter().filter(|scene| !scene.romantic).map(kept).collect(),
            ..chapter.clone()
        });
        Self { chapters: chapters.filter(|chapter| !chapter.scenes.is_empty()).collect() }
    }

    /// Every phrase that a condition listens for.
    #[must_use]
    pub fn phrases(&self) -> std::collections::BTreeSet<&str> {
        let mut phrases = std::collections::BTreeSet::new();
        for (_, scene) in self.scenes() {
            let conditions = scene.when.iter().chain(scene.choices.iter().filter_map(|choice| choice.when.as_ref()));
            conditions.for_each(|condition| condition.phrases(&mut phrases));
        }
        phrases
    }

    /// The keys of all pictures it names.
    #[must_use]
    pub fn pictures(&self) -> std::collections::BTreeSet<&str> {
        let all = self.scenes().flat_map(|(_, scene)| {
            let unlocked = scene.unlocks.backgrounds.iter().chain(&scene.unlocks.images);
            unlocked.map(|picture| picture.key.as_str()).chain(scene.background.as_deref())
        });
        all.collect()
    }
}
