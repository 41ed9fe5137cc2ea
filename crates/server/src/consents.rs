//! The terms of an operator, and how they handle what people write, as a file that they own.

use domain::consents::{Document, Documents};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The file. What is absent is not there.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ConsentFile {
    required: bool,
    terms: Option<Text>,
    privacy: Option<Text>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Text {
    version: String,
    en: String,
    zh: String,
    ja: String,
}

/// Reads a file.
///
/// # Errors
/// A sentence on what is wrong with it.
pub(crate) fn read(text: &str) -> Result<Documents, String> {
    let ConsentFile { required, terms, privacy } = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let document = |name: &str, text: Option<Text>| {
        let made = text.map(|Text { version, en, zh, ja }| Document::new(&version, [en, zh, ja], digest));
        made.transpose().map_err(|error| format!("{name}.{} {}", error.field, error.message))
    };
    let documents = Documents { required, terms: document("terms", terms)?, privacy: document("privacy", privacy)? };
    if required && documents.all().next().is_none() {
        return Err("required needs a text: terms, privacy, or both".to_owned());
    }
    Ok(documents)
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file to begin with.
pub(crate) fn written() -> String {
    "# What people agree to on this server. TALKER_CONSENT_FILE names the file that holds; without it, nobody is asked for anything.\n\
     #\n\
     # `version` names a text, and is written down with the digest of the text whenever somebody agrees: give another one whenever you change\n\
     # what it says, and everybody is asked again. With `required`, nobody signs up, writes or changes anything without having agreed to the\n\
     # current versions; reading, exporting and erasing what is one's own stays possible. A language that is not there is told in another.\n\n\
     required = true\n\n\
     [terms]\nversion = \"1\"\nen = \"\"\"\nReplace this with your terms.\n\"\"\"\nzh = \"\"\nja = \"\"\n\n\
     [privacy]\nversion = \"1\"\nen = \"\"\"\nReplace this with how you handle what people write, and which model reads it.\n\"\"\"\nzh = \"\"\nja = \"\"\n"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use domain::consents::ConsentKind;

    use super::*;

    #[test]
    fn what_is_printed_can_be_read_and_nothing_asks_for_nothing() {
        let documents = read(&written()).unwrap();
        assert!(documents.required);
        assert_eq!(documents.all().map(|(kind, _)| kind).collect::<Vec<_>>(), ConsentKind::DOCUMENTS);
        assert_eq!(read("").unwrap(), Documents::default());
        let other = read(&written().replace("your terms", "our terms")).unwrap();
        assert_ne!(other.terms.unwrap().digest, documents.terms.unwrap().digest);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("nonsense", "expected"),
            ("required = true", "required needs a text"),
            ("[terms]\nversion = ''\nen = 'x'", "terms.version"),
            ("[privacy]\nversion = '1'", "privacy.en"),
            ("[imprint]\nversion = '1'", "unknown field"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
