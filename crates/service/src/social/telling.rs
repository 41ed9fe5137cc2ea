//! What somebody learns of what others do: that they ask, are friends now, or follow. Who is muted is not heard of.

use domain::ids::UserId;
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use domain::profiles::SeenPerson;

use super::Social;

impl Social {
    /// `user` asked `other` for their friendship, or said yes to them.
    pub(super) fn tell_friend(&self, user: UserId, other: &SeenPerson) {
        let (kind, word) = if other.relation.friend {
            (NotificationKind::FriendAccepted, "friend")
        } else {
            (NotificationKind::FriendRequest, "ask")
        };
        self.tell(user, other, kind, Subject::Person(user), word);
    }

    /// `user` follows `other` now. Those who began to meanwhile are told of together.
    pub(super) fn tell_follower(&self, user: UserId, other: &SeenPerson) {
        let subject = Subject::Person(other.profile.user);
        self.tell(user, other, NotificationKind::NewFollower, subject, "follow");
    }

    /// Tells each thing once a day at most, however often it is taken back and done again.
    fn tell(&self, by: UserId, to: &SeenPerson, kind: NotificationKind, subject: Subject, word: &str) {
        if to.relation.muted {
            return;
        }
        let source = format!("{word}:{by}:{}", self.today());
        let user = to.profile.user;
        self.notifications.soon(News { user, kind, subject, by: Some(Notifier::Person(by)), source });
    }
}
