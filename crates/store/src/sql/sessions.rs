//! Sessions and their events, as rows.

use async_trait::async_trait;
use domain::chats::{Message, MessageStatus, Session, SessionFilter, SessionPatch};
use domain::events::{EventBody, EventKind, SessionEvent};
use domain::ids::{MessageId, SessionId, UserId};
use domain::pages::{Page, PageRequest};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel, Value};
use time::OffsetDateTime;

use super::cursors::{self, Cursor};
use super::entities::{events as event_rows, messages, sessions};
use super::events::{self, About};
use super::rows::NewRow;
use super::{SqlStore, characters, errors, following, query, rows, tree, views};
use crate::sessions::{SessionListing, SessionStore, Tree};
use crate::{StoreError, StoreResult};

#[async_trait]
impl SessionStore for SqlStore {
    async fn create_session(&self, session: &Session, messages: &[Message]) -> StoreResult<()> {
        let tree = Tree::of(session, messages);
        let (root, leaf) = (tree.root(messages).map(|id| id.0), tree.leaf.map(|id| id.0));
        let row = sessions::Model { active_root_id: root, leaf_id: leaf, ..rows::session_row(session)? };
        let tx = self.begin().await?;
        if session.id.is_shared() && is_there(&tx, session.id).await? {
            return Ok(());
        }
        sessions::Entity::insert(row.into_active_model()).exec_without_returning(&tx).await.map_err(errors::missing)?;
        for block in messages.chunks(AT_ONCE) {
            tree::insert(&tx, block.iter().map(|message| said_row(session.id, message, &tree)).collect()).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn find_session(&self, owner: UserId, id: SessionId) -> StoreResult<Option<Session>> {
        find(self, owner, id).await?.as_ref().map(rows::session).transpose()
    }

    async fn page_sessions(
        &self,
        owner: UserId,
        filter: SessionFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<SessionListing>> {
        let (sql, values) = page_statement(owner, filter, page)?;
        let found: Vec<sessions::Model> = query::models(self.read(), sql, values).await?;
        let key = |row: &sessions::Model| Cursor { first: row.pinned, time: row.last_message_at, id: row.id };
        let (found, next_cursor) = cursors::cut(found, page.limit, key);
        let mut leaves = views::by_ids(self.read(), found.iter().filter_map(|row| row.leaf_id).collect()).await?;
        let briefs = characters::briefs(self.read(), found.iter().filter_map(|row| row.character_id).collect()).await?;
        let items = found.iter().map(|row| {
            let last = row.leaf_id.and_then(|leaf| leaves.remove(&MessageId(leaf))).filter(|view| !view.deleted);
            let gone = || StoreError::Corrupt("a session without its character".into());
            let character = row.character_id.map(|id| briefs.get(&id).cloned().ok_or_else(gone)).transpose()?;
            Ok(SessionListing { session: rows::session(row)?, character, last_message: last.map(|view| view.message) })
        });
        Ok(Page { items: items.collect::<StoreResult<_>>()?, next_cursor })
    }

    async fn update_session(
        &self,
        owner: UserId,
        id: SessionId,
        patch: &SessionPatch,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        let now = rows::micros(now);
        let (sql, values) = update_statement(owner, id, patch)?;
        let tx = self.begin().await?;
        let kept: sessions::Model = query::model(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        events::append(&tx, &kept, EventKind::SessionUpdated, About::default(), now).await?;
        tx.commit().await?;
        events::event(&kept, now, EventBody::SessionUpdated { session: rows::session(&kept)? })
    }

    async fn delete_session(&self, owner: UserId, id: SessionId, now: OffsetDateTime) -> StoreResult<SessionEvent> {
        let tx = self.begin().await?;
        // Taking the next place first: whoever writes in this session is waited for.
        let kept = events::next(&tx, owner, id).await?;
        following::session_deleted(&tx, &kept).await?;
        query::run(&tx, "DELETE FROM sessions WHERE id = $1", [id.0.into()]).await?;
        characters::purge(&tx, kept.character_id.into_iter().collect()).await?;
        tx.commit().await?;
        events::event(&kept, rows::micros(now), EventBody::SessionDeleted)
    }

    async fn events_after(
        &self,
        owner: UserId,
        id: SessionId,
        after_seq: u64,
        limit: u32,
    ) -> StoreResult<Vec<SessionEvent>> {
        // What is read later is newer: told events may run ahead of the session, whose later events then repeat it.
        let kept = find(self, owner, id).await?.ok_or(StoreError::NotFound)?;
        let sql = "SELECT * FROM events WHERE session_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";
        let values = [id.0.into(), rows::signed(after_seq).into(), kept.seq.into(), i64::from(limit).into()];
        let found: Vec<event_rows::Model> = query::models(self.read(), sql, values).await?;
        events::tell(self.read(), &kept, &found).await
    }
}

/// Whether a session that several share is there. Its group is held, so that two who make it do so one after the other.
pub(super) async fn is_there(tx: &DatabaseTransaction, id: SessionId) -> StoreResult<bool> {
    query::run(tx, "UPDATE session_groups SET speakers = speakers WHERE session_id = $1", [id.0.into()]).await?;
    Ok(query::row(tx, "SELECT 1 FROM sessions WHERE id = $1", [id.0.into()]).await?.is_some())
}

async fn find(store: &SqlStore, owner: UserId, id: SessionId) -> StoreResult<Option<sessions::Model>> {
    query::model(store.read(), "SELECT * FROM sessions WHERE id = $1 AND owner_id = $2", [id.0.into(), owner.0.into()])
        .await
}

/// Messages in one statement: each takes thirty of the values that a statement may have.
const AT_ONCE: usize = 200;

/// Something that was said, with its place in the tree of a new session.
pub(crate) fn said_row(session: SessionId, message: &Message, tree: &Tree) -> messages::Model {
    let new = NewRow {
        id: message.id,
        role: message.role,
        author: message.author,
        reason: message.reason,
        status: MessageStatus::Complete,
        content: &message.content,
        client_message_id: message.client_message_id.as_deref(),
        created_at: rows::micros(message.created_at),
    };
    let parent = message.parent_id.map(|parent| (parent.0, i64::from(message.depth) - 1));
    messages::Model {
        in_view: tree.in_view.contains(&message.id),
        active_child_id: tree.active.get(&message.id).map(|child| child.0),
        model: message.model.clone(),
        hidden: message.hidden,
        ..rows::message_row(session, parent, &new)
    }
}

/// The columns of a session, in the order of [`AS_MEMBER`].
const OWN: &str = "s.id, s.owner_id, s.character_id, s.title, s.pinned, s.archived, s.model, s.sampling,
    s.active_root_id, s.leaf_id, s.seq, s.created_at, s.last_message_at";

/// The columns of a session as it stands in the list of one of its members.
const AS_MEMBER: &str =
    "s.id, s.owner_id, s.character_id, s.title, m.pinned AS pinned, m.archived AS archived, s.model, s.sampling,
    s.active_root_id, s.leaf_id, s.seq, s.created_at, s.last_message_at";

/// A person's own sessions, and those they share: each cut where the page ends, so that either is read by its index.
fn page_statement(owner: UserId, filter: SessionFilter, page: &PageRequest) -> StoreResult<(String, Vec<Value>)> {
    let mut values: Vec<Value> = vec![owner.0.into(), filter.archived.into(), (i64::from(page.limit) + 1).into()];
    let mut place = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let character = filter.character_id.map(|character| place(character.0.into()));
    let cursor = page.cursor.as_deref().map(Cursor::read).transpose()?;
    let cursor = cursor.map(|cursor| (place(cursor.first.into()), place(cursor.time.into()), place(cursor.id.into())));
    let beyond = |pinned: &str| match &cursor {
        Some((first, time, id)) => format!(" AND ({pinned}, s.last_message_at, s.id) < ({first}, {time}, {id})"),
        None => String::new(),
    };
    let own = character.as_ref().map_or("s.character_id IS NOT NULL".to_owned(), |id| format!("s.character_id = {id}"));
    let with = character.as_ref().map_or(String::new(), |id| {
        format!(" AND EXISTS (SELECT 1 FROM session_characters c WHERE c.session_id = s.id AND c.character_id = {id})")
    });
    let order = "ORDER BY pinned DESC, last_message_at DESC, id DESC LIMIT $3";
    let sql = format!(
        "SELECT * FROM (
            SELECT * FROM (SELECT {OWN} FROM sessions s WHERE s.owner_id = $1 AND s.archived = $2 AND {own}{}
                ORDER BY s.pinned DESC, s.last_message_at DESC, s.id DESC LIMIT $3) AS own
            UNION ALL
            SELECT * FROM (SELECT {AS_MEMBER} FROM session_members m JOIN sessions s ON s.id = m.session_id
                WHERE m.user_id = $1 AND m.state = 'joined' AND m.archived = $2{with}{} {order}) AS shared
        ) AS found {order}",
        beyond("s.pinned"),
        beyond("m.pinned"),
    );
    Ok((sql, values))
}

fn update_statement(owner: UserId, id: SessionId, patch: &SessionPatch) -> StoreResult<(String, Vec<Value>)> {
    let mut values: Vec<Value> = vec![id.0.into(), owner.0.into()];
    let mut changes = "seq = seq + 1".to_owned();
    let mut set = |column: &str, value: Value| {
        values.push(value);
        changes += &format!(", {column} = ${}", values.len());
    };
    if let Some(title) = &patch.title {
        set("title", title.as_str().into());
    }
    if let Some(pinned) = patch.pinned {
        set("pinned", pinned.into());
    }
    if let Some(archived) = patch.archived {
        set("archived", archived.into());
    }
    if let Some(model) = &patch.model {
        set("model", model.clone().into());
    }
    if let Some(owner) = patch.owner {
        set("owner_id", owner.0.into());
    }
    if let Some(sampling) = &patch.sampling {
        set("sampling", rows::json(sampling)?.into());
    }
    Ok((format!("UPDATE sessions SET {changes} WHERE id = $1 AND owner_id = $2 RETURNING *"), values))
}
