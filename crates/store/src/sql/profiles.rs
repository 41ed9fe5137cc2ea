//! Profiles, as rows.

use async_trait::async_trait;
use domain::ids::UserId;
use domain::media::Media;
use domain::privacy::Facet;
use domain::profiles::{PersonRef, ProfilePatch, Reach, SeenPerson, WholeProfile, first_handles, name_key};
use domain::{ClosedSet, profiles};
use sea_orm::{DatabaseTransaction, Value};
use time::Date;
use uuid::Uuid;

use super::seen::{self, COLUMNS, JOINED, NEAR};
use super::{SqlStore, media, query, rows};
use crate::profiles::ProfileStore;
use crate::{Conflict, StoreError, StoreResult};

/// How many people a search looks at by handle, and as many by name.
const LOOKED_AT: i64 = 100;

/// A profile with its counts; what is counted here is bounded by `domain::limits`.
fn whole(condition: &str) -> String {
    format!(
        "SELECT {COLUMNS}, {NEAR}, p.friends, p.followers,
            (SELECT COUNT(*) FROM follows w WHERE w.follower_id = p.user_id) AS following,
            (SELECT COUNT(*) FROM character_follows c WHERE c.follower_id = p.user_id) AS characters
        FROM profiles p {JOINED} WHERE {condition}"
    )
}

/// Makes the profile of somebody new, by the best of their first handles that is free.
pub(super) async fn insert(tx: &DatabaseTransaction, user: UserId, username: &str, name: &str) -> StoreResult<()> {
    for handle in first_handles(username, user) {
        let sql =
            "INSERT INTO profiles (user_id, handle, name_key, bio, friends, followers) VALUES ($1, $2, $3, '', 0, 0)
            ON CONFLICT DO NOTHING";
        if query::run(tx, sql, [user.0.into(), handle.into(), name_key(name).into()]).await? == 1 {
            return Ok(());
        }
    }
    // Another has made it at the same time.
    match query::row(tx, "SELECT 1 FROM profiles WHERE user_id = $1", [user.0.into()]).await? {
        Some(_) => Ok(()),
        None => Err(StoreError::Conflict(Conflict::HandleTaken)),
    }
}

/// Makes the profile of somebody who has none yet, because an older version made their account.
pub(super) async fn ensure(tx: &DatabaseTransaction, user: UserId) -> StoreResult<()> {
    let sql = "SELECT u.username, u.display_name, p.user_id FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = $1";
    let row = query::row(tx, sql, [user.0.into()]).await?.ok_or(StoreError::NotFound)?;
    if row.try_get::<Option<Uuid>>("", "user_id")?.is_some() {
        return Ok(());
    }
    let (username, name): (String, String) = (row.try_get("", "username")?, row.try_get("", "display_name")?);
    insert(tx, user, &username, &name).await
}

/// What others count of somebody who goes: to be called before they do, with their account held.
pub(super) async fn leave(tx: &DatabaseTransaction, user: UserId) -> StoreResult<()> {
    let lock = super::for_update(tx);
    let sql = format!(
        "SELECT user_id FROM profiles WHERE user_id = $1 OR user_id IN (SELECT friend_id FROM friendships WHERE user_id = $1)
            OR user_id IN (SELECT followed_id FROM follows WHERE follower_id = $1) ORDER BY user_id{lock}"
    );
    query::rows(tx, sql, [user.0.into()]).await?;
    for sql in [
        "UPDATE profiles SET friends = friends - 1 WHERE user_id IN (SELECT friend_id FROM friendships WHERE user_id = $1)",
        "UPDATE profiles SET followers = followers - 1
            WHERE user_id IN (SELECT followed_id FROM follows WHERE follower_id = $1)",
        "UPDATE character_followers SET followers = followers - 1
            WHERE character_id IN (SELECT character_id FROM character_follows WHERE follower_id = $1)",
        // What they reported stays reported; their words go with them.
        "UPDATE reports SET note = '' WHERE reporter_id = $1",
    ] {
        query::run(tx, sql, [user.0.into()]).await?;
    }
    Ok(())
}

impl SqlStore {
    async fn own(&self, user: UserId, today: Date) -> StoreResult<Option<WholeProfile>> {
        self.find_profile(user, &PersonRef::Id(user), today).await
    }
}

#[async_trait]
impl ProfileStore for SqlStore {
    async fn open_profile(&self, user: UserId, today: Date) -> StoreResult<WholeProfile> {
        if let Some(found) = self.own(user, today).await? {
            return Ok(found);
        }
        let tx = self.begin().await?;
        ensure(&tx, user).await?;
        tx.commit().await?;
        self.own(user, today).await?.ok_or(StoreError::NotFound)
    }

    async fn update_profile(&self, user: UserId, patch: &ProfilePatch, today: Date) -> StoreResult<WholeProfile> {
        let (sql, values) = update_statement(user, patch);
        let tx = self.begin().await?;
        ensure(&tx, user).await?;
        query::run_unique(&tx, sql, values, Conflict::HandleTaken).await?;
        tx.commit().await?;
        self.own(user, today).await?.ok_or(StoreError::NotFound)
    }

    async fn set_portrait(&self, user: UserId, picture: Option<&Media>, today: Date) -> StoreResult<WholeProfile> {
        let tx = self.begin().await?;
        ensure(&tx, user).await?;
        if let Some(image) = picture {
            media::insert(&tx, image).await?;
        }
        let lock = super::for_update(&tx);
        let sql = format!("SELECT avatar_id FROM profiles WHERE user_id = $1{lock}");
        let before = query::row(&tx, sql, [user.0.into()]).await?.ok_or(StoreError::NotFound)?;
        let new = picture.map(|image| image.id.0);
        query::run(&tx, "UPDATE profiles SET avatar_id = $1 WHERE user_id = $2", [new.into(), user.0.into()]).await?;
        media::delete(&tx, before.try_get("", "avatar_id")?).await?;
        tx.commit().await?;
        self.own(user, today).await?.ok_or(StoreError::NotFound)
    }

    async fn find_profile(&self, viewer: UserId, person: &PersonRef, today: Date) -> StoreResult<Option<WholeProfile>> {
        let (condition, named): (&str, Value) = match person {
            PersonRef::Id(id) => ("p.user_id = $3", id.0.into()),
            PersonRef::Handle(handle) => ("p.handle = $3", handle.as_str().into()),
        };
        let values = [viewer.0.into(), seen::adults_born(today).into(), named];
        let Some(row) = query::row(self.read(), whole(condition), values).await? else {
            return Ok(None);
        };
        let count = |column: &str| -> StoreResult<u64> { rows::number(row.try_get("", column)?) };
        Ok(Some(WholeProfile {
            person: seen::person(&row, today)?,
            reach: Reach {
                friends: count("friends")?,
                followers: count("followers")?,
                following: count("following")?,
                characters: count("characters")?,
            },
        }))
    }

    async fn search_profiles(
        &self,
        viewer: UserId,
        prefix: &str,
        limit: u32,
        today: Date,
    ) -> StoreResult<Vec<SeenPerson>> {
        let by = |key: &str| {
            format!(
                "SELECT user_id FROM (SELECT user_id FROM profiles WHERE {key} >= $2 AND {key} < $3 ORDER BY {key} LIMIT $4) {key}s"
            )
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM ({} UNION {}) c JOIN profiles p ON p.user_id = c.user_id {JOINED} ORDER BY p.handle",
            by("handle"),
            by("name_key")
        );
        // No text goes on with a greater character than the last there is.
        let end = format!("{prefix}{}", char::MAX);
        let values = [viewer.0.into(), prefix.into(), end.into(), LOOKED_AT.into()];
        let found = query::rows(self.read(), sql, values).await?;
        let mut found = found.iter().map(|row| seen::person(row, today)).collect::<StoreResult<Vec<_>>>()?;
        found.retain(|person| person.shows(Facet::Found));
        found.sort_by_key(|person| (person.profile.handle != prefix, !person.relation.friend));
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn people(&self, viewer: UserId, ids: &[UserId], today: Date) -> StoreResult<Vec<SeenPerson>> {
        let uuids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let mut found = Vec::with_capacity(ids.len());
        for list in query::lists(&uuids) {
            let places = query::places(2, list.len());
            let sql = format!("SELECT {COLUMNS} FROM profiles p {JOINED} WHERE p.user_id IN ({places})");
            let values = std::iter::once(Value::from(viewer.0)).chain(list);
            for row in query::rows(self.read(), sql, values).await? {
                found.push(seen::person(&row, today)?);
            }
        }
        found.retain(|person| person.shows(Facet::Card));
        found.sort_by_key(|person| ids.iter().position(|id| *id == person.profile.user));
        Ok(found)
    }
}

fn update_statement(user: UserId, patch: &profiles::ProfilePatch) -> (String, Vec<Value>) {
    let choice = &patch.choice;
    let audience = |chosen: Option<domain::privacy::Audience>| chosen.map(|chosen| chosen.as_str().to_owned());
    let changes = [
        ("handle", patch.handle.clone()),
        ("bio", patch.bio.clone()),
        ("see_profile", audience(choice.profile)),
        ("see_presence", audience(choice.presence)),
        ("see_friends", audience(choice.friends)),
        ("may_ask", choice.requests.map(|chosen| chosen.as_str().to_owned())),
        ("may_write", audience(choice.messages)),
    ];
    let mut values: Vec<Value> = vec![user.0.into()];
    let mut sql = "UPDATE profiles SET user_id = user_id".to_owned();
    for (column, value) in changes.into_iter().filter_map(|(column, value)| Some((column, value?))) {
        values.push(value.into());
        sql += &format!(", {column} = ${}", values.len());
    }
    (sql + " WHERE user_id = $1", values)
}
