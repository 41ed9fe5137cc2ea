//! Following: reading on about a person or a character, without being asked back.

/// How somebody stands to a character.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CharacterFollow {
    /// Whether they follow her.
    pub following: bool,
    /// How many people do.
    pub followers: u64,
}
