//! All of an account as one archive: out as a stream, and in again.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::friends::FormerTie;
use domain::ids::UserId;
use domain::limits;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use service::takeout::{CameIn, KnownBefore, NotTaken};
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::files::{FileBody, FileBytes, FileForm};
use crate::problem::{Problem, ProblemCode};
use crate::wire::{WireFormerTie, WireUserId};

/// What a request with an archive may have in all: the archive, and what a form writes around it.
pub(crate) const ARCHIVE_BYTES: usize = limits::ACCOUNT_BYTES + 64 * 1024;

/// Where archives come in: that takes as long as it takes.
pub(crate) const IMPORT: &str = "/api/v1/users/me/import";

/// How long an archive may take to arrive.
const ARRIVING: Duration = Duration::from_secs(600);

/// Something of an archive that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotTakenOut {
    /// Its path in the archive.
    path: String,
    /// Why.
    reason: String,
}

impl From<NotTaken> for NotTakenOut {
    fn from(left: NotTaken) -> Self {
        Self { path: left.path, reason: left.reason }
    }
}

/// Somebody here whose handle stood among friends, or those who were followed: to ask or to follow, if one wants to.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownBeforeOut {
    #[schema(value_type = WireUserId)]
    user_id: UserId,
    handle: String,
    display_name: String,
    /// What whoever had this handle there was.
    #[schema(value_type = WireFormerTie)]
    was: FormerTie,
}

impl From<KnownBefore> for KnownBeforeOut {
    fn from(KnownBefore { person, was }: KnownBefore) -> Self {
        let profile = person.profile;
        Self { user_id: profile.user, handle: profile.handle, display_name: profile.display_name, was }
    }
}

/// What came in with an archive.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedAccountOut {
    /// Characters that were made.
    characters: u32,
    /// Lorebooks that were made.
    lorebooks: u32,
    /// Chats that were made, copies of those that several shared among them.
    sessions: u32,
    /// Memories that were made.
    memories: u32,
    /// Moments that were made.
    moments: u32,
    /// Entries of diaries that were made.
    diary_entries: u32,
    /// People who are blocked or muted now, and were not before.
    shunned: u32,
    /// Characters, lorebooks, chats and moments that were here already, and stay as they are.
    known: u32,
    /// People of the same handle here who were friends or followed, up to 500. None of them was asked or told.
    people: Vec<KnownBeforeOut>,
    /// What was not taken, up to 200.
    not_taken: Vec<NotTakenOut>,
}

impl From<CameIn> for ImportedAccountOut {
    fn from(came: CameIn) -> Self {
        let CameIn { characters, lorebooks, sessions, memories, moments, diary_entries, shunned, known, people, left } =
            came;
        let people = people.into_iter().map(Into::into).collect();
        let not_taken = left.into_iter().map(Into::into).collect();
        Self { characters, lorebooks, sessions, memories, moments, diary_entries, shunned, known, people, not_taken }
    }
}

/// Writes all that is the caller's into one archive, piece by piece: characters, lorebooks, chats with all their branches, memories,
/// diaries, and what stands between people. An archive that ends early is not whole, and no program takes it for one.
#[utoipa::path(
    post, path = "/users/me/export", tag = "users", responses((status = 200, content((FileBytes = "application/zip")))),
)]
pub(crate) async fn export_account(State(state): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    let leaving = state.app.takeout.export(caller.user_id).await?;
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", leaving.file_name));
    let pieces = stream::unfold(leaving.pieces, async |mut pieces| Some((pieces.recv().await?, pieces))).fuse();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Brings in an archive that this or another server wrote, as the field `file` of a form or as the body itself, at most 128 MiB. What is
/// here already stays as it is: the same archive twice makes nothing twice, and what was interrupted goes on. Characters come in
/// private, moments with whom they are for and when they were posted, and chats that several share as copies to read. Who was blocked or
/// muted is so here, by handle; who was a friend, or followed, is only named.
#[utoipa::path(
    post, path = "/users/me/import", tag = "users",
    request_body(content((FileForm = "multipart/form-data"), (FileBytes = "application/zip"), (FileBytes = "application/octet-stream"))),
    responses((status = 200, body = ImportedAccountOut)),
)]
pub(crate) async fn import_account(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<Json<ImportedAccountOut>, Problem> {
    // Archives are large: one after the other is taken into memory.
    let turn = state.app.takeout.turn().await?;
    let arriving = FileBody::<{ limits::ACCOUNT_BYTES }>::from_request(request, &state);
    let late = || Problem::new(ProblemCode::Unavailable).because("the archive took too long to arrive");
    let body = tokio::time::timeout(ARRIVING, arriving).await.map_err(|_| late())??;
    Ok(Json(state.app.takeout.import(&turn, caller.user_id, body.bytes).await?.into()))
}
