//! What a test asks of its load: the workload, the runs that it takes, and a capacity to find first.

use std::time::Duration;

use super::definition::Workload;
use super::run_plan::{ArmOrder, CapacitySearch, RunPlan, SpikeWindow};

/// Everything a test asks of its load.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadPlan {
    /// One run; for a series of runs the first (a sweep's lowest level, the search's start).
    pub workload: Workload,
    /// The runs that the test takes.
    pub runs: RunPlan,
    /// The setting that says how many users, or iterations at once, there may be. `None` if none does, and the built-in
    /// in-flight cap may be lowered.
    pub most_users_from: Option<&'static str>,
    /// `rate = 50% of capacity`: the workload has no rate until the capacity is known.
    pub calibration: Option<Calibration>,
    /// How the servers of a test that compares several take turns.
    pub order: ArmOrder,
    /// Whether each request is written to a file; `None` if no layer says so.
    pub requests_csv: Option<bool>,
}

/// A rate that is a share of a capacity that is not known yet.
///
/// The plan's workload has this share of one arrival per second, so it must not be run:
/// [`resolve`](Calibration::resolve) it first.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// 0.5 for `50% of capacity`.
    pub share: f64,
    /// How to find the capacity, once for each server and machine.
    pub search: CapacitySearch,
}

impl Calibration {
    /// The workload that can be run, now that the server is known to take `capacity_per_s`.
    pub fn resolve(&self, workload: &Workload, capacity_per_s: f64) -> Workload {
        workload.clone().at_level(self.share * capacity_per_s)
    }
}

impl LoadPlan {
    /// Longer or shorter by `factor`, see [`Workload::scaled`]; the times of a search or a spike too.
    #[must_use]
    pub fn scaled(self, factor: f64) -> LoadPlan {
        let time = |duration: Duration| duration.mul_f64(factor).max(Duration::from_millis(1));
        let search = |search: CapacitySearch| CapacitySearch {
            settle: time(search.settle),
            probe: time(search.probe),
            validate: time(search.validate),
            budget: time(search.budget),
            ..search
        };
        let runs = match self.runs {
            RunPlan::Capacity(capacity) => RunPlan::Capacity(search(capacity)),
            RunPlan::Spike(spike) => RunPlan::Spike(SpikeWindow { at: time(spike.at), lasting: time(spike.lasting) }),
            other => other,
        };
        let calibration = self.calibration.map(|one| Calibration { search: search(one.search), ..one });
        LoadPlan { workload: self.workload.scaled(factor), runs, calibration, ..self }
    }
}
