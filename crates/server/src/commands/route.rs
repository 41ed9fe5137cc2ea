//! `talker route`: looks through the story of a character before anybody plays it. Needs no server.

use std::path::Path;
use std::process::ExitCode;

use api::{RouteCheckOut, RouteFindingOut, RouteStepOut, check_route_file};
use domain::limits;
use domain::routes::FindingKind;

use super::Outcome;
use crate::cli::RouteCommand;
use crate::terminal::{print, say};
use crate::wire_up::StartError;

pub(super) fn route(command: &RouteCommand) -> Outcome {
    let RouteCommand::Check { file, bond, json } = command;
    let bond = bond.as_deref().map(read).transpose()?;
    let report = check_route_file(&read(file)?, bond.as_deref());
    if *json {
        let report = serde_json::to_string_pretty(&report);
        print(report.map_err(|error| StartError(error.to_string()))? + "\n");
    } else {
        tell(&report);
    }
    Ok(if report.fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(file: &Path) -> Result<Vec<u8>, StartError> {
    let cannot = |why: String| StartError(format!("{} cannot be read: {why}.", file.display()));
    let about = std::fs::metadata(file).map_err(|error| cannot(error.to_string()))?;
    if about.len() > limits::BODY_BYTES as u64 {
        return Err(cannot("it is too large".to_owned()));
    }
    std::fs::read(file).map_err(|error| cannot(error.to_string()))
}

fn tell(report: &RouteCheckOut) {
    for fault in &report.faults {
        match fault.path.as_str() {
            "" | "." => say(&fault.message),
            path => say(format_args!("{path}: {}", fault.message)),
        }
    }
    for finding in &report.findings {
        say(format_args!("{}: {}", finding.path, words(finding)));
    }
    if !report.faults.is_empty() {
        say("It would not be kept.");
        return;
    }
    for way in &report.endings {
        let steps: Vec<String> = way.steps.iter().map(step).collect();
        say(format_args!("ending {}: {}", way.ending, steps.join(" > ")));
    }
    if !report.complete {
        say("Not everything was searched: what was not found may still be there.");
    }
    let (scenes, reachable, endings) = (report.scenes, report.reachable, report.endings.len());
    say(format_args!("{reachable} of {scenes} scenes can be reached, and {endings} endings."));
    match report.findings.len() {
        0 => say("Nothing is wrong."),
        found => say(format_args!("Wrong: {found}.")),
    }
}

/// What is wrong, in words.
fn words(finding: &RouteFindingOut) -> String {
    let about = &finding.about;
    match finding.kind {
        FindingKind::Contradiction => format!("what {about} waits for can never be so"),
        FindingKind::UnreachableScene => format!("nothing leads to the scene {about}"),
        FindingKind::UnreachableEnding => format!("nothing leads to the ending {about}"),
        FindingKind::UnreachableChoice => format!("the choice {about} can never be taken"),
        FindingKind::DeadEnd => format!("the scene {about} is no ending, and nothing follows from it"),
        FindingKind::Loop => format!("from the scene {about} one comes back to it, and never to an ending"),
        FindingKind::NoEnding => "no scene is an ending".to_owned(),
        FindingKind::ImageMissing => format!("the picture {about} has no image"),
    }
}

fn step(step: &RouteStepOut) -> String {
    match step {
        RouteStepOut::Bond { values } => {
            let values: Vec<String> = values.iter().map(|(key, value)| format!("{key} {value}")).collect();
            format!("bond at {}", values.join(", "))
        }
        RouteStepOut::Days { days } => format!("{days} days known"),
        RouteStepOut::Date { date } => format!("on {date}"),
        RouteStepOut::Say { phrase } => format!("say \"{phrase}\""),
        RouteStepOut::Begin { scene } => format!("begin {scene}"),
        RouteStepOut::Choose { scene, choice } => format!("choose {choice} in {scene}"),
    }
}
