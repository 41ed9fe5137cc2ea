//! People: accounts, their devices, and what follows from their age.

use time::{Date, OffsetDateTime};

use crate::ids::{DeviceId, UserId};
use crate::limits;
use crate::validation::{FieldError, line, optional_line};

closed_set! {
    /// What a person's age allows. Bounds of many laws; who is unknown is treated as the youngest where a rule says so.
    pub enum AgeClass {
        /// No birth date is known.
        Unknown = "unknown",
        /// Under 13.
        Child = "child",
        /// 13 to 17.
        Teen = "teen",
        /// 18 and over.
        Adult = "adult",
    }
}

impl AgeClass {
    /// The class of someone born on `birth_date`, on the day `today`.
    #[must_use]
    pub fn of(birth_date: Option<Date>, today: Date) -> Self {
        let Some(born) = birth_date else { return Self::Unknown };
        let had_birthday = (today.month() as u8, today.day()) >= (born.month() as u8, born.day());
        match today.year() - born.year() - i32::from(!had_birthday) {
            ..=12 => Self::Child,
            13..=17 => Self::Teen,
            _ => Self::Adult,
        }
    }
}

closed_set! {
    /// What a person may do on this server beside what everybody may.
    pub enum UserRole {
        /// Nothing more.
        Member = "member",
        /// May look people up.
        Moderator = "moderator",
        /// May do all that whoever runs the server may.
        Admin = "admin",
    }
}

/// That an account is closed for the time being. Nothing of the person is lost meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    /// Since when.
    pub at: OffsetDateTime,
    /// Why, in an admin's words; may be empty.
    pub reason: String,
}

/// A person with an account. The password hash is not part of it: it stays between the store and the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// The name they sign in with, in lower case.
    pub username: String,
    /// The address they sign in with, in lower case.
    pub email: String,
    /// What characters call them.
    pub display_name: String,
    /// When they were born.
    pub birth_date: Option<Date>,
    /// Their IANA time zone (`Asia/Tokyo`).
    pub timezone: Option<String>,
    /// Whether they meet characters who are rated mature. Only who is known to be an adult can switch it on, and nobody grows
    /// younger: so whoever has it on is one.
    pub sees_mature: bool,
    /// What they may do.
    pub role: UserRole,
    /// Whether they cannot sign in, and why.
    pub disabled: Option<Disabled>,
    /// When they signed up.
    pub created_at: OffsetDateTime,
    /// When they last changed something here.
    pub updated_at: OffsetDateTime,
}

/// What a person changes about themselves; `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserPatch {
    /// What characters call them.
    pub display_name: Option<String>,
    /// A new address.
    pub email: Option<String>,
    /// The IANA time zone, or `Some(None)` to forget it.
    pub timezone: Option<Option<String>>,
    /// Whether they meet characters who are rated mature.
    pub sees_mature: Option<bool>,
}

/// One sign-in: a phone, a browser, an API client. It lives as long as its refresh tokens are rotated in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id; also the family of its refresh tokens.
    pub id: DeviceId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it calls itself, from the sign-in.
    pub label: String,
    /// When it signed in.
    pub created_at: OffsetDateTime,
    /// When its token was last rotated.
    pub last_seen_at: OffsetDateTime,
    /// When it must sign in again, unless rotated before.
    pub expires_at: OffsetDateTime,
}

/// A user name as it is stored: lower case, 3 to 32 of `a-z 0-9 _ . -`, beginning with a letter or digit.
///
/// # Errors
/// When it has another form.
pub fn username(text: &str) -> Result<String, FieldError> {
    let name = text.trim().to_ascii_lowercase();
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-');
    let begins_well = name.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    if !limits::USERNAME.contains(&name.len()) || !begins_well || !name.bytes().all(allowed) {
        return Err(FieldError::new(
            "username",
            "must be 3 to 32 of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit",
        ));
    }
    Ok(name)
}

/// An e-mail address as it is stored: lower case, one `@`, a host with a dot. Whether it receives mail is not asked.
///
/// # Errors
/// When it has another form.
pub fn email(text: &str) -> Result<String, FieldError> {
    let address = text.trim().to_lowercase();
    let well_formed = address.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && local.len() <= 64
            && !host.contains('@')
            && host.split('.').count() >= 2
            && host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
    });
    let plain =
        address.chars().all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"' | ',' | ';'));
    if address.len() > limits::EMAIL_BYTES || !well_formed || !plain {
        return Err(FieldError::new("email", "must be an e-mail address"));
    }
    Ok(address)
}

/// A password that may be set.
///
/// # Errors
/// When it is too short or too long.
pub fn new_password(field: &str, password: &str) -> Result<(), FieldError> {
    if limits::PASSWORD_BYTES.contains(&password.len()) {
        Ok(())
    } else {
        Err(FieldError::new(field, "must have 8 to 256 bytes"))
    }
}

/// A birth date that can be true: not in the future, at most 130 years ago.
///
/// # Errors
/// When it cannot be.
pub fn birth_date(date: Date, today: Date) -> Result<Date, FieldError> {
    if date > today || today.year() - date.year() > 130 {
        return Err(FieldError::new("birth_date", "must be a day in the past 130 years"));
    }
    Ok(date)
}

/// That somebody of this age has to do with what is mature: they see it, or make it.
///
/// # Errors
/// When they are not known to be an adult.
pub fn mature(field: &str, age: AgeClass) -> Result<(), FieldError> {
    match age {
        AgeClass::Adult => Ok(()),
        AgeClass::Unknown | AgeClass::Child | AgeClass::Teen => Err(FieldError::new(field, "is for adults only")),
    }
}

/// Why an account is disabled: a line, or nothing.
///
/// # Errors
/// When it is too long or not a single line.
pub fn disabled_reason(text: &str) -> Result<String, FieldError> {
    optional_line("reason", text, limits::REASON)
}

/// A name shown to others.
///
/// # Errors
/// When it is empty, too long or not a single line.
pub fn display_name(text: &str) -> Result<String, FieldError> {
    line("display_name", text, limits::DISPLAY_NAME)
}

/// The form of an IANA time zone name. Whether the zone exists is known where clocks are.
///
/// # Errors
/// When it has another form.
pub fn timezone(text: &str) -> Result<String, FieldError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+');
    if text.is_empty() || text.len() > limits::TIMEZONE_BYTES || !text.bytes().all(allowed) {
        return Err(FieldError::new("timezone", "must be an IANA time zone such as Europe/Paris"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn age_classes_turn_on_the_birthday() {
        let born = Some(date!(2008 - 11 - 24));
        assert_eq!(AgeClass::of(born, date!(2021 - 11 - 23)), AgeClass::Child);
        assert_eq!(AgeClass::of(born, date!(2021 - 11 - 24)), AgeClass::Teen);
        assert_eq!(AgeClass::of(born, date!(2026 - 11 - 23)), AgeClass::Teen);
        assert_eq!(AgeClass::of(born, date!(2026 - 11 - 24)), AgeClass::Adult);
        assert_eq!(AgeClass::of(None, date!(2026 - 11 - 24)), AgeClass::Unknown);
    }

    #[test]
    fn names_and_addresses_are_normalised_or_refused() {
        assert_eq!(username(" Aya.K ").unwrap(), "aya.k");
        assert!(username("ab").is_err() && username(".abc").is_err() && username("a b c").is_err());
        assert_eq!(email(" Aya@Example.org").unwrap(), "aya@example.org");
        for bad in ["aya", "@x.org", "a@b", "a@b..c", "a b@c.org", "a@b@c.org", "a@-b.org"] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }
}
