//! People as another sees them: the columns that tell how the two stand to each other, and the lists that show them.
//!
//! Whether somebody is shown is decided by `domain::privacy`, on these columns, and nowhere in SQL.

use domain::accounts::{AgeClass, UserRole};
use domain::ids::{MediaId, UserId};
use domain::pages::{Page, PageRequest};
use domain::privacy::{PrivacyChoice, known_minor, protected};
use domain::profiles::{ListedPerson, Profile, Relation, SeenPerson};
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use time::Date;
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::{SqlStore, accounts, query, rows};
use crate::{StoreError, StoreResult};

/// A person `p`, and how the viewer, who is `$1`, stands to them.
pub(super) const COLUMNS: &str =
    "p.user_id, p.handle, p.bio, p.avatar_id, p.see_profile, p.see_presence, p.see_friends, p.may_ask,
    p.may_write, u.display_name, u.birth_date, u.created_at AS joined_at, u.disabled_at IS NOT NULL AS disabled,
    v.id = u.id AS me, v.birth_date AS viewer_born, v.role AS viewer_role,
    EXISTS (SELECT 1 FROM friendships f WHERE f.user_id = v.id AND f.friend_id = u.id) AS friend,
    EXISTS (SELECT 1 FROM friend_requests r WHERE r.from_id = v.id AND r.to_id = u.id) AS asked,
    EXISTS (SELECT 1 FROM friend_requests r WHERE r.from_id = u.id AND r.to_id = v.id AND NOT r.declined) AS asks,
    EXISTS (SELECT 1 FROM follows w WHERE w.follower_id = v.id AND w.followed_id = u.id) AS follows,
    EXISTS (SELECT 1 FROM follows w WHERE w.follower_id = u.id AND w.followed_id = v.id) AS followed,
    EXISTS (SELECT 1 FROM shunned s WHERE s.user_id = v.id AND s.shunned_id = u.id AND s.how = 'mute') AS mutes,
    EXISTS (SELECT 1 FROM shunned s WHERE s.user_id = u.id AND s.shunned_id = v.id AND s.how = 'mute') AS muted,
    EXISTS (SELECT 1 FROM shunned s WHERE s.user_id = v.id AND s.shunned_id = u.id AND s.how = 'block') AS blocks,
    EXISTS (SELECT 1 FROM shunned s WHERE s.user_id = u.id AND s.shunned_id = v.id AND s.how = 'block') AS blocked";

/// Where they come from, beside `profiles p`.
pub(super) const JOINED: &str = "JOIN users u ON u.id = p.user_id JOIN users v ON v.id = $1";

/// Whether the two have a friend in common, where that decides something: `$2` is the last birthday of adults.
pub(super) const NEAR: &str = "CASE WHEN p.may_ask = 'friends_of_friends'
        OR (p.may_ask IS NULL AND (u.birth_date IS NULL OR u.birth_date > $2))
    THEN EXISTS (SELECT 1 FROM friendships a JOIN friendships b ON b.user_id = u.id AND b.friend_id = a.friend_id
        WHERE a.user_id = v.id) ELSE FALSE END AS near";

/// The day on which the youngest adults of `today` were born.
pub(super) fn adults_born(today: Date) -> String {
    format!("{:04}-{:02}-{:02}", today.year() - 18, u8::from(today.month()), today.day())
}

/// The person of a row with [`COLUMNS`].
pub(super) fn person(row: &QueryResult, today: Date) -> StoreResult<SeenPerson> {
    let told = |column: &str| -> StoreResult<bool> { Ok(row.try_get("", column)?) };
    let age = |column: &str| -> StoreResult<AgeClass> {
        let born: Option<String> = row.try_get("", column)?;
        Ok(AgeClass::of(born.as_deref().map(accounts::day).transpose()?, today))
    };
    let role: UserRole = rows::closed(&row.try_get::<String>("", "viewer_role")?)?;
    Ok(SeenPerson {
        profile: Profile {
            user: UserId(row.try_get("", "user_id")?),
            handle: row.try_get("", "handle")?,
            display_name: row.try_get("", "display_name")?,
            bio: row.try_get("", "bio")?,
            avatar: row.try_get::<Option<Uuid>>("", "avatar_id")?.map(MediaId),
            choice: choice(row)?,
            minor: protected(age("birth_date")?),
            disabled: told("disabled")?,
            joined_at: rows::time(row.try_get("", "joined_at")?)?,
        },
        relation: Relation {
            me: told("me")?,
            friend: told("friend")?,
            asked: told("asked")?,
            asks: told("asks")?,
            follows: told("follows")?,
            followed: told("followed")?,
            mutes: told("mutes")?,
            muted: told("muted")?,
            blocks: told("blocks")?,
            blocked: told("blocked")?,
            near: row.try_get::<Option<bool>>("", "near").unwrap_or_default().unwrap_or_default(),
            moderator: role >= UserRole::Moderator,
            minor: known_minor(age("viewer_born")?),
        },
    })
}

fn choice(row: &QueryResult) -> StoreResult<PrivacyChoice> {
    let chosen = |column: &str| -> StoreResult<Option<String>> { Ok(row.try_get("", column)?) };
    let audience = |column: &str| chosen(column)?.as_deref().map(rows::closed).transpose();
    Ok(PrivacyChoice {
        profile: audience("see_profile")?,
        presence: audience("see_presence")?,
        friends: audience("see_friends")?,
        requests: chosen("may_ask")?.as_deref().map(rows::closed).transpose()?,
        messages: audience("may_write")?,
    })
}

/// A list of people: the rows of a table that belong to somebody or something, each with another one.
pub(super) struct Edges {
    /// The table.
    pub table: &'static str,
    /// The column of whose list it is.
    pub whose: &'static str,
    /// The column of whoever stands in it.
    pub other: &'static str,
    /// What else must hold of a row, with ` AND ` before it.
    pub only: &'static str,
}

impl SqlStore {
    /// A page of such a list, the newest first. As many rows are read as the page may have, so a page is short where `shown` leaves
    /// some out.
    pub(super) async fn page_edges(
        &self,
        (viewer, of): (UserId, Uuid),
        edges: &Edges,
        page: &PageRequest,
        today: Date,
        shown: impl Fn(&SeenPerson) -> bool,
    ) -> StoreResult<Page<ListedPerson>> {
        let Edges { table, whose, other, only } = edges;
        let mut values: Vec<Value> = vec![viewer.0.into(), of.into(), (i64::from(page.limit) + 1).into()];
        let mut beyond = String::new();
        if let Some(cursor) = page.cursor.as_deref().map(Cursor::read).transpose()? {
            values.extend([cursor.time.into(), cursor.id.into()]);
            beyond = format!(" AND (since, {other}) < ($4, $5)");
        }
        let sql = format!(
            "SELECT {COLUMNS}, e.since FROM (SELECT {other} AS other_id, since FROM {table} WHERE {whose} = $2{only}{beyond}
                ORDER BY since DESC, {other} DESC LIMIT $3) e
            JOIN profiles p ON p.user_id = e.other_id {JOINED} ORDER BY e.since DESC, e.other_id DESC"
        );
        let found = query::rows(self.read(), sql, values).await?;
        let listed = |row: &QueryResult| -> StoreResult<ListedPerson> {
            Ok(ListedPerson { person: person(row, today)?, since: rows::time(row.try_get("", "since")?)? })
        };
        let found: Vec<ListedPerson> = found.iter().map(listed).collect::<StoreResult<_>>()?;
        let key = |listed: &ListedPerson| Cursor {
            first: false,
            time: rows::micros(listed.since),
            id: listed.person.profile.user.0,
        };
        let (mut items, next_cursor) = cursors::cut(found, page.limit, key);
        items.retain(|listed| shown(&listed.person));
        Ok(Page { items, next_cursor })
    }
}

/// Two people, held until the transaction ends: always in the same order, so that nobody waits for somebody who waits for them.
pub(super) struct Pair {
    /// How many friends the first has.
    pub friends: u64,
    /// How many friends the second has.
    pub others: u64,
}

/// Holds both. A person whom an older version made gets a profile first.
pub(super) async fn hold(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<Pair> {
    if user == other {
        return Err(StoreError::NotFound);
    }
    let lock = super::for_update(tx);
    let sql = format!("SELECT user_id, friends FROM profiles WHERE user_id IN ($1, $2) ORDER BY user_id{lock}");
    for attempt in 0..2 {
        let held = query::rows(tx, sql.as_str(), [user.0.into(), other.0.into()]).await?;
        let friends = |of: UserId| -> StoreResult<Option<u64>> {
            let ids = query::ids(&held, "user_id")?;
            let row = held.iter().zip(ids).find(|(_, id)| *id == of.0).map(|(row, _)| row);
            row.map(|row| rows::number(row.try_get("", "friends")?)).transpose()
        };
        match (friends(user)?, friends(other)?) {
            (Some(friends), Some(others)) => return Ok(Pair { friends, others }),
            (None, Some(_)) if attempt == 0 => super::profiles::ensure(tx, user).await?,
            _ => break,
        }
    }
    Err(StoreError::NotFound)
}

/// Fails across a block, in either direction, as if the other were not there.
pub(super) async fn unless_blocked(tx: &DatabaseTransaction, user: UserId, other: UserId) -> StoreResult<()> {
    let sql = "SELECT 1 FROM shunned WHERE how = 'block'
        AND ((user_id = $1 AND shunned_id = $2) OR (user_id = $2 AND shunned_id = $1))";
    match query::row(tx, sql, [user.0.into(), other.0.into()]).await? {
        Some(_) => Err(StoreError::NotFound),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "seen_tests.rs"]
mod tests;
