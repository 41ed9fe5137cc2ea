//! API keys: what a person gives to a program that talks with characters for them, by an interface that programs know already.
//!
//! A key opens that interface and nothing else: whoever has it reads no account, no list of chats and no book of memories.

use time::OffsetDateTime;

use crate::ids::{ApiKeyId, CharacterId, UserId};
use crate::limits;
use crate::validation::{FieldError, line};

closed_set! {
    /// What a key is good for.
    pub enum ApiKeyScope {
        /// Asks characters. Nothing of it is kept, and nothing of the past is told.
        Chat = "chat",
        /// In what is asked so, the character has in mind what she remembers of the person.
        Recall = "recall",
        /// Says something in chats of the person: it is kept and remembered as if they had said it.
        Sessions = "sessions",
    }
}

/// A key, without its secret: of that only a hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is for, in the person's words.
    pub name: String,
    /// How the key begins, so that it is known among others.
    pub hint: String,
    /// What it is good for; never empty.
    pub scopes: Vec<ApiKeyScope>,
    /// With whom it talks; `None` is everybody whom the person may talk to. Who is gone is nobody.
    pub characters: Option<Vec<CharacterId>>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it ends by itself.
    pub expires_at: Option<OffsetDateTime>,
    /// When it was last shown, to the hour.
    pub last_used_at: Option<OffsetDateTime>,
}

impl ApiKey {
    /// Whether it is good for this.
    #[must_use]
    pub fn allows(&self, scope: ApiKeyScope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether it talks with this character, as far as the key says.
    #[must_use]
    pub fn reaches(&self, character: CharacterId) -> bool {
        self.characters.as_ref().is_none_or(|characters| characters.contains(&character))
    }
}

/// What a person changes about a key; `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiKeyPatch {
    /// Another name.
    pub name: Option<String>,
    /// What it is good for from now on.
    pub scopes: Option<Vec<ApiKeyScope>>,
    /// With whom it talks; `Some(None)` is everybody.
    pub characters: Option<Option<Vec<CharacterId>>>,
    /// When it ends; `Some(None)` is never.
    pub expires_at: Option<Option<OffsetDateTime>>,
}

/// What a key is for, in a line.
///
/// # Errors
/// When it is empty, too long or not a single line.
pub fn name(text: &str) -> Result<String, FieldError> {
    line("name", text, limits::API_KEY_NAME)
}

/// What a key is good for: each once, in their order, and something.
///
/// # Errors
/// When it is nothing.
pub fn scopes(given: &[ApiKeyScope]) -> Result<Vec<ApiKeyScope>, FieldError> {
    let mut scopes = given.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() { Err(FieldError::new("scopes", "must be good for something")) } else { Ok(scopes) }
}

/// With whom a key talks: each once, in the order given. Whether they are there is known where characters are.
///
/// # Errors
/// When there are none, or too many.
pub fn characters(given: &[CharacterId]) -> Result<Vec<CharacterId>, FieldError> {
    let mut kept: Vec<CharacterId> = Vec::with_capacity(given.len().min(limits::API_KEY_CHARACTERS));
    for character in given.iter().take(limits::API_KEY_CHARACTERS + 1) {
        if !kept.contains(character) {
            kept.push(*character);
        }
    }
    if kept.is_empty() || given.len() > limits::API_KEY_CHARACTERS {
        return Err(FieldError::new("characters", "must be 1 to 32 characters, or null for everybody"));
    }
    Ok(kept)
}

/// When a key ends: at some time to come.
///
/// # Errors
/// When that is past.
pub fn expires_at(end: OffsetDateTime, now: OffsetDateTime) -> Result<OffsetDateTime, FieldError> {
    if end <= now || end.year() > 9999 {
        return Err(FieldError::new("expires_at", "must be a time to come"));
    }
    // The store keeps microseconds: what is written and what is read back are the same.
    Ok(end.replace_microsecond(end.microsecond()).unwrap_or(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;
    use uuid::Uuid;

    #[test]
    fn a_key_is_good_for_something_said_once() {
        let given = [ApiKeyScope::Sessions, ApiKeyScope::Chat, ApiKeyScope::Sessions];
        assert_eq!(scopes(&given).unwrap(), [ApiKeyScope::Chat, ApiKeyScope::Sessions]);
        assert_eq!(scopes(&[]).unwrap_err().field, "scopes");
    }

    #[test]
    fn a_key_for_nobody_is_none() {
        let id = |n| CharacterId(Uuid::from_u128(n));
        assert_eq!(characters(&[id(2), id(1), id(2)]).unwrap(), [id(2), id(1)]);
        assert!(characters(&[]).is_err());
        let many: Vec<CharacterId> = (0..33).map(id).collect();
        assert!(characters(&many).is_err() && characters(&many[..32]).is_ok());
    }

    #[test]
    fn a_key_ends_in_time_to_come() {
        let now = datetime!(2026-05-01 12:00 UTC);
        assert!(expires_at(now, now).is_err());
        assert_eq!(
            expires_at(datetime!(2026-05-01 12:00:00.0000019 UTC), now).unwrap(),
            datetime!(2026-05-01 12:00:00.000001 UTC)
        );
    }
}
