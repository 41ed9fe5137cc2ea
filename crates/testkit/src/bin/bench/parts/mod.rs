//! What is measured.

mod idle;
mod streams;
mod turns;

use crate::Plan;
use crate::figures::Report;

/// The parts, in the order they run.
pub const NAMES: [&str; 6] = ["paced", "flat", "first", "accept", "idle", "open"];

/// Runs one of them.
pub async fn run(part: &str, plan: &Plan, report: &mut Report) {
    match part {
        "paced" => streams::paced(plan, report).await,
        "flat" => streams::flat(plan, report).await,
        "first" => turns::first(plan, report).await,
        "accept" => turns::accept(plan, report).await,
        "idle" => idle::idle(plan, report).await,
        "open" => turns::open(plan, report).await,
        _ => {}
    }
}
