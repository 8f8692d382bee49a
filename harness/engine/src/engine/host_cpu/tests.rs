use super::*;

const STAT: &str = "cpu  100 20 30 800 50 5 10 15 99 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 1 1 1 1 1 1 1 1 0 0\nintr 5\n\
                    ctxt 7\nbtime 8\nprocesses 9\n";
const MS: fn(u64) -> Duration = Duration::from_millis;

/// What the same machine shows `after` the reading, with this much more idle time.
fn later(before: HostCpu, after: Duration, idle_s: f64) -> HostCpu {
    HostCpu { read_at: before.read_at + after, idle_s: before.idle_s + idle_s, ..before }
}

#[test]
fn the_share_is_what_idle_time_leaves_of_all_cores() {
    let before = HostCpu::of(STAT, Instant::now()).unwrap();
    assert_eq!((before.idle_s, before.cores), (8.5, 2));
    let share_of = |after, idle_s| later(before, after, idle_s).share_since(before);
    assert_eq!(share_of(MS(2_000), 1.0), Some(0.75));
    assert_eq!(share_of(MS(2_000), 4.01), Some(0.0), "idle time is rounded to ticks");
    assert_eq!(share_of(MS(199), 0.1), None, "so it says little about a short time");
    assert_eq!(share_of(MS(2_000), -0.1), None);
    assert_eq!(HostCpu { cores: 1, ..later(before, MS(2_000), 1.0) }.share_since(before), None);
}

#[test]
fn what_was_counted_as_busy_has_no_say() {
    // Requests in step with the ticks: each tick has found the processor at work, or none has.
    let begun = Instant::now();
    let before = HostCpu::of(STAT, begun).unwrap();
    let after = |busy: &str| HostCpu::of(&STAT.replace(" 100 20 30 800 ", busy), begun + MS(5_000)).unwrap();
    let shares = [" 100 20 30 1500 ", " 350 20 280 1500 "].map(|busy| after(busy).share_since(before).unwrap());
    assert!(shares.iter().all(|share| (share - 0.3).abs() < 1e-9), "{shares:?}");
}

#[test]
fn an_unknown_format_is_absent_and_not_idle() {
    let of = |stat: &str| HostCpu::of(stat, Instant::now());
    let without_iowait = STAT.replace(" 800 50 5 10 15 99 0", " 800");
    assert_ne!(without_iowait, STAT);
    assert_eq!(of(&without_iowait), None);
    assert_eq!(of(""), None);
    assert_eq!(of(&STAT.replace("800", "many")), None);
}

#[test]
fn this_machine_has_counters() {
    assert!(HostCpu::read().is_some());
}

#[test]
fn the_counters_are_read_as_the_crate_procfs_reads_them() {
    use procfs::{FromBufReadSI, KernelStats, current_system_info};

    let stat = std::fs::read_to_string("/proc/stat").unwrap();
    let reference = KernelStats::from_buf_read(stat.as_bytes(), current_system_info()).unwrap();
    let idle = reference.total.idle_duration() + reference.total.iowait_duration().unwrap();
    let read = HostCpu::of(&stat, Instant::now()).unwrap();
    assert!((read.idle_s - idle.as_secs_f64()).abs() < 1e-6, "{} {idle:?}", read.idle_s);
    assert_eq!(read.cores, reference.cpu_time.len());
}
