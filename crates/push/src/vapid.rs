//! Who sends: a key by which push services and browsers know this server again (RFC 8292).

use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use rand::TryRngCore;
use rand::rngs::OsRng;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::ports::PushError;

/// How long a signature is good: the standard allows a day, and clocks differ.
const GOOD_FOR: Duration = Duration::hours(12);

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be a private key of the curve P-256: 32 bytes in base64url, 43 characters")]
pub struct InvalidKey;

/// The key of this server. It is never shown, also not by `Debug`.
#[derive(Clone)]
pub struct VapidKey(SecretKey);

impl std::fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VapidKey")
    }
}

impl VapidKey {
    /// The key in a text, as most tools write private keys of VAPID.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, InvalidKey> {
        let bytes = crate::bytes(text.trim()).filter(|bytes| bytes.len() == 32).ok_or(InvalidKey)?;
        SecretKey::from_slice(&bytes).map(Self).map_err(|_| InvalidKey)
    }

    /// The text of the key, for whoever keeps it.
    #[must_use]
    pub fn secret_text(&self) -> String {
        crate::text(self.0.to_bytes())
    }

    /// The public half, as browsers want it: an uncompressed point.
    #[must_use]
    pub fn public_text(&self) -> String {
        crate::text(self.0.public_key().to_encoded_point(false))
    }

    /// The header `Authorization` of a message to `origin`.
    pub(crate) fn authorization(&self, origin: &str, contact: &str, now: OffsetDateTime) -> String {
        let header = crate::text(json!({"typ": "JWT", "alg": "ES256"}).to_string());
        let claims = json!({"aud": origin, "exp": (now + GOOD_FOR).unix_timestamp(), "sub": contact});
        let signed = format!("{header}.{}", crate::text(claims.to_string()));
        let signature: Signature = SigningKey::from(&self.0).sign(signed.as_bytes());
        format!("vapid t={signed}.{}, k={}", crate::text(signature.to_bytes()), self.public_text())
    }
}

/// A key that nobody knows.
pub(crate) fn fresh_key() -> Result<SecretKey, PushError> {
    // Of all texts of 32 bytes, one in four thousand millions is no key.
    for _ in 0..8 {
        if let Ok(key) = SecretKey::from_slice(&fresh::<32>()?) {
            return Ok(key);
        }
    }
    Err(PushError::Internal("the system's chance is broken"))
}

/// Bytes that nobody can guess.
pub(crate) fn fresh<const N: usize>() -> Result<[u8; N], PushError> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| PushError::Internal("the system gives no chance"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_message_is_signed_so_that_the_public_key_proves_it() {
        let key = VapidKey(fresh_key().unwrap());
        let now = datetime!(2026-04-05 09:00 UTC);
        let header = key.authorization("https://push.example.net", "mailto:a@example.org", now);
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = Signature::from_slice(&crate::bytes(signature).unwrap()).unwrap();
        let verifying = VerifyingKey::from_sec1_bytes(&crate::bytes(public).unwrap()).unwrap();
        verifying.verify(signed.as_bytes(), &signature).unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let read = |text: &str| serde_json::from_slice::<serde_json::Value>(&crate::bytes(text).unwrap()).unwrap();
        assert_eq!(read(header), json!({"typ": "JWT", "alg": "ES256"}));
        let expected = json!({"aud": "https://push.example.net", "exp": 1_775_422_800, "sub": "mailto:a@example.org"});
        assert_eq!(read(claims), expected);
    }

    #[test]
    fn a_key_survives_its_text_form_and_shows_nothing() {
        let key = VapidKey(fresh_key().unwrap());
        let again = VapidKey::read(&format!("{}\n", key.secret_text())).unwrap();
        assert_eq!(again.public_text(), key.public_text());
        assert_eq!((format!("{key:?}").as_str(), key.public_text().len()), ("VapidKey", 87));
        for bad in ["", "short", &crate::text([0; 32]), &crate::text([255; 32]), &crate::text([1; 33])] {
            assert_eq!(VapidKey::read(bad).unwrap_err(), InvalidKey, "{bad}");
        }
    }
}
