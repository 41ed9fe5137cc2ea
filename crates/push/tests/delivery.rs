//! A message from this side to the far one, over a real connection.
#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::time::Duration;

use push::testing::PushService;
use push::{Keys, Message, PushError, Pusher, Topic, Urgency, VapidKey, WebPush, WebPushOptions};
use time::macros::datetime;

fn web_push(allow_loopback: bool) -> WebPush {
    let key = VapidKey::read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").unwrap();
    let within = Duration::from_secs(2);
    let options = WebPushOptions { allow_loopback, within, ..WebPushOptions::new(key, "mailto:a@example.org") };
    WebPush::new(options).unwrap()
}

#[tokio::test]
async fn a_message_arrives_and_only_its_browser_reads_it() {
    let (service, web) = (PushService::start().await, web_push(true));
    let (browser, other) = (service.browser("rin"), service.browser("noa"));
    let keys = Keys::read(&browser.p256dh(), &browser.auth()).unwrap();
    let endpoint = web.endpoint(&browser.endpoint).unwrap();
    let message = Message {
        endpoint: &endpoint,
        keys: &keys,
        payload: b"{\"kind\":\"reply_ready\"}",
        ttl: Duration::from_secs(3_600),
        urgency: Urgency::High,
        topic: Some(Topic::of(b"ntf_1")),
    };
    let now = datetime!(2026-04-05 09:00 UTC);
    assert_eq!(web.push(&message, now).await, Ok(()));
    service.answer(429, Some(7));
    let busy = PushError::Busy { status: 429, retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(web.push(&message, now).await, Err(busy));
    service.answer(410, None);
    assert_eq!(web.push(&message, now).await, Err(PushError::Gone));
    let came = service.came();
    assert_eq!((came.len(), came[0].to.as_str()), (3, "rin"));
    assert_eq!(browser.read(&came[0].body).as_deref(), Some(message.payload));
    assert_eq!(other.read(&came[0].body), None);
    // The same again is another message to whoever looks on.
    assert_ne!(came[0].body, came[1].body);
    let header = |name| came[0].header(name);
    assert_eq!((header("ttl"), header("urgency"), header("content-encoding")), ("3600", "high", "aes128gcm"));
    assert_eq!((header("topic").len(), header("topic")), (32, came[1].header("topic")));
    assert!(header("authorization").ends_with(&format!(", k={}", web.public_key())));
}

#[tokio::test]
async fn this_machine_is_not_pushed_to_and_silence_has_an_end() {
    let service = PushService::start().await;
    let browser = service.browser("rin");
    let keys = Keys::read(&browser.p256dh(), &browser.auth()).unwrap();
    let endpoint = web_push(true).endpoint(&browser.endpoint).unwrap();
    let message = |endpoint| Message {
        endpoint,
        keys: &keys,
        payload: b"",
        ttl: Duration::ZERO,
        urgency: Urgency::Low,
        topic: None,
    };
    let now = datetime!(2026-04-05 09:00 UTC);
    assert_eq!(web_push(false).push(&message(&endpoint), now).await, Err(PushError::Forbidden));
    // A name for this machine is found out when it is looked up.
    let named = web_push(false).endpoint("https://localhost/to/rin").unwrap();
    assert_eq!(web_push(false).push(&message(&named), now).await, Err(PushError::Unreachable));
    assert!(service.came().is_empty());
    // Somebody listens and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/to/rin", silent.local_addr().unwrap());
    let web = web_push(true);
    let endpoint = web.endpoint(&url).unwrap();
    assert_eq!(web.push(&message(&endpoint), now).await, Err(PushError::Unreachable));
}
