//! Moderation: what people reported is looked at and decided. A message, a moment or a comment is read through its report alone,
//! and that is written down.

use bus::Notice;
use domain::accounts::{Disabled, UserRole};
use domain::audit::{AuditAction, AuditTarget, TargetKind};
use domain::chats::Message;
use domain::ids::{CaseId, CharacterId, MessageId, MomentId, UserId};
use domain::moments::{AuthorFace, SeenComment, SeenMoment};
use domain::notifications::{News, NotificationKind, Subject};
use domain::pages::{Page, PageRequest};
use domain::reports::{Case, CaseAction, Report, Reported, may_disable};
use domain::validation::FieldError;
use store::reports::{CaseFilter, Decision};
use time::OffsetDateTime;

use super::Admin;
use crate::audit::{Acting, detail, tell};
use crate::media::{ImageView, Looker, Looking};
use crate::{ServiceError, ServiceResult};

/// A moment or a comment that was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedWords {
    /// Who said it.
    pub by: AuthorFace,
    /// What it says.
    pub text: String,
    /// What it shows.
    pub images: Vec<ImageView>,
    /// The moment, or the one that the comment is on.
    pub moment: MomentId,
    /// When it was said.
    pub created_at: OffsetDateTime,
}

impl Admin {
    /// Cases: those that wait, the oldest first; else the newest first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page_cases(&self, filter: CaseFilter, page: &PageRequest) -> ServiceResult<Page<Case>> {
        Ok(self.stores.reports.page_cases(filter, page).await?)
    }

    /// A case with its newest reports.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn case(&self, id: CaseId) -> ServiceResult<(Case, Vec<Report>)> {
        self.stores.reports.find_case(id).await?.ok_or(ServiceError::NotFound)
    }

    /// The message that a case is about. That it is read is written down first; when that cannot be, it is not shown.
    ///
    /// # Errors
    /// `NotFound` when the case is about something else, or the message is gone.
    pub async fn reported_message(&self, acting: &Acting, id: CaseId) -> ServiceResult<Message> {
        let (case, reports) = self.case(id).await?;
        let Reported::Message(message) = case.target else {
            return Err(ServiceError::NotFound);
        };
        let kept = self.kept_by(message, &reports).await?;
        let found = self.stores.history.find_message(kept, message).await?.ok_or(ServiceError::NotFound)?;
        let told = detail([("message", message.to_string())]);
        let entry = self.audit.entry(acting, AuditAction::ReportedMessageRead, of_case(id), told);
        self.stores.audit.write_audit(&entry).await?;
        tell(&entry);
        Ok(found)
    }

    /// Under whom a reported message is kept: whoever reports it, or, where several talk, whoever keeps the session.
    async fn kept_by(&self, message: MessageId, reports: &[Report]) -> ServiceResult<UserId> {
        let reporter = reports.iter().find_map(|report| report.reporter).ok_or(ServiceError::NotFound)?;
        Ok(self.stores.places.place_of_shared(message).await?.map_or(reporter, |place| place.owner))
    }

    /// The moment or the comment that a case is about, as its author sees it. That it is read is written down first.
    ///
    /// # Errors
    /// `NotFound` when the case is about something else, or that is gone.
    pub async fn reported_words(&self, acting: &Acting, id: CaseId) -> ServiceResult<ReportedWords> {
        let by = acting.actor.user().ok_or(ServiceError::Forbidden)?;
        let (case, _) = self.case(id).await?;
        let today = self.clock.now().date();
        let words = match case.target {
            Reported::Moment(moment) => {
                let seen = self.stores.reported.find_reported_moment(moment, today).await?;
                let SeenMoment { moment, by: face, .. } = seen.ok_or(ServiceError::NotFound)?;
                let looker = Looker { user: by, looking: Looking::Moderating };
                let images = self.media.as_ref().map(|media| media.views(&moment.images, looker)).transpose()?;
                ReportedWords {
                    by: face,
                    text: moment.text,
                    images: images.unwrap_or_default(),
                    moment: moment.id,
                    created_at: moment.created_at,
                }
            }
            Reported::MomentComment(comment) => {
                let seen = self.stores.reported.find_reported_comment(comment, today).await?;
                let SeenComment { comment, by: face, .. } = seen.ok_or(ServiceError::NotFound)?;
                ReportedWords {
                    by: face,
                    text: comment.text,
                    images: Vec::new(),
                    moment: comment.moment,
                    created_at: comment.created_at,
                }
            }
            Reported::Message(_) | Reported::Character(_) | Reported::Person(_) => return Err(ServiceError::NotFound),
        };
        let told = detail([("target", case.target.to_string())]);
        let entry = self.audit.entry(acting, AuditAction::ReportedMomentRead, of_case(id), told);
        self.stores.audit.write_audit(&entry).await?;
        tell(&entry);
        Ok(words)
    }

    /// Takes a case to look at it.
    ///
    /// # Errors
    /// `NotFound`, `Conflict(CaseClaimed | CaseResolved)`.
    pub async fn claim_case(&self, acting: &Acting, id: CaseId) -> ServiceResult<Case> {
        self.take(acting, id, false).await
    }

    async fn take(&self, acting: &Acting, id: CaseId, over_claims: bool) -> ServiceResult<Case> {
        let by = acting.actor.user().ok_or(ServiceError::Forbidden)?;
        let (before, _) = self.case(id).await?;
        let told = detail([("target", before.target.to_string())]);
        let entry = self.audit.entry(acting, AuditAction::CaseClaimed, of_case(id), told);
        let case = self.stores.reports.claim_case(id, by, over_claims, &entry).await?;
        if before.claim.is_none_or(|claim| claim.by != by) {
            tell(&entry);
        }
        Ok(case)
    }

    /// Decides a case and does what was decided.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` when that cannot be done about such a thing, `Forbidden` when the caller must not keep that person
    /// out, `Conflict(CaseClaimed | CaseResolved | LastAdmin | ReplyRunning)`.
    pub async fn resolve_case(&self, acting: &Acting, id: CaseId, action: CaseAction) -> ServiceResult<Case> {
        let by = acting.actor.user().ok_or(ServiceError::Forbidden)?;
        let (case, reports) = self.case(id).await?;
        if !case.allows(action) {
            return Err(FieldError::new("action", "cannot be done about this").into());
        }
        let role = self.role(by).await?;
        let over_claims = role == UserRole::Admin;
        let now = self.clock.now();
        let told = detail([("action", action.to_string()), ("target", case.target.to_string())]);
        let mut entries = vec![self.audit.entry(acting, AuditAction::CaseResolved, of_case(id), told)];
        let of = || detail([("case", id.to_string())]);
        match action {
            CaseAction::Dismiss => {}
            CaseAction::RemoveMessage => self.remove_message(acting, &case, &reports, over_claims).await?,
            CaseAction::RemoveMoment => {
                let target = AuditTarget::new(TargetKind::Moment, &case.target);
                entries.push(self.audit.entry(acting, AuditAction::MomentRemoved, target, of()));
            }
            CaseAction::RemoveComment => {
                let target = AuditTarget::new(TargetKind::Comment, &case.target);
                entries.push(self.audit.entry(acting, AuditAction::CommentRemoved, target, of()));
            }
            CaseAction::HideCharacter => {
                let target = of_character(case.character.ok_or(ServiceError::NotFound)?);
                entries.push(self.audit.entry(acting, AuditAction::CharacterHidden, target, of()));
            }
            CaseAction::DisablePerson => {
                let person = case.person.ok_or(ServiceError::NotFound)?;
                if !may_disable(role, self.role(person).await?) {
                    return Err(ServiceError::Forbidden);
                }
                let target = AuditTarget::new(TargetKind::User, &person);
                entries.push(self.audit.entry(acting, AuditAction::AccountDisabled, target, of()));
            }
        }
        let disabled = (action == CaseAction::DisablePerson).then(|| Disabled { at: now, reason: id.to_string() });
        let decision = Decision { by, over_claims, action, disabled, at: now };
        let decided = self.stores.reports.resolve_case(id, &decision, &entries).await?;
        entries.iter().for_each(tell);
        if let (CaseAction::DisablePerson, Some(person)) = (action, decided.case.person) {
            self.bus.notices.publish(person, Notice::SignedOut { device_id: None });
        }
        self.thank(&reports);
        Ok(decided.case)
    }

    /// Takes the words of a reported message from everybody. What was said may stand in another database than the case, so first
    /// nobody else may decide, then it is written down, then done: should the process die in between, the case still waits, and
    /// deciding it once more does the rest.
    async fn remove_message(
        &self,
        acting: &Acting,
        case: &Case,
        reports: &[Report],
        over_claims: bool,
    ) -> ServiceResult<()> {
        let (Reported::Message(message), Some(chats)) = (case.target, &self.chats) else {
            return Err(ServiceError::NotFound);
        };
        let kept = self.kept_by(message, reports).await?;
        self.stores.history.find_message(kept, message).await?.ok_or(ServiceError::NotFound)?;
        self.take(acting, case.id, over_claims).await?;
        let target = AuditTarget::new(TargetKind::Message, &message);
        let of = detail([("case", case.id.to_string())]);
        let entry = self.audit.entry(acting, AuditAction::MessageRemoved, target, of);
        self.stores.audit.write_audit(&entry).await?;
        tell(&entry);
        chats.remove_reported(kept, message).await
    }

    /// Tells those who reported that it was looked at; not what became of it, which is another's affair.
    fn thank(&self, reports: &[Report]) {
        let Some(notifications) = &self.notifications else { return };
        for report in reports {
            let Some(user) = report.reporter else { continue };
            notifications.soon(News {
                user,
                kind: NotificationKind::ReportResolved,
                subject: Subject::Report(report.id),
                by: None,
                source: format!("report:{}", report.id),
            });
        }
    }

    /// Lets a hidden character be found and met again.
    ///
    /// # Errors
    /// `NotFound` when she is not hidden.
    pub async fn restore_character(&self, acting: &Acting, id: CharacterId) -> ServiceResult<()> {
        let entry = self.audit.entry(acting, AuditAction::CharacterRestored, of_character(id), detail([]));
        self.stores.reports.restore_character(id, &entry).await?;
        tell(&entry);
        Ok(())
    }

    async fn role(&self, user: UserId) -> ServiceResult<UserRole> {
        self.stores.accounts.find_user(user).await?.map(|user| user.role).ok_or(ServiceError::NotFound)
    }
}

fn of_case(id: CaseId) -> AuditTarget {
    AuditTarget::new(TargetKind::Case, &id)
}

fn of_character(id: CharacterId) -> AuditTarget {
    AuditTarget::new(TargetKind::Character, &id)
}
