//! People: found, given roles and limits, kept out and let in again.

use bus::Notice;
use domain::accounts::{Disabled, User, UserRole, disabled_reason};
use domain::audit::{AuditAction, AuditTarget, TargetKind};
use domain::ids::UserId;
use domain::limits;
use domain::pages::{Page, PageRequest};
use domain::usage::{Limit, PeopleFilter, Person, QuotaOverride};
use domain::validation::FieldError;

use super::Admin;
use crate::audit::{Acting, detail, tell};
use crate::{ServiceError, ServiceResult};

impl Admin {
    /// People, the newest first.
    ///
    /// # Errors
    /// `Invalid`, `InvalidCursor`.
    pub async fn page_people(&self, filter: PeopleFilter, page: &PageRequest) -> ServiceResult<Page<Person>> {
        let prefix = filter.prefix.map(|prefix| prefix.trim().to_lowercase()).filter(|prefix| !prefix.is_empty());
        // PostgreSQL takes no text with it, so nobody's name begins so.
        if prefix.as_ref().is_some_and(|prefix| prefix.chars().count() > limits::SEARCH || prefix.contains('\0')) {
            return Err(FieldError::new("search", "must be the beginning of a user name").into());
        }
        let filter = PeopleFilter { prefix, ..filter };
        Ok(self.stores.people.page_people(&filter, page, self.today(), self.clock.now()).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn person(&self, id: UserId) -> ServiceResult<Person> {
        let found = self.stores.people.find_person(id, self.today(), self.clock.now()).await?;
        found.ok_or(ServiceError::NotFound)
    }

    /// The account of this user name or e-mail address.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn find_by_name(&self, name: &str) -> ServiceResult<User> {
        let found = self.stores.accounts.find_login(&name.trim().to_lowercase()).await?;
        found.map(|login| login.user).ok_or(ServiceError::NotFound)
    }

    /// Gives a person a role.
    ///
    /// # Errors
    /// `NotFound`, `Conflict(LastAdmin)`.
    pub async fn set_role(&self, acting: &Acting, id: UserId, role: UserRole) -> ServiceResult<Person> {
        let before = self.person(id).await?.user.role;
        if before != role {
            let detail = detail([("from", before.to_string()), ("to", role.to_string())]);
            let entry = self.audit.entry(acting, AuditAction::RoleChanged, target(id), detail);
            self.stores.people.set_role(id, role, &entry).await?;
            tell(&entry);
        }
        self.person(id).await
    }

    /// Keeps a person out: they are signed out everywhere and cannot sign in. Replies that are being written go on to their end.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `Conflict(LastAdmin)`.
    pub async fn disable(&self, acting: &Acting, id: UserId, reason: &str) -> ServiceResult<Person> {
        let disabled = Disabled { at: self.clock.now(), reason: disabled_reason(reason)? };
        let was_in = self.person(id).await?.user.disabled.is_none();
        let entry = self.audit.entry(acting, AuditAction::AccountDisabled, target(id), detail([]));
        self.stores.people.set_disabled(id, Some(&disabled), &entry).await?;
        if was_in {
            tell(&entry);
        }
        self.bus.notices.publish(id, Notice::SignedOut { device_id: None });
        self.person(id).await
    }

    /// Lets a person in again.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn enable(&self, acting: &Acting, id: UserId) -> ServiceResult<Person> {
        if self.person(id).await?.user.disabled.is_some() {
            let entry = self.audit.entry(acting, AuditAction::AccountEnabled, target(id), detail([]));
            self.stores.people.set_disabled(id, None, &entry).await?;
            tell(&entry);
        }
        self.person(id).await
    }

    /// Sets where the limits of a person differ from everybody's.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`.
    pub async fn set_quota(&self, acting: &Acting, id: UserId, own: QuotaOverride) -> ServiceResult<Person> {
        let all = [("replies", own.replies), ("tokens", own.tokens), ("cost", own.cost)];
        let wrong = |(_, limit): &&(&str, Limit)| limit.at_most().is_some_and(|most| most > limits::QUOTA);
        if let Some((field, _)) = all.iter().find(wrong) {
            return Err(FieldError::new(*field, format!("must be at most {}", limits::QUOTA)).into());
        }
        let detail = detail(all.map(|(name, limit)| (name, said(limit))));
        let entry = self.audit.entry(acting, AuditAction::QuotaChanged, target(id), detail);
        self.stores.usage.set_quota(id, &own, &entry).await?;
        tell(&entry);
        self.person(id).await
    }
}

fn target(id: UserId) -> AuditTarget {
    AuditTarget::new(TargetKind::User, &id)
}

fn said(limit: Limit) -> String {
    limit.at_most().map_or_else(|| limit.rule().to_string(), |most| most.to_string())
}
