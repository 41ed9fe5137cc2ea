//! Moderation: what people reported, looked at and decided. For moderators and admins.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ClosedSet;
use domain::chats::{Message, Role};
use domain::ids::{CaseId, CharacterId, MessageId, MomentId, ReportId, UserId};
use domain::reports::{Case, CaseAction, CaseState, Claim, Report, ReportReason, ReportedKind};
use serde::{Deserialize, Serialize};
use service::CaseFilter;
use service::admin::ReportedWords;
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::Moderator;
use crate::AppState;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::moments::{ImageOut, MomentAuthorOut};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::reports::ReportedOut;
use crate::wire::{
    WireCaseAction, WireCaseId, WireCaseState, WireCharacterId, WireMessageId, WireMomentId, WireReportId,
    WireReportReason, WireReportedKind, WireRole, WireUserId,
};

/// All reports of one thing, until it is decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseOut {
    #[schema(value_type = WireCaseId)]
    id: CaseId,
    target: ReportedOut,
    /// The character it is about.
    #[schema(required)]
    character: Option<CaseCharacterOut>,
    /// The person it is about.
    #[schema(required)]
    person: Option<CasePersonOut>,
    #[schema(value_type = WireCaseState)]
    state: CaseState,
    /// How many people reported it.
    reports: u64,
    /// Why the newest of them did.
    #[schema(value_type = WireReportReason)]
    reason: ReportReason,
    /// What can be done about it.
    #[schema(value_type = Vec<WireCaseAction>)]
    actions: Vec<CaseAction>,
    #[serde(with = "time::serde::rfc3339")]
    opened_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    reported_at: OffsetDateTime,
    /// Who looks at it, or has decided it.
    #[schema(required)]
    claim: Option<ClaimOut>,
    /// What was decided.
    #[schema(required)]
    outcome: Option<OutcomeOut>,
}

/// The character that a case is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseCharacterOut {
    #[schema(value_type = WireCharacterId)]
    id: CharacterId,
    /// Null when she is gone.
    #[schema(required)]
    name: Option<String>,
}

/// The person that a case is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePersonOut {
    #[schema(value_type = WireUserId)]
    id: UserId,
    /// Null when they are gone.
    #[schema(required)]
    username: Option<String>,
}

/// Who looks at a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Claim)]
pub struct ClaimOut {
    #[schema(value_type = WireUserId)]
    by: UserId,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

impl From<Claim> for ClaimOut {
    fn from(claim: Claim) -> Self {
        Self { by: claim.by, at: claim.at }
    }
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Outcome)]
pub struct OutcomeOut {
    #[schema(value_type = WireCaseAction)]
    action: CaseAction,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

impl From<Case> for CaseOut {
    fn from(case: Case) -> Self {
        let actions = CaseAction::ALL.iter().copied().filter(|action| case.allows(*action)).collect();
        Self {
            id: case.id,
            target: case.target.into(),
            character: case.character.map(|id| CaseCharacterOut { id, name: case.character_name }),
            person: case.person.map(|id| CasePersonOut { id, username: case.person_name }),
            state: case.state,
            reports: case.reports,
            reason: case.reason,
            actions,
            opened_at: case.opened_at,
            reported_at: case.reported_at,
            claim: case.claim.map(ClaimOut::from),
            outcome: case.outcome.map(|(action, at)| OutcomeOut { action, at }),
        }
    }
}

/// A case with its newest reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeCaseOut {
    case: CaseOut,
    /// The newest first, at most 50.
    reports: Vec<FiledReportOut>,
}

/// A report, as moderators see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiledReportOut {
    #[schema(value_type = WireReportId)]
    id: ReportId,
    /// Who reported; null when they are gone.
    #[schema(value_type = Option<WireUserId>, required)]
    reporter_id: Option<UserId>,
    #[schema(value_type = WireReportReason)]
    reason: ReportReason,
    /// In their words; may be empty.
    note: String,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

impl From<Report> for FiledReportOut {
    fn from(report: Report) -> Self {
        let Report { id, reporter, reason, note, at } = report;
        Self { id, reporter_id: reporter, reason, note, at }
    }
}

/// A message that was reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedMessageOut {
    #[schema(value_type = WireMessageId)]
    id: MessageId,
    /// Who says it.
    #[schema(value_type = WireRole)]
    role: Role,
    content: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<Message> for ReportedMessageOut {
    fn from(message: Message) -> Self {
        Self { id: message.id, role: message.role, content: message.content, created_at: message.created_at }
    }
}

/// Which cases are looked at.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CasesQuery {
    /// Those that are so far.
    #[param(value_type = Option<WireCaseState>)]
    state: Option<CaseState>,
    /// Those of this kind.
    #[param(value_type = Option<WireReportedKind>)]
    kind: Option<ReportedKind>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A decision.
#[derive(Deserialize, ToSchema)]
pub struct DecisionIn {
    #[schema(value_type = WireCaseAction)]
    action: CaseAction,
}

// The macro of routes takes a plain name only.
type CasePage = PageOut<CaseOut>;

/// Cases: of a state that waits the oldest first, else the newest first.
#[utoipa::path(get, path = "/admin/cases", tag = "admin", params(CasesQuery), responses((status = 200, body = CasePage)))]
pub(crate) async fn page_cases(
    State(state): State<AppState>,
    _: Moderator,
    ApiQuery(query): ApiQuery<CasesQuery>,
) -> Result<Json<PageOut<CaseOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let filter = CaseFilter { state: query.state, kind: query.kind };
    Ok(Json(PageOut::of(state.app.admin.page_cases(filter, &page).await?, CaseOut::from)))
}

/// A case with its newest reports.
#[utoipa::path(
    get, path = "/admin/cases/{case_id}", tag = "admin",
    params(("case_id" = WireCaseId, Path)), responses((status = 200, body = WholeCaseOut)),
)]
pub(crate) async fn get_case(
    State(state): State<AppState>,
    _: Moderator,
    ApiPath(id): ApiPath<CaseId>,
) -> Result<Json<WholeCaseOut>, Problem> {
    let (case, reports) = state.app.admin.case(id).await?;
    let reports = reports.into_iter().map(FiledReportOut::from).collect();
    Ok(Json(WholeCaseOut { case: case.into(), reports }))
}

/// Reads the message that a case is about, which is written into the audit log.
#[utoipa::path(
    post, path = "/admin/cases/{case_id}/message", tag = "admin",
    params(("case_id" = WireCaseId, Path)), responses((status = 200, body = ReportedMessageOut)),
)]
pub(crate) async fn read_message(
    State(state): State<AppState>,
    Moderator(acting): Moderator,
    ApiPath(id): ApiPath<CaseId>,
) -> Result<Json<ReportedMessageOut>, Problem> {
    Ok(Json(state.app.admin.reported_message(&acting, id).await?.into()))
}

/// A moment or a comment that was reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedMomentOut {
    /// The moment, or the one that the comment is on.
    #[schema(value_type = WireMomentId)]
    moment_id: MomentId,
    author: MomentAuthorOut,
    text: String,
    /// Those of a moment; a comment has none.
    images: Vec<ImageOut>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<ReportedWords> for ReportedMomentOut {
    fn from(words: ReportedWords) -> Self {
        Self {
            moment_id: words.moment,
            author: words.by.into(),
            text: words.text,
            images: words.images.into_iter().map(ImageOut::from).collect(),
            created_at: words.created_at,
        }
    }
}

/// Reads the moment or the comment that a case is about, which is written into the audit log.
#[utoipa::path(
    post, path = "/admin/cases/{case_id}/moment", tag = "admin",
    params(("case_id" = WireCaseId, Path)), responses((status = 200, body = ReportedMomentOut)),
)]
pub(crate) async fn read_reported_moment(
    State(state): State<AppState>,
    Moderator(acting): Moderator,
    ApiPath(id): ApiPath<CaseId>,
) -> Result<Json<ReportedMomentOut>, Problem> {
    Ok(Json(state.app.admin.reported_words(&acting, id).await?.into()))
}

/// Takes a case to look at it: for an hour no other moderator decides it.
#[utoipa::path(
    post, path = "/admin/cases/{case_id}/claim", tag = "admin",
    params(("case_id" = WireCaseId, Path)), responses((status = 200, body = CaseOut)),
)]
pub(crate) async fn claim_case(
    State(state): State<AppState>,
    Moderator(acting): Moderator,
    ApiPath(id): ApiPath<CaseId>,
) -> Result<Json<CaseOut>, Problem> {
    Ok(Json(state.app.admin.claim_case(&acting, id).await?.into()))
}

/// Decides a case and does what was decided. Moderators keep out members alone; admins decide also what another has claimed.
#[utoipa::path(
    post, path = "/admin/cases/{case_id}/resolve", tag = "admin", request_body = DecisionIn,
    params(("case_id" = WireCaseId, Path)), responses((status = 200, body = CaseOut)),
)]
pub(crate) async fn resolve_case(
    State(state): State<AppState>,
    Moderator(acting): Moderator,
    ApiPath(id): ApiPath<CaseId>,
    ApiJson(body): ApiJson<DecisionIn>,
) -> Result<Json<CaseOut>, Problem> {
    Ok(Json(state.app.admin.resolve_case(&acting, id, body.action).await?.into()))
}

/// Lets a character that a decision has hidden be found and met again.
#[utoipa::path(
    delete, path = "/admin/characters/{character_id}/hidden", tag = "admin",
    params(("character_id" = WireCharacterId, Path)), responses((status = 204)),
)]
pub(crate) async fn restore_character(
    State(state): State<AppState>,
    Moderator(acting): Moderator,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<StatusCode, Problem> {
    state.app.admin.restore_character(&acting, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
