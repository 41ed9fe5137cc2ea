//! Sessions as people see them: with who answers, and who speaks for her.

use domain::characters::Character;
use domain::chats::{Message, Session};
use domain::ids::{CharacterId, MediaId};
use domain::models::ModelInfo;

/// What is shown of a character beside a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharacterBrief {
    /// Her id.
    pub id: CharacterId,
    /// Her name.
    pub name: String,
    /// The line under it.
    pub tagline: String,
    /// Her picture.
    pub avatar: Option<MediaId>,
    /// Whether she answers no more.
    pub deleted: bool,
}

impl From<&Character> for CharacterBrief {
    fn from(character: &Character) -> Self {
        Self {
            id: character.id,
            name: character.profile.name.clone(),
            tagline: character.profile.tagline.clone(),
            avatar: character.avatar,
            deleted: character.deleted,
        }
    }
}

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
