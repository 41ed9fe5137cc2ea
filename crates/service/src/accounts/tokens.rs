//! Tokens: a signed one that says who calls, good for minutes; and a random one that gets the next, good once.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{DeviceId, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::devices::TokenHash;
use time::OffsetDateTime;

use super::{Caller, Secret};
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

const ISSUER: &str = "talker";
const ACCESS: &str = "access";
/// What refresh tokens begin with, so that scanners of leaked secrets know them.
const REFRESH_PREFIX: &str = "tlk_r_";
/// A longer text is no token of ours, and is not looked at.
const LONGEST: usize = 1_024;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: UserId,
    sid: DeviceId,
    iat: i64,
    exp: i64,
    jti: String,
    typ: String,
}

/// Signs and reads access tokens (JWT, HS256).
pub(super) struct AccessTokens {
    signing: EncodingKey,
    reading: DecodingKey,
    validation: Validation,
    ttl: Duration,
}

impl AccessTokens {
    pub(super) fn new(secret: &Secret, ttl: Duration) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        // The end is compared with our own clock, below.
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self {
            signing: EncodingKey::from_secret(secret.bytes()),
            reading: DecodingKey::from_secret(secret.bytes()),
            validation,
            ttl,
        }
    }

    /// A token that says who calls from now on.
    pub(super) fn sign(
        &self,
        user: UserId,
        device: DeviceId,
        now: OffsetDateTime,
        mint: &Mint,
    ) -> ServiceResult<String> {
        let claims = Claims {
            iss: ISSUER.into(),
            sub: user,
            sid: device,
            iat: now.unix_timestamp(),
            exp: (now + self.ttl).unix_timestamp(),
            jti: URL_SAFE_NO_PAD.encode(mint.secret()),
            typ: ACCESS.into(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map_err(|error| ServiceError::Internal(format!("signing a token: {error}")))
    }

    /// Who calls with this token, if it is ours and has not ended.
    pub(super) fn read(&self, token: &str, now: OffsetDateTime) -> Option<Caller> {
        if token.len() > LONGEST {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.reading, &self.validation).ok()?.claims;
        let expires_at = OffsetDateTime::from_unix_timestamp(claims.exp).ok()?;
        (claims.typ == ACCESS && now < expires_at).then_some(Caller {
            user_id: claims.sub,
            device_id: claims.sid,
            expires_at,
        })
    }
}

/// A new refresh token.
pub(super) fn new_refresh_token(mint: &Mint) -> String {
    format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(mint.secret()))
}

/// What is kept of a refresh token; `None` for a text that cannot be one.
pub(super) fn refresh_token_hash(token: &str) -> Option<TokenHash> {
    let secret = token.strip_prefix(REFRESH_PREFIX)?;
    let mut bytes = [0; 32];
    let length = URL_SAFE_NO_PAD.decode_slice(secret, &mut bytes).ok()?;
    (length == bytes.len()).then(|| Sha256::digest(token.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use time::macros::datetime;
    use uuid::Uuid;

    const NOW: OffsetDateTime = datetime!(2026-05-01 12:00 UTC);
    const AYA: UserId = UserId(Uuid::from_u128(1));
    const PHONE: DeviceId = DeviceId(Uuid::from_u128(2));

    fn mint() -> Mint {
        Mint::new(Arc::new(crate::clock::SystemClock))
    }

    fn tokens(secret: &str) -> AccessTokens {
        AccessTokens::new(&Secret::new(secret).unwrap(), Duration::from_secs(900))
    }

    #[test]
    fn a_token_says_who_calls_until_it_ends() {
        let tokens = tokens("0123456789abcdef0123456789abcdef");
        let token = tokens.sign(AYA, PHONE, NOW, &mint()).unwrap();
        let expires_at = NOW + Duration::from_secs(900);
        assert_eq!(tokens.read(&token, NOW), Some(Caller { user_id: AYA, device_id: PHONE, expires_at }));
        assert_eq!(tokens.read(&token, expires_at), None);
    }

    #[test]
    fn a_token_of_another_key_or_algorithm_is_none() {
        let (ours, theirs) = (tokens("0123456789abcdef0123456789abcdef"), tokens("another-key-another-key-another-k"));
        let token = theirs.sign(AYA, PHONE, NOW, &mint()).unwrap();
        assert_eq!(ours.read(&token, NOW), None);
        let body = ours.sign(AYA, PHONE, NOW, &mint()).unwrap();
        let body = body.split('.').nth(1).unwrap();
        let unsigned = format!("{}.{body}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#));
        assert_eq!(ours.read(&unsigned, NOW), None);
        assert_eq!(ours.read(&"x".repeat(LONGEST + 1), NOW), None);
    }

    #[test]
    fn a_refresh_token_has_one_form() {
        let token = new_refresh_token(&mint());
        assert!(refresh_token_hash(&token).is_some());
        assert_ne!(refresh_token_hash(&token), refresh_token_hash(&new_refresh_token(&mint())));
        for bad in ["", "tlk_r_", "tlk_r_AAAA", &token[1..], &format!("{token}A"), &format!("{token}\n")] {
            assert_eq!(refresh_token_hash(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_short_secret_is_refused_in_a_sentence() {
        let error = Secret::new("too short").unwrap_err();
        assert_eq!(error.to_string(), "the secret key must have at least 32 bytes, not 9");
    }
}
