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
        HostCpu::of(&std::fs::read_to_string("/proc/stat").ok()?)
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
    fn of(stat: &str) -> Option<HostCpu> {
        let ticks_of_all = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let ticks: Vec<u64> = ticks_of_all.split_ascii_whitespace().map_while(|ticks| ticks.parse().ok()).collect();
        // A guest's time is in `user` already; stolen time was as unavailable as busy time.
        let &[user, nice, system, idle, iowait, irq, softirq, steal, ..] = ticks.as_slice() else { return None };
        let is_core = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
        let cores = stat.lines().filter(|line| line.strip_prefix("cpu").is_some_and(is_core)).count();
        let busy = user + nice + system + irq + softirq + steal;
        (cores > 0).then_some(HostCpu { busy, idle: idle + iowait, cores })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
