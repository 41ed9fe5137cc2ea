//! Settings of metrics and traces.

use std::net::SocketAddr;

use super::reader::Reader;
use super::{parse, settings};

/// The shortest token that opens `/metrics`.
const TOKEN: usize = 16;

/// Metrics and traces.
#[derive(Debug, Clone)]
pub struct ObserveConfig {
    /// Where `/metrics` answers; `None`: nowhere.
    pub metrics_address: Option<SocketAddr>,
    /// What opens `/metrics` on the server's own address.
    pub metrics_token: Option<Token>,
    /// Where traces go; `None`: nowhere.
    pub traces: Option<TracesConfig>,
}

/// A bearer token. It is never shown, also not by `Debug`.
#[derive(Clone)]
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Where traces go, and how many.
#[derive(Debug, Clone)]
pub struct TracesConfig {
    /// The collector; traces are sent to `/v1/traces` below.
    pub endpoint: String,
    /// Headers for it.
    pub headers: Headers,
    /// What this process is called.
    pub service_name: String,
    /// Which traces are sent.
    pub sampler: SamplerKind,
    /// Whether a request that says whether it is sampled is believed.
    pub parent_based: bool,
}

/// Headers, which may hold a key. They are never shown, also not by `Debug`.
#[derive(Clone, Default)]
pub struct Headers(pub Vec<(String, String)>);

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Headers")
    }
}

/// Which traces are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SamplerKind {
    /// All.
    All,
    /// None.
    None,
    /// This share.
    Share(f64),
}

pub(super) fn read(reader: &mut Reader) -> ObserveConfig {
    ObserveConfig {
        metrics_address: reader.read(&settings::METRICS_ADDRESS, parse::address),
        metrics_token: reader.read(&settings::METRICS_TOKEN, token),
        traces: traces(reader),
    }
}

fn token(text: &str) -> Option<Token> {
    let good = text.len() >= TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic());
    good.then(|| Token(text.to_owned()))
}

fn traces(reader: &mut Reader) -> Option<TracesConfig> {
    let share = |text: &str| text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    let share = reader.read(&settings::TRACES_SAMPLER_ARG, share).unwrap_or(1.0);
    let sampler = reader.read(&settings::TRACES_SAMPLER, |text| sampler(text, share));
    let headers = reader.read(&settings::OTLP_HEADERS, headers).unwrap_or_default();
    let service_name = reader.read(&settings::SERVICE_NAME, |text| Some(text.to_owned())).unwrap_or_default();
    let endpoint = reader.read(&settings::OTLP_ENDPOINT, parse::http_url)?;
    let (sampler, parent_based) = sampler?;
    Some(TracesConfig { endpoint, headers, service_name, sampler, parent_based })
}

fn sampler(text: &str, share: f64) -> Option<(SamplerKind, bool)> {
    let (name, parent_based) = text.strip_prefix("parentbased_").map_or((text, false), |name| (name, true));
    let kind = match name {
        "always_on" => SamplerKind::All,
        "always_off" => SamplerKind::None,
        "traceidratio" => SamplerKind::Share(share),
        _ => return None,
    };
    Some((kind, parent_based))
}

fn headers(text: &str) -> Option<Headers> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'))
            .then(|| (name.to_owned(), value.to_owned()))
    };
    text.split(',').filter(|text| !text.trim().is_empty()).map(pair).collect::<Option<Vec<_>>>().map(Headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samplers_and_headers_are_read_as_the_standard_writes_them() {
        assert_eq!(sampler("parentbased_always_on", 1.0), Some((SamplerKind::All, true)));
        assert_eq!(sampler("traceidratio", 0.25), Some((SamplerKind::Share(0.25), false)));
        assert_eq!((sampler("jaeger_remote", 1.0), sampler("", 1.0)), (None, None));
        let read = headers("x-key=a=b, other = c").unwrap().0;
        assert_eq!(read, [("x-key".to_owned(), "a=b".to_owned()), ("other".to_owned(), "c".to_owned())]);
        assert!(headers("nonsense").is_none());
        assert!(!format!("{:?} {:?}", headers("x-key=hunter2"), token("hunter2-hunter2-hunter2")).contains("hunter2"));
    }
}
