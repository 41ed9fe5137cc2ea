//! Devices that are woken, over REST: the key that browsers need, the subscription of the device that calls, and a trial.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::SubscriptionId;
use domain::notifications::PushOutcome;
use serde::{Deserialize, Serialize};
use service::notifications::{NewSubscription, SubscriptionView};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::ApiJson;
use crate::problem::Problem;
use crate::wire::{WirePushOutcome, WireSubscriptionId};

/// The key by which browsers know this server.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushKeyOut {
    /// The `applicationServerKey` of a subscription; null where nothing is pushed.
    #[schema(required)]
    key: Option<String>,
}

/// The key that a browser needs to subscribe.
#[utoipa::path(get, path = "/notifications/push/key", tag = "notifications", responses((status = 200, body = PushKeyOut)))]
pub(crate) async fn get_push_key(State(state): State<AppState>, _: Caller) -> Json<PushKeyOut> {
    Json(PushKeyOut { key: state.app.notifications.push_key() })
}

/// A subscription, as a browser's `PushSubscription` writes itself down.
#[derive(Deserialize, ToSchema)]
pub struct SubscriptionIn {
    /// Where its push service takes messages.
    endpoint: String,
    /// What messages are encrypted with.
    keys: SubscriptionKeysIn,
}

/// What messages to a browser are encrypted with.
#[derive(Deserialize, ToSchema)]
#[schema(as = SubscriptionKeys)]
pub struct SubscriptionKeysIn {
    /// The browser's public key, in base64url.
    p256dh: String,
    /// The browser's secret, in base64url.
    auth: String,
}

/// A subscription that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionOut {
    #[schema(value_type = WireSubscriptionId)]
    id: SubscriptionId,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<SubscriptionView> for SubscriptionOut {
    fn from(view: SubscriptionView) -> Self {
        Self { id: view.id, created_at: view.created_at }
    }
}

/// Wakes the device that calls from now on. Another subscription of it is replaced; it ends when the device is signed out.
#[utoipa::path(
    post, path = "/notifications/push/subscriptions", tag = "notifications", request_body = SubscriptionIn,
    responses((status = 201, body = SubscriptionOut)),
)]
pub(crate) async fn subscribe_push(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(new): ApiJson<SubscriptionIn>,
) -> Result<(StatusCode, Json<SubscriptionOut>), Problem> {
    let SubscriptionIn { endpoint, keys: SubscriptionKeysIn { p256dh, auth } } = new;
    let new = NewSubscription { endpoint, p256dh, auth };
    let kept = state.app.notifications.subscribe(&caller.0, new).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}

/// Wakes the device that calls no more.
#[utoipa::path(
    delete, path = "/notifications/push/subscriptions", tag = "notifications", responses((status = 204)),
)]
pub(crate) async fn unsubscribe_push(State(state): State<AppState>, caller: Caller) -> Result<StatusCode, Problem> {
    state.app.notifications.unsubscribe(&caller.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What became of a trial.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushTrialOut {
    #[schema(value_type = WirePushOutcome)]
    outcome: PushOutcome,
}

/// Wakes the device that calls, once, to see whether that works.
#[utoipa::path(post, path = "/notifications/push/test", tag = "notifications", responses((status = 200, body = PushTrialOut)))]
pub(crate) async fn try_push(State(state): State<AppState>, caller: Caller) -> Result<Json<PushTrialOut>, Problem> {
    Ok(Json(PushTrialOut { outcome: state.app.notifications.try_push(&caller.0).await? }))
}
