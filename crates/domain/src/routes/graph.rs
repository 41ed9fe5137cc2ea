//! What leads where in a route, as a graph: ways that end without an ending, and rounds that nobody leaves.

use std::collections::BTreeSet;

use super::satisfying::Places;
use super::{Condition, Route};

/// The scenes that each scene leads to: by a choice, or because a condition waits for it.
pub(super) fn edges(route: &Route, places: &Places<'_>) -> Vec<BTreeSet<usize>> {
    let mut edges = vec![BTreeSet::new(); route.scenes().count()];
    let mut add = |from: usize, to: usize| {
        if let Some(known) = edges.get_mut(from) {
            known.insert(to);
        }
    };
    for (place, (_, scene)) in route.scenes().enumerate() {
        for to in scene.choices.iter().filter_map(|choice| places.scene(choice.then.as_deref()?)) {
            add(place, to);
        }
        // What a choice waits for leads to where the choice leads.
        let waits = scene.when.iter().map(|when| (when, place));
        let choices = scene.choices.iter().filter_map(|choice| {
            let to = choice.then.as_deref().and_then(|then| places.scene(then))?;
            Some((choice.when.as_ref()?, to))
        });
        for (condition, to) in waits.chain(choices) {
            condition.leaves(false, &mut |leaf, denied| {
                let from = match leaf {
                    _ if denied => None,
                    Condition::Chose { scene, .. } | Condition::Seen { scene } => places.scene(scene),
                    Condition::Ended { ending } => places.ending(ending),
                    _ => None,
                };
                if let Some(from) = from {
                    add(from, to);
                }
            });
        }
    }
    edges
}

/// The scenes from which one of `goals` can be come to, they themselves counted.
pub(super) fn leading_to(edges: &[BTreeSet<usize>], goals: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    let mut known: BTreeSet<usize> = goals.collect();
    loop {
        let more: Vec<usize> = edges
            .iter()
            .enumerate()
            .filter(|(from, to)| !known.contains(from) && to.iter().any(|to| known.contains(to)))
            .map(|(from, _)| from)
            .collect();
        if more.is_empty() {
            return known;
        }
        known.extend(more);
    }
}

/// The scenes that can be come to from one, without counting it unless a way leads back.
pub(super) fn after(edges: &[BTreeSet<usize>], from: usize) -> BTreeSet<usize> {
    let mut known = BTreeSet::new();
    let mut open = vec![from];
    while let Some(place) = open.pop() {
        for to in edges.get(place).into_iter().flatten() {
            if known.insert(*to) {
                open.push(*to);
            }
        }
    }
    known
}
