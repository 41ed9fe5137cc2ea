//! Images, as rows.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{MediaId, UserId};
use domain::media::Media;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::entities::media;
use super::patience::within;
use super::{SqlStore, rows};
use crate::StoreResult;
use crate::media::MediaStore;

#[async_trait]
impl MediaStore for SqlStore {
    async fn find_media(&self, id: MediaId) -> StoreResult<Option<Media>> {
        let Some(row) = self.read_within(media::Entity::find_by_id(id.0).one(self.read())).await? else {
            return Ok(None);
        };
        Ok(Some(Media {
            id: MediaId(row.id),
            owner: row.owner_id.map(UserId),
            media_type: rows::closed(&row.media_type)?,
            bytes: row.bytes,
            created_at: rows::time(row.created_at)?,
        }))
    }
}

/// Keeps an image with what it belongs to.
pub(super) async fn insert(tx: &DatabaseTransaction, image: &Media) -> StoreResult<()> {
    let row = media::Model {
        id: image.id.0,
        owner_id: image.owner.map(|owner| owner.0),
        media_type: image.media_type.as_str().to_owned(),
        bytes: image.bytes.clone(),
        created_at: rows::micros(image.created_at),
    };
    let insert = media::Entity::insert(row.into_active_model());
    within(tx.get_database_backend(), insert.exec_without_returning(tx)).await?;
    Ok(())
}

/// Erases an image.
pub(super) async fn delete(tx: &DatabaseTransaction, id: Option<Uuid>) -> StoreResult<()> {
    if let Some(id) = id {
        within(tx.get_database_backend(), media::Entity::delete_by_id(id).exec(tx)).await?;
    }
    Ok(())
}
