use super::*;

const BEFORE: &str = "cpu  100 20 30 800 50 5 10 15 99 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 1 1 1 1 1 1 1 1 0 0\nintr 5\n\
                      ctxt 7\nbtime 8\nprocesses 9\n";

#[test]
fn the_share_is_that_of_all_cores_between_two_readings() {
    let before = HostCpu::of(BEFORE).unwrap();
    assert_eq!(before, HostCpu { busy: 180, idle: 850, cores: 2 });
    let after = HostCpu { busy: 330, idle: 900, cores: 2 };
    assert_eq!(after.share_since(before), Some(0.75));
    assert_eq!(before.share_since(before), None, "no tick has passed");
    let soon = HostCpu { busy: 219, ..before };
    assert_eq!(soon.share_since(before), None, "19.5 ticks of each core are too few");
}

#[test]
fn an_unknown_format_is_absent_and_not_idle() {
    let without_steal = BEFORE.replace(" 800 50 5 10 15 99 0", " 800 50 5");
    assert_ne!(without_steal, BEFORE);
    assert_eq!(HostCpu::of(&without_steal), None);
    assert_eq!(HostCpu::of(""), None);
    assert_eq!(HostCpu::of(&BEFORE.replace("800", "many")), None);
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
    let total = reference.total;
    let busy =
        total.user + total.nice + total.system + total.irq.unwrap() + total.softirq.unwrap() + total.steal.unwrap();
    let idle = total.idle + total.iowait.unwrap();
    assert_eq!(HostCpu::of(&stat), Some(HostCpu { busy, idle, cores: reference.cpu_time.len() }));
}
