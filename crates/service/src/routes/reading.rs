//! The map of a route as a person sees it: of what is locked they see that it is there, and no more than its hint.

use domain::ids::{CharacterId, MediaId, SessionId, UserId};
use domain::memories::Scope;
use domain::routes::{Ending, Lore, Picture, Scene, SceneState};
use time::OffsetDateTime;

use super::{Inner, Routes, Standing};
use crate::media::{Looker, Looking};
use crate::{ServiceError, ServiceResult};

/// How far a person has come with a character.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgressView {
    /// The character.
    pub character: CharacterId,
    /// The chapters; none where she has no route.
    pub chapters: Vec<ChapterView>,
    /// What is theirs by now.
    pub unlocked: UnlockedView,
    /// How many scenes there are for them, and how many they have seen.
    pub scenes: (usize, usize),
    /// The same of endings.
    pub endings: (usize, usize),
}

/// A chapter.
#[derive(Debug, Clone, PartialEq)]
pub struct ChapterView {
    /// Its id.
    pub id: String,
    /// What it is called; `None` while all of it is locked.
    pub title: Option<String>,
    /// Its scenes.
    pub scenes: Vec<SceneView>,
}

/// A scene.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneView {
    /// Its id.
    pub id: String,
    /// What it is called; `None` while it is locked.
    pub title: Option<String>,
    /// What is told of it while it is locked; may be empty.
    pub hint: String,
    /// Since when it is unlocked.
    pub unlocked_at: Option<OffsetDateTime>,
    /// Since when they have seen it.
    pub seen_at: Option<OffsetDateTime>,
    /// How often they began it.
    pub plays: u32,
    /// The choices they took, as they are called.
    pub chosen: Vec<String>,
    /// How many choices it has; `None` until they have seen it.
    pub choices: Option<usize>,
    /// The ending that it is, once they have reached it.
    pub ending: Option<Ending>,
    /// The sessions in which it is played now.
    pub playing: Vec<SessionId>,
    /// Its background, once it is unlocked.
    pub background: Option<PictureView>,
}

/// What is a person's by now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnlockedView {
    /// First messages with which their new chats may begin: id and title.
    pub greetings: Vec<(String, String)>,
    /// Backgrounds.
    pub backgrounds: Vec<PictureView>,
    /// Pictures of the story.
    pub images: Vec<PictureView>,
    /// What came to light.
    pub lore: Vec<Lore>,
    /// The endings they reached.
    pub endings: Vec<(Ending, OffsetDateTime)>,
    /// How many pictures there are to unlock.
    pub images_in_all: usize,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureView {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// The image, with the ticket by which the person may look at it; `None` where it has none.
    pub image: Option<(MediaId, String)>,
}

impl Routes {
    /// How far a person has come with a character whom they may see.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn progress(&self, user: UserId, character: CharacterId) -> ServiceResult<ProgressView> {
        let Some(standing) = self.standing(Scope { user, character }).await? else {
            let unlocked = UnlockedView::default();
            return Ok(ProgressView { character, chapters: Vec::new(), unlocked, scenes: (0, 0), endings: (0, 0) });
        };
        let images = self.inner.stores.routes.route_images(character).await?;
        let picture = |key: &str, title: &str| self.inner.picture(user, key, title, images.get(key).copied());
        let states = &standing.progress.scenes;
        let mut places = 0..;
        let mut chapters = Vec::with_capacity(standing.route.chapters.len());
        let mut unlocked = UnlockedView::default();
        let (mut endings, mut reached) = (0, 0);
        for chapter in &standing.route.chapters {
            let mut scenes = Vec::with_capacity(chapter.scenes.len());
            for (scene, place) in chapter.scenes.iter().zip(&mut places) {
                let Some(state) = states.get(place) else { continue };
                scenes.push(scene_view(&standing, scene, state, place, &picture)?);
                endings += usize::from(scene.ending.is_some());
                reached += usize::from(scene.ending.is_some() && state.seen.is_some());
                unlocked.images_in_all += scene.unlocks.images.len();
                if let Some((at, _)) = state.seen {
                    unlocked.take(scene, at, &picture)?;
                }
            }
            let is_open = scenes.iter().any(|scene| scene.unlocked_at.is_some());
            chapters.push(ChapterView {
                id: chapter.id.clone(),
                title: is_open.then(|| chapter.title.clone()),
                scenes,
            });
        }
        let scenes = (states.len(), standing.progress.seen(&standing.route).count());
        Ok(ProgressView { character, chapters, unlocked, scenes, endings: (endings, reached) })
    }

    /// Begins the route anew: what happened on it is forgotten. What was said stays said.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn begin_anew(&self, user: UserId, character: CharacterId) -> ServiceResult<()> {
        self.inner.characters.get(user, character).await?;
        Ok(self.inner.stores.progress.begin_route_anew(Scope { user, character }).await?)
    }

    /// The first messages that a person has unlocked, for a new chat.
    pub(crate) async fn greetings(&self, scope: Scope) -> ServiceResult<Vec<String>> {
        // Most characters have no route: that costs one question.
        if self.inner.stores.progress.route_history(scope).await?.revision.is_none() {
            return Ok(Vec::new());
        }
        let Some(standing) = self.standing(scope).await? else { return Ok(Vec::new()) };
        let seen = standing.progress.seen(&standing.route).flat_map(|scene| &scene.unlocks.greetings);
        Ok(seen.map(|greeting| greeting.text.clone()).collect())
    }
}

type Pictured<'a> = &'a dyn Fn(&str, &str) -> ServiceResult<PictureView>;

fn scene_view(
    standing: &Standing,
    scene: &Scene,
    state: &SceneState,
    place: usize,
    picture: Pictured<'_>,
) -> ServiceResult<SceneView> {
    let is_open = state.unlocked.is_some();
    let label = |id: &String| scene.choices.iter().find(|choice| choice.id == *id).map(|choice| choice.label.clone());
    let played = standing.progress.played.iter();
    let playing = played.filter(|(_, played)| played.scene == place && played.chose.is_none());
    let background = scene.background.as_deref().filter(|_| is_open).map(|key| picture(key, "")).transpose()?;
    Ok(SceneView {
        id: scene.id.clone(),
        title: is_open.then(|| scene.title.clone()),
        hint: if is_open { String::new() } else { scene.hint.clone() },
        unlocked_at: state.unlocked.map(|(at, _)| at),
        seen_at: state.seen.map(|(at, _)| at),
        plays: state.plays,
        chosen: state.chosen.iter().filter_map(label).collect(),
        choices: state.seen.map(|_| scene.choices.len()),
        ending: scene.ending.clone().filter(|_| state.seen.is_some()),
        playing: playing.map(|(session, _)| *session).collect(),
        background,
    })
}

impl UnlockedView {
    fn take(&mut self, scene: &Scene, at: OffsetDateTime, picture: Pictured<'_>) -> ServiceResult<()> {
        let pictures =
            |of: &[Picture]| of.iter().map(|one| picture(&one.key, &one.title)).collect::<Result<Vec<_>, _>>();
        let unlocks = &scene.unlocks;
        self.greetings.extend(unlocks.greetings.iter().map(|one| (one.id.clone(), one.title.clone())));
        self.backgrounds.extend(pictures(&unlocks.backgrounds)?);
        self.images.extend(pictures(&unlocks.images)?);
        self.lore.extend(unlocks.lore.iter().cloned());
        self.endings.extend(scene.ending.clone().map(|ending| (ending, at)));
        Ok(())
    }
}

impl Inner {
    /// A picture for somebody's eyes.
    pub(super) fn picture(
        &self,
        user: UserId,
        key: &str,
        title: &str,
        id: Option<MediaId>,
    ) -> ServiceResult<PictureView> {
        let looker = Looker { user, looking: Looking::Unlocked };
        let image = id.map(|id| Ok::<_, ServiceError>((id, self.media.ticket(id, looker)?))).transpose()?;
        Ok(PictureView { key: key.to_owned(), title: title.to_owned(), image })
    }
}
