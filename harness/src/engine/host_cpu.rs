//! How busy the whole machine is: generator, server and every other process together.

/// What the machine's processors have done since it started, in ticks of all cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostCpu {
    busy: u64,
    idle: u64,
    pub(super) cores: usize,
}

impl HostCpu {
    /// Reads the counters; `None` where the system has none.
    pub(super) fn read() -> Option<HostCpu> {
        HostCpu::parse(&std::fs::read_to_string("/proc/stat").ok()?)
    }

    /// The share of the machine's cores that was busy since `before`; `None` if no tick has passed.
    pub(super) fn share_since(self, before: HostCpu) -> Option<f64> {
        let (busy, idle) = (self.busy.checked_sub(before.busy)?, self.idle.checked_sub(before.idle)?);
        (busy + idle > 0).then(|| busy as f64 / (busy + idle) as f64)
    }

    /// `cpu  user nice system idle iowait irq softirq steal guest guest_nice`, then a line for each core.
    fn parse(stat: &str) -> Option<HostCpu> {
        let ticks: Vec<u64> =
            stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().map_while(|word| word.parse().ok()).collect();
        // A guest's time is in `user` already; stolen time was as unavailable as busy time.
        let [user, nice, system, idle, iowait, irq, softirq, steal, ..] = ticks[..] else { return None };
        let is_core =
            |line: &&str| line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let cores = stat.lines().filter(is_core).count();
        (cores > 0).then_some(HostCpu {
            busy: user + nice + system + irq + softirq + steal,
            idle: idle + iowait,
            cores,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str =
        "cpu  100 20 30 800 50 5 10 15 99 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 1 1 1 1 1 1 1 1 0 0\nintr 5\n";

    #[test]
    fn the_share_is_that_of_all_cores_between_two_readings() {
        let before = HostCpu::parse(BEFORE).unwrap();
        assert_eq!(before, HostCpu { busy: 180, idle: 850, cores: 2 });
        let after = HostCpu { busy: 330, idle: 900, cores: 2 };
        assert_eq!(after.share_since(before), Some(0.75));
        assert_eq!(before.share_since(before), None, "no tick has passed");
    }

    #[test]
    fn an_unknown_format_is_absent_and_not_idle() {
        assert_eq!(HostCpu::parse("cpu  1 2 3\ncpu0 1 2 3\n"), None);
        assert_eq!(HostCpu::parse(""), None);
    }
}
