//! Images, as rows.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{MediaId, MomentId, UserId};
use domain::limits;
use domain::media::{ImageSize, Media};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, IntoActiveModel, QueryResult, Value,
};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::entities::media;
use super::moments::seen;
use super::patience::within;
use super::{SqlStore, query, rows};
use crate::StoreResult;
use crate::media::MediaStore;

fn image(row: &QueryResult) -> StoreResult<Media> {
    let row = media::Model::from_query_result(row, "")?;
    Ok(Media {
        id: MediaId(row.id),
        owner: row.owner_id.map(UserId),
        media_type: rows::closed(&row.media_type)?,
        bytes: row.bytes,
        created_at: rows::time(row.created_at)?,
    })
}

/// What is for everybody who knows its id: neither an upload nor a picture of a route.
const PUBLIC: &str = "NOT EXISTS (SELECT 1 FROM uploads WHERE media_id = media.id)
    AND NOT EXISTS (SELECT 1 FROM route_images WHERE media_id = media.id)";

/// The image with this id, where this holds of its row `media`.
pub(super) async fn read<C: ConnectionTrait>(conn: &C, id: MediaId, which: &str) -> StoreResult<Option<Media>> {
    let sql = format!("SELECT * FROM media WHERE id = $1 AND {which}");
    query::row(conn, sql, [id.0.into()]).await?.as_ref().map(image).transpose()
}

#[async_trait]
impl MediaStore for SqlStore {
    async fn find_media(&self, id: MediaId) -> StoreResult<Option<Media>> {
        read(self.read(), id, PUBLIC).await
    }

    async fn find_upload(&self, viewer: UserId, id: MediaId, today: Date) -> StoreResult<Option<Media>> {
        let sql = "SELECT p.owner_id, p.moment_id FROM uploads p JOIN users v ON v.id = $2 AND v.disabled_at IS NULL
            WHERE p.media_id = $1";
        let Some(row) = query::row(self.read(), sql, [id.0.into(), viewer.0.into()]).await? else { return Ok(None) };
        let seen = match row.try_get::<Option<Uuid>>("", "moment_id")? {
            None => row.try_get::<Uuid>("", "owner_id")? == viewer.0,
            Some(moment) => seen::find(self.read(), viewer, MomentId(moment), today).await?.is_some(),
        };
        if seen { read(self.read(), id, "TRUE").await } else { Ok(None) }
    }

    async fn keep_upload(&self, owner: UserId, image: &Media, size: ImageSize) -> StoreResult<()> {
        let tx = self.begin().await?;
        super::moments::hold_person(&tx, owner).await?;
        insert(&tx, image).await?;
        let sql = "INSERT INTO uploads (media_id, owner_id, width, height, created_at) VALUES ($1, $2, $3, $4, $5)";
        let values: [Value; 5] = [
            image.id.0.into(),
            owner.0.into(),
            i64::from(size.width).into(),
            i64::from(size.height).into(),
            rows::micros(image.created_at).into(),
        ];
        query::run(&tx, sql, values).await?;
        let sql =
            "DELETE FROM media WHERE id IN (SELECT media_id FROM uploads WHERE owner_id = $1 AND moment_id IS NULL
            ORDER BY created_at DESC, media_id DESC LIMIT $3 OFFSET $2)";
        let values: [Value; 3] =
            [owner.0.into(), i64::from(limits::LOOSE_UPLOADS).into(), i64::from(limits::PAGE).into()];
        query::run(&tx, sql, values).await?;
        tx.commit().await
    }

    async fn sweep_uploads(&self, before: OffsetDateTime, limit: u32) -> StoreResult<u64> {
        let old = "SELECT media_id FROM uploads WHERE moment_id IS NULL AND created_at < $1";
        let before = rows::micros(before);
        // Most looks find nothing, and hold up no writer.
        if query::row(self.read(), format!("{old} LIMIT 1"), [before.into()]).await?.is_none() {
            return Ok(0);
        }
        let tx = self.begin().await?;
        let sql = format!("DELETE FROM media WHERE id IN ({old} ORDER BY created_at, media_id LIMIT $2)");
        let gone = query::run(&tx, sql, [before.into(), i64::from(limit).into()]).await?;
        tx.commit_unsettled().await?;
        Ok(gone)
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
