//! Devices and their token families, as rows.

use async_trait::async_trait;
use domain::accounts::Device;
use domain::ids::{DeviceId, UserId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, IntoActiveModel};
use time::OffsetDateTime;
use uuid::Uuid;

use super::entities::{devices, refresh_tokens};
use super::patience::within;
use super::{SqlStore, errors, query, rows};
use crate::devices::{DeviceStore, Rotation, TokenHash};
use crate::{Conflict, StoreError, StoreResult};

fn device(row: &devices::Model) -> StoreResult<Device> {
    Ok(Device {
        id: DeviceId(row.id),
        user_id: UserId(row.user_id),
        label: row.label.clone(),
        created_at: rows::time(row.created_at)?,
        last_seen_at: rows::time(row.last_seen_at)?,
        expires_at: rows::time(row.expires_at)?,
    })
}

async fn insert_token(tx: &DatabaseTransaction, hash: TokenHash, device: Uuid, now: i64) -> StoreResult<()> {
    let row = refresh_tokens::Model { hash: hash.to_vec(), device_id: device, created_at: now, used_at: None };
    let insert = refresh_tokens::Entity::insert(row.into_active_model());
    within(tx.get_database_backend(), insert.exec_without_returning(tx)).await?;
    Ok(())
}

/// Marks a token as replaced; whether it may be. What takes the place of another is made when that is replaced.
async fn replace_token(
    tx: &DatabaseTransaction,
    old: TokenHash,
    device: Uuid,
    since: i64,
    now: i64,
) -> StoreResult<bool> {
    let old = old.to_vec();
    let sql = "UPDATE refresh_tokens SET used_at = $1 WHERE hash = $2 AND used_at IS NULL";
    if query::run(tx, sql, [now.into(), old.clone().into()]).await? > 0 {
        return Ok(true);
    }
    let sql = "UPDATE refresh_tokens SET used_at = $1 WHERE hash = $2 AND used_at >= $3 AND EXISTS (
        SELECT 1 FROM refresh_tokens n WHERE n.device_id = $4 AND n.used_at IS NULL AND n.created_at = refresh_tokens.used_at)";
    if query::run(tx, sql, [now.into(), old.into(), since.into(), device.into()]).await? == 0 {
        return Ok(false);
    }
    let sql = "UPDATE refresh_tokens SET used_at = $1 WHERE device_id = $2 AND used_at IS NULL";
    query::run(tx, sql, [now.into(), device.into()]).await?;
    Ok(true)
}

#[async_trait]
impl DeviceStore for SqlStore {
    async fn open_device(&self, device: &Device, token: TokenHash) -> StoreResult<()> {
        let row = devices::Model {
            id: device.id.0,
            user_id: device.user_id.0,
            label: device.label.clone(),
            created_at: rows::micros(device.created_at),
            last_seen_at: rows::micros(device.last_seen_at),
            expires_at: rows::micros(device.expires_at),
        };
        let now = row.created_at;
        let tx = self.begin().await?;
        // Held to the end: who disables the account now waits, and then finds this device.
        let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR SHARE" } else { "" };
        let sql = format!("SELECT disabled_at FROM users WHERE id = $1{lock}");
        let owner = query::row(&tx, sql, [row.user_id.into()]).await?.ok_or(StoreError::NotFound)?;
        if owner.try_get::<Option<i64>>("", "disabled_at")?.is_some() {
            return Err(StoreError::Conflict(Conflict::AccountDisabled));
        }
        devices::Entity::insert(row.into_active_model()).exec_without_returning(&tx).await.map_err(errors::missing)?;
        insert_token(&tx, token, device.id.0, now).await?;
        Ok(tx.commit().await?)
    }

    async fn rotate_token(
        &self,
        old: TokenHash,
        new: TokenHash,
        since: OffsetDateTime,
        now: OffsetDateTime,
        expires_at: OffsetDateTime,
    ) -> StoreResult<Rotation> {
        let (since, now, expires_at) = (rows::micros(since), rows::micros(now), rows::micros(expires_at));
        let tx = self.begin().await?;
        // One after the other: whoever shows the same token at once finds it replaced.
        let sql = "UPDATE devices SET last_seen_at = last_seen_at
            WHERE id = (SELECT device_id FROM refresh_tokens WHERE hash = $1) RETURNING id";
        let Some(row) = query::row(&tx, sql, [old.to_vec().into()]).await? else { return Ok(Rotation::Unknown) };
        let id: Uuid = row.try_get("", "id")?;
        if !replace_token(&tx, old, id, since, now).await? {
            let ended: Option<devices::Model> =
                query::model(&tx, "DELETE FROM devices WHERE id = $1 RETURNING *", [id.into()]).await?;
            tx.commit().await?;
            return match ended {
                Some(row) if row.expires_at > now => Ok(Rotation::Reused(device(&row)?)),
                _ => Ok(Rotation::Unknown),
            };
        }
        let sql = "UPDATE devices SET last_seen_at = $1, expires_at = $2 WHERE id = $3 AND expires_at > $1 RETURNING *";
        let renewed: Option<devices::Model> =
            query::model(&tx, sql, [now.into(), expires_at.into(), id.into()]).await?;
        let Some(row) = renewed else { return Ok(Rotation::Unknown) };
        insert_token(&tx, new, id, now).await?;
        tx.commit().await?;
        Ok(Rotation::Rotated(device(&row)?))
    }

    async fn find_device(&self, user: UserId, id: DeviceId, now: OffsetDateTime) -> StoreResult<Option<Device>> {
        let sql = "SELECT * FROM devices WHERE id = $1 AND user_id = $2 AND expires_at > $3";
        let row: Option<devices::Model> =
            query::model(self.read(), sql, [id.0.into(), user.0.into(), rows::micros(now).into()]).await?;
        row.as_ref().map(device).transpose()
    }

    async fn list_devices(&self, user: UserId, now: OffsetDateTime) -> StoreResult<Vec<Device>> {
        let sql = "SELECT * FROM devices WHERE user_id = $1 AND expires_at > $2 ORDER BY created_at DESC, id DESC";
        let found: Vec<devices::Model> =
            query::models(self.read(), sql, [user.0.into(), rows::micros(now).into()]).await?;
        found.iter().map(device).collect()
    }

    async fn end_device(&self, user: UserId, id: DeviceId) -> StoreResult<()> {
        let tx = self.begin().await?;
        let ended =
            query::run(&tx, "DELETE FROM devices WHERE id = $1 AND user_id = $2", [id.0.into(), user.0.into()]).await?;
        if ended == 0 {
            return Err(StoreError::NotFound);
        }
        Ok(tx.commit().await?)
    }

    async fn end_devices(&self, user: UserId, keep: Option<DeviceId>) -> StoreResult<Vec<DeviceId>> {
        let keep = keep.map_or(Uuid::nil(), |keep| keep.0);
        let tx = self.begin().await?;
        let ended = query::rows(
            &tx,
            "DELETE FROM devices WHERE user_id = $1 AND id <> $2 RETURNING id",
            [user.0.into(), keep.into()],
        )
        .await?;
        tx.commit().await?;
        Ok(ended.iter().map(|row| Ok(DeviceId(row.try_get("", "id")?))).collect::<Result<_, sea_orm::DbErr>>()?)
    }
}
