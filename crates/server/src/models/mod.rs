//! Models: what is there, which of them speaks, how more are fetched.

pub mod catalogue;
pub mod choice;
mod embedder;
pub mod embodied;
pub mod folder;
pub mod gguf;
pub mod lazy;
pub mod preference;
pub mod pull;
mod scripted;
mod speakers;

pub use embedder::{EmbedderChoice, choice as embedder_choice, embedder};
pub use lazy::{Lazy, Phase};
pub use speakers::{Speakers, provider_url};
