//! Who makes vectors on this node, and whether the deployment keeps them.
//!
//! A deployment has one embedder. The first that writes a vector becomes it. A node with another one makes no vectors and asks for
//! none, so that two nodes do not undo each other's work; where a node is alone, what its configuration says is what counts.

use std::sync::Arc;
use std::time::Duration;

use llm::{Embedder, EmbedderInfo, ModelError, Urgency};
use parking_lot::Mutex;
use store::StoreResult;
use store::embedders::{EmbedderStore, KeptEmbedder};
use tokio::time::Instant;

use crate::app::AppParts;
use crate::jobs::JobFault;
use crate::measures;

/// Whose vectors count on this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmbedderState {
    /// Nobody's: there is no embedder here.
    Off,
    /// Those of this node's embedder.
    Ours(String),
    /// Those of another: here things are found by their words alone.
    Others {
        /// The one of this node.
        ours: String,
        /// The one of the deployment.
        deployment: String,
    },
}

/// The embedder of this node. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Embedding {
    shared: Arc<Shared>,
}

struct Shared {
    embedder: Option<Arc<dyn Embedder>>,
    store: Arc<dyn EmbedderStore>,
    alone: bool,
    within: Duration,
    /// The embedder of the deployment, when it is another.
    other: Mutex<Option<KeptEmbedder>>,
}

impl Embedding {
    pub(crate) fn new(parts: &AppParts) -> Self {
        let shared = Shared {
            embedder: parts.embedder.clone(),
            store: Arc::clone(&parts.stores.embedders),
            alone: parts.alone,
            within: parts.memories.embed_within,
            other: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// What is known of the embedder of this node.
    pub(crate) fn info(&self) -> Option<EmbedderInfo> {
        self.shared.embedder.as_ref().map(|embedder| embedder.info())
    }

    /// How it stood when it was last looked at.
    pub(crate) fn state(&self) -> EmbedderState {
        match (self.info(), self.shared.other.lock().clone()) {
            (None, _) => EmbedderState::Off,
            (Some(info), None) => EmbedderState::Ours(info.name),
            (Some(info), Some(other)) => EmbedderState::Others { ours: info.name, deployment: other.name },
        }
    }

    /// The name of this node's embedder, when its vectors are or may become the deployment's.
    pub(crate) async fn ours(&self) -> StoreResult<Option<String>> {
        let Some(info) = self.info() else { return Ok(None) };
        let kept = self.shared.store.find_embedder().await?;
        let is_ours = self.shared.alone || kept.as_ref().is_none_or(|kept| kept.name == info.name);
        self.note(kept.filter(|_| !is_ours), &info.name);
        Ok(is_ours.then_some(info.name))
    }

    /// Whether vectors of this length by this node's embedder are kept: asked before they are. The first makes it so.
    pub(crate) async fn claim(&self, vectors: &[Vec<f32>]) -> StoreResult<bool> {
        let Some(info) = self.info() else { return Ok(false) };
        let Some(length) = vectors.iter().map(Vec::len).find(|length| *length > 0) else { return Ok(true) };
        let ours = KeptEmbedder { name: info.name, dimensions: u32::try_from(length).unwrap_or(u32::MAX) };
        let kept = self.shared.store.claim_embedder(&ours).await?;
        if kept == ours {
            self.note(None, &ours.name);
            return Ok(true);
        }
        if self.shared.alone {
            tracing::info!(before = kept.name, embedder = ours.name, "another embedder: all vectors are made anew");
            self.shared.store.use_embedder(&ours).await?;
            return Ok(true);
        }
        self.note(Some(kept), &ours.name);
        Ok(false)
    }

    fn note(&self, other: Option<KeptEmbedder>, ours: &str) {
        let mut noted = self.shared.other.lock();
        if let Some(kept) = other.as_ref().filter(|_| noted.is_none()) {
            tracing::warn!(
                embedder = ours,
                deployment = kept.name,
                "the deployment has another embedder: here memories are found by their words alone until both agree \
                 (`talker embedder use`)"
            );
        }
        *noted = other;
    }

    /// The vector of what somebody asks; `None` when there is none in time, or it would be like nothing that is kept.
    pub(crate) async fn of_question(&self, text: String) -> Option<Vec<f32>> {
        if self.shared.other.lock().is_some() {
            return None;
        }
        let embedder = self.shared.embedder.as_ref()?;
        match tokio::time::timeout(self.shared.within, measured(embedder.embed(vec![text], Urgency::Now))).await {
            Ok(Ok(vectors)) => vectors.into_iter().next(),
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "the embedder did not answer");
                None
            }
            Err(_) => None,
        }
    }

    /// How long whoever waits for a reply waits for vectors.
    pub(crate) fn within(&self) -> Duration {
        self.shared.within
    }

    /// One vector for each text. A text that the embedder refuses by itself gets an empty one, which nothing is like: what it stands
    /// for is found by its words, and all others get theirs.
    pub(crate) async fn of_all(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, JobFault> {
        let Some(embedder) = &self.shared.embedder else {
            return Err(JobFault::Lasting("there is no embedder".to_owned()));
        };
        let count = texts.len();
        match measured(embedder.embed(texts.clone(), Urgency::Background)).await {
            Ok(vectors) if vectors.len() == count => return Ok(vectors),
            Err(error) if is_away(&error) => return Err(JobFault::Passing(error.to_string())),
            _ => {}
        }
        let mut vectors = Vec::with_capacity(count);
        for text in texts {
            vectors.push(match measured(embedder.embed(vec![text], Urgency::Background)).await {
                Ok(mut made) if made.len() == 1 => made.pop().unwrap_or_default(),
                Err(error) if is_away(&error) => return Err(JobFault::Passing(error.to_string())),
                _ => Vec::new(),
            });
        }
        if count > 1 && vectors.iter().all(Vec::is_empty) {
            return Err(JobFault::Passing("the embedder makes no vectors".to_owned()));
        }
        Ok(vectors)
    }
}

/// A call of the embedder, counted and timed. One that is given up is not counted.
async fn measured<T, E>(call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let began = Instant::now();
    let answer = call.await;
    measures::embedding(answer.is_ok(), began.elapsed());
    answer
}

/// Whether the embedder is to blame, not the text.
fn is_away(error: &ModelError) -> bool {
    !matches!(error, ModelError::ContentRefused(_) | ModelError::ContextTooLong(_) | ModelError::Internal(_))
}
