//! One load of the comparison, and what a generator used to offer it.

use std::time::Duration;

use super::process::Used;

/// A load that each generator offers in turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GeneratorLoad {
    pub(crate) users: usize,
    pub(crate) body_bytes: usize,
    /// The test in `probe` that offers it; rivals offer closed loads only.
    pub(crate) test: &'static str,
    /// Of an open load: requests a second.
    pub(crate) rate_per_s: Option<u32>,
    pub(crate) duration_s: u32,
}

impl GeneratorLoad {
    /// A limit beyond the load with its start and its end, even if it is measured twice.
    pub(crate) fn longest_run(&self) -> Duration {
        Duration::from_secs(u64::from(30 + 3 * self.duration_s))
    }
}

/// What a generator used, and how many requests it completed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GeneratorCost {
    /// Processor time per request, user and system, of the whole process.
    pub(crate) cpu_us: f64,
    pub(crate) requests_per_s: Option<f64>,
    pub(crate) lag_p99_us: Option<f64>,
    pub(crate) resident_bytes: Option<u64>,
    /// Time of the test in which no load was offered.
    pub(crate) beside_the_load_s: f64,
}

impl GeneratorCost {
    /// The cost of a generator that prints only how many requests it made.
    pub(crate) fn by_count(used: &Used, requests: f64, load: &GeneratorLoad) -> GeneratorCost {
        GeneratorCost {
            cpu_us: used.cpu_s / requests * 1e6,
            requests_per_s: Some(requests / f64::from(load.duration_s)),
            lag_p99_us: None,
            resident_bytes: used.resident_bytes,
            beside_the_load_s: 0.0,
        }
    }
}
