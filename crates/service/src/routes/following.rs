//! What follows from a turn: phrases of the person's that conditions listen for, and scenes that are unlocked by now.

use std::collections::HashSet;

use domain::chats::Role;
use domain::ids::{MessageId, SessionId};
use domain::memories::Scope;
use domain::routes::{Now, RouteEvent, RouteEventKind, Scene, SceneState, heard, tell};
use domain::safety::danger;
use store::routes::{Happening, Unlocking};
use store::transcripts::Said;
use store::{Conflict, StoreError};
use time::OffsetDateTime;

use super::{Routes, Standing};
use crate::ServiceResult;
use crate::jobs::{JobFault, Run};

/// How many messages are looked at, from the end: two a turn, and what stands before them.
const READ: u32 = 16;

/// How often is looked anew at what was changed meanwhile.
const ATTEMPTS: u32 = 4;

impl Routes {
    /// Follows the last turns of a session.
    pub(crate) async fn follow(&self, session: SessionId) -> Result<Run, JobFault> {
        for _ in 0..ATTEMPTS {
            match self.follow_once(session).await {
                Err(StoreError::Conflict(Conflict::Outdated)) => {}
                Err(error) => return Err(error.into()),
                Ok(None) => return Ok(Run::Done),
                Ok(Some((scope, leaf))) => {
                    self.tell_unlocked(scope, session, leaf).await?;
                    return Ok(Run::Done);
                }
            }
        }
        Err(JobFault::Passing("what was followed changes all the time".to_owned()))
    }

    /// Keeps what was said; whose session it is, and where it has come to, if the character has a route.
    async fn follow_once(&self, id: SessionId) -> Result<Option<(Scope, MessageId)>, StoreError> {
        let inner = &self.inner;
        let Some(head) = inner.stores.transcripts.transcript(id).await? else { return Ok(None) };
        let scope = head.scope;
        let history = inner.stores.progress.route_history(scope).await?;
        let route = match inner.route(scope.character, &history).await {
            Ok(Some(route)) => route,
            Ok(None) => return Ok(None),
            Err(error) => return Err(StoreError::Unavailable(error.to_string())),
        };
        let version = inner.stores.remembering.remembered(id).await?.watermark.version;
        let Some(session) = inner.stores.sessions.find_session(scope.user, id).await? else { return Ok(None) };
        let Some(leaf) = session.leaf_id else { return Ok(None) };
        let phrases = route.phrases();
        if phrases.is_empty() {
            return Ok(Some((scope, leaf)));
        }
        let said = inner.stores.transcripts.said_before(scope.user, id, leaf, READ).await?;
        let known: HashSet<(MessageId, &str)> =
            history.events.iter().map(|event| (event.message_id, event.detail.as_str())).collect();
        // What is said where somebody may be in danger unlocks nothing.
        let theirs = |said: &&Said| said.role == Role::User && said.is_final && danger(&said.content).is_none();
        let mut events: Vec<RouteEvent> = Vec::new();
        for said in said.iter().filter(theirs) {
            let fresh = heard(&said.content, phrases.iter().copied()).into_iter();
            events.extend(fresh.filter(|phrase| !known.contains(&(said.id, phrase))).map(|phrase| RouteEvent {
                id: inner.mint.id(),
                scope,
                kind: RouteEventKind::Said,
                scene: String::new(),
                detail: phrase.to_owned(),
                session_id: id,
                message_id: said.id,
                at: said.created_at,
            }));
        }
        if !events.is_empty() {
            let happening =
                Happening { scope, session: id, version: Some(version), events, client_id: None, moved: None };
            match inner.stores.progress.keep_happening(&happening).await {
                // Nothing more is kept for them until they begin anew.
                Err(StoreError::Conflict(Conflict::TooManyRouteEvents)) => {}
                kept => drop(kept?),
            }
        }
        Ok(Some((scope, leaf)))
    }

    /// Tells the person's devices of what is unlocked and was not told, once over all nodes. `leaf` stands for what only the time has
    /// unlocked.
    pub(crate) async fn tell_unlocked(&self, scope: Scope, session: SessionId, leaf: MessageId) -> ServiceResult<()> {
        let Some(standing) = self.standing(scope).await? else { return Ok(()) };
        let told: Vec<Unlocking> = fresh(&standing)
            .map(|(scene, state)| {
                let cause = state.unlocked.and_then(|(_, cause)| cause);
                let (session, message) = cause.unwrap_or((session, leaf));
                Unlocking { scene: scene.id.clone(), session, message }
            })
            .collect();
        if told.is_empty() {
            return Ok(());
        }
        let noted = self.inner.stores.progress.note_unlocked(scope, &told, self.inner.clock.now()).await?;
        for id in noted {
            let title = standing.route.scene(&id).map(|(_, scene)| scene.title.clone()).unwrap_or_default();
            let notice = bus::Notice::RouteUnlocked { character_id: scope.character, scene_id: id, title };
            self.inner.bus.notices.publish(scope.user, notice);
        }
        Ok(())
    }
}

/// The scenes that something has unlocked and that were not seen yet: what was open from the beginning is no news.
fn fresh(standing: &Standing) -> impl Iterator<Item = (&Scene, &SceneState)> {
    let begin = Now { at: OffsetDateTime::UNIX_EPOCH, days: 0, date: standing.met_on };
    let first = tell(&standing.route, &standing.rules, &[], begin);
    let open: HashSet<usize> = first.unlocked().collect();
    let scenes = standing.route.scenes().map(|(_, scene)| scene).zip(&standing.progress.scenes).enumerate();
    scenes
        .filter(move |(place, (_, state))| state.unlocked.is_some() && state.seen.is_none() && !open.contains(place))
        .map(|(_, found)| found)
}
