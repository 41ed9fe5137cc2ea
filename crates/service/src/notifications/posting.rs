//! The jobs that wake devices, one for each: what waits is read, sent and written down one by one.
//!
//! Another run of the same job may find something unsent that was sent, when its process died in between: then the same
//! message is sent again, and its topic and its tag let it take the place of the first.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::ids::SubscriptionId;
use domain::jobs::{JobKind, Task, backoff};
use domain::notifications::{Notification, PushOutcome, Subject};
use push::{Keys, Message, PushError, Pusher, Topic, Urgency};
use serde_json::{Value, json};
use store::StoreResult;
use store::jobs::Wanted;
use store::pushes::{Subscription, Waiting, Wake, WakeEnd};
use time::OffsetDateTime;

use super::Inner;
use super::quiet::quiet_until;
use crate::jobs::{JobFault, Run, Workshop};
use crate::measures;

/// How long a push service keeps a message for a device that is off.
const TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// How long it keeps a trial, for which somebody sits and waits.
const TRIAL_TTL: Duration = Duration::from_secs(60);

/// How many messages one run sends before others get their turn.
const MESSAGES: u32 = 32;

/// How long a run that is not done leaves to others.
const PAUSE: Duration = Duration::from_millis(50);

/// How many devices one sweep takes up.
const SWEEP: u32 = 500;

/// Who wakes devices.
pub(super) struct Posting {
    pub(super) inner: Arc<Inner>,
}

#[async_trait]
impl Workshop for Posting {
    fn kinds(&self) -> &'static [JobKind] {
        &[JobKind::Push]
    }

    fn waits(&self, _: Task) -> bool {
        false
    }

    async fn run(&self, task: Task) -> Result<Run, JobFault> {
        let inner = &self.inner;
        let pusher = inner.pusher.as_ref().ok_or_else(|| JobFault::Passing("nothing is pushed here".to_owned()))?;
        let id = SubscriptionId(task.key);
        for _ in 0..MESSAGES {
            let now = inner.clock.now();
            let Some(waiting) = inner.stores.pushes.waiting(id, now, 1).await? else { return Ok(Run::Done) };
            let Some(wake) = waiting.wakes.first() else {
                return Ok(waiting.next_due.map_or(Run::Done, |due| again(due, now)));
            };
            let end = self.end_of(pusher.as_ref(), &waiting, wake, now).await?;
            inner.stores.pushes.settle_wake(id, end, inner.clock.now()).await?;
            match end {
                WakeEnd::Taken(..) | WakeEnd::Dropped(..) => {}
                WakeEnd::Later(until) | WakeEnd::Failed(until) => return Ok(again(until, now)),
                WakeEnd::Gone => return Ok(Run::Done),
            }
        }
        Ok(Run::Again(PAUSE))
    }

    async fn sweep(&self, now: OffsetDateTime) -> StoreResult<Vec<Wanted>> {
        let overdue = self.inner.stores.pushes.overdue(None, now - self.inner.config.grace, SWEEP).await?;
        Ok(overdue.into_iter().map(|id| Wanted { task: Task::push(id), run_at: now }).collect())
    }
}

fn again(at: OffsetDateTime, now: OffsetDateTime) -> Run {
    Run::Again(Duration::try_from(at - now).unwrap_or_default())
}

impl Posting {
    /// What becomes of a wake: it is not wanted any more, has to wait, or is sent.
    async fn end_of(
        &self,
        pusher: &dyn Pusher,
        waiting: &Waiting,
        wake: &Wake,
        now: OffsetDateTime,
    ) -> Result<WakeEnd, JobFault> {
        let notification = &wake.notification;
        let dropped = WakeEnd::Dropped(notification.id, notification.seq);
        let is_late = now - wake.wanted_at > self.inner.config.push_within;
        if is_late || notification.read_at.is_some() || !waiting.settings.pushes(notification.kind) {
            return Ok(dropped);
        }
        let quiet = waiting.settings.quiet;
        if let Some(until) = quiet.and_then(|quiet| quiet_until(now, waiting.timezone.as_deref(), quiet)) {
            return Ok(WakeEnd::Later(until));
        }
        let name = match waiting.settings.hide_names {
            true => None,
            false => self.name_of(notification).await?,
        };
        let urgency = if notification.kind.is_urgent() { Urgency::High } else { Urgency::Normal };
        let content = content(notification, name.as_deref(), waiting.unread);
        let topic = Some(Topic::of(notification.id.to_string().as_bytes()));
        let sent = post(pusher, &waiting.subscription, &content, Post { ttl: TTL, urgency, topic }, now).await;
        let later = |wait: Option<Duration>| {
            WakeEnd::Failed(now + wait.map_or(time::Duration::ZERO, wide).max(backoff(waiting.failures + 1)))
        };
        measures::push(outcome(&sent));
        Ok(match sent {
            Ok(()) => WakeEnd::Taken(notification.id, notification.seq),
            Err(PushError::Gone | PushError::Forbidden) => WakeEnd::Gone,
            Err(PushError::Busy { retry_after, .. }) => later(retry_after),
            Err(PushError::Unreachable) => later(None),
            Err(PushError::Refused(status)) => {
                tracing::warn!(subscription.id = %waiting.subscription.id, http.status = status, "a push service refused a message");
                dropped
            }
            Err(PushError::Internal(fault)) => return Err(JobFault::Passing(fault.to_owned())),
        })
    }

    /// The name of who did it last.
    async fn name_of(&self, notification: &Notification) -> StoreResult<Option<String>> {
        let Some(by) = notification.by.first() else { return Ok(None) };
        let mut faces = self.inner.stores.inboxes.faces(notification.user, &[*by]).await?;
        Ok(faces.remove(by).map(|face| face.name))
    }
}

fn wide(wait: Duration) -> time::Duration {
    time::Duration::try_from(wait).unwrap_or(time::Duration::DAY)
}

/// What a device is told: what happened, how often, where to look, and at most a name. No words of anybody.
fn content(notification: &Notification, name: Option<&str>, unread: u64) -> Value {
    let mut content = json!({
        "id": notification.id,
        "seq": notification.seq,
        "kind": notification.kind,
        "count": notification.count,
        "name": name,
        "path": notification.subject.path(),
        "unread": unread,
    });
    if let (Subject::Account(news), Some(fields)) = (notification.subject, content.as_object_mut()) {
        fields.insert("news".to_owned(), json!(news));
    }
    content
}

/// How a message is sent.
struct Post {
    ttl: Duration,
    urgency: Urgency,
    topic: Option<Topic>,
}

async fn post(
    pusher: &dyn Pusher,
    subscription: &Subscription,
    content: &Value,
    post: Post,
    now: OffsetDateTime,
) -> Result<(), PushError> {
    // What was good once may be none any more, under other settings.
    let endpoint = pusher.endpoint(&subscription.endpoint).ok_or(PushError::Forbidden)?;
    let keys = Keys::read(&subscription.p256dh, &subscription.auth).map_err(|_| PushError::Forbidden)?;
    let payload = content.to_string();
    let Post { ttl, urgency, topic } = post;
    let message = Message { endpoint: &endpoint, keys: &keys, payload: payload.as_bytes(), ttl, urgency, topic };
    pusher.push(&message, now).await
}

/// Sends a trial.
pub(super) async fn try_once(pusher: &dyn Pusher, subscription: &Subscription, now: OffsetDateTime) -> PushOutcome {
    let how = Post { ttl: TRIAL_TTL, urgency: Urgency::High, topic: None };
    let sent = post(pusher, subscription, &json!({"kind": "test", "path": "/settings"}), how, now).await;
    let outcome = outcome(&sent);
    measures::push(outcome);
    outcome
}

fn outcome(sent: &Result<(), PushError>) -> PushOutcome {
    match sent {
        Ok(()) => PushOutcome::Taken,
        Err(PushError::Gone) => PushOutcome::Gone,
        Err(PushError::Refused(_) | PushError::Forbidden) => PushOutcome::Refused,
        Err(PushError::Busy { .. } | PushError::Unreachable | PushError::Internal(_)) => PushOutcome::Unreachable,
    }
}
