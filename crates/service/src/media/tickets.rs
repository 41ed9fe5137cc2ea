//! Tickets: leave for one person to look at one image, as a part of its address, because a page sends no token with an image.
//!
//! A ticket says who looks, not what they may see: that is asked when the image is. Addresses stay the same for hours, so that
//! what a browser has kept is found again.

use std::fmt::Display;
use std::str::FromStr;

use domain::ids::{EntityId, MediaId, UserId};
use jsonwebtoken::crypto::{sign, verify};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::accounts::Secret;
use crate::{ServiceError, ServiceResult};

/// A longer text is no ticket of ours.
const LONGEST: usize = 256;

/// Why somebody looks at an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looking {
    /// They see what it stands in.
    Seeing,
    /// They moderate, and what it stands in was reported.
    Moderating,
    /// They have unlocked it on a route.
    Unlocked,
}

impl Looking {
    fn as_str(self) -> &'static str {
        match self {
            Self::Seeing => "s",
            Self::Moderating => "m",
            Self::Unlocked => "u",
        }
    }

    /// The addresses change so often, in seconds, and are good for at least as long.
    fn window(self) -> i64 {
        match self {
            Self::Seeing | Self::Unlocked => 6 * 60 * 60,
            Self::Moderating => 10 * 60,
        }
    }
}

impl FromStr for Looking {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Seeing, Self::Moderating, Self::Unlocked].into_iter().find(|looking| looking.as_str() == text).ok_or(())
    }
}

/// Who looks at an image, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looker {
    /// Who.
    pub user: UserId,
    /// Why.
    pub looking: Looking,
}

/// Signs and reads tickets.
pub(super) struct Tickets {
    signing: EncodingKey,
    reading: DecodingKey,
}

impl Tickets {
    pub(super) fn new(secret: &Secret) -> Self {
        Self { signing: EncodingKey::from_secret(secret.bytes()), reading: DecodingKey::from_secret(secret.bytes()) }
    }

    /// A ticket for this image.
    pub(super) fn write(&self, image: MediaId, looker: Looker, now: OffsetDateTime) -> ServiceResult<String> {
        let Looker { user, looking } = looker;
        let window = looking.window();
        let until = (now.unix_timestamp().div_euclid(window) + 2) * window;
        let signature = sign(&message(image, looking.as_str(), user, until), &self.signing, Algorithm::HS256)
            .map_err(|error| ServiceError::Internal(format!("signing a ticket: {error}")))?;
        Ok(format!("{}.{}.{until:x}.{signature}", looking.as_str(), user.uuid().simple()))
    }

    /// Who looks at this image with this ticket, if it is ours and has not ended.
    pub(super) fn read(&self, image: MediaId, ticket: &str, now: OffsetDateTime) -> Option<Looker> {
        if ticket.len() > LONGEST {
            return None;
        }
        let mut parts = ticket.splitn(4, '.');
        let (looking, user, until, signature) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let looking: Looking = looking.parse().ok()?;
        let user = UserId(Uuid::try_parse(user).ok()?);
        let until = i64::from_str_radix(until, 16).ok()?;
        let ours = verify(signature, &message(image, looking.as_str(), user, until), &self.reading, Algorithm::HS256);
        (ours.ok()? && now.unix_timestamp() < until).then_some(Looker { user, looking })
    }
}

/// What is signed: nothing else that this key signs begins so.
fn message(image: MediaId, looking: &str, user: impl Display, until: i64) -> Vec<u8> {
    format!("ticket:{looking}:{image}:{user}:{until}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-05-01 12:00 UTC);

    #[test]
    fn a_ticket_is_for_one_image_one_person_and_some_hours() {
        let tickets = Tickets::new(&Secret::new("a secret for tests that is long enough").unwrap());
        let (image, other) = (MediaId(Uuid::from_u128(1)), MediaId(Uuid::from_u128(2)));
        let looker = Looker { user: UserId(Uuid::from_u128(3)), looking: Looking::Seeing };
        let ticket = tickets.write(image, looker, NOW).unwrap();
        assert_eq!(tickets.write(image, looker, NOW + Duration::hours(5)).unwrap(), ticket, "the address stays");
        assert_eq!(tickets.read(image, &ticket, NOW + Duration::hours(11)), Some(looker));
        assert_eq!(tickets.read(image, &ticket, NOW + Duration::hours(12)), None);
        assert_eq!(tickets.read(other, &ticket, NOW), None);
        let moderating = Looker { looking: Looking::Moderating, ..looker };
        let short = tickets.write(image, moderating, NOW).unwrap();
        assert_eq!(tickets.read(image, &short, NOW), Some(moderating));
        assert_eq!(tickets.read(image, &short, NOW + Duration::minutes(20)), None);
        let forged = [
            ticket.replacen('s', "m", 1),
            ticket.replacen('3', "4", 1),
            ticket.clone() + "x",
            String::new(),
            "s...".into(),
            "x".repeat(400),
        ];
        for ticket in forged {
            assert_eq!(tickets.read(image, &ticket, NOW), None, "{ticket}");
        }
    }
}
