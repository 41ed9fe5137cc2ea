//! What people do with characters they are shown, and why a character is shown to somebody.

use serde::{Deserialize, Serialize};

use crate::ids::CharacterId;

closed_set! {
    /// Something a person did with a character, as far as it tells what this person likes.
    pub enum EventKind {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_its_kind_and_what_it_points_at() {
        let reason = Reason::MatchesYourTags { tag: "gentle".into() };
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(json, r#"{"kind":"matches_your_tags","tag":"gentle"}"#);
        assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason);
        assert_eq!(serde_json::to_string(&Reason::PopularNow).unwrap(), r#"{"kind":"popular_now"}"#);
    }
}
