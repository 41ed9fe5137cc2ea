//! Accounts: who people are, how they prove it, and which of their devices are signed in.
//!
//! Hashing a password is the dearest thing a stranger can ask for, so it runs off the async threads, few at a time, and
//! behind limits by account and by address. Whether an account exists shows neither in the answer nor in its time.

mod config;
mod devices;
mod passwords;
mod tokens;

use std::net::IpAddr;
use std::sync::Arc;

use bus::{Bus, Notice};
use domain::accounts::{
    AgeClass, User, UserPatch, UserRole, birth_date, display_name, email, mature, new_password, timezone, username,
};
use domain::ids::{DeviceId, UserId};
use domain::validation::FieldError;
use store::Stores;
use time::{Date, OffsetDateTime};

use crate::app::AppParts;
use crate::audit::Audit;
use crate::clock::Clock;
use crate::consents::{Agreement, Consents};
use crate::mint::Mint;
use crate::notifications::Notifications;
use crate::{ServiceError, ServiceResult};

pub use config::{AccountsConfig, Secret, ShortSecret};
pub use devices::{Caller, DeviceView, SignIn, Tokens};
use passwords::Passwords;
use tokens::AccessTokens;

/// The use cases of accounts.
#[derive(Clone)]
pub struct Accounts {
    inner: Arc<Inner>,
}

struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    audit: Audit,
    config: AccountsConfig,
    passwords: Passwords,
    access_tokens: AccessTokens,
    notifications: Notifications,
    consents: Consents,
}

/// What a person gives to sign up. No `Debug`: it holds a password.
pub struct Registration {
    /// The name to sign in with.
    pub username: String,
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// When they were born.
    pub birth_date: Date,
    /// What characters shall call them; the user name if absent.
    pub display_name: Option<String>,
    /// Their IANA time zone.
    pub timezone: Option<String>,
    /// The texts of the operator that they agree to.
    pub accepts: Vec<Agreement>,
}

/// An account as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// The account.
    pub user: User,
    /// What their age allows today.
    pub age_class: AgeClass,
}

impl Accounts {
    /// The service over these parts.
    pub(crate) fn new(parts: &AppParts, mint: Mint, notifications: Notifications, consents: Consents) -> Self {
        let config = parts.accounts.clone();
        let access_tokens = AccessTokens::new(&config.secret_key, config.access_ttl);
        Self {
            inner: Arc::new(Inner {
                stores: parts.stores.clone(),
                bus: parts.bus.clone(),
                clock: Arc::clone(&parts.clock),
                audit: Audit::new(Arc::clone(&parts.stores.audit), Arc::clone(&parts.clock), mint.clone()),
                mint,
                passwords: Passwords::new(config.concurrent_hashes),
                access_tokens,
                notifications,
                consents,
                config,
            }),
        }
    }

    /// Now: what the ends of tokens are compared with.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.inner.clock.now()
    }

    /// Makes an account.
    ///
    /// # Errors
    /// `Forbidden` where none are taken, `Invalid` with every field that is wrong, `ConsentRequired` where something must be agreed to,
    /// `Conflict(UsernameTaken | EmailTaken)`, `Throttled`.
    pub async fn register(&self, registration: Registration, address: Option<IpAddr>) -> ServiceResult<UserView> {
        let inner = &self.inner;
        if !inner.config.registration {
            return Err(ServiceError::Forbidden);
        }
        let now = inner.clock.now();
        let accepts = registration.accepts.clone();
        let (user, password) = checked(registration, now, inner.mint.id())?;
        inner.consents.checked(&accepts)?;
        inner.bus.rates.take(&address_key("register", address), inner.config.registrations_per_address).await?;
        let hash = inner.passwords.hash(password, &inner.mint).await?;
        inner.stores.accounts.create_user(&user, &hash).await?;
        // Should this process end here, they are asked again before they use it.
        for agreement in &accepts {
            inner.consents.agree(user.id, agreement).await?;
        }
        Ok(self.view(user))
    }

    /// A person's own account.
    ///
    /// # Errors
    /// `NotFound` when it was deleted meanwhile.
    pub async fn me(&self, id: UserId) -> ServiceResult<UserView> {
        let user = self.inner.stores.accounts.find_user(id).await?.ok_or(ServiceError::NotFound)?;
        Ok(self.view(user))
    }

    /// Changes name, address, time zone, or whether the person meets mature characters, which adults alone may.
    ///
    /// # Errors
    /// `Invalid`, `Conflict(EmailTaken)`.
    pub async fn update(&self, id: UserId, patch: UserPatch) -> ServiceResult<UserView> {
        let mut errors = Vec::new();
        let patch = UserPatch {
            display_name: patch.display_name.and_then(|name| kept(&mut errors, display_name(&name))),
            email: patch.email.and_then(|address| kept(&mut errors, email(&address))),
            timezone: patch.timezone.map(|zone| zone.and_then(|zone| kept(&mut errors, timezone(&zone)))),
            sees_mature: patch.sees_mature,
        };
        if patch.sees_mature == Some(true) {
            kept(&mut errors, mature("sees_mature", self.me(id).await?.age_class));
        }
        if !errors.is_empty() {
            return Err(ServiceError::Invalid(errors));
        }
        let user = self.inner.stores.accounts.update_user(id, &patch, self.inner.clock.now()).await?;
        Ok(self.view(user))
    }

    /// Sets another password, signs all other devices out and revokes all API keys: whoever does it may want others out, who
    /// could have made one.
    ///
    /// # Errors
    /// `InvalidCredentials` when the current one is wrong, `Invalid`, `Throttled`.
    pub async fn change_password(&self, caller: &Caller, current: String, new: String) -> ServiceResult<()> {
        let inner = &self.inner;
        new_password("new_password", &new)?;
        let user = self.proven(caller.user_id, current).await?;
        if is_public(&new, &user.username, &user.email) {
            return Err(too_plain("new_password").into());
        }
        let hash = inner.passwords.hash(new, &inner.mint).await?;
        inner.stores.accounts.set_password(user.id, &hash, inner.clock.now()).await?;
        for device in inner.stores.devices.end_devices(user.id, Some(caller.device_id)).await? {
            self.tell_signed_out(user.id, Some(device));
        }
        inner.stores.api_keys.revoke_api_keys(user.id, None).await?;
        inner.notifications.password_changed(user.id);
        Ok(())
    }

    /// Deletes the account and all that is the person's.
    ///
    /// # Errors
    /// `InvalidCredentials` when the password is wrong, `Throttled`.
    pub async fn delete(&self, caller: &Caller, password: String) -> ServiceResult<()> {
        let user = self.proven(caller.user_id, password).await?;
        self.inner.stores.accounts.delete_user(user.id, self.inner.clock.now()).await?;
        self.tell_signed_out(user.id, None);
        Ok(())
    }

    /// The account, when `password` is its own: for what a stolen access token must not be enough for.
    async fn proven(&self, id: UserId, password: String) -> ServiceResult<User> {
        let inner = &self.inner;
        let key = format!("prove:{id}");
        inner.bus.rates.take(&key, inner.config.logins_per_account).await?;
        let user = inner.stores.accounts.find_user(id).await?.ok_or(ServiceError::Unauthenticated)?;
        let login = inner.stores.accounts.find_login(&user.username).await?.ok_or(ServiceError::Unauthenticated)?;
        if !inner.passwords.verify(password, Some(login.password_hash)).await? {
            return Err(ServiceError::InvalidCredentials);
        }
        inner.bus.rates.reset(&key).await;
        Ok(user)
    }

    fn tell_signed_out(&self, user: UserId, device_id: Option<DeviceId>) {
        self.inner.bus.notices.publish(user, Notice::SignedOut { device_id });
    }

    fn view(&self, user: User) -> UserView {
        let age_class = AgeClass::of(user.birth_date, self.inner.clock.now().date());
        UserView { user, age_class }
    }
}

/// The account that a registration asks for, and its password; or every field that is wrong.
fn checked(registration: Registration, now: OffsetDateTime, id: UserId) -> ServiceResult<(User, String)> {
    let mut errors = Vec::new();
    let name = kept(&mut errors, username(&registration.username));
    let address = kept(&mut errors, email(&registration.email));
    let born = kept(&mut errors, birth_date(registration.birth_date, now.date()));
    let shown = registration.display_name.as_deref().unwrap_or(&registration.username);
    // Without a name of its own the user name is shown; what is wrong with that is said once.
    let shown = if registration.display_name.is_some() || name.is_some() {
        kept(&mut errors, display_name(shown))
    } else {
        None
    };
    let zone = registration.timezone.and_then(|zone| kept(&mut errors, timezone(&zone)));
    kept(&mut errors, new_password("password", &registration.password));
    if is_public(&registration.password, &registration.username, &registration.email) {
        errors.push(too_plain("password"));
    }
    match (name, address, shown, born) {
        (Some(username), Some(email), Some(display_name), Some(born)) if errors.is_empty() => {
            let user = User {
                id,
                username,
                email,
                display_name,
                birth_date: Some(born),
                timezone: zone,
                sees_mature: false,
                role: UserRole::Member,
                disabled: None,
                created_at: now,
                updated_at: now,
            };
            Ok((user, registration.password))
        }
        _ => Err(ServiceError::Invalid(errors)),
    }
}

/// The value, or `None` with the error put to the others.
fn kept<T>(errors: &mut Vec<FieldError>, result: Result<T, FieldError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}

/// Whether a password is what everybody who can sign in as this person knows anyway.
fn is_public(password: &str, username: &str, email: &str) -> bool {
    let password = password.trim().to_lowercase();
    !password.is_empty() && (password == username.trim().to_lowercase() || password == email.trim().to_lowercase())
}

fn too_plain(field: &str) -> FieldError {
    FieldError::new(field, "must not be the user name or the e-mail address")
}

/// The bucket of an address. A household of IPv6 has a /64, so its members count together as they do behind IPv4.
fn address_key(what: &str, address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => format!("{what}:{address}"),
        Some(IpAddr::V6(address)) => format!("{what}:{:x}", address.to_bits() >> 64),
        None => format!("{what}:unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    fn registration() -> Registration {
        Registration {
            username: "Aya.K".into(),
            email: "aya@example.org".into(),
            password: "a long enough one".into(),
            birth_date: date!(2000 - 01 - 02),
            display_name: None,
            timezone: Some("Asia/Tokyo".into()),
            accepts: Vec::new(),
        }
    }

    const NOW: OffsetDateTime = datetime!(2026-05-01 12:00 UTC);
    const ID: UserId = UserId(Uuid::from_u128(7));

    fn wrong_fields(registration: Registration) -> Vec<String> {
        match checked(registration, NOW, ID) {
            Err(ServiceError::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_registration_is_normalised() {
        let (user, _) = checked(registration(), NOW, ID).unwrap();
        assert_eq!((user.username.as_str(), user.display_name.as_str()), ("aya.k", "Aya.K"));
    }

    #[test]
    fn every_wrong_field_is_named_once() {
        let bad = Registration {
            username: "a".into(),
            email: "nowhere".into(),
            password: "short".into(),
            birth_date: date!(2030 - 01 - 01),
            display_name: None,
            timezone: Some("not a zone".into()),
            accepts: Vec::new(),
        };
        assert_eq!(wrong_fields(bad), ["username", "email", "birth_date", "timezone", "password"]);
    }

    #[test]
    fn a_password_that_everybody_knows_is_refused() {
        assert_eq!(wrong_fields(Registration { password: "AYA@example.org".into(), ..registration() }), ["password"]);
        assert_eq!(
            wrong_fields(Registration {
                username: "longenough".into(),
                password: "LongEnough".into(),
                ..registration()
            }),
            ["password"]
        );
    }

    #[test]
    fn one_household_is_one_address() {
        let key = |text: &str| address_key("x", Some(text.parse().unwrap()));
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:1::1"));
        assert_eq!(key("::ffff:10.0.0.1"), key("10.0.0.1"));
    }
}
