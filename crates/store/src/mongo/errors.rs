//! What MongoDB's errors mean to a caller. Their texts may quote documents, so only codes are passed on.

use mongodb::bson::Document;
use mongodb::error::{Error, ErrorKind, WriteFailure};

use crate::{StoreError, StoreResult};

/// Somebody else inserted the same.
const DUPLICATE: i32 = 11_000;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match &*error.kind {
            ErrorKind::Io(error) => Self::Unavailable(error.kind().to_string()),
            ErrorKind::ServerSelection { .. } => Self::Unavailable("no server of MongoDB can be reached".into()),
            ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::Shutdown => {
                Self::Unavailable("the connection is closed".into())
            }
            ErrorKind::DnsResolve { .. } => Self::Unavailable("the name of MongoDB's server is not known".into()),
            ErrorKind::InvalidTlsConfig { .. } => Self::Unavailable("TLS with MongoDB failed".into()),
            ErrorKind::Authentication { .. } => Self::Unavailable("MongoDB does not know the user of the URL".into()),
            ErrorKind::IncompatibleServer { .. } => Self::Unavailable("MongoDB is too old".into()),
            ErrorKind::Command(error) => of_code(error.code),
            ErrorKind::Write(WriteFailure::WriteError(error)) => of_code(error.code),
            // It is written, but not as safe as was asked for.
            ErrorKind::Write(WriteFailure::WriteConcernError(error)) => {
                Self::Unavailable(format!("MongoDB error {}", error.code))
            }
            ErrorKind::InsertMany(error) => {
                let code = error.write_errors.as_ref().and_then(|errors| errors.first()).map(|error| error.code);
                code.map_or_else(|| Self::Unavailable("MongoDB kept it on too few servers".into()), of_code)
            }
            ErrorKind::BsonDeserialization(_) | ErrorKind::Bson(_) => {
                Self::Corrupt("a document of another form".into())
            }
            ErrorKind::BsonSerialization(_) => Self::Corrupt("a value that BSON cannot hold".into()),
            _ => Self::Corrupt("an unexpected answer of MongoDB".into()),
        }
    }
}

/// What keeps a client from being made.
pub(super) fn unavailable(error: &Error) -> StoreError {
    match &*error.kind {
        ErrorKind::InvalidArgument { .. } => StoreError::Unavailable("the URL of MongoDB cannot be used".into()),
        _ => error.clone().into(),
    }
}

fn of_code(code: i32) -> StoreError {
    if passes(code) {
        StoreError::Unavailable(format!("MongoDB error {code}"))
    } else {
        StoreError::Corrupt(format!("MongoDB error {code}"))
    }
}

/// Whether the same call may succeed later: names and hosts that are not found, network, elections, shutdown, limits of
/// time, locks, too few servers, no room.
fn passes(code: i32) -> bool {
    matches!(
        code,
        6 | 7
            | 13
            | 18
            | 24
            | 50
            | 64
            | 89
            | 91
            | 100
            | 112
            | 133
            | 134
            | 189
            | 262
            | 317
            | 9001
            | 10_107
            | 11_600
            | 11_602
            | 13_435
            | 13_436
            | 14_031
    )
}

/// Whether nothing went wrong but that the same documents are there already.
pub(super) fn is_duplicate(error: &Error) -> bool {
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(error)) => error.code == DUPLICATE,
        ErrorKind::Command(error) => error.code == DUPLICATE,
        ErrorKind::InsertMany(error) if error.write_concern_error.is_none() => {
            error.write_errors.as_ref().is_some_and(|errors| errors.iter().all(|error| error.code == DUPLICATE))
        }
        _ => false,
    }
}

/// How an `update` command ended.
pub(super) enum Updated {
    /// All of it was done; so many documents were found or made.
    All(u64),
    /// Another inserted the same at the same moment, and what followed was not done.
    MadeTwice,
}

/// Reads the answer to an `update` command, which is fine as a command even where its updates failed.
pub(super) fn of_update(answer: &Document) -> StoreResult<Updated> {
    if let Ok(failed) = answer.get_array("writeErrors")
        && let Some(first) = failed.first()
    {
        let code = first.as_document().and_then(|error| error.get_i32("code").ok()).unwrap_or_default();
        return if code == DUPLICATE { Ok(Updated::MadeTwice) } else { Err(of_code(code)) };
    }
    if let Ok(error) = answer.get_document("writeConcernError") {
        let code = error.get_i32("code").unwrap_or_default();
        return Err(StoreError::Unavailable(format!("MongoDB error {code}")));
    }
    let found = answer.get("n").and_then(|n| n.as_i64().or_else(|| n.as_i32().map(i64::from)));
    Ok(Updated::All(found.unwrap_or_default().unsigned_abs()))
}
