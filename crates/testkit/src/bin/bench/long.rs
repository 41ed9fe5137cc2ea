//! Long chats: messages below the greetings, straight into the tables or documents. 100,000 of them one by one would take
//! longer than all measuring.

use domain::ids::{EntityId, SessionId};
use mongodb::bson::{Bson, Document, Uuid, doc};
use mongodb::{Client, Database};
use sea_orm::ConnectionTrait;

use crate::dialect::Dialect;
use crate::stores::Place;

/// Documents that are sent at a time.
const AT_ONCE: u32 = 1_000;

/// What a message says.
const WORDS: &str = "The ships went by in the evening, and number ";
const WORDS_END: &str = " had no light at all.";

/// Makes chats that long, each of them new with its greeting; `remembered` says whether memory has seen them.
pub async fn lengthen(place: &Place, chats: &[(&str, u32)], remembered: bool) {
    if chats.is_empty() {
        return;
    }
    let dialect = Dialect::of(place);
    let database = dialect.connect(place).await;
    let mongo = match &place.mongo {
        Some(url) => Some(Client::with_uri_str(url).await.expect("the chat log opens")),
        None => None,
    };
    for (chat, (session, messages)) in chats.iter().enumerate() {
        let more = messages - 1;
        match &mongo {
            Some(client) => {
                let database = client.default_database().expect("it has a name");
                documents(&database, chat, id(session), more, remembered).await;
            }
            None => {
                for sql in statements(dialect, chat, id(session), more) {
                    database.execute_unprepared(&sql).await.expect("the messages are kept");
                }
            }
        }
        if remembered {
            let session = dialect.id(id(session));
            let watermark = format!(
                "INSERT INTO memory_watermarks (session_id, seq, episodes, facts, version) VALUES ({session}, {more}, {messages}, {messages}, 0)"
            );
            let seen = format!("UPDATE sessions SET remembered_seq = seq WHERE id = {session}");
            for sql in [watermark, seen] {
                database.execute_unprepared(&sql).await.expect("the watermark is kept");
            }
        }
    }
    dialect.close(database).await;
}

fn id(session: &str) -> uuid::Uuid {
    session.parse::<SessionId>().expect("an id").uuid()
}

fn statements(dialect: Dialect, chat: usize, session: uuid::Uuid, more: u32) -> [String; 4] {
    let id = |n: &str| dialect.made_id(&format!("01900000{chat:04x}7000"), n, 16, "");
    let session = dialect.id(session);
    let parent =
        format!("CASE n WHEN 1 THEN (SELECT leaf_id FROM sessions WHERE id = {session}) ELSE {} END", id("n - 1"));
    let made = format!("(SELECT created_at FROM sessions WHERE id = {session}) + n");
    let numbers = format!("WITH RECURSIVE {}", dialect.numbers(1, u64::from(more)));
    [
        format!(
            "{numbers} INSERT INTO messages (id, session_id, parent_id, branch_id, depth, role, status, content, client_message_id,
                revision, active_child_id, in_view, event_seq, created_at, fence)
            SELECT {}, {session}, {parent}, {parent}, n, CASE n % 2 WHEN 1 THEN 'user' ELSE 'character' END, 'complete',
                '{WORDS}' || n || '{WORDS_END}',
                CASE n % 2 WHEN 1 THEN 'before-' || n END, 0, CASE WHEN n < {more} THEN {} END, TRUE, n, {made}, 1
            FROM numbers",
            id("n"),
            id("n + 1"),
        ),
        format!(
            "{numbers} INSERT INTO events (session_id, seq, kind, message_id, reply_id, created_at)
            SELECT {session}, n, CASE n % 2 WHEN 1 THEN 'message_accepted' ELSE 'reply_completed' END,
                CASE n % 2 WHEN 1 THEN {} END, {}, {made} FROM numbers",
            id("n"),
            id("n + n % 2"),
        ),
        format!("UPDATE messages SET active_child_id = {} WHERE session_id = {session} AND depth = 0 AND in_view", id("1")),
        format!("UPDATE sessions SET leaf_id = {}, seq = {more} WHERE id = {session}", id(&more.to_string())),
    ]
}

/// The same as documents, each like the greeting that is there.
async fn documents(database: &Database, chat: usize, session: uuid::Uuid, more: u32, remembered: bool) {
    let session = Uuid::from_bytes(session.into_bytes());
    let sessions = database.collection::<Document>("sessions");
    let (messages, events) = (database.collection::<Document>("messages"), database.collection::<Document>("events"));
    let head = sessions.find_one(doc! { "_id": session }).await.expect("it answers").expect("the session");
    let greeting = messages.find_one(doc! { "session_id": session }).await.expect("it answers").expect("the greeting");
    let created = head.get_i64("created_at").expect("a time");
    let made = |n: u32| {
        let text = format!("01900000{chat:04x}7000{n:016x}");
        Bson::from(Uuid::from_bytes(uuid::Uuid::parse_str(&text).expect("an id").into_bytes()))
    };
    let parent = |n: u32| if n == 1 { greeting.get("_id").cloned().expect("an id") } else { made(n - 1) };
    for first in (1..=more).step_by(AT_ONCE as usize) {
        let numbers = first..=more.min(first + AT_ONCE - 1);
        let message = |n: u32| {
            let mut message = greeting.clone();
            message.extend(doc! {
                "_id": made(n), "parent_id": parent(n), "branch_id": parent(n), "depth": i64::from(n),
                "role": if n % 2 == 1 { "user" } else { "character" }, "content": format!("{WORDS}{n}{WORDS_END}"),
                "event_seq": i64::from(n), "created_at": created + i64::from(n), "fence": 1_i64,
            });
            if n % 2 == 1 {
                message.insert("client_message_id", format!("before-{n}"));
            }
            if n < more {
                message.insert("active_child_id", made(n + 1));
            }
            message
        };
        let event = |n: u32| {
            let kind = if n % 2 == 1 { "message_accepted" } else { "reply_completed" };
            let mut event = doc! {
                "session_id": session, "seq": i64::from(n), "kind": kind, "reply_id": made(n + n % 2),
                "created_at": created + i64::from(n),
            };
            if n % 2 == 1 {
                event.insert("message_id", made(n));
            }
            event
        };
        messages.insert_many(numbers.clone().map(message)).await.expect("the messages are kept");
        events.insert_many(numbers.map(event)).await.expect("the events are kept");
    }
    let first = doc! { "$set": { "active_child_id": made(1) } };
    messages.update_one(doc! { "_id": greeting.get("_id") }, first).await.expect("it leads on");
    let mut head = doc! { "$set": { "leaf_id": made(more), "leaf_depth": i64::from(more), "seq": i64::from(more) } };
    if remembered {
        head.insert("$unset", doc! { "behind": "" });
    }
    sessions.update_one(doc! { "_id": session }, head).await.expect("it has its leaf");
}
