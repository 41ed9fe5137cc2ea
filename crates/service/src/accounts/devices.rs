//! Devices: signing in, staying signed in, signing out; and who calls.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bus::Rate;
use domain::accounts::Device;
use domain::audit::{AuditAction, AuditTarget, TargetKind};
use domain::ids::{DeviceId, UserId};
use domain::limits;
use sha2::{Digest, Sha256};
use store::Conflict;
use store::devices::Rotation;
use time::OffsetDateTime;

use super::tokens::{new_refresh_token, refresh_token_hash};
use super::{Accounts, address_key};
use crate::audit::{Acting, detail};
use crate::{ServiceError, ServiceResult};

/// Who calls: a person, on one of their devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub user_id: UserId,
    /// The device.
    pub device_id: DeviceId,
    /// When the token they showed ends.
    pub expires_at: OffsetDateTime,
}

/// A device as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceView {
    /// The device.
    pub device: Device,
    /// Whether it has a socket now, on any node.
    pub online: bool,
}

/// What a person shows to sign in. No `Debug`: it holds a password.
pub struct SignIn {
    /// User name or e-mail address.
    pub login: String,
    /// The password.
    pub password: String,
    /// What the device calls itself.
    pub label: Option<String>,
    /// Where it calls from.
    pub address: Option<IpAddr>,
}

/// What a device gets to call with. No `Debug`: these are secrets.
pub struct Tokens {
    /// Shown with every call.
    pub access_token: String,
    /// How many seconds it is good.
    pub expires_in: u64,
    /// Gets the next two, once.
    pub refresh_token: String,
}

impl Accounts {
    /// Signs a device in.
    ///
    /// # Errors
    /// `InvalidCredentials`, `Conflict(AccountDisabled)`, `Throttled`.
    pub async fn token_by_password(&self, sign_in: SignIn) -> ServiceResult<Tokens> {
        let inner = &self.inner;
        let login = sign_in.login.trim().to_lowercase();
        let account_key = format!("login:{}", URL_SAFE_NO_PAD.encode(Sha256::digest(login.as_bytes())));
        let address_key = address_key("login", sign_in.address);
        for (key, rate, whose) in [
            (&address_key, inner.config.logins_per_address, None),
            (&account_key, inner.config.logins_per_account, Some(login.as_str())),
        ] {
            if let Err(throttled) = inner.bus.rates.take(key, rate).await {
                self.note_throttled(key, rate, whose, sign_in.address).await;
                return Err(throttled.into());
            }
        }
        // Longer than any login or password: not looked up, not hashed.
        if login.len() > limits::EMAIL_BYTES || sign_in.password.len() > *limits::PASSWORD_BYTES.end() {
            return Err(ServiceError::InvalidCredentials);
        }
        let (user, hash) = match inner.stores.accounts.find_login(&login).await? {
            Some(found) => (Some(found.user), Some(found.password_hash)),
            None => (None, None),
        };
        let fits = inner.passwords.verify(sign_in.password, hash).await?;
        let user = user.filter(|_| fits).ok_or(ServiceError::InvalidCredentials)?;
        inner.bus.rates.reset(&account_key).await;
        // Said only to who knows the password.
        if user.disabled.is_some() {
            return Err(ServiceError::Conflict(Conflict::AccountDisabled));
        }
        self.open_device(user.id, sign_in.label.as_deref()).await
    }

    /// Writes down, once in a while, that passwords are tried too often.
    async fn note_throttled(&self, key: &str, rate: Rate, login: Option<&str>, address: Option<IpAddr>) {
        let inner = &self.inner;
        let once = Rate { burst: 1, per: rate.per };
        if inner.bus.rates.take(&format!("audit:{key}"), once).await.is_err() {
            return;
        }
        let acting = Acting::stranger(address);
        // What was typed is kept nowhere: it may be a password in the wrong field.
        let known = match login.filter(|login| login.len() <= limits::EMAIL_BYTES) {
            Some(login) => inner.stores.accounts.find_login(login).await.ok().flatten(),
            None => None,
        };
        let target = match known {
            Some(login) => AuditTarget::new(TargetKind::User, &login.user.id),
            None => AuditTarget::new(TargetKind::Address, &address.map_or(String::new(), |ip| ip.to_string())),
        };
        let limit = if login.is_some() { "account" } else { "address" };
        let detail = detail([("limit", limit.to_owned())]);
        inner.audit.note(&inner.audit.entry(&acting, AuditAction::SignInThrottled, target, detail)).await;
    }

    /// Replaces a refresh token. One that was replaced before signs its device out, because someone has a copy; unless that was
    /// minutes ago and what took its place was never shown: then the answer was lost on its way.
    ///
    /// # Errors
    /// `InvalidCredentials`.
    pub async fn token_by_refresh(&self, token: &str) -> ServiceResult<Tokens> {
        let inner = &self.inner;
        let old = refresh_token_hash(token).ok_or(ServiceError::InvalidCredentials)?;
        let refresh_token = new_refresh_token(&inner.mint);
        let new = refresh_token_hash(&refresh_token).ok_or_else(unreadable)?;
        let now = inner.clock.now();
        let (since, until) = (now - inner.config.refresh_leeway, now + inner.config.refresh_ttl);
        match inner.stores.devices.rotate_token(old, new, since, now, until).await? {
            Rotation::Rotated(device) => self.tokens(device.user_id, device.id, refresh_token, now),
            Rotation::Reused(device) => {
                tracing::warn!(device.id = %device.id, "a refresh token was shown twice; its device is signed out");
                self.tell_signed_out(device.user_id, Some(device.id));
                Err(ServiceError::InvalidCredentials)
            }
            Rotation::Unknown => Err(ServiceError::InvalidCredentials),
        }
    }

    /// Who calls with this access token. The device is looked up, so that a token dies with its sign-in.
    ///
    /// # Errors
    /// `Unauthenticated`.
    pub async fn authenticate(&self, access_token: &str) -> ServiceResult<Caller> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let caller = inner.access_tokens.read(access_token, now).ok_or(ServiceError::Unauthenticated)?;
        let device = inner.stores.devices.find_device(caller.user_id, caller.device_id, now).await?;
        device.map(|_| caller).ok_or(ServiceError::Unauthenticated)
    }

    /// Signs this device out.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn logout(&self, caller: &Caller) -> ServiceResult<()> {
        match self.end_device(caller.user_id, caller.device_id).await {
            // It ended meanwhile: that was the wish.
            Err(ServiceError::NotFound) => Ok(()),
            other => other,
        }
    }

    /// Signs all devices out, and revokes all API keys.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn logout_all(&self, caller: &Caller) -> ServiceResult<()> {
        self.inner.stores.devices.end_devices(caller.user_id, None).await?;
        self.tell_signed_out(caller.user_id, None);
        self.inner.stores.api_keys.revoke_api_keys(caller.user_id, None).await?;
        Ok(())
    }

    /// The devices that are signed in, the newest first.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn devices(&self, user: UserId) -> ServiceResult<Vec<DeviceView>> {
        let inner = &self.inner;
        let people = [user];
        let (devices, present) = tokio::join!(
            inner.stores.devices.list_devices(user, inner.clock.now()),
            inner.bus.presence.present(&people)
        );
        let online = present.get(&user).map(Vec::as_slice).unwrap_or_default();
        let view = |device: Device| DeviceView { online: online.contains(&device.id), device };
        Ok(devices?.into_iter().map(view).collect())
    }

    /// Whether the device that calls is still signed in.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn is_signed_in(&self, caller: &Caller) -> ServiceResult<bool> {
        let now = self.inner.clock.now();
        Ok(self.inner.stores.devices.find_device(caller.user_id, caller.device_id, now).await?.is_some())
    }

    /// Signs one device out.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn end_device(&self, user: UserId, device: DeviceId) -> ServiceResult<()> {
        self.inner.stores.devices.end_device(user, device).await?;
        self.tell_signed_out(user, Some(device));
        Ok(())
    }

    async fn open_device(&self, user_id: UserId, label: Option<&str>) -> ServiceResult<Tokens> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let device = Device {
            id: inner.mint.id(),
            user_id,
            label: label_of(label),
            created_at: now,
            last_seen_at: now,
            expires_at: now + inner.config.refresh_ttl,
        };
        let refresh_token = new_refresh_token(&inner.mint);
        let hash = refresh_token_hash(&refresh_token).ok_or_else(unreadable)?;
        inner.stores.devices.open_device(&device, hash).await?;
        inner.notifications.signed_in(user_id, device.id);
        self.tokens(user_id, device.id, refresh_token, now)
    }

    fn tokens(
        &self,
        user: UserId,
        device: DeviceId,
        refresh_token: String,
        now: OffsetDateTime,
    ) -> ServiceResult<Tokens> {
        let access_token = self.inner.access_tokens.sign(user, device, now, &self.inner.mint)?;
        Ok(Tokens { access_token, expires_in: self.inner.config.access_ttl.as_secs(), refresh_token })
    }
}

/// What a device calls itself, cut to what is kept; it is never a reason not to sign in.
fn label_of(label: Option<&str>) -> String {
    let plain: String = label.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    let cut: String = plain.trim().chars().take(limits::DEVICE_LABEL).collect();
    if cut.is_empty() { "Unknown device".to_owned() } else { cut }
}

fn unreadable() -> ServiceError {
    ServiceError::Internal("a refresh token of ours has not our form".into())
}
