//! Inclusion groups: of the entries of a group one fires.

use std::collections::BTreeMap;

use super::activation::chance;
use super::candidates::Candidate;
use super::hits::{Hits, Within};

/// A candidate that would fire in this round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Firing<'a> {
    /// Which candidate, by its place among all.
    pub(super) index: usize,
    pub(super) candidate: Candidate<'a>,
    pub(super) is_sticky: bool,
    /// Where its keys were searched for.
    pub(super) within: Within<'a>,
}

/// The names of the groups of an entry.
pub(super) fn names(group: &str) -> impl Iterator<Item = &str> {
    group.split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// Which of `firing` lose in their groups: places in `firing`. `is_taken` says whether an entry of a group fires already.
pub(super) fn losers(
    firing: &[Firing<'_>],
    is_taken: impl Fn(&str) -> bool,
    scoring: bool,
    hits: &mut Hits<'_>,
    seed: u64,
) -> Vec<bool> {
    let mut lost = vec![false; firing.len()];
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, one) in firing.iter().enumerate() {
        for name in names(&one.candidate.entry.group) {
            groups.entry(name).or_default().push(place);
        }
    }
    for (name, mut members) in groups {
        members.retain(|place| !is_set(&lost, *place));
        let of = |place: &usize| firing.get(*place);
        if members.iter().filter_map(of).any(|one| one.is_sticky) {
            let others = |place: &usize| of(place).is_some_and(|one| !one.is_sticky);
            lose(&mut lost, members.iter().filter(|place| others(place)));
            continue;
        }
        if is_taken(name) {
            lose(&mut lost, members.iter());
            continue;
        }
        keep_best(firing, &mut members, &mut lost, scoring, hits);
        if members.len() < 2 {
            continue;
        }
        let overriding: Vec<usize> = members
            .iter()
            .filter(|place| of(place).is_some_and(|one| one.candidate.entry.group_override))
            .copied()
            .collect();
        let winner = if overriding.is_empty() {
            drawn(firing, &members, name, seed)
        } else {
            // The highest order; of the same, the first.
            let order = |place: &usize| of(place).map(|one| one.candidate.entry.insertion_order);
            overriding.into_iter().rev().max_by_key(order)
        };
        lose(&mut lost, members.iter().filter(|place| Some(**place) != winner));
    }
    lost
}

/// Where keys are counted, only those with most of them stay.
fn keep_best(firing: &[Firing<'_>], members: &mut Vec<usize>, lost: &mut [bool], scoring: bool, hits: &mut Hits<'_>) {
    let scored =
        |place: &usize| firing.get(*place).is_some_and(|one| one.candidate.entry.use_group_scoring.unwrap_or(scoring));
    if !members.iter().any(scored) {
        return;
    }
    let scores: Vec<usize> = members
        .iter()
        .map(|place| {
            firing.get(*place).map_or(0, |one| hits.score(one.candidate.shelf, one.candidate.index, one.within))
        })
        .collect();
    let best = scores.iter().copied().max().unwrap_or(0);
    let worse: Vec<usize> = members
        .iter()
        .zip(&scores)
        .filter(|(place, score)| scored(place) && **score < best)
        .map(|(place, _)| *place)
        .collect();
    lose(lost, worse.iter());
    members.retain(|place| !worse.contains(place));
}

/// Whom chance favours, by weight.
fn drawn(firing: &[Firing<'_>], members: &[usize], name: &str, seed: u64) -> Option<usize> {
    let weight = |place: &usize| firing.get(*place).map_or(0, |one| u64::from(one.candidate.entry.group_weight));
    let all: u64 = members.iter().map(weight).sum();
    let mut at = chance(seed, name.as_bytes(), 0).below(all);
    for place in members {
        match at.checked_sub(weight(place)) {
            Some(left) => at = left,
            None => return Some(*place),
        }
    }
    members.last().copied()
}

fn is_set(lost: &[bool], place: usize) -> bool {
    lost.get(place).copied().unwrap_or(false)
}

fn lose<'p>(lost: &mut [bool], places: impl Iterator<Item = &'p usize>) {
    for place in places {
        if let Some(lost) = lost.get_mut(*place) {
            *lost = true;
        }
    }
}
