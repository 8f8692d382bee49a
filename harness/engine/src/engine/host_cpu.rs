//! How busy the whole machine is: generator, server and every other process together.

use std::time::{Duration, Instant};

/// In less time the idle time, which is in ticks of some 10 ms of each core, says too little.
const SHORTEST: Duration = Duration::from_millis(200);

/// How long the machine's processors have been idle since it started.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HostCpu {
    read_at: Instant,
    /// Of all cores together.
    idle_s: f64,
    pub(super) cores: usize,
}

impl HostCpu {
    /// Reads the counters; `None` where the system has none.
    #[cfg(target_os = "linux")]
    pub(super) fn read() -> Option<HostCpu> {
        HostCpu::of(&std::fs::read_to_string("/proc/stat").ok()?, Instant::now())
    }

    /// `None`: this system has no counters.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn read() -> Option<HostCpu> {
        None
    }

    /// The share of the machine's cores that was busy since `before`; `None` if too little time has passed to say.
    ///
    /// It is what is left of the time after idle time, which Linux measures. Busy time it samples, at most at each of its ticks: a load whose
    /// requests are due in step with the ticks, such as an even 10,000/s, is always seen working or always seen idle.
    pub(super) fn share_since(self, before: HostCpu) -> Option<f64> {
        let elapsed = self.read_at.saturating_duration_since(before.read_at);
        let idle_s = self.idle_s - before.idle_s;
        let is_known = elapsed >= SHORTEST && idle_s >= 0.0 && self.cores == before.cores;
        is_known.then(|| (1.0 - idle_s / (elapsed.as_secs_f64() * self.cores as f64)).max(0.0))
    }

    #[cfg(target_os = "linux")]
    fn of(stat: &str, read_at: Instant) -> Option<HostCpu> {
        let ticks_of_all = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let ticks: Vec<u64> = ticks_of_all.split_ascii_whitespace().map_while(|ticks| ticks.parse().ok()).collect();
        let &[_user, _nice, _system, idle, iowait, ..] = ticks.as_slice() else { return None };
        let is_core = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
        let cores = stat.lines().filter(|line| line.strip_prefix("cpu").is_some_and(is_core)).count();
        let idle_s = (idle + iowait) as f64 / rustix::param::clock_ticks_per_second() as f64;
        (cores > 0).then_some(HostCpu { read_at, idle_s, cores })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
