//! API keys, as rows.

use async_trait::async_trait;
use domain::api_keys::{ApiKey, ApiKeyPatch};
use domain::ids::{ApiKeyId, UserId};
use domain::limits;
use sea_orm::{QueryResult, Value};
use time::OffsetDateTime;

use super::{SqlStore, query, rows};
use crate::api_keys::ApiKeyStore;
use crate::devices::TokenHash;
use crate::{Conflict, StoreError, StoreResult};

fn api_key(row: &QueryResult) -> StoreResult<ApiKey> {
    let time = |column: &str| row.try_get::<Option<i64>>("", column)?.map(rows::time).transpose();
    let characters: Option<String> = row.try_get("", "characters")?;
    Ok(ApiKey {
        id: ApiKeyId(row.try_get("", "id")?),
        user_id: UserId(row.try_get("", "user_id")?),
        name: row.try_get("", "name")?,
        hint: row.try_get("", "hint")?,
        scopes: rows::from_json(&row.try_get::<String>("", "scopes")?)?,
        characters: characters.as_deref().map(rows::from_json).transpose()?,
        created_at: rows::time(row.try_get("", "created_at")?)?,
        expires_at: time("expires_at")?,
        last_used_at: time("last_used_at")?,
    })
}

#[async_trait]
impl ApiKeyStore for SqlStore {
    async fn create_api_key(&self, key: &ApiKey, hash: TokenHash) -> StoreResult<()> {
        let tx = self.begin().await?;
        // Held, so that two who make one at once are counted one after the other, and who disables the account waits.
        let lock = super::for_update(&tx);
        let sql = format!("SELECT disabled_at FROM users WHERE id = $1{lock}");
        let owner = query::row(&tx, sql, [key.user_id.0.into()]).await?.ok_or(StoreError::NotFound)?;
        if owner.try_get::<Option<i64>>("", "disabled_at")?.is_some() {
            return Err(StoreError::Conflict(Conflict::AccountDisabled));
        }
        let sql = "SELECT COUNT(*) AS keys FROM api_keys WHERE user_id = $1";
        let counted = query::row(&tx, sql, [key.user_id.0.into()]).await?;
        let keys: i64 = counted.map(|row| row.try_get("", "keys")).transpose()?.unwrap_or_default();
        if keys >= rows::signed(limits::API_KEYS) {
            return Err(StoreError::Conflict(Conflict::TooManyApiKeys));
        }
        let sql = "INSERT INTO api_keys (id, user_id, hash, name, hint, scopes, characters, created_at, expires_at, last_used_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let values: [Value; 10] = [
            key.id.0.into(),
            key.user_id.0.into(),
            hash.to_vec().into(),
            key.name.as_str().into(),
            key.hint.as_str().into(),
            rows::json(&key.scopes)?.into(),
            key.characters.as_ref().map(rows::json).transpose()?.into(),
            rows::micros(key.created_at).into(),
            key.expires_at.map(rows::micros).into(),
            key.last_used_at.map(rows::micros).into(),
        ];
        query::run(&tx, sql, values).await?;
        tx.commit().await
    }

    async fn list_api_keys(&self, user: UserId) -> StoreResult<Vec<ApiKey>> {
        let sql = "SELECT * FROM api_keys WHERE user_id = $1 ORDER BY created_at DESC, id DESC";
        query::rows(self.read(), sql, [user.0.into()]).await?.iter().map(api_key).collect()
    }

    async fn update_api_key(&self, user: UserId, id: ApiKeyId, patch: &ApiKeyPatch) -> StoreResult<ApiKey> {
        let mut values: Vec<Value> = vec![id.0.into(), user.0.into()];
        let mut changes = Vec::new();
        let mut set = |column: &str, value: Value| {
            values.push(value);
            changes.push(format!("{column} = ${}", values.len()));
        };
        if let Some(name) = &patch.name {
            set("name", name.as_str().into());
        }
        if let Some(scopes) = &patch.scopes {
            set("scopes", rows::json(scopes)?.into());
        }
        if let Some(characters) = &patch.characters {
            set("characters", characters.as_ref().map(rows::json).transpose()?.into());
        }
        if let Some(end) = patch.expires_at {
            set("expires_at", end.map(rows::micros).into());
        }
        let changes = if changes.is_empty() { "name = name".to_owned() } else { changes.join(", ") };
        let sql = format!("UPDATE api_keys SET {changes} WHERE id = $1 AND user_id = $2 RETURNING *");
        let tx = self.begin().await?;
        let row = query::row(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        tx.commit().await?;
        api_key(&row)
    }

    async fn revoke_api_keys(&self, user: UserId, id: Option<ApiKeyId>) -> StoreResult<u64> {
        let tx = self.begin().await?;
        let gone = match id {
            Some(id) => {
                query::run(&tx, "DELETE FROM api_keys WHERE user_id = $1 AND id = $2", [user.0.into(), id.0.into()])
                    .await?
            }
            None => query::run(&tx, "DELETE FROM api_keys WHERE user_id = $1", [user.0.into()]).await?,
        };
        if gone > 0 {
            tx.commit().await?;
        }
        Ok(gone)
    }

    async fn find_api_key(&self, hash: TokenHash, now: OffsetDateTime) -> StoreResult<Option<ApiKey>> {
        let sql = "SELECT k.* FROM api_keys k JOIN users u ON u.id = k.user_id
            WHERE k.hash = $1 AND u.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)";
        let row = query::row(self.read(), sql, [hash.to_vec().into(), rows::micros(now).into()]).await?;
        row.as_ref().map(api_key).transpose()
    }

    async fn use_api_key(&self, id: ApiKeyId, now: OffsetDateTime) -> StoreResult<()> {
        let tx = self.begin().await?;
        // Of several nodes that saw it at once the latest is right.
        let sql = "UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
        query::run(&tx, sql, [id.0.into(), rows::micros(now).into()]).await?;
        tx.commit().await
    }
}
