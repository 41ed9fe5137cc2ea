//! The ports of routes: what characters carry, and what happened to people on them.
//!
//! What happened counts as long as the message it follows from is in view, as with bonds: so another branch that is chosen, and chosen
//! back, needs nothing to be written, and what waits for a message that never comes is nothing. It goes when its message is edited or
//! erased, with its session, and with its person or character.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::bonds::BondEvent;
use domain::ids::{CharacterId, MediaId, MessageId, SessionId, UserId};
use domain::media::Media;
use domain::memories::Scope;
use domain::routes::{Route, RouteEvent};
use time::OffsetDateTime;

use crate::StoreResult;

/// A route as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRoute {
    /// Another one for each change.
    pub revision: u64,
    /// It.
    pub route: Route,
}

/// What the progress of a person with a character is told from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteHistory {
    /// The revision of the route; `None` where the character has none: then nothing else is there either.
    pub revision: Option<u64>,
    /// When the first of their chats began.
    pub met_at: Option<OffsetDateTime>,
    /// What counts, in the order in which it happened.
    pub events: Vec<RouteEvent>,
}

/// Things that happened together in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// The two.
    pub scope: Scope,
    /// The session.
    pub session: SessionId,
    /// The version of the session's watermark before its messages were read: when one of them was edited since, or the way in
    /// view turned, nothing is kept. `None` where nothing was read.
    pub version: Option<u64>,
    /// Them, in their order.
    pub events: Vec<RouteEvent>,
    /// The client's own id of it, unique in the session: the same id again is the same happening.
    pub client_id: Option<String>,
    /// How the bond is moved by it, while it is on.
    pub moved: Option<BondEvent>,
}

/// That a scene was unlocked, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlocking {
    /// The scene.
    pub scene: String,
    /// Where.
    pub session: SessionId,
    /// What unlocked it, or what was said last before.
    pub message: MessageId,
}

/// The store of routes and of their images.
#[async_trait]
pub trait RouteStore: Send + Sync {
    /// The route of a character.
    async fn find_route(&self, character: CharacterId) -> StoreResult<Option<KeptRoute>>;

    /// Keeps the route of one's own character, or takes it away. `NotFound` when she is another's, or deleted.
    async fn keep_route(
        &self,
        owner: UserId,
        character: CharacterId,
        route: Option<&Route>,
        now: OffsetDateTime,
    ) -> StoreResult<()>;

    /// The images of a route, by the keys of its pictures.
    async fn route_images(&self, character: CharacterId) -> StoreResult<BTreeMap<String, MediaId>>;

    /// Gives a picture of one's own character its image, or takes it away. `NotFound` when she is another's, or deleted; the conflict
    /// `TooManyRouteImages`.
    async fn set_route_image(
        &self,
        owner: UserId,
        character: CharacterId,
        key: &str,
        image: Option<&Media>,
    ) -> StoreResult<()>;

    /// The image with this id, while it belongs to a route and the viewer may sign in. Whether it is for them is said by their ticket.
    async fn find_route_image(&self, viewer: UserId, id: MediaId) -> StoreResult<Option<Media>>;
}

/// The store of what happened on routes.
#[async_trait]
pub trait ProgressStore: Send + Sync {
    /// What the progress of two is told from.
    async fn route_history(&self, scope: Scope) -> StoreResult<RouteHistory>;

    /// Keeps what happened, each thing once, and says what is kept: with a client id that was taken before, what happened then, and
    /// nothing is changed. `Outdated` when what was read has changed since; `NotFound` when session, person or character are gone; the
    /// conflict `TooManyRouteEvents`.
    async fn keep_happening(&self, happening: &Happening) -> StoreResult<Vec<RouteEvent>>;

    /// Takes back what was to follow from a message that will not come.
    async fn forget_happening(&self, scope: Scope, message: MessageId) -> StoreResult<()>;

    /// Notes what was unlocked, and says of which scenes that was not noted before, on any node.
    async fn note_unlocked(
        &self,
        scope: Scope,
        unlocked: &[Unlocking],
        now: OffsetDateTime,
    ) -> StoreResult<Vec<String>>;

    /// Takes away all that happened to a person on a route. `NotFound` without the two.
    async fn begin_route_anew(&self, scope: Scope) -> StoreResult<()>;
}
