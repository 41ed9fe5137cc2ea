//! Vectors as the databases have them.
//!
//! SQLite keeps their numbers one after the other, four bytes each, the low one first. PostgreSQL with pgvector keeps halves: two
//! bytes each, which is what their likeness needs and half the room.

use half::f16;
use half::slice::HalfFloatSliceExt;
use sea_orm::{DbBackend, Value};

use crate::{StoreError, StoreResult};

/// What [`read`] reads of a row `v` of `memory_vectors`; nothing where there is no row.
pub(super) fn column(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "v.vector",
        // A value of a row costs the same whatever its size, so both columns come as one: which it is, then its bytes. What the
        // version before wrote stands in `vector`.
        _ => {
            r"CASE WHEN v.vector IS NOT NULL THEN '\x00'::bytea || v.vector
                WHEN v.memory_id IS NOT NULL THEN COALESCE('\x01'::bytea || halfvec_send(v.half), '\x01') END"
        }
    }
}

/// The vector of a [`column`].
pub(super) fn read(backend: DbBackend, bytes: &[u8]) -> StoreResult<Vec<f32>> {
    match (backend, bytes.split_first()) {
        (DbBackend::Sqlite, _) => whole(bytes),
        (_, Some((0, bytes))) => whole(bytes),
        (_, Some((_, bytes))) => Ok(received(bytes)),
        (_, None) => Err(StoreError::Corrupt("a vector of no form".into())),
    }
}

/// The place of a vector among the parameters of a statement.
pub(super) fn place(backend: DbBackend, n: usize) -> String {
    match backend {
        DbBackend::Sqlite => format!("${n}"),
        _ => format!("CAST(${n} AS halfvec)"),
    }
}

/// The value for a [`place`]; NULL on PostgreSQL for a vector without numbers, which `halfvec` cannot hold.
pub(super) fn value(backend: DbBackend, vector: &[f32]) -> Value {
    match backend {
        DbBackend::Sqlite => bytes(vector).into(),
        _ => text(vector).into(),
    }
}

/// The text of a `halfvec`; `None` for a vector without numbers.
pub(super) fn text(vector: &[f32]) -> Option<String> {
    if vector.is_empty() {
        return None;
    }
    let numbers: Vec<String> = vector.iter().map(|number| rounded(*number).to_string()).collect();
    Some(format!("[{}]", numbers.join(",")))
}

/// A number as a half holds it. The greatest of them stands for all that are greater: there is none without end.
pub(super) fn rounded(number: f32) -> f32 {
    f16::from_f32(number).clamp(f16::MIN, f16::MAX).to_f32()
}

/// What `halfvec_send` gives: how many numbers there are, two bytes of nothing, the numbers; the high byte first.
pub(super) fn received(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.get(4..).unwrap_or_default().as_chunks::<2>();
    let halves: Vec<f16> = numbers.iter().map(|number| f16::from_be_bytes(*number)).collect();
    let mut vector = vec![0.0; halves.len()];
    halves.convert_to_f32_slice(&mut vector);
    vector
}

/// Numbers of four bytes, the low one first.
pub(super) fn whole(bytes: &[u8]) -> StoreResult<Vec<f32>> {
    match bytes.as_chunks::<4>() {
        (numbers, []) => Ok(numbers.iter().map(|number| f32::from_le_bytes(*number)).collect()),
        _ => Err(StoreError::Corrupt("a vector with half a number".into())),
    }
}

/// As [`whole`] reads them.
pub(super) fn bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|number| number.to_le_bytes()).collect()
}
