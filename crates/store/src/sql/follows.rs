//! Follows, as rows.

use async_trait::async_trait;
use domain::characters::Character;
use domain::follows::CharacterFollow;
use domain::ids::{CharacterId, UserId};
use domain::limits;
use domain::pages::{Page, PageRequest};
use domain::privacy::Facet;
use domain::profiles::ListedPerson;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use time::{Date, OffsetDateTime};

use super::cursors::{self, Cursor};
use super::entities::characters as character_rows;
use super::seen::{self, Edges};
use super::{SqlStore, characters, profiles, query, rows};
use crate::follows::{CharacterFollowSet, FollowSide, FollowStore};
use crate::{Conflict, StoreError, StoreResult};

const FOLLOWERS: Edges = Edges { table: "follows", whose: "followed_id", other: "follower_id", only: "" };
const FOLLOWING: Edges = Edges { table: "follows", whose: "follower_id", other: "followed_id", only: "" };

/// Ends it that the first follows the second; both are held. Whether they did.
async fn unfollow(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<bool> {
    let sql = "DELETE FROM follows WHERE follower_id = $1 AND followed_id = $2";
    if query::run(tx, sql, [user.0.into(), other.0.into()]).await? == 0 {
        return Ok(false);
    }
    query::run(tx, "UPDATE profiles SET followers = followers - 1 WHERE user_id = $1", [other.0.into()]).await?;
    Ok(true)
}

/// Ends it both ways.
pub(super) async fn end_all(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<()> {
    unfollow(tx, user, other).await?;
    unfollow(tx, other, user).await.map(|_| ())
}

/// Fails when somebody follows as many as anyone may.
async fn bounded(tx: &DatabaseTransaction, table: &str, user: UserId, most: u64) -> StoreResult<()> {
    let sql = format!("SELECT COUNT(*) AS followed FROM {table} WHERE follower_id = $1");
    let row = query::row(tx, sql, [user.0.into()]).await?;
    let followed = row.map_or(Ok(0), |row| row.try_get::<i64>("", "followed"))?;
    if rows::number::<u64>(followed)? >= most {
        return Err(StoreError::Conflict(Conflict::TooManyFollows));
    }
    Ok(())
}

async fn standing<C: ConnectionTrait>(conn: &C, user: UserId, character: CharacterId) -> StoreResult<CharacterFollow> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM character_follows WHERE follower_id = $1 AND character_id = $2) AS following,
        COALESCE((SELECT followers FROM character_followers WHERE character_id = $2), 0) AS followers";
    let row = query::row(conn, sql, [user.0.into(), character.0.into()]).await?;
    let row = row.ok_or_else(|| StoreError::Corrupt("a statement that gives one row gave none".into()))?;
    Ok(CharacterFollow {
        following: row.try_get("", "following")?,
        followers: rows::number(row.try_get("", "followers")?)?,
    })
}

#[async_trait]
impl FollowStore for SqlStore {
    async fn set_follow(&self, user: UserId, other: UserId, follow: bool, now: OffsetDateTime) -> StoreResult<bool> {
        let tx = self.begin().await?;
        seen::hold(&tx, user, other).await?;
        let news = if follow {
            seen::unless_blocked(&tx, user, other).await?;
            bounded(&tx, "follows", user, limits::FOLLOWS).await?;
            let sql =
                "INSERT INTO follows (follower_id, followed_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            let made = query::run(&tx, sql, [user.0.into(), other.0.into(), rows::micros(now).into()]).await? == 1;
            if made {
                let sql = "UPDATE profiles SET followers = followers + 1 WHERE user_id = $1";
                query::run(&tx, sql, [other.0.into()]).await?;
            }
            made
        } else {
            unfollow(&tx, user, other).await?
        };
        if news {
            tx.commit().await?;
        }
        Ok(news)
    }

    async fn page_follows(
        &self,
        viewer: UserId,
        of: UserId,
        side: FollowSide,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>> {
        let edges = match side {
            FollowSide::Followers => &FOLLOWERS,
            FollowSide::Following => &FOLLOWING,
        };
        self.page_edges((viewer, of.0), edges, page, today, |person| person.shows(Facet::Card)).await
    }

    async fn set_character_follow(
        &self,
        user: UserId,
        character: CharacterId,
        follow: bool,
        now: OffsetDateTime,
    ) -> StoreResult<CharacterFollowSet> {
        let tx = self.begin().await?;
        let news = if follow {
            profiles::ensure(&tx, user).await?;
            // Held, so that she is not deleted meanwhile; and two who follow at once are counted one after the other.
            let lock = super::for_share(&tx);
            let sql = format!("SELECT 1 FROM characters c WHERE c.id = $1 AND {}{lock}", characters::visible("$2"));
            query::row(&tx, sql, [character.0.into(), user.0.into()]).await?.ok_or(StoreError::NotFound)?;
            bounded(&tx, "character_follows", user, limits::FOLLOWED_CHARACTERS).await?;
            let sql = "INSERT INTO character_follows (follower_id, character_id, since) VALUES ($1, $2, $3)
                ON CONFLICT DO NOTHING";
            query::run(&tx, sql, [user.0.into(), character.0.into(), rows::micros(now).into()]).await? == 1
        } else {
            let sql = "DELETE FROM character_follows WHERE follower_id = $1 AND character_id = $2";
            query::run(&tx, sql, [user.0.into(), character.0.into()]).await? == 1
        };
        if news {
            let sql = "INSERT INTO character_followers (character_id, followers) VALUES ($1, 1)
                ON CONFLICT (character_id) DO UPDATE SET followers = character_followers.followers + $2";
            let step: i64 = if follow { 1 } else { -1 };
            query::run(&tx, sql, [character.0.into(), step.into()]).await?;
        }
        let stands = standing(&*tx, user, character).await?;
        if news {
            tx.commit().await?;
        }
        Ok(CharacterFollowSet { stands, news })
    }

    async fn character_follow(&self, user: UserId, character: CharacterId) -> StoreResult<CharacterFollow> {
        standing(self.read(), user, character).await
    }

    async fn page_followed_characters(
        &self,
        viewer: UserId,
        of: UserId,
        page: &PageRequest,
    ) -> StoreResult<Page<Character>> {
        let mut values: Vec<Value> = vec![viewer.0.into(), of.0.into(), (i64::from(page.limit) + 1).into()];
        let mut beyond = "";
        if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
            values.extend([cursor.time.into(), cursor.id.into()]);
            beyond = " AND (since, character_id) < ($4, $5)";
        }
        let sql = format!(
            "SELECT c.*, e.since, {} AS shown FROM (SELECT character_id, since FROM character_follows
                WHERE follower_id = $2{beyond} ORDER BY since DESC, character_id DESC LIMIT $3) e
            JOIN characters c ON c.id = e.character_id ORDER BY e.since DESC, e.character_id DESC",
            characters::found("$1")
        );
        let found = query::rows(self.read(), sql, values).await?;
        let listed = found.iter().map(|row| {
            let character = character_rows::Model::from_query_result(row, "")?;
            Ok((character, row.try_get::<i64>("", "since")?, row.try_get::<bool>("", "shown")?))
        });
        let listed = listed.collect::<StoreResult<Vec<_>>>()?;
        let key = |(character, since, _): &(character_rows::Model, i64, bool)| Cursor {
            first: false,
            time: *since,
            id: character.id,
        };
        let (listed, next_cursor) = cursors::cut(listed, page.limit, key);
        let shown = listed.iter().filter(|(_, _, shown)| *shown);
        let items = shown.map(|(row, _, _)| characters::character(row)).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor })
    }
}
