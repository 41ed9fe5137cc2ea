//! Reports: what people ask moderators to look at, and what came of it.
//!
//! All reports of one thing make one case, until that is resolved. A message is shown to moderators only through the report of
//! whoever it was said to, and a moment or a comment through that of somebody who sees it.

use time::{Duration, OffsetDateTime};

use crate::accounts::UserRole;
use crate::ids::{CaseId, CharacterId, CommentId, MessageId, MomentId, ReportId, UserId};
use crate::limits;
use crate::validation::{FieldError, text};

/// How long a moderator has a case for themselves; then another may take it.
pub const CLAIM_LASTS: Duration = Duration::hours(1);

closed_set! {
    /// The kinds of what is reported.
    pub enum ReportedKind {
        /// A message that was said to whoever reports it.
        Message = "message",
        /// A character.
        Character = "character",
        /// A person.
        Person = "person",
        /// A moment.
        Moment = "moment",
        /// A comment on a moment.
        MomentComment = "moment_comment",
    }
}

closed_set! {
    /// Why something is reported.
    pub enum ReportReason {
        /// Advertising, or the same again and again.
        Spam = "spam",
        /// Harassment or bullying.
        Harassment = "harassment",
        /// Hatred of a group.
        Hate = "hate",
        /// Sexual content where it must not be.
        Sexual = "sexual",
        /// Anything that endangers a minor.
        Minors = "minors",
        /// Violence, or the threat of it.
        Violence = "violence",
        /// Self-harm.
        SelfHarm = "self_harm",
        /// Pretending to be somebody else.
        Impersonation = "impersonation",
        /// What belongs to somebody else.
        Copyright = "copyright",
        /// Something else, which the note tells.
        Other = "other",
    }
}

closed_set! {
    /// How far a case is.
    pub enum CaseState {
        /// Nobody looks at it.
        Open = "open",
        /// A moderator looks at it.
        Claimed = "claimed",
        /// It was decided.
        Resolved = "resolved",
    }
}

closed_set! {
    /// What a moderator does about a case.
    pub enum CaseAction {
        /// Nothing: it is as it should be.
        Dismiss = "dismiss",
        /// The character is found and met by nobody new.
        HideCharacter = "hide_character",
        /// The person is kept out.
        DisablePerson = "disable_person",
        /// The moment is deleted.
        RemoveMoment = "remove_moment",
        /// The comment is deleted.
        RemoveComment = "remove_comment",
        /// The words of the message are gone for everybody; its place stays.
        RemoveMessage = "remove_message",
    }
}

impl CaseAction {
    /// Whether this can be done about something of this kind.
    #[must_use]
    pub fn fits(self, kind: ReportedKind) -> bool {
        match self {
            Self::Dismiss | Self::DisablePerson => true,
            Self::HideCharacter => kind != ReportedKind::Person,
            Self::RemoveMoment => kind == ReportedKind::Moment,
            Self::RemoveComment => kind == ReportedKind::MomentComment,
            Self::RemoveMessage => kind == ReportedKind::Message,
        }
    }
}

/// Whether somebody in `role` may keep out somebody in the role `of`: moderators do so with members alone.
#[must_use]
pub fn may_disable(role: UserRole, of: UserRole) -> bool {
    match role {
        UserRole::Admin => true,
        UserRole::Moderator => of == UserRole::Member,
        UserRole::Member => false,
    }
}

/// What is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// A message that was said to whoever reports it.
    Message(MessageId),
    /// A character.
    Character(CharacterId),
    /// A person.
    Person(UserId),
    /// A moment.
    Moment(MomentId),
    /// A comment on a moment.
    MomentComment(CommentId),
}

impl Reported {
    /// Its kind.
    #[must_use]
    pub fn kind(self) -> ReportedKind {
        match self {
            Self::Message(_) => ReportedKind::Message,
            Self::Character(_) => ReportedKind::Character,
            Self::Person(_) => ReportedKind::Person,
            Self::Moment(_) => ReportedKind::Moment,
            Self::MomentComment(_) => ReportedKind::MomentComment,
        }
    }

    /// What `id` names, when it is an id of this kind.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(kind: ReportedKind, id: &str) -> Result<Self, FieldError> {
        let read = match kind {
            ReportedKind::Message => id.parse().map(Self::Message),
            ReportedKind::Character => id.parse().map(Self::Character),
            ReportedKind::Person => id.parse().map(Self::Person),
            ReportedKind::Moment => id.parse().map(Self::Moment),
            ReportedKind::MomentComment => id.parse().map(Self::MomentComment),
        };
        read.map_err(|_| FieldError::new("target.id", "must be an id of what is reported"))
    }
}

impl std::fmt::Display for Reported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message(id) => id.fmt(f),
            Self::Character(id) => id.fmt(f),
            Self::Person(id) => id.fmt(f),
            Self::Moment(id) => id.fmt(f),
            Self::MomentComment(id) => id.fmt(f),
        }
    }
}

/// What somebody reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// Its id.
    pub id: ReportId,
    /// The id of its case, should it be the first of one.
    pub case: CaseId,
    /// Who reports.
    pub reporter: UserId,
    /// What.
    pub target: Reported,
    /// The character it is about.
    pub character: Option<CharacterId>,
    /// The person it is about.
    pub person: Option<UserId>,
    /// Why.
    pub reason: ReportReason,
    /// In their words; may be empty.
    pub note: String,
    /// When.
    pub at: OffsetDateTime,
}

/// A report, as moderators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Who reported; `None` when they are gone.
    pub reporter: Option<UserId>,
    /// Why.
    pub reason: ReportReason,
    /// In their words; may be empty.
    pub note: String,
    /// When.
    pub at: OffsetDateTime,
}

/// All reports of one thing, until it is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What was reported.
    pub target: Reported,
    /// The character it is about.
    pub character: Option<CharacterId>,
    /// Her name, while she is there.
    pub character_name: Option<String>,
    /// The person it is about.
    pub person: Option<UserId>,
    /// Their user name, while they are there.
    pub person_name: Option<String>,
    /// How far it is.
    pub state: CaseState,
    /// How many reported it.
    pub reports: u64,
    /// Why the newest of them did.
    pub reason: ReportReason,
    /// When the first of them did.
    pub opened_at: OffsetDateTime,
    /// When the newest of them did.
    pub reported_at: OffsetDateTime,
    /// Who looks at it, or decided it, and since when.
    pub claim: Option<Claim>,
    /// What was done, and when.
    pub outcome: Option<(CaseAction, OffsetDateTime)>,
}

impl Case {
    /// Whether this can be done about it: it fits, and there is somebody to do it to.
    #[must_use]
    pub fn allows(&self, action: CaseAction) -> bool {
        let there = match action {
            CaseAction::Dismiss | CaseAction::RemoveMoment | CaseAction::RemoveComment | CaseAction::RemoveMessage => {
                true
            }
            CaseAction::HideCharacter => self.character.is_some(),
            // What a character says is not her maker's doing.
            CaseAction::DisablePerson => {
                self.person.is_some() && (self.character.is_none() || self.target.kind() != ReportedKind::Message)
            }
        };
        there && action.fits(self.target.kind())
    }
}

/// Who looks at a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub by: UserId,
    /// Since when.
    pub at: OffsetDateTime,
}

/// What a reporter adds: up to 1,000 characters.
///
/// # Errors
/// When it is too long or holds control characters.
pub fn note(words: &str) -> Result<String, FieldError> {
    text("note", words.trim(), limits::REPORT_NOTE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClosedSet;

    #[test]
    fn each_kind_has_its_actions() {
        let fit = |kind: ReportedKind| -> Vec<&str> {
            CaseAction::ALL.iter().filter(|action| action.fits(kind)).map(ClosedSet::as_str).collect()
        };
        assert_eq!(fit(ReportedKind::Character), ["dismiss", "hide_character", "disable_person"]);
        assert_eq!(fit(ReportedKind::Person), ["dismiss", "disable_person"]);
        let all = |remove| ["dismiss", "hide_character", "disable_person", remove];
        assert_eq!(fit(ReportedKind::Message), all("remove_message"));
        assert_eq!(fit(ReportedKind::Moment), all("remove_moment"));
        assert_eq!(fit(ReportedKind::MomentComment), all("remove_comment"));
    }

    #[test]
    fn a_moderator_keeps_out_members_alone() {
        for of in UserRole::ALL.iter().copied() {
            assert!(may_disable(UserRole::Admin, of) && !may_disable(UserRole::Member, of));
            assert_eq!(may_disable(UserRole::Moderator, of), of == UserRole::Member);
        }
    }

    #[test]
    fn an_id_is_read_by_its_kind() {
        let id = format!("chr_{}", "0".repeat(32));
        let read = Reported::read(ReportedKind::Character, &id).unwrap();
        assert_eq!((read.kind(), read.to_string()), (ReportedKind::Character, id.clone()));
        assert_eq!(Reported::read(ReportedKind::Person, &id).unwrap_err().field, "target.id");
    }
}
