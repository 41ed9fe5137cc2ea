//! Liking moments and talking about them.

use domain::chats::Author;
use domain::ids::{CommentId, MomentId, UserId};
use domain::jobs::Task;
use domain::moments::{MomentVisibility, NewComment, SeenComment, SeenMoment, client_id, comment_text};
use domain::pages::{Page, PageRequest};
use domain::validation::FieldError;
use store::jobs::Wanted;
use store::responses::Liked;

use super::{COMMENTS, LIKES, Moments};
use crate::social::ListedView;
use crate::{ServiceError, ServiceResult};

/// Something to say about a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SayComment {
    /// What the author calls it; without a name, what is sent twice is said twice.
    pub client_comment_id: Option<String>,
    /// What it says.
    pub text: String,
    /// The comment it answers.
    pub reply_to: Option<CommentId>,
}

/// A comment that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidComment {
    /// The comment.
    pub seen: SeenComment,
    /// Whether it was said before.
    pub repeated: bool,
}

impl Moments {
    /// Likes a moment, or no more. Repeats change nothing.
    ///
    /// # Errors
    /// `NotFound`, `Throttled`.
    pub async fn set_like(&self, user: UserId, id: MomentId, like: bool) -> ServiceResult<Liked> {
        let inner = &self.inner;
        inner.bus.rates.take(&format!("moment-like:{user}"), LIKES).await?;
        let liked = inner.stores.responses.set_like(user, id, like, inner.clock.now(), inner.today()).await?;
        if liked.news && like {
            let found = inner.stores.moments.find_moment(user, id, inner.today()).await?;
            if let Some(owner) = found.and_then(|seen| seen.by.person) {
                inner.tell_liked(owner, user, id).await?;
            }
        }
        Ok(liked)
    }

    /// Those who like a moment and whom the viewer sees, the newest first.
    ///
    /// # Errors
    /// `NotFound`, `InvalidCursor`.
    pub async fn page_likes(
        &self,
        viewer: UserId,
        id: MomentId,
        page: &PageRequest,
    ) -> ServiceResult<Page<ListedView>> {
        let inner = &self.inner;
        let found = inner.stores.responses.page_likes(viewer, id, page, inner.today()).await?;
        Ok(inner.social.with_presence(found).await)
    }

    /// The comments on a moment of those whom the viewer sees, the oldest first.
    ///
    /// # Errors
    /// `NotFound`, `InvalidCursor`.
    pub async fn page_comments(
        &self,
        viewer: UserId,
        id: MomentId,
        page: &PageRequest,
    ) -> ServiceResult<Page<SeenComment>> {
        let inner = &self.inner;
        Ok(inner.stores.responses.page_comments(viewer, id, page, inner.today()).await?)
    }

    /// Says something about a moment.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Refused`, `Conflict(TooManyComments)`, `Throttled`.
    pub async fn comment(&self, user: UserId, id: MomentId, said: SayComment) -> ServiceResult<SaidComment> {
        let inner = &self.inner;
        let comment: CommentId = inner.mint.id();
        let text = comment_text(&said.text)?;
        let client_id = match said.client_comment_id {
            Some(given) => client_id("client_comment_id", &given)?,
            None => comment.to_string(),
        };
        let found = inner.stores.moments.find_moment(user, id, inner.today()).await?;
        let moment = found.ok_or(ServiceError::NotFound)?;
        let answered = match said.reply_to {
            None => None,
            Some(answered) => Some(self.answered(user, id, answered).await?),
        };
        inner.bus.rates.take(&format!("moment-comment:{user}"), COMMENTS).await?;
        inner.moderation.must_pass_in_public("text", &text).await?;
        let new =
            NewComment { id: comment, moment: id, text, reply_to: said.reply_to, client_id, at: inner.clock.now() };
        let then = Wanted { task: Task::answer(comment), run_at: new.at + inner.config.pause / 3 };
        let then: &[Wanted] = if self.is_for_a_character(&moment, answered.as_ref()) { &[then] } else { &[] };
        let kept = inner.stores.responses.add_comment(user, &new, then, inner.today()).await?;
        self.jobs.look();
        if !kept.repeated {
            inner.tell_commented(user, &moment, answered.as_ref(), kept.id).await?;
        }
        let seen = inner.stores.responses.find_comment(user, kept.id, inner.today()).await?;
        Ok(SaidComment { seen: seen.ok_or(ServiceError::NotFound)?, repeated: kept.repeated })
    }

    /// The comment that is answered.
    async fn answered(&self, user: UserId, moment: MomentId, id: CommentId) -> ServiceResult<SeenComment> {
        let inner = &self.inner;
        let found = inner.stores.responses.find_comment(user, id, inner.today()).await?;
        let found = found.filter(|found| found.comment.moment == moment);
        found.ok_or_else(|| FieldError::new("reply_to", "must be a comment on this moment").into())
    }

    /// Whether a character may have something to say to a comment.
    fn is_for_a_character(&self, moment: &SeenMoment, answered: Option<&SeenComment>) -> bool {
        let of_a_character = |author: Author| matches!(author, Author::Character(_));
        let said = &moment.moment;
        self.inner.config.take_part
            && said.characters_may_comment
            && said.visibility != MomentVisibility::Private
            && (of_a_character(said.author) || answered.is_some_and(|answered| of_a_character(answered.comment.author)))
    }

    /// Deletes a comment with what answers it: one's own, or one on a moment of one's own.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_comment(&self, user: UserId, moment: MomentId, id: CommentId) -> ServiceResult<()> {
        Ok(self.inner.stores.responses.delete_comment(user, moment, id).await?)
    }
}
