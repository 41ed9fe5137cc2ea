//! A model that is there before it is loaded: replies wait for it, the server does not.
//!
//! Who it is may be found out late, too: the decision is part of the loading. A loading that failed is tried again when
//! somebody wants to talk, so that starting Ollama or fetching a model helps without a restart.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::models::ModelInfo;
use futures_util::future::BoxFuture;
use llm::{ChatModel, ChatRequest, ChatStream, ModelError, estimate_tokens};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;

/// How long a failure is believed.
const AGAIN_AFTER: Duration = Duration::from_secs(3);

/// Finds and loads the model; tells who it is as soon as that is known.
pub type Loader = Box<dyn Fn(Known) -> BoxFuture<'static, Result<Arc<dyn ChatModel>, ModelError>> + Send + Sync>;

/// Where a model stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Nobody wanted it yet.
    Waiting,
    /// It is being looked for or loaded.
    Loading,
    /// It speaks.
    Ready,
    /// It does not, for this reason.
    Failed(String),
}

/// A model that is loaded when it is first wanted. Clones are the same model.
#[derive(Clone)]
pub struct Lazy {
    inner: Arc<Inner>,
}

struct Inner {
    loader: Loader,
    info: RwLock<ModelInfo>,
    why: RwLock<String>,
    ready: OnceLock<Arc<dyn ChatModel>>,
    failed: Mutex<Option<(Instant, ModelError)>>,
    one_at_a_time: tokio::sync::Mutex<()>,
    phase: watch::Sender<Phase>,
}

/// Through which a loader tells who the model is, before it speaks.
pub struct Known {
    inner: Arc<Inner>,
}

impl Known {
    /// Tells it, and why it was chosen.
    pub fn tell(&self, info: ModelInfo, why: String) {
        *self.inner.info.write() = info;
        *self.inner.why.write() = why;
    }
}

impl Lazy {
    /// A model known as `info` until more is known.
    #[must_use]
    pub fn new(info: ModelInfo, loader: Loader) -> Self {
        let inner = Inner {
            loader,
            info: RwLock::new(info),
            why: RwLock::default(),
            ready: OnceLock::new(),
            failed: Mutex::new(None),
            one_at_a_time: tokio::sync::Mutex::default(),
            phase: watch::Sender::new(Phase::Waiting),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Starts loading now. Must be called within a Tokio runtime.
    pub fn begin(&self) {
        drop(tokio::spawn(Arc::clone(&self.inner).get()));
    }

    /// Where it stands now.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.inner.phase.borrow().clone()
    }

    /// Why it was chosen; empty until it is.
    #[must_use]
    pub fn why(&self) -> String {
        self.inner.why.read().clone()
    }

    /// Waits until it speaks or does not.
    pub async fn settled(&self) -> Phase {
        let mut phase = self.inner.phase.subscribe();
        let settled = phase.wait_for(|phase| matches!(phase, Phase::Ready | Phase::Failed(_))).await;
        settled.map_or(Phase::Loading, |phase| phase.clone())
    }
}

impl Inner {
    async fn get(self: Arc<Self>) -> Result<Arc<dyn ChatModel>, ModelError> {
        let _one = self.one_at_a_time.lock().await;
        if let Some(model) = self.ready.get() {
            return Ok(Arc::clone(model));
        }
        if let Some((_, error)) = self.failed.lock().as_ref().filter(|(at, _)| at.elapsed() < AGAIN_AFTER) {
            return Err(error.clone());
        }
        self.phase.send_replace(Phase::Loading);
        match (self.loader)(Known { inner: Arc::clone(&self) }).await {
            Ok(model) => {
                let model = self.ready.get_or_init(|| model);
                self.phase.send_replace(Phase::Ready);
                Ok(Arc::clone(model))
            }
            Err(error) => {
                *self.failed.lock() = Some((Instant::now(), error.clone()));
                self.phase.send_replace(Phase::Failed(error.to_string()));
                Err(error)
            }
        }
    }
}

#[async_trait]
impl ChatModel for Lazy {
    fn info(&self) -> ModelInfo {
        self.inner.ready.get().map_or_else(|| self.inner.info.read().clone(), |model| model.info())
    }

    fn count_tokens(&self, text: &str) -> u32 {
        self.inner.ready.get().map_or_else(|| estimate_tokens(text), |model| model.count_tokens(text))
    }

    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, ModelError> {
        if let Some(model) = self.inner.ready.get() {
            return model.chat(request).await;
        }
        // A task of its own: a reply that is stopped meanwhile does not stop the loading.
        let loading = tokio::spawn(Arc::clone(&self.inner).get());
        let model = loading.await.map_err(|_| ModelError::Internal("loading the model broke off".into()))??;
        model.chat(request).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use domain::sampling::Sampling;
    use llm::scripted::ScriptedModel;
    use tokio::sync::Semaphore;

    use super::*;

    fn request() -> ChatRequest {
        ChatRequest {
            cache_key: 0,
            messages: Vec::new(),
            continue_last: false,
            sampling: Sampling::default(),
            format: None,
        }
    }

    fn named(name: &str) -> Arc<dyn ChatModel> {
        Arc::new(ScriptedModel::named(name))
    }

    #[tokio::test]
    async fn replies_wait_while_it_loads_and_it_is_loaded_once() {
        let (gate, loads) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicU32::new(0)));
        let loader: Loader = {
            let (gate, loads) = (Arc::clone(&gate), Arc::clone(&loads));
            Box::new(move |known| {
                let (gate, loads) = (Arc::clone(&gate), Arc::clone(&loads));
                Box::pin(async move {
                    loads.fetch_add(1, Ordering::Relaxed);
                    known.tell(named("decided").info(), "named".into());
                    let _ = gate.acquire().await;
                    Ok(named("loaded"))
                })
            })
        };
        let lazy = Lazy::new(named("unknown").info(), loader);
        assert_eq!((lazy.phase(), lazy.info().name.as_str()), (Phase::Waiting, "unknown"));
        let replies: Vec<_> = (0..3)
            .map(|_| {
                let lazy = lazy.clone();
                tokio::spawn(async move { lazy.chat(request()).await.is_ok() })
            })
            .collect();
        while lazy.info().name != "decided" {
            tokio::task::yield_now().await;
        }
        assert_eq!(lazy.phase(), Phase::Loading);
        replies[0].abort();
        gate.add_permits(1);
        assert_eq!(lazy.settled().await, Phase::Ready);
        for reply in replies.into_iter().skip(1) {
            assert!(reply.await.unwrap());
        }
        assert_eq!((loads.load(Ordering::Relaxed), lazy.info().name.as_str()), (1, "loaded"));
    }

    #[tokio::test]
    async fn a_failure_is_told_and_not_repeated_at_once() {
        let loads = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&loads);
        let loader: Loader = Box::new(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Err(ModelError::Unavailable("no model was found".into())) })
        });
        let lazy = Lazy::new(named("unknown").info(), loader);
        lazy.begin();
        assert_eq!(lazy.settled().await, Phase::Failed("model unavailable: no model was found".into()));
        assert!(matches!(lazy.chat(request()).await, Err(ModelError::Unavailable(_))));
        assert_eq!(loads.load(Ordering::Relaxed), 1);
        lazy.inner.failed.lock().take();
        assert!(lazy.chat(request()).await.is_err());
        assert_eq!(loads.load(Ordering::Relaxed), 2, "later it is tried again");
    }
}
