//! What a character knows of the present beside the time: what she does at this hour, and for how long nothing was said.

use domain::macros::spoken;
use domain::routine::Activity;
use domain::traces::TracedPresent;
use time::Duration;
use time::macros::format_description;

use crate::routine::Presence;

/// A pause that is shorter is none.
const PAUSE: Duration = Duration::HOUR;

/// What there is to know of the present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Present {
    /// What she does, where her week is known.
    pub(super) presence: Option<Presence>,
    /// For how long nothing was said.
    pub(super) gap: Option<Duration>,
}

impl Present {
    /// In words for the model, behind what time it is for the person. That somebody was away is told as a fact, and never as a fault.
    /// A model that takes much for the conversation is told only of the hour.
    pub(super) fn told(&self, time: &str, char: &str, user: &str, tiny: bool) -> String {
        let mut told = vec![time.to_owned()];
        if let Some(presence) = &self.presence {
            let form = format_description!("[weekday], [hour]:[minute]");
            let at = presence.local.format(form).unwrap_or_default();
            let does = match presence.activity {
                Activity::Sleeping => "usually sleeps, and is drowsy when woken",
                Activity::Working => "is at work, and answers in between",
                Activity::Free => "has time",
            };
            let note = match presence.note.as_str() {
                "" => String::new(),
                note => format!(" ({note})"),
            };
            told.push(format!("Where {char} lives it is {at}: at this hour {char} {does}{note}."));
        }
        if let Some(gap) = self.gap.filter(|gap| *gap >= PAUSE && !tiny) {
            let user = if user.is_empty() { "The other" } else { user };
            told.push(format!(
                "Nothing was said for {}. {user} owes {char} no time: {char} may be glad, and never reproaches it.",
                spoken(gap)
            ));
        }
        told.retain(|sentence| !sentence.is_empty());
        told.join(" ")
    }

    /// The same for the trace.
    pub(super) fn traced(&self) -> Option<TracedPresent> {
        let traced = TracedPresent {
            activity: self.presence.as_ref().map(|presence| presence.activity),
            away_seconds: self.gap.filter(|gap| *gap >= PAUSE).and_then(|gap| u64::try_from(gap.whole_seconds()).ok()),
            wrote_first: None,
        };
        (traced != TracedPresent::default()).then_some(traced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn the_hour_and_the_pause_are_told_and_nothing_is_reproached() {
        let presence = Presence {
            activity: Activity::Working,
            note: "at the bakery".into(),
            local: datetime!(2026-06-01 10:05 +9),
            until: None,
        };
        let present = Present { presence: Some(presence), gap: Some(Duration::days(3)) };
        let told = present.told("It is noon.", "Rin", "Aya", false);
        assert_eq!(
            told,
            "It is noon. Where Rin lives it is Monday, 10:05: at this hour Rin is at work, and answers in between (at the bakery). \
             Nothing was said for 3 days. Aya owes Rin no time: Rin may be glad, and never reproaches it."
        );
        assert!(!present.told("It is noon.", "Rin", "Aya", true).contains("Nothing was said"));
        let traced = present.traced().unwrap();
        assert_eq!((traced.activity, traced.away_seconds), (Some(Activity::Working), Some(259_200)));
    }

    #[test]
    fn where_nothing_is_known_nothing_is_told() {
        let short = Present { presence: None, gap: Some(Duration::minutes(59)) };
        assert_eq!(short.told("It is noon.", "Rin", "Aya", false), "It is noon.");
        assert_eq!((short.told("", "Rin", "", false), short.traced()), (String::new(), None));
    }
}
