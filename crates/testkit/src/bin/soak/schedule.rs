//! Which faults come when: all from the seed.

use std::fmt;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// The longest time without a quiet point.
const ROUND: u64 = 28;

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A process is killed, and started again later; the last one is the worker.
    Kill(usize),
    /// A process stands still.
    Pause(usize),
    /// A process is told to stop, and started again.
    Restart(usize),
    /// A server is killed, and started again later.
    KillServer(Server),
    /// A server stands still.
    PauseServer(Server),
    /// One process cannot reach a server: nothing arrives, and nobody is told.
    Part(usize, Server),
    /// One process cannot reach a server: its connections are refused.
    Refuse(usize, Server),
    /// The connections of one process to a server fall silent for ever; new ones work.
    Lose(usize, Server),
    /// Connections to a server end in the middle of what they say.
    Cut(Server, u32),
    /// Everything to a server takes longer.
    Slow(Server),
    /// People's connections end in the middle of what they say.
    CutPeople(u32),
}

/// A server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// PostgreSQL.
    Postgres,
    /// Redis.
    Redis,
    /// MongoDB.
    Mongo,
}

/// What happens at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A fault begins.
    Begin(Fault),
    /// It ends.
    End(Fault),
    /// Everything is well, people are silent, and what must hold is checked.
    Quiet,
}

/// A step of the schedule, so long after the people have begun to talk since the last quiet point.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// When.
    pub at: Duration,
    /// What.
    pub what: What,
}

impl fmt::Display for Step {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:6.1} s  {:?}", self.at.as_secs_f64(), self.what)
    }
}

/// The schedule of so many minutes over so many processes.
pub fn schedule(seed: u64, minutes: u64, servers: &[Server], processes: usize) -> Vec<Step> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut steps = Vec::new();
    for _ in 0..(minutes * 60).div_ceil(ROUND + 12).max(1) {
        let mut round: Vec<Step> = Vec::new();
        let mut at = Duration::from_millis(random.random_range(800..3_000));
        while at < Duration::from_secs(ROUND - 6) {
            let fault = fault(&mut random, servers, processes);
            let lasts = Duration::from_millis(random.random_range(300..6_000));
            // Nothing is killed that is dead already.
            let free = round.iter().all(|step| match step.what {
                What::End(other) => step.at < at || !same(fault, other),
                _ => true,
            });
            if free {
                round.push(Step { at, what: What::Begin(fault) });
                round.push(Step { at: at + lasts, what: What::End(fault) });
            }
            at += Duration::from_millis(random.random_range(500..5_000));
        }
        round.sort_by_key(|step| step.at);
        let end = round.last().map_or(Duration::ZERO, |step| step.at).max(Duration::from_secs(ROUND));
        steps.extend(round);
        steps.push(Step { at: end, what: What::Quiet });
    }
    steps
}

fn fault(random: &mut StdRng, servers: &[Server], processes: usize) -> Fault {
    let server = servers[random.random_range(0..servers.len())];
    let process = random.random_range(0..processes);
    match random.random_range(0..16) {
        0..=2 => Fault::Kill(process),
        3 => Fault::Pause(process),
        4..=5 => Fault::Restart(process),
        6 => Fault::KillServer(server),
        7 => Fault::PauseServer(server),
        8..=9 => Fault::Part(process, server),
        10 => Fault::Refuse(process, server),
        11 => Fault::Lose(process, server),
        12..=13 => Fault::Cut(server, random.random_range(1..6_000)),
        14 => Fault::Slow(server),
        _ => Fault::CutPeople(random.random_range(1..20_000)),
    }
}

/// Whether two faults are of one process, one server or one line, and would undo each other.
fn same(one: Fault, other: Fault) -> bool {
    let of = |fault: Fault| match fault {
        Fault::Kill(process) | Fault::Pause(process) | Fault::Restart(process) => (Some(process), None, false),
        Fault::KillServer(server) | Fault::PauseServer(server) => (None, Some(server), false),
        Fault::Part(_, server) | Fault::Refuse(_, server) | Fault::Lose(_, server) => (None, Some(server), true),
        Fault::Cut(server, _) | Fault::Slow(server) => (None, Some(server), true),
        Fault::CutPeople(_) => (None, None, true),
    };
    of(one) == of(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Server] = &[Server::Postgres, Server::Redis, Server::Mongo];

    #[test]
    fn a_seed_makes_the_same_schedule_and_every_fault_ends_before_it_is_quiet() {
        let told = |seed| schedule(seed, 3, ALL, 4).iter().map(Step::to_string).collect::<Vec<_>>();
        assert_eq!(told(7), told(7));
        assert_ne!(told(7), told(8));
        let mut open = Vec::new();
        for step in schedule(7, 10, ALL, 4) {
            match step.what {
                What::Begin(fault) => open.push(fault),
                What::End(fault) => open.retain(|other| *other != fault),
                What::Quiet => assert!(open.is_empty(), "{open:?}"),
            }
        }
    }
}
