//! How the schedule of an open workload was kept.

use std::time::Duration;

use super::health::GeneratorHealth;
use super::histogram::Histogram;
use super::time_summary::TimeSummary;
use crate::text::GroupedTexts;

/// The arrivals of an open workload: planned, sent and not sent, and how late they were.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct ArrivalCounts {
    pub(super) planned: u64,
    pub(super) sent: u64,
    pub(super) shed: u64,
    pub(super) left_waiting: u64,
    pub(super) pacer_lag: Histogram,
    pub(super) pool_wait: Histogram,
}

impl ArrivalCounts {
    pub(super) fn new() -> ArrivalCounts {
        // Buckets grow where a wait is longer.
        let times = Histogram::for_timeout(Duration::from_secs(1));
        ArrivalCounts { planned: 0, sent: 0, shed: 0, left_waiting: 0, pacer_lag: times.clone(), pool_wait: times }
    }

    pub(super) fn merge(&mut self, other: &ArrivalCounts) {
        self.planned += other.planned;
        self.sent += other.sent;
        self.shed += other.shed;
        self.left_waiting += other.left_waiting;
        self.pacer_lag.merge(&other.pacer_lag);
        self.pool_wait.merge(&other.pool_wait);
    }
}

/// The generator's health, as far as the recorder knows it.
pub(super) fn health(own_errors: GroupedTexts, clipped: u64, arrivals: Option<ArrivalCounts>) -> GeneratorHealth {
    let own_errors = own_errors.finish().counts;
    let health = GeneratorHealth { own_errors, clipped, ..GeneratorHealth::default() };
    let Some(ArrivalCounts { planned, sent, shed, left_waiting, pacer_lag, pool_wait }) = arrivals else {
        return health;
    };
    GeneratorHealth {
        planned: Some(planned),
        sent: Some(sent),
        shed: Some(shed),
        left_waiting: Some(left_waiting),
        clipped: clipped + pacer_lag.clipped() + pool_wait.clipped(),
        pacer_lag: Some(TimeSummary::from(pacer_lag)),
        pool_wait: Some(TimeSummary::from(pool_wait)),
        ..health
    }
}
