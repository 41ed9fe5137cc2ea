//! The operator: who runs this server, proven by a key that only its machine shows. Chooses which model speaks.

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Rate};
use domain::audit::{AuditAction, AuditTarget, TargetKind};
use domain::models::ModelInfo;
use sha2::{Digest, Sha256};

use crate::accounts::Secret;
use crate::app::AppParts;
use crate::audit::{Acting, Audit, detail};
use crate::catalog::Catalog;
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Keeps the operator's choice for the next start.
pub trait ChoiceKeeper: Send + Sync {
    /// Keeps the name of the model that is to speak.
    ///
    /// # Errors
    /// A sentence when it cannot be kept.
    fn keep(&self, model: &str) -> Result<(), String>;
}

/// How an operator is known, and where the choice is kept.
#[derive(Clone, Default)]
pub struct OperatorConfig {
    /// The key; without one nobody is the operator.
    pub key: Option<Secret>,
    /// Keeps the choice; without one it holds until the server stops.
    pub keeper: Option<Arc<dyn ChoiceKeeper>>,
}

/// The use cases of the operator.
#[derive(Clone)]
pub struct Operator {
    config: OperatorConfig,
    catalog: Catalog,
    bus: Bus,
    audit: Audit,
}

impl Operator {
    /// The service over these parts.
    #[must_use]
    pub fn new(parts: &AppParts, catalog: Catalog) -> Self {
        let mint = Mint::new(Arc::clone(&parts.clock));
        let audit = Audit::new(Arc::clone(&parts.stores.audit), Arc::clone(&parts.clock), mint);
        Self { config: parts.operator.clone(), catalog, bus: parts.bus.clone(), audit }
    }

    /// Writes down that the key is used: once an hour for each address.
    pub async fn note_key(&self, acting: &Acting) {
        let from = acting.address.map_or_else(|| "unknown".to_owned(), |address| address.to_canonical().to_string());
        let once = Rate { burst: 1, per: HOUR };
        if self.bus.rates.take(&format!("audit:operator:{from}"), once).await.is_err() {
            return;
        }
        let target = AuditTarget::new(TargetKind::Server, "");
        let entry = self.audit.entry(acting, AuditAction::OperatorKeyUsed, target, detail([]));
        self.audit.note(&entry).await;
    }

    /// Fails when `key` is not the operator's.
    ///
    /// # Errors
    /// `Unauthenticated`.
    pub fn authenticate(&self, key: &str) -> ServiceResult<()> {
        // Hashes, so that the comparison tells nothing by its time.
        match &self.config.key {
            Some(own) if Sha256::digest(own.bytes()) == Sha256::digest(key.as_bytes()) => Ok(()),
            _ => Err(ServiceError::Unauthenticated),
        }
    }

    /// Makes a model the one that speaks where nothing was chosen: now, and after a restart.
    ///
    /// # Errors
    /// `Invalid` when there is none of this name, `Unavailable` when the choice cannot be kept; then nothing is changed.
    pub async fn use_model(&self, acting: &Acting, name: &str) -> ServiceResult<ModelInfo> {
        self.catalog.check("name", name)?;
        if let Some(keeper) = self.config.keeper.clone() {
            let name = name.to_owned();
            let kept = tokio::task::spawn_blocking(move || keeper.keep(&name)).await;
            kept.map_err(|error| ServiceError::Internal(error.to_string()))?.map_err(ServiceError::Unavailable)?;
        }
        let info = self.catalog.use_default(name)?;
        let target = AuditTarget::new(TargetKind::Model, &info.name);
        let entry = self.audit.entry(acting, AuditAction::ModelChosen, target, detail([]));
        self.audit.note(&entry).await;
        Ok(info)
    }
}
