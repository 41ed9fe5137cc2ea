//! The audit log: each act of those who look after the server, in the store and on the stream of logs.

use std::net::IpAddr;
use std::sync::Arc;

use domain::audit::{Actor, AuditAction, AuditDetail, AuditEntry, AuditTarget};
use store::audit::AuditStore;

use crate::clock::Clock;
use crate::mint::Mint;

/// Who acts, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// Who.
    pub actor: Actor,
    /// By which request.
    pub request_id: Option<String>,
    /// From where.
    pub address: Option<IpAddr>,
}

impl Acting {
    /// Whoever types commands on the machine.
    #[must_use]
    pub fn cli() -> Self {
        Self { actor: Actor::Cli, request_id: None, address: None }
    }

    /// Nobody who is known.
    pub(crate) fn stranger(address: Option<IpAddr>) -> Self {
        Self { actor: Actor::Stranger, request_id: None, address }
    }
}

/// Writes the audit log.
#[derive(Clone)]
pub(crate) struct Audit {
    store: Arc<dyn AuditStore>,
    clock: Arc<dyn Clock>,
    mint: Mint,
}

impl Audit {
    pub(crate) fn new(store: Arc<dyn AuditStore>, clock: Arc<dyn Clock>, mint: Mint) -> Self {
        Self { store, clock, mint }
    }

    /// An entry of now, for whoever writes it with what it tells of.
    pub(crate) fn entry(
        &self,
        acting: &Acting,
        action: AuditAction,
        target: AuditTarget,
        detail: AuditDetail,
    ) -> AuditEntry {
        AuditEntry {
            id: self.mint.id(),
            at: self.clock.now(),
            actor: acting.actor,
            action,
            target,
            detail,
            request_id: acting.request_id.clone(),
            address: acting.address.map(|address| address.to_canonical().to_string()),
        }
    }

    /// Writes an entry of what is done already, whether it can be written or not.
    pub(crate) async fn note(&self, entry: &AuditEntry) {
        tell(entry);
        if let Err(error) = self.store.write_audit(entry).await {
            tracing::warn!(audit.id = %entry.id, error = %error, "an entry of the audit log is only on this stream");
        }
    }
}

/// Tells of an entry on the stream of logs.
pub(crate) fn tell(entry: &AuditEntry) {
    let actor = match entry.actor {
        Actor::User(id) => id.to_string(),
        other => other.kind().to_string(),
    };
    let detail: Vec<String> = entry.detail.iter().map(|(name, value)| format!("{name}={value}")).collect();
    tracing::event!(
        target: "audit",
        tracing::Level::INFO,
        audit.id = %entry.id,
        audit.actor = actor,
        audit.action = %entry.action,
        audit.target.kind = %entry.target.kind,
        audit.target.id = entry.target.id,
        audit.detail = detail.join(" "),
        request.id = entry.request_id,
        "audit"
    );
}

/// Names and values as a detail.
pub(crate) fn detail<const N: usize>(pairs: [(&str, String); N]) -> AuditDetail {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
