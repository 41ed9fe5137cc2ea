//! Friends and requests, as rows.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::friends::{Asked, Parted, RequestDirection};
use domain::ids::UserId;
use domain::limits;
use domain::pages::{Page, PageRequest};
use domain::privacy::Facet;
use domain::profiles::{ListedPerson, SeenPerson};
use sea_orm::{DatabaseTransaction, Value};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::seen::{self, Edges, Pair};
use super::{SqlStore, query, rows};
use crate::friends::{Acquaintance, CircleStore, FriendStore};
use crate::{Conflict, StoreError, StoreResult};

/// How many friends, and of each how many friends of theirs, are looked at for acquaintances.
const FRIENDS: usize = 48;
/// How many characters, and of each how many who follow them.
const CHARACTERS: usize = 32;

const FRIENDSHIPS: Edges = Edges { table: "friendships", whose: "user_id", other: "friend_id", only: "" };
// Whoever was declined waits on, and does not see it.
const OUTGOING: Edges = Edges { table: "friend_requests", whose: "from_id", other: "to_id", only: "" };
const INCOMING: Edges = Edges { table: "friend_requests", whose: "to_id", other: "from_id", only: " AND NOT declined" };

/// How two people stand, seen from the first.
struct Between {
    friends: bool,
    asked: bool,
    /// Whether the second has asked, declined or not.
    asks: bool,
    /// Whether that waits for an answer.
    waits: bool,
}

async fn between(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<Between> {
    let sql = "SELECT EXISTS (SELECT 1 FROM friendships WHERE user_id = $1 AND friend_id = $2) AS friends,
        EXISTS (SELECT 1 FROM friend_requests WHERE from_id = $1 AND to_id = $2) AS asked,
        EXISTS (SELECT 1 FROM friend_requests WHERE from_id = $2 AND to_id = $1) AS asks,
        EXISTS (SELECT 1 FROM friend_requests WHERE from_id = $2 AND to_id = $1 AND NOT declined) AS waits";
    let row = query::row(tx, sql, [user.0.into(), other.0.into()]).await?;
    let row = row.ok_or_else(|| StoreError::Corrupt("a statement that gives one row gave none".into()))?;
    let told = |column: &str| -> StoreResult<bool> { Ok(row.try_get("", column)?) };
    Ok(Between { friends: told("friends")?, asked: told("asked")?, asks: told("asks")?, waits: told("waits")? })
}

/// Makes friends of two who are held, and of whom one has asked.
async fn befriend(tx: &DatabaseTransaction, user: UserId, other: UserId, pair: &Pair, now: i64) -> StoreResult<()> {
    if pair.friends >= limits::FRIENDS || pair.others >= limits::FRIENDS {
        return Err(StoreError::Conflict(Conflict::TooManyFriends));
    }
    forget_requests(tx, user, other).await?;
    let sql = "INSERT INTO friendships (user_id, friend_id, since) VALUES ($1, $2, $3), ($2, $1, $3)";
    query::run(tx, sql, [user.0.into(), other.0.into(), now.into()]).await?;
    count(tx, user, other, 1).await
}

async fn count(tx: &DatabaseTransaction, user: UserId, other: UserId, by: i64) -> StoreResult<()> {
    let sql = "UPDATE profiles SET friends = friends + $3 WHERE user_id IN ($1, $2)";
    query::run(tx, sql, [user.0.into(), other.0.into(), by.into()]).await.map(|_| ())
}

async fn forget_requests(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<()> {
    let sql = "DELETE FROM friend_requests WHERE (from_id = $1 AND to_id = $2) OR (from_id = $2 AND to_id = $1)";
    query::run(tx, sql, [user.0.into(), other.0.into()]).await.map(|_| ())
}

/// Ends the friendship of two who are held; whether there was one.
async fn unfriend(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<bool> {
    let sql = "DELETE FROM friendships WHERE (user_id = $1 AND friend_id = $2) OR (user_id = $2 AND friend_id = $1)";
    if query::run(tx, sql, [user.0.into(), other.0.into()]).await? == 0 {
        return Ok(false);
    }
    count(tx, user, other, -1).await?;
    Ok(true)
}

/// Ends friendship and requests of two who are held.
pub(super) async fn end_all(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<()> {
    unfriend(tx, user, other).await?;
    forget_requests(tx, user, other).await
}

#[async_trait]
impl FriendStore for SqlStore {
    async fn ask_friend(&self, user: UserId, other: UserId, now: OffsetDateTime) -> StoreResult<Asked> {
        let now = rows::micros(now);
        let tx = self.begin().await?;
        let pair = seen::hold(&tx, user, other).await?;
        seen::unless_blocked(&tx, user, other).await?;
        let between = between(&tx, user, other).await?;
        if between.friends {
            return Ok(Asked::FriendsAlready);
        }
        // Also when it was declined before: who asks now has changed their mind.
        if between.asks {
            befriend(&tx, user, other, &pair, now).await?;
            tx.commit().await?;
            return Ok(Asked::Friends);
        }
        if between.asked {
            return Ok(Asked::WaitsAlready);
        }
        let sql = "SELECT COUNT(*) AS waiting FROM friend_requests WHERE from_id = $1";
        let waiting =
            query::row(&tx, sql, [user.0.into()]).await?.map_or(Ok(0), |row| row.try_get::<i64>("", "waiting"))?;
        if rows::number::<u64>(waiting)? >= limits::FRIEND_REQUESTS {
            return Err(StoreError::Conflict(Conflict::TooManyRequests));
        }
        let sql = "INSERT INTO friend_requests (from_id, to_id, since, declined) VALUES ($1, $2, $3, FALSE)";
        query::run(&tx, sql, [user.0.into(), other.0.into(), now.into()]).await?;
        tx.commit().await?;
        Ok(Asked::Waits)
    }

    async fn accept_friend(&self, user: UserId, other: UserId, now: OffsetDateTime) -> StoreResult<Asked> {
        let tx = self.begin().await?;
        let pair = seen::hold(&tx, user, other).await?;
        let between = between(&tx, user, other).await?;
        if between.friends {
            return Ok(Asked::FriendsAlready);
        }
        if !between.waits {
            return Err(StoreError::NotFound);
        }
        befriend(&tx, user, other, &pair, rows::micros(now)).await?;
        tx.commit().await?;
        Ok(Asked::Friends)
    }

    async fn part_friends(&self, user: UserId, other: UserId) -> StoreResult<Parted> {
        let tx = self.begin().await?;
        seen::hold(&tx, user, other).await?;
        let parted = if unfriend(&tx, user, other).await? {
            Parted::Friendship
        } else {
            part_requests(&tx, user, other).await?
        };
        if parted != Parted::Nothing {
            tx.commit().await?;
        }
        Ok(parted)
    }

    async fn page_friends(
        &self,
        viewer: UserId,
        of: UserId,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>> {
        self.page_edges((viewer, of.0), &FRIENDSHIPS, page, today, card).await
    }

    async fn page_requests(
        &self,
        user: UserId,
        direction: RequestDirection,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>> {
        let edges = match direction {
            RequestDirection::Incoming => &INCOMING,
            RequestDirection::Outgoing => &OUTGOING,
        };
        self.page_edges((user, user.0), edges, page, today, card).await
    }

    async fn acquaintances(&self, user: UserId, limit: u32) -> StoreResult<Vec<Acquaintance>> {
        let mut known: HashMap<Uuid, Acquaintance> = HashMap::new();
        let new = |id: Uuid| Acquaintance { user: UserId(id), common_friends: 0, common_characters: 0 };
        for (id, times) in self.in_common(user, &OF_FRIENDS, limit).await? {
            known.entry(id).or_insert_with(|| new(id)).common_friends = times;
        }
        for (id, times) in self.in_common(user, &OF_CHARACTERS, limit).await? {
            known.entry(id).or_insert_with(|| new(id)).common_characters = times;
        }
        let mut all: Vec<Acquaintance> = known.into_values().collect();
        // A friend in common says more than a character.
        all.sort_by_key(|one| (std::cmp::Reverse(one.common_friends * 2 + one.common_characters), one.user));
        all.truncate(limit as usize);
        Ok(all)
    }
}

#[async_trait]
impl CircleStore for SqlStore {
    async fn circle(&self, user: UserId) -> StoreResult<Vec<UserId>> {
        let sql = "SELECT f.friend_id AS id FROM friendships f WHERE f.user_id = $1 AND NOT EXISTS (
            SELECT 1 FROM shunned s WHERE s.user_id = f.friend_id AND s.shunned_id = $1 AND s.how = 'mute')";
        let found = query::rows(self.read(), sql, [user.0.into()]).await?;
        Ok(query::ids(&found, "id")?.into_iter().map(UserId).collect())
    }
}

fn card(person: &SeenPerson) -> bool {
    person.shows(Facet::Card)
}

/// Takes back one's own request, or declines that of the other.
async fn part_requests(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<Parted> {
    let pair: [Value; 2] = [user.0.into(), other.0.into()];
    let sql = "DELETE FROM friend_requests WHERE from_id = $1 AND to_id = $2";
    if query::run(tx, sql, pair.clone()).await? > 0 {
        return Ok(Parted::OwnRequest);
    }
    let sql = "UPDATE friend_requests SET declined = TRUE WHERE from_id = $2 AND to_id = $1 AND NOT declined";
    let declined = query::run(tx, sql, pair).await? > 0;
    Ok(if declined { Parted::TheirRequest } else { Parted::Nothing })
}

/// Through what people are known: what the one has, and who else has it.
struct Through {
    /// The newest of what the one has, `$1`.
    own: &'static str,
    /// Who else has it; `{}` is its place.
    others: &'static str,
    /// How many of each are looked at.
    width: usize,
}

const OF_FRIENDS: Through = Through {
    own: "SELECT friend_id AS id FROM friendships WHERE user_id = $1 ORDER BY since DESC, friend_id DESC LIMIT $2",
    others: "SELECT friend_id AS id FROM friendships WHERE user_id = {} ORDER BY since DESC, friend_id DESC LIMIT $2",
    width: FRIENDS,
};

const OF_CHARACTERS: Through = Through {
    own: "SELECT character_id AS id FROM character_follows WHERE follower_id = $1 ORDER BY since DESC, character_id DESC LIMIT $2",
    others: "SELECT follower_id AS id FROM character_follows WHERE character_id = {} ORDER BY since DESC, follower_id DESC LIMIT $2",
    width: CHARACTERS,
};

impl SqlStore {
    /// Who has most in common with the one, and how much. Each of what they have is looked at for its newest only, so whoever
    /// knows everybody costs no more than others.
    async fn in_common(&self, user: UserId, through: &Through, limit: u32) -> StoreResult<Vec<(Uuid, u64)>> {
        let width: Value = i64::try_from(through.width).unwrap_or(i64::MAX).into();
        let own = query::rows(self.read(), through.own, [user.0.into(), width.clone()]).await?;
        let mut values: Vec<Value> = vec![user.0.into(), width, i64::from(limit).into()];
        // Of few lengths, so that there are few statements to prepare.
        let Some(list) = query::lists(&query::ids(&own, "id")?).next() else {
            return Ok(Vec::new());
        };
        let each: Vec<String> = (4..4 + list.len())
            .map(|place| format!("SELECT id FROM ({}) o{place}", through.others.replace("{}", &format!("${place}"))))
            .collect();
        values.extend(list);
        let sql = format!(
            "SELECT k.id, k.times FROM (SELECT id, COUNT(*) AS times FROM ({}) a WHERE id <> $1 GROUP BY id) k
            WHERE NOT EXISTS (SELECT 1 FROM friendships f WHERE f.user_id = $1 AND f.friend_id = k.id)
                AND NOT EXISTS (SELECT 1 FROM friend_requests r WHERE r.from_id = $1 AND r.to_id = k.id)
                AND NOT EXISTS (SELECT 1 FROM friend_requests r WHERE r.from_id = k.id AND r.to_id = $1)
            ORDER BY k.times DESC, k.id LIMIT $3",
            each.join(" UNION ALL ")
        );
        let found = query::rows(self.read(), sql, values).await?;
        found.iter().map(|row| Ok((row.try_get("", "id")?, rows::number(row.try_get("", "times")?)?))).collect()
    }
}
