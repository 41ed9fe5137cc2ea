//! The audit log.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use domain::audit::{ActorKind, AuditAction, AuditEntry, AuditFilter, TargetKind};
use domain::ids::{AuditId, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::Admin;
use crate::AppState;
use crate::extract::ApiQuery;
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::wire::{WireActorKind, WireAuditAction, WireAuditId, WireTargetKind, WireUserId};

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryOut {
    #[schema(value_type = WireAuditId)]
    id: AuditId,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    /// Who.
    actor: ActorOut,
    /// What.
    #[schema(value_type = WireAuditAction)]
    action: AuditAction,
    /// To what.
    target: TargetOut,
    /// What more there is to say, in names and plain values.
    detail: BTreeMap<String, String>,
    /// The `X-Request-Id` of the request by which it was done.
    #[schema(required)]
    request_id: Option<String>,
    /// From where.
    #[schema(required)]
    address: Option<String>,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorOut {
    #[schema(value_type = WireActorKind)]
    kind: ActorKind,
    /// The person, when it is one.
    #[schema(value_type = Option<WireUserId>, required)]
    id: Option<UserId>,
}

/// What something was done to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditTarget)]
pub struct TargetOut {
    #[schema(value_type = WireTargetKind)]
    kind: TargetKind,
    /// Its id or name; empty where there is but one, or where it is not known.
    id: String,
}

impl From<AuditEntry> for AuditEntryOut {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, actor, action, target, detail, request_id, address } = entry;
        let actor = ActorOut { kind: actor.kind(), id: actor.user() };
        let target = TargetOut { kind: target.kind, id: target.id };
        Self { id, at, actor, action, target, detail, request_id, address }
    }
}

/// Which entries are looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Those of this action.
    #[param(value_type = Option<WireAuditAction>)]
    action: Option<AuditAction>,
    /// Those that this person made or that concern them.
    #[param(value_type = Option<WireUserId>)]
    user: Option<UserId>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type AuditEntryPage = PageOut<AuditEntryOut>;

/// The audit log, the newest entries first.
#[utoipa::path(get, path = "/admin/audit", tag = "admin", params(AuditQuery), responses((status = 200, body = AuditEntryPage)))]
pub(crate) async fn page_audit(
    State(state): State<AppState>,
    _: Admin,
    ApiQuery(query): ApiQuery<AuditQuery>,
) -> Result<Json<PageOut<AuditEntryOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let filter = AuditFilter { action: query.action, user: query.user };
    Ok(Json(PageOut::of(state.app.admin.page_audit(&filter, &page).await?, AuditEntryOut::from)))
}
