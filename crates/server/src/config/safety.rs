//! The files that an operator owns: what is said to somebody in danger, what holds of reminders, what people agree to, and what is not
//! let through.

use domain::consents::Documents;
use domain::moderation;
use domain::safety::Care;
use domain::sittings::Policy;

use super::reader::Reader;
use super::settings::Setting;
use super::{ApiKey, ModerationSettings, parse, reason, settings};

/// What stands in a file that a setting names; nothing when it names none.
fn owned<T: Default>(reader: &mut Reader, setting: &Setting, read: fn(&str) -> Result<T, String>) -> Option<T> {
    let path = reader.read(setting, parse::path)?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("cannot be read: {}", reason(&error)));
    Some(text.and_then(|text| read(&text)).unwrap_or_else(|wrong| {
        reader.problems.push(format!("{}: {} {wrong}.", setting.env, path.display()));
        T::default()
    }))
}

/// What is said where somebody may be in danger.
pub(super) fn care(reader: &mut Reader) -> Care {
    owned(reader, &settings::CARE_FILE, crate::care::read).unwrap_or_default()
}

/// What the operator decides of reminders, and of characters who write first.
pub(super) fn policy(reader: &mut Reader) -> Policy {
    owned(reader, &settings::POLICY_FILE, crate::policy::read).unwrap_or_default()
}

/// What people agree to.
pub(super) fn documents(reader: &mut Reader) -> Documents {
    owned(reader, &settings::CONSENT_FILE, crate::consents::read).unwrap_or_default()
}

/// What is not let through.
pub(super) fn moderation(reader: &mut Reader) -> ModerationSettings {
    let url = reader.read(&settings::MODERATION_URL, parse::http_url);
    let policy = owned(reader, &settings::MODERATION_FILE, crate::moderation::read);
    let usual = || if url.is_some() { crate::moderation::usual() } else { moderation::Policy::default() };
    ModerationSettings {
        policy: policy.unwrap_or_else(usual),
        url,
        key: reader.read(&settings::MODERATION_KEY, |text| Some(ApiKey(text.to_owned()))),
        model: reader.read(&settings::MODERATION_MODEL, |text| Some(text.to_owned())),
    }
}
