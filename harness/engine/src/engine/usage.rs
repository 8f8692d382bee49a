//! The processor time that the generator and the whole machine use during the measurement.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::control_groups::{ControlGroups, Throttling, allowed_processors, most_throttled};
use super::host_cpu::HostCpu;
use crate::clock::process_cpu;

/// What had been used when the measurement began; set once.
#[derive(Debug, Default)]
pub(super) struct UsageMeter {
    groups: ControlGroups,
    before: OnceLock<Counters>,
}

#[derive(Debug)]
struct Counters {
    read_at: Instant,
    process_cpu: Option<Duration>,
    host_cpu: Option<HostCpu>,
    throttling: Vec<Option<Throttling>>,
}

/// What was used since the measurement began. What the system does not report is absent.
#[derive(Debug, Default)]
pub(super) struct Usage {
    pub(super) process_cpu_s: Option<f64>,
    /// The time in which that CPU was used.
    pub(super) window_s: Option<f64>,
    /// How busy the machine was, as a share of all its cores.
    pub(super) host_cpu_share: Option<f64>,
    pub(super) host_cores: Option<usize>,
    /// Those of the host that this process may use.
    pub(super) allowed_cores: Option<usize>,
    pub(super) quota_cores: Option<f64>,
    pub(super) throttling: Option<Throttling>,
}

impl UsageMeter {
    /// For this process and the control groups that it is in.
    pub(super) fn new() -> UsageMeter {
        UsageMeter { groups: ControlGroups::of_this_process(), before: OnceLock::new() }
    }

    /// The measurement begins; the first call counts.
    pub(super) fn start(&self) {
        self.before.get_or_init(|| Counters {
            read_at: Instant::now(),
            process_cpu: process_cpu(),
            host_cpu: HostCpu::read(),
            throttling: self.groups.throttling(),
        });
    }

    /// What was used since the start; nothing is known if the measurement never began.
    pub(super) fn read(&self) -> Usage {
        let Some(before) = self.before.get() else { return Usage::default() };
        let process_cpu = before.process_cpu.zip(process_cpu()).map(|(before, now)| now.saturating_sub(before));
        let host = before.host_cpu.zip(HostCpu::read());
        let host = host.and_then(|(before, now)| Some((now.share_since(before)?, now.cores)));
        Usage {
            process_cpu_s: process_cpu.map(|used| used.as_secs_f64()),
            window_s: Some(before.read_at.elapsed().as_secs_f64()),
            host_cpu_share: host.map(|(share, _)| share),
            host_cores: host.map(|(_, cores)| cores),
            allowed_cores: allowed_processors(),
            quota_cores: self.groups.quota_cores(),
            throttling: most_throttled(&before.throttling, &self.groups.throttling()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_known_of_a_measurement_that_never_began() {
        assert_eq!(UsageMeter::default().read().process_cpu_s, None);
    }
}
