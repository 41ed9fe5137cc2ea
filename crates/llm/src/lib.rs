//! Who speaks: the ports [`ChatModel`] and [`Embedder`], and those who stand behind them.
//!
//! Services know only the ports. Behind them are any server with OpenAI's interface, an Ollama server, a GGUF file in this
//! process (feature `local`), and a script for tests. A reply is a stream; dropping it is how it is stopped.

mod error;
#[cfg(feature = "local")]
mod local;
mod ports;
mod registry;
mod remote;
pub mod scripted;
mod stops;
mod tokens;
mod vectors;

pub use error::ModelError;
#[cfg(feature = "local")]
pub use local::{LocalEmbedder, LocalModel, LocalOptions};
pub use ports::{
    ChatDelta, ChatModel, ChatRequest, ChatStream, Embedder, EmbedderInfo, JsonFormat, Moderator, Urgency,
};
pub use registry::{ModelSource, Models};
pub use remote::{
    RemoteEmbedder, RemoteModel, RemoteModerator, RemoteOptions, RemoteServer, list_models, ollama_models,
};
pub use tokens::estimate_tokens;
