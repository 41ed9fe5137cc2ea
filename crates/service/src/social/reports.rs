//! Reports: what people ask moderators to look at. They report what they can see, and learn nothing but that it was taken.

use domain::chats::Author;
use domain::ids::{CharacterId, ReportId, UserId};
use domain::moments::AuthorFace;
use domain::privacy::Facet;
use domain::profiles::PersonRef;
use domain::reports::{NewReport, ReportReason, Reported, note};
use domain::validation::FieldError;

use super::{REPORTS, Social};
use crate::{ServiceError, ServiceResult};

/// What somebody reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportIn {
    /// What.
    pub target: Reported,
    /// Why.
    pub reason: ReportReason,
    /// In their words; may be empty.
    pub note: String,
}

/// A report that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiledReport {
    /// Its id.
    pub id: ReportId,
    /// Whether the caller had reported this before, and nobody has decided since.
    pub repeated: bool,
}

impl Social {
    /// Takes a report.
    ///
    /// # Errors
    /// `Invalid`, `NotFound` when the caller does not see it, `Throttled`.
    pub async fn report(&self, reporter: UserId, report: ReportIn) -> ServiceResult<FiledReport> {
        let ReportIn { target, reason, note: words } = report;
        let note = note(&words)?;
        let (character, person) = self.about(reporter, target).await?;
        if person == Some(reporter) && character.is_none() {
            return Err(FieldError::new("target", "must not be oneself").into());
        }
        self.bus.rates.take(&format!("report:{reporter}"), REPORTS).await?;
        let report = NewReport {
            id: self.mint.id(),
            case: self.mint.id(),
            reporter,
            target,
            character,
            person,
            reason,
            note,
            at: self.clock.now(),
        };
        let filed = self.stores.reports.file_report(&report).await?;
        Ok(FiledReport { id: filed.id, repeated: filed.repeated })
    }

    /// The character and the person that something is about.
    async fn about(&self, reporter: UserId, target: Reported) -> ServiceResult<(Option<CharacterId>, Option<UserId>)> {
        match target {
            Reported::Person(id) => {
                let found = self.stores.profiles.find_profile(reporter, &PersonRef::Id(id), self.today()).await?;
                let person = found.ok_or(ServiceError::NotFound)?.person;
                let shown = person.relation.me || person.shows(Facet::Report);
                if shown || self.are_met(reporter, &person).await? {
                    Ok((None, Some(id)))
                } else {
                    Err(ServiceError::NotFound)
                }
            }
            Reported::Character(id) => self.about_character(reporter, id).await,
            Reported::Moment(id) => {
                let found = self.stores.moments.find_moment(reporter, id, self.today()).await?;
                Ok(about_author(&found.ok_or(ServiceError::NotFound)?.by))
            }
            Reported::MomentComment(id) => {
                let found = self.stores.responses.find_comment(reporter, id, self.today()).await?;
                Ok(about_author(&found.ok_or(ServiceError::NotFound)?.by))
            }
            Reported::Message(id) => self.chats.said_by(reporter, id).await,
        }
    }

    async fn about_character(
        &self,
        reporter: UserId,
        id: CharacterId,
    ) -> ServiceResult<(Option<CharacterId>, Option<UserId>)> {
        let character = self.stores.characters.find_character(reporter, id).await?.ok_or(ServiceError::NotFound)?;
        Ok((Some(id), character.owner))
    }
}

/// The character and the person who answer for something that was posted or said.
fn about_author(by: &AuthorFace) -> (Option<CharacterId>, Option<UserId>) {
    match by.author {
        Author::Person(id) => (None, Some(id)),
        Author::Character(id) => (Some(id), by.person),
    }
}
