//! A bond, told from its events: a pure fold in the order in which things were said.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::{BondEvent, BondMood, BondRules, MOOD};

/// How far one step of a judgement moves a mood, which goes from -1 to 1.
const MOOD_STEP: f64 = 0.2;

/// How two stand with each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Bond {
    /// The value of each dimension, in the order of the rules.
    pub values: Vec<i32>,
    /// The place of the stage among those of the rules.
    pub stage: usize,
    /// What comes next; `None` at the last stage.
    pub next: Option<BondNext>,
    /// The mood, from -1 to 1, as it is now.
    pub mood: f64,
    /// How many events it was told from.
    pub events: usize,
}

/// The stage that comes next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BondNext {
    /// Its place among those of the rules.
    pub stage: usize,
    /// How much of what it needs is there, from 0 to 1.
    pub progress: f64,
}

/// What an event did, after all limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// By how much each dimension moved, by its key; those that did not move are not there.
    pub moved: BTreeMap<String, i32>,
    /// The place of the stage after it.
    pub stage: usize,
}

impl Bond {
    /// The mood in a word.
    #[must_use]
    pub fn mood(&self) -> BondMood {
        match self.mood {
            mood if mood <= -0.3 => BondMood::Reserved,
            mood if mood < 0.25 => BondMood::Calm,
            mood if mood < 0.6 => BondMood::Warm,
            _ => BondMood::Bright,
        }
    }
}

/// The bond as it is at `now`, and what each event did, in the order of `events`. These are in order: as they were said.
#[must_use]
pub fn tell(rules: &BondRules, events: &[BondEvent], now: OffsetDateTime) -> (Bond, Vec<Effect>) {
    let mut standing = Standing::new(rules);
    let effects = events.iter().map(|event| standing.take(event)).collect();
    let mood = standing.mood_at(now);
    let stage = stage_of(rules, &standing.values);
    let next = (stage + 1 < rules.stages.len())
        .then(|| BondNext { stage: stage + 1, progress: progress(rules, &standing.values, stage + 1) });
    (Bond { values: standing.values, stage, next, mood, events: events.len() }, effects)
}

/// How far it is told.
struct Standing<'a> {
    rules: &'a BondRules,
    values: Vec<i32>,
    day: Option<i32>,
    /// How far each dimension rose and fell on that day.
    today: Vec<(i32, i32)>,
    mood: f64,
    mood_at: Option<OffsetDateTime>,
}

impl<'a> Standing<'a> {
    fn new(rules: &'a BondRules) -> Self {
        let values = rules.dimensions.iter().map(|dimension| dimension.start).collect();
        let today = vec![(0, 0); rules.dimensions.len()];
        Self { rules, values, day: None, today, mood: 0.0, mood_at: None }
    }

    fn take(&mut self, event: &BondEvent) -> Effect {
        if self.day != Some(event.day) {
            self.day = Some(event.day);
            self.today.fill((0, 0));
        }
        let mut moved = BTreeMap::new();
        let places = self.rules.dimensions.iter().zip(&mut self.values).zip(&mut self.today);
        for ((dimension, value), (rose, fell)) in places {
            let asked = event.judgement.moves.get(&dimension.key).copied().unwrap_or(0);
            let asked = asked.clamp(-dimension.per_event, dimension.per_event);
            let left = if asked > 0 { dimension.per_day - *rose } else { dimension.per_day - *fell };
            let wanted = asked.signum() * asked.abs().min(left.max(0));
            let by = (*value + wanted).clamp(dimension.min, dimension.max) - *value;
            if by == 0 {
                continue;
            }
            *(if by > 0 { rose } else { fell }) += by.abs();
            *value += by;
            moved.insert(dimension.key.clone(), by);
        }
        self.mood =
            (self.mood_at(event.at) + f64::from(event.judgement.mood.clamp(-MOOD, MOOD)) * MOOD_STEP).clamp(-1.0, 1.0);
        self.mood_at = Some(event.at);
        Effect { moved, stage: stage_of(self.rules, &self.values) }
    }

    /// The mood, faded until then.
    fn mood_at(&self, at: OffsetDateTime) -> f64 {
        let Some(since) = self.mood_at else { return 0.0 };
        let hours = (at - since).as_seconds_f64().max(0.0) / 3_600.0;
        self.mood * (-hours / f64::from(self.rules.mood_hours.max(1))).exp2()
    }
}

/// The last stage to which all is there that it and those before it need.
pub(crate) fn stage_of(rules: &BondRules, values: &[i32]) -> usize {
    let reached = rules.stages.iter().take_while(|stage| {
        stage
            .needs
            .iter()
            .all(|need| value(rules, values, &need.dimension).is_some_and(|(value, _)| value >= need.at_least))
    });
    reached.count().saturating_sub(1)
}

/// How much of what a stage needs is there: what is missing most tells.
fn progress(rules: &BondRules, values: &[i32], stage: usize) -> f64 {
    let needs = rules.stages.get(stage).map_or(&[][..], |stage| &stage.needs);
    let shares = needs.iter().filter_map(|need| {
        let (value, start) = value(rules, values, &need.dimension)?;
        let way = f64::from(need.at_least - start);
        Some(if way <= 0.0 { 1.0 } else { (f64::from(value - start) / way).clamp(0.0, 1.0) })
    });
    shares.fold(1.0, f64::min)
}

/// The value of a dimension, and where it began.
fn value(rules: &BondRules, values: &[i32], key: &str) -> Option<(i32, i32)> {
    let mut known = rules.dimensions.iter().zip(values);
    known.find(|(dimension, _)| dimension.key == key).map(|(dimension, value)| (*value, dimension.start))
}
