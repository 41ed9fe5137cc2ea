//! What is said where somebody may be in danger, as a file that an operator owns.

use std::collections::BTreeMap;

use domain::ClosedSet;
use domain::safety::{Care, Tongue, Words};

/// Reads a file.
///
/// # Errors
/// A sentence on what is wrong with it.
pub(crate) fn read(text: &str) -> Result<Care, String> {
    let all: BTreeMap<String, Words> = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let known = |name: &String| Tongue::ALL.iter().any(|tongue| tongue.as_str() == name);
    if let Some(other) = all.keys().find(|name| !known(name)) {
        return Err(format!("[{other}] is none of its languages: en, zh, ja"));
    }
    let words = |tongue: Tongue| all.get(tongue.as_str()).cloned();
    Care::new(words).map_err(|error| format!("[{}] {}", error.field, error.message))
}

/// The file that says what comes along.
pub(crate) fn written() -> String {
    let care = Care::default();
    let all: BTreeMap<&str, &Words> = Tongue::ALL.iter().map(|tongue| (tongue.as_str(), care.words(*tongue))).collect();
    let head = "# What Talker says, in place of a character, to somebody who may be in danger. Lines of help belong to a country: put those of\n\
        # your people first, and look once a year whether they still hold. TALKER_CARE_FILE names the file that holds.\n\n";
    format!("{head}{}", toml::to_string_pretty(&all).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_read_back() {
        assert_eq!(read(&written()).unwrap(), Care::default());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("", "[en] is missing"),
            ("nonsense", "expected"),
            ("[fr]\nself_harm='a'\neating_disorder='a'\nlines=['a']\nclose='a'", "[fr] is none of its languages"),
            ("[en]\nself_harm='a'\neating_disorder='a'\nlines=[]\nclose='a'", "[en] must name 1 to 20 who help"),
            ("[en]\nself_harm='a'\neating_disorder='a'\nlines=['a']\nclose=' '", "[en]"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
