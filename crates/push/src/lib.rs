//! Web Push: what wakes a browser that has no page of ours open, by the standard and no vendor's library.
//!
//! A message is encrypted for one browser (RFC 8291 over RFC 8188), signed with the key of this server (RFC 8292) and
//! handed to the push service that the browser chose (RFC 8030). That address comes from the browser, so it is believed in
//! nothing: https alone, no address of this network, no redirects, little time, nothing read.

mod address;
mod encrypt;
mod ports;
#[cfg(feature = "testing")]
pub mod testing;
mod vapid;
mod web;

pub use encrypt::{Keys, PAYLOAD_BYTES};
pub use ports::{Message, PushError, Pusher, Topic, Urgency};
pub use vapid::{InvalidKey, VapidKey};
pub use web::{Endpoint, InvalidSubscription, WebPush, WebPushOptions};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes as the standards write them.
fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What [`text`] wrote; browsers of old put padding behind it.
fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}
