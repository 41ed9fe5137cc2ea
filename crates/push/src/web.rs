//! The client of push services: one request for a message, guarded on every side.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::address::Guard;
use crate::encrypt::{Chance, encrypt};
use crate::ports::{Message, PushError, Pusher};
use crate::vapid::{VapidKey, fresh, fresh_key};

/// The longest address of a subscription, in bytes.
const ENDPOINT_BYTES: usize = 2_048;

/// Messages are filled up to this.
const FILLED: usize = 512;

/// A wait longer than this is not believed.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// What is wrong with what a browser gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSubscription {
    /// `p256dh`.
    #[error("p256dh is no public key")]
    PublicKey,
    /// `auth`.
    #[error("auth is no secret")]
    Secret,
}

/// The address of one browser at its push service. It is a secret: whoever has it can try to wake that browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Endpoint")
    }
}

impl Endpoint {
    /// The address as it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The push service.
    fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

/// Settings of the client.
#[derive(Debug, Clone)]
pub struct WebPushOptions {
    /// The key of this server.
    pub key: VapidKey,
    /// Whom a push service may write to when something is wrong: `mailto:…` or `https://…`.
    pub contact: String,
    /// How long a message may take.
    pub within: Duration,
    /// Tests alone: messages may go to this machine, without TLS.
    pub allow_loopback: bool,
}

impl WebPushOptions {
    /// The usual ones.
    #[must_use]
    pub fn new(key: VapidKey, contact: impl Into<String>) -> Self {
        Self { key, contact: contact.into(), within: Duration::from_secs(10), allow_loopback: false }
    }
}

/// Carries messages over the web.
pub struct WebPush {
    client: Client,
    options: WebPushOptions,
}

impl WebPush {
    /// A client with these settings.
    ///
    /// # Errors
    /// When there is no TLS.
    pub fn new(options: WebPushOptions) -> Result<Self, PushError> {
        // A program that has chosen a provider keeps it.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let client = Client::builder()
            .redirect(Policy::none())
            // A proxy would look names up for us, and the guard would see nothing.
            .no_proxy()
            .referer(false)
            .https_only(!options.allow_loopback)
            .dns_resolver(Arc::new(Guard { allow_loopback: options.allow_loopback }))
            .connect_timeout(options.within / 2)
            .timeout(options.within)
            .pool_max_idle_per_host(2)
            .build()
            .map_err(|_| PushError::Internal("the HTTP client could not be made"))?;
        Ok(Self { client, options })
    }

    /// Whether it may be gone to, as far as the address itself tells; the name in it is looked up when it is.
    fn allows(&self, url: &Url) -> bool {
        let guard = Guard { allow_loopback: self.options.allow_loopback };
        // Every spelling of an address has become its usual one.
        let host = url.host_str().map(|host| host.trim_start_matches('[').trim_end_matches(']'));
        let within = host.is_some_and(|host| host.parse().map_or(!host.is_empty(), |address| guard.allows(address)));
        let scheme = url.scheme() == "https" || (guard.allow_loopback && url.scheme() == "http");
        within && scheme && url.username().is_empty() && url.password().is_none()
    }
}

#[async_trait]
impl Pusher for WebPush {
    fn public_key(&self) -> String {
        self.options.key.public_text()
    }

    fn endpoint(&self, url: &str) -> Option<Endpoint> {
        if url.len() > ENDPOINT_BYTES {
            return None;
        }
        let mut url = Url::parse(url).ok()?;
        url.set_fragment(None);
        (url.as_str().len() <= ENDPOINT_BYTES && self.allows(&url)).then_some(Endpoint(url))
    }

    async fn push(&self, message: &Message<'_>, now: OffsetDateTime) -> Result<(), PushError> {
        if !self.allows(&message.endpoint.0) {
            return Err(PushError::Forbidden);
        }
        let chance = Chance { key: fresh_key()?, salt: fresh()? };
        let body = encrypt(message.keys, message.payload, FILLED, &chance)?;
        let signed = self.options.key.authorization(&message.endpoint.origin(), &self.options.contact, now);
        let mut request = self
            .client
            .post(message.endpoint.0.clone())
            .header(AUTHORIZATION, signed)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_ENCODING, "aes128gcm")
            .header("TTL", message.ttl.as_secs())
            .header("Urgency", message.urgency.as_str())
            .body(body);
        if let Some(topic) = &message.topic {
            request = request.header("Topic", topic.as_str());
        }
        // What it answers beyond its status is not read.
        let answer = request.send().await.map_err(|_| PushError::Unreachable)?;
        outcome(answer.status(), answer.headers(), now)
    }
}

/// What an answer means.
fn outcome(status: StatusCode, headers: &HeaderMap, now: OffsetDateTime) -> Result<(), PushError> {
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(PushError::Gone),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            Err(PushError::Busy { status: status.as_u16(), retry_after: wait(headers, now) })
        }
        status if status.is_server_error() => {
            Err(PushError::Busy { status: status.as_u16(), retry_after: wait(headers, now) })
        }
        status => Err(PushError::Refused(status.as_u16())),
    }
}

/// When the service wants to be asked again: in so many seconds, or at a time.
fn wait(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822).ok()?;
            Duration::try_from(at - now).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn web_push(allow_loopback: bool) -> WebPush {
        let key = VapidKey::read(&crate::text([7; 32])).unwrap();
        WebPush::new(WebPushOptions { allow_loopback, ..WebPushOptions::new(key, "mailto:a@example.org") }).unwrap()
    }

    #[test]
    fn an_address_that_is_not_of_the_wide_world_is_none() {
        let web = web_push(false);
        for bad in [
            "",
            "nonsense",
            "http://push.example.net/x",
            "ftp://push.example.net/x",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://[::1]/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://169.254.169.254/latest",
            "https://user:word@push.example.net/x",
            "https://user@push.example.net/x",
            &format!("https://push.example.net/{}", "x".repeat(ENDPOINT_BYTES)),
        ] {
            assert_eq!(web.endpoint(bad), None, "{bad}");
        }
        let good = web.endpoint("https://push.example.net/send/abc#part").unwrap();
        assert_eq!(good.as_str(), "https://push.example.net/send/abc");
        assert_eq!((good.origin().as_str(), format!("{good:?}").as_str()), ("https://push.example.net", "Endpoint"));
        assert!(web_push(true).endpoint("http://127.0.0.1:9/x").is_some());
        assert!(web_push(true).endpoint("http://10.0.0.1:9/x").is_none());
    }

    #[test]
    fn an_answer_says_what_becomes_of_the_message() {
        let now = datetime!(2026-04-05 09:00 UTC);
        let answer = |status: u16, wait: Option<&'static str>| {
            let headers = wait.map(|wait| (RETRY_AFTER, wait.parse().unwrap()));
            outcome(StatusCode::from_u16(status).unwrap(), &headers.into_iter().collect(), now)
        };
        let busy = |status, seconds: Option<u64>| {
            Err(PushError::Busy { status, retry_after: seconds.map(Duration::from_secs) })
        };
        assert_eq!(answer(201, None), Ok(()));
        assert_eq!((answer(404, None), answer(410, None)), (Err(PushError::Gone), Err(PushError::Gone)));
        assert_eq!(
            (answer(400, None), answer(413, None)),
            (Err(PushError::Refused(400)), Err(PushError::Refused(413)))
        );
        // Redirects are not followed: what is there is none of ours.
        assert_eq!(answer(307, None), Err(PushError::Refused(307)));
        assert_eq!(answer(429, Some("120")), busy(429, Some(120)));
        assert_eq!(answer(503, Some("Sun, 05 Apr 2026 09:00:30 GMT")), busy(503, Some(30)));
        assert_eq!(answer(503, Some("Sun, 05 Apr 2026 08:00:30 GMT")), busy(503, Some(0)));
        assert_eq!(answer(500, Some("999999999")), busy(500, Some(86_400)));
        assert_eq!(answer(502, Some("soon")), busy(502, None));
    }
}
