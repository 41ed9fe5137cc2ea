//! What was done, and how much it says.

use domain::recommendations::RecommendationEventType;

/// How much one event of a kind says, in likes.
#[must_use]
pub(crate) fn weight(kind: RecommendationEventType) -> f32 {
    match kind {
        RecommendationEventType::Impression => -0.02,
        RecommendationEventType::Click => 0.2,
        RecommendationEventType::ChatStarted => 0.7,
        RecommendationEventType::MessageSent => 0.3,
        RecommendationEventType::Like | RecommendationEventType::Share | RecommendationEventType::Follow => 1.0,
        // What takes something back leaves nothing of it.
        RecommendationEventType::Unlike | RecommendationEventType::Unfollow => -1.0,
        RecommendationEventType::Dislike => -1.5,
        RecommendationEventType::Hide => -3.0,
    }
}

/// Being shown without being opened says little, however often it happens.
const LEAST_OF_IMPRESSIONS: f32 = -0.2;
/// Nobody likes anybody more than this many likes.
const STRONGEST: f32 = 3.0;
/// What was done half a year ago counts half.
const HALF_LIFE: f32 = 180.0 * DAY;
/// A day in seconds.
pub(crate) const DAY: f32 = 86_400.0;

/// How much is left of something after some seconds.
pub(crate) fn faded(seconds: i64, half_life: f32) -> f32 {
    (-(seconds.max(0) as f32) / half_life).exp2()
}

/// All that one person did with one character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tally {
    /// The sum of the weights, faded to the time of `last`.
    sum: f32,
    /// When it began; what came after it in a person's life is told by this.
    pub(crate) first: i64,
    /// The latest event that was more than being shown.
    pub(crate) last: i64,
    /// How often the character was shown.
    pub(crate) shown: u16,
    /// Whether the two know each other for better or worse, so that no recommendation is needed.
    pub(crate) met: bool,
}

impl Tally {
    pub(crate) fn new(at: i64) -> Self {
        Self { sum: 0.0, first: at, last: at, shown: 0, met: false }
    }

    /// Adds an event, in whatever order they come.
    pub(crate) fn add(&mut self, kind: RecommendationEventType, at: i64) {
        let weight = weight(kind);
        if kind == RecommendationEventType::Impression {
            self.shown = self.shown.saturating_add(1);
            if self.sum > LEAST_OF_IMPRESSIONS {
                self.sum = (self.sum + weight).max(LEAST_OF_IMPRESSIONS);
            }
            return;
        }
        let gap = at.saturating_sub(self.last);
        if gap >= 0 {
            self.sum = self.sum * faded(gap, HALF_LIFE) + weight;
            self.last = at;
        } else {
            self.sum += weight * faded(gap.saturating_neg(), HALF_LIFE);
        }
        self.first = self.first.min(at);
        self.met |= kind != RecommendationEventType::Click;
    }

    /// How much the person likes the character, in likes: the hundredth message says less than the first.
    pub(crate) fn strength(&self) -> f32 {
        ((1.0 + self.sum.abs()).log2() * self.sum.signum()).clamp(-STRONGEST, STRONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(kinds: &[RecommendationEventType]) -> Tally {
        let mut tally = Tally::new(0);
        for (at, &kind) in kinds.iter().enumerate() {
            tally.add(kind, at as i64);
        }
        tally
    }

    #[test]
    fn repetition_says_less_each_time() {
        let messages = |count| after(&vec![RecommendationEventType::MessageSent; count]).strength();
        assert!(messages(2) - messages(1) > messages(12) - messages(11));
        assert!(messages(1_000) <= STRONGEST);
    }

    #[test]
    fn a_like_is_one_and_can_be_taken_back() {
        assert!((after(&[RecommendationEventType::Like]).strength() - 1.0).abs() < 1e-6);
        assert!(after(&[RecommendationEventType::Like, RecommendationEventType::Unlike]).strength().abs() < 1e-3);
    }

    #[test]
    fn being_shown_is_a_weak_word_against_it_and_a_click_outweighs_it() {
        let shown = after(&[RecommendationEventType::Impression; 300]);
        assert!(shown.strength() < 0.0 && shown.strength() > -0.4 && !shown.met);
        assert!(after(&[RecommendationEventType::Impression, RecommendationEventType::Click]).strength() > 0.0);
        assert!(after(&[RecommendationEventType::Dislike]).strength() < -1.0);
        assert!(after(&[RecommendationEventType::Hide]).met);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let (mut forth, mut back) = (Tally::new(10), Tally::new(10_000_000));
        forth.add(RecommendationEventType::Like, 10);
        forth.add(RecommendationEventType::ChatStarted, 10_000_000);
        back.add(RecommendationEventType::ChatStarted, 10_000_000);
        back.add(RecommendationEventType::Like, 10);
        assert!((forth.strength() - back.strength()).abs() < 1e-5);
        assert_eq!((forth.first, forth.last), (back.first, back.last));
    }
}
