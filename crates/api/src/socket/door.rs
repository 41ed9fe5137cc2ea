//! How a socket is let in and how it is shown out: the token, how many there are, and the reasons of a close.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use service::ServiceError;
use service::accounts::Caller;

use super::frames::{self, ClientFrame};
use super::hub::{Admission, SocketLimits};
use crate::AppState;

/// How long the other side may take to answer a close.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bye {
    /// The other side went.
    Gone,
    /// The server restarts.
    Restart,
    /// A frame was too big.
    TooBig,
    /// Binary, or no JSON object with a type.
    NotAFrame,
    /// No token, or a bad one.
    Unauthenticated,
    /// Signed out elsewhere.
    SignedOut,
    /// No token in time, or no heartbeat.
    Silent,
    /// Too many sockets.
    TooManySockets,
    /// Too many frames.
    TooManyFrames,
}

impl Bye {
    fn close_frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone => return None,
            Self::Restart => (1001, "the server restarts"),
            Self::TooBig => (1009, "the frame is too big"),
            Self::NotAFrame => (4400, "not a frame of this protocol"),
            Self::Unauthenticated => (4401, "no valid token"),
            Self::SignedOut => (4403, "signed out"),
            Self::Silent => (4408, "nothing was heard"),
            Self::TooManySockets => (4409, "too many sockets"),
            Self::TooManyFrames => (4429, "too many frames"),
        };
        Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })
    }
}

/// Waits for the token, if the handshake had none, and counts the socket.
pub(super) async fn admit(
    state: &AppState,
    socket: &mut WebSocket,
    token: Option<String>,
    limits: SocketLimits,
) -> Result<(Caller, Admission), Bye> {
    let token = match token {
        Some(token) => token,
        None => tokio::select! {
            token = tokio::time::timeout(limits.auth_within, first_token(socket)) => token.map_err(|_| Bye::Silent)??,
            () = state.sockets.closing() => return Err(Bye::Restart),
        },
    };
    let caller = match state.app.accounts.authenticate(&token).await {
        Ok(caller) => caller,
        Err(ServiceError::Unauthenticated) => return Err(Bye::Unauthenticated),
        Err(error) => {
            tracing::warn!(error = %error, "a token could not be checked");
            return Err(Bye::Restart);
        }
    };
    let admission = state.sockets.admit(caller.user_id, limits.per_person).ok_or(Bye::TooManySockets)?;
    Ok((caller, admission))
}

/// The token in the first frame.
async fn first_token(socket: &mut WebSocket) -> Result<String, Bye> {
    loop {
        return match socket.recv().await {
            None | Some(Ok(Message::Close(_))) => Err(Bye::Gone),
            Some(Err(error)) => Err(if is_too_big(&error) { Bye::TooBig } else { Bye::Gone }),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Binary(_))) => Err(Bye::NotAFrame),
            Some(Ok(Message::Text(text))) => match frames::parse(&text) {
                None => Err(Bye::NotAFrame),
                Some(frames::Received { frame: Ok(ClientFrame::Auth(auth)), .. }) => Ok(auth.token),
                Some(_) => Err(Bye::Unauthenticated),
            },
        };
    }
}

pub(super) fn is_too_big(error: &axum::Error) -> bool {
    use tokio_tungstenite::tungstenite::Error;
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<Error>())
        .is_some_and(|error| matches!(error, Error::Capacity(_)))
}

/// Says goodbye, and waits a little for the answer, so that what was said before arrives.
pub(super) async fn close(mut socket: WebSocket, bye: Bye) {
    let Some(frame) = bye.close_frame() else { return };
    let _ = tokio::time::timeout(CLOSE_WITHIN, async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    })
    .await;
}
