//! Administration over REST: for people whose role is admin; looking people up, and what was reported, also for moderators.

pub(crate) mod audit;
pub(crate) mod care;
pub(crate) mod people;
pub(crate) mod queue;
pub(crate) mod reports;
pub(crate) mod server;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::accounts::UserRole;
use domain::audit::Actor;
use service::audit::Acting;

use crate::AppState;
use crate::address::ClientAddress;
use crate::caller::Caller;
use crate::middleware::request_id;
use crate::problem::Problem;

/// A person who is an admin.
pub(crate) struct Admin(pub(crate) Acting);

/// A person who may look people up, and decide what was reported.
pub(crate) struct Moderator(pub(crate) Acting);

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        state.app.admin.check(caller.user_id, UserRole::Admin).await?;
        Ok(Self(acting(parts, state, Actor::User(caller.user_id)).await))
    }
}

impl FromRequestParts<AppState> for Moderator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        state.app.admin.check(caller.user_id, UserRole::Moderator).await?;
        Ok(Self(acting(parts, state, Actor::User(caller.user_id)).await))
    }
}

/// Who acts by this request.
pub(crate) async fn acting(parts: &mut Parts, state: &AppState, actor: Actor) -> Acting {
    let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, state).await;
    Acting { actor, request_id: request_id(), address }
}
