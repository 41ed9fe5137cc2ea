//! Worlds of people with numbers instead of names, written straight into the tables, and what is asked of them measured.

use std::time::{Duration, Instant};

use domain::ids::UserId;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use store::sql::SqlStore;

/// Rows of one statement.
const ROWS: usize = 2_000;

/// An id as this database writes it.
pub fn written(backend: DbBackend, n: usize) -> String {
    match backend {
        DbBackend::Sqlite => format!("x'018f0000000070008000{n:012x}'"),
        _ => format!("'018f0000-0000-7000-8000-{n:012x}'"),
    }
}

/// The person of that number.
pub fn user(n: usize) -> UserId {
    format!("usr_018f0000000070008000{n:012x}").parse().unwrap()
}

/// Inserts rows, written as the database reads them; `head` is the table with its columns.
pub async fn fill(conn: &DatabaseConnection, head: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.collect();
    for rows in rows.chunks(ROWS) {
        conn.execute_unprepared(&format!("INSERT INTO {head} VALUES {}", rows.join(", "))).await.unwrap();
    }
}

/// Prints how long something takes when it is done so often, after once before, and how many statements.
pub async fn measure<T>(store: &SqlStore, times: usize, name: &str, mut ask: impl AsyncFnMut(usize) -> T) {
    ask(0).await;
    let (mut took, before) = (Vec::with_capacity(times), store.round_trips());
    for n in 0..times {
        let begun = Instant::now();
        ask(n).await;
        took.push(begun.elapsed());
    }
    let asked = (store.round_trips() - before) as f64 / times as f64;
    took.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:<44} p50 {:6.2} ms   p99 {:6.2} ms   {asked:.1} statements",
        ms(took[times / 2]),
        ms(took[times * 99 / 100])
    );
}
