//! The tables that are moved, each after those it refers to. A test holds this list against the tables as they are.

use uuid::Uuid;

use super::Cell;
use crate::{StoreError, StoreResult};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`Cell::Bool`].
    Bool,
    /// [`Cell::Int`].
    Int,
    /// [`Cell::Text`].
    Text,
    /// [`Cell::Uuid`].
    Uuid,
    /// [`Cell::Bytes`].
    Bytes,
    /// [`Cell::Vector`].
    Vector,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds, or NULL.
    pub kind: Kind,
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, those of the key first.
    pub columns: &'static [Column],
    /// How many columns the key has.
    pub key: usize,
    /// How many records are moved at a time; few where they are large.
    pub block: u32,
}

impl Table {
    /// The key of a record.
    #[must_use]
    pub fn key_of<'r>(&self, record: &'r [Cell]) -> &'r [Cell] {
        record.get(..self.key).unwrap_or(record)
    }

    /// A key as text.
    ///
    /// # Errors
    /// When it holds what no key holds.
    pub fn write_key(&self, key: &[Cell]) -> StoreResult<String> {
        let parts: Option<Vec<String>> = key
            .iter()
            .map(|cell| match cell {
                Cell::Int(number) => Some(number.to_string()),
                Cell::Text(text) => Some(text.clone()),
                Cell::Uuid(id) => Some(id.simple().to_string()),
                Cell::Bytes(bytes) => Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
                _ => None,
            })
            .collect();
        let parts = parts.ok_or_else(|| StoreError::Corrupt("a key without a part".into()))?;
        serde_json::to_string(&parts).map_err(|_| StoreError::Corrupt("a key that JSON cannot hold".into()))
    }

    /// What [`Self::write_key`] wrote; `None` for the empty text.
    ///
    /// # Errors
    /// When it is no key of this table.
    pub fn read_key(&self, text: &str) -> StoreResult<Option<Vec<Cell>>> {
        if text.is_empty() {
            return Ok(None);
        }
        let bad = || StoreError::Corrupt("a move that has come nowhere known".into());
        let parts: Vec<String> = serde_json::from_str(text).map_err(|_| bad())?;
        if parts.len() != self.key {
            return Err(bad());
        }
        let cells = self.columns.iter().zip(parts).map(|(column, part)| match column.kind {
            Kind::Int => part.parse().ok().map(Cell::Int),
            Kind::Text => Some(Cell::Text(part)),
            Kind::Uuid => Uuid::try_parse(&part).ok().map(Cell::Uuid),
            Kind::Bytes => bytes(&part).map(Cell::Bytes),
            Kind::Bool | Kind::Vector => None,
        });
        cells.collect::<Option<Vec<Cell>>>().map(Some).ok_or_else(bad)
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().as_chunks::<2>().0.iter();
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Tables that stay where they are: how the tables came about, and what goes on while a server runs.
pub const LEFT_BEHIND: [&str; 6] = [
    "seaql_migrations",
    "schema_compat",
    "moves",
    "reply_stops",
    // Made anew from what is moved.
    "recommendation_snapshots",
    "recommendation_snapshot_pieces",
];

macro_rules! tables {
    ($( $table:ident($key:literal, $block:literal): $( $column:ident $kind:ident, )+ ; )+) => {
        /// All tables.
        pub const TABLES: &[Table] = &[ $( Table {
            name: stringify!($table),
            columns: &[ $( Column { name: stringify!($column), kind: Kind::$kind }, )+ ],
            key: $key,
            block: $block,
        }, )+ ];
    };
}

// The name, how many columns are the key, how many records go at a time; then the columns.
tables! {
    users(1, 500): id Uuid, username Text, email Text, display_name Text, birth_date Text, timezone Text, password_hash Text,
        created_at Int, updated_at Int, role Text, disabled_at Int, disabled_reason Text, sees_mature Bool, ;
    devices(1, 500): id Uuid, user_id Uuid, label Text, created_at Int, last_seen_at Int, expires_at Int, ;
    refresh_tokens(1, 500): hash Bytes, device_id Uuid, created_at Int, used_at Int, ;
    consents(4, 1000): user_id Uuid, at Int, kind Text, subject Text, act Text, version Text, digest Text, ;
    api_keys(1, 500): id Uuid, user_id Uuid, hash Bytes, name Text, hint Text, scopes Text, characters Text, created_at Int,
        expires_at Int, last_used_at Int, ;
    media(1, 8): id Uuid, owner_id Uuid, media_type Text, bytes Bytes, created_at Int, ;
    characters(1, 100): id Uuid, owner_id Uuid, name Text, tagline Text, persona Text, scenario Text, greeting Text,
        alternate_greetings Text, examples Text, system_prompt Text, creator_notes Text, tags Text, visibility Text, model Text,
        sampling Text, avatar_id Uuid, search_text Text, created_at Int, updated_at Int, deleted Bool,
        hidden_at Int, rating Text, bond Text, routine Text, group_greetings Text, post_history_instructions Text, depth_prompt Text,
        translations Text, ;
    cards(1, 20): character_id Uuid, version Text, raw Text, digest Text, book_id Uuid, ;
    card_files(2, 4): character_id Uuid, n Int, path Text, bytes Bytes, ;
    character_tags(2, 500): tag Text, character_id Uuid, ;
    embedder(1, 1): id Int, name Text, dimensions Int, ;
    character_vectors(1, 200): character_id Uuid, embedder Text, revision Int, vector Vector, ;
    sessions(1, 500): id Uuid, owner_id Uuid, character_id Uuid, title Text, pinned Bool, archived Bool, model Text,
        sampling Text, active_root_id Uuid, leaf_id Uuid, seq Int, created_at Int, last_message_at Int,
        remembered_seq Int, ;
    messages(1, 200): id Uuid, session_id Uuid, parent_id Uuid, branch_id Uuid, depth Int, role Text, status Text, failure Text,
        content Text, client_message_id Text, model Text, finish_reason Text, prompt_tokens Int, cached_tokens Int,
        completion_tokens Int, revision Int, active_child_id Uuid, in_view Bool, event_seq Int, created_at Int, edited_at Int,
        deleted_at Int, lease_node Uuid, lease_until Int, fence Int, author_id Uuid, author_reason Text,
        hidden Bool, ;
    chat_origins(1, 200): session_id Uuid, source Text, header Text, ;
    message_origins(1, 500): message_id Uuid, session_id Uuid, row_text Text, swipe_text Text, ;
    message_revisions(2, 200): message_id Uuid, revision Int, content Text, replaced_at Int, ;
    reply_chunks(2, 200): message_id Uuid, position Int, text Text, ;
    events(2, 1000): session_id Uuid, seq Int, kind Text, message_id Uuid, reply_id Uuid, created_at Int, ;
    reply_traces(1, 200): message_id Uuid, trace Text, ;
    session_groups(1, 500): session_id Uuid, kind Text, reply_mode Text, speakers Int, newcomers_see Text, low_id Uuid, high_id Uuid,
        created_at Int, ;
    session_members(2, 500): session_id Uuid, user_id Uuid, role Text, state Text, invited_by Uuid, invited_at Int, joined_at Int,
        sees_from Int, sees_after Int, read_seq Int, muted Bool, pinned Bool, archived Bool, ;
    session_characters(2, 500): session_id Uuid, character_id Uuid, added_by Uuid, talkativeness Int, added_at Int, ;
    memory_scopes(2, 500): user_id Uuid, character_id Uuid, epoch Int, revision Int, forgotten_until Int, ;
    memories(1, 500): id Uuid, user_id Uuid, character_id Uuid, session_id Uuid, kind Text, subject Text, scale Text,
        speaker Text, depth Int, part Int, text Text, importance Int, pinned Bool, happened_at Int, ended_at Int,
        ended_reason Text, ended_by Uuid, anchor_id Uuid, model Text, created_at Int, embedder Text, text_revision Int,
        revision Int, ;
    memory_sources(2, 1000): memory_id Uuid, n Int, message_id Uuid, ;
    memory_vectors(1, 500): memory_id Uuid, vector Vector, ;
    memory_watermarks(1, 500): session_id Uuid, seq Int, episodes Int, facts Int, version Int, ;
    memory_omissions(1, 500): message_id Uuid, session_id Uuid, ;
    bonds(2, 1000): user_id Uuid, character_id Uuid, is_on Bool, since Int, ;
    bond_events(1, 1000): id Uuid, user_id Uuid, character_id Uuid, session_id Uuid, cause Text, cause_id Uuid, at Int, day Int,
        reason Text, moves Text, mood Int, why Text, model Text, ;
    diaries(2, 1000): user_id Uuid, character_id Uuid, is_on Bool, since Int, ;
    diary_entries(1, 500): id Uuid, user_id Uuid, character_id Uuid, day Int, state Text, due_at Int, text Text, written_at Int,
        model Text, ;
    diary_sources(2, 1000): entry_id Uuid, message_id Uuid, session_id Uuid, ;
    routes(1, 8): character_id Uuid, revision Int, document Text, ;
    route_images(2, 1000): character_id Uuid, picture Text, media_id Uuid, ;
    route_events(1, 1000): id Uuid, user_id Uuid, character_id Uuid, session_id Uuid, kind Text, scene Text, detail Text,
        message_id Uuid, client_id Text, at Int, ;
    route_unlocks(3, 1000): user_id Uuid, character_id Uuid, scene Text, session_id Uuid, message_id Uuid, at Int, ;
    jobs(2, 500): kind Text, key Uuid, state Text, due_at Int, attempts Int, fence Int, lease_node Uuid, again_at Int,
        fault Text, created_at Int, ;
    usage_ledger(1, 1000): id Uuid, day Int, ;
    usage_days(2, 1000): user_id Uuid, day Int, replies Int, tokens Int, cost Int, ;
    usage_totals(1, 1000): day Int, replies Int, tokens Int, cost Int, ;
    user_quotas(1, 500): user_id Uuid, replies Int, tokens Int, cost Int, ;
    audit_log(1, 500): id Uuid, at Int, actor_kind Text, actor_id Uuid, action Text, target_kind Text, target_id Text,
        detail Text, request_id Text, address Text, ;
    profiles(1, 500): user_id Uuid, handle Text, name_key Text, bio Text, avatar_id Uuid, see_profile Text, see_presence Text,
        see_friends Text, may_ask Text, may_write Text, friends Int, followers Int, ;
    friendships(2, 1000): user_id Uuid, friend_id Uuid, since Int, ;
    friend_requests(2, 1000): from_id Uuid, to_id Uuid, since Int, declined Bool, ;
    follows(2, 1000): follower_id Uuid, followed_id Uuid, since Int, ;
    character_follows(2, 1000): follower_id Uuid, character_id Uuid, since Int, ;
    character_followers(1, 1000): character_id Uuid, followers Int, ;
    shunned(3, 1000): user_id Uuid, shunned_id Uuid, how Text, since Int, ;
    cases(1, 500): id Uuid, target_kind Text, target_id Uuid, character_id Uuid, person_id Uuid, state Text, reports Int,
        reason Text, opened_at Int, reported_at Int, claimed_by Uuid, claimed_at Int, action Text, resolved_at Int, ;
    reports(1, 500): id Uuid, case_id Uuid, reporter_id Uuid, reason Text, note Text, created_at Int, ;
    inboxes(1, 1000): user_id Uuid, seq Int, read_up_to Int, ;
    notifications(1, 500): id Uuid, user_id Uuid, kind Text, subject_kind Text, subject_id Text, notifiers Text, times Int,
        seq Int, created_at Int, updated_at Int, read_at Int, pushed_at Int, ;
    notification_sources(2, 1000): user_id Uuid, source Text, told_at Int, ;
    notification_settings(1, 500): user_id Uuid, off Text, push_off Text, quiet_from Int, quiet_to Int, hide_names Bool, ;
    push_subscriptions(1, 500): id Uuid, user_id Uuid, device_id Uuid, endpoint Text, p256dh Text, auth Text, failures Int,
        created_at Int, ;
    push_deliveries(2, 1000): subscription_id Uuid, notification_id Uuid, seq Int, due_at Int, wanted_at Int, ;
    recommendation_clock(1, 1): id Int, seq Int, erased Int, ;
    recommendation_events(2, 1000): person_id Uuid, event_id Text, seq Int, kind Text, character_id Uuid, at Int, surface Text,
        day Int, layer Int, ;
    character_regards(2, 1000): person_id Uuid, character_id Uuid, reaction Text, hidden Bool, seq Int, ;
    character_likes(1, 1000): character_id Uuid, likes Int, ;
    person_tastes(1, 1000): person_id Uuid, tags Text, ;
    moments(1, 500): id Uuid, author_id Uuid, person_id Uuid, character_id Uuid, text Text, visibility Text,
        characters_may_comment Bool, likes Int, comments Int, created_at Int, edited_at Int, ;
    moment_sends(2, 1000): sender_id Uuid, client_id Text, moment_id Uuid, ;
    uploads(1, 1000): media_id Uuid, owner_id Uuid, width Int, height Int, moment_id Uuid, place Int, created_at Int, ;
    moment_likes(2, 1000): moment_id Uuid, person_id Uuid, since Int, ;
    moment_comments(1, 500): id Uuid, moment_id Uuid, author_id Uuid, person_id Uuid, character_id Uuid, text Text, reply_to Uuid,
        client_id Text, for_id Uuid, created_at Int, ;
    character_posting(1, 1000): character_id Uuid, due_at Int, ;
    lorebooks(1, 8): id Uuid, owner_id Uuid, name Text, description Text, mode Text, entries Int, book Text, revision Int,
        created_at Int, updated_at Int, ;
    open_lorebooks(2, 1000): target_id Uuid, lorebook_id Uuid, target_kind Text, character_id Uuid, session_id Uuid, since Int, ;
    initiatives(1, 500): id Uuid, user_id Uuid, character_id Uuid, enabled Bool, per_day Int, per_week Int, reasons Text, met_at Int,
        due_at Int, revision Int, created_at Int, updated_at Int, ;
    first_messages(1, 500): id Uuid, initiative_id Uuid, slot Text, reason Text, session_id Uuid, after_id Uuid, state Text,
        draft Text, made_at Int, ended_at Int, ;
    sittings(1, 1000): user_id Uuid, began_at Int, seen_at Int, reminded Int, ;
    reminders(1, 1000): id Uuid, user_id Uuid, minutes Int, made_at Int, ;
    reminder_acks(2, 1000): reminder_id Uuid, device_id Uuid, acknowledged_at Int, ;
    care_counts(2, 500): month Text, counted Text, times Int, ;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text_form_and_nothing_else_is_one() {
        let keys = [
            ("users", vec![Cell::Uuid(Uuid::from_u128(7))]),
            ("refresh_tokens", vec![Cell::Bytes(vec![0, 171, 255])]),
            ("character_tags", vec![Cell::Text("\"海\",".into()), Cell::Uuid(Uuid::from_u128(u128::MAX))]),
            ("events", vec![Cell::Uuid(Uuid::nil()), Cell::Int(-5)]),
        ];
        for (name, key) in keys {
            let table = TABLES.iter().find(|table| table.name == name).unwrap();
            let text = table.write_key(&key).unwrap();
            assert_eq!(table.read_key(&text), Ok(Some(key)), "{text}");
            assert_eq!(table.read_key(""), Ok(None));
            for bad in ["{}", "[]", "[\"x\"", "[\"x\",\"y\",\"z\"]"] {
                assert!(table.read_key(bad).is_err(), "{bad}");
            }
        }
    }
}
