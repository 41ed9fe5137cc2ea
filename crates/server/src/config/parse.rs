//! From text to what a setting means.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use store::sql::Durability;

#[expect(clippy::unnecessary_wraps, reason = "all parsers have one form")]
pub(super) fn path(text: &str) -> Option<PathBuf> {
    Some(PathBuf::from(text))
}

/// `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`; `:8080` is all of IPv4.
pub(super) fn address(text: &str) -> Option<SocketAddr> {
    let text = if text.starts_with(':') { format!("0.0.0.0{text}") } else { text.to_owned() };
    match text.parse() {
        Ok(address) => Some(address),
        // Only this name is looked up: others could take long, and change.
        Err(_) if text.starts_with("localhost:") => text.to_socket_addrs().ok()?.find(SocketAddr::is_ipv4),
        Err(_) => None,
    }
}

/// Scheme, host and port, as a browser writes it.
pub(super) fn origin(text: &str) -> Option<String> {
    let url = http_url(text)?;
    let (_, host) = url.split_once("://")?;
    (!host.contains(['/', '?', '#', '@'])).then_some(url)
}

pub(super) fn http_url(text: &str) -> Option<String> {
    let url = reqwest::Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| text.trim_end_matches('/').to_owned())
}

pub(super) fn http_url_or_off(text: &str) -> Option<Option<String>> {
    if matches!(text, "off" | "none") { Some(None) } else { http_url(text).map(Some) }
}

/// `mailto:` and an e-mail address, or a web address with TLS.
pub(super) fn contact(text: &str) -> Option<String> {
    let mail = text.strip_prefix("mailto:").is_some_and(|address| {
        let plain = address.chars().all(|c| c.is_ascii_graphic());
        plain && address.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
    });
    let web = || text.starts_with("https://") && http_url(text).is_some();
    (mail || web()).then(|| text.to_owned())
}

/// An address of SQLite or PostgreSQL; the driver names that other languages put in are left out.
pub(super) fn database_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let scheme = scheme.split_once('+').map_or(scheme, |(database, _)| database);
    matches!(scheme, "sqlite" | "postgres" | "postgresql").then(|| format!("{scheme}:{rest}"))
}

/// An address of MongoDB.
pub(super) fn mongodb_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    (matches!(scheme, "mongodb" | "mongodb+srv") && !rest.is_empty()).then(|| text.to_owned())
}

/// An address of Redis or Valkey, with TLS or without.
pub(super) fn redis_url(text: &str) -> Option<String> {
    let url = reqwest::Url::parse(text).ok()?;
    (matches!(url.scheme(), "redis" | "rediss" | "valkey" | "valkeys") && url.has_host()).then(|| text.to_owned())
}

pub(super) fn log_filter(text: &str) -> Option<String> {
    text.parse::<tracing_subscriber::filter::Targets>().ok().map(|_| text.to_owned())
}

pub(super) fn durability(text: &str) -> Option<Durability> {
    one_of(text, "full", "relaxed").map(|relaxed| if relaxed { Durability::Relaxed } else { Durability::Full })
}

/// Whether it is the second of two words.
pub(super) fn one_of(text: &str, first: &str, second: &str) -> Option<bool> {
    match text.to_ascii_lowercase() {
        word if word == first => Some(false),
        word if word == second => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(address(":80"), Some(SocketAddr::from(([0, 0, 0, 0], 80))));
        assert_eq!(address("localhost:80"), Some(SocketAddr::from(([127, 0, 0, 1], 80))));
        assert_eq!(address("[::1]:80").map(|address| address.port()), Some(80));
        assert_eq!((address("8080"), address("example.com:80"), address("1.2.3.4")), (None, None, None));
    }

    #[test]
    fn origins_are_scheme_host_and_port() {
        assert_eq!(origin("https://a.example/").as_deref(), Some("https://a.example"));
        assert_eq!(origin("http://localhost:3000").as_deref(), Some("http://localhost:3000"));
        assert_eq!((origin("a.example"), origin("https://a.example/app"), origin("*")), (None, None, None));
    }

    #[test]
    fn contacts() {
        assert_eq!(contact("mailto:aya@example.org").as_deref(), Some("mailto:aya@example.org"));
        assert_eq!(contact("https://example.org/help").as_deref(), Some("https://example.org/help"));
        for bad in ["aya@example.org", "mailto:", "mailto:aya", "mailto:a b@c", "http://example.org", "https://"] {
            assert_eq!(contact(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_of_redis() {
        assert_eq!(redis_url("rediss://u:p@h:6380/1").as_deref(), Some("rediss://u:p@h:6380/1"));
        assert_eq!((redis_url("http://h:6379"), redis_url("cache:6379"), redis_url("cache")), (None, None, None));
    }

    #[test]
    fn databases() {
        assert_eq!(database_url("postgresql+asyncpg://u:p@h/d").as_deref(), Some("postgresql://u:p@h/d"));
        assert_eq!(database_url("sqlite::memory:").as_deref(), Some("sqlite::memory:"));
        assert_eq!((database_url("mysql://h/d"), database_url("talker.db")), (None, None));
    }
}
