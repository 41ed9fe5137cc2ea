//! What somebody learns of what others make of their moments. Who is muted is not heard of, nor who is not there for them.

use domain::ids::{CharacterId, CommentId, MomentId, UserId};
use domain::moments::{SeenComment, SeenMoment};
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use domain::privacy::Facet;
use domain::profiles::PersonRef;

use super::Inner;
use crate::ServiceResult;

impl Inner {
    /// `by` likes a moment of `user`. Told once, however often it is taken back and done again.
    pub(super) async fn tell_liked(&self, user: UserId, by: UserId, moment: MomentId) -> ServiceResult<()> {
        if user != by && self.hears_of(user, by).await? {
            let source = format!("moment-like:{by}:{moment}");
            self.tell(user, NotificationKind::MomentLiked, Notifier::Person(by), moment, source);
        }
        Ok(())
    }

    /// `by` said something about a moment: its author learns of it, and whoever is answered, while they see the moment.
    pub(super) async fn tell_commented(
        &self,
        by: UserId,
        moment: &SeenMoment,
        answered: Option<&SeenComment>,
        comment: CommentId,
    ) -> ServiceResult<()> {
        let id = moment.moment.id;
        let source = || format!("moment-comment:{comment}");
        let author = moment.by.person.filter(|author| *author != by);
        if let Some(author) = author
            && self.hears_of(author, by).await?
        {
            self.tell(author, NotificationKind::MomentCommented, Notifier::Person(by), id, source());
        }
        let other = answered.and_then(|answered| answered.by.person);
        let Some(other) = other.filter(|other| *other != by && Some(*other) != moment.by.person) else {
            return Ok(());
        };
        let sees = self.stores.moments.find_moment(other, id, self.today()).await?.is_some();
        if sees && self.hears_of(other, by).await? {
            self.tell(other, NotificationKind::MomentCommented, Notifier::Person(by), id, source());
        }
        Ok(())
    }

    /// A character said something about a moment.
    pub(super) fn tell_spoken(&self, user: UserId, by: CharacterId, moment: MomentId, comment: CommentId) {
        let source = format!("moment-comment:{comment}");
        self.tell(user, NotificationKind::MomentCommented, Notifier::Character(by), moment, source);
    }

    fn tell(&self, user: UserId, kind: NotificationKind, by: Notifier, moment: MomentId, source: String) {
        self.notifications.soon(News { user, kind, subject: Subject::Moment(moment), by: Some(by), source });
    }

    /// Whether somebody is there for a person, who has not muted them.
    async fn hears_of(&self, user: UserId, other: UserId) -> ServiceResult<bool> {
        let found = self.stores.profiles.find_profile(user, &PersonRef::Id(other), self.today()).await?;
        Ok(found.is_some_and(|found| found.person.shows(Facet::Card) && !found.person.relation.mutes))
    }
}
