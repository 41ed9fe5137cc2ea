//! `talker healthcheck`: asks the server of this configuration, over the network of this machine, whether it lives. Images
//! without a shell or curl are watched with it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use crate::config::Config;
use crate::terminal::complain;

/// How long the answer may take.
const WITHIN: Duration = Duration::from_secs(3);

pub(super) async fn ask(config: &Config, worker: bool) -> ExitCode {
    let asked = if worker { config.server.worker_address } else { Some(config.server.address) };
    let Some(address) = asked else {
        complain("talker: A worker is asked at TALKER_WORKER_ADDRESS, which is not set.");
        return ExitCode::FAILURE;
    };
    match healthy(address).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            complain(format_args!("talker: {address} {why}."));
            ExitCode::FAILURE
        }
    }
}

async fn healthy(address: SocketAddr) -> Result<(), String> {
    let client = reqwest::Client::builder().no_proxy().timeout(WITHIN).build();
    let client = client.map_err(|_| "cannot be asked".to_owned())?;
    let answer = client.get(format!("http://{}/healthz", reachable(address))).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("answers with status {}", answer.status().as_u16())),
        Err(error) if error.is_timeout() => Err(format!("does not answer within {} s", WITHIN.as_secs())),
        Err(_) => Err("does not answer".to_owned()),
    }
}

/// An address of all networks is this machine, too.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn all_networks_are_asked_on_this_machine() {
        let reached = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(reached("[::]:8080"), "[::1]:8080");
        assert_eq!(reached("10.0.0.7:8080"), "10.0.0.7:8080");
    }

    #[tokio::test]
    async fn a_server_that_is_silent_or_gone_is_not_healthy() {
        drop(rustls::crypto::ring::default_provider().install_default());
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = silent.local_addr().unwrap();
        assert_eq!(healthy(address).await, Err("does not answer within 3 s".to_owned()));
        drop(silent);
        assert_eq!(healthy(address).await, Err("does not answer".to_owned()));
    }

    #[tokio::test]
    async fn a_server_that_lives_is_healthy() {
        drop(rustls::crypto::ring::default_provider().install_default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let ready: api::Readiness = std::sync::Arc::new(|| Box::pin(std::future::ready(Vec::new())));
        let serving = tokio::spawn(axum::serve(listener, api::probes_alone(ready)).into_future());
        assert_eq!(healthy(address).await, Ok(()));
        serving.abort();
    }
}
