//! Notifications: what somebody should learn who may not be looking. Alike ones that nobody has read yet become one.
//!
//! A notification holds no words of people, only who, what and how often; whoever shows it finds the words. Each has a place
//! (`seq`) in its person's inbox, a new one with every change, so that devices can say up to where all is read.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use crate::ids::{CharacterId, MomentId, NotificationId, ReportId, SessionId, UserId};
use crate::limits;
use crate::validation::FieldError;

closed_set! {
    /// What notifications are about, as people think of it.
    pub enum NotificationCategory {
        /// Characters.
        Characters = "characters",
        /// Friends and followers.
        People = "people",
        /// What people write to each other.
        Messages = "messages",
        /// Moments.
        Moments = "moments",
        /// The account and the server.
        Account = "account",
    }
}

closed_set! {
    /// The kinds of notifications.
    pub enum NotificationKind {
        /// Somebody would like to be a friend.
        FriendRequest = "friend_request",
        /// Somebody is a friend now.
        FriendAccepted = "friend_accepted",
        /// Somebody follows.
        NewFollower = "new_follower",
        /// A reply was finished while nobody was there to see it.
        ReplyReady = "reply_ready",
        /// A character wrote first.
        CharacterWrote = "character_wrote",
        /// A character wrote in her diary of a day with them.
        DiaryWritten = "diary_written",
        /// Somebody wrote.
        DirectMessage = "direct_message",
        /// Somebody would like to have them in a group.
        GroupInvitation = "group_invitation",
        /// Somebody likes a moment of theirs.
        MomentLiked = "moment_liked",
        /// Somebody said something about a moment of theirs, or answered what they said about one.
        MomentCommented = "moment_commented",
        /// What they reported was looked at.
        ReportResolved = "report_resolved",
        /// Something happened to their account.
        System = "system",
    }
}

impl NotificationKind {
    /// What it is about.
    #[must_use]
    pub fn category(self) -> NotificationCategory {
        match self {
            Self::FriendRequest | Self::FriendAccepted | Self::NewFollower => NotificationCategory::People,
            Self::ReplyReady | Self::CharacterWrote | Self::DiaryWritten => NotificationCategory::Characters,
            Self::DirectMessage | Self::GroupInvitation => NotificationCategory::Messages,
            Self::MomentLiked | Self::MomentCommented => NotificationCategory::Moments,
            Self::ReportResolved | Self::System => NotificationCategory::Account,
        }
    }

    /// Whether people may do without it. What happens to an account is always told.
    #[must_use]
    pub fn is_optional(self) -> bool {
        self != Self::System
    }

    /// Whether somebody waits for it: then a device is woken at once.
    #[must_use]
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::ReplyReady | Self::CharacterWrote | Self::DirectMessage)
    }
}

closed_set! {
    /// What can happen to an account.
    pub enum AccountNews {
        /// Another device has signed in.
        NewSignIn = "new_sign_in",
        /// The password is another.
        PasswordChanged = "password_changed",
    }
}

closed_set! {
    /// The kinds of what notifications point at.
    pub enum SubjectKind {
        /// A person.
        Person = "person",
        /// A character.
        Character = "character",
        /// The diary of a character.
        Diary = "diary",
        /// A session.
        Session = "session",
        /// A moment.
        Moment = "moment",
        /// A group.
        Group = "group",
        /// A report.
        Report = "report",
        /// The account of who is notified.
        Account = "account",
    }
}

/// What a notification points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A person.
    Person(UserId),
    /// A character.
    Character(CharacterId),
    /// The diary that a character keeps with who is notified.
    Diary(CharacterId),
    /// A session.
    Session(SessionId),
    /// A moment.
    Moment(MomentId),
    /// A group that one is asked to come to.
    Group(SessionId),
    /// A report.
    Report(ReportId),
    /// The account itself, and what happened to it.
    Account(AccountNews),
}

impl Subject {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Person(_) => SubjectKind::Person,
            Self::Character(_) => SubjectKind::Character,
            Self::Diary(_) => SubjectKind::Diary,
            Self::Session(_) => SubjectKind::Session,
            Self::Moment(_) => SubjectKind::Moment,
            Self::Group(_) => SubjectKind::Group,
            Self::Report(_) => SubjectKind::Report,
            Self::Account(_) => SubjectKind::Account,
        }
    }

    /// Its id, or what happened.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::Character(id) => id.to_string(),
            Self::Diary(id) => id.to_string(),
            Self::Session(id) => id.to_string(),
            Self::Moment(id) => id.to_string(),
            Self::Group(id) => id.to_string(),
            Self::Report(id) => id.to_string(),
            Self::Account(news) => news.to_string(),
        }
    }

    /// What [`Self::kind`] and [`Self::id`] tell of.
    #[must_use]
    pub fn of(kind: SubjectKind, id: &str) -> Option<Self> {
        Some(match kind {
            SubjectKind::Person => Self::Person(id.parse().ok()?),
            SubjectKind::Character => Self::Character(id.parse().ok()?),
            SubjectKind::Diary => Self::Diary(id.parse().ok()?),
            SubjectKind::Session => Self::Session(id.parse().ok()?),
            SubjectKind::Moment => Self::Moment(id.parse().ok()?),
            SubjectKind::Group => Self::Group(id.parse().ok()?),
            SubjectKind::Report => Self::Report(id.parse().ok()?),
            SubjectKind::Account => Self::Account(id.parse().ok()?),
        })
    }

    /// Where it is shown, as a path of the client.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Person(id) => format!("/people/{id}"),
            Self::Character(id) => format!("/characters/{id}"),
            Self::Diary(id) => format!("/characters/{id}/diary"),
            Self::Session(id) => format!("/chat/{id}"),
            Self::Moment(id) => format!("/moments/{id}"),
            // Where invitations are answered: until then the group is not there.
            Self::Group(_) => "/chats".to_owned(),
            Self::Report(_) => "/notifications".to_owned(),
            Self::Account(_) => "/settings".to_owned(),
        }
    }
}

closed_set! {
    /// The kinds of those by whom something happened.
    pub enum NotifierKind {
        /// A person.
        Person = "person",
        /// A character.
        Character = "character",
    }
}

/// By whom something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notifier {
    /// A person.
    Person(UserId),
    /// A character.
    Character(CharacterId),
}

impl Notifier {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> NotifierKind {
        match self {
            Self::Person(_) => NotifierKind::Person,
            Self::Character(_) => NotifierKind::Character,
        }
    }

    /// Its id, which tells the kind as well.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::Character(id) => id.to_string(),
        }
    }

    /// Of whom an id tells.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        id.parse().map(Self::Person).or_else(|_| id.parse().map(Self::Character)).ok()
    }
}

/// Something that is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// To whom.
    pub user: UserId,
    /// What.
    pub kind: NotificationKind,
    /// About what.
    pub subject: Subject,
    /// By whom, when it was somebody.
    pub by: Option<Notifier>,
    /// What makes it this news and no other (`reply:msg_…`): told again under the same name, it is told once.
    pub source: String,
}

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Whose it is.
    pub user: UserId,
    /// What happened.
    pub kind: NotificationKind,
    /// About what.
    pub subject: Subject,
    /// By whom, the latest first, each once; of many only the latest.
    pub by: Vec<Notifier>,
    /// How often.
    pub count: u64,
    /// Its place in the inbox: a greater one with every time it happens.
    pub seq: u64,
    /// When it happened first.
    pub created_at: OffsetDateTime,
    /// When it happened last.
    pub updated_at: OffsetDateTime,
    /// When it was read.
    pub read_at: Option<OffsetDateTime>,
}

impl Notification {
    /// The first of its kind about its subject.
    #[must_use]
    pub fn first(id: NotificationId, news: &News, seq: u64, now: OffsetDateTime) -> Self {
        Self {
            id,
            user: news.user,
            kind: news.kind,
            subject: news.subject,
            by: news.by.into_iter().collect(),
            count: 1,
            seq,
            created_at: now,
            updated_at: now,
            read_at: None,
        }
    }

    /// Whether `news` becomes one with this: alike, about the same, and nobody has read it yet.
    #[must_use]
    pub fn takes(&self, news: &News) -> bool {
        self.read_at.is_none() && self.user == news.user && self.kind == news.kind && self.subject == news.subject
    }

    /// This, with `news` in it.
    #[must_use]
    pub fn with(mut self, news: &News, seq: u64, now: OffsetDateTime) -> Self {
        if let Some(by) = news.by {
            self.by.retain(|other| *other != by);
            self.by.insert(0, by);
            self.by.truncate(limits::NOTIFIERS);
        }
        Self { count: self.count.saturating_add(1), seq, updated_at: now.max(self.updated_at), ..self }
    }
}

/// How an inbox stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inbox {
    /// The place of its last change.
    pub seq: u64,
    /// Up to which place all was said to be read.
    pub read_up_to: u64,
    /// How many are not read.
    pub unread: u64,
}

/// A stretch of every day in which no device is woken, by the clocks where the person lives. Minutes of the day; it may
/// reach over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: u16,
    to: u16,
}

/// How many minutes a day has.
const DAY: u16 = 24 * 60;

impl QuietHours {
    /// The stretch between two minutes of the day.
    ///
    /// # Errors
    /// When it has no length.
    pub fn new(from: u16, to: u16) -> Result<Self, FieldError> {
        if from == to || from >= DAY || to >= DAY {
            return Err(FieldError::new("quiet_hours.to", "must be another time of the day than the beginning"));
        }
        Ok(Self { from, to })
    }

    /// The stretch between two times such as `22:30`.
    ///
    /// # Errors
    /// When one is no time, or both are the same.
    pub fn read(from: &str, to: &str) -> Result<Self, FieldError> {
        Self::new(minute("quiet_hours.from", from)?, minute("quiet_hours.to", to)?)
    }

    /// Its first minute.
    #[must_use]
    pub fn from(self) -> u16 {
        self.from
    }

    /// The first minute after it.
    #[must_use]
    pub fn to(self) -> u16 {
        self.to
    }

    /// Whether a minute of the day lies in it.
    #[must_use]
    pub fn covers(self, minute: u16) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

/// A minute of the day as a time such as `22:30`.
#[must_use]
pub fn clock_time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(field: &str, text: &str) -> Result<u16, FieldError> {
    let invalid = || FieldError::new(field, "must be a time such as 22:30");
    let (hours, minutes) = text.split_once(':').ok_or_else(invalid)?;
    let number = |digits: &str, below: u16| {
        let plain = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|number| plain && *number < below).ok_or_else(invalid)
    };
    Ok(number(hours, 24)? * 60 + number(minutes, 60)?)
}

/// What somebody wants to be told, and how. What is not named here is told in every way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationSettings {
    /// Kinds that are not told at all.
    pub off: BTreeSet<NotificationKind>,
    /// Kinds for which no device is woken.
    pub push_off: BTreeSet<NotificationKind>,
    /// When no device is woken; it is afterwards.
    pub quiet: Option<QuietHours>,
    /// Whether a device that is woken is not told by whom.
    pub hide_names: bool,
}

impl NotificationSettings {
    /// Whether it is told at all.
    #[must_use]
    pub fn tells(&self, kind: NotificationKind) -> bool {
        !kind.is_optional() || !self.off.contains(&kind)
    }

    /// Whether devices are woken for it.
    #[must_use]
    pub fn pushes(&self, kind: NotificationKind) -> bool {
        self.tells(kind) && !self.push_off.contains(&kind)
    }
}

closed_set! {
    /// What became of a message to a device.
    pub enum PushOutcome {
        /// Its push service took it.
        Taken = "taken",
        /// The device subscribes no more.
        Gone = "gone",
        /// Its push service refused it.
        Refused = "refused",
        /// Its push service is busy, or was not reached.
        Unreachable = "unreachable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClosedSet;
    use time::macros::datetime;
    use uuid::Uuid;

    const NOW: OffsetDateTime = datetime!(2026-04-05 09:00 UTC);

    fn like(by: u128) -> News {
        News {
            user: UserId(Uuid::from_u128(1)),
            kind: NotificationKind::MomentLiked,
            subject: Subject::Moment(MomentId(Uuid::from_u128(2))),
            by: Some(Notifier::Person(UserId(Uuid::from_u128(by)))),
            source: format!("like:{by}"),
        }
    }

    fn of(ids: &[u128]) -> Vec<Notifier> {
        ids.iter().map(|id| Notifier::Person(UserId(Uuid::from_u128(*id)))).collect()
    }

    #[test]
    fn alike_ones_become_one_with_a_count_and_the_latest_few() {
        let mut one = Notification::first(NotificationId(Uuid::nil()), &like(10), 1, NOW);
        for (n, by) in [11, 12, 10, 13].into_iter().enumerate() {
            assert!(one.takes(&like(by)));
            one = one.with(&like(by), 2 + n as u64, NOW + time::Duration::minutes(1));
        }
        assert_eq!((one.count, one.seq, one.by.clone()), (5, 5, of(&[13, 10, 12])));
        assert_eq!((one.created_at, one.updated_at), (NOW, NOW + time::Duration::minutes(1)));
        let read = Notification { read_at: Some(NOW), ..one.clone() };
        assert!(!read.takes(&like(14)));
        assert!(!one.takes(&News { kind: NotificationKind::MomentCommented, ..like(14) }));
        assert!(!one.takes(&News { subject: Subject::Moment(MomentId(Uuid::nil())), ..like(14) }));
        assert!(!one.takes(&News { user: UserId(Uuid::nil()), ..like(14) }));
    }

    #[test]
    fn a_subject_survives_its_text_form() {
        let id = Uuid::from_u128(7);
        for subject in [
            Subject::Person(UserId(id)),
            Subject::Character(CharacterId(id)),
            Subject::Session(SessionId(id)),
            Subject::Moment(MomentId(id)),
            Subject::Group(SessionId(id)),
            Subject::Report(ReportId(id)),
            Subject::Account(AccountNews::NewSignIn),
        ] {
            assert_eq!(Subject::of(subject.kind(), &subject.id()), Some(subject));
            assert!(subject.path().starts_with('/'));
        }
        assert_eq!(Subject::of(SubjectKind::Person, &CharacterId(id).to_string()), None);
    }

    #[test]
    fn quiet_hours_may_reach_over_midnight() {
        let covered = |from, to| {
            let quiet = QuietHours::read(from, to).unwrap();
            (0..DAY).filter(|minute| quiet.covers(*minute)).count()
        };
        assert_eq!((covered("22:30", "07:00"), covered("13:00", "14:30"), covered("00:00", "23:59")), (510, 90, 1439));
        let night = QuietHours::read("22:30", "07:00").unwrap();
        assert_eq!([1349, 1350, 0, 419, 420].map(|minute| night.covers(minute)), [false, true, true, true, false]);
        assert_eq!((clock_time(night.from()).as_str(), clock_time(night.to()).as_str()), ("22:30", "07:00"));
        for (from, to, field) in [
            ("24:00", "07:00", "quiet_hours.from"),
            ("7:00", "08:00", "quiet_hours.from"),
            ("+7:00", "08:00", "quiet_hours.from"),
            ("22:00", "07:60", "quiet_hours.to"),
            ("22:00", "", "quiet_hours.to"),
            ("22:00", "22:00", "quiet_hours.to"),
        ] {
            assert_eq!(QuietHours::read(from, to).unwrap_err().field, field, "{from} {to}");
        }
    }

    #[test]
    fn what_happens_to_an_account_is_always_told() {
        let all: BTreeSet<NotificationKind> = NotificationKind::ALL.iter().copied().collect();
        let silent = NotificationSettings { off: all.clone(), ..NotificationSettings::default() };
        let told: Vec<_> = all.iter().filter(|kind| silent.tells(**kind)).collect();
        assert_eq!(told, [&NotificationKind::System]);
        let unwoken = NotificationSettings { push_off: all.clone(), ..NotificationSettings::default() };
        assert!(all.iter().all(|kind| unwoken.tells(*kind) && !unwoken.pushes(*kind)));
        assert!(all.iter().all(|kind| NotificationSettings::default().pushes(*kind)));
    }
}
