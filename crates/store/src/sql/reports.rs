//! Reports, as rows, and what moderators decide.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::audit::{AuditAction, AuditEntry};
use domain::ids::{CaseId, CharacterId, DeviceId, MomentId, ReportId, UserId};
use domain::limits;
use domain::pages::{Page, PageRequest};
use domain::reports::{Case, CaseAction, CaseState, NewReport, Report, Reported};
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::{SqlStore, audit, cases, moments, people, query, responses, rows};
use crate::reports::{CaseFilter, Decided, Decision, Filed, ReportStore};
use crate::{StoreError, StoreResult};

fn report(row: &QueryResult) -> StoreResult<Report> {
    Ok(Report {
        id: ReportId(row.try_get("", "id")?),
        reporter: row.try_get::<Option<Uuid>>("", "reporter_id")?.map(UserId),
        reason: rows::closed(&row.try_get::<String>("", "reason")?)?,
        note: row.try_get("", "note")?,
        at: rows::time(row.try_get("", "created_at")?)?,
    })
}

/// How often a case that is resolved while it is looked for is looked for again.
const LOOKS: usize = 8;

/// The case of what is reported that waits, held until the transaction ends; a new one where there is none.
async fn open_case(tx: &DatabaseTransaction, report: &NewReport) -> StoreResult<CaseId> {
    let at = rows::micros(report.at);
    let (kind, target) = (report.target.kind(), cases::target_id(report.target));
    // Without a target of the conflict: who comes second with the same ids meets the key of the table before that of the case.
    let opens = "INSERT INTO cases (id, target_kind, target_id, character_id, person_id, state, reports, reason, opened_at, reported_at)
        VALUES ($1, $2, $3, $4, $5, 'open', 0, $6, $7, $7) ON CONFLICT DO NOTHING";
    let lock = super::for_update(tx);
    let waits = format!("SELECT id FROM cases WHERE target_kind = $1 AND target_id = $2 AND state <> 'resolved'{lock}");
    for _ in 0..LOOKS {
        let values = [
            report.case.0.into(),
            kind.as_str().into(),
            target.into(),
            report.character.map(|id| id.0).into(),
            report.person.map(|id| id.0).into(),
            report.reason.as_str().into(),
            at.into(),
        ];
        if query::run(tx, opens, values).await? > 0 {
            return Ok(report.case);
        }
        if let Some(row) = query::row(tx, waits.as_str(), [kind.as_str().into(), target.into()]).await? {
            return Ok(CaseId(row.try_get("", "id")?));
        }
    }
    Err(StoreError::Corrupt("a case can neither be opened nor found".into()))
}

#[async_trait]
impl ReportStore for SqlStore {
    async fn file_report(&self, report: &NewReport) -> StoreResult<Filed> {
        let tx = self.begin().await?;
        let case = open_case(&tx, report).await?;
        let sql =
            "INSERT INTO reports (id, case_id, reporter_id, reason, note, created_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING";
        let (reason, at) = (report.reason.as_str(), rows::micros(report.at));
        let values: [Value; 6] = [
            report.id.0.into(),
            case.0.into(),
            report.reporter.0.into(),
            reason.into(),
            report.note.as_str().into(),
            at.into(),
        ];
        if query::run(&tx, sql, values).await? == 0 {
            let sql = "SELECT id FROM reports WHERE case_id = $1 AND reporter_id = $2";
            let row = query::row(&tx, sql, [case.0.into(), report.reporter.0.into()]).await?;
            let row = row.ok_or_else(|| StoreError::Corrupt("a report that is there is not found".into()))?;
            return Ok(Filed { id: ReportId(row.try_get("", "id")?), case, repeated: true });
        }
        let sql = "UPDATE cases SET reports = reports + 1, reason = $2, reported_at = $3 WHERE id = $1";
        query::run(&tx, sql, [case.0.into(), reason.into(), at.into()]).await?;
        tx.commit().await?;
        Ok(Filed { id: report.id, case, repeated: false })
    }

    async fn page_cases(&self, filter: CaseFilter, page: &PageRequest) -> StoreResult<Page<Case>> {
        let mut values: Vec<Value> = Vec::new();
        let mut place = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let mut sql = format!("{} WHERE TRUE", cases::CASES);
        if let Some(state) = filter.state {
            sql += &format!(" AND k.state = {}", place(state.as_str().into()));
        }
        if let Some(kind) = filter.kind {
            sql += &format!(" AND k.target_kind = {}", place(kind.as_str().into()));
        }
        // Who has waited longest is next.
        let (beyond, order) = match filter.state {
            Some(CaseState::Open | CaseState::Claimed) => (">", "ASC"),
            Some(CaseState::Resolved) | None => ("<", "DESC"),
        };
        if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
            let (time, id) = (place(cursor.time.into()), place(cursor.id.into()));
            sql += &format!(" AND (k.opened_at, k.id) {beyond} ({time}, {id})");
        }
        let limit = place((i64::from(page.limit) + 1).into());
        sql += &format!(" ORDER BY k.opened_at {order}, k.id {order} LIMIT {limit}");
        let found = query::rows(self.read(), sql, values).await?;
        let found: Vec<Case> = found.iter().map(cases::case).collect::<StoreResult<_>>()?;
        let key = |case: &Case| Cursor { first: false, time: rows::micros(case.opened_at), id: case.id.0 };
        let (items, next_cursor) = cursors::cut(found, page.limit, key);
        Ok(Page { items, next_cursor })
    }

    async fn find_case(&self, id: CaseId) -> StoreResult<Option<(Case, Vec<Report>)>> {
        let Some(case) = cases::find(self.read(), id).await? else {
            return Ok(None);
        };
        let sql = "SELECT * FROM reports WHERE case_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2";
        let found = query::rows(self.read(), sql, [id.0.into(), i64::from(limits::REPORTS_SHOWN).into()]).await?;
        Ok(Some((case, found.iter().map(report).collect::<StoreResult<_>>()?)))
    }

    async fn claim_case(&self, id: CaseId, by: UserId, over_claims: bool, audit: &AuditEntry) -> StoreResult<Case> {
        let tx = self.begin().await?;
        let case = cases::hold(&tx, id, by, audit.at, over_claims).await?;
        if case.claim.is_some_and(|claim| claim.by == by) {
            return Ok(case);
        }
        cases::mark(&tx, id, CaseState::Claimed, by, audit.at).await?;
        audit::write(&tx, audit).await?;
        let case = cases::find(&*tx, id).await?.ok_or(StoreError::NotFound)?;
        tx.commit().await?;
        Ok(case)
    }

    async fn resolve_case(&self, id: CaseId, decision: &Decision, audit: &[AuditEntry]) -> StoreResult<Decided> {
        let tx = self.begin().await?;
        let case = cases::hold(&tx, id, decision.by, decision.at, decision.over_claims).await?;
        let (news, ended) = carry_out(&tx, &case, decision).await?;
        cases::mark(&tx, id, CaseState::Resolved, decision.by, decision.at).await?;
        let sql = "UPDATE cases SET action = $2, resolved_at = $3 WHERE id = $1";
        let values = [id.0.into(), decision.action.as_str().into(), rows::micros(decision.at).into()];
        query::run(&tx, sql, values).await?;
        for entry in audit.iter().filter(|entry| news || entry.action == AuditAction::CaseResolved) {
            audit::write(&tx, entry).await?;
        }
        let case = cases::find(&*tx, id).await?.ok_or(StoreError::NotFound)?;
        tx.commit().await?;
        Ok(Decided { case, ended })
    }

    async fn restore_character(&self, id: CharacterId, audit: &AuditEntry) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "UPDATE characters SET hidden_at = NULL WHERE id = $1 AND hidden_at IS NOT NULL";
        if query::run(&tx, sql, [id.0.into()]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        audit::write(&tx, audit).await?;
        tx.commit().await
    }
}

/// Does what was decided: whether that is news, and the devices that were signed out.
async fn carry_out(tx: &DatabaseTransaction, case: &Case, decision: &Decision) -> StoreResult<(bool, Vec<DeviceId>)> {
    match decision.action {
        CaseAction::Dismiss | CaseAction::RemoveMessage => Ok((false, Vec::new())),
        CaseAction::HideCharacter => {
            let id = case.character.ok_or(StoreError::NotFound)?;
            let sql = "SELECT hidden_at FROM characters WHERE id = $1 AND NOT deleted";
            let row = query::row(tx, sql, [id.0.into()]).await?.ok_or(StoreError::NotFound)?;
            let sql = "UPDATE characters SET hidden_at = $2 WHERE id = $1 AND hidden_at IS NULL";
            query::run(tx, sql, [id.0.into(), rows::micros(decision.at).into()]).await?;
            Ok((row.try_get::<Option<i64>>("", "hidden_at")?.is_none(), Vec::new()))
        }
        CaseAction::RemoveMoment => {
            let Reported::Moment(id) = case.target else { return Err(StoreError::NotFound) };
            if !moments::erase_one(tx, id).await? {
                return Err(StoreError::NotFound);
            }
            Ok((true, Vec::new()))
        }
        CaseAction::RemoveComment => {
            let Reported::MomentComment(id) = case.target else { return Err(StoreError::NotFound) };
            let sql = "SELECT moment_id FROM moment_comments WHERE id = $1";
            let row = query::row(tx, sql, [id.0.into()]).await?.ok_or(StoreError::NotFound)?;
            if responses::erase(tx, MomentId(row.try_get("", "moment_id")?), id).await? == 0 {
                return Err(StoreError::NotFound);
            }
            Ok((true, Vec::new()))
        }
        CaseAction::DisablePerson => {
            let id = case.person.ok_or(StoreError::NotFound)?;
            let disabled = decision.disabled.as_ref().ok_or(StoreError::NotFound)?;
            let (_, news, ended) = people::set_disabled(tx, id, Some(disabled), decision.at).await?;
            Ok((news, ended))
        }
    }
}
