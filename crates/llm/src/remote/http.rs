//! The HTTP client: its own time limits, and keys never follow a redirect to another host.

use std::time::Duration;

use reqwest::Url;
use reqwest::redirect::Policy;

use crate::ModelError;

const CONNECT: Duration = Duration::from_secs(10);

/// Servers that refuse a request for a parameter they do not know.
const STRICT: [&str; 3] = ["api.openai.com", "openai.azure.com", "api.mistral.ai"];

pub(super) fn client() -> Result<reqwest::Client, ModelError> {
    // A program that has chosen a provider keeps it.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let same_host = Policy::custom(|attempt| {
        let from = attempt.previous().last().and_then(Url::host_str);
        if from == attempt.url().host_str() && attempt.previous().len() < 4 { attempt.follow() } else { attempt.stop() }
    });
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .redirect(same_host)
        .tcp_nodelay(true)
        .build()
        .map_err(|_| ModelError::Internal("the HTTP client could not be made".into()))
}

pub(super) fn base(url: &str) -> Result<Url, ModelError> {
    let web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    Url::parse(url.trim())
        .ok()
        .filter(web)
        .ok_or_else(|| ModelError::Internal("the model server's address is no web address".into()))
}

pub(super) fn is_strict(base: &Url) -> bool {
    base.host_str().is_some_and(|host| STRICT.iter().any(|strict| host.ends_with(strict)))
}
