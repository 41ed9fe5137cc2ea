//! Who is liked soon after whom: co-occurrence weighted by distance in a person's sequence, more for what came after than
//! for what came before, and damped by how common both are.
//!
//! Item-based neighbourhoods (Sarwar et al., WWW 2001) with the damping exponents of RP3beta (Paudel et al., TiiS 2016) and
//! the distance weights of sequence-aware neighbours (Ludewig and Jannach, UMUAI 2018). One row at a time: the cost grows with
//! the events, the space with the neighbours that are kept.

use crate::parameters::Parameters;
use crate::rows::{Gathered, Rows};
use crate::sequences::{Sequences, Step};

/// How far apart two steps of a sequence may lie.
const REACH: usize = 100;
/// At most so many people are asked about one character, evenly chosen: the best known of all need not cost the most.
const PEOPLE: usize = 20_000;
/// Damping of a common source and of a common target.
const SOURCE_DAMPING: f32 = 0.5;
const TARGET_DAMPING: f32 = 0.6;

/// The rows of all characters.
pub(crate) fn rows(sequences: &Sequences, parameters: &Parameters, keep: usize) -> Rows {
    let items = sequences.items();
    let places = Places::of(sequences);
    let damping =
        |power: f32| -> Vec<f32> { sequences.liking().iter().map(|liking| (1.0 + liking).powf(-power)).collect() };
    let (of_sources, of_targets) = (damping(SOURCE_DAMPING), damping(TARGET_DAMPING));
    let by_distance: Vec<f32> = (0..=REACH).map(|distance| (distance.max(1) as f32).powf(-0.5)).collect();
    let threads = parameters.threads.clamp(1, 64);
    let share = items.div_ceil(threads).max(1);
    let row_range = |from: usize| {
        let (mut rows, mut entries, mut gathered) = (Rows::new(), Vec::new(), Gathered::new(items));
        for (source, of_source) in of_sources.iter().enumerate().skip(from).take(share) {
            places.around(source, sequences, |step, distance, after| {
                let near = by_distance.get(distance).copied().unwrap_or_default();
                let direction = if after { 1.0 } else { parameters.backwards };
                gathered.add(step.item, step.strength * near * direction);
            });
            gathered.drain(&mut entries);
            for (target, weight) in &mut entries {
                *weight *= of_source * of_targets.get(*target as usize).copied().unwrap_or_default();
            }
            rows.push(&mut entries, keep);
        }
        rows
    };
    let parts: Vec<Rows> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..items)
            .step_by(share)
            .map(|from| {
                scope.spawn({
                    let row_range = &row_range;
                    move || row_range(from)
                })
            })
            .collect();
        running.into_iter().filter_map(|part| part.join().ok()).collect()
    });
    let mut all = Rows::new();
    parts.iter().for_each(|part| all.append(part));
    all
}

/// Where each character stands in the sequences: person and position.
struct Places {
    starts: Vec<usize>,
    places: Vec<(u32, u32)>,
}

impl Places {
    fn of(sequences: &Sequences) -> Self {
        let mut starts = vec![0_usize; sequences.items() + 1];
        for step in sequences.iter().flatten() {
            if let Some(count) = starts.get_mut(step.item as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let (mut next, mut places) = (starts.clone(), vec![(0, 0); sum]);
        for (person, steps) in sequences.iter().enumerate() {
            for (position, step) in steps.iter().enumerate() {
                if let Some(next) = next.get_mut(step.item as usize)
                    && let Some(place) = places.get_mut(*next)
                {
                    *place = (person as u32, position as u32);
                    *next += 1;
                }
            }
        }
        Self { starts, places }
    }

    /// Tells of each step near to the source: how far, and whether it came after.
    fn around(&self, source: usize, sequences: &Sequences, mut tell: impl FnMut(&Step, usize, bool)) {
        let range = self.starts.get(source).zip(self.starts.get(source + 1)).map_or(0..0, |(&from, &to)| from..to);
        let places = self.places.get(range).unwrap_or_default();
        let stride = places.len().div_ceil(PEOPLE).max(1);
        for &(person, position) in places.iter().step_by(stride) {
            let (steps, position) = (sequences.person(person as usize), position as usize);
            let own = steps.get(position).map_or(0.0, |step| step.strength.min(1.0));
            let mut near = |step: &Step, distance, after| {
                tell(&Step { strength: step.strength.min(1.0) * own, ..*step }, distance, after);
            };
            for (nth, step) in steps.iter().skip(position + 1).take(REACH).enumerate() {
                near(step, nth + 1, true);
            }
            for (nth, step) in steps.iter().take(position).rev().take(REACH).enumerate() {
                near(step, nth + 1, false);
            }
        }
    }
}
