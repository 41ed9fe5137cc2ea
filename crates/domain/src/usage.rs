//! Usage: what a person takes of the server on one day, and how much they may.
//!
//! A day is a day of UTC. A reply belongs to the day on which it was asked for, whenever it ends.

use time::{Date, Duration, OffsetDateTime};

use crate::accounts::{User, UserRole};
use crate::ids::{MessageId, UserId};
use crate::models::TokenUsage;

/// A day of UTC, counted from 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day of this moment.
    #[must_use]
    pub fn of(time: OffsetDateTime) -> Self {
        Self(time.unix_timestamp().div_euclid(86_400))
    }

    /// Its first moment.
    #[must_use]
    pub fn begins(self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::days(self.0)
    }

    /// The first moment of the next.
    #[must_use]
    pub fn ends(self) -> OffsetDateTime {
        self.begins() + Duration::DAY
    }

    /// The same in the calendar.
    #[must_use]
    pub fn date(self) -> Date {
        self.begins().date()
    }
}

/// What was taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Replies that said something.
    pub replies: u64,
    /// Tokens of prompts and of replies, those of learning in the background included.
    pub tokens: u64,
    /// What they cost, in millionths of a US dollar.
    pub cost: u64,
}

impl Usage {
    /// What tokens amount to.
    #[must_use]
    pub fn of(usage: TokenUsage, cost: u64) -> Self {
        let tokens = u64::from(usage.prompt_tokens) + u64::from(usage.completion_tokens);
        Self { replies: 0, tokens, cost }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            replies: self.replies.saturating_add(other.replies),
            tokens: self.tokens.saturating_add(other.tokens),
            cost: self.cost.saturating_add(other.cost),
        }
    }
}

/// How much may be taken in a day; `None` is as much as one likes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quota {
    /// Replies.
    pub replies: Option<u64>,
    /// Tokens.
    pub tokens: Option<u64>,
    /// Millionths of a US dollar.
    pub cost: Option<u64>,
}

closed_set! {
    /// Where a limit of a person comes from.
    pub enum LimitRule {
        /// What holds for everybody.
        Default = "default",
        /// There is none for them.
        Unlimited = "unlimited",
        /// They have one of their own.
        AtMost = "at_most",
    }
}

/// One limit of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Limit {
    /// What holds for everybody.
    #[default]
    Default,
    /// There is none for them.
    Unlimited,
    /// They have one of their own.
    AtMost(u64),
}

impl Limit {
    /// What holds, when `usual` holds for everybody.
    #[must_use]
    pub fn over(self, usual: Option<u64>) -> Option<u64> {
        match self {
            Self::Default => usual,
            Self::Unlimited => None,
            Self::AtMost(most) => Some(most),
        }
    }

    /// The rule behind it.
    #[must_use]
    pub fn rule(self) -> LimitRule {
        match self {
            Self::Default => LimitRule::Default,
            Self::Unlimited => LimitRule::Unlimited,
            Self::AtMost(_) => LimitRule::AtMost,
        }
    }

    /// Its number, when it has one of its own.
    #[must_use]
    pub fn at_most(self) -> Option<u64> {
        match self {
            Self::AtMost(most) => Some(most),
            _ => None,
        }
    }
}

/// The limits of one person where they differ from everybody's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuotaOverride {
    /// Replies.
    pub replies: Limit,
    /// Tokens.
    pub tokens: Limit,
    /// Millionths of a US dollar.
    pub cost: Limit,
}

impl QuotaOverride {
    /// What holds for this person, when `usual` holds for everybody.
    #[must_use]
    pub fn over(self, usual: Quota) -> Quota {
        Quota {
            replies: self.replies.over(usual.replies),
            tokens: self.tokens.over(usual.tokens),
            cost: self.cost.over(usual.cost),
        }
    }
}

closed_set! {
    /// The limits there are.
    pub enum QuotaKind {
        /// Replies of a person.
        Replies = "replies",
        /// Tokens of a person.
        Tokens = "tokens",
        /// What a person costs, in millionths of a US dollar.
        Cost = "cost",
        /// What all people together cost, in millionths of a US dollar.
        CostAll = "cost_all",
    }
}

/// A limit that is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaReached {
    /// Which.
    pub quota: QuotaKind,
    /// How much may be taken.
    pub limit: u64,
    /// How much was taken. Of all people together, never more than the limit is told.
    pub used: u64,
    /// When it begins anew.
    pub resets_at: OffsetDateTime,
}

/// What replies that are being written count for, as nobody knows yet what they will take.
const EXPECTED_TOKENS: u64 = 500;

impl Quota {
    /// The first limit that allows no further reply, when so much was `used` and `in_flight` replies are not counted yet.
    /// Each of those counts as one reply and as much as a reply of this day took on average.
    #[must_use]
    pub fn reached(&self, used: Usage, in_flight: u64) -> Option<(QuotaKind, u64, u64)> {
        let expected = expected(used, in_flight);
        let whole = used.plus(expected);
        let over = |kind, limit: Option<u64>, whole: u64| {
            limit.filter(|limit| whole >= *limit).map(|limit| (kind, limit, whole))
        };
        over(QuotaKind::Replies, self.replies, whole.replies)
            .or_else(|| over(QuotaKind::Tokens, self.tokens, whole.tokens))
            .or_else(|| over(QuotaKind::Cost, self.cost, whole.cost))
    }
}

/// What replies in flight will take, judged by those before.
#[must_use]
pub fn expected(used: Usage, in_flight: u64) -> Usage {
    let each = |sum: u64| sum.checked_div(used.replies).unwrap_or(0);
    Usage {
        replies: in_flight,
        tokens: in_flight.saturating_mul(each(used.tokens).max(EXPECTED_TOKENS)),
        cost: in_flight.saturating_mul(each(used.cost)),
    }
}

/// What one reply, or one lesson learned in the background, took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageEntry {
    /// The reply; or an id made for the lesson. Counted once, however often it is told.
    pub id: MessageId,
    /// Who it is counted for.
    pub user: UserId,
    /// On which day.
    pub day: Day,
    /// How much.
    pub usage: Usage,
}

/// How a person stands on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// What they took.
    pub used: Usage,
    /// What all people together took.
    pub all: Usage,
    /// Where their limits differ.
    pub own: QuotaOverride,
    /// Whether there is anybody whose limits differ.
    pub any_own: bool,
}

/// A person as those see them who look after the server: never what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub user: User,
    /// When one of the devices that are signed in last got tokens.
    pub last_seen_at: Option<OffsetDateTime>,
    /// Devices that are signed in.
    pub devices: u64,
    /// Their sessions.
    pub sessions: u64,
    /// What they took on the day asked for.
    pub used: Usage,
    /// Where their limits differ.
    pub own: QuotaOverride,
}

/// Which people are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Those whose user name begins so, in lower case.
    pub prefix: Option<String>,
    /// Those in this role.
    pub role: Option<UserRole>,
    /// Those who are disabled, or those who are not.
    pub disabled: Option<bool>,
}

/// The installation in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeopleCount {
    /// Accounts.
    pub people: u64,
    /// Admins who can sign in.
    pub admins: u64,
    /// Disabled accounts.
    pub disabled: u64,
    /// People who took something on the day.
    pub active: u64,
    /// Sessions begun on the day.
    pub sessions: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_day_is_a_day_of_utc() {
        let day = Day::of(datetime!(2026-04-06 23:59:59.999999 UTC));
        assert_eq!(Day::of(datetime!(2026-04-07 08:59 +9)), day);
        assert_eq!((day.begins(), day.ends()), (datetime!(2026-04-06 0:00 UTC), datetime!(2026-04-07 0:00 UTC)));
        assert_eq!(Day::of(day.ends()), Day(day.0 + 1));
    }

    #[test]
    fn a_persons_own_limit_counts_over_everybodys() {
        let usual = Quota { replies: Some(10), tokens: None, cost: Some(5) };
        let own = QuotaOverride { replies: Limit::Unlimited, tokens: Limit::AtMost(7), cost: Limit::Default };
        assert_eq!(own.over(usual), Quota { replies: None, tokens: Some(7), cost: Some(5) });
        assert_eq!(QuotaOverride::default().over(usual), usual);
    }

    #[test]
    fn what_is_being_written_counts_before_it_is_counted() {
        let quota = Quota { replies: Some(3), tokens: Some(4_000), cost: None };
        let used = Usage { replies: 2, tokens: 2_000, cost: 0 };
        assert_eq!(quota.reached(used, 0), None);
        assert_eq!(quota.reached(used, 1), Some((QuotaKind::Replies, 3, 3)));
        let many = Quota { replies: None, ..quota };
        assert_eq!(many.reached(used, 1), None, "a thousand each so far");
        assert_eq!(many.reached(used, 2), Some((QuotaKind::Tokens, 4_000, 4_000)));
        assert_eq!(Quota { tokens: Some(1), ..Quota::default() }.reached(Usage::default(), 0), None);
        assert_eq!(
            Quota { replies: Some(0), ..Quota::default() }.reached(Usage::default(), 0),
            Some((QuotaKind::Replies, 0, 0))
        );
    }
}
