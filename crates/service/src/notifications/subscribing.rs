//! Devices that want to be woken: subscribing, and a try whether it works.

use std::time::Duration;

use bus::Rate;
use domain::ids::SubscriptionId;
use domain::notifications::PushOutcome;
use domain::validation::FieldError;
use push::{InvalidSubscription, Keys};
use store::pushes::{Subscription, WakeEnd};
use time::OffsetDateTime;

use super::{Notifications, posting};
use crate::accounts::Caller;
use crate::{ServiceError, ServiceResult};

/// How often somebody may try whether a device can be woken.
const TRIALS: Rate = Rate { burst: 5, per: Duration::from_secs(10 * 60) };

/// How often somebody may subscribe.
const SUBSCRIBING: Rate = Rate { burst: 30, per: Duration::from_secs(60 * 60) };

/// What a browser gives to be woken. No `Debug`: these are secrets.
pub struct NewSubscription {
    /// Where its push service takes messages.
    pub endpoint: String,
    /// Its public key.
    pub p256dh: String,
    /// Its secret.
    pub auth: String,
}

/// A subscription as its person sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubscriptionView {
    /// Its id.
    pub id: SubscriptionId,
    /// Since when.
    pub created_at: OffsetDateTime,
}

impl Notifications {
    /// The key by which browsers know this server; `None` where nothing is pushed.
    #[must_use]
    pub fn push_key(&self) -> Option<String> {
        self.inner.pusher.as_ref().map(|pusher| pusher.public_key())
    }

    /// Wakes the device that calls from now on.
    ///
    /// # Errors
    /// `Forbidden` where nothing is pushed, `Invalid`, `Throttled`.
    pub async fn subscribe(&self, caller: &Caller, new: NewSubscription) -> ServiceResult<SubscriptionView> {
        let inner = &self.inner;
        let pusher = inner.pusher.as_ref().ok_or(ServiceError::Forbidden)?;
        let endpoint = pusher.endpoint(&new.endpoint).ok_or_else(|| {
            FieldError::new("endpoint", "must be the https address of a push service, of 2048 bytes at most")
        })?;
        let keys = Keys::read(&new.p256dh, &new.auth).map_err(|invalid| match invalid {
            InvalidSubscription::PublicKey => FieldError::new("keys.p256dh", "must be a public key of the curve P-256"),
            InvalidSubscription::Secret => FieldError::new("keys.auth", "must be 16 bytes"),
        })?;
        inner.bus.rates.take(&format!("push-subscribe:{}", caller.user_id), SUBSCRIBING).await?;
        let subscription = Subscription {
            id: inner.mint.id(),
            user: caller.user_id,
            device: caller.device_id,
            endpoint: endpoint.as_str().to_owned(),
            p256dh: keys.p256dh(),
            auth: keys.auth(),
            created_at: inner.clock.now(),
        };
        inner.stores.pushes.subscribe(&subscription).await?;
        Ok(SubscriptionView { id: subscription.id, created_at: subscription.created_at })
    }

    /// Wakes the device that calls no more.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn unsubscribe(&self, caller: &Caller) -> ServiceResult<()> {
        let inner = &self.inner;
        inner.stores.pushes.unsubscribe(caller.user_id, caller.device_id, inner.clock.now()).await?;
        Ok(())
    }

    /// Wakes the device that calls, once, to see whether that works.
    ///
    /// # Errors
    /// `NotFound` when it does not subscribe, `Forbidden` where nothing is pushed, `Throttled`.
    pub async fn try_push(&self, caller: &Caller) -> ServiceResult<PushOutcome> {
        let inner = &self.inner;
        let pusher = inner.pusher.as_ref().ok_or(ServiceError::Forbidden)?;
        let found = inner.stores.pushes.find_subscription(caller.user_id, caller.device_id).await?;
        let subscription = found.ok_or(ServiceError::NotFound)?;
        inner.bus.rates.take(&format!("push-test:{}", caller.user_id), TRIALS).await?;
        let outcome = posting::try_once(pusher.as_ref(), &subscription, inner.clock.now()).await;
        if outcome == PushOutcome::Gone {
            inner.stores.pushes.settle_wake(subscription.id, WakeEnd::Gone, inner.clock.now()).await?;
        }
        Ok(outcome)
    }
}
