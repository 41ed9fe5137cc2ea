//! What goes into an index.

use domain::chats::Role;
use domain::memories::Memory;

/// A memory with its vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The memory. Its sources are kept as they are and not looked at.
    pub memory: Memory,
    /// What it means, of any length but zero. `None` where it was not embedded: then words have to do.
    pub vector: Option<Vec<f32>>,
}

/// Who the two are. Names choose whose words are meant; they are no words to search for, as they would be in every memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The person's.
    pub person: String,
    /// The character's.
    pub character: String,
}

impl Names {
    /// The name of the one who speaks.
    #[must_use]
    pub fn of(&self, role: Role) -> &str {
        match role {
            Role::User => &self.person,
            Role::Character => &self.character,
        }
    }
}
