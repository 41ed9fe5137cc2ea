//! `/api/v1/chat/ws`: one socket serves all sessions of a person.
//!
//! A socket only watches: replies are written whether it lives or not. It keeps a place in each session and a place in
//! each reply, nothing else, so a slow reader costs no memory and misses nothing.

mod connection;
mod door;
mod follow;
mod frames;
mod hub;
mod inbox;
mod places;
mod requests;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use domain::limits;

use crate::AppState;
use connection::Connection;
pub use hub::{SocketLimits, Sockets};

/// The subprotocol of this version.
const PROTOCOL: &str = "talker.v1";

/// What a subprotocol that carries the token begins with.
const BEARER: &str = "bearer.";

/// Small buffers: most sockets are idle most of the time.
const BUFFER_BYTES: usize = 1024;

/// Opens a socket. The token comes with the handshake or in the first frame; a wrong one closes it with 4401, which a
/// browser can read, as it cannot read the status of a refused handshake.
pub(crate) async fn open_socket(
    State(state): State<AppState>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let token = token(&headers);
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(limits::FRAME_BYTES)
        .max_frame_size(limits::FRAME_BYTES)
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(1024 * 1024)
        .on_upgrade(move |socket| Connection::serve(state, socket, token))
}

/// The access token of a handshake.
fn token(headers: &HeaderMap) -> Option<String> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        // Whatever else stands there is a bad token, not none.
        let bearer = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        return Some(bearer.map_or_else(String::new, |(_, token)| token.trim().to_owned()));
    }
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    offered
        .flat_map(|value| value.split(','))
        .find_map(|protocol| protocol.trim().strip_prefix(BEARER))
        .map(str::to_owned)
}
