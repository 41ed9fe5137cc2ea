//! What is counted and timed of the wire: every name and label in one place, so that both stay few. Routes are those of the table, never
//! paths; what has no route, or a method that no route has, shares one label.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{Unit, counter, gauge, histogram};

/// The histograms of durations, in seconds.
pub const SECONDS: &[&str] = &[TOOK];

const REQUESTS: &str = "talker_http_requests_total";
const TOOK: &str = "talker_http_request_seconds";
const SOCKETS: &str = "talker_sockets_open";
const FRAMES: &str = "talker_socket_frames_total";
const DELTAS: &str = "talker_deltas_sent_total";
const LAGGED: &str = "talker_notices_lagged_total";

/// Says what each means, and shows those at zero that would otherwise be missing until something happens.
pub fn describe() {
    metrics::describe_counter!(REQUESTS, "Answered requests, by route, method and class of the status");
    metrics::describe_histogram!(TOOK, Unit::Seconds, "How long a request took, by route and method");
    metrics::describe_gauge!(SOCKETS, "Open sockets of people who have shown a token");
    metrics::describe_counter!(FRAMES, "Frames of sockets, in and out");
    metrics::describe_counter!(DELTAS, "Pieces of replies sent to sockets");
    metrics::describe_counter!(LAGGED, "How often a socket had lost notices and read the store instead");
    gauge!(SOCKETS).set(0.0);
    counter!(DELTAS).absolute(0);
    counter!(LAGGED).absolute(0);
}

/// A request was answered.
pub(crate) fn request(route: Option<&str>, method: &Method, status: StatusCode, took: Duration) {
    let route = route.unwrap_or("other").to_owned();
    let (method, class) = (plain(method), class(status));
    counter!(REQUESTS, "route" => route.clone(), "method" => method, "status" => class).increment(1);
    histogram!(TOOK, "route" => route, "method" => method).record(took);
}

/// Anybody may invent a method.
fn plain(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        0..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

/// An open socket, while it lives.
pub(crate) struct OpenSocket(());

impl OpenSocket {
    /// One more.
    pub(crate) fn count() -> Self {
        gauge!(SOCKETS).increment(1.0);
        Self(())
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        gauge!(SOCKETS).decrement(1.0);
    }
}

/// A frame came.
pub(crate) fn frame_in() {
    counter!(FRAMES, "direction" => "in").increment(1);
}

/// A frame went.
pub(crate) fn frame_out() {
    counter!(FRAMES, "direction" => "out").increment(1);
}

/// Pieces of replies went.
pub(crate) fn deltas(pieces: usize) {
    counter!(DELTAS).increment(pieces as u64);
}

/// Notices were lost.
pub(crate) fn lagged() {
    counter!(LAGGED).increment(1);
}
