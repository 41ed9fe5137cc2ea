//! Which model speaks when nobody chose one in a session: a decision on what was found, without I/O.
//!
//! In this order: what `TALKER_CHAT_MODEL` names, what `talker models use` chose, a configured provider, Ollama on this
//! machine, the largest GGUF file, the tiny one. When nothing is left, that is said, with what to do about it.

use super::folder::ModelFile;

/// What was found around this process.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `TALKER_CHAT_MODEL`.
    pub named: Option<String>,
    /// What `talker models use` chose.
    pub preferred: Option<String>,
    /// The configured provider, if one is.
    pub provider: Option<Listed>,
    /// The Ollama server, if one answers.
    pub ollama: Option<Listed>,
    /// Files that can talk, the largest first.
    pub files: Vec<ModelFile>,
    /// Whether this build runs models in its process.
    pub local: bool,
}

/// The models a server says it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Their names; empty when it did not say.
    pub models: Vec<String>,
    /// Why it did not say, for operators.
    pub trouble: Option<String>,
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The demonstration.
    Scripted,
    /// A model of the configured provider.
    Provider(String),
    /// A model of the Ollama server.
    Ollama(String),
    /// A file, in this process.
    Local(Box<ModelFile>),
    /// A file that is named and must be looked for.
    Path(String),
    /// Nobody; the text says what to do.
    Nobody(String),
}

/// Who speaks, and why they were chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Who.
    pub choice: Choice,
    /// Why, as the end of "… speaks: ".
    pub why: String,
}

/// What to do when there is no model.
pub(super) const ADVICE: &str =
    "run `talker models pull` to fetch one, start Ollama, or set OPENAI_API_BASE_URL and OPENAI_API_KEY";

/// Decides who speaks.
#[must_use]
pub fn decide(around: &Surroundings) -> Decision {
    let said = [(&around.named, "TALKER_CHAT_MODEL names it"), (&around.preferred, "chosen with `talker models use`")];
    if let Some((Some(name), why)) = said.into_iter().find(|(name, _)| name.is_some()) {
        return Decision { choice: by_name(name, around), why: why.to_owned() };
    }
    automatic(around)
}

/// The model of that name. What a server does not list is asked of it nevertheless: lists are incomplete.
fn by_name(name: &str, around: &Surroundings) -> Choice {
    if matches!(name, "scripted" | "scripted/model") {
        return Choice::Scripted;
    }
    if let Some(model) = name.strip_prefix("ollama/") {
        return Choice::Ollama(model.to_owned());
    }
    if let Some(model) = name.strip_prefix("openai/").filter(|_| !lists(around.provider.as_ref(), name)) {
        return Choice::Provider(model.to_owned());
    }
    let file = around.files.iter().find(|file| file.name() == name || file.name().strip_prefix("local/") == Some(name));
    if let Some(file) = file.filter(|_| !lists(around.provider.as_ref(), name)) {
        return if around.local { Choice::Local(Box::new(file.clone())) } else { without_local(name) };
    }
    if name.to_ascii_lowercase().ends_with(".gguf") {
        return if around.local { Choice::Path(name.to_owned()) } else { without_local(name) };
    }
    if name.starts_with("local/") {
        return Choice::Nobody(format!(
            "there is no model {name} in the models folder: `talker models list` shows what is there"
        ));
    }
    if around.provider.is_none() && around.ollama.is_some() {
        return Choice::Ollama(name.to_owned());
    }
    match &around.provider {
        Some(_) => Choice::Provider(name.to_owned()),
        None => Choice::Nobody(format!("nobody here has a model {name}: `talker models list` shows what there is")),
    }
}

fn without_local(name: &str) -> Choice {
    Choice::Nobody(format!(
        "{name} is a file, but this build runs no models in its process (it was built without the feature `local`)"
    ))
}

fn lists(listed: Option<&Listed>, name: &str) -> bool {
    listed.is_some_and(|listed| listed.models.iter().any(|model| model == name))
}

fn automatic(around: &Surroundings) -> Decision {
    let decision = |choice, why: &str| Decision { choice, why: why.to_owned() };
    if let Some(provider) = &around.provider {
        if let Some(model) = first_sensible(&provider.models) {
            return decision(Choice::Provider(model.to_owned()), "the first that the configured provider lists");
        }
        let advice = match &provider.trouble {
            Some(trouble) => format!("the configured provider could not be asked which models it has ({trouble})"),
            None => "the configured provider does not say which models it has: set TALKER_CHAT_MODEL to one of them"
                .to_owned(),
        };
        return decision(Choice::Nobody(advice), "a provider is configured");
    }
    if let Some(model) = around.ollama.as_ref().and_then(|ollama| first_sensible(&ollama.models)) {
        return decision(Choice::Ollama(model.to_owned()), "Ollama runs on this machine");
    }
    match around.files.first() {
        Some(file) if around.local => {
            let why = if file.tiny() { "the small model that proves the path; a larger one speaks better" } else { "the largest in the models folder" };
            decision(Choice::Local(Box::new(file.clone())), why)
        }
        Some(_) => decision(
            Choice::Nobody("there are model files, but this build runs none in its process: start Ollama, or set OPENAI_API_BASE_URL and OPENAI_API_KEY".into()),
            "nothing else was found",
        ),
        None => decision(Choice::Nobody(format!("no model was found: {ADVICE}")), "nothing was found"),
    }
}

/// The first model that is likely to be one who talks: providers list embedders, painters and voices too.
pub(super) fn first_sensible(models: &[String]) -> Option<&str> {
    const OTHERS: &[&str] = &[
        "embed",
        "bge-",
        "minilm",
        "rerank",
        "whisper",
        "tts",
        "dall-e",
        "image",
        "audio",
        "realtime",
        "moderation",
        "transcribe",
        "guard",
        "babbage",
        "davinci",
        "search",
        "codex",
        "sora",
        "ocr",
        "stable-diffusion",
        "flux",
        "clip",
    ];
    models.iter().map(String::as_str).find(|name| {
        let name = name.to_lowercase();
        !OTHERS.iter().any(|other| name.contains(other))
    })
}

#[cfg(test)]
mod tests {
    use super::super::gguf::Head;
    use super::*;

    fn file(name: &str, bytes: u64) -> ModelFile {
        ModelFile {
            path: format!("/m/{name}.gguf").into(),
            bytes,
            head: Head { architecture: "llama".into(), ..Head::default() },
        }
    }

    fn listed(models: &[&str]) -> Option<Listed> {
        Some(Listed { models: models.iter().map(|name| (*name).to_owned()).collect(), trouble: None })
    }

    fn everything() -> Surroundings {
        Surroundings {
            named: Some("scripted".into()),
            preferred: Some("ollama/chosen".into()),
            provider: listed(&["text-embedding-3", "gpt-5-mini"]),
            ollama: listed(&["nomic-embed-text", "llama3.1"]),
            files: vec![file("large", 4_000_000_000), file("tiny", 98_000_000)],
            local: true,
        }
    }

    #[test]
    fn each_yields_to_the_one_before() {
        let mut around = everything();
        let mut choose = |change: fn(&mut Surroundings)| {
            change(&mut around);
            decide(&around).choice
        };
        assert_eq!(choose(|_| ()), Choice::Scripted);
        assert_eq!(choose(|around| around.named = None), Choice::Ollama("chosen".into()));
        assert_eq!(choose(|around| around.preferred = None), Choice::Provider("gpt-5-mini".into()));
        assert_eq!(choose(|around| around.provider = None), Choice::Ollama("llama3.1".into()));
        assert_eq!(
            choose(|around| around.ollama = listed(&["nomic-embed-text"])),
            Choice::Local(Box::new(file("large", 4_000_000_000)))
        );
        assert_eq!(choose(|around| drop(around.files.remove(0))), Choice::Local(Box::new(file("tiny", 98_000_000))));
        assert!(matches!(choose(|around| around.local = false), Choice::Nobody(text) if text.contains("start Ollama")));
        assert!(
            matches!(choose(|around| around.files.clear()), Choice::Nobody(text) if text.contains("talker models pull"))
        );
    }

    #[test]
    fn a_name_is_found_wherever_it_is() {
        let around = Surroundings { named: None, preferred: None, ..everything() };
        for (name, choice) in [
            ("openai/gpt-9", Choice::Provider("gpt-9".into())),
            ("openai/anthropic/claude", Choice::Provider("anthropic/claude".into())),
            ("anthropic/claude", Choice::Provider("anthropic/claude".into())),
            ("local/tiny", Choice::Local(Box::new(file("tiny", 98_000_000)))),
            ("tiny", Choice::Local(Box::new(file("tiny", 98_000_000)))),
            ("./Other.GGUF", Choice::Path("./Other.GGUF".into())),
            ("ollama/hf.co/x/y:Q4", Choice::Ollama("hf.co/x/y:Q4".into())),
        ] {
            assert_eq!(by_name(name, &around), choice, "{name}");
        }
        assert!(matches!(by_name("local/gone", &around), Choice::Nobody(text) if text.contains("models list")));
        let alone = Surroundings { files: around.files.clone(), ..Surroundings::default() };
        assert!(matches!(by_name("llama3.1", &alone), Choice::Nobody(_)));
        assert!(matches!(by_name("tiny", &alone), Choice::Nobody(text) if text.contains("feature `local`")));
        let ollama = Surroundings { ollama: listed(&[]), ..Surroundings::default() };
        assert_eq!(by_name("llama3.1", &ollama), Choice::Ollama("llama3.1".into()));
    }

    #[test]
    fn a_provider_that_routes_names_with_its_own_prefix_is_asked_with_it() {
        // OpenRouter calls models of OpenAI `openai/…`: the name it lists is the name it wants.
        let around = Surroundings { provider: listed(&["openai/gpt-5-mini"]), ..Surroundings::default() };
        assert_eq!(by_name("openai/gpt-5-mini", &around), Choice::Provider("openai/gpt-5-mini".into()));
        assert_eq!(by_name("openai/openai/gpt-5-mini", &around), Choice::Provider("openai/gpt-5-mini".into()));
    }
}
