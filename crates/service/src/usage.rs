//! Usage: what replies and lessons took is counted, and nobody gets more in a day than they may.
//!
//! A reply is admitted before it is stored, which takes one read where limits are set, and none where there are none (whether
//! anybody has limits of their own is asked at most every two seconds). From then to its end it is held here, so that of two
//! who come at once for the last one, one goes away. At its end it is put on a list that is written down a quarter of a
//! second later, all in one transaction; a process that dies loses what is on the list and what was being written, no more.
//! Replies that other nodes are writing are not known here: there may be as many too many as are being written elsewhere.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::{MessageId, UserId};
use domain::models::{ModelInfo, ModelProvider, TokenUsage};
use domain::usage::{Day, Quota, QuotaKind, QuotaReached, Standing, Usage, UsageEntry, expected};
use parking_lot::Mutex;
use store::StoreResult;
use store::usage::UsageStore;
use tokio::sync::{Notify, RwLock};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::AppParts;
use crate::chats::Price;
use crate::clock::Clock;
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

/// Limits of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsageConfig {
    /// What everybody may take.
    pub daily: Quota,
    /// What all together may cost, in millionths of a US dollar.
    pub daily_cost_all: Option<u64>,
}

/// How a person stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageView {
    /// The day.
    pub day: Day,
    /// What they took.
    pub used: Usage,
    /// What they may take.
    pub quota: Quota,
}

/// How long what ended is gathered before it is written down.
const GATHER: Duration = Duration::from_millis(250);

/// How long it is believed that nobody has limits of their own.
const BELIEVE: Duration = Duration::from_secs(2);

/// How long a reply is held that nobody tells the end of: it was deleted, or another node writes it.
const HOLD: Duration = Duration::from_secs(15 * 60);

/// People with replies in flight, before those are looked for whose end nobody told.
const HOLDERS: usize = 4_096;

/// How many counts wait at most for a store that is away.
const LIST: usize = 10_000;

/// Counts usage. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Usages {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn UsageStore>,
    clock: Arc<dyn Clock>,
    mint: Mint,
    config: UsageConfig,
    price: Option<Price>,
    book: Mutex<Book>,
    /// Held by those who read the store and the list as one; what is written leaves the list only when nobody does.
    writing: RwLock<()>,
    due: Notify,
    closing: CancellationToken,
    keepers: TaskTracker,
}

#[derive(Default)]
struct Book {
    in_flight: HashMap<UserId, HashMap<MessageId, Held>>,
    list: Vec<UsageEntry>,
    /// When it was last seen that nobody has limits of their own.
    nobody_own: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Held {
    day: Day,
    since: Instant,
}

impl Book {
    fn listed(&self, day: Day, user: Option<UserId>) -> Usage {
        let of = |entry: &&UsageEntry| entry.day == day && user.is_none_or(|user| entry.user == user);
        self.list.iter().filter(of).fold(Usage::default(), |sum, entry| sum.plus(entry.usage))
    }

    /// How many replies of a person are held for a day.
    fn held(&mut self, user: UserId, day: Day) -> u64 {
        let Some(held) = self.in_flight.get_mut(&user) else { return 0 };
        held.retain(|_, held| held.since.elapsed() < HOLD);
        held.values().filter(|held| held.day == day).count() as u64
    }

    fn release(&mut self, user: UserId, reply: MessageId) {
        if let Some(held) = self.in_flight.get_mut(&user) {
            held.remove(&reply);
            if held.is_empty() {
                self.in_flight.remove(&user);
            }
        }
    }
}

/// That a reply may be made. Dropped before it is kept, it is given back.
pub(crate) struct Admission {
    held: Option<(Arc<Shared>, UserId, MessageId)>,
}

impl Admission {
    /// The reply is stored: it counts from now on.
    pub(crate) fn keep(mut self) {
        self.held = None;
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if let Some((shared, user, reply)) = self.held.take() {
            shared.book.lock().release(user, reply);
        }
    }
}

impl Usages {
    /// Starts to count.
    pub(crate) fn start(parts: &AppParts, mint: Mint) -> Self {
        let usages = Self {
            shared: Arc::new(Shared {
                store: Arc::clone(&parts.stores.usage),
                clock: Arc::clone(&parts.clock),
                mint,
                config: parts.usage,
                price: parts.chats.price,
                book: Mutex::default(),
                writing: RwLock::default(),
                due: Notify::new(),
                closing: CancellationToken::new(),
                keepers: TaskTracker::new(),
            }),
        };
        usages.shared.keepers.spawn(usages.clone().keep_writing());
        usages
    }

    /// Writes down what is on the list, and ends.
    pub(crate) async fn shutdown(&self) {
        self.shared.closing.cancel();
        self.shared.keepers.close();
        self.shared.keepers.wait().await;
    }

    /// Lets a person have one more reply.
    ///
    /// # Errors
    /// `QuotaReached`.
    pub(crate) async fn admit(&self, user: UserId, reply: MessageId) -> ServiceResult<Admission> {
        let shared = &self.shared;
        if self.nobody_is_limited() {
            return Ok(Admission { held: None });
        }
        let now = shared.clock.now();
        let day = Day::of(now);
        // Until the reply is held, nothing moves from the list to the store.
        let _reading = shared.writing.read().await;
        let standing = self.standing(user, day).await?;
        let quota = standing.own.over(shared.config.daily);
        if quota == Quota::default() && shared.config.daily_cost_all.is_none() {
            return Ok(Admission { held: None });
        }
        let mut book = shared.book.lock();
        let in_flight = book.held(user, day);
        let used = standing.used.plus(book.listed(day, Some(user)));
        let reached = quota.reached(used, in_flight).or_else(|| self.all_reached(&mut book, standing.all, day));
        if let Some((quota, limit, used)) = reached {
            let resets_at = day.ends();
            let retry_after = Duration::try_from(resets_at - now).unwrap_or_default();
            return Err(ServiceError::QuotaReached {
                reached: QuotaReached { quota, limit, used, resets_at },
                retry_after,
            });
        }
        book.in_flight.entry(user).or_default().insert(reply, Held { day, since: Instant::now() });
        Ok(Admission { held: Some((Arc::clone(shared), user, reply)) })
    }

    /// Whether a person's limits allow that something is learned in the background.
    pub(crate) async fn may_learn(&self, user: UserId) -> StoreResult<bool> {
        let shared = &self.shared;
        if self.nobody_is_limited() {
            return Ok(true);
        }
        let day = Day::of(shared.clock.now());
        let _reading = shared.writing.read().await;
        let standing = self.standing(user, day).await?;
        // A lesson is no reply.
        let quota = Quota { replies: None, ..standing.own.over(shared.config.daily) };
        let mut book = shared.book.lock();
        let used = standing.used.plus(book.listed(day, Some(user)));
        Ok(quota.reached(used, 0).is_none() && self.all_reached(&mut book, standing.all, day).is_none())
    }

    /// How a person stands today.
    pub(crate) async fn today(&self, user: UserId) -> ServiceResult<UsageView> {
        let shared = &self.shared;
        let day = Day::of(shared.clock.now());
        let _reading = shared.writing.read().await;
        let standing = self.standing(user, day).await?;
        let used = standing.used.plus(shared.book.lock().listed(day, Some(user)));
        Ok(UsageView { day, used, quota: standing.own.over(shared.config.daily) })
    }

    /// What holds for everybody, unless they have limits of their own.
    pub(crate) fn daily(&self) -> Quota {
        self.shared.config.daily
    }

    /// Counts a reply that has ended, on the day on which it was asked for.
    pub(crate) fn count(&self, entry: UsageEntry) {
        let mut book = self.shared.book.lock();
        book.release(entry.user, entry.id);
        if entry.usage != Usage::default() {
            if book.list.len() >= LIST {
                tracing::error!("what was used could not be written down for so long that some of it is forgotten");
                book.list.remove(0);
            }
            book.list.push(entry);
            self.shared.due.notify_one();
        }
    }

    /// Counts what was learned in the background.
    pub(crate) fn count_lesson(&self, user: UserId, model: &ModelInfo, usage: TokenUsage) {
        let entry = UsageEntry {
            id: self.shared.mint.id(),
            user,
            day: Day::of(self.shared.clock.now()),
            usage: Usage::of(usage, self.cost(model, usage)),
        };
        self.count(entry);
    }

    /// Lets go of a reply that will never be made.
    pub(crate) fn release(&self, user: UserId, reply: MessageId) {
        self.shared.book.lock().release(user, reply);
    }

    /// What tokens cost, in millionths of a US dollar, rounded up; models in this process cost nothing that is counted here.
    pub(crate) fn cost(&self, model: &ModelInfo, usage: TokenUsage) -> u64 {
        let Some(price) = self.shared.price else { return 0 };
        if !matches!(model.provider, ModelProvider::OpenAi | ModelProvider::Ollama) {
            return 0;
        }
        // Dollars for a million tokens are millionths of a dollar for one.
        let cost =
            f64::from(usage.prompt_tokens) * price.prompt + f64::from(usage.completion_tokens) * price.completion;
        cost.ceil() as u64
    }

    /// Whether it is known, without asking, that nobody has any limit.
    fn nobody_is_limited(&self) -> bool {
        let config = &self.shared.config;
        config.daily == Quota::default()
            && config.daily_cost_all.is_none()
            && self.shared.book.lock().nobody_own.is_some_and(|seen| seen.elapsed() < BELIEVE)
    }

    async fn standing(&self, user: UserId, day: Day) -> StoreResult<Standing> {
        let standing = self.shared.store.standing(user, day).await?;
        self.shared.book.lock().nobody_own = (!standing.any_own).then(Instant::now);
        Ok(standing)
    }

    /// The limit of all people together, when it is reached. How far beyond it they are is nobody's business.
    fn all_reached(&self, book: &mut Book, all: Usage, day: Day) -> Option<(QuotaKind, u64, u64)> {
        let limit = self.shared.config.daily_cost_all?;
        let in_flight = book.in_flight.values().map(|held| held.len() as u64).sum();
        let all = all.plus(book.listed(day, None));
        let whole = all.plus(expected(all, in_flight)).cost;
        (whole >= limit).then_some((QuotaKind::CostAll, limit, limit))
    }

    async fn keep_writing(self) {
        let shared = &self.shared;
        let mut wait = GATHER;
        loop {
            tokio::select! {
                () = shared.due.notified() => {}
                () = shared.closing.cancelled() => {}
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = shared.closing.cancelled() => {}
            }
            let closing = shared.closing.is_cancelled();
            wait = match self.write().await {
                Ok(()) => GATHER,
                Err(error) => {
                    tracing::warn!(error = %error, "what was used could not be written down yet");
                    shared.due.notify_one();
                    (wait * 2).min(Duration::from_secs(10))
                }
            };
            if closing {
                return;
            }
        }
    }

    async fn write(&self) -> StoreResult<()> {
        let shared = &self.shared;
        let _alone = shared.writing.write().await;
        let list = shared.book.lock().list.clone();
        shared.store.count_usage(&list).await?;
        let mut book = shared.book.lock();
        book.list.drain(..list.len());
        if book.in_flight.len() > HOLDERS {
            book.in_flight.retain(|_, held| held.values().any(|held| held.since.elapsed() < HOLD));
        }
        Ok(())
    }
}
