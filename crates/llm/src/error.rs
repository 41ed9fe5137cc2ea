//! Why a model did not answer, split by what the caller can do about it.

use std::borrow::Cow;

use domain::chats::FailureCode;

/// Why a model did not answer. The detail is for operators: it never holds prompt, reply or key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It cannot be reached or answers with errors; trying later may help.
    #[error("model unavailable: {0}")]
    Unavailable(Cow<'static, str>),
    /// It took too long.
    #[error("model timed out: {0}")]
    Timeout(Cow<'static, str>),
    /// It takes no more requests now.
    #[error("model busy: {0}")]
    Busy(Cow<'static, str>),
    /// The provider does not accept the key.
    #[error("model credentials rejected: {0}")]
    Credentials(Cow<'static, str>),
    /// There is no model of that name.
    #[error("unknown model: {0}")]
    UnknownModel(Cow<'static, str>),
    /// The provider's quota is used up.
    #[error("model quota used up: {0}")]
    Quota(Cow<'static, str>),
    /// The provider refuses this content.
    #[error("content refused: {0}")]
    ContentRefused(Cow<'static, str>),
    /// Prompt and reply do not fit the model.
    #[error("context too long: {0}")]
    ContextTooLong(Cow<'static, str>),
    /// A fault on this side.
    #[error("model fault: {0}")]
    Internal(Cow<'static, str>),
}

impl ModelError {
    /// The same, as people are told it.
    #[must_use]
    pub fn failure(&self) -> FailureCode {
        match self {
            Self::Unavailable(_) => FailureCode::ModelUnavailable,
            Self::Timeout(_) => FailureCode::ModelTimeout,
            Self::Busy(_) => FailureCode::ModelBusy,
            Self::Credentials(_) => FailureCode::ModelCredentials,
            Self::UnknownModel(_) => FailureCode::ModelUnknown,
            Self::Quota(_) => FailureCode::ModelQuota,
            Self::ContentRefused(_) => FailureCode::ContentRefused,
            Self::ContextTooLong(_) => FailureCode::ContextTooLong,
            Self::Internal(_) => FailureCode::Internal,
        }
    }
}
