//! What a person takes in a day, what they may take, and that a limit is reached.

use axum::Json;
use axum::extract::State;
use domain::usage::{Quota, QuotaKind, QuotaReached, Usage};
use serde::Serialize;
use time::{Date, OffsetDateTime};
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::wire::WireQuotaKind;

/// What was taken in a day.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = DayUsage)]
pub struct DayUsageOut {
    /// Replies.
    replies: u64,
    /// Tokens of prompts and replies, those of learning in the background included.
    tokens: u64,
    /// What they cost, in millionths of a US dollar.
    cost_micros: u64,
}

impl From<Usage> for DayUsageOut {
    fn from(usage: Usage) -> Self {
        Self { replies: usage.replies, tokens: usage.tokens, cost_micros: usage.cost }
    }
}

/// What may be taken in a day; null is as much as one likes.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Quota)]
pub struct QuotaOut {
    /// Replies.
    #[schema(required)]
    replies: Option<u64>,
    /// Tokens.
    #[schema(required)]
    tokens: Option<u64>,
    /// Millionths of a US dollar.
    #[schema(required)]
    cost_micros: Option<u64>,
}

impl From<Quota> for QuotaOut {
    fn from(quota: Quota) -> Self {
        Self { replies: quota.replies, tokens: quota.tokens, cost_micros: quota.cost }
    }
}

/// How the caller stands today.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageTodayOut {
    /// The day, in UTC.
    #[serde(serialize_with = "crate::wire::write_date")]
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// When the next begins.
    #[serde(with = "time::serde::rfc3339")]
    resets_at: OffsetDateTime,
    /// What they took.
    used: DayUsageOut,
    /// What they may take.
    limits: QuotaOut,
}

/// What the caller took today, and how much they may take.
#[utoipa::path(get, path = "/users/me/usage", tag = "users", responses((status = 200, body = UsageTodayOut)))]
pub(crate) async fn get_usage(State(state): State<AppState>, caller: Caller) -> Result<Json<UsageTodayOut>, Problem> {
    let today = state.app.usage_today(caller.user_id).await?;
    Ok(Json(UsageTodayOut {
        date: today.day.date(),
        resets_at: today.day.ends(),
        used: today.used.into(),
        limits: today.quota.into(),
    }))
}

/// A limit that is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = QuotaReached)]
pub struct QuotaReachedOut {
    /// Which.
    #[schema(value_type = WireQuotaKind)]
    pub(crate) quota: QuotaKind,
    /// How much may be taken.
    pub(crate) limit: u64,
    /// How much was taken, with what is being written.
    pub(crate) used: u64,
    /// When it begins anew.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) resets_at: OffsetDateTime,
}

impl From<QuotaReached> for QuotaReachedOut {
    fn from(reached: QuotaReached) -> Self {
        let QuotaReached { quota, limit, used, resets_at } = reached;
        Self { quota, limit, used, resets_at }
    }
}
