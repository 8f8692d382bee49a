//! What a process has used so far: [`ProcessUsage`].

use std::time::Duration;

use procfs::process::Process;

/// What a process has used so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProcessUsage {
    pub(super) cpu: Duration,
    /// Memory that it has now, in MiB.
    pub(super) resident_mib: f64,
    /// The most that it had since [`forget_peak`].
    pub(super) peak_mib: f64,
}

impl ProcessUsage {
    pub(super) fn of(pid: u32) -> ProcessUsage {
        let process = Process::new(pid as i32).expect("it runs");
        let (stat, status) = (process.stat().expect("its times"), process.status().expect("its memory"));
        let ticks = (stat.utime + stat.stime) as f64;
        let mib = |kib: Option<u64>| kib.unwrap_or_default() as f64 / 1024.0;
        ProcessUsage {
            cpu: Duration::from_secs_f64(ticks / procfs::ticks_per_second() as f64),
            resident_mib: mib(status.vmrss),
            peak_mib: mib(status.vmhwm),
        }
    }

    /// CPU since `before`, in percent of a core.
    pub(super) fn percent_since(&self, before: &ProcessUsage, time: Duration) -> f64 {
        100.0 * (self.cpu.saturating_sub(before.cpu)).as_secs_f64() / time.as_secs_f64()
    }
}

/// From now on the peak of this process is counted anew.
pub(super) fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux counts the peak");
}
