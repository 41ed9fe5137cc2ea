//! Models that are worth fetching and may be used freely: a few that talk well for their size.

/// A model that can be fetched by a short name.
#[derive(Debug)]
pub struct Offer {
    /// The short name.
    pub name: &'static str,
    /// Where it is.
    pub url: &'static str,
    /// How large it is.
    pub bytes: u64,
    /// Under which licence.
    pub licence: &'static str,
    /// What to expect of it.
    pub about: &'static str,
}

/// All of them, the smallest first.
pub static OFFERS: &[Offer] = &[
    Offer {
        name: "smollm2-1.7b",
        url: "https://huggingface.co/bartowski/SmolLM2-1.7B-Instruct-GGUF/resolve/main/SmolLM2-1.7B-Instruct-Q4_K_M.gguf",
        bytes: 1_055_609_824,
        licence: "Apache-2.0",
        about: "quick on any laptop; simple talk, English",
    },
    Offer {
        name: "qwen3-4b",
        url: "https://huggingface.co/unsloth/Qwen3-4B-Instruct-2507-GGUF/resolve/main/Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
        bytes: 2_497_281_120,
        licence: "Apache-2.0",
        about: "good talk in many languages; 8 GB of memory",
    },
    Offer {
        name: "mistral-7b",
        url: "https://huggingface.co/bartowski/Mistral-7B-Instruct-v0.3-GGUF/resolve/main/Mistral-7B-Instruct-v0.3-Q4_K_M.gguf",
        bytes: 4_372_812_000,
        licence: "Apache-2.0",
        about: "warm prose; 8 GB of memory",
    },
    Offer {
        name: "mistral-nemo-12b",
        url: "https://huggingface.co/bartowski/Mistral-Nemo-Instruct-2407-GGUF/resolve/main/Mistral-Nemo-Instruct-2407-Q4_K_M.gguf",
        bytes: 7_477_208_192,
        licence: "Apache-2.0",
        about: "the best of these at playing a part; 16 GB of memory",
    },
];

/// The offer of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Offer> {
    OFFERS.iter().find(|offer| offer.name == name)
}
