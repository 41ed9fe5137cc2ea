//! Sessions as people see them: with who answers, and who speaks for her.

use domain::characters::CharacterBrief;
use domain::chats::{Message, Session};
use domain::models::ModelInfo;

/// A session as people see it.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// Who answers.
    pub character: CharacterBrief,
    /// The model that speaks for her now.
    pub speaks: ModelInfo,
    /// The message in view at its end, in lists.
    pub last_message: Option<Message>,
}
