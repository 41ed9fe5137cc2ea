//! What the system says of this process, from `/proc`, under the names that every Prometheus client uses.

use std::path::Path;

use super::gauges::Page;

/// Ticks of a second in `/proc`: what Linux tells user space, whatever its own clock does.
const TICKS: f64 = 100.0;

/// Writes down what is known of this process; where there is no `/proc`, nothing. Reads files of memory, so it takes no time to speak of.
pub(super) fn write(page: &mut Page) {
    let read = |name: &str| std::fs::read_to_string(Path::new("/proc").join(name)).ok();
    if let Some(bytes) = read("self/status").as_deref().and_then(resident_bytes) {
        page.gauge("process_resident_memory_bytes", "Memory of this process that is in RAM", bytes);
    }
    if let Some(fields) = read("self/stat").as_deref().and_then(Stat::of) {
        page.counter("process_cpu_seconds_total", "Time of processors that this process took", fields.cpu / TICKS);
        page.gauge("process_threads", "Threads of this process", fields.threads);
        if let Some(boot) = read("stat").as_deref().and_then(boot_seconds) {
            page.gauge(
                "process_start_time_seconds",
                "When this process began, since 1970",
                boot + fields.began / TICKS,
            );
        }
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        page.gauge("process_open_fds", "Open files and sockets", number(open.count()));
    }
    if let Some(most) = read("self/limits").as_deref().and_then(most_files) {
        page.gauge("process_max_fds", "How many files and sockets may be open", most);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; 2^53 is enough")]
pub(super) fn number(number: usize) -> f64 {
    number as f64
}

fn resident_bytes(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}

fn boot_seconds(stat: &str) -> Option<f64> {
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

fn most_files(limits: &str) -> Option<f64> {
    limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()?.parse().ok()
}

struct Stat {
    cpu: f64,
    threads: f64,
    began: f64,
}

impl Stat {
    /// The name of the program stands in brackets and may hold anything: what counts comes after the last one.
    fn of(stat: &str) -> Option<Self> {
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let field = |n: usize| fields.get(n)?.parse::<f64>().ok();
        Some(Self { cpu: field(11)? + field(12)?, threads: field(17)?, began: field(19)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read() {
        let status = "Name:\ttalker\nVmRSS:\t   34304 kB\nThreads:\t4\n";
        assert_eq!(resident_bytes(status), Some(34304.0 * 1024.0));
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 900 0 0 0 250 50 0 0 20 0 9 0 12345 1 2 3";
        let stat = Stat::of(stat).unwrap();
        assert_eq!((stat.cpu, stat.threads, stat.began), (300.0, 9.0, 12345.0));
        assert_eq!(boot_seconds("cpu 1\nbtime 1700000000\n"), Some(1_700_000_000.0));
        assert_eq!(
            most_files("Max open files            1024                 524288               files"),
            Some(1024.0)
        );
        assert!(Stat::of("nonsense").is_none() && resident_bytes("").is_none());
    }
}
