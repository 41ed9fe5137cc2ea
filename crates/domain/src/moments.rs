//! Moments: what people and characters show of their days, to whom they choose, and what is said about it.

use time::OffsetDateTime;

use crate::chats::Author;
use crate::ids::{CharacterId, CommentId, MediaId, MomentId, UserId};
use crate::limits;
use crate::media::ImageSize;
use crate::validation::{FieldError, required_text, text};

closed_set! {
    /// Who sees a moment. Never those with whom its author has a block, in either direction.
    pub enum MomentVisibility {
        /// Everybody who may read the profile of its author.
        Public = "public",
        /// Those who follow its author, and friends.
        Followers = "followers",
        /// Friends; of a character, those of her maker.
        Friends = "friends",
        /// Nobody else.
        Private = "private",
    }
}

/// An image of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MomentImage {
    /// Which.
    pub id: MediaId,
    /// How large it is.
    pub size: ImageSize,
}

/// A moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Its id; later moments have greater ones.
    pub id: MomentId,
    /// Whose it is.
    pub author: Author,
    /// What it says; may be empty where it has images.
    pub text: String,
    /// What it shows, in order.
    pub images: Vec<MomentImage>,
    /// Who sees it.
    pub visibility: MomentVisibility,
    /// Whether characters may say something about it of their own accord.
    pub characters_may_comment: bool,
    /// How many like it.
    pub likes: u64,
    /// How many comments there are.
    pub comments: u64,
    /// When it was posted.
    pub created_at: OffsetDateTime,
    /// When its words or who sees it were last changed.
    pub edited_at: Option<OffsetDateTime>,
}

/// How whoever posted or said something is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorFace {
    /// Who.
    pub author: Author,
    /// The name by which a person is found.
    pub handle: Option<String>,
    /// The name.
    pub name: String,
    /// The picture.
    pub avatar: Option<MediaId>,
    /// Who answers for it: the person themselves, or the maker of the character.
    pub person: Option<UserId>,
}

/// A moment, as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenMoment {
    /// The moment.
    pub moment: Moment,
    /// Whose it is.
    pub by: AuthorFace,
    /// Whether the viewer answers for it.
    pub mine: bool,
    /// Whether the viewer likes it.
    pub liked: bool,
}

/// A comment on a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id; later comments have greater ones.
    pub id: CommentId,
    /// On which moment.
    pub moment: MomentId,
    /// Who said it.
    pub author: Author,
    /// What it says.
    pub text: String,
    /// The comment it answers, which answers none itself.
    pub reply_to: Option<CommentId>,
    /// When it was said.
    pub created_at: OffsetDateTime,
}

/// A comment, as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenComment {
    /// The comment.
    pub comment: Comment,
    /// Who said it.
    pub by: AuthorFace,
    /// Whether the viewer answers for it.
    pub mine: bool,
}

/// A moment to post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMoment {
    /// Its id, should it be new.
    pub id: MomentId,
    /// Who posts it: the author, or the maker of the character who is.
    pub sender: UserId,
    /// What the sender calls it: posted again under the same name, it is posted once.
    pub client_id: String,
    /// The character whose it is; `None` is the sender's own.
    pub character: Option<CharacterId>,
    /// What it says.
    pub text: String,
    /// What it shows: images that the sender uploaded and that stand in nothing yet.
    pub images: Vec<MediaId>,
    /// Who sees it.
    pub visibility: MomentVisibility,
    /// Whether characters may say something about it.
    pub characters_may_comment: bool,
    /// When.
    pub at: OffsetDateTime,
}

/// What is changed of a moment; `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MomentPatch {
    /// Other words.
    pub text: Option<String>,
    /// Others who see it.
    pub visibility: Option<MomentVisibility>,
    /// Whether characters may say something about it.
    pub characters_may_comment: Option<bool>,
}

/// A comment to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    /// Its id, should it be new.
    pub id: CommentId,
    /// On which moment.
    pub moment: MomentId,
    /// What it says.
    pub text: String,
    /// The comment it answers. One that answers an answer stands beside it.
    pub reply_to: Option<CommentId>,
    /// What its author calls it: said again under the same name, it is said once.
    pub client_id: String,
    /// When.
    pub at: OffsetDateTime,
}

/// What a moment says, when it may say so.
///
/// # Errors
/// When it is too long, holds control characters, or is empty where nothing is shown either.
pub fn moment_text(words: &str, has_images: bool) -> Result<String, FieldError> {
    let words = words.trim();
    if has_images { text("text", words, limits::MOMENT) } else { required_text("text", words, limits::MOMENT) }
}

/// What a comment says.
///
/// # Errors
/// When it is empty, too long or holds control characters.
pub fn comment_text(words: &str) -> Result<String, FieldError> {
    required_text("text", words.trim(), limits::COMMENT)
}

/// The images of a new moment: at most nine, each once.
///
/// # Errors
/// When there are more, or one stands in it twice.
pub fn moment_images(ids: Vec<MediaId>) -> Result<Vec<MediaId>, FieldError> {
    if ids.len() > limits::MOMENT_IMAGES {
        return Err(FieldError::new("image_ids", "must be at most 9 images"));
    }
    match ids.iter().enumerate().find(|(index, id)| ids.iter().take(*index).any(|before| before == *id)) {
        Some((index, _)) => Err(FieldError::new(format!("image_ids.{index}"), "stands in it before")),
        None => Ok(ids),
    }
}

/// A client's own id of a moment or a comment.
///
/// # Errors
/// When it has another form.
pub fn client_id(field: &str, id: &str) -> Result<String, FieldError> {
    if id.is_empty() || id.len() > limits::CLIENT_MOMENT_ID_BYTES || !id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(FieldError::new(field, "must be 1 to 64 printable ASCII characters"));
    }
    Ok(id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_moment_says_or_shows_something() {
        assert_eq!(moment_text(" sea \n", false), Ok("sea".into()));
        assert_eq!(moment_text("  ", true), Ok(String::new()));
        for (words, images) in [("  ".to_owned(), false), ("a\0".into(), true), ("x".repeat(limits::MOMENT + 1), true)]
        {
            assert_eq!(moment_text(&words, images).unwrap_err().field, "text");
        }
        assert!(comment_text(" ").is_err() && comment_text(&"x".repeat(limits::COMMENT + 1)).is_err());
    }

    #[test]
    fn each_image_stands_in_it_once() {
        let ids = |numbers: &[u128]| numbers.iter().map(|n| MediaId(Uuid::from_u128(*n))).collect::<Vec<_>>();
        assert_eq!(moment_images(ids(&[1, 2])), Ok(ids(&[1, 2])));
        assert_eq!(moment_images(ids(&[1, 2, 1])).unwrap_err().field, "image_ids.2");
        assert_eq!(moment_images(ids(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).unwrap_err().field, "image_ids");
        assert_eq!(client_id("client_moment_id", "a b").unwrap_err().field, "client_moment_id");
    }
}
