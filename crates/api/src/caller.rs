//! Who calls. A handler that takes a [`Caller`] answers nobody who is not signed in.

use std::ops::Deref;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use crate::AppState;
use crate::problem::{Problem, ProblemCode};

/// A person on one of their devices.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub service::accounts::Caller);

impl Deref for Caller {
    type Target = service::accounts::Caller;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or(Problem::new(ProblemCode::Unauthenticated))?;
        let caller = state.app.accounts.authenticate(token).await?;
        if is_use(parts) {
            state.app.consents.must_agree(caller.user_id).await?;
        }
        Ok(Self(caller))
    }
}

/// What is open to whoever has not agreed to the current terms, beside reading and erasing: to agree, to take all along, and to keep others
/// out of the account.
const OPEN: [&str; 6] = [
    "/api/v1/users/me/consents",
    "/api/v1/users/me/export",
    "/api/v1/users/me/password",
    "/api/v1/auth/logout",
    "/api/v1/auth/logout-all",
    "/api/v1/users/me/reminders/{reminder_id}/acknowledge",
];

/// Whether a request writes or changes something.
fn is_use(parts: &Parts) -> bool {
    let changes = matches!(parts.method, Method::POST | Method::PUT | Method::PATCH);
    let path = parts.extensions.get::<MatchedPath>().map_or("", |path| path.as_str());
    changes && !OPEN.contains(&path)
}

/// The token in `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
