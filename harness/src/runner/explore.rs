//! The load of a test that a person drives: [`explored_workload`]. Pure.

use std::time::Duration;

use crate::workload::{LoadModel, RunLength, Stage, Warmup, Workload};

/// A run whose length is not a time lasts until it is stopped, or so long.
const LONGEST: Duration = Duration::from_secs(3_600);

/// `workload` as a person begins to drive it: the same users or rate at one level, for a time.
///
/// Of stages the first level counts that is not 0; the person makes the steps. A number of requests or a precise mean would end the
/// run at a moment that no one expects, so such a run lasts until it is stopped.
pub fn explored_workload(workload: &Workload) -> Workload {
    let length = match workload.length {
        RunLength::Duration(length) => length,
        RunLength::Requests(_) | RunLength::UntilPrecise => LONGEST,
    };
    let warmup = match workload.warmup {
        Warmup::UntilSteady => Warmup::Requests(0),
        warmup => warmup,
    };
    let steady = Workload { length: RunLength::Duration(length), warmup, ..workload.clone() };
    match first_level(&workload.model) {
        Some(level) => steady.at_level(level),
        None => steady,
    }
}

/// `None` for users without stages.
fn first_level(model: &LoadModel) -> Option<f64> {
    let (stages, least) = match model {
        LoadModel::Closed(users) => (&users.stages, 1.0),
        LoadModel::Open(arrivals) => (&arrivals.stages, f64::MIN_POSITIVE),
    };
    let levels = stages.iter().flat_map(|Stage { from, to, .. }| [*from, *to]);
    let highest = levels.clone().reduce(f64::max)?;
    levels.into_iter().find(|level| *level >= least).or(Some(highest.max(least.round())))
}
