//! Blocks and mutes, as rows.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::blocks::Shunning;
use domain::ids::UserId;
use domain::limits;
use domain::pages::{Page, PageRequest};
use domain::privacy::Facet;
use domain::profiles::ListedPerson;
use time::{Date, OffsetDateTime};

use super::seen::{self, Edges};
use super::{SqlStore, follows, friends, query, rows};
use crate::blocks::BlockStore;
use crate::{Conflict, StoreError, StoreResult};

const BLOCKED: Edges = Edges { table: "shunned", whose: "user_id", other: "shunned_id", only: " AND how = 'block'" };
const MUTED: Edges = Edges { table: "shunned", whose: "user_id", other: "shunned_id", only: " AND how = 'mute'" };

#[async_trait]
impl BlockStore for SqlStore {
    async fn shun(&self, user: UserId, other: UserId, how: Shunning, now: OffsetDateTime) -> StoreResult<bool> {
        let tx = self.begin().await?;
        seen::hold(&tx, user, other).await?;
        let sql =
            "INSERT INTO shunned (user_id, shunned_id, how, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let values = [user.0.into(), other.0.into(), how.as_str().into(), rows::micros(now).into()];
        if query::run(&tx, sql, values).await? == 0 {
            return Ok(false);
        }
        let sql = "SELECT COUNT(*) AS kept FROM shunned WHERE user_id = $1 AND how = $2";
        let row = query::row(&tx, sql, [user.0.into(), how.as_str().into()]).await?;
        let kept = row.map_or(Ok(0), |row| row.try_get::<i64>("", "kept"))?;
        if rows::number::<u64>(kept)? > limits::SHUNNED {
            return Err(StoreError::Conflict(Conflict::TooManyBlocks));
        }
        match how {
            Shunning::Block => {
                friends::end_all(&tx, user, other).await?;
                follows::end_all(&tx, user, other).await?;
            }
            Shunning::Mute => {}
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn unshun(&self, user: UserId, other: UserId, how: Shunning) -> StoreResult<bool> {
        let tx = self.begin().await?;
        let sql = "DELETE FROM shunned WHERE user_id = $1 AND shunned_id = $2 AND how = $3";
        let ended = query::run(&tx, sql, [user.0.into(), other.0.into(), how.as_str().into()]).await? > 0;
        tx.commit().await?;
        Ok(ended)
    }

    async fn page_shunned(
        &self,
        user: UserId,
        how: Shunning,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>> {
        match how {
            // Whom one has blocked is listed, so that the block can be ended.
            Shunning::Block => self.page_edges((user, user.0), &BLOCKED, page, today, |_| true).await,
            Shunning::Mute => {
                self.page_edges((user, user.0), &MUTED, page, today, |person| person.shows(Facet::Card)).await
            }
        }
    }
}
