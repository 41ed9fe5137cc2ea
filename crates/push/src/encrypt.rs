//! Encryption for one browser: RFC 8291, which is ECDH on P-256 and a secret of the browser's, over the one record of
//! RFC 8188's `aes128gcm`.

use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::Sha256;

use crate::ports::PushError;
use crate::web::InvalidSubscription;

/// What every push service takes in one message: 4096 bytes, of which the header, the tag and the mark of the end take some.
const MESSAGE_BYTES: usize = 4_096;

/// The header: salt, size of records, key.
const HEADER_BYTES: usize = 16 + 4 + 1 + POINT_BYTES;

/// A point of the curve as it is sent.
const POINT_BYTES: usize = 65;

const TAG_BYTES: usize = 16;

/// How much a message can say.
pub const PAYLOAD_BYTES: usize = MESSAGE_BYTES - HEADER_BYTES - TAG_BYTES - 1;

/// Marks the end of the last record.
const END: u8 = 2;

/// What a browser gave so that only it can read.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    public: PublicKey,
    auth: [u8; 16],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// The keys as a browser writes them: `p256dh` and `auth`.
    ///
    /// # Errors
    /// Names the one that is none.
    pub fn read(p256dh: &str, auth: &str) -> Result<Self, InvalidSubscription> {
        let public = crate::bytes(p256dh).filter(|bytes| bytes.len() == POINT_BYTES);
        let public = public.and_then(|bytes| PublicKey::from_sec1_bytes(&bytes).ok());
        let auth = crate::bytes(auth).and_then(|bytes| bytes.try_into().ok());
        Ok(Self {
            public: public.ok_or(InvalidSubscription::PublicKey)?,
            auth: auth.ok_or(InvalidSubscription::Secret)?,
        })
    }

    /// The public key, as [`Self::read`] takes it.
    #[must_use]
    pub fn p256dh(&self) -> String {
        crate::text(self.public.to_encoded_point(false))
    }

    /// The secret, as [`Self::read`] takes it.
    #[must_use]
    pub fn auth(&self) -> String {
        crate::text(self.auth)
    }
}

/// The chance in one message: a key and a salt, never used twice.
pub(crate) struct Chance {
    pub(crate) key: SecretKey,
    pub(crate) salt: [u8; 16],
}

/// The body of a message that says `payload`, filled up to `length` so that its size tells nothing.
pub(crate) fn encrypt(keys: &Keys, payload: &[u8], length: usize, chance: &Chance) -> Result<Vec<u8>, PushError> {
    if payload.len() > PAYLOAD_BYTES {
        return Err(PushError::Internal("the message is too long"));
    }
    let sender = chance.key.public_key();
    let shared = ecdh::diffie_hellman(chance.key.to_nonzero_scalar(), keys.public.as_affine());
    let secret = secret(shared.raw_secret_bytes(), &keys.auth, &keys.public, &sender)?;
    let (key, nonce) = content_keys(&secret, &chance.salt)?;
    let mut record = payload.to_vec();
    record.push(END);
    record.resize(record.len().max(length.min(PAYLOAD_BYTES) + 1), 0);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)
        .map_err(|_| PushError::Internal("the message could not be encrypted"))?;
    let mut body = Vec::with_capacity(HEADER_BYTES + record.len());
    body.extend_from_slice(&chance.salt);
    body.extend_from_slice(&(MESSAGE_BYTES as u32).to_be_bytes());
    body.push(POINT_BYTES as u8);
    body.extend_from_slice(sender.to_encoded_point(false).as_bytes());
    body.extend_from_slice(&record);
    Ok(body)
}

/// What sender and browser share, and nobody else (RFC 8291, 3.4).
pub(crate) fn secret(
    shared: &[u8],
    auth: &[u8; 16],
    browser: &PublicKey,
    sender: &PublicKey,
) -> Result<[u8; 32], PushError> {
    let info = [
        b"WebPush: info\0".as_slice(),
        browser.to_encoded_point(false).as_bytes(),
        sender.to_encoded_point(false).as_bytes(),
    ]
    .concat();
    let mut secret = [0; 32];
    Hkdf::<Sha256>::new(Some(auth), shared).expand(&info, &mut secret).map_err(|_| underivable())?;
    Ok(secret)
}

/// The key and the nonce of the only record (RFC 8188, 2.2 and 2.3).
pub(crate) fn content_keys(secret: &[u8; 32], salt: &[u8; 16]) -> Result<(LessSafeKey, Nonce), PushError> {
    let derived = Hkdf::<Sha256>::new(Some(salt), secret);
    let (mut key, mut nonce) = ([0; 16], [0; 12]);
    derived.expand(b"Content-Encoding: aes128gcm\0", &mut key).map_err(|_| underivable())?;
    derived.expand(b"Content-Encoding: nonce\0", &mut nonce).map_err(|_| underivable())?;
    let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| underivable())?;
    Ok((LessSafeKey::new(key), Nonce::assume_unique_for_key(nonce)))
}

fn underivable() -> PushError {
    PushError::Internal("a key could not be derived")
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 8291, section 5 and appendix A.
    const PAYLOAD: &[u8] = b"When I grow up, I want to be a watermelon";
    const BROWSER: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SENDER: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    fn chance() -> Chance {
        let key = SecretKey::from_slice(&crate::bytes(SENDER).unwrap()).unwrap();
        Chance { key, salt: crate::bytes(SALT).unwrap().try_into().unwrap() }
    }

    #[test]
    fn the_example_of_the_standard_is_met() {
        let keys = Keys::read(BROWSER, AUTH).unwrap();
        assert_eq!(crate::text(encrypt(&keys, PAYLOAD, 0, &chance()).unwrap()), BODY);
        assert_eq!((keys.p256dh().as_str(), keys.auth().as_str()), (BROWSER, AUTH));
    }

    #[test]
    fn the_size_tells_nothing_and_is_what_services_take() {
        let keys = Keys::read(BROWSER, AUTH).unwrap();
        let size = |payload: &[u8], length| encrypt(&keys, payload, length, &chance()).map(|body| body.len());
        assert_eq!(size(b"a", 512), size(&[b'a'; 512], 512));
        assert_ne!(size(b"a", 512), size(&[b'a'; 513], 512));
        assert_eq!(size(&[0; PAYLOAD_BYTES], usize::MAX), Ok(MESSAGE_BYTES));
        assert!(size(&[0; PAYLOAD_BYTES + 1], 0).is_err());
    }

    #[test]
    fn what_is_no_key_is_named() {
        assert_eq!(Keys::read("", AUTH), Err(InvalidSubscription::PublicKey));
        // Of the right length, and on no curve.
        let beside = crate::text([vec![4], vec![7; 64]].concat());
        assert_eq!(Keys::read(&beside, AUTH), Err(InvalidSubscription::PublicKey));
        assert_eq!(Keys::read(BROWSER, "c2hvcnQ"), Err(InvalidSubscription::Secret));
        assert!(Keys::read(&format!("{BROWSER}="), &format!("{AUTH}==")).is_ok());
    }
}
