//! Routes and their images. The maker's right is asked in the statement that changes.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::ids::{CharacterId, MediaId, UserId};
use domain::limits;
use domain::media::Media;
use domain::routes::Route;
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SqlStore, media, query, rows};
use crate::routes::{KeptRoute, RouteStore};
use crate::{Conflict, StoreError, StoreResult};

#[async_trait]
impl RouteStore for SqlStore {
    async fn find_route(&self, character: CharacterId) -> StoreResult<Option<KeptRoute>> {
        let sql = "SELECT revision, document FROM routes WHERE character_id = $1";
        let Some(row) = query::row(self.read(), sql, [character.0.into()]).await? else { return Ok(None) };
        let route = rows::from_json(&row.try_get::<String>("", "document")?)?;
        Ok(Some(KeptRoute { revision: rows::number(row.try_get("", "revision")?)?, route }))
    }

    async fn keep_route(
        &self,
        owner: UserId,
        character: CharacterId,
        route: Option<&Route>,
        now: OffsetDateTime,
    ) -> StoreResult<()> {
        let tx = self.begin().await?;
        hold_own(&tx, owner, character).await?;
        match route {
            None => drop(query::run(&tx, "DELETE FROM routes WHERE character_id = $1", [character.0.into()]).await?),
            Some(route) => keep(&tx, character, route, now).await?,
        }
        tx.commit().await
    }

    async fn route_images(&self, character: CharacterId) -> StoreResult<BTreeMap<String, MediaId>> {
        let sql = "SELECT picture, media_id FROM route_images WHERE character_id = $1";
        let found = query::rows(self.read(), sql, [character.0.into()]).await?;
        found.iter().map(|row| Ok((row.try_get("", "picture")?, MediaId(row.try_get("", "media_id")?)))).collect()
    }

    async fn set_route_image(
        &self,
        owner: UserId,
        character: CharacterId,
        key: &str,
        image: Option<&Media>,
    ) -> StoreResult<()> {
        let tx = self.begin().await?;
        hold_own(&tx, owner, character).await?;
        let sql = "SELECT media_id FROM route_images WHERE character_id = $1 AND picture = $2";
        let before = query::row(&tx, sql, [character.0.into(), key.into()]).await?;
        let before: Option<Uuid> = before.map(|row| row.try_get("", "media_id")).transpose()?;
        if let Some(image) = image {
            let sql = "SELECT COUNT(*) AS images FROM route_images WHERE character_id = $1";
            let row = query::row(&tx, sql, [character.0.into()]).await?;
            let images: u64 = row.map_or(Ok(0), |row| rows::number(row.try_get("", "images")?))?;
            if before.is_none() && images >= limits::ROUTE_IMAGES {
                return Err(StoreError::Conflict(Conflict::TooManyRouteImages));
            }
            keep_image(&tx, character, key, image).await?;
        }
        media::delete(&tx, before).await?;
        tx.commit().await
    }

    async fn find_route_image(&self, viewer: UserId, id: MediaId) -> StoreResult<Option<Media>> {
        let sql =
            "SELECT 1 FROM route_images i JOIN users v ON v.id = $2 AND v.disabled_at IS NULL WHERE i.media_id = $1";
        if query::row(self.read(), sql, [id.0.into(), viewer.0.into()]).await?.is_none() {
            return Ok(None);
        }
        media::read(self.read(), id, "TRUE").await
    }
}

/// Keeps a route. One that was taken away and comes back is another: so a revision is a time.
pub(super) async fn keep(
    tx: &DatabaseTransaction,
    character: CharacterId,
    route: &Route,
    now: OffsetDateTime,
) -> StoreResult<()> {
    let sql = "INSERT INTO routes (character_id, revision, document) VALUES ($1, $2, $3)
        ON CONFLICT (character_id) DO UPDATE SET document = excluded.document,
            revision = CASE WHEN excluded.revision > routes.revision THEN excluded.revision ELSE routes.revision + 1 END";
    let values = [character.0.into(), rows::micros(now).into(), rows::json(route)?.into()];
    query::run(tx, sql, values).await.map(|_| ())
}

/// Keeps the images of a new character.
pub(super) async fn keep_images(
    tx: &DatabaseTransaction,
    character: CharacterId,
    images: &BTreeMap<String, Media>,
) -> StoreResult<()> {
    if images.len() as u64 > limits::ROUTE_IMAGES {
        return Err(StoreError::Conflict(Conflict::TooManyRouteImages));
    }
    for (key, image) in images {
        keep_image(tx, character, key, image).await?;
    }
    Ok(())
}

async fn keep_image(tx: &DatabaseTransaction, character: CharacterId, key: &str, image: &Media) -> StoreResult<()> {
    media::insert(tx, image).await?;
    let sql = "INSERT INTO route_images (character_id, picture, media_id) VALUES ($1, $2, $3)
        ON CONFLICT (character_id, picture) DO UPDATE SET media_id = excluded.media_id";
    query::run(tx, sql, [character.0.into(), key.into(), image.id.0.into()]).await.map(|_| ())
}

/// Holds one's own character until the transaction ends.
async fn hold_own(tx: &DatabaseTransaction, owner: UserId, character: CharacterId) -> StoreResult<()> {
    let sql = "UPDATE characters SET owner_id = owner_id WHERE id = $1 AND owner_id = $2 AND NOT deleted";
    match query::run(tx, sql, [character.0.into(), owner.0.into()]).await? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}
