//! Reports, and the cases that moderators make of them.
//!
//! What decides something takes the entries of the audit log that tell of it, and writes all or nothing.

use async_trait::async_trait;
use domain::accounts::Disabled;
use domain::audit::AuditEntry;
use domain::ids::{CaseId, CharacterId, CommentId, DeviceId, MediaId, MomentId, ReportId, UserId};
use domain::media::Media;
use domain::moments::{SeenComment, SeenMoment};
use domain::pages::{Page, PageRequest};
use domain::reports::{Case, CaseAction, CaseState, NewReport, Report, ReportedKind};
use time::{Date, OffsetDateTime};

use crate::StoreResult;

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed {
    /// The report that counts: the first of this reporter in this case.
    pub id: ReportId,
    /// Its case.
    pub case: CaseId,
    /// Whether it was there before.
    pub repeated: bool,
}

/// Which cases are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Those that are so far.
    pub state: Option<CaseState>,
    /// Those of this kind.
    pub kind: Option<ReportedKind>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Who decides.
    pub by: UserId,
    /// Whether a claim of another does not count: for admins.
    pub over_claims: bool,
    /// What is done.
    pub action: CaseAction,
    /// How the person is kept out, when that is what is done.
    pub disabled: Option<Disabled>,
    /// When.
    pub at: OffsetDateTime,
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The case as it is now.
    pub case: Case,
    /// The devices that were signed out.
    pub ended: Vec<DeviceId>,
}

/// Keeps reports.
#[async_trait]
pub trait ReportStore: Send + Sync {
    /// Takes a report into the open case of its target, or into a new one. One reporter counts once in a case.
    async fn file_report(&self, report: &NewReport) -> StoreResult<Filed>;
    /// Cases: those that wait, the oldest first; else the newest first.
    async fn page_cases(&self, filter: CaseFilter, page: &PageRequest) -> StoreResult<Page<Case>>;
    /// A case with its newest reports.
    async fn find_case(&self, id: CaseId) -> StoreResult<Option<(Case, Vec<Report>)>>;
    /// Takes a case to look at, `over_claims` also where another looks at it. `audit` is written when that is news. Conflicts:
    /// `CaseClaimed`, `CaseResolved`.
    async fn claim_case(&self, id: CaseId, by: UserId, over_claims: bool, audit: &AuditEntry) -> StoreResult<Case>;
    /// Decides a case, and does what was decided; the words of a message stand elsewhere, and whoever decides has taken them
    /// away before. `NotFound` also when there is nothing left to do that to. Conflicts:
    /// `CaseClaimed`, `CaseResolved`, `LastAdmin`.
    async fn resolve_case(&self, id: CaseId, decision: &Decision, audit: &[AuditEntry]) -> StoreResult<Decided>;
    /// Lets a hidden character be found and met again. `NotFound` when she is not hidden.
    async fn restore_character(&self, id: CharacterId, audit: &AuditEntry) -> StoreResult<()>;
}

/// Reads what cases are about, as its author sees it, for those who moderate: what no case is about is not there.
#[async_trait]
pub trait ReportedStore: Send + Sync {
    /// The moment that a case is about.
    async fn find_reported_moment(&self, id: MomentId, today: Date) -> StoreResult<Option<SeenMoment>>;
    /// The comment that a case is about.
    async fn find_reported_comment(&self, id: CommentId, today: Date) -> StoreResult<Option<SeenComment>>;
    /// An image of a moment that a case is about.
    async fn find_reported_image(&self, id: MediaId) -> StoreResult<Option<Media>>;
}
