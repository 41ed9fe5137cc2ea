//! Who calls. A handler that takes a [`Caller`] answers nobody who is not signed in.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

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
        Ok(Self(state.app.accounts.authenticate(token).await?))
    }
}

/// The token in `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
