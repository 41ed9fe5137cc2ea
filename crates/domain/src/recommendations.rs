//! What people do with characters they are shown, how they regard them, and why a character is shown to somebody.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::ids::{CharacterId, UserId};
use crate::limits;
use crate::validation::FieldError;

closed_set! {
    /// Something a person did with a character, as far as it tells what this person likes.
    pub enum RecommendationEventType {
        /// The character was shown in a list.
        Impression = "impression",
        /// Its page was opened.
        Click = "click",
        /// A chat with it was begun.
        ChatStarted = "chat_started",
        /// A message was sent to it.
        MessageSent = "message_sent",
        /// It was liked.
        Like = "like",
        /// A like was taken back.
        Unlike = "unlike",
        /// It was disliked.
        Dislike = "dislike",
        /// It was shown to others.
        Share = "share",
        /// It shall not be shown again.
        Hide = "hide",
        /// It was followed.
        Follow = "follow",
        /// It is followed no longer.
        Unfollow = "unfollow",
    }
}

impl RecommendationEventType {
    /// Whether the server alone tells of it: it follows from what was done here.
    #[must_use]
    pub fn is_told_by_server(self) -> bool {
        matches!(self, Self::ChatStarted | Self::MessageSent | Self::Follow | Self::Unfollow)
    }

    /// Whether it counts once a day for a person and a character: it says no more when it is repeated.
    #[must_use]
    pub fn counts_once_a_day(self) -> bool {
        matches!(
            self,
            Self::Impression
                | Self::Click
                | Self::ChatStarted
                | Self::MessageSent
                | Self::Share
                | Self::Follow
                | Self::Unfollow
        )
    }

    /// How it changes what a person makes of a character; `None` where it leaves that as it is.
    #[must_use]
    pub fn changes(self) -> Option<RegardChange> {
        match self {
            Self::Like => Some(RegardChange::React(Reaction::Like)),
            Self::Unlike => Some(RegardChange::Unreact(Some(Reaction::Like))),
            Self::Dislike => Some(RegardChange::React(Reaction::Dislike)),
            Self::Hide => Some(RegardChange::Hide),
            _ => None,
        }
    }
}

closed_set! {
    /// Where a character was shown.
    pub enum Surface {
        /// Among those recommended to the person.
        ForYou = "for_you",
        /// Among those that many like these days.
        Trending = "trending",
        /// Among the newest.
        New = "new",
        /// Among those that a search found.
        Search = "search",
        /// Beside one that is like it.
        Similar = "similar",
        /// On its own page.
        Profile = "profile",
    }
}

closed_set! {
    /// What a person says of a character.
    pub enum Reaction {
        /// They like it.
        Like = "like",
        /// They do not.
        Dislike = "dislike",
    }
}

closed_set! {
    /// Why an event is not kept.
    pub enum RefusalReason {
        /// The person cannot see the character.
        NotFound = "not_found",
        /// The server sees it itself.
        ToldByServer = "told_by_server",
    }
}

closed_set! {
    /// Why a character was recommended, in one word.
    pub enum ReasonKind {
        /// People who like a character of theirs like it.
        BecauseYouLike = "because_you_like",
        /// It is written much like a character of theirs.
        SimilarTo = "similar_to",
        /// It has a tag that they named.
        MatchesYourTags = "matches_your_tags",
        /// It is near to what they like to read.
        MatchesYourTaste = "matches_your_taste",
        /// Many people like it these days.
        PopularNow = "popular_now",
        /// It was made lately.
        New = "new",
        /// Few people have seen it yet.
        TryingOut = "trying_out",
    }
}

/// What a person makes of a character, and how many like it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Regard {
    /// How many people like it.
    pub likes: u64,
    /// What this person says of it.
    pub reaction: Option<Reaction>,
    /// Whether this person does not want to see it in any list.
    pub hidden: bool,
}

/// A change of what a person makes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegardChange {
    /// They say this of it.
    React(Reaction),
    /// They take back what they said; with a reaction, only if it was that one.
    Unreact(Option<Reaction>),
    /// They want to see it no more.
    Hide,
    /// They may see it again.
    Unhide,
}

impl RegardChange {
    /// What is said and whether it is hidden, afterwards.
    #[must_use]
    pub fn over(self, reaction: Option<Reaction>, hidden: bool) -> (Option<Reaction>, bool) {
        match self {
            Self::React(said) => (Some(said), hidden),
            Self::Unreact(Some(only)) if reaction != Some(only) => (reaction, hidden),
            Self::Unreact(_) => (None, hidden),
            Self::Hide => (reaction, true),
            Self::Unhide => (reaction, false),
        }
    }

    /// Whether it only takes something back: that may be done also when the character cannot be seen any more.
    #[must_use]
    pub fn takes_back(self) -> bool {
        matches!(self, Self::Unreact(_) | Self::Unhide)
    }
}

/// Something a person did with a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Who did it.
    pub person: UserId,
    /// With whom.
    pub character: CharacterId,
    /// What.
    pub kind: RecommendationEventType,
    /// When.
    pub at: OffsetDateTime,
}

/// How late an event may be told: a phone that was without a net for a week.
const LATE: Duration = Duration::days(7);

/// When something was done, as far as that is believed: not in the future, and not longer ago than a week.
#[must_use]
pub fn event_time(told: Option<OffsetDateTime>, now: OffsetDateTime) -> OffsetDateTime {
    told.map_or(now, |told| told.clamp(now - LATE, now))
}

/// A client's own id of an event: 1 to 64 of `A-Z a-z 0-9 - _`.
///
/// # Errors
/// When it is none.
pub fn event_id(field: &str, text: &str) -> Result<String, FieldError> {
    let fits = (1..=limits::EVENT_ID_BYTES).contains(&text.len());
    if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Ok(text.to_owned());
    }
    Err(FieldError::new(field, "must be 1 to 64 letters, digits, dashes or underscores"))
}

/// Why a character was recommended: what weighed most.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// People who like this character of yours like the recommended one.
    BecauseYouLike {
        /// The character of yours.
        character: CharacterId,
    },
    /// It is written much like this character of yours.
    SimilarTo {
        /// The character of yours.
        character: CharacterId,
    },
    /// It has a tag that you named.
    MatchesYourTags {
        /// The tag.
        tag: String,
    },
    /// It is near to what you say of yourself.
    MatchesYourTaste,
    /// Many people like it these days.
    PopularNow,
    /// It was made lately.
    New,
    /// Few people have seen it yet, and somebody has to be the first.
    TryingOut,
}

impl Reason {
    /// The same in one word.
    #[must_use]
    pub fn kind(&self) -> ReasonKind {
        match self {
            Self::BecauseYouLike { .. } => ReasonKind::BecauseYouLike,
            Self::SimilarTo { .. } => ReasonKind::SimilarTo,
            Self::MatchesYourTags { .. } => ReasonKind::MatchesYourTags,
            Self::MatchesYourTaste => ReasonKind::MatchesYourTaste,
            Self::PopularNow => ReasonKind::PopularNow,
            Self::New => ReasonKind::New,
            Self::TryingOut => ReasonKind::TryingOut,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_change_leaves_what_it_is_not_about() {
        let (like, dislike) = (Some(Reaction::Like), Some(Reaction::Dislike));
        assert_eq!(RegardChange::React(Reaction::Like).over(dislike, true), (like, true));
        assert_eq!(RegardChange::Unreact(None).over(dislike, true), (None, true));
        assert_eq!(RegardChange::Unreact(like).over(dislike, false), (dislike, false));
        assert_eq!(RegardChange::Unreact(like).over(like, false), (None, false));
        assert_eq!(RegardChange::Hide.over(like, false), (like, true));
        assert_eq!(RegardChange::Unhide.over(like, true), (like, false));
    }

    #[test]
    fn the_time_of_an_event_is_believed_within_a_week() {
        let now = datetime!(2026-04-06 09:00 UTC);
        assert_eq!(event_time(None, now), now);
        assert_eq!(event_time(Some(datetime!(2031-01-01 0:00 UTC)), now), now);
        assert_eq!(event_time(Some(datetime!(1970-01-01 0:00 UTC)), now), now - LATE);
        let an_hour_ago = now - Duration::HOUR;
        assert_eq!(event_time(Some(an_hour_ago), now), an_hour_ago);
    }

    #[test]
    fn an_id_of_an_event_is_plain() {
        assert_eq!(event_id("event_id", "a-B_9"), Ok("a-B_9".to_owned()));
        for bad in ["", ":a", "a b", "é", &"x".repeat(65)] {
            assert!(event_id("event_id", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_reason_says_its_kind_and_what_it_points_at() {
        let reason = Reason::MatchesYourTags { tag: "gentle".into() };
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(json, r#"{"kind":"matches_your_tags","tag":"gentle"}"#);
        assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason);
        assert_eq!(serde_json::to_string(&Reason::PopularNow).unwrap(), r#"{"kind":"popular_now"}"#);
    }
}
