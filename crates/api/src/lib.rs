//! The wire: routes, bodies, problems, the socket, the OpenAPI document, and the player's client.
//!
//! Nothing is decided here. A handler takes a request apart, calls one service, and writes down what it answers.

mod address;
mod admin;
mod api_keys;
mod auth;
mod blocks;
mod bond_rules;
mod bonds;
mod caller;
mod cards;
mod characters;
mod consents;
mod diaries;
mod docs;
mod events;
mod extract;
mod files;
mod follows;
mod friends;
mod groups;
mod health;
mod initiatives;
mod lore_entries;
mod lore_open;
mod lorebooks;
pub mod measures;
mod media;
mod memories;
mod messages;
mod middleware;
mod models;
mod moments;
mod notifications;
mod openai;
mod operator;
mod page;
mod problem;
mod profiles;
mod pushes;
mod recommendations;
mod reports;
mod responses;
mod route_authoring;
mod route_document;
mod route_progress;
mod routes;
mod routine;
mod sampling;
mod scenes;
mod sessions;
mod sittings;
pub mod socket;
mod takeout;
mod traces;
mod usage;
mod users;
mod web;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use service::App;

pub use address::Network;
pub use docs::openapi;
pub use health::{PartStatus, Readiness};
pub use problem::{Problem, ProblemCode};
pub use route_authoring::{RouteCheckOut, RouteFaultOut, RouteFindingOut, RouteStepOut, check_route_file};
pub use routes::{probes_alone, router};
pub use socket::{SocketLimits, Sockets};

/// What every handler may use.
#[derive(Clone)]
pub struct AppState {
    /// The services.
    pub app: Arc<App>,
    /// The sockets of this node; the server closes them when it stops.
    pub sockets: Sockets,
    /// Bounds of a socket.
    pub socket_limits: SocketLimits,
}

impl AppState {
    /// The state over these services.
    #[must_use]
    pub fn new(app: Arc<App>, socket_limits: SocketLimits) -> Self {
        Self { app, sockets: Sockets::default(), socket_limits }
    }
}

/// Settings of the wire.
#[derive(Clone)]
pub struct ApiConfig {
    /// Web pages of these origins (`https://app.example.org`) may call; none are needed for the client served here.
    pub origins: Vec<String>,
    /// The proxies whose `X-Forwarded-For` is believed; without any, the peer is the client.
    pub trusted_proxies: Vec<Network>,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// Says what this node is ready for.
    pub readiness: Readiness,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            trusted_proxies: Vec::new(),
            request_timeout: Duration::from_secs(30),
            readiness: health::always_ready(),
        }
    }
}
