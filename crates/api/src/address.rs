//! From where a request comes: the peer, or what a trusted proxy says.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

/// A range of addresses: `10.0.0.0/8`, `::1`, `192.168.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// A text that is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an address or a range such as 10.0.0.0/8")]
pub struct InvalidNetwork;

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, prefix) =
            text.trim().split_once('/').map_or((text.trim(), None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), |prefix| prefix.parse().map_err(|_| InvalidNetwork))?;
        if prefix > longest { Err(InvalidNetwork) } else { Ok(Self { address, prefix }) }
    }
}

impl Network {
    /// Whether an address is in this range.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                network.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.prefix);
                network.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

/// The proxies of this server, as an extension of every request.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrustedProxies(pub(crate) Arc<[Network]>);

/// The client's address, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(client_address(&parts.headers, &parts.extensions)))
    }
}

fn client_address(headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    let Some(TrustedProxies(proxies)) = extensions.get() else { return Some(peer) };
    let trusted = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    if !trusted(peer) {
        return Some(peer);
    }
    // Each proxy writes the address it was called from at the end; the first that is not ours is the client's.
    let lines = headers.get_all("x-forwarded-for").iter().rev().filter_map(|line| line.to_str().ok());
    let mut named = lines.flat_map(|line| line.rsplit(',')).map(|address| parse(address.trim()));
    let mut nearest = peer;
    loop {
        match named.next() {
            Some(Some(address)) if trusted(address) => nearest = address,
            Some(Some(address)) => return Some(address),
            Some(None) | None => return Some(nearest),
        }
    }
}

/// An address, with or without a port.
fn parse(text: &str) -> Option<IpAddr> {
    let address = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn from(peer: &str, proxies: &[&str], forwarded: &[&'static str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1234)));
        extensions.insert(TrustedProxies(proxies.iter().map(|proxy| proxy.parse().unwrap()).collect()));
        let headers = HeaderMap::from_iter(
            forwarded.iter().map(|line| ("x-forwarded-for".parse().unwrap(), HeaderValue::from_static(line))),
        );
        client_address(&headers, &extensions).unwrap().to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(from("203.0.113.9", &[], &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(from("203.0.113.9", &["10.0.0.0/8"], &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(from("10.1.2.3", &["10.0.0.0/8"], &["6.6.6.6, 1.2.3.4, 10.9.9.9"]), "1.2.3.4");
        assert_eq!(from("::ffff:10.1.2.3", &["10.0.0.0/8"], &["6.6.6.6", "1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(from("10.1.2.3", &["10.0.0.0/8"], &["1.2.3.4, nonsense"]), "10.1.2.3");
        assert_eq!(from("10.1.2.3", &["10.0.0.0/8"], &[]), "10.1.2.3");
        assert_eq!(from("::1", &["::/0"], &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn ranges_are_read_and_checked() {
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0", "10.0.0.0/x"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!(!"192.168.1.0/24".parse::<Network>().unwrap().contains("192.168.2.1".parse().unwrap()));
    }
}
