//! Passwords: argon2id with the parameters OWASP names (19 MiB, 2 passes), few at a time, off the async threads.

use std::sync::Arc;

use argon2::password_hash::SaltString;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

/// A hash of nothing anybody knows, with the same parameters: checking against it takes the time of a real check.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIG9uZQ$VmVyeSBsaWtlbHkgbm8gcGFzc3dvcmQgaGFzaGVzIHQ";

/// Hashes and checks passwords.
pub(super) struct Passwords {
    permits: Arc<Semaphore>,
}

impl Passwords {
    /// A hasher that works on `concurrent` passwords at a time.
    pub(super) fn new(concurrent: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(concurrent.max(1))) }
    }

    /// The PHC string of a password.
    pub(super) async fn hash(&self, password: String, mint: &Mint) -> ServiceResult<String> {
        let salt = SaltString::encode_b64(&mint.secret()).map_err(fault)?;
        self.run(move || {
            let hash = argon2().hash_password(password.as_bytes(), &salt).map_err(fault)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether `password` is that of `hash`. Without a hash the answer is no, after the same time.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> ServiceResult<bool> {
        self.run(move || {
            let phc = hash.as_deref().unwrap_or(NOBODY);
            let parsed = PasswordHash::new(phc).map_err(fault)?;
            let fits = argon2().verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(fits && hash.is_some())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> ServiceResult<T> + Send + 'static,
    ) -> ServiceResult<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(fault)?;
        // The permit goes along: when the asker leaves, the work goes on and still counts.
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        task.await.map_err(fault)?
    }
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or_default())
}

fn fault(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("password hashing: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_and_nobody_has_one() {
        let (passwords, mint) = (Passwords::new(2), Mint::new(Arc::new(SystemClock)));
        let hash = passwords.hash("correct horse".into(), &mint).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(hash, passwords.hash("correct horse".into(), &mint).await.unwrap(), "each hash has its own salt");
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse".into(), None).await.unwrap());
    }
}
