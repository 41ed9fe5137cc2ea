//! Faults that need a stage of their own: a full disk below the embedded database, a clock that goes wrong.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use testkit::cluster::{Cluster, Plan, Servers};

/// How long it may take until all is well again.
const HEALED: Duration = Duration::from_secs(25);

/// A clock that is wrong by minutes takes no turn from others, and loses nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_with_a_wrong_clock_takes_no_turn_from_another() {
    const NAME: &str = "a_node_with_a_wrong_clock_takes_no_turn_from_another";
    let folder = tempfile::tempdir().unwrap();
    let Some(shim) = shim(folder.path()) else {
        return println!("SKIPPED: {NAME} - there is no cc that makes a library");
    };
    let mut cluster = match Cluster::start(Plan::of(Servers::Postgres, 2)).await {
        Ok(cluster) => cluster,
        Err(why) => return println!("SKIPPED: {NAME} - {}", why.trim()),
    };
    cluster.gather(2, 2, 1).await;
    for (round, seconds) in ["90", "-90"].into_iter().enumerate() {
        cluster.nodes[1].kill().await;
        cluster.nodes[1].set("LD_PRELOAD", &shim);
        cluster.nodes[1].set("WRONG_BY_SECONDS", seconds);
        cluster.nodes[1].start().await;
        for person in &cluster.people {
            for device in person.present() {
                person.say(&device, person.session(0), round == 0);
            }
        }
        let checked = cluster.must_hold(HEALED).await;
        assert_eq!(checked.interrupted, 0, "with a clock that is wrong by {seconds} s");
    }
}

/// A library that makes the clock of a process wrong.
fn shim(folder: &Path) -> Option<String> {
    const SOURCE: &str = r#"
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdlib.h>
        #include <time.h>
        int clock_gettime(clockid_t clock, struct timespec *now) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, now);
            const char *wrong = getenv("WRONG_BY_SECONDS");
            if (wrong && clock == CLOCK_REALTIME) now->tv_sec += atoi(wrong);
            return result;
        }"#;
    let (source, library) = (folder.join("shim.c"), folder.join("shim.so"));
    std::fs::write(&source, SOURCE).unwrap();
    let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").output();
    made.is_ok_and(|made| made.status.success()).then(|| library.display().to_string())
}

/// A full disk below the embedded database: nothing is taken that cannot be kept, nothing that was taken is lost, and when
/// there is room again everything goes on without a restart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_loses_nothing() {
    const NAME: &str = "a_full_disk_refuses_and_loses_nothing";
    const MOUNT: &str = r#"mount -t tmpfs -o size=32m talker "${TALKER_DATA_DIR:-/mnt}" && exec "$@""#;
    let wrapper =
        [&["unshare", "--mount"][..], &["unshare", "--map-root-user", "--mount"][..]].into_iter().find(|unshare| {
            let tried = Command::new(unshare[0]).args(&unshare[1..]).args(["sh", "-c", MOUNT, "sh", "true"]).output();
            tried.is_ok_and(|tried| tried.status.success())
        });
    let Some(wrapper) = wrapper else { return println!("SKIPPED: {NAME} - no small disk can be mounted here") };
    let wrapper = wrapper.iter().chain(&["sh", "-c", MOUNT, "sh"]).map(|word| (*word).to_owned()).collect();
    let mut cluster = match Cluster::start(Plan { wrapper, ..Plan::of(Servers::Embedded, 1) }).await {
        Ok(cluster) => cluster,
        Err(why) => return println!("SKIPPED: {NAME} - {}", why.trim()),
    };
    cluster.gather(2, 2, 1).await;
    let chatter = cluster.chatter(Duration::from_millis(250));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let full = cluster.nodes[0].folder().join("full");
    // Up to the last byte: what is written page by page finds no page.
    let filled = std::fs::write(&full, vec![0; 64 * 1024 * 1024]);
    assert!(filled.is_err(), "the disk is small");
    cluster.journal.note("fault", "the disk is full");
    tokio::time::sleep(Duration::from_secs(5)).await;
    let refused = cluster.journal.last(1, &["unavailable"]);
    assert!(!refused.is_empty(), "nothing was refused:\n{}\n{}", cluster.journal.last(60, &[]), cluster.warnings(20));
    std::fs::remove_file(&full).unwrap();
    cluster.journal.note("fault", "there is room again");
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(chatter);
    cluster.must_hold(HEALED).await;
}
