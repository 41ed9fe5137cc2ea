//! The suite of `JobStore`. The queue is one for all: whoever runs it beside another run may find jobs claimed.

use std::collections::HashMap;

use domain::ClosedSet;
use domain::ids::NodeId;
use domain::jobs::{ATTEMPTS, Job, JobKind, JobState, Task};
use time::{Duration, OffsetDateTime};

use super::chats::join_all;
use super::making::Making;
use crate::Stores;
use crate::jobs::{JobOutcome, Wanted};

const LEASE: Duration = Duration::seconds(30);

/// Runs it.
pub async fn jobs(stores: &Stores) {
    let making = Making::new(stores);
    claiming(stores, &making).await;
    many_nodes(stores, &making).await;
    leases(stores, &making).await;
    wanted_again(stores, &making).await;
    failing(stores, &making).await;
    fatal(stores, &making).await;
    made_anew(stores, &making).await;
    counting(stores, &making).await;
}

struct Queue<'a> {
    stores: &'a Stores,
    node: NodeId,
    tasks: Vec<Task>,
    now: OffsetDateTime,
}

impl<'a> Queue<'a> {
    fn new(stores: &'a Stores, making: &Making<'_>, kinds: &[JobKind]) -> Self {
        let tasks = kinds.iter().map(|kind| Task { kind: *kind, key: making.uuid() }).collect();
        Self { stores, node: making.node(), tasks, now: making.now() }
    }

    fn at(&self, seconds: i64) -> OffsetDateTime {
        self.now + Duration::seconds(seconds)
    }

    async fn want(&self, n: usize, seconds: i64) {
        let wanted = Wanted { task: self.tasks[n], run_at: self.at(seconds) };
        self.stores.jobs.want_jobs(&[wanted], self.now).await.unwrap();
    }

    /// Of what is claimed, what is of this queue.
    async fn claim(&self, seconds: i64) -> Vec<Job> {
        let now = self.at(seconds);
        let jobs = self.stores.jobs.claim_jobs(JobKind::ALL, self.node, now, now + LEASE, 10_000).await.unwrap();
        jobs.into_iter().filter(|job| self.tasks.contains(&job.task)).collect()
    }

    async fn finish(&self, job: &Job, outcome: JobOutcome) {
        self.stores.jobs.finish_job(job, &outcome, self.now).await.unwrap();
    }
}

fn tasks(jobs: &[Job]) -> Vec<Task> {
    jobs.iter().map(|job| job.task).collect()
}

async fn claiming(stores: &Stores, making: &Making<'_>) {
    let queue = Queue::new(stores, making, &[JobKind::Remember, JobKind::Learn, JobKind::Embed]);
    // One call, with one of them twice.
    let wanted =
        [(0, 20), (1, 10), (2, 30), (1, 15)].map(|(n, at)| Wanted { task: queue.tasks[n], run_at: queue.at(at) });
    stores.jobs.want_jobs(&wanted, queue.now).await.unwrap();
    stores.jobs.want_jobs(&[], queue.now).await.unwrap();
    assert_eq!(queue.claim(9).await, []);
    let claimed = queue.claim(20).await;
    assert_eq!(tasks(&claimed), [queue.tasks[1], queue.tasks[0]]);
    assert!(claimed.iter().all(|job| job.attempts == 1) && claimed[0].id != claimed[1].id);
    // An earlier time counts, a later one does not.
    queue.want(2, 40).await;
    queue.want(2, 25).await;
    assert_eq!(queue.claim(24).await, []);
    let last = queue.claim(25).await;
    assert_eq!(tasks(&last), [queue.tasks[2]]);
    for job in claimed.iter().chain(&last) {
        queue.finish(job, JobOutcome::Done).await;
    }
    assert_eq!(queue.claim(1_000).await, []);
}

async fn many_nodes(stores: &Stores, making: &Making<'_>) {
    let queue = Queue::new(stores, making, &[JobKind::Remember; 12]);
    for n in 0..12 {
        queue.want(n, 0).await;
    }
    let now = queue.at(1);
    let claims =
        join_all((0..6).map(|_| stores.jobs.claim_jobs(JobKind::ALL, making.node(), now, now + LEASE, 3))).await;
    let mut claimed: Vec<Job> = claims.into_iter().flat_map(Result::unwrap).collect();
    claimed.retain(|job| queue.tasks.contains(&job.task));
    claimed.extend(queue.claim(1).await);
    let each: HashMap<_, _> = claimed.iter().map(|job| (job.task, job)).collect();
    assert_eq!((claimed.len(), each.len()), (12, 12), "each job is claimed once");
    for job in &claimed {
        queue.finish(job, JobOutcome::Done).await;
    }
}

async fn leases(stores: &Stores, making: &Making<'_>) {
    let queue = Queue::new(stores, making, &[JobKind::Retell]);
    queue.want(0, 0).await;
    let first = queue.claim(0).await[0];
    assert!(stores.jobs.renew_job(&first, queue.at(60)).await.unwrap());
    assert_eq!(queue.claim(59).await, []);
    // Another takes it over when the lease has run out; what the first one says then is not heard.
    let second = queue.claim(60).await[0];
    assert_eq!((second.id, second.task, second.attempts), (first.id, first.task, 2));
    assert!(second.fence > first.fence);
    assert!(!stores.jobs.renew_job(&first, queue.at(600)).await.unwrap());
    queue.finish(&first, JobOutcome::Done).await;
    queue.finish(&first, JobOutcome::Again(queue.now)).await;
    assert_eq!(queue.claim(61).await, []);
    assert!(stores.jobs.renew_job(&second, queue.at(100)).await.unwrap());
    queue.finish(&second, JobOutcome::Done).await;
    queue.finish(&second, JobOutcome::Again(queue.now)).await;
    assert!(!stores.jobs.renew_job(&second, queue.at(100)).await.unwrap());
    assert_eq!(queue.claim(1_000).await, []);
}

async fn wanted_again(stores: &Stores, making: &Making<'_>) {
    let queue = Queue::new(stores, making, &[JobKind::Learn]);
    queue.want(0, 0).await;
    let job = queue.claim(0).await[0];
    queue.want(0, 8).await;
    queue.want(0, 5).await;
    queue.want(0, 7).await;
    assert_eq!(queue.claim(20).await, []);
    queue.finish(&job, JobOutcome::Done).await;
    assert_eq!(queue.claim(4).await, []);
    let job = queue.claim(5).await[0];
    assert_eq!(job.attempts, 1);
    // The earlier of two times counts, whoever named it.
    queue.want(0, 9).await;
    queue.finish(&job, JobOutcome::Again(queue.at(20))).await;
    let job = queue.claim(9).await[0];
    assert_eq!(job.attempts, 1);
    queue.finish(&job, JobOutcome::Again(queue.at(20))).await;
    assert_eq!(queue.claim(19).await, []);
    let job = queue.claim(20).await[0];
    queue.finish(&job, JobOutcome::Done).await;
    assert_eq!(queue.claim(1_000).await, []);
}

async fn failing(stores: &Stores, making: &Making<'_>) {
    let queue = Queue::new(stores, making, &[JobKind::Learn]);
    queue.want(0, 0).await;
    for attempt in 1..=3 {
        let job = queue.claim(i64::from(attempt) * 10).await[0];
        assert_eq!(job.attempts, attempt);
        queue.finish(&job, JobOutcome::Failed(queue.at(i64::from(attempt) * 10 + 10), "no model".into())).await;
        // Whoever wants it does not hurry it.
        queue.want(0, 0).await;
        assert_eq!(queue.claim(i64::from(attempt) * 10 + 9).await, []);
    }
    let job = queue.claim(40).await[0];
    queue.finish(&job, JobOutcome::Parked("no model".into())).await;
    assert_eq!(queue.claim(10_000).await, []);
    // Wanted again it has one attempt an hour later, also when that was while it ran.
    let hour = 60 * 60;
    queue.want(0, 50).await;
    assert_eq!(queue.claim(hour + 49).await, []);
    let job = queue.claim(hour + 50).await[0];
    assert_eq!(job.attempts, ATTEMPTS);
    queue.want(0, hour + 60).await;
    queue.finish(&job, JobOutcome::Parked("no model".into())).await;
    assert_eq!(queue.claim(2 * hour + 59).await, []);
    let job = queue.claim(2 * hour + 60).await[0];
    assert_eq!(job.attempts, ATTEMPTS);
    queue.finish(&job, JobOutcome::Again(queue.at(10))).await;
    let job = queue.claim(10).await[0];
    assert_eq!(job.attempts, 1);
    queue.finish(&job, JobOutcome::Done).await;
}

/// What never comes to an end, because it ends whoever runs it, is not run for ever.
async fn fatal(stores: &Stores, making: &Making<'_>) {
    let queue = Queue::new(stores, making, &[JobKind::Learn]);
    queue.want(0, 0).await;
    let mut last = None;
    for attempt in 1..=ATTEMPTS {
        let job = queue.claim(i64::from(attempt) * 100).await[0];
        assert_eq!(job.attempts, attempt);
        last = Some(job);
    }
    let parked = async || {
        let counts = stores.jobs.count_jobs().await.unwrap();
        counts.into_iter().find(|count| count.state == JobState::Parked).unwrap().jobs
    };
    let before = parked().await;
    assert_eq!(queue.claim(1_000).await, []);
    assert_eq!(parked().await, before + 1);
    // Who held it is not heard any more.
    let last = last.unwrap();
    assert!(!stores.jobs.renew_job(&last, queue.at(2_000)).await.unwrap());
    queue.finish(&last, JobOutcome::Done).await;
    assert_eq!(queue.claim(100_000).await, []);
    // Wanted again it has one attempt, an hour later; wanted while that runs, one more.
    let hour = 60 * 60;
    queue.want(0, 0).await;
    let job = queue.claim(hour).await[0];
    assert_eq!(job.attempts, ATTEMPTS);
    queue.want(0, 2 * hour).await;
    assert_eq!(queue.claim(hour + 100).await, []);
    assert_eq!(queue.claim(3 * hour - 1).await, []);
    let job = queue.claim(3 * hour).await[0];
    assert_eq!(job.attempts, ATTEMPTS);
    queue.finish(&job, JobOutcome::Done).await;
    assert_eq!(queue.claim(100_000).await, []);
}

/// Whoever ran a job that was done by another since is not taken for one who runs the next of its name.
async fn made_anew(stores: &Stores, making: &Making<'_>) {
    let queue = Queue::new(stores, making, &[JobKind::Remember]);
    queue.want(0, 0).await;
    let stray = queue.claim(0).await[0];
    let job = queue.claim(100).await[0];
    queue.finish(&job, JobOutcome::Done).await;
    let later = Queue { tasks: queue.tasks.clone(), now: queue.at(200), ..queue };
    later.want(0, 0).await;
    let job = later.claim(0).await[0];
    assert!(job.fence > stray.fence);
    later.finish(&stray, JobOutcome::Done).await;
    assert!(stores.jobs.renew_job(&job, later.at(60)).await.unwrap());
    later.finish(&job, JobOutcome::Done).await;
}

async fn counting(stores: &Stores, making: &Making<'_>) {
    let count = async || -> HashMap<JobState, u64> {
        let counts = stores.jobs.count_jobs().await.unwrap();
        assert_eq!(counts.len(), 3);
        counts.into_iter().map(|count| (count.state, count.jobs)).collect()
    };
    let before = count().await;
    let queue = Queue::new(stores, making, &[JobKind::Remember; 3]);
    for n in 0..3 {
        queue.want(n, i64::try_from(n).unwrap()).await;
    }
    assert_eq!(count().await[&JobState::Waiting], before[&JobState::Waiting] + 3);
    let jobs = queue.claim(1).await;
    queue.finish(&jobs[0], JobOutcome::Parked("x".into())).await;
    let after = count().await;
    assert_eq!(after[&JobState::Parked], before[&JobState::Parked] + 1);
    assert!(after[&JobState::Running] > 0 && after[&JobState::Waiting] > 0);
    queue.finish(&jobs[1], JobOutcome::Done).await;
    queue.want(0, 0).await;
    for job in queue.claim(5).await {
        queue.finish(&job, JobOutcome::Done).await;
    }
}
