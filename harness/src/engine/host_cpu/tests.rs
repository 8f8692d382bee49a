use procfs::{FromBufReadSI, KernelStats};

use super::*;

const BEFORE: &str = "cpu  100 20 30 800 50 5 10 15 99 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 1 1 1 1 1 1 1 1 0 0\nintr 5\n\
                      ctxt 7\nbtime 8\nprocesses 9\n";

fn parse(stat: &str) -> Option<HostCpu> {
    HostCpu::of(&KernelStats::from_buf_read(stat.as_bytes(), procfs::current_system_info()).ok()?)
}

#[test]
fn the_share_is_that_of_all_cores_between_two_readings() {
    let before = parse(BEFORE).unwrap();
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
    assert_eq!(parse(&without_steal), None);
    assert_eq!(parse(""), None);
}

#[test]
fn this_machine_has_counters() {
    assert!(HostCpu::read().is_some());
}
