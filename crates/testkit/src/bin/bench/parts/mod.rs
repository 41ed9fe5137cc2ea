//! What is measured.

mod curve;
mod idle;
mod nodes;
mod streams;
mod trips;
mod turns;

use crate::Plan;
use crate::figures::Report;

/// The parts, in the order they run.
pub const NAMES: [&str; 9] = ["trips", "paced", "flat", "first", "accept", "idle", "open", "nodes", "curve"];

/// Those that run only when they are named: they take their time.
pub const NAMED_ONLY: [&str; 1] = ["curve"];

/// Runs one of them.
pub async fn run(part: &str, plan: &Plan, report: &mut Report) {
    match part {
        "trips" => trips::trips(plan, report).await,
        "paced" => streams::paced(plan, report).await,
        "flat" => streams::flat(plan, report).await,
        "first" => turns::first(plan, report).await,
        "accept" => turns::accept(plan, report).await,
        "idle" => idle::idle(plan, report).await,
        "open" => turns::open(plan, report).await,
        "nodes" => nodes::nodes(plan, report).await,
        "curve" => curve::curve(plan, report).await,
        _ => {}
    }
}
