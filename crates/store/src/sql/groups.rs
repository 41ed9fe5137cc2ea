//! Shared sessions, as rows: the group, its people, its characters. A change takes the row of its group first.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::ClosedSet;
use domain::groups::{Group, GroupCharacter, Member, MemberRole, MemberState, NewcomersSee, SessionKind};
use domain::ids::{CharacterId, MediaId, SessionId, UserId};
use domain::limits;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SqlStore, characters, query, rows};
use crate::groups::{GroupChange, GroupStore, Membership, NewGroup};
use crate::{Conflict, StoreError, StoreResult};

/// How readily a character speaks when nobody says.
const TALKATIVENESS: i64 = 50;

#[async_trait]
impl GroupStore for SqlStore {
    async fn create_group(&self, group: &NewGroup) -> StoreResult<Group> {
        if group.people.len() >= limits::GROUP_PEOPLE || group.characters.len() > limits::GROUP_CHARACTERS {
            return Err(StoreError::Conflict(Conflict::GroupFull));
        }
        let tx = self.begin().await?;
        if !insert(&tx, group).await? {
            tx.rollback().await?;
            self.settle().await?;
            return self.of_pair(group).await;
        }
        let now = rows::micros(group.created_at);
        let id = group.session_id;
        let is_direct = group.kind == SessionKind::Direct;
        let founder = if is_direct { MemberRole::Member } else { MemberRole::Owner };
        keep_member(&tx, id, group.founder, founder, Some(now), None, now).await?;
        for user in &group.people {
            let joined = is_direct.then_some(now);
            keep_member(&tx, id, *user, MemberRole::Member, joined, Some(group.founder), now).await?;
        }
        for (order, character) in (0..).zip(&group.characters) {
            // In their order, also where all come at once.
            keep_character(&tx, id, *character, group.founder, None, now + order).await?;
        }
        let made = groups(&tx, &[id.0]).await?.pop().ok_or(StoreError::NotFound)?;
        tx.commit().await?;
        Ok(made)
    }

    async fn find_groups(&self, sessions: &[SessionId]) -> StoreResult<Vec<Group>> {
        let ids: Vec<Uuid> = sessions.iter().map(|session| session.0).collect();
        groups(self.read(), &ids).await
    }

    async fn are_together(&self, one: UserId, other: UserId) -> StoreResult<bool> {
        let sql = "SELECT 1 FROM session_members a JOIN session_members b ON b.session_id = a.session_id
            WHERE a.user_id = $1 AND b.user_id = $2 AND a.state <> 'left' AND b.state <> 'left' LIMIT 1";
        Ok(query::row(self.read(), sql, [one.0.into(), other.0.into()]).await?.is_some())
    }

    async fn invitations(&self, user: UserId) -> StoreResult<Vec<SessionId>> {
        let sql = "SELECT session_id FROM session_members WHERE user_id = $1 AND state = 'invited'
            ORDER BY invited_at DESC, session_id DESC LIMIT $2";
        let values = [user.0.into(), (limits::GROUPS_PER_PERSON as i64).into()];
        let found = query::rows(self.read(), sql, values).await?;
        Ok(query::ids(&found, "session_id")?.into_iter().map(SessionId).collect())
    }

    async fn change_group(&self, session: SessionId, change: &GroupChange, now: OffsetDateTime) -> StoreResult<Group> {
        let tx = self.begin().await?;
        let sql = "UPDATE session_groups SET speakers = speakers WHERE session_id = $1 RETURNING session_id";
        query::row(&tx, sql, [session.0.into()]).await?.ok_or(StoreError::NotFound)?;
        let before = groups(&tx, &[session.0]).await?.pop().ok_or(StoreError::NotFound)?;
        apply(&tx, &before, change, rows::micros(now)).await?;
        let after = groups(&tx, &[session.0]).await?.pop().ok_or(StoreError::NotFound)?;
        must_suit(&before, &after, change)?;
        tx.commit().await?;
        Ok(after)
    }

    async fn read_up_to(&self, session: SessionId, user: UserId, seq: u64) -> StoreResult<u64> {
        let tx = self.begin().await?;
        let sql = "UPDATE session_members SET read_seq = CASE WHEN read_seq < $3 THEN $3 ELSE read_seq END
            WHERE session_id = $1 AND user_id = $2 AND state = 'joined' RETURNING read_seq";
        let row = query::row(&tx, sql, [session.0.into(), user.0.into(), rows::signed(seq).into()]).await?;
        let read = rows::number(row.ok_or(StoreError::NotFound)?.try_get("", "read_seq")?)?;
        // Lost, it is read again.
        tx.commit_unsettled().await?;
        Ok(read)
    }

    async fn delete_group(&self, session: SessionId) -> StoreResult<()> {
        let tx = self.begin().await?;
        let sql = "SELECT character_id FROM session_characters WHERE session_id = $1";
        let cast = query::ids(&query::rows(&tx, sql, [session.0.into()]).await?, "character_id")?;
        query::run(&tx, "DELETE FROM session_groups WHERE session_id = $1", [session.0.into()]).await?;
        characters::purge(&tx, cast).await?;
        tx.commit().await
    }
}

impl SqlStore {
    /// The direct session that the two have.
    async fn of_pair(&self, group: &NewGroup) -> StoreResult<Group> {
        let (low, high) = pair(group).ok_or_else(|| StoreError::Corrupt("an id that is taken".into()))?;
        let sql = "SELECT session_id FROM session_groups WHERE low_id = $1 AND high_id = $2";
        let row = query::row(self.read(), sql, [low.into(), high.into()]).await?.ok_or(StoreError::NotFound)?;
        groups(self.read(), &[row.try_get("", "session_id")?]).await?.pop().ok_or(StoreError::NotFound)
    }

    /// How the sessions that these people share stand in their lists.
    pub(crate) async fn memberships(&self, people: &[UserId]) -> StoreResult<Vec<Membership>> {
        let ids: Vec<Uuid> = people.iter().map(|user| user.0).collect();
        let mut found = Vec::new();
        for list in query::lists(&ids) {
            let sql = format!(
                "SELECT session_id, user_id, pinned, archived FROM session_members WHERE user_id IN ({}) AND state = 'joined'",
                query::places(1, list.len())
            );
            for row in query::rows(self.read(), sql, list).await? {
                found.push(Membership {
                    session_id: SessionId(row.try_get("", "session_id")?),
                    user_id: UserId(row.try_get("", "user_id")?),
                    pinned: row.try_get("", "pinned")?,
                    archived: row.try_get("", "archived")?,
                });
            }
        }
        Ok(found)
    }

    /// Under whom the sessions that this person shares are kept once the person is gone.
    pub(crate) async fn heirs(&self, user: UserId) -> StoreResult<HashMap<Uuid, Uuid>> {
        heirs(self.read(), user).await
    }
}

/// Who is next in each session that this person is in: who moderates before who does not, then who came first.
async fn heirs<C: ConnectionTrait>(conn: &C, user: UserId) -> StoreResult<HashMap<Uuid, Uuid>> {
    let sql = "SELECT o.session_id, o.user_id FROM session_members m JOIN session_members o ON o.session_id = m.session_id
        WHERE m.user_id = $1 AND o.user_id <> $1 AND o.state = 'joined'
        ORDER BY o.session_id, CASE o.role WHEN 'owner' THEN 0 WHEN 'moderator' THEN 1 ELSE 2 END, o.joined_at, o.user_id";
    let mut heirs = HashMap::new();
    for row in query::rows(conn, sql, [user.0.into()]).await? {
        heirs.entry(row.try_get("", "session_id")?).or_insert(row.try_get("", "user_id")?);
    }
    Ok(heirs)
}

/// A person is to be deleted: what they share passes to others, what they said there is taken back. To be called before.
pub(super) async fn bequeath(tx: &DatabaseTransaction, user: UserId, now: i64) -> StoreResult<()> {
    for (session, heir) in heirs(tx, user).await? {
        let sql = "UPDATE sessions SET owner_id = $1 WHERE id = $2 AND owner_id = $3";
        query::run(tx, sql, [heir.into(), session.into(), user.0.into()]).await?;
        let sql = "UPDATE session_members SET role = 'owner' WHERE session_id = $1 AND user_id = $2
            AND EXISTS (SELECT 1 FROM session_members o WHERE o.session_id = $1 AND o.user_id = $3 AND o.role = 'owner')";
        query::run(tx, sql, [session.into(), heir.into(), user.0.into()]).await?;
    }
    let sql = "DELETE FROM message_revisions WHERE message_id IN (SELECT id FROM messages WHERE author_id = $1)";
    query::run(tx, sql, [user.0.into()]).await?;
    let sql = "UPDATE messages SET content = '', revision = revision + 1, edited_at = $2 WHERE author_id = $1";
    query::run(tx, sql, [user.0.into(), now.into()]).await?;
    // Where nobody is left.
    let sql =
        "DELETE FROM session_groups WHERE session_id IN (SELECT session_id FROM session_members WHERE user_id = $1)
        AND NOT EXISTS (SELECT 1 FROM session_members o WHERE o.session_id = session_groups.session_id
            AND o.user_id <> $1 AND o.state = 'joined')";
    query::run(tx, sql, [user.0.into()]).await.map(|_| ())
}

/// The two of a direct session, in one order for both.
fn pair(group: &NewGroup) -> Option<(Uuid, Uuid)> {
    match (group.kind, group.people.as_slice()) {
        (SessionKind::Direct, [other]) => Some((group.founder.0.min(other.0), group.founder.0.max(other.0))),
        _ => None,
    }
}

/// Keeps a new group; not where the two have a session already, or one of them is not there.
async fn insert(tx: &DatabaseTransaction, group: &NewGroup) -> StoreResult<bool> {
    let pair = pair(group);
    let sql = "INSERT INTO session_groups (session_id, kind, reply_mode, speakers, newcomers_see, low_id, high_id, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE $6 IS NULL OR (SELECT COUNT(*) FROM users u WHERE u.id IN ($6, $7)) = 2
        ON CONFLICT DO NOTHING";
    let values = [
        group.session_id.0.into(),
        group.kind.as_str().into(),
        group.reply_mode.as_str().into(),
        i64::from(group.speakers).into(),
        group.newcomers_see.as_str().into(),
        pair.map(|(low, _)| low).into(),
        pair.map(|(_, high)| high).into(),
        rows::micros(group.created_at).into(),
    ];
    Ok(query::run(tx, sql, values).await? > 0)
}

/// Keeps a person who is there, or is asked to come.
async fn keep_member(
    tx: &DatabaseTransaction,
    session: SessionId,
    user: UserId,
    role: MemberRole,
    joined_at: Option<i64>,
    by: Option<UserId>,
    now: i64,
) -> StoreResult<()> {
    let sql = "SELECT COUNT(*) AS count FROM session_members WHERE user_id = $1 AND state <> 'left'";
    let row = query::row(tx, sql, [user.0.into()]).await?.ok_or(StoreError::NotFound)?;
    if row.try_get::<i64>("", "count")? >= limits::GROUPS_PER_PERSON as i64 {
        return Err(StoreError::Conflict(Conflict::TooManyGroups));
    }
    let state = if joined_at.is_some() { MemberState::Joined } else { MemberState::Invited };
    let sql = "INSERT INTO session_members (session_id, user_id, role, state, invited_by, invited_at, joined_at, sees_after, read_seq,
            muted, pinned, archived)
        SELECT $1, u.id, $3, $4, $5, $6, $7, 0, 0, FALSE, FALSE, FALSE FROM users u WHERE u.id = $2
        ON CONFLICT (session_id, user_id) DO UPDATE SET role = excluded.role, state = excluded.state,
            invited_by = excluded.invited_by, invited_at = excluded.invited_at, joined_at = excluded.joined_at";
    let values = [
        session.0.into(),
        user.0.into(),
        role.as_str().into(),
        state.as_str().into(),
        by.map(|by| by.0).into(),
        now.into(),
        joined_at.into(),
    ];
    if query::run(tx, sql, values).await? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

async fn keep_character(
    tx: &DatabaseTransaction,
    session: SessionId,
    character: CharacterId,
    by: UserId,
    talkativeness: Option<u8>,
    now: i64,
) -> StoreResult<()> {
    let sql = "INSERT INTO session_characters (session_id, character_id, added_by, talkativeness, added_at)
        SELECT $1, c.id, $3, COALESCE($4, $5), $6 FROM characters c WHERE c.id = $2 AND NOT c.deleted
        ON CONFLICT (session_id, character_id) DO UPDATE SET talkativeness = COALESCE($4, session_characters.talkativeness)";
    let values = [
        session.0.into(),
        character.0.into(),
        by.0.into(),
        talkativeness.map(i64::from).into(),
        TALKATIVENESS.into(),
        now.into(),
    ];
    if query::run(tx, sql, values).await? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Whether a group may be as a change has made it: nobody comes to characters who are not for them, and none of those comes to
/// them.
fn must_suit(before: &Group, after: &Group, change: &GroupChange) -> StoreResult<()> {
    match change {
        GroupChange::Join { user, .. } => {
            let comes = after.joined(*user).is_some_and(|member| after.is_for(member));
            if comes { Ok(()) } else { Err(StoreError::NotFound) }
        }
        GroupChange::AddCharacter { character, .. } if before.character(*character).is_none() => {
            let added = after.character(*character).ok_or(StoreError::NotFound)?;
            let suits = after.present().all(|member| added.character.is_for(member.user_id, member.sees_mature));
            if suits { Ok(()) } else { Err(StoreError::Conflict(Conflict::NotForEverybody)) }
        }
        GroupChange::AddCharacter { .. }
        | GroupChange::Invite { .. }
        | GroupChange::Leave { .. }
        | GroupChange::SetRole { .. }
        | GroupChange::HandOver { .. }
        | GroupChange::RemoveCharacter { .. }
        | GroupChange::Settings { .. }
        | GroupChange::Own { .. } => Ok(()),
    }
}

/// Makes a change in a group that is held.
async fn apply(tx: &DatabaseTransaction, group: &Group, change: &GroupChange, now: i64) -> StoreResult<()> {
    let id = group.session_id;
    match change {
        GroupChange::Invite { user, by } => invite(tx, group, *user, *by, now).await,
        GroupChange::Join { user, seq } => join(tx, group, *user, *seq, now).await,
        GroupChange::Leave { user, role } => leave(tx, group, *user, *role).await,
        GroupChange::SetRole { user, role } => {
            let member = group.joined(*user).ok_or(StoreError::NotFound)?;
            if member.role == MemberRole::Owner || *role == MemberRole::Owner {
                return Err(StoreError::Conflict(Conflict::Outdated));
            }
            set_role(tx, id, *user, *role).await
        }
        GroupChange::HandOver { from, to } => {
            let is_owner = |user| group.joined(user).is_some_and(|member| member.role == MemberRole::Owner);
            group.joined(*to).ok_or(StoreError::NotFound)?;
            if is_owner(*to) {
                return Ok(());
            }
            if !is_owner(*from) {
                return Err(StoreError::Conflict(Conflict::Outdated));
            }
            set_role(tx, id, *from, MemberRole::Moderator).await?;
            set_role(tx, id, *to, MemberRole::Owner).await
        }
        GroupChange::AddCharacter { character, by, talkativeness } => {
            if group.character(*character).is_none() && group.characters.len() >= limits::GROUP_CHARACTERS {
                return Err(StoreError::Conflict(Conflict::GroupFull));
            }
            keep_character(tx, id, *character, *by, *talkativeness, now).await
        }
        GroupChange::RemoveCharacter { character } => {
            let sql = "DELETE FROM session_characters WHERE session_id = $1 AND character_id = $2";
            query::run(tx, sql, [id.0.into(), character.0.into()]).await?;
            characters::purge(tx, vec![character.0]).await
        }
        GroupChange::Settings { reply_mode, speakers, newcomers_see } => {
            let sql =
                "UPDATE session_groups SET reply_mode = $2, speakers = $3, newcomers_see = $4 WHERE session_id = $1";
            let values = [
                id.0.into(),
                reply_mode.unwrap_or(group.reply_mode).as_str().into(),
                i64::from(speakers.unwrap_or(group.speakers)).into(),
                newcomers_see.unwrap_or(group.newcomers_see).as_str().into(),
            ];
            query::run(tx, sql, values).await.map(|_| ())
        }
        GroupChange::Own { user, pinned, archived, muted } => {
            let member = group.joined(*user).ok_or(StoreError::NotFound)?;
            let sql = "UPDATE session_members SET pinned = $3, archived = $4, muted = $5 WHERE session_id = $1 AND user_id = $2";
            let values = [
                id.0.into(),
                user.0.into(),
                pinned.unwrap_or(member.pinned).into(),
                archived.unwrap_or(member.archived).into(),
                muted.unwrap_or(member.muted).into(),
            ];
            query::run(tx, sql, values).await.map(|_| ())
        }
    }
}

async fn invite(tx: &DatabaseTransaction, group: &Group, user: UserId, by: UserId, now: i64) -> StoreResult<()> {
    let known = group.member(user);
    if known.is_some_and(|member| member.state != MemberState::Left) {
        return Ok(());
    }
    let here = group.people.iter().filter(|member| member.state != MemberState::Left).count();
    let ever = group.people.len() + usize::from(known.is_none());
    if group.kind != SessionKind::Group || here >= limits::GROUP_PEOPLE || ever > limits::GROUP_PEOPLE_EVER {
        return Err(StoreError::Conflict(Conflict::GroupFull));
    }
    keep_member(tx, group.session_id, user, MemberRole::Member, None, Some(by), now).await
}

async fn join(tx: &DatabaseTransaction, group: &Group, user: UserId, seq: u64, now: i64) -> StoreResult<()> {
    match group.member(user).map(|member| member.state) {
        Some(MemberState::Invited) => {}
        Some(MemberState::Joined) => return Ok(()),
        Some(MemberState::Left) | None => return Err(StoreError::NotFound),
    }
    let seq = rows::signed(seq);
    let (from, after) = match group.newcomers_see {
        NewcomersSee::All => (None, 0),
        NewcomersSee::Joining => (Some(now), seq),
    };
    let sql =
        "UPDATE session_members SET state = 'joined', joined_at = $3, sees_from = $4, sees_after = $5, read_seq = $6,
        pinned = FALSE, archived = FALSE, muted = FALSE WHERE session_id = $1 AND user_id = $2";
    let values =
        [group.session_id.0.into(), user.0.into(), now.into(), from.into(), Value::from(after), Value::from(seq)];
    query::run(tx, sql, values).await.map(|_| ())
}

async fn leave(tx: &DatabaseTransaction, group: &Group, user: UserId, role: MemberRole) -> StoreResult<()> {
    let member = group.member(user).ok_or(StoreError::NotFound)?;
    if member.state == MemberState::Left {
        return Ok(());
    }
    if member.role != role {
        return Err(StoreError::Conflict(Conflict::Outdated));
    }
    let sql = "UPDATE session_members SET state = 'left', role = 'member' WHERE session_id = $1 AND user_id = $2";
    query::run(tx, sql, [group.session_id.0.into(), user.0.into()]).await?;
    if role != MemberRole::Owner {
        return Ok(());
    }
    let others = group.present().filter(|other| other.user_id != user);
    match others.min_by_key(|other| (other.role, other.joined_at, other.user_id)) {
        Some(heir) => set_role(tx, group.session_id, heir.user_id, MemberRole::Owner).await,
        None => Ok(()),
    }
}

async fn set_role(tx: &DatabaseTransaction, session: SessionId, user: UserId, role: MemberRole) -> StoreResult<()> {
    let sql = "UPDATE session_members SET role = $3 WHERE session_id = $1 AND user_id = $2";
    query::run(tx, sql, [session.0.into(), user.0.into(), role.as_str().into()]).await.map(|_| ())
}

/// Groups with all who are in them: two statements for any number of groups.
async fn groups<C: ConnectionTrait>(conn: &C, ids: &[Uuid]) -> StoreResult<Vec<Group>> {
    let mut found: Vec<Group> = Vec::with_capacity(ids.len());
    for list in query::lists(ids) {
        let places = query::places(1, list.len());
        let sql = format!(
            "SELECT g.session_id, g.kind, g.reply_mode, g.speakers, g.newcomers_see, g.created_at, m.user_id, m.role, m.state,
                m.invited_by, m.invited_at, m.joined_at, m.sees_from, m.sees_after, m.read_seq, m.muted, m.pinned, m.archived,
                COALESCE(p.handle, u.username) AS handle, u.display_name, u.sees_mature, p.avatar_id AS portrait_id
            FROM session_groups g LEFT JOIN session_members m ON m.session_id = g.session_id LEFT JOIN users u ON u.id = m.user_id
                LEFT JOIN profiles p ON p.user_id = m.user_id
            WHERE g.session_id IN ({places}) ORDER BY g.session_id, m.invited_at, m.user_id"
        );
        for row in query::rows(conn, sql, list.clone()).await? {
            let id = SessionId(row.try_get("", "session_id")?);
            if found.last().is_none_or(|group| group.session_id != id) {
                found.push(group(&row)?);
            }
            if let (Some(group), Some(user)) = (found.last_mut(), row.try_get::<Option<Uuid>>("", "user_id")?) {
                group.people.push(member(&row, UserId(user))?);
            }
        }
        part(conn, &mut found, &list).await?;
        let sql = format!(
            "SELECT g.session_id, g.added_by, g.talkativeness, g.added_at, c.id, c.name, c.tagline, c.avatar_id, c.deleted, c.model,
                c.owner_id, c.rating
            FROM session_characters g JOIN characters c ON c.id = g.character_id
            WHERE g.session_id IN ({places}) ORDER BY g.session_id, g.added_at, g.character_id"
        );
        for row in query::rows(conn, sql, list).await? {
            let id = SessionId(row.try_get("", "session_id")?);
            let present = GroupCharacter {
                character: characters::brief(&row)?,
                added_by: row.try_get::<Option<Uuid>>("", "added_by")?.map(UserId),
                talkativeness: rows::number(row.try_get("", "talkativeness")?)?,
                added_at: rows::time(row.try_get("", "added_at")?)?,
            };
            if let Some(group) = found.iter_mut().find(|group| group.session_id == id) {
                group.characters.push(present);
            }
        }
    }
    Ok(found)
}

/// Parts those of these groups between whom a block is.
async fn part<C: ConnectionTrait>(conn: &C, groups: &mut [Group], list: &[Value]) -> StoreResult<()> {
    let sql = format!(
        "SELECT a.session_id, a.user_id, b.user_id AS other FROM session_members a
            JOIN session_members b ON b.session_id = a.session_id AND b.user_id <> a.user_id
            JOIN shunned s ON s.user_id = a.user_id AND s.shunned_id = b.user_id AND s.how = 'block'
        WHERE a.session_id IN ({})",
        query::places(1, list.len())
    );
    for row in query::rows(conn, sql, list.to_vec()).await? {
        let id = SessionId(row.try_get("", "session_id")?);
        let (one, other) = (UserId(row.try_get("", "user_id")?), UserId(row.try_get("", "other")?));
        let group = groups.iter_mut().find(|group| group.session_id == id);
        for member in group.into_iter().flat_map(|group| &mut group.people) {
            let from = match member.user_id {
                id if id == one => other,
                id if id == other => one,
                _ => continue,
            };
            if !member.apart.contains(&from) {
                member.apart.push(from);
            }
        }
    }
    Ok(())
}

fn group(row: &QueryResult) -> StoreResult<Group> {
    let text = |column| row.try_get::<String>("", column);
    Ok(Group {
        session_id: SessionId(row.try_get("", "session_id")?),
        kind: rows::closed(&text("kind")?)?,
        reply_mode: rows::closed(&text("reply_mode")?)?,
        speakers: rows::number(row.try_get("", "speakers")?)?,
        newcomers_see: rows::closed(&text("newcomers_see")?)?,
        created_at: rows::time(row.try_get("", "created_at")?)?,
        people: Vec::new(),
        characters: Vec::new(),
    })
}

fn member(row: &QueryResult, user_id: UserId) -> StoreResult<Member> {
    let time = |column| row.try_get::<Option<i64>>("", column).map_err(StoreError::from)?.map(rows::time).transpose();
    Ok(Member {
        user_id,
        handle: row.try_get("", "handle")?,
        name: row.try_get("", "display_name")?,
        avatar: row.try_get::<Option<Uuid>>("", "portrait_id")?.map(MediaId),
        sees_mature: row.try_get("", "sees_mature")?,
        role: rows::closed(&row.try_get::<String>("", "role")?)?,
        state: rows::closed(&row.try_get::<String>("", "state")?)?,
        invited_by: row.try_get::<Option<Uuid>>("", "invited_by")?.map(UserId),
        invited_at: rows::time(row.try_get("", "invited_at")?)?,
        joined_at: time("joined_at")?,
        sees_from: time("sees_from")?,
        sees_after: rows::number(row.try_get("", "sees_after")?)?,
        read_seq: rows::number(row.try_get("", "read_seq")?)?,
        muted: row.try_get("", "muted")?,
        pinned: row.try_get("", "pinned")?,
        archived: row.try_get("", "archived")?,
        apart: Vec::new(),
    })
}
