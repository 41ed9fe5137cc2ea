//! Posting moments, changing them and taking them back; and letting a character post by herself.

use domain::chats::Author;
use domain::ids::{CharacterId, MediaId, MomentId, UserId};
use domain::jobs::Task;
use domain::moments::{MomentPatch, MomentVisibility, NewMoment, client_id, moment_images, moment_text};
use domain::taking_part::next_post;
use domain::validation::FieldError;
use store::jobs::Wanted;

use super::{MomentView, Moments, POSTS};
use crate::{ServiceError, ServiceResult};

/// A moment to post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostMoment {
    /// What the sender calls it.
    pub client_moment_id: String,
    /// What it says.
    pub text: String,
    /// What it shows.
    pub image_ids: Vec<MediaId>,
    /// Who sees it.
    pub visibility: MomentVisibility,
    /// Whether characters may say something about it.
    pub characters_may_comment: bool,
}

/// A moment that was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedMoment {
    /// The moment.
    pub view: MomentView,
    /// Whether it was posted before.
    pub repeated: bool,
}

impl Moments {
    /// Posts a moment of one's own, or of a character one made. The same one sent again is posted once.
    ///
    /// # Errors
    /// `Invalid`, `Refused`, `NotFound` when the character is not theirs, `Conflict(ImageUnavailable | MomentDeleted)`, `Throttled`.
    pub async fn post(
        &self,
        sender: UserId,
        character: Option<CharacterId>,
        post: PostMoment,
    ) -> ServiceResult<PostedMoment> {
        let inner = &self.inner;
        let new = new_moment(inner.mint.id(), sender, character, post, inner.clock.now())?;
        inner.bus.rates.take(&format!("moment:{sender}"), POSTS).await?;
        inner.moderation.must_pass_in_public("text", &new.text).await?;
        let taken_up = character.is_none() && self.takes_up(new.visibility, new.characters_may_comment);
        let then = taken_up.then(|| Wanted { task: Task::comment(new.id), run_at: new.at });
        let kept = inner.stores.moments.post_moment(&new, then.as_slice()).await?;
        self.jobs.look();
        Ok(PostedMoment { view: self.get(sender, kept.id).await?, repeated: kept.repeated })
    }

    /// Changes what a moment of one's own says, or who sees it.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Refused`.
    pub async fn update(&self, user: UserId, id: MomentId, patch: MomentPatch) -> ServiceResult<MomentView> {
        let inner = &self.inner;
        let before = self.get(user, id).await?.seen;
        if !before.mine {
            return Err(ServiceError::NotFound);
        }
        let has_images = !before.moment.images.is_empty();
        let text = patch.text.map(|text| moment_text(&text, has_images)).transpose()?;
        // What is as it was is no change.
        let patch = MomentPatch {
            text: text.filter(|text| *text != before.moment.text),
            visibility: patch.visibility.filter(|visibility| *visibility != before.moment.visibility),
            ..patch
        };
        if let Some(text) = &patch.text {
            inner.moderation.must_pass_in_public("text", text).await?;
        }
        if patch != MomentPatch::default() {
            let (moment, now) = (&before.moment, inner.clock.now());
            let was = self.takes_up(moment.visibility, moment.characters_may_comment);
            let is = self.takes_up(
                patch.visibility.unwrap_or(moment.visibility),
                patch.characters_may_comment.unwrap_or(moment.characters_may_comment),
            );
            // Each says something to it once at most, however often it is opened and closed.
            let opened = is && !was && matches!(moment.author, Author::Person(_));
            let then = opened.then(|| Wanted { task: Task::comment(id), run_at: now });
            inner.stores.moments.update_moment(user, id, &patch, then.as_slice(), now).await?;
            self.jobs.look();
        }
        self.get(user, id).await
    }

    /// Whether characters take up a moment of a person.
    fn takes_up(&self, visibility: MomentVisibility, characters_may_comment: bool) -> bool {
        self.inner.config.take_part && characters_may_comment && visibility != MomentVisibility::Private
    }

    /// Deletes a moment of one's own, with all that was said and liked of it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete(&self, user: UserId, id: MomentId) -> ServiceResult<()> {
        Ok(self.inner.stores.moments.delete_moment(user, id).await?)
    }

    /// Whether a character of one's own posts by herself.
    ///
    /// # Errors
    /// `NotFound` when she is not theirs.
    pub async fn posts_herself(&self, owner: UserId, character: CharacterId) -> ServiceResult<bool> {
        let found = self.inner.stores.characters.find_character(owner, character).await?;
        found.filter(|found| found.owner == Some(owner) && !found.deleted).ok_or(ServiceError::NotFound)?;
        Ok(self.inner.stores.posting.find_posting(character).await?.is_some())
    }

    /// Lets a character of one's own post by herself, or no more.
    ///
    /// # Errors
    /// `NotFound` when she is not theirs.
    pub async fn let_post(&self, owner: UserId, character: CharacterId, posts: bool) -> ServiceResult<()> {
        let inner = &self.inner;
        let first = || next_post(character, inner.clock.now(), inner.config.posts_per_week);
        let from = posts.then(first);
        Ok(inner.stores.posting.set_posting(owner, character, from).await?)
    }
}

/// The moment to keep, or every field that is wrong.
fn new_moment(
    id: MomentId,
    sender: UserId,
    character: Option<CharacterId>,
    post: PostMoment,
    at: time::OffsetDateTime,
) -> ServiceResult<NewMoment> {
    let mut errors: Vec<FieldError> = Vec::new();
    let named = client_id("client_moment_id", &post.client_moment_id).map_err(|error| errors.push(error));
    let text = moment_text(&post.text, !post.image_ids.is_empty()).map_err(|error| errors.push(error));
    let images = moment_images(post.image_ids).map_err(|error| errors.push(error));
    match (named, text, images) {
        (Ok(client_id), Ok(text), Ok(images)) => Ok(NewMoment {
            id,
            sender,
            client_id,
            character,
            text,
            images,
            visibility: post.visibility,
            characters_may_comment: post.characters_may_comment,
            at,
        }),
        _ => Err(ServiceError::Invalid(errors)),
    }
}
