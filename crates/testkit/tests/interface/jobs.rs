//! Background work, as the store is asked for it.

use std::time::Duration;

use domain::ClosedSet;
use domain::jobs::JobKind;
use testkit::TestApp;

/// A kind that nobody claims waits for ever; one that two claim is done with the settings of whoever was faster.
#[tokio::test]
async fn each_kind_of_job_is_claimed_in_one_workshop() {
    let app = TestApp::start().await;
    let claimed_by = |kind: &JobKind| app.memory_faults.claims().iter().filter(|kinds| kinds.contains(kind)).count();
    // Each workshop looks as soon as it is there.
    for _ in 0..1_000 {
        if JobKind::ALL.iter().all(|kind| claimed_by(kind) > 0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let claimed: Vec<(&str, usize)> = JobKind::ALL.iter().map(|kind| (kind.as_str(), claimed_by(kind))).collect();
    let expected: Vec<(&str, usize)> = JobKind::ALL.iter().map(|kind| (kind.as_str(), 1)).collect();
    assert_eq!(claimed, expected);
}
