//! The route of a character, on the wire: the document that its maker writes.

use std::collections::BTreeMap;

use domain::routes::{
    Chapter, Choice, Condition, Ending, EndingKind, Greeting, Lore, MonthDay, Picture, Route, Scene, Unlocks,
};
use domain::validation::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::WireEndingKind;

/// The story that a character carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Route)]
pub struct RouteBody {
    /// In order; 200 scenes in all of them at most.
    #[schema(min_items = 1, max_items = 24)]
    chapters: Vec<ChapterBody>,
}

/// A part of a route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RouteChapter)]
pub struct ChapterBody {
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    id: String,
    #[schema(min_length = 1, max_length = 80)]
    title: String,
    /// In the order in which they are shown.
    scenes: Vec<SceneBody>,
}

/// Something that can be played.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RouteScene)]
pub struct SceneBody {
    /// Unique in the route.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    id: String,
    #[schema(min_length = 1, max_length = 80)]
    title: String,
    /// What people read while it is locked.
    #[serde(default)]
    #[schema(max_length = 200)]
    hint: String,
    /// Whether it is of romance: it is not there for those who are not known to be adults.
    #[serde(default)]
    romantic: bool,
    /// Whether it stands beside the story: nothing needs to follow from it.
    #[serde(default)]
    aside: bool,
    /// What unlocks it; null: only a choice that leads here.
    #[serde(default)]
    when: Option<ConditionBody>,
    /// Where it plays and what is to happen, for the model.
    #[serde(default)]
    #[schema(max_length = 2000)]
    setting: String,
    /// What she says first.
    #[schema(min_length = 1, max_length = 8000)]
    opening: String,
    /// The key of the picture that it plays before.
    #[serde(default)]
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    background: Option<String>,
    #[serde(default)]
    #[schema(max_items = 8)]
    choices: Vec<ChoiceBody>,
    /// What is the person's once they have seen it.
    #[serde(default)]
    unlocks: UnlocksBody,
    /// That a story ends here; then it has no choices.
    #[serde(default)]
    ending: Option<EndingBody>,
}

/// Something that can be chosen in a scene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RouteChoice)]
pub struct ChoiceBody {
    /// Unique in its scene.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    id: String,
    /// What people read, and say by taking it.
    #[schema(min_length = 1, max_length = 300)]
    label: String,
    /// When it is there; null: always.
    #[serde(default)]
    when: Option<ConditionBody>,
    /// The id of the scene it leads to; null: the scene ends and the talk goes on.
    #[serde(default)]
    then: Option<String>,
    /// How it moves the bond when it is the first that is taken in its scene, by the key of the dimension.
    #[serde(default)]
    moves: BTreeMap<String, i32>,
}

/// What a scene unlocks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RouteUnlocks)]
pub struct UnlocksBody {
    /// First messages with which new chats can begin.
    #[serde(default)]
    #[schema(max_items = 8)]
    greetings: Vec<GreetingBody>,
    #[serde(default)]
    #[schema(max_items = 8)]
    backgrounds: Vec<PictureBody>,
    /// Pictures of the story.
    #[serde(default)]
    #[schema(max_items = 8)]
    images: Vec<PictureBody>,
    /// What comes to light, for the person and for the model.
    #[serde(default)]
    #[schema(max_items = 8)]
    lore: Vec<LoreBody>,
}

/// A first message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RouteGreeting)]
pub struct GreetingBody {
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    id: String,
    #[schema(min_length = 1, max_length = 80)]
    title: String,
    #[schema(min_length = 1, max_length = 8000)]
    text: String,
}

/// A picture, whose image is given under its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoutePicture)]
pub struct PictureBody {
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    key: String,
    #[schema(min_length = 1, max_length = 80)]
    title: String,
}

/// Something that comes to light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RouteLore)]
pub struct LoreBody {
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    id: String,
    #[schema(min_length = 1, max_length = 80)]
    title: String,
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
    /// The words at which the model is told of it; none: always.
    #[serde(default)]
    #[schema(max_items = 16)]
    keys: Vec<String>,
}

/// The end of a story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RouteEnding)]
pub struct EndingBody {
    /// Unique in the route.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    id: String,
    #[schema(min_length = 1, max_length = 80)]
    title: String,
    #[serde(default)]
    #[schema(value_type = WireEndingKind)]
    kind: EndingKind,
}

/// What must hold: 48 parts at most, at most 6 deep in one another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = RouteCondition, no_recursion)]
pub enum ConditionBody {
    /// Nothing: it holds from the beginning.
    Always {},
    /// All of these.
    All { of: Vec<ConditionBody> },
    /// One of these.
    Any { of: Vec<ConditionBody> },
    /// This not.
    Not { of: Box<ConditionBody> },
    /// The bond has reached a stage, or one behind it.
    Stage { stage: String },
    /// A dimension of the bond has reached a value.
    Dimension { dimension: String, at_least: i32 },
    /// The two have known each other for so many days.
    DaysKnown {
        #[schema(minimum = 1, maximum = 3650)]
        days: u32,
    },
    /// It is one of the days of the year between these two, both counted, for the person.
    Date {
        /// Such as `12-24`.
        #[schema(pattern = "^[0-9]{2}-[0-9]{2}$")]
        from: String,
        #[schema(pattern = "^[0-9]{2}-[0-9]{2}$")]
        to: String,
    },
    /// The person said one of these phrases.
    Said {
        #[schema(min_items = 1, max_items = 16)]
        phrases: Vec<String>,
    },
    /// A choice was taken.
    Chose { scene: String, choice: String },
    /// A scene was seen.
    Seen { scene: String },
    /// An ending was reached.
    Ended { ending: String },
}

/// A condition with its place in the document.
fn condition(path: &str, body: ConditionBody) -> Result<Condition, FieldError> {
    let day = |field: &str, day: &str| -> Result<MonthDay, FieldError> {
        day.parse().map_err(|_| FieldError::new(format!("{path}.{field}"), "must be a day such as 12-24"))
    };
    let all = |of: Vec<ConditionBody>| -> Result<Vec<Condition>, FieldError> {
        (0..).zip(of).map(|(n, one): (usize, _)| condition(&format!("{path}.of[{n}]"), one)).collect()
    };
    Ok(match body {
        ConditionBody::Always {} => Condition::Always {},
        ConditionBody::All { of } => Condition::All { of: all(of)? },
        ConditionBody::Any { of } => Condition::Any { of: all(of)? },
        ConditionBody::Not { of } => Condition::Not { of: Box::new(condition(&format!("{path}.of"), *of)?) },
        ConditionBody::Stage { stage } => Condition::Stage { stage },
        ConditionBody::Dimension { dimension, at_least } => Condition::Dimension { dimension, at_least },
        ConditionBody::DaysKnown { days } => Condition::DaysKnown { days },
        ConditionBody::Date { from, to } => Condition::Date { from: day("from", &from)?, to: day("to", &to)? },
        ConditionBody::Said { phrases } => Condition::Said { phrases },
        ConditionBody::Chose { scene, choice } => Condition::Chose { scene, choice },
        ConditionBody::Seen { scene } => Condition::Seen { scene },
        ConditionBody::Ended { ending } => Condition::Ended { ending },
    })
}

impl From<Condition> for ConditionBody {
    fn from(condition: Condition) -> Self {
        let all = |of: Vec<Condition>| of.into_iter().map(Self::from).collect();
        match condition {
            Condition::Always {} => Self::Always {},
            Condition::All { of } => Self::All { of: all(of) },
            Condition::Any { of } => Self::Any { of: all(of) },
            Condition::Not { of } => Self::Not { of: Box::new((*of).into()) },
            Condition::Stage { stage } => Self::Stage { stage },
            Condition::Dimension { dimension, at_least } => Self::Dimension { dimension, at_least },
            Condition::DaysKnown { days } => Self::DaysKnown { days },
            Condition::Date { from, to } => Self::Date { from: from.to_string(), to: to.to_string() },
            Condition::Said { phrases } => Self::Said { phrases },
            Condition::Chose { scene, choice } => Self::Chose { scene, choice },
            Condition::Seen { scene } => Self::Seen { scene },
            Condition::Ended { ending } => Self::Ended { ending },
        }
    }
}

// Field by field and without `..`, so that a new one cannot be forgotten.
impl TryFrom<RouteBody> for Route {
    type Error = FieldError;

    fn try_from(route: RouteBody) -> Result<Self, FieldError> {
        let RouteBody { chapters } = route;
        let chapters = chapters.into_iter().enumerate().map(|(n, chapter)| {
            let ChapterBody { id, title, scenes } = chapter;
            let scenes = scenes.into_iter().enumerate();
            let scenes = scenes.map(|(m, scene)| read_scene(&format!("chapters[{n}].scenes[{m}]"), scene));
            Ok(Chapter { id, title, scenes: scenes.collect::<Result<_, _>>()? })
        });
        Ok(Self { chapters: chapters.collect::<Result<_, FieldError>>()? })
    }
}

fn read_scene(path: &str, scene: SceneBody) -> Result<Scene, FieldError> {
    let SceneBody { id, title, hint, romantic, aside, when, setting, opening, background, choices, unlocks, ending } =
        scene;
    let choices = choices.into_iter().enumerate().map(|(n, choice)| {
        let ChoiceBody { id, label, when, then, moves } = choice;
        let when = when.map(|when| condition(&format!("{path}.choices[{n}].when"), when)).transpose()?;
        Ok(Choice { id, label, when, then, moves })
    });
    Ok(Scene {
        id,
        title,
        hint,
        romantic,
        aside,
        when: when.map(|when| condition(&format!("{path}.when"), when)).transpose()?,
        setting,
        opening,
        background,
        choices: choices.collect::<Result<_, FieldError>>()?,
        unlocks: unlocks.into(),
        ending: ending.map(|EndingBody { id, title, kind }| Ending { id, title, kind }),
    })
}

impl From<UnlocksBody> for Unlocks {
    fn from(unlocks: UnlocksBody) -> Self {
        let UnlocksBody { greetings, backgrounds, images, lore } = unlocks;
        let picture = |PictureBody { key, title }| Picture { key, title };
        Self {
            greetings: greetings
                .into_iter()
                .map(|GreetingBody { id, title, text }| Greeting { id, title, text })
                .collect(),
            backgrounds: backgrounds.into_iter().map(picture).collect(),
            images: images.into_iter().map(picture).collect(),
            lore: lore.into_iter().map(|LoreBody { id, title, text, keys }| Lore { id, title, text, keys }).collect(),
        }
    }
}

impl From<Lore> for LoreBody {
    fn from(lore: Lore) -> Self {
        let Lore { id, title, text, keys } = lore;
        Self { id, title, text, keys }
    }
}

impl From<Ending> for EndingBody {
    fn from(ending: Ending) -> Self {
        let Ending { id, title, kind } = ending;
        Self { id, title, kind }
    }
}

impl From<Route> for RouteBody {
    fn from(route: Route) -> Self {
        let Route { chapters } = route;
        let chapter = |chapter| {
            let Chapter { id, title, scenes } = chapter;
            ChapterBody { id, title, scenes: scenes.into_iter().map(SceneBody::from).collect() }
        };
        Self { chapters: chapters.into_iter().map(chapter).collect() }
    }
}

impl From<Scene> for SceneBody {
    fn from(scene: Scene) -> Self {
        let Scene { id, title, hint, romantic, aside, when, setting, opening, background, choices, unlocks, ending } =
            scene;
        let choice = |choice| {
            let Choice { id, label, when, then, moves } = choice;
            ChoiceBody { id, label, when: when.map(ConditionBody::from), then, moves }
        };
        let Unlocks { greetings, backgrounds, images, lore } = unlocks;
        let picture = |Picture { key, title }| PictureBody { key, title };
        let greeting = |Greeting { id, title, text }| GreetingBody { id, title, text };
        Self {
            id,
            title,
            hint,
            romantic,
            aside,
            when: when.map(ConditionBody::from),
            setting,
            opening,
            background,
            choices: choices.into_iter().map(choice).collect(),
            unlocks: UnlocksBody {
                greetings: greetings.into_iter().map(greeting).collect(),
                backgrounds: backgrounds.into_iter().map(picture).collect(),
                images: images.into_iter().map(picture).collect(),
                lore: lore.into_iter().map(LoreBody::from).collect(),
            },
            ending: ending.map(EndingBody::from),
        }
    }
}
