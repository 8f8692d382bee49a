//! Which series of runs a test consists of.

use super::capacity::CapacitySeries;
use super::repeat::RepeatedRuns;
use super::run_series::TestSeries;
use super::single::SingleRun;
use super::sweep::LevelSweep;
use crate::runner::run::Criteria;
use crate::workload::{Extension, RunPlan, Workload};

/// The series for a plan of runs, each of which offers `workload` or a variant of it.
pub fn series_of(plan: &RunPlan, workload: Workload, criteria: Criteria) -> Box<dyn TestSeries> {
    match plan {
        RunPlan::Once(extension) => Box::new(SingleRun::new(workload, *extension, criteria)),
        // A spike is one run of three stages.
        RunPlan::Spike(_) => Box::new(SingleRun::new(workload, Extension::Never, criteria)),
        RunPlan::Repeat(times) => Box::new(RepeatedRuns::new(workload, *times, criteria)),
        RunPlan::Sweep(levels) => Box::new(LevelSweep::new(workload, levels.clone(), 1, criteria)),
        RunPlan::RepeatedSweep { levels, repeat } => {
            Box::new(LevelSweep::new(workload, levels.clone(), *repeat, criteria))
        }
        RunPlan::Capacity(search) => Box::new(CapacitySeries::new(workload, search, criteria)),
    }
}
