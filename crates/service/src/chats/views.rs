//! Sessions as people see them: with who answers, and who speaks for her.

use domain::characters::CharacterBrief;
use domain::chats::{Message, Session};
use domain::groups::{Group, Member};
use domain::models::ModelInfo;

/// A session as people see it.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// Who answers, where that is one.
    pub character: Option<CharacterBrief>,
    /// The model that speaks for her now.
    pub speaks: Option<ModelInfo>,
    /// Who shares the session, where several do.
    pub group: Option<GroupView>,
    /// The message in view at its end, in lists.
    pub last_message: Option<Message>,
}

/// How far a session is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembering {
    /// So many of its messages in view.
    pub done: u32,
    /// Of so many.
    pub total: u32,
}

/// A session that several share, as one of them sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupView {
    /// Who is in it.
    pub group: Group,
    /// Who looks.
    pub me: Member,
    /// How much was said that they have not read; a few hundred are not told from more.
    pub unread: u64,
}
