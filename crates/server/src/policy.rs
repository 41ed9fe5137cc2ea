//! What an operator decides of reminders, and of characters who write first, as a file that they own.

use domain::sittings::Policy;
use serde::{Deserialize, Serialize};

/// The file. What is absent is as it comes along.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PolicyFile {
    reminders: Reminders,
    characters: Characters,
    words: Words,
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reminders {
    adult_minutes: u32,
    minor_minutes: u32,
    pause_minutes: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Characters {
    write_first: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Words {
    en: String,
    zh: String,
    ja: String,
}

impl Default for Reminders {
    fn default() -> Self {
        let Policy { adult_minutes, minor_minutes, pause_minutes, .. } = Policy::default();
        Self { adult_minutes, minor_minutes, pause_minutes }
    }
}

impl Default for Characters {
    fn default() -> Self {
        Self { write_first: Policy::default().characters_write_first }
    }
}

impl Default for Words {
    fn default() -> Self {
        let [en, zh, ja] = Policy::default().words;
        Self { en, zh, ja }
    }
}

/// Reads a file.
///
/// # Errors
/// A sentence on what is wrong with it.
pub(crate) fn read(text: &str) -> Result<Policy, String> {
    let PolicyFile { reminders, characters, words } =
        toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let policy = Policy {
        adult_minutes: reminders.adult_minutes,
        minor_minutes: reminders.minor_minutes,
        pause_minutes: reminders.pause_minutes,
        characters_write_first: characters.write_first,
        words: [words.en, words.zh, words.ja],
    };
    policy.checked().map_err(|error| format!("{} {}", error.field, error.message))
}

/// The file that says what comes along.
pub(crate) fn written() -> String {
    let head = "# What holds on this server of reminders, and of characters who write first. TALKER_POLICY_FILE names the file that holds;\n\
        # what is not in it is as here.\n\
        #\n\
        # [reminders] After so many minutes without a pause people are told that they talk with a machine, and that a break does good:\n\
        # adults, and everybody who is not known to be one. The law of some places asks for less than three hours, and for an hour where\n\
        # minors are concerned. [characters] Whether characters may write first, to adults who ask them to. [words] What a reminder says;\n\
        # some laws prescribe it.\n\n";
    format!("{head}{}", toml::to_string_pretty(&PolicyFile::default()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_read_back_and_nothing_is_what_comes_along() {
        assert_eq!(read(&written()).unwrap(), Policy::default());
        assert_eq!(read("").unwrap(), Policy::default());
        let strict = read("[reminders]\nadult_minutes = 60\n[characters]\nwrite_first = false\n").unwrap();
        assert_eq!((strict.adult_minutes, strict.minor_minutes, strict.characters_write_first), (60, 60, false));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("nonsense", "expected"),
            ("[reminders]\nadult_minutes = 0", "adult_minutes must be 1 to 1440"),
            ("[reminders]\nadults = 5", "unknown field"),
            ("[words]\nen = ' '", "words"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
