//! How busy the whole machine is: generator, server and every other process together.

/// A time of fewer ticks of each core has no share: one tick would be more than 5 % of it.
const FEWEST_TICKS: u64 = 20;

/// What the machine's processors have done since it started, in ticks of all cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostCpu {
    busy: u64,
    idle: u64,
    pub(super) cores: usize,
}

impl HostCpu {
    /// Reads the counters; `None` where the system has none.
    #[cfg(target_os = "linux")]
    pub(super) fn read() -> Option<HostCpu> {
        use procfs::CurrentSI;

        HostCpu::of(&procfs::KernelStats::current().ok()?)
    }

    /// `None`: this system has no counters.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn read() -> Option<HostCpu> {
        None
    }

    /// The share of the machine's cores that was busy since `before`; `None` if too few ticks have passed to say.
    pub(super) fn share_since(self, before: HostCpu) -> Option<f64> {
        let (busy, idle) = (self.busy.checked_sub(before.busy)?, self.idle.checked_sub(before.idle)?);
        (busy + idle >= FEWEST_TICKS * self.cores as u64).then(|| busy as f64 / (busy + idle) as f64)
    }

    #[cfg(target_os = "linux")]
    fn of(stats: &procfs::KernelStats) -> Option<HostCpu> {
        let (total, cores) = (&stats.total, stats.cpu_time.len());
        // A guest's time is in `user` already; stolen time was as unavailable as busy time.
        let busy = total.user + total.nice + total.system + total.irq? + total.softirq? + total.steal?;
        (cores > 0).then_some(HostCpu { busy, idle: total.idle + total.iowait?, cores })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
