//! The scene that is played in a session: what may be begun and chosen there, kept before the message that it follows from is said.

use std::collections::BTreeMap;

use domain::bonds::{BondCause, BondEvent, BondReason, Judgement};
use domain::ids::{MessageId, SessionId};
use domain::memories::Scope;
use domain::routes::{Choice, Ending, RouteEvent, RouteEventKind, Scene};
use store::routes::Happening;

use super::{PictureView, Routes, Standing};
use crate::{ServiceError, ServiceResult, zones};

/// The scene that is played in a session.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayedView {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What she said first.
    pub opening: MessageId,
    /// What can be chosen now; none once something was.
    pub choices: Vec<ChoiceView>,
    /// The choice that was taken: the scene is over.
    pub chose: Option<String>,
    /// The ending that it is.
    pub ending: Option<Ending>,
    /// Its background.
    pub background: Option<PictureView>,
    /// The pictures that it shows.
    pub images: Vec<PictureView>,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceView {
    /// Its id.
    pub id: String,
    /// What it says.
    pub label: String,
    /// Whether the person took it before.
    pub taken: bool,
}

/// A scene that is to be begun.
pub(crate) struct Begun {
    /// Her message, with which it begins.
    pub(crate) opening: MessageId,
}

/// A choice that is to be taken.
pub(crate) struct Chosen {
    /// What the person says by it.
    pub(crate) says: String,
    /// The message by which they say it.
    pub(crate) message: MessageId,
    /// Her answer; the opening of the next scene where the choice leads to one.
    pub(crate) reply: MessageId,
}

impl Standing {
    /// The scene that is played in a session, with its choices as they are offered now.
    fn played(&self, session: SessionId) -> Option<(&Scene, &domain::routes::Played)> {
        let played = self.progress.played.get(&session)?;
        let (_, scene) = self.route.scenes().nth(played.scene)?;
        Some((scene, played))
    }

    fn offered<'a>(&'a self, scene: &'a Scene) -> impl Iterator<Item = &'a Choice> {
        scene.choices.iter().filter(|choice| self.progress.offers(&self.rules, choice))
    }
}

impl Routes {
    /// The scene that is played in a session of a person's; `None` where none is.
    pub(crate) async fn played(&self, scope: Scope, session: SessionId) -> ServiceResult<Option<PlayedView>> {
        let Some(standing) = self.standing(scope).await? else { return Ok(None) };
        let Some((scene, played)) = standing.played(session) else { return Ok(None) };
        let images = match scene.background.is_some() || !scene.unlocks.images.is_empty() {
            true => self.inner.stores.routes.route_images(scope.character).await?,
            false => BTreeMap::new(),
        };
        let user = scope.user;
        let picture = |key: &str, title: &str| self.inner.picture(user, key, title, images.get(key).copied());
        let before = standing.progress.scenes.get(played.scene).map_or(&[][..], |state| &state.chosen);
        let view = |choice: &Choice| ChoiceView {
            id: choice.id.clone(),
            label: choice.label.clone(),
            taken: before.contains(&choice.id),
        };
        let choices = if played.chose.is_none() { standing.offered(scene).map(view).collect() } else { Vec::new() };
        let shown = scene.unlocks.images.iter().map(|one| picture(&one.key, &one.title));
        Ok(Some(PlayedView {
            id: scene.id.clone(),
            title: scene.title.clone(),
            opening: played.opening,
            choices,
            chose: played.chose.as_ref().map(|(choice, _)| choice.clone()),
            ending: scene.ending.clone(),
            background: scene.background.as_deref().map(|key| picture(key, "")).transpose()?,
            images: shown.collect::<ServiceResult<Vec<_>>>()?,
        }))
    }

    /// Keeps that a scene is begun, before she says its opening. The same client id again is the same beginning.
    pub(crate) async fn begin(
        &self,
        scope: Scope,
        session: SessionId,
        scene: &str,
        client_id: &str,
    ) -> ServiceResult<Begun> {
        let standing = self.standing(scope).await?.ok_or(ServiceError::NotFound)?;
        let (place, _) = standing.route.scene(scene).ok_or(ServiceError::NotFound)?;
        let is_open = standing.progress.scenes.get(place).is_some_and(|state| state.unlocked.is_some());
        if !is_open {
            return Err(ServiceError::SceneLocked);
        }
        let opening: MessageId = self.inner.mint.id();
        let began = self.event(scope, session, RouteEventKind::Began, scene, "", opening);
        let kept = self.keep(scope, session, vec![began], Some(client_id), None).await?;
        let began = kept.iter().find(|event| event.kind == RouteEventKind::Began);
        // The client used the id for another thing before.
        let began = began.filter(|event| event.scene == scene).ok_or(ServiceError::ChoiceUnavailable)?;
        Ok(Begun { opening: began.message_id })
    }

    /// Keeps that a choice is taken in the scene that is played, before the person says it. The same client id again is the same choice.
    pub(crate) async fn choose(
        &self,
        scope: Scope,
        session: SessionId,
        choice: &str,
        client_id: &str,
    ) -> ServiceResult<Chosen> {
        let standing = self.standing(scope).await?.ok_or(ServiceError::NotFound)?;
        // Whoever asks again asks for what was kept, and the scene has gone on since.
        if let Some(chosen) = self.chosen_before(&standing, scope, session, choice, client_id).await? {
            return Ok(chosen);
        }
        let open = standing.played(session).filter(|(_, played)| played.chose.is_none());
        let (scene, played) = open.ok_or(ServiceError::ChoiceUnavailable)?;
        let taken = standing.offered(scene).find(|offered| offered.id == choice);
        let taken = taken.ok_or(ServiceError::ChoiceUnavailable)?;
        let (message, reply): (MessageId, MessageId) = (self.inner.mint.id(), self.inner.mint.id());
        let chose = self.event(scope, session, RouteEventKind::Chose, &scene.id, choice, message);
        let next = taken.then.as_deref().map(|then| self.event(scope, session, RouteEventKind::Began, then, "", reply));
        let is_first = standing.progress.scenes.get(played.scene).is_some_and(|state| state.chosen.is_empty());
        let moved = self.moved(&standing, &chose, taken).filter(|_| is_first);
        let events = std::iter::once(chose).chain(next).collect();
        let kept = self.keep(scope, session, events, Some(client_id), moved).await?;
        let kept = kept.iter().find(|event| event.kind == RouteEventKind::Chose && event.detail == choice);
        if kept.ok_or(ServiceError::ChoiceUnavailable)?.message_id == message {
            return Ok(Chosen { says: taken.label.clone(), message, reply });
        }
        // Another node took the same request a moment before.
        let again = self.chosen_before(&standing, scope, session, choice, client_id).await?;
        again.ok_or(ServiceError::ChoiceUnavailable)
    }

    /// Keeps that the scene of a session is left.
    pub(crate) async fn leave(&self, scope: Scope, session: SessionId, leaf: MessageId) -> ServiceResult<()> {
        let Some(standing) = self.standing(scope).await? else { return Ok(()) };
        let Some((scene, _)) = standing.played(session) else { return Ok(()) };
        let left = self.event(scope, session, RouteEventKind::Left, &scene.id, "", leaf);
        self.keep(scope, session, vec![left], None, None).await.map(|_| ())
    }

    /// What was kept for a message that will not come is taken back.
    pub(crate) async fn take_back(&self, scope: Scope, messages: &[MessageId]) -> ServiceResult<()> {
        for message in messages {
            self.inner.stores.progress.forget_happening(scope, *message).await?;
        }
        Ok(())
    }

    /// What was kept under a client id: it is asked for by keeping nothing.
    async fn chosen_before(
        &self,
        standing: &Standing,
        scope: Scope,
        session: SessionId,
        choice: &str,
        client_id: &str,
    ) -> ServiceResult<Option<Chosen>> {
        let kept = self.keep(scope, session, Vec::new(), Some(client_id), None).await?;
        let Some(chose) = kept.iter().find(|event| event.kind == RouteEventKind::Chose) else { return Ok(None) };
        if chose.detail != choice {
            return Err(ServiceError::ChoiceUnavailable);
        }
        let known = standing.route.scene(&chose.scene);
        let label = known.and_then(|(_, scene)| scene.choices.iter().find(|one| one.id == chose.detail));
        let says = label.map(|one| one.label.clone()).ok_or(ServiceError::ChoiceUnavailable)?;
        let next = kept.iter().find(|event| event.kind == RouteEventKind::Began);
        // Without a next scene her answer has no name: a message that stands already keeps the one it has.
        let reply = next.map_or_else(|| self.inner.mint.id(), |event| event.message_id);
        Ok(Some(Chosen { says, message: chose.message_id, reply }))
    }

    fn event(
        &self,
        scope: Scope,
        session_id: SessionId,
        kind: RouteEventKind,
        scene: &str,
        detail: &str,
        message_id: MessageId,
    ) -> RouteEvent {
        let (id, at) = (self.inner.mint.id(), self.inner.clock.now());
        RouteEvent { id, scope, kind, scene: scene.to_owned(), detail: detail.to_owned(), session_id, message_id, at }
    }

    async fn keep(
        &self,
        scope: Scope,
        session: SessionId,
        events: Vec<RouteEvent>,
        client_id: Option<&str>,
        moved: Option<BondEvent>,
    ) -> ServiceResult<Vec<RouteEvent>> {
        let client_id = client_id.map(str::to_owned);
        let happening = Happening { scope, session, version: None, events, client_id, moved };
        Ok(self.inner.stores.progress.keep_happening(&happening).await?)
    }

    /// How a choice moves the bond.
    fn moved(&self, standing: &Standing, chose: &RouteEvent, choice: &Choice) -> Option<BondEvent> {
        let judgement =
            Judgement { reason: BondReason::Other, moves: choice.moves.clone(), mood: 0, why: String::new() };
        let judgement = judgement.within(&standing.rules)?;
        Some(BondEvent {
            id: self.inner.mint.id(),
            scope: chose.scope,
            cause: BondCause::Choice,
            session_id: chose.session_id,
            message_id: chose.message_id,
            at: chose.at,
            day: zones::local(chose.at, standing.zone.as_deref()).date().to_julian_day(),
            judgement,
            model: None,
        })
    }
}
