//! What is asked of an index.

use std::fmt;

use domain::chats::Role;
use domain::memories::Memory;
use time::OffsetDateTime;

/// A question.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// What is asked.
    pub text: &'a str,
    /// The turn before, for questions that lean on it: what "it" is.
    pub before: Option<&'a str>,
    /// What the text means, made by the same embedder as the memories' vectors.
    pub vector: Option<&'a [f32]>,
    /// When it is asked, in the person's own offset: "yesterday" ends at her midnight.
    pub now: OffsetDateTime,
    /// Who asks: "I" is the one who asks and "you" the other. `None` is an outsider, who uses names.
    pub asked_by: Option<Role>,
    /// Whether memories that no longer count are wanted too.
    pub ended: bool,
    /// Which memories may be found at all; asked of the best only, in their order.
    pub keep: &'a dyn Fn(&Memory) -> bool,
}

impl fmt::Debug for Question<'_> {
    /// Without the texts: they are nobody else's business, logs included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question")
            .field("now", &self.now)
            .field("asked_by", &self.asked_by)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
