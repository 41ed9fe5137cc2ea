//! Cases of moderation, as rows: read, held, and what is done about them.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{CaseId, CharacterId, CommentId, MediaId, MessageId, MomentId, UserId};
use domain::media::Media;
use domain::moments::{SeenComment, SeenMoment};
use domain::reports::{CLAIM_LASTS, Case, CaseState, Claim, Reported, ReportedKind};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::moments::seen;
use super::{SqlStore, media, query, responses, rows};
use crate::reports::ReportedStore;
use crate::{Conflict, StoreError, StoreResult};

/// A case with the names of what it is about.
pub(super) const CASES: &str = "SELECT k.*, c.name AS character_name, u.username AS person_name FROM cases k
    LEFT JOIN characters c ON c.id = k.character_id LEFT JOIN users u ON u.id = k.person_id";

/// The case of such a row.
pub(super) fn case(row: &QueryResult) -> StoreResult<Case> {
    let kind: ReportedKind = rows::closed(&row.try_get::<String>("", "target_kind")?)?;
    let target: Uuid = row.try_get("", "target_id")?;
    let claimed = (row.try_get::<Option<Uuid>>("", "claimed_by")?, row.try_get::<Option<i64>>("", "claimed_at")?);
    let done = (row.try_get::<Option<String>>("", "action")?, row.try_get::<Option<i64>>("", "resolved_at")?);
    Ok(Case {
        id: CaseId(row.try_get("", "id")?),
        target: match kind {
            ReportedKind::Message => Reported::Message(MessageId(target)),
            ReportedKind::Character => Reported::Character(CharacterId(target)),
            ReportedKind::Person => Reported::Person(UserId(target)),
            ReportedKind::Moment => Reported::Moment(MomentId(target)),
            ReportedKind::MomentComment => Reported::MomentComment(CommentId(target)),
        },
        character: row.try_get::<Option<Uuid>>("", "character_id")?.map(CharacterId),
        character_name: row.try_get("", "character_name")?,
        person: row.try_get::<Option<Uuid>>("", "person_id")?.map(UserId),
        person_name: row.try_get("", "person_name")?,
        state: rows::closed(&row.try_get::<String>("", "state")?)?,
        reports: rows::number(row.try_get("", "reports")?)?,
        reason: rows::closed(&row.try_get::<String>("", "reason")?)?,
        opened_at: rows::time(row.try_get("", "opened_at")?)?,
        reported_at: rows::time(row.try_get("", "reported_at")?)?,
        claim: match claimed {
            (Some(by), Some(at)) => Some(Claim { by: UserId(by), at: rows::time(at)? }),
            _ => None,
        },
        outcome: match done {
            (Some(action), Some(at)) => Some((rows::closed(&action)?, rows::time(at)?)),
            _ => None,
        },
    })
}

/// A case, if it is there.
pub(super) async fn find<C: ConnectionTrait>(conn: &C, id: CaseId) -> StoreResult<Option<Case>> {
    let row = query::row(conn, format!("{CASES} WHERE k.id = $1"), [id.0.into()]).await?;
    row.as_ref().map(case).transpose()
}

/// A case that waits for a decision and that `by` may decide at `now`, held until the transaction ends.
pub(super) async fn hold(
    tx: &DatabaseTransaction,
    id: CaseId,
    by: UserId,
    now: OffsetDateTime,
    over_claims: bool,
) -> StoreResult<Case> {
    let lock = super::for_update(tx);
    query::row(tx, format!("SELECT id FROM cases WHERE id = $1{lock}"), [id.0.into()])
        .await?
        .ok_or(StoreError::NotFound)?;
    let case = find(tx, id).await?.ok_or(StoreError::NotFound)?;
    if case.state == CaseState::Resolved {
        return Err(StoreError::Conflict(Conflict::CaseResolved));
    }
    let another = case.claim.filter(|claim| claim.by != by && claim.at + CLAIM_LASTS > now);
    if another.is_some() && !over_claims {
        return Err(StoreError::Conflict(Conflict::CaseClaimed));
    }
    Ok(case)
}

/// The id of what is reported, as the database holds it.
pub(super) fn target_id(target: Reported) -> Uuid {
    match target {
        Reported::Message(id) => id.0,
        Reported::Character(id) => id.0,
        Reported::Person(id) => id.0,
        Reported::Moment(id) => id.0,
        Reported::MomentComment(id) => id.0,
    }
}

/// Writes down who looks at a case, or has decided it.
pub(super) async fn mark(
    tx: &DatabaseTransaction,
    id: CaseId,
    state: CaseState,
    by: UserId,
    at: OffsetDateTime,
) -> StoreResult<()> {
    let sql = "UPDATE cases SET state = $2, claimed_by = $3, claimed_at = $4 WHERE id = $1";
    let values = [id.0.into(), state.as_str().into(), by.0.into(), rows::micros(at).into()];
    query::run(tx, sql, values).await.map(|_| ())
}

#[async_trait]
impl ReportedStore for SqlStore {
    async fn find_reported_moment(&self, id: MomentId, today: Date) -> StoreResult<Option<SeenMoment>> {
        let sql = "SELECT COALESCE(m.person_id, c.owner_id) AS by_id FROM moments m LEFT JOIN characters c ON c.id = m.character_id
            WHERE m.id = $1 AND EXISTS (SELECT 1 FROM cases k WHERE k.target_kind = 'moment' AND k.target_id = m.id)";
        let Some(row) = query::row(self.read(), sql, [id.0.into()]).await? else { return Ok(None) };
        let by = row.try_get::<Option<Uuid>>("", "by_id")?.unwrap_or_default();
        seen::find(self.read(), UserId(by), id, today).await
    }

    async fn find_reported_comment(&self, id: CommentId, today: Date) -> StoreResult<Option<SeenComment>> {
        let sql = "SELECT COALESCE(m.person_id, c.owner_id) AS by_id FROM moment_comments m LEFT JOIN characters c ON c.id = m.character_id
            WHERE m.id = $1 AND EXISTS (SELECT 1 FROM cases k WHERE k.target_kind = 'moment_comment' AND k.target_id = m.id)";
        let Some(row) = query::row(self.read(), sql, [id.0.into()]).await? else { return Ok(None) };
        let by = row.try_get::<Option<Uuid>>("", "by_id")?.unwrap_or_default();
        Ok(responses::of_ids(self.read(), UserId(by), &[id.0], today).await?.pop())
    }

    async fn find_reported_image(&self, id: MediaId) -> StoreResult<Option<Media>> {
        let reported =
            "EXISTS (SELECT 1 FROM uploads p JOIN cases k ON k.target_id = p.moment_id AND k.target_kind = 'moment'
            WHERE p.media_id = media.id)";
        media::read(self.read(), id, reported).await
    }
}
