//! Characters who take part in moments: what they may answer to, how much they have said, and who posts by herself.
//!
//! It serves jobs, not people: nothing here asks who looks.

use async_trait::async_trait;
use domain::ids::{CharacterId, CommentId, MomentId, UserId};
use domain::moments::{MomentVisibility, NewComment, NewMoment};
use domain::taking_part::{Caps, Part};
use time::OffsetDateTime;

use crate::StoreResult;

/// What a character is asked to say something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    /// A moment.
    Moment(MomentId),
    /// A comment of a person.
    Comment(CommentId),
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The name of whoever said it.
    pub name: String,
    /// The words.
    pub text: String,
}

/// What stands around a cue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// The moment.
    pub moment: MomentId,
    /// The name of its author, and what it says.
    pub posted: Line,
    /// How many images it has.
    pub images: u64,
    /// Who sees it.
    pub visibility: MomentVisibility,
    /// Whether characters may say something about it.
    pub characters_may_comment: bool,
    /// When it was posted.
    pub posted_at: OffsetDateTime,
    /// The person who posted or said it: a comment is counted for them. `None` when a character did.
    pub person: Option<UserId>,
    /// The comment to answer.
    pub comment: Option<Line>,
    /// The comment below which an answer stands.
    pub reply_to: Option<CommentId>,
    /// The character who is spoken to: whose moment it is, or whose comment is answered.
    pub addressed: Option<CharacterId>,
    /// The last that was said about the moment by characters and by its author, the oldest first.
    pub before: Vec<Line>,
}

/// How a character stands to a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// How much was said already.
    pub part: Part,
    /// Whether she has answered this before.
    pub said: bool,
    /// Whether the person sees her and has not hidden her.
    pub welcome: bool,
}

/// A character who may post by herself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Her maker.
    pub owner: UserId,
    /// When she does next.
    pub due_at: OffsetDateTime,
}

/// What a character says, and for whom it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharacterComment {
    /// Who.
    pub character: CharacterId,
    /// For whom.
    pub person: UserId,
    /// How much of it there may be, counted since this time.
    pub caps: (Caps, OffsetDateTime),
    /// What she says.
    pub new: NewComment,
}

/// Keeps the part that characters take.
#[async_trait]
pub trait TakingPartStore: Send + Sync {
    /// What stands around a cue, with up to `lines` that were said before; `None` when it is gone.
    async fn find_scene(&self, cue: Cue, lines: u32) -> StoreResult<Option<Scene>>;
    /// How a character stands to a cue of this person, which she answers under this name.
    async fn find_place(
        &self,
        moment: MomentId,
        character: CharacterId,
        person: UserId,
        client_id: &str,
        since: OffsetDateTime,
    ) -> StoreResult<Place>;
    /// Keeps what a character says; whether that is news. Conflict: `CharactersSilent` when it is one too many, or she is not
    /// welcome there any more.
    async fn add_character_comment(&self, comment: &CharacterComment) -> StoreResult<bool>;
}

/// Keeps who posts by herself.
#[async_trait]
pub trait PostingStore: Send + Sync {
    /// Whether a character posts by herself, and when she does next.
    async fn find_posting(&self, character: CharacterId) -> StoreResult<Option<Posting>>;
    /// Lets a character of one's own post by herself from a time on, or no more. `NotFound` when she is not theirs.
    async fn set_posting(&self, owner: UserId, character: CharacterId, from: Option<OffsetDateTime>)
    -> StoreResult<()>;
    /// Up to `limit` characters who post by themselves and whose time had come by `now`.
    async fn posting_due(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<CharacterId>>;
    /// Keeps what a character posts by herself at her time, or nothing, and when her time is next. `NotFound` when she may not any
    /// more, or has had her time meanwhile: `due_at` is another.
    async fn pass_post(
        &self,
        character: CharacterId,
        due_at: OffsetDateTime,
        next: OffsetDateTime,
        new: Option<&NewMoment>,
    ) -> StoreResult<()>;
}
