//! Consents: the texts of the operator, who agreed to them and in which version, and that nobody uses the server without it where the
//! operator wants so. What people switch is written down where it is switched; here it is read.

use std::collections::HashMap;
use std::sync::Arc;

use domain::consents::{Consent, ConsentAct, ConsentKind, Documents};
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use domain::validation::FieldError;
use parking_lot::Mutex;
use store::Stores;
use time::{Duration, OffsetDateTime};

use crate::app::AppParts;
use crate::clock::Clock;
use crate::{ServiceError, ServiceResult};

/// How long it is believed that somebody agrees: on other nodes a withdrawal is known after so long.
const BELIEVED: Duration = Duration::seconds(10);

/// Of how many people it is known at most.
const KNOWN: usize = 20_000;

/// A text that somebody agrees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Which.
    pub kind: ConsentKind,
    /// In which version.
    pub version: String,
}

/// The use cases of consents. Cloning is cheap.
#[derive(Clone)]
pub struct Consents {
    stores: Stores,
    clock: Arc<dyn Clock>,
    documents: Arc<Documents>,
    /// When who agreed to all of them was last asked for.
    agreed: Arc<Mutex<HashMap<UserId, OffsetDateTime>>>,
}

impl Consents {
    pub(crate) fn new(parts: &AppParts) -> Self {
        Self {
            stores: parts.stores.clone(),
            clock: Arc::clone(&parts.clock),
            documents: Arc::new(parts.accounts.documents.clone()),
            agreed: Arc::default(),
        }
    }

    /// The texts.
    #[must_use]
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Whether somebody has agreed to what must be agreed to; asked before anything is written or changed.
    ///
    /// # Errors
    /// `ConsentRequired`.
    pub async fn must_agree(&self, user: UserId) -> ServiceResult<()> {
        if !self.documents.required {
            return Ok(());
        }
        let now = self.clock.now();
        if self.agreed.lock().get(&user).is_some_and(|at| now - *at < BELIEVED) {
            return Ok(());
        }
        if !self.pending(user).await?.is_empty() {
            return Err(ServiceError::ConsentRequired);
        }
        let mut agreed = self.agreed.lock();
        if agreed.len() >= KNOWN {
            agreed.retain(|_, at| now - *at < BELIEVED);
            if agreed.len() >= KNOWN {
                agreed.clear();
            }
        }
        agreed.insert(user, now);
        Ok(())
    }

    /// The texts to which somebody has not agreed as they are now.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn pending(&self, user: UserId) -> ServiceResult<Vec<ConsentKind>> {
        if self.documents.all().next().is_none() {
            return Ok(Vec::new());
        }
        Ok(self.documents.pending(&self.stores.consents.standing(user).await?))
    }

    /// What somebody who signs up agrees to.
    ///
    /// # Errors
    /// `Invalid` when it is no text of here, or no current version; `ConsentRequired` when something is missing that must be there.
    pub(crate) fn checked(&self, agreements: &[Agreement]) -> ServiceResult<()> {
        for (n, agreement) in agreements.iter().enumerate() {
            self.check(agreement)
                .map_err(|error| FieldError::new(format!("accepts.{n}.{}", error.field), error.message))?;
        }
        let has = |kind| agreements.iter().any(|agreement| agreement.kind == kind);
        let is_whole = self.documents.all().all(|(kind, _)| has(kind));
        if self.documents.required && !is_whole { Err(ServiceError::ConsentRequired) } else { Ok(()) }
    }

    fn check(&self, agreement: &Agreement) -> Result<(), FieldError> {
        let document = self.documents.get(agreement.kind);
        let document = document.ok_or_else(|| FieldError::new("kind", "is no text of this server"))?;
        if document.version == agreement.version {
            return Ok(());
        }
        Err(FieldError::new("version", "is not the current one: read the text again"))
    }

    /// Writes down that somebody agrees to a text, once for each version.
    ///
    /// # Errors
    /// `Invalid` when it is no text of here, or no current version.
    pub async fn agree(&self, user: UserId, agreement: &Agreement) -> ServiceResult<()> {
        self.check(agreement)?;
        let Some(document) = self.documents.get(agreement.kind) else { return Ok(()) };
        let consent = Consent {
            user,
            at: self.clock.now(),
            kind: agreement.kind,
            act: ConsentAct::Given,
            subject: String::new(),
            version: document.version.clone(),
            digest: document.digest.clone(),
        };
        Ok(self.stores.consents.agree(&consent).await?)
    }

    /// Writes down that somebody does not agree to a text any more. What is switched elsewhere is switched there.
    ///
    /// # Errors
    /// `Invalid`.
    pub async fn withdraw(&self, user: UserId, kind: ConsentKind) -> ServiceResult<()> {
        if !kind.is_document() {
            return Err(FieldError::new("kind", "is withdrawn where it is switched").into());
        }
        self.stores.consents.withdraw(user, kind, self.clock.now()).await?;
        self.agreed.lock().remove(&user);
        Ok(())
    }

    /// All that somebody did, the newest first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page(&self, user: UserId, page: &PageRequest) -> ServiceResult<Page<Consent>> {
        Ok(self.stores.consents.page_consents(user, page).await?)
    }
}
