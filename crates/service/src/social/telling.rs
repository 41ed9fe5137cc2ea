//! What somebody learns of what others do: that they ask, are friends now, or follow; and that what their devices show
//! of it is old.

use bus::Notice;
use domain::ids::UserId;
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use domain::profiles::SeenPerson;

use super::Social;

impl Social {
    /// `user` asked `other` for their friendship.
    pub(super) fn tell_asked(&self, user: UserId, other: &SeenPerson) {
        self.tell(user, other, NotificationKind::FriendRequest, Subject::Person(user), "ask");
    }

    /// `user` said yes to `other`.
    pub(super) fn tell_friend(&self, user: UserId, other: &SeenPerson) {
        self.tell(user, other, NotificationKind::FriendAccepted, Subject::Person(user), "friend");
    }

    /// `user` follows `other` now. Those who began to meanwhile are told of together.
    pub(super) fn tell_follower(&self, user: UserId, other: &SeenPerson) {
        let subject = Subject::Person(other.profile.user);
        self.tell(user, other, NotificationKind::NewFollower, subject, "follow");
    }

    /// The friends of these people, or their requests, are others than before: their devices look. Nobody is named, and nobody is
    /// told who would not see it.
    pub(super) fn friends_changed(&self, people: impl IntoIterator<Item = UserId>) {
        for user in people {
            self.bus.notices.publish(user, Notice::FriendsChanged);
        }
    }

    /// Tells each thing once a day at most, however often it is taken back and done again.
    fn tell(&self, by: UserId, to: &SeenPerson, kind: NotificationKind, subject: Subject, word: &str) {
        let source = format!("{word}:{by}:{}", self.today());
        let user = to.profile.user;
        self.notifications.soon(News { user, kind, subject, by: Some(Notifier::Person(by)), source });
    }
}
