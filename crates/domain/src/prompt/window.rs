//! Which part of the history a prompt shows.

use super::Spoken;

/// How many messages the window of the history moves at a time, at least.
pub const WINDOW_STEP: u32 = 16;

/// Where the window of the history begins: as early as the budget allows; when not at the very start, at a multiple of a step in
/// depth, unless that would leave less than half of what fits. The more fits, the larger the step, up to a quarter of it: each step
/// costs the model's cache, and of a long history less is missed.
pub(super) fn window_start(spoken: &[&Spoken], costs: &[u32], budget: u32) -> usize {
    let mut used = 0_u32;
    let fitting = costs.iter().rev().take_while(|cost| {
        used = used.saturating_add(**cost);
        used <= budget
    });
    let earliest = spoken.len() - fitting.count();
    let at_the_root = spoken.first().is_none_or(|message| message.depth == 0);
    if earliest == 0 && at_the_root {
        return 0;
    }
    let quarter = u32::try_from((spoken.len() - earliest) / 4).unwrap_or(u32::MAX);
    let step = quarter.checked_ilog2().map_or(WINDOW_STEP, |log| WINDOW_STEP.max(1 << log));
    let stepped = spoken
        .iter()
        .enumerate()
        .skip(earliest)
        .find(|(_, message)| message.depth.is_multiple_of(step))
        .map(|(index, _)| index);
    match stepped {
        Some(index) if (index - earliest) * 2 <= spoken.len() - earliest => index,
        _ => earliest,
    }
}
