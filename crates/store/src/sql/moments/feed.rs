//! The feed: the newest moments of everybody whose moments somebody reads, put together when it is read.
//!
//! For whoever reads many, the newest moments of all are looked through first, [`WINDOW`] of them, and mostly a page of theirs is there.
//! Else one seek for each author finds the newest moment below the cursor, in an index that holds all that is asked; only those
//! authors are read on whose newest stand at the top, and of each no more than the page has room for. So a page costs a seek for each
//! author one follows at most, whatever they all have posted, and a post costs what it costs to write it down: nothing is copied to
//! followers, nothing has to be taken back when a moment is deleted, hidden or shown to fewer, or when somebody is blocked, and whom one
//! follows from now on is there at once with all they have posted. Writing a copy for each follower was not needed: see
//! `examples/feed.rs` for what a page costs whoever follows two thousand.

use domain::ids::UserId;
use domain::moments::SeenMoment;
use domain::pages::{Page, PageRequest};
use time::Date;
use uuid::Uuid;

use super::super::cursors::{self, Cursor};
use super::super::{SqlStore, query};
use super::seen;
use crate::StoreResult;

/// Whose moments `$1` reads, and how near they may be: 3 is one's own, 2 may show what is for friends. It narrows what is read and
/// decides nothing.
const AUTHORS: &str = "SELECT id AS author_id, 3 AS near FROM users WHERE id = $1
    UNION ALL SELECT id, 3 FROM characters WHERE owner_id = $1 AND NOT deleted
    UNION ALL SELECT friend_id, 2 FROM friendships WHERE user_id = $1
    UNION ALL SELECT followed_id, 1 FROM follows WHERE follower_id = $1
    UNION ALL SELECT character_id, 2 FROM character_follows WHERE follower_id = $1";

/// Those of whom one wants to hear nothing.
const SHUNNED: &str = "SELECT shunned_id FROM shunned WHERE user_id = $1
    UNION ALL SELECT character_id FROM character_regards WHERE person_id = $1 AND hidden";

/// Whether a moment `m` may be seen by whom its author is as near as `a` says.
const REACHES: &str =
    "(a.near = 3 OR m.visibility IN ('public', 'followers') OR (a.near = 2 AND m.visibility = 'friends'))";

/// How many moments are looked through before each author is asked. One costs a seventh of a seek, so that in vain it is a small part
/// of what somebody waits who reads thousands.
const WINDOW: usize = 2_000;

/// For so many authors all the seeks cost less than the window.
const FEW: usize = 64;

/// The newest moments below `$2`, at most `$3`. `$4` is one less, and `$5` the least id there is.
fn newest() -> String {
    let below =
        format!("FROM moments m WHERE m.author_id = a.author_id AND m.id < $2 AND {REACHES} ORDER BY m.id DESC");
    format!(
        "WITH authors AS MATERIALIZED (
            SELECT author_id, MAX(near) AS near FROM ({AUTHORS}) everybody
            WHERE author_id NOT IN ({SHUNNED}) GROUP BY author_id),
        recent AS MATERIALIZED (
            SELECT m.id, m.author_id, m.visibility FROM moments m
            WHERE m.id < $2 AND (SELECT COUNT(*) FROM authors) > {FEW} ORDER BY m.id DESC LIMIT {WINDOW}),
        found AS MATERIALIZED (
            SELECT m.id FROM recent m JOIN authors a ON a.author_id = m.author_id WHERE {REACHES}
            ORDER BY m.id DESC LIMIT $3),
        heads AS MATERIALIZED (
            SELECT a.author_id, a.near, (SELECT m.id {below} LIMIT 1) AS head FROM authors a
            WHERE (SELECT COUNT(*) FROM found) < $3),
        foremost AS MATERIALIZED (
            SELECT author_id, near, head FROM heads WHERE head IS NOT NULL ORDER BY head DESC LIMIT $3),
        stretches AS MATERIALIZED (
            SELECT a.author_id, a.near, a.head, COALESCE((SELECT m.id {below} LIMIT 1 OFFSET $4), $5) AS least FROM foremost a)
        SELECT id FROM found
        UNION SELECT m.id FROM stretches a CROSS JOIN moments m
            WHERE m.author_id = a.author_id AND m.id <= a.head AND m.id >= a.least AND {REACHES}
        ORDER BY id DESC LIMIT $3"
    )
}

impl SqlStore {
    pub(super) async fn feed(&self, viewer: UserId, page: &PageRequest, today: Date) -> StoreResult<Page<SeenMoment>> {
        let below = match page.cursor.as_deref().map(Cursor::read).transpose()? {
            Some(cursor) => cursor.id,
            None => Uuid::max(),
        };
        let limit = i64::from(page.limit) + 1;
        let values = [viewer.0.into(), below.into(), limit.into(), (limit - 1).into(), Uuid::nil().into()];
        let found = query::ids(&query::rows(self.read(), newest(), values).await?, "id")?;
        let (ids, next_cursor) = cursors::cut(found, page.limit, |id| Cursor { first: false, time: 0, id: *id });
        let found = seen::of_ids(self.read(), viewer, &ids, today).await?;
        let items = found.into_iter().filter(|found| !found.shunned).map(|found| found.seen).collect();
        Ok(Page { items, next_cursor })
    }
}
