//! The audit log: who did what to whom, of all that an admin can do.
//!
//! An entry names things by their ids and holds none of people's words: no text, no reason, no password, no name that was
//! typed in.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::ids::{AuditId, UserId};

closed_set! {
    /// What was done.
    pub enum AuditAction {
        /// A person may do more, or less, than before.
        RoleChanged = "role_changed",
        /// A person cannot sign in any more.
        AccountDisabled = "account_disabled",
        /// A person can sign in again.
        AccountEnabled = "account_enabled",
        /// A person's own limits are others than before.
        QuotaChanged = "quota_changed",
        /// A job is tried again at once.
        JobRetried = "job_retried",
        /// A job was taken off the queue.
        JobDiscarded = "job_discarded",
        /// Another model speaks where nothing was chosen.
        ModelChosen = "model_chosen",
        /// Somebody showed the operator's key.
        OperatorKeyUsed = "operator_key_used",
        /// Passwords were tried more often than they may be.
        SignInThrottled = "sign_in_throttled",
        /// A moderator looks at a case.
        CaseClaimed = "case_claimed",
        /// A case was decided.
        CaseResolved = "case_resolved",
        /// A message that was reported was read.
        ReportedMessageRead = "reported_message_read",
        /// A character is found and met by nobody new.
        CharacterHidden = "character_hidden",
        /// A character can be found and met again.
        CharacterRestored = "character_restored",
        /// A moment or a comment that was reported was read.
        ReportedMomentRead = "reported_moment_read",
        /// A moment was deleted by a decision.
        MomentRemoved = "moment_removed",
        /// A comment was deleted by a decision.
        CommentRemoved = "comment_removed",
        /// The words of a message are taken from everybody by a decision; written down before they are.
        MessageRemoved = "message_removed",
    }
}

closed_set! {
    /// The kinds of those who act.
    pub enum ActorKind {
        /// A person with an account.
        User = "user",
        /// Whoever types commands on the machine.
        Cli = "cli",
        /// Whoever shows the operator's key.
        OperatorKey = "operator_key",
        /// Nobody who is known.
        Stranger = "stranger",
    }
}

closed_set! {
    /// The kinds of what is acted on.
    pub enum TargetKind {
        /// An account.
        User = "user",
        /// A job.
        Job = "job",
        /// A model.
        Model = "model",
        /// An address from which passwords were tried.
        Address = "address",
        /// The server itself.
        Server = "server",
        /// A case of moderation.
        Case = "case",
        /// A character.
        Character = "character",
        /// A moment.
        Moment = "moment",
        /// A comment on a moment.
        Comment = "comment",
        /// A message.
        Message = "message",
    }
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person with an account.
    User(UserId),
    /// Whoever types commands on the machine.
    Cli,
    /// Whoever shows the operator's key.
    OperatorKey,
    /// Nobody who is known.
    Stranger,
}

impl Actor {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        match self {
            Self::User(_) => ActorKind::User,
            Self::Cli => ActorKind::Cli,
            Self::OperatorKey => ActorKind::OperatorKey,
            Self::Stranger => ActorKind::Stranger,
        }
    }

    /// The person, when it is one.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(*id),
            _ => None,
        }
    }
}

/// What is acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTarget {
    /// Its kind.
    pub kind: TargetKind,
    /// Its id or name; empty where there is but one, or where it is not known.
    pub id: String,
}

impl AuditTarget {
    /// A target of this kind.
    pub fn new(kind: TargetKind, id: &(impl ToString + ?Sized)) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// What more there is to say, in names and plain values.
pub type AuditDetail = BTreeMap<String, String>;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: AuditAction,
    /// To what.
    pub target: AuditTarget,
    /// What more there is to say.
    pub detail: AuditDetail,
    /// The request by which it was done.
    pub request_id: Option<String>,
    /// From where.
    pub address: Option<String>,
}

/// Which entries are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those of this action.
    pub action: Option<AuditAction>,
    /// Those that this person made or that concern them.
    pub user: Option<UserId>,
}
