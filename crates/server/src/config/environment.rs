//! What is said from outside: the environment, `.env` in the working directory, files named by `…_FILE`.
//!
//! The one place that reads the environment. An empty variable counts as absent; a name like ours that means nothing is
//! answered with the nearest that does.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::settings::{self, Setting, Shown};

/// The longest secret in a file, with room for a key of any kind.
const SECRET_BYTES: usize = 64 * 1024;

/// A value and where it came from, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// The value.
    pub text: String,
    /// Where it stands, as the beginning of a sentence about it.
    pub from: String,
}

/// Names and values, from the process or from a test.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    values: BTreeMap<String, Given>,
    warnings: Vec<String>,
}

impl Environment {
    /// That of this process, over `.env` in its working directory.
    #[must_use]
    pub fn of_process() -> Self {
        let mut environment = Self::default();
        environment.read_dotenv(Path::new(".env"));
        let lossy = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
        };
        environment.extend(std::env::vars_os().map(lossy));
        environment
    }

    /// These and nothing else.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut environment = Self::default();
        environment.extend(pairs.into_iter().map(|(name, value)| (name.into(), value.into())));
        environment
    }

    /// Says a setting over everything else; `from` is what it is called in sentences.
    pub fn set(&mut self, name: &str, from: &str, text: &str) {
        self.values.insert(name.to_owned(), Given { text: text.to_owned(), from: from.to_owned() });
    }

    fn extend(&mut self, pairs: impl IntoIterator<Item = (String, String)>) {
        for (name, text) in pairs.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
            let from = name.clone();
            self.values.insert(name, Given { text, from });
        }
    }

    fn read_dotenv(&mut self, path: &Path) {
        let lines = match dotenvy::from_path_iter(path) {
            Ok(lines) => lines,
            Err(error) if error.not_found() => return,
            Err(_) => return self.warnings.push(format!("{} cannot be read and is left out.", path.display())),
        };
        for line in lines {
            match line {
                Ok((name, text)) if !text.trim().is_empty() => {
                    let from = format!("{name} in {}", path.display());
                    self.values.insert(name, Given { text, from });
                }
                Ok(_) => {}
                // The line itself may hold a secret.
                Err(_) => self
                    .warnings
                    .push(format!("A line of {} is not of the form NAME=value and is left out.", path.display())),
            }
        }
    }

    /// What is said under a name that is no setting of the server.
    pub(crate) fn plain(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|given| given.text.trim())
    }

    /// What is said of a setting; a secret may stand in a file.
    pub(super) fn find(&self, setting: &Setting) -> Result<Option<Given>, String> {
        let given = self.values.get(setting.env);
        let Some(named) = file_name(setting).and_then(|name| self.values.get(&name)) else { return Ok(given.cloned()) };
        if let Some(given) = given {
            return Err(format!("{} and {} are both given; keep one of them.", given.from, named.from));
        }
        let path = &named.text;
        match secret_text(path) {
            Ok(text) if text.len() > SECRET_BYTES => {
                Err(format!("{} names {path}, which is too long for a secret.", named.from))
            }
            Ok(text) if text.trim().is_empty() => Err(format!("{} names {path}, which is empty.", named.from)),
            Ok(text) => Ok(Some(Given {
                text: text.trim().to_owned(),
                from: format!("The text in {path}, named by {},", named.from),
            })),
            Err(error) => Err(format!("{} names {path}, which cannot be read: {}.", named.from, super::reason(&error))),
        }
    }

    /// What should be told to whoever set it up: names that mean nothing, lines that cannot be read.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings = self.warnings.clone();
        let ours = |name: &&String| name.starts_with("TALKER_") && !name.starts_with("TALKER_TEST_");
        warnings.extend(self.values.keys().filter(ours).filter(|name| !is_known(name)).map(|name| unknown(name)));
        warnings
    }
}

/// The text of a file, as far as it could be a secret: it may be a device that never ends.
fn secret_text(path: &str) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(SECRET_BYTES as u64 + 1).read_to_string(&mut text)?;
    Ok(text)
}

fn file_name(setting: &Setting) -> Option<String> {
    (setting.shown != Shown::Open).then(|| format!("{}_FILE", setting.env))
}

fn is_known(name: &str) -> bool {
    // What `talker chat` reads is no setting of a server.
    name == "TALKER_TOKEN"
        || settings::by_env(name).is_some()
        || settings::all().any(|setting| file_name(setting).is_some_and(|file| file == name))
}

fn unknown(name: &str) -> String {
    match nearest(name, settings::all().map(|setting| setting.env)) {
        Some(meant) => format!("{name} is not a setting and does nothing; {meant} was perhaps meant."),
        None => format!("{name} is not a setting and does nothing."),
    }
}

/// The known name that is most like the unknown one, if one is.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // What all names share says nothing.
    let plain = |name: &'a str| name.strip_prefix("TALKER_").unwrap_or(name);
    let name = name.strip_prefix("TALKER_").unwrap_or(name);
    let likeness = |known: &'a str| {
        strsim::jaro_winkler(name, plain(known)).max(strsim::normalized_damerau_levenshtein(name, plain(known)))
    };
    known
        .map(|known| (likeness(known), known))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let environment = Environment::from_pairs([
            ("TALKER_ADRESS", "x"),
            ("TALKER_TEST_POSTGRES_URL", "x"),
            ("TALKER_ZZZ", "x"),
            ("TALKER_LOG", "info"),
            ("OTHER", "x"),
        ]);
        assert_eq!(
            environment.warnings(),
            [
                "TALKER_ADRESS is not a setting and does nothing; TALKER_ADDRESS was perhaps meant.",
                "TALKER_ZZZ is not a setting and does nothing."
            ]
        );
    }

    #[test]
    fn a_secret_may_stand_in_a_file_and_nothing_else_may() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "sk-1\n").unwrap();
        let path = path.to_string_lossy().into_owned();
        let found = Environment::from_pairs([("OPENAI_API_KEY_FILE", path.clone())])
            .find(&settings::OPENAI_API_KEY)
            .unwrap()
            .unwrap();
        assert_eq!(found.text, "sk-1");
        let both = Environment::from_pairs([("OPENAI_API_KEY_FILE", path), ("OPENAI_API_KEY", "sk-2".into())]);
        let both = both.find(&settings::OPENAI_API_KEY).unwrap_err();
        assert_eq!(both, "OPENAI_API_KEY and OPENAI_API_KEY_FILE are both given; keep one of them.");
        let missing =
            Environment::from_pairs([("SECRET_KEY_FILE", "/nowhere/key")]).find(&settings::SECRET_KEY).unwrap_err();
        assert_eq!(missing, "SECRET_KEY_FILE names /nowhere/key, which cannot be read: there is no such file.");
        let endless =
            Environment::from_pairs([("SECRET_KEY_FILE", "/dev/zero")]).find(&settings::SECRET_KEY).unwrap_err();
        assert_eq!(endless, "SECRET_KEY_FILE names /dev/zero, which is too long for a secret.");
        assert_eq!(Environment::from_pairs([("TALKER_LOG_FILE", "x")]).warnings().len(), 1);
    }

    #[test]
    fn every_secret_and_every_address_with_a_password_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "postgres://aya:hunter2@db/talker\r\n").unwrap();
        let path = path.to_string_lossy().into_owned();
        let empty = folder.path().join("empty");
        std::fs::write(&empty, "\n").unwrap();
        let empty = empty.to_string_lossy().into_owned();
        for name in ["SECRET_KEY", "OPENAI_API_KEY", "DATABASE_URL", "MONGODB_URL", "REDIS_URL"] {
            let setting = settings::by_env(name).unwrap();
            let found = Environment::from_pairs([(format!("{name}_FILE"), path.clone())]).find(setting);
            assert_eq!(found.unwrap().unwrap().text, "postgres://aya:hunter2@db/talker", "{name}");
            let nothing = Environment::from_pairs([(format!("{name}_FILE"), empty.clone())]).find(setting).unwrap_err();
            assert_eq!(nothing, format!("{name}_FILE names {empty}, which is empty."));
        }
    }

    #[test]
    fn what_is_empty_is_absent_and_dotenv_yields_to_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(
            &path,
            "# a comment\nTALKER_LOG=debug\nexport TALKER_LOG_FORMAT=\"json\"\nnonsense\nTALKER_ADDRESS=\n",
        )
        .unwrap();
        let mut environment = Environment::default();
        environment.read_dotenv(&path);
        environment.extend([("TALKER_LOG".into(), "warn".into()), ("TALKER_LOG_FORMAT".into(), " ".into())]);
        let text = |setting| environment.find(setting).unwrap().map(|given: Given| given.text);
        assert_eq!(text(&settings::LOG).as_deref(), Some("warn"));
        assert_eq!(text(&settings::LOG_FORMAT).as_deref(), Some("json"));
        assert_eq!(text(&settings::ADDRESS), None);
        assert_eq!(environment.warnings().len(), 1);
    }
}
