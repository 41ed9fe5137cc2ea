//! Whose vectors a deployment keeps. There is one embedder for all nodes: two would make each other's vectors anew for ever.

use async_trait::async_trait;

use crate::StoreResult;

/// An embedder, as far as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEmbedder {
    /// Its name.
    pub name: String,
    /// The length of its vectors.
    pub dimensions: u32,
}

/// Keeps whose vectors are kept.
#[async_trait]
pub trait EmbedderStore: Send + Sync {
    /// The one of this deployment, when there is one.
    async fn find_embedder(&self) -> StoreResult<Option<KeptEmbedder>>;
    /// Makes this the one of the deployment, unless there is one; who it is then.
    async fn claim_embedder(&self, embedder: &KeptEmbedder) -> StoreResult<KeptEmbedder>;
    /// Makes this the one of the deployment in any case.
    async fn use_embedder(&self, embedder: &KeptEmbedder) -> StoreResult<()>;
}
