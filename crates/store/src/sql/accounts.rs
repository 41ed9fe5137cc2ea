//! Accounts, as rows.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::accounts::{Disabled, User, UserPatch};
use domain::consents::ConsentKind;
use domain::ids::UserId;
use domain::profiles::name_key;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::entities::users;
use super::{SqlStore, characters, consents, errors, groups, moments, profiles, query, recommendations, rows};
use crate::accounts::{AccountStore, Login};
use crate::{StoreError, StoreResult};

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// A day as it is stored.
pub(super) fn day(text: &str) -> StoreResult<Date> {
    Date::parse(text, DAY).map_err(|_| StoreError::Corrupt("a date of another form".into()))
}

pub(super) fn user(row: &users::Model) -> StoreResult<User> {
    Ok(User {
        id: UserId(row.id),
        username: row.username.clone(),
        email: row.email.clone(),
        display_name: row.display_name.clone(),
        birth_date: row.birth_date.as_deref().map(day).transpose()?,
        timezone: row.timezone.clone(),
        sees_mature: row.sees_mature,
        role: rows::closed(&row.role)?,
        disabled: match row.disabled_at {
            Some(at) => Some(Disabled { at: rows::time(at)?, reason: row.disabled_reason.clone().unwrap_or_default() }),
            None => None,
        },
        created_at: rows::time(row.created_at)?,
        updated_at: rows::time(row.updated_at)?,
    })
}

#[async_trait]
impl AccountStore for SqlStore {
    async fn create_user(&self, user: &User, password_hash: &str) -> StoreResult<()> {
        let date =
            |date: Date| date.format(DAY).map_err(|_| StoreError::Corrupt("a date that cannot be written".into()));
        let row = users::Model {
            id: user.id.0,
            username: user.username.clone(),
            email: user.email.clone(),
            display_name: user.display_name.clone(),
            birth_date: user.birth_date.map(date).transpose()?,
            timezone: user.timezone.clone(),
            password_hash: password_hash.to_owned(),
            created_at: rows::micros(user.created_at),
            updated_at: rows::micros(user.updated_at),
            role: user.role.as_str().to_owned(),
            disabled_at: user.disabled.as_ref().map(|disabled| rows::micros(disabled.at)),
            disabled_reason: user.disabled.as_ref().map(|disabled| disabled.reason.clone()),
            sees_mature: user.sees_mature,
        };
        let tx = self.begin().await?;
        users::Entity::insert(row.into_active_model())
            .exec_without_returning(&tx)
            .await
            .map_err(errors::account_conflict)?;
        profiles::insert(&tx, user.id, &user.username, &user.display_name).await?;
        Ok(tx.commit().await?)
    }

    async fn find_user(&self, id: UserId) -> StoreResult<Option<User>> {
        self.read_within(users::Entity::find_by_id(id.0).one(self.read())).await?.as_ref().map(user).transpose()
    }

    async fn find_login(&self, login: &str) -> StoreResult<Option<Login>> {
        // PostgreSQL takes no text with it, so nobody has it in their name.
        if login.contains('\0') {
            return Ok(None);
        }
        let either = Condition::any().add(users::Column::Username.eq(login)).add(users::Column::Email.eq(login));
        let Some(row) = self.read_within(users::Entity::find().filter(either).one(self.read())).await? else {
            return Ok(None);
        };
        Ok(Some(Login { user: user(&row)?, password_hash: row.password_hash }))
    }

    async fn update_user(&self, id: UserId, patch: &UserPatch, now: OffsetDateTime) -> StoreResult<User> {
        let mut change = users::ActiveModel { id: Set(id.0), updated_at: Set(rows::micros(now)), ..Default::default() };
        if let Some(name) = &patch.display_name {
            change.display_name = Set(name.clone());
        }
        if let Some(email) = &patch.email {
            change.email = Set(email.clone());
        }
        if let Some(timezone) = &patch.timezone {
            change.timezone = Set(timezone.clone());
        }
        if let Some(sees) = patch.sees_mature {
            change.sees_mature = Set(sees);
        }
        let tx = self.begin().await?;
        if let Some(sees) = patch.sees_mature {
            let lock = super::for_update(&tx);
            let sql = format!("SELECT sees_mature FROM users WHERE id = $1{lock}");
            let row = query::row(&tx, sql, [id.0.into()]).await?.ok_or(StoreError::NotFound)?;
            if row.try_get::<bool>("", "sees_mature")? != sees {
                consents::note(&tx, id, ConsentKind::Mature, "", sees, now).await?;
            }
        }
        let row = match users::Entity::update(change).exec(&tx).await {
            Err(sea_orm::DbErr::RecordNotUpdated) => return Err(StoreError::NotFound),
            changed => changed.map_err(errors::account_conflict)?,
        };
        if let Some(name) = &patch.display_name {
            let sql = "UPDATE profiles SET name_key = $1 WHERE user_id = $2";
            query::run(&tx, sql, [name_key(name).into(), id.0.into()]).await?;
        }
        tx.commit().await?;
        user(&row)
    }

    async fn set_password(&self, id: UserId, password_hash: &str, now: OffsetDateTime) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "UPDATE users SET password_hash = $1, updated_at = $2 WHERE id = $3";
        let changed = query::run(&tx, sql, [password_hash.into(), rows::micros(now).into(), id.0.into()]).await?;
        if changed == 0 {
            return Err(StoreError::NotFound);
        }
        Ok(tx.commit().await?)
    }

    async fn delete_user(&self, id: UserId, now: OffsetDateTime) -> StoreResult<()> {
        let tx = self.begin().await?;
        // Whoever makes something for this person now waits, and then finds nobody.
        let locked = query::row(
            &tx,
            "UPDATE users SET updated_at = $1 WHERE id = $2 RETURNING id",
            [rows::micros(now).into(), id.0.into()],
        )
        .await?;
        locked.ok_or(StoreError::NotFound)?;
        // Whoever changes a chat or its memories is waited for, in the order in which they hold them.
        for sql in [
            "UPDATE sessions SET seq = seq WHERE owner_id = $1",
            "UPDATE memory_scopes SET revision = revision WHERE user_id = $1",
        ] {
            query::run(&tx, sql, [id.0.into()]).await?;
        }
        groups::bequeath(&tx, id, rows::micros(now)).await?;
        profiles::leave(&tx, id).await?;
        // Their characters before any moment: in the order of whoever lets one speak.
        let lock = super::for_update(&tx);
        let sql = format!("SELECT id FROM characters WHERE owner_id = $1 ORDER BY id{lock}");
        query::rows(&tx, sql, [id.0.into()]).await?;
        moments::depart(
            &tx,
            "SELECT id FROM users WHERE id = $1 UNION ALL SELECT id FROM characters WHERE owner_id = $1",
            id.0,
        )
        .await?;
        let talked_to =
            query::rows(&tx, "DELETE FROM sessions WHERE owner_id = $1 RETURNING character_id", [id.0.into()]).await?;
        let mut characters = talked_to
            .iter()
            .filter_map(|row| row.try_get("", "character_id").transpose())
            .collect::<Result<Vec<_>, _>>()?;
        characters.extend(characters::erase_all_of(&tx, id, rows::micros(now)).await?);
        characters::purge(&tx, characters).await?;
        let sql = "DELETE FROM media WHERE owner_id = $1 AND NOT EXISTS (SELECT 1 FROM characters c WHERE c.avatar_id = media.id)";
        query::run(&tx, sql, [id.0.into()]).await?;
        // What others were told of them points at nobody.
        let sql = "DELETE FROM notifications WHERE subject_id = $1 AND subject_kind = 'person'";
        query::run(&tx, sql, [id.to_string().into()]).await?;
        // Devices with their tokens follow, and the person's own inbox; what is left of characters and their pictures loses its owner.
        recommendations::forget(&tx, id).await?;
        query::run(&tx, "DELETE FROM users WHERE id = $1", [id.0.into()]).await?;
        Ok(tx.commit().await?)
    }
}
