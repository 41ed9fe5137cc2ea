//! What is not let through, as a file that an operator owns.

use domain::ClosedSet;
use domain::moderation::{Harm, Policy, Rule, Side};
use serde::{Deserialize, Serialize};

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Nothing passes while a moderation model is named and cannot be asked.
    #[serde(default)]
    strict: bool,
    /// What a model finds and nobody may write or say.
    #[serde(default = "everybody")]
    refuse: Vec<String>,
    /// What it finds and is let through among adults alone.
    #[serde(default = "minors")]
    refuse_for_minors: Vec<String>,
    #[serde(default)]
    rule: Vec<RuleEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    #[serde(default = "banned")]
    harm: String,
    #[serde(default = "both")]
    sides: Vec<String>,
    #[serde(default)]
    minors_only: bool,
    phrases: Vec<String>,
}

fn names(harms: &[Harm]) -> Vec<String> {
    harms.iter().map(|harm| harm.as_str().to_owned()).collect()
}

fn everybody() -> Vec<String> {
    names(&[Harm::SexualMinors])
}

fn minors() -> Vec<String> {
    names(&[Harm::SexualMinors, Harm::Sexual, Harm::Violence, Harm::Illicit])
}

fn banned() -> String {
    Harm::Banned.as_str().to_owned()
}

fn both() -> Vec<String> {
    Side::ALL.iter().map(|side| side.as_str().to_owned()).collect()
}

/// Reads a file.
///
/// # Errors
/// A sentence on what is wrong with it.
pub(crate) fn read(text: &str) -> Result<Policy, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let mut rules = Vec::with_capacity(file.rule.len());
    for (n, entry) in file.rule.iter().enumerate() {
        let harm = one::<Harm>(&entry.harm)?;
        let sides = all::<Side>(&entry.sides)?;
        let rule = Rule::new(harm, sides, entry.minors_only, &entry.phrases);
        rules.push(rule.map_err(|error| format!("rule {}: {} {}", n + 1, error.field, error.message))?);
    }
    let (refuse, for_minors) = (all::<Harm>(&file.refuse)?, all::<Harm>(&file.refuse_for_minors)?);
    Policy::new(rules, refuse, for_minors, file.strict).map_err(|error| format!("{} {}", error.field, error.message))
}

/// What holds of a model's findings where no file says otherwise.
pub(crate) fn usual() -> Policy {
    read("").unwrap_or_default()
}

/// A file to begin with.
pub(crate) fn written() -> String {
    let all = names(Harm::ALL).join(", ");
    format!(
        "# What Talker does not let through: words of people (they are told so, and nothing is kept) and words of characters (the reply ends before\n\
         # them). TALKER_MODERATION_FILE names the file that holds. Harms: {all}.\n\
         # Somebody's own danger is never refused: the server answers with help.\n\n\
         # What a moderation model (TALKER_MODERATION_URL) finds and nobody may write or say; and what only adults may.\n\
         refuse = {everybody:?}\nrefuse_for_minors = {minors:?}\n\
         # true: nothing passes while that model cannot be asked.\nstrict = false\n\n\
         # Phrases that are not let through: whole words, or runs of characters in scripts without spaces.\n\
         [[rule]]\nharm = \"banned\"\nsides = [\"person\", \"character\"]\n# true: only where somebody reads who is not known to be an adult\n\
         minors_only = false\nphrases = [\"an example of a phrase\"]\n",
        everybody = everybody(),
        minors = minors(),
    )
}

fn one<S: ClosedSet + std::str::FromStr>(name: &str) -> Result<S, String> {
    let known = || S::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
    name.parse().map_err(|_| format!("{name:?} is none of: {}", known()))
}

fn all<S: ClosedSet + std::str::FromStr>(names: &[String]) -> Result<Vec<S>, String> {
    names.iter().map(|name| one(name)).collect()
}

#[cfg(test)]
mod tests {
    use domain::moderation::Among;

    use super::*;

    #[test]
    fn what_is_printed_can_be_read_back() {
        let policy = read(&written()).unwrap();
        let among = Among { side: Side::Person, minors: false };
        assert_eq!(policy.judge("This is an example of a phrase.", among), Some(Harm::Banned));
        assert_eq!(policy.weigh(&[Harm::SexualMinors], among), Some(Harm::SexualMinors));
        assert_eq!(usual().weigh(&[Harm::Sexual], Among { minors: true, ..among }), Some(Harm::Sexual));
        assert_eq!(usual().weigh(&[Harm::Sexual], among), None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("nonsense", "expected"),
            ("refuse = ['rude']", "\"rude\" is none of: sexual_minors"),
            ("[[rule]]\nphrases = []", "rule 1: phrases must be 1 to 1000"),
            ("[[rule]]\nphrases = ['a']\nsides = ['server']", "\"server\" is none of: person, character"),
            ("[[rule]]\nphrases = ['a']\nsides = []", "rule 1: sides"),
            ("rules = 1", "unknown field"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
