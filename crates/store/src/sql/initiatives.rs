//! Who may write first, as rows; and what was written, claimed by its slot.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::ClosedSet;
use domain::consents::ConsentKind;
use domain::ids::{CharacterId, InitiativeId, MessageId, SessionId, UserId};
use domain::initiatives::{FirstMessage, FirstState, Initiative, InitiativeReason, InitiativeSettings};
use sea_orm::{QueryResult, Value};
use time::OffsetDateTime;

use super::{SqlStore, consents, query, rows};
use crate::initiatives::{Draft, FirstMessageStore, InitiativeStore, Standing};
use crate::{StoreError, StoreResult};

/// How many slots of the past are read with an initiative: more than a month can hold.
const TIMES: i64 = 64;

fn initiative(row: &QueryResult) -> StoreResult<Initiative> {
    let reasons: BTreeSet<InitiativeReason> = rows::from_json(&row.try_get::<String>("", "reasons")?)?;
    Ok(Initiative {
        id: InitiativeId(row.try_get("", "id")?),
        user: UserId(row.try_get("", "user_id")?),
        character: CharacterId(row.try_get("", "character_id")?),
        settings: InitiativeSettings {
            enabled: row.try_get("", "enabled")?,
            per_day: rows::number::<u8>(row.try_get("", "per_day")?)?,
            per_week: rows::number::<u8>(row.try_get("", "per_week")?)?,
            reasons,
        },
        met_at: rows::time(row.try_get("", "met_at")?)?,
        due_at: rows::time(row.try_get("", "due_at")?)?,
        revision: rows::number(row.try_get("", "revision")?)?,
    })
}

fn first(row: &QueryResult) -> StoreResult<(FirstMessage, Option<Draft>)> {
    let draft = row.try_get::<Option<String>>("", "draft")?;
    let message = FirstMessage {
        id: MessageId(row.try_get("", "id")?),
        initiative: InitiativeId(row.try_get("", "initiative_id")?),
        slot: row.try_get("", "slot")?,
        reason: rows::closed(&row.try_get::<String>("", "reason")?)?,
        session: SessionId(row.try_get("", "session_id")?),
        after: MessageId(row.try_get("", "after_id")?),
        state: state(row)?,
        at: rows::time(row.try_get("", "made_at")?)?,
    };
    Ok((message, draft.as_deref().map(rows::from_json).transpose()?))
}

#[async_trait]
impl InitiativeStore for SqlStore {
    async fn find_initiative(&self, user: UserId, character: CharacterId) -> StoreResult<Option<Initiative>> {
        let sql = "SELECT * FROM initiatives WHERE user_id = $1 AND character_id = $2";
        let row = query::row(self.read(), sql, [user.0.into(), character.0.into()]).await?;
        row.as_ref().map(initiative).transpose()
    }

    async fn save_initiative(&self, new: &Initiative, now: OffsetDateTime) -> StoreResult<Initiative> {
        let settings = &new.settings;
        let tx = self.begin().await?;
        let lock = super::for_share(&tx);
        for (table, id) in [("users", new.user.0), ("characters", new.character.0)] {
            let sql = format!("SELECT 1 FROM {table} WHERE id = $1{lock}");
            query::row(&tx, sql, [id.into()]).await?.ok_or(StoreError::NotFound)?;
        }
        let sql = "SELECT enabled FROM initiatives WHERE user_id = $1 AND character_id = $2";
        let before = query::row(&tx, sql, [new.user.0.into(), new.character.0.into()]).await?;
        let was_on = before.map_or(Ok(false), |row| row.try_get::<bool>("", "enabled"))?;
        if settings.enabled != was_on {
            consents::note(&tx, new.user, ConsentKind::WritesFirst, new.character, settings.enabled, now).await?;
        }
        let sql = "INSERT INTO initiatives (id, user_id, character_id, enabled, per_day, per_week, reasons, met_at, due_at, revision,
                created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10)
            ON CONFLICT (user_id, character_id) DO UPDATE SET enabled = excluded.enabled, per_day = excluded.per_day,
                per_week = excluded.per_week, reasons = excluded.reasons, due_at = excluded.due_at,
                revision = initiatives.revision + 1, updated_at = excluded.updated_at
            RETURNING *";
        let values: [Value; 10] = [
            new.id.0.into(),
            new.user.0.into(),
            new.character.0.into(),
            settings.enabled.into(),
            i64::from(settings.per_day).into(),
            i64::from(settings.per_week).into(),
            rows::json(&settings.reasons)?.into(),
            rows::micros(new.met_at).into(),
            rows::micros(new.due_at).into(),
            rows::micros(now).into(),
        ];
        let row = query::row(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        tx.commit().await?;
        initiative(&row)
    }

    async fn initiatives_due(
        &self,
        now: OffsetDateTime,
        stale: OffsetDateTime,
        limit: u32,
    ) -> StoreResult<Vec<InitiativeId>> {
        let mut due = Vec::new();
        for (sql, before) in [
            ("SELECT id FROM initiatives WHERE enabled AND due_at <= $1 ORDER BY due_at, id LIMIT $2", now),
            (
                "SELECT initiative_id AS id FROM first_messages WHERE ended_at IS NULL AND made_at <= $1
                ORDER BY made_at LIMIT $2",
                stale,
            ),
        ] {
            let found = query::rows(self.read(), sql, [rows::micros(before).into(), i64::from(limit).into()]).await?;
            due.extend(query::ids(&found, "id")?.into_iter().map(InitiativeId));
        }
        Ok(due)
    }

    async fn find_standing(&self, id: InitiativeId, since: OffsetDateTime) -> StoreResult<Option<Standing>> {
        let sql = "SELECT * FROM initiatives WHERE id = $1";
        let Some(row) = query::row(self.read(), sql, [id.0.into()]).await? else { return Ok(None) };
        let sql = "SELECT * FROM first_messages WHERE initiative_id = $1 AND ended_at IS NULL ORDER BY made_at LIMIT 1";
        let open = query::row(self.read(), sql, [id.0.into()]).await?;
        let sql =
            "SELECT made_at, slot, state FROM first_messages WHERE initiative_id = $1 ORDER BY made_at DESC LIMIT $2";
        let made = query::rows(self.read(), sql, [id.0.into(), TIMES.into()]).await?;
        let (mut wrote_at, mut taken) = (Vec::new(), Vec::with_capacity(made.len()));
        for row in &made {
            taken.push(row.try_get("", "slot")?);
            let at = rows::time(row.try_get("", "made_at")?)?;
            let dropped = state(row)? == FirstState::Dropped;
            if !dropped && (wrote_at.is_empty() || at > since) {
                wrote_at.push(at);
            }
        }
        let open = open.as_ref().map(first).transpose()?;
        Ok(Some(Standing { initiative: initiative(&row)?, open, wrote_at, taken }))
    }

    async fn put_off(&self, initiative: &Initiative, next: OffsetDateTime) -> StoreResult<bool> {
        let tx = self.begin().await?;
        let sql = "UPDATE initiatives SET due_at = $4 WHERE id = $1 AND due_at = $2 AND revision = $3";
        let changed = query::run(&tx, sql, mark(initiative, next)).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }
}

/// How far a first message has come. Nodes that still run the version before write `queued` of what they have claimed and put there.
fn state(row: &QueryResult) -> StoreResult<FirstState> {
    match row.try_get::<String>("", "state")?.as_str() {
        "queued" => Ok(FirstState::Claimed),
        other => rows::closed(other),
    }
}

/// What is compared with an initiative as it was read, and when it is looked at next.
fn mark(initiative: &Initiative, next: OffsetDateTime) -> [Value; 4] {
    [
        initiative.id.0.into(),
        rows::micros(initiative.due_at).into(),
        rows::signed(initiative.revision).into(),
        rows::micros(next).into(),
    ]
}

#[async_trait]
impl FirstMessageStore for SqlStore {
    async fn claim_first(
        &self,
        initiative: &Initiative,
        first: &FirstMessage,
        draft: &Draft,
        next: OffsetDateTime,
    ) -> StoreResult<bool> {
        let tx = self.begin().await?;
        let sql = "UPDATE initiatives SET due_at = $4 WHERE id = $1 AND due_at = $2 AND revision = $3 AND enabled";
        if query::run(&tx, sql, mark(initiative, next)).await? == 0 {
            return Ok(false);
        }
        let sql =
            "INSERT INTO first_messages (id, initiative_id, slot, reason, session_id, after_id, state, draft, made_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
        let values: [Value; 9] = [
            first.id.0.into(),
            initiative.id.0.into(),
            first.slot.as_str().into(),
            first.reason.as_str().into(),
            first.session.0.into(),
            first.after.0.into(),
            first.state.as_str().into(),
            rows::json(draft)?.into(),
            rows::micros(first.at).into(),
        ];
        let claimed = query::run(&tx, sql, values).await? > 0;
        // A slot that was taken before is no reason to look again at once.
        tx.commit().await?;
        Ok(claimed)
    }

    async fn end_first(&self, id: MessageId, state: FirstState, now: OffsetDateTime) -> StoreResult<bool> {
        let tx = self.begin().await?;
        let sql =
            "UPDATE first_messages SET state = $2, draft = NULL, ended_at = $3 WHERE id = $1 AND ended_at IS NULL";
        let changed = query::run(&tx, sql, [id.0.into(), state.as_str().into(), rows::micros(now).into()]).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }
}
