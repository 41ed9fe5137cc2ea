//! What a service answers when it cannot do as asked, split by what the caller can do.

use std::time::Duration;

use bus::Throttled;
use domain::ids::CharacterId;
use domain::moderation::Harm;
use domain::usage::QuotaReached;
use domain::validation::FieldError;
use exchange::ExchangeError;
use store::{Conflict, StoreError};

/// The result of every service method.
pub type ServiceResult<T> = Result<T, ServiceError>;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// The request must be changed.
    #[error("{} field(s) are not valid", .0.len())]
    Invalid(Vec<FieldError>),
    /// There is no such thing, or it is another's.
    #[error("not found")]
    NotFound,
    /// It contradicts what is kept.
    #[error("{0}")]
    Conflict(Conflict),
    /// The character does not answer any more: her maker deleted her.
    #[error("the character is no longer there")]
    CharacterUnavailable,
    /// The scene is not unlocked for the person.
    #[error("the scene is locked")]
    SceneLocked,
    /// No scene is played there that offers this choice now.
    #[error("the choice cannot be taken")]
    ChoiceUnavailable,
    /// Nothing was said in the session yet.
    #[error("nothing was said yet")]
    NothingSaid,
    /// A file cannot be taken; what is wrong is said with its place, and without its text.
    #[error("a file cannot be taken")]
    Unreadable(ExchangeError),
    /// The person brought this file before: the first character that came from it.
    #[error("the file was imported before")]
    KnownCard(CharacterId),
    /// The words are not let through here.
    #[error("the words are not let through: {harm}")]
    Refused {
        /// The field they stand in.
        field: &'static str,
        /// What is wrong with them.
        harm: Harm,
    },
    /// No token, or one that is not valid any more.
    #[error("sign in first")]
    Unauthenticated,
    /// The name or the password is wrong; which, is not said.
    #[error("the name or the password is wrong")]
    InvalidCredentials,
    /// This server does not do that for anybody.
    #[error("not allowed here")]
    Forbidden,
    /// Not before the current texts of the operator are agreed to.
    #[error("the terms are not agreed to")]
    ConsentRequired,
    /// The cursor is not one of ours.
    #[error("the cursor is not valid")]
    InvalidCursor,
    /// Done too often.
    #[error("too often")]
    Throttled {
        /// When it may be done again.
        retry_after: Duration,
    },
    /// As much was taken today as may be.
    #[error("a limit of the day is reached")]
    QuotaReached {
        /// Which limit.
        reached: QuotaReached,
        /// How long until it begins anew.
        retry_after: Duration,
    },
    /// Something that is needed cannot be reached now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Conflict(conflict) => Self::Conflict(conflict),
            StoreError::InvalidCursor => Self::InvalidCursor,
            StoreError::Unavailable(detail) => Self::Unavailable(detail),
            StoreError::Corrupt(detail) | StoreError::Refused(detail) => Self::Internal(detail),
        }
    }
}

impl From<FieldError> for ServiceError {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<Throttled> for ServiceError {
    fn from(throttled: Throttled) -> Self {
        Self::Throttled { retry_after: throttled.retry_after }
    }
}
